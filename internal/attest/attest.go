// Package attest turns assessments into statements that others can verify: in-toto
// statements in DSSE envelopes and Sigstore bundles, and their verification. It is
// pure: the time, the assessments and the key come in, and the same input gives the
// same bytes, signatures included.
package attest

import (
	"fmt"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The URIs of the project begin with its home, and what they name follows.
const home = "https://github.com/security-controls/terraform-provider-controls"

// DefaultIssuer is the verifier.id of whoever does not name one.
const DefaultIssuer = home

// The types of the predicates.
const (
	ControlsType = home + "/attestation/v1"
	VSAType      = "https://slsa.dev/verification_summary/v1"
	SVRType      = "https://in-toto.io/attestation/svr/v0.2"
	SummaryType  = home + "/attestation-summary/v1"
)

// Kind is the short name of one of the predicates.
type Kind string

// The kinds.
const (
	Controls Kind = "controls" // ControlsType
	VSA      Kind = "vsa"      // VSAType
	SVR      Kind = "svr"      // SVRType

	SummaryKind Kind = "summary" // SummaryType
)

// Kinds lists the kinds in the order in which they are made.
var Kinds = []Kind{Controls, VSA, SVR, SummaryKind}

// Request is what an attestation is made of.
type Request struct {
	// Assessments are the canonical JSON of assessments, each read by assess.Parse.
	Assessments []string
	// Subjects are attested to beside the assessments, each of which is a subject.
	Subjects []Subject
	// Registers are carried along, so that verifiers need not believe who signed them; nil for
	// none. Where there are any, there have to be all that exceptions are from.
	Registers []RegisterFile
	// Issuer is the URI of who attests; "" for DefaultIssuer.
	Issuer string
	// Version is that of the provider.
	Version string
	// ResourceURI and PolicyURI name what was held against what; "" for URIs made of
	// the digests of the assessments and of their requirements.
	ResourceURI, PolicyURI string
	// Validity is the longest time that the attestation holds.
	Validity time.Duration
	// Catalog is the issuer's: an assessment by it is evaluated anew, and refused where it comes
	// out otherwise. nil for none; one by another catalogue is believed.
	Catalog *catalog.Catalog
	// Key signs; without one there are statements alone.
	Key *PrivateKey
	// Signed says that there must be a key.
	Signed bool
	// Now is when the attestation is issued.
	Now time.Time
}

// Attestation holds one statement of each kind, and the same signed.
type Attestation struct {
	IssuedAt, ExpiresAt time.Time
	Statements          map[Kind]string // in-toto Statement v1
	Envelopes           map[Kind]string // DSSE; nil without a key
	Bundles             map[Kind]string // Sigstore bundle v0.3; nil without a key
	// Believed numbers, from 1, the assessments that were not evaluated anew, since they are not
	// by the catalogue of the request.
	Believed []int
}

// InputError says which argument of a Request is at fault.
type InputError struct {
	Argument string // as the provider calls it
	Nth      int    // entry of the argument, from 1; 0 for the argument as a whole
	Summary  string
	Detail   string
}

func (e *InputError) Error() string { return e.Summary + ": " + e.Detail }

// Issue attests. An assessment with gaps is attested as what it is: FAILED. The error,
// if any, is an *InputError.
func Issue(r Request) (*Attestation, error) {
	// A second is as fine as the times in a statement get, so that what is compared
	// later is what was written.
	now := r.Now.UTC().Truncate(time.Second)
	if r.Signed && r.Key == nil {
		return nil, &InputError{
			"signing_key_wo", 0, "Signing key is missing",
			"The attestation is to be signed, and there is no key. None is issued without its signature.",
		}
	}
	assessments, err := r.parse(now)
	if err != nil {
		return nil, err
	}
	subjects, err := r.subjects(assessments)
	if err != nil {
		return nil, err
	}
	if err := r.checkURIs(); err != nil {
		return nil, err
	}
	expires := expiry(assessments, now, r.Validity)
	if !expires.After(now) {
		return nil, &InputError{
			"assessments",
			0,
			"Nothing left to attest to",
			fmt.Sprintf(
				"The attestation would end on %s, which is not after %s, when it is issued.", timestamp(expires), timestamp(now),
			),
		}
	}
	predicate, err := r.predicate(assessments, now, expires)
	if err != nil {
		return nil, err
	}
	a := &Attestation{IssuedAt: now, ExpiresAt: expires, Statements: make(map[Kind]string)}
	for i, n := range assessments {
		if r.Catalog == nil || n.Catalog.Digest != r.Catalog.Digest() {
			a.Believed = append(a.Believed, i+1)
		}
	}
	for kind, s := range map[Kind]statement{
		Controls: {Predicate: predicate, PredicateType: ControlsType},
		VSA:      {Predicate: predicate.vsa(), PredicateType: VSAType},
		SVR:      {Predicate: predicate.svr(), PredicateType: SVRType},

		SummaryKind: {Predicate: predicate.summary(assessments), PredicateType: SummaryType},
	} {
		s.Subject, s.Type = subjects, statementType
		text, err := canonicaljson.Marshal(s)
		if err != nil {
			return nil, err
		}
		a.Statements[kind] = string(text)
	}
	return a, a.sign(r.Key)
}

// sign adds envelopes and bundles.
func (a *Attestation) sign(key *PrivateKey) error {
	if key == nil {
		return nil
	}
	a.Envelopes, a.Bundles = make(map[Kind]string), make(map[Kind]string)
	for kind, text := range a.Statements {
		e, err := seal([]byte(text), key)
		if err != nil {
			return err
		}
		encoded, err := canonicaljson.Marshal(e)
		if err != nil {
			return err
		}
		a.Envelopes[kind] = string(encoded)
		if encoded, err = canonicaljson.Marshal(e.bundle(key.Public())); err != nil {
			return err
		}
		a.Bundles[kind] = string(encoded)
	}
	return nil
}

// input is an assessment with what identifies it.
type input struct {
	*assess.Assessment
	digest string // as canonicaljson.Digest writes it
}

// name is that of the assessment's subject: the file that a verifier hashes. It does not
// depend on the order of the assessments.
func (n input) name() string { return "assessment-" + hexOf(n.digest)[:12] + ".json" }

// parse reads the assessments, which must be true on the day.
func (r Request) parse(now time.Time) ([]input, error) {
	if len(r.Assessments) == 0 {
		return nil, &InputError{
			"assessments", 0, "No assessments",
			"assessments is empty, so there is nothing to attest to. Name at least one assessment.",
		}
	}
	out := make([]input, 0, len(r.Assessments))
	seen := map[string]int{}
	for i, text := range r.Assessments {
		a, err := ParseAssessment(text, r.Catalog, now)
		if err != nil {
			return nil, &InputError{"assessments", i + 1, "Assessment refused", words.Sentence(err.Error())}
		}
		n := input{a, canonicaljson.Digest([]byte(text))}
		if first, ok := seen[n.digest]; ok {
			return nil, &InputError{
				"assessments", i + 1, "Assessment given twice",
				fmt.Sprintf("The assessment is the same as assessments[%d], %s. Name it once.", first, n.digest),
			}
		}
		seen[n.digest] = i
		out = append(out, n)
	}
	return out, nil
}

// ParseAssessment reads an assessment strictly, as assess.Parse does, and makes sure
// that it comes out like that on the day of a time: as far as it says itself, and where it is by
// the catalogue, which may be nil, by evaluating it anew.
func ParseAssessment(text string, c *catalog.Catalog, now time.Time) (*assess.Assessment, error) {
	a, err := assess.Parse(text)
	if err != nil {
		return nil, err
	}
	today := dateOf(now)
	switch first, last := a.Holds(); {
	case today < first:
		return nil, fmt.Errorf(
			"the assessment holds from %s on, and today is %s: the clock is wrong, or the assessment was made up", first, today,
		)
	case last != "" && today > last:
		return nil, fmt.Errorf(
			"the assessment held until %s, and today is %s: an exception, the allowed age of a document or the life of a "+
				"service is over. "+
				"Make the assessment anew, by a plan and an apply of the configuration that it comes from",
			last,
			today,
		)
	}
	if c != nil && a.Catalog.Digest == c.Digest() {
		if err := a.Reproduce(c, today); err != nil {
			return nil, fmt.Errorf("the assessment was made up, or changed since it was made: %w. "+
				"Hand over what controls_requirement or data.controls_assessment says, as it is", err)
		}
	}
	return a, nil
}
