package attest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// What "cosign sign" signs for a manifest is its signature, and no attestation is: else a
// verdict by the key that signs catalogues would pass for one.
func TestVerifyManifest(t *testing.T) {
	t.Parallel()
	digest, other := "sha256:"+strings.Repeat("0a", 32), "sha256:"+strings.Repeat("0b", 32)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der := must(x509.MarshalPKIXPublicKey(private.Public()))
	key := must(attest.ParsePublicKey(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))))
	stranger := testKeys()[0].parse(t).Public()
	r, a := signed(t, plain())
	for name, c := range map[string]struct {
		bundle string
		keys   []*attest.PublicKey
		words  string
	}{
		"signature":       {must(ocitest.Sign(private, digest)), []*attest.PublicKey{stranger, key}, ""},
		"another key":     {must(ocitest.Sign(private, digest)), []*attest.PublicKey{stranger}, "none of the public keys"},
		"no key":          {must(ocitest.Sign(private, digest)), nil, "without a public key"},
		"another subject": {must(ocitest.Sign(private, other)), []*attest.PublicKey{key}, "is not the manifest " + digest},
		"another type": {
			must(ocitest.SignAs(private, digest, attest.VSAType)), []*attest.PublicKey{key}, "expected \"" + attest.SignType,
		},
		"a verdict":   {a.Bundles[attest.Controls], []*attest.PublicKey{r.Key.Public()}, "expected \"" + attest.SignType},
		"a summary":   {a.Bundles[attest.SummaryKind], []*attest.PublicKey{r.Key.Public()}, "expected \"" + attest.SignType},
		"no bundle":   {"{}", []*attest.PublicKey{key}, "this is not a Sigstore bundle"},
		"an envelope": {a.Envelopes[attest.Controls], []*attest.PublicKey{r.Key.Public()}, "this is not a Sigstore bundle"},
	} {
		err := attest.VerifyManifest(c.bundle, c.keys, digest)
		if c.words == "" && err != nil || c.words != "" && (err == nil || !strings.Contains(err.Error(), c.words)) {
			t.Errorf("%s: %v, expected %q", name, err, c.words)
		}
	}
}
