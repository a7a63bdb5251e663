package report

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// hasIdentifiers reports whether the requirement has groups, which may be identifiers of a
// framework.
func hasIdentifiers(s *section) bool {
	return slices.ContainsFunc(s.checks, (*check).isGroup)
}

// identifiers says by group, which may be an identifier of a framework, how it stands: for the
// services of each cloud, by which controls, and by whose mapping. What the profile selects
// beside that follows.
func (w *htmlSection) identifiers() {
	w.hint("A documented feature supports an identifier. It does not meet it: that takes more than features. In part: for some " +
		"services and not for others. Not documented: no document in this catalogue speaks of a control of it.")
	if c := w.s.Crosswalk; c != nil && c.Profile != nil {
		w.element("<p class=profile>", plaintext.Line(c.Profile.Title), "</p>\n")
	}
	w.raw("<dl class=counts>")
	for _, count := range w.s.coverage() {
		w.raw("<div><dt>", count.name, "</dt><dd>", count.value, "</dd></div>")
	}
	w.raw("</dl>\n")
	head := "Identifier"
	if framework := w.s.framework(); framework != "" {
		head = html.EscapeString("Identifier of " + framework)
	}
	w.table("How each identifier stands", head, "How it stands", "Controls, and by whose mapping")
	for _, one := range w.s.identifiers() {
		w.identifier(one)
	}
	w.endTable()
	w.sources()
	for _, left := range w.s.leftOut() {
		w.listed(left)
	}
}

// identifier writes a line of the table.
func (w *htmlSection) identifier(one identifier) {
	class := w.rowClass(one)
	if len(one.clouds) > 0 && one.outcome.Passes() {
		class += " ok"
	}
	w.raw("<tr class=\"", class, "\" id=", w.checkAnchor(one.check), "><th scope=row>")
	w.raw(w.checks[one.check].title, "</th><td>")
	for _, in := range one.clouds {
		w.raw("<p class=\"", in.class(), " ", w.cloudClass(in.cloud), "\"><span class=mark>", in.word(), "</span>")
		says := in.says()
		if len(one.clouds) > 1 {
			says = cloudName(in.cloud) + ": " + strings.TrimPrefix(says, "for ")
		}
		w.element(" ", says, "")
		for _, of := range in.remainders() {
			sep := "; " + of.why + ": "
			for _, f := range of.findings {
				w.raw(sep, "<a href=#", w.findingAnchor(f), ">")
				w.element("", f.service.name, "</a>")
				sep = ", "
			}
		}
		w.raw("</p>")
	}
	w.raw("</td><td>")
	rule := one.check.kind.facts().members
	for _, by := range one.check.mappings() {
		w.raw("<p><span class=meaning>", rule, ":</span> ")
		if rule = "Or"; one.check.kind == kindEvery {
			rule = "And"
		}
		for i, m := range by.members {
			if i > 0 {
				w.raw(", ")
			}
			w.raw("<a class=\"", strings.TrimSpace(w.categoryClass(m)), "\" href=#", w.checkAnchor(m), ">")
			w.element("", m.title, "</a>")
		}
		switch {
		case by.source >= 0:
			w.element(" <span class=meaning>", by.basis, fmt.Sprintf(", by <a href=#r%d-source-%d>[%d]</a>; %s</span>",
				w.s.number, by.source+1, by.source+1, by.relates))
		case w.s.Crosswalk != nil:
			w.raw(" <span class=meaning>by no mapping: whoever wrote the requirement says so</span>")
		}
		w.raw("</p>")
	}
	w.raw("</td></tr>\n")
}

// sources names those of the mappings, by the numbers that the table has.
func (w *htmlSection) sources() {
	if w.s.Crosswalk == nil {
		return
	}
	w.hint("Mappings by these sources. How a control relates to an identifier is the catalogue's word, in the terms of NIST " +
		"IR 8477. " + confidenceNote)
	w.raw("<ol class=steps>\n")
	for i, source := range w.s.Crosswalk.Sources {
		w.element(fmt.Sprintf("<li id=r%d-source-%d>", w.s.number, i+1), plaintext.Line(source), "</li>\n")
	}
	w.raw("</ol>\n")
}

// listed writes identifiers that no verdict is about.
func (w *htmlSection) listed(left leftOut) {
	w.raw(fmt.Sprintf("<h%d>%s (%d)</h%d>\n", w.level+1, left.word, len(left.names), w.level+1))
	w.hint(left.why + ": the report says nothing of these.")
	w.raw("<ul class=\"types listed\">\n")
	for _, name := range left.names {
		w.element("<li>", name, "</li>\n")
	}
	w.raw("</ul>\n")
}

// rowClass is the class of a line that the style sheet hides once all in it is filtered out, by
// outcome and cloud, or by category.
func (h *htmlWriter) rowClass(one identifier) string {
	var lines []string
	for _, in := range one.clouds {
		lines = append(lines, fmt.Sprintf(":is(:has(#f-%s:not(:checked)), :has(#f-%s:not(:checked)))",
			outcomeClass(in.outcome), h.cloudClass(in.cloud)))
	}
	return h.hiddenBy(lines) + h.categoryClass(one.check)
}

// hiddenBy is the class of what is hidden where all the conditions on the filters hold.
func (h *htmlWriter) hiddenBy(conditions []string) string {
	slices.Sort(conditions)
	rule := strings.Join(slices.Compact(conditions), "")
	at := slices.Index(h.rules, rule)
	if at < 0 {
		at, h.rules = len(h.rules), append(h.rules, rule)
	}
	return fmt.Sprintf("h%d", at)
}
