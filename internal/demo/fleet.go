package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
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

// fleetWorkloads are three workloads of two teams, of which one fails.
var fleetWorkloads = []workload{
	{"shop/prod", `["azure-key-vault","azure-storage"]`, false},
	{"shop/test", `["azure-key-vault"]`, false},
	{"blog/prod", `["azure-service-bus-relay","azure-storage"]`, true},
}

// rollUpDemo plans three workloads, publishes their verdicts, also of the one that fails, rolls them
// up, and leaves the page in a directory.
func rollUpDemo(ctx context.Context, box *sandbox.Sandbox, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	registry := filepath.Join(box.Dir, "fleet")
	for _, dir := range []string{"verdicts", "keys"} {
		if err := os.MkdirAll(filepath.Join(registry, dir), 0o755); err != nil {
			return err
		}
	}
	keys := map[string]string{}
	for _, w := range fleetWorkloads {
		if keys[w.team()] == "" {
			key, err := newTeamKey(filepath.Join(registry, "keys", w.team()+".pub"))
			if err != nil {
				return err
			}
			keys[w.team()] = key
		}
		verdict, err := w.verdict(ctx, box, keys[w.team()])
		if err != nil {
			return err
		}
		file := filepath.Join(registry, "verdicts", strings.ReplaceAll(w.name, "/", "-")+".sigstore.json")
		if err := os.WriteFile(file, []byte(verdict), 0o600); err != nil {
			return err
		}
	}
	if err := rollUp(ctx, box, registry, out); err != nil {
		return err
	}
	say("Open %s in a browser.", filepath.Join(out, "fleet.html"))
	return nil
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
func (w workload) verdict(ctx context.Context, box *sandbox.Sandbox, key string) (string, error) {
	ws, err := box.Workspace("fleet-" + strings.ReplaceAll(w.name, "/", "-"))
	if err != nil {
		return "", err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "fleet")); err != nil {
		return "", fmt.Errorf("run the demo from the repository's root: %w", err)
	}
	ws.Env = []string{
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
func rollUp(ctx context.Context, box *sandbox.Sandbox, registry, out string) error {
	for name, content := range map[string]string{
		"workloads.json": `{"shop": ["shop/*"], "blog": ["blog/*"]}`,
		"expected.txt":   "shop/prod\nshop/test\nblog/prod\n",
	} {
		if err := os.WriteFile(filepath.Join(registry, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	args := []string{
		"fleet", "--bundles", "verdicts", "--keys", "keys", "--workloads", "workloads.json", "--expected", "expected.txt",
		"--max-age", "7d", "--out", "fleet.html", "--out", "fleet.json",
	}
	say("All verdicts are rolled up. Each team's key speaks for its own workloads alone.\n    $ terraform-provider-controls %s",
		strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, box.Provider, args...)
	cmd.Dir = registry
	output, err := cmd.CombinedOutput()
	fmt.Println(string(output))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(output), "failed    blog/prod") {
		return fmt.Errorf("the roll-up ended with %w, expected the exit status 1 and that blog/prod failed", err)
	}
	for _, name := range []string{"fleet.html", "fleet.json"} {
		content, err := os.ReadFile(filepath.Join(registry, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(out, name), content, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
