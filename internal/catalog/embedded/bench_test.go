package embedded_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
)

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

func embeddedCold(tb testing.TB) *catalog.Catalog {
	tb.Helper()
	l, err := embedded.Read()
	if err != nil {
		tb.Fatal(err)
	}
	return catalog.New(l)
}
