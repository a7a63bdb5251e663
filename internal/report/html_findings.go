package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// findings writes every finding of every service: services with gaps first and opened,
// in each what one has to act on first.
func (w *htmlSection) findings() {
	w.hint("Services with gaps come first, and within a service what has to be acted on. " +
		"Each finding names the document that it rests on.")
	services := slices.Concat(w.clouds...)
	slices.SortStableFunc(services, func(a, b *service) int {
		return cmp.Compare(b.total.Gaps, a.total.Gaps)
	})
	for _, s := range services {
		w.service(s)
	}
}

func (w *htmlSection) service(s *service) {
	class := "service " + w.cloudClass(s.cloud)
	if s.total.Gaps == 0 {
		class += " ok"
	}
	w.raw("<details class=\"", class, "\" id=", w.serviceAnchor(s), ` data-name="`)
	w.element("", s.name+" "+s.id, `"`)
	if s.total.Gaps > 0 || w.total.Services == 1 {
		w.raw(" open")
	}
	w.element(fmt.Sprintf("><summary><h%d>", w.level+1), s.name, fmt.Sprintf("</h%d> <span class=tally>", w.level+1))
	for _, o := range assess.Outcomes() {
		if n := s.total.outcomes[o]; n > 0 {
			word := strings.ToLower(s.total.word(o))
			if o == assess.Gap && n > 1 {
				word += "s"
			}
			w.raw(fmt.Sprintf(`<span class="mark %s">%d %s</span>`, outcomeClass(o), n, word))
		}
	}
	w.raw("</span></summary>\n")
	w.where(s)
	w.raw("<ul class=rows>\n")
	for _, findings := range s.ranked() {
		if len(findings) > 0 && inShort(findings[0].outcome) {
			single, groups := apart(findings)
			for _, list := range [][]*finding{single, groups} {
				slices.SortStableFunc(list, func(a, b *finding) int {
					return cmp.Compare(min(1, len(b.restsOn())), min(1, len(a.restsOn()))) // those without a document last
				})
				w.inShort(list)
			}
			continue
		}
		w.unspoken(findings)
		for _, f := range findings {
			if !f.isInList() {
				w.finding(f)
			}
		}
	}
	w.raw("</ul>\n")
	w.draft(s)
	w.raw("</details>\n")
}

// ranked lists the findings by the rank of their outcome: first what is no outcome that is
// known, then the worst.
func (s *service) ranked() [][]*finding {
	lists := make([][]*finding, len(assess.Outcomes())+1)
	for _, f := range s.findings {
		rank := f.outcome.Rank()
		lists[rank] = append(lists[rank], f)
	}
	return lists
}

// fewPlaces is up to how many places stand in a line.
const fewPlaces = 2

// where writes the id of a service, the places that chose it, its end, and the parts of it
// that end.
func (w *htmlSection) where(s *service) {
	w.element("<p class=where><code>", s.id, "</code>")
	if len(s.places) <= fewPlaces {
		for i, l := range s.places {
			if i == 0 {
				w.raw(", chosen at ")
			} else {
				w.raw(", ")
			}
			w.element("<code>", position(l), "</code>")
			w.element(" (<code>", l.Address, "</code>")
			if l.Note != "" {
				w.text(", " + l.Note)
			}
			w.raw(")")
		}
	}
	w.raw(".")
	if s.lifecycle != nil {
		w.element(" ", words.UpperFirst(s.end())+".", "")
	}
	w.raw("</p>\n")
	w.places(s.places)
	if len(s.notices) == 0 {
		return
	}
	w.raw("<p class=where>Parts to be retired:</p>\n<ul class=where>")
	for _, n := range s.notices {
		w.element("<li>", explain.Notice(n), " (")
		w.link(n.Source, linkOrNone(n.URL))
		w.raw(")</li>")
	}
	w.raw("</ul>\n")
}

// places writes a table of the places that chose a service, where they are many.
func (w *htmlSection) places(places []configuration.Place) {
	if len(places) <= fewPlaces {
		return
	}
	w.raw(
		fmt.Sprintf("<details class=more><summary>Chosen in %d places</summary>", len(places)),
		"<table class=data><thead><tr><th scope=col>Place</th><th scope=col>Resource</th><th "+
			"scope=col>Note</th></tr></thead><tbody>",
	)
	for _, l := range places {
		w.element("<tr><td><code>", position(l), "</code></td>")
		w.element("<td><code>", l.Address, "</code></td>")
		w.element("<td>", l.Note, "</td></tr>\n")
	}
	w.raw("</tbody></table></details>\n")
}

// finding writes a finding in full: why it came out so, what to do, and by what it is shown.
func (w *htmlSection) finding(f *finding) {
	anchor := w.findingAnchor(f)
	c := w.checks[f.check]
	w.raw("<li class=\"", f.class(), c.class, "\" id=", anchor, "><span class=mark>", f.word(),
		"</span><div><strong>", c.name, "</strong> <a class=self href=#", anchor, " aria-label=\"Link to this finding\">#</a>")
	w.element("<p>", f.explain(), "")
	for _, ev := range f.answers() {
		w.raw("<p class=note>Evidence: ")
		w.reference(ev.Reference)
		w.text(explain.Approved(ev.ApprovedBy))
	}
	if ex := f.exception; ex != nil {
		w.element("<p class=note>", f.exceptionState()+": "+ex.Justification, "")
	}
	if f.isGap() {
		if advice := w.advice(f); advice != "" {
			w.element("<p class=note><b>What to do:</b> ", inGroups(advice, f.check.id), "")
		}
	}
	w.raw("</div>")
	for i, d := range f.documents() {
		if i == 0 {
			w.raw("<p class=cite>")
		} else {
			w.raw("<br>")
		}
		w.cite(d)
	}
	w.raw("\n")
}

// cite names a document with its date.
func (w *htmlSection) cite(d *document) {
	if w.citations[d] == "" {
		one := &htmlWriter{}
		one.raw(string(d.published), " ")
		one.link(d.title, d.link)
		one.text(d.whose())
		w.citations[d] = one.b.String()
	}
	w.raw(w.citations[d])
}

// advice is what to do about a gap.
func (w *htmlSection) advice(f *finding) string { return w.advising(f).advise(f) }

// advising is the advisor on a finding: the documents are asked for the first services alone.
func (w *htmlSection) advising(f *finding) *advisor {
	a := w.advisor
	if a != nil && f.service != w.advised {
		w.advised = f.service
		a.advised++
	}
	if a != nil && a.advised > maxAdvised {
		return nil
	}
	return a
}

// draft writes the entries that would accept the gaps of a service, or answer them.
func (w *htmlSection) draft(s *service) {
	if w.drafted++; s.total.Gaps == 0 || w.drafted > maxAdvised { // the format for drafts has all of them
		return
	}
	one := *w.s.Assessment
	one.Services = map[string]assess.ServiceFindings{s.id: w.s.Services[s.id]}
	entries := draftEntries(&one, w.opts.Configuration)
	if entries == "" {
		return
	}
	w.raw("<details class=more><summary>Entries to paste, if the gaps are to be accepted or answered</summary>")
	w.element("<pre><code>", entries, "</code></pre></details>\n")
}
