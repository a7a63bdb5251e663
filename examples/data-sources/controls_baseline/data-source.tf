data "controls_baseline" "key_vault" {
  service = "azure-key-vault"
}

# What the documents say about one control, and which document says it.
output "vnet_injection" {
  value = {
    status   = data.controls_baseline.key_vault.controls["vnet-injection"].status
    document = data.controls_baseline.key_vault.controls["vnet-injection"].document
  }
}

# What has to be lived with when this service is chosen.
output "unsupported" {
  value = data.controls_baseline.key_vault.unsupported
}

# The same service by the documents of an earlier day.
data "controls_baseline" "key_vault_in_2020" {
  service = "azure-key-vault"
  as_of   = "2020-12-31"
}
