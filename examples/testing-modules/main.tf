terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "services" {
  description = "Ids of the services that the workload chooses."
  type        = set(string)
}

# Required: a gap fails the plan.
resource "controls_requirement" "this" {
  services = var.services
  controls = ["encryption-in-transit", "managed-identities"]
}

# Recommended: a gap is a warning.
check "recommended_controls" {
  data "controls_assessment" "recommended" {
    services = var.services
    controls = ["azure-private-link"]
  }

  assert {
    condition     = data.controls_assessment.recommended.compliant
    error_message = "Recommended controls are missing: ${join(", ", data.controls_assessment.recommended.gaps)}"
  }
}

output "gaps" {
  value = controls_requirement.this.gaps
}
