package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// The page in the repository is the one of the catalogue in the repository, and names
// every service and control.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := render(c)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "templates", "guides", "catalogue.md"))
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Error("templates/guides/catalogue.md is not current: run go generate ./internal/catalog/embedded")
	}
	if len(got) > maxPage {
		t.Errorf("the page has %d bytes, the registry takes at most %d", len(got), maxPage)
	}
	for _, id := range append(c.ServiceIDs(), c.DefinitionIDs()...) {
		if !strings.Contains(got, "`"+id+"`") {
			t.Errorf("the page lacks %s", id)
		}
	}
}
