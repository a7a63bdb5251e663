//go:build interop

package approve

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// hardwareKeys builds what ssh-keygen takes for the driver of hardware keys.
func hardwareKeys(t *testing.T) string {
	t.Helper()
	library := filepath.Join(t.TempDir(), "sk.so")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", library, "./testdata/sk")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("hardware keys in software need a C compiler: %s\n%s", err, out)
	}
	return library
}

func keygen(t *testing.T, stdin string, args ...string) { keygenWith(t, "", stdin, args...) }

// keygenWith runs ssh-keygen with a driver of hardware keys.
func keygenWith(t *testing.T, driver, stdin string, args ...string) {
	t.Helper()
	cmd := exec.Command("ssh-keygen", args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "SSH_SK_PROVIDER="+driver)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %s\n%s", strings.Join(args, " "), err, out)
	}
}

// What ssh-keygen signs is verified here, for every kind of key that it makes and either hash: 16
// of them, and of hardware keys those that nobody touched are refused.
func TestInterop_signedBySSHKeygen(t *testing.T) {
	t.Parallel()
	driver := hardwareKeys(t)
	for name, args := range map[string][]string{
		"ed25519":   {"-t", "ed25519"},
		"ecdsa-256": {"-t", "ecdsa", "-b", "256"},
		"ecdsa-384": {"-t", "ecdsa", "-b", "384"},
		"ecdsa-521": {"-t", "ecdsa", "-b", "521"},
		"rsa-3072":  {"-t", "rsa", "-b", "3072"},
		"rsa-4096":  {"-t", "rsa", "-b", "4096"},

		"sk-ed25519":         {"-t", "ed25519-sk", "-w", driver},
		"sk-ecdsa":           {"-t", "ecdsa-sk", "-w", driver},
		"untouched-ed25519":  {"-t", "ed25519-sk", "-w", driver, "-O", "no-touch-required"},
		"untouched-ecdsa-sk": {"-t", "ecdsa-sk", "-w", driver, "-O", "no-touch-required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			key, file := filepath.Join(dir, "key"), filepath.Join(dir, "board.yaml")
			keygenWith(t, driver, "", append([]string{"-q", "-N", "", "-C", "", "-f", key}, args...)...)
			public := strings.TrimSpace(string(must(os.ReadFile(key + ".pub"))))
			b := bookOf(t, "ann@example.com "+public+"\n")
			for _, hash := range []string{"sha256", "sha512"} {
				if err := os.WriteFile(file, []byte(message), 0o600); err != nil {
					t.Fatal(err)
				}
				_ = os.Remove(file + ".sig")
				keygenWith(t, driver, "", "-Y", "sign", "-q", "-O", "hashalg="+hash, "-f", key, "-n", Namespace, file)
				sig := must(os.ReadFile(file + ".sig"))
				if strings.HasPrefix(name, "untouched") {
					if got := b.Check("board.yaml.sig", []byte(message), sig); !strings.Contains(got.Problem, "nobody touched") {
						t.Errorf("%s: %q", hash, got.Problem)
					}
					continue
				}
				if got := b.Check("board.yaml.sig", []byte(message), sig); got.Problem != "" ||
					got.Approver.Principal != "ann@example.com" {
					t.Errorf("%s: %s", hash, got.Problem)
				}
				if got := b.Check("board.yaml.sig", []byte(message+"#"), sig); got.Problem == "" {
					t.Errorf("%s: good for another text", hash)
				}
			}
			if strings.HasPrefix(name, "rsa") || name == "ed25519" {
				// For another use it is none.
				_ = os.Remove(file + ".sig")
				keygen(t, "", "-Y", "sign", "-q", "-f", key, "-n", "git", file)
				got := b.Check("board.yaml.sig", []byte(message), must(os.ReadFile(file+".sig")))
				if !strings.Contains(got.Problem, `for the namespace "git", expected "controls-exceptions"`) {
					t.Error(got.Problem)
				}
			}
		})
	}
}

// What is signed here ssh-keygen verifies. It does not ask for a touch of hardware keys.
func TestInterop_verifiedBySSHKeygen(t *testing.T) {
	t.Parallel()
	for _, s := range signatures(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			approvers, sig := filepath.Join(dir, "approvers"), filepath.Join(dir, "sig")
			for name, text := range map[string]string{approvers: s.approvers, sig: s.sig} {
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			keygen(t, message, "-Y", "verify", "-f", approvers, "-I", "ann@example.com", "-n", Namespace, "-s", sig)
		})
	}
}
