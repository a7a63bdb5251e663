package inforce_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
	"github.com/security-controls/terraform-provider-controls/internal/inforce"
)

const requires4 = `
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.20"
    }
  }
}
`

func evaluate(t *testing.T, source string, variables map[string]cty.Value) *inforce.Configuration {
	t.Helper()
	return evaluateFiles(t, map[string]string{"main.tf": source}, variables)
}

func evaluateFiles(t *testing.T, files map[string]string, variables map[string]cty.Value) *inforce.Configuration {
	t.Helper()
	root := t.TempDir()
	for name, source := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := hclscan.Scan(root, hclscan.Options{IncludeModules: true, AllowMissing: true, Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	e, err := eval.New(c, eval.Options{Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	return inforce.New(e)
}

func embeddedSettings(t *testing.T, service string) []*catalog.Setting {
	t.Helper()
	layer, err := embedded.Layer()
	if err != nil {
		t.Fatal(err)
	}
	settings, err := catalog.New(layer).Settings(service)
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

// shown writes the state of a control, and what decides it.
func shown(t *testing.T, c *inforce.Configuration, settings []*catalog.Setting, control string, addresses ...string) string {
	t.Helper()
	var places []configuration.Place
	for _, address := range addresses {
		names := strings.Split(address, ".")
		places = append(places, configuration.Place{
			Address: address, Type: names[len(names)-2], File: "main.tf", Line: 1,
		})
	}
	results, err := c.Service(settings, places)
	if err != nil {
		t.Fatal(err)
	}
	text := results[control].State.String()
	for _, d := range results[control].Deciders {
		text += fmt.Sprintf("\n%s:%d %s %s", d.File, d.Line, d.Address, d.Argument)
		if d.Why != "" {
			text += ": " + d.Why
		}
	}
	return strings.ReplaceAll(text, " :", ":")
}

func TestStorageAccount(t *testing.T) {
	t.Parallel()
	settings := embeddedSettings(t, "azure-storage")
	const version = "it is left out, and its default is known for hashicorp/azurerm >= 4.0, < 5.0 alone, which neither the " +
		"lock file nor the required_providers of the configuration ensure"
	for name, tt := range map[string]struct {
		source, control, want string
		variables             map[string]cty.Value
	}{
		"on": {
			source: `resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = true
  min_tls_version            = "TLS1_2"
}`, want: "on\nmain.tf:2 azurerm_storage_account.a https_traffic_only_enabled\n" +
				"main.tf:3 azurerm_storage_account.a min_tls_version",
		},
		"off": {
			source: `resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = true
  min_tls_version            = "TLS1_0"
}`, want: "off\nmain.tf:3 azurerm_storage_account.a min_tls_version",
		},
		"of another case": {
			source: `resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = "true"
  min_tls_version            = "tls1_2"
}`,
			want: "unknown\nmain.tf:3 azurerm_storage_account.a min_tls_version: " +
				"the catalogue does not say what its value means",
		},
		"defaults of a version that is required": {
			source: "resource \"azurerm_storage_account\" \"a\" {}\n" + requires4,
			want: "on\nmain.tf:1 azurerm_storage_account.a https_traffic_only_enabled: it is left out, and on by default\n" +
				"main.tf:1 azurerm_storage_account.a min_tls_version: it is left out, and on by default",
		},
		"defaults of any version": {
			source: `resource "azurerm_storage_account" "a" {}`,
			want: "unknown\nmain.tf:1 azurerm_storage_account.a https_traffic_only_enabled: " + version + "\n" +
				"main.tf:1 azurerm_storage_account.a min_tls_version: " + version,
		},
		"the former name": {
			source: `resource "azurerm_storage_account" "a" {
  enable_https_traffic_only = false
  min_tls_version           = "TLS1_2"
}`, want: "off\nmain.tf:2 azurerm_storage_account.a enable_https_traffic_only",
		},
		"a root variable": {
			source: `variable "tls" { default = "TLS1_2" }
resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = true
  min_tls_version            = var.tls
}`, want: "unknown\nmain.tf:4 azurerm_storage_account.a min_tls_version: " +
				"its value is not certain: it depends on the root variable tls",
		},
		"root variables, some of them secret": {
			source: `variable "tls" {}
variable "key" { sensitive = true }
variable "pin" { ephemeral = true }
resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = true
  min_tls_version            = "${var.tls}${var.key}${var.pin}"
}`, want: "unknown\nmain.tf:6 azurerm_storage_account.a min_tls_version: " +
				"its value is not certain: it depends on the root variable tls; " +
				"it depends on the root variables key, pin, declared sensitive or ephemeral",
		},
		"a root variable that is given": {
			source: `variable "tls" { default = "TLS1_2" }
resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = true
  min_tls_version            = var.tls
}`, variables: map[string]cty.Value{"tls": cty.StringVal("TLS1_1")},
			want: "off\nmain.tf:4 azurerm_storage_account.a min_tls_version",
		},
		"ignored changes": {
			source: `resource "azurerm_storage_account" "a" {
  https_traffic_only_enabled = true
  min_tls_version            = "TLS1_2"
  lifecycle { ignore_changes = [min_tls_version] }
}`, want: "unknown\nmain.tf:3 azurerm_storage_account.a min_tls_version: " +
				"its value is not certain: changes of min_tls_version are ignored",
		},
		"several, one of them off": {
			source: `resource "azurerm_storage_account" "a" {
  for_each                   = { x = "TLS1_2", y = "TLS1_0" }
  https_traffic_only_enabled = true
  min_tls_version            = each.value
}`, want: "off\nmain.tf:4 azurerm_storage_account.a[\"y\"] min_tls_version",
		},
		"off, if it exists": {
			source: `variable "n" {}
resource "azurerm_storage_account" "a" {
  count                      = var.n
  https_traffic_only_enabled = false
  min_tls_version            = "TLS1_2"
}`, want: "unknown\nmain.tf:2 azurerm_storage_account.a[*]: " +
				"it is not certain that it exists: it depends on the root variable n",
		},
		"none is declared": {source: "resource \"azurerm_storage_account\" \"a\" {\n  count = 0\n}", want: "none"},
		"a key of its own": {
			source: `resource "azurerm_storage_account" "a" {
  customer_managed_key { key_vault_key_id = azurerm_key_vault_key.k.id }
}
resource "azurerm_key_vault_key" "k" {}`, control: "encryption-at-rest-customer-keys",
			want: "on\nmain.tf:2 azurerm_storage_account.a customer_managed_key.key_vault_key_id",
		},
		"a key that may be none": {
			source: `resource "azurerm_storage_account" "a" {
  customer_managed_key { key_vault_key_id = try(azurerm_key_vault_key.k.other, "") }
}
resource "azurerm_key_vault_key" "k" {}`, control: "encryption-at-rest-customer-keys",
			want: "unknown\nmain.tf:1 azurerm_storage_account.a: no azurerm_storage_account_customer_managed_key refers to it\n" +
				"main.tf:2 azurerm_storage_account.a customer_managed_key.key_vault_key_id: " +
				"its value is not certain: the plan decides azurerm_key_vault_key.k.other",
		},
		"shared keys": {
			source: `resource "azurerm_storage_account" "a" {
  shared_access_key_enabled = true
  local_user_enabled        = false
}`, control: "local-authentication-methods-for-data-plane-access",
			want: "on\nmain.tf:2 azurerm_storage_account.a shared_access_key_enabled",
		},
		"no shared keys": {
			source: `resource "azurerm_storage_account" "a" {
  shared_access_key_enabled = false
  local_user_enabled        = false
}`, control: "local-authentication-methods-for-data-plane-access",
			want: "off\nmain.tf:2 azurerm_storage_account.a shared_access_key_enabled\n" +
				"main.tf:3 azurerm_storage_account.a local_user_enabled",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			control := tt.control
			if control == "" {
				control = "encryption-in-transit"
			}
			c := evaluate(t, tt.source, tt.variables)
			if got := shown(t, c, settings, control, "azurerm_storage_account.a"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestCompanions: a private endpoint proves its own target's control and no other's.
func TestCompanions(t *testing.T) {
	t.Parallel()
	settings := embeddedSettings(t, "azure-storage")
	endpoint := func(arguments string) string {
		return `resource "azurerm_storage_account" "a" {}
resource "azurerm_storage_account" "b" {}
variable "n" {}
resource "azurerm_private_endpoint" "e" {
` + arguments + "\n}\n"
	}
	const connected = `  private_service_connection {
    is_manual_connection           = false
    private_connection_resource_id = `
	for name, tt := range map[string]struct{ source, want string }{
		"its own":   {endpoint(connected + "azurerm_storage_account.a.id\n  }"), "on"},
		"another's": {endpoint(connected + "azurerm_storage_account.b.id\n  }"), "unknown"},
		"manual": {
			endpoint(strings.Replace(connected, "false", "true", 1) + "azurerm_storage_account.a.id\n  }"), "unknown",
		},
		"by a condition": {
			endpoint(connected + "var.n == 1 ? azurerm_storage_account.a.id : azurerm_storage_account.b.id\n  }"),
			"unknown",
		},
		"one that may not exist": {
			endpoint("  count = var.n\n" + connected + "azurerm_storage_account.a.id\n  }"), "unknown",
		},
		"by another attribute": {endpoint(connected + "azurerm_storage_account.a.primary_location\n  }"), "unknown"},
		"by a part of its id":  {endpoint(connected + "split(\"/\", azurerm_storage_account.a.id)[2]\n  }"), "unknown"},
		"through a lost mark": {
			endpoint(connected +
				"coalesce({ (var.n) = azurerm_storage_account.b.id }[\"x\"], azurerm_storage_account.a.id)\n  }"),
			"unknown",
		},
		"none": {`resource "azurerm_storage_account" "a" {}`, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := evaluate(t, tt.source, nil)
			got, _, _ := strings.Cut(shown(t, c, settings, "azure-private-link", "azurerm_storage_account.a"), "\n")
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestRoles combines alternatives, vetoes and parts.
func TestRoles(t *testing.T) {
	t.Parallel()
	row := func(argument string) []catalog.SettingRow {
		return []catalog.SettingRow{{
			Argument: argument, On: catalog.SettingValues{List: []any{true}}, Off: catalog.SettingValues{List: []any{false}},
			Absent: catalog.SettingUnknown,
		}}
	}
	way := func(role catalog.SettingRole, argument string) *catalog.Setting {
		return &catalog.Setting{Control: "c", Role: role, Type: "a_b", Rows: row(argument)}
	}
	settings := []*catalog.Setting{
		way(catalog.SettingAlternative, "one"), way(catalog.SettingAlternative, "other"),
		way(catalog.SettingVeto, "veto"), way(catalog.SettingPart, "part"),
	}
	for arguments, want := range map[string]string{
		"one = true, veto = true, part = true":                 "on",
		"one = false, other = true, veto = true, part = true":  "on",
		"one = true, other = false, veto = true, part = true":  "on",
		"one = false, other = false, veto = true, part = true": "off",
		"one = false, veto = true, part = true":                "unknown",
		"one = true, veto = false, part = true":                "off",
		"one = true, veto = true, part = false":                "off",
		"one = true, veto = true":                              "unknown",
		"one = true, part = true":                              "unknown",
		"veto = true, part = true":                             "unknown",
		"veto = false":                                         "off",
	} {
		c := evaluate(t, "resource \"a_b\" \"x\" {\n"+strings.ReplaceAll(arguments, ", ", "\n")+"\n}", nil)
		got, _, _ := strings.Cut(shown(t, c, settings, "c", "a_b.x"), "\n")
		if got != want {
			t.Errorf("%s: got %s, want %s", arguments, got, want)
		}
	}
	only := []*catalog.Setting{way(catalog.SettingVeto, "veto")}
	c := evaluate(t, "resource \"a_b\" \"x\" { veto = true }", nil)
	const alone = "unknown\nmain.tf:1 a_b.x: nothing that the catalogue knows shows it to be on by itself"
	if got := shown(t, c, only, "c", "a_b.x"); got != alone {
		t.Errorf("a veto alone: %s", got)
	}
}

// TestValues: types are converted, strings compared exactly, and what is empty is no value.
func TestValues(t *testing.T) {
	t.Parallel()
	settings := func(on, off catalog.SettingValues) []*catalog.Setting {
		return []*catalog.Setting{{Control: "c", Role: catalog.SettingAlternative, Type: "a_b", Rows: []catalog.SettingRow{
			{Argument: "v", On: on, Off: off, Absent: catalog.SettingOff},
		}}}
	}
	list := func(values ...any) catalog.SettingValues { return catalog.SettingValues{List: values} }
	anything := catalog.SettingValues{Any: true}
	for _, tt := range []struct {
		on, off catalog.SettingValues
		value   string
		want    string
	}{
		{list(true), list(false), `"true"`, "on"},
		{list(true), list(false), `"false"`, "off"},
		{list(true), list(false), `"yes"`, "unknown"},
		{list(2.0), list(), `"2"`, "on"},
		{list("2"), list(), `2`, "on"},
		{list("A"), list(), `"a"`, "unknown"},
		{anything, list("x"), `"x"`, "off"},
		{anything, list("x"), `"y"`, "on"},
		{anything, list(), `""`, "off"},
		{anything, list(), `null`, "off"},
		{anything, list(), `[]`, "off"},
		{anything, list(), `["a"]`, "on"},
		{anything, list(), `"alias/aws/s3"`, "off"},
		{list("a"), list("z"), `["a", "b"]`, "on"},
		{list("a"), list("z"), `["a", "z"]`, "off"},
		{list("a"), list("z"), `["b"]`, "unknown"},
		{anything, list(), `uuid()`, "unknown"},
	} {
		c := evaluate(t, "resource \"a_b\" \"x\" {\n v = "+tt.value+"\n}", nil)
		got, _, _ := strings.Cut(shown(t, c, settings(tt.on, tt.off), "c", "a_b.x"), "\n")
		if got != tt.want {
			t.Errorf("%s with on %v, off %v: got %s, want %s", tt.value, tt.on, tt.off, got, tt.want)
		}
	}
}
