terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# Both the requirement and the report take their arguments from here.
locals {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit", "vnet-injection"]
}

# Fails the plan: Azure Key Vault is documented not to have VNet injection.
resource "controls_requirement" "secrets" {
  services = local.services
  controls = local.controls
}

# Reads the same and fails nothing, so its outputs are in the plan that fails.
data "controls_assessment" "secrets" {
  services = local.services
  controls = local.controls
}

output "gaps" {
  value = data.controls_assessment.secrets.gaps
}

output "assessment" {
  value = data.controls_assessment.secrets.assessment
}

output "digest" {
  value = data.controls_assessment.secrets.digest
}
