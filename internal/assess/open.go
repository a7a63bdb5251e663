package assess

import (
	"maps"
)

// Open says what of a requirement is not known yet, as happens in a plan. What is
// known stands in the Requirement; where a setting is open, the Requirement has the
// value that lets most pass, so that a gap found is one whatever the value will be. An
// exception or evidence of which the service, the control, the end or the condition is
// open is a Pattern, and not in the Requirement.
type Open struct {
	Services   bool            // more services may come
	Checks     bool            // more controls, groups or adverse controls may come
	Groups     map[string]bool // groups that may get more members
	AsOf       bool            // nothing can be assessed without it
	Exceptions []Pattern       // exceptions that may cover a gap
	Evidence   []Pattern       // evidence that may answer a condition
	Settings   bool            // those of the table that decide, and allow_no_services
	// Configuration may yet show what is in force.
	Configuration bool
	Record        bool // texts that are recorded and decide nothing
}

// Pattern matches a check of a service; "" matches any.
type Pattern struct{ Service, Control string }

// patterns finds the patterns that match a check.
type patterns map[Pattern]bool

func newPatterns(list []Pattern) patterns {
	set := make(patterns, len(list))
	for _, p := range list {
		set[p] = true
	}
	return set
}

func (p patterns) match(service, control string) bool {
	return p[Pattern{service, control}] || p[Pattern{service, ""}] || p[Pattern{"", control}] || p[Pattern{}]
}

// Any reports whether anything is open.
func (o Open) Any() bool {
	return o.Services || o.Checks || len(o.Groups) > 0 || o.AsOf ||
		len(o.Exceptions) > 0 || len(o.Evidence) > 0 || o.Settings || o.Configuration || o.Record
}

// Certain returns a copy of an assessment that keeps just the gaps which nothing that
// is open can cover. It is good for explaining, not for recording.
func (o Open) Certain(a *Assessment) *Assessment {
	may := covers{newPatterns(o.Exceptions), newPatterns(o.Evidence), o.Configuration}
	certain := *a
	certain.Compliant = true
	certain.Services = make(map[string]ServiceFindings, len(a.Services))
	for id, s := range a.Services {
		s.Controls, s.Groups = maps.Clone(s.Controls), maps.Clone(s.Groups)
		maps.DeleteFunc(s.Controls, func(control string, f Finding) bool {
			return f.Outcome == Gap && (o.AsOf || may.exceptions.match(id, control) || may.mayAnswer(id, control, f))
		})
		maps.DeleteFunc(s.Groups, func(name string, g Group) bool {
			return g.Outcome == Gap && (o.AsOf || o.Groups[name] && g.mayGrow() || may.exceptions.match(id, name) ||
				may.mayCloseGroup(id, g))
		})
		s.Compliant = s.Passes()
		certain.Compliant = certain.Compliant && s.Compliant
		certain.Services[id] = s
	}
	return &certain
}

// Passes reports whether no finding is a gap, and the service is not retired where that
// is one.
func (s ServiceFindings) Passes() bool {
	if !s.Lifecycle.Passes() {
		return false
	}
	for _, f := range s.Controls {
		if !f.Outcome.Passes() {
			return false
		}
	}
	for _, g := range s.Groups {
		if !g.Outcome.Passes() {
			return false
		}
	}
	return true
}

// covers is what may still cover a gap.
type covers struct {
	exceptions, evidence patterns
	configuration        bool
}

func (c covers) mayAnswer(service, control string, f Finding) bool {
	switch f.Reason {
	case ConditionOpen, ConditionChanged, NotShown, Present:
		return !f.CertainlyWrong() && (c.configuration || c.evidence.match(service, control))
	case Undocumented, Stale, ConditionNotMet, NotApplicableDenied, Unsupported, TurnedOff, EvidenceFails, NoMember,
		NotEveryMember, Retired:
	}
	return false
}

func (c covers) mayCloseGroup(service string, g Group) bool {
	return g.mayClose(func(control string, f Finding) bool { return c.mayAnswer(service, control, f) })
}
