package provider_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

const catalogAddress = "data.controls_catalog.this"

// catalogConfig reads the catalogue under the given arguments of the provider.
func catalogConfig(arguments string) string {
	return "provider \"controls\" {\n" + arguments + "\n}\ndata \"controls_catalog\" \"this\" {}\n"
}

// counts checks services, documents and statements, of the whole or of a cloud.
func counts(services, documents, statements int64) map[string]knownvalue.Check {
	return map[string]knownvalue.Check{
		"services": knownvalue.Int64Exact(services), "documents": knownvalue.Int64Exact(documents),
		"statements": knownvalue.Int64Exact(statements),
	}
}

// cloudOf checks a cloud that has documents of one series.
func cloudOf(services, documents, statements int64, series, newest string, years map[string]int64) knownvalue.Check {
	all := counts(services, documents, statements)
	all["series"] = knownvalue.MapExact(map[string]knownvalue.Check{series: seriesOf(statements, newest, years)})
	return knownvalue.ObjectExact(all)
}

func seriesOf(statements int64, newest string, years map[string]int64) knownvalue.Check {
	byYear := map[string]knownvalue.Check{}
	for year, n := range years {
		byYear[year] = knownvalue.Int64Exact(n)
	}
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"statements": knownvalue.Int64Exact(statements), "newest": knownvalue.StringExact(newest),
		"years": knownvalue.MapExact(byYear),
	})
}

func checkTotals(controls int64, totals map[string]knownvalue.Check) []statecheck.StateCheck {
	checks := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("controls"), knownvalue.Int64Exact(controls)),
	}
	for name, check := range totals {
		checks = append(checks, statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New(name), check))
	}
	return checks
}

// source is what is known of a source by its absolute path.
func source(dir, digest string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"name": knownvalue.StringExact(path.Base(dir)), "digest": knownvalue.StringExact(digest),
	})
}

// fileDigest is what sha256sum prints for a file.
func fileDigest(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(content))
}

// listingDigest is the digest of what sha256sum prints for files of a directory.
func listingDigest(t *testing.T, dir string, names ...string) string {
	t.Helper()
	listing := ""
	for _, name := range names {
		listing += fileDigest(t, dir+"/"+name) + "  " + name + "\n"
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(listing)))
}

// One source is a directory, with a directory below it and files that do not belong to
// the catalogue; the other is a single file over it.
func TestAccDataSourceCatalog_countsAndSources(t *testing.T) {
	yes := []acctest.Statement{{Control: "alpha", Status: "yes"}, {Control: "beta", Status: "no"}}
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta"),
		"store.yaml":       acctest.Service("store", "2024-01-01", yes...),
		"README.md":        "Not part of the catalogue.",
		".hidden.yaml":     "Nor this.",
	})
	if err := os.Mkdir(filepath.Join(filepath.FromSlash(dir), "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	acctest.WriteFile(t, filepath.Join(filepath.FromSlash(dir), "more", "queue.json"),
		`{"services": [{"id": "queue", "name": "Queue", "cloud": "other",
		"documents": [{"id": "queue-1", "series": "Test", "title": "One", "publisher": "Us", "published": "2024-02-01",
		"url": "https://example.com/queue",
		"statements": [{"control": "alpha", "status": "no"}]}]}]}`)
	file := acctest.Catalog(t, map[string]string{"store.yaml": acctest.Service("store", "2025-01-01", yes[0])}) + "/store.yaml"
	layered := func(replace string) string {
		return catalogConfig(fmt.Sprintf("include_embedded_catalog = false\n"+
			"  catalog_sources = [{ path = %q }, { path = %q, replace = %s }]", dir, file, replace))
	}
	sources := knownvalue.ListExact([]knownvalue.Check{
		source(dir, listingDigest(t, dir, "definitions.yaml", "more/queue.json", "store.yaml")),
		source(file, "sha256:"+fileDigest(t, file)),
	})
	digests := statecheck.CompareValue(compare.ValuesDiffer())
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: layered("false"),
				ConfigStateChecks: append(checkTotals(2, counts(2, 3, 4)),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("version"), knownvalue.StringExact("test")),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("sources"), sources),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("clouds"),
						knownvalue.MapExact(map[string]knownvalue.Check{
							"test":  cloudOf(1, 2, 3, "Test", "2025-01-01", map[string]int64{"2024": 2, "2025": 1}),
							"other": cloudOf(1, 1, 1, "Test", "2024-02-01", map[string]int64{"2024": 1}),
						})),
					digests.AddStateValue(catalogAddress, tfjsonpath.New("digest"))),
			},
			{Config: layered("false"), ConfigPlanChecks: emptyPlan},
			{ // The same sources, but only the newer document of "store" is left.
				Config: layered("true"),
				ConfigStateChecks: append(checkTotals(2, counts(2, 2, 2)),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("sources"), sources),
					digests.AddStateValue(catalogAddress, tfjsonpath.New("digest"))),
			},
		},
	})
}

func TestAccDataSourceCatalog_embedded(t *testing.T) {
	digest := knownvalue.StringRegexp(regexp.MustCompile(`^sha256:[0-9a-f]{64}$`))
	file := acctest.Catalog(t, map[string]string{"store.yaml": acctest.Service("store", "2025-01-01",
		acctest.Statement{Control: "vnet-injection", Status: "yes"})}) + "/store.yaml"
	embedded := knownvalue.ObjectExact(map[string]knownvalue.Check{"name": knownvalue.StringExact("embedded"), "digest": digest})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: `data "controls_catalog" "this" {}`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("sources"),
						knownvalue.ListExact([]knownvalue.Check{embedded})),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("digest"), digest),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("clouds"),
						knownvalue.MapExact(map[string]knownvalue.Check{
							"aws":   knownvalue.ObjectPartial(counts(467, 35, 3528)),
							"azure": knownvalue.ObjectPartial(counts(175, 303, 5325)),
							"gcp":   knownvalue.ObjectPartial(counts(269, 251, 1931)),
						})),
					// How fresh: a golden file of the catalogue has the whole.
					statecheck.ExpectKnownValue(catalogAddress,
						tfjsonpath.New("clouds").AtMapKey("azure").AtMapKey("series").
							AtMapKey("Azure customer-managed key support"),
						seriesOf(96, "2026-05-15", map[string]int64{"2026": 96})),
				},
			},
			{ // A source counts beside it.
				Config: catalogConfig(fmt.Sprintf("catalog_sources = [{ path = %q }]", file)),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("sources"),
						knownvalue.ListExact([]knownvalue.Check{embedded, source(file, "sha256:"+fileDigest(t, file))})),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("clouds").AtMapKey("test"),
						cloudOf(1, 1, 1, "Test", "2025-01-01", map[string]int64{"2025": 1})),
				},
			},
			{ // Nothing at all is a catalogue too, of which nothing is known.
				Config: catalogConfig("include_embedded_catalog = false"),
				ConfigStateChecks: append(checkTotals(0, counts(0, 0, 0)),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("sources"),
						knownvalue.ListExact([]knownvalue.Check{})),
					statecheck.ExpectKnownValue(catalogAddress, tfjsonpath.New("clouds"),
						knownvalue.MapExact(map[string]knownvalue.Check{}))),
			},
		},
	})
}

// A source that replaces takes the place of the embedded service whole; one that does
// not adds to it.
func TestAccDataSourceCatalog_replacesAnEmbeddedService(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"vault.yaml": acctest.Service("azure-key-vault", "2018-01-01",
			acctest.Statement{Control: "vnet-injection", Status: "yes"}),
	})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q, replace = true }]\n}\n", dir) + `
				data "controls_baseline" "vault" { service = "azure-key-vault" }
				data "controls_baseline" "codespaces" { service = "visual-studio-codespaces" }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.controls_baseline.vault", tfjsonpath.New("name"),
					knownvalue.StringExact("Name of azure-key-vault")),
				statecheck.ExpectKnownValue("data.controls_baseline.vault", tfjsonpath.New("supported"),
					stringList("vnet-injection")),
				statecheck.ExpectKnownValue("data.controls_baseline.vault", tfjsonpath.New("controls"),
					knownvalue.MapSizeExact(1)),
				statecheck.ExpectKnownValue("data.controls_baseline.vault", tfjsonpath.New("resource_types"), stringList()),
				statecheck.ExpectKnownValue("data.controls_baseline.codespaces", tfjsonpath.New("name"),
					knownvalue.StringExact("Visual Studio Codespaces")),
			},
		}},
	})
}
