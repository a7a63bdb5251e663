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
	for _, ex := range a.Requirement.Exceptions {
		outcome, expired := a.excepted(ex.Service, ex.Control)
		switch {
		case outcome == Excepted:
			until(ex.Expires)
		case expired != "":
			from(expired.AddDays(1))
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
func (a *Assessment) excepted(service, check string) (Outcome, catalog.Date) {
	s := a.Services[service]
	if g, ok := s.Groups[check]; ok {
		return g.Outcome, g.ExceptionExpired
	}
	f := s.Controls[check]
	return f.Outcome, f.ExceptionExpired
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
