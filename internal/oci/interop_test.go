//go:build interop

package oci_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// What others write into a registry that others made is read here: "make test-interop" builds
// oras and cosign, and sees to docker-registry.

// workshop is a folder with a catalogue, the scripts of the guide and a key, beside a
// docker-registry.
type workshop struct {
	t        *testing.T
	registry *ocitest.Docker
	dir      string
	env      []string
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	registry, err := ocitest.StartDocker(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(registry.Stop)
	bin, err := filepath.Abs(filepath.Join("..", "..", "bin", "interop"))
	if err != nil {
		t.Fatal(err)
	}
	w := &workshop{t: t, registry: registry, dir: t.TempDir()}
	w.env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "COSIGN_PASSWORD=swordfish",
		"HOME="+w.dir, "DOCKER_CONFIG="+w.dir, "REGISTRY="+registry.Host,
		"GITHUB_STEP_SUMMARY="+w.path("summary.md"), "AGENT_TEMPDIRECTORY="+w.dir)
	examples, err := filepath.Glob(filepath.Join("..", "..", "examples", "registry", "*"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		w.write(filepath.Base(name), string(data))
	}
	for _, f := range sample {
		w.write("catalog/"+f.Name, f.Content)
	}
	w.write("catalog/README.md", "not part of it")
	w.shell("cosign generate-key-pair")
	return w
}

func (w *workshop) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *workshop) write(name, content string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.path(name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workshop) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// shell runs a script in the folder, and returns what it prints.
func (w *workshop) shell(script string, env ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = w.dir, append(slices.Clone(w.env), env...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("%s\n%v\n%s%s", script, err, out, errs.String())
	}
	return strings.TrimSpace(string(out))
}

// signedBy accepts what a key signed.
func (w *workshop) signedBy(pem string) oci.Verify {
	w.t.Helper()
	key, err := attest.ParsePublicKey(pem)
	if err != nil {
		w.t.Fatal(err)
	}
	return func(bundle, digest string) error {
		return attest.VerifyManifest(bundle, []*attest.PublicKey{key}, digest)
	}
}

func (w *workshop) parse(reference string) oci.Reference {
	w.t.Helper()
	r, err := oci.ParseReference(reference)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// publish publishes the catalogue by the script, with the key of the folder.
func (w *workshop) publish(tag string) string {
	w.t.Helper()
	return w.shell(`COSIGN_PRIVATE_KEY=$(cat cosign.key) sh publish-catalog.sh "$REGISTRY/platform/controls:` + tag + `" catalog`)
}

func TestInterop_catalogue(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	reference := w.publish("2026.11")
	c, dir := client(t)
	a, err := c.Artifact(t.Context(), w.parse(reference), limits, w.signedBy(w.read("cosign.pub")))
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if n := checkCache(t, dir); n != 6 { // two manifests, two files, the bundle as a blob and as a signature
		t.Errorf("the cache has %d files, expected 6", n)
	}
	// A signature by another key is none, and what is signed is this artifact and no other.
	w.shell("mkdir other && cd other && cosign generate-key-pair")
	if _, err := c.Artifact(t.Context(), w.parse(reference), limits, w.signedBy(w.read("other/cosign.pub"))); err == nil ||
		!strings.Contains(err.Error(), "none is accepted") {
		t.Errorf("by another key: %v", err)
	}
	w.write("catalog/store.yaml", "store: false\n")
	unsigned := w.shell(
		`cd catalog && oras push "$REGISTRY/platform/controls:next" --format go-template='{{.digest}}' store.yaml`)
	next, _, _ := strings.Cut(reference, "@")
	if _, err := c.Artifact(t.Context(), w.parse(next+"@"+unsigned), limits, w.signedBy(w.read("cosign.pub"))); err == nil ||
		!strings.Contains(err.Error(), "no signature is attached") {
		t.Errorf("without a signature: %v", err)
	}
	// The files as one, by tag, and a folder that oras packs.
	if _, err := c.Artifact(t.Context(), w.parse(next+":next"), limits, nil); err != nil {
		t.Error(err)
	}
	w.shell(`oras push "$REGISTRY/platform/controls:packed" catalog`)
	if _, err := c.Artifact(t.Context(), w.parse(next+":packed"), limits, nil); err == nil ||
		!strings.Contains(err.Error(), "packed folder") {
		t.Errorf("for a packed folder: %v", err)
	}
}

// An attestation of a verdict by the same key is no signature of the catalogue.
func TestInterop_catalogueAttested(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	digest := w.shell(`cd catalog && oras push "$REGISTRY/platform/controls:1" --format go-template='{{.digest}}' store.yaml`)
	reference := w.registry.Host + "/platform/controls@" + digest
	w.write("predicate.json", `{"verificationResult":"PASSED"}`)
	w.shell(`cosign attest --yes --key cosign.key --use-signing-config=false --tlog-upload=false \
		--type https://slsa.dev/verification_summary/v1 --predicate predicate.json ` + reference)
	c, _ := client(t)
	if _, err := c.Artifact(t.Context(), w.parse(reference), limits, w.signedBy(w.read("cosign.pub"))); err == nil ||
		!strings.Contains(err.Error(), "1 bundle is attached to it, and none is accepted") {
		t.Errorf("got %v", err)
	}
}

func TestInterop_verdicts(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	f, err := fleettest.New()
	if err != nil {
		t.Fatal(err)
	}
	image := w.shell(`cd catalog && oras push "$REGISTRY/shop/image:1" --format go-template='{{.digest}}' store.yaml`)
	for _, workload := range []string{"shop/prod", "shop/test"} {
		text, err := f.Bundle(fleettest.Key("a"), fleettest.Verdict{Workload: workload})
		if err != nil {
			t.Fatal(err)
		}
		w.write("verdict/summary.sigstore.json", text)
		w.shell(`IMAGE="$REGISTRY/shop/image@` + image + `" sh publish-verdict.sh "$REGISTRY/payments/verdicts" ` + workload +
			` verdict/summary.sigstore.json`)
	}
	c, _ := client(t)
	repository := w.parse(w.registry.Host + "/payments/verdicts")
	var mu sync.Mutex
	got := map[string]string{}
	err = c.EachBundle(t.Context(), repository, func(int) {}, func(tag, bundle string, err error) {
		if err != nil {
			t.Errorf("%s: %v", tag, err)
			return
		}
		v, err := attest.VerifySummary(bundle, []*attest.PublicKey{fleettest.Key("a").Public()}, fleettest.Now)
		if err != nil {
			t.Errorf("%s: %v", tag, err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		got[tag] = v.Summary.Assessments[0].Workload
	})
	if err != nil || len(got) != 2 || got["shop_prod"] != "shop/prod" || got["shop_test"] != "shop/test" {
		t.Errorf("got %v: %v", got, err)
	}
	if n := strings.Count(w.shell(`oras discover "$REGISTRY/shop/image:1"`), "sigstore.bundle"); n == 0 {
		t.Error("nothing is attached to the image")
	}
	if _, err := c.Tags(t.Context(), w.parse(w.registry.Host+"/none")); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("for no repository: %v", err)
	}
}

// steps are the commands of a pipeline that publish, with their environment.
func steps(t *testing.T, text string) (scripts []string, env []map[string]string) {
	t.Helper()
	var collect func(n *yaml.Node)
	collect = func(n *yaml.Node) {
		var step struct {
			Run, Bash string
			Env       map[string]string
		}
		if n.Kind == yaml.MappingNode && n.Decode(&step) == nil && step.Run+step.Bash != "" {
			scripts, env = append(scripts, step.Run+step.Bash), append(env, step.Env)
		}
		for _, child := range n.Content {
			collect(child)
		}
	}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	collect(&root)
	return scripts, env
}

// The pipelines of the guide publish what can be read.
func TestInterop_pipelines(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	for _, name := range []string{"github-actions.yml", "azure-pipelines.yml"} {
		scripts, env := steps(t, w.read(name))
		if len(scripts) != 1 {
			t.Fatalf("%s has the commands %q, this test knows one", name, scripts)
		}
		given := []string{
			"REPOSITORY=" + w.registry.Host + "/" + strings.TrimSuffix(name, ".yml"), "TAG=1",
			"COSIGN_PRIVATE_KEY=" + w.read("cosign.key"), "COSIGN_PASSWORD=swordfish",
		}
		for _, variable := range given {
			key, _, _ := strings.Cut(variable, "=")
			if env[0][key] == "" {
				t.Errorf("%s does not set %s", name, key)
			}
		}
		said := w.shell(scripts[0], given...)
		for _, file := range []string{"summary.md", "reference.md"} {
			if data, err := os.ReadFile(w.path(file)); err == nil {
				said += string(data)
			}
		}
		_, reference, found := strings.Cut(said, w.registry.Host+"/"+strings.TrimSuffix(name, ".yml"))
		if !found || len(reference) < 72 {
			t.Fatalf("%s prints no reference: %s", name, said)
		}
		reference = w.registry.Host + "/" + strings.TrimSuffix(name, ".yml") + reference[:72]
		c, _ := client(t)
		a, err := c.Artifact(t.Context(), w.parse(reference), limits, w.signedBy(w.read("cosign.pub")))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkSample(t, a)
	}
}
