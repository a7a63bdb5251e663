terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# The attestation of ../main.tf, as another configuration verifies it.
data "controls_attestation" "shop" {
  bundle     = file("${path.module}/controls.sigstore.json")
  assessment = file("${path.module}/assessment.json")

  # From a place of trust, never from the same hand-over.
  public_keys = [file("${path.module}/shop.pub")]
  issuer      = "https://ci.example.com/shop"

  max_age_hours    = 24
  require_controls = ["encryption-in-transit", "managed-identities"]

  # Refused by default: somebody must want the exceptions of others.
  allow_exceptions = true
}

# Nothing of this is created unless the attestation is as expected.
resource "terraform_data" "release" {
  input      = "stands for what may only be deployed with an attestation"
  depends_on = [data.controls_attestation.shop]
}

output "properties" {
  value = data.controls_attestation.shop.properties
}
