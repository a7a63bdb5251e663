package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// overruling repeats a document of the embedded catalogue, with a "Yes" in place of its "No".
const overruling = `services:
  - id: azure-key-vault
    name: Azure Key Vault
    cloud: azure
    documents:
      - id: azure-key-vault-security-controls-2019-04-16
        series: Security controls
        title: Security controls for Azure Key Vault
        publisher: Microsoft
        published: 2019-04-16
        url: https://docs.microsoft.com/azure/key-vault/key-vault-security-controls
        statements:
          - {control: vnet-injection, status: yes}
`

// A source that puts words into a vendor's mouth is refused, unless it says that it does;
// then everybody who reads the verdict is told.
func TestAccCorrections_document(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "")
	w.Write("own.yaml", overruling)
	config := func(corrects bool) string {
		return fmt.Sprintf(`
provider "controls" {
  catalog_sources = [{ path = "${path.module}/own.yaml", corrects = %t }]
}

data "controls_assessment" "this" {
  services = ["azure-key-vault"]
  controls = ["vnet-injection"]
}

resource "controls_requirement" "this" {
  services = ["azure-key-vault"]
  controls = ["vnet-injection"]
}

resource "controls_attestation" "this" {
  assessments = [data.controls_assessment.this.assessment]
}

output "markdown" {
  value = provider::controls::render_report([data.controls_assessment.this.assessment], "markdown")
}

output "corrections" {
  value = jsonencode(jsondecode(data.controls_assessment.this.assessment).catalog.corrections)
}

output "predicate" {
  value     = controls_attestation.this.statements["controls"]
  sensitive = true
}
`, corrects)
	}
	w.Write("main.tf", acctest.RequiredProviders+config(false))
	expectTexts(t, w.Run(1, "plan"),
		`own.yaml:6: document "azure-key-vault-security-controls-2019-04-16" of the service "azure-key-vault"`,
		"is one of the embedded catalogue, expected an id of its own", "say corrects = true of it")
	w.Write("main.tf", acctest.RequiredProviders+config(true))
	expectTexts(t, w.Run(0, "apply", "-auto-approve"), "Warning: Corrections of the catalogue",
		`vnet-injection of azure-key-vault: "Yes" by ./own.yaml, in place of "No"`)
	expectTexts(t, w.Run(0, "plan"), "No changes", "Warning: Corrections of the catalogue")
	expectTexts(t, w.Run(0, "output", "-raw", "corrections"),
		`[{"document":"azure-key-vault-security-controls-2019-04-16","laxer":["vnet-injection"],`+
			`"service":"azure-key-vault","source":"./own.yaml"}]`)
	expectTexts(t, w.Run(0, "output", "-raw", "markdown"), "### Corrections of the catalogue",
		`own.yaml gives the document "azure-key-vault-security-controls-2019-04-16" of azure-key-vault in words of its own`)
	expectTexts(t, w.Run(0, "output", "-raw", "predicate"),
		`"corrections":[{"document":"azure-key-vault-security-controls-2019-04-16"`, `"source":"./own.yaml"`)
}

// A source that takes a resource type out of the sight of the service that has it is
// refused, unless it says that it does; then every plan names the type and the service.
func TestAccCorrections_type(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "")
	w.Write("own.yaml", "types:\n  - {type: azurerm_key_vault, chooses: nothing, reason: because}\n")
	w.Write("stack/main.tf", declares("azurerm_key_vault", "this"))
	config := func(corrects bool) string {
		return fmt.Sprintf(`
provider "controls" {
  catalog_sources = [{ path = "${path.module}/own.yaml", corrects = %t }]
}

data "controls_configuration" "this" {
  path = "${path.module}/stack"
}

resource "controls_requirement" "this" {
  configuration_wo  = data.controls_configuration.this.document
  allow_no_services = true
  controls          = ["vnet-injection"]
}
`, corrects)
	}
	w.Write("main.tf", acctest.RequiredProviders+config(false))
	expectTexts(t, w.Run(1, "plan"),
		`own.yaml:2: type "azurerm_key_vault" belongs to "azure-key-vault" of an earlier source, `+
			`and is said to choose nothing here`)
	w.Write("main.tf", acctest.RequiredProviders+config(true))
	expectTexts(t, w.Run(0, "plan"), "Warning: Resource types that a source took over",
		"azurerm_key_vault: ./own.yaml takes the resource type azurerm_key_vault from azure-key-vault")
}

// expectTexts looks for texts in what a CLI printed.
func expectTexts(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}
