package provider_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// limits are the rows of the guide "Limitations", each with the tests that show it.
var limits = map[string][]string{
	"`terraform destroy` with an open gap":                             {"TestAccCLI_destroy", "TestAccCLI_destroyAfterExpiry"},
	"a saved plan is applied in which the requirement does not change": {"TestAccCLI_savedPlanWithoutChange"},
	"a saved plan is applied, and files have changed since":            {"TestAccRequirementConfiguration_savedPlan"},
	"a catalogue file changes between plan and apply":                  {"TestAccCLI_catalogChangesBeforeApply"},
	"`-target` names something else":                                   {"TestAccCLI_targetAndRefreshOnly"},
	"`-exclude` names the requirement (OpenTofu)":                      {"TestAccLimits_exclude"},
	"`-refresh-only`": {"TestAccCLI_targetAndRefreshOnly"},
	"a check waits for the apply, and fails there":                 {"TestAccCLI_failureAtApply"},
	"a data source has `depends_on`":                               {"TestAccCLI_deferredRead"},
	"a data source refers to a resource that has a change":         {"TestAccLimits_directReference"},
	"evidence refers to a resource that waits for the requirement": {"TestAccLimits_evidenceCycle"},
	"`ignore_changes` hides what the configuration chooses": {
		"TestAccLimits_ignoredConfiguration", "TestAccRequirementConfiguration_ignoreChanges",
	},
	"`ignore_changes` names `controls`, `exceptions`, `services` or another":   {"TestAccLimits_ignoredArguments"},
	"`ignore_changes` names `assessments` of an attestation":                   {"TestAccLimits_ignoredAssessments"},
	"a second `provider` block, with an `alias`, has `enforcement = \"warn\"`": {"TestAccLimits_secondProvider"},
	"somebody removes the requirement":                                         {"TestAccLimits_removed"},
	"somebody edits the state": {
		"TestAccLimits_stateEdited", "TestAccResourceAttestation_unsignedStateEdited",
	},
	"a sensitive value is in a justification, a reference or another text": {"TestAccLimits_sensitiveTexts"},
	"`TF_LOG_SDK_PROTO_DATA_DIR` is set":                                   {"TestAccResourceAttestation_keyInProtocolData"},
	"a test mocks the provider": {
		"TestAccRequirementConfiguration_mocked", "TestAccRequirementConfiguration_mockedReport",
	},
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// Every limit that the guide names is shown by a test, and says what to do.
func TestLimits_everyRowHasATest(t *testing.T) {
	tests := map[string]bool{}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testFunction.FindAllStringSubmatch(string(content), -1) {
			tests[m[1]] = true
		}
	}
	var rows []string
	for line := range strings.Lines(readRepository(t, "templates/guides/limitations.md")) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| When") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) == "" }) {
			t.Errorf("the row does not say what happens and what to do: %s", line)
		}
		rows = append(rows, strings.TrimSpace(cells[0]))
	}
	slices.Sort(rows)
	if want := slices.Sorted(maps.Keys(limits)); !slices.Equal(rows, want) {
		t.Errorf("the guide has the rows\n  %s\nand tests are listed for\n  %s",
			strings.Join(rows, "\n  "), strings.Join(want, "\n  "))
	}
	for row, names := range limits {
		for _, name := range names {
			if !tests[name] {
				t.Errorf("%s: there is no test %s", row, name)
			}
		}
	}
}

// ignoring is a requirement of the stack's services that ignores changes.
func ignoring(t *testing.T, ignored, control string, more ...string) string {
	t.Helper()
	lifecycle := "lifecycle {\n    ignore_changes = " + ignored + "\n  }\n  controls         = ["
	for _, c := range more {
		lifecycle += strconv.Quote(c) + ", "
	}
	return acctest.RequiredProviders + strings.Replace(holdsStack(t, control), "controls         = [", lifecycle, 1)
}

// Where "ignore_changes" hides the configuration, the plan fails although nothing that is
// sent has a gap: the vault, which came later, has one.
func TestAccLimits_ignoredConfiguration(t *testing.T) {
	t.Parallel()
	for _, ignored := range []string{"all", "[services, configuration_wo]"} {
		w := acctest.NewWorkspace(t, "")
		w.Write("main.tf", ignoring(t, ignored, "beta"))
		w.Write("stack/main.tf", declares("aws_bucket_policy", "a"))
		w.Run(0, "apply", "-auto-approve")
		w.Write("stack/main.tf", declares("aws_bucket_policy", "a")+declares("azurerm_vault", "b"))
		expectText(t, w.Run(1, "plan"), "Configuration is ignored", "Take ignore_changes out of the requirement")
		w.Run(0, "destroy", "-refresh=false", "-auto-approve") // as the message says
		expectState(t, w)
	}
}

// Other arguments that are ignored look like any that did not change: only what is not
// ignored is seen. What was not yet created ignores nothing.
func TestAccLimits_ignoredArguments(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "")
	w.Write("stack/main.tf", declares("azurerm_vault", "a"))
	w.Write("main.tf", ignoring(t, "[controls, exceptions]", "beta"))
	expectText(t, w.Run(1, "plan"), "Required security controls missing")
	w.Write("main.tf", ignoring(t, "[controls, exceptions]", "alpha"))
	w.Run(0, "apply", "-auto-approve")
	w.Write("main.tf", ignoring(t, "[controls, exceptions]", "alpha", "beta"))
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
	w.Run(0, "destroy", "-auto-approve")

	w.Write("stack/main.tf", declares("aws_bucket_policy", "a"))
	w.Write("main.tf", ignoring(t, "[controls, exceptions]", "beta"))
	w.Run(0, "apply", "-auto-approve")
	w.Write("stack/more.tf", declares("azurerm_vault", "b"))
	expectText(t, w.Run(1, "plan"), "Required security controls missing", "azurerm_vault.b (more.tf line 1)")
	// With the services ignored the plan passes, and says that something changes; the apply
	// sends what is configured, and fails.
	w.Write("main.tf", ignoring(t, "[services]", "beta"))
	w.Run(2, "plan", "-detailed-exitcode")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "0 to add, 1 to change, 0 to destroy",
		"Required security controls missing", "azurerm_vault.b (more.tf line 1)")
}

// Services that take the place of a configuration, the very ones that it chose, look like
// a configuration that is ignored. The message says what to do.
func TestAccLimits_sameServicesByName(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, holdsStack(t, "alpha"))
	w.Write("stack/main.tf", declares("azurerm_vault", "a"))
	w.Run(0, "apply", "-auto-approve")
	named := configurationCatalog(t) + requirement("this", "services = [\"vault\"]\ncontrols = [\"alpha\"]")
	w.Write("main.tf", acctest.RequiredProviders+named)
	expectText(t, w.Run(1, "plan"), "Configuration is ignored", "run terraform state rm with the requirement's address")
	w.Run(0, "state", "rm", "controls_requirement.this")
	w.Run(0, "apply", "-auto-approve")
	w.Write("main.tf", acctest.RequiredProviders+strings.Replace(named, `["alpha"]`, `["alpha", "beta"]`, 1))
	expectText(t, w.Run(1, "plan"), "Required security controls missing")
}

// An attestation that ignores its assessments stays one of those that it was made of.
func TestAccLimits_ignoredAssessments(t *testing.T) {
	t.Parallel()
	config := func(controls string) string {
		return strings.Replace(storeConfig, `["alpha"]`, controls, 1) + `
resource "controls_attestation" "this" {
  assessments = [controls_requirement.this.assessment]
  lifecycle {
    ignore_changes = [assessments]
  }
}
locals { digest = trimprefix(controls_requirement.this.digest, "sha256:") }
output "same" {
  value     = strcontains(controls_attestation.this.statements["controls"], local.digest)
  sensitive = true
}
`
	}
	w := acctest.NewWorkspace(t, config(`["alpha"]`))
	w.Write("store.yaml", storeCatalog("yes"))
	for i, want := range []string{"true", "false"} {
		w.Write("main.tf", acctest.RequiredProviders+config([]string{`["alpha"]`, `["alpha", "beta"]`}[i]))
		w.Run(0, "apply", "-auto-approve")
		if got := w.Run(0, "output", "-json", "same"); got != want {
			t.Errorf("apply %d: is it an attestation of the requirement's assessment? %s", i+1, got)
		}
	}
}

// A floor is one of its own provider block: another block has another.
func TestAccLimits_secondProvider(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
provider "controls" { enforcement = "deny" }
provider "controls" {
  alias       = "lax"
  enforcement = "warn"
}
resource "controls_requirement" "held" {
  services    = ["azure-key-vault"]
  controls    = ["vnet-injection"]
  enforcement = "warn"
}
resource "controls_requirement" "loose" {
  provider   = controls.lax
  services   = ["azure-key-vault"]
  controls   = ["vnet-injection"]
  on_retired = "allow" # which versions end is not what this is about
}
`)
	found := w.PlanDiagnostics(1)
	for name, severity := range map[string]string{"held": "error", "loose": "warning"} {
		address := "controls_requirement." + name
		if len(found[address]) != 1 || found[address][0].Severity != severity {
			t.Errorf("%s: expected one %s, got %v", address, severity, found[address])
		}
	}
}

// Whoever can change the configuration can take the requirement out of it.
func TestAccLimits_removed(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	w.Run(0, "apply", "-auto-approve")
	w.Write("store.yaml", storeCatalog("no"))
	w.Run(1, "plan")
	w.Write("main.tf", acctest.RequiredProviders+`resource "terraform_data" "waiting" {}`)
	expectText(t, w.Run(0, "apply", "-auto-approve"), "controls_requirement.this: Destruction complete")
}

// What the state says of a requirement is made again by every plan, and handed on by
// outputs until then.
func TestAccLimits_stateEdited(t *testing.T) {
	config := configurationCatalog(t) + requirement("this", `
		services    = ["vault"]
		controls    = ["beta"]
		enforcement = "warn"`) + `output "compliant" { value = controls_requirement.this.compliant }
`
	w := newStateWorkspace(t, config)
	w.edit(`"compliant": false`, `"compliant": true`)
	w.run(0, "apply", "-refresh-only", "-auto-approve")
	if got := w.run(0, "output", "compliant"); got != "true" {
		t.Errorf("the output is %s", got)
	}
	w.run(2, "plan", "-detailed-exitcode")
	w.run(0, "apply", "-auto-approve")
	if got := w.run(0, "output", "compliant"); got != "false" {
		t.Errorf("the output is %s", got)
	}
}

// -exclude, which OpenTofu alone has, leaves out what depends on the requirement as well.
func TestAccLimits_exclude(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	if !strings.Contains(w.Run(0, "version"), "OpenTofu") {
		t.Skip("Terraform has no -exclude")
	}
	w.Write("store.yaml", storeCatalog("no"))
	w.Run(0, "apply", "-auto-approve", "-exclude=controls_requirement.this")
	expectState(t, w, "terraform_data.beside")
}

// A data source that refers to a resource with a change is read during the apply, although
// the value is known; a requirement that refers to it is not put off.
func TestAccLimits_directReference(t *testing.T) {
	t.Parallel()
	config := func(services string) string {
		return strings.Replace(storeConfig, `["my-store"]`, services, 1) + `
resource "terraform_data" "cloud" { input = "test" }
data "controls_services" "all" { cloud = terraform_data.cloud.input }
`
	}
	w := acctest.NewWorkspace(t, config("data.controls_services.all.ids"))
	w.Write("store.yaml", storeCatalog("no"))
	expectText(t, w.Run(0, "plan"), "depends on a resource or a module with changes pending",
		"Warning: Some checks wait for the apply", "Not known yet: services.",
		"leave depends_on, and references to resources, out of data sources")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "Required security controls missing")
	expectState(t, w, "data.controls_services.all", "terraform_data.beside", "terraform_data.cloud")
	expectText(t, w.Run(1, "plan"), "Required security controls missing") // the resource has no change any more

	w.Run(0, "state", "rm", "terraform_data.cloud")
	w.Write("main.tf", acctest.RequiredProviders+config(`[terraform_data.cloud.input == "test" ? "my-store" : "none"]`))
	expectText(t, w.Run(1, "plan"), "Required security controls missing")
}

// Evidence may not refer to what waits for the requirement. What both are made of will do.
func TestAccLimits_evidenceCycle(t *testing.T) {
	t.Parallel()
	config := func(reference string) string {
		return `
locals { sku = "premium" }
` + strings.Replace(strings.Replace(storeConfig, "controls = [\"alpha\"]", "controls = [\"alpha\"]\n  evidence = ["+
			evidence("my-store", "alpha", "Premium only", reference)+"]", 1),
			"var.beside\n  depends_on", "local.sku\n  depends_on", 1)
	}
	w := acctest.NewWorkspace(t, config("terraform_data.waiting.input"))
	w.Write("store.yaml", strings.Replace(storeCatalog("conditional"), "conditional", "conditional, condition: Premium only", 1))
	for _, command := range []string{"validate", "plan"} {
		output := w.Run(1, command)
		expectText(t, output, "Error: Cycle: ", "controls_requirement.this", "terraform_data.waiting")
	}
	w.Write("main.tf", acctest.RequiredProviders+config(`"sku = ${local.sku}"`))
	w.Run(0, "apply", "-auto-approve")
	expectState(t, w, "controls_requirement.this", "terraform_data.beside", "terraform_data.waiting")
}

// Marks do not reach a provider: what is sensitive in an argument is not in a result that
// is made of it. The requirement's own assessment is sensitive whatever is in it.
func TestAccLimits_sensitiveTexts(t *testing.T) {
	t.Parallel()
	soon := time.Now().UTC().AddDate(1, 0, 0).Format(time.DateOnly)
	config := func(attribute string) string {
		return storeConfig + `
variable "reason" {
  default   = "not for everybody"
  sensitive = true
}
data "controls_assessment" "this" {
  services   = ["my-store"]
  controls   = ["alpha"]
  exceptions = [{ service = "my-store", control = "alpha", expires = "` + soon + `", justification = var.reason }]
}
output "result" { value = ` + attribute + ` }
`
	}
	w := acctest.NewWorkspace(t, config("data.controls_assessment.this.assessment"))
	w.Write("store.yaml", storeCatalog("yes"))
	expectText(t, w.Run(0, "plan"), "not for everybody")
	w.Write("main.tf", acctest.RequiredProviders+config("data.controls_assessment.this.exceptions"))
	expectText(t, w.Run(1, "plan"), "Output refers to sensitive values")
	w.Write("main.tf", acctest.RequiredProviders+config("controls_requirement.this.assessment"))
	expectText(t, w.Run(1, "plan"), "Output refers to sensitive values")
}
