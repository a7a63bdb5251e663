package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
)

// read opens a path and reads what is there.
func read(name string) ([]source.File, error) {
	s, err := source.OpenPath(name)
	if err != nil {
		return nil, err
	}
	return s.Read()
}

func readError(t *testing.T, name string) error {
	t.Helper()
	files, err := read(name)
	if err == nil || files != nil {
		t.Fatalf("got %d files and no error", len(files))
	}
	return err
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	truncate(t, large, source.MaxFileBytes+1)
	sample.WriteFile(t, filepath.Join(dir, "empty", "README.md"), "")
	sample.WriteFile(t, filepath.Join(dir, "hidden", ".x.yaml"), "services: 1")
	sample.WriteFile(t, filepath.Join(dir, "odd", "x.yaml", "y"), "")
	sample.WriteFile(t, filepath.Join(dir, "file"), "")
	for _, tt := range []struct{ name, want string }{
		{"missing", "missing: cannot be read: no such file or directory"},
		{"file/below", "file/below: cannot be read: not a directory"},
		{"large.yaml", "large.yaml: is larger than 16 MiB, the most that is read of a file"},
		{"empty", "empty: the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
		{"hidden", "hidden: the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
		{"odd", "odd: the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := readError(t, filepath.Join(dir, tt.name))
			got := strings.ReplaceAll(filepath.ToSlash(err.Error()), filepath.ToSlash(dir)+"/", "")
			if filepath.Separator == '\\' && strings.Contains(tt.want, "cannot be read") {
				tt.want, _, _ = strings.Cut(tt.want, "no such")
				tt.want, _, _ = strings.Cut(tt.want, "not a")
				if strings.HasPrefix(got, tt.want) {
					return // Windows has words of its own
				}
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestTotalSize(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range source.MaxSourceBytes/source.MaxFileBytes + 1 {
		truncate(t, filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), source.MaxFileBytes)
	}
	want := dir + ": the catalogue files have more than 128 MiB together, expected at most that"
	if err := readError(t, dir); err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}

func TestNumberOfFiles(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for i := range source.MaxSourceFiles {
		fsys[fmt.Sprintf("%d/%d.yaml", i/100, i)] = &fstest.MapFile{}
	}
	dir := &source.Source{FS: fsys, Shown: "DIR"}
	files, err := dir.Read()
	sorted := slices.IsSortedFunc(files, func(a, b source.File) int { return strings.Compare(a.Name, b.Name) })
	if err != nil || len(files) != source.MaxSourceFiles || !sorted {
		t.Errorf("got %d files, %v", len(files), err)
	}
	fsys["one more.json"] = &fstest.MapFile{}
	want := "DIR: the directory has more than 5000 catalogue files, expected at most that"
	if _, err := dir.Read(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestWrongDirectory is about a home directory, say: few catalogue files, many others.
func TestWrongDirectory(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for i := range 100_000 {
		fsys[fmt.Sprintf("%d.txt", i)] = &fstest.MapFile{}
	}
	want := "DIR: the directory has more than 100000 files and directories, expected a directory of catalogue files"
	dir := &source.Source{FS: fsys, Shown: "DIR"}
	if _, err := dir.Read(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// truncate makes a file of that size, without writing that much.
func truncate(t *testing.T, name string, size int64) {
	t.Helper()
	sample.WriteFile(t, name, "")
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
}

// Who names an artifact by path is told where it goes.
func TestOpenPath_artifact(t *testing.T) {
	t.Parallel()
	_, err := source.OpenPath("registry.example/platform/controls@sha256:" + strings.Repeat("0a", 32))
	if err == nil || !strings.HasSuffix(err.Error(), "; an artifact in a registry is named by oci, and not by path") {
		t.Errorf("got %v", err)
	}
}
