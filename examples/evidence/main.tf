terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

locals {
  services = ["azure-event-hubs", "azure-key-vault", "azure-service-bus", "azure-storage"]

  # What every report names on its first lines. A pipeline knows the date and the revision.
  report = {
    title          = "Controls of the shop"
    author         = "platform@example.com"
    date           = "2026-11-25"
    system         = { name = "Shop", id = "shop-prod", owner = "shop@example.com" }
    repository_uri = "https://github.com/example/shop"
    revision       = "4f2a9c1d0b7e6a5f3c8d9e0a1b2c3d4e5f6a7b8c"
  }

  assessments = [controls_requirement.shop.assessment]
}

# What NIST SP 800-53 asks for, in the catalogue's controls.
data "controls_definitions" "nist" {
  framework         = "NIST SP 800-53"
  framework_version = "rev5"
  identifiers       = ["SC-8", "SC-28"] # transmission, and data at rest
}

resource "controls_requirement" "shop" {
  services     = local.services
  any_of       = data.controls_definitions.nist.groups
  crosswalk_wo = data.controls_definitions.nist.crosswalk
  controls     = ["azure-resource-logs", "disable-public-network-access"]

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
    "report.json"               = jsonencode(local.report)
    "assessment-results.json"   = provider::controls::render_report(local.assessments, "oscal-assessment-results", local.report)
    "poam.json"                 = provider::controls::render_report(local.assessments, "oscal-poam", local.report)
    "component-definition.json" = provider::controls::render_baseline(local.services, "oscal-component-definition")
    "findings.csv"              = provider::controls::render_report(local.assessments, "csv", local.report)
    "report.html"               = provider::controls::render_report(local.assessments, "html", local.report)
  }
  sensitive = true # nothing secret: this keeps them out of the log
}
