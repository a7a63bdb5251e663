terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# The services that the resources in workload/ choose, of all clouds.
data "controls_configuration" "workload" {
  path = "${path.module}/workload"
}

# Goals are a grouping of the catalogue's own: for each, the controls that reach it, of
# whatever cloud. One of them is enough.
data "controls_definitions" "goals" {
  framework   = "goals"
  identifiers = ["access-logs", "customer-keys", "private-access"]
}

# One requirement for three clouds. Fails the plan: no document in the catalogue says of
# Cloud Storage that access to its data can be logged.
resource "controls_requirement" "workload" {
  configuration_wo = data.controls_configuration.workload.document
  any_of           = data.controls_definitions.goals.groups
}
