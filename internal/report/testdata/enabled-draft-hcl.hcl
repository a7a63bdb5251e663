# Draft of exceptions and evidence, to be reviewed and filled in.
# An empty value is refused until it is filled in. Leave out what is not to be accepted.
# Copy "exceptions" and "evidence" to where they are declared, or their entries into the lists there.
# A file with a name such as gaps.auto.tfvars is read as it is, as the variables "exceptions" and "evidence".
#
# Title: Controls of <payments>
# System: Payments
# System id: SYS-12
# Owner: Ann & Bob
# Date: 2025-06-30
# Author: Carol `Sec`
# Repository: https://example.com/repo
# Revision: 0123456789abcdef0123456789abcdef01234567
# Provider version: 1.2.3

# 5 gaps in 2 services: azure-relay, azure-vault
# Assessment sha256:1c8d1565b31551bb1bbaf91c29817b4697b375bd719ff7243e5167ec7f2c2b8d
exceptions = [
  # Encryption in transit: documented as "Yes", but switched off, to be changed instead: min_tls_version of azurerm_relay.main["|"] (re lay.tf:9); min_tls_version of azurerm_relay.second: it is left out (more.tf:1); min_tls_version of module.m.azurerm_relay.x (.terraform/modules/m/main.tf:3)
  {
    service       = "azure-relay"
    control       = "encryption-in-transit"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # Local authentication: documented as "Yes", and switched on, but the requirement avoids it, to be changed instead: local_auth_enabled of azurerm_relay.second (more.tf:3)
  {
    service       = "azure-relay"
    control       = "local-authentication"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # VNet injection: documented as "No" (support is planned)
  {
    service       = "azure-vault"
    control       = "vnet-injection"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # One of the group AU-2(1): none of its 2 controls passes; encryption-in-transit, to be changed instead: min_tls_version of azurerm_relay.main["|"] (re lay.tf:9); min_tls_version of azurerm_relay.second: it is left out (more.tf:1); min_tls_version of module.m.azurerm_relay.x (.terraform/modules/m/main.tf:3)
  {
    service       = "azure-relay"
    control       = "AU-2(1)"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
]

evidence = [
  # Customer-managed keys, which is not certain: key_id of azurerm_vault.main: its value is not certain: it depends on the root variable level (main.tf:14)
  # Where that cannot be shown, an entry of exceptions accepts the gap:
  # { service = "azure-vault", control = "customer-keys", justification = "", approved_by = "", expires = "" },
  {
    service     = "azure-vault"
    control     = "customer-keys"
    condition   = "switched on"
    reference   = "" # where it shows: a link, or the address of the setting
    approved_by = "" # who has checked it
    # in the requirement itself, with the value that it has to have: holds = azurerm_vault.main.key_id == ""
  },
]
