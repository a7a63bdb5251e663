terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "commit" {
  description = "The commit that is checked and attested to, as 40 hexadecimal digits; null for none."
  type        = string
  default     = null
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

locals {
  issuer     = "https://ci.example.com/shop"
  repository = "https://git.example.com/shop"

  subjects = var.commit == null ? [] : [{
    name   = "shop"
    uri    = local.repository
    digest = { gitCommit = var.commit }
  }]
}

# Reads the stack's files and needs none of its providers, so a pipeline needs no
# credentials of the cloud.
data "controls_configuration" "stack" {
  path = "${path.module}/stack"
}

# What is required. It fails nothing, so the reports are in the plan that fails.
data "controls_assessment" "stack" {
  workload      = "shop"
  configuration = data.controls_configuration.stack.document
  controls      = ["azure-resource-logs", "encryption-at-rest-customer-keys"]
  exceptions    = []
}

# Fails the plan where the stack does not meet it.
resource "controls_requirement" "stack" {
  assessment_wo    = data.controls_assessment.stack.assessment
  configuration_wo = data.controls_configuration.stack.document # for the places in messages
}

output "reports" {
  value = {
    for file, format in {
      "controls.sarif" = "sarif"
      "report.html"    = "html"
      "report.md"      = "markdown"
      "report.xml"     = "junit"
    } :
    file => provider::controls::render_report([data.controls_assessment.stack.assessment], format, {
      configuration  = data.controls_configuration.stack.document
      source_root    = "infra/stack"
      repository_uri = local.repository
      revision       = var.commit
    })
  }
  sensitive = true # nothing secret: this keeps them out of the log
}

# What passed, for whoever is to rely on it.
resource "controls_attestation" "stack" {
  assessments  = [controls_requirement.stack.assessment]
  issuer       = local.issuer
  resource_uri = local.repository
  subjects     = local.subjects

  validity_period_hours = 168

  signing_key_wo         = var.signing_key
  signing_key_wo_version = var.signing_key_version
}

output "attestation" {
  value = {
    "assessment.json"        = controls_requirement.stack.assessment
    "controls.sigstore.json" = try(controls_attestation.stack.bundles["controls"], null)
  }
  sensitive = true
}

# The verdict as it is, also FAILED, for whoever looks at many workloads: a plan that fails
# attests to nothing, so without this one the last that passed would remain the newest.
resource "controls_attestation" "verdict" {
  assessments  = [data.controls_assessment.stack.assessment]
  issuer       = local.issuer
  resource_uri = local.repository
  subjects     = local.subjects

  validity_period_hours = 168

  signing_key_wo         = var.signing_key
  signing_key_wo_version = var.signing_key_version
}

output "verdict" {
  value     = { "summary.sigstore.json" = try(controls_attestation.verdict.bundles["summary"], null) }
  sensitive = true
}
