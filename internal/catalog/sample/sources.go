// Package sample writes small catalogues for tests and loads them.
package sample

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// Today is the day of every test that needs one.
const Today catalog.Date = "2026-06-30"

// EndOfTime is a today with which no document is of the future.
const EndOfTime catalog.Date = "9999-12-31"

// Controls defines the controls that the sources of tests speak of.
const Controls = `definitions:
  - {id: alpha, title: Alpha, description: The first., category: network, labels: [Alpha support]}
  - {id: beta, title: Beta, description: The second., category: network, labels: [Beta support (all of it)]}
  - {id: local, title: Local authentication, description: Not wanted., category: identity, polarity: adverse}
`

// Service is a service of a source; more has further keys, such as "aliases: [s]".
func Service(id, more string, documents ...string) string {
	if !strings.Contains(more, "name:") {
		more += ", name: " + strings.ToUpper(id[:1]) + id[1:]
	}
	return fmt.Sprintf("  - {id: %s, cloud: azure, documents: [%s], %s}\n", id, strings.Join(documents, ", "),
		strings.TrimPrefix(more, ", "))
}

// AWS is a service of another cloud.
func AWS(id, more string, documents ...string) string {
	return strings.Replace(Service(id, more, documents...), "cloud: azure", "cloud: aws", 1)
}

// Document is a document of a service; each statement is written "alpha: yes", with
// further keys after a comma.
func Document(id string, published catalog.Date, statements ...string) string {
	list := make([]string, len(statements))
	for i, st := range statements {
		control, status, _ := strings.Cut(st, ": ")
		list[i] = fmt.Sprintf("{control: %s, status: %s}", control, status)
	}
	return fmt.Sprintf("{id: %s, series: Security controls, title: %s, publisher: Us, published: %s, url: "+
		"\"https://example.com/%s\", statements: [%s]}",
		id, id, published, id, strings.Join(list, ", "))
}

// Services is the key of a source with services.
func Services(list ...string) string { return "services:\n" + strings.Join(list, "") }

// Write puts the content into a file of its own and returns it as a source.
func Write(tb testing.TB, content string) loader.Source {
	tb.Helper()
	return WriteNamed(tb, "catalog.yaml", content)
}

// WriteNamed is Write with the name of the file.
func WriteNamed(tb testing.TB, name, content string) loader.Source {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), name)
	WriteFile(tb, file, content)
	return loader.Source{Path: file}
}

// WriteFile writes a file, in a directory that is made if there is none.
func WriteFile(tb testing.TB, name, content string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// Load loads sources alone, and fails the test unless they are in order.
func Load(tb testing.TB, sources ...loader.Source) *catalog.Catalog {
	tb.Helper()
	return load(tb, loader.Options{Sources: sources, Today: Today})
}

// Embedded loads the embedded catalogue, and sources over it.
func Embedded(tb testing.TB, sources ...loader.Source) *catalog.Catalog {
	tb.Helper()
	return load(tb, loader.Options{Embedded: true, Sources: sources, Today: Today})
}

func load(tb testing.TB, opts loader.Options) *catalog.Catalog {
	tb.Helper()
	c, err := loader.Catalog(opts)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Layered loads the contents, each as a source over the one before, over Controls. Each
// may correct those before it.
func Layered(tb testing.TB, contents ...string) *catalog.Catalog {
	tb.Helper()
	sources := []loader.Source{Write(tb, Controls)}
	for _, content := range contents {
		s := Write(tb, content)
		s.Corrects = true
		sources = append(sources, s)
	}
	return Load(tb, sources...)
}

// LoadError returns the error of loading sources, with the directory of the first one
// taken out of it.
func LoadError(tb testing.TB, sources ...loader.Source) string {
	tb.Helper()
	_, err := loader.Catalog(loader.Options{Sources: sources, Today: Today})
	if err == nil {
		tb.Fatal("no error")
	}
	dir := sources[0].Path
	if info, statErr := os.Stat(dir); statErr != nil || !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	text := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	return filepath.ToSlash(strings.ReplaceAll(text, dir, "DIR"))
}

// Spoken is Catalog.Spoken.
func Spoken(tb testing.TB, c *catalog.Catalog) map[string][]string {
	tb.Helper()
	s, err := c.Spoken()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Equal compares two values, unexported fields included where they are comparable.
func Equal(tb testing.TB, got, want any) {
	tb.Helper()
	if diff := Diff(want, got); diff != "" {
		tb.Errorf("(-want +got):\n%s", diff)
	}
}
