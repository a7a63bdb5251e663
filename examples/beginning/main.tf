# Stands for a stack that is there already. The gate is in a folder of its own, and reads this one.
resource "azurerm_key_vault" "secrets" {
  name                = "shop-secrets"
  resource_group_name = "shop"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "premium"
}

resource "azurerm_container_registry" "images" {
  name                = "shopimages"
  resource_group_name = "shop"
  location            = "westeurope"
  sku                 = "Premium"
}

resource "azurerm_servicebus_namespace" "orders" {
  name                = "shop-orders"
  resource_group_name = "shop"
  location            = "westeurope"
  sku                 = "Premium"
}

resource "azurerm_bastion_host" "operators" {
  name                = "shop-operators"
  resource_group_name = "shop"
  location            = "westeurope"
}
