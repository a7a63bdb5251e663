package catalog_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Problem of each part of the model says what no field can tell by itself.
func TestProblem(t *testing.T) {
	t.Parallel()
	type part interface{ Problem() string }
	const blocks = catalog.Decider("linux|windows")
	source := catalog.Source{Title: "T", URL: "https://example.com"}
	for name, tc := range map[string]struct {
		part part
		want string
	}{
		"definition": {part: &catalog.Definition{ID: "alpha"}},
		"definition with the id of the service's own gap": {
			part: &catalog.Definition{ID: "lifecycle"},
			want: `the definition's id is "lifecycle", expected another: it stands for the service itself among the gaps ` +
				`of an assessment`,
		},
		"type":                    {part: &catalog.ResourceType{Type: "azurerm_vault"}},
		"type by a value":         {part: &catalog.ResourceType{Type: "azurerm_account", By: "kind", Value: "Any"}},
		"type by a block":         {part: &catalog.ResourceType{Type: "azurerm_machine", By: blocks, Value: "linux"}},
		"type by a missing value": {part: &catalog.ResourceType{Type: "azurerm_machine", By: blocks}},
		"type by another block": {
			part: &catalog.ResourceType{Type: "azurerm_machine", By: blocks, Value: "mac"},
			want: `the value "mac" of an entry of resource_types is none of the blocks that decide, ` +
				`expected one of "linux", "windows"`,
		},
		"lifecycle":              {part: &catalog.Lifecycle{RetiredOn: "2030-01-01", Source: source}},
		"lifecycle of parts":     {part: &catalog.Lifecycle{Notices: []catalog.Notice{{Scope: "TLS 1.0"}}}},
		"lifecycle that is mute": {part: &catalog.Lifecycle{Source: source}, want: nothing},
		"end without source":     {part: &catalog.Lifecycle{RetiredOn: "2030-01-01"}, want: noSource},
		"successor without source": {
			part: &catalog.Lifecycle{Successor: "Shop", Notices: []catalog.Notice{{Scope: "TLS 1.0"}}}, want: noSource,
		},
		"notice without source": {part: &catalog.Lifecycle{Notice: "It ends."}, want: noSource},
		"yes":                   {part: &catalog.Statement{Status: catalog.StatusYes}},
		"no, planned":           {part: &catalog.Statement{Status: catalog.StatusNo, Planned: true}},
		"conditional":           {part: &catalog.Statement{Status: catalog.StatusConditional, Condition: "Premium"}},
		// Another check refuses the status.
		"an unknown status": {part: &catalog.Statement{Status: "perhaps", Condition: "Premium", Planned: true}},
		"conditional without condition": {
			part: &catalog.Statement{Status: catalog.StatusConditional, Condition: " \u200b"},
			want: `a statement with the status "conditional" lacks its condition, expected what restricts the "Yes"`,
		},
		"yes with a condition": {
			part: &catalog.Statement{Status: catalog.StatusYes, Condition: "Premium"},
			want: `a statement with the status "yes" has a condition, expected one with "conditional" alone`,
		},
		"yes, planned": {
			part: &catalog.Statement{Status: catalog.StatusYes, Planned: true},
			want: `a statement with the status "yes" is planned, expected that with "no" alone`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tc.part.Problem(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

const (
	nothing  = "lifecycle says nothing, expected one of notice, notices, retired_on, successor"
	noSource = `lifecycle lacks the key "source", expected where retired_on, successor and notice were read`
)
