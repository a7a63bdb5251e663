package attest

import (
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// describe names a value by the digest of its canonical JSON: something that whoever
// has the assessments can make again.
func describe(what string, v any) (Descriptor, error) {
	text, err := canonicaljson.Marshal(v)
	if err != nil {
		return Descriptor{}, err
	}
	return descriptor(what, canonicaljson.Digest(text)), nil
}

func descriptor(what, digest string) Descriptor {
	return Descriptor{Digest: map[string]string{"sha256": hexOf(digest)}, URI: home + "/" + what + "/" + digest}
}

// resourceURI names what was assessed: by the digest of the one assessment, or by that
// of the list of their digests.
func resourceURI(digests []string) (string, error) {
	if len(digests) == 1 {
		return descriptor("assessment", digests[0]).URI, nil
	}
	d, err := describe("assessments", digests)
	return d.URI, err
}

func scopeOf(a *assess.Assessment) *Scope {
	if a.Scope == nil {
		return nil
	}
	return &Scope{
		Ignored: a.Scope.Ignored, Opaque: a.Scope.Opaque, Other: a.Scope.Other,
		OutOfScope: a.Scope.OutOfScope, Undocumented: a.Scope.Undocumented, UnreadModules: a.Scope.UnreadModules,
	}
}

// labelsOf lists the labels: as a map they could have the names of fields.
func labelsOf(r assess.Requirement) []Label {
	var out []Label
	for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
		out = append(out, Label{Name: name, Value: r.Labels[name]})
	}
	return out
}

func resultFor(a input, day catalog.Date) (AssessmentResult, error) {
	policy, err := describe("requirement", a.Requirement)
	if err != nil {
		return AssessmentResult{}, err
	}
	baseline := descriptor("catalog", a.Catalog.Digest)
	f := newFindings(a.Assessment)
	result := AssessmentResult{
		Baseline: Baseline{
			Corrections: a.Catalog.Corrections,
			Digest:      baseline.Digest,
			Documents:   []Document{},
			URI:         baseline.URI,
		},
		Digest:             map[string]string{"sha256": hexOf(a.digest)},
		Name:               a.name(),
		Policy:             policy,
		Scope:              scopeOf(a.Assessment),
		Services:           []Service{},
		VerificationResult: resultOf(a.Compliant),
		Weakened:           a.Weakened,
		Labels:             labelsOf(a.Requirement),
		Workload:           a.Requirement.Workload,
	}
	for _, id := range slices.Sorted(maps.Keys(a.Documents)) {
		doc := a.Documents[id]
		result.Baseline.Documents = append(
			result.Baseline.Documents,
			Document{
				Corrects:    doc.Corrects,
				ID:          id,
				PublishedOn: doc.Published,
				Publisher:   doc.Publisher,
				Source:      doc.Source,
				Title:       doc.Title,
				URI:         doc.URL,
			},
		)
	}
	for _, id := range slices.Sorted(maps.Keys(a.Services)) {
		result.Services = append(result.Services, f.service(id, a.Services[id]))
	}
	result.Exceptions = f.exceptions(day)
	return result, nil
}

// findings turns those of an assessment into those of a predicate.
type findings struct {
	*assess.Assessment
	avoided  map[string]bool
	answers  map[questionKey][]Evidence
	accepted map[string]bool // ids of the exceptions that a finding passes by
}

// questionKey is what evidence is for.
type questionKey struct{ service, control, condition string }

func newFindings(a *assess.Assessment) *findings {
	f := &findings{Assessment: a, avoided: map[string]bool{}, answers: map[questionKey][]Evidence{}, accepted: map[string]bool{}}
	for _, id := range a.Requirement.Avoid {
		f.avoided[id] = true
	}
	registers := map[string]*Register{}
	for _, r := range a.Registers {
		registers[r.Name] = registerOf(&r)
	}
	for _, ev := range a.Requirement.Evidence {
		key := questionKey{ev.Service, ev.Control, ev.Condition}
		f.answers[key] = append(f.answers[key], Evidence{
			Approver: ev.ApprovedBy, Condition: ev.Condition, Holds: ev.Holds, Reference: ev.Reference,
			Register: registers[ev.Register],
		})
	}
	return f
}

func (f *findings) service(id string, s assess.ServiceFindings) Service {
	out := Service{
		Controls: f.controls(id, s.Controls), Document: s.Document, ID: id,
		Name: s.Name, VerificationResult: resultOf(s.Compliant),
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		g := s.Groups[name]
		_, rule, _ := f.Requirement.Group(name)
		out.Groups = append(out.Groups, Group{
			// An exception for a group is for the group, not for its members.
			Controls: f.controls(
				id, g.Controls,
			),
			ExceptionID: f.exception(id, name, g.Outcome),
			Name:        name,
			Outcome:     g.Outcome,
			Reason:      g.Reason,
			Rule:        rule,
		})
	}
	for _, n := range s.Notices {
		out.Notices = append(out.Notices, Notice{
			Part: n.Scope, RetiresOn: n.RetiresOn, Successor: n.Successor, Title: n.Source, URI: n.URL,
		})
	}
	if l := s.Lifecycle; l != nil {
		out.Lifecycle = &Lifecycle{Outcome: l.Outcome, RetiredOn: l.RetiredOn, Successor: l.Successor}
	}
	return out
}

func (f *findings) controls(service string, found map[string]assess.Finding) []Control {
	out := make([]Control, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		finding := found[id]
		c := Control{
			Adverse: f.avoided[id], Condition: finding.Condition, Document: finding.Document,
			Documented: finding.Documented(), ExceptionID: f.exception(service, id, finding.Outcome),
			ID: id, Outcome: finding.Outcome, Planned: finding.Planned, Reason: finding.Reason,
			SettingsFrom: finding.SettingsFrom(),
		}
		if !c.Adverse {
			c.InForce = f.Requirement.InForceBy(finding)
		}
		for _, question := range f.Requirement.Answered(finding, c.Adverse) {
			c.Evidence = append(c.Evidence, f.answers[questionKey{service, id, question}]...)
		}
		out = append(out, c)
	}
	return out
}

// exception is the id of the exception that made a finding pass, or "".
func (f *findings) exception(service, check string, outcome assess.Outcome) string {
	if outcome.Standing() != assess.Accepted {
		return ""
	}
	id := service + "/" + check
	f.accepted[id] = true
	return id
}

// exceptions are those that a finding passes by on a day. Others have no effect, and are in the
// assessment.
func (f *findings) exceptions(day catalog.Date) []Exception {
	var out []Exception
	acceptances := f.Acceptances()
	for _, id := range slices.Sorted(maps.Keys(f.accepted)) {
		ex, ok := assess.Counting(acceptances[id], "", day)
		if !ok {
			continue // Parse has made sure that there is one
		}
		out = append(out, Exception{
			Approver:             ex.ApprovedBy,
			CompensatingControls: ex.CompensatingControls,
			Control:              ex.Control,
			ExpiresAt:            timestamp(endOf(ex.Until)),
			ID:                   id,
			Justification:        ex.Justification,
			Register:             registerOf(ex.Register),
			Service:              ex.Service,
			Ticket:               ex.Ticket,
		})
	}
	return out
}
