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
  for_each  = toset(["azure", "aws"])
  framework = "NIST SP 800-53"
  baseline  = "moderate"
  clouds    = [each.key]
}

locals {
  services = {
    azure = [
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
    aws = [
      "aws-dynamodb",
      "aws-ecr",
      "aws-eks",
      "aws-lambda",
      "aws-rds",
      "aws-s3",
    ]
  }
}

# An assessment never fails the plan: what is not supported is in the report.
data "controls_assessment" "moderate" {
  for_each  = data.controls_profile.moderate
  services  = local.services[each.key]
  any_of    = each.value.groups
  crosswalk = each.value.crosswalk
}

# The same more strictly: above, one control that passes is enough for an identifier; here each has
# to that the service's documents speak of.
data "controls_assessment" "every" {
  for_each            = data.controls_profile.moderate
  services            = local.services[each.key]
  every_documented_of = each.value.groups
  crosswalk           = each.value.crosswalk
}

# How many identifiers of the baseline documents speak to, and which are left to people and
# processes.
output "coverage" {
  value = { for cloud, profile in data.controls_profile.moderate : cloud => profile.coverage }
}

output "undocumented" {
  value = { for cloud, profile in data.controls_profile.moderate : cloud => profile.undocumented }
}

output "summary" {
  value = { for cloud, assessment in data.controls_assessment.moderate : cloud => assessment.summary }
}

output "summary_of_every_documented_one" {
  value = { for cloud, assessment in data.controls_assessment.every : cloud => assessment.summary }
}

output "report" {
  value = provider::controls::render_report([for a in data.controls_assessment.moderate : a.assessment], "html")
}
