package oci_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child())
	}
	// Nobody's own credentials take part in a test.
	dir, err := os.MkdirTemp("", "oci")
	if err == nil {
		err = os.Setenv("DOCKER_CONFIG", dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

const repository = "platform/controls"

var (
	limits = oci.Limits{Files: 10, FileBytes: 1 << 20, TotalBytes: 2 << 20}
	sample = []ocitest.File{
		{Name: "azure/vault.yaml", Content: "vault: true\n"}, {Name: "store.yaml", Content: "store: true\n"},
	}
)

// published is a registry with an artifact of the sample in it.
func published(t *testing.T) (*ocitest.Registry, oci.Reference) {
	t.Helper()
	r := ocitest.Start(t)
	digest, err := r.Push(repository, "1.0", ocitest.CatalogType, sample...)
	if err != nil {
		t.Fatal(err)
	}
	return r, oci.Reference{Registry: r.Host, Repository: repository, Digest: digest}
}

// client has a cache of its own.
func client(t *testing.T) (*oci.Client, string) {
	t.Helper()
	dir := t.TempDir()
	return oci.New(oci.Options{Version: "test", CacheDir: dir, Deadline: 20 * time.Second}).Hurry(), dir
}

// contents reads all files of an artifact.
func contents(t *testing.T, a *oci.Artifact) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(a.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(a.FS, name)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// checkSample holds an artifact against the sample.
func checkSample(t *testing.T, a *oci.Artifact) {
	t.Helper()
	got := contents(t, a)
	for _, f := range sample {
		if got[f.Name] != f.Content {
			t.Errorf("%s is %q, expected %q", f.Name, got[f.Name], f.Content)
		}
	}
	if len(got) != len(sample) {
		t.Errorf("got %d files, expected %d", len(got), len(sample))
	}
}

// checkCache holds each file of a cache against its name. It returns how many there are.
func checkCache(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		n++
		if filepath.Base(filepath.Dir(path)) == "tmp" {
			t.Errorf("%s was left", path)
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != entry.Name() {
			t.Errorf("%s has other content than its name says", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestArtifact(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, dir := client(t)
	if got := r.Requests(); len(got) > 0 {
		t.Errorf("a new client asks for %v", got)
	}
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if a.Digest != ref.Digest || !slices.Equal(a.Names, []string{"azure/vault.yaml", "store.yaml"}) {
		t.Errorf("got %s with %v", a.Digest, a.Names)
	}
	if err := fstest.TestFS(a.FS, a.Names...); err != nil {
		t.Error(err)
	}
	if n := checkCache(t, dir); n != 3 {
		t.Errorf("the cache has %d files, expected 3", n)
	}
	r.Requests()
	other := oci.New(oci.Options{CacheDir: dir})
	if a, err = other.Artifact(t.Context(), ref, limits, nil); err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if got := r.Requests(); len(got) > 0 {
		t.Errorf("with everything in the cache, the registry is asked for %v", got)
	}
	if err := other.CacheProblem(); err != nil {
		t.Error(err)
	}
}

// A tag is looked up each time, and what it leads to is verified all the same.
func TestArtifact_byTag(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, _ := client(t)
	tagged := oci.Reference{Registry: r.Host, Repository: repository, Tag: "1.0"}
	for range 2 {
		a, err := c.Artifact(t.Context(), tagged, limits, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkSample(t, a)
		if a.Digest != ref.Digest {
			t.Errorf("the tag leads to %s, expected %s", a.Digest, ref.Digest)
		}
	}
	moved, err := r.Push(repository, "1.0", ocitest.CatalogType, ocitest.File{Name: "a.yaml", Content: "moved"})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := c.Artifact(t.Context(), tagged, limits, nil); err != nil || a.Digest != moved {
		t.Errorf("after the tag moved: %v, %v", a, err)
	}
}

// Without a folder for it there is no cache, and everything works.
func TestArtifact_withoutCache(t *testing.T) {
	t.Parallel()
	_, ref := published(t)
	c := oci.New(oci.Options{})
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if err := c.CacheProblem(); err != nil {
		t.Error(err)
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// only accepts one bundle.
func only(wanted string) oci.Verify {
	return func(bundle, digest string) error {
		if bundle != wanted || !strings.HasPrefix(digest, "sha256:") {
			return fmt.Errorf("the bundle is another one")
		}
		return nil
	}
}

func TestArtifact_signed(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, dir := client(t)
	_, err := c.Artifact(t.Context(), ref, limits, only("a"))
	if err == nil || !strings.Contains(err.Error(), "no signature is attached") {
		t.Fatalf("without a signature: %v", err)
	}
	for _, bundle := range []string{"b", "a"} {
		if _, err := r.Attach(repository, ref.Digest, bundle); err != nil {
			t.Fatal(err)
		}
	}
	a, err := c.Artifact(t.Context(), ref, limits, only("a"))
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if _, err = c.Artifact(t.Context(), ref, limits, only("c")); err == nil ||
		!strings.Contains(err.Error(), "2 bundles are attached") {
		t.Errorf("with other signatures: %v", err)
	}
	r.Requests()
	if _, err = c.Artifact(t.Context(), ref, limits, only("a")); err != nil {
		t.Error(err)
	}
	if got := r.Requests(); len(got) > 0 {
		t.Errorf("with the signature in the cache, the registry is asked for %v", got)
	}
	// One that was tampered with is none, and the registry has the right one still.
	kept, err := filepath.Glob(filepath.Join(dir, "signatures", "*", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("the cache has the signatures %v: %v", kept, err)
	}
	if err := os.WriteFile(kept[0], []byte("c"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = c.Artifact(t.Context(), ref, limits, only("c")); err == nil {
		t.Error("a signature that was slipped into the cache is accepted")
	}
	if _, err = c.Artifact(t.Context(), ref, limits, only("a")); err != nil {
		t.Error(err)
	}
}

// What else is attached is not asked about.
func TestArtifact_otherReferrers(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, _ := client(t)
	if _, err := r.PushManifest(repository, "", ocitest.Manifest{
		ArtifactType: "application/vnd.example.sbom", Subject: &ocitest.Descriptor{
			MediaType: "application/vnd.oci.image.manifest.v1+json", Digest: ref.Digest, Size: 1,
		},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Attach(repository, ref.Digest, "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Artifact(t.Context(), ref, limits, only("a")); err != nil {
		t.Error(err)
	}
}

// A signature that is gone, as lists of what is attached name those that were deleted, or that is
// no bundle at all, is no reason against another; and where there is none but such, it is said.
func TestArtifact_brokenSignatures(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	for _, bundle := range []string{"gone", "swapped", "right"} {
		if _, err := r.Attach(repository, ref.Digest, bundle); err != nil {
			t.Fatal(err)
		}
	}
	r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		switch path.Base(req.URL.Path) {
		case digestOf("gone"):
			w.WriteHeader(http.StatusNotFound)
			return true
		case digestOf("swapped"):
			_, _ = w.Write([]byte("right"))
			return true
		}
		return false
	})
	const none = "3 bundles are attached"
	for accepted, want := range map[string]string{"right": "", "other": none, "swapped": none} {
		c, _ := client(t)
		_, err := c.Artifact(t.Context(), ref, limits, only(accepted))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", accepted, err)
		}
	}
}

// A registry without a list of what is attached says so in one of several ways: the tag that
// stands in for it is looked at then.
func TestArtifact_signedByTag(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	signature, err := r.PushBundle(repository, "", "a")
	if err != nil {
		t.Fatal(err)
	}
	index := fmt.Sprintf(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":`+
		`"application/vnd.oci.image.manifest.v1+json","digest":%q,"size":1,"artifactType":%q}]}`, signature, oci.BundleType)
	for _, code := range []int{400, 404, 405, 406, 501} {
		r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
			switch {
			case strings.Contains(req.URL.Path, "/referrers/"):
				w.WriteHeader(code)
			case strings.HasSuffix(req.URL.Path, "/manifests/"+strings.Replace(ref.Digest, ":", "-", 1)):
				w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
				_, _ = w.Write([]byte(index))
			default:
				return false
			}
			return true
		})
		c, _ := client(t)
		if _, err := c.Artifact(t.Context(), ref, limits, only("a")); err != nil {
			t.Errorf("status %d: %v", code, err)
		}
	}
}

// What a bundle says of itself is repeated, and may be long.
func TestArtifact_longProblem(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	if _, err := r.Attach(repository, ref.Digest, strings.Repeat("x", 1<<20)); err != nil {
		t.Fatal(err)
	}
	c, _ := client(t)
	_, err := c.Artifact(t.Context(), ref, limits, func(bundle, _ string) error { return errors.New(bundle) })
	if err == nil || len(err.Error()) > 1000 {
		t.Errorf("the message has %d bytes", len(fmt.Sprint(err)))
	}
}

// Whoever names an index is told so, and not to sign it.
func TestArtifact_signedIndex(t *testing.T) {
	t.Parallel()
	r, _ := published(t)
	index := `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`
	r.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		_, _ = w.Write([]byte(index))
		return true
	})
	c, _ := client(t)
	ref := oci.Reference{Registry: r.Host, Repository: repository, Digest: digestOf(index)}
	_, err := c.Artifact(t.Context(), ref, limits, only("a"))
	if err == nil || !strings.Contains(err.Error(), "index of several") {
		t.Errorf("got %v", err)
	}
}

func TestTags_overlap(t *testing.T) {
	t.Parallel()
	r := ocitest.Start(t)
	c, _ := client(t)
	r.Intercept(at("/tags/", send(`{"tags":["shop-prod","other","shop-prod"]}`)))
	tags, err := c.Tags(t.Context(), oci.Reference{Registry: r.Host, Repository: "attested"})
	if err != nil || !slices.Equal(tags, []string{"shop-prod", "other"}) {
		t.Errorf("the tags are %v: %v", tags, err)
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	r := ocitest.Start(t)
	c, dir := client(t)
	for _, tag := range []string{"shop-prod", "shop-test"} {
		if _, err := r.PushBundle("attested", tag, "bundle of "+tag); err != nil {
			t.Fatal(err)
		}
	}
	for _, tag := range []string{"other", "sha256-" + strings.Repeat("0a", 32)} {
		if _, err := r.Push("attested", tag, "application/vnd.example", sample[0]); err != nil {
			t.Fatal(err)
		}
	}
	repository := oci.Reference{Registry: r.Host, Repository: "attested"}
	tags, err := c.Tags(t.Context(), repository)
	if err != nil || !slices.Equal(tags, []string{"other", "shop-prod", "shop-test"}) {
		t.Errorf("the tags are %v: %v", tags, err)
	}
	if got, err := c.Bundle(t.Context(), repository, "shop-prod"); err != nil || got != "bundle of shop-prod" {
		t.Errorf("got %q: %v", got, err)
	}
	if _, err := r.PushBundle("attested", "shop-prod", "newer"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Bundle(t.Context(), repository, "shop-prod"); err != nil || got != "newer" {
		t.Errorf("after the tag moved, got %q: %v", got, err)
	}
	for tag, want := range map[string]string{"other": "vnd.example", "none": "404"} {
		if _, err := c.Bundle(t.Context(), repository, tag); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", tag, err, want)
		}
	}
	checkEmpty(t, dir)
}

// checkEmpty holds that nothing is kept of what moves.
func checkEmpty(t *testing.T, dir string) {
	t.Helper()
	if n := checkCache(t, dir); n != 0 {
		t.Errorf("the cache has %d files of what moves", n)
	}
}

func TestParseReference(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	for text, want := range map[string]string{
		"registry.example/platform/controls@" + digest: "",
		"registry.example:5000/controls:1.0@" + digest: "",
		"localhost/controls:current":                   "",
		"127.0.0.1:5000/a/b/c":                         "",
		"[::1]:5000/a":                                 "",
		"":                                             "names no registry",
		"controls@" + digest:                           "names no registry",
		"platform/controls@" + digest:                  "names no registry",
		"./controls@" + digest:                         "names no registry",
		"../controls":                                  "names no registry",
		"oci://registry.example/controls@" + digest:    `begins with "oci://"`,
		"registry.example/controls@sha256:0a":          "64 hexadecimal digits",
		"registry.example/controls@sha512:" + digest:   "64 hexadecimal digits",
		"registry.example/controls:a b":                "the tag is",
		"registry.example/controls:":                   "the tag is",
		"registry.example/Controls":                    "lower case",
		"registry.example/../controls":                 "lower case",
		"registry.example/":                            "lower case",
		"registry.example?x/controls":                  "lower case",
		"user:hunter2@registry.example/controls":       "a user and a password",
		"https://user:hunter2@registry.example/c":      `begins with "https://"`,
	} {
		r, err := oci.ParseReference(text)
		switch {
		case want == "" && (err != nil || r.String() != text):
			t.Errorf("%q: got %q: %v", text, r, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2")):
			t.Errorf("%q: %v, expected %q", text, err, want)
		}
	}
}

// What the layers are decides before any of them is fetched.
func TestArtifact_otherArtifacts(t *testing.T) {
	t.Parallel()
	r := ocitest.Start(t)
	c, _ := client(t)
	layer := func(name, content string) ocitest.Descriptor {
		d, err := r.Blob(repository, "text/plain", []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		if name != "" {
			d.Annotations = map[string]string{"org.opencontainers.image.title": name}
		}
		return d
	}
	large := layer("a.yaml", strings.Repeat("x", 1<<20+1))
	half := strings.Repeat("x", 1<<20)
	packed := layer("folder", "x")
	packed.Annotations["io.deis.oras.content.unpack"] = "true"
	many := make([]ocitest.Descriptor, 11)
	for i := range many {
		many[i] = layer(fmt.Sprintf("%d.yaml", i), "x")
	}
	for want, layers := range map[string][]ocitest.Descriptor{
		"0 layers":             {},
		"11 layers":            many,
		"has no name":          {layer("", "x")},
		"packed folder":        {packed},
		"is there twice":       {layer("a.yaml", "x"), layer("a.yaml", "y")},
		"1048577 bytes":        {large},
		"together":             {layer("a", half), layer("b", half), layer("c", "x")},
		`"a" is a file and a`:  {layer("a", "x"), layer("a/b", "y")},
		`the file "/a"`:        {layer("/a", "x")},
		`the file "../a"`:      {layer("../a", "x")},
		`the file ".git/a"`:    {layer(".git/a", "x")},
		`the file "a/.b"`:      {layer("a/.b", "x")},
		`the file "a\b"`:       {layer(`a\b`, "x")},
		`the file "c:a"`:       {layer("c:a", "x")},
		"the file \"a\\x1b[2J": {layer("a\x1b[2J", "x")},
		"the file \"a\\n":      {layer("a\nError: b", "x")},
		"the file \"a\\u202e":  {layer("a\u202eb", "x")},
		"at most 500 bytes":    {layer(strings.Repeat("a", 501), "x")},
	} {
		digest, err := r.PushManifest(repository, "", ocitest.Manifest{Layers: layers})
		if err != nil {
			t.Fatal(err)
		}
		r.Requests()
		_, err = c.Artifact(t.Context(), oci.Reference{Registry: r.Host, Repository: repository, Digest: digest}, limits, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if got := r.Requests(); len(got) != 1 {
			t.Errorf("%s: the registry is asked for %v", want, got)
		}
	}
}
