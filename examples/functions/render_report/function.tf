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

# terraform output -raw report >report.html
output "report" {
  value     = provider::controls::render_report([data.controls_assessment.secrets.assessment], "html")
  sensitive = true # only so that a CLI does not print it
}

# For code scanning: where the root module is within the repository. With the document of
# controls_configuration as well, results point at the line that chose the service.
output "sarif" {
  value = provider::controls::render_report([data.controls_assessment.secrets.assessment], "sarif", {
    source_root    = "infra/production"
    repository_uri = "https://github.com/example/shop"
  })
}
