package acctest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// Golden compares a text with a file, or writes it there with -update.
func Golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		WriteFile(t, path, got)
		return
	}
	want, err := os.ReadFile(path) //nolint:gosec // the test names its own file
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if text := strings.ReplaceAll(string(want), "\r\n", "\n"); got != text {
		t.Errorf("%s differs.\n\ngot:\n%s\nwant:\n%s", path, got, text)
	}
}
