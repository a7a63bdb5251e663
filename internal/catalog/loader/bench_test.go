package loader_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// writeServices writes n service files with that many statements each, and the
// definitions that they need.
func writeServices(tb testing.TB, dir string, n, statements int) {
	tb.Helper()
	var b strings.Builder
	b.WriteString("definitions:\n")
	for i := range statements {
		fmt.Fprintf(&b,
			"  - {id: control-%d, title: Control %d, description: What it does., category: network, labels: "+
				"[Control %d support]}\n", i, i, i)
	}
	sample.WriteFile(tb, filepath.Join(dir, "definitions.yaml"), b.String())
	for s := range n {
		b.Reset()
		fmt.Fprintf(&b, "services:\n  - id: service-%d\n    name: Service %d\n    cloud: azure\n    resource_types:\n", s, s)
		for i := range 10 {
			fmt.Fprintf(&b, "      - azurerm_service_%d_part_%d\n", s, i)
		}
		fmt.Fprintf(&b,
			"    documents:\n      - id: service-%d-2020-01-01\n        series: Security controls\n"+
				"        title: Security controls for Service %d\n", s, s)
		b.WriteString("        publisher: Microsoft\n        published: 2020-01-01\n        url: https://example.com/service\n" +
			"        license: CC-BY-4.0\n        statements:\n")
		for i := range statements {
			fmt.Fprintf(&b,
				"          - control: control-%d\n            status: %s\n"+
					"            notes: Through firewall rules for virtual networks, whatever they say of it.\n", i,
				[]string{"yes", "no", "not_applicable"}[i%3])
			if i%5 == 0 {
				b.WriteString("            references:\n              - title: Where it is said\n" +
					"                url: https://example.com/reference\n")
			}
		}
		sample.WriteFile(tb, filepath.Join(dir, "azure", fmt.Sprintf("service-%d.yaml", s)), b.String())
	}
}

// BenchmarkLoadDirectory reads a user's catalogue of 1,000 files with 35 statements each.
func BenchmarkLoadDirectory(b *testing.B) {
	dir := b.TempDir()
	writeServices(b, dir, 1000, 35)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: dir}}, Today: "2026-01-01"}); err != nil {
			b.Fatal(err)
		}
	}
}
