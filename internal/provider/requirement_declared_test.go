package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// declaredOnce is a requirement of which the data source has the arguments.
func declaredOnce(arguments, beside string) string {
	return `
data "controls_assessment" "this" {
` + arguments + `
}
resource "controls_requirement" "this" {
  assessment_wo = data.controls_assessment.this.assessment
` + beside + `
}
output "same" { value = controls_requirement.this.digest == data.controls_assessment.this.digest }
output "gaps" { value = data.controls_assessment.this.gaps }
`
}

// All that a requirement can say, which comes to no gap.
const declaredFully = `
  services    = ["plain-store", "full-store", "old-store"]
  controls    = ["alpha", "beta"]
  any_of      = { "SC-28" = ["alpha", "gamma"] }
  avoid       = ["local-users"]
  every_documented_of = { "SC-8" = ["alpha", "omega"] }
  exceptions  = [
    {
      services      = ["plain-store", "old-store"]
      controls      = ["beta"]
      justification = "Accepted for the test."
      expires       = "2026-06-30"
    },
    {
      services      = ["old-store"]
      control       = "local-users"
      justification = "Accepted for the test."
      approved_by   = "ann"
      expires       = "2027-06-30"
    },
  ]
  evidence = [{ service = "plain-store", control = "local-users", condition = "switched off", reference = "main.tf" }]
  not_applicable        = "deny"
  on_retired            = "allow"
  as_of                 = "2026-06-01"
  max_document_age_days = 10000
`

// One declaration, two verdicts that are the same to the byte, and warnings entry by entry.
func TestAccRequirement_declaredOnce(t *testing.T) {
	t.Parallel()
	configuration := "  configuration = " + document(t, "plain-store", "leaving-store")
	for name, beside := range map[string]string{
		"alone":                   "",
		"beside enforcement":      `enforcement = "deny"`,
		"beside the places again": "configuration_wo = " + document(t, "plain-store", "leaving-store"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspaceOn(t, acctest.Today,
				requirementCatalog(t, "")+declaredOnce(declaredFully+configuration, beside))
			plan := w.PlanDiagnostics(0)
			if name == "alone" {
				checkDeclared(t, "declared_once", plan)
			}
			w.Run(0, "apply", "-auto-approve")
			expectText(t, w.Run(0, "output"), "same = true")
			expectText(t, w.Run(0, "plan"), "No changes.")
		})
	}
}

func checkDeclared(t *testing.T, name string, all map[string][]acctest.Diagnostic) {
	t.Helper()
	var texts []string
	for _, d := range all["controls_requirement.this"] {
		texts = append(texts, d.String())
	}
	slices.Sort(texts)
	golden.Check(t, filepath.Join("testdata", "requirement", "declared", name+".txt"), strings.Join(texts, "\n----\n"))
}

// What is wrong, each as Terraform reports it.
func TestAccRequirement_declaredDiagnostics(t *testing.T) {
	t.Parallel()
	const gaps = "services = [\"plain-store\"]\ncontrols = [\"alpha\", \"beta\", \"gamma\"]\n"
	for name, tc := range map[string]struct{ arguments, beside string }{
		"gaps": {gaps, "configuration_wo = " + document(t, "plain-store")},
		"conflicts": {gaps, `
			services              = ["plain-store"]
			allow_no_services     = false
			workload              = "shop-prod"
			labels                = { team = "payments" }
			controls              = ["alpha"]
			any_of                = { a = ["alpha"] }
			every_documented_of   = { b = ["alpha"] }
			avoid                 = ["local-users"]
			exceptions            = []
			evidence              = []
			crosswalk_wo           = "{}"
			must_be               = "supported"
			not_applicable        = "allow"
			on_retired            = "warn"
			as_of                 = "2026-06-01"
			max_document_age_days = 1`},
		"far_away": {
			gaps + "enforcement = \"warn\"\nexceptions = [" + exception("plain-store", "beta", "2026-06-15") + "]",
			`enforcement = "deny"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspaceOn(t, acctest.Today, requirementCatalog(t, "")+declaredOnce(tc.arguments, tc.beside))
			w.Run(0, "validate")
			checkDeclared(t, name, w.PlanDiagnostics(1))
		})
	}
	t.Run("edited", func(t *testing.T) {
		t.Parallel()
		config := strings.Replace(declaredOnce(gaps, ""), "data.controls_assessment.this.assessment",
			`replace(data.controls_assessment.this.assessment, "\"outcome\":\"gap\"", "\"outcome\":\"satisfied\"")`, 1)
		w := acctest.NewWorkspaceOn(t, acctest.Today, requirementCatalog(t, "")+config)
		checkDeclared(t, "edited", w.PlanDiagnostics(1))
	})
}

// What an assessment found is not believed: the requirement goes by its own catalogue, and
// by the floor of its own provider.
func TestAccRequirement_declaredIsEvaluatedAnew(t *testing.T) {
	t.Parallel()
	ownProvider, _, _ := strings.Cut(storeConfig, "variable")
	w := acctest.NewWorkspace(t, ownProvider+`
provider "controls" {
  alias                    = "lenient"
  enforcement              = "warn"
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/lenient.yaml" }]
}
`+strings.Replace(declaredOnce("  provider = controls.lenient\n  services = [\"my-store\"]\n  controls = [\"alpha\"]", ""),
		"output \"gaps\"", "output \"lenient_gaps\"", 1))
	w.Write("store.yaml", storeCatalog("no"))
	w.Write("lenient.yaml", storeCatalog("yes"))
	// The assessment says "warn", as the data source's provider has it.
	expectText(t, w.Run(0, "plan"), "Warning: Required security controls missing", `alpha: documented as "No"`)
	const argument = "assessment_wo ="
	w.Write("main.tf", strings.Replace(readFile(t, w.Path("main.tf")), argument, "enforcement = \"deny\"\n"+argument, 1))
	expectText(t, w.Run(1, "plan", "-out=plan.tfplan"), "Error: Required security controls missing", `alpha: documented as "No"`)
}

// A failing plan has the reports; "ratchet" and "warn" do what they do with own arguments.
func TestAccRequirement_declaredAndEnforced(t *testing.T) {
	t.Parallel()
	config := func(beside string) string {
		return acctest.RequiredProviders + requirementCatalog(t, "") +
			declaredOnce("services = [\"plain-store\"]\ncontrols = [\"alpha\", \"beta\"]", beside)
	}
	w := acctest.NewWorkspaceOn(t, acctest.Today, "")
	w.Write("main.tf", config(""))
	gaps := w.Shell(1, `terraform plan -out=plan.tfplan >/dev/null || status=$?
terraform show -json plan.tfplan | jq -c .planned_values.outputs.gaps.value
exit "${status:-0}"`)
	if gaps != "[\"plain-store/beta\"]\n" {
		t.Errorf("the failing plan has the gaps %s", gaps)
	}
	w.Write("main.tf", config(`enforcement = "ratchet"`))
	expectText(t, w.Run(1, "plan"), "No apply is in the state")
	w.Write("main.tf", config(`enforcement = "warn"`))
	w.Run(0, "apply", "-auto-approve")
	w.Write("main.tf", config(`enforcement = "ratchet"`))
	expectText(t, w.Run(0, "apply", "-auto-approve"), "Warning: Gaps are tolerated")
}

// A data source that is read at apply defers the check, and nothing passes for it.
func TestAccRequirement_declaredLater(t *testing.T) {
	t.Parallel()
	for control, exit := range map[string]int{"alpha": 0, "beta": 1} {
		t.Run(control, func(t *testing.T) {
			t.Parallel()
			definition, reference := later("later", `"`+control+`"`)
			w := acctest.NewWorkspaceOn(t, acctest.Today, requirementCatalog(t, "")+definition+
				declaredOnce("services = [\"plain-store\"]\ncontrols = ["+reference+"]", ""))
			expectText(t, w.Run(0, "plan"), "Some checks wait for the apply", "Not known yet: assessment_wo.")
			w.Run(exit, "apply", "-auto-approve")
		})
	}
}

// "ignore_changes" takes the declaration away, which is no requirement of nothing.
func TestAccRequirement_declaredAndIgnored(t *testing.T) {
	t.Parallel()
	const arguments = "services = [\"plain-store\"]\ncontrols = [\"alpha\"]"
	for _, ignored := range []string{
		"[assessment_wo]", "[assessment_wo, services]", "[assessment_wo, services, controls]", "all",
	} {
		t.Run(ignored, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspaceOn(t, acctest.Today, requirementCatalog(t, "")+declaredOnce(arguments, ""))
			w.Run(0, "apply", "-auto-approve")
			w.Write("main.tf", acctest.RequiredProviders+requirementCatalog(t, "")+
				declaredOnce(arguments, "lifecycle {\n  ignore_changes = "+ignored+"\n}"))
			output := w.Run(1, "plan")
			if !strings.Contains(output, "No services") && !strings.Contains(output, "No controls required") &&
				!strings.Contains(output, "Configuration is ignored") {
				t.Errorf("the plan says:\n%s", output)
			}
		})
	}
}
