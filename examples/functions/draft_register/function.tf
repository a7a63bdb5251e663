# What a security board would have to accept, for it to review, fill in and sign.
data "controls_assessment" "shop" {
  services = ["azure-service-bus"]
  controls = ["disable-public-network-access"]
}

output "draft" {
  value = provider::controls::draft_register(data.controls_assessment.shop.assessment, "shop-*")
}
