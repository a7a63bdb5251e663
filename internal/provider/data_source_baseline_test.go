package provider_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// articleRow is one row of a "Security controls for X" article: label and status as
// printed, and the links that it gives.
type articleRow struct {
	control, label, status string
	planned                bool
	references             []string // title and address by turns
}

// The two articles that the catalogue began with, in the order of their tables.
var (
	keyVaultArticle = []articleRow{
		{
			control: "encryption-at-rest-platform-keys",
			label:   "Server-side encryption at rest: Microsoft managed keys",
			status:  "yes",
		},
		{
			control: "encryption-in-transit",
			label:   "Encryption in transit (such as ExpressRoute encryption, in VNet encryption, and VNet-VNet encryption)",
			status:  "yes",
		},
		{
			control: "encryption-at-rest-customer-keys",
			label:   "Server-side encryption at rest: customer managed keys (BYOK)",
			status:  "yes",
		},
		{control: "column-level-encryption", label: "Column level encryption (Azure Data Services)", status: "not_applicable"},
		{control: "api-call-encryption", label: "API calls encrypted", status: "yes"},
		{control: "service-endpoints", label: "Service endpoint support", status: "yes"},
		{control: "vnet-injection", label: "VNet injection support", status: "no"},
		{control: "network-isolation", label: "Network isolation and firewalling support", status: "yes"},
		{control: "forced-tunneling", label: "Forced tunneling support", status: "no"},
		{control: "monitoring", label: "Azure monitoring support (Log analytics, App insights, etc.)", status: "yes"},
		{control: "authentication", label: "Authentication", status: "yes"},
		{control: "authorization", label: "Authorization", status: "yes"},
		{control: "management-plane-logging", label: "Control/Management plane Logging and Audit", status: "yes"},
		{control: "data-plane-logging", label: "Data plane logging and audit", status: "yes"},
		{control: "management-plane-access-control", label: "Control/Management plane access controls", status: "yes"},
		{control: "data-plane-access-control", label: "Data plane access controls (At every service level)", status: "yes"},
	}
	codespacesArticle = []articleRow{
		{control: "vnet-injection", label: "VNet injection support", status: "no", planned: true},
		{control: "network-isolation", label: "Network isolation and firewalling support", status: "yes"},
		{control: "management-plane-logging", label: "Management plane logging and audit", status: "yes", references: []string{
			"Azure resource activity logs",
			"https://docs.microsoft.com/azure/azure-resource-manager/management/view-activity-logs",
		}},
		{control: "data-plane-logging", label: "Data plane logging and audit", status: "no", planned: true},
		{control: "authentication", label: "Authentication", status: "yes", references: []string{
			"AAD authentication flows",
			"https://docs.microsoft.com/azure/active-directory/develop/authentication-flows-app-scenarios",
		}},
		{control: "authorization", label: "Authorization", status: "yes", references: []string{
			"Azure RBAC", "https://docs.microsoft.com/azure/role-based-access-control/",
		}},
		{control: "delegated-access", label: "Delegated access", status: "yes"},
		{
			control: "encryption-at-rest-platform-keys",
			label:   "Server-side encryption at rest: Microsoft-managed keys",
			status:  "yes",
			references: []string{
				"Azure Storage encryption for data at rest",
				"https://docs.microsoft.com/azure/storage/common/storage-service-encryption",
			},
		},
		{
			control: "encryption-at-rest-customer-keys",
			label:   "Server-side encryption at rest: Customer-managed keys",
			status:  "no",
			planned: true,
		},
		{control: "encryption-in-transit", label: "Encryption in transit", status: "yes"},
		{control: "api-call-encryption", label: "API calls encrypted", status: "yes"},
	}
)

// checkArticle checks that the baseline has the rows and no others. Each statement is
// that of the document alone: the configuration pins the article with as_of.
func checkArticle(address, document, published string, rows []articleRow) []statecheck.StateCheck {
	controls := map[string]knownvalue.Check{}
	byStatus := map[string][]knownvalue.Check{"yes": {}, "no": {}, "not_applicable": {}}
	for _, row := range rows {
		references := []knownvalue.Check{}
		for i := 0; i < len(row.references); i += 2 {
			references = append(references, knownvalue.ObjectExact(map[string]knownvalue.Check{
				"title": knownvalue.StringExact(row.references[i]), "url": knownvalue.StringExact(row.references[i+1]),
			}))
		}
		controls[row.control] = knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"label": knownvalue.StringExact(row.label), "status": knownvalue.StringExact(row.status),
			"planned": knownvalue.Bool(row.planned), "references": knownvalue.ListExact(references),
			"document": knownvalue.StringExact(document), "published": knownvalue.StringExact(published),
			"title": knownvalue.NotNull(), "category": knownvalue.NotNull(), "condition": knownvalue.Null(),
		})
		byStatus[row.status] = append(byStatus[row.status], knownvalue.StringExact(row.control))
	}
	checks := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("controls"), knownvalue.MapExact(controls)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("conditional"), knownvalue.ListExact([]knownvalue.Check{})),
	}
	for status, attribute := range map[string]string{
		"yes": "supported", "no": "unsupported", "not_applicable": "not_applicable",
	} {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute),
			knownvalue.SetExact(byStatus[status])))
	}
	return checks
}

func TestAccDataSourceBaseline_articles(t *testing.T) {
	const vault, codespaces = "data.controls_baseline.vault", "data.controls_baseline.codespaces"
	document := func(id, title, published, url string) knownvalue.Check {
		return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id":        knownvalue.StringExact(id),
			"series":    knownvalue.StringExact("Security controls"),
			"title":     knownvalue.StringExact(title),
			"publisher": knownvalue.StringExact("Microsoft"),
			"published": knownvalue.StringExact(published),
			"url":       knownvalue.StringExact(url),
			"license":   knownvalue.StringExact("CC-BY-4.0"),
		})})
	}
	checks := append(
		checkArticle(vault, "azure-key-vault-security-controls-2019-04-16", "2019-04-16", keyVaultArticle),
		checkArticle(codespaces, "visual-studio-codespaces-security-controls-2020-06-25", "2020-06-25", codespacesArticle)...)
	config := `
		data "controls_baseline" "vault" {
		  service = "azure-key-vault"
		  as_of   = "2019-04-16"
		}
		data "controls_baseline" "codespaces" {
		  service = "visual-studio-codespaces"
		  as_of   = "2020-06-25"
		}`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: append(checks,
				statecheck.ExpectKnownValue(vault, tfjsonpath.New("name"), knownvalue.StringExact("Azure Key Vault")),
				statecheck.ExpectKnownValue(vault, tfjsonpath.New("cloud"), knownvalue.StringExact("azure")),
				statecheck.ExpectKnownValue(vault, tfjsonpath.New("service_lifecycle"), lifecycle("active", "", "")),
				statecheck.ExpectKnownValue(vault, tfjsonpath.New("documents"),
					document("azure-key-vault-security-controls-2019-04-16",
						"Security controls for Azure Key Vault", "2019-04-16",
						"https://docs.microsoft.com/azure/key-vault/key-vault-security-controls")),
				statecheck.ExpectKnownValue(codespaces, tfjsonpath.New("service_lifecycle"),
					lifecycle("retired", "2021-02-17", "GitHub Codespaces")),
				statecheck.ExpectKnownValue(codespaces, tfjsonpath.New("documents"),
					document("visual-studio-codespaces-security-controls-2020-06-25",
						"Security controls for Visual Studio Codespaces", "2020-06-25",
						"https://docs.microsoft.com/visualstudio/codespaces/")),
			)},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}

// emptyPlan checks that there is nothing to do.
var emptyPlan = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

// lifecycle checks the end of a service; "" stands for null.
func lifecycle(stage, retiredOn, successor string) knownvalue.Check {
	return knownvalue.ObjectPartial(map[string]knownvalue.Check{
		"stage": knownvalue.StringExact(stage), "retired_on": textOrNull(retiredOn), "successor": textOrNull(successor),
	})
}

func textOrNull(s string) knownvalue.Check {
	if s == "" {
		return knownvalue.Null()
	}
	return knownvalue.StringExact(s)
}

// The stage goes by the clock, whatever as_of says; RetiredOn is the first day without
// the service.
func TestAccDataSourceBaseline_lifecycleGoesByTheClock(t *testing.T) {
	for day, stage := range map[string]string{"2021-02-16": "retiring", "2021-02-17": "retired"} {
		t.Run(stage, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesOn(day),
				Steps: []resource.TestStep{{
					Config: `data "controls_baseline" "this" {
					  service = "visual-studio-codespaces"
					  as_of   = "2020-12-31"
					}`,
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("data.controls_baseline.this",
						tfjsonpath.New("service_lifecycle"), lifecycle(stage, "2021-02-17", "GitHub Codespaces"))},
				}},
			})
		})
	}
}

// Where documents disagree, all of them show, each with its date; as of a day before the
// newest, the answer is the older one.
func TestAccDataSourceBaseline_disagreement(t *testing.T) {
	older := func(status, document, published string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"status": knownvalue.StringExact(status), "condition": knownvalue.Null(),
			"document": knownvalue.StringExact(document), "published": knownvalue.StringExact(published),
		})
	}
	control := tfjsonpath.New("controls").AtMapKey("encryption-at-rest-customer-keys")
	baseline := "azure-netapp-files-security-baseline-2023-01-05"
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: `
				data "controls_baseline" "now" { service = "azure-netapp-files" }
				data "controls_baseline" "then" {
				  service = "azure-netapp-files"
				  as_of   = "2024-01-01"
				}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.controls_baseline.now", control.AtMapKey("status"),
					knownvalue.StringExact("yes")),
				statecheck.ExpectKnownValue("data.controls_baseline.now", control.AtMapKey("published"),
					knownvalue.StringExact("2026-05-15")),
				statecheck.ExpectKnownValue("data.controls_baseline.now", control.AtMapKey("superseded"),
					knownvalue.ListExact([]knownvalue.Check{older("no", baseline, "2023-01-05")})),
				statecheck.ExpectKnownValue("data.controls_baseline.then", control.AtMapKey("status"),
					knownvalue.StringExact("no")),
				statecheck.ExpectKnownValue("data.controls_baseline.then", control.AtMapKey("superseded"),
					knownvalue.ListExact([]knownvalue.Check{})),
			},
		}},
	})
}

func TestAccDataSourceBaseline_everythingAStatementSays(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta", "gamma", "delta", "!local"),
		"store.yaml": acctest.Service("store", "2025-01-31",
			acctest.Statement{
				Control: "alpha",
				Status:  "conditional",
				Rest: `, condition: Premium tier only, enabled_by_default: false, responsibility: customer, ` +
					`notes: Costs more., label: Alpha support`,
			},
			acctest.Statement{Control: "beta", Status: "yes", Rest: `, enabled_by_default: true, responsibility: shared`},
			acctest.Statement{Control: "gamma", Status: "no"},
			acctest.Statement{
				Control: "delta", Status: "not_applicable", Rest: `, references: [{title: Why, url: "https://example.com/why"}]`,
			},
			acctest.Statement{Control: "local", Status: "yes", Rest: `, responsibility: vendor`},
		),
	})
	statement := func(status string, more map[string]knownvalue.Check) knownvalue.Check {
		all := map[string]knownvalue.Check{
			"title":              knownvalue.NotNull(),
			"category":           knownvalue.StringExact("test"),
			"label":              knownvalue.NotNull(),
			"status":             knownvalue.StringExact(status),
			"condition":          knownvalue.Null(),
			"planned":            knownvalue.Bool(false),
			"enabled_by_default": knownvalue.Null(),
			"responsibility":     knownvalue.Null(),
			"notes":              knownvalue.Null(),
			"references":         knownvalue.ListExact([]knownvalue.Check{}),
			"document":           knownvalue.StringExact("store-2025-01-31"),
			"published":          knownvalue.StringExact("2025-01-31"),
			"superseded":         knownvalue.ListExact([]knownvalue.Check{}),
		}
		for name, check := range more {
			all[name] = check
		}
		return knownvalue.ObjectExact(all)
	}
	ids := func(ids ...string) knownvalue.Check {
		checks := []knownvalue.Check{}
		for _, id := range ids {
			checks = append(checks, knownvalue.StringExact(id))
		}
		return knownvalue.ListExact(checks)
	}
	this := "data.controls_baseline.this"
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderConfig(dir) + `data "controls_baseline" "this" { service = "store" }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(this, tfjsonpath.New("controls"), knownvalue.MapExact(map[string]knownvalue.Check{
					"alpha": statement("conditional", map[string]knownvalue.Check{
						"label":              knownvalue.StringExact("Alpha support"),
						"condition":          knownvalue.StringExact("Premium tier only"),
						"enabled_by_default": knownvalue.Bool(false),
						"responsibility":     knownvalue.StringExact("customer"),
						"notes":              knownvalue.StringExact("Costs more."),
					}),
					// Without a label of its own, or of its definition, a statement has the title.
					"beta": statement("yes", map[string]knownvalue.Check{
						"label": knownvalue.StringExact("Title of beta"), "title": knownvalue.StringExact("Title of beta"),
						"enabled_by_default": knownvalue.Bool(true), "responsibility": knownvalue.StringExact("shared"),
					}),
					"gamma": statement("no", nil),
					"delta": statement("not_applicable", map[string]knownvalue.Check{
						"references": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
							"title": knownvalue.StringExact("Why"),
							"url":   knownvalue.StringExact("https://example.com/why"),
						})}),
					}),
					"local": statement("yes", map[string]knownvalue.Check{"responsibility": knownvalue.StringExact("vendor")}),
				})),
				// As documented, whatever one wishes: "local" is adverse.
				statecheck.ExpectKnownValue(this, tfjsonpath.New("supported"), ids("beta", "local")),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("conditional"), ids("alpha")),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("unsupported"), ids("gamma")),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("not_applicable"), ids("delta")),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("resource_types"), ids()),
			},
		}},
	})
}

func TestAccDataSourceBaseline_digest(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha"),
		"store.yaml":       acctest.Service("store", "2025-01-31", acctest.Statement{Control: "alpha", Status: "yes"}),
	})
	config := acctest.ProviderConfig(dir) + `data "controls_baseline" "this" { service = "store" }`
	write := func(name, content string) func() {
		return func() { acctest.WriteFile(t, filepath.Join(filepath.FromSlash(dir), name), content) }
	}
	same, differs := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesDiffer())
	digest := func(c interface {
		AddStateValue(address string, path tfjsonpath.Path) statecheck.StateCheck
	},
	) statecheck.StateCheck {
		return c.AddStateValue("data.controls_baseline.this", tfjsonpath.New("digest"))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{digest(same)}},
			{ // Another service is none of its business.
				PreConfig: write("other.yaml", acctest.Service("other", "2025-02-28",
					acctest.Statement{Control: "alpha", Status: "no"})),
				Config: config, ConfigStateChecks: []statecheck.StateCheck{digest(same), digest(differs)},
			},
			{
				PreConfig: write("store.yaml", acctest.Service("store", "2025-01-31",
					acctest.Statement{Control: "alpha", Status: "no"})),
				Config: config, ConfigStateChecks: []statecheck.StateCheck{digest(differs)},
			},
			{
				PreConfig: write("store.yaml", acctest.Service("store", "2025-01-31",
					acctest.Statement{Control: "alpha", Status: "no", Rest: ", planned: true"})),
				Config: config, ConfigStateChecks: []statecheck.StateCheck{digest(differs)},
			},
		},
	})
}

// A user's document adds to those of the embedded catalogue: the newer one wins, the
// older stays visible, and as_of goes back to it.
func TestAccDataSourceBaseline_userCatalogOverEmbedded(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"vault.yaml": acctest.Service("azure-key-vault", "2026-06-15",
			acctest.Statement{Control: "vnet-injection", Status: "conditional", Rest: ", condition: Managed HSM only"}),
	})
	baseline := func(name, asOf string) string {
		return fmt.Sprintf("data \"controls_baseline\" %q {\n  service = \"azure-key-vault\"\n%s}\n", name, asOf) +
			fmt.Sprintf("output %q {\n  value = data.controls_baseline.%s.documents[*].id\n}\n", name, name)
	}
	vnetInjection := func(name, status, document string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.controls_baseline."+name, tfjsonpath.New("controls").AtMapKey("vnet-injection"),
			knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"status": knownvalue.StringExact(status), "document": knownvalue.StringExact(document),
			}))
	}
	const article, own = "azure-key-vault-security-controls-2019-04-16", "azure-key-vault-2026-06-15"
	documents := func(name string, ids ...string) statecheck.StateCheck {
		checks := []knownvalue.Check{}
		for _, id := range ids {
			checks = append(checks, knownvalue.StringExact(id))
		}
		return statecheck.ExpectKnownOutputValue(name, knownvalue.SetPartial(checks))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q }]\n}\n", dir) +
				baseline("newest", "") +
				baseline("last_day", "  as_of = \"2026-06-15\"\n") +
				baseline("day_before", "  as_of = \"2026-06-14\"\n") +
				baseline("article", "  as_of = \"2019-04-16\"\n"),
			ConfigStateChecks: []statecheck.StateCheck{
				vnetInjection("newest", "conditional", own), documents("newest", article, own),
				vnetInjection("last_day", "conditional", own),
				vnetInjection("day_before", "no", article),
				vnetInjection("article", "no", article),
				statecheck.ExpectKnownOutputValue("article", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact(article),
				})),
				// What the newer document does not speak of is still documented by the older one.
				statecheck.ExpectKnownValue("data.controls_baseline.newest",
					tfjsonpath.New("controls").AtMapKey("service-endpoints").AtMapKey("document"),
					knownvalue.StringExact(article)),
			},
		}},
	})
}

func TestAccDataSourceBaseline_errors(t *testing.T) {
	config := func(service, asOf string) string {
		return fmt.Sprintf("data \"controls_baseline\" \"this\" {\n  service = %q\n%s}\n", service, asOf)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config("azure-key-vault", "  as_of = \"2019-04-15\"\n"),
				ExpectError: acctest.Says("No document at this date", `as_of = "2019-04-15"`,
					"The oldest document about Azure Key Vault (azure-key-vault) is dated 2019-04-16, after 2019-04-15. "+
						"Choose a later date, or leave as_of out"),
			},
			{
				Config:      config("azure-key-vault", "  as_of = \"16.4.2019\"\n"),
				ExpectError: acctest.Says("Malformed date", `"16.4.2019" is not a date, expected the form YYYY-MM-DD`),
			},
			{
				Config:      config("azure-key-vault", "  as_of = \"2019-02-29\"\n"),
				ExpectError: acctest.Says("Malformed date", `"2019-02-29" is not a day of the calendar`),
			},
			{
				Config: config("azure-keyvalt", ""),
				ExpectError: acctest.Says("Unknown service", `service = "azure-keyvalt"`,
					`The catalogue has no service "azure-keyvalt". Did you mean "azure-key-vault"`,
					"data.controls_services lists the services"),
			},
			{
				Config: config("nothing-of-the-kind", ""),
				ExpectError: acctest.Says("Unknown service",
					`The catalogue has no service "nothing-of-the-kind". data.controls_services lists the services`),
			},
			{
				Config: config("azurerm_key_vault", ""),
				ExpectError: acctest.Says("Malformed service id", `"azurerm_key_vault" is not the id of a service`,
					`Did you mean "azure-key-vault"?`),
			},
			{
				Config:      config("Microsoft.KeyVault/vaults@2023-07-01", ""),
				ExpectError: acctest.Says("Malformed service id", `Did you mean "azure-key-vault"?`),
			},
			{
				Config:      config("Azure Key Vault", ""),
				ExpectError: acctest.Says("Malformed service id", `Did you mean "azure-key-vault"?`),
			},
			{
				Config:      config("", ""),
				ExpectError: acctest.Says("Malformed service id", `"" is not the id of a service`),
			},
		},
	})
}

// An id that another resource decides is read during the apply.
func TestAccDataSourceBaseline_unknownAtPlan(t *testing.T) {
	this := "data.controls_baseline.this"
	config := `
		resource "terraform_data" "choice" {
		  input = "azure-key-vault"
		}
		data "controls_baseline" "this" {
		  service = terraform_data.choice.output
		}
		output "name" {
		  value = data.controls_baseline.this.name
		}`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("name")},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(this, tfjsonpath.New("name"), knownvalue.StringExact("Azure Key Vault")),
				},
			},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}
