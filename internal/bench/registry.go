package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// What a registry costs is measured with the registry on the same machine: it takes its
// share of the processors.

const (
	warmMilliseconds = 20 // how much longer a plan may take with a catalogue from the cache
	plansAtOnce      = 20
	registrySeconds  = 60  // for the roll-up of ten thousand workloads
	registryMegabyte = 300 // of memory, for that
)

// plansOverRegistry compares plans with a catalogue of a registry, in the cache, with those
// that have the same files in a directory; and makes several at once with an empty cache.
func plansOverRegistry(ctx context.Context, box *sandbox.Sandbox, runs int) error {
	registry := ocitest.New()
	defer registry.Close()
	local, err := registryWorkspace(ctx, box, "local", `{ path = "catalog" }`)
	if err != nil {
		return err
	}
	reference, err := publishCatalog(registry, filepath.Join(local.Dir, "catalog"))
	if err != nil {
		return err
	}
	source := fmt.Sprintf("{ oci = %q }", reference)
	remote, err := registryWorkspace(ctx, box, "remote", source)
	if err != nil {
		return err
	}
	remote.Env = append(remote.Env, oci.CacheVariable+"="+filepath.Join(box.Dir, "cache"))
	spaces := []*sandbox.Workspace{remote, local}
	var elapsed [2][]float64
	for i := range 4*runs + 1 { // the difference is small; the first fills the cache
		for which, ws := range spaces {
			start := time.Now()
			if err := must(ctx, ws, "plan"); err != nil {
				return err
			}
			if i > 0 {
				elapsed[which] = append(elapsed[which], float64(time.Since(start))/float64(time.Millisecond))
			}
		}
	}
	added := median(elapsed[0]) - median(elapsed[1])
	row("plan with a catalogue of a registry, warm / of a directory", median(elapsed[0]), median(elapsed[1]), "ms", "")
	row("  what that adds / its bound", added, warmMilliseconds, "ms", "1")
	return coldPlans(ctx, box, source)
}

// coldPlans plans in several workspaces at once, which share a cache that is empty.
func coldPlans(ctx context.Context, box *sandbox.Sandbox, source string) error {
	spaces := make([]*sandbox.Workspace, plansAtOnce)
	for i := range spaces {
		ws, err := registryWorkspace(ctx, box, fmt.Sprintf("cold-%d", i), source)
		if err != nil {
			return err
		}
		ws.Env = append(ws.Env, oci.CacheVariable+"="+filepath.Join(box.Dir, "cold"))
		spaces[i] = ws
	}
	errs := make([]error, len(spaces))
	start := time.Now()
	var wg sync.WaitGroup
	for i, ws := range spaces {
		wg.Go(func() { errs[i] = must(ctx, ws, "apply", "-auto-approve") })
	}
	wg.Wait()
	elapsed := time.Since(start).Seconds()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	digests := map[string]bool{}
	for _, ws := range spaces {
		result, err := ws.Run(ctx, "output", "-raw", "digest")
		if err != nil {
			return err
		}
		digests[result.Stdout] = true
	}
	if len(digests) != 1 {
		return fmt.Errorf("%d plans at once come to the assessments %v", plansAtOnce, digests)
	}
	row(fmt.Sprintf("%d applies at once, empty cache, each right / number", plansAtOnce), elapsed, plansAtOnce, "s", "")
	return nil
}

// registryWorkspace is a requirement of fifty services.
func registryWorkspace(ctx context.Context, box *sandbox.Sandbox, name, source string) (*sandbox.Workspace, error) {
	ws, err := box.Workspace("registry-" + name)
	if err != nil {
		return nil, err
	}
	if err := writeRequirement(ws, chosen); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(ws.Dir, "main.tf"))
	if err != nil {
		return nil, err
	}
	config := strings.Replace(string(data), `{ path = "catalog" }`, source, 1) +
		"\noutput \"digest\" {\n  value = controls_requirement.this.digest\n}\n"
	if err := ws.Write("main.tf", config); err != nil {
		return nil, err
	}
	return ws, must(ctx, ws, "init")
}

// publishCatalog pushes the files of a directory, and returns the reference.
func publishCatalog(registry *ocitest.Registry, dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var files []ocitest.File
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", err
		}
		files = append(files, ocitest.File{Name: entry.Name(), Content: string(data)})
	}
	digest, err := registry.Push("platform/controls", "1.0", ocitest.CatalogType, files...)
	return registry.Host + "/platform/controls@" + digest, err
}

// rollUpsOfRegistry measures the command "fleet" over the tags of a docker-registry, cold,
// where there is one on this machine.
func rollUpsOfRegistry(ctx context.Context, box *sandbox.Sandbox, largest int) error {
	if _, err := exec.LookPath("docker-registry"); err != nil {
		fmt.Println("roll-up from a registry: not measured, there is no docker-registry on this machine")
		return nil
	}
	dir := filepath.Join(box.Dir, "docker-registry")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	registry, err := ocitest.StartDocker(ctx, dir)
	if err != nil {
		return err
	}
	defer registry.Stop()
	if err := pushSummaries(ctx, registry.Host, largest); err != nil {
		return err
	}
	key := filepath.Join(dir, "pipeline.pub")
	if err := os.WriteFile(key, []byte(fleettest.Key("pipeline").Public().PEM()), 0o600); err != nil {
		return err
	}
	start := time.Now()
	cmd := exec.CommandContext(ctx, box.Provider, "fleet", "--oci", registry.Host+"/verdicts", "--keys", key,
		"--out", "report.html", "--fail-on", "rejected")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("rolling up from a registry: %w\n%s", err, out)
	}
	what := fmt.Sprintf("roll-up of %d from docker-registry", largest)
	row(what+" / its bound", time.Since(start).Seconds(), float64(registrySeconds*largest)/10_000, "s", "1")
	if memory := peakMemory(cmd.ProcessState); memory > 0 {
		row(what+", memory / its bound", memory/1024, registryMegabyte, "MB", "1")
	}
	return nil
}

// pushSummaries pushes the summary of each workload under a tag of its own.
func pushSummaries(ctx context.Context, host string, n int) error {
	f, err := fleettest.New()
	if err != nil {
		return err
	}
	key, now := fleettest.Key("pipeline"), time.Now()
	p := &pusher{base: "http://" + host + "/v2/verdicts/"}
	if _, err := p.blob(ctx, []byte("{}")); err != nil {
		return err
	}
	var wg sync.WaitGroup
	const workers = 4
	errs := make([]error, workers)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n && errs[w] == nil; i += workers {
				var text string
				if text, errs[w] = f.Bundle(key, fleettest.NthAt(i, now)); errs[w] == nil {
					errs[w] = p.bundle(ctx, fmt.Sprintf("workload-%05d", i), []byte(text))
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// pusher writes to a repository, as "oras push" does.
type pusher struct{ base string }

func (p *pusher) send(ctx context.Context, method, url, mediaType string, data []byte, want int) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", mediaType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return "", err
	}
	if resp.StatusCode != want {
		return "", fmt.Errorf("%s %s: status %d, expected %d", method, url, resp.StatusCode, want)
	}
	return resp.Header.Get("Location"), nil
}

// blob pushes content, and returns its digest.
func (p *pusher) blob(ctx context.Context, data []byte) (string, error) {
	const anything = "application/octet-stream"
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
	location, err := p.send(ctx, http.MethodPost, p.base+"blobs/uploads/", anything, nil, http.StatusAccepted)
	if err != nil {
		return "", err
	}
	_, err = p.send(ctx, http.MethodPut, location+"&digest="+digest, anything, data, http.StatusCreated)
	return digest, err
}

func (p *pusher) bundle(ctx context.Context, tag string, data []byte) error {
	digest, err := p.blob(ctx, data)
	if err != nil {
		return err
	}
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	manifest := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"artifactType":%q,"config":{"mediaType":`+
		`"application/vnd.oci.empty.v1+json","digest":"sha256:%x","size":2},"layers":[{"mediaType":%q,"digest":%q,"size":%d}]}`,
		manifestType, oci.BundleType, sha256.Sum256([]byte("{}")), oci.BundleType, digest, len(data))
	_, err = p.send(ctx, http.MethodPut, p.base+"manifests/"+tag, manifestType, []byte(manifest), http.StatusCreated)
	return err
}
