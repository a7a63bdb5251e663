package assess

import "github.com/security-controls/terraform-provider-controls/internal/catalog"

// Holds returns the first and the last day on which the assessment comes out as it is,
// by the same catalogue: before or after, an exception, the age of a document or the
// life of a service makes a difference to a finding. last is "" where nothing ends.
//
// An assessment has no date of its own, so this is also all that is known of when it was
// made.
func (a *Assessment) Holds() (first, last catalog.Date) {
	from := func(d catalog.Date) { first = max(first, d) }
	until := func(d catalog.Date) { last = earlier(last, d) }
	t := newTerms(a.Requirement, a.Policy, a.Registers)
	for p := range t.exceptions {
		t.holds(p, a.excepted(p.service, p.control), from, until)
	}
	for _, r := range a.Registers {
		begins, ends := t.policy.turns(r, a.Requirement.Workload)
		from(begins)
		until(ends)
	}
	for _, ev := range a.Requirement.Evidence {
		if ev.Register != "" {
			from(t.registers[ev.Register].From)
			until(t.registers[ev.Register].Until)
		}
	}
	for _, doc := range a.Documents {
		from(doc.Published)
	}
	for _, s := range a.Services {
		for f := range s.findings {
			if end := a.freshUntil(s, f); f.Reason != Stale {
				until(end)
			} else if end != "" {
				from(end.AddDays(1))
			}
		}
		switch l := s.Lifecycle; {
		case l == nil:
		case l.Retired:
			from(l.RetiredOn)
		default:
			until(l.RetiredOn.AddDays(-1))
		}
	}
	return first, last
}

// earlier is the earlier of two dates, of which "" is none.
func earlier(a, b catalog.Date) catalog.Date {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// excepted returns what became of the check that an exception is for.
func (a *Assessment) excepted(service, check string) ruling {
	s := a.Services[service]
	if g, ok := s.Groups[check]; ok {
		return ruling{outcome: g.Outcome, expired: g.ExceptionExpired, from: g.ExceptionFrom}
	}
	f := s.Controls[check]
	return ruling{outcome: f.Outcome, expired: f.ExceptionExpired, from: f.ExceptionFrom}
}

// DocumentOf is the id of the document behind a documented finding.
func (s ServiceFindings) DocumentOf(f Finding) string {
	if f.Document != "" {
		return f.Document
	}
	return s.Document
}

// findings yields every finding of the service, the members of groups included.
func (s ServiceFindings) findings(yield func(Finding) bool) {
	for _, f := range s.Controls {
		if !yield(f) {
			return
		}
	}
	for _, g := range s.Groups {
		for _, f := range g.Controls {
			if !yield(f) {
				return
			}
		}
	}
}

// outcomes yields every outcome of the service: of its findings, of groups, and of its end
// where that has one.
func (s ServiceFindings) outcomes(yield func(Outcome) bool) {
	for f := range s.findings {
		if !yield(f.Outcome) {
			return
		}
	}
	for _, g := range s.Groups {
		if !yield(g.Outcome) {
			return
		}
	}
	if s.Lifecycle != nil && s.Lifecycle.Outcome != "" {
		yield(s.Lifecycle.Outcome)
	}
}
