package inforce_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// TestAzapi: bodies show what they certainly say, in any way of writing them.
func TestAzapi(t *testing.T) {
	t.Parallel()
	settings := []*catalog.Setting{
		{
			Control: "c", Role: catalog.SettingAlternative, Type: "Microsoft.Storage/storageAccounts",
			Rows: []catalog.SettingRow{{
				Argument: "body.properties.minimumTlsVersion", On: catalog.SettingValues{List: []any{"TLS1_2"}},
				Off: catalog.SettingValues{List: []any{"TLS1_0"}}, Absent: catalog.SettingOff,
			}},
		},
		{Control: "other", Role: catalog.SettingAlternative, Type: "azurerm_storage_account", Rows: []catalog.SettingRow{{
			Argument: "x", On: catalog.SettingValues{Any: true}, Absent: catalog.SettingOff,
		}}},
	}
	const resource, update = "azapi_resource", "azapi_update_resource"
	block := func(typ, arguments string) string {
		return "variable \"v\" {}\nresource \"" + typ + "\" \"a\" {\n" +
			"  type = \"Microsoft.Storage/storageAccounts@2023-01-01\"\n" + arguments + "\n}\n"
	}
	for name, tt := range map[string]struct{ source, control, arm, want string }{
		"object":        {source: block(resource, `body = { properties = { minimumTlsVersion = "TLS1_2" } }`), want: "on"},
		"off":           {source: block(resource, `body = { properties = { minimumTlsVersion = "TLS1_0" } }`), want: "off"},
		"left out":      {source: block(resource, `body = { properties = {} }`), want: "off"},
		"null":          {source: block(resource, `body = { properties = { minimumTlsVersion = null } }`), want: "off"},
		"no properties": {source: block(resource, `body = {}`), want: "off"},
		"no body":       {source: block(resource, ``), want: "off"},
		"JSON": {
			source: block(resource, `body = jsonencode({ properties = { minimumTlsVersion = "TLS1_2", other = var.v } })`),
			want:   "on",
		},
		"JSON in a text": {source: block(resource, `body = "{\"properties\":{\"minimumTlsVersion\":\"TLS1_2\"}}"`), want: "on"},
		"merged": {
			source: block(resource, `body = merge({ properties = { minimumTlsVersion = "TLS1_2" } }, {})`),
			want:   "on",
		},
		"merged with any": {
			source: block(resource, `body = merge({ properties = { minimumTlsVersion = "TLS1_2" } }, var.v)`),
			want:   "unknown",
		},
		"by a condition": {
			source: block(resource, `body = { properties = { minimumTlsVersion = var.v ? "TLS1_2" : "TLS1_2" } }`),
			want:   "unknown",
		},
		"spelt otherwise": {source: block(resource, `body = { properties = { minimumTLSVersion = "TLS1_0" } }`), want: "unknown"},
		"spelt twice": {
			source: block(resource, `body = { properties = { minimumTlsVersion = "TLS1_2", MinimumTlsVersion = "TLS1_0" } }`),
			want:   "unknown",
		},
		"properties twice": {
			source: block(resource, `body = { properties = { minimumTlsVersion = "TLS1_2" }, Properties = {} }`), want: "unknown",
		},
		"with a second body": {
			source: block(resource, "body = { properties = { minimumTlsVersion = \"TLS1_2\" } }\nsensitive_body = var.v"),
			want:   "unknown",
		},
		"ignored in part": {
			source: block(resource, "body = { properties = { minimumTlsVersion = \"TLS1_2\" } }\n"+
				"ignore_body_changes = [\"properties\"]"), want: "unknown",
		},
		"ignored": {
			source: block(resource, "body = { properties = { minimumTlsVersion = \"TLS1_2\" } }\n"+
				"lifecycle {\n ignore_changes = [body]\n}"), want: "unknown",
		},
		"of several": {
			source: block(resource, "count = 2\nbody = { properties = { minimumTlsVersion = [\"TLS1_2\", \"TLS1_0\"]"+
				"[count.index] } }"),
			want: "off",
		},
		"update": {source: block(update, `body = { properties = { minimumTlsVersion = "TLS1_2" } }`), want: "on"},
		"update, off": {
			source: block(update, `body = { properties = { minimumTlsVersion = "TLS1_0" } }`), want: "off",
		},
		"update of something else": {source: block(update, `body = { properties = {} }`), want: "unknown"},
		"a call": {
			source: block("azapi_resource_action", `body = { properties = { minimumTlsVersion = "TLS1_2" } }`),
			want:   "unknown",
		},
		"of another case": {
			source: block(resource, `body = { properties = { minimumTlsVersion = "TLS1_2" } }`),
			arm:    "microsoft.storage/storageaccounts", want: "on",
		},
		"a part of it": {
			source: block(resource, `body = {}`), arm: "Microsoft.Storage/storageAccounts/fileServices", want: "none",
		},
		"what sets it up again": {
			source: block(resource, `body = {}`), arm: "Microsoft.Storage/storageAccounts/config", want: "unknown",
		},
		"a slot of it": {
			source: block(resource, `body = {}`), arm: "microsoft.storage/storageaccounts/Slots", want: "unknown",
		},
		"of another type": {source: block(resource, `body = {}`), arm: "Microsoft.Web/sites", want: "unknown"},
		"without settings of azapi": {
			source: block(resource, `body = {}`), control: "other", want: "unknown",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, rest, _ := strings.Cut(tt.source, "resource \"")
			declared, _, _ := strings.Cut(rest, "\"")
			place := configuration.Place{
				Address: declared + ".a", Type: "Microsoft.Storage/storageAccounts", File: "main.tf", Line: 2,
			}
			if tt.arm != "" {
				place.Type = tt.arm
			}
			control := "c"
			if tt.control != "" {
				control = tt.control
			}
			results, err := evaluate(t, tt.source, nil).Service(settings, []configuration.Place{place})
			if err != nil {
				t.Fatal(err)
			}
			if got := results[control]; got.State.String() != tt.want {
				t.Errorf("got %s, want %s: %+v", got.State, tt.want, got.Deciders)
			}
		})
	}
}

// TestAzapiCompanions: what protects may be of azapi as well as what is protected.
func TestAzapiCompanions(t *testing.T) {
	t.Parallel()
	settings := []*catalog.Setting{{
		Control: "c", Role: catalog.SettingAlternative, Type: "Microsoft.Insights/diagnosticSettings",
		Companion: &catalog.Companion{
			RefersBy: "parent_id", Protects: []string{"a_b", "Microsoft.X/y"}, Without: catalog.SettingUnknown,
		},
		Rows: []catalog.SettingRow{{
			Argument: "body.properties.logs[].enabled", On: catalog.SettingValues{List: []any{true}}, Absent: catalog.SettingOff,
			Which: catalog.BlocksAny,
		}},
	}}
	const companion = `resource "azapi_resource" "d" {
  type      = "Microsoft.Insights/diagnosticSettings@2021-05-01-preview"
  parent_id = PARENT.id
  body      = { properties = { logs = [{ enabled = true }] } }
}
resource "a_b" "x" {}
resource "azapi_resource" "y" {
  type = "microsoft.x/Y@1"
}
variable "t" {}
`
	for source, want := range map[string][2]string{
		strings.ReplaceAll(companion, "PARENT", "a_b.x"):            {"on", "unknown"},
		strings.ReplaceAll(companion, "PARENT", "azapi_resource.y"): {"unknown", "on"},
	} {
		c := evaluate(t, source, nil)
		for i, place := range []configuration.Place{
			{Address: "a_b.x", Type: "a_b"}, {Address: "azapi_resource.y", Type: "microsoft.x/Y"},
		} {
			results, err := c.Service(settings, []configuration.Place{place})
			if err != nil {
				t.Fatal(err)
			}
			if got := results["c"].State.String(); got != want[i] {
				t.Errorf("%s: got %s, want %s", place.Address, got, want[i])
			}
		}
	}
}
