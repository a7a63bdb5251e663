package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// published is a registry with the store's catalogue in it, and the reference.
func published(t *testing.T, status string) (*ocitest.Registry, string) {
	t.Helper()
	r := ocitest.Start(t)
	digest, err := r.Push("platform/controls", "1.0", ocitest.CatalogType, ocitest.File{
		Name: "store.yaml", Content: storeCatalog(status),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, r.Host + "/platform/controls@" + digest
}

// remoteStore is a workspace with the catalogue in a registry, and a cache of its own.
func remoteStore(t *testing.T, entry string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, strings.Replace(storeConfig, `{ path = "${path.module}/store.yaml" }`, entry, 1))
	w.Setenv(oci.CacheVariable, t.TempDir())
	w.Setenv("DOCKER_CONFIG", t.TempDir())
	return w
}

func fromRegistry(reference string) string { return fmt.Sprintf("{ oci = %q }", reference) }

func TestAccProviderSources_registry(t *testing.T) {
	t.Parallel()
	r, reference := published(t, "yes")
	w := remoteStore(t, fromRegistry(reference))
	w.Write("sources.tf", `
data "controls_catalog" "this" {}
output "sources" { value = data.controls_catalog.this.sources }
`)
	expectText(t, w.Run(0, "apply", "-auto-approve"), reference)
	manifest, blobs := 0, 0
	for _, request := range r.Requests() {
		if strings.Contains(request, "/manifests/") {
			manifest++
		} else {
			blobs++
		}
	}
	if manifest != 1 || blobs != 1 {
		t.Errorf("the registry was asked for %d manifests and %d blobs, expected one each for plan and apply together",
			manifest, blobs)
	}
	// Later runs find all of it in the cache.
	r.Close()
	expectText(t, w.Run(0, "plan"), "No changes.")
}

// A gap in a catalogue from a registry is one.
func TestAccProviderSources_registryGap(t *testing.T) {
	t.Parallel()
	_, reference := published(t, "no")
	expectText(t, remoteStore(t, fromRegistry(reference)).Run(1, "plan"), "Required security controls missing")
}

// Nothing is asked for that nobody needs, and a destroy needs nothing.
func TestAccProviderSources_registryGone(t *testing.T) {
	t.Parallel()
	r, reference := published(t, "yes")
	w := remoteStore(t, fromRegistry(reference))
	r.Requests()
	w.Run(0, "validate")
	if got := r.Requests(); len(got) > 0 {
		t.Errorf("to validate, the registry is asked for %v", got)
	}
	w.Run(0, "apply", "-auto-approve")
	r.Close()
	w.Setenv(oci.CacheVariable, t.TempDir())
	expectText(t, w.Run(1, "plan"), "Catalogue cannot be read", reference+": nobody listens at "+r.Host+
		": start the registry there, or correct host and port", "terraform destroy -refresh=false")
	w.Run(0, "destroy", "-refresh=false", "-auto-approve")
	expectState(t, w)
}

// A folder that cannot be written keeps nobody from planning, and is told of.
func TestAccProviderSources_registryNoCache(t *testing.T) {
	t.Parallel()
	_, reference := published(t, "yes")
	w := remoteStore(t, fromRegistry(reference))
	w.Write("file", "")
	w.Setenv(oci.CacheVariable, w.Path("file"))
	expectText(t, w.Run(0, "apply", "-auto-approve"), "Cache cannot be written", "let "+oci.CacheVariable+" name a folder")
}

func newSigner(t *testing.T) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// Only what "cosign sign" signs for this very artifact is a signature of it.
func TestAccProviderSources_registrySigned(t *testing.T) {
	t.Parallel()
	r, reference := published(t, "yes")
	_, digest, _ := strings.Cut(reference, "@")
	key, public := newSigner(t)
	other, _ := newSigner(t)
	w := remoteStore(t, fmt.Sprintf("{\n  oci = %q\n  public_keys = [file(\"${path.module}/key.pub\")]\n}", reference))
	w.Write("key.pub", public)
	expectText(t, w.Run(1, "plan"), "Catalogue cannot be read", reference+": no signature is attached to it",
		"cosign sign --key cosign.key --use-signing-config=false --tlog-upload=false "+reference)
	attach := func(key *ecdsa.PrivateKey, digest, predicateType string) {
		t.Helper()
		bundle, err := ocitest.SignAs(key, digest, predicateType)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Attach("platform/controls", strings.SplitN(reference, "@", 2)[1], bundle); err != nil {
			t.Fatal(err)
		}
	}
	attach(other, digest, "https://sigstore.dev/cosign/sign/v1")
	attach(key, digest, "https://slsa.dev/verification_summary/v1")
	attach(key, someDigest, "https://sigstore.dev/cosign/sign/v1")
	expectText(t, w.Run(1, "plan"), "3 bundles are attached to it, and none is accepted",
		"the signature is by none of the public keys",
		`the predicate has the type "https://slsa.dev/verification_summary/v1", expected "https://sigstore.dev/cosign/sign/v1"`,
		"what was signed is not the manifest "+digest)
	attach(key, digest, "https://sigstore.dev/cosign/sign/v1")
	w.Run(0, "apply", "-auto-approve")
	r.Close()
	expectText(t, w.Run(0, "plan"), "No changes.")
}
