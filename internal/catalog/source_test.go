package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestSourceDigest compares with what the documented commands print, run by hand:
//
//	sha256sum catalog.yaml
//	find . -type f \( -name '*.json' -o -name '*.yaml' -o -name '*.yml' \) -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
func TestSourceDigest(t *testing.T) {
	files := map[string]string{
		"a.yaml":       controls,
		"b/a.yml":      services(service("shop", "", document("d", "2020-01-01", "alpha: yes"))),
		"b.json":       `{"services": [{"id": "store", "name": "Store", "cloud": "aws", "documents": [{"id": "e", "series": "S", "title": "T", "publisher": "P", "published": "2020-01-01", "url": "https://example.com", "statements": [{"control": "alpha", "status": "no"}]}]}]}`,
		"a/deep/Z.yml": "definitions: [{id: gamma, title: Gamma, description: D., category: network}]\n",
	}
	var listing strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256([]byte(files[name]))
		fmt.Fprintf(&listing, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	sum := sha256.Sum256([]byte(listing.String()))
	want := "sha256:" + hex.EncodeToString(sum[:])

	digests := map[string]bool{}
	for range 2 {
		dir := t.TempDir() // another place each time
		for name, content := range files {
			writeFile(t, filepath.Join(dir, name), content)
		}
		writeFile(t, filepath.Join(dir, "README.md"), dir) // not part of the catalogue
		writeFile(t, filepath.Join(dir, ".hidden.yaml"), dir)
		writeFile(t, filepath.Join(dir, ".git", "x.yaml"), dir)
		c := load(t, PathSource{Path: dir})
		if got := c.Sources()[0].Digest; got != want {
			t.Errorf("directory: got %s, want %s", got, want)
		}
		digests[c.Digest()] = true
	}
	if len(digests) != 1 {
		t.Error("the catalogue's digest depends on where its files are")
	}

	// Printed by the commands above for a file with this very text, and for a directory
	// of it alone.
	const text = "definitions: [{id: gamma, title: Gamma, description: D., category: network}]\n"
	const file = "8f741298f199a7d7f857c5bbc7b24e94e692bf873082593249f0dd2b3345fb3a"
	const directory = "8de7eb11b93b41fefb981c454402e074099e74323c41497fb46da0a35f3b799a"
	source := write(t, text)
	if got := load(t, source).Sources()[0].Digest; got != "sha256:"+file {
		t.Errorf("file: got %s", got)
	}
	if got := load(t, PathSource{Path: filepath.Dir(source.Path)}).Sources()[0].Digest; got != "sha256:"+directory {
		t.Errorf("directory: got %s", got)
	}
}

func TestCatalogDigest(t *testing.T) {
	one, two := write(t, controls), write(t, services(service("shop", "", document("d", "2020-01-01", "alpha: yes"))))
	first, second := load(t, one, two), load(t, one, two)
	if first.Digest() != second.Digest() {
		t.Error("another digest the second time")
	}
	if first.Digest() == load(t, two, one).Digest() {
		t.Error("the order of the sources makes no difference")
	}
	if got := load(t).Digest(); !strings.HasPrefix(got, "sha256:") || len(got) != len("sha256:")+64 {
		t.Errorf("of nothing: got %q", got)
	}
}

func TestJSONSource(t *testing.T) {
	// As Python writes it, with what lies beyond the basic plane as surrogates, and as
	// editors do, with tabs and a slash escaped.
	c := load(t, writeNamed(t, "catalog.json", `{
	"$schema": "https:\/\/example.com\/schema.json",
	"definitions": [
		{"id": "rockets", "title": "Rockets \ud83d\ude80", "description": "Tab\tand \"quote\".", "category": "space", "labels": ["Fly \u00e9"]}
	]
}
`))
	def, ok := c.Definition("rockets")
	if !ok || def.Title != "Rockets 🚀" || def.Description != `Tab and "quote".` || def.Labels[0] != "Fly é" {
		t.Errorf("got %+v", def)
	}
	// YAML is a superset for most purposes: a JSON file of another name is read, too.
	load(t, writeNamed(t, "catalog.txt", `{"definitions": [{"id": "a", "title": "A", "description": "D", "category": "c"}]}`))
	load(t, writeNamed(t, "bom.yaml", "\ufeff"+controls))
	load(t, writeNamed(t, "crlf.yaml", strings.ReplaceAll(sample, "\n", "\r\n")))
}

func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	truncate(t, large, MaxFileBytes+1)
	writeFile(t, filepath.Join(dir, "empty", "README.md"), "")
	writeFile(t, filepath.Join(dir, "hidden", ".x.yaml"), "services: 1")
	writeFile(t, filepath.Join(dir, "odd", "x.yaml", "y"), "")
	writeFile(t, filepath.Join(dir, "file"), "")
	for _, tt := range []struct{ name, want string }{
		{"missing", "missing: cannot be read: no such file or directory"},
		{"file/below", "file/below: cannot be read: not a directory"},
		{"large.yaml", "large.yaml: is larger than 8 MiB, expected at most that"},
		{"empty", "empty: the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
		{"hidden", "hidden: the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
		{"odd", "odd: the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
		{"file", `file:1: the file is empty, expected the key "definitions", "mappings", "services" or "types"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(Options{Sources: []PathSource{{Path: filepath.Join(dir, tt.name)}}, Today: today})
			if err == nil {
				t.Fatal("no error")
			}
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

// TestLargest is about files at the limits, which are read.
func TestLargest(t *testing.T) {
	const comment = "# white space and comments count as well\n"
	content := controls + strings.Repeat(comment, (MaxFileBytes-len(controls))/len(comment))
	content += strings.Repeat("\n", MaxFileBytes-len(content))
	if len(content) != MaxFileBytes {
		t.Fatalf("%d bytes", len(content))
	}
	load(t, write(t, content))
}

func TestTotalSize(t *testing.T) {
	dir := t.TempDir()
	for i := range MaxSourceBytes/MaxFileBytes + 1 {
		truncate(t, filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), MaxFileBytes)
	}
	if got, want := loadError(t, PathSource{Path: dir}), "DIR: the catalogue files have more than 128 MiB together, expected at most that"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNumberOfFiles(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range MaxSourceFiles {
		fsys[fmt.Sprintf("%d/%d.yaml", i/100, i)] = &fstest.MapFile{}
	}
	if names, err := catalogFiles(fsys, "DIR"); err != nil || len(names) != MaxSourceFiles || !slices.IsSorted(names) {
		t.Errorf("got %d files, %v", len(names), err)
	}
	fsys["one more.json"] = &fstest.MapFile{}
	if _, err := catalogFiles(fsys, "DIR"); err == nil || err.Error() != "DIR: the directory has more than 5000 catalogue files, expected at most that" {
		t.Errorf("got %v", err)
	}
}

// TestWrongDirectory is about a home directory, say: few catalogue files, many others.
func TestWrongDirectory(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range maxWalked {
		fsys[fmt.Sprintf("%d.txt", i)] = &fstest.MapFile{}
	}
	if _, err := catalogFiles(fsys, "DIR"); err == nil || err.Error() != "DIR: the directory has more than 100000 files and directories, expected a directory of catalogue files" {
		t.Errorf("got %v", err)
	}
}

// truncate makes a file of that size, without writing that much.
func truncate(t *testing.T, name string, size int64) {
	t.Helper()
	writeFile(t, name, "")
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
}
