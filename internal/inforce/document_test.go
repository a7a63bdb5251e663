package inforce_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// TestDocumentIsBounded: thousands of arguments are counted, and every variable that is asked
// for is still named.
func TestDocumentIsBounded(t *testing.T) {
	t.Parallel()
	layer, err := embedded.Layer()
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	var places []configuration.Place
	for i := range 60 {
		value := `"TLS1_2"`
		if i%2 == 1 {
			value = fmt.Sprintf("var.v%d", i/40)
		}
		fmt.Fprintf(&source, "resource \"azurerm_storage_account\" \"a%02d\" {\n  https_traffic_only_enabled = true\n"+
			"  min_tls_version = %s\n  public_network_access_enabled = true\n"+
			"  identity {\n    type = \"SystemAssigned\"\n  }\n}\n",
			i, value)
		places = append(places, configuration.Place{
			Address: fmt.Sprintf("azurerm_storage_account.a%02d", i), Type: "azurerm_storage_account", File: "main.tf", Line: 1,
		})
	}
	source.WriteString("variable \"v0\" {}\nvariable \"v1\" {}\n")
	shown, err := evaluate(t, source.String(), nil).Document(
		catalog.New(layer), map[string][]configuration.Place{"azure-storage": places})
	if err != nil {
		t.Fatal(err)
	}
	for control, want := range map[string]string{
		"encryption-in-transit":         "unknown 11 19 [v0 v1]", // the first of v1 is the 21st
		"disable-public-network-access": "off 60 0 []",
		"managed-identities":            "on 3 57 []",
	} {
		s := shown.Settings["azure-storage"][control]
		names := map[string]bool{}
		for _, by := range s.By {
			for _, name := range by.Variables {
				names[name] = true
			}
		}
		var sorted []string
		for _, name := range []string{"v0", "v1"} {
			if names[name] {
				sorted = append(sorted, name)
			}
		}
		if got := fmt.Sprint(s.State, " ", len(s.By), " ", s.More, " ", sorted); got != want {
			t.Errorf("%s: got %s, want %s", control, got, want)
		}
	}
}

// TestDocumentHasNoValue: whatever an argument or a variable holds, known or not, on or off or
// of no meaning, a document says where it stands and not what it is.
func TestDocumentHasNoValue(t *testing.T) {
	t.Parallel()
	layer, err := embedded.Layer()
	if err != nil {
		t.Fatal(err)
	}
	const source = requires4 + `
variable "v" {}
variable "w" {}
locals {
  rules = ["hush-1.2.3.4", var.v]
  map   = { hush-key = "TLS1_2" }
}
resource "azurerm_storage_account" "a" {
  name                          = "hush-name"
  min_tls_version               = "hush-version"
  public_network_access_enabled = "hush-flag"
  shared_access_key_enabled     = var.v
  account_kind                  = try(var.w, "hush-kind")
  network_rules {
    default_action = "hush-action"
    ip_rules       = local.rules
  }
  identity {
    type = keys(local.map)[0]
  }
}
resource "azurerm_storage_account" "b" {
  for_each        = toset([var.v])
  min_tls_version = local.map["hush-${var.w}"]
}
`
	var places []configuration.Place
	for _, name := range []string{"a", "b"} {
		places = append(places, configuration.Place{
			Address: "azurerm_storage_account." + name, Type: "azurerm_storage_account", File: "main.tf", Line: 1,
		})
	}
	for name, given := range map[string]map[string]cty.Value{
		"without variables": nil,
		"with variables":    {"v": cty.StringVal("hush-given"), "w": cty.StringVal("key")},
	} {
		shown, err := evaluate(t, source, given).Document(
			catalog.New(layer), map[string][]configuration.Place{"azure-storage": places})
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%+v", shown)
		if !strings.Contains(text, "min_tls_version") {
			t.Errorf("%s: the document names no argument: %s", name, text)
		}
		// What for_each makes of a value is an instance key, and as such part of an address.
		if rest := strings.ReplaceAll(text, `["hush-given"]`, ""); strings.Contains(rest, "hush") {
			t.Errorf("%s: a value got out: %s", name, text)
		}
	}
}
