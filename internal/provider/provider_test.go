package provider_test

import (
	"fmt"
	"os"
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

// readCatalog asks for the catalogue, and so for every source.
const readCatalog = "data \"controls_catalog\" \"this\" {}\n"

// validService is a service that nothing is wrong with, with an id to be filled in.
const validService = `  - {id: %s, name: Store, cloud: test, documents: [{id: %[1]s-1, series: Test, title: One, publisher: Us,
      published: %s, url: "https://example.com", statements: [{control: %s, status: yes}]}]}
`

// Whatever is wrong with a source is said where it is needed: file, line, and what was
// expected.
func TestAccProvider_brokenSources(t *testing.T) {
	service := func(id, published, control string) string {
		return "services:\n" + fmt.Sprintf(validService, id, published, control)
	}
	definitions := acctest.Definitions("alpha")
	cases := map[string]struct {
		files map[string]string
		says  []string
	}{
		"no catalogue file": {
			map[string]string{"README.md": "Nothing."},
			[]string{"the directory has no catalogue files, expected some ending in .json, .yaml, .yml"},
		},
		"oversized": {
			map[string]string{"big.yaml": "# " + strings.Repeat("x", 16<<20)},
			[]string{"big.yaml: is larger than 16 MiB, the most that is read of a file"},
		},
		"empty": {
			map[string]string{"empty.yaml": ""},
			[]string{"empty.yaml:1: the file is empty, expected"},
		},
		"not YAML": {
			map[string]string{"broken.yaml": "services: [\n"},
			[]string{"broken.yaml:", "not valid YAML"},
		},
		"not JSON": {
			map[string]string{"broken.json": "{\n  \"services\": [,]\n}"},
			[]string{"broken.json:2: not valid JSON"},
		},
		"duplicate key": {
			map[string]string{"twice.yaml": "definitions:\n" +
				"  - id: alpha\n    title: Alpha\n    id: beta\n    description: A.\n    category: test\n"},
			[]string{`twice.yaml:4: a definition has the key "id" twice, first on line 2`},
		},
		"alias": {
			map[string]string{
				"alias.yaml": "definitions: &all\n  - {id: alpha, title: &title Alpha, description: *title, category: test}\n",
			},
			[]string{"alias.yaml:2: description of a definition is an alias, expected the value itself"},
		},
		"cyclic alias": {
			map[string]string{"cycle.yaml": "services: &cycle\n  - *cycle\n"},
			[]string{"cycle.yaml:2: an entry of services is an alias, expected the value itself"},
		},
		"unknown key": {
			map[string]string{
				"key.yaml": "definitions:\n  - {id: alpha, title: Alpha, description: A., category: test, colour: red}\n",
			},
			[]string{
				`key.yaml:2: a definition has no key "colour", expected one of category, description, id, labels, ` +
					`polarity, related, title`,
			},
		},
		"several errors": {
			map[string]string{"schema.yaml": "services:\n" +
				"  - id: My_Store\n    name: [Store]\n    documents:\n      - {id: one, published: 1.1.2025}\n"},
			[]string{
				`schema.yaml:2: the service's id "My_Store" is malformed, expected lower-case letters`,
				`schema.yaml:2: a service lacks the key "cloud"`,
				"schema.yaml:3: name is a list, expected text", `schema.yaml:5: a document lacks the key "publisher"`,
			},
		},
		"service twice in one source": {
			map[string]string{
				"a.yaml": definitions + service("store", "2025-01-01", "alpha"),
				"b.yaml": strings.Replace(service("store", "2025-01-01", "alpha"), "store-1", "store-2", 1),
			},
			[]string{`b.yaml:2: service "store" is defined twice in this source, first at`, "a.yaml:4"},
		},
		"document of tomorrow": {
			map[string]string{"future.yaml": definitions + service("store", "2026-06-16", "alpha")},
			[]string{`future.yaml:5: document "store-1" is dated 2026-06-16, expected a date not after today (2026-06-15)`},
		},
		"control that is not defined": {
			map[string]string{"control.yaml": definitions + service("store", "2025-01-01", "alpah-beta")},
			[]string{
				`control.yaml:5: control "alpah-beta" is not defined, expected one of the catalogue, ` +
					`or of "definitions" in this source`,
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{
					Config: acctest.ProviderConfig(acctest.Catalog(t, c.files)) + readCatalog,
					ExpectError: acctest.Says(append([]string{"Catalogue cannot be read", "with data.controls_catalog.this"},
						c.says...)...),
				}},
			})
		})
	}
}

func TestAccProvider_unreadableSources(t *testing.T) {
	dir := filepath.FromSlash(acctest.Catalog(t, nil))
	steps := []resource.TestStep{{
		Config: acctest.ProviderConfig(filepath.ToSlash(filepath.Join(dir, "missing"))) + readCatalog,
		ExpectError: acctest.Says("Catalogue cannot be read", "missing: cannot be read:",
			"Correct what is named above in the sources under catalog_sources of the provider"),
	}}
	// Unlike a file without permissions, a link to itself stops root as well.
	link := filepath.Join(dir, "loop.yaml")
	if err := os.Symlink(link, link); err == nil {
		for _, source := range []string{dir, link} {
			steps = append(steps, resource.TestStep{
				Config:      acctest.ProviderConfig(filepath.ToSlash(source)) + readCatalog,
				ExpectError: acctest.Says("Catalogue cannot be read", "loop.yaml: cannot be read:"),
			})
		}
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// The first source that is broken is named; one after it may be as well.
func TestAccProvider_severalSources(t *testing.T) {
	good := acctest.Catalog(t, map[string]string{"good.yaml": acctest.Definitions("alpha")})
	bad := acctest.Catalog(t, map[string]string{"bad.yaml": "services: none\n"})
	config := func(paths ...string) string {
		entries := make([]string, len(paths))
		for i, p := range paths {
			entries[i] = fmt.Sprintf("{ path = %q }", p)
		}
		return "provider \"controls\" {\n  catalog_sources = [" + strings.Join(entries, ", ") + "]\n}\n" + readCatalog
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      config(good, bad),
				ExpectError: acctest.Says("Catalogue cannot be read", "bad.yaml:1: services is text, expected a list"),
			},
			{Config: config(good, good+"/good.yaml")}, // layers may say the same again
			{Config: config()},
		},
	})
}

// A configuration that reads nothing of the catalogue plans, so that nobody is kept from
// destroying by a broken source.
func TestAccProvider_brokenSourceThatNobodyReads(t *testing.T) {
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderConfig("/nowhere/to/be/found") + `
				data "controls_catalog" "this" {
				  count = 0
				}
				output "planned" {
				  value = length(data.controls_catalog.this)
				}`,
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("planned", knownvalue.Int64Exact(0))},
		}},
	})
}

const someDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestAccProvider_malformedArguments(t *testing.T) {
	cases := map[string]*regexp.Regexp{
		`enforcement = "maybe"`:                  acctest.Says("enforcement", `"deny" "ratchet" "warn"`, `"maybe"`),
		`enforcement = ""`:                       acctest.Says("enforcement", `"deny" "ratchet" "warn"`),
		`include_embedded_catalog = "perhaps"`:   acctest.Says("include_embedded_catalog", "bool"),
		`catalog_sources = [{ path = "" }]`:      acctest.Says("Blank value"),
		`catalog_sources = [{ path = null }]`:    acctest.Says(`catalog_sources[0]: Neither "path" nor "oci" is set`),
		`catalog_sources = [{ replace = true }]`: acctest.Says(`catalog_sources[0]: Neither "path" nor "oci" is set`),
		`catalog_sources = [null]`:               acctest.Says(`catalog_sources[0]: Neither "path" nor "oci" is set`),
		`catalog_sources = [{ path = "catalog", oci = "registry.example/a@` + someDigest + `" }]`: acctest.Says(
			`catalog_sources[0]: Both "path" and "oci" are set`),
		`catalog_sources = [{ path = "catalog", public_keys = ["x"] }]`: acctest.Says(
			`catalog_sources[0]: "public_keys" verifies what is in a registry`),
		`catalog_sources = [{ oci = "registry.example/a@` + someDigest + `", public_keys = ["x"] }]`: acctest.Says(
			"Public key refused"),
		`catalog_sources = [{ oci = "registry.example/a:1.0" }]`: acctest.Says(
			"Malformed reference", "catalog_sources[0].oci", "has no digest, expected registry.example/a@sha256:…"),
		`catalog_sources = [{ oci = "user:password@registry.example/a:1.0" }]`: acctest.Says(
			"Malformed reference", "it must not: credentials come from Docker's configuration"),
		`exception_registers = [{ oci = "registry.example/a" }]`: acctest.Says("neither tag nor digest"),
		`exception_registers = [{}]`: acctest.Says(
			`exception_registers[0]: Neither "path" nor "oci" is set`),
	}
	var steps []resource.TestStep
	for arguments, says := range cases {
		steps = append(steps, resource.TestStep{
			Config:      "provider \"controls\" {\n  " + arguments + "\n}\n" + readCatalog,
			ExpectError: says,
		})
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// A data source is read during the plan, and cannot wait for the provider's arguments.
func TestAccProvider_unknownArguments(t *testing.T) {
	const later = `
		resource "terraform_data" "later" {
		  input = {
		    sources = [{ path = "catalog", replace = false }]
		    path    = "catalog"
		    flag    = true
		  }
		}
`
	var steps []resource.TestStep
	for _, arguments := range []string{
		`catalog_sources = terraform_data.later.output.sources`,
		`catalog_sources = [{ path = terraform_data.later.output.path }]`,
		`catalog_sources = [{ path = "catalog", replace = terraform_data.later.output.flag }]`,
		`include_embedded_catalog = terraform_data.later.output.flag`,
	} {
		steps = append(steps, resource.TestStep{
			Config: later + "provider \"controls\" {\n  " + arguments + "\n}\n" + readCatalog,
			ExpectError: acctest.Says("Arguments of the provider are not known yet", "with data.controls_catalog.this",
				"Give the provider values that do not depend on resources still to be created."),
		})
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// Of the data sources only an assessment has to do with the enforcement, and only where
// it does not say "deny" itself.
func TestAccProvider_unknownEnforcement(t *testing.T) {
	config := func(own string) string {
		return `
			resource "terraform_data" "later" {
			  input = "warn"
			}
			provider "controls" {
			  enforcement = terraform_data.later.output
			}
			data "controls_baseline" "this" {
			  service = "azure-key-vault"
			}
			data "controls_assessment" "this" {
			  services = ["azure-key-vault"]
			  controls = ["authentication"]
			  ` + own + `
			}`
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(""),
				ExpectError: acctest.Says("Arguments of the provider are not known yet", "with data.controls_assessment.this",
					"records the provider's enforcement"),
			},
			{Config: config(`enforcement = "warn"`), ExpectError: acctest.Says("Arguments of the provider are not known yet")},
			{Config: config(`enforcement = "deny"`), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.controls_assessment.this", tfjsonpath.New("compliant"), knownvalue.Bool(true)),
			}},
		},
	})
}
