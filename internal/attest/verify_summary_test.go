package attest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

func TestVerifySummary(t *testing.T) {
	t.Parallel()
	withGaps := gaps()
	withGaps.Workload = "shop/test"
	r, a := signed(t, full(), withGaps)
	keys := []*attest.PublicKey{testKeys()[4].parse(t).Public(), r.Key.Public()}
	for form, text := range map[string]string{
		"envelope": a.Envelopes[attest.SummaryKind], "bundle": a.Bundles[attest.SummaryKind],
		"with a byte order mark": "\ufeff" + a.Bundles[attest.SummaryKind] + "\n",
	} {
		got, err := attest.VerifySummary(text, keys, now)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if got.Key.ID() != r.Key.Public().ID() || got.Statement != a.Statements[attest.SummaryKind] ||
			!got.IssuedAt.Equal(a.IssuedAt) || !got.ExpiresAt.Equal(a.ExpiresAt) {
			t.Errorf("%s: got %+v", form, got)
		}
		first, second := got.Summary.Assessments[0], got.Summary.Assessments[1]
		if first.Workload != "shop/prod" || first.VerificationResult != attest.Passed || len(first.Exceptions) != 1 ||
			!slices.Equal(first.Labels, []attest.Label{{Name: "team", Value: "payments"}}) {
			t.Errorf("%s: the first assessment is %+v", form, first)
		}
		want := []attest.SummaryGap{{Control: "vnet-injection", Reason: assess.Unsupported, Service: "vault"}}
		if second.Workload != "shop/test" || second.VerificationResult != attest.Failed || !slices.Equal(second.Gaps, want) {
			t.Errorf("%s: the second assessment is %+v", form, second)
		}
		if got.Summary.VerificationResult != attest.Failed {
			t.Errorf("%s: the result is %s", form, got.Summary.VerificationResult)
		}
	}
}

// Whoever signs it: a summary verifies as no attestation of controls, and the other way
// round.
func TestVerifySummary_otherKinds(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	keys := []*attest.PublicKey{r.Key.Public()}
	for kind, predicateType := range map[attest.Kind]string{
		attest.Controls: attest.ControlsType, attest.VSA: attest.VSAType, attest.SVR: attest.SVRType,
	} {
		_, err := attest.VerifySummary(a.Bundles[kind], keys, now)
		var other *attest.OtherKindError
		if !errors.As(err, &other) || other.PredicateType != predicateType {
			t.Errorf("%s: %v", kind, err)
		}
	}
	_, err := attest.Verify(attest.Verification{
		Bundle: a.Bundles[attest.SummaryKind], Keys: keys, Assessment: r.Assessments[0], Now: now,
	})
	refused(t, err, attest.SummaryType, `under the key "controls"`)
}

func TestVerifySummary_refuses(t *testing.T) {
	t.Parallel()
	withGaps := gaps()
	withGaps.Workload = "shop/test"
	r, a := signed(t, full(), withGaps)
	keys := []*attest.PublicKey{r.Key.Public()}
	good := a.Bundles[attest.SummaryKind]
	other := []*attest.PublicKey{testKeys()[4].parse(t).Public()}
	for name, c := range map[string]struct {
		text  string
		keys  []*attest.PublicKey
		now   time.Time
		words string
	}{
		"no key":      {good, nil, now, "without a public key"},
		"another key": {good, other, now, "none of the public keys"},
		"nothing":     {"", keys, now, "not a DSSE envelope"},
		"a statement": {a.Statements[attest.SummaryKind], keys, now, "not a DSSE envelope"},
		"payload":     {replaced(t, good, `"sig":"ME`, `"sig":"MD`), keys, now, "does not fit what was signed"},
		"in future": {
			good, keys, now.Add(-6 * time.Minute), "issued at 2026-06-15T12:00:00Z, and it is 2026-06-15T11:54:00Z now",
		},
	} {
		_, err := attest.VerifySummary(c.text, c.keys, c.now)
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, expected %q", name, err, c.words)
		}
	}
	if _, err := attest.VerifySummary(good, keys, now.Add(-4*time.Minute)); err != nil {
		t.Errorf("clocks may differ by some minutes: %v", err)
	}
	statement := a.Statements[attest.SummaryKind]
	for name, c := range map[string]struct{ old, replacement, words string }{
		"twice":          {`"workload":"shop/test"`, `"workload":"a","workload":"shop/test"`, "given twice"},
		"another case":   {`"workload":"shop/test"`, `"Workload":"shop/test"`, `expected "workload"`},
		"form":           {`"workload":"shop/test"`, `"workload":7`, "does not have the form"},
		"statement type": {`Statement/v1"`, `Statement/v2"`, "the statement has the type"},
		"result": {
			`"verificationResult":"FAILED","verifier"`,
			`"verificationResult":"PASSED","verifier"`,
			"contradict",
		},
		"result of one": {
			`"verificationResult":"FAILED","weakened"`,
			`"verificationResult":"PASSED","weakened"`,
			"the gaps contradict",
		},
		"a gap left out": {
			`"gaps":[{"control":"vnet-injection","reason":"unsupported","service":"vault"}],`,
			``,
			"0 gaps are listed",
		},
		"a gap not noted":  {`"outcomes":{"gap":1,"satisfied":3}`, `"outcomes":{"satisfied":4}`, "1 gaps are listed"},
		"unknown outcome":  {`"outcomes":{"gap":1,`, `"outcomes":{"splendid":1,"gap":1,`, "checks"},
		"no checks of one": {`"outcomes":{"gap":1,`, `"outcomes":{"evidenced":0,"gap":1,`, "0 checks"},
		"number of checks": {`"checks":4,`, `"checks":5,`, "there are 5 checks"},
		"overflow": {
			`"counts":{"checks":4,"outcomes":{"gap":1,"satisfied":3}`,
			`"counts":{"checks":4,"outcomes":{"a":9223372036854775807,"b":9223372036854775807,"gap":3,"satisfied":3}`,
			"the outcomes are more",
		},
		"exceptions":       {`"outcomes":{"evidenced":3,"excepted":1,`, `"outcomes":{"evidenced":4,`, "1 exceptions are listed"},
		"tolerated":        {`"tolerated":0},"digest"`, `"tolerated":9},"digest"`, "not possible"},
		"end of exception": {`"expiresAt":"2027-01-01T00:00:00Z"`, `"expiresAt":"2027"`, "expiresAt"},
		"time": {
			`"timeVerified":"2026-06-15T12:00:00Z"`,
			`"timeVerified":"2026-06-15T14:00:00+02:00"`,
			"timeVerified",
		},
		"end":     {`"validUntil":"`, `"validUntil":"x`, "validUntil"},
		"subject": {`"name":"assessment-`, `"name":"x","uri":"assessment-`, ""},
	} {
		_, err := attest.VerifySummary(attest.Seal(replaced(t, statement, c.old, c.replacement), r.Key), keys, now)
		if c.words == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, expected %q", name, err, c.words)
		}
	}
	digest := digestHex(r)
	_, err := attest.VerifySummary(
		attest.Seal(replaced(t, statement, `"digest":{"sha256":"`+digest, `"digest":{"sha256":"`+strings.Repeat("0", 64)), r.Key),
		keys, now,
	)
	refused(t, err, "is not a subject")
	_, err = attest.VerifySummary(attest.Seal(`{"_type":"https://in-toto.io/Statement/v1","predicate":{"assessments":[]},`+
		`"predicateType":"`+attest.SummaryType+`","subject":[]}`, r.Key), keys, now)
	refused(t, err, "no assessments")
}

// A summary names the registers that its exceptions are from, and is by one key: who speaks
// must not depend on which of several signatures is looked at.
func TestVerifySummary_registers(t *testing.T) {
	t.Parallel()
	req := registered(t, boardRegister, ann)
	r, a := carrying(t, req, attest.RegisterFile{Content: boardRegister, Signatures: []string{ann.Sign(boardRegister)}})
	keys := []*attest.PublicKey{r.Key.Public()}
	got, err := attest.VerifySummary(a.Bundles[attest.SummaryKind], keys, now)
	if err != nil {
		t.Fatal(err)
	}
	want := []attest.SummaryRegister{{
		Digest:   map[string]string{"sha256": strings.TrimPrefix(canonicaljson.Digest([]byte(boardRegister)), "sha256:")},
		IssuedOn: "2026-06-01", Name: "security-board",
	}}
	if diff := cmp.Diff(want, got.Summary.Assessments[0].Registers); diff != "" {
		t.Errorf("the registers (-want +got):\n%s", diff)
	}
	text := replaced(t, a.Statements[attest.SummaryKind], `"issuedOn":"2026-06-01"`, `"issuedOn":"soon"`)
	_, err = attest.VerifySummary(attest.Seal(text, r.Key), keys, now)
	refused(t, err, `the register "security-board"`)
}

func TestVerifySummary_weakened(t *testing.T) {
	t.Parallel()
	r, a := signed(t, gaps())
	got, err := attest.VerifySummary(a.Bundles[attest.SummaryKind], []*attest.PublicKey{r.Key.Public()}, now)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{assess.WeakenedByNoCatalog, assess.WeakenedByWarn}
	if by := got.Summary.Assessments[0].Weakened; !slices.Equal(by, want) {
		t.Errorf("it is weakened by %q, expected %q", by, want)
	}
}

func TestVerifySummary_oneSignature(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	envelope := a.Envelopes[attest.SummaryKind]
	start := strings.Index(envelope, `[{"keyid"`)
	signature := envelope[start+1 : strings.LastIndex(envelope, "]")]
	keys := []*attest.PublicKey{r.Key.Public()}
	_, err := attest.VerifySummary(replaced(t, envelope, signature, signature+","+signature), keys, now)
	refused(t, err, "there are 2 signatures, expected one")
}

// A field that is not known yet says nothing to this version.
func TestVerifySummary_laterFields(t *testing.T) {
	t.Parallel()
	r, a := signed(t, full())
	text := replaced(t, a.Statements[attest.SummaryKind], `"verifier":{`, `"future":{"a":[1]},"verifier":{`)
	if _, err := attest.VerifySummary(attest.Seal(text, r.Key), []*attest.PublicKey{r.Key.Public()}, now); err != nil {
		t.Error(err)
	}
}

func TestClaimedWorkloads(t *testing.T) {
	t.Parallel()
	withGaps := gaps()
	withGaps.Workload = "a"
	_, a := signed(t, full(), withGaps)
	for text, want := range map[string][]string{
		a.Bundles[attest.SummaryKind]:                                          {"a", "shop/prod"},
		replaced(t, a.Envelopes[attest.SummaryKind], `"sig":"ME`, `"sig":"MD`): {"a", "shop/prod"},
		"":   nil,
		"{}": nil,
		replaced(t, a.Bundles[attest.SVR], "sigstore", "sigs"):  nil,
		attest.Seal("no JSON", testKeys()[0].parse(t)):          nil,
		attest.Seal(`{"predicate":3}`, testKeys()[0].parse(t)):  nil,
		attest.Seal(`{"predicate":{}}`, testKeys()[0].parse(t)): nil,
	} {
		if got := attest.ClaimedWorkloads(text); !slices.Equal(got, want) {
			t.Errorf("got %q, expected %q of %.60s", got, want, text)
		}
	}
}

// A summary of 15 services with 10 controls each takes some 2 KB, a tenth of what the
// whole attestation takes.
func TestSummary_size(t *testing.T) {
	t.Parallel()
	text := large(t, 15)
	r := attest.Request{Assessments: []string{text}, Version: "1.2.3", Validity: time.Hour, Now: now}
	a := issue(t, r)
	// Without its gaps and exceptions: a tenth of these 525 checks is one.
	statement := a.Statements[attest.SummaryKind]
	var lists int
	for _, name := range []string{"exceptions", "gaps"} {
		if _, rest, ok := strings.Cut(statement, fmt.Sprintf("%q:[", name)); ok {
			list, _, _ := strings.Cut(rest, "]")
			lists += len(list)
		}
	}
	t.Logf("the summary takes %d bytes, %d of which are its gaps and exceptions", len(statement), lists)
	if got := len(statement) - lists; got > 2048 {
		t.Errorf("the summary takes %d bytes beside its gaps and exceptions", got)
	}
	if 5*len(statement) > len(a.Statements[attest.Controls]) {
		t.Errorf("the summary takes %d bytes, the attestation %d", len(statement), len(a.Statements[attest.Controls]))
	}
}
