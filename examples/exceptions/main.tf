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

  # What is for other services only is left out, since it would be warned of.
  exceptions = [
    for exception in local.exceptions : exception
    if length(setintersection(local.services, try(exception.services, [exception.service]))) > 0
  ]
}
