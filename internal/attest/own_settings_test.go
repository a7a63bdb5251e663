package attest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

const ownSettings = `settings:
  - {service: vault, control: encryption-in-transit, ways: [{type: x_vault, rows: [{argument: tls, on: any}], source: Ours}]}
  - service: vault
    control: local-authentication
    ways: [{role: adverse, type: x_vault, rows: [{argument: local, on: any}], source: Ours}]
  - service: vault
    control: customer-keys
    condition: Premium tier only
    ways: [{type: x_vault, rows: [{argument: sku, on: any}], source: Ours}]
`

// withOwnSettings is a request for a requirement of the vault alone, by a catalogue in which a
// source of its own says what switches its controls on.
func withOwnSettings(t *testing.T, change func(*assess.Requirement)) attest.Request {
	t.Helper()
	own := t.TempDir() + "/own.yaml"
	assesstest.WriteFile(t, own, ownSettings)
	c, err := loader.Catalog(loader.Options{
		Sources: []loader.Source{{Path: "testdata/catalog.yaml"}, {Path: own}}, Today: catalog.DateOf(now),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := enabled()
	delete(r.Configuration.Services, "store")
	delete(r.Configuration.Settings, "store")
	r.Configuration.Conditions = map[string]map[string]map[string]configuration.Setting{
		"vault": {"customer-keys": {"Premium tier only": r.Configuration.Settings["vault"]["encryption-in-transit"]}},
	}
	r.Services, r.Controls, r.Avoid, r.AnyOf, r.Evidence = []string{"vault"}, []string{"encryption-in-transit"}, nil, nil, nil
	change(&r)
	result, err := assess.Evaluate(c, r, catalog.DateOf(now))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return attest.Request{
		Version: "1.2.3", Validity: 30 * 24 * time.Hour, Now: now, Catalog: c, Assessments: []string{text},
		Key: testKeys()[0].parse(t),
	}
}

// What passes by settings of a source that is not the document's says so, and a verifier may
// refuse it; whoever leaves it out is found out.
func TestVerify_ownSettings(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*assess.Requirement){
		"switched on":  func(*assess.Requirement) {},
		"switched off": func(r *assess.Requirement) { r.Controls, r.Avoid = nil, []string{"local-authentication"} },
		"a condition":  func(r *assess.Requirement) { r.Controls, r.MustBe = []string{"customer-keys"}, "" },
		"a condition, beside evidence": func(r *assess.Requirement) {
			r.Controls = []string{"customer-keys"}
			r.Evidence = []assess.Evidence{
				{Service: "vault", Control: "customer-keys", Condition: assess.SwitchedOn, Reference: "x_vault.main.key"},
			}
		},
		"a member of a group": func(r *assess.Requirement) {
			r.Controls, r.AnyOf = nil, map[string][]string{"SC-8": {"encryption-in-transit"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := withOwnSettings(t, change)
			a := issue(t, r)
			v := expecting(r, a)
			if _, err := attest.Verify(v); err != nil {
				t.Fatal(err)
			}
			v.AllowWeakened = []string{assess.WeakenedByNoCatalog}
			_, err := attest.Verify(v)
			refused(t, err, "Attestation of a lowered bar", `is weakened by "own_settings". Name that in allow_weakened`)
			v.AllowWeakened = []string{assess.WeakenedByNoCatalog, assess.WeakenedByOwnSettings}
			if _, err := attest.Verify(v); err != nil {
				t.Fatal(err)
			}
			var summary struct{ Predicate attest.Summary }
			if err := json.Unmarshal([]byte(a.Statements[attest.SummaryKind]), &summary); err != nil {
				t.Fatal(err)
			}
			if by := summary.Predicate.Assessments[0].Weakened; !slices.Equal(by, v.AllowWeakened) {
				t.Errorf("the summary is weakened by %q", by)
			}

			statement := a.Statements[attest.Controls]
			_, source, _ := strings.Cut(statement, `,"settingsFrom":[`)
			source, _, _ = strings.Cut(source, "]")
			quiet := replaced(t, statement, `,"settingsFrom":[`+source+"]", "")
			notWeakened := func(text string) string {
				return replaced(t, text, `"no_embedded_catalog","own_settings"`, `"no_embedded_catalog"`)
			}
			const made, without = "Finding is made up", "which \"own_settings\" of weakened does not say"
			for text, want := range map[string][2]string{
				notWeakened(statement): {"Statement refused", without},
				quiet:                  {made, "settings of no source but the embedded catalogue"},
				notWeakened(quiet):     {made, "settings of no source but the embedded catalogue"},
				notWeakened(replaced(t, statement, `"source":"testdata/catalog.yaml"`, `"source":`+source)): {made, without},
			} {
				v.Envelope = attest.Seal(text, r.Key)
				_, err := attest.Verify(v)
				refused(t, err, want[0], want[1])
			}
		})
	}
}

// By the catalogue that is named a control passes by settings only if that has any of it.
func TestVerify_settingsOfNobody(t *testing.T) {
	t.Parallel()
	r, a := signed(t, enabled())
	v := expecting(r, a)
	if _, err := attest.Verify(v); err != nil {
		t.Fatal(err)
	}
	v.Catalog = otherCatalog(t)
	_, err := attest.Verify(v)
	refused(t, err, "Finding is made up", "the catalogue that the attestation names has none of it")
}
