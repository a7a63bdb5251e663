package sample

import (
	"cmp"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Full has every key of the format.
const Full = `$schema: ../catalog.schema.json
definitions:
  - id: vnet-injection
    title: Virtual network injection
    description: Instances can be placed inside a network.
    category: network
    polarity: desired
    labels:
      - VNet injection support
      - "Injection (VNet)"
    related: [private-link]
  - id: private-link
    title: Private link
    description: A private endpoint.
    category: network
mappings:
  - control: vnet-injection
    framework: NIST SP 800-53
    version: rev5
    identifiers: [SC-7, "SC-7(3)"]
    source: A table of ours
    confidence: medium
services:
  - id: my-store
    name: My Store
    cloud: azure
    categories: [Storage]
    former_names: [Our Store]
    aliases: [ms]
    resource_types:
      - azurerm_store
      - {type: azurerm_account, attribute: kind, value: Store}
      - Microsoft.Store/stores
    lifecycle:
      retired_on: 2027-01-31
      successor: Your Store
      notice: It goes away.
      source: {title: The end, published: 2026-01-01, url: "https://example.com/end"}
      notices:
        - scope: TLS 1.0
          stage: retiring
          date: 2026-11
          successor: TLS 1.2
          source: {title: Old protocols, url: "https://example.com/tls"}
    documents:
      - id: my-store-2020
        series: Security controls
        title: Security controls for My Store
        publisher: Us
        published: 2020-02-29
        url: https://example.com/store
        license: CC-BY-4.0
        statements:
          - control: vnet-injection
            label: Injection
            status: conditional
            condition: Premium tier only
            enabled_by_default: false
            responsibility: customer
            notes: >
              Folded over
              two lines.
            references:
              - {title: How to, url: "https://example.com/how#to"}
          - control: private-link
            status: no
            planned: true
clouds:
  - id: our-cloud
    name: Our Cloud
    type_prefixes: [our_, oc-2_]
    arm_types: false
settings:
  - service: my-store
    control: vnet-injection
    provider: example/store
    versions: ">= 1.0, < 2.0"
    ways:
      - role: alternative
        type: azurerm_store
        rows:
          - argument: rules[].subnet_id
            on: any
            off: [none]
            absent: off
            blocks: any
            former:
              - {argument: subnet_id}
              - {argument: public, inverted: true}
              - {argument: network, other: true}
          - {argument: tier, on: [2, 1.5, Premium, true], absent: unknown}
        source: The page of the store
  - service: my-store
    control: private-link
    ways:
      - role: part
        type: azurerm_private_endpoint
        companion: {refers_by: connection.resource_id, protects: [azurerm_store], without: off}
        rows:
          - {argument: connection.manual, on: [false], absent: on}
        source: The page of the endpoint
`

// Between is the part of Full from start to before end, or to its own end.
func Between(start, end string) string {
	_, after, _ := strings.Cut(Full, start)
	part, _, _ := strings.Cut(after, cmp.Or(end, "\x00"))
	return start + part
}

// FullSummary is the summary of the service in Full.
var FullSummary = catalog.Summary{
	ID: "my-store", Name: "My Store", Cloud: "azure", Categories: []string{"Storage"}, FormerNames: []string{"Our Store"},
	Aliases: []string{"ms"},
	ResourceTypes: []catalog.ResourceType{
		{Type: "azurerm_store"}, {Type: "azurerm_account", By: "kind", Value: "Store"}, {Type: "Microsoft.Store/stores"},
	},
	Lifecycle: catalog.Lifecycle{
		RetiredOn: "2027-01-31", Successor: "Your Store", Notice: "It goes away.",
		Source: catalog.Source{Title: "The end", Published: "2026-01-01", URL: "https://example.com/end"},
		Notices: []catalog.Notice{{
			Scope: "TLS 1.0", Stage: catalog.NoticeRetiring, Date: "2026-11", Successor: "TLS 1.2",
			Source: catalog.Source{Title: "Old protocols", URL: "https://example.com/tls"},
		}},
	},
}
