package report

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/csvtable"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// RenderBaseline writes what is documented about services in one of BaselineFormats. The
// error for a service that the catalogue does not have is its UnknownError.
func RenderBaseline(c *catalog.Catalog, services []string, format string) (string, error) {
	if len(services) == 0 {
		return "", errors.New("there is no service to report, expected at least one")
	}
	i := slices.IndexFunc(baselineFormats[:], func(f baselineFormat) bool { return f.Name == format })
	if i < 0 {
		return "", words.Errorf("the format is %q, expected one of %s", format, strings.Join(Names(BaselineFormats()), ", "))
	}
	var baselines []*catalog.Baseline
	for _, id := range slices.Compact(slices.Sorted(slices.Values(services))) {
		b, err := c.Baseline(id, "")
		if err != nil {
			return "", err
		}
		baselines = append(baselines, b)
	}
	return baselineFormats[i].write(c, baselines)
}

func baselineMarkdown(c *catalog.Catalog, baselines []*catalog.Baseline) (string, error) {
	m := &markdown{}
	for i, b := range baselines {
		if i > 0 {
			m.printf("")
		}
		m.printf("## %s\n", md(b.Service.Name))
		if l := b.Service.Lifecycle; l.RetiredOn != "" {
			m.printf("%s.\n", md(assess.Ending("Ends", l.RetiredOn, l.Successor)))
		}
		m.printf("| Control | Documented | Notes | Document |")
		m.printf("|---|---|---|---|")
		for _, id := range slices.Sorted(maps.Keys(b.Controls)) {
			st := b.Controls[id]
			status := st.Status.Documented()
			switch {
			case st.Condition != "":
				status = "Yes: " + st.Condition
			case st.Planned:
				status += ", planned"
			}
			notes := []string{}
			if st.Notes != "" {
				notes = append(notes, md(st.Notes))
			}
			for _, ref := range st.References {
				notes = append(notes, mdLink(ref.Title, ref.URL))
			}
			m.printf(
				"| %s (`%s`) | %s | %s | %s |",
				md(titleOf(c, id)),
				id,
				md(status),
				strings.Join(notes, "<br>"),
				mdLink(st.Document.Citation(), st.Document.URL),
			)
		}
	}
	return m.b.String(), nil
}

// titleOf is the title of a control, or its id where the catalogue has no definition.
func titleOf(c *catalog.Catalog, id string) string {
	if def, ok := c.Definition(id); ok {
		return def.Title
	}
	return id
}

func baselineCSV(c *catalog.Catalog, baselines []*catalog.Baseline) (string, error) {
	var b strings.Builder
	w := csvtable.New(&b)
	w.Row("cloud", "service", "service_name", "control", "title", "label", "status", "condition", "planned", "enabled_by_default",
		"responsibility", "notes", "references", "document", "document_title", "publisher", "published", "url", "license")
	for _, base := range baselines {
		for _, id := range slices.Sorted(maps.Keys(base.Controls)) {
			st := base.Controls[id]
			planned, enabled := "", ""
			if st.Planned {
				planned = strconv.FormatBool(true)
			}
			if st.EnabledByDefault != nil {
				enabled = strconv.FormatBool(*st.EnabledByDefault)
			}
			var refs []string
			for _, ref := range st.References {
				refs = append(refs, plaintext.Line(ref.Title)+" <"+ref.URL+">")
			}
			w.Row(
				base.Service.Cloud,
				base.Service.ID,
				plaintext.Line(base.Service.Name),
				id,
				plaintext.Line(titleOf(c, id)),
				plaintext.Line(c.LabelOf(st.Statement)),
				string(st.Status),
				plaintext.Line(st.Condition),
				planned,
				enabled,
				st.Responsibility,
				plaintext.Line(st.Notes),
				strings.Join(refs, "; "),
				st.Document.ID,
				plaintext.Line(st.Document.Title),
				plaintext.Line(st.Document.Publisher),
				string(st.Document.Published),
				st.Document.URL,
				st.Document.License,
			)
		}
	}
	return w.End()
}
