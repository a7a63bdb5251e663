package report

import (
	"crypto/sha256"
	_ "embed" // for the style sheet and the script
	"encoding/base64"
	"fmt"
	"html"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// FormatHTML is one file for auditors.
const FormatHTML = "html"

//go:embed assets/report.css
var htmlStyle string

//go:embed assets/report.js
var htmlScript string

// htmlPolicy lets the file itself forbid all that it does not need: no request, and no
// script but its own, also if something in it were not escaped.
func htmlPolicy() string {
	sum := sha256.Sum256([]byte(htmlScript))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'"
}

// writeHTML writes one file that needs nothing else: no network, and no script to be
// read. It is written by hand instead of with html/template, which takes seconds for
// tens of thousands of findings; text goes through text, and addresses through link.
func writeHTML(r *report) (string, error) {
	h := &htmlWriter{report: r, cloudIDs: cloudsOf(r), categories: categoriesOf(r), citations: map[*document]string{}}
	h.b.Grow(r.total.findings*400 + 64_000)
	h.head()
	for _, s := range r.sections {
		h.section(s)
	}
	h.raw("</div></main><footer><div class=page><p>Made by terraform-provider-controls from the documentation of the vendors, " +
		"as cited.</p></div></footer>\n<script>" + htmlScript + "</script></body></html>\n")
	return h.b.String(), nil
}

type htmlWriter struct {
	*report
	b strings.Builder
	// What can be filtered by, each with the number that its class has.
	cloudIDs, categories []string
	// What is written time and again, as it is written.
	citations map[*document]string
	// rules are conditions on filters; see hiddenBy.
	rules []string
}

// raw writes markup, which must not come from an assessment.
func (h *htmlWriter) raw(parts ...string) {
	for _, part := range parts {
		h.b.WriteString(part)
	}
}

// text writes text.
func (h *htmlWriter) text(s string) { h.b.WriteString(html.EscapeString(s)) }

// element writes text in an element.
func (h *htmlWriter) element(start, s, end string) {
	h.raw(start)
	h.text(s)
	h.raw(end)
}

// link writes a link, or the text alone where the address is none.
func (h *htmlWriter) link(text, address string) {
	if address == "" {
		h.text(text)
		return
	}
	h.element(`<a href="`, address, `">`)
	h.element("", text, "</a>")
}

// reference writes a ticket or a piece of evidence, which may be a link.
func (h *htmlWriter) reference(s string) { h.link(s, linkOrNone(s)) }

// outcomeClass is the class of an outcome in the style sheet.
func outcomeClass(o assess.Outcome) string {
	switch o {
	case assess.Gap:
		return "g"
	case assess.Excepted:
		return "e"
	case assess.Evidenced:
		return "v"
	case assess.Configured:
		return "c"
	case assess.Satisfied:
		return "s"
	case assess.NotApplicable:
		return "n"
	}
	return "g" // an outcome that is not known does not pass
}

// class is that of a finding in the style sheet: of its outcome, and of a gap of which no
// document speaks.
func (f *finding) class() string {
	if f.isGap() && f.isUnspoken() {
		return outcomeClass(f.outcome) + " u"
	}
	return outcomeClass(f.outcome)
}

// part is a part of the report on one assessment.
type htmlPart struct {
	anchor, title string
	write         func(*htmlSection)
	// has is nil for a part that every report has.
	has func(*section) bool
}

// htmlParts are the parts of the report on one assessment, in their order.
func htmlParts() []htmlPart {
	return []htmlPart{
		{"matrix", "Overview", (*htmlSection).matrix, nil},
		{"findings", "Findings", (*htmlSection).findings, nil},
		{"groups", "By identifier", (*htmlSection).identifiers, hasIdentifiers},
		{"exceptions", "Exceptions", (*htmlSection).exceptions, nil},
		{"scope", "Not looked at", (*htmlSection).scope, nil},
		{"documents", "Documents", (*htmlSection).documents, nil},
		{"controls", "Controls", (*htmlSection).controls, nil},
		{"verify", "How to verify", (*htmlSection).verify, nil},
	}
}

func (h *htmlWriter) contents() {
	h.raw("<nav aria-label=Contents><div class=page><ul>")
	many := len(h.sections) > manySections
	for i, s := range h.sections {
		if i > 0 && !many {
			h.raw("</ul><ul>")
		}
		if len(h.sections) > 1 {
			h.raw(fmt.Sprintf("<li><a href=#r%d><b>Requirement %d</b></a></li>", s.number, s.number))
		}
		for _, part := range htmlParts() {
			if !many && (part.has == nil || part.has(s)) {
				h.raw(fmt.Sprintf("<li><a href=#r%d-%s>%s</a></li>", s.number, part.anchor, part.title))
			}
		}
	}
	h.raw("</ul></div></nav>\n")
}

// manySections is up to how many requirements the contents list the parts of each.
const manySections = 8

func (h *htmlWriter) section(s *section) {
	w := &htmlSection{htmlWriter: h, s: s, level: 2, advisor: s.advisor(), checks: map[*check]htmlCheck{}, clouds: s.clouds()}
	for _, c := range s.checks {
		one := htmlCheck{
			title: html.EscapeString(c.title), name: html.EscapeString(c.name()), class: h.categoryClass(c),
			anchor: c.objective(),
		}
		if s.framework() != "" && c.identifier != nil {
			one.title = html.EscapeString(plaintext.Line(c.identifier.Short()))
		}
		w.checks[c] = one
	}
	if len(h.sections) > 1 {
		h.raw(fmt.Sprintf("<section id=r%d aria-labelledby=r%d-h>", s.number, s.number))
		h.element(fmt.Sprintf("<h2 id=r%d-h>Requirement %d · ", s.number, s.number), s.total.Verdict(), "</h2>\n")
		w.level = 3
	}
	for _, part := range htmlParts() {
		if part.has != nil && !part.has(s) {
			continue
		}
		w.begin(part)
		part.write(w)
		w.raw("</section>\n")
	}
	if len(h.sections) > 1 {
		h.raw("</section>\n")
	}
}

// htmlSection writes one assessment.
type htmlSection struct {
	*htmlWriter
	s       *section
	level   int // of its headings
	advisor *advisor
	checks  map[*check]htmlCheck
	clouds  [][]*service
	advised *service // the last service that advice was asked for
	drafted int      // services that have entries to paste
}

// htmlCheck is what is written of a check time and again, as it is written. The title leaves
// out the framework of an identifier, where all are of the same one.
type htmlCheck struct{ title, name, class, anchor string }

// begin begins a part.
func (w *htmlSection) begin(part htmlPart) {
	anchor := fmt.Sprintf("r%d-%s", w.s.number, part.anchor)
	label := ""
	if w.level == 2 { // else the requirement is the landmark, and its parts would all have the same names
		label = " aria-labelledby=" + anchor + "-h"
	}
	w.raw(fmt.Sprintf("<section id=%s%s class=part-%s><h%d id=%s-h>%s</h%d>\n", anchor, label, part.anchor, w.level, anchor,
		part.title, w.level))
}

// hint says how to read a part.
func (w *htmlSection) hint(text string) { w.element("<p class=hint>", text, "</p>\n") }

// table begins a table that may be wider than the page; its caption is for those who do not
// see it.
func (w *htmlSection) table(caption string, heads ...string) {
	label := caption
	if len(w.sections) > 1 {
		label = fmt.Sprintf("%s, requirement %d", caption, w.s.number)
	}
	w.raw("<div class=scroll tabindex=0 role=region aria-label=\"", label, "\"><table class=data><caption>", caption,
		"</caption><thead><tr>")
	for _, head := range heads {
		w.raw("<th scope=col>", head, "</th>")
	}
	w.raw("</tr></thead><tbody>\n")
}

func (w *htmlSection) endTable() { w.raw("</tbody></table></div>\n") }
