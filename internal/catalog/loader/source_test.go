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

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
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
}

// TestMarksAndLineEnds shows that a byte order mark and the kind of line ends change
// nothing of what is read.
func TestMarksAndLineEnds(t *testing.T) {
	t.Parallel()
	const asJSON = `{
	"services": [
		{"id": "contoso-ledger", "name": "Ledger", "cloud": "own",
			"documents": [
				{"id": "d", "series": "S", "title": "T", "publisher": "P", "published": "2020-01-01", "statements": [
					{"control": "alpha", "status": "yes"}
				]}
			]}
	]
}
`
	for name, text := range map[string]string{
		"a.json":       asJSON,
		"a.yaml":       sample.Services(sample.Service("contoso-ledger", "", sample.Document("d", "2020-01-01", "alpha: yes"))),
		"component.md": articleText("| Alpha support | Yes | |"),
	} {
		for form, as := range map[string]func(string) string{
			"as it is":              func(s string) string { return s },
			"CRLF":                  func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"CR":                    func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
			"no line end at last":   strings.TrimSpace,
			"two line ends at last": func(s string) string { return s + "\r\n" },
		} {
			for _, mark := range []string{"", "\ufeff"} {
				t.Run(name+", "+form+fmt.Sprintf(", %q", mark), func(t *testing.T) {
					t.Parallel()
					c := sample.Load(t, sample.Write(t, "\ufeff"+sample.Controls), sample.WriteNamed(t, name, mark+as(text)))
					b, err := c.Baseline("contoso-ledger", "")
					if err != nil || len(b.Controls) != 1 || b.Controls["alpha"].Status != catalog.StatusYes {
						t.Errorf("got %+v, %v", b, err)
					}
				})
			}
		}
	}
}

// A mark anywhere else is no white space, and lines are counted by whatever ends them.
func TestMarksWithinAndLineNumbers(t *testing.T) {
	t.Parallel()
	const (
		invalid   = ": not valid JSON: invalid character 'ï' "
		misplaced = ": a byte order mark within the file, expected none but at its beginning"
		anID      = `expected lower-case letters, digits and single hyphens, such as "vnet-injection"`
		quoted    = "expected text (put it in quotes)"
	)
	beta := func(id string) string { return strings.Replace(sample.Controls, "id: beta", "id: "+id, 1) }
	for name, tt := range map[string]struct{ file, text, want string }{ // want begins with the line
		"two marks in JSON":   {"a.json", "\ufeff\ufeff{}", "1" + invalid + "looking for beginning of value"},
		"within JSON":         {"a.json", "{\n\ufeff}", "2" + invalid + "looking for beginning of object key string"},
		"after JSON":          {"a.json", "{}\n\ufeff", "2" + invalid + "after top-level value"},
		"a mark alone":        {"a.json", "\ufeff", "1: the file is empty, expected " + native.Expected},
		"a mark and space":    {"a.yaml", "\ufeff\r\n", "1: the file is empty, expected " + native.Expected},
		"two marks in YAML":   {"a.yaml", "\ufeff\ufeff" + sample.Controls, "1" + misplaced},
		"a line with a mark":  {"a.yaml", "# one\r\ufeff" + sample.Controls, "2" + misplaced},
		"within a value":      {"a.yaml", beta("\ufeffbeta"), "3" + misplaced},
		"a mark as an escape": {"a.yaml", beta(`"\ufeffbeta"`), `3: the definition's id "\ufeffbeta" is malformed, ` + anID},
		"CR in JSON":          {"a.json", "{\r\"services\": [\r{\"id\": 1}]}", "3: the service's id is a number, " + quoted},
		"CR in broken JSON": {
			"a.json", "{\r\"a\": [\r!", "3: not valid JSON: invalid character '!' looking for beginning of value",
		},
		"CRLF in JSON":        {"a.json", "{\r\n\"services\": [\r\n{\"id\": 1}]}", "3: the service's id is a number, " + quoted},
		"CR in YAML":          {"a.yaml", "# one\rservices: 1\r", "2: services is a number, expected a list"},
		"CR before bad UTF-8": {"a.yaml", "# one\r\n# two\r\xff", "3: invalid UTF-8, expected text in UTF-8"},
		"within Markdown": {
			"a.md", articleText("| Alpha\ufeffsupport | Yes | |"),
			`9: the label "Alphasupport" is not known, expected a label of the catalogue, ` +
				`or new_controls = true of the source; did you mean "Alpha support" (alpha)?`,
		},
		"CR in Markdown": {
			"a.md", strings.ReplaceAll(articleText("| Alpha support | Oui | |"), "\n", "\r"),
			`9: Alpha support: the status is "Oui", expected "Yes", "No" or "N/A", or a "Yes" with its restriction, ` +
				`as in "Yes (Premium tier only)"`,
		},
		"a condition that shows nothing": {
			"a.md", articleText("| Alpha support | Yes (\u2800) | |"), "9: the condition has no visible character, expected text",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := sample.LoadError(t, sample.Write(t, sample.Controls), sample.WriteNamed(t, tt.file, tt.text))
			if first, _, _ := strings.Cut(text, "\n"); !strings.HasSuffix(first, "/"+tt.file+":"+tt.want) {
				t.Errorf("got\n%s\nwant\n%s:%s", first, tt.file, tt.want)
			}
		})
	}
}

// A source that is one file is named in errors as its user has written it.
func TestEmptyFile(t *testing.T) {
	t.Parallel()
	want := `catalog.yaml:1: the file is empty, expected the key ` +
		`"clouds", "definitions", "mappings", "services", "settings" or "types"`
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
