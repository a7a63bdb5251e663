package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// findingWriter explains the gaps of one service in a list.
type findingWriter struct {
	*Explainer
	service string
	shared  string // id of the document that all of them cite below the list, or ""
}

// sharedDocument is the id of the document behind every gap of a service, where there
// are several: citing it with each would bury what matters. Else "".
func sharedDocument(s assess.ServiceFindings) string {
	ids, count := map[string]bool{}, 0
	see := func(f assess.Finding) {
		if f.Reason != assess.Undocumented {
			ids[s.DocumentOf(f)] = true
			count++
		}
	}
	for _, f := range s.Controls {
		if !f.Outcome.Passes() {
			see(f)
		}
	}
	for _, g := range s.Groups {
		if !g.Outcome.Passes() {
			for _, f := range g.Controls {
				see(f)
			}
		}
	}
	if count < 2 || len(ids) > 1 {
		return ""
	}
	return slices.Collect(maps.Keys(ids))[0]
}

// finding explains one gap in a list entry: what is documented, where, and the block
// that would answer a condition.
func (w *findingWriter) finding(control string, f assess.Finding, indent string) string {
	pad := "\n" + indent + "  "
	text := indent + "- " + control + ": " + w.reason(control, f) + ended(f.ExceptionExpired) + w.cite(f, pad)
	question, advice := "", ""
	switch f.Reason {
	case assess.ConditionOpen:
		question, advice = f.Condition, "Where the condition is met, say where that shows, in \"evidence\":"
	case assess.ConditionChanged:
		question, advice = f.Condition, "Where this condition is met as well, correct the entry in \"evidence\":"
	case assess.Present:
		question, advice = assess.SwitchedOff, "Where it is switched off, say where that shows, in \"evidence\":"
	case assess.Undocumented, assess.Stale, assess.NotApplicableDenied, assess.Unsupported, assess.NoMember, assess.Retired:
		return text // no evidence answers that
	}
	if question == "" {
		return text
	}
	return text + pad + advice +
		pad + "  {" +
		pad + "    service   = " + hclString(w.service) +
		pad + "    control   = " + hclString(control) +
		pad + "    condition = " + hclString(question) +
		pad + "    reference = \"\" # a link, or the address of the setting" +
		pad + "  },"
}

// ended names the end of an exception that no longer covers a gap.
func ended(on catalog.Date) string {
	if on == "" {
		return ""
	}
	return "; " + ExceptionEnded(on)
}

func (w *findingWriter) reason(control string, f assess.Finding) string {
	cloud := w.Assessment.Services[w.service].Cloud
	if w.unspoken[cloud].silentOn(control, f) {
		return fmt.Sprintf("not documented, for this or any service of %s", cloud)
	}
	clause := Finding{
		Reason: f.Reason, Status: f.Documented(), Condition: f.Condition, Planned: f.Planned,
		Requirement: w.Assessment.Requirement,
	}
	if f.Reason == assess.Stale {
		clause.AgeDays = w.Assessment.Documents[w.documentOf(f)].Published.DaysUntil(w.Today)
	}
	for _, ev := range w.Assessment.Requirement.Evidence {
		if ev.Service == w.service && ev.Control == control {
			clause.Answered = append(clause.Answered, ev.Condition)
		}
	}
	return clause.Clause()
}

// group explains a group by each of its members; those without a statement in one line.
func (w *findingWriter) group(name string, g assess.Group) string {
	text := "  - " + name + ": " + Group(g.Outcome, g.Reason, len(g.Controls)) + ended(g.ExceptionExpired)
	var undocumented []string
	u := w.unspoken[w.Assessment.Services[w.service].Cloud]
	for _, control := range slices.Sorted(maps.Keys(g.Controls)) {
		f := g.Controls[control]
		switch {
		case f.Reason == assess.Undocumented && u.once() && !u.spoken[control] && !u.silentOnAll(g):
			// No choice of service would document it.
		case f.Reason == assess.Undocumented:
			undocumented = append(undocumented, control)
		default:
			text += "\n" + w.finding(control, f, "      ")
		}
	}
	if len(undocumented) > 0 {
		text += "\n      - not documented: " + strings.Join(undocumented, ", ")
	}
	return text
}

func (w *findingWriter) documentOf(f assess.Finding) string {
	return w.Assessment.Services[w.service].DocumentOf(f)
}

// cite names the document of a finding, unless all findings share it.
func (w *findingWriter) cite(f assess.Finding, pad string) string {
	if f.Reason == assess.Undocumented || w.shared != "" {
		return ""
	}
	return w.citation(w.documentOf(f), pad)
}

// citation names a document and where to read it, each after pad.
func (x *Explainer) citation(id, pad string) string {
	doc := x.Assessment.Documents[id]
	text := pad + Citation(doc)
	if doc.URL != "" { // a team's own document may have none
		text += pad + doc.URL
	}
	return text
}
