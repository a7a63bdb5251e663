terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# Reads the stack's files, and evaluates the arguments in them as far as they are certain.
# A root variable of the stack counts only with a value, since a default may be overridden.
data "controls_configuration" "stack" {
  path      = "${path.module}/stack"
  settings  = true
  variables = { shared_keys = var.shared_keys }
}

# That a storage account can do it is not enough: it has to be switched on.
resource "controls_requirement" "stack" {
  configuration_wo = data.controls_configuration.stack.document
  must_be          = "enabled"
  controls         = ["encryption-in-transit"]
  avoid            = ["local-authentication-methods-for-data-plane-access"]
}

variable "shared_keys" {
  description = "Whether the storage account of the stack is reached with its keys."
  type        = bool
  default     = false
}

output "in_force" {
  value = {
    for control, finding in jsondecode(nonsensitive(controls_requirement.stack.assessment)).services["azure-storage"].controls :
    control => finding.outcome
  }
}
