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
}

output "evidence" {
  value = {
    "assessment-results.json" = provider::controls::render_report([local.assessment], "oscal-assessment-results")
    "poam.json"               = provider::controls::render_report([local.assessment], "oscal-poam")
    "findings.csv"            = provider::controls::render_report([local.assessment], "csv")
    "report.html"             = provider::controls::render_report([local.assessment], "html")
  }
  sensitive = true
}
