package loader_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
)

// TestMalformedFiles is about what is wrong with files as a whole, and with what they
// say together.
func TestMalformedFiles(t *testing.T) {
	t.Parallel()
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
	}{
		{"empty", files{"a.yaml": ""}},
		{"white space", files{"a.yaml": "\n \n"}},
		{"comments", files{"a.yaml": "# one\n# two\n"}},
		{"document marker", files{"a.yaml": "---\n"}},
		{"text", files{"a.yaml": "services"}},
		{"list", files{"a.yaml": "- services"}},
		{"no entries", files{"a.yaml": "services: []\ndefinitions: []\n"}},
		{"second document", files{"a.yaml": sample.Controls + "---\n" + sample.Controls}},
		{"malformed second document", files{"a.yaml": sample.Controls + "---\n[\n"}},
		{"invalid UTF-8", files{"a.yaml": sample.Controls + "# \xff\n"}},
		{"UTF-16", files{"a.yaml": "\xff\xfed\x00:\x00"}},
		{"NUL", files{"a.yaml": sample.Controls + "# \x00\n"}},
		{"tab", files{"a.yaml": "services:\n\t- id: x\n"}},
		{"open quote", files{"a.yaml": "services: \"\n"}},
		{"open bracket", files{"a.yaml": "services: [\n"}},
		{"indentation", files{"a.yaml": "services:\n  - id: x\n name: y\n"}},
		{"colon in a text", files{"a.yaml": "services:\n  - id: x\n    name: a: b\n"}},
		{"anchors within anchors", files{"a.yaml": laughs + "services: *a30\n"}},
		{"deep", files{"a.yaml": "services: " + strings.Repeat("[", 20000)}},
		{"HTML", files{"a.yaml": "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"}},

		{"JSON syntax", files{"a.json": "{\n\"services\": [],\n}"}},
		{"JSON cut off", files{"a.json": "{\n\"services\": ["}},
		{"JSON twice", files{"a.json": "{\"services\": []}\n{}"}},
		{"JSON, repeated key", files{"a.json": "{\"services\": [],\n\"services\": []}"}},
		{
			"JSON, kinds",
			files{"a.json": "{\"definitions\": [\n{\"id\": 1,\n\"title\": null,\n\"category\": true,\n\"description\": {}}]}"},
		},
		{"JSON, deep", files{"a.json": strings.Repeat("[", 20000)}},
		{"YAML in JSON", files{"a.json": sample.Controls}},

		{"too many entries", files{"a.yaml": "services: [" + strings.Repeat("1,", strict.MaxEntries+1) + "]\n"}},
		{"more than ten errors", files{"a.yaml": many.String()}},
		{"more errors than are kept", files{"a.yaml": "services: [" + strings.Repeat("1,", 150) + "]\n"}},
		{"errors of several files", files{
			"b/b.yaml": "services:\n  - {id: B}\n", "a.yaml": "definitions: 1\nmappings: 2\n", "b/a.yml": "", "c.json": "{}",
		}},

		{
			"label for a control", files{
				"a.yaml": sample.Controls +
					sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpha-support: yes"))),
			},
		},
		{
			"unknown control", files{
				"a.yaml": sample.Controls +
					sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpa: yes"))),
			},
		},
		{"unknown controls of all kinds", files{
			"a.yaml": sample.Controls +
				sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "nonsense: yes", "alhpa: no"))),
			"b.yaml": "mappings:\n  - {control: beta-support, framework: F, version: v1, identifiers: [\"1\"], source: S, " +
				"confidence: low}\n",
			"c.yaml": "definitions:\n  - {id: gamma, title: Gamma, description: D., category: network, related: [betta]}\n",
		}},
		{
			"document of the future", files{
				"a.yaml": sample.Controls +
					sample.Services(sample.Service("shop", "", sample.Document("d", sample.Today.AddDays(1), "alpha: yes"),
						sample.Document("e", sample.Today, "alpha: yes"))),
			},
		},
		{"everything twice", files{
			"a.yaml": sample.Controls +
				sample.Services(sample.Service("shop", "resource_types: [aws_shop, Microsoft.Shop/shops]",
					sample.Document("d", "2020-01-01", "alpha: yes"), sample.Document("d", "2021-01-01", "alpha: yes"))),
			"b.yaml": strings.Replace(sample.Controls, "id: beta", "id: delta", 1) +
				sample.Services(sample.Service("shop", "", sample.Document("e", "2020-01-01", "alpha: yes")),
					sample.Service("store", "resource_types: [aws_shop, microsoft.shop/Shops]",
						sample.Document("d", "2020-01-01", "alpha: yes"))),
		}},
		{"another document of the same id", files{"a.yaml": sample.Controls + sample.Services(
			sample.Service("one", "", sample.Document("d", "2020-01-01", "alpha: yes")),
			sample.Service("two", "",
				strings.Replace(sample.Document("d", "2020-01-01", "alpha: yes"), "title: d", "title: Another", 1)),
			sample.Service("three", "", sample.Document("d", "2020-01-02", "alpha: yes")),
		)}},
		{"clouds", files{
			"a.yaml": "clouds:\n  - {id: oci, name: Oracle, type_prefixes: [oci_]}\n" +
				"  - {id: other, name: Other, type_prefixes: [other_, oci_, aws_], arm_types: true}\n",
			"b.yaml": "clouds:\n  - {id: oci, name: Oracle again, type_prefixes: [oci_]}\n" +
				"  - {id: aws, name: AWS, type_prefixes: [aws_, aws2_]}\n",
		}},
		{"type by different attributes", files{"a.yaml": sample.Controls + sample.Services(
			sample.Service("one", "resource_types: [{type: aws_shop, attribute: kind, value: One}]",
				sample.Document("a", "2020-01-01", "alpha: yes")),
			sample.Service("two", "resource_types: [{type: aws_shop, attribute: kind, value: Two}]",
				sample.Document("b", "2020-01-01", "alpha: yes")),
			sample.Service("three", "resource_types: [{type: aws_shop, attribute: sku, value: Three}]",
				sample.Document("c", "2020-01-01", "alpha: yes")),
			sample.Service("four", "resource_types: [aws_shop]", sample.Document("d", "2020-01-01", "alpha: yes")),
			sample.Service("five", "resource_types: [{type: aws_shop, attribute: kind, value: Two}]",
				sample.Document("e", "2020-01-01", "alpha: yes")),
		)}},
	}
	golden := readGolden(t, "malformed.golden")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range tt.files {
				sample.WriteFile(t, filepath.Join(dir, name), content)
			}
			golden.check(t, tt.name, sample.LoadError(t, loader.Source{Path: dir}))
		})
	}
}

// TestErrorIsFileError shows what a caller can take out of an error.
func TestErrorIsFileError(t *testing.T) {
	t.Parallel()
	source := sample.Write(t, "services: 1\n")
	_, err := loader.Catalog(loader.Options{Sources: []loader.Source{source}, Today: sample.Today})
	var fileErr *fault.Error
	if !errors.As(err, &fileErr) {
		t.Fatalf("got %v, want a fault.Error", err)
	}
	if fileErr.File != source.Path || fileErr.Line != 1 {
		t.Errorf("got %s line %d, want %s line 1", fileErr.File, fileErr.Line, source.Path)
	}
}
