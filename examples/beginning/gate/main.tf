# Copy this folder into that of a stack. It reads the folder above, and changes nothing there.
terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "stack" {
  description = "Folder of the stack, seen from this one."
  type        = string
  default     = ".."
}

variable "enforcement" {
  description = "What a gap does to the plan: deny, ratchet or warn. The first apply under a ratchet says warn, which records the gaps."
  type        = string
  default     = "ratchet"
}

variable "exceptions" {
  description = "Accepted gaps. A draft with a name such as gaps.auto.tfvars has them once it is filled in."
  type        = any
  default     = []
}

variable "evidence" {
  description = "What shows that documented conditions are met, from the same file."
  type        = any
  default     = []
}

variable "ignore_types" {
  description = "Resource types of which no service is known, or which can deploy anything, to be left out, on record. A failing plan lists them."
  type        = set(string)
  default     = []
}

variable "on_missing_module" {
  description = "What a module does that cannot be fetched: deny, or allow, which leaves it unread, on record."
  type        = string
  default     = "deny"
}

data "controls_configuration" "stack" {
  path              = "${path.root}/${var.stack}"
  ignore_types      = var.ignore_types
  on_missing_module = var.on_missing_module
}

# Everything is declared here. A plan prints nothing of a data source, and reports of it are there
# also when the plan fails.
data "controls_assessment" "stack" {
  configuration = data.controls_configuration.stack.document
  controls = [
    "azure-private-link",
    "azure-resource-logs",
    "disable-public-network-access",
    "encryption-at-rest-customer-keys",
    "encryption-in-transit",
    "managed-identities",
  ]
  exceptions = var.exceptions
  evidence   = var.evidence
}

# Fails the plan on a gap that nothing accepts.
resource "controls_requirement" "stack" {
  assessment_wo    = data.controls_assessment.stack.assessment
  configuration_wo = data.controls_configuration.stack.document
  enforcement      = var.enforcement
}
