# What another configuration attested to, as its pipeline handed it over.
data "controls_attestation" "network" {
  bundle     = file("${path.module}/network.sigstore.json")
  assessment = file("${path.module}/network.json")

  # From a place of trust, never from the same hand-over.
  public_keys = [file("${path.module}/ci.pub")]
  issuer      = "https://ci.example.com/network"

  require_controls = ["encryption-in-transit"]
}

# Nothing of this is created unless the attestation is as expected.
resource "terraform_data" "deployment" {
  input = data.controls_attestation.network.expires_at
}
