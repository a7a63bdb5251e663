resource "azurerm_key_vault" "main" {
  name                = "kv-uploads"
  location            = "westeurope"
  resource_group_name = "uploads"
  tenant_id           = var.tenant_id
  sku_name            = "standard"
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "psql-orders"
  location            = "westeurope"
  resource_group_name = "uploads"
  version             = "16"
}

variable "tenant_id" {
  type = string
}
