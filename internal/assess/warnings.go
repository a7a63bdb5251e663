package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Warning tells the maker of a requirement about something that does not fail it.
type Warning struct {
	Attribute string // "services", "exceptions" or "evidence"
	Nth       int    // entry of exceptions or evidence as given, from 1; 0 for the attribute as a whole
	Summary   string
	Detail    string
}

// warnings lists, by service and control, exceptions and evidence without use and
// exceptions about to end, then those for what is not required, corrections that let more
// pass, and services that are retired or will be.
func (e *evaluation) warnings(a *Assessment) []Warning {
	e.unasked = e.notRequired()
	warnings := append(e.exceptionWarnings(), e.evidenceWarnings(a)...)
	if text := e.twiceWarning(); text != "" {
		warnings = append(warnings, Warning{Attribute: "services", Summary: "Gaps accepted more than once", Detail: text})
	}
	if w, ok := e.unaskedWarning(); ok {
		warnings = append(warnings, w)
	}
	if text := e.correctionWarning(); text != "" {
		warnings = append(warnings, Warning{Attribute: "services", Summary: "Corrections of the catalogue", Detail: text})
	}
	if text := e.lifecycleWarning(a); text != "" {
		warnings = append(warnings, Warning{Attribute: "services", Summary: "Services retired or to be retired", Detail: text})
	}
	return warnings
}

// mayFindUse reports whether what is open could give use to an exception or evidence
// that has none yet: a service or control still to come, or a setting that makes a gap.
func (o Open) mayFindUse() bool {
	return o.Services || o.Checks || len(o.Groups) > 0 || o.AsOf || o.Settings || o.Configuration
}

// entry is one of the exceptions or the evidence of a requirement, normalised.
type entry struct {
	attribute string
	index     int
}

// notRequired says of the entries for a service or a control that is not required why
// they are.
func (e *evaluation) notRequired() map[entry]string {
	reasons := map[entry]string{}
	a := newDemands(e.requirement)
	for i, ex := range e.requirement.Exceptions {
		if why := a.unasked(pair{ex.Service, ex.Control}, false, e.requirement.Open); why != "" {
			reasons[entry{"exceptions", i}] = why
		}
	}
	for i, ev := range e.requirement.Evidence {
		if why := a.unasked(pair{ev.Service, ev.Control}, true, e.requirement.Open); why != "" {
			reasons[entry{"evidence", i}] = why
		}
	}
	return reasons
}

// maxUnasked is how many entries a warning names.
const maxUnasked = 10

// unaskedWarning lists the entries of notRequired in one text: whoever keeps exceptions
// for several requirements has many of them in each.
func (e *evaluation) unaskedWarning() (Warning, bool) {
	var lines []string
	first := ""
	type key struct {
		entry int
		why   string
	}
	more := map[key]int{} // checks of an entry that are not required for the same reason
	for i, ex := range e.requirement.Exceptions {
		if why := e.unasked[entry{"exceptions", i}]; why != "" && ex.Entry != 0 {
			more[key{ex.Entry, why}]++
		}
	}
	told := map[key]bool{}
	list := func(attribute, what string, i, number int, p pair) {
		k := key{number, e.unasked[entry{attribute, i}]}
		if k.why == "" || told[k] {
			return
		}
		first = cmp.Or(first, attribute)
		told[k] = number != 0
		lines = append(lines, fmt.Sprintf("  - %s for %s: %s", what, subjectOf(p, max(more[k]-1, 0)), k.why))
	}
	for i, ex := range e.requirement.Exceptions {
		list("exceptions", "exception", i, ex.Entry, pair{ex.Service, ex.Control})
	}
	for i, ev := range e.requirement.Evidence {
		list("evidence", "evidence", i, 0, pair{ev.Service, ev.Control})
	}
	if len(lines) == 0 {
		return Warning{}, false
	}
	if rest := len(lines) - maxUnasked; rest > 0 {
		lines = append(lines[:maxUnasked], fmt.Sprintf("  - and %d more", rest))
	}
	return Warning{
		Attribute: first, Summary: "Exceptions or evidence for what is not required",
		Detail: "These have no effect here, and are recorded all the same:\n\n" + strings.Join(lines, "\n") +
			"\n\nRemove them, or leave them where the list is kept for several requirements.",
	}, true
}

func (e *evaluation) evidenceWarnings(a *Assessment) []Warning {
	if e.requirement.Open.mayFindUse() {
		return nil
	}
	given := make(map[Evidence]int, len(e.given.Evidence))
	for i, ev := range e.given.Evidence {
		given[ev] = i
	}
	var warnings []Warning
	for i, ev := range e.requirement.Evidence {
		if ev.Register != "" || e.usedEvidence[i] || e.unasked[entry{"evidence", i}] != "" ||
			a.saysConditionChanged(ev.Service, ev.Control) {
			continue
		}
		warnings = append(
			warnings,
			Warning{Attribute: "evidence", Nth: given[ev] + 1, Summary: "Unused evidence", Detail: e.unusedEvidence(ev)},
		)
	}
	return warnings
}

// saysConditionChanged reports whether a gap names the evidence for a control already,
// as an answer to another condition than the documented one.
func (a *Assessment) saysConditionChanged(service, control string) bool {
	s := a.Services[service]
	if f := s.Controls[control]; f.Outcome == Gap && f.Reason == ConditionChanged {
		return true
	}
	for _, g := range s.Groups {
		if g.Outcome == Gap && g.Controls[control].Reason == ConditionChanged {
			return true
		}
	}
	return false
}

// unusedEvidence says what the evidence would have to answer, where there is anything.
func (e *evaluation) unusedEvidence(ev Evidence) string {
	text := words.Sprintf("The evidence for %q of %q answers the condition %q, ", ev.Control, ev.Service, ev.Condition)
	if slices.Contains(e.requirement.Avoid, ev.Control) && ev.Condition != SwitchedOff {
		return text + words.Sprintf(
			"but evidence for a control to be avoided answers %q alone. Correct the condition, or remove the evidence.",
			SwitchedOff,
		)
	}
	if ev.Condition == SwitchedOn && e.requirement.MustBe != MustBeEnabled {
		return text + "but with must_be = \"supported\" nothing has to be switched on. Set must_be = \"enabled\", or remove it."
	}
	return text + "but the documentation has no such condition. Remove it, or correct the condition."
}

// lifecycleWarning lists, a line each, the services at or before their end, and in a plan that
// passes the parts of services that are; "" for none. It comes with every plan, and so is short.
func (e *evaluation) lifecycleWarning(a *Assessment) string {
	if e.requirement.OnRetired == Allow {
		return ""
	}
	lines := e.ends()
	advice := "Plan a move. on_retired = \"deny\" fails what is retired, \"allow\" is silent."
	if len(lines) == 0 {
		advice = "Plan a move where the workload uses it. on_retired = \"allow\" silences this."
	}
	if len(a.Refused()) == 0 {
		// A plan that fails has more to say, and says this once it passes.
		lines = append(lines, e.parts(a)...)
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(append(lines, advice), "\n")
}

// ends lists the services that are retired or will be.
func (e *evaluation) ends() []string {
	var lines []string
	for _, id := range e.requirement.Services {
		s, _ := e.catalog.Summary(id)
		verb := ""
		switch s.Lifecycle.StageOn(e.today) {
		case catalog.StageRetired:
			if e.requirement.OnRetired == Deny {
				continue // a gap, which says all this
			}
			verb = "was retired"
		case catalog.StageRetiring:
			verb = "retires"
		case catalog.StageActive:
			continue
		}
		lines = append(lines, fmt.Sprintf("  - %s (%s) %s", s.Name, id, Ending(verb, s.Lifecycle.RetiredOn,
			s.Lifecycle.Successor)))
	}
	return lines
}

// inDays writes when a day is that is n days from today.
func inDays(n int) string {
	switch n {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	}
	return fmt.Sprintf("in %d days", n)
}
