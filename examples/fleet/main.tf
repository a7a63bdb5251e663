terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "catalog" {
  description = "The platform team's catalogue in the registry, and the keys that sign it; null for the embedded one alone."
  type        = object({ oci = string, public_keys = set(string) })
  default     = null
}

variable "workload" {
  description = "What this is, as the platform team calls it: team and stage."
  type        = string
  default     = "shop/prod"
}

variable "services" {
  description = "The services that it uses."
  type        = set(string)
  default     = ["azure-key-vault", "azure-storage"]
}

# Ephemeral, so that the key is in no plan and no state.
variable "signing_key" {
  description = "Private key in PEM that signs the verdict; null attests without a signature."
  type        = string
  ephemeral   = true
  default     = null
}

variable "signing_key_version" {
  description = "Version of signing_key: raise it with every new key; null attests without a signature."
  type        = number
  default     = null
}

provider "controls" {
  catalog_sources = var.catalog == null ? [] : [var.catalog]
}

# What is required. It fails nothing, so that there is a verdict of what fails as well.
data "controls_assessment" "this" {
  workload = var.workload
  labels   = { team = split("/", var.workload)[0], stage = split("/", var.workload)[1] }
  services = var.services
  controls = ["encryption-at-rest-customer-keys", "encryption-in-transit"]
}

# Fails the plan where it is not met.
resource "controls_requirement" "this" {
  assessment_wo = data.controls_assessment.this.assessment
}

# The verdict, PASSED or FAILED, for whoever looks at all workloads.
resource "controls_attestation" "verdict" {
  assessments  = [data.controls_assessment.this.assessment]
  issuer       = "https://ci.example.com/${var.workload}"
  resource_uri = "https://git.example.com/${var.workload}"

  validity_period_hours = 168

  signing_key_wo         = var.signing_key
  signing_key_wo_version = var.signing_key_version
}

output "verdict" {
  value     = try(controls_attestation.verdict.bundles["summary"], null)
  sensitive = true
}
