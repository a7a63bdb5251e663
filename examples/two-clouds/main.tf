terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

locals {
  # What is required of every cloud, in the words of a framework.
  nist = ["AU-12", "SC-12", "SC-28"]

  # What is required of one cloud, by the controls that its documents speak of.
  controls = {
    aws   = ["iam-resource-based-policies"]
    azure = ["vnet-injection"]
  }
}

# The services that the resources in workload/ choose, of both clouds.
data "controls_configuration" "workload" {
  path = "${path.module}/workload"
}

data "controls_services" "of" {
  for_each = local.controls

  cloud = each.key
}

# The same identifiers are other controls in each cloud.
data "controls_definitions" "nist" {
  for_each = local.controls

  cloud       = each.key
  framework   = "NIST SP 800-53"
  identifiers = local.nist
}

# Fails the plan: of Amazon RDS resource-based policies are documented as "No", of Azure
# Key Vault VNet injection is.
resource "controls_requirement" "workload" {
  for_each = local.controls

  configuration_wo = data.controls_configuration.workload.document
  services         = setintersection(data.controls_configuration.workload.services, data.controls_services.of[each.key].ids)
  controls         = each.value
  any_of           = data.controls_definitions.nist[each.key].groups
}
