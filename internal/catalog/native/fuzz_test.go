package native_test

import (
	"io/fs"
	"os"
	"path"
	"reflect"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// FuzzReadFile checks that no input makes the loader panic or answer differently the
// second time, and that what it accepts the schema accepts as well.
func FuzzReadFile(f *testing.F) {
	f.Add(sample.Full, false)
	f.Add(sample.Controls, false)
	for _, e := range edits {
		f.Add(e.broken(), false)
	}
	f.Add(`{"definitions": [{"id": "a", "title": "A 😀", "category": "b", "description": "\ud83d\ude00"}]}`, true)
	f.Add("{\"services\": [],\n\t\"mappings\": null}", true)
	data := os.DirFS(embeddedData)
	err := fs.WalkDir(data, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" || name == embedded.MappingsFile {
			return err
		}
		content, err := fs.ReadFile(data, name)
		f.Add(string(content), false)
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
		first, errs := native.ReadFile(name, []byte(content))
		second, again := native.ReadFile(name, []byte(content))
		if !reflect.DeepEqual(texts(errs), texts(again)) {
			t.Fatalf("%v the first time, %v the second", errs, again)
		}
		if len(errs) > 0 {
			return
		}
		if !reflect.DeepEqual(first.Services, second.Services) || !reflect.DeepEqual(first.Definitions, second.Definitions) ||
			!reflect.DeepEqual(first.Mappings, second.Mappings) {
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
