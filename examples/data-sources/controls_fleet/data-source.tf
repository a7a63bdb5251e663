# The verdicts that the pipelines of two teams have published.
data "controls_fleet" "all" {
  bundles = {
    for file in fileset("${path.module}/verdicts", "**/*.sigstore.json") :
    file => file("${path.module}/verdicts/${file}")
  }

  # From a place of trust. Each key speaks for the workloads of its team alone.
  public_keys = {
    payments = file("${path.module}/keys/payments.pub")
    platform = file("${path.module}/keys/platform.pub")
  }
  workloads = {
    payments = ["billing", "shop/*"]
    platform = ["network/*"]
  }

  # Fails where one of these has no verdict, or where a bundle counts for nothing. What else
  # does not pass is listed.
  expected_workloads = ["billing", "network/hub", "shop/prod"]
  fail_on            = ["missing", "rejected"]
}

output "failing" {
  value = { for w in data.controls_fleet.all.failing : w.workload => w.status }
}
