package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// assessedCatalog writes a catalogue with a service for every status, and one adverse
// control, and returns a provider block for it.
func assessedCatalog(t *testing.T) string {
	t.Helper()
	return acctest.ProviderConfig(acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta", "!local"),
		"store.yaml": acctest.Service("store", "2025-01-31",
			acctest.Statement{Control: "alpha", Status: "conditional", Rest: ", condition: Premium tier only"},
			acctest.Statement{Control: "beta", Status: "no", Rest: ", planned: true"},
			acctest.Statement{Control: "local", Status: "yes"}),
		"queue.yaml": acctest.Service("queue", "2025-02-28",
			acctest.Statement{Control: "alpha", Status: "yes"},
			acctest.Statement{Control: "beta", Status: "not_applicable"},
			acctest.Statement{Control: "local", Status: "no"}),
	}))
}

// The data source and the resource give the same bytes for the same arguments.
func TestAccDataSourceAssessment_sameAsTheRequirement(t *testing.T) {
	cases := map[string]string{
		"gaps": `
		  services    = ["store", "queue"]
		  controls    = ["alpha", "beta"]
		  avoid       = ["local"]
		  enforcement = "warn"`,
		"everything": `
		  services              = ["store", "queue"]
		  allow_no_services     = true
		  workload              = "shop-prod"
		  labels                = { team = "payments" }
		  controls              = ["alpha", "beta"]
		  any_of                = { either = ["alpha", "beta"] }
		  every_documented_of   = { every = ["alpha"] }
		  avoid                 = ["local"]
		  not_applicable        = "allow"
		  on_retired            = "deny"
		  as_of                 = "2025-12-31"
		  max_document_age_days = 3650
		  CONFIGURATION         = ` + document(t, "store", "queue", "azure-relay") + `
		  exceptions = [{
		    service = "store", control = "beta", justification = "For now.", expires = "2026-12-31"
		    approved_by = "Ann", ticket = "T-1", compensating_controls = ["A wall"]
		  }]
		  evidence = [
		    { service = "store", control = "alpha", condition = "Premium tier only", reference = "sku", approved_by = "Ann" },
		    { service = "store", control = "local", condition = "switched off", reference = "main.tf" },
		  ]`,
		"configuration": `
		  CONFIGURATION = ` + document(t, "store", "queue") + `
		  controls      = ["alpha"]
		  evidence      = [{ service = "store", control = "alpha", condition = "Premium tier only", reference = "sku" }]`,
		"nothing_set": `
		  services = ["queue"]
		  controls = ["alpha"]`,
	}
	config := assessedCatalog(t)
	var checks []statecheck.StateCheck
	for name, arguments := range cases {
		config += fmt.Sprintf("data \"controls_assessment\" %q {%s\n}\nresource \"controls_requirement\" %q {%s\n}\n",
			name, strings.ReplaceAll(arguments, "CONFIGURATION", "configuration"), name,
			strings.ReplaceAll(arguments, "CONFIGURATION", "configuration_wo"))
		for _, attribute := range []string{"services", "compliant", "summary", "gaps", "assessment", "digest"} {
			checks = append(checks, statecheck.CompareValuePairs("data.controls_assessment."+name, tfjsonpath.New(attribute),
				"controls_requirement."+name, tfjsonpath.New(attribute), compare.ValuesSame()))
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: append(checks,
				statecheck.ExpectKnownValue("data.controls_assessment.gaps", tfjsonpath.New("compliant"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue("data.controls_assessment.everything", tfjsonpath.New("compliant"),
					knownvalue.Bool(true)))},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}

// A gap fails nothing here, whatever the enforcement: it is in the results, for outputs
// and check blocks.
func TestAccDataSourceAssessment_aGapIsAResult(t *testing.T) {
	this := "data.controls_assessment.this"
	config := `
		data "controls_assessment" "this" {
		  services    = ["azure-key-vault", "visual-studio-codespaces"]
		  controls    = ["vnet-injection", "authentication"]
		  on_retired  = "deny"
		  enforcement = "deny"
		}
		locals {
		  services = jsondecode(data.controls_assessment.this.assessment).services
		}
		output "outcome" {
		  value = local.services["azure-key-vault"].controls["vnet-injection"].outcome
		}
		output "passing" {
		  value = local.services["azure-key-vault"].controls["authentication"].outcome
		}
		output "lifecycle" {
		  value = local.services["visual-studio-codespaces"].lifecycle.reason
		}
		output "report" {
		  value = data.controls_assessment.this.assessment
		}
		check "gaps" {
		  assert {
		    condition     = data.controls_assessment.this.compliant
		    error_message = "Gaps: ${join(", ", data.controls_assessment.this.gaps)}"
		  }
		}`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(this, tfjsonpath.New("compliant"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("gaps"), stringList(
					"azure-key-vault/vnet-injection", "visual-studio-codespaces/lifecycle",
					"visual-studio-codespaces/vnet-injection")),
				statecheck.ExpectKnownOutputValue("outcome", knownvalue.StringExact("gap")),
				statecheck.ExpectKnownOutputValue("passing", knownvalue.StringExact("satisfied")),
				statecheck.ExpectKnownOutputValue("lifecycle", knownvalue.StringExact("retired")),
			}},
			{Config: config, ConfigPlanChecks: emptyPlan},
			{ // A check's own data source: Terraform reads it again in every run.
				Config: `
					check "gaps" {
					  data "controls_assessment" "this" {
					    services = ["azure-key-vault"]
					    controls = ["forced-tunneling"]
					  }
					  assert {
					    condition     = data.controls_assessment.this.compliant
					    error_message = "Gaps: ${join(", ", data.controls_assessment.this.gaps)}"
					  }
					}`,
				ExpectNonEmptyPlan: true,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(this, tfjsonpath.New("compliant"), knownvalue.Bool(false)),
				},
			},
			{ // Where it must fail, a precondition makes it.
				Config: config + `
					resource "terraform_data" "guarded" {
					  lifecycle {
					    precondition {
					      condition     = data.controls_assessment.this.compliant
					      error_message = "Gaps: ${join(", ", data.controls_assessment.this.gaps)}"
					    }
					  }
					}`,
				ExpectError: acctest.Says("Resource precondition failed", "Gaps: azure-key-vault/vnet-injection"),
			},
		},
	})
}

// The enforcement that an assessment records is that of the provider and its own, as in
// a requirement: what the provider sets is a floor.
func TestAccDataSourceAssessment_enforcement(t *testing.T) {
	config := func(provider, own string) string {
		return fmt.Sprintf("%s\ndata \"controls_assessment\" \"this\" {\n  services = [\"azure-key-vault\"]\n"+
			"  controls = [\"vnet-injection\"]\n  %s\n}\n", provider, own) + `
			output "enforcement" {
			  value = jsondecode(data.controls_assessment.this.assessment).requirement.enforcement
			}`
	}
	var steps []resource.TestStep
	for _, c := range []struct{ provider, own, want string }{
		{"", "", "deny"},
		{`provider "controls" {}`, "", "deny"},
		{`provider "controls" {}`, `enforcement = "warn"`, "warn"},
		{`provider "controls" { enforcement = "warn" }`, "", "warn"},
		{`provider "controls" { enforcement = "warn" }`, `enforcement = "deny"`, "deny"},
		{`provider "controls" { enforcement = "deny" }`, "", "deny"},
		{`provider "controls" { enforcement = "deny" }`, `enforcement = "warn"`, "deny"},
	} {
		steps = append(steps, resource.TestStep{
			Config: config(c.provider, c.own),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("enforcement", knownvalue.StringExact(c.want)),
			},
		})
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

func TestAccDataSourceAssessment_errors(t *testing.T) {
	catalog := assessedCatalog(t)
	config := func(arguments string) string {
		return catalog + "data \"controls_assessment\" \"this\" {\n" + arguments + "\n}\n"
	}
	const exceptionOf = `{ service = "store", control = "beta", justification = "For now.", expires = "2026-12-31" }`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      config(`services = []` + "\n" + `controls = ["alpha"]`),
				ExpectError: acctest.Says("No services", "set allow_no_services = true"),
			},
			{
				Config: config(`services = ["store"]`),
				ExpectError: acctest.Says("No controls required",
					"Set at least one of controls, any_of, every_documented_of and avoid"),
			},
			{
				Config: config(`services = ["stor"]` + "\n" + `controls = ["alpha"]`),
				ExpectError: acctest.Says("Unknown service", `services = ["stor"]`,
					`The catalogue has no service "stor". Did you mean "store"?`),
			},
			{
				Config: config(`services = ["store"]` + "\n" + `controls = ["local"]` + "\n" + `avoid = ["alpha"]`),
				ExpectError: acctest.Says("Adverse control required", `Move it to "avoid"`,
					"Control to be avoided is not adverse", `Move it to "controls"`),
			},
			{
				Config: config(`services = ["store"]` + "\n" + `controls = ["beta"]` + "\n" + `exceptions = [` +
					exceptionOf + ", " + exceptionOf + `]`),
				ExpectError: acctest.Says("Duplicate exception", `another exception for "beta" of "store"`),
			},
			{
				Config:      config(`services = ["store"]` + "\n" + `controls = ["beta"]` + "\n" + `on_retired = "shrug"`),
				ExpectError: acctest.Says("on_retired", `"warn" "deny" "allow"`, `"shrug"`),
			},
		},
	})
}

func TestAccDataSourceAssessment_unknownAtPlan(t *testing.T) {
	this := "data.controls_assessment.this"
	config := assessedCatalog(t) + `
		resource "terraform_data" "choice" {
		  input = ["store"]
		}
		data "controls_assessment" "this" {
		  services = terraform_data.choice.output
		  controls = ["alpha"]
		}
		output "digest" {
		  value = data.controls_assessment.this.digest
		}`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("digest")},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(this, tfjsonpath.New("gaps"), stringList("store/alpha")),
				},
			},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}
