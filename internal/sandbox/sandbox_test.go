package sandbox

import (
	"os"
	"strings"
	"sync"
	"testing"
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
	w := &Workspace{sandbox: &Sandbox{Dir: t.TempDir()}, Dir: t.TempDir(), Env: []string{"TF_VAR_x=1"}}
	env := strings.Join(w.environment(), string(os.PathListSeparator))
	if strings.Contains(env, "TF_LOG=") || !strings.Contains(env, "OWN=kept") || !strings.Contains(env, "TF_VAR_x=1") || !strings.Contains(env, "TF_CLI_CONFIG_FILE=") {
		t.Errorf("got %s", env)
	}
}
