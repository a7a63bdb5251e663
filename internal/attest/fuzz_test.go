package attest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// Whatever comes as an envelope or a bundle, what is accepted is the statement that was
// signed.
func FuzzVerify(f *testing.F) {
	r, a := signed(f, plain())
	f.Add(a.Envelopes[attest.Controls], false)
	f.Add(a.Bundles[attest.Controls], true)
	good := map[string]bool{a.Envelopes[attest.Controls]: true, a.Bundles[attest.Controls]: true}
	f.Fuzz(func(t *testing.T, text string, isBundle bool) {
		v := expecting(r, a)
		v.Envelope = text
		if isBundle {
			v.Envelope, v.Bundle = "", text
		}
		out, err := attest.Verify(v)
		if err == nil && !good[text] && out.Statement != a.Statements[attest.Controls] {
			t.Errorf("accepted %q", text)
		}
	})
}

// Whatever stands around an envelope in a bundle, it is accepted only for its statement,
// and only where another reader of JSON finds the same envelope in it.
func FuzzVerify_bundle(f *testing.F) {
	r, a := signed(f, plain())
	hint := `"publicKey":{"hint":"` + r.Key.Public().ID() + `"}`
	entry := string(must(json.Marshal(logEntry())))
	f.Add(hint, ``, ``)
	f.Add(hint+`,"tlogEntries":[`+entry+`]`, `"later":{},`, `,"keyid":"other"`)
	f.Add(hint+`,"timestampVerificationData":{"rfc3161Timestamps":[{"signedTimestamp":"MAA="}]}`, ``, `,"x":[1,null,"\u0000"]`)
	f.Add(hint+`,"certificate":null`, `"messageSignature":null,`, ``)
	f.Add(hint+`,"certificate":{"rawBytes":"MAA="}`, `"dsseEnvelope":{},`, `},{"sig":"AAAA"`)
	var e struct {
		Payload    string
		Signatures []struct{ Sig string }
	}
	if err := json.Unmarshal([]byte(a.Envelopes[attest.Controls]), &e); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, material, beside, signature string) {
		text := `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",` +
			`"verificationMaterial":{` + material + `},` + beside +
			`"dsseEnvelope":{"payload":"` + e.Payload + `","payloadType":"application/vnd.in-toto+json",` +
			`"signatures":[{"sig":"` + e.Signatures[0].Sig + `"` + signature + `}]}}`
		v := expecting(r, a)
		v.Envelope, v.Bundle = "", text
		out, err := attest.Verify(v)
		if err != nil {
			return
		}
		var other struct{ DsseEnvelope struct{ Payload string } }
		if err := json.Unmarshal(
			[]byte(text), &other,
		); err != nil || other.DsseEnvelope.Payload != e.Payload ||
			out.Statement != a.Statements[attest.Controls] {
			t.Errorf("accepted %s, which is also read as %+v (%v)", text, other, err)
		}
	})
}

// Whatever was signed with the right key, it is accepted only if it says of the subject
// that everything passed, as somebody reads it who knows nothing of this package.
func FuzzVerify_sealedStatement(f *testing.F) {
	r, a := signed(f, plain())
	digest := strings.TrimPrefix(canonicaljson.Digest([]byte(r.Assessments[0])), "sha256:")
	for _, s := range []string{a.Statements[attest.Controls], a.Statements[attest.VSA], a.Statements[attest.SVR]} {
		f.Add(s)
	}
	_, withGaps := signed(f, gaps())
	_, withAll := signed(f, full(), plain())
	f.Add(withGaps.Statements[attest.Controls])
	f.Add(withAll.Statements[attest.Controls])
	f.Fuzz(func(t *testing.T, statement string) {
		v := expecting(r, a)
		v.Envelope = attest.Seal(statement, r.Key)
		out, err := attest.Verify(v)
		if err != nil {
			return
		}
		if out.Statement != statement {
			t.Errorf("accepted %q as %q", statement, out.Statement)
		}
		if problem := notPassed(statement, digest); problem != "" {
			t.Errorf("accepted although %s: %s", problem, statement)
		}
	})
}

// notPassed says why a statement is none of a subject that passed without exceptions, or "".
func notPassed(statement, digest string) string {
	var s struct {
		Subject   []struct{ Digest map[string]string }
		Predicate struct {
			VerificationResult string
			Assessments        []struct {
				Services []struct {
					Controls []struct{ Outcome string }
					Groups   []struct{ Outcome string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(statement), &s); err != nil {
		return err.Error()
	}
	about := false
	for _, subject := range s.Subject {
		about = about || subject.Digest["sha256"] == digest
	}
	passing := []string{"satisfied", "evidenced", "not_applicable"}
	for _, a := range s.Predicate.Assessments {
		if len(a.Services) == 0 {
			return "an assessment is about nothing"
		}
		for _, service := range a.Services {
			for _, c := range service.Controls {
				if !slices.Contains(passing, c.Outcome) {
					return "an outcome is " + c.Outcome
				}
			}
			for _, g := range service.Groups {
				if !slices.Contains(passing, g.Outcome) {
					return "an outcome is " + g.Outcome
				}
			}
		}
	}
	switch {
	case !about:
		return "it is about something else"
	case s.Predicate.VerificationResult != "PASSED":
		return "the result is " + s.Predicate.VerificationResult
	}
	return ""
}

func FuzzParseKeys(f *testing.F) {
	for _, k := range testKeys() {
		f.Add(k.pem)
		f.Add(k.parse(f).Public().PEM())
	}
	password := "x"
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range []*string{nil, &password} {
			if key, err := attest.ParsePrivateKey(text, p); (key == nil) == (err == nil) {
				t.Errorf("neither a key nor an error, or both: %v", err)
			}
		}
		if key, err := attest.ParsePublicKey(text); (key == nil) == (err == nil) {
			t.Errorf("neither a key nor an error, or both: %v", err)
		}
	})
}
