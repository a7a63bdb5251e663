package native_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestSample reads every key of the format.
func TestSample(t *testing.T) {
	t.Parallel()
	c := sample.Load(t, sample.Write(t, sample.Full))
	def, _ := c.Definition("vnet-injection")
	sample.Equal(t, def, &catalog.Definition{
		ID: "vnet-injection", Title: "Virtual network injection", Description: "Instances can be placed inside a network.",
		Category: "network", Polarity: catalog.PolarityDesired, Labels: []string{"VNet injection support", "Injection (VNet)"},
		Related: []string{"private-link"},
	})
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, mappings, map[string][]catalog.Mapping{"vnet-injection": {{
		Control: "vnet-injection", Framework: "NIST SP 800-53", Version: "rev5", Identifiers: []string{"SC-7", "SC-7(3)"},
		Source: "A table of ours", Confidence: catalog.ConfidenceMedium,
	}}})
	cloud, _ := c.Cloud("our-cloud")
	sample.Equal(t, cloud, catalog.Cloud{ID: "our-cloud", Name: "Our Cloud", TypePrefixes: []string{"our_", "oc-2_"}})
	settings, err := c.Settings("my-store")
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, settings, []*catalog.Setting{
		{
			Service: "my-store", Control: "vnet-injection", Role: catalog.SettingAlternative, Type: "azurerm_store",
			Rows: []catalog.SettingRow{
				{
					Argument: "rules[].subnet_id", On: catalog.SettingValues{Any: true},
					Off: catalog.SettingValues{List: []any{"none"}}, Absent: catalog.SettingOff, Which: catalog.BlocksAny,
					Former: []catalog.FormerArgument{
						{Argument: "subnet_id"}, {Argument: "public", Inverted: true}, {Argument: "network", Other: true},
					},
				},
				{
					Argument: "tier", On: catalog.SettingValues{List: []any{2.0, 1.5, "Premium", true}},
					Absent: catalog.SettingUnknown,
				},
			},
			Provider: "example/store", Versions: ">= 1.0, < 2.0", Source: "The page of the store",
		},
		{
			Service: "my-store", Control: "private-link", Role: catalog.SettingPart, Type: "azurerm_private_endpoint",
			Companion: &catalog.Companion{
				RefersBy: "connection.resource_id", Protects: []string{"azurerm_store"}, Without: catalog.SettingOff,
			},
			Rows: []catalog.SettingRow{
				{Argument: "connection.manual", On: catalog.SettingValues{List: []any{false}}, Absent: catalog.SettingOn},
			},
			Source: "The page of the endpoint",
		},
	})
	s, err := c.Service("my-store")
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, s, &catalog.Service{Summary: sample.FullSummary, Documents: []*catalog.Document{{
		ID: "my-store-2020", Series: "Security controls", Title: "Security controls for My Store", Publisher: "Us",
		Published: "2020-02-29", URL: "https://example.com/store", License: "CC-BY-4.0",
		Statements: []*catalog.Statement{
			{
				Control: "vnet-injection", Label: "Injection", Status: catalog.StatusConditional, Condition: "Premium tier only",
				EnabledByDefault: new(bool), Responsibility: "customer", Notes: "Folded over two lines.",
				References: []catalog.Reference{{Title: "How to", URL: "https://example.com/how#to"}},
			},
			{Control: "private-link", Status: catalog.StatusNo, Planned: true},
		},
	}}})
}

func TestEdits(t *testing.T) {
	t.Parallel()
	for _, e := range slices.Concat(edits, settingEdits) {
		t.Run(e.name, func(t *testing.T) {
			if n := strings.Count(sample.Full, e.old); n != 1 {
				t.Fatalf("what the edit replaces occurs %d times in sample", n)
			}
			if got := sample.LoadError(t, sample.Write(t, e.broken())); got != e.want {
				t.Errorf("got  %s\nwant %s", got, e.want)
			}
		})
	}
}
