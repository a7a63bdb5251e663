//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestNamedPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, dir} {
		done := make(chan error, 1)
		go func() {
			_, err := read(path)
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil || !strings.HasSuffix(err.Error(), "pipe.yaml: is not a regular file") {
				t.Errorf("got %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("waits for somebody to write to the pipe")
		}
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	_, err := read("/dev/zero")
	if want := "/dev/zero: is not a regular file"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestLinks follows links to files, as mounted ConfigMaps have them, and a link that is
// the source itself; not links to directories within it, which could lead in circles.
func TestLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	sample.WriteFile(t, filepath.Join(dir, "..data", "controls.yaml"), sample.Controls)
	link("..data/controls.yaml", "controls.yaml")
	link(".", "circle")
	link(dir, "source")
	sample.Load(t, loader.Source{Path: dir})
	sample.Load(t, loader.Source{Path: filepath.Join(dir, "source")})
	sample.Load(t, loader.Source{Path: filepath.Join(dir, "controls.yaml")})

	link("nowhere", "dangling.yaml")
	if got, want := sample.LoadError(t,
		loader.Source{Path: dir}), "dangling.yaml: cannot be read: no such file or directory"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := os.Remove(filepath.Join(dir, "dangling.yaml")); err != nil {
		t.Fatal(err)
	}
	link("..data", "directory.yaml")
	if got, want := sample.LoadError(t, loader.Source{Path: dir}), "directory.yaml: is not a regular file"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoPermission(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	sample.WriteFile(t, filepath.Join(dir, "a.yaml"), sample.Controls)
	if err := os.Chmod(filepath.Join(dir, "a.yaml"), 0); err != nil {
		t.Fatal(err)
	}
	if got, want := sample.LoadError(t, loader.Source{Path: dir}), "a.yaml: cannot be read: permission denied"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
