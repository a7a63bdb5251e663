package report_test

import (
	"encoding/json"
	"path"
	"strings"
	"testing"

	"terraform-provider-controls/internal/report"
)

type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID   string
					Help struct{ Text, Markdown string }
				}
			}
		}
		AutomationDetails        struct{ ID string }
		VersionControlProvenance []struct{ RepositoryURI, RevisionID string }
		Results                  []struct {
			RuleID              string
			RuleIndex           int
			Level               string
			Message             struct{ Text string }
			Locations           []sarifPlace
			RelatedLocations    []sarifPlace
			PartialFingerprints map[string]string
		}
	}
}

type sarifPlace struct {
	PhysicalLocation struct {
		ArtifactLocation struct{ URI string }
		Region           struct{ StartLine int }
	}
}

func parseSARIF(t *testing.T, text string) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// TestSARIF_codeScanning checks what GitHub asks for and no schema does.
func TestSARIF_codeScanning(t *testing.T) {
	log := parseSARIF(t, fullReport(t, report.FormatSARIF))
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	run := log.Runs[0]
	if got := run.AutomationDetails.ID; got != "security-controls/infra/prod/" {
		t.Errorf("the category is %q", got)
	}
	if got := run.VersionControlProvenance[0]; got.RepositoryURI != "https://example.com/repo" || len(got.RevisionID) != 40 {
		t.Errorf("the provenance is %+v", got)
	}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.Help.Text == "" || rule.Help.Markdown == "" {
			t.Errorf("rule %s has no help", rule.ID)
		}
	}
	if len(run.Results) != 9 {
		t.Errorf("%d results, expected one per gap and none for the exception", len(run.Results))
	}
	places := map[string]bool{}
	for _, result := range run.Results {
		if len(result.Locations) != 1 || result.PartialFingerprints["primaryLocationLineHash"] == "" || result.Message.Text == "" {
			t.Errorf("%+v lacks something", result)
		}
		if run.Tool.Driver.Rules[result.RuleIndex].ID != result.RuleID {
			t.Errorf("rule %s has the index of another", result.RuleID)
		}
		for _, place := range append(result.Locations, result.RelatedLocations...) {
			uri := place.PhysicalLocation.ArtifactLocation.URI
			if !strings.HasPrefix(uri, "infra/prod/") || path.Clean(uri) != uri || place.PhysicalLocation.Region.StartLine < 1 {
				t.Errorf("%s:%d is not within the root module", uri, place.PhysicalLocation.Region.StartLine)
			}
			places[uri] = true
		}
	}
	// Named in the options; in an installed module, and not known: main.tf stands for both.
	if !places["infra/prod/re%20lay.tf"] || !places["infra/prod/main.tf"] || len(places) != 2 {
		t.Errorf("places are %v", places)
	}
}

// TestSARIF_fingerprintsSurvive moves every line, and expects every alert to be the same.
func TestSARIF_fingerprintsSurvive(t *testing.T) {
	prints := func(opts report.Options) map[string]bool {
		found := map[string]bool{}
		for _, result := range parseSARIF(t, render(t, report.FormatSARIF, opts, evaluate(t, loadCatalog(t), full()))).Runs[0].Results {
			found[result.RuleID+result.PartialFingerprints["primaryLocationLineHash"]] = true
		}
		return found
	}
	before := prints(options())
	opts := options()
	for _, locations := range opts.Locations {
		for i := range locations {
			locations[i].Line += 40
		}
	}
	after := prints(opts)
	for fingerprint := range before {
		if !after[fingerprint] {
			t.Errorf("%s is gone", fingerprint)
		}
	}
	if len(before) != 9 || len(after) != 9 {
		t.Errorf("%d and %d fingerprints", len(before), len(after))
	}
}

// TestSARIF_manyResults has more results than GitHub takes in a run.
func TestSARIF_manyResults(t *testing.T) {
	a := large(t, 900, 40)
	a.Requirement.Exceptions = nil
	for id, s := range a.Services { // all gaps
		for control, f := range s.Controls {
			f.Outcome, f.Reason = "gap", "undocumented"
			s.Controls[control] = f
		}
		a.Services[id] = s
	}
	log := parseSARIF(t, render(t, report.FormatSARIF, report.Options{}, a))
	if len(log.Runs) != 2 || len(log.Runs[0].Results) != 25_000 || len(log.Runs[1].Results) != 11_000 {
		t.Errorf("%d runs", len(log.Runs))
	}
	if log.Runs[0].AutomationDetails.ID == log.Runs[1].AutomationDetails.ID {
		t.Error("two runs have one category")
	}
}
