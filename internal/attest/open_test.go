package attest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// vector is an envelope or a bundle as others make it of our statements. The files are of
// our own making, in the shapes that cosign, the public instance of Sigstore and other
// signers of DSSE write; what logs and authorities say in them is made up.
type vector struct {
	name string
	// words are of the reason for which it is refused; "" where it is accepted.
	words string
	make  func(vectorParts) any
}

// vectorParts is what vectors are made of.
type vectorParts struct {
	payload    string // in base64
	sig, other string // by the key, and by one that nobody knows
	key        *attest.PublicKey
	second     *attest.PublicKey // known to the verifier as well
	secondSig  string
}

// members are a JSON object, whose keys get sorted.
type members map[string]any

// with returns the members with others in addition, or instead.
func (m members) with(name string, value any) members {
	out := members{name: value}
	for k, v := range m {
		if k != name {
			out[k] = v
		}
	}
	return out
}

func (m members) without(name string) members {
	out := m.with(name, nil)
	delete(out, name)
	return out
}

func (p vectorParts) envelope(signatures ...any) members {
	return members{"payload": p.payload, "payloadType": "application/vnd.in-toto+json", "signatures": signatures}
}

func (p vectorParts) plain() members { return p.envelope(members{"sig": p.sig}) }

// bundle is one as cosign makes it with a key; material goes in addition to the key.
func (p vectorParts) bundle(material members) members {
	m := members{"publicKey": members{"hint": attest.SPKIHint(p.key)}}
	for k, v := range material {
		m[k] = v
	}
	return members{
		"mediaType":            "application/vnd.dev.sigstore.bundle.v0.3+json",
		"verificationMaterial": m,
		"dsseEnvelope":         p.plain(),
	}
}

// logEntry has every member that the public instance writes.
func logEntry() members {
	made := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return members{
		"logIndex": "1234567", "logId": members{"keyId": made("this is the id of a key of a log")},
		"kindVersion": members{"kind": "dsse", "version": "0.0.1"}, "integratedTime": "1781524800",
		"inclusionPromise": members{"signedEntryTimestamp": made("promise")},
		"inclusionProof": members{
			"logIndex":   "1234567",
			"rootHash":   made("root"),
			"treeSize":   "1234568",
			"hashes":     []string{made("left"), made("right")},
			"checkpoint": members{"envelope": "log.example.com - 1\n1234568\ncm9vdA==\n\n— log.example.com c2ln\n"},
		},
		"canonicalizedBody": made(`{"apiVersion":"0.0.1","kind":"dsse","spec":{}}`),
	}
}

func timestamps() members {
	return members{"rfc3161Timestamps": []members{{"signedTimestamp": base64.StdEncoding.EncodeToString([]byte("0 made up"))}}}
}

// urlSafe is base64 in the other alphabet.
func urlSafe(s string) string { return strings.NewReplacer("+", "-", "/", "_").Replace(s) }

func urlSafeEnvelope(p vectorParts) members {
	return p.envelope(members{"sig": urlSafe(p.sig)}).with("payload", urlSafe(p.payload))
}

// envelopeVectors are by the rules of the guide on the format, one after the other.
var envelopeVectors = []vector{
	{"plain", "", func(p vectorParts) any { return p.plain() }},
	{"url-safe", "", func(p vectorParts) any { return urlSafeEnvelope(p) }},
	{"url-safe-without-padding", "", func(p vectorParts) any {
		return p.envelope(
			members{"sig": strings.TrimRight(urlSafe(p.sig), "=")},
		).with(
			"payload", strings.TrimRight(urlSafe(p.payload), "="),
		)
	}},
	{"without-padding", "", func(p vectorParts) any {
		return p.plain().with("payload", strings.TrimRight(p.payload, "="))
	}},
	{
		"two-alphabets", "payload is not in base64",
		func(p vectorParts) any { return p.plain().with("payload", "-"+p.payload[1:len(p.payload)-1]+"/") },
	},
	{
		"line-end", "payload is not in base64",
		func(p vectorParts) any { return p.plain().with("payload", p.payload[:4]+"\n"+p.payload[4:]) },
	},
	{
		"bits-at-the-end", "sig is not in base64",
		func(p vectorParts) any { return p.envelope(members{"sig": "QQ=="}, members{"sig": "QR=="}) },
	},
	{"foreign-keyid", "", func(p vectorParts) any { return p.envelope(members{"keyid": "release-key-2026", "sig": p.sig}) }},
	{"keyid-by-spki", "", func(p vectorParts) any { return p.envelope(members{"keyid": attest.SPKIHint(p.key), "sig": p.sig}) }},
	{"keyid-empty", "", func(p vectorParts) any { return p.envelope(members{"keyid": "", "sig": p.sig}) }},
	{"keyid-null", "", func(p vectorParts) any { return p.envelope(members{"keyid": nil, "sig": p.sig}) }},
	{
		"keyid-of-another-known-key", "says that the key",
		func(p vectorParts) any { return p.envelope(members{"keyid": p.second.ID(), "sig": p.sig}) },
	},
	{
		"known-keyid-and-foreign-signature", "does not fit what was signed",
		func(p vectorParts) any { return p.envelope(members{"keyid": p.key.ID(), "sig": p.other}) },
	},
	{
		"signature-of-somebody-else-first", "",
		func(p vectorParts) any { return p.envelope(members{"sig": p.other}, members{"sig": p.sig}) },
	},
	{"signature-of-somebody-else-last", "", func(p vectorParts) any {
		return p.envelope(members{"sig": p.sig}, members{"keyid": "other", "sig": p.other})
	}},
	{"signatures-by-both-known-keys", "", func(p vectorParts) any {
		return p.envelope(members{"keyid": p.key.ID(), "sig": p.sig}, members{"keyid": p.second.ID(), "sig": p.secondSig})
	}},
	{"signature-twice", "", func(p vectorParts) any { return p.envelope(members{"sig": p.sig}, members{"sig": p.sig}) }},
	{"good-and-changed-by-known-keys", "does not fit what was signed", func(p vectorParts) any {
		return p.envelope(members{"keyid": p.key.ID(), "sig": p.sig}, members{"keyid": p.second.ID(), "sig": p.other})
	}},
	{"signatures-of-others-alone", "none of the 2 signatures is by one of the public keys", func(p vectorParts) any {
		return p.envelope(members{"keyid": "other", "sig": p.other}, members{"sig": p.other})
	}},
	{
		"signature-of-somebody-else-alone", "the envelope says that it is by",
		func(p vectorParts) any { return p.envelope(members{"keyid": "other", "sig": p.other}) },
	},
	{
		"no-signature", "there are 0 signatures, expected 1 to 64",
		func(p vectorParts) any { return p.plain().with("signatures", []any{}) },
	},
	{"signatures-missing", "signatures is missing", func(p vectorParts) any { return p.plain().without("signatures") }},
	{"many-signatures", "", func(p vectorParts) any { return p.envelope(manySignatures(p, 64)...) }},
	{"too-many-signatures", "there are 65 signatures", func(p vectorParts) any { return p.envelope(manySignatures(p, 65)...) }},
	{
		"malformed-signature-beside", "signatures[1]: sig is missing",
		func(p vectorParts) any { return p.envelope(members{"sig": p.sig}, members{"keyid": "other"}) },
	},
	{"signature-not-an-object", "signatures[0]: it is not a json object", func(p vectorParts) any { return p.envelope(p.sig) }},
	{"signature-number", "sig is not a string", func(p vectorParts) any { return p.envelope(members{"sig": 1}) }},
	{"keyid-number", "keyid is not a string", func(p vectorParts) any { return p.envelope(members{"keyid": 1, "sig": p.sig}) }},
	{"members-of-others", "", func(p vectorParts) any {
		return p.envelope(
			members{"sig": p.sig, "extension": members{"kind": "x", "keyID": 1, "keyId": 2}},
		).with(
			"later", []any{members{"PayloadType": 1}},
		)
	}},
	{"payload-missing", "payload is missing", func(p vectorParts) any { return p.plain().without("payload") }},
	{"payload-null", "payload is missing", func(p vectorParts) any { return p.plain().with("payload", nil) }},
	{"type-missing", "payloadType is missing", func(p vectorParts) any { return p.plain().without("payloadType") }},
	{"type-of-anything", "has the type", func(p vectorParts) any { return p.plain().with("payloadType", "application/json") }},
	{
		"type-in-another-case", `expected "payloadtype"`,
		func(p vectorParts) any { return p.plain().with("PayloadType", "application/json") },
	},
	{
		"keyid-in-another-case", `expected "keyid"`,
		func(p vectorParts) any { return p.envelope(members{"keyId": "x", "sig": p.sig}) },
	},
	{"beyond-ASCII", "printable ASCII", func(p vectorParts) any { return p.envelope(members{"ſig": p.sig, "sig": p.sig}) }},
}

func manySignatures(p vectorParts, n int) []any {
	out := slices.Repeat([]any{members{"sig": p.other}}, n)
	out[n-1] = members{"sig": p.sig}
	return out
}

var bundleVectors = []vector{
	{"without-log", "", func(p vectorParts) any { return p.bundle(nil) }},
	{"with-log", "", func(p vectorParts) any { return p.bundle(members{"tlogEntries": []members{logEntry()}}) }},
	{"with-timestamp", "", func(p vectorParts) any { return p.bundle(members{"timestampVerificationData": timestamps()}) }},
	{"with-log-and-timestamp", "", func(p vectorParts) any {
		return p.bundle(
			members{
				"tlogEntries":               []members{logEntry(), logEntry().without("inclusionPromise")},
				"timestampVerificationData": timestamps(),
			},
		)
	}},
	{"version-0.3-spelt-out", "", func(p vectorParts) any {
		return p.bundle(nil).with("mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.3")
	}},
	{"version-0.2", "", func(p vectorParts) any {
		return p.bundle(
			members{"tlogEntries": []members{logEntry()}},
		).with(
			"mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.2",
		)
	}},
	{"version-0.1", "", func(p vectorParts) any {
		return p.bundle(
			members{"tlogEntries": []members{logEntry().without("inclusionProof")}},
		).with(
			"mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.1",
		)
	}},
	{"version-unknown", "the media type", func(p vectorParts) any {
		return p.bundle(nil).with("mediaType", "application/vnd.dev.sigstore.bundle.v0.9+json")
	}},
	{"version-missing", "mediaType is missing", func(p vectorParts) any { return p.bundle(nil).without("mediaType") }},
	{"certificate-null", "", func(p vectorParts) any { return p.bundle(members{"certificate": nil}) }},
	{
		"certificate", "by a certificate",
		func(p vectorParts) any { return p.bundle(members{"certificate": members{"rawBytes": "MAA="}}) },
	},
	{"certificate-chain", "by a certificate", func(p vectorParts) any {
		return p.bundle(nil).with("verificationMaterial", members{"x509CertificateChain": members{"certificates": []any{}}})
	}},
	{
		"key-missing", "publicKey is missing",
		func(p vectorParts) any { return p.bundle(nil).with("verificationMaterial", logEntry()) },
	},
	{
		"key-not-an-object", "publicKey: it is not a JSON object",
		func(p vectorParts) any { return p.bundle(members{"publicKey": "x"}) },
	},
	{
		"material-missing", "verificationMaterial",
		func(p vectorParts) any { return p.bundle(nil).without("verificationMaterial") },
	},
	{"hint-foreign", "", func(p vectorParts) any { return p.bundle(members{"publicKey": members{"hint": "release-key-2026"}}) }},
	{"hint-missing", "", func(p vectorParts) any { return p.bundle(members{"publicKey": members{}}) }},
	{
		"hint-number", "hint is not a string",
		func(p vectorParts) any { return p.bundle(members{"publicKey": members{"hint": 1}}) },
	},
	{
		"hint-of-another-known-key", "the bundle says that the key",
		func(p vectorParts) any { return p.bundle(members{"publicKey": members{"hint": p.second.ID()}}) },
	},
	{"hint-of-the-second-signer", "", func(p vectorParts) any {
		return p.bundle(
			members{"publicKey": members{"hint": p.second.ID()}},
		).with(
			"dsseEnvelope", p.envelope(members{"sig": p.sig}, members{"sig": p.secondSig}),
		)
	}},
	{
		"hint-in-another-case", `expected "hint"`,
		func(p vectorParts) any { return p.bundle(members{"publicKey": members{"Hint": "x"}}) },
	},
	{"url-safe", "", func(p vectorParts) any { return p.bundle(nil).with("dsseEnvelope", urlSafeEnvelope(p)) }},
	{"members-of-others", "", func(p vectorParts) any {
		return p.bundle(members{"later": []any{members{"MediaType": 1}}}).with("later", members{})
	}},
	{"file-signature", "messageSignature", func(p vectorParts) any {
		return p.bundle(
			members{"tlogEntries": []members{logEntry()}},
		).without(
			"dsseEnvelope",
		).with(
			"messageSignature", members{"signature": p.sig},
		)
	}},
	{
		"both-contents", "messageSignature",
		func(p vectorParts) any { return p.bundle(nil).with("messageSignature", members{"signature": p.sig}) },
	},
	{"envelope-missing", "dsseEnvelope", func(p vectorParts) any { return p.bundle(nil).without("dsseEnvelope") }},
	{"envelope-of-another-type", "dsseEnvelope: the payload has the type", func(p vectorParts) any {
		return p.bundle(nil).with("dsseEnvelope", p.plain().with("payloadType", "application/json"))
	}},
}

// The vectors are files, so that they stay what they were when the code changes. With
// -update they are written anew, by new keys.
func TestVerify_vectors(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "vectors")
	if golden.Updating() {
		writeVectors(t, dir)
	}
	read := func(name string) string { return string(must(os.ReadFile(filepath.Join(dir, name)))) }
	keys := []*attest.PublicKey{must(attest.ParsePublicKey(read("second.pub"))), must(attest.ParsePublicKey(read("first.pub")))}
	digest := strings.TrimSpace(read("subject.txt"))
	for _, kind := range []struct {
		ending  string
		vectors []vector
	}{{".dsse.json", envelopeVectors}, {".sigstore.json", bundleVectors}} {
		for _, c := range kind.vectors {
			t.Run(c.name+kind.ending, func(t *testing.T) {
				t.Parallel()
				for form, text := range asOtherSystemsWrite(read(c.name + kind.ending)) {
					v := attest.Verification{Envelope: text, Keys: keys, SubjectDigest: digest, Now: now}
					if kind.ending == ".sigstore.json" {
						v.Envelope, v.Bundle = "", text
					}
					got, err := attest.Verify(v)
					switch {
					case c.words != "":
						refused(t, err, c.words)
					case err != nil:
						t.Errorf("%s: %v", form, err)
					case got.KeyID != keys[1].ID():
						t.Errorf("%s: verified by %s", form, got.KeyID)
					}
				}
			})
		}
	}
}

// asOtherSystemsWrite is a text as it is, and as editors and shells hand it on.
func asOtherSystemsWrite(text string) map[string]string {
	lf := strings.ReplaceAll(text, "\r\n", "\n")
	crlf := strings.ReplaceAll(lf, "\n", "\r\n")
	return map[string]string{
		"LF": lf, "CRLF": crlf, "byte order mark": "\ufeff" + lf,
		"byte order mark and CRLF": "\ufeff" + crlf,
	}
}

func writeVectors(t *testing.T, dir string) {
	t.Helper()
	r := request(t, plain())
	// In base64 the name has characters of both alphabets.
	r.Subjects = []attest.Subject{{Name: "???>>>", Digest: map[string]string{"gitCommit": strings.Repeat("0a", 20)}}}
	keys := testKeys()
	parse := func(i int) *attest.PrivateKey { return keys[i].parse(t) }
	first, second := parse(0), parse(4)
	statement := issue(t, r).Statements[attest.Controls]
	sealed := func(key *attest.PrivateKey) (payload, sig string) {
		var e struct {
			Payload    string
			Signatures []struct{ Sig string }
		}
		if err := json.Unmarshal([]byte(attest.Seal(statement, key)), &e); err != nil {
			t.Fatal(err)
		}
		return e.Payload, e.Signatures[0].Sig
	}
	p := vectorParts{key: first.Public(), second: second.Public()}
	p.payload, p.sig = sealed(first)
	_, p.secondSig = sealed(second)
	_, p.other = sealed(parse(2))
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	write("first.pub", first.Public().PEM())
	write("second.pub", second.Public().PEM())
	write("subject.txt", "sha256:"+digestHex(r)+"\n")
	for _, c := range envelopeVectors {
		write(c.name+".dsse.json", fmt.Sprintf("%s\n", must(json.MarshalIndent(c.make(p), "", "  "))))
	}
	for _, c := range bundleVectors {
		write(c.name+".sigstore.json", fmt.Sprintf("%s\n", must(json.MarshalIndent(c.make(p), "", "  "))))
	}
}
