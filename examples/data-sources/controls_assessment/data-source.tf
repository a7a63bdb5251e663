# The arguments of controls_requirement, but a gap fails nothing.
data "controls_assessment" "secrets" {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit", "vnet-injection"]
}

output "gaps" {
  value = data.controls_assessment.secrets.gaps
}

# A gap is a warning here, so this plan passes with one: Key Vault lacks VNet injection.
check "controls" {
  assert {
    condition     = data.controls_assessment.secrets.compliant
    error_message = "Missing: ${join(", ", data.controls_assessment.secrets.gaps)}"
  }
}
