package attest_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// signed is an attestation to requirements, by the first of the test keys.
func signed(t testing.TB, requirements ...assess.Requirement) (attest.Request, *attest.Attestation) {
	t.Helper()
	r := request(t, requirements...)
	r.Key = testKeys()[0].parse(t)
	return r, issue(t, r)
}

// expecting expects the first assessment of a request, in an envelope.
func expecting(r attest.Request, a *attest.Attestation) attest.Verification {
	return attest.Verification{
		Envelope: a.Envelopes[attest.Controls], Keys: []*attest.PublicKey{r.Key.Public()},
		SubjectDigest: canonicaljson.Digest([]byte(r.Assessments[0])), Now: now, Catalog: r.Catalog,
	}
}

func TestVerify_accepts(t *testing.T) {
	t.Parallel()
	for _, k := range testKeys() {
		r := request(t, plain(), full())
		r.Subjects = []attest.Subject{
			{Name: "commit", URI: "https://example.com", Digest: map[string]string{"gitCommit": strings.Repeat("0a", 20)}},
		}
		r.Key = k.parse(t)
		a := issue(t, r)
		other := testKeys()[2].parse(t).Public()
		for name, v := range map[string]attest.Verification{
			"envelope": {
				Envelope:      a.Envelopes[attest.Controls],
				SubjectDigest: canonicaljson.Digest([]byte(r.Assessments[1])),
			},
			"bundle":          {Bundle: a.Bundles[attest.Controls], Assessment: r.Assessments[0]},
			"another subject": {Bundle: a.Bundles[attest.Controls], SubjectDigest: "gitCommit:" + strings.Repeat("0a", 20)},
		} {
			v.Keys = []*attest.PublicKey{other, r.Key.Public()}
			v.AllowExceptions, v.Now, v.MaxAge = true, now.Add(time.Hour), time.Hour+time.Minute
			v.RequireControls = []string{"encryption-in-transit"}
			got, err := attest.Verify(v)
			if err != nil {
				t.Fatalf("%s, %s: %v", k.name, name, err)
			}
			if got.Statement != a.Statements[attest.Controls] || got.KeyID != r.Key.Public().ID() || len(got.Subjects) != 3 ||
				!got.IssuedAt.Equal(a.IssuedAt) || !got.ExpiresAt.Equal(a.ExpiresAt) {
				t.Errorf("%s, %s: verified as %+v", k.name, name, got)
			}
		}
	}
}

func TestVerify_refuses(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	rExcepted, excepted := signed(t, full())
	rGaps, withGaps := signed(t, gaps())
	_, other := signed(t, assess.Requirement{Services: []string{"store"}, Controls: []string{"encryption-in-transit"}})
	envelope, bundle := a.Envelopes[attest.Controls], a.Bundles[attest.Controls]
	cases := map[string]struct {
		change   func(*attest.Verification)
		argument string
		words    string
	}{
		"nothing": {
			func(v *attest.Verification) { v.Envelope = "" }, "envelope", "expected an envelope or a bundle",
		},
		"both":    {func(v *attest.Verification) { v.Bundle = bundle }, "bundle", "and not both"},
		"no keys": {func(v *attest.Verification) { v.Keys = nil }, "public_keys", "without a public key"},
		"another key": {
			func(v *attest.Verification) { v.Keys = []*attest.PublicKey{testKeys()[2].parse(t).Public()} }, "envelope",
			"none of the public keys",
		},
		"no subject": {func(v *attest.Verification) { v.SubjectDigest = "" }, "subject_digest", "digest"},
		"digest of no algorithm": {
			func(v *attest.Verification) { v.SubjectDigest = strings.Repeat("ab", 32) }, "subject_digest", "algorithm",
		},
		"another subject": {
			func(v *attest.Verification) { v.SubjectDigest = "sha256:" + strings.Repeat("ab", 32) }, "subject_digest",
			"not about",
		},
		"by another algorithm": {
			func(v *attest.Verification) { v.SubjectDigest = "gitCommit:" + digestHex(r) }, "subject_digest", "not about",
		},
		"another assessment": {
			func(v *attest.Verification) { v.Assessment = rExcepted.Assessments[0] }, "assessment", "not about",
		},
		"another workspace": {
			func(v *attest.Verification) { v.Envelope = other.Envelopes[attest.Controls] }, "subject_digest", "not about",
		},
		"assessment edited": {
			func(v *attest.Verification) { v.Assessment = r.Assessments[0] + " " }, "assessment", "canonical",
		},
		"assessment with gaps": {
			func(v *attest.Verification) { v.Assessment = rGaps.Assessments[0] }, "assessment", "vault/vnet-injection",
		},
		"another issuer": {func(v *attest.Verification) { v.Issuer = "https://example.com" }, "issuer", "expected"},
		"expired":        {func(v *attest.Verification) { v.Now = a.ExpiresAt }, "envelope", "ended at"},
		"expired, as a bundle": {
			func(v *attest.Verification) { v.Envelope, v.Bundle, v.Now = "", bundle, a.ExpiresAt }, "bundle", "ended at",
		},
		"not issued yet": {func(v *attest.Verification) { v.Now = now.Add(-time.Hour) }, "envelope", "was issued at"},
		"too old": {
			func(v *attest.Verification) { v.Now, v.MaxAge = now.Add(2*time.Hour), time.Hour }, "max_age_hours", "2h0m0s ago",
		},
		"gaps": {
			func(v *attest.Verification) { *v = expecting(rGaps, withGaps) }, "envelope", "vault/vnet-injection",
		},
		"exceptions": {
			func(v *attest.Verification) { *v = expecting(rExcepted, excepted) }, "allow_exceptions", "vault/vnet-injection",
		},
		"control not checked": {
			func(v *attest.Verification) { v.RequireControls = []string{"customer-keys"} }, "require_controls", "customer-keys",
		},
		"VSA": {
			func(v *attest.Verification) { v.Envelope = a.Envelopes[attest.VSA] }, "envelope", `under the key "controls"`,
		},
		"SVR": {
			func(v *attest.Verification) { v.Envelope = a.Envelopes[attest.SVR] }, "envelope", `under the key "controls"`,
		},
		"bundle for an envelope": {func(v *attest.Verification) { v.Envelope = bundle }, "envelope", "not a DSSE envelope"},
		"envelope for a bundle": {
			func(v *attest.Verification) { v.Envelope, v.Bundle = "", envelope }, "bundle", "not a Sigstore bundle",
		},
		"statement": {
			func(v *attest.Verification) { v.Envelope = a.Statements[attest.Controls] }, "envelope", "not a DSSE envelope",
		},
		"payload type": {
			func(v *attest.Verification) { v.Envelope = replaced(t, envelope, "in-toto+json", "in-toto+jsom") }, "envelope",
			"the type",
		},
		"field in another case": {
			func(v *attest.Verification) { v.Envelope = replaced(t, envelope, `"payloadType"`, `"PayloadType"`) }, "envelope",
			`expected "payloadType"`,
		},
		"field twice": {func(v *attest.Verification) {
			v.Envelope = replaced(t, envelope, `{"payload":`, `{"payload":"","payload":`)
		}, "envelope", "given twice"},
		"text after": {func(v *attest.Verification) { v.Envelope += "{}" }, "envelope", "after the end"},
		"text after a bundle": {
			func(v *attest.Verification) { v.Envelope, v.Bundle = "", bundle+"{}" },
			"bundle",
			"after the end",
		},
		"not JSON":  {func(v *attest.Verification) { v.Envelope = envelope[:len(envelope)-1] }, "envelope", "not JSON"},
		"not UTF-8": {func(v *attest.Verification) { v.Envelope = "\xff" }, "envelope", "UTF-8"},
		"list": {
			func(v *attest.Verification) { v.Envelope = "[" + envelope + "]" },
			"envelope",
			"not a JSON object",
		},
		"nested": {func(v *attest.Verification) {
			v.Envelope = replaced(
				t, envelope, `{"payload":`, `{"x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`,"payload":`,
			)
		}, "envelope", "depth"},
		"too long": {func(v *attest.Verification) { v.Envelope = strings.Repeat(" ", 65<<20) }, "envelope", "at most"},
		"media type": {
			func(v *attest.Verification) { v.Envelope, v.Bundle = "", replaced(t, bundle, "v0.3", "v0.9") }, "bundle",
			"media type",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v := expecting(r, a)
			if _, err := attest.Verify(v); err != nil {
				t.Fatalf("refused before the change: %v", err)
			}
			c.change(&v)
			out, err := attest.Verify(v)
			refused(t, err, c.words)
			var input *attest.InputError
			if !errors.As(err, &input) || input.Argument != c.argument || input.Nth != 0 {
				t.Errorf("%#v is not about %s", err, c.argument)
			}
			if out != nil {
				t.Error("there is a result beside the error")
			}
		})
	}
}

// On which side of each bound of time the last moment is.
func TestVerify_bounds(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	const moment = time.Nanosecond
	issued, ends := a.IssuedAt, a.ExpiresAt
	for name, c := range map[string]struct {
		now    time.Time
		maxAge time.Duration
		words  string // "" where it is accepted
	}{
		"clocks differ by little":      {issued.Add(-5 * time.Minute), 0, ""},
		"clocks differ by more":        {issued.Add(-5*time.Minute - moment), 0, "was issued at"},
		"a little before, with an age": {issued.Add(-time.Minute), time.Hour, ""},
		"just old enough":              {issued.Add(time.Hour), time.Hour, ""},
		"just too old":                 {issued.Add(time.Hour + moment), time.Hour, "expected 1h0m0s at most"},
		"last moment":                  {ends.Add(-moment), 0, ""},
		"first moment after":           {ends, 0, "ended at 2026-07-15T12:00:00Z"},
		"in another time zone":         {ends.In(time.FixedZone("", 14*60*60)), 0, "it is 2026-07-15T12:00:00Z now"},
	} {
		v := expecting(r, a)
		v.Now, v.MaxAge = c.now, c.maxAge
		switch _, err := attest.Verify(v); {
		case c.words != "":
			refused(t, err, c.words)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An exception ends with its day, whatever the attestation's own end says.
func TestVerify_exceptionEnds(t *testing.T) {
	t.Parallel()
	r, a := signed(t, full())
	v := expecting(r, a)
	v.AllowExceptions = true
	v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls], `"validUntil":"2026`, `"validUntil":"2036`), r.Key)
	end := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	v.Now = end.Add(-time.Nanosecond)
	if _, err := attest.Verify(v); err != nil {
		t.Error(err)
	}
	v.Now = end
	_, err := attest.Verify(v)
	refused(t, err, `the exception "vault/vnet-injection" ended at 2027-01-01T00:00:00Z`)
}

// A retired service that the requirement does not accept fails what is attested, though
// every control is there.
func TestVerify_retiredService(t *testing.T) {
	t.Parallel()
	r := plain()
	r.OnRetired, r.Enforcement = assess.Deny, assess.EnforcementWarn
	today := time.Date(2027, time.January, 1, 12, 0, 0, 0, time.UTC)
	c, err := testCatalog()
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(c, r, catalog.DateOf(today))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	q := attest.Request{Assessments: []string{text}, Version: "1", Validity: time.Hour, Now: today, Key: testKeys()[0].parse(t)}
	a := issue(t, q)
	for _, want := range []string{
		`"lifecycle":{"outcome":"gap"`, `"properties":["CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_DOCUMENTED"]`,
		`"verificationResult":"FAILED","verifier"`,
	} {
		if !strings.Contains(a.Statements[attest.Controls], want) {
			t.Errorf("%s is not in %s", want, a.Statements[attest.Controls])
		}
	}
	v := expecting(q, a)
	v.Now = today
	_, err = attest.Verify(v)
	refused(t, err, "verdict is not passed", "store/lifecycle")
}

// A group passes by an exception as a control does; and of both, as of adverse controls,
// the properties are what require_controls looks for.
func TestVerify_exceptionsAndControls(t *testing.T) {
	t.Parallel()
	grouped := full()
	grouped.Controls = []string{"encryption-in-transit"}
	grouped.AnyOf = map[string][]string{"SC-7": {"vnet-injection"}}
	grouped.Exceptions[0].Control = "SC-7"
	grouped.Evidence = grouped.Evidence[1:] // that the adverse control is switched off
	r, a := signed(t, grouped)
	v := expecting(r, a)
	_, err := attest.Verify(v)
	refused(t, err, "vault/SC-7", "allow_exceptions = true")
	v.AllowExceptions = true
	for control, has := range map[string]bool{
		"encryption-in-transit": true, "local-authentication": true, // avoided
		"vnet-injection": false, "sc-7": false, // of a group, which asks for less
	} {
		v.RequireControls = []string{control}
		if _, err := attest.Verify(v); (err == nil) != has {
			t.Errorf("%s: %v", control, err)
		}
	}
}

// What is asked of one assessment is not answered by its neighbour in the same envelope,
// neither for the better nor for the worse.
func TestVerify_neighbours(t *testing.T) {
	t.Parallel()
	const injection, encryption = "vnet-injection", "encryption-in-transit"
	none := assess.Requirement{Services: []string{}, AllowNoServices: true, Controls: []string{encryption}}
	injected := assess.Requirement{Services: []string{"store"}, Controls: []string{injection}}
	encrypted := assess.Requirement{Services: []string{"store"}, Controls: []string{encryption}}
	encryptedAndNone, encryptedAndInjected := []assess.Requirement{encrypted, none}, []assess.Requirement{encrypted, injected}
	both := []string{injection, encryption}
	commit := "gitCommit:" + strings.Repeat("0a", 20)
	for name, c := range map[string]struct {
		requirements []assess.Requirement
		asked        int // -1 for the commit
		requires     []string
		allow        bool
		words        string // "" where it is accepted
		properties   []string
	}{
		"none":                  {[]assess.Requirement{none}, 0, nil, false, "is about no service", nil},
		"none, allowed":         {[]assess.Requirement{none}, 0, nil, true, "", []string{}},
		"second, none":          {encryptedAndNone, 1, nil, false, "is about no service", nil},
		"second, none, allowed": {encryptedAndNone, 1, nil, true, "", []string{}},
		"required of none":      {encryptedAndNone, 1, both[1:], true, "it has no properties", nil},
		"first":                 {encryptedAndNone, 0, both[1:], false, "", properties("ENCRYPTION_IN_TRANSIT")},
		"commit":                {[]assess.Requirement{none}, -1, nil, false, "is about no service", nil},
		"commit of both":        {encryptedAndNone, -1, both[1:], false, "is about no service", nil},
		"commit, allowed":       {encryptedAndNone, -1, both[1:], true, "", properties("ENCRYPTION_IN_TRANSIT")},
		"its own control":       {encryptedAndInjected, 1, both[:1], false, "", properties("VNET_INJECTION")},
		"its neighbour's":       {encryptedAndInjected, 1, both[1:], false, "passed: encryption-in-transit. it has the", nil},
		"not its neighbour's":   {[]assess.Requirement{plain(), injected}, 1, both[:1], false, "", properties("VNET_INJECTION")},
		"all of a commit": {
			encryptedAndInjected, -1, both, false, "",
			properties("ENCRYPTION_IN_TRANSIT", "VNET_INJECTION"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(t, c.requirements...)
			r.Subjects = []attest.Subject{{Name: "commit", Digest: map[string]string{"gitCommit": commit[len("gitCommit:"):]}}}
			r.Key = testKeys()[0].parse(t)
			v := expecting(r, issue(t, r))
			v.RequireControls, v.AllowNoServices, v.SubjectDigest = c.requires, c.allow, commit
			if c.asked >= 0 {
				v.SubjectDigest, v.Assessment = "", r.Assessments[c.asked]
			}
			out, err := attest.Verify(v)
			switch {
			case c.words != "":
				refused(t, err, c.words)
			case err != nil:
				t.Error(err)
			default:
				if diff := cmp.Diff(c.properties, out.Properties); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// properties are those of controls that are documented, and nothing else was asked for.
func properties(controls ...string) []string {
	out := []string{"CONTROLS_ALL_DOCUMENTED"}
	for _, control := range controls {
		out = append(out, "CONTROLS_REQUIRED_"+control+"_DOCUMENTED")
	}
	return out
}

// Of many gaps the first are named, and the others counted.
func TestVerify_manyGaps(t *testing.T) {
	t.Parallel()
	r, a := signed(t, gaps())
	const gap = `{"documented":"no","id":"vnet-injection"`
	var many strings.Builder
	for n := range 30 {
		fmt.Fprintf(&many, `{"id":"c-%02d","outcome":"gap"},`, n)
	}
	v := expecting(r, a)
	v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls], gap, many.String()+gap), r.Key)
	_, err := attest.Verify(v)
	refused(t, err, "vault/c-00, vault/c-01", "vault/c-19, and 11 more")
}

// What is wrong with a signature is said as exactly as can be.
func TestVerify_reasons(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	other, id := testKeys()[2].parse(t).Public(), r.Key.Public().ID()
	good := a.Envelopes[attest.Controls]
	for name, c := range map[string]struct {
		envelope string
		keys     []*attest.PublicKey
		words    []string
	}{
		"another key": {
			good, []*attest.PublicKey{other}, []string{"by none of the public keys (" + other.ID() + ")", "is by \"" + id},
		},
		"changed": {
			flipped(t, good), []*attest.PublicKey{other, r.Key.Public()}, []string{"has been changed since", id},
		},
		"no key id": {
			replaced(t, good, `"keyid":"`+id+`",`, ""),
			[]*attest.PublicKey{other},
			[]string{"by none of the public keys", "or what was signed has been changed"},
		},
	} {
		v := expecting(r, a)
		v.Envelope, v.Keys = c.envelope, c.keys
		t.Run(name, func(t *testing.T) {
			_, err := attest.Verify(v)
			refused(t, err, c.words...)
		})
	}
}

// flipped changes one bit in the middle of the signature.
func flipped(t *testing.T, envelope string) string {
	t.Helper()
	_, rest, _ := strings.Cut(envelope, `"sig":"`)
	encoded, _, _ := strings.Cut(rest, `"`)
	sig := must(base64.StdEncoding.DecodeString(encoded))
	sig[len(sig)/2] ^= 1
	return replaced(t, envelope, encoded, base64.StdEncoding.EncodeToString(sig))
}

// A statement that was signed with the right key must still not contradict itself.
func TestVerify_contradictions(t *testing.T) {
	t.Parallel()
	r, a := signed(t, full())
	cases := map[string]struct{ old, replacement, words string }{
		"statement type": {"in-toto.io/Statement/v1", "in-toto.io/Statement/v2", "the statement has the type"},
		"predicate type": {
			`"predicateType":"` + attest.ControlsType, `"predicateType":"` + attest.ControlsType + "0",
			"the predicate has the type",
		},
		"result": {
			`"verificationResult":"PASSED","verifier"`, `"verificationResult":"FAILED","verifier"`,
			"which the findings contradict",
		},
		"result of a service": {
			`"name":"Vault","verificationResult":"PASSED"`, `"name":"Vault","verificationResult":"FAILED"`, `service "vault"`,
		},
		"outcome":         {`"outcome":"satisfied"`, `"outcome":"gap"`, "contradict"},
		"outcome unknown": {`"outcome":"satisfied"`, `"outcome":"splendid"`, "contradict"},
		"property added": {
			`"CONTROLS_ALL_MET_WITH_EXCEPTIONS"`, `"CONTROLS_ALL_DOCUMENTED","CONTROLS_ALL_MET_WITH_EXCEPTIONS"`,
			"does not follow",
		},
		"property left out": {`"CONTROLS_ALL_MET_WITH_EXCEPTIONS",`, ``, "is missing"},
		"no assessments":    {`"assessments":[`, `"assessments":[],"x":[`, "no assessments"},
		"digest of no subject": {
			`"digest":{"sha256":"` + digestHex(r) + `"},"exceptions"`, `"digest":{"sha256":"00"},"exceptions"`, "not a subject",
		},
		"time": {
			`"timeVerified":"2026-06-15T12:00:00Z"`, `"timeVerified":"2026-06-15T12:00:00+00:00"`, "timeVerified",
		},
		"validity":               {`"validUntil":"2026`, `"validUntil":"`, "validUntil"},
		"exception that is over": {`"expiresAt":"2027`, `"expiresAt":"2025`, "exception \"vault/vnet-injection\" ended"},
		"form of the statement":  {`"subject":[`, `"subject":{},"x":[`, "the payload is not a statement"},
		"field twice": {
			`"verificationResult":"PASSED","verifier"`, `"verificationResult":"PASSED","verificationResult":"PASSED","verifier"`,
			"given twice",
		},
		"key beyond ASCII":      {`"verifier":{`, `"verıfier":1,"verifier":{`, "printable ASCII"},
		"field in another case": {`"outcome":"satisfied"`, `"Outcome":"satisfied"`, `the key is "Outcome", expected "outcome"`},
		"type in another case":  {`"predicateType"`, `"PredicateType"`, `expected "predicateType"`},
		"form":                  {`"verifier":{`, `"verifier":[],"x":{`, "form of its type"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v := expecting(r, a)
			v.AllowExceptions = true
			if _, err := attest.Verify(v); err != nil {
				t.Fatalf("refused before the change: %v", err)
			}
			v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls], c.old, c.replacement), r.Key)
			_, err := attest.Verify(v)
			refused(t, err, c.words)
		})
	}
	every := full()
	every.AnyOf = nil
	every.EveryDocumentedOf = map[string][]string{"SC-8": {"customer-keys", "encryption-in-transit", "resource-logs"}}
	r, a = signed(t, every)
	const logs = `"id":"resource-logs","outcome":"gap","reason":"undocumented"`
	for name, c := range map[string]struct{ old, replacement, words string }{
		"rule":                 {`"rule":"every_documented_of"`, `"rule":"most"`, `the rule "most", expected "any_of" or`},
		"rule missing":         {`,"rule":"every_documented_of"`, ``, `the rule "", expected`},
		"rule in another case": {`"rule"`, `"Rule"`, `expected "rule"`},
		"member that fails":    {logs, strings.Replace(logs, "undocumented", "unsupported", 1), "its controls contradict"},
		"reason": {
			`"outcome":"evidenced","rule"`, `"outcome":"evidenced","reason":"no_member","rule"`, "contradict",
		},
		"outcome better than the worst": {
			`"outcome":"evidenced","rule"`, `"outcome":"satisfied","rule"`, `the group "SC-8" has the outcome "satisfied"`,
		},
	} {
		t.Run("of a group, "+name, func(t *testing.T) {
			v := expecting(r, a)
			v.AllowExceptions = true
			if _, err := attest.Verify(v); err != nil {
				t.Fatalf("refused before the change: %v", err)
			}
			v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls], c.old, c.replacement), r.Key)
			_, err := attest.Verify(v)
			refused(t, err, c.words)
		})
	}
	r, a = signed(t, full())
	t.Run("unknown fields and properties are for later versions", func(t *testing.T) {
		v := expecting(r, a)
		v.AllowExceptions = true
		text := replaced(t, a.Statements[attest.Controls], `"verifier":{`, `"future":{},"verifier":{`)
		v.Envelope = attest.Seal(replaced(t, text, `"properties":[`, `"properties":["ANOTHER",`), r.Key)
		if _, err := attest.Verify(v); err != nil {
			t.Error(err)
		}
	})
}

func digestHex(r attest.Request) string {
	return strings.TrimPrefix(canonicaljson.Digest([]byte(r.Assessments[0])), "sha256:")
}

// One byte of anything that was signed, of the signature or of the key changes: nothing
// of that may be accepted.
func TestVerify_oneByte(t *testing.T) {
	t.Parallel()
	for _, k := range testKeys() {
		if strings.Contains(k.name, "-sec1") || strings.Contains(k.name, "-pkcs1") || k.password != nil {
			continue // the same keys in another form
		}
		// One kind is enough to see that a reader became less strict.
		if testing.Short() && k.name != "ed25519" {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			r := request(t, assess.Requirement{Services: []string{"store"}, Controls: []string{"vnet-injection"}})
			r.Key = k.parse(t)
			a := issue(t, r)
			b := byteChanges{r, a}
			b.payload(t)
			b.characters(t, "envelope", a.Envelopes[attest.Controls])
			b.characters(t, "bundle", a.Bundles[attest.Controls])
			b.digest(t)
			b.publicKey(t)
		})
	}
}

// byteChanges changes one part of an attestation after the other.
type byteChanges struct {
	request     attest.Request
	attestation *attest.Attestation
}

// refuses fails the test if a verification with one change passes.
func (b byteChanges) refuses(t *testing.T, where string, at int, change func(*attest.Verification)) {
	t.Helper()
	v := expecting(b.request, b.attestation)
	change(&v)
	if _, err := attest.Verify(v); err == nil {
		t.Fatalf("accepted with byte %d of the %s changed: %+v", at, where, v)
	}
}

// encodedPayload is the payload as the envelope has it.
func (b byteChanges) encodedPayload(t *testing.T) string {
	t.Helper()
	var e struct{ Payload string }
	if err := json.Unmarshal([]byte(b.attestation.Envelopes[attest.Controls]), &e); err != nil {
		t.Fatal(err)
	}
	return e.Payload
}

func (b byteChanges) payload(t *testing.T) {
	t.Helper()
	encoded := b.encodedPayload(t)
	payload := must(base64.StdEncoding.DecodeString(encoded))
	for i := range payload {
		changed := append([]byte{}, payload...)
		changed[i] ^= 1 << (i % 8)
		b.refuses(t, "payload", i, func(v *attest.Verification) {
			v.Envelope = replaced(t, v.Envelope, encoded, base64.StdEncoding.EncodeToString(changed))
		})
	}
}

// unsigned are the members of envelopes and bundles that no signature covers and nothing
// goes by: they may change, and then change nothing.
var unsigned = regexp.MustCompile(`"keyid":"[^"]*",|"hint":"[^"]*"`)

// characters changes every character of a form: payload type, signature and names of
// fields included. Only white space may come instead of white space.
func (b byteChanges) characters(t *testing.T, what, form string) {
	t.Helper()
	encoded := b.encodedPayload(t)
	at := strings.Index(form, encoded)
	hints := unsigned.FindAllStringIndex(form, -1)
	for i := range form {
		if i > at && i < at+len(encoded)-4 {
			continue // the payload, changed by another test
		}
		changed := []byte(form)
		changed[i] ^= 1 << (i % 7)
		change := func(v *attest.Verification) {
			v.Envelope, v.Bundle = "", ""
			if what == "envelope" {
				v.Envelope = string(changed)
			} else {
				v.Bundle = string(changed)
			}
		}
		if !slices.ContainsFunc(hints, func(span []int) bool { return span[0] <= i && i < span[1] }) {
			b.refuses(t, what, i, change)
			continue
		}
		v := expecting(b.request, b.attestation)
		change(&v)
		if got, err := attest.Verify(v); err == nil &&
			(got.Statement != b.attestation.Statements[attest.Controls] || got.KeyID != b.request.Key.Public().ID()) {
			t.Fatalf("verified as %+v with byte %d of the %s changed", got, i, what)
		}
	}
}

func (b byteChanges) digest(t *testing.T) {
	t.Helper()
	for i := range digestHex(b.request) {
		digest := []byte(canonicaljson.Digest([]byte(b.request.Assessments[0])))
		digest[len("sha256:")+i] ^= 1
		b.refuses(t, "subject's digest", i, func(v *attest.Verification) { v.SubjectDigest = string(digest) })
	}
}

func (b byteChanges) publicKey(t *testing.T) {
	t.Helper()
	block, _ := pem.Decode([]byte(b.request.Key.Public().PEM()))
	for i := range block.Bytes {
		changed := append([]byte{}, block.Bytes...)
		changed[i] ^= 1 << (i % 8)
		key, err := attest.ParsePublicKey(pemBlock("PUBLIC KEY", changed))
		if err != nil {
			continue
		}
		b.refuses(t, "public key", i, func(v *attest.Verification) { v.Keys = []*attest.PublicKey{key} })
	}
}
