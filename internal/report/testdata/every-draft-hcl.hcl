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

# 6 gaps in 4 services: aws-store, azure-old, azure-relay, azure-vault
# Assessment sha256:3511d376a0b6343ba22eb1141c027725b915849a75329c822a39217194964480
exceptions = [
  # One of the group AU-2(1): none of its 2 controls passes
  {
    service       = "azure-relay"
    control       = "AU-2(1)"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # Every documented one of the group AU-6: no document of the service speaks of its one control
  {
    services      = ["aws-store", "azure-old", "azure-relay"]
    control       = "AU-6"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
  # Every documented one of the group SC-28
  # - one of its 2 documented controls does not pass; no document of the service speaks of data-plane-logging; evidence for "customer-keys" would do instead: aws-store
  # - 2 of its 3 documented controls do not pass: azure-vault
  {
    services      = ["aws-store", "azure-vault"]
    control       = "SC-28"
    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
]
