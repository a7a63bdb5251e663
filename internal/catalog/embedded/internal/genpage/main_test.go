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

// The first page of the documentation says how old the catalogue in the repository is.
func TestFirstPageIsCurrent(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "templates", "index.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	page := strings.ReplaceAll(string(text), "\r\n", "\n")
	got, err := renderIndex(c, page)
	if err != nil {
		t.Fatal(err)
	}
	if got != page {
		t.Error("templates/index.md.tmpl is not current: run go generate ./internal/catalog/embedded")
	}
	if _, err := renderIndex(c, "# A page without the lines\n"); err == nil {
		t.Error("a page without the lines was accepted")
	}
}
