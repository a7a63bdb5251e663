package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// holdsStack requires a control of what the folder "stack" chooses.
func holdsStack(t *testing.T, control string) string {
	t.Helper()
	return configurationCatalog(t) + fmt.Sprintf(`
data "controls_configuration" "this" {
  path            = "${path.root}/stack"
  ignore_types    = ["random_pet"]
  on_undocumented = "warn"
}
resource "controls_requirement" "this" {
  configuration_wo = data.controls_configuration.this.document
  controls         = [%q]
}
`, control)
}

// The diagnostic names what chose a service. Nothing of it is kept.
func TestAccRequirementConfiguration_diagnostic(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, holdsStack(t, "beta"))
	w.Write("stack/main.tf", "\n"+declares("azurerm_vault", "a")+declares("azurerm_account", "b"))
	w.Write("stack/more/x.tf", declares("azurerm_vault", "c"))
	w.Write("stack/modules.tf", "module \"more\" {\n  source = \"./more\"\n}\n")
	var details []string
	for _, d := range w.PlanDiagnostics(1)["controls_requirement.this"] {
		details = append(details, d.String())
	}
	slices.Sort(details)
	golden.Check(t, filepath.Join("testdata", "configuration", "places.txt"), strings.Join(details, "\n----\n"))

	w.Write("stack/main.tf", "\n"+declares("aws_bucket_policy", "a"))
	w.Write("stack/more/x.tf", declares("aws_bucket_policy", "c"))
	w.Run(0, "plan", "-out=saved.tfplan")
	var plan struct {
		PlannedValues struct {
			RootModule struct {
				Resources []struct {
					Address string
					Values  map[string]any
				}
			} `json:"root_module"`
		} `json:"planned_values"`
		ResourceChanges []struct {
			Address string
			Change  map[string]any
		} `json:"resource_changes"`
	}
	decode(t, w.RunRaw(0, "show", "-json", "saved.tfplan"), &plan)
	if len(plan.ResourceChanges) != 1 || len(plan.PlannedValues.RootModule.Resources) != 1 {
		t.Fatalf("got %+v", plan)
	}
	keepsNoPlaces(t, plan.ResourceChanges[0].Change)
	keepsNoPlaces(t, plan.PlannedValues.RootModule.Resources[0].Values)

	w.Run(0, "apply", "saved.tfplan")
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address string
					Values  map[string]any
				}
			} `json:"root_module"`
		}
	}
	decode(t, w.RunRaw(0, "show", "-json"), &state)
	found := false
	for _, r := range state.Values.RootModule.Resources {
		if r.Address == "controls_requirement.this" {
			found = true
			keepsNoPlaces(t, r.Values)
		}
	}
	if !found {
		t.Errorf("the requirement is not in the state: %+v", state)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// keepsNoPlaces finds files, lines and addresses of the stack in what is kept of the
// requirement.
func keepsNoPlaces(t *testing.T, kept map[string]any) {
	t.Helper()
	text, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"main.tf", "x.tf", "aws_bucket_policy.a", "module.more"} {
		if strings.Contains(string(text), part) {
			t.Errorf("%q is kept in %s", part, text)
		}
	}
}

// A line that has moved is no change, nor is a resource more of the same service.
func TestAccRequirementConfiguration_movedLines(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, holdsStack(t, "alpha"))
	w.Write("stack/main.tf", declares("azurerm_vault", "a")+declares("random_pet", "b"))
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
	w.Write("stack/main.tf", "# More\n# lines\n"+
		declares("random_pet", "b")+declares("azurerm_vault", "a")+declares("azurerm_vault", "another"))
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
	w.Write("stack/main.tf", declares("aws_bucket_policy", "a")+declares("random_pet", "b"))
	expectText(t, w.Run(2, "plan", "-detailed-exitcode"), "0 to add, 1 to change, 0 to destroy")
}

// Where the services come from the configuration, the plan shows them, also where something
// else is left to the apply.
func TestAccRequirementConfiguration_services(t *testing.T) {
	services := func(ids ...string) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectKnownValue(requirementAddress, tfjsonpath.New("services"), knownvalue.SetExact(strs(ids...))),
		}}
	}
	config := func(chosen, more string) string {
		return requirementCatalog(t, "") + requirement("this", "controls = [\"gamma\"]\nconfiguration_wo = "+chosen+"\n"+more)
	}
	definition, reference := later("later", `"sku"`)
	full, both := document(t, "full-store"), document(t, "full-store", "plain-store")
	answered := "evidence = [" + evidence("plain-store", "gamma", "Premium tier only", reference) + "]"
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(full, ""), ConfigPlanChecks: services("full-store")},
			{Config: config(both, answered) + definition, ConfigPlanChecks: services("full-store", "plain-store")},
			unchanged(config(both, answered) + definition),
			{ // Fewer than the configuration chooses, and then all of it again.
				Config: config(both, `services = ["full-store"]`), ConfigPlanChecks: services("full-store"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(requirementAddress, tfjsonpath.New("assessment"),
						knownvalue.StringFunc(containing(`"out_of_scope":["plain-store"]`))),
				},
			},
			{
				Config:      config(both, ""),
				ExpectError: acctest.Says("Required security controls missing", "x.plain-store (main.tf line 2)", "gamma"),
			},
			{Config: config(full, ""), ConfigPlanChecks: services("full-store")},
			{Config: config(document(t), "allow_no_services = true"), ConfigPlanChecks: services()},
			unchanged(config(document(t), "allow_no_services = true")),
		},
	})
}

// "ignore_changes" makes null of a write-only argument: the requirement must not take that
// for a configuration that chooses nothing.
func TestAccRequirementConfiguration_ignoreChanges(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspaceOn(t, acctest.Today, requirementCatalog(t, "")+requirement("this", `
		controls          = ["alpha"]
		allow_no_services = true
		configuration_wo  = `+document(t, "full-store")+`
		lifecycle {
		  ignore_changes = [configuration_wo]
		}`))
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(1, "plan"), "Neither services nor configuration_wo is set")
}

// Several thousand places take seconds: they are one string to the framework, which visits
// every value within a structure several times.
func TestAccRequirementConfiguration_severalThousand(t *testing.T) {
	t.Parallel()
	const modules, files, blocks = 20, 10, 15
	w := acctest.NewWorkspace(t, holdsStack(t, "alpha"))
	for m := range modules {
		w.Write(fmt.Sprintf("stack/m%d.tf", m), fmt.Sprintf("module \"m%[1]d\" {\n  source = \"./m%[1]d\"\n}\n", m))
		for f := range files {
			var b strings.Builder
			for r := range blocks {
				b.WriteString(declares("azurerm_vault", fmt.Sprintf("r%d_%d", f, r)))
			}
			w.Write(fmt.Sprintf("stack/m%d/f%d.tf", m, f), b.String())
		}
	}
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
	w.Write("main.tf", acctest.RequiredProviders+holdsStack(t, "beta"))
	expectText(t, w.Run(1, "plan"), "module.m0.azurerm_vault.r0_0 (m0/f0.tf line 1)",
		fmt.Sprintf("and %d more", modules*files*blocks-1))
}

// A saved plan says what was found when it was made: the files may be elsewhere by then.
func TestAccRequirementConfiguration_savedPlan(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, holdsStack(t, "alpha"))
	w.Write("stack/main.tf", declares("azurerm_vault", "a"))
	w.Run(0, "plan", "-out=saved.tfplan")
	for _, name := range []string{"stack", "main.tf"} {
		if err := os.RemoveAll(w.Path(name)); err != nil {
			t.Fatal(err)
		}
	}
	w.Run(0, "apply", "saved.tfplan")
	expectState(t, w, "data.controls_configuration.this", "controls_requirement.this")

	// A plan without the files fails: it must not read as one that chooses nothing.
	w.Write("main.tf", acctest.RequiredProviders+holdsStack(t, "alpha"))
	expectText(t, w.Run(1, "plan"), "Configuration cannot be read")
	w.Write("stack/README.md", "Nothing here.\n")
	expectText(t, w.Run(1, "plan"), "Configuration cannot be read")
}

// What was not looked at stands in the assessment.
func TestAccRequirementConfiguration_scope(t *testing.T) {
	path := folder(t, map[string]string{"main.tf": declares("azurerm_vault", "a") +
		declares("random_pet", "b") + declares("azurerm_unheard_of", "c") + declares("helm_release", "d") +
		declares("null_resource", "e")})
	config := configurationCatalog(t) + readsFolder(path, `
		on_undocumented = "allow"
		ignore_types    = ["random_pet", "azurerm_not_there"]`) + `
		data "controls_assessment" "this" {
		  configuration = data.controls_configuration.this.document
		  controls      = ["beta"]
		}
		data "controls_assessment" "named" {
		  configuration = data.controls_configuration.this.document
		  services      = data.controls_configuration.this.services
		  controls      = ["beta"]
		}
		output "scope" { value = jsondecode(data.controls_assessment.this.assessment).scope }
		output "same" { value = data.controls_assessment.this.digest == data.controls_assessment.named.digest }`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("scope", knownvalue.ObjectExact(map[string]knownvalue.Check{
						"ignored":      knownvalue.TupleExact(strs("random_pet")),
						"undocumented": knownvalue.TupleExact(strs("azurerm_unheard_of")),
						"opaque":       knownvalue.TupleExact(strs("helm_release")),
						"other":        knownvalue.TupleExact(strs("null_resource")),
					})),
					// A gap of a data source is no error. To name all services is no other requirement.
					statecheck.ExpectKnownValue("data.controls_assessment.this", tfjsonpath.New("compliant"),
						knownvalue.Bool(false)),
					statecheck.ExpectKnownValue("data.controls_assessment.this", tfjsonpath.New("gaps"),
						knownvalue.ListExact(strs("vault/beta"))),
					statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
				},
			},
			unchanged(config),
		},
	})
}

// A mocked provider makes every result up, empty collections among them. Validation, which
// still runs, must not mind.
func TestAccRequirementConfiguration_mocked(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
data "controls_configuration" "this" { path = "${path.module}/stack" }
data "controls_definitions" "nist" {
  framework   = "NIST SP 800-53"
  identifiers = ["SC-28"]
}
resource "controls_requirement" "this" {
  configuration_wo = data.controls_configuration.this.document
  controls         = data.controls_definitions.nist.ids
  any_of           = data.controls_definitions.nist.groups
  exceptions       = [`+exception("azure-key-vault", "vnet-injection", "2027-06-30")+`]
}
resource "controls_requirement" "named" {
  services = data.controls_configuration.this.services
  controls = ["data-plane-logging"]
  evidence = [`+evidence("azure-key-vault", "data-plane-logging", "Premium", `"x"`)+`]
}
data "controls_assessment" "this" {
  configuration = data.controls_configuration.this.document
  controls      = ["data-plane-logging"]
}
resource "controls_attestation" "this" {
  assessments = [controls_requirement.this.assessment]
}
output "compliant" { value = controls_requirement.this.compliant }
`)
	w.Write("stack/main.tf", declares("azurerm_key_vault", "a"))
	w.Write("tests/mocked.tftest.hcl", `
mock_provider "controls" {}
run "plans" { command = plan }
run "applies" { command = apply }
`)
	expectText(t, w.Run(0, "test"), "2 passed, 0 failed")
}

// The module of the guide has a check, which a mock makes fail unless it is told otherwise: the
// guide says so.
func TestAccRequirementConfiguration_mockedCheck(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile(filepath.Join("..", "..", "examples", "testing-modules", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorkspace(t, "")
	// An address that means the same to both CLIs.
	w.Write("main.tf", strings.Replace(string(module), `"security-controls/`, `"registry.terraform.io/security-controls/`, 1))
	mocked := func(body string) string {
		return "mock_provider \"controls\" {" + body + "}\nvariables {\n  services = [\"azure-storage\"]\n}\n" +
			"run \"plans\" { command = plan }\n"
	}
	w.Write("tests/mocked.tftest.hcl", mocked(""))
	expectText(t, w.Run(1, "test"), "data.controls_assessment.recommended.compliant is false")
	w.Write("tests/mocked.tftest.hcl", mocked(`
  mock_data "controls_assessment" {
    defaults = { compliant = true }
  }
`))
	expectText(t, w.Run(0, "test"), "1 passed, 0 failed")
}

// Functions are not mocked. What they are given has to be real: the message says so, and
// the guide on testing modules how to give it.
func TestAccRequirementConfiguration_mockedReport(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
data "controls_configuration" "this" { path = "${path.module}/stack" }
resource "controls_requirement" "this" {
  configuration_wo = data.controls_configuration.this.document
  controls         = ["data-plane-logging"]
}
data "controls_assessment" "this" {
  configuration = data.controls_configuration.this.document
  controls      = ["data-plane-logging"]
}
output "assessment" { value = data.controls_assessment.this.assessment }
output "report" { value = provider::controls::render_report([data.controls_assessment.this.assessment], "markdown") }
output "outcome" {
  value     = jsondecode(controls_requirement.this.assessment).compliant
  sensitive = true
}
`)
	w.Write("stack/main.tf", declares("azurerm_key_vault", "a"))
	w.Run(0, "apply", "-auto-approve")
	assessment := strings.TrimSpace(w.RunRaw(0, "output", "-json", "assessment"))
	mocked := func(defaults, values string) string {
		return fmt.Sprintf(`
mock_provider "controls" {
  mock_resource "controls_requirement" {
    defaults = { compliant = true, assessment = %s }
  }
  override_data {
    target = data.controls_assessment.this
    values = { assessment = %s }
  }
}
run "applies" { command = apply }
`, defaults, values)
	}
	const outcome = `"{\"compliant\":true}"`
	w.Write("tests/mocked.tftest.hcl", mocked(outcome, `"made up"`))
	output := w.Run(1, "test")
	expectText(t, output, "Element 0: not the JSON of an assessment", "leave this one out of mocks", "a default for assessment")
	w.Write("tests/mocked.tftest.hcl", mocked(outcome, assessment))
	expectText(t, w.Run(0, "test"), "1 passed, 0 failed")
}

// What a category leaves out is in the assessment, by name; a service in no category stays.
func TestAccRequirementConfiguration_withoutACategory(t *testing.T) {
	service := func(id, categories string) string {
		return strings.Replace(acctest.Service(id, "2026-01-01", acctest.Statement{Control: "alpha", Status: "yes"}),
			"    cloud: test\n", "    cloud: test\n    resource_types: [test_"+id+"]\n"+categories, 1)
	}
	catalog := acctest.ProviderConfig(acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha"),
		"net.yaml":         service("net", "    categories: [networking, private-networks]\n"),
		"wall.yaml":        service("wall", "    categories: [networking, firewalls]\n"),
		"store.yaml":       service("store", "    categories: [storage]\n"),
		"thing.yaml":       service("thing", ""),
		"other.yaml":       service("other", "    categories: [dns]\n"),
	}))
	dir := folder(t, map[string]string{"main.tf": declares("test_net", "a") + declares("test_wall", "a") +
		declares("test_store", "a") + declares("test_thing", "a")})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: catalog + readsFolder(dir, "") + requirement("this", `
				configuration_wo = data.controls_configuration.this.document
				services = setsubtract(
				  data.controls_configuration.this.services,
				  data.controls_configuration.this.services_by_category["networking"],
				)
				controls = ["alpha"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				expectConfiguration("services_by_category", knownvalue.MapExact(map[string]knownvalue.Check{
					"networking":       knownvalue.SetExact(strs("net", "wall")),
					"private-networks": knownvalue.SetExact(strs("net")),
					"firewalls":        knownvalue.SetExact(strs("wall")),
					"storage":          knownvalue.SetExact(strs("store")),
					"dns":              knownvalue.SetExact(strs()),
				})),
				statecheck.ExpectKnownValue(requirementAddress, tfjsonpath.New("services"),
					knownvalue.SetExact(strs("store", "thing"))),
				statecheck.ExpectKnownValue(requirementAddress, tfjsonpath.New("assessment"),
					knownvalue.StringFunc(containing(`"out_of_scope":["net","wall"]`))),
			},
		}},
	})
}
