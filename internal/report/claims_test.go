package report_test

import (
	"cmp"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// claimed is a requirement that one service meets by a reference to evidence and that does not
// apply to the other one, as a control and as a group.
func claimed() assess.Requirement {
	return assess.Requirement{
		Services: []string{"azure-relay", "azure-vault"}, Controls: []string{"customer-keys"},
		AnyOf: map[string][]string{"SC-28": {"customer-keys"}},
		Evidence: []assess.Evidence{{
			Service: "azure-vault", Control: "customer-keys", Condition: "Premium tier only", Reference: "ticket-1",
		}},
	}
}

type claimedOSCAL struct {
	Results struct {
		Results []struct {
			Start        string `json:"start"`
			Observations []struct {
				Collected   string `json:"collected"`
				Description string `json:"description"`
				Title       string `json:"title"`
			} `json:"observations"`
			Findings []struct {
				Title  string `json:"title"`
				Target struct {
					Status struct{ State, Reason, Remarks string } `json:"status"`
				} `json:"target"`
			} `json:"findings"`
		} `json:"results"`
	} `json:"assessment-results"`
}

type claimedCycloneDX struct {
	Declarations struct {
		Attestations []struct {
			Map []struct {
				Requirement           string
				Claims, CounterClaims []string
				Conformance           struct {
					Score     *float64
					Rationale string
				}
			}
		}
		Claims []struct {
			Ref       string `json:"bom-ref"`
			Predicate string
		}
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

// What does not apply is neither satisfied nor not, in no format.
func TestRender_notApplicableIsNoPass(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), claimed())
	var oscal claimedOSCAL
	decode(t, render(t, report.FormatOSCALResults, report.Options{}, a), &oscal)
	result := oscal.Results.Results[0]
	for _, f := range result.Findings {
		if strings.HasPrefix(f.Title, "Azure Relay") {
			t.Errorf("a finding is %s: %s", f.Target.Status.State, f.Title)
		}
	}
	observed := 0
	for _, o := range result.Observations {
		if strings.HasSuffix(o.Title, ": not applicable") {
			observed++
		}
	}
	if len(result.Findings) != 2 || observed != 2 {
		t.Errorf("got %d findings and %d observations that something does not apply, expected 2 of each", len(result.Findings),
			observed)
	}
}

func TestRender_notApplicableIsSkippedOrUnmapped(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), claimed())
	junit := render(t, report.FormatJUnit, report.Options{}, a)
	for _, part := range []string{`tests="2" failures="0" errors="0" skipped="2"`, "<skipped>Not applicable: Documented as "} {
		if !strings.Contains(junit, part) {
			t.Errorf("junit has no %q:\n%s", part, junit)
		}
	}
	var cdx claimedCycloneDX
	decode(t, render(t, report.FormatCycloneDX, report.Options{}, a), &cdx)
	for _, m := range cdx.Declarations.Attestations[0].Map {
		if len(m.Claims) != 1 || !strings.HasPrefix(m.Claims[0], "r1/azure-vault/") || len(m.CounterClaims) != 0 ||
			!strings.Contains(m.Conformance.Rationale, "not applicable to 1.") {
			t.Errorf("expected the claim on the vault alone, and one that it does not apply to: %+v", m)
		}
	}
	for _, c := range cdx.Declarations.Claims {
		if strings.HasPrefix(c.Ref, "r1/azure-relay/") && !strings.Contains(c.Predicate, "does not apply to Azure Relay") {
			t.Errorf("%s claims %q", c.Ref, c.Predicate)
		}
	}
}

// A control that supports an identifier is no measure of how far that is met.
func TestCycloneDX_noScoreOfAGroup(t *testing.T) {
	t.Parallel()
	var cdx claimedCycloneDX
	decode(t, render(t, report.FormatCycloneDX, report.Options{}, evaluate(t, loadCatalog(t), full()),
		evaluate(t, loadCatalog(t), everyDocumented())), &cdx)
	groups := 0
	for _, attestation := range cdx.Declarations.Attestations {
		for _, m := range attestation.Map {
			group := strings.Contains(m.Requirement, "/any_of/") || strings.Contains(m.Requirement, "/every_documented_of/")
			if group {
				groups++
			}
			if group != strings.HasPrefix(m.Conformance.Rationale, "No score, since a control supports") ||
				group && m.Conformance.Score != nil {
				t.Errorf("%s has the score %v: %s", m.Requirement, m.Conformance.Score, m.Conformance.Rationale)
			}
		}
	}
	if groups < 4 {
		t.Errorf("%d groups", groups)
	}
}

// What rests on the word of somebody is no measure of how far a control is met either.
func TestCycloneDX_noScoreOfWords(t *testing.T) {
	t.Parallel()
	var cdx claimedCycloneDX
	decode(t, render(t, report.FormatCycloneDX, report.Options{}, evaluate(t, loadCatalog(t), full())), &cdx)
	found := map[string]string{}
	for _, m := range cdx.Declarations.Attestations[0].Map {
		found[m.Requirement] = m.Conformance.Rationale
		if (m.Conformance.Score == nil) != strings.HasPrefix(m.Conformance.Rationale, "No score") {
			t.Errorf("%s has the score %v: %s", m.Requirement, m.Conformance.Score, m.Conformance.Rationale)
		}
	}
	for requirement, want := range map[string]string{
		"r1/customer-keys": "No score, since what passes rests for 1 on evidence, whose reference was not opened. " +
			"Met by 1 of",
		"r1/vnet-injection":        "No score, since what passes rests on an exception. Met by 2 of 4",
		"r1/encryption-in-transit": "Met by",
	} {
		if !strings.HasPrefix(found[requirement], want) {
			t.Errorf("%s: %q", requirement, found[requirement])
		}
	}
}

// Nobody opens what evidence refers to, and every format that has it says so.
func TestRender_evidenceWasNotOpened(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), claimed())
	for _, format := range []string{report.FormatOSCALResults, report.FormatJUnit, report.FormatCycloneDX} {
		if text := render(t, format, report.Options{}, a); !strings.Contains(text, "ticket-1") ||
			!strings.Contains(text, "The reference was not opened") {
			t.Errorf("%s has evidence, and does not say that it was not opened:\n%s", format, text)
		}
	}
	// One member of the group is answered, the other is a gap.
	r := claimed()
	r.AnyOf, r.EveryDocumentedOf = nil, map[string][]string{"SC-28": {"customer-keys", "vnet-injection"}}
	open := evaluate(t, loadCatalog(t), r)
	for _, format := range []string{report.FormatOSCALPOAM, report.FormatSARIF, report.FormatMarkdown} {
		if text := render(t, format, report.Options{}, open); !strings.Contains(text, "Evidence: ticket") ||
			!strings.Contains(text, "The reference was not opened") {
			t.Errorf("%s has evidence, and does not say that it was not opened:\n%s", format, text)
		}
	}
	if text := renderChanges(t, nil, open, report.FormatHTML); !strings.Contains(text, "The reference was not opened") {
		t.Error("changes do not say it")
	}
	var oscal claimedOSCAL
	decode(t, render(t, report.FormatOSCALResults, report.Options{}, a), &oscal)
	for _, f := range oscal.Results.Results[0].Findings {
		if s := f.Target.Status; s.State != "satisfied" || s.Reason != "other" || s.Remarks == "" {
			t.Errorf("%s is %+v, expected that another reason than a pass is given", f.Title, s)
		}
	}
}

// What was observed was observed on the day of the report, where that is said.
func TestOSCAL_observedOnTheDayOfTheReport(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), claimed())
	for date, want := range map[string]string{"": "2024-04-16T00:00:00Z", "2025-06-30": "2025-06-30T00:00:00Z"} {
		var oscal claimedOSCAL
		opts := report.Options{}
		opts.Date = today[:len(date)]
		decode(t, render(t, report.FormatOSCALResults, opts, a), &oscal)
		result := oscal.Results.Results[0]
		if result.Start != want {
			t.Errorf("with the date %q the result starts on %s, expected %s", date, result.Start, want)
		}
		for _, o := range result.Observations {
			if o.Collected != want {
				t.Errorf("with the date %q it was collected on %s, expected %s", date, o.Collected, want)
			}
		}
	}
}

// Each control that supports an identifier is marked with the document that says so, where the
// line of a service rests on several.
func TestHTML_eachSupportingControlNamesItsDocument(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	a := evaluate(t, c, assess.Requirement{
		Services:          []string{"aws-eks"},
		EveryDocumentedOf: map[string][]string{"AU-2": {"audit-logging", "data-plane-logging"}},
	})
	text := render(t, report.FormatHTML, report.Options{}, a)
	_, text, _ = strings.Cut(text, "<li class=s><span class=mark>Supported</span><div>")
	text, _, _ = strings.Cut(text, "</ul>")
	found := regexp.MustCompile(`AU-2 \(supported by .* \[(\d)\], .* \[(\d)\]\)`).FindStringSubmatch(text)
	if found == nil || found[1] == found[2] {
		t.Fatalf("controls are not told apart by document:\n%s", text)
	}
	service := a.Services["aws-eks"]
	for _, id := range []string{"audit-logging", "data-plane-logging"} {
		d := a.Documents[cmp.Or(service.Groups["AU-2"].Controls[id].Document, service.Document)]
		def, _ := c.Definition(id)
		of := regexp.MustCompile(regexp.QuoteMeta(html.EscapeString(def.Title)) + ` \[(\d)\]`).FindStringSubmatch(text)
		if of == nil || !regexp.MustCompile(`<span class=cite>\[`+of[1]+`\] [0-9-]+ <a [^>]*>`+
			regexp.QuoteMeta(html.EscapeString(d.Title))).MatchString(text) {
			t.Errorf("%s does not rest on %s:\n%s", id, d.Title, text)
		}
	}
}
