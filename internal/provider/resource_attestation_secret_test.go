package provider_test

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// The key and its password are in no file that a CLI leaves behind, nothing it prints,
// and no log at the finest level: neither when it signs, nor when it fails.
func TestAccResourceAttestation_keyStaysSecret(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: make test sets it, with the CLI to drive")
	}
	t.Parallel()
	box, err := sandbox.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	keys := signingKeys()
	good, other := keys[4], keys[1]
	base := attestedCatalog(t) + keyVariables + attested(signedArguments)
	w := secretWorkspace{t: t, secrets: append(good.secrets(), other.secrets()...)}
	for _, key := range keys {
		w.secrets = append(w.secrets, key.secrets()...)
	}
	if w.Workspace, err = box.Workspace("secret"); err != nil {
		t.Fatal(err)
	}
	if err := w.Write("main.tf", requiredProviders+base); err != nil {
		t.Fatal(err)
	}
	w.run(good, true, "init")
	w.run(good, true, "plan", "-out=saved.tfplan")
	w.run(good, true, "show", "-json", "saved.tfplan")
	// The variable is given to the plan and to the apply separately.
	w.run(signingKey{}, false, "apply", "saved.tfplan")
	if state, err := os.ReadFile(
		filepath.Join(w.Dir, "terraform.tfstate"),
	); err == nil &&
		strings.Contains(string(state), "in-toto") {
		t.Errorf("an attestation was issued without the key:\n%s", state)
	}
	w.run(good, true, "plan", "-out=saved.tfplan")
	w.run(good, true, "apply", "saved.tfplan")
	if state := w.run(good, true, "show", "-json"); !strings.Contains(state, "application/vnd.in-toto+json") {
		t.Errorf("there is no signed attestation in the state:\n%s", state)
	}
	w.run(good, true, "plan")
	// Mistakes: no password, a wrong one, a damaged key, two keys.
	wrong := strings.Replace(base, "= 1", "= 2", 1)
	if err := w.Write("main.tf", requiredProviders+wrong); err != nil {
		t.Fatal(err)
	}
	for _, key := range []signingKey{
		{pem: good.pem},
		{pem: good.pem, password: other.secrets()[0]},
		{pem: strings.Replace(other.pem, other.secrets()[0], other.secrets()[0][1:], 1)},
		{pem: keys[0].pem + other.pem},
		{pem: other.secrets()[0]},
	} {
		if output := w.run(key, false, "plan"); !strings.Contains(output, "Signing key refused") {
			t.Errorf("expected the key to be refused:\n%s", output)
		}
	}
	w.search()
}

const requiredProviders = `terraform {
  required_providers {
    controls = { source = "registry.terraform.io/security-controls/controls" }
  }
}
`

type secretWorkspace struct {
	*sandbox.Workspace
	t       *testing.T
	secrets []string
}

// run runs the CLI with a key, and logs everything.
func (w secretWorkspace) run(key signingKey, succeeds bool, args ...string) string {
	w.t.Helper()
	w.Env = []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(w.Dir, "trace.log")}
	for name, value := range map[string]string{"key": key.pem, "password": key.password} {
		if value != "" {
			w.Env = append(w.Env, "TF_VAR_"+name+"="+value)
		}
	}
	result, err := w.Run(w.t.Context(), args...)
	if err != nil {
		w.t.Fatal(err)
	}
	output := result.Output()
	if (result.ExitCode == 0) != succeeds {
		w.t.Fatalf("%q ended with exit status %d:\n%s", args, result.ExitCode, output)
	}
	w.check("what "+strings.Join(args, " ")+" prints", output)
	return output
}

func (w secretWorkspace) check(where, text string) {
	w.t.Helper()
	for _, secret := range w.secrets {
		if strings.Contains(text, secret) {
			w.t.Errorf("%s has %d characters of a key or its password in it", where, len(secret))
			return
		}
	}
}

// search looks at every file in the workspace: state, its backup, logs.
func (w secretWorkspace) search() {
	w.t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(w.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		seen[entry.Name()] = len(content) > 0
		w.check(entry.Name(), string(content))
		if err == nil && filepath.Ext(path) == ".tfplan" {
			w.searchArchive(path)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	for _, name := range []string{"trace.log", "terraform.tfstate", "saved.tfplan"} {
		if !seen[name] {
			w.t.Errorf("%s was not looked at", name)
		}
	}
}

// searchArchive looks into a saved plan, which is compressed.
func (w secretWorkspace) searchArchive(path string) {
	w.t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		content, err := fs.ReadFile(archive, file.Name)
		if err != nil {
			w.t.Fatal(err)
		}
		w.check(file.Name+" in the plan", string(content))
	}
}
