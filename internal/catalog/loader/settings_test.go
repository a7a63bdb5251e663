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
