terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}

# What is documented about a service, as a table for people.
output "documented" {
  value = provider::controls::render_baseline(["azure-key-vault"], "markdown")
}

# The same for tools that read OSCAL, with every document about the service.
output "component_definition" {
  value = provider::controls::render_baseline(["azure-key-vault"], "oscal-component-definition")
}
