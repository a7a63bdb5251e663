terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

variable "max_document_age_days" {
  description = "How old a document may be that counts as proof."
  type        = number
  default     = 730
}

# AWS documents policies on private endpoints service by service: of Amazon S3 on a page
# of 2026, of AWS Lambda in a list of 2021. With the default, the plan fails on the latter
# and says from when the list is.
resource "controls_requirement" "endpoints" {
  services              = ["aws-lambda", "aws-s3"]
  controls              = ["private-endpoint-policies"]
  max_document_age_days = var.max_document_age_days
}
