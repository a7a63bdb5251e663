package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// enabled is a requirement of controls in force, that comes to everything which settings and
// evidence can come to, with what the configuration shows.
func enabled() (assess.Requirement, *configuration.Document) {
	off := func(address, file string, line int, why string) configuration.Decider {
		return configuration.Decider{
			Address: address, Argument: "min_tls_version", File: file, Line: line, Why: why,
		}
	}
	const variable = "its value is not certain: it depends on the root variable level"
	d := &configuration.Document{
		Services: map[string][]configuration.Place{
			"azure-vault": {{Address: "azurerm_vault.main", Type: "azurerm_vault", File: "main.tf", Line: 12}},
			"azure-relay": {
				{Address: `azurerm_relay.main["|"]`, Type: "azurerm_relay", File: "re lay.tf", Line: 7},
				{Address: "azurerm_relay.second", Type: "azurerm_relay", File: "more.tf", Line: 1},
			},
		},
		Settings: map[string]map[string]configuration.Setting{
			"azure-vault": {
				"encryption-in-transit": {State: "on", By: []configuration.Decider{off("azurerm_vault.main", "main.tf", 13, "")}},
				"customer-keys": {State: "unknown", By: []configuration.Decider{{
					Address: "azurerm_vault.main", Argument: "key_id", File: "main.tf", Line: 14, Why: variable,
					Variables: []string{"level"},
				}}},
			},
			"azure-relay": {
				"encryption-in-transit": {State: "off", By: []configuration.Decider{
					off(
						`azurerm_relay.main["|"]`,
						"re lay.tf",
						9,
						"",
					), off("azurerm_relay.second", "more.tf", 1, "it is left out"),
					off("module.m.azurerm_relay.x", ".terraform/modules/m/main.tf", 3, ""),
				}},
				"vnet-injection": {State: "on", By: []configuration.Decider{{
					Address: "azurerm_relay.second", Argument: "subnet_id", File: "more.tf", Line: 4,
				}}},
				"local-authentication": {State: "on", By: []configuration.Decider{{
					Address: "azurerm_relay.second", Argument: "local_auth_enabled", File: "more.tf", Line: 3,
				}}},
			},
		},
	}
	return assess.Requirement{
		Services: []string{"azure-vault", "azure-relay"}, MustBe: assess.MustBeEnabled,
		Controls: []string{"encryption-in-transit", "customer-keys", "vnet-injection"},
		Avoid:    []string{"local-authentication"},
		AnyOf:    map[string][]string{"AU-2(1)": {"data-plane-logging", "encryption-in-transit"}},
		Evidence: []assess.Evidence{
			{
				Service: "azure-vault", Control: "customer-keys", Condition: "Premium tier only",
				Reference: "https://example.com/main.tf#L12", ApprovedBy: "Bob", Holds: new(true),
			},
		},
		Configuration: d,
	}, d
}

func enabledReport(t testing.TB, format string) string {
	t.Helper()
	r, d := enabled()
	opts := options()
	opts.Configuration = d
	return render(t, format, opts, evaluate(t, loadCatalog(t), r))
}

// Each switched-off setting is an alert at its own line, apart from all others, and stays the
// same alert when it moves.
func TestRender_sarifAtSettings(t *testing.T) {
	t.Parallel()
	alerts := func(opts report.Options, r assess.Requirement) map[string]string {
		var log struct {
			Runs []struct {
				Results []struct {
					RuleID    string
					Message   struct{ Text string }
					Locations []struct {
						PhysicalLocation struct {
							ArtifactLocation struct{ URI string }
							Region           struct{ StartLine int }
						}
					}
					PartialFingerprints map[string]string
				}
			}
		}
		text := render(t, report.FormatSARIF, opts, evaluate(t, loadCatalog(t), r))
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, result := range log.Runs[0].Results {
			at := result.Locations[0].PhysicalLocation
			place := at.ArtifactLocation.URI + ":" + string(rune('0'+at.Region.StartLine%10))
			key := result.RuleID + " " + place
			if found[key] != "" {
				t.Errorf("two alerts for %s", key)
			}
			found[key] = result.PartialFingerprints["primaryLocationLineHash"]
		}
		return found
	}
	r, d := enabled()
	opts := options()
	opts.Configuration, opts.SourceRoot = d, ""
	before := alerts(opts, r)
	for _, want := range []string{
		"encryption-in-transit re%20lay.tf:9", "encryption-in-transit more.tf:1", "avoid/local-authentication more.tf:3",
		"customer-keys main.tf:4",
	} {
		if before[want] == "" {
			t.Errorf("no alert for %s in %v", want, before)
		}
	}
	for where := range before {
		if strings.Contains(where, ".terraform") {
			t.Errorf("an alert outside the repository: %s", where)
		}
	}
	d.Settings["azure-relay"]["encryption-in-transit"].By[0].Line = 8
	after := alerts(opts, r)
	was, is := before["encryption-in-transit re%20lay.tf:9"], after["encryption-in-transit re%20lay.tf:8"]
	if was != is || is == "" {
		t.Errorf("another alert after a move: %q, %q", was, is)
	}
	// Without the document the places are not known.
	opts.Configuration = nil
	for where := range alerts(opts, r) {
		if !strings.HasSuffix(where, "main.tf:1") {
			t.Errorf("an alert at %s", where)
		}
	}
}

// A draft has no evidence for what is certainly off, and says what to change instead.
func TestRender_draftOfWhatIsOff(t *testing.T) {
	t.Parallel()
	text := enabledReport(t, report.FormatDraftHCL)
	exceptions, evidence, _ := strings.Cut(text, "\nevidence = [")
	if !strings.Contains(exceptions, "to be changed instead: min_tls_version of azurerm_relay") {
		t.Errorf("does not say what to change: %s", exceptions)
	}
	for _, part := range []string{`"encryption-in-transit"`, `"local-authentication"`} {
		if strings.Contains(evidence, part) || !strings.Contains(exceptions, part) {
			t.Errorf("evidence is drafted for %s: %s", part, text)
		}
	}
	if !strings.Contains(evidence, `holds = azurerm_vault.main.key_id == ""`) {
		t.Errorf("no value is asked for: %s", evidence)
	}
}

func TestRender_goldenInForce(t *testing.T) {
	t.Parallel()
	for _, format := range report.Names(report.Formats()) {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			text, file := enabledReport(t, format), "enabled-"+format+"."+extension(format)
			if extension(format) == "json" {
				file, text = "enabled-"+format+".json", indented(t, text)
			}
			golden.Check(t, "testdata/"+file, strings.ReplaceAll(text, "\r\n", "\n"))
		})
	}
}

// Where no condition is documented, advice names the setting that is missing, and no condition.
func TestRender_adviceNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	text := enabledReport(t, report.FormatHTML)
	for _, want := range []string{
		"Switch Encryption in transit on in the configuration: min_tls_version of azurerm_relay.main[",
		"Set in the configuration, so that it is certain, what switches it on: key_id of azurerm_vault.main: its value is " +
			"not certain",
	} {
		if !strings.Contains(text, "<b>What to do:</b> "+want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(text, "Evidence that quotes the condition closes it") {
		t.Error("evidence is to quote a condition that is not documented")
	}
}
