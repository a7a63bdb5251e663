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

// servicesCatalog has two clouds, every stage on acctest.Today, and types of every kind.
const servicesCatalog = `services:
  - id: north-bucket
    name: North Bucket
    cloud: north
    categories: [storage, object-storage]
    resource_types: [north_bucket_, Microsoft.North/buckets]
    documents:
      - {id: north-bucket-1, series: Test, title: One, publisher: Us, published: 2024-01-01, url: "https://example.com/1",
         statements: [{control: alpha, status: yes}, {control: beta, status: no}]}
      - {id: north-bucket-2, series: Test, title: Two, publisher: Us, published: 2025-01-01, url: "https://example.com/2",
         statements: [{control: beta, status: yes}, {control: gamma, status: yes}]}
  - id: north-engine
    name: North Engine
    cloud: north
    resource_types: [north_bucket_engine, {type: north_account, attribute: kind, value: Engine}]
    lifecycle: {retired_on: 2026-06-16, source: {title: The end, url: "https://example.com/end"}}
    documents:
      - {id: north-engine-1, series: Test, title: One, publisher: Us, published: 2025-01-01, url: "https://example.com/3",
         statements: [{control: alpha, status: conditional, condition: Premium tier only}, {control: beta, status: yes}]}
  - id: south-bucket
    name: South Bucket
    cloud: south
    categories: [storage]
    resource_types: [south_bucket, {type: north_account, attribute: kind, value: South}]
    lifecycle: {retired_on: 2026-06-15, successor: North Bucket, source: {title: The end, url: "https://example.com/end"}}
    documents:
      - {id: south-bucket-1, series: Test, title: One, publisher: Us, published: 2025-06-01, url: "https://example.com/4",
         statements: [{control: alpha, status: yes}, {control: beta, status: not_applicable}]}
`

func TestAccDataSourceServices_filters(t *testing.T) {
	cases := map[string]struct {
		filters string
		ids     []string
	}{
		"all":                   {"", []string{"north-bucket", "north-engine", "south-bucket"}},
		"cloud":                 {`cloud = "north"`, []string{"north-bucket", "north-engine"}},
		"cloud_unheard_of":      {`cloud = "west"`, nil},
		"active":                {`lifecycle_stage = "active"`, []string{"north-bucket"}},
		"retiring":              {`lifecycle_stage = "retiring"`, []string{"north-engine"}},
		"retired":               {`lifecycle_stage = "retired"`, []string{"south-bucket"}},
		"category":              {`categories = ["storage"]`, []string{"north-bucket", "south-bucket"}},
		"narrow_category":       {`categories = ["object-storage"]`, []string{"north-bucket"}},
		"control_unconditional": {`controls = ["alpha"]`, []string{"north-bucket", "south-bucket"}},
		"controls_na_passes":    {`controls = ["alpha", "beta"]`, []string{"north-bucket", "south-bucket"}},
		"controls_as_of":        {`controls = ["alpha", "beta"], as_of = "2024-12-31"`, nil},
		"control_undocumented":  {`controls = ["gamma"]`, []string{"north-bucket"}},
		"control_nobody_has":    {`controls = ["delta"]`, nil},
		"type_exact":            {`resource_type = "south_bucket"`, []string{"south-bucket"}},
		"type_of_prefix":        {`resource_type = "north_bucket_policy"`, []string{"north-bucket"}},
		"type_beats_prefix":     {`resource_type = "north_bucket_engine"`, []string{"north-engine"}},
		"type_shared":           {`resource_type = "north_account"`, []string{"north-engine", "south-bucket"}},
		"type_unheard_of":       {`resource_type = "north_bucket"`, nil},
		"type_other_case":       {`resource_type = "South_Bucket"`, nil},
		"arm_type":              {`resource_type = "Microsoft.North/buckets"`, []string{"north-bucket"}},
		"arm_type_version_case": {`resource_type = "microsoft.north/Buckets@2024-01-01"`, []string{"north-bucket"}},
		"arm_type_of_child":     {`resource_type = "Microsoft.North/buckets/items@2024-01-01"`, []string{"north-bucket"}},
		"arm_type_unheard_of":   {`resource_type = "Microsoft.North/others"`, nil},
		"all_filters_together": {
			`cloud = "south", controls = ["alpha"], resource_type = "north_account", ` +
				`lifecycle_stage = "retired", as_of = "2025-06-01"`,
			[]string{"south-bucket"},
		},
		"filters_that_disagree": {`cloud = "north", controls = ["alpha"], resource_type = "north_account"`, nil},
		"null_filters_are_unset": {
			`cloud = null, categories = null, controls = null, resource_type = null, lifecycle_stage = null, as_of = null`,
			[]string{"north-bucket", "north-engine", "south-bucket"},
		},
	}
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta", "gamma", "delta"), "services.yaml": servicesCatalog,
	})
	config := acctest.ProviderConfig(dir)
	var checks []statecheck.StateCheck
	for name, c := range cases {
		config += fmt.Sprintf("data \"controls_services\" %q {\n%s\n}\n", name, strings.ReplaceAll(c.filters, ", ", "\n"))
		ids, services := []knownvalue.Check{}, map[string]knownvalue.Check{}
		for _, id := range c.ids {
			ids = append(ids, knownvalue.StringExact(id))
			services[id] = knownvalue.NotNull()
		}
		checks = append(checks,
			statecheck.ExpectKnownValue("data.controls_services."+name, tfjsonpath.New("ids"), knownvalue.ListExact(ids)),
			statecheck.ExpectKnownValue("data.controls_services."+name, tfjsonpath.New("services"),
				knownvalue.MapExact(services)))
	}
	// Lists in the filters are written with commas as well.
	config = strings.ReplaceAll(config, "[\"alpha\"\n\"beta\"]", `["alpha", "beta"]`)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: checks},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}

func TestAccDataSourceServices_whatIsSaidOfThem(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta", "gamma"), "services.yaml": servicesCatalog,
	})
	categories := map[string][]string{"North Bucket": {"storage", "object-storage"}, "South Bucket": {"storage"}}
	service := func(name, cloud, stage string, controls int64, types ...string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"name":                knownvalue.StringExact(name),
			"cloud":               knownvalue.StringExact(cloud),
			"lifecycle_stage":     knownvalue.StringExact(stage),
			"documented_controls": knownvalue.Int64Exact(controls),
			"categories":          knownvalue.ListExact(strs(categories[name]...)),
			"resource_types":      knownvalue.ListExact(strs(types...)),
		})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderConfig(dir) + `
				data "controls_services" "now" {}
				data "controls_services" "then" { as_of = "2024-12-31" }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.controls_services.now", tfjsonpath.New("services"),
					knownvalue.MapExact(map[string]knownvalue.Check{
						"north-bucket": service("North Bucket", "north", "active", 3, "Microsoft.North/buckets", "north_bucket_"),
						"north-engine": service("North Engine", "north", "retiring", 2, "north_account", "north_bucket_engine"),
						"south-bucket": service("South Bucket", "south", "retired", 2, "north_account", "south_bucket"),
					})),
				// A service without a document at the date is still a service.
				statecheck.ExpectKnownValue("data.controls_services.then", tfjsonpath.New("services"),
					knownvalue.MapExact(map[string]knownvalue.Check{
						"north-bucket": service("North Bucket", "north", "active", 2, "Microsoft.North/buckets", "north_bucket_"),
						"north-engine": service("North Engine", "north", "retiring", 0, "north_account", "north_bucket_engine"),
						"south-bucket": service("South Bucket", "south", "retired", 0, "north_account", "south_bucket"),
					})),
			},
		}},
	})
}

func TestAccDataSourceServices_embedded(t *testing.T) {
	config := ""
	var checks []statecheck.StateCheck
	for name, typeName := range map[string]string{
		"azurerm": "azurerm_key_vault", "azapi": "Microsoft.KeyVault/vaults@2023-07-01",
	} {
		config += fmt.Sprintf("data \"controls_services\" %q {\n  resource_type = %q\n}\n", name, typeName)
		checks = append(checks, statecheck.ExpectKnownValue("data.controls_services."+name, tfjsonpath.New("ids"),
			knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("azure-key-vault")})))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

func TestAccDataSourceServices_errors(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "!local"),
		"store.yaml":       acctest.Service("store", "2025-01-31", acctest.Statement{Control: "alpha", Status: "yes"}),
	})
	config := func(filter string) string {
		return acctest.ProviderConfig(dir) + "data \"controls_services\" \"this\" {\n  " + filter + "\n}\n"
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(`controls = ["alpha", "alphas", "unheard-of"]`),
				ExpectError: acctest.Says("Unknown control", `controls = ["alpha"`,
					`The catalogue has no control "alphas". Did you mean "alpha"?`, `no control "unheard-of"`),
			},
			{
				Config: config(`controls = ["local"]`),
				ExpectError: acctest.Says("Adverse control as a filter",
					`"local" (Title of local) is a feature that one wants a service not to have`),
			},
			{ // Also where another filter leaves nothing to look at.
				Config:      config(`controls = ["alphas"]` + "\n  cloud = \"nowhere\""),
				ExpectError: acctest.Says("Unknown control", `Did you mean "alpha"?`),
			},
			{
				Config: config(`controls = ["VNet injection support"]`),
				ExpectError: acctest.Says("Malformed control id", `Did you mean "vnet-injection"?`,
					"data.controls_definitions lists the controls"),
			},
			{
				Config:      config(`categories = ["storage"]`),
				ExpectError: acctest.Says("Unknown category", `No service of the catalogue is in the category "storage". None`),
			},
			{
				Config:      config(`categories = []`),
				ExpectError: acctest.Says("categories", "at least 1"),
			},
			{
				Config:      config(`controls = []`),
				ExpectError: acctest.Says("controls", "at least 1"),
			},
			{
				Config:      config(`lifecycle_stage = "dead"`),
				ExpectError: acctest.Says("lifecycle_stage", `"active" "retiring" "retired"`, `"dead"`),
			},
			{
				Config:      config(`as_of = "yesterday"`),
				ExpectError: acctest.Says("Malformed date", `"yesterday" is not a date`),
			},
			{
				Config:      config(`resource_type = " "`),
				ExpectError: acctest.Says("Blank value"),
			},
		},
	})
}

func TestAccDataSourceServices_unknownCategory(t *testing.T) {
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta", "gamma"), "services.yaml": servicesCatalog,
	})
	config := func(category string) string {
		return acctest.ProviderConfig(dir) +
			fmt.Sprintf("data \"controls_services\" \"this\" {\n  categories = [%q]\n}\n", category)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config("Object Storage"),
				ExpectError: acctest.Says("Unknown category", `categories = ["Object Storage"]`,
					`No service of the catalogue is in the category "Object Storage". Did you mean "object-storage"`),
			},
			{
				Config:      config("plumbing"),
				ExpectError: acctest.Says("Unknown category", `There are "object-storage" and "storage".`),
			},
		},
	})
}
