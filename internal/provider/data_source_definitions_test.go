package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// definitionsCatalog maps five controls, one of them adverse, to two frameworks.
const definitionsCatalog = `definitions:
  - {id: firewall, title: Firewall, description: Traffic is filtered., category: network,
     labels: [Firewall support], related: [private-link]}
  - {id: private-link, title: Private link, description: A private address., category: network}
  - {id: encryption, title: Encryption, description: Data is encrypted., category: data}
  - {id: local-login, title: Local login, description: Passwords of its own., category: identity, polarity: adverse}
  - {id: backup, title: Backup, description: Data is copied., category: data}
mappings:
  - {control: firewall, framework: Rules, version: v1, identifiers: [R-1, R-2], source: A table, confidence: high}
  - {control: firewall, framework: Rules, version: v2, identifiers: [R-1], source: A newer table, confidence: medium}
  - {control: private-link, framework: Rules, version: v1, identifiers: [R-1], source: A table, confidence: medium}
  - {control: encryption, framework: Rules, version: v1, identifiers: [R-3], source: A guess, confidence: low}
  - {control: local-login, framework: Rules, version: v1, identifiers: [R-2, R-4], source: A table, confidence: high}
  - {control: encryption, framework: Laws, version: "2024", identifiers: [L-1], source: A lawyer, confidence: high}
`

// stringList checks a list of strings.
func stringList(values ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, v := range values {
		checks = append(checks, knownvalue.StringExact(v))
	}
	return knownvalue.ListExact(checks)
}

func TestAccDataSourceDefinitions_filters(t *testing.T) {
	type groups map[string][]string
	cases := map[string]struct {
		filters    []string
		ids, avoid []string
		groups     groups
	}{
		"all":      {nil, []string{"backup", "encryption", "firewall", "private-link"}, []string{"local-login"}, nil},
		"category": {[]string{`category = "network"`}, []string{"firewall", "private-link"}, nil, nil},
		"adverse":  {[]string{`category = "identity"`}, nil, []string{"local-login"}, nil},
		"framework": { // R-4 maps to an adverse control alone: no group, which no service could meet.
			[]string{`framework = "Rules"`},
			[]string{"firewall", "private-link"},
			[]string{"local-login"},
			groups{"R-1": {"firewall", "private-link"}, "R-2": {"firewall"}},
		},
		"framework_version": {
			[]string{`framework = "Rules"`, `framework_version = "v2"`}, []string{"firewall"}, nil, groups{"R-1": {"firewall"}},
		},
		"identifiers": {
			[]string{`framework = "Rules"`, `framework_version = "v1"`, `identifiers = ["R-2"]`},
			[]string{"firewall"},
			[]string{"local-login"},
			groups{"R-2": {"firewall"}},
		},
		"identifier_of_adverse_alone": {
			[]string{`framework = "Rules"`, `identifiers = ["R-4"]`}, nil, []string{"local-login"}, groups{},
		},
		"low_confidence": {
			[]string{`framework = "Rules"`, `identifiers = ["R-1", "R-3"]`, `min_confidence = "low"`},
			[]string{"encryption", "firewall", "private-link"},
			nil,
			groups{"R-1": {"firewall", "private-link"}, "R-3": {"encryption"}},
		},
		"high_confidence": {
			[]string{`framework = "Rules"`, `identifiers = ["R-1"]`, `min_confidence = "high"`},
			[]string{"firewall"},
			nil,
			groups{"R-1": {"firewall"}},
		},
		"category_and_framework": {
			[]string{`category = "data"`, `framework = "Laws"`}, []string{"encryption"}, nil, groups{"L-1": {"encryption"}},
		},
		"category_not_mapped": {[]string{`category = "identity"`, `framework = "Laws"`}, nil, nil, groups{}},
	}
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog})
	config := acctest.ProviderConfig(dir)
	var checks []statecheck.StateCheck
	for name, c := range cases {
		address := "data.controls_definitions." + name
		config += fmt.Sprintf("data \"controls_definitions\" %q {\n%s\n}\n", name, strings.Join(c.filters, "\n"))
		byIdentifier, definitions := map[string]knownvalue.Check{}, map[string]knownvalue.Check{}
		for identifier, ids := range c.groups {
			byIdentifier[identifier] = stringList(ids...)
		}
		for _, id := range append(append([]string{}, c.ids...), c.avoid...) {
			definitions[id] = knownvalue.NotNull()
		}
		checks = append(checks,
			statecheck.ExpectKnownValue(address, tfjsonpath.New("ids"), stringList(c.ids...)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("avoid"), stringList(c.avoid...)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("groups"), knownvalue.MapExact(byIdentifier)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("definitions"), knownvalue.MapExact(definitions)))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: checks},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}

func TestAccDataSourceDefinitions_whatIsSaidOfThem(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog})
	mapping := func(framework, version, identifier, source, confidence string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"framework":  knownvalue.StringExact(framework),
			"version":    knownvalue.StringExact(version),
			"identifier": knownvalue.StringExact(identifier),
			"source":     knownvalue.StringExact(source),
			"confidence": knownvalue.StringExact(confidence),

			"relationship": knownvalue.StringExact("intersects with"),
		})
	}
	definition := func(
		title, description, category, polarity string, labels, related []string, mappings ...knownvalue.Check,
	) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"title":       knownvalue.StringExact(title),
			"description": knownvalue.StringExact(description),
			"category":    knownvalue.StringExact(category),
			"polarity":    knownvalue.StringExact(polarity),
			"labels":      stringList(labels...),
			"related":     stringList(related...),
			"clouds":      stringList(),
			"mappings":    knownvalue.ListExact(mappings),
		})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderConfig(dir) + `
				data "controls_definitions" "sure" { min_confidence = "high" }
				data "controls_definitions" "any" { min_confidence = "low" }`,
			ConfigStateChecks: []statecheck.StateCheck{
				// Without a framework, the confidence chooses among mappings, not among controls.
				statecheck.ExpectKnownValue("data.controls_definitions.sure", tfjsonpath.New("definitions"),
					knownvalue.MapExact(map[string]knownvalue.Check{
						"firewall": definition("Firewall", "Traffic is filtered.", "network", "desired",
							[]string{"Firewall support"}, []string{"private-link"},
							mapping("Rules", "v1", "R-1", "A table", "high"), mapping("Rules", "v1", "R-2", "A table", "high")),
						"private-link": definition("Private link", "A private address.", "network", "desired", nil, nil),
						"encryption": definition("Encryption", "Data is encrypted.", "data", "desired", nil, nil,
							mapping("Laws", "2024", "L-1", "A lawyer", "high")),
						"local-login": definition("Local login", "Passwords of its own.", "identity", "adverse", nil, nil,
							mapping("Rules", "v1", "R-2", "A table", "high"), mapping("Rules", "v1", "R-4", "A table", "high")),
						"backup": definition("Backup", "Data is copied.", "data", "desired", nil, nil),
					})),
				statecheck.ExpectKnownValue("data.controls_definitions.any",
					tfjsonpath.New("definitions").AtMapKey("encryption").AtMapKey("mappings"),
					knownvalue.ListExact([]knownvalue.Check{
						mapping("Rules", "v1", "R-3", "A guess", "low"), mapping("Laws", "2024", "L-1", "A lawyer", "high"),
					})),
			},
		}},
	})
}

// A user's file maps controls of the embedded catalogue to a framework of the house, and
// the groups go straight into a requirement's any_of.
func TestAccDataSourceDefinitions_userMappings(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"house.yaml": `mappings:
  - {control: vnet-injection, framework: House rules, version: "1", identifiers: [H-1], source: The house, confidence: high}
  - {control: service-endpoints, framework: House rules, version: "1", identifiers: [H-1], source: The house, confidence: high}
  - {control: authentication, framework: House rules, version: "1", identifiers: [H-2], source: The house, confidence: medium}
`})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q }]\n}\n", dir) + `
				data "controls_definitions" "house" { framework = "House rules" }
				data "controls_definitions" "nist" {
				  framework   = "NIST SP 800-53"
				  identifiers = ["SC-7"]
				}
				data "controls_assessment" "vault" {
				  services = ["azure-key-vault"]
				  any_of   = data.controls_definitions.house.groups
				}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.controls_definitions.house", tfjsonpath.New("groups"),
					knownvalue.MapExact(map[string]knownvalue.Check{
						"H-1": stringList("service-endpoints", "vnet-injection"), "H-2": stringList("authentication"),
					})),
				// The mappings of the embedded catalogue are still there.
				statecheck.ExpectKnownValue("data.controls_definitions.nist",
					tfjsonpath.New("definitions").AtMapKey("vnet-injection"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue("data.controls_assessment.vault", tfjsonpath.New("compliant"), knownvalue.Bool(true)),
			},
		}},
	})
}

// A control belongs to the clouds whose documents speak of it, also where they say "no".
func TestAccDataSourceDefinitions_clouds(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog, "services.yaml": `services:
  - id: north-bucket
    name: North Bucket
    cloud: north
    documents:
      - {id: north-1, series: Test, title: One, publisher: Us, published: 2024-01-01, url: "https://example.com/1", statements: [
          {control: firewall, status: no}, {control: local-login, status: yes}]}
  - id: south-bucket
    name: South Bucket
    cloud: south
    documents:
      - {id: south-1, series: Test, title: One, publisher: Us, published: 2024-01-01, url: "https://example.com/2", statements: [
          {control: firewall, status: yes}, {control: private-link, status: not_applicable}]}
`})
	clouds := func(control string, clouds ...string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.controls_definitions.all",
			tfjsonpath.New("definitions").AtMapKey(control).AtMapKey("clouds"), stringList(clouds...))
	}
	ids := func(name, attribute string, ids ...string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.controls_definitions."+name, tfjsonpath.New(attribute), stringList(ids...))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: acctest.ProviderConfig(dir) + `
				data "controls_definitions" "all" {}
				data "controls_definitions" "north" { cloud = "north" }
				data "controls_definitions" "south" { cloud = "south" }
				data "controls_definitions" "rules" {
				  cloud       = "south"
				  framework   = "Rules"
				  identifiers = ["R-1"]
				}`,
				ConfigStateChecks: []statecheck.StateCheck{
					clouds("firewall", "north", "south"), clouds("private-link", "south"), clouds("local-login", "north"),
					clouds("backup"),
					ids("north", "ids", "firewall"), ids("north", "avoid", "local-login"),
					ids("south", "ids", "firewall", "private-link"), ids("south", "avoid"),
					statecheck.ExpectKnownValue("data.controls_definitions.rules", tfjsonpath.New("groups"),
						knownvalue.MapExact(map[string]knownvalue.Check{"R-1": stringList("firewall", "private-link")})),
				},
			},
			{ // An identifier without a control in this cloud is one that is not checked, and said so.
				Config: acctest.ProviderConfig(dir) + `
				data "controls_definitions" "rules" {
				  cloud          = "north"
				  framework      = "Rules"
				  identifiers    = ["R-1", "R-3"]
				  min_confidence = "low"
				}`,
				ConfigStateChecks: []statecheck.StateCheck{ids("rules", "ids", "firewall"), ids("rules", "undocumented", "R-3")},
			},
			{
				Config:      acctest.ProviderConfig(dir) + `data "controls_definitions" "rules" { cloud = "west" }`,
				ExpectError: acctest.Says("Unknown cloud", `The catalogue has no cloud "west". It has: north, south.`),
			},
		},
	})
}

func TestAccDataSourceDefinitions_errors(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog})
	config := func(filters ...string) string {
		return acctest.ProviderConfig(dir) + "data \"controls_definitions\" \"this\" {\n" + strings.Join(filters, "\n") + "\n}\n"
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(`framework = "Rules"`, `identifiers = ["R-9", "L-1"]`),
				ExpectError: acctest.Says("Identifiers without controls", "identifiers = [",
					"No control of the catalogue that passes the filters is mapped to: L-1, R-9. Correct or remove them"),
			},
			{ // Mapped, but not surely enough.
				Config:      config(`framework = "Rules"`, `identifiers = ["R-3"]`),
				ExpectError: acctest.Says("Identifiers without controls", "is mapped to: R-3.", `min_confidence = "low" admits`),
			},
			{ // Mapped, but in the other version.
				Config:      config(`framework = "Rules"`, `framework_version = "v2"`, `identifiers = ["R-2"]`),
				ExpectError: acctest.Says("Identifiers without controls", "is mapped to: R-2."),
			},
			{
				Config: config(`category = "netwark"`),
				ExpectError: acctest.Says("Unknown category",
					`The catalogue has no category "netwark". It has: data, identity, network.`),
			},
			{
				Config:      config(`framework = "Rule"`, `framework_version = "v9"`),
				ExpectError: acctest.Says("Unknown framework", `The catalogue has no framework "Rule". It has: Laws, Rules.`),
			},
			{
				Config:      config(`framework = "Rules"`, `framework_version = "v9"`),
				ExpectError: acctest.Says("Unknown framework version", `"v9". It has: v1, v2.`),
			},
			{
				Config:      config(`identifiers = ["R-1"]`),
				ExpectError: acctest.Says(`"framework" must be specified when "identifiers" is specified`),
			},
			{
				Config:      config(`framework_version = "v1"`),
				ExpectError: acctest.Says(`"framework" must be specified when "framework_version" is specified`),
			},
			{
				Config:      config(`min_confidence = "sure"`),
				ExpectError: acctest.Says("min_confidence", `"low" "medium" "high"`, `"sure"`),
			},
		},
	})
}

// An identifier is found in any case, and comes back as its framework writes it.
func TestAccDataSourceDefinitions_identifierCase(t *testing.T) {
	const address = "data.controls_definitions.this"
	config := func(identifier string) string {
		return "data \"controls_definitions\" \"this\" {\n  framework = \"NIST SP 800-53\"\n" +
			"  identifiers = [\"" + identifier + "\"]\n}\n" +
			"output \"groups\" {\n  value = keys(data.controls_definitions.this.groups)\n}\n"
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config("sc-28"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("groups",
						knownvalue.TupleExact([]knownvalue.Check{knownvalue.StringExact("SC-28")})),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("ids"), knownvalue.NotNull()),
				},
			},
			{Config: config("sc-999"), ExpectError: acctest.Says("Identifiers without controls", "sc-999")},
		},
	})
}

// What can be asked for is listed, and what nothing speaks to is no error beside what
// something does.
func TestAccDataSourceDefinitions_undocumented(t *testing.T) {
	const address = "data.controls_definitions.this"
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": strings.Replace(definitionsCatalog,
		"source: A lawyer, confidence: high", "source: A lawyer, confidence: high, relationship: subset of", 1)})
	config := func(filters ...string) string {
		return acctest.ProviderConfig(dir) + "data \"controls_definitions\" \"this\" {\n" + strings.Join(filters, "\n") + "\n}\n"
	}
	versions := func(lists map[string][]string) knownvalue.Check {
		checks := map[string]knownvalue.Check{}
		for version, identifiers := range lists {
			checks[version] = stringList(identifiers...)
		}
		return knownvalue.MapExact(checks)
	}
	expect := func(attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
	}
	rules := versions(map[string][]string{"v1": {"R-1", "R-2", "R-3", "R-4"}, "v2": {"R-1"}})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(`category = "network"`),
				ConfigStateChecks: []statecheck.StateCheck{
					expect("frameworks", knownvalue.MapExact(map[string]knownvalue.Check{
						"Laws": versions(map[string][]string{"2024": {"L-1"}}), "Rules": rules,
					})),
					expect("undocumented", stringList()),
				},
			},
			{ // R-3 is mapped, but not surely enough; R-9 is nowhere, of which a warning tells.
				Config: config(`framework = "Rules"`, `identifiers = ["r-1", "R-3", "R-9"]`),
				ConfigStateChecks: []statecheck.StateCheck{
					expect("undocumented", stringList("R-3", "R-9")),
					expect(
						"groups",
						knownvalue.MapExact(map[string]knownvalue.Check{"R-1": stringList("firewall", "private-link")}),
					),
					expect("frameworks", knownvalue.MapExact(map[string]knownvalue.Check{"Rules": rules})),
				},
			},
			{
				Config: config(`framework = "Laws"`, `framework_version = "2024"`),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("definitions").
					AtMapKey("encryption").AtMapKey("mappings").AtSliceIndex(0).AtMapKey("relationship"),
					knownvalue.StringExact("subset of"))},
			},
		},
	})
}
