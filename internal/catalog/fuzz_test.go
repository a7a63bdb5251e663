package catalog

import (
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"
)

// FuzzDecodeFile checks that no input makes the loader panic or answer differently the
// second time, and that what it accepts the schema accepts as well.
func FuzzDecodeFile(f *testing.F) {
	f.Add(sample, false)
	f.Add(controls, false)
	f.Add(foreign, true)
	f.Add(strings.ReplaceAll(own, "NS", oscalNS), true)
	for _, e := range edits {
		f.Add(e.broken(), false)
	}
	f.Add(`{"definitions": [{"id": "a", "title": "A 😀", "category": "b", "description": "\ud83d\ude00"}]}`, true)
	f.Add("{\"services\": [],\n\t\"mappings\": null}", true)
	err := fs.WalkDir(EmbeddedFiles(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" || name == mappingsFile {
			return err
		}
		data, err := fs.ReadFile(EmbeddedFiles(), name)
		f.Add(string(data), false)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	schema := compileSchema(f)
	f.Fuzz(func(t *testing.T, content string, asJSON bool) {
		name := "fuzz.yaml"
		if asJSON {
			name = "fuzz.json"
		}
		first, errs := decodeFile(name, []byte(content))
		second, again := decodeFile(name, []byte(content))
		if !reflect.DeepEqual(texts(errs), texts(again)) {
			t.Fatalf("%v the first time, %v the second", errs, again)
		}
		if len(errs) > 0 || first.components { // the schema of those is OSCAL's
			return
		}
		if !reflect.DeepEqual(first.services, second.services) || !reflect.DeepEqual(first.definitions, second.definitions) || !reflect.DeepEqual(first.mappings, second.mappings) {
			t.Fatal("another result the second time")
		}
		if err := schema.Validate(parse(t, name, content)); err != nil {
			t.Fatalf("the schema refuses what the loader accepts: %v", err)
		}
	})
}

func texts(errs []error) []string {
	var out []string
	for _, err := range errs {
		out = append(out, err.Error())
	}
	return out
}
