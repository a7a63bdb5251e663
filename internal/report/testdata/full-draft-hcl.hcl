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

# 9 gaps in 3 services: aws-store, azure-old, azure-relay
# Assessment sha256:5e2351f77e179c50fad2d47e26fddaef0b8d270fbe27de7df6bf89e3a069d132
# The exception for AU-2(1) of azure-relay ended on 2025-03-31: renew the entry that is there.
# azure-old was retired on 2021-02-17; successor: Azure New: no exception covers that.
exceptions = [
  # Customer-managed keys: documented as "Yes", on the condition "=Only with a "dedicated" plan", by a document older than the 3000 days that the requirement accepts
  {
    service       = "azure-old"
    control       = "customer-keys"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # Encryption in transit: documented as "Yes", by a document older than the 3000 days that the requirement accepts
  {
    service       = "azure-old"
    control       = "encryption-in-transit"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # Local authentication: documented as "N/A", by a document older than the 3000 days that the requirement accepts
  {
    service       = "azure-old"
    control       = "local-authentication"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # VNet injection: documented as "No", by a document older than the 3000 days that the requirement accepts
  {
    service       = "azure-old"
    control       = "vnet-injection"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # One control for NIST SP 800-53 rev5 AU-2(1): Audit of <all>: none of its 2 controls passes
  # audit-logging: medium confidence, by A mapping of <ours>; by the catalogue it intersects with AU-2(1) of rev5
  {
    service       = "azure-old"
    control       = "AU-2(1)"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
]

evidence = [
  # Customer-managed keys, in place of the entry that quotes another condition
  # Where that cannot be shown, an entry of exceptions accepts the gap:
  # { service = "aws-store", control = "customer-keys", justification = "", approved_by = "", expires = "" },
  {
    service     = "aws-store"
    control     = "customer-keys"
    condition   = "Premium tier only"
    reference   = "" # where it shows: a link, or the address of the setting
    approved_by = "" # who has checked it
  },
  # Local authentication
  # Where that cannot be shown, an entry of exceptions accepts the gap:
  # { service = "azure-relay", control = "local-authentication", justification = "", approved_by = "", expires = "" },
  {
    service     = "azure-relay"
    control     = "local-authentication"
    condition   = "switched off"
    reference   = "azurerm_relay.main[\"|\"] (re lay.tf line 7)" # check that it shows there
    approved_by = "" # who has checked it
  },
]
