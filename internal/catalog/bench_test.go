package catalog

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// writeServices writes n service files with that many statements each, and the
// definitions that they need.
func writeServices(tb testing.TB, dir string, n, statements int) {
	tb.Helper()
	var b strings.Builder
	b.WriteString("definitions:\n")
	for i := range statements {
		fmt.Fprintf(&b, "  - {id: control-%d, title: Control %d, description: What it does., category: network, labels: [Control %d support]}\n", i, i, i)
	}
	writeFile(tb, filepath.Join(dir, "definitions.yaml"), b.String())
	for s := range n {
		b.Reset()
		fmt.Fprintf(&b, "services:\n  - id: service-%d\n    name: Service %d\n    cloud: azure\n    resource_types:\n", s, s)
		for i := range 10 {
			fmt.Fprintf(&b, "      - azurerm_service_%d_part_%d\n", s, i)
		}
		fmt.Fprintf(&b, "    documents:\n      - id: service-%d-2020-01-01\n        series: Security controls\n        title: Security controls for Service %d\n", s, s)
		b.WriteString("        publisher: Microsoft\n        published: 2020-01-01\n        url: https://example.com/service\n        license: CC-BY-4.0\n        statements:\n")
		for i := range statements {
			fmt.Fprintf(&b, "          - control: control-%d\n            status: %s\n            notes: Through firewall rules for virtual networks, whatever they say of it.\n", i, []string{"yes", "no", "not_applicable"}[i%3])
			if i%5 == 0 {
				b.WriteString("            references:\n              - title: Where it is said\n                url: https://example.com/reference\n")
			}
		}
		writeFile(tb, filepath.Join(dir, "azure", fmt.Sprintf("service-%d.yaml", s)), b.String())
	}
}

// BenchmarkLoadEmbedded is what a provider pays that asks for one baseline: index and
// definitions, without the sync.Once that makes later ones free, and one service.
func BenchmarkLoadEmbedded(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := embeddedCold(b).Baseline("azure-key-vault", ""); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAllBaselines reads every service of the embedded catalogue.
func BenchmarkAllBaselines(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c := embeddedCold(b)
		for _, id := range c.ServiceIDs() {
			if _, err := c.Baseline(id, ""); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func embeddedCold(tb testing.TB) *Catalog {
	tb.Helper()
	l, err := readEmbeddedLayer()
	if err != nil {
		tb.Fatal(err)
	}
	return assemble([]*layer{l})
}

// BenchmarkLoadDirectory reads a user's catalogue of 1,000 files with 35 statements each.
func BenchmarkLoadDirectory(b *testing.B) {
	dir := b.TempDir()
	writeServices(b, dir, 1000, 35)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(Options{Sources: []PathSource{{Path: dir}}, Today: "2026-01-01"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTypeClaims looks 5,000 types up, the index included, among 600 services with
// ten types each, as reading a large configuration does.
func BenchmarkTypeClaims(b *testing.B) {
	entries := map[string]*entry{}
	for s := range 600 {
		e := &entry{summary: Summary{ID: fmt.Sprintf("service-%d", s)}}
		for i := range 5 {
			e.summary.ResourceTypes = append(e.summary.ResourceTypes,
				ResourceType{Type: fmt.Sprintf("azurerm_service_%d_part_%d", s, i)},
				ResourceType{Type: fmt.Sprintf("Microsoft.Service%d/parts%d", s, i)})
		}
		entries[e.summary.ID] = e
	}
	wanted := make([]string, 5000)
	for i := range wanted {
		wanted[i] = []string{
			fmt.Sprintf("azurerm_service_%d_part_%d", i%600, i%5),
			fmt.Sprintf("Microsoft.Service%d/Parts%d/children/grandchildren@2024-01-01", i%600, i%5),
			fmt.Sprintf("azurerm_unknown_type_of_some_length_%d", i),
		}[i%3]
	}
	b.ReportAllocs()
	for b.Loop() {
		c := &Catalog{services: entries, types: sync.OnceValue(func() map[string][]TypeClaim { return typeIndex(entries) })}
		for _, typeName := range wanted {
			c.TypeClaims(typeName)
		}
	}
}
