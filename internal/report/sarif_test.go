package report_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Version string
				Rules   []struct {
					ID, Name                          string
					ShortDescription, FullDescription struct{ Text string }
					Help                              struct{ Text, Markdown string }
					Properties                        struct{ Precision string }
					DefaultConfiguration              struct{ Level string }
				}
			}
		}
		Properties               map[string]map[string][]string
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
//
//nolint:cyclop // a list of what code scanning asks of a file, a line each
func TestSARIF_codeScanning(t *testing.T) {
	t.Parallel()
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
		fingerprint := result.PartialFingerprints["primaryLocationLineHash"]
		if len(result.Locations) != 1 || fingerprint == "" || result.Message.Text == "" {
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

// TestSARIF_fingerprintsSurvive expects every alert to be the same after what is no
// other gap: moved lines, other files, another exception that ended, and a vendor that
// publishes the same anew under another title.
func TestSARIF_fingerprintsSurvive(t *testing.T) {
	t.Parallel()
	prints := func(opts report.Options, a *assess.Assessment) map[string]bool {
		found := map[string]bool{}
		for _, result := range parseSARIF(t, render(t, report.FormatSARIF, opts, a)).Runs[0].Results {
			found[result.RuleID+result.PartialFingerprints["primaryLocationLineHash"]] = true
		}
		return found
	}
	assessment := func() *assess.Assessment { return evaluate(t, loadCatalog(t), full()) }
	before := prints(options(), assessment())
	if len(before) != 9 {
		t.Errorf("%d fingerprints", len(before))
	}
	moved, renamed, undated := options(), options(), options()
	undated.Date = "" // what was published later is too old later
	for id, locations := range moved.Configuration.Services {
		for i := range locations {
			moved.Configuration.Services[id][i].Line += 40
			renamed.Configuration.Services[id][i].File = "other.tf"
		}
	}
	other := full()
	other.Exceptions[1].Expires, other.Exceptions[1].Justification = "2025-04-30", "Another."
	published := assessment()
	for id, d := range published.Documents {
		published.Documents[id] = assess.DocumentRef{Title: "Again", Publisher: d.Publisher, URL: d.URL, Published: "2025-06-01"}
	}
	for name, after := range map[string]map[string]bool{
		"moved": prints(moved, assessment()), "renamed": prints(renamed, assessment()),
		"exception": prints(options(), evaluate(t, loadCatalog(t), other)), "document": prints(undated, published),
	} {
		if !maps.Equal(before, after) {
			t.Errorf("%s: %v became %v", name, before, after)
		}
	}
}

// TestSARIF_places has places that are no part of the repository, and more places than
// GitHub takes.
func TestSARIF_places(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), full())
	at := func(root string, places ...configuration.Place) []sarifPlace {
		opts := report.Options{
			SourceRoot:    root,
			Configuration: &configuration.Document{Services: map[string][]configuration.Place{"azure-relay": places}},
		}
		for _, result := range parseSARIF(t, render(t, report.FormatSARIF, opts, a)).Runs[0].Results {
			if strings.HasPrefix(result.Message.Text, "Azure Relay") {
				return append(result.Locations, result.RelatedLocations...)
			}
		}
		t.Fatal("there is no result")
		return nil
	}
	for name, c := range map[string]struct {
		root, file, want string
		line, wantLine   int
	}{
		"root of the repository":   {"", "relay.tf", "relay.tf", 7, 7},
		"folder":                   {"infra/prod", "relay.tf", "infra/prod/relay.tf", 7, 7},
		"module beside it":         {"infra/prod", "../../modules/relay/main.tf", "modules/relay/main.tf", 7, 7},
		"outside of it":            {"infra/prod", "../../../relay.tf", "infra/prod/main.tf", 7, 1},
		"outside, from the root":   {"", "../relay.tf", "main.tf", 7, 1},
		"absolute":                 {"infra", "/tmp/relay.tf", "infra/main.tf", 7, 1},
		"installed module":         {"", ".terraform/modules/r/main.tf", "main.tf", 7, 1},
		"installed, in a folder":   {"infra", ".terraform/modules/r/main.tf", "infra/main.tf", 7, 1},
		"no line":                  {"", "relay.tf.json", "relay.tf.json", 0, 1},
		"characters of an address": {"", "a b#c?d%20.tf", "a%20b%23c%3Fd%2520.tf", 1, 1},
	} {
		places := at(c.root, configuration.Place{Address: "azurerm_relay.main", File: c.file, Line: c.line})
		if got := places[0].PhysicalLocation; len(places) != 1 || got.ArtifactLocation.URI != c.want ||
			got.Region.StartLine != c.wantLine {
			t.Errorf("%s: got %+v, expected %s:%d", name, places, c.want, c.wantLine)
		}
	}
	if got := at("infra")[0].PhysicalLocation; got.ArtifactLocation.URI != "infra/main.tf" || got.Region.StartLine != 1 {
		t.Errorf("without locations: got %+v", got)
	}
	var many []configuration.Place
	for n := range 150 {
		many = append(many, configuration.Place{Address: "azurerm_relay.main", File: "relay.tf", Line: n + 1})
	}
	if got := len(at("", many...)); got != 100 {
		t.Errorf("%d places, expected the 100 that GitHub shows", got)
	}
}

// TestSARIF_texts has more and other text than GitHub and SARIF take for what it is.
func TestSARIF_texts(t *testing.T) {
	t.Parallel()
	var members []string
	definitions, statements := "", ""
	for n := range 60 {
		id := fmt.Sprintf("control-%02d", n)
		members = append(members, id)
		definitions += fmt.Sprintf(
			"  - {id: %s, title: \"A control of many, [text](javascript:alert(%d))\", description: d, category: test}\n",
			id, n,
		)
		statements += fmt.Sprintf("          - {control: %s, status: no}\n", id)
	}
	file := filepath.Join(t.TempDir(), "catalog.yaml")
	text := "definitions:\n" + definitions + "services:\n  - id: one\n    name: One\n    cloud: test\n    documents:\n      - " +
		"id: one-1\n        series: S\n" +
		"        title: The only document\n        publisher: P\n        published: 2025-01-01\n        url: " +
		"https://example.com/one\n        statements:\n" + statements
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	group := strings.Repeat("G", 100)
	a := evaluate(
		t,
		c, assess.Requirement{Services: []string{"one"}, Controls: members[:1], AnyOf: map[string][]string{group: members}},
	)
	run := parseSARIF(t, render(t, report.FormatSARIF, report.Options{}, a)).Runs[0]
	for _, rule := range run.Tool.Driver.Rules {
		for field, most := range map[string]int{
			rule.Name: 255, rule.ShortDescription.Text: 1024,
			rule.FullDescription.Text: 1024,
		} {
			if n := utf8.RuneCountInString(field); n == 0 || n > most {
				t.Errorf("%d characters, expected at most %d: %.100s", n, most, field)
			}
		}
		for _, plain := range []string{rule.ShortDescription.Text, rule.FullDescription.Text, rule.Help.Text} {
			if strings.Contains(plain, "](") {
				t.Errorf("%q has a link", plain)
			}
		}
	}
	for _, result := range run.Results {
		if strings.Contains(result.Message.Text, "](") {
			t.Errorf("%q has a link", result.Message.Text)
		}
		if n := strings.Count(result.Message.Text, "<https://example.com/one>"); n != 1 {
			t.Errorf("the document is cited %d times, expected once", n)
		}
	}
}

// TestSARIF_rulesOfSeveralRequirements has two requirements that ask for other members of one group:
// its rule says what each asks, and how sure the results are.
func TestSARIF_rulesOfSeveralRequirements(t *testing.T) {
	t.Parallel()
	of := full().Crosswalk
	members := of.Identifiers["AU-2(1)"].Members
	members["data-plane-logging"] = members["audit-logging"]
	first := assess.Requirement{
		Services: []string{"azure-relay"}, Controls: []string{"audit-logging", "data-plane-logging"}, Enforcement: "warn",
		AnyOf: map[string][]string{"AU-2(1)": {"audit-logging"}}, Crosswalk: of,
	}
	second := first
	second.AnyOf = map[string][]string{"AU-2(1)": {"data-plane-logging"}}
	second.Enforcement = "deny"
	a, b := evaluate(t, loadCatalog(t), first), evaluate(t, loadCatalog(t), second)
	run := parseSARIF(t, render(t, report.FormatSARIF, report.Options{}, a, b)).Runs[0]
	precision := map[string]string{"any_of/AU-2(1)": "medium", "audit-logging": "high", "data-plane-logging": "medium"}
	for _, rule := range run.Tool.Driver.Rules {
		text := rule.FullDescription.Text
		for _, part := range []string{"Requirement 1: ", "Requirement 2: "} {
			if (rule.ID == "any_of/AU-2(1)") != (strings.Count(text, part) == 1) {
				t.Errorf("%s, of which the requirements ask the same but for the group, says %q", rule.ID, text)
			}
		}
		if rule.ID == "any_of/AU-2(1)" {
			one, two, _ := strings.Cut(text, "Requirement 2: ")
			if !strings.Contains(one, "audit-logging") || strings.Contains(two, "audit-logging") ||
				!strings.Contains(two, "data-plane-logging") {
				t.Errorf("the members are those of another requirement: %s", text)
			}
			if n := strings.Count(rule.Help.Text, "Choose another service"); n != 1 {
				t.Errorf("the advice is said %d times: %s", n, rule.Help.Text)
			}
		}
		if rule.Properties.Precision != precision[rule.ID] || rule.DefaultConfiguration.Level != "error" {
			t.Errorf("%s has the precision %q and the level %q", rule.ID, rule.Properties.Precision,
				rule.DefaultConfiguration.Level)
		}
	}
	for n, one := range []*assess.Assessment{a, b} {
		_, digest, err := one.Encode()
		if err != nil {
			t.Fatal(err)
		}
		of := run.Properties[fmt.Sprintf("requirement/%d", n+1)]
		if !slices.Equal(of["assessment"], []string{digest}) || !slices.Equal(of["catalog"], []string{one.Catalog.Digest}) {
			t.Errorf("requirement %d is %v", n+1, of)
		}
	}
}

// TestSARIF_excepted has a gap that is accepted beside one that is not: GitHub ignores
// suppressions, so the first must not be in the file at all.
func TestSARIF_excepted(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{
		Services: []string{"azure-relay"},
		Controls: []string{"vnet-injection", "audit-logging", "data-plane-logging"},
		Exceptions: []assess.Exception{
			{Service: "azure-relay", Control: "audit-logging", Expires: "2025-12-31", Justification: "Accepted."},
		},
	}
	text := render(t, report.FormatSARIF, report.Options{}, evaluate(t, loadCatalog(t), r))
	results := parseSARIF(t, text).Runs[0].Results
	if len(results) != 1 || results[0].RuleID != "data-plane-logging" || strings.Contains(text, "Accepted.") {
		t.Errorf("got %+v", results)
	}
}

// TestSARIF_level has the level that the plan gives a gap, whatever would close it.
func TestSARIF_level(t *testing.T) {
	t.Parallel()
	for enforcement, want := range map[string]string{assess.EnforcementDeny: "error", assess.EnforcementWarn: "warning"} {
		r := full()
		r.Enforcement = enforcement
		run := parseSARIF(t, render(t, report.FormatSARIF, report.Options{}, evaluate(t, loadCatalog(t), r))).Runs[0]
		if len(run.Results) != 9 {
			t.Errorf("%s: %d results", enforcement, len(run.Results))
		}
		for _, result := range run.Results {
			if result.Level != want {
				t.Errorf("%s: %+v", enforcement, result)
			}
		}
	}
}

// TestSARIF_manyResults has more results than GitHub takes in a run.
func TestSARIF_manyResults(t *testing.T) {
	t.Parallel()
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
