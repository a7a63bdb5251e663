package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func typeFacts(choices []choice, rows ...typeRow) *facts {
	return &facts{types: rows, choices: choices}
}

func TestResourceTypes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		facts *facts
		want  []string // service: types, as they are written
		none  string
	}{
		"azurerm and ARM": {
			facts: typeFacts(nil, typeRow{"azurerm_vault", "Microsoft.Vault/vaults", "vault", ""}),
			want:  []string{"vault: azurerm_vault, Microsoft.Vault/vaults"},
		},
		"no service": {
			facts: typeFacts(nil, typeRow{"azurerm_tag", "Microsoft.Tags/tags", "", "no service"}),
			none:  "azurerm_tag,no service\nMicrosoft.Tags/tags,no service\n",
		},
		"no ARM type": {
			facts: typeFacts(nil, typeRow{"azurerm_vault", "", "vault", ""}),
			want:  []string{"vault: azurerm_vault"},
		},
		"below a type that says the same": {
			facts: typeFacts(
				nil,
				typeRow{"azurerm_vault", "Microsoft.Vault/vaults", "vault", ""},
				typeRow{"azurerm_key", "microsoft.vault/Vaults/keys/versions", "vault", ""},
			),
			want: []string{"vault: azurerm_key, azurerm_vault, Microsoft.Vault/vaults"},
		},
		"below a type that says something else": {
			facts: typeFacts(
				nil,
				typeRow{"azurerm_vault", "Microsoft.Vault/vaults", "vault", ""},
				typeRow{"azurerm_module", "Microsoft.Vault/vaults/modules", "module", ""},
			),
			want: []string{
				"module: azurerm_module, Microsoft.Vault/vaults/modules",
				"vault: azurerm_vault, Microsoft.Vault/vaults",
			},
		},
		"an attribute decides": {
			facts: typeFacts(
				[]choice{
					{"azurerm_app", "kind", "web", "web", ""},
					{"azurerm_app", "kind", "api", "web", ""},
					{"azurerm_app", "kind", "function", "functions", ""},
				},
				typeRow{"azurerm_app", "", "web", ""},
			),
			want: []string{
				"functions: {type: azurerm_app, attribute: kind, value: function}",
				"web: {type: azurerm_app, attribute: kind, value: api}, {type: azurerm_app, attribute: kind, value: web}",
			},
		},
		"a choice settles an ARM type of two services": {
			facts: typeFacts(
				[]choice{{"Microsoft.Web/sites", "", "", "web", ""}},
				typeRow{"azurerm_web", "Microsoft.Web/sites", "web", ""},
				typeRow{"azurerm_function", "Microsoft.Web/sites", "functions", ""},
				typeRow{"azurerm_slot", "Microsoft.Web/sites/slots", "web", ""},
			),
			want: []string{
				"functions: azurerm_function",
				"web: azurerm_slot, azurerm_web, Microsoft.Web/sites",
			},
		},
		"below a type whose attribute decides": {
			facts: typeFacts(
				[]choice{{"Microsoft.Web/sites", "kind", "app", "web", ""}},
				typeRow{"azurerm_web", "Microsoft.Web/sites", "web", ""},
				typeRow{"azurerm_slot", "Microsoft.Web/sites/slots", "web", ""},
			),
			want: []string{
				"web: azurerm_slot, azurerm_web, {type: Microsoft.Web/sites, attribute: kind, value: app}, " +
					"Microsoft.Web/sites/slots",
			},
		},
		"attached, or as its parent": {
			facts: typeFacts(
				[]choice{{"azurerm_rule", "", "", "", attachedReason}, {"Microsoft.Net/rules", "", "", "", parentReason}},
				typeRow{"azurerm_rule", "Microsoft.Net/rules", "net", ""},
			),
			none: "azurerm_rule,attached\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chosen, table, err := c.facts.resourceTypes()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, service := range slices.Sorted(maps.Keys(chosen)) {
				written := make([]string, len(chosen[service]))
				for i, typ := range chosen[service] {
					written[i] = typ.yaml()
				}
				got = append(got, service+": "+strings.Join(written, ", "))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("chosen (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("type,reason\n"+c.none, string(table)); diff != "" {
				t.Errorf("without a service (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResourceTypes_refuses(t *testing.T) {
	t.Parallel()
	vault := typeRow{"azurerm_vault", "Microsoft.Vault/vaults", "vault", ""}
	for name, c := range map[string]struct {
		facts *facts
		want  string
	}{
		"a type twice": {
			typeFacts(nil, vault, vault),
			"the tables of types have azurerm_vault twice",
		},
		"a choice about nothing": {
			typeFacts([]choice{{"azurerm_gone", "", "", "vault", ""}}, vault),
			"type-choices.csv has azurerm_gone, which resource-types.csv lacks",
		},
		"a choice without a result": {
			typeFacts([]choice{{"azurerm_vault", "", "", "", "because"}}, vault),
			"type-choices.csv gives azurerm_vault neither a service nor a known reason",
		},
		"a row without a result": {
			typeFacts(nil, typeRow{"azurerm_vault", "", "", ""}),
			"resource-types.csv gives azurerm_vault neither a service nor a reason",
		},
		"an ARM type of two services": {
			typeFacts(nil, vault, typeRow{"azurerm_safe", "microsoft.vault/vaults", "safe", ""}),
			"Microsoft.Vault/vaults belongs to safe and vault: expected a row of type-choices.csv that decides",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := c.facts.resourceTypes(); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
