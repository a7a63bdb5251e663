package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// What a person reads of a plan, for 15 services x 10 controls.

// printedCatalog has services s1 to s15 with the resource types test_s1 to test_s15 and
// the controls c1 to c10, of which the first services lack the last.
func printedCatalog(t *testing.T, lacking int) string {
	t.Helper()
	const services, controls = 15, 10
	files := map[string]string{}
	var ids []string
	for c := range controls {
		ids = append(ids, fmt.Sprintf("c%d", c+1))
	}
	files["definitions.yaml"] = acctest.Definitions(ids...)
	for s := range services {
		var statements []acctest.Statement
		for _, id := range ids {
			status := "yes"
			if s < lacking && id == ids[controls-1] {
				status = "no"
			}
			statements = append(statements, acctest.Statement{Control: id, Status: status})
		}
		id := fmt.Sprintf("s%d", s+1)
		files[id+".yaml"] = strings.Replace(acctest.Service(id, "2026-01-01", statements...),
			"    cloud: test\n", "    cloud: test\n    resource_types: [test_"+id+"]\n", 1)
	}
	return acctest.ProviderConfig(acctest.Catalog(t, files))
}

// writePrinted requires all controls of what the stack chooses.
func writePrinted(w *acctest.Workspace, catalog, arguments string) {
	w.Write("main.tf", acctest.RequiredProviders+catalog+fmt.Sprintf(`
data "controls_configuration" "this" {
  path = %q
}
resource "controls_requirement" "this" {
  configuration_wo = data.controls_configuration.this.document
  controls         = [for n in range(10) : "c${n + 1}"]
  %s
}
`, w.Path("stack"), arguments))
}

func writePrintedStack(w *acctest.Workspace, before string) {
	var b strings.Builder
	b.WriteString(before)
	for s := range 15 {
		b.WriteString(declares(fmt.Sprintf("test_s%d", s+1), "a"))
	}
	w.Write("stack/main.tf", b.String())
}

var digests = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

// printedBlock is what a plan prints of the requirement.
func printedBlock(t *testing.T, output string) string {
	t.Helper()
	_, block, found := strings.Cut(output, "  # controls_requirement.this ")
	block, _, ends := strings.Cut(block, "\n    }\n")
	if !found || !ends {
		t.Fatalf("there is no requirement in:\n%s", output)
	}
	return digests.ReplaceAllString("  # controls_requirement.this "+block+"\n    }\n", "sha256:…")
}

func expectPrinted(t *testing.T, name, output string, atMost int) {
	t.Helper()
	block := printedBlock(t, output)
	lines := strings.Count(block, "\n")
	if strings.Contains(block, "will be updated in-place") {
		// OpenTofu has a line for each write-only argument that the schema has, set or not.
		lines -= strings.Count(block, "(write-only attribute)\n")
	}
	if lines > atMost {
		t.Errorf("%s: %d lines, expected at most %d", name, lines, atMost)
	}
	file := filepath.Join("testdata", "printed", name+".txt")
	if strings.Contains(output, "OpenTofu will perform") { // which says more of write-only attributes in an update
		own := filepath.Join("testdata", "printed", name+".opentofu.txt")
		if _, err := os.Stat(own); err == nil {
			file = own
		}
	}
	golden.Check(t, file, block)
}

func TestAccRequirementPrinted_exceptions(t *testing.T) {
	t.Parallel()
	const most, mostOfAChange = 60, 13
	config := func(justification string) string {
		return `exceptions = [
    { service = "s1", control = "c10", justification = "` + justification + `",
      expires = "2027-06-30", approved_by = "ann@example.com", ticket = "SEC-1" },
    { service = "s2", control = "c10", justification = "To be replaced.", expires = "2027-06-30" },
  ]`
	}
	catalog := printedCatalog(t, 2)
	w := acctest.NewWorkspaceOn(t, acctest.Today, catalog)
	writePrinted(w, catalog, config("Reached from one subnet alone."))
	writePrintedStack(w, "")
	expectPrinted(t, "create", w.RunRaw(0, "plan"), most)
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")

	// A moved line is in the data source, and in nothing that a person reads.
	writePrintedStack(w, "# A line more.\n")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
	expectPrinted(t, "replace", w.RunRaw(0, "plan", "-replace=controls_requirement.this"), most)

	writePrinted(w, catalog, config("Reached from two subnets."))
	expectPrinted(t, "update", w.RunRaw(0, "plan"), mostOfAChange)
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
}

func TestAccRequirementPrinted_warn(t *testing.T) {
	t.Parallel()
	const most = 60
	catalog := printedCatalog(t, 10)
	w := acctest.NewWorkspaceOn(t, acctest.Today, catalog)
	writePrinted(w, catalog, `enforcement = "warn"`)
	writePrintedStack(w, "")
	expectPrinted(t, "create_warn", w.RunRaw(0, "plan"), most)
}

// expectDeny compares what a failing plan prints, all of it, with a golden file.
func expectDeny(t *testing.T, name, output string, atMost int) {
	t.Helper()
	if lines := strings.Count(output, "\n"); lines > atMost {
		t.Errorf("%s: %d lines, expected at most %d", name, lines, atMost)
	}
	_, text, found := strings.Cut(output, "Error: ")
	if !found || strings.Contains(text, "Error: ") {
		t.Errorf("expected one error in:\n%s", output)
	}
	golden.Check(t, filepath.Join("testdata", "printed", name+".txt"), "Error: "+text)
}

func TestAccRequirementPrinted_deny(t *testing.T) {
	t.Parallel()
	catalog := printedCatalog(t, 15)
	w := acctest.NewWorkspaceOn(t, acctest.Today, catalog)
	writePrinted(w, catalog, "")
	writePrintedStack(w, "")
	expectDeny(t, "deny", w.RunRaw(1, "plan"), 100)
}

// gateControls are ten controls that the gate of a landing zone asks for.
const gateControls = `  controls = [
    "azure-ad-authentication-required-for-data-plane-access", "azure-policy-support", "azure-private-link",
    "azure-resource-logs", "data-plane-logging", "disable-public-network-access", "encryption-at-rest-customer-keys",
    "encryption-at-rest-platform-keys", "encryption-in-transit", "managed-identities",
  ]
`

// newLandingZone is the gate of the guide, with ten controls of the embedded catalogue, before a
// landing zone of 17 services, of which one is to be retired; on a day, "" for today.
func newLandingZone(t *testing.T, day string) *acctest.Workspace {
	t.Helper()
	gate := regexp.MustCompile(`(?s)  controls = \[.*?\]\n`).
		ReplaceAllLiteralString(exampleFiles(t, "beginning")["gate/main.tf"], gateControls)
	// The provider of a test need not run in the workspace.
	gate = strings.Replace(gate, `"${path.root}/${var.stack}"`, `"${abspath(path.root)}/stack"`, 1)
	var b strings.Builder
	for _, typeName := range []string{
		"virtual_network", "bastion_host", "firewall", "private_dns_zone", "key_vault", "storage_account", "linux_web_app",
		"mssql_database", "container_registry", "kubernetes_cluster", "log_analytics_workspace", "application_gateway",
		"automation_account", "recovery_services_vault", "linux_virtual_machine", "public_ip", "redis_cache",
	} {
		b.WriteString(declares("azurerm_"+typeName, "main"))
	}
	return exampleWorkspace(t, day, map[string]string{"main.tf": gate, "stack/main.tf": b.String()})
}

// expectPassing holds all that a plan prints that passes to 60 lines, and compares its warnings
// with a golden file; "" for none.
func expectPassing(t *testing.T, name, output string) {
	t.Helper()
	lines := strings.Count(output, "\n")
	if strings.Contains(output, "will be updated in-place") {
		// OpenTofu has a line for each write-only argument that the schema has, set or not.
		lines -= strings.Count(output, "(write-only attribute)\n")
	}
	if lines > 60 || !strings.Contains(output, "Warning: Services retired or to be retired") {
		t.Errorf("%s: %d lines, expected at most 60, with a warning of what is to be retired:\n%s", name, lines, output)
	}
	if name == "" {
		return
	}
	_, warning, _ := strings.Cut(output, "Warning: ")
	warning, _, _ = strings.Cut(warning, "\n\n───")
	golden.Check(t, filepath.Join("testdata", "printed", name+".txt"), "Warning: "+strings.TrimRight(warning, "\n")+"\n")
}

// From a landing zone to a plan that lets no further gap in, by a ratchet.
func TestAccRequirementPrinted_landingZone(t *testing.T) {
	t.Parallel()
	w := newLandingZone(t, acctest.Today)
	expectDeny(t, "landing_zone", w.RunRaw(1, "plan"), 120)
	w.Run(0, "apply", "-auto-approve", "-var=enforcement=warn")
	expectPassing(t, "landing_zone_ratcheted", w.RunRaw(0, "plan"))
	w.Run(0, "apply", "-auto-approve")
	expectPassing(t, "landing_zone_ratcheted", w.RunRaw(0, "plan"))
}

// From a landing zone to green, by a draft.
func TestAccRequirementPrinted_landingZoneDrafted(t *testing.T) {
	t.Parallel()
	w := newLandingZone(t, "")
	w.Setenv("CONTROLS_DRAFT", "gaps.auto.tfvars")
	failing := w.RunRaw(1, "plan")
	if lines := strings.Count(failing, "\n"); lines > 120 || strings.Count(failing, "Warning: ") != 1 {
		t.Errorf("the plan that drafts has %d lines, expected at most 120, or not one warning:\n%s", lines, failing)
	}
	w.Write("gaps.auto.tfvars", strings.NewReplacer(`justification = ""`, `justification = "x"`, `approved_by   = ""`,
		`approved_by = "ann"`, `approved_by = ""`, `approved_by = "ann"`, `expires       = ""`, `expires = "`+inAYear()+`"`,
	).Replace(readFile(t, w.Path("gaps.auto.tfvars"))))
	expectPassing(t, "", w.RunRaw(0, "plan"))
}

// What is declared in the data source prints no more in the requirement than its verdict.
func TestAccRequirementPrinted_declaredOnce(t *testing.T) {
	t.Parallel()
	catalog := printedCatalog(t, 0)
	w := acctest.NewWorkspaceOn(t, acctest.Today, catalog)
	w.Write("main.tf", acctest.RequiredProviders+catalog+fmt.Sprintf(`
data "controls_configuration" "this" {
  path = %q
}
data "controls_assessment" "this" {
  configuration = data.controls_configuration.this.document
  controls      = [for n in range(10) : "c${n + 1}"]
}
resource "controls_requirement" "this" {
  assessment_wo    = data.controls_assessment.this.assessment
  configuration_wo = data.controls_configuration.this.document
}
`, w.Path("stack")))
	writePrintedStack(w, "")
	expectPrinted(t, "create_declared", w.RunRaw(0, "plan"), 40)
	w.Run(0, "apply", "-auto-approve")
	writePrintedStack(w, "# A line more.\n")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
}

// Of several requirements that fail, one says what to do, and all say what is missing.
func TestAccRequirementPrinted_adviceOnce(t *testing.T) {
	t.Parallel()
	catalog := printedCatalog(t, 2)
	w := acctest.NewWorkspaceOn(t, acctest.Today, catalog)
	w.Write("main.tf", acctest.RequiredProviders+catalog+`
resource "controls_requirement" "this" {
  count    = 3
  services = ["s1", "s2", "s${count.index + 3}"]
  controls = ["c10"]
}
resource "controls_requirement" "warned" {
  services    = ["s1"]
  controls    = ["c10"]
  enforcement = "warn"
}
`)
	output := w.Run(1, "plan")
	for text, want := range map[string]int{
		"Error: Required security controls missing": 3, "Name of s1 (s1)": 4, "To destroy all the same": 1,
		"the same for all requirements, and told once": 2, "CONTROLS_DRAFT=draft.hcl terraform plan": 1,
		"CONTROLS_DRAFT=draft.hcl in the environment": 2,
		"exceptions = [{": 2, // the warning has its own
	} {
		if got := strings.Count(output, text); got != want {
			t.Errorf("%d times %q, expected %d:\n%s", got, text, want, output)
		}
	}
}
