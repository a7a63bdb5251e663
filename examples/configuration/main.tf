terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# Reads the stack's files. To plan the stack would take the azurerm provider; to read
# which services it chooses does not.
data "controls_configuration" "stack" {
  path = "${path.module}/stack"
}

resource "controls_requirement" "stack" {
  configuration_wo = data.controls_configuration.stack.document
  controls         = ["azure-resource-logs", "encryption-at-rest-customer-keys"]
}

output "services" {
  value = data.controls_configuration.stack.services
}
