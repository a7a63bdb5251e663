# The controls of one category, with the labels that vendors' documents use for them.
data "controls_definitions" "network" {
  category = "network"
}

output "labels" {
  value = { for id, control in data.controls_definitions.network.definitions : id => control.labels }
}

# The controls that speak to two requirements of NIST SP 800-53.
data "controls_definitions" "nist" {
  framework         = "NIST SP 800-53"
  framework_version = "rev5"
  identifiers       = ["SC-8", "SC-28"]
}

# Several controls speak to one identifier: each service needs one of them.
resource "controls_requirement" "nist" {
  services = ["azure-key-vault"]
  any_of   = data.controls_definitions.nist.groups
}
