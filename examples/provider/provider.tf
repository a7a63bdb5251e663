terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# Every argument is optional, and so is the block.
provider "controls" {
  # No requirement of this configuration can turn its gaps into warnings.
  enforcement = "deny"

  # What your organisation documents itself, layered over the embedded catalogue.
  catalog_sources = [
    { path = "${path.module}/catalog" },
  ]
}
