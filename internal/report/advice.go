package report

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// maxAdvised is for how many services with gaps the documents are asked what would do
// instead: reading them takes time, and nobody moves hundreds of services at once.
const maxAdvised = 100

// maxNamed is how many services or controls one piece of advice names.
const maxNamed = 3

// advisor knows what would do in place of a gap, where the assessment was made by the very
// catalogue that is part of the program and by nothing else. Of any other catalogue a report
// has what the assessment says, and no more.
type advisor struct {
	catalog *catalog.Catalog
	asOf    catalog.Date
	advised int
	known   map[string][]string // alternatives by service and control
}

var embeddedCatalog = sync.OnceValue(func() *catalog.Catalog {
	layer, err := embedded.Layer()
	if err != nil {
		return nil // a broken build, of which loading a catalogue speaks
	}
	return catalog.New(layer)
})

// advisor is nil where nothing is known but the assessment.
func (s *section) advisor() *advisor {
	c := embeddedCatalog()
	if c == nil || c.Digest() != s.Catalog.Digest {
		return nil
	}
	return &advisor{catalog: c, asOf: s.Requirement.AsOf, known: map[string][]string{}}
}

// theGroup stands in advice for the group of a gap, so that the same advice is the same text: see
// inGroups.
const theGroup = "the requirement's group"

// inGroups names in advice the groups that it is about.
func inGroups(advice string, names ...string) string {
	groups := theGroup
	if len(names) > 1 {
		groups += "s"
	}
	return strings.ReplaceAll(advice, theGroup, groups+" "+plaintext.Line(strings.Join(names, ", ")))
}

// advise says what to do about a gap, apart from accepting it.
func (a *advisor) advise(f *finding) string {
	var parts []string
	if text := f.answerWith(); text != "" {
		parts = append(parts, text)
	}
	add := func(what string, names []string, then string) {
		if len(names) > 0 {
			parts = append(parts, what+": "+strings.Join(names, ", ")+"."+then)
		}
	}
	switch {
	case a == nil:
	case f.check.isGroup():
		// Documents of one vendor call the same thing by several names, of which a mapping has but one.
		near := a.related(f)
		it := "it"
		if len(near) > 1 {
			it = "them"
		}
		add("Documented nearby for "+f.service.name, near,
			fmt.Sprintf(" If your assessor accepts %s, add %s to %s.", it, it, theGroup))
		if f.check.kind == kindGroup {
			add("Documented to have one of them, among services of its kind", a.alternatives(f), "")
		}
	case f.check.kind == kindControl && (f.document != nil || f.reason == assess.Undocumented):
		add("Near it, and documented for "+f.service.name, a.related(f), "")
		add("Documented to have it, among services of its kind", a.alternatives(f), "")
	}
	return strings.Join(parts, " ")
}

// answerWith says what evidence or setting would close the gap.
func (f *finding) answerWith() string {
	switch {
	case f.check.isGroup():
		return f.answerGroupWith()
	case f.reason == assess.TurnedOff || f.reason == assess.NotShown:
		return f.switchOn("it")
	case f.reason == assess.ConditionNotMet:
		return "Meet the condition in the configuration" + explain.DeciderLine(f.deciders, f.more) + "."
	case f.reason == assess.EvidenceFails:
		return "The evidence does not hold: mend what it shows, or the evidence."
	case f.reason == assess.Stale:
		return "Look for a newer document, or accept the gap."
	case f.reason == assess.Retired:
		return "Move to the successor."
	case explain.Question(assess.Finding{Reason: f.reason, Condition: f.condition, InForce: f.shown, Status: f.status}) != "":
		return "Evidence that quotes the condition closes it."
	}
	return ""
}

// switchOn says what to change so that a control is in force, or is shown to be: what the
// settings lack, by argument or by the resource that is to refer to another. No condition is
// documented that evidence could quote.
func (f *finding) switchOn(what string) string {
	decider := explain.DeciderLine(f.deciders, f.more)
	switch {
	case f.reason == assess.TurnedOff:
		return "Switch " + what + " on in the configuration" + decider + "."
	case decider != "":
		return words.Sprintf("Set in the configuration, so that it is certain, what switches %s on%s; or show it in evidence "+
			"with the condition %q.", what, decider, assess.SwitchedOn)
	}
	return words.Sprintf("Nothing in the configuration shows %s switched on: evidence with the condition %q does.", what,
		assess.SwitchedOn)
}

// answerGroupWith says which members of a group to switch on, and for which evidence answers.
func (f *finding) answerGroupWith() string {
	ids := explain.Answerable(f.section.Services[f.service.id].Groups[f.check.id])
	var parts, titles []string
	for _, m := range f.members {
		switch {
		case m.reason == assess.TurnedOff || m.reason == assess.NotShown:
			parts = append(parts, m.switchOn(m.check.title))
		case slices.Contains(ids, m.check.id):
			titles = append(titles, m.check.title)
		}
	}
	if len(parts) > 1 && f.check.kind == kindGroup {
		parts = append([]string{"One of these closes it."}, parts...)
	}
	switch {
	case len(titles) == 0:
	case f.check.kind == kindGroup && len(titles) > 1:
		parts = append(parts, "Evidence that quotes the condition of one closes it: "+strings.Join(titles, ", ")+".")
	default:
		parts = append(parts, "Evidence that quotes the condition closes it: "+strings.Join(titles, ", ")+".")
	}
	return strings.Join(parts, " ")
}

// related are the controls near what the documents of the service do not have and that they do
// have: near the control of a gap, or near the members of a group that no document of it speaks
// of, but for members.
func (a *advisor) related(f *finding) []string {
	var near []string
	switch {
	case f.check.kind == kindControl:
		near = a.catalog.Related(f.check.id)
	case f.check.isGroup():
		for _, m := range f.members {
			if m.isSilent() {
				near = append(near, a.catalog.Related(m.check.id)...)
			}
		}
		slices.Sort(near)
		members := f.check.controls()
		near = slices.DeleteFunc(slices.Compact(near), func(id string) bool { return slices.Contains(members, id) })
	}
	if len(near) == 0 {
		return nil
	}
	b, err := a.catalog.Baseline(f.service.id, a.asOf)
	if err != nil {
		return nil
	}
	var titles []string
	for _, id := range near {
		st, ok := b.Controls[id]
		if !ok || len(titles) == maxNamed || st.Status != catalog.StatusYes && st.Status != catalog.StatusConditional {
			continue
		}
		def, _ := a.catalog.Definition(id)
		title := def.Title
		if st.Condition != "" {
			title += " (" + words.Clip(st.Condition, 80) + ")"
		}
		titles = append(titles, title)
	}
	return titles
}

// alternatives are services of the same cloud and kind for which the control, or one of the
// group, is documented without a condition.
func (a *advisor) alternatives(f *finding) []string {
	key := f.service.id + "/" + f.check.id
	if names, ok := a.known[key]; ok {
		return names
	}
	wanted, ok := a.catalog.Summary(f.service.id)
	if !ok || len(wanted.Categories) == 0 {
		return nil
	}
	var names []string
	for _, id := range a.catalog.ServiceIDs() {
		s, _ := a.catalog.Summary(id)
		if id == f.service.id || s.Cloud != wanted.Cloud || len(names) == maxNamed || s.Lifecycle.RetiredOn != "" ||
			slices.ContainsFunc(wanted.Categories, func(c string) bool { return !s.In(c) }) {
			continue
		}
		b, err := a.catalog.Baseline(id, a.asOf)
		if err == nil && f.isDocumentedIn(b) {
			names = append(names, s.Name)
		}
	}
	a.known[key] = names
	return names
}

// isDocumentedIn reports whether a service is documented to have the control, or one of the group,
// without a condition.
func (f *finding) isDocumentedIn(b *catalog.Baseline) bool {
	if f.check.isGroup() {
		return slices.ContainsFunc(f.members, func(m *finding) bool { return m.isDocumentedIn(b) })
	}
	st, ok := b.Controls[f.check.id]
	return ok && st.Statement != nil && st.Status == catalog.StatusYes
}
