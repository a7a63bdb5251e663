# Which catalogue does this run work with? Worth keeping next to a verdict.
data "controls_catalog" "this" {}

output "catalog" {
  value = {
    version = data.controls_catalog.this.version
    digest  = data.controls_catalog.this.digest
    sources = data.controls_catalog.this.sources
  }
}
