package oci_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// files lists the files of a folder of the cache.
func filesOf(t *testing.T, dir, folder string) []string {
	t.Helper()
	out, err := filepath.Glob(filepath.Join(dir, folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever is in place of a file of the cache, what is returned is what was asked for.
func TestCache_tamperedWith(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, dir := client(t)
	if _, err := c.Artifact(t.Context(), ref, limits, nil); err != nil {
		t.Fatal(err)
	}
	for name, tamper := range map[string]func(path string) error{
		"other content of the same size": func(path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			data[0] ^= 1
			return os.WriteFile(path, data, 0o600)
		},
		"cut":     func(path string) error { return os.Truncate(path, 3) },
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"longer":  func(path string) error { return os.WriteFile(path, make([]byte, 5<<20), 0o600) },
		"deleted": os.Remove,
		"a folder": func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.MkdirAll(filepath.Join(path, "x"), 0o700)
		},
		"a broken link": func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Symlink("nowhere", path)
		},
	} {
		stored := filesOf(t, dir, "sha256")
		if len(stored) != 3 {
			t.Fatalf("%s: the cache has %v", name, stored)
		}
		for _, path := range stored {
			if err := tamper(path); err != nil {
				t.Fatal(err)
			}
		}
		r.Requests()
		a, err := c.Artifact(t.Context(), ref, limits, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkSample(t, a)
		if got := r.Requests(); len(got) != 3 {
			t.Errorf("%s: the registry is asked for %v", name, got)
		}
		checkCache(t, dir)
	}
}

// writeOld writes a file that is older than what is being written.
func writeOld(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	return path
}

// Whoever may write to the cache cannot have files elsewhere read as if they were of the
// cache, nor deleted; nor does a folder suffer that holds other things as well.
func TestCache_othersFiles(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	key := newKey(t)
	bundle, err := ocitest.Sign(key, ref.Digest)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Attach(ref.Repository, ref.Digest, bundle); err != nil {
		t.Fatal(err)
	}
	write := func(path string) string { return writeOld(t, path) }
	hexName := strings.Repeat("a", 64)
	for name, link := range map[string]string{
		"temporary files":           "tmp",
		"content":                   "sha256",
		"signatures":                "signatures",
		"signatures of the catalog": "signatures/" + strings.TrimPrefix(ref.Digest, "sha256:"),
		"nothing":                   "",
	} {
		dir, home := t.TempDir(), t.TempDir()
		precious := []string{
			write(filepath.Join(home, "key")), write(filepath.Join(home, hexName)), write(filepath.Join(home, hexName+"-ABC")),
			write(filepath.Join(home, "folder", "file")), write(filepath.Join(dir, "tmp.d", "mine")),
		}
		if link == "" {
			precious = append(precious, write(filepath.Join(dir, "tmp", "mine")),
				write(filepath.Join(dir, "signatures", strings.TrimPrefix(ref.Digest, "sha256:"), "mine")))
		} else {
			at := filepath.Join(dir, link)
			if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(home, at); err != nil {
				t.Skip(err) // Windows wants a privilege for it
			}
		}
		a, err := oci.New(oci.Options{CacheDir: dir}).Artifact(t.Context(), ref, limits, only(bundle))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkSample(t, a)
		for _, path := range precious {
			if data, err := os.ReadFile(path); err != nil || string(data) != "precious" {
				t.Errorf("%s: %s is gone: %v", name, path, err)
			}
		}
		if n := len(filesOf(t, home, ".")); link != "" && n != 4 {
			t.Errorf("%s: there are %d entries where the link leads to", name, n)
		}
	}
}

// With the cache tampered with and no registry, there is nothing.
func TestCache_tamperedWithAndNoRegistry(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, dir := client(t)
	if _, err := c.Artifact(t.Context(), ref, limits, nil); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if a, err := c.Artifact(t.Context(), ref, limits, nil); err != nil {
		t.Errorf("from the cache: %v", err)
	} else {
		checkSample(t, a)
	}
	for _, path := range filesOf(t, dir, "sha256") {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := c.Artifact(t.Context(), ref, limits, nil); err == nil {
		t.Errorf("got %v", contents(t, a))
	}
}

// A full disk keeps nothing in the cache, and nobody from planning.
func TestCache_fullDisk(t *testing.T) {
	t.Parallel()
	_, ref := published(t)
	c, dir := client(t)
	c.WriteBy(func(f *os.File, data []byte) error {
		_, _ = f.Write(data[:len(data)/2])
		return &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	})
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if n := checkCache(t, dir); n != 0 {
		t.Errorf("the cache has %d files", n)
	}
	problem := c.CacheProblem()
	if problem == nil || !strings.Contains(problem.Error(), dir) || !strings.Contains(problem.Error(), "no space left") {
		t.Errorf("the problem is %v", problem)
	}
}

// So does a folder that cannot be one.
func TestCache_noFolder(t *testing.T) {
	t.Parallel()
	_, ref := published(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := oci.New(oci.Options{CacheDir: file})
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if c.CacheProblem() == nil {
		t.Error("nobody is told")
	}
}

// command is another process that loads an artifact.
func command(t *testing.T, what string, ref oci.Reference, cache string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childVariable+"="+what, "OCI_TEST_REFERENCE="+ref.String(), "OCI_TEST_CACHE="+cache)
	return cmd
}

// Processes that write the same files at once do not disturb each other.
func TestCache_severalProcesses(t *testing.T) {
	t.Parallel()
	_, ref := published(t)
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			out, err := command(t, "load", ref, dir).CombinedOutput()
			if err != nil || strings.TrimSpace(string(out)) != ref.Digest {
				t.Errorf("%s: %v", out, err)
			}
		})
	}
	wg.Wait()
	if n := checkCache(t, dir); n != 3 {
		t.Errorf("the cache has %d files, expected 3", n)
	}
}

// A process that is killed while it writes leaves a file that nobody reads, and that is
// deleted when it is old.
func TestCache_killed(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	dir := t.TempDir()
	cmd := command(t, "stop", ref, dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	left := filesOf(t, dir, "tmp")
	if len(left) != 1 || len(filesOf(t, dir, "sha256")) != 0 {
		t.Fatalf("the killed process left %v", left)
	}
	r.Requests()
	load := func() {
		t.Helper()
		a, err := oci.New(oci.Options{CacheDir: dir}).Artifact(t.Context(), ref, limits, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkSample(t, a)
	}
	load()
	if got := r.Requests(); len(got) != 3 {
		t.Errorf("the registry is asked for %v", got)
	}
	if got := filesOf(t, dir, "tmp"); len(got) != 1 {
		t.Errorf("a file that may be somebody's is gone: %v", got)
	}
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(left[0], old, old); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filesOf(t, dir, "sha256")[0]); err != nil {
		t.Fatal(err)
	}
	load()
	if n := checkCache(t, dir); n != 3 {
		t.Errorf("the cache has %d files, expected 3", n)
	}
}

func TestCacheDir(t *testing.T) {
	t.Setenv(oci.CacheVariable, "/somewhere")
	if got := oci.CacheDir(); got != "/somewhere" {
		t.Errorf("got %q", got)
	}
	t.Setenv(oci.CacheVariable, "")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if got := oci.CacheDir(); filepath.Base(got) != "terraform-provider-controls" {
		t.Errorf("got %q", got)
	}
}
