# An article as a vendor publishes it, turned into a catalogue file. Usually its content
# comes from file("article.md").
output "catalog_file" {
  value = yamlencode(provider::controls::parse_document(<<-EOT
    ---
    ms.date: 04/16/2024
    ---
    # Security controls for Contoso Ledger

    ## Network

    | Security control | Yes/No | Notes |
    |---|---|---|
    | VNet injection support | No | Support is planned. |
    | Service endpoint support | Yes (Premium tier only) | |
  EOT
  ))
}
