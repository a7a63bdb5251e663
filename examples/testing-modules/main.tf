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
  controls = ["data-plane-logging", "encryption-in-transit"]
}

# Recommended: a gap is a warning.
check "recommended_controls" {
  data "controls_assessment" "recommended" {
    services = var.services
    controls = ["encryption-at-rest-customer-keys"]
  }

  assert {
    condition     = data.controls_assessment.recommended.compliant
    error_message = "Recommended controls are missing: ${join(", ", data.controls_assessment.recommended.gaps)}"
  }
}

output "gaps" {
  value = controls_requirement.this.gaps
}
