package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// machines are the formats that machines read, all that is no draft and no page.
var machines = []string{
	report.FormatOSCALResults, report.FormatOSCALPOAM, report.FormatSARIF, report.FormatJUnit, report.FormatCycloneDX,
}

// Every format says of which profile a report is, how far it goes, and which identifiers no
// verdict is about.
func TestRender_whatOfAProfileWasNotAssessed(t *testing.T) {
	t.Parallel()
	for _, format := range machines {
		text := fullReport(t, format)
		for _, part := range []string{
			"NIST SP 800-53 rev5 ", "AC-1: Policy", "AT-2: Literacy Training", "SC-7: Boundary", "AT-10",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %q", format, part)
			}
		}
	}
}

// What is mapped for another version of the framework alone is told apart from what no mapping is of.
func TestRender_mappedForAnotherVersion(t *testing.T) {
	t.Parallel()
	r := full()
	r.Crosswalk.Profile.OtherVersions = map[string]string{"AT-2": "rev4"}
	a := evaluate(t, loadCatalog(t), r)
	for _, format := range machines {
		text := render(t, format, options(), a)
		other := strings.Index(text, strings.ReplaceAll("not-assessed-other-version", "-", map[bool]string{
			true: " ", false: "-",
		}[format == report.FormatJUnit]))
		counted := format == report.FormatOSCALPOAM || strings.Contains(text, "2 no mapping, 1 mapped for another version")
		if other < 0 || !counted || !strings.Contains(text, " (mapped for rev4 alone)") {
			t.Errorf("%s does not tell it apart:\n%s", format, text)
		}
	}
}

type reviewedOSCAL struct {
	Results struct {
		Results []struct {
			Reviewed struct {
				Selections []struct {
					Include []struct {
						ID string `json:"control-id"`
					} `json:"include-controls"`
					Exclude []struct {
						ID string `json:"control-id"`
					} `json:"exclude-controls"`
					Links []struct{ Href string }
				} `json:"control-selections"`
			} `json:"reviewed-controls"`
		}
		BackMatter struct {
			Resources []struct {
				UUID  string
				Props []struct{ Name, Value string }
			}
		} `json:"back-matter"`
	} `json:"assessment-results"`
}

// OSCAL has what was reviewed and what was not by the ids of NIST's catalogue, and the profile with
// each identifier that was not, once, however many requirements are about it.
func TestOSCAL_reviewedAgainstTheProfile(t *testing.T) {
	t.Parallel()
	second := full()
	second.Services = []string{"azure-vault"}
	second.Exceptions, second.Evidence = nil, nil
	var doc reviewedOSCAL
	decode(t, render(t, report.FormatOSCALResults, options(), evaluate(t, loadCatalog(t), full()),
		evaluate(t, loadCatalog(t), second)), &doc)
	href := ""
	for _, result := range doc.Results.Results {
		selections := result.Reviewed.Selections
		if len(selections) != 2 || len(selections[0].Exclude) != 0 {
			t.Fatalf("got %+v", selections)
		}
		of := selections[1]
		var excluded []string
		for _, one := range of.Exclude {
			excluded = append(excluded, one.ID)
		}
		if len(of.Include) != 1 || of.Include[0].ID != "au-2.1" ||
			!slices.Equal(excluded, []string{"sc-7", "ac-1", "at-2", "at-10"}) {
			t.Errorf("reviewed are %v, without %v", of.Include, excluded)
		}
		href = of.Links[0].Href
	}
	found, named := 0, 0
	for _, resource := range doc.Results.BackMatter.Resources {
		if "#"+resource.UUID == href {
			found++
			named += len(resource.Props)
		}
	}
	if found != 1 || named != 4 {
		t.Errorf("%d resources are the profile, with %d identifiers", found, named)
	}
}

// That services were named one by one is said wherever it is not said what was not looked at.
func TestRender_namedOneByOne(t *testing.T) {
	t.Parallel()
	const note = "The services were named one by one"
	for _, format := range machines {
		if !strings.Contains(compliantReport(t, format), note) {
			t.Errorf("%s does not say it", format)
		}
		if strings.Contains(fullReport(t, format), note) {
			t.Errorf("%s says it of services that a configuration chooses", format)
		}
	}
}

// What machines read says where an exception is written, and by which policy it counts.
func TestRender_approvalForMachines(t *testing.T) {
	t.Parallel()
	a := registered(t, assess.Policy{RequireApprover: true})
	for format, wants := range map[string][]string{
		report.FormatOSCALResults: {`"name":"exception-policy"`, `"name":"register"`},
		report.FormatOSCALPOAM:    {`"name":"exception-policy"`, `"name":"register"`},
		report.FormatJUnit:        {`name="exception policy"`, `name="registers"`},
		report.FormatCycloneDX:    {`security-controls:exception-policy`, `security-controls:registers`},
	} {
		text := render(t, format, report.Options{}, a)
		for _, want := range append(wants, "in the requirement, not signed", "signed by ann@example.com (SHA256:ann)") {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", format, want, text)
			}
		}
	}
	signed := registered(t, assess.Policy{Inline: assess.Deny})
	for _, format := range []string{report.FormatOSCALPOAM, report.FormatJUnit} {
		if text := render(t, format, report.Options{}, signed); !strings.Contains(text, "inline = ") {
			t.Errorf("%s does not say that what the requirement accepts itself does not count", format)
		}
	}
}

// Evidence of a register is said to be of that.
func TestRender_evidenceOfARegister(t *testing.T) {
	t.Parallel()
	ann := assess.Approver{Fingerprint: "SHA256:ann", Principal: "ann@example.com"}
	a := evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"azure-vault"}, Controls: []string{"customer-keys"}, Workload: "shop-prod",
		Approval: &assess.Approval{
			Policy: assess.Policy{Approvers: []assess.Approver{ann}, Registers: true}, Registers: []assess.Register{{
				RegisterRef: assess.RegisterRef{
					Digest: "sha256:" + strings.Repeat("0", 64), Issued: "2025-06-01", Name: "board",
					Signers: []assess.Approver{ann},
				},
				Workloads: []string{"shop-*"},
				Evidence: []assess.RegisterEvidence{{
					Services: []string{"azure-vault"}, Controls: []string{"customer-keys"}, Condition: "Premium tier only",
					Reference: "ticket-1",
				}},
			}},
		},
	})
	for _, format := range []string{report.FormatOSCALResults, report.FormatCycloneDX} {
		if text := render(t, format, report.Options{}, a); strings.Contains(text, "not signed") ||
			!strings.Contains(text, "register board of 2025-06-01, signed by ann@example.com (SHA256:ann)") {
			t.Errorf("%s does not say where evidence is written:\n%s", format, text)
		}
	}
}

// A service that several requirements are about is one service, and the first screen says how much of
// a profile was assessed.
func TestRender_headlineCountsServicesOnce(t *testing.T) {
	t.Parallel()
	second := everyDocumented()
	c := loadCatalog(t)
	for _, format := range []string{report.FormatHTML, report.FormatMarkdown} {
		text := render(t, format, options(), evaluate(t, c, full()), evaluate(t, c, second))
		if !strings.Contains(text, " of 4 services") || strings.Contains(text, " of 8 services") {
			t.Errorf("%s counts services twice:\n%s", format, text[:600])
		}
	}
	const want = "1 of 5 identifiers of NIST SP 800-53 rev5 &lt;moderate&gt;; 4 others were not assessed."
	if text := fullReport(t, report.FormatHTML); !strings.Contains(text, want) {
		t.Errorf("the first screen has no %q", want)
	}
}

// Where nothing was left out, the page says so in a sentence.
func TestHTML_nothingWasLeftOut(t *testing.T) {
	t.Parallel()
	r := full()
	r.Configuration = &configuration.Document{}
	text := render(t, report.FormatHTML, options(), evaluate(t, loadCatalog(t), r))
	if !strings.Contains(text, "Nothing that the configuration declares was left out.") ||
		strings.Contains(text, "<b>Opaque:</b> none") {
		t.Error("the page lists what was not looked at, though that is nothing")
	}
}
