package report

import (
	"crypto/sha256"
	_ "embed" // for the style sheet and the script
	"encoding/base64"
	"fmt"
	"html"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
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
	h := &htmlWriter{report: r}
	h.b.Grow(r.total.findings*360 + 32_000)
	h.head()
	for _, s := range r.sections {
		h.section(s)
	}
	h.raw("</div></main><footer><div class=page><p>Made by terraform-provider-controls from the documentation of the vendors, " +
		"as cited. It says what is documented, not what was " +
		"configured.</p></div></footer>\n<script>" + htmlScript + "</script></body></html>\n")
	return h.b.String(), nil
}

type htmlWriter struct {
	*report
	b strings.Builder
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

func (h *htmlWriter) head() {
	title := h.total.Verdict()
	class := "passed"
	switch {
	case h.total.Gaps > 0:
		class = "failed"
	case h.total.Exceptions > 0:
		class = "excepted"
	}
	h.raw(
		"<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n<meta name=viewport content=\"width=device-width, "+
			"initial-scale=1\">\n<meta name=referrer content=no-referrer>\n",
		`<meta http-equiv=Content-Security-Policy content="`,
		htmlPolicy(),
		"\">\n",
	)
	h.element("<title>", title+" · "+h.report.title(), "</title>\n")
	h.raw(
		"<style>\n",
		htmlStyle,
		"</style>\n</head>\n<body class=",
		class,
		">\n<a class=skip href=#main>Skip to the findings</a>\n<header class=top><div class=page>\n",
	)
	h.element("<p class=eyebrow>", h.report.title(), "")
	if system := h.systemLine(); system != "" {
		h.element(" · ", system, "")
	}
	h.raw("</p>\n")
	first, rest, found := strings.Cut(title, ":")
	h.element("<h1><b>", first, "</b>")
	if found {
		h.text(":" + rest)
	}
	h.raw("</h1>\n")
	h.raw("<p class=lead>", h.lead(), "</p>\n")
	h.proportions()
	h.about()
	h.raw("</div></header>\n")
	h.contents()
	h.raw("<main id=main><div class=page>\n")
	if h.total.Services < 2 {
		return
	}
	h.raw(
		"<div class=tools role=group aria-label=Filter><label><input type=checkbox id=only-gaps> Only services with gaps</label>",
		"<label id=search-label hidden>Find a service <input type=search id=search></label><output id=status "+
			"role=status></output></div>\n",
	)
}

// about says on the first screen what was assessed, when, by whom and by which catalogue.
func (h *htmlWriter) about() {
	h.raw("<dl class=about>")
	row := func(name, value, address string) {
		if value == "" {
			return
		}
		h.raw("<div><dt>", name, "</dt><dd>")
		h.link(value, address)
		h.raw("</dd></div>")
	}
	o := h.opts
	row("Date", string(o.Date), "")
	row("Author", plaintext.Line(o.Author), "")
	row("Repository", plaintext.Line(o.RepositoryURI), linkOrNone(o.RepositoryURI))
	row("Revision", plaintext.Line(o.Revision), "")
	row("Provider", plaintext.Line(o.ProviderVersion), "")
	seen := map[string]bool{}
	for _, s := range h.sections {
		if seen[s.Catalog.Digest] {
			continue
		}
		seen[s.Catalog.Digest] = true
		var sources []string
		for _, source := range s.Catalog.Sources {
			sources = append(sources, plaintext.Line(source.Name))
		}
		row("Catalogue", strings.Join(sources, ", "), "")
		h.raw("<div class=digest><dt>Its digest</dt><dd><code>")
		h.text(s.Catalog.Digest)
		h.raw("</code></dd></div>")
	}
	h.raw("</dl>\n")
}

// lead says in a sentence or two what was held against what. It is made of numbers and
// dates alone, so it is markup.
func (h *htmlWriter) lead() string {
	var parts []string
	if n := len(h.sections); n > 1 {
		parts = append(parts, words.Count(n, "requirement")+".")
	}
	var oldest, newest catalog.Date
	documents := map[string]bool{}
	for _, s := range h.sections {
		for id, d := range s.Documents {
			documents[id] = true
			newest = max(newest, d.Published)
			if oldest == "" || d.Published < oldest {
				oldest = d.Published
			}
		}
	}
	if len(h.sections) == 1 {
		n := len(h.sections[0].checks)
		each := " each"
		if h.total.Services == 1 {
			each = ""
		}
		parts = append(
			parts,
			fmt.Sprintf("%s held against %s%s.", words.Count(h.total.Services, "service"), words.Count(n, "control"), each),
		)
	}
	switch {
	case len(documents) == 0:
		parts = append(parts, "No document says anything about them.")
	case oldest == newest:
		parts = append(parts, fmt.Sprintf("By %s of the vendors, of <span>%s</span>.", words.Count(len(documents), "document"),
			newest))
	default:
		parts = append(
			parts,
			fmt.Sprintf(
				"By %s of the vendors, dated <span>%s</span> to <span>%s</span>.",
				words.Count(len(documents), "document"), oldest, newest,
			),
		)
	}
	return strings.Join(parts, " ")
}

// proportions shows the outcomes as a bar, and as numbers.
func (h *htmlWriter) proportions() {
	if h.total.findings == 0 {
		return
	}
	h.raw("<div class=bar aria-hidden=true>")
	for _, o := range assess.Outcomes() {
		if n := h.total.outcomes[o]; n > 0 {
			h.raw(fmt.Sprintf(`<span class=%s style="flex-grow:%d"></span>`, outcomeClass(o), n))
		}
	}
	h.raw("</div>\n<dl class=counts>")
	for _, o := range h.total.listed() {
		h.raw(fmt.Sprintf("<div class=%s><dt class=mark>%s</dt><dd>%d</dd></div>", outcomeClass(o), o.Word(),
			h.total.outcomes[o]))
	}
	h.raw("</dl>\n")
}

// parts are the sections of one assessment: anchor and title.
var htmlParts = [][2]string{
	{"matrix", "Overview"},
	{"findings", "Findings"},
	{"exceptions", "Exceptions"},
	{"scope", "Not looked at"},
	{"documents", "Documents"},
	{"verify", "How to verify"},
}

func (h *htmlWriter) contents() {
	h.raw("<nav aria-label=Contents><div class=page><ul>")
	for _, s := range h.sections {
		if len(h.sections) > 1 {
			h.raw(fmt.Sprintf("<li><a href=#r%d>Requirement %d</a></li>", s.number, s.number))
			continue
		}
		for _, part := range htmlParts {
			h.raw(fmt.Sprintf("<li><a href=#r%d-%s>%s</a></li>", s.number, part[0], part[1]))
		}
	}
	h.raw("</ul></div></nav>\n")
}

func (h *htmlWriter) section(s *section) {
	w := &htmlSection{htmlWriter: h, s: s, level: 2}
	if len(h.sections) > 1 {
		h.raw(fmt.Sprintf("<section id=r%d aria-labelledby=r%d-h>", s.number, s.number))
		h.element(fmt.Sprintf("<h2 id=r%d-h>Requirement %d · ", s.number, s.number), s.total.Verdict(), "</h2>\n")
		w.level = 3
	}
	w.matrix()
	w.findings()
	w.exceptions()
	w.scope()
	w.documents()
	w.verify()
	if len(h.sections) > 1 {
		h.raw("</section>\n")
	}
}

// htmlSection writes one assessment.
type htmlSection struct {
	*htmlWriter
	s     *section
	level int // of its headings
}

// begin begins a section; part is an index into htmlParts.
func (w *htmlSection) begin(part int, hint string) {
	anchor := fmt.Sprintf("r%d-%s", w.s.number, htmlParts[part][0])
	label := ""
	if w.level == 2 { // else the requirement is the landmark, and its parts would all have the same names
		label = " aria-labelledby=" + anchor + "-h"
	}
	w.raw(fmt.Sprintf("<section id=%s%s><h%d id=%s-h>%s</h%d>\n", anchor, label, w.level, anchor, htmlParts[part][1], w.level))
	if hint != "" {
		w.element("<p class=hint>", hint, "</p>\n")
	}
}

func (w *htmlSection) end() { w.raw("</section>\n") }
