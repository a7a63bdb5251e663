resource "controls_requirement" "secrets" {
  services = ["azure-key-vault"]
  controls = ["encryption-in-transit", "azure-resource-logs"]
}

# Ephemeral, so that the key is in no plan and no state. It is needed by plans and
# applies that issue: give it as TF_VAR_signing_key there.
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

variable "commit" {
  description = "The commit that the attestation is about, too."
  type        = string
  default     = "c8f4e0c1d1b6d7b1d7a2f5a9e3f0b4c6d8e0f2a4"
}

resource "controls_attestation" "secrets" {
  assessments = [controls_requirement.secrets.assessment]
  issuer      = "https://ci.example.com/shop"

  subjects = [{
    name   = "shop"
    uri    = "https://git.example.com/shop"
    digest = { gitCommit = var.commit }
  }]

  # A week, renewed by plans of its last two days.
  validity_period_hours = 168
  early_renewal_hours   = 48

  signing_key_wo         = var.signing_key
  signing_key_wo_version = var.signing_key_version
}

# What others verify: the assessment, and a Sigstore bundle or a DSSE envelope. Nothing in
# them is secret: "sensitive" keeps them out of plans and logs.
output "assessment" {
  value     = controls_requirement.secrets.assessment
  sensitive = true
}

output "bundle" {
  value     = try(controls_attestation.secrets.bundles["controls"], null)
  sensitive = true
}
