// Package ocitest is a registry on loopback, in memory, for tests and for the demonstration.
package ocitest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"cuelabs.dev/go/oci/ociregistry"
	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
	"github.com/opencontainers/go-digest"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	bundleType   = "application/vnd.dev.sigstore.bundle.v0.3+json"
	signType     = "https://sigstore.dev/cosign/sign/v1"
	emptyType    = "application/vnd.oci.empty.v1+json"
	// CatalogType is the artifact type that the guide gives to catalogues.
	CatalogType = "application/vnd.security-controls.catalog.v1"
)

// Registry is a registry.
type Registry struct {
	// Host is its address, "127.0.0.1:" and the port.
	Host string

	backend ociregistry.Interface
	server  *httptest.Server

	mu        sync.Mutex
	intercept func(w http.ResponseWriter, r *http.Request) bool
	requests  []string
}

// New starts a registry. Close stops it.
func New() *Registry {
	backend := ocimem.New()
	r := &Registry{backend: backend}
	next := ociserver.New(backend, &ociserver.Options{})
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.requests = append(r.requests, req.Method+" "+req.URL.Path)
		intercept := r.intercept
		r.mu.Unlock()
		if intercept == nil || !intercept(w, req) {
			next.ServeHTTP(w, req)
		}
	}))
	r.Host = strings.TrimPrefix(r.server.URL, "http://")
	return r
}

// Start starts a registry for a test, which stops it.
func Start(t testing.TB) *Registry {
	t.Helper()
	r := New()
	t.Cleanup(r.Close)
	return r
}

// Close stops the registry.
func (r *Registry) Close() {
	r.server.CloseClientConnections()
	r.server.Close()
}

// Intercept lets a function answer requests: it returns false for those that the registry is
// to answer. nil ends that.
func (r *Registry) Intercept(f func(w http.ResponseWriter, r *http.Request) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.intercept = f
}

// Requests returns the requests since it was called before, method and path.
func (r *Registry) Requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.requests
	r.requests = nil
	return out
}

// File is a file of an artifact.
type File struct{ Name, Content string }

// Descriptor names content in a manifest.
type Descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Manifest is that of an artifact.
type Manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType,omitempty"`
	Config        Descriptor        `json:"config"`
	Layers        []Descriptor      `json:"layers"`
	Subject       *Descriptor       `json:"subject,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// Blob stores content, and returns how a manifest names it.
func (r *Registry) Blob(repository, mediaType string, data []byte) (Descriptor, error) {
	d := Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data).String(), Size: int64(len(data))}
	_, err := r.backend.PushBlob(context.Background(), repository,
		ociregistry.Descriptor{MediaType: mediaType, Digest: digest.Digest(d.Digest), Size: d.Size}, bytes.NewReader(data))
	return d, err
}

// PushManifest stores a manifest under a tag, or "" for none, and returns its digest.
func (r *Registry) PushManifest(repository, tag string, m Manifest) (string, error) {
	config, err := r.Blob(repository, emptyType, []byte("{}"))
	if err != nil {
		return "", err
	}
	m.SchemaVersion, m.MediaType, m.Config = 2, manifestType, config
	data, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	_, err = r.backend.PushManifest(context.Background(), repository, tag, data, manifestType)
	return digest.FromBytes(data).String(), err
}

// Push stores files as "oras push" does, and returns the digest of the manifest.
func (r *Registry) Push(repository, tag, artifactType string, files ...File) (string, error) {
	m := Manifest{ArtifactType: artifactType}
	for _, f := range files {
		layer, err := r.Blob(repository, "application/vnd.oci.image.layer.v1.tar", []byte(f.Content))
		if err != nil {
			return "", err
		}
		layer.Annotations = map[string]string{"org.opencontainers.image.title": f.Name}
		m.Layers = append(m.Layers, layer)
	}
	return r.PushManifest(repository, tag, m)
}

// PushBundle stores a Sigstore bundle under a tag.
func (r *Registry) PushBundle(repository, tag, bundle string) (string, error) {
	return r.bundle(repository, tag, bundle, nil)
}

// Attach stores a Sigstore bundle as a referrer of the manifest with a digest.
func (r *Registry) Attach(repository, subject, bundle string) (string, error) {
	found, err := r.backend.ResolveManifest(context.Background(), repository, ociregistry.Digest(subject))
	if err != nil {
		return "", err
	}
	return r.bundle(repository, "", bundle, &Descriptor{MediaType: manifestType, Digest: subject, Size: found.Size})
}

func (r *Registry) bundle(repository, tag, bundle string, subject *Descriptor) (string, error) {
	layer, err := r.Blob(repository, bundleType, []byte(bundle))
	if err != nil {
		return "", err
	}
	layer.Annotations = map[string]string{"org.opencontainers.image.title": "summary.sigstore.json"}
	return r.PushManifest(repository, tag, Manifest{ArtifactType: bundleType, Layers: []Descriptor{layer}, Subject: subject})
}

// Sign makes the bundle that "cosign sign" makes for the manifest with a digest.
func Sign(key *ecdsa.PrivateKey, digest string) (string, error) {
	return SignAs(key, digest, signType)
}

// SignAs makes such a bundle of a statement with another type of predicate.
func SignAs(key *ecdsa.PrivateKey, digest, predicateType string) (string, error) {
	const payloadType = "application/vnd.in-toto+json"
	payload := fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":%q},"annotations":{}}],`+
		`"predicateType":%q,"predicate":{}}`, strings.TrimPrefix(digest, "sha256:"), predicateType)
	sum := sha256.Sum256([]byte(fmt.Sprintf("DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`{"mediaType":%q,"verificationMaterial":{"publicKey":{"hint":""}},"dsseEnvelope":{"payload":%q,`+
		`"payloadType":%q,"signatures":[{"sig":%q}]}}`,
		bundleType, base64.StdEncoding.EncodeToString([]byte(payload)), payloadType, base64.StdEncoding.EncodeToString(sig)), nil
}

// Unused is an address of this machine at which nobody listens.
func Unused(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
