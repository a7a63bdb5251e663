package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// everyDocumented is a requirement of every documented one of some groups, that comes to all
// that such a group can.
func everyDocumented() assess.Requirement {
	return assess.Requirement{
		Services: []string{"azure-vault", "azure-relay", "azure-old", "aws-store"},
		AnyOf:    map[string][]string{"AU-2(1)": {"audit-logging", "data-plane-logging"}},
		EveryDocumentedOf: map[string][]string{
			"SC-8": {"encryption-in-transit", "data-plane-logging"}, "AU-6": {"data-plane-logging"},
			"SC-28": {"customer-keys", "vnet-injection", "data-plane-logging"},
		},
		Exceptions: []assess.Exception{
			{Service: "azure-old", Control: "SC-28", Expires: "2025-12-31", Justification: "It goes."},
		},
		Crosswalk: &crosswalk.Crosswalk{
			Schema: crosswalk.Schema, Sources: []string{"A mapping of ours"},
			Identifiers: map[string]crosswalk.Identifier{"SC-8": {
				Framework: "NIST SP 800-53", Version: "rev5", Identifier: "SC-8", Title: "Transmission Confidentiality",
				Members: map[string]crosswalk.Member{"encryption-in-transit": {
					Confidence: catalog.ConfidenceHigh, Relationship: catalog.RelationshipSubset,
				}},
			}},
		},
	}
}

func everyReport(t testing.TB, format string) string {
	t.Helper()
	return render(t, format, options(), evaluate(t, loadCatalog(t), everyDocumented()))
}

// The formats that people read are golden files; that the rule, and what no document speaks of,
// is in all of them is below.
func TestRender_goldenEveryDocumentedOf(t *testing.T) {
	t.Parallel()
	for _, format := range []string{report.FormatMarkdown, report.FormatCSV, report.FormatJUnit, report.FormatDraftHCL} {
		golden.Check(t, "testdata/every-"+format+"."+extension(format),
			strings.ReplaceAll(everyReport(t, format), "\r\n", "\n"))
	}
}

// Whatever the format, a group says by which rule it passes, and names the members that no
// document of the service speaks of.
func TestRender_everyDocumentedOf(t *testing.T) {
	t.Parallel()
	const silent = "no document of the service speaks of Data plane logging"
	for _, format := range report.Names(report.Formats()) {
		text := everyReport(t, format)
		want := map[string]string{
			report.FormatCSV:          ",every_documented_of,SC-8,",
			report.FormatCycloneDX:    "its documents speak of, which is one at least.",
			report.FormatOSCALResults: `"target-id":"every_documented_of_SC-8"`,
			report.FormatOSCALPOAM:    `"value":"every_documented_of"`,
			report.FormatSARIF:        `"id":"every_documented_of/SC-8"`,
			report.FormatHTML:         "Every documented control for: <span id=r1-aws-store--every_documented_of_SC-8",
			report.FormatJUnit:        `name="Every documented control for NIST SP 800-53 rev5 SC-8`,
			report.FormatMarkdown:     "every documented control for SC-28",
			report.FormatDraftHCL:     "Every documented one of the group SC-28",
		}[format]
		if !strings.Contains(text, want) || want == "" {
			t.Errorf("%s does not name the rule as %q:\n%s", format, want, text)
		}
		named := silent
		if format == report.FormatDraftHCL {
			named = "no document of the service speaks of data-plane-logging"
		}
		if format == report.FormatMarkdown {
			named = "without evidence that it is met. Not documented: Data plane logging."
		}
		if !strings.Contains(text, named) {
			t.Errorf("%s does not name what is not documented:\n%s", format, text)
		}
		if strings.Contains(text, "One control for NIST SP 800-53 rev5 SC-8") {
			t.Errorf("%s takes the group for one of any_of", format)
		}
	}
}

// Whoever reads an identifier reads of which framework it is, by whose mapping controls support
// it, and how surely.
func TestRender_provenance(t *testing.T) {
	t.Parallel()
	for _, format := range report.Names(report.Formats()) {
		text := fullReport(t, format)
		for _, want := range []string{"NIST SP 800-53 rev5 AU-2(1)", "intersects with", "medium confidence", "A mapping of"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not have %q", format, want)
			}
		}
	}
}

// An identifier is supported. What is satisfied is a control.
func TestRender_noIdentifierIsSatisfied(t *testing.T) {
	t.Parallel()
	html := fullReport(t, report.FormatHTML)
	for _, line := range strings.Split(html, "<li class=")[1:] {
		line, _, _ = strings.Cut(line, "</li>")
		if strings.Contains(line, "<span class=mark>Satisfied") && strings.Contains(line, "AU-2(1)") {
			t.Errorf("the page has %s", line)
		}
	}
	var file struct {
		Results struct {
			Results []struct {
				Findings []struct {
					Title  string
					Target struct{ Title string }
					Links  []struct{ Text string }
				}
			}
		} `json:"assessment-results"`
	}
	if err := json.Unmarshal([]byte(fullReport(t, report.FormatOSCALResults)), &file); err != nil {
		t.Fatal(err)
	}
	linked := 0
	for _, f := range file.Results.Results[0].Findings {
		if strings.Contains(strings.ReplaceAll(f.Title, ": One control for NIST", "")+f.Target.Title, "NIST") {
			t.Errorf("what has a status is an identifier: %s, %s", f.Title, f.Target.Title)
		}
		if isGroup := strings.Contains(f.Title, ": One control for NIST SP 800-53 rev5 AU-2(1)"); isGroup != (len(f.Links) > 0) {
			t.Errorf("a finding on controls for an identifier names another or none: %s", f.Title)
		}
		linked += len(f.Links)
	}
	if linked != len(full().Services) {
		t.Errorf("%d findings lead to an identifier", linked)
	}
	for format, wrong := range map[string]string{
		report.FormatMarkdown: "| Satisfied |", report.FormatHTML: " satisfied</span>", report.FormatCycloneDX: "Met by",
	} {
		if strings.Contains(everyReport(t, format), wrong) {
			t.Errorf("%s of identifiers alone says %q", format, wrong)
		}
	}
}
