package oscal_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/oscal"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
)

// FuzzRead checks that no input makes the reader panic or answer differently the second
// time.
func FuzzRead(f *testing.F) {
	f.Add(foreign, true)
	f.Add(strings.ReplaceAll(own, "NS", oscaldoc.Namespace), true)
	f.Fuzz(func(t *testing.T, content string, asJSON bool) {
		name := "fuzz.yaml"
		if asJSON {
			name = "fuzz.json"
		}
		first, errs := read(name, content)
		second, again := read(name, content)
		if !reflect.DeepEqual(texts(errs), texts(again)) {
			t.Fatalf("%v the first time, %v the second", errs, again)
		}
		if len(errs) == 0 && first != nil &&
			(!reflect.DeepEqual(first.Services, second.Services) || !reflect.DeepEqual(first.Definitions, second.Definitions)) {
			t.Fatal("another result the second time")
		}
	})
}

// FuzzRoundTrip checks that what is read of a component definition, of somebody else's too,
// is written as one that says the same.
func FuzzRoundTrip(f *testing.F) {
	f.Add(foreign)
	f.Add(strings.ReplaceAll(own, "NS", oscaldoc.Namespace))
	dir := f.TempDir()
	base := filepath.Join(dir, "base.yaml")
	sample.WriteFile(f, base, sample.Controls)
	f.Fuzz(func(t *testing.T, content string) {
		first, second := filepath.Join(dir, "first.json"), filepath.Join(dir, "second.json")
		sample.WriteFile(t, first, content)
		want, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: base}, {Path: first}}, Today: farAhead})
		if err != nil {
			return
		}
		ids := want.ServiceIDs()
		if len(ids) == 0 {
			return // a file with definitions alone
		}
		componentFile(t, want, second, ids)
		got, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: second}}, Today: farAhead})
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		for _, id := range ids {
			if a, b := asText(t, want, id), asText(t, got, id); a != b {
				t.Errorf("%s: got\n%s\nwant\n%s", id, b, a)
			}
			checkBaseline(t, want, got, id)
		}
	})
}

func read(name, content string) (*facts.File, []error) {
	r := strict.NewReader(name)
	root := r.Parse([]byte(content), oscal.Key)
	if root == nil || !strict.Has(root, oscal.Key) {
		return nil, r.Errors()
	}
	return oscal.Read(r, root), r.Errors()
}

func texts(errs []error) []string {
	list := make([]string, len(errs))
	for i, err := range errs {
		list[i] = err.Error()
	}
	return list
}
