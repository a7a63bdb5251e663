package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// Articles in Markdown as sources of the catalogue.
func TestAccProvider_articles(t *testing.T) {
	path := acctest.Catalog(t, map[string]string{
		"ledger.md": ledgerArticle,
		"vault.md": strings.ReplaceAll(strings.Replace(ledgerArticle, "04/16/2019", "04/17/2019", 1),
			"Contoso Ledger", "Azure Key Vault"),
		"own.md": strings.Replace(strings.Replace(ledgerArticle, "04/16/2019", "09/042/2019", 1),
			"VNet injection support", "Sealed pages", 1),
	})
	config := func(source, rest string) string {
		return fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = \"%s/%s }]\n}\n", path, source) + rest
	}
	baseline := func(service string) string {
		return fmt.Sprintf("data \"controls_baseline\" \"this\" {\n  service = %q\n}\n", service)
	}
	expect := func(check knownvalue.Check, at tfjsonpath.Path) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.controls_baseline.this", at, check)
	}
	control := func(id, attribute string) tfjsonpath.Path {
		return tfjsonpath.New("controls").AtMapKey(id).AtMapKey(attribute)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(`ledger.md"`, baseline("contoso-ledger")),
				ConfigStateChecks: []statecheck.StateCheck{
					expect(knownvalue.StringExact("Contoso Ledger"), tfjsonpath.New("name")),
					expect(knownvalue.StringExact("Contoso Ledger retires on 2031-03-31."),
						tfjsonpath.New("service_lifecycle").AtMapKey("notice")),
					expect(knownvalue.StringExact("Premium tier only"), control("service-endpoints", "condition")),
					expect(knownvalue.Bool(true), control("vnet-injection", "planned")),
					expect(knownvalue.StringExact("2019-04-16"), control("vnet-injection", "published")),
				},
			},
			{ // It adds to what the embedded catalogue says, by its date.
				Config: config(`vault.md"`, baseline("azure-key-vault")),
				ConfigStateChecks: []statecheck.StateCheck{
					expect(knownvalue.StringExact("conditional"), control("service-endpoints", "status")),
					expect(knownvalue.StringExact("yes"), control("authentication", "status")),
					expect(knownvalue.StringExact("azure"), tfjsonpath.New("cloud")),
				},
			},
			{ // service and published overrule the article.
				Config: config(`ledger.md", service = "azure-key-vault", published = "2018-01-01"`, baseline("azure-key-vault")),
				ConfigStateChecks: []statecheck.StateCheck{
					// The embedded article is newer.
					expect(knownvalue.StringExact("yes"), control("service-endpoints", "status")),
				},
			},
			{
				Config: config(`own.md", new_controls = true, published = "2019-09-04"`, baseline("contoso-ledger")),
				ConfigStateChecks: []statecheck.StateCheck{
					expect(knownvalue.StringExact("no"), control("own-sealed-pages", "status")),
					expect(knownvalue.StringExact("2019-09-04"), control("own-sealed-pages", "published")),
				},
			},
			{
				Config: config(`own.md", new_controls = true, published = "2019-09-04"`,
					requirement("this", `services = ["contoso-ledger"]
					controls = ["own-sealed-pages"]`)),
				ExpectError: acctest.Says("Contoso Ledger (contoso-ledger) lacks the required control",
					`own-sealed-pages: documented as "No"`, "planned"),
			},
			{
				Config:      config(`own.md", published = "2019-09-04"`, baseline("contoso-ledger")),
				ExpectError: acctest.Says("Catalogue cannot be read", `own.md:14: the label "Sealed pages" is not known`),
			},
			{
				Config:      config(`own.md", new_controls = true`, baseline("contoso-ledger")),
				ExpectError: acctest.Says("Catalogue cannot be read", `own.md:3: ms.date is "09/042/2019"`),
			},
			{
				Config: config(`", new_controls = true`, baseline("contoso-ledger")),
				ExpectError: acctest.Says("Catalogue cannot be read",
					"is not an article in Markdown (.md), expected no service, published or new_controls for it"),
			},
		},
	})
	resource.Test(t, resource.TestCase{ // apart, since a destroy needs arguments in order
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      config(`ledger.md", service = "Contoso Ledger"`, readCatalog),
				ExpectError: acctest.Says("Malformed service id"),
			},
			{Config: config(`ledger.md", published = "04/16/2019"`, readCatalog), ExpectError: acctest.Says("Malformed date")},
		},
	})
}

// What render_baseline writes as OSCAL is a source that says the same.
func TestAccProvider_componentDefinition(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
output "oscal" { value = provider::controls::render_baseline(["azure-key-vault", "aws-s3"], "oscal-component-definition") }
`)
	w.Run(0, "apply", "-auto-approve")
	w.Write("baselines.json", w.RunRaw(0, "output", "-raw", "oscal"))
	baselines := func(provider string) string {
		w.Write("main.tf", acctest.RequiredProviders+provider+`
data "controls_baseline" "this" {
  for_each = toset(["azure-key-vault", "aws-s3"])
  service  = each.value
}
output "baselines" { value = data.controls_baseline.this }
`)
		w.Run(0, "apply", "-auto-approve")
		return w.RunRaw(0, "output", "-json", "baselines")
	}
	embedded := baselines("")
	read := baselines("provider \"controls\" {\n  include_embedded_catalog = false\n" +
		"  catalog_sources = [{ path = \"baselines.json\" }]\n}\n")
	if read != embedded {
		t.Errorf("embedded:\n%s\nread back:\n%s", embedded, read)
	}
}

// The same catalogue in JSON and YAML, as an editor saves it that writes a byte order mark
// and ends lines with CRLF.
func TestAccProvider_byteOrderMarks(t *testing.T) {
	asYAML := acctest.Service("team-queue", "2025-01-31", acctest.Statement{Control: "encryption-in-transit", Status: "yes"})
	const asJSON = `{
 "services": [
  {
   "id": "team-queue", "name": "Team Queue", "cloud": "own",
   "documents": [
    {
     "id": "q-2025", "series": "s", "title": "Queue", "publisher": "p", "published": "2025-01-31",
     "statements": [{"control": "encryption-in-transit", "status": "yes"}]
    }
   ]
  }
 ]
}`
	files := map[string]string{}
	for name, text := range map[string]string{"q.json": asJSON, "q.yaml": asYAML} {
		files[name] = "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")
	}
	path := acctest.Catalog(t, files)
	var steps []resource.TestStep
	for _, name := range []string{"q.json", "q.yaml"} {
		steps = append(steps, resource.TestStep{
			Config: fmt.Sprintf(`
				provider "controls" {
				  catalog_sources = [{ path = "%s/%s" }]
				}
				data "controls_baseline" "this" {
				  service = "team-queue"
				}`, path, name),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("data.controls_baseline.this",
				tfjsonpath.New("controls").AtMapKey("encryption-in-transit").AtMapKey("status"), knownvalue.StringExact("yes"))},
		})
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// Component definitions as others publish them: with a status in a namespace of their own,
// with none, and about the identifiers of a framework.
func TestAccProvider_publishedComponentDefinitions(t *testing.T) {
	const text = `{"component-definition": {"uuid": "1",
 "metadata": {"title": "Queues", "last-modified": "2026-03-31T19:45:48.254399+00:00", "version": "1", "oscal-version": "1.2.1"},
 "components": [{"uuid": "2", "type": "service", "title": "Team Queue", "description": "A queue.",
  "control-implementations": [{"uuid": "3", "source": "SOURCE", "description": "What it has.",
   "implemented-requirements": [{"uuid": "4", "control-id": "ID", "description": "TLS.", "props": [PROPS]}]}]}]}}
`
	const status = `{"name": "implementation-status", "ns": "https://oscal-compass.github.io/compliance-trestle/schemas/oscal/cd",
     "value": "implemented"}`
	nist := "https://example.com/NIST_SP-800-53_rev5_catalog.json"
	path := acctest.Catalog(t, map[string]string{
		"namespace.json": strings.NewReplacer("SOURCE", "#catalogue", "ID", "encryption-in-transit", "PROPS", status).
			Replace(text),
		"silent.json": strings.NewReplacer("SOURCE", "#catalogue", "ID", "encryption-in-transit", "PROPS", "").Replace(text),
		"nist.json":   strings.NewReplacer("SOURCE", nist, "ID", "ac-2", "PROPS", status).Replace(text),
	})
	config := func(source, rest string) string {
		return fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = \"%s/%s }]\n}\n", path, source) + rest
	}
	const baseline = "data \"controls_baseline\" \"this\" {\n  service = \"team-queue\"\n}\n"
	const assessment = `
data "controls_assessment" "this" {
  services = ["team-queue"]
  controls = ["encryption-in-transit"]
}
`
	const group = `
data "controls_profile" "nist" {
  framework = "NIST SP 800-53"
  baseline  = "moderate"
}
resource "controls_requirement" "this" {
  services = ["team-queue"]
  any_of   = { "AC-2" = data.controls_profile.nist.groups["AC-2"] }
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(`namespace.json"`, baseline),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(
					"data.controls_baseline.this",
					tfjsonpath.New("controls").
						AtMapKey("encryption-in-transit").
						AtMapKey("status"),
					knownvalue.StringExact("yes"),
				)},
			},
			{ // Without a status, the file says nothing, not even that there is a service.
				Config: config(`silent.json"`, baseline), ExpectError: regexp.MustCompile("Unknown service"),
			},
			{
				Config: config(`silent.json", default_status = "yes"`, assessment),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("data.controls_assessment.this",
					tfjsonpath.New("assessment"), knownvalue.StringRegexp(regexp.MustCompile(`"default_status":"yes"`)))},
			},
			{
				Config:      config(`silent.json", default_status = "perhaps"`, assessment),
				ExpectError: regexp.MustCompile(`"undocumented" "yes"`),
			},
			{ // The document's word for the identifier is one more member of its group.
				Config: config(`nist.json"`, group),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("controls_requirement.this",
					tfjsonpath.New("compliant"), knownvalue.Bool(true))},
			},
		},
	})
}
