# The id of the control that a vendor's document calls by this label.
output "control" {
  value = provider::controls::resolve_control("VNet injection support")
}
