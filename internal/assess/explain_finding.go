package assess

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// findingWriter explains the gaps of one service in a list.
type findingWriter struct {
	*Explainer
	service string
	shared  string // id of the document that all of them cite below the list, or ""
}

// sharedDocument is the id of the document behind every gap of a service, where there
// are several: citing it with each would bury what matters. Else "".
func (s ServiceFindings) sharedDocument() string {
	ids, count := map[string]bool{}, 0
	see := func(f Finding) {
		if f.Reason != Undocumented {
			ids[s.documentOf(f)] = true
			count++
		}
	}
	for _, f := range s.Controls {
		if f.Outcome == Gap {
			see(f)
		}
	}
	for _, g := range s.Groups {
		if g.Outcome == Gap {
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
func (w *findingWriter) finding(control string, f Finding, indent string) string {
	pad := "\n" + indent + "  "
	text := indent + "- " + control + ": " + w.reason(control, f) + ended(f.ExceptionExpired) + w.cite(f, pad)
	question := ""
	switch f.Reason {
	case ConditionOpen, ConditionChanged:
		question = f.Condition
	case Present:
		question = SwitchedOff
	}
	if question == "" {
		return text
	}
	advice := "Where the condition is met, say where that shows, in \"evidence\":"
	switch f.Reason {
	case ConditionChanged:
		advice = "Where this condition is met as well, correct the entry in \"evidence\":"
	case Present:
		advice = "Where it is switched off, say where that shows, in \"evidence\":"
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
	return fmt.Sprintf("; its exception ended on %s", on)
}

func (w *findingWriter) reason(control string, f Finding) string {
	r := w.Assessment.Requirement
	documented := fmt.Sprintf("documented as %q", f.Status.Documented())
	if f.Status == catalog.StatusConditional {
		documented = fmt.Sprintf("documented as \"Yes\", on the condition %q", f.Condition)
	}
	switch f.Reason {
	case Undocumented:
		cloud := w.Assessment.Services[w.service].Cloud
		if w.unspoken[cloud].silentOn(control, f) {
			return fmt.Sprintf("not documented, for this or any service of %s", cloud)
		}
		if r.AsOf != "" {
			return "not documented as of " + string(r.AsOf)
		}
		return "not documented"
	case Stale:
		age := w.Assessment.Documents[w.documentOf(f)].Published.DaysUntil(w.Today)
		return fmt.Sprintf("%s, but the document is %s old, and the requirement accepts at most %s", documented, words.Count(age, "day"), words.Count(int(*r.MaxDocumentAgeDays), "day"))
	case ConditionChanged:
		var answered []string
		for _, ev := range r.Evidence {
			if ev.Service == w.service && ev.Control == control {
				answered = append(answered, ev.Condition)
			}
		}
		return fmt.Sprintf("%s; the evidence answers another, %s", documented, words.Or(answered))
	case Unsupported:
		if f.Planned {
			return documented + " (support is planned)"
		}
	case NotApplicableDenied:
		return documented + `, which does not count (not_applicable = "deny")`
	case Present:
		return documented + ", but the requirement avoids it"
	}
	return documented
}

// group explains a group by each of its members; those without a statement in one line.
func (w *findingWriter) group(name string, g Group) string {
	text := fmt.Sprintf("  - %s: the one control of this group is missing", name)
	if len(g.Controls) != 1 {
		text = fmt.Sprintf("  - %s: none of the %d controls of this group", name, len(g.Controls))
	}
	text += ended(g.ExceptionExpired)
	var undocumented []string
	u := w.unspoken[w.Assessment.Services[w.service].Cloud]
	for _, control := range slices.Sorted(maps.Keys(g.Controls)) {
		f := g.Controls[control]
		switch {
		case f.Reason == Undocumented && u.once() && !u.spoken[control] && !u.silentOnAll(g):
			// No choice of service would document it.
		case f.Reason == Undocumented:
			undocumented = append(undocumented, control)
		case f.Outcome == NotApplicable:
			text += fmt.Sprintf("\n      - %s: documented as \"N/A\"%s", control, w.cite(f, "\n        "))
		default:
			text += "\n" + w.finding(control, f, "      ")
		}
	}
	if len(undocumented) > 0 {
		text += "\n      - not documented: " + strings.Join(undocumented, ", ")
	}
	return text
}

func (w *findingWriter) documentOf(f Finding) string {
	return w.Assessment.Services[w.service].documentOf(f)
}

// cite names the document of a finding, unless all findings share it.
func (w *findingWriter) cite(f Finding, pad string) string {
	if f.Reason == Undocumented || w.shared != "" {
		return ""
	}
	return w.citation(w.documentOf(f), pad)
}

// citation names a document and where to read it, each after pad.
func (x *Explainer) citation(id, pad string) string {
	doc := x.Assessment.Documents[id]
	text := pad + fmt.Sprintf("%s, %s", doc.Title, doc.Published)
	if doc.URL != "" { // a team's own document may have none
		text += pad + doc.URL
	}
	return text
}
