package provider_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// keyVaultWithInjection is a later document about Azure Key Vault.
var keyVaultWithInjection = strings.Replace(
	acctest.Service("azure-key-vault", "2026-01-31", acctest.Statement{Control: "vnet-injection", Status: "yes"}),
	"cloud: test", "cloud: azure", 1)

// A source of the user's is layered over the embedded catalogue, or replaces its services.
func TestAccResourceRequirement_userCatalog(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"azure-key-vault.yaml": keyVaultWithInjection})
	config := func(source string) string {
		return fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q%s }]\n}\n", dir, source) +
			requirement("this", `
				services = ["azure-key-vault"]
				controls = ["vnet-injection", "data-plane-logging"]`)
	}
	outcomes := map[string]string{
		"azure-key-vault/vnet-injection": "satisfied", "azure-key-vault/data-plane-logging": "satisfied",
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(""), ConfigStateChecks: checkOutcomes(requirementAddress, outcomes)},
			unchanged(config("")),
			{
				Config:      config(", replace = true"),
				ExpectError: acctest.Says("lacks 1 of 2 controls", "data-plane-logging: not documented"),
			},
		},
	})
}

// A catalogue file that changes between two runs shows as a change, and fails the plan
// if it opened a gap.
func TestAccResourceRequirement_catalogChanges(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": acctest.Definitions("alpha", "beta")})
	write := func(alpha, beta string) func() {
		return func() {
			acctest.WriteFile(t, filepath.Join(dir, "store.yaml"),
				acctest.Service("my-store", "2026-01-01",
					acctest.Statement{Control: "alpha", Status: alpha}, acctest.Statement{Control: "beta", Status: beta}))
		}
	}
	config := acctest.ProviderConfig(dir) + requirement("this", `
		services = ["my-store"]
		controls = ["alpha"]`)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{PreConfig: write("yes", "yes"), Config: config},
			unchanged(config),
			{
				PreConfig: write("yes", "no"),
				Config:    config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(requirementAddress, plancheck.ResourceActionUpdate),
				}},
			},
			unchanged(config),
			{PreConfig: write("no", "no"), Config: config, ExpectError: acctest.Says("my-store", `alpha: documented as "No"`)},
		},
	})
}

// A table of a spreadsheet is a source, and what is wrong with it has line and column.
func TestAccResourceRequirement_spreadsheet(t *testing.T) {
	dir := t.TempDir()
	table := func(name, rows string) string {
		file := filepath.Join(dir, name)
		acctest.WriteFile(t, file, "service,control,status,condition,notes,document,published,url\n"+rows)
		return fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q }]\n}\n", filepath.ToSlash(file)) +
			requirement("this", `
				services = ["azure-key-vault", "team-queue"]
				controls = ["vnet-injection"]`)
	}
	good := table("good.csv", "azure-key-vault,VNet injection support,Yes,,,Review,2026-05-31,https://example.com/review\n"+
		"team-queue,vnet-injection,yes,,,Review,2026-05-31,https://example.com/review\n")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: table("bad.csv", "azure-key-vault,vnet-injection,Supported,,,Review,31.05.2026,\n"),
				ExpectError: acctest.Says("Catalogue cannot be read", `bad.csv:2: column status: "Supported" is no status`,
					`did you mean "yes"?`, `bad.csv:2: column published: "31.05.2026" is not a date`),
			},
			{
				Config: table("misspelt.csv", "azure-key-valt,vnet-injection,yes,,,Review,2026-05-31,\n"),
				ExpectError: acctest.Says(`misspelt.csv:2: column service: "azure-key-valt" is no service of the catalogue`,
					`did you mean "azure-key-vault"?`),
			},
			{
				Config: table("future.csv", "azure-key-vault,vnet-injection,yes,,,Review,2026-06-16,\n"),
				ExpectError: acctest.Says(`future.csv:2: document "review-2026-06-16" is dated 2026-06-16`,
					"expected a date not after today"),
			},
			{Config: good, ConfigStateChecks: checkOutcomes(requirementAddress, map[string]string{
				"azure-key-vault/vnet-injection": "satisfied", "team-queue/vnet-injection": "satisfied",
			})},
			unchanged(good),
		},
	})
}

// A broken catalogue stops plans with file and line, but not a destroy.
func TestAccRequirement_brokenCatalog(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
provider "controls" { catalog_sources = [{ path = "${path.module}/catalog" }] }
`+requirement("this", `
  services = ["azure-key-vault"]
  controls = ["vnet-injection"]`))
	w.Write("catalog/azure-key-vault.yaml", keyVaultWithInjection)
	w.Run(0, "apply", "-auto-approve")
	w.Write("catalog/azure-key-vault.yaml", strings.Replace(keyVaultWithInjection, "status: yes", "status: maybe", 1))
	w.Run(0, "validate")
	output := w.Run(1, "plan")
	for _, text := range []string{
		"Error: Catalogue cannot be read", "with controls_requirement.this", "catalog/azure-key-vault.yaml:7:", "maybe",
		"Correct what is named above in the sources under catalog_sources of the provider.",
	} {
		if !strings.Contains(strings.ReplaceAll(output, `\`, "/"), text) {
			t.Errorf("%q is not in:\n%s", text, output)
		}
	}
	w.Run(1, "destroy", "-auto-approve")
	w.Run(0, "destroy", "-refresh=false", "-auto-approve")
	if state := w.State(); len(state) > 0 {
		t.Errorf("the state has %q after the destroy", state)
	}
}

// Everybody who needs a broken catalogue fails; only one of them lists all that is wrong.
func TestAccRequirement_brokenCatalogToldOnce(t *testing.T) {
	t.Parallel()
	dir := acctest.Catalog(t, map[string]string{
		"a.yaml": acctest.Service("a", "2026-01-01", acctest.Statement{Control: "alpha", Status: "maybe"}),
		"b.yaml": acctest.Service("b", "2026-01-01", acctest.Statement{Control: "alpha", Status: "maybe"}),
		"c.yaml": acctest.Service("c", "2026-01-01", acctest.Statement{Control: "alpha", Status: "maybe"}),
	})
	config := acctest.ProviderConfig(dir)
	for _, name := range []string{"one", "two", "three"} {
		config += fmt.Sprintf("data \"controls_services\" %q {}\n", name)
	}
	output := acctest.NewWorkspaceOn(t, acctest.Today, config).Run(1, "plan")
	for text, want := range map[string]int{
		"Error: Catalogue cannot be read": 3, "a.yaml:": 3, "b.yaml:": 1, "c.yaml:": 1, "and 2 more, listed once in this run": 2,
	} {
		if got := strings.Count(output, text); got != want {
			t.Errorf("%q occurs %d times, expected %d:\n%s", text, got, want, output)
		}
	}
}

// Arguments of the provider that are not known yet put the whole check off.
func TestAccRequirement_unknownProvider(t *testing.T) {
	t.Parallel()
	store := acctest.Definitions("alpha") + acctest.Service("my-store", "2026-01-01",
		acctest.Statement{Control: "alpha", Status: "no"})
	w := acctest.NewWorkspace(t, `
resource "terraform_data" "path" { input = "${path.module}/store.yaml" }
provider "controls" {
  catalog_sources = [{ path = terraform_data.path.output }]
}
`+requirement("this", `
  services = ["my-store"]
  controls = ["alpha"]`))
	w.Write("store.yaml", store)
	output := w.Run(0, "plan")
	if want := "Not known yet: the provider's catalog_sources or include_embedded_catalog."; !strings.Contains(output, want) {
		t.Errorf("%q is not in:\n%s", want, output)
	}
	output = w.Run(1, "apply", "-auto-approve")
	if want := `alpha: documented as "No"`; !strings.Contains(output, want) {
		t.Errorf("%q is not in:\n%s", want, output)
	}
	if state := w.State(); len(state) != 1 || state[0] != "terraform_data.path" {
		t.Errorf("the state has %q, expected what the requirement needs alone", state)
	}
	w.Write("store.yaml", strings.Replace(store, "status: no", "status: yes", 1))
	w.Run(0, "apply", "-auto-approve")
	w.Run(0, "plan", "-detailed-exitcode")
}

// Ten diagnostics and a closing one, whatever the number of services and controls.
func TestAccRequirement_manyServices(t *testing.T) {
	t.Parallel()
	var ids, services []string
	var statements []acctest.Statement
	for i := range 20 {
		ids = append(ids, fmt.Sprintf("control-%02d", i))
		statements = append(statements, acctest.Statement{Control: ids[i], Status: "no"})
	}
	files := map[string]string{"definitions.yaml": acctest.Definitions(ids...)}
	for i := range 100 {
		services = append(services, fmt.Sprintf("service-%03d", i))
		files[services[i]+".yaml"] = acctest.Service(services[i], "2026-01-01", statements...)
	}
	arguments := fmt.Sprintf("services = [\"%s\"]\ncontrols = [\"%s\"]\n",
		strings.Join(services, `", "`), strings.Join(ids, `", "`))
	w := acctest.NewWorkspaceOn(t, acctest.Today, acctest.ProviderConfig(acctest.Catalog(t, files))+
		requirement("deny", arguments)+requirement("warn", arguments+`enforcement = "warn"`))
	all := w.PlanDiagnostics(1)
	denied, warned := all["controls_requirement.deny"], all["controls_requirement.warn"]
	if len(denied) != 1 || len(warned) != 1 {
		t.Fatalf("there are %d errors and %d warnings, expected one of each", len(denied), len(warned))
	}
	gaps, _, _ := strings.Cut(warned[0].Detail, "Choose another service")
	if !strings.HasPrefix(denied[0].Detail, gaps) {
		t.Errorf("the error does not say what the warning says:\n%s", gaps)
	}
	for i, id := range services {
		want := "service-020, " // the first of those by name alone
		switch {
		case i < 20:
			want = id + ") lacks all 20 required controls:"
		case i > 20:
			want = ", " + id
		}
		if !strings.Contains(denied[0].Detail, want) {
			t.Errorf("%q is not in:\n%s", want, denied[0].Detail)
		}
	}
	d := denied[0]
	d.Code = "services"
	golden.Check(t, filepath.Join("testdata", "requirement", "plan", "many_services.txt"), d.String())
}
