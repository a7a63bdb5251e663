package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// workload is one of those that the demo of the roll-up plans.
type workload struct {
	name     string // team and stage
	services string // of examples/fleet, as JSON
	fails    bool
}

// team is the first part of the name: whose key signs.
func (w workload) team() string { return strings.Split(w.name, "/")[0] }

// fleetWorkloads are three workloads of two teams, of which one fails: its service is in the
// platform team's catalogue alone.
var fleetWorkloads = []workload{
	{"shop/prod", `["azure-key-vault","azure-storage"]`, false},
	{"shop/test", `["azure-key-vault"]`, false},
	{"blog/prod", `["azure-storage","team-postgres"]`, true},
}

// The repositories of the demo: one with the platform team's catalogue, one with the verdicts of
// those who trust each other.
const (
	catalogRepository = "platform/controls"
	verdictRepository = "platform/verdicts"
)

// rollUpDemo publishes a signed catalogue in a registry, plans three workloads by it, publishes
// their verdicts, also of the one that fails, rolls them up, and leaves the page in a directory.
func rollUpDemo(ctx context.Context, box *sandbox.Sandbox, out string) error {
	registry := ocitest.New()
	defer registry.Close()
	dir := filepath.Join(box.Dir, "fleet")
	for _, d := range []string{out, filepath.Join(dir, "keys")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	source, err := publishCatalog(registry)
	if err != nil {
		return err
	}
	keys := map[string]string{}
	for _, w := range fleetWorkloads {
		if keys[w.team()] == "" {
			if keys[w.team()], err = newTeamKey(filepath.Join(dir, "keys", w.team()+".pub")); err != nil {
				return err
			}
		}
		verdict, err := w.verdict(ctx, box, source, keys[w.team()])
		if err != nil {
			return err
		}
		tag := strings.ReplaceAll(w.name, "/", "_")
		if _, err := registry.PushBundle(verdictRepository, tag, verdict); err != nil {
			return err
		}
		fmt.Printf("    Pushed to %s/%s:%s\n", registry.Host, verdictRepository, tag)
	}
	if err := rollUp(ctx, box, registry.Host, dir, out); err != nil {
		return err
	}
	say("Open %s in a browser.", filepath.Join(out, "fleet.html"))
	return nil
}

// publishCatalog pushes and signs the platform team's catalogue, and returns the source that
// names it, as JSON.
func publishCatalog(registry *ocitest.Registry) (string, error) {
	const name = "team-postgres.yaml"
	content, err := os.ReadFile(filepath.Join("examples", "own-catalog", "catalog", name))
	if err != nil {
		return "", fmt.Errorf("run the demo from the repository's root: %w", err)
	}
	digest, err := registry.Push(catalogRepository, "2026.11", ocitest.CatalogType,
		ocitest.File{Name: name, Content: string(content)})
	if err != nil {
		return "", err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", err
	}
	bundle, err := ocitest.Sign(key, digest)
	if err != nil {
		return "", err
	}
	if _, err := registry.Attach(catalogRepository, digest, bundle); err != nil {
		return "", err
	}
	reference := registry.Host + "/" + catalogRepository + "@" + digest
	say("A registry on loopback has a signed catalogue of the platform team:\n    %s", reference)
	source, err := json.Marshal(map[string]any{
		"oci":         reference,
		"public_keys": []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))},
	})
	return string(source), err
}

// newTeamKey makes a key, writes the public half, and returns the private one in PEM.
func newTeamKey(public string) (string, error) {
	key, err := newKey()
	if err != nil {
		return "", err
	}
	parsed, err := attest.ParsePrivateKey(key, nil)
	if err != nil {
		return "", err
	}
	return key, os.WriteFile(public, []byte(parsed.Public().PEM()), 0o600)
}

// verdict plans a workload, and returns its signed summary, whether the plan failed or not.
func (w workload) verdict(ctx context.Context, box *sandbox.Sandbox, source, key string) (string, error) {
	ws, err := box.Workspace("fleet-" + strings.ReplaceAll(w.name, "/", "-"))
	if err != nil {
		return "", err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "fleet")); err != nil {
		return "", err
	}
	ws.Env = []string{
		"CONTROLS_CACHE_DIR=" + filepath.Join(box.Dir, "cache"), "TF_VAR_catalog=" + source,
		"TF_VAR_workload=" + w.name, "TF_VAR_services=" + w.services, "TF_VAR_signing_key=" + key,
		"TF_VAR_signing_key_version=1",
	}
	plan := step{text: fmt.Sprintf("The workload %s is planned: it passes.", w.name), args: []string{"plan"}, says: "2 to add"}
	if w.fails {
		plan = step{
			text: fmt.Sprintf("The workload %s is planned: it fails.", w.name), args: []string{"plan"}, exit: 1,
			says: explain.GapSummary,
		}
	}
	attestation := step{
		text: "Its verdict is attested to all the same, and signed with the key of its team.",
		args: []string{"apply", "-auto-approve", "-target=controls_attestation.verdict"},
		says: "1 added",
	}
	initialisation := step{text: "A copy of examples/fleet is initialised.", args: []string{"init"}}
	for _, s := range []struct {
		step
		show bool
	}{{initialisation, false}, {plan, w.fails}, {attestation, false}} {
		if err := s.run(ctx, ws, s.show); err != nil {
			return "", err
		}
	}
	ws.Out = nil
	result, err := ws.Run(ctx, "output", "-raw", "verdict")
	if err == nil && result.ExitCode != 0 {
		err = errors.New(result.Output())
	}
	return result.Stdout, err
}

// rollUp runs the command over what was published.
func rollUp(ctx context.Context, box *sandbox.Sandbox, host, dir, out string) error {
	for name, content := range map[string]string{
		"workloads.json": `{"shop": ["shop/*"], "blog": ["blog/*"]}`,
		"expected.txt":   "shop/prod\nshop/test\nblog/prod\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	args := []string{
		"fleet", "--oci", host + "/" + verdictRepository, "--keys", "keys", "--workloads", "workloads.json", "--expected",
		"expected.txt", "--max-age", "7d", "--out", "fleet.html", "--out", "fleet.json",
	}
	say("All verdicts are rolled up. Each team's key speaks for its own workloads alone.\n    $ terraform-provider-controls %s",
		strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, box.Provider, args...)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	fmt.Println(string(output))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(output), "failed    blog/prod") {
		return fmt.Errorf("the roll-up ended with %w, expected the exit status 1 and that blog/prod failed", err)
	}
	for _, name := range []string{"fleet.html", "fleet.json"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(out, name), content, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
