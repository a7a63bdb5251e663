package report_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// TestRender_unknownOutcome has an outcome that no table knows, which Parse would have
// refused: no format lets it pass.
func TestRender_unknownOutcome(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"azure-vault"},
		Controls: []string{"encryption-in-transit"},
	})
	s := a.Services["azure-vault"]
	if got := s.Controls["encryption-in-transit"].Outcome; got != assess.Satisfied {
		t.Fatalf("the outcome is %q", got)
	}
	s.Controls["encryption-in-transit"] = assess.Finding{Outcome: "waived", Status: "yes"}
	for format, want := range map[string]string{
		report.FormatMarkdown:     "❌ Not compliant: 1 gap",
		report.FormatHTML:         "id=r1-azure-vault--encryption-in-transit><span class=mark>waived</span>",
		report.FormatCSV:          ",waived,",
		report.FormatSARIF:        `"ruleId":"encryption-in-transit","ruleIndex":0,"level":"error"`,
		report.FormatJUnit:        `<failure type="waived"`,
		report.FormatOSCALResults: `"state":"not-satisfied","reason":"fail"`,
		report.FormatOSCALPOAM: `"name":"outcome",` +
			`"ns":"https://github.com/security-controls/terraform-provider-controls/oscal/v1","value":"waived"`,
		report.FormatCycloneDX: `"counterClaims":["r1/azure-vault/encryption-in-transit"],"conformance":{"score":0`,
	} {
		if text := render(t, format, report.Options{}, a); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%.200s", format, want, text)
		}
	}
}
