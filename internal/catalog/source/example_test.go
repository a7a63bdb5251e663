package source_test

import (
	"fmt"
	"testing/fstest"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
)

// A directory is searched for catalogue files; what else it has does not count.
func ExampleSource_Read() {
	s := &source.Source{Name: "own", Shown: "own", FS: fstest.MapFS{
		"controls.yaml":     {Data: []byte("definitions: []\n")},
		"azure/shop.yaml":   {Data: []byte("services: []\n")},
		"azure/README.md":   {Data: []byte("# Shops\n")},
		".hidden/shop.yaml": {Data: []byte("services: []\n")},
	}}
	files, err := s.Read()
	for _, f := range files {
		fmt.Println(f.Name)
	}
	fmt.Println(err)
	// Output:
	// azure/shop.yaml
	// controls.yaml
	// <nil>
}
