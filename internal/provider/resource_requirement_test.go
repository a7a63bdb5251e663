package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

const requirementAddress = "controls_requirement.this"

// The main job: Azure Key Vault has no VNet injection.
func TestAccResourceRequirement_embedded(t *testing.T) {
	config := func(controls, arguments string) string {
		return requirement("this", fmt.Sprintf("services = [\"azure-key-vault\"]\ncontrols = [%s]\n%s", controls, arguments))
	}
	const secrets = `"encryption-in-transit", "data-plane-logging", "vnet-injection"`
	accepted := config(secrets, `exceptions = [`+exception("azure-key-vault", "vnet-injection", "2026-12-31",
		`approved_by = "security@example.com"`, `ticket = "SEC-1"`, `compensating_controls = ["service-endpoints"]`)+`]`)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(secrets, ""),
				ExpectError: acctest.Says("Error: Required security controls missing", "with controls_requirement.this",
					"Azure Key Vault (azure-key-vault) lacks 1 of 3 controls:",
					`- vnet-injection: documented as "No"`, "Security controls for Azure Key Vault, 2019-04-16",
					`accept the gap in "exceptions"`,
					"https://docs.microsoft.com/azure/key-vault/key-vault-security-controls", "terraform destroy -refresh=false"),
			},
			{ // another set of controls
				Config: config(`"encryption-in-transit", "data-plane-logging"`, ""),
				ConfigStateChecks: checkOutcomes(requirementAddress, map[string]string{
					"azure-key-vault/encryption-in-transit": "satisfied", "azure-key-vault/data-plane-logging": "satisfied",
				}),
			},
			unchanged(config(`"encryption-in-transit", "data-plane-logging"`, "")),
			{ // or an exception
				Config: accepted,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(requirementAddress, plancheck.ResourceActionUpdate),
					// All is known in the plan, for who reviews it.
					plancheck.ExpectKnownValue(requirementAddress, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
				}},
				ConfigStateChecks: checkOutcomes(requirementAddress, map[string]string{
					"azure-key-vault/encryption-in-transit": "satisfied",
					"azure-key-vault/data-plane-logging":    "satisfied",
					"azure-key-vault/vnet-injection":        "excepted",
				}),
			},
			unchanged(accepted),
			{Config: config(secrets, ""), ExpectError: acctest.Says("lacks 1 of 3 controls")},
		},
	})
}

// The order of lists and the provider's process make no difference.
func TestAccResourceRequirement_deterministic(t *testing.T) {
	config := func(first, second string) string {
		return requirementCatalog(t, "") + requirement("this", fmt.Sprintf(`
			services   = ["plain-store", "full-store"]
			controls   = ["beta", "gamma"]
			exceptions = [%s, %s]
			enforcement = "warn"`, first, second))
	}
	a, b := exception("plain-store", "beta", "2027-06-30"), exception("plain-store", "gamma", "2027-06-30")
	same := statecheck.CompareValue(compare.ValuesSame())
	digest := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{same.AddStateValue(requirementAddress, tfjsonpath.New("digest"))}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(a, b), ConfigStateChecks: digest()},
			{Config: config(b, a), ConfigStateChecks: digest()},
		},
	})
}

// What passes, and what it leaves in the state. All are in one configuration, which is
// ten times as fast as one for each.
func TestAccResourceRequirement_verdicts(t *testing.T) {
	tests := map[string]struct {
		arguments string
		outcomes  map[string]string
	}{
		"exception_in_force": {
			`
			services   = ["plain-store"]
			controls   = ["alpha", "beta"]
			exceptions = [` + exception("plain-store", "beta", "2027-06-30") + `]`,
			map[string]string{"plain-store/alpha": "satisfied", "plain-store/beta": "excepted"},
		},
		"exception_last_day": {
			`
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", acctest.Today) + `]`,
			map[string]string{"plain-store/beta": "excepted"},
		},
		"exception_for_several": {
			`
			services   = ["plain-store", "old-store"]
			controls   = ["beta", "gamma"]
			on_retired = "allow"
			exceptions = [` + exceptionFor(`services = ["plain-store", "old-store"]`, `controls = ["beta", "gamma"]`) + `]`,
			map[string]string{
				"plain-store/beta": "excepted", "plain-store/gamma": "excepted",
				"old-store/beta": "excepted", "old-store/gamma": "excepted",
			},
		},
		"exception_undocumented": {
			`
			services   = ["plain-store"]
			controls   = ["omega"]
			exceptions = [` + exception("plain-store", "omega", "2027-06-30") + `]`,
			map[string]string{"plain-store/omega": "excepted"},
		},
		"exception_for_group": {
			`
			services   = ["plain-store"]
			any_of     = { "SC-28" = ["beta", "omega"] }
			exceptions = [` + exception("plain-store", "SC-28", "2027-06-30") + `]`,
			map[string]string{"plain-store/SC-28": "excepted"},
		},
		"evidence": {
			`
			services = ["plain-store", "full-store"]
			controls = ["gamma"]
			evidence = [` + evidence("plain-store", "gamma", "Premium tier only", `"azurerm_x.y.sku"`) + `]`,
			map[string]string{"plain-store/gamma": "evidenced", "full-store/gamma": "satisfied"},
		},
		"warn": {
			`
			services    = ["plain-store"]
			controls    = ["alpha", "beta", "gamma"]
			enforcement = "warn"`,
			map[string]string{"plain-store/alpha": "satisfied", "plain-store/beta": "gap", "plain-store/gamma": "gap"},
		},
		"not_applicable": {
			`
			services = ["plain-store"]
			controls = ["delta"]`,
			map[string]string{"plain-store/delta": "not_applicable"},
		},
		"retired": {
			`
			services = ["old-store"]
			controls = ["alpha"]`,
			map[string]string{"old-store/alpha": "satisfied"},
		},
		"as_of": {
			`
			services    = ["plain-store"]
			controls    = ["alpha", "beta"]
			as_of       = "2025-02-28"
			enforcement = "warn"`,
			map[string]string{"plain-store/alpha": "gap", "plain-store/beta": "gap"},
		},
		"max_document_age_days": {
			`
			services              = ["plain-store", "full-store"]
			controls              = ["alpha"]
			max_document_age_days = 365
			enforcement           = "warn"`,
			map[string]string{"plain-store/alpha": "gap", "full-store/alpha": "satisfied"},
		},
		"any_of": {
			`
			services = ["plain-store", "full-store"]
			any_of   = { yes = ["alpha", "beta"], "not applicable" = ["delta", "omega"] }`,
			map[string]string{
				"plain-store/yes": "satisfied", "plain-store/not applicable": "not_applicable",
				"full-store/yes": "satisfied", "full-store/not applicable": "satisfied",
			},
		},
		"any_of_evidence": {
			`
			services = ["plain-store"]
			any_of   = { one = ["beta", "gamma"] }
			evidence = [` + evidence("plain-store", "gamma", "Premium tier only", `"x"`) + `]`,
			map[string]string{"plain-store/one": "evidenced"},
		},
		"every_documented_of": {
			`
			services            = ["plain-store", "full-store"]
			every_documented_of = { one = ["alpha", "omega"], all = ["alpha", "beta"], none = ["delta"] }
			exceptions          = [` + exception("plain-store", "all", "2027-06-30") + `]`,
			map[string]string{
				"plain-store/one": "satisfied", "plain-store/all": "excepted", "plain-store/none": "not_applicable",
				"full-store/one": "satisfied", "full-store/all": "satisfied", "full-store/none": "satisfied",
			},
		},
		"every_documented_of_evidence": {
			`
			services            = ["plain-store"]
			every_documented_of = { one = ["alpha", "gamma"] }
			evidence            = [` + evidence("plain-store", "gamma", "Premium tier only", `"x"`) + `]`,
			map[string]string{"plain-store/one": "evidenced"},
		},
		"avoid": {
			`
			services = ["plain-store", "full-store"]
			avoid    = ["local-users"]
			evidence = [` + evidence("plain-store", "local-users", "switched off", `"azurerm_x.y.local_users = false"`) + `]`,
			map[string]string{"plain-store/local-users": "evidenced", "full-store/local-users": "satisfied"},
		},
		"allow_no_services": {
			`
			services          = []
			controls          = ["alpha"]
			allow_no_services = true`,
			map[string]string{},
		},
	}
	config := requirementCatalog(t, "")
	var checks []statecheck.StateCheck
	for name, test := range tests {
		config += requirement(name, test.arguments)
		checks = append(checks, checkOutcomes("controls_requirement."+name, test.outcomes)...)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: checks},
			unchanged(config),
		},
	})
}

// The provider's "warn" is the default of its resources.
func TestAccResourceRequirement_providerWarns(t *testing.T) {
	config := requirementCatalog(t, `enforcement = "warn"`) + requirement("this", `
		services = ["plain-store"]
		controls = ["beta"]`)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: checkOutcomes(requirementAddress, map[string]string{"plain-store/beta": "gap"})},
			unchanged(config),
		},
	})
}

// An exception ends, a document ages and a service retires while nothing is changed.
func TestAccResourceRequirement_dayAfter(t *testing.T) {
	tests := map[string]struct{ lastDay, dayAfter, arguments, says string }{
		"exception": {
			"2026-06-30", "2026-07-01", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2026-06-30") + `]`,
			"its exception ended on 2026-06-30",
		},
		"document_age": {
			"2026-06-15", "2026-06-16", `
			services              = ["plain-store"]
			controls              = ["alpha"]
			max_document_age_days = 471`,
			"by a document of 472 days",
		},
		"retirement": {
			"2026-12-30", "2026-12-31", `
			services   = ["leaving-store"]
			controls   = ["alpha"]
			on_retired = "deny"`,
			"- lifecycle: was retired on 2026-12-31",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config := requirementCatalog(t, "") + requirement("this", test.arguments)
			resource.ParallelTest(t, resource.TestCase{
				Steps: []resource.TestStep{
					{ProtoV6ProviderFactories: acctest.FactoriesOn(test.lastDay), Config: config},
					{
						ProtoV6ProviderFactories: acctest.FactoriesOn(test.dayAfter),
						Config:                   config,
						ExpectError:              acctest.Says(test.says),
					},
				},
			})
		})
	}
}

// What was not looked at is recorded.
func TestAccResourceRequirement_scope(t *testing.T) {
	config := requirementCatalog(t, "") + requirement("this", `
		services         = ["full-store"]
		controls         = ["alpha"]
		configuration_wo = `+document(t, "plain-store", "full-store")) + `
		output "scope" {
		  value     = jsondecode(controls_requirement.this.assessment).scope
		  sensitive = true
		}
		output "outcome" {
		  value     = jsondecode(controls_requirement.this.assessment).services["full-store"].controls["alpha"].outcome
		  sensitive = true
		}`
	text := func(values ...string) knownvalue.Check {
		checks := []knownvalue.Check{}
		for _, v := range values {
			checks = append(checks, knownvalue.StringExact(v))
		}
		return knownvalue.TupleExact(checks)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("outcome", knownvalue.StringExact("satisfied")),
				statecheck.ExpectKnownOutputValue("scope", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"ignored": text("azurerm_resource_group"), "other": text("a", "b"), "opaque": text(), "undocumented": text(),
					"out_of_scope": text("plain-store"),
				})),
			}},
			unchanged(config),
		},
	})
}
