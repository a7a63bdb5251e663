package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// Findings that have no place of their own: those of one outcome in a line.

// inShort reports whether findings of an outcome need neither an action nor a proof besides
// their document.
func inShort(o assess.Outcome) bool { return o == assess.Satisfied || o == assess.NotApplicable }

// apart tells findings on controls from those on groups, of which other words are used.
func apart(findings []*finding) (single, groups []*finding) {
	for _, f := range findings {
		if f.check.isGroup() {
			groups = append(groups, f)
		} else {
			single = append(single, f)
		}
	}
	return single, groups
}

// inShort writes findings of one outcome in a line: their names, and the documents that they rest
// on, by number where they are several.
func (w *htmlSection) inShort(findings []*finding) {
	if len(findings) == 0 {
		return
	}
	w.raw("<li class=", outcomeClass(findings[0].outcome), "><span class=mark>", findings[0].word(), "</span><div><p>")
	anchor := w.serviceAnchor(findings[0].service) + "--"
	cited := sourcesOf(findings)
	proven := slices.IndexFunc(findings, func(f *finding) bool { return len(f.restsOn()) == 0 })
	if proven < 0 {
		proven = len(findings)
	}
	w.inLine(anchor, findings[:proven], cited)
	if len(cited) > 1 {
		w.raw("</p><p>")
	}
	for _, d := range cited {
		w.raw(" <span class=cite>")
		w.text(strings.TrimLeft(cited.mark(d)+" ", " "))
		w.cite(d)
		w.raw("</span>")
	}
	if proven > 0 && proven < len(findings) {
		w.raw("</p><p>")
	}
	w.inLine(anchor, findings[proven:], cited)
	w.raw("</p></div>\n")
}

// inLine writes the names of findings, with the numbers of the documents behind them.
func (w *htmlSection) inLine(anchor string, findings []*finding, cited sources) {
	var rule kind
	for i, f := range findings {
		c := w.checks[f.check]
		name := c.name
		switch {
		case f.check.isGroup() && f.check.kind != rule:
			if rule = f.check.kind; i > 0 {
				w.raw("</p><p>") // a rule of its own
			}
			w.raw(f.check.rule(), ": ")
		case i > 0:
			w.raw(", ")
		}
		if f.check.isGroup() {
			name = c.title
		}
		w.raw("<span id=", anchor, c.anchor)
		if c.class != "" {
			w.raw(" class=", c.class[1:])
		}
		w.raw(">", name)
		w.text(f.shortly(cited.mark))
		w.raw("</span>")
	}
}

// sources are the documents that findings of one outcome rest on, in the order of their numbers.
type sources []*document

func sourcesOf(findings []*finding) sources {
	var list sources
	for _, f := range findings {
		for _, d := range f.restsOn() {
			if !slices.Contains(list, d) {
				list = append(list, d)
			}
		}
	}
	return list
}

// mark is the number of a document behind what rests on it, " [2]"; "" where there is only one, or
// no document.
func (s sources) mark(d *document) string {
	if at := slices.Index(s, d); at >= 0 && len(s) > 1 {
		return fmt.Sprintf(" [%d]", at+1)
	}
	return ""
}

// restsOn are the documents of what makes the outcome of a finding: its own, or those of the members
// that come to the same.
func (f *finding) restsOn() []*document {
	if f.document != nil {
		return []*document{f.document}
	}
	var docs []*document
	for _, m := range f.members {
		if m.outcome == f.outcome && m.document != nil {
			docs = append(docs, m.document)
		}
	}
	return docs
}

// isInList reports whether a gap says no more than others of its kind: no document of the service
// speaks of any control of the group, and nobody accepted that.
func (f *finding) isInList() bool {
	return f.isGap() && f.check.isGroup() && f.isUnspoken() && f.exception == nil && !f.tolerated
}

// unspoken writes the gaps of which no document of the service speaks in one paragraph: said of
// each, it would be the longest part of a report on a profile.
func (w *htmlSection) unspoken(findings []*finding) {
	anchor := ""
	var order []string
	advised := map[string][]string{} // ids of groups by the advice that is the same for them
	for _, f := range findings {
		if !f.isInList() {
			continue
		}
		c := w.checks[f.check]
		if anchor == "" {
			anchor = w.serviceAnchor(f.service) + "--"
			w.raw("<li class=\"", f.class(), "\"><span class=mark>", f.word(),
				"</span><div><p><strong>Not documented.</strong> No document in this catalogue says of the service "+
					"whether it has a control of:</p><ul class=unspoken>\n")
		}
		w.raw("<li id=", anchor, c.anchor)
		if c.class != "" {
			w.raw(" class=", c.class[1:])
		}
		w.raw(">", c.title)
		sep := " ("
		for _, m := range f.members {
			w.element(sep, m.check.title, "")
			sep = ", "
		}
		w.raw(")</li>\n")
		if advice := w.advice(f); advice != "" {
			if advised[advice] == nil {
				order = append(order, advice)
			}
			advised[advice] = append(advised[advice], f.check.id)
		}
	}
	if anchor == "" {
		return
	}
	w.raw("</ul>")
	for _, advice := range order {
		slices.SortFunc(advised[advice], inOrder)
		names := plaintext.Line(strings.Join(advised[advice], ", "))
		w.element("<p class=note><b>What to do</b> for ", names+": "+inGroups(advice, advised[advice]...), "</p>")
	}
	w.raw("</div>\n")
}

// shortly is what a satisfied finding says beside its name: by which controls, each with the mark
// of the document that it rests on.
func (f *finding) shortly(mark func(*document) string) string {
	var members []string
	var silent []string
	for _, m := range f.members {
		switch {
		case m.outcome == f.outcome:
			members = append(members, m.check.title+mark(m.document))
		case m.isSilent() && f.check.kind == kindEvery:
			silent = append(silent, m.check.title)
		}
	}
	switch {
	case len(members) == 0 && f.byDefault:
		return " (on by default)" + mark(f.document)
	case len(members) == 0:
		return mark(f.document)
	case f.outcome == assess.NotApplicable:
		return " (documented as not applicable: " + strings.Join(members, ", ") + ")"
	}
	text := " (supported by " + strings.Join(members, ", ")
	if f.byDefault {
		text = " (on by default, supported by " + strings.Join(members, ", ")
	}
	if len(silent) > 0 {
		text += "; not documented: " + strings.Join(silent, ", ")
	}
	return text + ")"
}
