package loader_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
)

// TestSourceDigest compares with what the documented commands print, run by hand:
//
//	sha256sum catalog.yaml
//	find . -type f \( -name '*.json' -o -name '*.yaml' -o -name '*.yml' \) -printf '%P\n' |
//		LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
func TestSourceDigest(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"a.yaml":  sample.Controls,
		"b/a.yml": sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpha: yes"))),
		"b.json": `{"services": [{"id": "store", "name": "Store", "cloud": "aws", "documents": [{"id": "e", "series": "S", ` +
			`"title": "T", "publisher": "P", "published": "2020-01-01", "url": "https://example.com", "statements": ` +
			`[{"control": "alpha", "status": "no"}]}]}]}`,
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
			sample.WriteFile(t, filepath.Join(dir, name), content)
		}
		sample.WriteFile(t, filepath.Join(dir, "README.md"), dir) // not part of the catalogue
		sample.WriteFile(t, filepath.Join(dir, ".hidden.yaml"), dir)
		sample.WriteFile(t, filepath.Join(dir, ".git", "x.yaml"), dir)
		c := sample.Load(t, loader.Source{Path: dir})
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
	source := sample.Write(t, text)
	if got := sample.Load(t, source).Sources()[0].Digest; got != "sha256:"+file {
		t.Errorf("file: got %s", got)
	}
	if got := sample.Load(t, loader.Source{Path: filepath.Dir(source.Path)}).Sources()[0].Digest; got != "sha256:"+directory {
		t.Errorf("directory: got %s", got)
	}
}

func TestCatalogDigest(t *testing.T) {
	t.Parallel()
	one := sample.Write(t, sample.Controls)
	two := sample.Write(t, sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpha: yes"))))
	first, second := sample.Load(t, one, two), sample.Load(t, one, two)
	if first.Digest() != second.Digest() {
		t.Error("another digest the second time")
	}
	if first.Digest() == sample.Load(t, two, one).Digest() {
		t.Error("the order of the sources makes no difference")
	}
	if got := sample.Load(t).Digest(); !strings.HasPrefix(got, "sha256:") || len(got) != len("sha256:")+64 {
		t.Errorf("of nothing: got %q", got)
	}
}

func TestJSONSource(t *testing.T) {
	t.Parallel()
	// As Python writes it, with what lies beyond the basic plane as surrogates, and as
	// editors do, with tabs and a slash escaped.
	c := sample.Load(t, sample.WriteNamed(t, "catalog.json", `{
	"$schema": "https:\/\/example.com\/schema.json",
	"definitions": [
		{"id": "rockets", "title": "Rockets \ud83d\ude80", "description": "Tab\tand \"quote\".",
			"category": "space", "labels": ["Fly \u00e9"]}
	]
}
`))
	def, ok := c.Definition("rockets")
	if !ok || def.Title != "Rockets 🚀" || def.Description != `Tab and "quote".` || def.Labels[0] != "Fly é" {
		t.Errorf("got %+v", def)
	}
	// YAML is a superset for most purposes: a JSON file of another name is read, too.
	sample.Load(t,
		sample.WriteNamed(t, "catalog.txt", `{"definitions": [{"id": "a", "title": "A", "description": "D", "category": "c"}]}`))
	sample.Load(t, sample.WriteNamed(t, "bom.yaml", "\ufeff"+sample.Controls))
	sample.Load(t, sample.WriteNamed(t, "crlf.yaml", strings.ReplaceAll(sample.Full, "\n", "\r\n")))
}

// A source that is one file is named in errors as its user has written it.
func TestEmptyFile(t *testing.T) {
	t.Parallel()
	want := `catalog.yaml:1: the file is empty, expected the key "clouds", "definitions", "mappings", "services" or "types"`
	if got := sample.LoadError(t, sample.Write(t, "")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLargest is about files at the limits, which are read.
func TestLargest(t *testing.T) {
	t.Parallel()
	const comment = "# white space and comments count as well\n"
	content := sample.Controls + strings.Repeat(comment, (source.MaxFileBytes-len(sample.Controls))/len(comment))
	content += strings.Repeat("\n", source.MaxFileBytes-len(content))
	if len(content) != source.MaxFileBytes {
		t.Fatalf("%d bytes", len(content))
	}
	sample.Load(t, sample.Write(t, content))
}
