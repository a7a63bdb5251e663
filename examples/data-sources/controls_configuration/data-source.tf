# Which services this configuration chooses, read from its own files.
data "controls_configuration" "this" {
  path = path.root

  # Types that the catalogue knows no service for. They stand in the assessment's scope.
  ignore_types = ["azurerm_dashboard_grafana"]
}

resource "controls_requirement" "this" {
  configuration_wo  = data.controls_configuration.this.document
  allow_no_services = true # this example declares no resource of a cloud
  controls          = ["encryption-in-transit"]
}
