package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// stateWorkspace is a configuration whose state is edited between its applies.
type stateWorkspace struct {
	*sandbox.Workspace
	t *testing.T
}

func newStateWorkspace(t *testing.T, configuration string, env ...string) stateWorkspace {
	t.Helper()
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
	w := stateWorkspace{t: t, Workspace: must(box.Workspace("state"))}
	w.Env = env
	if err := w.Write("main.tf", requiredProviders+configuration); err != nil {
		t.Fatal(err)
	}
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	return w
}

// run returns what a command prints, with its lines joined.
func (w stateWorkspace) run(exits int, args ...string) string {
	w.t.Helper()
	result, err := w.Run(w.t.Context(), append(args, "-no-color")...)
	if err != nil {
		w.t.Fatal(err)
	}
	if result.ExitCode != exits {
		w.t.Fatalf("%q ended with exit status %d, expected %d:\n%s", args, result.ExitCode, exits, result.Output())
	}
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(result.Output())), " ")
}

func (w stateWorkspace) state() string {
	w.t.Helper()
	return string(must(os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))))
}

// edit changes the state as anybody can who may write it.
func (w stateWorkspace) edit(old, replacement string) {
	w.t.Helper()
	state := w.state()
	if !strings.Contains(state, old) {
		w.t.Fatalf("%q is not in the state:\n%s", old, state)
	}
	if err := w.Write("terraform.tfstate", strings.ReplaceAll(state, old, replacement)); err != nil {
		w.t.Fatal(err)
	}
}

// notices fails the test unless a plan sees that the state is not what was issued. With
// -detailed-exitcode, 2 stands for a plan with changes.
func (w stateWorkspace) notices(words ...string) {
	w.t.Helper()
	output := w.run(2, "plan", "-detailed-exitcode")
	for _, word := range append(words, "Warning: Attestation in the state is not what was issued",
		"The attestation is issued anew", "controls_attestation.this will be updated in-place") {
		if !strings.Contains(output, word) {
			_, after, _ := strings.Cut(output, "Plan:")
			w.t.Errorf("expected %q before or in\n%s", word, after)
		}
	}
}

// An attestation without a signature is what its arguments give, whatever the state says.
func TestAccResourceAttestation_unsignedStateEdited(t *testing.T) {
	w := newStateWorkspace(
		t, attestedCatalog(t)+attestedBy("my-store", "enforcement = \"warn\"\n  any_of = { other = [\"beta\"] }", ""),
	)
	w.run(0, "plan", "-detailed-exitcode")
	w.edit("FAILED", "PASSED")
	w.notices(
		"The statement \"controls\" is not what its arguments gave when it was issued.",
		"Something other than the provider has changed the state.",
	)
	w.run(0, "apply", "-auto-approve")
	if state := w.state(); strings.Contains(state, "PASSED") || strings.Count(state, "FAILED") < 3 {
		t.Errorf("the apply left in the state:\n%s", state)
	}
	w.run(0, "plan", "-detailed-exitcode")
}

// A signed one has to be signed, by the key that the state names. Issuing it anew takes
// the key, which is said before anything else is done.
func TestAccResourceAttestation_signedStateEdited(t *testing.T) {
	key := signingKeys()[0]
	w := newStateWorkspace(t, attestedCatalog(t)+keyVariables+attested(signedArguments), "TF_VAR_key="+key.pem)
	w.run(0, "plan", "-detailed-exitcode")
	good := w.state()
	for name, c := range map[string]struct{ old, replacement, words string }{
		"key id":    {`"key_id": "SHA256:`, `"key_id": "SHA256:x`, "The id is"},
		"statement": {`CONTROLS_ALL_DOCUMENTED`, `CONTROLS_ALL_MET_WITH_EXCEPTIONS`, "The statement \"controls\""},
		"envelope":  {`\"signatures\":[{`, `\"signatures\":[{\"later\":1,`, "The envelope \"controls\""},
		"bundle":    {`\"publicKey\":{\"hint\":`, `\"publicKey\":{\"later\":1,\"hint\":`, "The bundle \"controls\""},
		"key": {
			strings.ReplaceAll(key.public, "\n", `\n`), strings.ReplaceAll(signingKeys()[2].public, "\n", `\n`), "The id is",
		},
		"time": {`"issued_at": "20`, `"issued_at": "19`, "-> (known after apply)"},
	} {
		t.Log(name)
		w.edit(c.old, c.replacement)
		if name == "time" { // an attestation of last century is over, and renewed without a word
			if output := w.run(2, "plan", "-detailed-exitcode"); !strings.Contains(output, c.words) {
				t.Errorf("expected %q in\n%s", c.words, output)
			}
		} else {
			w.notices(c.words)
		}
		if err := w.Write("terraform.tfstate", good); err != nil {
			t.Fatal(err)
		}
	}
	w.run(0, "plan", "-detailed-exitcode")
	w.edit(`\"hint\":`, `\"later\":1,\"hint\":`)
	withKey := w.Env
	w.Env = nil
	if output := w.run(1, "plan"); !strings.Contains(output, "Signing key is missing") {
		t.Errorf("nothing is said of the key:\n%s", output)
	}
	w.Env = withKey
	w.run(0, "apply", "-auto-approve")
	if strings.Contains(w.state(), "later") {
		t.Error("the apply left what was changed")
	}
}

// What the guide warns of: a variable of the environment makes the library under every
// provider write what it gets into files, keys included. Where this test fails because the
// library no longer does so, the warning can go.
func TestAccResourceAttestation_keyInProtocolData(t *testing.T) {
	key, dir := signingKeys()[0], t.TempDir()
	newStateWorkspace(
		t, attestedCatalog(t)+keyVariables+attested(signedArguments), "TF_VAR_key="+key.pem, "TF_LOG_SDK_PROTO_DATA_DIR="+dir,
	)
	files, err := filepath.Glob(filepath.Join(dir, "*_Request_Config.msgpack"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(string(must(os.ReadFile(file))), key.secrets()[0]) {
			return
		}
	}
	t.Errorf("the key is in none of %q: take the warning out of the guide on keys and SECURITY.md", files)
}
