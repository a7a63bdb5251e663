package provider_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// storeProvider has the catalogue of the store, which another provider has not.
func storeProvider(w *acctest.Workspace) string {
	return `
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "` + w.Path("store.yaml") + `" }]
}
`
}

const (
	assessStore = `
data "controls_assessment" "this" {
  services = ["my-store"]
  controls = ["alpha", "beta"]
}
output "assessment" { value = data.controls_assessment.this.assessment }
`
	attestMadeUp = `
resource "controls_attestation" "this" {
  assessments            = [file("${path.module}/made-up.json")]
  signing_key_wo         = file("${path.module}/key.pem")
  signing_key_wo_version = 1
}
output "envelope" {
  value     = controls_attestation.this.envelopes["controls"]
  sensitive = true
}
`
	verifyMadeUp = `
data "controls_attestation" "this" {
  envelope       = file("${path.module}/envelope.json")
  public_keys    = [file("${path.module}/key.pub")]
  subject_digest = "sha256:${filesha256("${path.module}/made-up.json")}"
}
output "believed" { value = data.controls_attestation.this.believed }
`
)

// An assessment by which all is well, and of which nothing contradicts the rest, is refused by
// whoever has the catalogue that it names.
func TestAccAttestation_madeUp(t *testing.T) {
	w := acctest.NewWorkspaceOn(t, registersDay, "")
	key := signingKeys()[0]
	w.Write("store.yaml", ratchetCatalog("no", "yes"))
	w.Write("key.pem", key.pem)
	w.Write("key.pub", key.public)
	w.Write("main.tf", acctest.RequiredProviders+storeProvider(w)+assessStore)
	w.Run(0, "apply", "-auto-approve")
	honest := w.RunRaw(0, "output", "-raw", "assessment")
	made := strings.NewReplacer(`"compliant":false`, `"compliant":true`,
		`{"outcome":"gap","reason":"unsupported","status":"no"}`, `{"outcome":"satisfied"}`).Replace(honest)
	if made == honest {
		t.Fatal(honest)
	}
	w.Write("made-up.json", made)
	w.Write("main.tf", acctest.RequiredProviders+storeProvider(w)+attestMadeUp)
	expectText(t, said(w, 1, "plan"), "Assessment refused", "The assessment was made up, or changed since it was made",
		`the assessment says of "alpha" {"outcome":"satisfied"}`, "Hand over what controls_requirement")

	// A provider with another catalogue cannot tell, and says so; a verifier with that catalogue can.
	w.Write("main.tf", acctest.RequiredProviders+attestMadeUp)
	expectText(t, said(w, 0, "apply", "-auto-approve"), "Warning: Assessment is not evaluated anew",
		"The assessment is by another catalogue than that of this provider")
	w.Write("envelope.json", w.RunRaw(0, "output", "-raw", "envelope"))
	w.Write("main.tf", acctest.RequiredProviders+storeProvider(w)+verifyMadeUp)
	expectText(t, said(w, 1, "plan"), "Finding is made up", `the attestation says of the control "alpha" "Yes" by the document`,
		`and the catalogue that it names says "No"`)

	// A verifier without it says what it believes.
	w.Write("main.tf", acctest.RequiredProviders+verifyMadeUp)
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "output", "-json", "believed"), `{"own_documents":["my-store/alpha","my-store/beta"]}`)

	// An unreadable catalogue keeps nobody from destroying.
	w.Write("main.tf", acctest.RequiredProviders+storeProvider(w)+attestMadeUp)
	w.Write("store.yaml", "services: [\n")
	expectText(t, said(w, 1, "plan"), "Catalogue cannot be read")
	w.Run(0, "destroy", "-auto-approve", "-refresh=false")
}
