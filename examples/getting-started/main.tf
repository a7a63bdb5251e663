terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "services" {
  description = "The services that the workload chooses."
  type        = set(string)
  default     = ["azure-key-vault"]
}

variable "accepted_until" {
  description = "Last day (YYYY-MM-DD) on which the missing VNet injection of Key Vault is accepted; null accepts nothing."
  type        = string
  default     = null
}

# Every service that the workload chooses must have each of these.
resource "controls_requirement" "workload" {
  services = var.services
  controls = [
    "encryption-at-rest-platform-keys",
    "encryption-in-transit",
    "azure-resource-logs",
    "vnet-injection",
  ]

  exceptions = var.accepted_until == null ? [] : [{
    service               = "azure-key-vault"
    control               = "vnet-injection"
    justification         = "Reached through a private endpoint alone."
    approved_by           = "security@example.com"
    ticket                = "SEC-1042"
    expires               = var.accepted_until
    compensating_controls = ["azure-private-link", "disable-public-network-access"]
  }]
}

# What the workload creates waits for the check.
resource "terraform_data" "vault" {
  input      = "stands for azurerm_key_vault"
  depends_on = [controls_requirement.workload]
}

output "compliant" {
  value = controls_requirement.workload.compliant
}

output "assessment_digest" {
  value = controls_requirement.workload.digest
}
