package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

func TestWarningsGolden(t *testing.T) {
	t.Parallel()
	gone, going := documented("gone", statements{vnet: "yes"}), documented("going", statements{vnet: "yes"})
	gone.RetiredOn, gone.Successor, going.RetiredOn = "2021-02-17", "GitHub Codespaces", "2027-01-01"
	c := load(t, documented("a", statements{vnet: "no", cmk: "no", tls: "yes", local: "yes"}), gone, going)
	result := evaluate(t, c, assess.Requirement{
		Services: []string{"a", "gone", "going"}, Controls: []string{vnet, cmk, tls}, Avoid: []string{local},
		Exceptions: []assess.Exception{exception(vnet, today), exception(cmk, "2025-07-15"), exception(tls, "2025-12-31")},
		Evidence:   []assess.Evidence{evidence(tls, "Premium"), evidence(tls, assess.SwitchedOn), evidence(local, "off")},
	})
	var b strings.Builder
	for _, w := range result.Warnings {
		fmt.Fprintf(&b, "Warning: %s\n\n%s\n\n", w.Summary, w.Detail)
	}
	golden.Check(t, "testdata/warnings.golden", b.String())
}
