package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// What the page can be filtered by, and the marks that the style sheet goes by, without a script.

// filters are what the style sheet alone filters by, and a search that the script adds.
func (h *htmlWriter) filters() {
	if h.total.findings < 2 {
		return
	}
	h.raw("<details class=tools open><summary>Filter</summary><div role=group aria-label=Filter>\n")
	h.raw("<label id=search-label hidden>Text <input type=search id=search></label>\n")
	if h.total.Services > 1 {
		h.raw("<label><input type=checkbox id=only-gaps> Only services with gaps</label>\n")
	}
	set := func(name string, labels []string, id func(int) string) {
		if len(labels) < 2 {
			return
		}
		h.raw("<fieldset class=", strings.ToLower(name), "><legend>", name, "</legend>")
		for i, label := range labels {
			h.raw("<label><input type=checkbox checked id=f-", id(i), "> ")
			h.element("", label, "</label>")
		}
		h.raw("</fieldset>\n")
	}
	var outcomes, classes []string
	for _, o := range assess.Outcomes() {
		if h.total.outcomes[o] > 0 {
			outcomes, classes = append(outcomes, h.total.word(o)), append(classes, outcomeClass(o))
		}
	}
	set("Outcome", outcomes, func(i int) string { return classes[i] })
	var clouds []string
	for _, id := range h.cloudIDs {
		clouds = append(clouds, cloudName(id))
	}
	set("Cloud", clouds, func(i int) string { return fmt.Sprintf("k%d", i) })
	set("Category", h.categories, func(i int) string { return fmt.Sprintf("t%d", i) })
	h.raw("<output id=status role=status></output></div></details>\n")
}

// cloudsOf lists the clouds of all services, in the order of their ids.
func cloudsOf(r *report) []string {
	var clouds []string
	for _, section := range r.sections {
		for _, s := range section.services {
			clouds = append(clouds, s.cloud)
		}
	}
	slices.Sort(clouds)
	return slices.Compact(clouds)
}

// ownCategory is that of controls of which the program has no definition.
const ownCategory = "other"

// categoriesOf lists the categories of the controls that are asked for, sorted.
func categoriesOf(r *report) []string {
	var categories []string
	for _, section := range r.sections {
		for _, c := range section.checks {
			for _, one := range append([]*check{c}, c.members...) {
				if category := one.category(); category != "" {
					categories = append(categories, category)
				}
			}
		}
	}
	slices.Sort(categories)
	return slices.Compact(categories)
}

// category is that of the control, "" of what is no control.
func (c *check) category() string {
	if c.isGroup() || c.kind == kindLifecycle {
		return ""
	}
	if def := c.definition(); def != nil {
		return def.Category
	}
	return ownCategory
}

// cloudClass marks what is of a cloud, for the filter.
func (h *htmlWriter) cloudClass(cloud string) string {
	return fmt.Sprintf("k%d", slices.Index(h.cloudIDs, cloud))
}

// categoryClass marks what is of a control's category, for the filter, after a space. A group
// is of the categories of all of its members.
func (h *htmlWriter) categoryClass(c *check) string {
	if c.isGroup() {
		var all []string
		for _, m := range c.members {
			all = append(all, fmt.Sprintf(":has(#f-t%d:not(:checked))", slices.Index(h.categories, m.category())))
		}
		return " " + h.hiddenBy(all)
	}
	if category := c.category(); category != "" {
		return fmt.Sprintf(" t%d", slices.Index(h.categories, category))
	}
	return ""
}
