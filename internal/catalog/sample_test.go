package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// today is the day of every test that needs one.
const today = Date("2026-06-30")

// sample has every key of the format.
const sample = `$schema: ../catalog.schema.json
definitions:
  - id: vnet-injection
    title: Virtual network injection
    description: Instances can be placed inside a network.
    category: network
    polarity: desired
    labels:
      - VNet injection support
      - "Injection (VNet)"
    related: [private-link]
  - id: private-link
    title: Private link
    description: A private endpoint.
    category: network
mappings:
  - control: vnet-injection
    framework: NIST SP 800-53
    version: rev5
    identifiers: [SC-7, "SC-7(3)"]
    source: A table of ours
    confidence: medium
services:
  - id: my-store
    name: My Store
    cloud: azure
    categories: [Storage]
    former_names: [Our Store]
    aliases: [ms]
    resource_types:
      - azurerm_store
      - {type: azurerm_account, attribute: kind, value: Store}
      - Microsoft.Store/stores
    lifecycle:
      retired_on: 2027-01-31
      successor: Your Store
      notice: It goes away.
      source: {title: The end, published: 2026-01-01, url: "https://example.com/end"}
      notices:
        - scope: TLS 1.0
          stage: retiring
          date: 2026-11
          successor: TLS 1.2
          source: {title: Old protocols, url: "https://example.com/tls"}
    documents:
      - id: my-store-2020
        series: Security controls
        title: Security controls for My Store
        publisher: Us
        published: 2020-02-29
        url: https://example.com/store
        license: CC-BY-4.0
        statements:
          - control: vnet-injection
            label: Injection
            status: conditional
            condition: Premium tier only
            enabled_by_default: false
            responsibility: customer
            notes: >
              Folded over
              two lines.
            references:
              - {title: How to, url: "https://example.com/how#to"}
          - control: private-link
            status: no
            planned: true
`

// controls defines the controls that the shorter sources speak of.
const controls = `definitions:
  - {id: alpha, title: Alpha, description: The first., category: network, labels: [Alpha support]}
  - {id: beta, title: Beta, description: The second., category: network, labels: [Beta support (all of it)]}
  - {id: local, title: Local authentication, description: Not wanted., category: identity, polarity: adverse}
`

// service is a service of a source; more has further keys, such as "cloud: aws".
func service(id, more string, documents ...string) string {
	if !strings.Contains(more, "name:") {
		more += ", name: " + strings.ToUpper(id[:1]) + id[1:]
	}
	return fmt.Sprintf("  - {id: %s, cloud: azure, documents: [%s], %s}\n", id, strings.Join(documents, ", "), strings.TrimPrefix(more, ", "))
}

// aws is a service of another cloud.
func aws(id, more string, documents ...string) string {
	return strings.Replace(service(id, more, documents...), "cloud: azure", "cloud: aws", 1)
}

// document is a document of a service; each statement is written "alpha: yes", with
// further keys after a comma.
func document(id string, published Date, statements ...string) string {
	list := make([]string, len(statements))
	for i, st := range statements {
		control, status, _ := strings.Cut(st, ": ")
		list[i] = fmt.Sprintf("{control: %s, status: %s}", control, status)
	}
	return fmt.Sprintf("{id: %s, series: Security controls, title: %s, publisher: Us, published: %s, url: \"https://example.com/%s\", statements: [%s]}",
		id, id, published, id, strings.Join(list, ", "))
}

func services(list ...string) string { return "services:\n" + strings.Join(list, "") }

// write puts the content into a file of its own and returns it as a source.
func write(tb testing.TB, content string) PathSource {
	tb.Helper()
	return writeNamed(tb, "catalog.yaml", content)
}

func writeNamed(tb testing.TB, name, content string) PathSource {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), name)
	writeFile(tb, file, content)
	return PathSource{Path: file}
}

func writeFile(tb testing.TB, name, content string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// load loads sources alone, and fails the test unless they are in order.
func load(tb testing.TB, sources ...PathSource) *Catalog {
	tb.Helper()
	c, err := Load(Options{Sources: sources, Today: today})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// layered loads the contents, each as a source over the one before, over controls.
func layered(tb testing.TB, contents ...string) *Catalog {
	tb.Helper()
	sources := []PathSource{write(tb, controls)}
	for _, content := range contents {
		sources = append(sources, write(tb, content))
	}
	return load(tb, sources...)
}

// loadError returns the error of loading sources, with the directory of the first one
// taken out of it.
func loadError(tb testing.TB, sources ...PathSource) string {
	tb.Helper()
	_, err := Load(Options{Sources: sources, Today: today})
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

func assertEqual(tb testing.TB, got, want any) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("got  %+v\nwant %+v", got, want)
	}
}
