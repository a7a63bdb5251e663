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
	shared  string // id of the document that is cited below the list, or ""
	// baseline is what is documented of the service, once that was asked for.
	baseline *catalog.Baseline
	ofGroup  bool // what is explained is a member of a group: what is near it is named once for all groups
}

// sharedDocument is the id of the document behind most of the gaps of a service, of as many
// the first: citing it with each would bury what matters. "" where nothing is documented.
func sharedDocument(s assess.ServiceFindings) string {
	count := map[string]int{}
	see := func(f assess.Finding) {
		if f.Reason != assess.Undocumented {
			count[s.DocumentOf(f)]++
		}
	}
	for _, f := range s.Controls {
		if !f.Outcome.Passes() {
			see(f)
		}
	}
	for _, g := range s.Groups {
		if !g.Outcome.Passes() {
			for _, f := range g.Behind() {
				see(f)
			}
		}
	}
	most := ""
	for _, id := range slices.Sorted(maps.Keys(count)) {
		if count[id] > count[most] {
			most = id
		}
	}
	return most
}

// Question is what evidence for a finding would have to answer, "" where none can.
func Question(f assess.Finding) string {
	switch f.Reason {
	case assess.ConditionOpen, assess.ConditionChanged:
		return f.Condition
	case assess.Present:
		if f.CertainlyWrong() {
			return ""
		}
		return assess.SwitchedOff
	case assess.NotShown:
		return assess.SwitchedOn
	case assess.Undocumented, assess.Stale, assess.ConditionNotMet, assess.NotApplicableDenied, assess.Unsupported,
		assess.TurnedOff, assess.EvidenceFails, assess.NoMember, assess.NotEveryMember, assess.Retired:
		return ""
	}
	return ""
}

// finding explains one gap: what is documented, and where, unless that is cited below.
func (w *findingWriter) finding(control string, f assess.Finding) string {
	text := w.reason(control, f) + w.accepted(w.service, control, f.ExceptionExpired, f.ExceptionFrom)
	if id := w.documentOf(f); f.Reason != assess.Undocumented && id != w.shared {
		text += ", by " + w.cite(id)
	}
	return text + w.deciders(control, f)
}

func (w *findingWriter) reason(control string, f assess.Finding) string {
	cloud := w.Assessment.Services[w.service].Cloud
	if w.unspoken[cloud].silentOn(control, f) {
		return fmt.Sprintf("not documented, for this or any service of %s", cloud)
	}
	clause := Finding{
		Reason: f.Reason, Status: f.Documented(), Condition: f.Condition, Planned: f.Planned,
		InForce: f.InForce, Met: f.Met, EnabledByDefault: f.EnabledByDefault, Requirement: w.Assessment.Requirement,
		SettingsBy: w.Assessment.SettingsBesides(w.Assessment.Services[w.service], f),
	}
	if f.Reason == assess.Stale {
		clause.AgeDays = w.Assessment.Documents[w.documentOf(f)].Published.DaysUntil(w.Today)
	}
	for _, ev := range w.Assessment.Requirement.Evidence {
		if ev.Service == w.service && ev.Control == control {
			clause.Answered = append(clause.Answered, ev.Condition)
		}
	}
	if f.Reason == assess.Undocumented && !w.ofGroup {
		return clause.Clause() + w.related(control)
	}
	return clause.Clause()
}

// related names the controls near one that is not documented, to follow that; "" for none.
// Such a control may be what was meant.
func (w *findingWriter) related(control string) string {
	switch ids := w.near(control); len(ids) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(`; the related %s is, as "Yes"`, ids[0])
	default:
		return fmt.Sprintf(`; the related %s are, as "Yes"`, strings.Join(ids, ", "))
	}
}

// near lists the controls that speak of nearly the same thing and that the documents of the
// service have as "Yes".
func (w *findingWriter) near(control string) []string {
	near := w.Catalog.Related(control)
	if len(near) > 0 && w.baseline == nil {
		b, err := w.Catalog.Baseline(w.service, w.Assessment.Requirement.AsOf)
		if err != nil {
			w.err = err
			return nil
		}
		w.baseline = b
	}
	return slices.DeleteFunc(near, func(id string) bool {
		st, ok := w.baseline.Controls[id]
		return !ok || st.Status != catalog.StatusYes
	})
}

// nearby names, once for all groups of a service that are gaps, what its documents have near
// members that they do not speak of, and that is no member of the group itself; "" for nothing. Documents of
// one vendor call the same thing by several names, of which a mapping has but one.
func (w *findingWriter) nearby(groups map[string]assess.Group) string {
	by := map[string][]string{} // by silent member, what is near it
	for _, g := range groups {
		for control, f := range g.Controls {
			if g.Outcome.Passes() || f.Reason != assess.Undocumented {
				continue
			}
			for _, id := range w.near(control) {
				if _, isMember := g.Controls[id]; !isMember && !slices.Contains(by[control], id) {
					by[control] = append(by[control], id)
				}
			}
		}
	}
	var list gapList
	for _, control := range slices.Sorted(maps.Keys(by)) {
		slices.Sort(by[control])
		list.add(control, strings.Join(by[control], ", "))
	}
	if len(list.texts) == 0 {
		return ""
	}
	w.hasNearby = true
	parts := make([]string, len(list.texts))
	for i, near := range list.texts {
		parts[i] = near + " (near " + strings.Join(list.checks[near], ", ") + ")"
	}
	return "  Documented nearby, as \"Yes\": " + strings.Join(parts, "; ")
}

// group explains a group by the members that make it a gap, those together of which the same is
// to be said.
func (w *findingWriter) group(name string, g assess.Group) string {
	var list gapList
	_, rule, _ := w.Assessment.Requirement.Group(name)
	u := w.unspoken[w.Assessment.Services[w.service].Cloud]
	silent := 0
	w.ofGroup = true
	for control, f := range g.Behind() {
		if f.Reason == assess.Undocumented && u != nil && !u.spoken[control] && !u.silentOnAll(g) {
			silent++ // no choice of service would document it
			continue
		}
		list.add(control, strings.ReplaceAll(w.finding(control, f), "\n", "\n    "))
	}
	w.ofGroup = false
	head := GroupOf(rule, g).Clause()
	if silent > 0 {
		head += fmt.Sprintf(" (no document of %s speaks of %d of them)", w.Assessment.Services[w.service].Cloud, silent)
	}
	head += w.accepted(w.service, name, g.ExceptionExpired, g.ExceptionFrom)
	return strings.Join(append([]string{head}, list.lines("      ")...), "\n")
}

func (w *findingWriter) documentOf(f assess.Finding) string {
	return w.Assessment.Services[w.service].DocumentOf(f)
}

// OldYears is how many years old a document is at least of which a text says how old it is.
const OldYears = 2

// old reports whether a document of a date is one whose age is worth a word.
func (x *Explainer) old(published catalog.Date) bool {
	return published != "" && published.AddYears(OldYears) < x.Today
}

// age says how old a document is, in years, to follow its date: ", 3.8 years old"; "" for
// one that is not old.
func (x *Explainer) age(published catalog.Date) string {
	if !x.old(published) {
		return ""
	}
	return fmt.Sprintf(", %.1f years old", float64(published.DaysUntil(x.Today))/daysPerYear)
}

const daysPerYear = 365.2425

// cite names a document, with its age where it is an old one, and notes it for the links.
func (x *Explainer) cite(id string) string {
	if !slices.Contains(x.cited, id) {
		x.cited = append(x.cited, id)
	}
	doc := x.Assessment.Documents[id]
	return Citation(doc, x.age(doc.Published))
}

// links lists where the documents are that the text names.
func (x *Explainer) links() string {
	var urls []string
	for _, id := range x.cited {
		// A team's own document may have none.
		if url := x.Assessment.Documents[id].URL; url != "" && !slices.Contains(urls, url) {
			urls = append(urls, url)
		}
	}
	if len(urls) == 0 {
		return ""
	}
	lines := append([]string{"Documents:"}, urls[:min(len(urls), maxLinks)]...)
	if more := len(urls) - maxLinks; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more, which data.controls_assessment has with all findings", more))
	}
	return strings.Join(lines, "\n  ")
}
