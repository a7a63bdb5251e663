package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// What Terraform's protocol does not allow, and what people see, with the real CLI and
// the provider as it is built: terraform-plugin-testing hides both.

func expectText(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("%q is not in:\n%s", text, output)
		}
	}
}

func expectState(t *testing.T, w *acctest.Workspace, want ...string) {
	t.Helper()
	if got := w.State(); !slices.Equal(got, want) {
		t.Errorf("the state has %q, expected %q", got, want)
	}
}

// The failing plan of the main job, as people see it.
func TestAccCLI_failingPlan(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspaceOn(t, acctest.Today, `
resource "controls_requirement" "secrets" {
  services = ["azure-key-vault"]
  controls = [
    "encryption-in-transit",
    "azure-resource-logs",
    "vnet-injection",
    "delegated-access",
  ]
}
`)
	output := w.RunRaw(1, "plan")
	_, diagnostic, found := strings.Cut(output, "Error: ")
	if !found {
		t.Fatalf("there is no error in:\n%s", output)
	}
	golden.Check(t, filepath.Join("testdata", "cli", "failing_plan.txt"), "Error: "+strings.TrimSpace(diagnostic)+"\n")
}

// storeCatalog is a catalogue file with one service of one control.
func storeCatalog(status string) string {
	return acctest.Definitions("alpha", "beta") +
		acctest.Service("my-store", "2026-01-01",
			acctest.Statement{Control: "alpha", Status: status}, acctest.Statement{Control: "beta", Status: "yes"})
}

const storeConfig = `
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/store.yaml" }]
}
variable "beside" {
  type    = string
  default = "first"
}
resource "terraform_data" "beside" { input = var.beside }
resource "controls_requirement" "this" {
  services = ["my-store"]
  controls = ["alpha"]
}
resource "terraform_data" "waiting" {
  input      = var.beside
  depends_on = [controls_requirement.this]
}
`

func newStore(t *testing.T) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, storeConfig)
	w.Write("store.yaml", storeCatalog("yes"))
	return w
}

// "destroy" first makes an ordinary plan, which a gap stops.
func TestAccCLI_destroy(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	w.Run(0, "apply", "-auto-approve")
	w.Write("store.yaml", storeCatalog("no"))
	expectText(t, w.Run(1, "destroy", "-auto-approve"), "Required security controls missing",
		"To destroy all the same: terraform destroy -refresh=false")
	expectState(t, w, "controls_requirement.this", "terraform_data.beside", "terraform_data.waiting")
	w.Run(0, "destroy", "-refresh=false", "-auto-approve")
	expectState(t, w)
}

// A destroy needs neither a gap to be closed nor arguments that are still right.
func TestAccCLI_destroyAfterExpiry(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `variable "control" { default = "alpha" }
`+strings.Replace(storeConfig, `["alpha"]`, `[var.control]`, 1))
	w.Write("store.yaml", storeCatalog("yes"))
	w.Run(0, "apply", "-auto-approve")
	w.Run(0, "destroy", "-refresh=false", "-auto-approve", "-var=control=none-of-that-name")
	expectState(t, w)
}

// A saved plan without a change for the requirement does not ask the provider again.
func TestAccCLI_savedPlanWithoutChange(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	w.Run(0, "apply", "-auto-approve")
	w.Run(0, "plan", "-var=beside=second", "-out=saved.tfplan")
	w.Write("store.yaml", storeCatalog("no"))
	expectText(t, w.Run(0, "apply", "saved.tfplan"), "Apply complete! Resources: 0 added, 2 changed, 0 destroyed.")
	expectText(t, w.Run(1, "plan"), "Required security controls missing")
}

// -target and -refresh-only skip the requirement.
func TestAccCLI_targetAndRefreshOnly(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	w.Run(0, "apply", "-auto-approve")
	w.Write("store.yaml", storeCatalog("no"))
	w.Run(1, "plan")
	w.Run(0, "apply", "-auto-approve", "-refresh-only")
	expectText(t, w.Run(0, "apply", "-auto-approve", "-target=terraform_data.beside", "-var=beside=second"), "0 added, 1 changed")
	// But not for what depends on it.
	expectText(t, w.Run(1, "apply", "-auto-approve", "-target=terraform_data.waiting", "-var=beside=second"),
		"Required security controls missing")
}

// A catalogue file that changes between plan and apply ends in an error, whether or not
// it opened a gap.
func TestAccCLI_catalogChangesBeforeApply(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	w.Run(0, "plan", "-out=saved.tfplan")
	w.Write("store.yaml", strings.Replace(storeCatalog("yes"), "Controls of my-store", "Controls of My Store", 1))
	expectText(t, w.Run(1, "apply", "saved.tfplan"), "Provider produced inconsistent final plan")
	expectState(t, w, "terraform_data.beside")

	w.Run(0, "plan", "-out=saved.tfplan")
	w.Write("store.yaml", storeCatalog("no"))
	expectText(t, w.Run(1, "apply", "saved.tfplan"), "Required security controls missing")
	expectState(t, w, "terraform_data.beside")

	w.Write("store.yaml", storeCatalog("yes"))
	w.Run(0, "apply", "-auto-approve") // plan again
	expectState(t, w, "controls_requirement.this", "terraform_data.beside", "terraform_data.waiting")
}

// What does not depend on a requirement is applied beside it, also when it fails.
func TestAccCLI_failureAtApply(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, strings.Replace(storeConfig, `["my-store"]`, "[terraform_data.later.output]", 1)+
		`resource "terraform_data" "later" { input = "my-store" }`)
	w.Write("store.yaml", storeCatalog("no"))
	expectText(t, w.Run(0, "plan"), "Warning: Some checks wait for the apply", "Not known yet: an element of services.",
		"resources that do not depend on this one may be applied before")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "Required security controls missing", "with controls_requirement.this")
	expectState(t, w, "terraform_data.beside", "terraform_data.later")
	// Now that all is known, the plan itself fails.
	expectText(t, w.Run(1, "plan"), "Required security controls missing")
}

// depends_on puts off the reading of a data source, and with it the check.
func TestAccCLI_deferredRead(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, strings.Replace(storeConfig, `["my-store"]`, "data.controls_services.all.ids", 1)+`
data "controls_services" "all" { depends_on = [terraform_data.first] }
resource "terraform_data" "first" {}
`)
	w.Write("store.yaml", storeCatalog("no"))
	expectText(t, w.Run(0, "plan"), "Warning: Some checks wait for the apply", "Not known yet: services.",
		"leave depends_on, and references to resources, out of data sources, since both put off reading them")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "Required security controls missing")
	expectState(t, w, "data.controls_services.all", "terraform_data.beside", "terraform_data.first")
}
