package report_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// Whatever the format, a gap that a ratchet tolerates is a gap, and is said to be tolerated.
func TestRender_tolerated(t *testing.T) {
	t.Parallel()
	r := full()
	r.Enforcement, r.Applied = assess.EnforcementRatchet, []string{"azure-old/vnet-injection"}
	a := evaluate(t, loadCatalog(t), r)
	r.Applied = nil
	intolerant := evaluate(t, loadCatalog(t), r)
	for _, format := range report.Names(report.Formats()) {
		with, without := render(t, format, options(), a), render(t, format, options(), intolerant)
		const said = "olerated by the ratchet, since the last apply had this gap"
		if n := strings.Count(with, said); n == 0 {
			t.Errorf("%s does not say what is tolerated", format)
		}
		if strings.Contains(without, said) {
			t.Errorf("%s says that something is tolerated", format)
		}
	}
	for format, want := range map[string]string{
		report.FormatMarkdown: "9 gaps in 3 of 4 services, of which the ratchet tolerates 1",
		report.FormatHTML:     "9 gaps in 3 of 4 services, of which the ratchet tolerates 1",
		report.FormatSARIF:    `"level":"warning"`,
		report.FormatJUnit:    "<failure",
	} {
		if text := render(t, format, options(), a); !strings.Contains(text, want) {
			t.Errorf("%s does not have %q", format, want)
		}
	}
}
