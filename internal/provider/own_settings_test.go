package provider_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

const (
	ownLockbox = `
settings:
  - service: azure-storage
    control: customer-lockbox
    ways:
      - {type: azurerm_storage_account, rows: [{argument: tags.lockbox, on: ["yes"]}], source: Our portal}
`
	lockbox = `must_be = "enabled"
controls = ["customer-lockbox"]
`
	attestLockbox = `
resource "controls_attestation" "this" {
  assessments            = [controls_requirement.this.assessment]
  signing_key_wo         = file("${path.module}/key.pem")
  signing_key_wo_version = 1
}
output "assessment" {
  value     = controls_requirement.this.assessment
  sensitive = true
}
output "weakened" {
  value = nonsensitive(jsondecode(controls_requirement.this.assessment).weakened)
}
output "summary" {
  value = nonsensitive(jsondecode(controls_attestation.this.statements["summary"]).predicate.assessments[0].weakened)
}
output "envelope" {
  value     = controls_attestation.this.envelopes["controls"]
  sensitive = true
}
`
	verifyLockbox = `
data "controls_attestation" "this" {
  envelope         = file("${path.module}/envelope.json")
  public_keys      = [file("${path.module}/key.pub")]
  assessment       = file("${path.module}/assessment.json")
  require_in_force = ["customer-lockbox"]
  `
)

// What a workspace's own settings show of a service of the embedded catalogue passes, is named
// wherever the verdict goes, and passes no verifier who does not name it.
func TestAccOwnSettings(t *testing.T) {
	w := acctest.NewWorkspaceOn(t, registersDay, "")
	key := signingKeys()[0]
	w.Write("lockbox.yaml", ownLockbox)
	w.Write("key.pem", key.pem)
	w.Write("key.pub", key.public)
	w.Write("stack/main.tf", account(`tags = { lockbox = "yes" }`))
	ownSource := `
provider "controls" {
  catalog_sources = [{ path = "` + w.Path("lockbox.yaml") + `" }]
}
`
	requires := strings.ReplaceAll(inForce("settings = true", lockbox), "./stack", w.Path("stack"))
	w.Write("main.tf", acctest.RequiredProviders+ownSource+requires+attestLockbox)
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "output", "-json", "weakened"), `{"by":["own_settings"],"tolerated":[]}`)
	expectText(t, w.Run(0, "output", "-json", "summary"), `["own_settings"]`)
	w.Write("envelope.json", w.RunRaw(0, "output", "-raw", "envelope"))
	w.Write("assessment.json", w.RunRaw(0, "output", "-raw", "assessment"))

	for name, c := range map[string]struct {
		arguments string
		want      []string
	}{
		"nothing":    {"allow_weakened = []\n}", []string{"Attestation of a lowered bar", `is weakened by "own_settings"`}},
		"this":       {"allow_weakened = [\"own_settings\"]\n}", nil},
		"no word":    {"}", nil},
		"no setting": {"allow_weakened = [\"settings\"]\n}", []string{`"own_settings"`}},
	} {
		w.Write("main.tf", acctest.RequiredProviders+ownSource+verifyLockbox+c.arguments)
		code := 1
		if c.want == nil {
			code = 0
		}
		t.Log(name)
		expectText(t, said(w, code, "plan"), c.want...)
	}
}
