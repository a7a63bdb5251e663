package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Verification is an attestation with what is expected of it.
type Verification struct {
	// Envelope is a DSSE envelope, Bundle a Sigstore bundle; one of them is set.
	Envelope, Bundle string
	// Keys are those of which one must have signed.
	Keys []*PublicKey
	// Assessment is the JSON of an assessment that must be a subject; or else
	// SubjectDigest is the digest of a subject, "sha256:…" or by another algorithm.
	Assessment, SubjectDigest string
	// Issuer is the expected verifier.id; "" for DefaultIssuer.
	Issuer string
	// MaxAge is how long ago the attestation may have been issued; 0 for any time.
	MaxAge time.Duration
	// RequireControls are ids of controls that must have passed for every service of the
	// assessment that is asked for.
	RequireControls []string
	// RequireInForce are ids of controls that must be in force for every service of the
	// assessment that is asked for, or, adverse ones, not be there or be switched off.
	RequireInForce []string
	// AllowExceptions lets gaps pass that an exception accepts.
	AllowExceptions bool
	// AllowCorrections lets a verdict pass by a catalogue of which a source speaks in the
	// name of an earlier one.
	AllowCorrections bool
	// AllowNoServices lets a verdict pass that is about no service.
	AllowNoServices bool
	// Workload is the workload that must be attested to; "" for any, which does not go with
	// ExceptionApprovers.
	Workload string
	// ExceptionApprovers are those who may accept a gap, whoever the workspace thinks may: each
	// exception has to be in a register that the attestation carries and that one of them has
	// signed. nil where the attestation is believed.
	ExceptionApprovers *approve.Approvers
	// MaxExceptionDays is how many days an exception may last, from the issue of its register,
	// or, of one of the requirement itself, from the attestation; 0 for any number.
	MaxExceptionDays int
	// AllowWeakened lists what may have lowered the bar, of Weakenings. nil allows
	// nothing with ExceptionApprovers, and all without.
	AllowWeakened []string
	// Catalog is the verifier's: what findings quote is held against it. nil for none, so that
	// all of it is believed.
	Catalog *catalog.Catalog
	// Now is when the attestation must hold.
	Now time.Time
}

// Verified is an attestation that is as it was expected to be.
type Verified struct {
	Statement string // the signed text
	Subjects  []Subject
	Predicate *Predicate
	// Properties are those of the assessment that was asked for; of all of them together,
	// where the subject that was asked for is another one.
	Properties          []string
	IssuedAt, ExpiresAt time.Time
	KeyID               string
	// Believed are the checks that pass, as "service/control" and sorted, of which the verifier
	// has believed something, by what: BelievedConfiguration, BelievedEvidence,
	// WeakenedByOwnDocuments, WeakenedByOtherCatalog.
	Believed map[string][]string

	inQuestion []AssessmentResult
	assessment *assess.Assessment // that was asked for; nil where a digest was
}

// clockSkew is how far the clocks of two machines may differ.
const clockSkew = 5 * time.Minute

// Verify checks an attestation of the type ControlsType, and fails closed: nothing is
// accepted because a check could not be made. The error, if any, is an *InputError that
// names the expectation which is not met.
func Verify(v Verification) (*Verified, error) {
	argument, text, open := "envelope", v.Envelope, openEnvelope
	if v.Bundle != "" {
		argument, text, open = "bundle", v.Bundle, openBundle
	}
	if (v.Envelope == "") == (v.Bundle == "") {
		return nil, refused(argument, "Nothing to verify", fmt.Errorf("expected an envelope or a bundle, and not both"))
	}
	if len(v.Keys) == 0 {
		return nil, refused("public_keys", "No public keys", fmt.Errorf("without a public key no signature can be verified"))
	}
	o, err := open(text, v.Keys)
	if err != nil {
		return nil, refused(argument, "Signature refused", err)
	}
	out, err := decodeStatement(o.payload)
	if err != nil {
		return nil, refused(argument, "Statement refused", err)
	}
	out.KeyID = o.key.ID()
	for _, check := range []func(*Verified) *InputError{
		v.checkIssuer, v.checkSubject, v.checkTimes, v.checkVerdict, v.checkFindings, v.checkServices, v.checkCorrections,
		v.checkControls,
		v.checkInForce, v.checkWorkload, v.checkWeakened, v.checkExceptionDays, v.checkApprovers,
	} {
		if err := check(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// statementNames are the names of fields in a statement and its predicate. A field whose
// name differs from one of them in case alone is not that field to other readers, and
// would be to encoding/json.
var statementNames = []string{
	"_type", "predicate", "predicateType", "subject", "name", "digest", "uri",
	"assessments", "policy", "properties", "resourceUri", "timeVerified", "validUntil", "verificationResult", "verifier",
	"id", "version", "baseline", "documents", "publishedOn", "publisher", "title", "exceptions", "scope", "services",
	"controls", "document", "groups", "lifecycle", "retiredOn", "successor", "notices", "part", "retiresOn",
	"rule", "adverse", "holds", "inForce", "condition", "documented", "evidence", "exceptionId", "outcome", "planned", "reason",
	"approver", "settingsFrom",
	"reference",
	"compensatingControls", "control", "expiresAt", "justification", "service", "ticket",
	"labels", "value", "workload",
	"register", "registers", "issuedOn", "signers", "fingerprint", "principal", "content", "file", "signatures", "by",
	"ignored", "opaque", "other", "outOfScope", "undocumented", "unreadModules",
	"corrections", "corrects", "from", "laxer", "source", "type", "tolerated", "weakened",
	"checks", "counts", "gaps", "outcomes", "sources",
}

// signedStatement is what every statement has, with a predicate of some type.
type signedStatement struct {
	Type          string          `json:"_type"`
	Predicate     json.RawMessage `json:"predicate"`
	PredicateType string          `json:"predicateType"`
	Subject       []Subject       `json:"subject"`
}

// readStatement reads a statement, whatever its predicate.
func readStatement(payload []byte) (*signedStatement, error) {
	if err := strictjson.Check(payload, statementNames...); err != nil {
		return nil, fmt.Errorf("the payload is not a statement: %w", err)
	}
	var s signedStatement
	if err := json.Unmarshal(payload, &s); err != nil {
		return nil, fmt.Errorf("the payload is not a statement: %w", err)
	}
	if s.Type != statementType {
		return nil, words.Errorf("the statement has the type %q, expected %q", s.Type, statementType)
	}
	return &s, nil
}

// decodeStatement reads a statement of the type ControlsType, and refuses one that
// contradicts itself.
func decodeStatement(payload []byte) (*Verified, error) {
	s, err := readStatement(payload)
	if err != nil {
		return nil, err
	}
	if s.PredicateType != ControlsType {
		problem := words.Errorf("the predicate has the type %q, expected %q", s.PredicateType, ControlsType)
		if s.PredicateType == VSAType || s.PredicateType == SVRType || s.PredicateType == SummaryType {
			problem = words.Errorf(
				"%w: verify the attestation under the key %q, which says more; other tools verify this one", problem, Controls,
			)
		}
		return nil, problem
	}
	var p Predicate
	if err := json.Unmarshal(s.Predicate, &p); err != nil {
		return nil, fmt.Errorf("the predicate does not have the form of its type: %w", err)
	}
	out := &Verified{Statement: string(payload), Subjects: s.Subject, Predicate: &p}
	if err := p.check(s.Subject); err != nil {
		return nil, err
	}
	if out.IssuedAt, err = parseTime("timeVerified", p.TimeVerified); err != nil {
		return nil, err
	}
	out.ExpiresAt, err = parseTime("validUntil", p.ValidUntil)
	return out, err
}

func parseTime(field, s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || !strings.HasSuffix(s, "Z") {
		return t, words.Errorf("the field %s is %q, expected a time such as 2026-06-30T12:00:00Z", field, s)
	}
	return t, nil
}

// check holds what the predicate says against its own findings.
func (p *Predicate) check(subjects []Subject) error {
	if len(p.Assessments) == 0 {
		return fmt.Errorf("the predicate has no assessments")
	}
	passes := true
	for _, a := range p.Assessments {
		if !slices.ContainsFunc(subjects, func(s Subject) bool { return s.has("sha256", a.Digest["sha256"]) }) {
			return words.Errorf("the assessment %q is not a subject of the statement", a.Name)
		}
		if err := a.check(); err != nil {
			return err
		}
		passes = passes && a.VerificationResult == Passed
	}
	if resultOf(passes) != p.VerificationResult {
		return words.Errorf("the result is %q, which the findings contradict", p.VerificationResult)
	}
	// A later version may know properties that this one does not.
	follow := p.properties()
	for _, property := range follow {
		if !slices.Contains(p.Properties, property) {
			return fmt.Errorf("the property %s is missing, which the findings have", property)
		}
	}
	for _, property := range p.Properties {
		if strings.HasPrefix(property, propertyPrefix) && !slices.Contains(follow, property) {
			return fmt.Errorf("the property %s does not follow from the findings", property)
		}
	}
	return nil
}

// check holds the results of an assessment against its findings.
func (a AssessmentResult) check() error {
	passes := true
	for _, s := range a.Services {
		if err := s.checkControls(); err != nil {
			return err
		}
		for _, g := range s.Groups {
			if err := g.check(); err != nil {
				return words.Errorf("service %q: %w", s.ID, err)
			}
		}
		if resultOf(s.passes()) != s.VerificationResult {
			return words.Errorf("the service %q has the result %q, which its findings contradict", s.ID, s.VerificationResult)
		}
		passes = passes && s.passes()
	}
	if resultOf(passes) != a.VerificationResult {
		return words.Errorf("the assessment %q has the result %q, which its findings contradict", a.Name, a.VerificationResult)
	}
	return errors.Join(a.checkWeakened(), a.checkOwnSettings())
}

// checkWeakened refuses to have tolerated what is no gap: such an assessment would seem to
// pass, and say that it should not have.
func (a AssessmentResult) checkWeakened() error {
	if a.Weakened == nil {
		return nil
	}
	gaps := a.checks(missed)
	for _, gap := range a.Weakened.Tolerated {
		if _, found := slices.BinarySearch(gaps, gap); !found {
			return fmt.Errorf("the assessment %q tolerates %q, which is no gap of it", a.Name, gap)
		}
	}
	return nil
}

func (s Subject) has(algorithm, digest string) bool {
	return digest != "" && s.Digest[algorithm] == digest
}

func (v Verification) checkIssuer(out *Verified) *InputError {
	want := v.Issuer
	if want == "" {
		want = DefaultIssuer
	}
	if got := out.Predicate.Verifier.ID; got != want {
		return refused("issuer", "Another issuer", words.Errorf("the attestation is by %q, expected %q", got, want))
	}
	return nil
}

func (v Verification) checkSubject(out *Verified) *InputError {
	argument, digest := "subject_digest", v.SubjectDigest
	if v.Assessment != "" {
		argument, digest = "assessment", canonicaljson.Digest([]byte(v.Assessment))
		a, err := assess.Parse(v.Assessment)
		if err != nil {
			return refused(argument, "Assessment refused", err)
		}
		if !a.Compliant {
			return refused(argument, "Assessment has gaps", fmt.Errorf(
				"the assessment itself has gaps: %s", words.AtMost(a.Gaps(), maxNamed),
			))
		}
		out.assessment = a
	}
	algorithm, hex, _ := strings.Cut(digest, ":")
	if problem := digestProblem(algorithm, hex); problem != "" {
		return refused(
			argument,
			"Malformed digest",
			fmt.Errorf("%s; a digest is written with its algorithm, such as sha256:…", problem),
		)
	}
	if !slices.ContainsFunc(out.Subjects, func(s Subject) bool { return s.has(algorithm, hex) }) {
		var have []string
		for _, s := range out.Subjects {
			have = append(have, s.Name)
		}
		return refused(argument, "Another subject", fmt.Errorf(
			"the attestation is not about %s; its subjects are %s. It may be an earlier one, or that of another "+
				"configuration, or the assessment may have been changed since",
			digest, words.AtMost(have, maxNamed),
		))
	}
	if !out.ask(algorithm, hex) && v.Assessment != "" {
		return refused(argument, "Another subject", words.Errorf("the attestation has %s for a subject and says nothing of what "+
			"was found in it: it is none of its assessments", digest))
	}
	return nil
}

// ask keeps apart what was found for the subject with a digest: the other assessments of
// the same statement say nothing about it. It reports whether that is an assessment.
func (out *Verified) ask(algorithm, hex string) bool {
	for _, a := range out.Predicate.Assessments {
		if algorithm == "sha256" && a.Digest[algorithm] == hex {
			out.inQuestion = append(out.inQuestion, a)
		}
	}
	found := len(out.inQuestion) > 0
	if !found || len(out.inQuestion) == len(out.Predicate.Assessments) {
		out.inQuestion, out.Properties = out.Predicate.Assessments, out.Predicate.Properties
		return found
	}
	out.Properties = (&Predicate{Assessments: out.inQuestion}).properties()
	return true
}

func (v Verification) checkTimes(out *Verified) *InputError {
	argument := v.signedArgument()
	now, p := v.Now, out.Predicate
	if out.IssuedAt.After(now.Add(clockSkew)) {
		return refused(argument, "Attestation is not valid yet", fmt.Errorf(
			"the attestation was issued at %s, and it is %s now", p.TimeVerified, timestamp(now),
		))
	}
	if !now.Before(out.ExpiresAt) {
		return refused(argument, "Attestation has expired", fmt.Errorf(
			"the attestation ended at %s, and it is %s now", p.ValidUntil, timestamp(now),
		))
	}
	for _, a := range p.Assessments {
		for _, ex := range a.Exceptions {
			end, err := parseTime("expiresAt", ex.ExpiresAt)
			if err != nil {
				return refused(argument, "Statement refused", err)
			}
			if !now.Before(end) {
				return refused(argument, "Exception has expired", words.Errorf(
					"the exception %q ended at %s, and it is %s now", ex.ID, ex.ExpiresAt, timestamp(now),
				))
			}
		}
	}
	if age := now.Sub(out.IssuedAt); v.MaxAge > 0 && age > v.MaxAge {
		return refused("max_age_hours", "Attestation is too old", fmt.Errorf(
			"the attestation was issued at %s, %s ago, expected %s at most", p.TimeVerified, age.Truncate(time.Second),
			v.MaxAge,
		))
	}
	return nil
}

// refused says which expectation is not met, by its argument.
func refused(argument, summary string, err error) *InputError {
	return &InputError{Argument: argument, Summary: summary, Detail: words.Sentence(err.Error())}
}
