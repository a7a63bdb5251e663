package oscal_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/oscal"
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
