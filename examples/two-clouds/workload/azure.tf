resource "azurerm_key_vault" "main" {
  name                = "kv-uploads"
  location            = "westeurope"
  resource_group_name = "uploads"
  tenant_id           = var.tenant_id
  sku_name            = "standard"
}

resource "azurerm_storage_account" "archive" {
  name                     = "stuploads"
  location                 = "westeurope"
  resource_group_name      = "uploads"
  account_tier             = "Standard"
  account_replication_type = "GRS"
}

variable "tenant_id" {
  type = string
}
