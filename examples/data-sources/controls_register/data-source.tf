provider "controls" {
  exception_registers = [{ path = "${abspath(path.module)}/registers" }]
}

# What is accepted for the shop, and what of it ends within two months.
data "controls_register" "shop" {
  workload           = "shop-prod"
  ending_within_days = 60
}

output "accepted" {
  value = data.controls_register.shop.in_force
}

output "ending" {
  value = data.controls_register.shop.ending
}
