package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// changesConfig assesses Azure Key Vault with one control and with two, and renders what that
// changes.
func changesConfig(arguments string) string {
	return functionProvider + `
data "controls_assessment" "before" {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit"]
}
data "controls_assessment" "after" {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit", "vnet-injection"]
}
output "report" {
  value = provider::controls::render_changes(` + arguments + `)
}
`
}

func TestAccFunctionRenderChanges(t *testing.T) {
	const both = "data.controls_assessment.before.assessment, data.controls_assessment.after.assessment"
	for name, tt := range map[string]struct {
		arguments string
		parts     []string
	}{
		"markdown": {both + `, "markdown"`, []string{
			"<!-- terraform-provider-controls: changes -->", "❌ New: 1 gap", "### New gaps", "Azure Key Vault",
			"not asked → Gap",
		}},
		"html":  {both + `, "html"`, []string{"<!doctype html>", "New: 1 gap", "not asked → Gap"}},
		"first": {`"", data.controls_assessment.before.assessment, "markdown"`, []string{"Before: no assessment"}},
		"same": {
			`data.controls_assessment.after.assessment, data.controls_assessment.after.assessment, "markdown"`,
			[]string{"✅ Nothing changes"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			functionTest(t, resource.TestStep{
				Config: changesConfig(tt.arguments),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("report", knownvalue.StringFunc(containing(tt.parts...))),
				},
			})
		})
	}
	for name, tt := range map[string]struct {
		arguments string
		says      *regexp.Regexp
	}{
		"format":  {both + `, "pdf"`, acctest.Says(`The format is "pdf", expected`, "`markdown` or `html`")},
		"before":  {`"x", data.controls_assessment.after.assessment, "html"`, acctest.Says("Not the JSON of an assessment")},
		"after":   {`"", "{}", "html"`, acctest.Says("assessment")},
		"no text": {`"", "", "html"`, acctest.Says("assessment")},
	} {
		t.Run(name, func(t *testing.T) {
			functionTest(t, resource.TestStep{Config: changesConfig(tt.arguments), ExpectError: tt.says})
		})
	}
}
