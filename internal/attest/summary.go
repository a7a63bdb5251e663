package attest

import (
	"cmp"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Summary is what a statement of the type SummaryType says: what a roll-up over many
// workloads needs, in some 2 KB. It repeats what the predicate of ControlsType says, and
// names what it is about. The guide on the format specifies it field by field;
// summary.schema.json is its JSON Schema.
type Summary struct {
	Assessments        []AssessmentSummary `json:"assessments"`
	ResourceURI        string              `json:"resourceUri"`
	TimeVerified       string              `json:"timeVerified"`
	ValidUntil         string              `json:"validUntil"`
	VerificationResult string              `json:"verificationResult"`
	Verifier           Verifier            `json:"verifier"`
}

// AssessmentSummary is what one assessment found.
type AssessmentSummary struct {
	Baseline   SummaryBaseline    `json:"baseline"`
	Counts     Counts             `json:"counts"`
	Digest     map[string]string  `json:"digest"` // of the assessment
	Exceptions []SummaryException `json:"exceptions,omitempty"`
	Gaps       []SummaryGap       `json:"gaps,omitempty"`
	Labels     []Label            `json:"labels,omitempty"`
	Policy     SummaryPolicy      `json:"policy"` // its requirement
	// Registers are those from which exceptions or evidence are, by name.
	Registers          []SummaryRegister `json:"registers,omitempty"`
	VerificationResult string            `json:"verificationResult"`
	// Weakened lists, sorted, what lowers the bar: of Weakenings. What is tolerated is in Counts.
	Weakened []string `json:"weakened,omitempty"`
	Workload string   `json:"workload,omitempty"` // what it is about; "" where the requirement names nothing
}

// SummaryRegister names a register of exceptions as the workspace found it.
type SummaryRegister struct {
	Digest   map[string]string `json:"digest"` // of its bytes
	IssuedOn catalog.Date      `json:"issuedOn"`
	Name     string            `json:"name"`
}

// SummaryBaseline is the catalogue that the assessment went by.
type SummaryBaseline struct {
	Digest  map[string]string `json:"digest"`
	Sources []SummarySource   `json:"sources"` // in the order in which they are layered
}

// SummarySource is a source of that catalogue.
type SummarySource struct {
	Digest map[string]string `json:"digest"`
	Name   string            `json:"name"`
}

// SummaryPolicy is the requirement, by the digest of its canonical JSON.
type SummaryPolicy struct {
	Digest map[string]string `json:"digest"`
}

// Counts are how many checks there were: of a control, of a group, or that a service is
// not retired, where that is a gap.
type Counts struct {
	Checks    int            `json:"checks"`
	Outcomes  map[string]int `json:"outcomes"` // checks by outcome; those that none has are left out
	Services  int            `json:"services"`
	Tolerated int            `json:"tolerated"` // gaps that a ratchet let pass in the plan
}

// SummaryException is an accepted gap.
type SummaryException struct {
	Approver  string `json:"approver,omitempty"`
	Control   string `json:"control"`
	ExpiresAt string `json:"expiresAt"` // the first moment without it
	Service   string `json:"service"`
	Ticket    string `json:"ticket,omitempty"`
}

// SummaryGap is a gap. Control may be the name of a group, or catalog.LifecycleID.
type SummaryGap struct {
	Control string        `json:"control"`
	Reason  assess.Reason `json:"reason,omitempty"`
	Service string        `json:"service"`
}

// summary sums up what is said of the assessments, which are in the same order.
func (p *Predicate) summary(assessments []input) *Summary {
	out := &Summary{
		ResourceURI: p.ResourceURI, TimeVerified: p.TimeVerified, ValidUntil: p.ValidUntil,
		VerificationResult: p.VerificationResult, Verifier: p.Verifier,
	}
	for i, result := range p.Assessments {
		s := AssessmentSummary{
			Baseline: SummaryBaseline{Digest: result.Baseline.Digest, Sources: []SummarySource{}},
			Counts:   Counts{Outcomes: map[string]int{}, Services: len(result.Services)},
			Digest:   result.Digest, Policy: SummaryPolicy{Digest: result.Policy.Digest},
			VerificationResult: result.VerificationResult, Workload: result.Workload, Labels: result.Labels,
			Weakened: result.weakenedBy(),
		}
		for _, r := range assessments[i].Registers {
			s.Registers = append(s.Registers, SummaryRegister{
				Digest: map[string]string{"sha256": hexOf(r.Digest)}, IssuedOn: r.Issued, Name: r.Name,
			})
		}
		for _, source := range assessments[i].Catalog.Sources {
			s.Baseline.Sources = append(
				s.Baseline.Sources, SummarySource{Digest: map[string]string{"sha256": hexOf(source.Digest)}, Name: source.Name},
			)
		}
		for _, service := range result.Services {
			s.add(service)
		}
		for _, ex := range result.Exceptions {
			s.Exceptions = append(s.Exceptions, SummaryException{
				Approver: ex.Approver, Control: ex.Control, ExpiresAt: ex.ExpiresAt, Service: ex.Service, Ticket: ex.Ticket,
			})
		}
		if result.Weakened != nil {
			s.Counts.Tolerated = len(result.Weakened.Tolerated)
		}
		out.Assessments = append(out.Assessments, s)
	}
	return out
}

// add counts the checks of a service, and notes its gaps, sorted by control.
func (a *AssessmentSummary) add(service Service) {
	first := len(a.Gaps)
	note := func(control string, outcome assess.Outcome, reason assess.Reason) {
		a.Counts.Checks++
		a.Counts.Outcomes[string(outcome)]++
		if !outcome.Passes() {
			a.Gaps = append(a.Gaps, SummaryGap{Control: control, Reason: reason, Service: service.ID})
		}
	}
	for _, c := range service.Controls {
		note(c.ID, c.Outcome, c.Reason)
	}
	for _, g := range service.Groups {
		note(g.Name, g.Outcome, g.Reason)
	}
	if l := service.Lifecycle; l != nil && l.Outcome != "" {
		note(catalog.LifecycleID, l.Outcome, assess.Retired)
	}
	slices.SortFunc(a.Gaps[first:], func(x, y SummaryGap) int {
		return cmp.Or(cmp.Compare(x.Control, y.Control), cmp.Compare(x.Reason, y.Reason))
	})
}
