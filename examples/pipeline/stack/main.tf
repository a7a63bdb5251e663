resource "azurerm_key_vault" "keys" {
  name                = "keys"
  location            = "westeurope"
  resource_group_name = "shop"
  tenant_id           = var.tenant_id
  sku_name            = "premium"
}

resource "azurerm_storage_account" "files" {
  name                     = "shopfiles"
  location                 = "westeurope"
  resource_group_name      = "shop"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}
