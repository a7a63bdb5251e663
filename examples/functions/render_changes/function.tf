terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

data "controls_assessment" "secrets" {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit", "vnet-injection"]
}

# The assessment of the main branch, as its pipeline has kept it: terraform output -raw
# assessment >main.json. Where there is none yet, all of this one is new.
locals {
  before = try(file("${path.module}/main.json"), "")
}

output "assessment" {
  value     = data.controls_assessment.secrets.assessment
  sensitive = true # only so that a CLI does not print it
}

# A comment for the pull request.
output "changes" {
  value     = provider::controls::render_changes(local.before, data.controls_assessment.secrets.assessment, "markdown")
  sensitive = true
}
