package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// fewColumns is up to how many columns a matrix has words beside its symbols.
const fewColumns = 6

// manyColumns is from how many columns on the cells of a matrix are smaller.
const manyColumns = 24

// matrix writes the table of services and checks, grouped by cloud.
func (w *htmlSection) matrix() {
	if len(w.s.services) == 0 {
		w.raw("<p>No services were chosen.</p>")
		return
	}
	w.raw("<ul class=legend>")
	for _, o := range w.total.listed() {
		w.raw("<li class=", outcomeClass(o), "><span class=mark>", w.total.word(o), "</span></li>")
		if o == assess.Gap && w.total.unspoken > 0 {
			w.raw("<li class=\"g u\"><span class=mark>", unspokenWord, "</span></li>")
		}
	}
	if framework := w.s.framework(); framework != "" {
		w.element("<li>Identifiers are those of ", framework, "</li>")
	}
	w.raw("</ul>\n")
	w.meanings()
	class := "matrix"
	if len(w.s.checks) <= fewColumns {
		class += " few"
	}
	if len(w.s.checks) > manyColumns {
		class += " many"
	}
	kinds := w.kinds()
	if len(kinds) > 1 {
		class += " kinds"
	}
	w.raw(
		fmt.Sprintf("<div class=\"scroll wide\" tabindex=0 role=region aria-label=\"Matrix of services and controls%s\">",
			w.numbered()),
		"<table class=\"", class, "\"><caption>What became of each control, for each service</caption>\n<thead>",
	)
	w.columns(kinds)
	w.raw("</thead>\n")
	clouds := w.clouds
	for _, cloud := range clouds {
		w.raw("<tbody class=", w.cloudClass(cloud[0].cloud), ">")
		if len(clouds) > 1 {
			w.cloud(cloud)
		}
		for _, s := range cloud {
			w.row(s)
		}
		w.raw("</tbody>\n")
	}
	w.raw("</table></div>\n")
}

// meanings says what the outcomes mean, folded: whoever knows them comes for the matrix.
func (w *htmlSection) meanings() {
	w.raw("<details class=\"more meanings\"><summary>What these words mean</summary><dl>\n")
	for _, m := range w.s.meanings() {
		w.raw("<div class=\"", m.class, "\"><dt class=mark>", m.word, "</dt>")
		w.element("<dd>", m.text, ".</dd></div>\n")
	}
	w.raw("</dl></details>\n")
}

// numbered tells sections apart where there are several.
func (w *htmlSection) numbered() string {
	if len(w.sections) < 2 {
		return ""
	}
	return fmt.Sprintf(", requirement %d", w.s.number)
}

type kindSpan struct {
	kind    kind
	columns int
}

// kinds lists the kinds of checks with their number, in the order of the columns.
func (w *htmlSection) kinds() []kindSpan {
	var spans []kindSpan
	for _, c := range w.s.checks {
		if n := len(spans); n > 0 && spans[n-1].kind == c.kind {
			spans[n-1].columns++
			continue
		}
		spans = append(spans, kindSpan{c.kind, 1})
	}
	return spans
}

func (w *htmlSection) columns(kinds []kindSpan) {
	if len(kinds) > 1 {
		w.raw("<tr class=kinds><td></td><td></td>")
		for _, k := range kinds {
			w.raw(fmt.Sprintf("<th class=kind scope=colgroup colspan=%d>%s</th>", k.columns, k.kind.facts().heading))
		}
		w.raw("</tr>")
	}
	w.raw("<tr><th scope=col>Service</th><th scope=col>Gaps</th>")
	for _, c := range w.s.checks {
		class := ""
		if category := w.checks[c].class; category != "" {
			class = " class=" + category[1:]
		}
		w.raw("<th scope=col", class, "><span>", w.checks[c].title, "</span></th>")
	}
	w.raw("</tr>")
}

// clouds lists the services by cloud, both in alphabetical order.
func (s *section) clouds() [][]*service {
	names := make(map[*service]string, len(s.services))
	for _, one := range s.services {
		names[one] = strings.ToLower(one.name)
	}
	sorted := slices.Clone(s.services)
	slices.SortStableFunc(sorted, func(a, b *service) int {
		return cmp.Or(cmp.Compare(a.cloud, b.cloud), cmp.Compare(names[a], names[b]))
	})
	var clouds [][]*service
	for _, s := range sorted {
		if n := len(clouds); n > 0 && clouds[n-1][0].cloud == s.cloud {
			clouds[n-1] = append(clouds[n-1], s)
			continue
		}
		clouds = append(clouds, []*service{s})
	}
	return clouds
}

// cloudName is the name of a cloud that everybody knows; of another, its id. An assessment
// has no names of clouds, and a report is made of assessments alone: so it takes them from
// what is part of the program, where they are the same for every reader.
func cloudName(id string) string {
	if known, err := embedded.Clouds(); err == nil {
		for _, cloud := range known.Clouds {
			if cloud.ID == id {
				return cloud.Name
			}
		}
	}
	return id
}

func (w *htmlSection) cloud(services []*service) {
	failing := 0
	for _, s := range services {
		failing += s.total.Failing
	}
	class := "cloud"
	if failing == 0 {
		class = "cloud ok"
	}
	text := cloudName(services[0].cloud) + ": " + words.Count(len(services), "service")
	if failing > 0 {
		text += fmt.Sprintf(", %d with gaps", failing)
	}
	w.raw(fmt.Sprintf(`<tr class="%s"><th scope=rowgroup colspan=%d>`, class, len(w.s.checks)+2))
	w.element("", text, "</th></tr>\n")
}

func (w *htmlSection) row(s *service) {
	w.raw("<tr", okClass(s), ` data-name="`)
	w.element("", s.name+" "+s.id, "\"><th scope=row><a href=#")
	w.raw(w.serviceAnchor(s))
	w.element(">", s.name, "</a>")
	anchor := w.serviceAnchor(s) + "--"
	w.raw("<td class=total>", strconv.Itoa(s.total.Gaps))
	for _, f := range s.findings {
		c := w.checks[f.check]
		w.raw("<td class=\"", f.class(), c.class, "\">")
		if linked(f) {
			w.raw("<a href=#", anchor, c.anchor, "><i>", f.inCell(), "</i></a>")
			continue
		}
		w.raw("<i>", f.word(), "</i>")
	}
	w.raw("\n")
}

// inCell is the outcome in a cell, where colour and symbol are not seen.
func (f *finding) inCell() string {
	if f.isGap() && f.isUnspoken() {
		return f.word() + ", not documented"
	}
	return f.word()
}

// linked reports whether the cell of a finding leads to it: only what one has to look at
// is a stop on the way of the keyboard.
func linked(f *finding) bool { return f.isGap() || f.isExcepted() }

// okClass marks what the filter hides that is for gaps alone.
func okClass(s *service) string {
	if s.total.Gaps > 0 {
		return ""
	}
	return " class=ok"
}

// Anchors are made of ids, which have the form of one.

func (w *htmlSection) serviceAnchor(s *service) string {
	return "r" + strconv.Itoa(w.s.number) + "-" + s.id
}

// findingAnchor stays the same when other checks come or go.
func (w *htmlSection) findingAnchor(f *finding) string {
	return w.serviceAnchor(f.service) + "--" + w.checks[f.check].anchor
}

// checkAnchor is that of what a check asks for: no id of a service has two hyphens.
func (w *htmlSection) checkAnchor(c *check) string {
	id := c
	if c.kind == kindMember || c.kind == kindAvoid {
		id = &check{kind: kindControl, id: c.id}
	}
	return "r" + strconv.Itoa(w.s.number) + "--" + id.objective()
}
