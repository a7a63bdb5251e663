package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// A configuration of two clouds fails on one documented gap of each, and says which
// resource, file and line chose the service.
func TestAccTwoClouds_oneGapOfEach(t *testing.T) {
	t.Parallel()
	w := exampleWorkspace(t, "", exampleFiles(t, "two-clouds"))
	var got []string
	for _, diagnostics := range w.PlanDiagnostics(1) {
		for _, d := range diagnostics {
			got = append(got, strings.Join(strings.Fields(d.Detail), " "))
		}
	}
	want := [][]string{
		{
			`Amazon RDS (aws-rds) fails 1 of 4 checks: Chosen by aws_db_instance.index (aws.tf line 12)`,
			`iam-resource-based-policies: documented as "No" According to AWS services that work with IAM, 2026-08-11`,
		},
		{
			`Azure Key Vault (azure-key-vault) fails 1 of 4 checks: Chosen by azurerm_key_vault.main (azure.tf line 1)`,
			`vnet-injection: documented as "No" According to Security controls for Azure Key Vault, 2019-04-16`,
		},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d diagnostics:\n%s", len(got), strings.Join(got, "\n\n"))
	}
	slices.Sort(got)
	for i, parts := range want {
		for _, part := range parts {
			if !strings.Contains(got[i], part) {
				t.Errorf("%q is not in:\n%s", part, got[i])
			}
		}
	}
}

// Every row of the tables about AWS comes back from controls_baseline.
func TestAccDataSourceBaseline_everyRowAboutAWS(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
		data "controls_services" "aws" {
		  cloud = "aws"
		}
		data "controls_baseline" "aws" {
		  for_each = toset(data.controls_services.aws.ids)
		  service  = each.key
		}
		output "found" {
		  value = jsonencode({ for id, b in data.controls_baseline.aws : id => {
		    name     = b.name
		    types    = b.resource_types
		    controls = { for control, st in b.controls : control => merge(
		      { label = st.label, status = st.status, published = st.published },
		      { condition = st.condition == null ? "" : st.condition },
		      { for d in b.documents : "page" => "${d.title} ${d.url}" if d.id == st.document },
		    ) }
		  } })
		}`)
	w.Run(0, "init")
	w.Run(0, "apply", "-auto-approve")
	type statement struct{ Label, Status, Condition, Published, Page string }
	var found map[string]struct {
		Name     string
		Types    []string
		Controls map[string]statement
	}
	if err := json.Unmarshal([]byte(w.RunRaw(0, "output", "-raw", "found")), &found); err != nil {
		t.Fatal(err)
	}
	services, statements := 0, 0
	for _, row := range sample.Facts(t, "aws-services.csv") {
		s, ok := found[row["id"]]
		if !ok || s.Name != row["name"] {
			t.Errorf("%s: got %q, want %q", row["id"], s.Name, row["name"])
		}
		for _, prefix := range strings.Fields(row["terraform_prefixes"]) {
			if !slices.Contains(s.Types, prefix) {
				t.Errorf("%s lacks the type %s", row["id"], prefix)
			}
		}
		services++
	}
	for _, row := range sample.Facts(t, "aws-features.csv") {
		st := found[row["service"]].Controls[row["control"]]
		want := statement{
			row["label"], row["status"], row["condition"], row["published"], row["document"] + " " + row["url"],
		}
		if st != want {
			t.Errorf("%s/%s: got %+v, want %+v", row["service"], row["control"], st, want)
		}
		statements++
	}
	for _, s := range found {
		services--
		statements -= len(s.Controls)
	}
	if services != 0 || statements != 0 {
		t.Errorf("the tables have %d more services and %d more statements than the data source", services, statements)
	}
}

// What is documented for AWS at all, and a name in place of an id.
func TestAccSeveralClouds_embedded(t *testing.T) {
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: `data "controls_definitions" "aws" { cloud = "aws" }`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.controls_definitions.aws", tfjsonpath.New("ids"), stringList(
						"audit-logging", "encryption-at-rest-customer-keys", "iam-actions", "iam-attribute-based-access",
						"iam-resource-based-policies", "iam-resource-level-permissions", "iam-service-linked-roles",
						"iam-temporary-credentials", "private-endpoint-policies", "private-endpoints")),
					statecheck.ExpectKnownValue("data.controls_definitions.aws",
						tfjsonpath.New("definitions").AtMapKey("private-endpoints").AtMapKey("clouds"),
						stringList("aws", "azure")),
				},
			},
			{
				Config: `data "controls_baseline" "this" { service = "quicksight" }`,
				ExpectError: acctest.Says("Unknown service",
					`The catalogue has no service "quicksight". Did you mean "aws-quick"?`),
			},
			{
				Config:      `data "controls_baseline" "this" { service = "Amazon S3" }`,
				ExpectError: acctest.Says("Malformed service id", `Did you mean "aws-s3"?`),
			},
			{
				Config: `data "controls_baseline" "this" { service = "ses" }`,
				ExpectError: acctest.Says("Unknown service",
					`Did you mean "aws-ses", "aws-pinpoint-email-service" or "aws-ses-mail-manager"?`),
			},
			{ // Once, not with each of the three services.
				Config: `resource "controls_requirement" "this" {
				  services = ["aws-lambda", "aws-rds", "aws-s3"]
				  controls = ["vnet-injection", "audit-logging"]
				}`,
				ExpectError: acctest.Says(`No document about any service of the cloud "aws" in the catalogue speaks of this, `+
					`which the requirement asks for: - vnet-injection`,
					"So each of these services has the gap, and no other service of the cloud would do: "+
						"aws-lambda, aws-rds, aws-s3."),
			},
		},
	})
}
