# Which services could hold this data? Only what is documented without a condition counts.
data "controls_services" "candidates" {
  cloud           = "azure"
  lifecycle_stage = "active"
  controls = [
    "encryption-at-rest-customer-keys",
    "encryption-in-transit",
  ]
}

output "candidates" {
  value = { for id, service in data.controls_services.candidates.services : id => service.name }
}

# Which service does a resource type belong to?
data "controls_services" "by_type" {
  resource_type = "azurerm_key_vault"
}

output "service_of_type" {
  value = one(data.controls_services.by_type.ids)
}
