package assess

import (
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// On returns the assessment as it comes out on a later day by what it quotes: what an exception
// covered that has ended, what rests on a document that is too old by then or on evidence of a
// register whose time is over, and a retired service that is not accepted, is a gap. Nothing
// passes that did not: whether what begins later counts is for another assessment to say. It is
// the assessment itself on a day on which that still holds, and for "".
func (a *Assessment) On(day catalog.Date) *Assessment {
	if day == "" {
		return a
	}
	if _, last := a.Holds(); last == "" || day <= last {
		return a
	}
	r := a.Requirement
	registers := map[string]RegisterRef{}
	for _, ref := range a.Registers {
		registers[ref.Name] = ref
	}
	r.Evidence = slices.DeleteFunc(slices.Clone(r.Evidence), func(ev Evidence) bool {
		return ev.Register != "" && !window{registers[ev.Register].From, registers[ev.Register].Until}.holds(day)
	})
	l := later{Assessment: a, terms: newTerms(r, a.Policy, a.Registers), adverse: r.adverseIn(), day: day}
	out := *a
	out.Requirement, out.Compliant, out.Services = r, true, make(map[string]ServiceFindings, len(a.Services))
	for id, s := range a.Services {
		s = l.service(id, s)
		out.Services[id] = s
		out.Compliant = out.Compliant && s.Compliant
	}
	return &out
}

// later decides again on a later day.
type later struct {
	*Assessment
	terms   *terms
	adverse map[string]bool
	day     catalog.Date
}

func (l later) service(id string, s ServiceFindings) ServiceFindings {
	s.Controls, s.Groups = maps.Clone(s.Controls), maps.Clone(s.Groups)
	for control, f := range s.Controls {
		p := pair{id, control}
		if f = l.finding(p, s, f); f.Outcome == Gap && s.Controls[control].Outcome != Gap {
			ruled := l.terms.rule(p, l.day)
			f.Outcome, f.ExceptionExpired, f.ExceptionFrom = ruled.outcome, ruled.expired, ruled.from
		}
		s.Controls[control] = f
	}
	for name, g := range s.Groups {
		if g.Outcome == Gap {
			continue
		}
		members := make(map[string]Finding, len(g.Controls))
		for control, f := range g.Controls {
			members[control] = l.finding(pair{id, control}, s, f)
		}
		_, rule, _ := l.Requirement.Group(name)
		g = Group{Controls: members}
		if g.Outcome, g.Reason = rule.decide(members); g.Outcome == Gap {
			ruled := l.terms.rule(pair{id, name}, l.day)
			g.Outcome, g.ExceptionExpired, g.ExceptionFrom = ruled.outcome, ruled.expired, ruled.from
		}
		s.Groups[name] = g
	}
	if end := s.Lifecycle; end != nil && end.RetiredOn <= l.day {
		retired := *end
		retired.Retired = true
		if l.Requirement.OnRetired == Deny {
			retired.Outcome, retired.Reason = Gap, Retired
		}
		s.Lifecycle = &retired
	}
	s.Compliant = s.Passes()
	return s
}

// finding decides again, before exceptions, by what a finding quotes. A gap stays as it is.
func (l later) finding(p pair, s ServiceFindings, f Finding) Finding {
	if f.Outcome == Gap {
		return f
	}
	q := s.quoted(f)
	q.stale = q.stale || q.document != "" && l.terms.requirement.tooOld(l.Documents[q.document].Published, l.day)
	now := l.terms.decide(p, l.adverse[p.control], q)
	now.Document = f.Document
	return now
}
