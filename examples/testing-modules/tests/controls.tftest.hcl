# Gaps become warnings, so that a run can look at them. With "deny", which is what the
# module's users get, the plan would fail, and expect_failures does not see errors of a
# provider.
provider "controls" {
  enforcement = "warn"
}

run "accepts_a_service_with_the_controls" {
  command = plan

  variables {
    services = ["azure-key-vault"]
  }

  assert {
    condition     = controls_requirement.this.compliant
    error_message = "Unexpected gaps: ${join(", ", output.gaps)}"
  }
}

run "finds_what_is_missing" {
  command = plan

  variables {
    services = ["azure-bastion"]
  }

  assert {
    condition     = contains(output.gaps, "azure-bastion/managed-identities")
    error_message = "The missing managed identities were not found: ${join(", ", output.gaps)}"
  }

  # Private endpoints are missing as well, and recommended alone.
  expect_failures = [check.recommended_controls]
}
