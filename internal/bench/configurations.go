package main

import (
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// controls is how many controls every service must have.
const controls = 20

// writeCatalog writes a catalogue of services that have all controls.
func writeCatalog(ws *sandbox.Workspace, services int) error {
	var definitions strings.Builder
	definitions.WriteString("definitions:\n")
	for c := range controls {
		fmt.Fprintf(&definitions, "  - {id: control-%[1]d, title: Control %[1]d, description: Any., category: bench}\n", c)
	}
	if err := ws.Write("catalog/definitions.yaml", definitions.String()); err != nil {
		return err
	}
	for s := range services {
		var b strings.Builder
		fmt.Fprintf(&b, `services:
  - id: service-%[1]d
    name: Service %[1]d
    cloud: bench
    resource_types: [bench_%[1]d]
    documents:
      - {id: document-%[1]d, series: Bench, title: Controls of service %[1]d, publisher: Bench, `+
			`published: 2025-01-01, url: "https://example.com/%[1]d", statements: [
`, s)
		for c := range controls {
			fmt.Fprintf(&b, "          {control: control-%d, status: yes},\n", c)
		}
		b.WriteString("        ]}\n")
		if err := ws.Write(fmt.Sprintf("catalog/service-%d.yaml", s), b.String()); err != nil {
			return err
		}
	}
	return nil
}

// embeddedBlocks are for the embedded catalogue.
const embeddedBlocks = `
terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}
`

const providerBlocks = embeddedBlocks + `provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "catalog" }]
}
`

// chosen is how many services the configuration of writePlaces chooses.
const chosen = 50

// writePlaces writes a configuration with so many resources, which choose some services,
// and a requirement that asks for all controls of the catalogue of what it chooses: that
// they are documented, or that its settings show them to be on.
func writePlaces(ws *sandbox.Workspace, places int, settings bool) error {
	if err := writeCatalog(ws, chosen); err != nil {
		return err
	}
	mustBe := "supported"
	if settings {
		mustBe = "enabled"
		if err := writeSettings(ws); err != nil {
			return err
		}
	}
	const inFile = 20
	for first := 0; first < places; first += inFile {
		var b strings.Builder
		for n := first; n < min(first+inFile, places); n++ {
			fmt.Fprintf(&b, "locals {\n  name_%[2]d = lower(\"RESOURCE-%[2]d\")\n}\n"+
				"resource \"bench_%[1]d\" \"resource_number_%[2]d\" {\n  name = local.name_%[2]d\n}\n", n%chosen, n)
		}
		if err := ws.Write(fmt.Sprintf("stack/resources_%d.tf", first/inFile), b.String()); err != nil {
			return err
		}
	}
	return ws.Write("main.tf", fmt.Sprintf(providerBlocks+`
data "controls_configuration" "this" {
  path     = "stack"
  settings = %t
}
resource "controls_requirement" "this" {
  configuration_wo = data.controls_configuration.this.document
  must_be          = %q
  controls         = [for c in range(%d) : "control-${c}"]
}
`, settings, mustBe, controls))
}

// writeSettings adds to the catalogue how an argument shows that all controls are on.
func writeSettings(ws *sandbox.Workspace) error {
	var b strings.Builder
	b.WriteString("settings:\n")
	for s := range chosen {
		for c := range controls {
			fmt.Fprintf(&b, "  - {service: service-%[1]d, control: control-%[2]d, ways: [{type: bench_%[1]d, source: Bench, "+
				"rows: [{argument: name, on: any, absent: off}]}]}\n", s, c)
		}
	}
	return ws.Write("catalog/settings.yaml", b.String())
}

// writeRequirement writes one requirement that asks for all controls of the catalogue.
func writeRequirement(ws *sandbox.Workspace, services int) error {
	if err := writeCatalog(ws, services); err != nil {
		return err
	}
	return ws.Write("main.tf", fmt.Sprintf(providerBlocks+`
resource "controls_requirement" "this" {
  services = [for s in range(%d) : "service-${s}"]
  controls = [for c in range(%d) : "control-${c}"]
}
`, services, controls))
}

// profiled are services of the embedded catalogue, as many as a stack may have.
var profiled = [...]string{
	"azure-api-management", "azure-app-service", "azure-application-gateway", "azure-cache-for-redis", "azure-container-registry",
	"azure-cosmos-db", "azure-data-factory", "azure-event-hubs", "azure-functions", "azure-key-vault",
	"azure-kubernetes-service", "azure-load-balancer", "azure-logic-apps", "azure-service-bus", "azure-sql-database",
	"azure-storage", "azure-virtual-machine-scale-sets",
}

// writeProfile writes one assessment of the profiled services, with the moderate baseline of NIST
// SP 800-53 and its crosswalk or without. An assessment has no message about gaps, of which such
// a baseline has many, and which would be measured in its place.
func writeProfile(ws *sandbox.Workspace, with bool) error {
	profile, groups := "", ""
	if with {
		profile = "data \"controls_profile\" \"this\" {\n  framework = \"NIST SP 800-53\"\n  baseline  = \"moderate\"\n" +
			"  clouds    = [\"azure\"]\n}\n"
		groups = "  any_of    = data.controls_profile.this.groups\n  crosswalk = data.controls_profile.this.crosswalk\n"
	}
	return ws.Write("main.tf", fmt.Sprintf(embeddedBlocks+`
%sdata "controls_assessment" "this" {
  services = %s
  controls = ["encryption-at-rest-customer-keys"]
%s}
`, profile, hclList(profiled[:]), groups))
}

func hclList(ids []string) string {
	return "[\"" + strings.Join(ids, "\", \"") + "\"]"
}

// writeNative writes the same checks of the same catalogue without a provider.
func writeNative(ws *sandbox.Workspace, services int) error {
	if err := writeCatalog(ws, services); err != nil {
		return err
	}
	const perInstance = 5
	var preconditions strings.Builder
	for i := range perInstance {
		service := fmt.Sprintf("service-${floor(count.index / %d)}", controls/perInstance)
		control := fmt.Sprintf("control-${count.index %% %d * %d + %d}", controls/perInstance, perInstance, i)
		fmt.Fprintf(&preconditions, `
    precondition {
      condition     = local.documented["%[1]s"]["%[2]s"] == true # YAML 1.1 reads yes so
      error_message = "%[1]s lacks %[2]s."
    }`, service, control)
	}
	return ws.Write("main.tf", fmt.Sprintf(`
locals {
  services = flatten([for file in fileset(path.module, "catalog/service-*.yaml") : yamldecode(file(file)).services])
  documented = {
    for s in local.services : s.id => { for st in s.documents[0].statements : st.control => st.status }
  }
}
resource "terraform_data" "check" {
  count = %d
  lifecycle {%s
  }
}
`, services*controls/perInstance, preconditions.String()))
}
