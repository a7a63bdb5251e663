package attest

import (
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The names of properties:
//
//	property = "CONTROLS_" check "_" state
//	check    = "ALL" / "REQUIRED_" name / "AVOIDED_" name / "ANY_OF_" name / "EVERY_DOCUMENTED_OF_" name
//	state    = "DOCUMENTED" / "MET_WITH_EXCEPTIONS" / "IN_FORCE"
//	name     = the id of a control or the name of a group, in capitals, with one "_" for
//	           each run of other characters than letters and digits
//
// A property is there only if what it names was checked for every service of the
// attestation and passed for every one. Where two groups come out as one name, it is
// there only if it holds for both. What is in force passed by no exception, and has another
// property that says so.
const (
	propertyPrefix = "CONTROLS_"
	documentedEnd  = "_DOCUMENTED"          // by no exception
	exceptionsEnd  = "_MET_WITH_EXCEPTIONS" // by one at least
	inForceEnd     = "_IN_FORCE"            // shown by configuration, evidence or document
)

// The checks.
const (
	allChecks     = "ALL"
	requiredCheck = "REQUIRED_"
	avoidedCheck  = "AVOIDED_"
	anyOfCheck    = "ANY_OF_"
	everyCheck    = "EVERY_DOCUMENTED_OF_"
)

// Property returns the name that the property of a control has: of one required, or of
// an adverse one avoided; without or with exceptions.
func Property(control string, avoided, exceptions bool) string {
	check, end := requiredCheck, documentedEnd
	if avoided {
		check = avoidedCheck
	}
	if exceptions {
		end = exceptionsEnd
	}
	return propertyPrefix + check + snake(control) + end
}

// inForceProperties are the names of the properties by either of which a control is known to be
// in force; or, an adverse one, not to be: it passes by no exception only where it is not
// there or off.
func inForceProperties(control string) []string {
	return []string{
		propertyPrefix + requiredCheck + snake(control) + inForceEnd, Property(control, true, false),
	}
}

// snake writes a name in capitals and underscores.
func snake(name string) string {
	words := strings.FieldsFunc(strings.ToUpper(name), func(c rune) bool { return (c < 'A' || c > 'Z') && (c < '0' || c > '9') })
	return strings.Join(words, "_")
}

// state is how a check came out, from best to worst.
type state int

const (
	inForce state = iota // more than met
	met
	excepted
	missed
)

func stateOf(o assess.Outcome) state {
	switch o.Standing() {
	case assess.Holds:
		return met
	case assess.Accepted:
		return excepted
	case assess.Fails:
		return missed
	}
	return missed // a standing that is not known passes nothing
}

// ending is how the name of a property ends; "" where there is none.
func (s state) ending() string {
	switch s {
	case inForce, met:
		return documentedEnd
	case excepted:
		return exceptionsEnd
	case missed:
		return ""
	}
	return ""
}

// states gives, for every check by name, the worst state for each service.
type states map[string]map[string]state

func (s states) note(check, service string, st state) {
	if s[check] == nil {
		s[check] = map[string]state{}
	}
	s[check][service] = max(s[check][service], st)
}

// properties derives the properties from the findings of the predicate.
func (p *Predicate) properties() []string {
	found := states{}
	services := map[string]bool{}
	for _, a := range p.Assessments {
		for _, s := range a.Services {
			services[s.ID] = true
			s.note(found)
		}
	}
	out := []string{}
	for _, check := range slices.Sorted(maps.Keys(found)) {
		if len(found[check]) < len(services) {
			continue // not checked for every service
		}
		worst := slices.Max(slices.Collect(maps.Values(found[check])))
		if end := worst.ending(); end != "" {
			out = append(out, propertyPrefix+check+end)
		}
		if worst == inForce && !strings.HasPrefix(check, avoidedCheck) {
			out = append(out, propertyPrefix+check+inForceEnd)
		}
	}
	return out
}

// note notes every check of a service, and what all of them together come to.
func (s Service) note(found states) {
	all := func(check string, st state) {
		found.note(check, s.ID, st)
		found.note(allChecks, s.ID, st)
	}
	for _, c := range s.Controls {
		check := requiredCheck
		if c.Adverse {
			check = avoidedCheck
		}
		all(check+snake(c.ID), c.state())
	}
	for _, g := range s.Groups {
		check := anyOfCheck
		if g.Rule == assess.RuleEveryDocumentedOf {
			check = everyCheck
		}
		all(check+snake(g.Name), g.state())
	}
	if s.Lifecycle != nil && s.Lifecycle.Outcome != "" {
		found.note(allChecks, s.ID, stateOf(s.Lifecycle.Outcome))
	}
}

// state is how a control came out.
func (c Control) state() state {
	st := stateOf(c.Outcome)
	if st == met && (c.Adverse || c.InForce != "") {
		return inForce
	}
	return st
}

// state is how a group came out: in force, if a member is, or every one where every documented one
// has to pass. What does not apply is neither.
func (g Group) state() state {
	st := stateOf(g.Outcome)
	shown := func(c Control) bool { return c.state() == inForce }
	notShown := func(c Control) bool {
		return !shown(c) && c.Outcome != assess.NotApplicable && c.Reason != assess.Undocumented
	}
	every := g.Rule == assess.RuleEveryDocumentedOf
	if st == met && slices.ContainsFunc(g.Controls, shown) && (!every || !slices.ContainsFunc(g.Controls, notShown)) {
		return inForce
	}
	return st
}

// check holds the outcome of a group against those of its members, by its rule.
func (g Group) check() error {
	if !slices.Contains(assess.GroupRules(), g.Rule) {
		return words.Errorf("the group %q has the rule %q, expected %s", g.Name, g.Rule, words.Or(assess.GroupRules()))
	}
	outcome, reason := g.Rule.Decide(func(yield func(assess.Outcome, assess.Reason) bool) {
		for _, c := range g.Controls {
			if !yield(c.Outcome, c.Reason) {
				return
			}
		}
	})
	if outcome == assess.Gap && g.Outcome.Standing() == assess.Accepted {
		outcome = g.Outcome
	}
	if outcome != g.Outcome || reason != g.Reason {
		return words.Errorf("the group %q has the outcome %q, which its controls contradict", g.Name, g.Outcome)
	}
	return nil
}

// passes reports whether no finding of the service is a gap.
func (s Service) passes() bool {
	found := states{}
	s.note(found)
	return found[allChecks][s.ID] != missed
}
