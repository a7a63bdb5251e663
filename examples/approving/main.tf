terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# The registers are a repository of their own, here checked out as the folder "registers".
provider "controls" {
  exception_registers = [{ path = "${abspath(path.root)}/registers" }]
  approvers           = file("${path.root}/registers/approvers")
  exception_policy = {
    inline                = "deny"
    max_days              = 400
    max_register_age_days = 400
    require_ticket        = true
  }
}

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

# Azure Service Bus lacks one of the controls. Nothing here accepts that: the register does.
resource "controls_requirement" "shop" {
  workload = "shop-prod"
  services = ["azure-key-vault", "azure-service-bus"]
  controls = ["disable-public-network-access", "encryption-in-transit"]
}

resource "controls_attestation" "shop" {
  assessments            = [controls_requirement.shop.assessment]
  signing_key_wo         = var.signing_key
  signing_key_wo_version = var.signing_key_version

  # Carried along, so that nobody has to believe who signed.
  registers = [{
    content    = file("${path.root}/registers/security-board.yaml")
    signatures = [file("${path.root}/registers/security-board.yaml.sig")]
  }]
}

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
