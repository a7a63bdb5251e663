terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.20"
    }
  }
}

resource "azurerm_storage_account" "orders" {
  name                      = "shoporders"
  location                  = "westeurope"
  resource_group_name       = "shop"
  account_tier              = "Standard"
  account_replication_type  = "ZRS"
  min_tls_version           = "TLS1_0"
  shared_access_key_enabled = var.shared_keys
  local_user_enabled        = false
}

variable "shared_keys" {
  type    = bool
  default = true
}
