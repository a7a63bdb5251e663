package tools_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestNeedFragment(t *testing.T) {
	t.Parallel()
	const (
		entry   = ".changes/unreleased/NOTES-1.yaml"
		entered = "The changelog has an entry"
		idle    = "The provider is as before"
		missing = "gets no entry"
	)
	for name, c := range map[string]struct {
		change map[string]string // file -> content, "" removes it
		fails  bool
		want   []string
		not    string
	}{
		"code": {
			change: map[string]string{"internal/assess/assess.go": "new", "README.md": "new"},
			fails:  true, want: []string{missing, "  internal/assess/assess.go", "label no-changelog"}, not: "README.md",
		},
		"code with an entry": {
			change: map[string]string{"internal/assess/assess.go": "new", entry: "kind: NOTES"},
			want:   []string{entered, entry},
		},
		"code with a better entry": {
			change: map[string]string{"main.go": "new", ".changes/unreleased/old.yaml": "kind: NOTES"},
			want:   []string{entered},
		},
		"code, and an entry goes": {
			change: map[string]string{"main.go": "new", ".changes/unreleased/old.yaml": ""},
			fails:  true, want: []string{missing, "  main.go"},
		},
		"code that goes": {
			change: map[string]string{"internal/assess/assess.go": ""},
			fails:  true, want: []string{missing, "  internal/assess/assess.go"},
		},
		"data": {
			change: map[string]string{"internal/catalog/embedded/data/azure/é.yaml": "new"},
			fails:  true, want: []string{missing, "  internal/catalog/embedded/data/azure/é.yaml"},
		},
		"tests": {
			change: map[string]string{"internal/assess/assess_test.go": "new", "internal/assess/testdata/a/b.txt": "new"},
			want:   []string{idle},
		},
		"documentation": {
			change: map[string]string{"docs/index.md": "new", "templates/index.md.tmpl": "new", "examples/a/main.tf": "new"},
			want:   []string{idle},
		},
		"the project": {
			change: map[string]string{
				".github/workflows/test.yml": "new", "tools/x.sh": "new", "go.sum": "new",
				"internal/bench/main.go": "new", "internal/demo/main.go": "new", "internal/acctest/cli.go": "new",
			},
			want: []string{idle},
		},
		"a release": {
			change: map[string]string{".changes/unreleased/old.yaml": "", ".changes/0.1.0.md": "new", "CHANGELOG.md": "new"},
			want:   []string{idle},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t)
			r.commit(c.change)
			out, fails := r.needFragment("base")
			if fails != c.fails {
				t.Errorf("failed: %t, expected %t", fails, c.fails)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("expected %q in\n%s", want, out)
				}
			}
			if c.not != "" && strings.Contains(out, c.not) {
				t.Errorf("unexpected %q in\n%s", c.not, out)
			}
		})
	}
}

// What others landed on the base in the meantime is no part of the change.
func TestNeedFragment_baseMovesOn(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.git("checkout", "-q", "-b", "change")
	r.commit(map[string]string{"README.md": "new"})
	r.git("checkout", "-q", "-B", "base", "base")
	r.commit(map[string]string{"main.go": "new"})
	r.git("checkout", "-q", "change")
	if out, fails := r.needFragment("base"); fails {
		t.Errorf("unexpected failure:\n%s", out)
	}
}

// A base that is not there must not look like one without a difference.
func TestNeedFragment_noBase(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	if out, fails := r.needFragment("origin/gone"); !fails || !strings.Contains(out, "origin/gone") {
		t.Errorf("failed: %t, expected an error about origin/gone, got\n%s", fails, out)
	}
	if out, fails := r.needFragment(); !fails || !strings.Contains(out, "usage:") {
		t.Errorf("failed: %t, expected the usage, got\n%s", fails, out)
	}
}

// repository is a git repository with a branch "base" that a change starts from.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository{t, t.TempDir()}
	r.git("init", "-q", "-b", "base")
	r.commit(map[string]string{
		"main.go": "old", "README.md": "old", "internal/assess/assess.go": "old",
		".changes/unreleased/old.yaml": "kind: FEATURES",
	})
	r.git("checkout", "-q", "--detach")
	return r
}

// commit writes files, or removes those without content, and commits that.
func (r repository) commit(files map[string]string) {
	r.t.Helper()
	for name, content := range files {
		path := filepath.Join(r.dir, filepath.FromSlash(name))
		if content == "" {
			if err := os.Remove(path); err != nil {
				r.t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	r.git("add", "-A")
	r.git("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "change")
}

func (r repository) git(args ...string) {
	r.t.Helper()
	if out, err := r.command("git", args...).CombinedOutput(); err != nil {
		r.t.Fatalf("git %s: %s\n%s", strings.Join(args, " "), err, out)
	}
}

// needFragment runs the script and returns what it prints, and whether it fails.
func (r repository) needFragment(args ...string) (out string, fails bool) {
	r.t.Helper()
	script, err := filepath.Abs("need-fragment.sh")
	if err != nil {
		r.t.Fatal(err)
	}
	printed, err := r.command("sh", append([]string{script}, args...)...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return string(printed), err != nil
}

// command runs in the repository and knows no configuration but its own.
func (r repository) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(r.t.Context(), name, args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_CONFIG_COUNT=0")
	return cmd
}
