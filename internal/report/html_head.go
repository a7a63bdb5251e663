package report

import (
	"fmt"
	"html"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The first screen: the verdict, what was assessed, and what limits it.

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
	h.element("<title>", title+" · "+h.title(), "</title>\n")
	h.raw("<style>\n", htmlStyle, h.ownStyle(), "</style>\n</head>\n<body class=", class,
		">\n<a class=skip href=#main>Skip to the findings</a>\n<header class=top><div class=page>\n<div class=first><div>\n")
	h.element("<p class=eyebrow>", h.title(), "")
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
	h.raw("<p class=lead>", h.lead(), "</p>\n</div>\n")
	h.about()
	h.raw("</div>\n")
	h.proportions()
	h.heed()
	h.raw("</div></header>\n")
	h.contents()
	h.raw("<main id=main><div class=page>\n")
	h.filters()
}

// ownStyle is what only this report needs: the filters by cloud and category, and what stands
// at the foot of each printed page. It is made of numbers and a digest.
func (h *htmlWriter) ownStyle() string {
	var b strings.Builder
	for i := range h.cloudIDs {
		fmt.Fprintf(&b, "body:has(#f-k%d:not(:checked)) .k%d { display: none; }\n", i, i)
	}
	for i := range h.categories {
		fmt.Fprintf(&b, "body:has(#f-t%d:not(:checked)) .t%d { display: none; }\n", i, i)
	}
	for _, s := range h.sections {
		for _, one := range s.identifiers() {
			h.rowClass(one)
		}
	}
	for i, rule := range h.rules {
		if rule != "" {
			fmt.Fprintf(&b, "body%s .h%d { display: none; }\n", rule, i)
		}
	}
	digest, what := h.digests(), "Assessments "
	if len(h.sections) == 1 {
		digest, what = h.sections[0].digest, "Assessment "
	}
	fmt.Fprintf(&b, "@page { @bottom-left { content: \"%s%s\"; font: 7pt sans-serif; color: #555; } "+
		"@bottom-right { content: \"Made by terraform-provider-controls\" "+
		"\" \\00a0 \\00a0 \" counter(page) \" / \" counter(pages); font: 7pt sans-serif; color: #555; } }\n", what, digest)
	return b.String()
}

// digests begins those of the assessments, as many as the foot of a page has room for.
func (h *htmlWriter) digests() string {
	const most, length = 3, len("sha256:") + 16
	var list []string
	for _, s := range h.sections {
		list = append(list, s.digest[:min(len(s.digest), length)]+"…")
	}
	return words.AtMost(list, most)
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
	row("Workload", h.workloads(), "")
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
		h.raw("<div><dt>Its digest</dt><dd><code>", s.Catalog.Digest, "</code></dd></div>")
	}
	h.raw("</dl>\n")
}

// heed says on the first screen what limits the verdict, each with a link to the whole of it.
func (h *htmlWriter) heed() {
	type remark struct{ text, anchor string }
	var remarks []remark
	for _, s := range h.sections {
		which := ""
		if len(h.sections) > 1 {
			which = fmt.Sprintf(" (requirement %d)", s.number)
		}
		add := func(part, text string) {
			remarks = append(remarks, remark{text + which, fmt.Sprintf("r%d-%s", s.number, part)})
		}
		if text := h.outdated(s); text != "" {
			remarks = append(remarks, remark{text, fmt.Sprintf("r%d-verify", s.number)})
		}
		if note := s.scopeNote(); note != "" {
			add("scope", note)
		}
		for _, part := range s.notLookedAt() {
			if part.key != "other" && part.key != "ignored" {
				add("scope", words.UpperFirst(part.remark()))
			}
		}
		if own := s.ownDocuments(); own > 0 {
			add("documents", words.Count(own, "document")+" of your own, not a vendor's")
		}
		if n := len(s.ownSettings()); n > 0 {
			add("documents", words.Count(n, "check")+" shown by settings of your own")
		}
		if n := len(s.Catalog.Corrections); n > 0 {
			add("documents", words.Count(n, "correction")+" of the catalogue by your sources")
		}
		if note := s.endingNote(h.opts.Date); note != "" {
			add("exceptions", note)
		}
	}
	if len(remarks) == 0 {
		return
	}
	h.raw("<ul class=heed aria-label=\"What limits the verdict\">")
	for _, r := range remarks {
		h.element("<li><a href=#"+r.anchor+">", r.text, "</a></li>")
	}
	h.raw("</ul>\n")
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
		each := " each"
		if h.total.Services == 1 {
			each = ""
		}
		parts = append(
			parts,
			fmt.Sprintf("%s held against %s%s.", words.Count(h.total.Services, "service"), h.sections[0].asked(), each),
		)
	}
	for _, s := range h.sections {
		if text := s.assessedOf(); text != "" {
			if len(h.sections) > 1 {
				text = fmt.Sprintf("Requirement %d: ", s.number) + text
			}
			parts = append(parts, html.EscapeString(text))
		}
	}
	switch {
	case len(documents) == 0:
		parts = append(parts, "No document in this catalogue says anything about them.")
	case oldest == newest:
		parts = append(parts, fmt.Sprintf("By %s, of <span>%s</span>.", words.Count(len(documents), "document"), newest))
	default:
		parts = append(parts, fmt.Sprintf("By %s, dated <span>%s</span> to <span>%s</span>.",
			words.Count(len(documents), "document"), oldest, newest))
	}
	if n := h.total.unspoken; n > 0 {
		parts = append(parts, fmt.Sprintf("No document in this catalogue speaks of %d of the gaps.", n))
	}
	return strings.Join(append(parts, "Asked: "+html.EscapeString(words.LowerFirst(h.asks()))), " ")
}

// assessedOf says how much of its profile a requirement holds services against; "" where it is none
// of a profile.
func (s *section) assessedOf() string {
	title, left := s.profile(), s.notAssessed()
	if title == "" {
		return ""
	}
	n := len(s.identifiers())
	text := fmt.Sprintf("%d of %s of %s", n, words.Count(n+left, "identifier"), title)
	switch left {
	case 0:
		return text + "."
	case 1:
		return text + "; 1 other was not assessed."
	}
	return text + fmt.Sprintf("; %d others were not assessed.", left)
}

// asked counts what the services are held against: controls, and groups, which may be identifiers
// of a framework.
func (s *section) asked() string {
	controls, groups := 0, 0
	for _, c := range s.checks {
		switch c.kind {
		case kindGroup, kindEvery:
			groups++
		case kindControl, kindAvoid:
			controls++
		case kindMember, kindLifecycle:
		}
	}
	name := "group"
	if s.framework() != "" {
		name = "identifier"
	}
	switch {
	case groups == 0:
		return words.Count(controls, "control")
	case controls == 0:
		return words.Count(groups, name)
	}
	return words.Count(controls, "control") + " and " + words.Count(groups, name)
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
		h.raw(fmt.Sprintf("<div class=%s><dt class=mark>%s</dt><dd>%d</dd></div>", outcomeClass(o), h.total.word(o),
			h.total.outcomes[o]))
	}
	h.raw("</dl>\n")
}
