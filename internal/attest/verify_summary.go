package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// VerifiedSummary is a summary that one of the expected keys signed. Whether its verdict
// is a good one, and still holds, is for whoever asked.
type VerifiedSummary struct {
	Statement           string // the signed text
	Summary             *Summary
	IssuedAt, ExpiresAt time.Time
	Key                 *PublicKey
}

// OtherKindError says that what was signed is a statement of another type.
type OtherKindError struct {
	PredicateType string
}

func (e *OtherKindError) Error() string {
	return words.Sprintf("the predicate has the type %q, expected %q", e.PredicateType, SummaryType)
}

// IsOfAttestation reports whether it is one of those that are issued beside a summary.
func (e *OtherKindError) IsOfAttestation() bool {
	return e.PredicateType == ControlsType || e.PredicateType == VSAType || e.PredicateType == SVRType
}

// VerifySummary verifies that one of the keys signed a summary, in a DSSE envelope or a
// Sigstore bundle, and that it does not contradict itself. One that was signed after now
// is refused: it would remain the newest one for ever. So is one with several signatures: who
// speaks must not depend on which of them is looked at. The error is an *OtherKindError
// where what was signed is another statement.
func VerifySummary(text string, keys []*PublicKey, now time.Time) (*VerifiedSummary, error) {
	if len(keys) == 0 {
		return nil, errors.New("without a public key no signature can be verified")
	}
	hint, e, err := readSigned(text)
	if err != nil {
		return nil, err
	}
	if n := len(e.signatures); n != 1 {
		return nil, fmt.Errorf("there are %d signatures, expected one: publish a bundle for each key", n)
	}
	o, err := e.open(hint, keys)
	if err != nil {
		return nil, err
	}
	out, err := decodeSummary(o.payload)
	if err != nil {
		return nil, err
	}
	out.Key = o.key
	if out.IssuedAt.After(now.Add(clockSkew)) {
		return nil, fmt.Errorf("it was issued at %s, and it is %s now", out.Summary.TimeVerified, timestamp(now))
	}
	return out, nil
}

// envelopeIn is the envelope in a bundle, or nil for what is none.
func envelopeIn(data []byte) []byte {
	members, err := strictjson.Object(data, "dsseEnvelope")
	if err != nil || !isGiven(members["dsseEnvelope"]) {
		return nil
	}
	return members["dsseEnvelope"]
}

// readSigned reads a bundle or an envelope.
func readSigned(text string) (hint string, e *foreignEnvelope, err error) {
	if envelopeIn([]byte(text)) != nil {
		if hint, e, err = readBundle([]byte(text)); err != nil {
			return "", nil, notABundle(err)
		}
		return hint, e, nil
	}
	if e, err = readEnvelope([]byte(text)); err != nil {
		return "", nil, notAnEnvelope(err)
	}
	return "", e, nil
}

// ClaimedWorkloads are the workloads that a text says it is about, whoever made it: a
// claim, to be shown beside the reason why the text was refused, and for nothing else.
func ClaimedWorkloads(text string) []string {
	data := []byte(text)
	if inner := envelopeIn(data); inner != nil {
		data = inner
	}
	e, err := readEnvelope(data)
	if err != nil {
		return nil
	}
	var claimed struct {
		Predicate struct {
			Assessments []struct {
				Workload string `json:"workload"`
			} `json:"assessments"`
		} `json:"predicate"`
	}
	if json.Unmarshal(e.payload, &claimed) != nil {
		return nil
	}
	var out []string
	for _, a := range claimed.Predicate.Assessments {
		if a.Workload != "" {
			out = append(out, a.Workload)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// decodeSummary reads a statement of the type SummaryType, and refuses one that
// contradicts itself.
func decodeSummary(payload []byte) (*VerifiedSummary, error) {
	s, err := readStatement(payload)
	if err != nil {
		return nil, err
	}
	if s.PredicateType != SummaryType {
		return nil, &OtherKindError{s.PredicateType}
	}
	var p Summary
	if err := json.Unmarshal(s.Predicate, &p); err != nil {
		return nil, fmt.Errorf("the predicate does not have the form of its type: %w", err)
	}
	if err := p.check(s.Subject); err != nil {
		return nil, err
	}
	out := &VerifiedSummary{Statement: string(payload), Summary: &p}
	if out.IssuedAt, err = parseTime("timeVerified", p.TimeVerified); err != nil {
		return nil, err
	}
	out.ExpiresAt, err = parseTime("validUntil", p.ValidUntil)
	return out, err
}

// check holds what the summary says against itself.
func (p *Summary) check(subjects []Subject) error {
	if len(p.Assessments) == 0 {
		return errors.New("the summary has no assessments")
	}
	passes, known := true, map[string]bool{}
	for _, s := range subjects {
		known[s.Digest["sha256"]] = true
	}
	for i, a := range p.Assessments {
		if digest := a.Digest["sha256"]; digest == "" || !known[digest] {
			return fmt.Errorf("assessments[%d] is not a subject of the statement", i)
		}
		if err := a.check(); err != nil {
			return fmt.Errorf("assessments[%d]: %w", i, err)
		}
		passes = passes && a.VerificationResult == Passed
	}
	if resultOf(passes) != p.VerificationResult {
		return words.Errorf("the result is %q, which its assessments contradict", p.VerificationResult)
	}
	return nil
}

// standings counts the checks in all, and of them the gaps and what passes by an exception.
// An outcome that is not known is a gap, as it is everywhere.
func (c Counts) standings() (checks, gaps, excepted int, err error) {
	for _, outcome := range slices.Sorted(maps.Keys(c.Outcomes)) {
		n := c.Outcomes[outcome]
		if n <= 0 {
			return 0, 0, 0, words.Errorf("there are %d checks with the outcome %q, expected at least 1", n, outcome)
		}
		if n > c.Checks-checks { // before a sum overflows, and is that of no gaps
			return 0, 0, 0, fmt.Errorf("there are %d checks, and the outcomes are more", c.Checks)
		}
		checks += n
		switch assess.Outcome(outcome).Standing() {
		case assess.Fails:
			gaps += n
		case assess.Accepted:
			excepted += n
		case assess.Holds:
		}
	}
	return checks, gaps, excepted, nil
}

// check holds the result against the gaps and the counts.
func (a AssessmentSummary) check() error {
	checks, gaps, excepted, err := a.Counts.standings()
	switch {
	case err != nil:
		return err
	case checks != a.Counts.Checks:
		return fmt.Errorf("there are %d checks, and the outcomes are %d", a.Counts.Checks, checks)
	case gaps != len(a.Gaps):
		return fmt.Errorf("%d gaps are listed, and the outcomes have %d", len(a.Gaps), gaps)
	case (excepted == 0) != (len(a.Exceptions) == 0):
		return fmt.Errorf("%d exceptions are listed, and the outcomes have %d findings that pass by one",
			len(a.Exceptions), excepted)
	case a.Counts.Services < 0 || a.Counts.Tolerated < 0 || a.Counts.Tolerated > gaps:
		return errors.New("the counts of services or of tolerated gaps are not possible")
	case resultOf(gaps == 0) != a.VerificationResult:
		return words.Errorf("the result is %q, which the gaps contradict", a.VerificationResult)
	}
	for _, ex := range a.Exceptions {
		if _, err := parseTime("expiresAt", ex.ExpiresAt); err != nil {
			return err
		}
	}
	for _, r := range a.Registers {
		if err := assess.PlausibleDay(r.IssuedOn); err != nil {
			return words.Errorf("the register %q: %w", r.Name, err)
		}
	}
	return nil
}
