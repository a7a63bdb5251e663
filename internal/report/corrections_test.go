package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// corrected is an assessment by a catalogue of which a source corrects n documents.
func corrected(t *testing.T, n int) *assess.Assessment {
	t.Helper()
	a := evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"azure-vault"}, Controls: []string{"vnet-injection"},
		Enforcement: assess.EnforcementWarn,
	})
	for i := range n {
		a.Catalog.Corrections = append(a.Catalog.Corrections, assess.Correction{
			Document: fmt.Sprintf("d-%03d", i), Service: "azure-vault", Source: "own<b>.yaml", Laxer: []string{"vnet-injection"},
		})
	}
	for id, doc := range a.Documents {
		doc.Source, doc.Corrects = "own<b>.yaml", true
		a.Documents[id] = doc
	}
	return a
}

// Whoever reads a report for people is told what is corrected, and in every format whose
// document a finding rests on.
func TestRender_corrections(t *testing.T) {
	t.Parallel()
	for format, want := range map[string][]string{
		report.FormatMarkdown: {
			"### Corrections of the catalogue", `own&lt;b&gt;.yaml gives the document "d-000" of azure-vault`,
			"(your own document, of own&lt;b&gt;.yaml, in place of an earlier one)",
		},
		report.FormatHTML: {
			"Sources that speak in the name of earlier ones", "own&lt;b&gt;.yaml gives the document &#34;d-000&#34; of " +
				"azure-vault",
			"(your own document, of own&lt;b&gt;.yaml, in place of an earlier one)",
		},
		report.FormatCSV:          {",correction,,,Correction of the catalogue,", ",own<b>.yaml,,,,\r\n"},
		report.FormatSARIF:        {"your own document, of own"},
		report.FormatJUnit:        {"your own document, of own"},
		report.FormatOSCALResults: {"your own document, of own"},
		report.FormatOSCALPOAM:    {"your own document, of own"},
		report.FormatCycloneDX:    {"your own document, of own"},
	} {
		text := render(t, format, options(), corrected(t, 1))
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say %q:\n%s", format, part, text)
			}
		}
		if strings.Contains(text, "own<b>.yaml gives") && format == report.FormatHTML {
			t.Errorf("%s does not escape the name of a source", format)
		}
	}
}

// A comment stays one that is read.
func TestRender_manyCorrections(t *testing.T) {
	t.Parallel()
	text := render(t, report.FormatMarkdown, options(), corrected(t, 103))
	if !strings.Contains(text, "- … and 3 corrections more\n") && !strings.Contains(text, "- … and 3 more corrections\n") {
		t.Errorf("got %s", text[:min(len(text), 4000)])
	}
}
