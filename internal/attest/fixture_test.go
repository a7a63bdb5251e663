package attest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/secretbox"
	"golang.org/x/crypto/scrypt"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// now is when the tests issue.
var now = time.Date(2026, time.June, 15, 12, 0, 0, 123, time.UTC)

// The path of the catalogue is in the assessments, so it has to be the same everywhere.
var testCatalog = sync.OnceValues(func() (*catalog.Catalog, error) {
	return assesstest.Read("testdata/catalog.yaml", catalog.DateOf(now))
})

// assessed is the JSON of the assessment of a requirement.
func assessed(t testing.TB, r assess.Requirement) string {
	t.Helper()
	c, err := testCatalog()
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(c, r, catalog.DateOf(now))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// plain is a requirement without exceptions, which is met.
func plain() assess.Requirement {
	return assess.Requirement{Services: []string{"store", "vault"}, Controls: []string{"encryption-in-transit"}}
}

// full has one of everything.
func full() assess.Requirement {
	age := int64(400)
	return assess.Requirement{
		Services: []string{"store", "vault"},
		Controls: []string{"vnet-injection", "customer-keys", "encryption-in-transit"},
		Avoid:    []string{"local-authentication"},
		AnyOf:    map[string][]string{"SC-28": {"customer-keys", "vnet-injection"}},
		Exceptions: []assess.Exception{
			{
				Service: "vault", Control: "vnet-injection",
				Justification: "Reached from one subnet alone.", ApprovedBy: "security@example.com",
				Ticket: "SEC-1", Expires: "2026-12-31",
				CompensatingControls: []string{"service-endpoints"},
			},
		},
		Evidence: []assess.Evidence{
			{
				Service: "vault", Control: "customer-keys", Condition: "Premium tier only",
				Reference: "main.tf: sku = premium", ApprovedBy: "me",
			},
			{Service: "vault", Control: "local-authentication", Condition: assess.SwitchedOff, Reference: "main.tf"},
		},
		MaxDocumentAgeDays: &age,
		Workload:           "shop/prod",
		Labels:             map[string]string{"team": "payments"},
		Configuration:      &configuration.Document{Scope: configuration.Scope{Other: []string{"random_id"}}},
	}
}

// gaps is a requirement in warn mode that is not met.
func gaps() assess.Requirement {
	r := plain()
	r.Controls = append(r.Controls, "vnet-injection")
	r.Enforcement = assess.EnforcementWarn
	return r
}

// request attests to requirements for thirty days.
func request(t testing.TB, requirements ...assess.Requirement) attest.Request {
	t.Helper()
	c, err := testCatalog()
	if err != nil {
		t.Fatal(err)
	}
	r := attest.Request{Version: "1.2.3", Validity: 30 * 24 * time.Hour, Now: now, Catalog: c}
	for _, requirement := range requirements {
		r.Assessments = append(r.Assessments, assessed(t, requirement))
	}
	return r
}

func issue(t testing.TB, r attest.Request) *attest.Attestation {
	t.Helper()
	a, err := attest.Issue(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// testKey is a private key in one of the forms.
type testKey struct {
	name, pem string
	password  *string
}

const testPassword = "correct horse battery staple"

// testKeys are new keys of every kind and form; made once, since RSA takes its time.
var testKeys = sync.OnceValue(func() []testKey {
	password := testPassword
	p256, p384 := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	rsa3072 := must(rsa.GenerateKey(rand.Reader, 3072))
	return []testKey{
		{"ecdsa-p256", pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(p256))), nil},
		{"ecdsa-p256-sec1", pemBlock("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(p256))), nil},
		{"ecdsa-p384", pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(p384))), nil},
		{"ecdsa-p384-sec1", pemBlock("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(p384))), nil},
		{"ed25519", pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ed))), nil},
		{"rsa-3072", pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(rsa3072))), nil},
		{"rsa-3072-pkcs1", pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa3072)), nil},
		{"cosign-sigstore", encrypted("ENCRYPTED SIGSTORE PRIVATE KEY", p256, password), &password},
		{"cosign-old", encrypted("ENCRYPTED COSIGN PRIVATE KEY", ed, password), &password},
	}
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pemBlock(blockType string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der}))
}

// encrypted writes a key as cosign does, with less work for scrypt.
func encrypted(blockType string, key crypto.PrivateKey, password string) string {
	salt, nonce := make([]byte, 32), new([24]byte)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(nonce[:])
	derived := must(scrypt.Key([]byte(password), salt, 1024, 8, 1, 32))
	sealed := secretbox.Seal(nil, must(x509.MarshalPKCS8PrivateKey(key)), nonce, (*[32]byte)(derived))
	return pemBlock(blockType, must(json.Marshal(map[string]any{
		"kdf":        map[string]any{"name": "scrypt", "params": map[string]int{"N": 1024, "r": 8, "p": 1}, "salt": salt},
		"cipher":     map[string]any{"name": "nacl/secretbox", "nonce": nonce[:]},
		"ciphertext": sealed,
	})))
}

func (k testKey) parse(t testing.TB) *attest.PrivateKey {
	t.Helper()
	key, err := attest.ParsePrivateKey(k.pem, k.password)
	if err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	return key
}

// replaced fails the test unless the text has what is to be replaced.
func replaced(t testing.TB, text, old, replacement string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in %s", old, text)
	}
	return strings.Replace(text, old, replacement, 1)
}

// refused fails the test unless an error has the words.
func refused(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("accepted, expected an error with %q", words)
	}
	for _, word := range words {
		if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(word)) {
			t.Errorf("the error is %q, expected %q in it", err, word)
		}
	}
}

func indent(t testing.TB, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return fmt.Sprintf("%s\n", must(json.MarshalIndent(v, "", "  ")))
}
