package hclscan

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is a folder with its files, by path.
type tree map[string]string

func (files tree) write(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	files.writeTo(t, root)
	return root
}

func (files tree) writeTo(t testing.TB, root string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// places lists what was found as "address file:line".
func places(c *Configuration) []string {
	var list []string
	for _, r := range c.Resources {
		list = append(list, fmt.Sprintf("%s %s:%d", r.Address, r.File, r.Line))
	}
	return list
}

func expectPlaces(t *testing.T, root string, opts Options, want ...string) {
	t.Helper()
	c, err := Scan(root, opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := places(c); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func expectError(t *testing.T, root string, opts Options, want string) {
	t.Helper()
	c, err := Scan(root, opts)
	if err == nil {
		t.Fatalf("no error, but resources %q", places(c))
	}
	if c != nil {
		t.Errorf("an error and resources: %q", places(c))
	}
	if scanError := (*Error)(nil); !errors.As(err, &scanError) {
		t.Errorf("the error is a %T", err)
	}
	if want = strings.ReplaceAll(want, "GET", (&scanner{givenRoot: root}).getModules()); err.Error() != want {
		t.Errorf("got error\n%s\nwant\n%s", err, want)
	}
}
