terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "accepted_until" {
  description = "Last day (YYYY-MM-DD) on which a Service Bus that is open to public networks is accepted."
  type        = string
  default     = "2027-06-30"
}

# Ephemeral, so that the key is in no plan and no state.
variable "signing_key" {
  description = "Private key in PEM that signs the attestation; null attests without a signature."
  type        = string
  ephemeral   = true
  default     = null
}

variable "signing_key_version" {
  description = "Version of signing_key: raise it with every new key; null attests without a signature."
  type        = number
  default     = null
}

resource "controls_requirement" "shop" {
  services = ["azure-event-hubs", "azure-key-vault", "azure-service-bus", "azure-storage"]
  controls = [
    "azure-resource-logs",
    "disable-public-network-access",
    "encryption-at-rest-customer-keys",
    "encryption-at-rest-platform-keys",
    "encryption-in-transit",
    "managed-identities",
  ]

  # Documented as "Yes" on a condition; where it shows that the condition is met.
  evidence = [for e in [
    ["azure-event-hubs", "encryption-at-rest-customer-keys", "Premium and Dedicated tiers"],
    ["azure-service-bus", "encryption-at-rest-customer-keys", "Premium tier"],
    ] : {
    service     = e[0]
    control     = e[1]
    condition   = e[2]
    reference   = "https://git.example.com/shop/infra/messages.tf"
    approved_by = "platform@example.com"
  }]

  exceptions = [{
    service       = "azure-service-bus"
    control       = "disable-public-network-access"
    justification = "A partner reads the queues from its own network until June; it moves to a private endpoint."
    approved_by   = "security@example.com"
    ticket        = "SEC-1107"
    expires       = var.accepted_until
  }]
}

resource "controls_attestation" "shop" {
  assessments  = [controls_requirement.shop.assessment]
  issuer       = "https://ci.example.com/shop"
  resource_uri = "https://git.example.com/shop"

  # A week, renewed by plans of its last two days.
  validity_period_hours = 168
  early_renewal_hours   = 48

  signing_key_wo         = var.signing_key
  signing_key_wo_version = var.signing_key_version
}

# What is handed over; verify/main.tf is what others do with it.
# Nothing in it is secret: "sensitive" keeps it out of plans and logs.
output "assessment" {
  value     = controls_requirement.shop.assessment
  sensitive = true
}

output "bundle" {
  value     = try(controls_attestation.shop.bundles["controls"], null)
  sensitive = true
}

output "public_key" {
  value = controls_attestation.shop.public_key_pem
}

output "report" {
  value     = provider::controls::render_report([controls_requirement.shop.assessment], "html")
  sensitive = true
}
