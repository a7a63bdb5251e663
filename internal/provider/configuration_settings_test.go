package provider_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

const storageStack = `
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.20"
    }
  }
}
variable "tls" { default = "TLS1_2" }
variable "key" {
  default   = "SECRET"
  sensitive = true
}
resource "azurerm_storage_account" "a" {
  min_tls_version            = var.tls
  https_traffic_only_enabled = true
  shared_access_key_enabled  = var.key == "SECRET"
  local_user_enabled         = false
}
`

func readsStack(arguments string) string {
	return `
data "controls_configuration" "this" {
  path = "./stack"
  ` + arguments + `
}
output "document" {
  value = data.controls_configuration.this.document
}
`
}

// settingStates applies a configuration of readsStack and returns, by control, what the
// settings show.
func settingStates(t *testing.T, w *acctest.Workspace) map[string]string {
	t.Helper()
	out := w.Run(0, "apply", "-auto-approve")
	var text string
	if err := json.Unmarshal([]byte(w.RunRaw(0, "output", "-json", "document")), &text); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out+text, "SECRET") || strings.Contains(text, "TLS1_") {
		t.Error("a value of the configuration is shown")
	}
	var document struct {
		Settings map[string]map[string]struct {
			State string
			By    []struct{ Argument string }
		}
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for control, s := range document.Settings["azure-storage"] {
		states[control] = s.State
	}
	return states
}

func TestAccConfigurationSettings(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, readsStack(""))
	w.Write("stack/main.tf", storageStack)
	w.Run(0, "init")
	if states := settingStates(t, w); len(states) > 0 {
		t.Errorf("without being asked: %v", states)
	}
	write := func(arguments string) { w.Write("main.tf", acctest.RequiredProviders+readsStack(arguments)) }

	write("settings = true")
	out := w.Run(0, "plan")
	expectText(
		t,
		out,
		"Settings depend on root variables",
		"variables = {",
		"tls = var.tls",
		"have to be declared as well",
		`variable "tls" {}`,
		"Declared sensitive or ephemeral, and not to be given here, where values are seen: key.",
	)
	if strings.Contains(out, "key = var.key") {
		t.Error("asks for a sensitive variable")
	}
	const transit, local = "encryption-in-transit", "local-authentication-methods-for-data-plane-access"
	if states := settingStates(t, w); states[transit] != "unknown" || states[local] != "unknown" {
		t.Errorf("without variables: %v", states)
	}

	for tls, want := range map[string]string{"TLS1_2": "on", "TLS1_0": "off"} {
		write("settings = true\n  variables = { tls = \"" + tls + "\" }")
		if states := settingStates(t, w); states[transit] != want {
			t.Errorf("with %s: %v", tls, states)
		}
	}

	// The document names the variables that were given, and no value.
	out = w.RunRaw(0, "output", "-json", "document")
	if !strings.Contains(out, `\"variables\":[\"tls\"]`) || strings.Contains(out, "TLS1_") {
		t.Error(out)
	}

	write("settings = true\n  variables = { key = \"x\" }")
	expectText(t, w.Run(1, "plan"), "Variable cannot be given", "declares the variable \"key\" sensitive or ephemeral")
	write("settings = true\n  variables = { nothing = \"x\" }")
	expectText(t, w.Run(1, "plan"), "Variable cannot be given", "declares no variable \"nothing\"")
	write("settings = true\n  variables = [\"x\"]")
	expectText(t, w.Run(1, "plan"), "Not an object")
	write("variables = { tls = \"x\" }")
	expectText(t, w.Run(1, "plan"), "Variables of nothing", "set settings = true")

	write("settings = true")
	w.Write("stack/more.tf", "resource \"azurerm_storage_account\" \"many\" { count = 40000 }\n")
	expectText(t, w.Run(1, "plan"), "Settings cannot be evaluated", "more than 20000 instances")
}
