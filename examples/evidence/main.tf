terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

locals {
  services = ["azure-event-hubs", "azure-key-vault", "azure-service-bus", "azure-storage"]
}

# What NIST SP 800-53 asks for, in the catalogue's controls.
data "controls_definitions" "nist" {
  framework   = "NIST SP 800-53"
  identifiers = ["SC-8", "SC-28"] # transmission, and data at rest
}

resource "controls_requirement" "shop" {
  services = local.services
  any_of   = data.controls_definitions.nist.groups
  controls = ["azure-resource-logs", "disable-public-network-access"]

  exceptions = [{
    service       = "azure-service-bus"
    control       = "disable-public-network-access"
    justification = "The Standard tier has no such switch. Messages hold order numbers alone; the Premium tier comes in May."
    approved_by   = "security@example.com"
    ticket        = "SEC-1107"
    expires       = "2027-06-30"
  }]
}

output "evidence" {
  value = {
    "assessment.json"           = controls_requirement.shop.assessment
    "assessment-results.json"   = provider::controls::render_report([controls_requirement.shop.assessment], "oscal-assessment-results")
    "poam.json"                 = provider::controls::render_report([controls_requirement.shop.assessment], "oscal-poam")
    "component-definition.json" = provider::controls::render_baseline(local.services, "oscal-component-definition")
    "findings.csv"              = provider::controls::render_report([controls_requirement.shop.assessment], "csv")
    "report.html"               = provider::controls::render_report([controls_requirement.shop.assessment], "html")
  }
  sensitive = true # nothing secret: this keeps them out of the log
}
