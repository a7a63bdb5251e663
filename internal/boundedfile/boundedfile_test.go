package boundedfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
)

func TestRead(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"small":    {Data: []byte("1234567890")},
		"large":    {Data: []byte("12345678901")},
		"device":   {Mode: fs.ModeDevice},
		"pipe":     {Mode: fs.ModeNamedPipe},
		"folder/x": {},
	}
	for name, want := range map[string]string{
		"small":   "",
		"large":   "is larger than 10 bytes, the most that is read of a file",
		"device":  "is not a regular file",
		"pipe":    "is not a regular file",
		"folder":  "is not a regular file",
		"missing": "cannot be read: file does not exist",
	} {
		size, checkErr := boundedfile.Check(files, name, 10)
		data, err := boundedfile.Read(files, name, 10)
		if want == "" {
			if err != nil || checkErr != nil || size != 10 || string(data) != "1234567890" {
				t.Errorf("%s: Check = %d, %v; Read = %q, %v", name, size, checkErr, data, err)
			}
			continue
		}
		if fmt.Sprint(err) != want || fmt.Sprint(checkErr) != want || data != nil || size != 0 {
			t.Errorf("%s: Check = %d, %v; Read = %q, %v, want %s", name, size, checkErr, data, err, want)
		}
	}
}

// A file may grow between the look at it and its end.
func TestRead_grownSince(t *testing.T) {
	t.Parallel()
	data, err := boundedfile.Read(growing{fstest.MapFS{"log": {Data: []byte("123456")}}}, "log", 5)
	if want := "is larger than 5 bytes, the most that is read of a file"; data != nil || fmt.Sprint(err) != want {
		t.Errorf("got %q, %v, want %s", data, err, want)
	}
}

// growing says of every file that it is empty.
type growing struct{ fstest.MapFS }

func (g growing) Stat(name string) (fs.FileInfo, error) {
	return fs.Stat(fstest.MapFS{name: {}}, name)
}

func TestRead_keepsTheCause(t *testing.T) {
	t.Parallel()
	_, err := boundedfile.Read(os.DirFS(t.TempDir()), "missing", 1)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not %v", err, fs.ErrNotExist)
	}
}

func TestRead_followsLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege there")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if data, err := boundedfile.Read(os.DirFS(dir), "link", 1); string(data) != "x" || err != nil {
		t.Errorf("got %q, %v", data, err)
	}
}

func ExampleSize() {
	fmt.Println(boundedfile.Size(8<<20), "or", boundedfile.Size(100))
	// Output: 8 MiB or 100 bytes
}
