variable "next_review" {
  description = "Day of the next security review (YYYY-MM-DD). No exception outlives it."
  type        = string
}

resource "controls_requirement" "secrets" {
  services = ["azure-key-vault"]

  controls = [
    "azure-resource-logs",
    "encryption-at-rest-customer-keys",
    "encryption-in-transit",
    "vnet-injection",
  ]

  # Key Vault is documented not to have VNet injection. Without this entry the plan fails.
  exceptions = [{
    service               = "azure-key-vault"
    control               = "vnet-injection"
    justification         = "Reached through a private endpoint alone."
    expires               = var.next_review
    approved_by           = "security@example.com"
    ticket                = "SEC-1042"
    compensating_controls = ["azure-private-link", "disable-public-network-access"]
  }]
}

# Must not be created before the requirement is checked.
resource "terraform_data" "vault" {
  input      = "stands for azurerm_key_vault"
  depends_on = [controls_requirement.secrets]
}

# The verdict in one line: "Compliant with 1 exception: 1 service".
output "verdict" {
  value = controls_requirement.secrets.summary
}
