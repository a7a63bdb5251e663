package assess

import (
	"iter"
	"maps"
	"slices"
)

// GroupRule says which members of a group have to pass. It is named like the argument that
// has the group.
type GroupRule string

// The rules.
const (
	RuleAnyOf GroupRule = "any_of" // one
	// RuleEveryDocumentedOf asks for every one that a document of the service speaks of, and
	// for a document that speaks of one at least.
	RuleEveryDocumentedOf GroupRule = "every_documented_of"
)

// GroupRules lists the rules.
func GroupRules() []GroupRule { return []GroupRule{RuleAnyOf, RuleEveryDocumentedOf} }

// Decide returns the outcome of a group by the outcomes and reasons of its members, before
// exceptions. Of members that pass, any_of takes the best and every_documented_of the worst.
func (rule GroupRule) Decide(members iter.Seq2[Outcome, Reason]) (Outcome, Reason) {
	var t memberTally
	for o, why := range members {
		t.add(o, why)
	}
	switch {
	case t.documented == 0:
		return Gap, NoMember
	case t.documented == t.notApplicable:
		return NotApplicable, ""
	case rule == RuleEveryDocumentedOf && t.failing > 0:
		return Gap, NotEveryMember
	case rule == RuleEveryDocumentedOf:
		return t.worst, ""
	case t.best != "":
		return t.best, ""
	case t.documented == t.denied:
		return Gap, NotApplicableDenied
	}
	return Gap, NoMember
}

// memberTally counts the members of a group that a document of the service speaks of.
type memberTally struct {
	documented, notApplicable, denied, failing int
	best, worst                                Outcome // of those that pass and apply; "" for none
}

func (t *memberTally) add(o Outcome, why Reason) {
	if why == Undocumented {
		return
	}
	t.documented++
	switch {
	case o == NotApplicable:
		t.notApplicable++
	case why == NotApplicableDenied:
		t.denied++
		t.failing++
	case o.Standing() != Holds:
		t.failing++
	default:
		if t.best == "" || o.Rank() > t.best.Rank() {
			t.best = o
		}
		if t.worst == "" || o.Rank() < t.worst.Rank() {
			t.worst = o
		}
	}
}

// decide is Decide for the findings of an assessment.
func (rule GroupRule) decide(members map[string]Finding) (Outcome, Reason) {
	return rule.Decide(func(yield func(Outcome, Reason) bool) {
		for _, f := range members {
			if !yield(f.Outcome, f.Reason) {
				return
			}
		}
	})
}

// Behind yields, by control, the findings that make the group a gap: of the members that do not
// pass where every documented one has to, else of all.
func (g Group) Behind() iter.Seq2[string, Finding] {
	return func(yield func(string, Finding) bool) {
		for _, control := range slices.Sorted(maps.Keys(g.Controls)) {
			f := g.Controls[control]
			if g.Reason == NotEveryMember && (f.Outcome.Passes() || f.Reason == Undocumented) {
				continue
			}
			if !yield(control, f) {
				return
			}
		}
	}
}

// mayClose reports whether the gap closes if those members pass of which it is said: one, or
// where every documented one has to, all that do not.
func (g Group) mayClose(passes func(control string, f Finding) bool) bool {
	some := false
	for control, f := range g.Behind() {
		if passes(control, f) {
			some = true
		} else if g.Reason == NotEveryMember {
			return false
		}
	}
	return some
}

// mayGrow reports whether more members may close the gap.
func (g Group) mayGrow() bool { return g.Reason != NotEveryMember }

// GroupsOf gives the members of the groups under one rule, by name.
func (r Requirement) GroupsOf(rule GroupRule) map[string][]string {
	if rule == RuleEveryDocumentedOf {
		return r.EveryDocumentedOf
	}
	return r.AnyOf
}

// Group returns the members of a group and its rule; false for a name that is none of a group.
func (r Requirement) Group(name string) (members []string, rule GroupRule, found bool) {
	for _, rule := range GroupRules() {
		if members, found := r.GroupsOf(rule)[name]; found {
			return members, rule, true
		}
	}
	return nil, "", false
}

// Groups gives the members of the groups under all rules, by name.
func (r Requirement) Groups() map[string][]string {
	all := make(map[string][]string, len(r.AnyOf)+len(r.EveryDocumentedOf))
	for _, rule := range GroupRules() {
		maps.Copy(all, r.GroupsOf(rule))
	}
	return all
}

// GroupNames lists the groups under all rules, sorted.
func (r Requirement) GroupNames() []string { return slices.Sorted(maps.Keys(r.Groups())) }
