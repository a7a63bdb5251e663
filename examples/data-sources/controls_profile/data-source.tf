# The identifiers of NIST SP 800-53 moderate that documents of Azure's services speak to.
data "controls_profile" "moderate" {
  framework = "NIST SP 800-53"
  baseline  = "moderate"
  clouds    = ["azure"]
}

# Several controls speak to one identifier: the service needs one of them.
data "controls_assessment" "vault" {
  services = ["azure-key-vault"]
  any_of   = data.controls_profile.moderate.groups
}

# What no service's document speaks of is to be shown in another way.
output "not_documented" {
  value = data.controls_profile.moderate.undocumented
}
