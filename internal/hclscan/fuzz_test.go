package hclscan

import (
	"slices"
	"strings"
	"testing"
)

// FuzzScanFile: whatever a file holds, reading it ends in blocks or in problems with a
// message, the same ones every time, and never in a panic.
func FuzzScanFile(f *testing.F) {
	for _, seed := range []string{
		"resource \"a_b\" \"c\" {\n  kind = \"x\"\n}\nmodule \"m\" {\n  source = \"./m\"\n}\n",
		"resource \"a_b\" \"c\" {\n  kind = <<-E\n  ${x}\n  %{ if y }z%{ endif }\n  E\n  dynamic \"kind\" {\n" +
			"    for_each = []\n  }\n}",
		"resource \"a_b\" \"c\" {\n  kind {}\n}\nmodule \"m\" {\n  source = (\"a${1}\")\n}",
		`{"resource": [{"a_b": {"c": {"kind": "${x}", "dynamic": {"kind": {}}}}}], "module": {"m": {"source": null}}}`,
		`[{"resource": {"a_b": [{"c": [{"kind": []}, {"kind": 1e9}]}]}}]`,
		"\ufeffresource \"a\" \"b\" {}",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	w := newWanted(Options{Attributes: map[string][]string{"a_b": {"kind"}}, DataSources: []string{"external"}})
	f.Fuzz(func(t *testing.T, src []byte, json bool) {
		file := sourceFile{name: "x", display: "x", json: json, views: Terraform}
		blocks, problems := parseSource(file, src, w)
		if len(blocks) > 0 && len(problems) > 0 {
			t.Errorf("%d blocks of a file with problems: %v", len(blocks), problems)
		}
		for _, p := range problems {
			if p.Message == "" || strings.Contains(p.Message, "cannot be parsed") {
				t.Errorf("a poor message: %v", p)
			}
		}
		for _, d := range merge(blocks) {
			(&module{}).add(d)
			d.calls()
		}
		if _, again := parseSource(file, src, w); !slices.Equal(problems, again) {
			t.Errorf("first %v, then %v", problems, again)
		}
	})
}
