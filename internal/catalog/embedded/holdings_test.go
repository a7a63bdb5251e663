package embedded_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// TestHoldings pins how many statements of which status there are, by cloud, series and
// year: what a new edition adds is seen here at once, and what it must not take away.
func TestHoldings(t *testing.T) {
	t.Parallel()
	holdings, err := sample.Embedded(t).Holdings()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	total := 0
	for _, h := range holdings {
		fmt.Fprintf(&b, "%s | %s | %s | %d documents", h.Cloud, h.Series, h.Year, h.Documents)
		for _, status := range catalog.Statuses {
			fmt.Fprintf(&b, " | %s %d", status, h.Statements[status])
		}
		fmt.Fprintf(&b, " | newest %s\n", h.Newest)
		total += h.Total()
	}
	fmt.Fprintf(&b, "%d statements\n", total)
	golden.Check(t, filepath.Join("testdata", "holdings.golden"), b.String())
}
