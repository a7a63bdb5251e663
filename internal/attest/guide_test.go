//go:build interop

package attest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// The commands of the guide run as they are written, one after the other, in one shell
// session, with a CLI in the place of terraform.
func TestInterop_guide(t *testing.T) {
	if os.Getenv("CONTROLS_CLI") == "" {
		t.Skip("CONTROLS_CLI is not set: make test-interop sets it")
	}
	box, err := sandbox.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	w, err := box.Workspace("guide")
	if err != nil {
		t.Fatal(err)
	}
	tools := t.TempDir()
	link := func(target, dir, name string) {
		target = must(filepath.Abs(target))
		if err := os.MkdirAll(filepath.Join(tools, dir), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(tools, dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	interop := filepath.Join("..", "..", "bin", "interop")
	link(filepath.Join(interop, "cosign"), "bin", "cosign")
	link(filepath.Join(interop, "slsa-verifier"), "bin", "slsa-verifier")
	link(filepath.Join(interop, "cosign2"), "bin2", "cosign")

	guide := string(must(os.ReadFile(filepath.Join("..", "..", "templates", "guides", "attest-and-verify.md"))))
	configurations := append(blocks(guide, "terraform"), blocks(guide, "hcl")...)
	if err := w.Write("main.tf", configurations[0]); err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString("set -eux\nbin=$PATH\n")
	for _, commands := range blocks(guide, "sh") {
		// One block is for an older cosign, and says so.
		path := ""
		if strings.HasPrefix(commands, "# cosign 2.6\n") {
			path = filepath.Join(tools, "bin2") + ":"
		}
		script.WriteString("PATH=" + path + "$bin\n" + commands)
	}
	// At last, the plan that verifies, in a configuration of its own.
	script.WriteString(
		"mkdir other\ncp assessment.json controls.sigstore.json cosign.pub other\ncp ../verify.tf other/main.tf\n" +
			"unset ${!TF_VAR_@}\ncd other\nterraform init\nterraform plan\n",
	)
	if err := os.WriteFile(
		filepath.Join(filepath.Dir(w.Dir), "verify.tf"),
		[]byte(configurations[1]), 0o600,
	); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	w.Env = []string{"HOME=" + tools, "HTTPS_PROXY=http://127.0.0.1:9"} // offline
	result, err := w.Shell(ctx, script.String(), filepath.Join(tools, "bin"))
	if err != nil {
		t.Fatal(err)
	}
	if result.ExitCode != 0 {
		t.Fatalf("exit status %d\n%s", result.ExitCode, result.Output())
	}
}

// blocks are the fenced blocks of a language.
func blocks(text, language string) []string {
	var out []string
	for _, part := range strings.Split(text, "\n```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```\n")
		out = append(out, block+"\n")
	}
	return out
}
