package sandbox

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The two streams of a process reach a writer that knows nothing of goroutines whole.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := &oneAtATime{out: &b}
	var wait sync.WaitGroup
	for _, line := range []string{"out\n", "err\n"} {
		wait.Go(func() {
			for range 500 {
				if _, err := w.Write([]byte(line)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if got := b.String(); strings.Count(got, "out\n") != 500 || strings.Count(got, "err\n") != 500 || len(got) != 4000 {
		t.Errorf("got %d bytes", len(got))
	}
}

// What would steer the CLI is kept from it; what the workspace sets is not.
func TestEnvironment(t *testing.T) {
	t.Setenv("TF_LOG", "TRACE")
	t.Setenv("OWN", "kept")
	dir := t.TempDir()
	w := &Workspace{sandbox: &Sandbox{Dir: dir}, Dir: t.TempDir(), Env: []string{"TF_VAR_x=1"}}
	var got []string
	for _, variable := range w.environment() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_") || name == "OWN" || name == "CHECKPOINT_DISABLE" {
			got = append(got, variable)
		}
	}
	slices.Sort(got)
	want := []string{
		"CHECKPOINT_DISABLE=1", "OWN=kept", "TF_CLI_CONFIG_FILE=" + filepath.Join(dir, "cli.tfrc"), "TF_INPUT=0",
		"TF_IN_AUTOMATION=1", "TF_VAR_x=1",
	}
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("the environment (-want +got):\n%s", diff)
	}
}
