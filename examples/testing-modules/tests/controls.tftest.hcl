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
    services = ["visual-studio-codespaces"]
  }

  assert {
    condition     = contains(output.gaps, "visual-studio-codespaces/data-plane-logging")
    error_message = "The missing data plane logging was not found: ${join(", ", output.gaps)}"
  }

  # Customer-managed keys are missing as well, and recommended alone.
  expect_failures = [check.recommended_controls]
}
