terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

provider "controls" {
  catalog_sources = [
    { path = "${path.module}/catalog" },
  ]
}

locals {
  # In a real configuration an attribute of the resource that creates the instance.
  instance_class = "dedicated"
}

resource "controls_requirement" "database" {
  services = ["team-postgres"]
  controls = [
    "encryption-at-rest-customer-keys",
    "encryption-in-transit",
    "restore-tested",
  ]
  avoid = ["shared-administrator"]

  evidence = [
    # The handbook says "Yes", on a condition. This says where it shows that the
    # condition is met.
    {
      service   = "team-postgres"
      control   = "encryption-at-rest-customer-keys"
      condition = "Dedicated instances only"
      reference = "instance_class = ${local.instance_class}"
    },
    # An adverse control passes once it is shown to be switched off.
    {
      service     = "team-postgres"
      control     = "shared-administrator"
      condition   = "switched off"
      reference   = "https://git.example.com/platform/postgres/settings.yaml"
      approved_by = "dba@example.com"
    },
  ]
}

output "verdict" {
  value = controls_requirement.database.summary
}
