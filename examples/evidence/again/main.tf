terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

locals {
  # What was handed over.
  assessment = file("${path.module}/../evidence/assessment.json")
  report     = jsondecode(file("${path.module}/../evidence/report.json"))
}

output "evidence" {
  value = {
    "assessment-results.json"   = provider::controls::render_report([local.assessment], "oscal-assessment-results", local.report)
    "poam.json"                 = provider::controls::render_report([local.assessment], "oscal-poam", local.report)
    "component-definition.json" = provider::controls::render_baseline(jsondecode(local.assessment).requirement.services, "oscal-component-definition")
    "findings.csv"              = provider::controls::render_report([local.assessment], "csv", local.report)
    "report.html"               = provider::controls::render_report([local.assessment], "html", local.report)
  }
  sensitive = true
}
