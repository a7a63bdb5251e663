terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# What is required. It fails nothing, so its outputs are in the plan that fails.
data "controls_assessment" "secrets" {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit", "vnet-injection"]
}

# Fails the plan: Azure Key Vault is documented not to have VNet injection.
resource "controls_requirement" "secrets" {
  assessment_wo = data.controls_assessment.secrets.assessment
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
