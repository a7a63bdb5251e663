terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

locals {
  services = ["azure-key-vault"]

  # All exceptions of the organisation, in a file with owners of its own.
  exceptions = yamldecode(file("${path.module}/exceptions.yaml"))
}

resource "controls_requirement" "network" {
  services = local.services
  controls = ["encryption-in-transit", "vnet-injection"]

  # Those of other services would be an error here.
  exceptions = [for exception in local.exceptions : exception if contains(local.services, exception.service)]
}
