package catalog

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestEdits(t *testing.T) {
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			if n := strings.Count(sample, e.old); n != 1 {
				t.Fatalf("what the edit replaces occurs %d times in sample", n)
			}
			if got := loadError(t, write(t, e.broken())); got != e.want {
				t.Errorf("got  %s\nwant %s", got, e.want)
			}
		})
	}
}

// TestMalformedFiles is about what is wrong with files as a whole, and with what they
// say together.
func TestMalformedFiles(t *testing.T) {
	type files map[string]string
	laughs := "a0: &a0 [x]\n"
	for i := range 30 {
		laughs += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	var many strings.Builder
	for i := range 25 {
		fmt.Fprintf(&many, "key-%d: 1\n", i)
	}
	tests := []struct {
		name  string
		files files
		want  string
	}{
		{"empty", files{"a.yaml": ""}, `a.yaml:1: the file is empty, expected the key "definitions", "mappings" or "services"`},
		{"white space", files{"a.yaml": "\n \n"}, `a.yaml:1: the file is empty, expected the key "definitions", "mappings" or "services"`},
		{"comments", files{"a.yaml": "# one\n# two\n"}, `x`},
		{"document marker", files{"a.yaml": "---\n"}, `x`},
		{"text", files{"a.yaml": "services"}, `x`},
		{"list", files{"a.yaml": "- services"}, `x`},
		{"no entries", files{"a.yaml": "services: []\ndefinitions: []\n"}, `x`},
		{"second document", files{"a.yaml": controls + "---\n" + controls}, `x`},
		{"malformed second document", files{"a.yaml": controls + "---\n[\n"}, `x`},
		{"invalid UTF-8", files{"a.yaml": controls + "# \xff\n"}, `x`},
		{"UTF-16", files{"a.yaml": "\xff\xfed\x00:\x00"}, `x`},
		{"NUL", files{"a.yaml": controls + "# \x00\n"}, `x`},
		{"tab", files{"a.yaml": "services:\n\t- id: x\n"}, `x`},
		{"open quote", files{"a.yaml": "services: \"\n"}, `x`},
		{"open bracket", files{"a.yaml": "services: [\n"}, `x`},
		{"indentation", files{"a.yaml": "services:\n  - id: x\n name: y\n"}, `x`},
		{"colon in a text", files{"a.yaml": "services:\n  - id: x\n    name: a: b\n"}, `x`},
		{"anchors within anchors", files{"a.yaml": laughs + "services: *a30\n"}, `x`},
		{"deep", files{"a.yaml": "services: " + strings.Repeat("[", 20000)}, `x`},
		{"HTML", files{"a.yaml": "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"}, `x`},

		{"JSON syntax", files{"a.json": "{\n\"services\": [],\n}"}, `x`},
		{"JSON cut off", files{"a.json": "{\n\"services\": ["}, `x`},
		{"JSON twice", files{"a.json": "{\"services\": []}\n{}"}, `x`},
		{"JSON, repeated key", files{"a.json": "{\"services\": [],\n\"services\": []}"}, `x`},
		{"JSON, kinds", files{"a.json": "{\"definitions\": [\n{\"id\": 1,\n\"title\": null,\n\"category\": true,\n\"description\": {}}]}"}, `x`},
		{"JSON, deep", files{"a.json": strings.Repeat("[", 20000)}, `x`},
		{"YAML in JSON", files{"a.json": controls}, `x`},

		{"more than ten errors", files{"a.yaml": many.String()}, `x`},
		{"more errors than are kept", files{"a.yaml": "services: [" + strings.Repeat("1,", 150) + "]\n"}, `x`},
		{"errors of several files", files{
			"b/b.yaml": "services:\n  - {id: B}\n", "a.yaml": "definitions: 1\nmappings: 2\n", "b/a.yml": "", "c.json": "{}",
		}, `x`},

		{"unknown control", files{"a.yaml": controls + services(service("shop", "", document("d", "2020-01-01", "alpa: yes", "Alpha: no")))}, `x`},
		{"unknown controls of all kinds", files{
			"a.yaml": controls + services(service("shop", "", document("d", "2020-01-01", "nonsense: yes", "alhpa: no"))),
			"b.yaml": "mappings:\n  - {control: beta-support, framework: F, version: v1, identifiers: [\"1\"], source: S, confidence: low}\n",
			"c.yaml": "definitions:\n  - {id: gamma, title: Gamma, description: D., category: network, related: [betta]}\n",
		}, `x`},
		{"document of the future", files{"a.yaml": controls + services(service("shop", "", document("d", today.AddDays(1), "alpha: yes"), document("e", today, "alpha: yes")))}, `x`},
		{"everything twice", files{
			"a.yaml": controls + services(service("shop", "resource_types: [aws_shop, Microsoft.Shop/shops]", document("d", "2020-01-01", "alpha: yes"), document("d", "2021-01-01", "alpha: yes"))),
			"b.yaml": strings.Replace(controls, "id: beta", "id: delta", 1) + services(service("shop", "", document("e", "2020-01-01", "alpha: yes")),
				service("store", "resource_types: [aws_shop, microsoft.shop/Shops]", document("d", "2020-01-01", "alpha: yes"))),
		}, `x`},
		{"type by different attributes", files{"a.yaml": controls + services(
			service("one", "resource_types: [{type: aws_shop, attribute: kind, value: One}]", document("a", "2020-01-01", "alpha: yes")),
			service("two", "resource_types: [{type: aws_shop, attribute: kind, value: Two}]", document("b", "2020-01-01", "alpha: yes")),
			service("three", "resource_types: [{type: aws_shop, attribute: sku, value: Three}]", document("c", "2020-01-01", "alpha: yes")),
			service("four", "resource_types: [aws_shop]", document("d", "2020-01-01", "alpha: yes")),
			service("five", "resource_types: [{type: aws_shop, attribute: kind, value: Two}]", document("e", "2020-01-01", "alpha: yes")),
		)}, `x`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range tt.files {
				writeFile(t, filepath.Join(dir, name), content)
			}
			if got := loadError(t, PathSource{Path: dir}); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

// TestErrorIsFileError shows what a caller can take out of an error.
func TestErrorIsFileError(t *testing.T) {
	source := write(t, "services: 1\n")
	_, err := Load(Options{Sources: []PathSource{source}, Today: today})
	var fileErr *FileError
	if !errors.As(err, &fileErr) {
		t.Fatalf("got %v, want a FileError", err)
	}
	if fileErr.File != source.Path || fileErr.Line != 1 {
		t.Errorf("got %s line %d, want %s line 1", fileErr.File, fileErr.Line, source.Path)
	}
}
