resource "azurerm_relay_namespace" "messages" {
  name                = "messages"
  location            = "westeurope"
  resource_group_name = "shop"
  sku_name            = "Standard"
}
