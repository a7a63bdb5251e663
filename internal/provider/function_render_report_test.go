package provider_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// functionProvider names the provider for its functions. As in the other tests, each CLI
// finds it under its own host.
const functionProvider = `terraform {
  required_providers {
    controls = { source = "security-controls/controls" }
  }
}
`

// reportConfig assesses Azure Key Vault, which lacks one of two controls, and renders it.
func reportConfig(arguments string) string {
	return functionProvider + `
data "controls_assessment" "this" {
  services   = ["azure-key-vault"]
  controls   = ["encryption-in-transit", "vnet-injection"]
}
locals {
  document = jsonencode({
    schema   = "https://github.com/security-controls/terraform-provider-controls/configuration/v1"
    scope    = { ignored = [], opaque = [], other = [], undocumented = [], unread_modules = [] }
    services = { azure-key-vault = [{
      address = "azurerm_key_vault.main", type = "azurerm_key_vault", module = "", file = "vault.tf", line = 12, note = ""
    }] }
  })
}
output "report" {
  value = provider::controls::render_report(` + arguments + `)
}
`
}

// functionTest runs a configuration with the output "report".
func functionTest(t *testing.T, step resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{step}})
}

func TestAccFunctionRenderReport_formats(t *testing.T) {
	isJSON := func(text string) error {
		var v any
		return json.Unmarshal([]byte(text), &v)
	}
	checks := map[string]func(string) error{
		report.FormatMarkdown: containing("## ❌ Not compliant: 1 gap in 1 of 1 service",
			"vault.tf:12 azurerm\\_key\\_vault.main"),
		report.FormatHTML:  containing("<!doctype html>", "1 gap in 1 of 1 service", "vault.tf:12"),
		report.FormatCSV:   containing("assessment,cloud,", "azure-key-vault", "vault.tf:12"),
		report.FormatSARIF: containing(`"version":"2.1.0"`, `"revisionId":"abc"`, `"uri":"infra/vault.tf"`, `"startLine":12`),
		report.FormatJUnit: func(text string) error {
			var v struct {
				Failures int `xml:"failures,attr"`
			}
			if err := xml.Unmarshal([]byte(text), &v); err != nil || v.Failures != 1 {
				return fmt.Errorf("%d failures, %w", v.Failures, err)
			}
			return nil
		},
		report.FormatOSCALResults: containing(`"assessment-results"`, `"oscal-version":"1.1.2"`, `"not-satisfied"`),
		report.FormatOSCALPOAM:    containing(`"plan-of-action-and-milestones"`, `"oscal-version":"1.1.2"`),
		report.FormatCycloneDX:    isJSON,
	}
	for _, format := range report.Names(report.Formats()) {
		check := checks[format]
		if check == nil {
			check = containing("azure-key-vault")
		}
		t.Run(format, func(t *testing.T) {
			functionTest(t, resource.TestStep{
				Config: reportConfig(`[data.controls_assessment.this.assessment], "` + format + `", {
					configuration = local.document, source_root = "infra", oscal_version = "1.1.2"
					repository_uri = "https://example.com/r", revision = "abc"
					title = "Controls of payments", author = "Carol", date = "2026-12-31"
					system = { name = "Payments", id = "SYS-12" } }`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("report", knownvalue.StringFunc(check)),
				},
			})
		})
	}
}

// containing checks that a text has the parts, in their order.
func containing(parts ...string) func(string) error {
	return func(text string) error {
		rest := text
		for _, part := range parts {
			_, after, found := strings.Cut(rest, part)
			if !found {
				return fmt.Errorf("no %q in %.2000s", part, rest)
			}
			rest = after
		}
		return nil
	}
}

func TestAccFunctionRenderReport_optionsAreOptional(t *testing.T) {
	for name, options := range map[string]string{
		"none":  "",
		"empty": ", {}",
		"nulls": ", { source_root = null, configuration = null }",
		"map":   `, tomap({ source_root = "infra" })`,
		"typed": `, tomap({ configuration = local.document })`,
	} {
		t.Run(name, func(t *testing.T) {
			functionTest(t, resource.TestStep{
				Config: reportConfig(`[data.controls_assessment.this.assessment], "sarif"` + options),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("report", knownvalue.StringRegexp(regexp.MustCompile(`^{"\$schema"`))),
				},
			})
		})
	}
}

func TestAccFunctionRenderReport_errors(t *testing.T) {
	const assessment = "[data.controls_assessment.this.assessment]"
	for name, c := range map[string]struct {
		arguments string
		says      *regexp.Regexp
	}{
		"format": {
			assessment + `, "pdf"`, acctest.Says(`The format is "pdf", expected`, "`html`", "`cyclonedx` or `draft-hcl`"),
		},
		"no assessment": {`[], "html"`, acctest.Says("There is no assessment to report")},
		"no json":       {`["x"], "html"`, acctest.Says("Element 0: not the JSON of an assessment")},
		"edited": {
			`[replace(data.controls_assessment.this.assessment, "\"compliant\":false", "\"compliant\":true")], "html"`,
			acctest.Says("Element 0:", "compliant"),
		},
		"two options": {assessment + `, "html", {}, {}`, acctest.Says("There is more than one object of options")},
		"no object":   {assessment + `, "html", "infra"`, acctest.Says("The options are not an object")},
		"unknown option": {
			assessment + `, "html", { root = "infra" }`,
			acctest.Says(`There is no option "root", expected`, "`configuration`", "or `title`"),
		},
		"option type": {
			assessment + `, "html", { source_root = ["infra"] }`, acctest.Says("The option source_root is not a string"),
		},
		"configuration": {
			assessment + `, "html", { configuration = ["main.tf"] }`, acctest.Says("The option configuration is not a string"),
		},
		"document": {
			assessment + `, "html", { configuration = "{}" }`,
			acctest.Says("The option configuration: this is not the document of a configuration", "<name>.document as it is."),
		},
		"empty document": {
			assessment + `, "html", { configuration = "" }`,
			acctest.Says("The option configuration: this is not the document of a configuration"),
		},
		"oscal version": {
			assessment + `, "oscal-poam", { oscal_version = "2.0" }`,
			acctest.Says(`The option oscal_version is "2.0", expected one of 1.1.2`),
		},
		"source root": {
			assessment + `, "sarif", { source_root = "../x" }`, acctest.Says("The option source_root", "relative to its root"),
		},
		"repository": {
			assessment + `, "sarif", { repository_uri = "git@example.com:r" }`,
			acctest.Says("The option repository_uri", "https URL"),
		},
		"system": {
			assessment + `, "html", { system = "payments" }`, acctest.Says("The option system is not an object"),
		},
		"system without a name": {
			assessment + `, "html", { system = { id = "SYS-1" } }`, acctest.Says("The option system has no name"),
		},
		"of the system": {
			assessment + `, "html", { system = { name = "Payments", team = "a" } }`,
			acctest.Says(`There is no option "system.team", expected`, "`id`, `name` or `owner`"),
		},
		"date": {assessment + `, "html", { date = "31.12.2026" }`, acctest.Says("The option date is wrong", "YYYY-MM-DD")},
		"date before the documents": {
			assessment + `, "html", { date = "2011-01-01" }`, acctest.Says("The option date is 2011-01-01, expected none before"),
		},
		"revision": {
			assessment + `, "sarif", { revision = "abc" }`,
			acctest.Says("The option revision means nothing without repository_uri"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			functionTest(t, resource.TestStep{Config: reportConfig(c.arguments), ExpectError: c.says})
		})
	}
}

// TestAccFunctionRenderReport_unknown has an assessment that only the apply knows.
func TestAccFunctionRenderReport_unknown(t *testing.T) {
	functionTest(t, resource.TestStep{
		Config: reportConfig(`[terraform_data.known_later.output], "junit"`) + `
resource "terraform_data" "known_later" {
  input = data.controls_assessment.this.assessment
}
`,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("report")},
		},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("report", knownvalue.StringRegexp(regexp.MustCompile(`failures="1"`))),
		},
	})
}
