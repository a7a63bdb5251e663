// Package acctest has what the acceptance tests of the provider share: a provider with
// a clock that the test sets, and catalogues written for the test.
package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/security-controls/terraform-provider-controls/internal/provider"
)

// Today is the day on which the tests take place unless they say otherwise.
const Today = "2026-06-15"

// Factories serves the provider under test with its clock at noon of Today.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return FactoriesOn(Today)
}

// FactoriesOn serves the provider under test with its clock at noon of a day, UTC.
func FactoriesOn(day string) map[string]func() (tfprotov6.ProviderServer, error) {
	noon, err := time.Parse(time.RFC3339, day+"T12:00:00Z")
	if err != nil {
		panic(err) // the test names no day
	}
	newProvider := provider.New("test", func() time.Time { return noon })
	return map[string]func() (tfprotov6.ProviderServer, error){
		"controls": func() (tfprotov6.ProviderServer, error) { return providerserver.NewProtocol6(newProvider())(), nil },
	}
}

// Catalog writes catalogue files into a directory of the test's and returns its path,
// with forward slashes for HCL.
func Catalog(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		WriteFile(t, filepath.Join(dir, name), content)
	}
	return filepath.ToSlash(dir)
}

// WriteFile writes a file of the test's.
func WriteFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ProviderConfig is a provider block that has the directory as its only source.
func ProviderConfig(dir string) string {
	return fmt.Sprintf(`provider "controls" {
  include_embedded_catalog = false
  catalog_sources = [{ path = %q }]
}
`, dir)
}

// Definitions is a catalogue file that defines controls with the given ids; a leading
// "!" makes one adverse.
func Definitions(ids ...string) string {
	var b strings.Builder
	b.WriteString("definitions:\n")
	for _, id := range ids {
		polarity := "desired"
		if id[0] == '!' {
			id, polarity = id[1:], "adverse"
		}
		fmt.Fprintf(&b, "  - {id: %[1]s, title: Title of %[1]s, description: For the test., category: test, polarity: %[2]s}\n",
			id, polarity)
	}
	return b.String()
}

// Statement is one line of a document of Service.
type Statement struct {
	Control, Status string
	// Rest is appended within the statement's braces, such as `, condition: "Premium"`.
	Rest string
}

// Service is a catalogue file with one service that has one document of a date.
func Service(id, published string, statements ...Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, `services:
  - id: %[1]s
    name: Name of %[1]s
    cloud: test
    documents:
      - {id: %[1]s-%[2]s, series: Test, title: Controls of %[1]s, publisher: Tester, `+
		`published: %[2]s, url: "https://example.com/%[1]s", statements: [
`, id, published)
	for _, st := range statements {
		fmt.Fprintf(&b, "          {control: %s, status: %s%s},\n", st.Control, st.Status, st.Rest)
	}
	b.WriteString("        ]}\n")
	return b.String()
}

// Says matches a diagnostic with the texts in their order, wherever the CLI breaks its
// lines.
func Says(texts ...string) *regexp.Regexp {
	patterns := make([]string, len(texts))
	for i, text := range texts {
		words := strings.Fields(text)
		for j, word := range words {
			words[j] = regexp.QuoteMeta(word)
		}
		patterns[i] = strings.Join(words, `[\s│]+`)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(patterns, `.*`))
}
