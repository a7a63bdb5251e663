package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

func baselineFunctionConfig(arguments string) string {
	return functionProvider + `
output "report" {
  value = provider::controls::render_baseline(` + arguments + `)
}
`
}

func TestAccFunctionRenderBaseline_formats(t *testing.T) {
	checks := map[string]func(string) error{
		report.FormatMarkdown:       containing("## Azure Key Vault", "(`vnet-injection`) | No |", "2019-04-16"),
		report.FormatCSV:            containing("cloud,service,", "azure,azure-key-vault,Azure Key Vault,api-call-encryption"),
		report.FormatOSCALComponent: containing(`"component-definition"`, `"last-modified":"20`, `"oscal-version":"1.1.3"`),
	}
	for _, format := range report.Names(report.BaselineFormats()) {
		check := checks[format]
		if check == nil {
			check = containing("azure-key-vault")
		}
		t.Run(format, func(t *testing.T) {
			functionTest(t, resource.TestStep{
				Config: baselineFunctionConfig(`["azure-key-vault"], "` + format + `"`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("report", knownvalue.StringFunc(check)),
				},
			})
		})
	}
}

func TestAccFunctionRenderBaseline_set(t *testing.T) {
	functionTest(t, resource.TestStep{
		Config: baselineFunctionConfig(`toset(["visual-studio-codespaces", "azure-key-vault"]), "markdown"`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("report",
				knownvalue.StringFunc(containing("## Azure Key Vault", "## Visual Studio Codespaces", "Ends on 2021-02-17"))),
		},
	})
}

func TestAccFunctionRenderBaseline_errors(t *testing.T) {
	for name, c := range map[string]struct {
		arguments string
		says      *regexp.Regexp
	}{
		"format": {
			`["azure-key-vault"], "html"`, acctest.Says(`The format is "html", expected`, "`oscal-component-definition`"),
		},
		"nothing": {`[], "csv"`, acctest.Says("There is no service to report")},
		"service": {
			`["azure-key-valt"], "csv"`,
			acctest.Says(`The catalogue has no service "azure-key-valt"`, `Did you mean "azure-key-vault"`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			functionTest(t, resource.TestStep{Config: baselineFunctionConfig(c.arguments), ExpectError: c.says})
		})
	}
}
