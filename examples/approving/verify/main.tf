terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# Whoever deploys has the files that the workload handed over, and a list of approvers of its own.
data "controls_attestation" "shop" {
  bundle      = file("${path.module}/controls.sigstore.json")
  public_keys = [file("${path.module}/shop.pub")]
  assessment  = file("${path.module}/assessment.json")
  workload    = "shop-prod"

  allow_exceptions    = true
  exception_approvers = file("${path.module}/approvers")
  max_exception_days  = 400
}

output "accepted" {
  value = jsondecode(data.controls_attestation.shop.statement).predicate.assessments[0].exceptions
}
