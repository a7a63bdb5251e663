package provider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// ratchetCatalog has a store with a status for two controls, and without a third.
func ratchetCatalog(alpha, beta string) string {
	statement := func(control, status string) acctest.Statement {
		if condition, ok := strings.CutPrefix(status, "if "); ok {
			return acctest.Statement{Control: control, Status: "conditional", Rest: ", condition: " + condition}
		}
		return acctest.Statement{Control: control, Status: status}
	}
	return acctest.Definitions("alpha", "beta", "gamma") + acctest.Service("my-store", "2026-01-01",
		statement("alpha", alpha), statement("beta", beta), statement("gamma", "no"))
}

func ratchetConfig(enforcement, arguments string) string {
	return acctest.RequiredProviders + `
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/store.yaml" }]
}
resource "controls_requirement" "this" {
  services    = ["my-store"]
  enforcement = "` + enforcement + `"
` + arguments + `
}
output "gaps" { value = controls_requirement.this.gaps }
output "summary" { value = controls_requirement.this.summary }
output "assessment" {
  value     = controls_requirement.this.assessment
  sensitive = true
}
`
}

const ratchetControls = `controls = ["alpha", "beta"]`

// newRatchet is a workspace in which an apply under "warn" has recorded a gap of alpha and
// one of beta.
func newRatchet(t *testing.T) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, "")
	w.Write("store.yaml", ratchetCatalog("no", "no"))
	w.Write("main.tf", ratchetConfig("warn", ratchetControls))
	w.Run(0, "apply", "-auto-approve")
	return w
}

// tolerated reads what the assessment in the state tolerates.
func tolerated(t *testing.T, w *acctest.Workspace) string {
	t.Helper()
	a, err := assess.Parse(strings.TrimSuffix(w.RunRaw(0, "output", "-raw", "assessment"), "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(a.Tolerated(), " ")
}

// From Monday on no gap comes in, and those that are there go one by one, for good.
func TestAccRatchet_burnsDown(t *testing.T) {
	t.Parallel()
	w := newRatchet(t)
	w.Write("main.tf", ratchetConfig("ratchet", ratchetControls))
	expectText(t, w.Run(0, "apply", "-auto-approve"), "Warning: Gaps are tolerated",
		"The ratchet tolerates 2 gaps in 1 service, which the last apply had:", "- alpha: my-store", "- beta: my-store",
		"Not compliant: 2 gaps in 1 of 1 service, tolerated by the ratchet")
	if got := tolerated(t, w); got != "my-store/alpha my-store/beta" {
		t.Errorf("the assessment tolerates %q", got)
	}
	expectText(t, w.Run(0, "plan"), "No changes.", "Warning: Gaps are tolerated")

	// A further control that is missing is a gap that the last apply did not have.
	w.Write("main.tf", ratchetConfig("ratchet", `controls = ["alpha", "beta", "gamma"]`))
	failing := w.Run(1, "plan")
	expectText(t, failing, "Required security controls missing", "gamma: documented as \"No\"",
		"The last apply did not have these gaps", "Warning: Gaps are tolerated")
	if strings.Contains(failing, "beta: documented") {
		t.Errorf("the error speaks of what is tolerated:\n%s", failing)
	}

	// Another reason for the same gap is the same gap.
	w.Write("main.tf", ratchetConfig("ratchet", ratchetControls))
	w.Write("store.yaml", ratchetCatalog("if Premium only", "yes"))
	expectText(t, w.Run(0, "apply", "-auto-approve"), "The ratchet tolerates 1 gap in 1 service, which the last apply had:")
	if got := tolerated(t, w); got != "my-store/alpha" {
		t.Errorf("the assessment tolerates %q", got)
	}
	// What was closed is not tolerated again.
	w.Write("store.yaml", ratchetCatalog("no", "no"))
	expectText(t, w.Run(1, "plan"), "Required security controls missing", "beta: documented as \"No\"")

	w.Write("store.yaml", ratchetCatalog("yes", "yes"))
	expectText(t, w.Run(0, "apply", "-auto-approve"), "Compliant: 1 service without a gap")
	if got := tolerated(t, w); got != "" {
		t.Errorf("the assessment tolerates %q", got)
	}
	w.Write("store.yaml", ratchetCatalog("no", "yes"))
	expectText(t, w.Run(1, "plan"), "The last apply had no gap, so enforcement = \"ratchet\" tolerates none.")
}

// A requirement of which no sound apply is known tolerates nothing, and says how to begin.
func TestAccRatchet_toleratesNothing(t *testing.T) {
	t.Parallel()
	const begin = `apply once with enforcement = "warn".`
	w := newRatchet(t)
	w.Write("main.tf", ratchetConfig("ratchet", ratchetControls))
	w.Run(0, "plan")
	expectText(t, w.Run(1, "plan", "-replace=controls_requirement.this"), "No apply is in the state", begin)

	state := readFile(t, w.Path("terraform.tfstate"))
	for name, edited := range map[string]string{
		"a digest of another assessment": strings.Replace(state, `"digest": "sha256:`, `"digest": "sha256:0`, 1),
		"a gap that was satisfied": strings.ReplaceAll(
			state, `\"beta\":{\"outcome\":\"gap\"`, `\"beta\":{\"outcome\":\"satisfied\"`,
		),
		"no assessment": strings.Replace(state, `"assessment": "{`, `"assessment": "[`, 1),
	} {
		if edited == state {
			t.Fatalf("%s: nothing was edited", name)
		}
		w.Write("terraform.tfstate", edited)
		expectText(t, w.Run(1, "plan"), "The last apply cannot be relied on", begin)
	}
	w.Write("terraform.tfstate", state)
	w.Run(0, "plan")

	w.Run(0, "state", "rm", "controls_requirement.this")
	expectText(t, w.Run(1, "plan"), "No apply is in the state", begin)
	if err := os.Remove(w.Path("terraform.tfstate")); err != nil {
		t.Fatal(err)
	}
	expectText(t, w.Run(1, "apply", "-auto-approve"), "No apply is in the state", begin)
	if _, err := os.Stat(w.Path("terraform.tfstate")); err == nil {
		expectState(t, w)
	}
}

// An exception that goes, and a gap that shows at apply alone, are gaps that the last apply
// did not have: what is stored never grows.
func TestAccRatchet_neverGrows(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "")
	w.Write("store.yaml", ratchetCatalog("no", "no"))
	excepted := ratchetControls + "\nexceptions = [" + exception("my-store", "beta", inAYear()) + "]"
	w.Write("main.tf", ratchetConfig("warn", excepted))
	w.Run(0, "apply", "-auto-approve")
	w.Write("main.tf", ratchetConfig("ratchet", excepted))
	w.Run(0, "apply", "-auto-approve")
	w.Write("main.tf", ratchetConfig("ratchet", ratchetControls))
	expectText(t, w.Run(1, "plan"), "beta: documented as \"No\"", "The last apply did not have these gaps")

	definition, reference := later("later", `"gamma"`)
	w.Write("main.tf", ratchetConfig("ratchet",
		strings.Replace(excepted, `["alpha", "beta"]`, `["alpha", "beta", `+reference+`]`, 1))+definition)
	expectText(t, w.Run(0, "plan"), "Some checks wait for the apply")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "gamma: documented as \"No\"", "The last apply did not have these gaps")
	if got := tolerated(t, w); got != "my-store/alpha" {
		t.Errorf("the assessment tolerates %q", got)
	}
}

// The data source has no last apply: it reports every gap, and tolerates none. What tolerates
// gaps is attested to as failed, and refused.
func TestAccRatchet_assessedAndAttested(t *testing.T) {
	t.Parallel()
	w := newRatchet(t)
	w.Write("main.tf", ratchetConfig("ratchet", ratchetControls)+`
data "controls_assessment" "this" {
  services    = ["my-store"]
  controls    = ["alpha", "beta"]
  enforcement = "ratchet"
}
output "assessed" { value = jsondecode(data.controls_assessment.this.assessment) }
resource "controls_attestation" "this" {
  assessments = [controls_requirement.this.assessment]
}
output "result" {
  value = jsondecode(nonsensitive(controls_attestation.this.statements["controls"])).predicate.assessments[0]
}
`)
	w.Run(0, "apply", "-auto-approve")
	result := w.Run(0, "output", "-json", "result")
	expectText(t, result, `"verificationResult":"FAILED"`, `"weakened":{"by":["no_embedded_catalog","ratchet"],`+
		`"tolerated":["my-store/alpha","my-store/beta"]}`)
	assessed := w.Run(0, "output", "-json", "assessed")
	expectText(t, assessed, `"enforcement":"ratchet"`, `"compliant":false`)
	if strings.Contains(assessed, `"tolerated":["`) {
		t.Errorf("the data source tolerates: %s", assessed)
	}
}
