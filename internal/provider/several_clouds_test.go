package provider_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
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

// One requirement over three clouds, by goals: it fails on the one service of which no
// document reaches a goal, and on no other.
func TestAccThreeClouds_oneRequirement(t *testing.T) {
	t.Parallel()
	w := exampleWorkspace(t, "", exampleFiles(t, "three-clouds"))
	var got []string
	for _, diagnostics := range w.PlanDiagnostics(1) {
		for _, d := range diagnostics {
			got = append(got, strings.Join(strings.Fields(d.Detail), " "))
		}
	}
	if len(got) != 1 {
		t.Fatalf("got %d diagnostics:\n%s", len(got), strings.Join(got, "\n\n"))
	}
	for _, part := range []string{"gcp-cloud-storage", "access-logs", "google_storage_bucket.archive"} {
		if !strings.Contains(got[0], part) {
			t.Errorf("%q is not in:\n%s", part, got[0])
		}
	}
	for _, other := range []string{"aws-s3", "aws-rds", "azure-key-vault", "gcp-resource-manager", "private-access"} {
		if strings.Contains(got[0], other) {
			t.Errorf("%q is in:\n%s", other, got[0])
		}
	}
}

// statedRow is a row of a table of statements, as far as controls_baseline says it too.
type statedRow struct {
	Service, Control, Label, Status, Condition, Published, Page string
}

// Rows of all tables come back from controls_baseline, as of the day of their document: 500,
// spread over all clouds. Beside the catalogue a test finds every row.
func TestAccDataSourceBaseline_rowsOfTheTables(t *testing.T) {
	t.Parallel()
	const size = 500
	all := statedRows(t)
	rows := make([]statedRow, size)
	clouds := map[string]bool{}
	for i := range rows {
		rows[i] = all[i*len(all)/size]
		clouds[strings.SplitN(rows[i].Service, "-", 2)[0]] = true
	}
	for _, cloud := range []string{"aws", "azure", "gcp"} {
		if !clouds[cloud] {
			t.Errorf("no row is about %s", cloud)
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorkspace(t, `
		locals {
		  rows = jsondecode(file("${path.module}/rows.json"))
		}
		data "controls_baseline" "row" {
		  count   = length(local.rows)
		  service = local.rows[count.index].Service
		  as_of   = local.rows[count.index].Published
		}
		output "found" {
		  value = jsonencode([for i, b in data.controls_baseline.row : [
		    for st in [b.controls[local.rows[i].Control]] : merge(
		      { Service = b.service, Control = local.rows[i].Control, Label = st.label, Status = st.status },
		      { Condition = st.condition == null ? "" : st.condition, Published = st.published },
		      { for d in b.documents : "Page" => "${d.title} ${d.url}" if d.id == st.document },
		    )
		  ][0]])
		}`)
	w.Write("rows.json", string(text))
	w.Run(0, "init")
	w.Run(0, "apply", "-auto-approve")
	var found []statedRow
	if err := json.Unmarshal([]byte(w.RunRaw(0, "output", "-raw", "found")), &found); err != nil {
		t.Fatal(err)
	}
	if len(found) != size {
		t.Fatalf("got %d rows", len(found))
	}
	for i, got := range found {
		if got != rows[i] {
			t.Errorf("got %+v, want %+v", got, rows[i])
		}
	}
}

// statedRows are the rows of the tables of statements that alone answer for a service, a
// control and a day: neither beside another row of that day, nor left out since an older
// document says more.
func statedRows(t *testing.T) []statedRow {
	t.Helper()
	dir := filepath.Join("..", "..", "tools", "import", "facts")
	names, err := filepath.Glob(filepath.Join(dir, "azure-*-20??.csv"))
	if err != nil {
		t.Fatal(err)
	}
	names = append(names, "aws-features.csv", "aws-extra-features.csv", "gcp-features.csv")
	// The workbooks of the benchmark and the articles may be of the same day.
	count := map[[3]string]int{}
	for _, row := range sample.Facts(t, "rules-left-out.csv") {
		day := row["document"][len(row["document"])-len("2006-01-02"):]
		count[[3]string{row["service"], row["control"], day}]++
	}
	var all, sole []statedRow
	for _, name := range names {
		for _, row := range sample.Facts(t, filepath.Base(name)) {
			r := statedRow{
				Service: row["service"], Control: strings.TrimPrefix(row["control"], "+"), Label: row["label"],
				Status: row["status"], Condition: row["condition"], Published: row["published"],
				Page: row["document"] + row["document_title"] + " " + row["url"],
			}
			count[[3]string{r.Service, r.Control, r.Published}]++
			all = append(all, r)
		}
	}
	for _, r := range all {
		if count[[3]string{r.Service, r.Control, r.Published}] == 1 {
			sole = append(sole, r)
		}
	}
	return sole
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
						"audit-logging", "data-discovery-and-classification", "data-plane-logging", "deletion-protection",
						"disable-public-network-access", "encryption-at-rest-customer-keys", "encryption-at-rest-platform-keys",
						"encryption-in-transit", "iam-actions", "iam-attribute-based-access", "iam-authentication",
						"iam-resource-based-policies", "iam-resource-level-permissions", "iam-service-linked-roles",
						"iam-temporary-credentials", "key-rotation", "local-authentication-disabled", "network-isolation",
						"no-public-sharing", "private-endpoint-policies", "private-endpoints",
						"service-native-backup-capability", "threat-detection", "vulnerability-assessment")),
					statecheck.ExpectKnownValue("data.controls_definitions.aws",
						tfjsonpath.New("definitions").AtMapKey("private-endpoints").AtMapKey("clouds"),
						stringList("aws", "azure")),
				},
			},
			{ // Goals say whose they are, and have controls of every cloud.
				Config: `data "controls_definitions" "goals" {
				  framework   = "goals"
				  identifiers = ["customer-keys", "no-public-network"]
				}`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.controls_definitions.goals", tfjsonpath.New("groups"),
						knownvalue.MapExact(map[string]knownvalue.Check{
							"customer-keys": stringList("customer-keys-automatic", "encryption-at-rest-customer-keys",
								"encryption-at-rest-external-keys"),
							"no-public-network": stringList("disable-public-network-access", "vpc-service-controls"),
						})),
					statecheck.ExpectKnownValue("data.controls_definitions.goals",
						tfjsonpath.New("definitions").AtMapKey("vpc-service-controls").AtMapKey("mappings"),
						knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
							"framework": knownvalue.StringExact("goals"), "version": knownvalue.StringExact("v1"),
							"identifier": knownvalue.StringExact("no-public-network"),
							"source": knownvalue.StringExact(
								"a grouping of this catalogue's own, across clouds; no framework's and no vendor's"),
							"confidence":   knownvalue.StringExact("medium"),
							"relationship": knownvalue.StringExact("intersects with"),
						})})),
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
