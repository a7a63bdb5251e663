package provider_test

import (
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

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"golang.org/x/crypto/nacl/secretbox"
	"golang.org/x/crypto/scrypt"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// writeOnly skips under a CLI without write-only attributes.
var writeOnly = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)}

// attestedCatalog has a service that has alpha and not beta.
func attestedCatalog(t *testing.T) string {
	t.Helper()
	return acctest.ProviderConfig(acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta"),
		"store.yaml": acctest.Service("my-store", "2026-01-01", acctest.Statement{Control: "alpha", Status: "yes"},
			acctest.Statement{Control: "beta", Status: "no"}),
		"vault.yaml": acctest.Service("my-vault", "2026-01-01", acctest.Statement{Control: "alpha", Status: "yes"}),
	}))
}

// keyVariables declares the key as users should: it is in no plan and no state.
const keyVariables = `
variable "key" {
  type      = string
  ephemeral = true
  default   = null
}
variable "password" {
  type      = string
  ephemeral = true
  default   = null
}
`

// attestedBy is an attestation of a requirement for a service; extra goes into it.
func attestedBy(service, requirement, extra string) string {
	return fmt.Sprintf(`
resource "controls_requirement" "this" {
  services = [%q]
  controls = ["alpha"]
  %s
}
resource "controls_attestation" "this" {
  assessments = [controls_requirement.this.assessment]
  %s
}
`, service, requirement, extra)
}

// attested is one without anything special.
func attested(extra string) string { return attestedBy("my-store", "", extra) }

const signedArguments = `
  signing_key_wo          = var.key
  signing_key_wo_version  = 1
  signing_key_password_wo = var.password
`

// signingKey is a private key in one of the forms.
type signingKey struct {
	name, pem, public, password string
}

// signingKeys are new keys of every kind; made once, since RSA takes its time.
var signingKeys = sync.OnceValue(func() []signingKey {
	p256 := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	public, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	rsaKey := must(rsa.GenerateKey(rand.Reader, 3072))
	const password = "correct-horse-battery-staple"
	return []signingKey{
		{"ecdsa_p256", pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(p256))), publicPEM(p256.Public()), ""},
		{"ecdsa_p384", pemBlock("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(p384))), publicPEM(p384.Public()), ""},
		{"ed25519", pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ed))), publicPEM(public), ""},
		{"rsa_3072", pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), publicPEM(rsaKey.Public()), ""},
		{"cosign", encryptedKey(must(x509.MarshalPKCS8PrivateKey(p256)), password), publicPEM(p256.Public()), password},
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

func publicPEM(key any) string { return pemBlock("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key))) }

// encryptedKey writes a key as cosign does.
func encryptedKey(der []byte, password string) string {
	salt, nonce := make([]byte, 32), new([24]byte)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(nonce[:])
	const n = 1 << 10 // less work than cosign asks for
	derived := must(scrypt.Key([]byte(password), salt, n, 8, 1, 32))
	return pemBlock("ENCRYPTED SIGSTORE PRIVATE KEY", must(json.Marshal(map[string]any{
		"kdf":        map[string]any{"name": "scrypt", "params": map[string]int{"N": n, "r": 8, "p": 1}, "salt": salt},
		"cipher":     map[string]any{"name": "nacl/secretbox", "nonce": nonce[:]},
		"ciphertext": secretbox.Seal(nil, der, nonce, (*[32]byte)(derived)),
	})))
}

// variables passes the key.
func (k signingKey) variables() config.Variables {
	v := config.Variables{"key": config.StringVariable(k.pem)}
	if k.password != "" {
		v["password"] = config.StringVariable(k.password)
	}
	return v
}

// secrets are the parts of the key that must appear nowhere.
func (k signingKey) secrets() []string {
	secrets := strings.Split(strings.TrimSpace(k.pem), "\n")
	secrets = secrets[1 : len(secrets)-1]
	if k.password != "" {
		secrets = append(secrets, k.password)
	}
	return secrets
}
