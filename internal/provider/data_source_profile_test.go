package provider_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// The groups of a built-in baseline go straight into a requirement.
func TestAccDataSourceProfile_builtIn(t *testing.T) {
	const moderate = "data.controls_profile.moderate"
	config := `
		data "controls_profile" "moderate" {
		  framework = "NIST SP 800-53"
		  baseline  = "moderate"
		  clouds    = ["azure"]
		}
		data "controls_profile" "mcsb" { framework = "MCSB" }
		data "controls_assessment" "vault" {
		  services = ["azure-key-vault"]
		  any_of   = data.controls_profile.moderate.groups
		}`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(moderate, tfjsonpath.New("identifiers"), knownvalue.ListSizeExact(287)),
					statecheck.ExpectKnownValue(
						moderate,
						tfjsonpath.New("coverage").AtMapKey("identifiers"),
						knownvalue.Int64Exact(287),
					),
					// Mapped by Microsoft's benchmark to revision 4, and by nobody to 5.
					statecheck.ExpectKnownValue(
						moderate,
						tfjsonpath.New("coverage").AtMapKey("other_versions"),
						knownvalue.Int64Exact(17),
					),
					statecheck.ExpectKnownValue(
						moderate,
						tfjsonpath.New("groups"),
						knownvalue.MapPartial(map[string]knownvalue.Check{
							"SC-28": knownvalue.NotNull(), "SC-8": knownvalue.NotNull(),
						}),
					),
					statecheck.ExpectKnownValue(
						moderate,
						tfjsonpath.New("undocumented").AtSliceIndex(0),
						knownvalue.StringExact("AC-1"),
					),
					statecheck.ExpectKnownValue(
						"data.controls_profile.mcsb",
						tfjsonpath.New("identifiers"),
						knownvalue.ListSizeExact(86),
					),
					statecheck.ExpectKnownValue("data.controls_profile.mcsb", tfjsonpath.New("title"),
						knownvalue.StringExact("Microsoft cloud security benchmark v1")),
					statecheck.ExpectKnownValue(
						"data.controls_assessment.vault",
						tfjsonpath.New("summary"),
						knownvalue.NotNull(),
					),
				},
			},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}

// northBucket has a document of a cloud that speaks of three controls.
const northBucket = `services:
  - id: north-bucket
    name: North Bucket
    cloud: north
    documents:
      - {id: north-1, series: Test, title: One, publisher: Us, published: 2024-01-01, url: "https://example.com/1", statements: [
          {control: firewall, status: no}, {control: encryption, status: yes}, {control: local-login, status: yes}]}
  - id: south-bucket
    name: South Bucket
    cloud: south
    documents:
      - {id: south-1, series: Test, title: One, publisher: Us, published: 2024-01-01, url: "https://example.com/2", statements: [
          {control: private-link, status: yes}]}
`

// houseProfile selects identifiers by OSCAL's ids, one of which nothing maps to.
const houseProfile = `{"profile": {"metadata": {"title": "House rules"}, "imports": [
	{"href": "https://example.com/catalog.json", "include-controls": [{"with-ids": ["r-1", "r-3", "r-4", "p-9"]}]}]%s}}`

func TestAccDataSourceProfile_file(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog, "services.yaml": northBucket})
	file := filepath.ToSlash(filepath.Join(t.TempDir(), "house.json"))
	acctest.WriteFile(t, file, fmt.Sprintf(houseProfile, ""))
	profile := func(name string, arguments ...string) string {
		return fmt.Sprintf("data \"controls_profile\" %q {\nframework = \"Rules\"\npath = %q\n%s\n}\n",
			name, file, strings.Join(arguments, "\n"))
	}
	groups := func(name string, groups map[string]knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.controls_profile."+name, tfjsonpath.New("groups"), knownvalue.MapExact(groups))
	}
	value := func(name, attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.controls_profile."+name, tfjsonpath.New(attribute), check)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderConfig(dir) + profile("any") + profile("south", `clouds = ["south"]`) +
				profile("low", `min_confidence = "low"`) + profile("second", `framework_version = "v2"`),
			ConfigStateChecks: []statecheck.StateCheck{
				value("any", "identifiers", stringList("R-1", "R-3", "R-4", "P-9")),
				value("any", "title", knownvalue.StringExact("House rules")),
				// R-3 is mapped with low confidence, R-4 to an adverse control alone.
				groups("any", map[string]knownvalue.Check{"R-1": stringList("firewall", "private-link")}),
				value("any", "undocumented", stringList("R-3", "R-4", "P-9")),
				value("any", "coverage", knownvalue.MapExact(map[string]knownvalue.Check{
					"identifiers": knownvalue.Int64Exact(
						4,
					), "documented": knownvalue.Int64Exact(1), "undocumented": knownvalue.Int64Exact(3),
					"other_versions": knownvalue.Int64Exact(0),
				})),
				groups("south", map[string]knownvalue.Check{"R-1": stringList("private-link")}),
				groups("low", map[string]knownvalue.Check{
					"R-1": stringList("firewall", "private-link"), "R-3": stringList("encryption"),
				}),
				groups("second", map[string]knownvalue.Check{"R-1": stringList("firewall")}),
			},
		}},
	})
}

// What changes the text of controls is not read, and a plan says so.
func TestAccDataSourceProfile_tailored(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog, "services.yaml": northBucket})
	ws := acctest.NewWorkspace(t, acctest.ProviderConfig(dir)+`data "controls_profile" "house" {
		  framework = "Rules"
		  path      = "${path.module}/house.json"
		}`)
	ws.Write("house.json", fmt.Sprintf(houseProfile, `, "modify": {"set-parameters": [{"param-id": "x"}]}`))
	var all []string
	for _, list := range ws.PlanDiagnostics(0) {
		for _, d := range list {
			all = append(all, d.String())
		}
	}
	if got := strings.Join(all, "\n"); len(all) != 1 ||
		!strings.Contains(got, "house.json sets parameters or alters controls.") {
		t.Errorf("got:\n%s", got)
	}
}

func TestAccDataSourceProfile_errors(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{"definitions.yaml": definitionsCatalog, "services.yaml": northBucket})
	file := filepath.ToSlash(filepath.Join(t.TempDir(), "people.json"))
	acctest.WriteFile(t, file, strings.ReplaceAll(fmt.Sprintf(houseProfile, ""), `"r-1", "r-3", "r-4", `, ""))
	var steps []resource.TestStep
	step := func(provider, arguments string, says ...string) {
		steps = append(steps, resource.TestStep{
			Config: provider + "data \"controls_profile\" \"this\" {\n" + arguments + "\n}\n", ExpectError: acctest.Says(says...),
		})
	}
	own := acctest.ProviderConfig(dir)
	step(
		"",
		`framework = "NIST SP 800-53"`,
		"Missing baseline",
		`NIST SP 800-53 has the baselines "high", "low" and "moderate".`,
	)
	step("", "framework = \"NIST SP 800-53\"\nbaseline = \"medium\"", "Unknown baseline",
		`NIST SP 800-53 has no baseline "medium". It has: high, low, moderate.`)
	step(
		"",
		"framework = \"MCSB\"\nbaseline = \"low\"",
		"Unknown baseline",
		"MCSB has one list of identifiers and no baselines.",
	)
	step(
		"",
		`framework = "PCI DSS"`,
		"No built-in baseline",
		"No baseline of PCI DSS is built in. Set path to an OSCAL profile",
	)
	step("", `framework = "NIST"`, "Unknown framework", `The catalogue has no framework "NIST". It has:`)
	step(
		"",
		"framework = \"MCSB\"\nframework_version = \"v9\"",
		"Unknown framework version",
		`The catalogue has no framework version "v9". It has: v1`,
	)
	step("", "framework = \"MCSB\"\nclouds = [\"moon\"]", "Unknown cloud", `The catalogue has no cloud "moon". It has:`)
	step(own, fmt.Sprintf("framework = \"Rules\"\npath = %q", file), "Nothing documented",
		"speaks to any of the 1 identifiers of the baseline")
	step(own, fmt.Sprintf("framework = \"Rules\"\npath = %q", dir+"/none.json"), "Unreadable profile",
		"none.json cannot be read: no such file or directory")
	step(own, fmt.Sprintf("framework = \"Rules\"\npath = %q", dir+"/"), "Unreadable profile", "is not a regular file")
	step("", "framework = \"MCSB\"\nclouds = [null]", "clouds", "null")
	step(
		own,
		fmt.Sprintf("framework = \"Rules\"\npath = %q\nbaseline = \"low\"", file),
		"baseline",
		"path",
		"cannot be specified when",
	)
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// The crosswalk of a profile stands in the assessment of a requirement of its groups, and in
// what is made of it.
func TestAccDataSourceProfile_crosswalk(t *testing.T) {
	const config = `
data "controls_profile" "nist" {
  framework = "NIST SP 800-53"
  baseline  = "moderate"
  clouds    = ["azure"]
}
data "controls_assessment" "this" {
  services  = ["azure-key-vault"]
  any_of    = { "SC-8" = data.controls_profile.nist.groups["SC-8"] }
  crosswalk = data.controls_profile.nist.crosswalk
}
resource "controls_requirement" "this" {
  assessment_wo = data.controls_assessment.this.assessment
  enforcement   = "warn"
}
resource "controls_requirement" "own" {
  services     = ["azure-key-vault"]
  any_of       = { "SC-8" = data.controls_profile.nist.groups["SC-8"] }
  crosswalk_wo = data.controls_profile.nist.crosswalk
  enforcement  = "warn"
}
resource "controls_attestation" "this" {
  assessments = [controls_requirement.own.assessment]
}
output "same" {
  value = controls_requirement.this.digest == controls_requirement.own.digest
}
output "report" {
  value = provider::controls::render_report([data.controls_assessment.this.assessment], "markdown")
}
output "profile" {
  value = jsondecode(data.controls_assessment.this.assessment).crosswalk.profile
}
output "csv" {
  value = provider::controls::render_report([data.controls_assessment.this.assessment], "csv")
}
output "identifiers" {
  value = keys(jsondecode(data.controls_assessment.this.assessment).crosswalk.identifiers)
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
					statecheck.ExpectKnownOutputValue("report", knownvalue.StringRegexp(regexp.MustCompile(
						`(?s)NIST SP 800-53 rev5 moderate\n.*\| SC-8: Transmission Confidentiality and Integrity \|`))),
					statecheck.ExpectKnownOutputValue("identifiers", knownvalue.TupleExact(
						[]knownvalue.Check{knownvalue.StringExact("SC-8")})),
					statecheck.ExpectKnownOutputValue("profile", knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"title": knownvalue.StringExact("NIST SP 800-53 rev5 moderate"),
						"unasked": knownvalue.ObjectPartial(map[string]knownvalue.Check{
							"SC-7": knownvalue.StringExact("Boundary Protection"),
						}),
						"undocumented": knownvalue.ObjectPartial(map[string]knownvalue.Check{
							"AT-1": knownvalue.StringExact("Policy and Procedures"),
						}),
					})),
					statecheck.ExpectKnownOutputValue("csv", knownvalue.StringRegexp(regexp.MustCompile(
						`,identifier,,,AT-1: Policy and Procedures,,,,,,No mapping in this catalogue leads to a documented `+
							`control,`))),
				},
			},
			{
				Config: strings.Replace(config, "crosswalk = data.controls_profile.nist.crosswalk", `crosswalk = "{}"`, 1),
				ExpectError: acctest.Says("Malformed crosswalk", "The crosswalk has the schema",
					"data.controls_profile.<name>.crosswalk"),
			},
		},
	})
}
