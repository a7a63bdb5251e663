package loader_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

const ownSettings = `settings:
  - service: azure-storage
    control: encryption-in-transit
    ways:
      - {type: azurerm_storage_account, rows: [{argument: own, on: any}], source: Ours}
`

// TestSettingsOfEarlierSources: settings of two sources would add up to more than either
// says, so a control has those of one.
func TestSettingsOfEarlierSources(t *testing.T) {
	t.Parallel()
	own := sample.Write(t, ownSettings)
	_, err := loader.Catalog(loader.Options{Embedded: true, Sources: []loader.Source{own}, Today: "2026-11-30"})
	const want = `an earlier source has settings of "encryption-in-transit" of the service "azure-storage"`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}

	other := sample.Write(t, strings.Replace(ownSettings, "encryption-in-transit", "cors", 1))
	c, err := loader.Catalog(loader.Options{Embedded: true, Sources: []loader.Source{other}, Today: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	before, err := c.Settings("azure-storage")
	if err != nil || before[len(before)-1].Source != "Ours" || len(before) < 10 {
		t.Errorf("%d settings, %v", len(before), err)
	}

	whole := sample.Write(t, ownSettings+sample.Services(
		sample.Service("azure-storage", "", sample.Document("own", "2026-01-01", "encryption-in-transit: yes"))))
	whole.Replace = true
	c, err = loader.Catalog(loader.Options{Embedded: true, Sources: []loader.Source{whole}, Today: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	if only, err := c.Settings("azure-storage"); err != nil || len(only) != 1 || only[0].Source != "Ours" {
		t.Errorf("%d settings, %v", len(only), err)
	}
}

// TestSettingsOfConditions: a condition is quoted as a document states it, and decided by ways
// of which one is enough.
func TestSettingsOfConditions(t *testing.T) {
	t.Parallel()
	const own = `settings:
  - service: azure-key-vault
    control: azure-backup
    condition: Ours alone
    ways:
      - {type: azurerm_key_vault, rows: [{argument: own, on: any}], source: Ours}
`
	document := sample.Services(sample.Service("azure-key-vault", "",
		sample.Document("own", "2026-01-01", "azure-backup: conditional, condition: Ours alone")))
	for name, tc := range map[string]struct{ text, want string }{
		"as stated":    {own + document, ""},
		"not stated":   {strings.Replace(own, "Ours alone", "ours alone", 1) + document, `states the condition "ours alone"`},
		"without ours": {own, `no document of the service "azure-key-vault" states the condition "Ours alone"`},
		"another role": {
			strings.Replace(own, "{type:", "{role: veto, type:", 1) + document, `has the role "veto", expected "alternative"`,
		},
		"an adverse one": {
			strings.ReplaceAll(own+document, "azure-backup", "local-authentication-methods-for-data-plane-access"),
			"of a control that is not adverse",
		},
	} {
		c, err := loader.Catalog(loader.Options{
			Embedded: true, Sources: []loader.Source{sample.Write(t, tc.text)}, Today: "2026-11-30",
		})
		switch {
		case tc.want != "":
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: got %v", name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			settings, err := c.Settings("azure-key-vault")
			if err != nil || settings[len(settings)-1].Condition != "Ours alone" {
				t.Errorf("%s: %v, %v", name, settings, err)
			}
		}
	}
}
