package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// What chooses a service, or could, without a resource block that says so.

// What a pipeline that keeps .terraform leaves behind after a module's ref was raised is
// another module than the one that is called. The CLI at hand agrees.
func TestAccConfigurationModules_stale(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, configurationCatalog(t)+readsFolder("./stack", ""))
	const source = "git::https://git.example/lib.git//modules/data"
	w.Write("stack/main.tf", "module \"data\" {\n  source = \""+source+"?ref=v2\"\n}\n")
	w.Write("stack/.terraform/modules/data/modules/data/main.tf", declares("terraform_data", "s"))
	installed := func(source string) {
		w.Write("stack/.terraform/modules/modules.json", `{"Modules": [{"Key": "", "Source": "", "Dir": "."},
			{"Key": "data", "Source": "`+source+`", "Dir": ".terraform/modules/data/modules/data"}]}`)
	}
	installed(source + "?ref=v1")
	expectText(t, w.Run(1, "plan"), "Configuration cannot be read",
		`main.tf:1: module.data is not installed: its source is "`+source+`?ref=v2"`,
		`and .terraform/modules/modules.json has "`+source+`?ref=v1"`,
		`"terraform -chdir=stack get" (or tofu)`, `on_missing_module = "allow"`)
	expectText(t, w.Run(1, "-chdir=stack", "validate"), "Module source has changed")

	installed(source + "?ref=v2")
	w.Run(0, "-chdir=stack", "validate")
	w.Run(0, "plan")
}

// The command of the message installs modules without the providers and the backend that
// the stack names, neither of which could be had here.
func TestAccConfigurationModules_get(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, configurationCatalog(t)+readsFolder("./stack", ""))
	elsewhere := t.TempDir()
	acctest.WriteFile(t, elsewhere+"/main.tf", declares("azurerm_vault", "v"))
	w.Write("stack/main.tf", `
terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
    }
  }
  backend "azurerm" {}
}
module "data" {
  source = "`+elsewhere+`"
}
`)
	expectText(t, w.Run(1, "plan"), `"terraform -chdir=stack get" (or tofu), which takes neither providers nor a backend`)
	w.Run(0, "-chdir=stack", "get")
	w.Run(0, "plan")
}

func TestAccDataSourceConfiguration_missingModules(t *testing.T) {
	path := folder(t, map[string]string{
		"main.tf":   "module \"far\" {\n  source = \"contoso/net/azurerm\"\n}\nmodule \"near\" {\n  source = \"./m\"\n}\n",
		"m/main.tf": declares("azurerm_vault", "a"),
	})
	expect := func(services []knownvalue.Check, unread ...string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			expectConfiguration("services", knownvalue.SetExact(services)),
			expectConfiguration("unread_modules", knownvalue.ListExact(strs(unread...))),
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      configurationCatalog(t) + readsFolder(path, `on_missing_module = "deny"`),
				ExpectError: acctest.Says("Configuration cannot be read", "main.tf:1: module.far is not installed"),
			},
			{
				Config:      configurationCatalog(t) + readsFolder(path, `on_missing_module = "warn"`),
				ExpectError: acctest.Says("on_missing_module", `"deny" "allow"`),
			},
			{
				Config:            configurationCatalog(t) + readsFolder(path, `on_missing_module = "allow"`),
				ConfigStateChecks: expect(strs("vault"), "module.far"),
			},
			{
				Config:            configurationCatalog(t) + readsFolder(path, `include_modules = false`),
				ConfigStateChecks: expect(nil, "module.far", "module.near"),
			},
		},
	})
}

// What was not read stands in the assessment and in every report.
func TestAccConfiguration_unreadOnRecord(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, configurationCatalog(t)+readsFolder("./stack", `on_missing_module = "allow"`)+`
data "controls_assessment" "this" {
  configuration = data.controls_configuration.this.document
  controls      = ["alpha"]
}
output "scope" {
  value = jsonencode(jsondecode(data.controls_assessment.this.assessment).scope.unread_modules)
}
output "silent" {
  value = [
    for format in ["markdown", "html", "csv", "sarif", "junit", "oscal-assessment-results", "oscal-poam", "cyclonedx"] : format
    if !strcontains(provider::controls::render_report([data.controls_assessment.this.assessment], format), "module.far")
  ]
}
`)
	w.Write("stack/main.tf", declares("azurerm_vault", "a")+"module \"far\" {\n  source = \"contoso/net/azurerm\"\n}\n")
	w.Run(0, "apply", "-auto-approve")
	if got := strings.TrimSpace(w.RunRaw(0, "output", "-raw", "scope")); got != `["module.far"]` {
		t.Errorf("the scope has %s", got)
	}
	if got := strings.TrimSpace(w.RunRaw(0, "output", "-json", "silent")); got != "[]" {
		t.Errorf("reports that do not say it: %s", got)
	}
}

// With -generate-config-out, the CLI writes a resource block while it plans: after the
// files were read, and in the same apply.
func TestAccConfiguration_importGenerates(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "own.yaml" }]
}
data "controls_configuration" "this" { path = path.root }
resource "controls_requirement" "this" {
  configuration_wo  = data.controls_configuration.this.document
  allow_no_services = true
  controls          = ["sealed"]
}
`)
	w.Write("own.yaml", `definitions:
  - {id: sealed, title: Sealed, description: Sealed., category: data-protection, labels: [Sealed]}
services:
  - id: team-box
    name: Team Box
    cloud: own
    resource_types: [terraform_data]
    documents:
      - {id: box-2025, series: S, title: Box, publisher: P, published: 2025-01-01, statements: [{control: sealed, status: no}]}
`)
	w.Run(0, "plan")
	w.Write("adopt.tf", "import {\n  to = terraform_data.adopted\n  id = \"box-1\"\n}\n")
	expectText(t, w.Run(1, "plan", "-generate-config-out=generated.tf"), "Required security controls missing",
		`sealed: documented as "No"`, "terraform_data.adopted (adopt.tf line 1", "imported, without a resource block yet")
}

// Programs that a plan or an apply runs can deploy anything.
func TestAccDataSourceConfiguration_programs(t *testing.T) {
	path := folder(t, map[string]string{"main.tf": "resource \"null_resource\" \"a\" {\n" +
		"  provisioner \"local-exec\" {\n    command = \"az deployment group create\"\n  }\n}\n" +
		"resource \"terraform_data\" \"b\" {\n  provisioner \"remote-exec\" {\n    inline = []\n  }\n}\n" +
		"resource \"azurerm_vault\" \"c\" {\n  provisioner \"local-exec\" {\n    command = \"x\"\n  }\n}\n" +
		declares("random_pet", "d") + "data \"external\" \"e\" {\n  program = []\n}\n"})
	opaque := strs("azurerm_vault with local-exec", "data.external", "null_resource with local-exec",
		"terraform_data with remote-exec")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: configurationCatalog(t) + readsFolder(path, ""),
				ExpectError: acctest.Says(`"azurerm_vault with local-exec",`,
					`"data.external", # runs a program, first at main.tf line 17`,
					`"null_resource with local-exec", # its provisioner can deploy anything, first at main.tf line 1`,
					`"terraform_data with remote-exec",`),
			},
			{
				Config: configurationCatalog(t) + readsFolder(path, `on_undocumented = "allow"`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("services", knownvalue.SetExact(strs("vault"))),
					expectConfiguration("opaque", knownvalue.ListExact(opaque)),
					expectConfiguration("other", knownvalue.ListExact(strs("random_pet"))),
				},
			},
			{ // Ignored by name, which leaves in what is known.
				Config: configurationCatalog(t) + readsFolder(path,
					`ignore_types = ["azurerm_vault with local-exec", "data.external", `+
						`"null_resource", "terraform_data with remote-exec"]`),
				ConfigStateChecks: []statecheck.StateCheck{expectConfiguration("services", knownvalue.SetExact(strs("vault")))},
			},
		},
	})
}

// A part of what one of several services makes, whose whole is not declared here.
func TestAccDataSourceConfiguration_partWithoutWhole(t *testing.T) {
	slot := declares("azapi_resource", "s", `type = "Microsoft.Web/sites/slots@2023-05-01"`)
	alone := folder(t, map[string]string{"main.tf": slot})
	whole := folder(t, map[string]string{
		"main.tf": slot + declares("azapi_resource", "w", `type = "Microsoft.Web/sites@2023-05-01"`),
	})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: readsFolder(alone, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("services", knownvalue.SetPartial(strs("azure-app-service", "azure-functions"))),
				},
			},
			{
				Config: readsFolder(whole, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("other", knownvalue.ListExact(strs("Microsoft.Web/sites/slots"))),
				},
			},
		},
	})
}
