terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# The moderate baseline of NIST SP 800-53, as far as documents of these clouds speak to it.
# A documented control supports an identifier; it does not meet it.
data "controls_profile" "moderate" {
  framework = "NIST SP 800-53"
  baseline  = "moderate"
  clouds    = ["azure", "aws"]
}

locals {
  services = [
    "aws-dynamodb",
    "aws-ecr",
    "aws-eks",
    "aws-lambda",
    "aws-rds",
    "aws-s3",
    "azure-app-service",
    "azure-container-registry",
    "azure-cosmos-db",
    "azure-event-hubs",
    "azure-functions",
    "azure-key-vault",
    "azure-kubernetes-service",
    "azure-sql-database",
    "azure-storage",
  ]
}

# One system, one assessment. It never fails the plan: what is not supported is in the report, and
# what no document of a cloud speaks of is told apart from what is documented as missing.
data "controls_assessment" "moderate" {
  services  = local.services
  any_of    = data.controls_profile.moderate.groups
  crosswalk = data.controls_profile.moderate.crosswalk
}

# The same more strictly: above, one control that passes is enough for an identifier; here each has
# to that the service's documents speak of.
data "controls_assessment" "every" {
  services            = local.services
  every_documented_of = data.controls_profile.moderate.groups
  crosswalk           = data.controls_profile.moderate.crosswalk
}

# How many identifiers of the baseline documents speak to, and from which no mapping leads to a
# documented control.
output "coverage" {
  value = data.controls_profile.moderate.coverage
}

output "undocumented" {
  value = data.controls_profile.moderate.undocumented
}

output "summary" {
  value = data.controls_assessment.moderate.summary
}

output "summary_of_every_documented_one" {
  value = data.controls_assessment.every.summary
}

output "report" {
  value = provider::controls::render_report([data.controls_assessment.moderate.assessment], "html", {
    title  = "NIST SP 800-53 rev5 moderate"
    system = { name = "Payments", id = "SYS-12" }
  })
}
