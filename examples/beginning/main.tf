terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "enforcement" {
  description = "What a gap does to the plan: deny, ratchet or warn. The first apply says warn, which records the gaps."
  type        = string
  default     = "ratchet"
}

resource "controls_requirement" "workload" {
  services    = ["azure-bastion", "azure-key-vault"]
  controls    = ["encryption-in-transit", "vnet-injection"]
  enforcement = var.enforcement
}
