package report_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// today is the day of the real clock in these tests.
const today catalog.Date = "2025-06-30"

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden compares a text with a file, or writes it there with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("%s differs; go test -update rewrites it, git diff shows how.\n\ngot:\n%s", path, got)
	}
}

func loadCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: "testdata/catalog.yaml"}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// evaluate returns an assessment after the strict reader has taken it.
func evaluate(t testing.TB, c *catalog.Catalog, r assess.Requirement) *assess.Assessment {
	t.Helper()
	result, err := assess.Evaluate(c, r, today)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	a, err := assess.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// full is a requirement that comes to every outcome, for nearly every reason.
func full() assess.Requirement {
	age := int64(3000)
	return assess.Requirement{
		Services: []string{"azure-vault", "azure-relay", "azure-old", "aws-store"},
		Controls: []string{"encryption-in-transit", "vnet-injection", "customer-keys"},
		AnyOf:    map[string][]string{"AU-2(1)": {"audit-logging", "data-plane-logging"}},
		Avoid:    []string{"local-authentication"},
		Exceptions: []assess.Exception{
			{
				Service: "azure-vault", Control: "vnet-injection", Expires: "2025-12-31", ApprovedBy: "Ann <ann@example.com>", Ticket: "https://example.com/RISK-7",
				Justification: "A private endpoint | keeps it off the internet.\n<img src=x onerror=alert(1)>", CompensatingControls: []string{"Private endpoint", "Firewall"},
			},
			{Service: "azure-relay", Control: "AU-2(1)", Expires: "2025-03-31", Justification: "=HYPERLINK(\"https://example.com\")"},
			{Service: "aws-store", Control: "encryption-in-transit", Expires: "2025-07-31", Justification: "No longer needed."},
		},
		Evidence: []assess.Evidence{
			{Service: "azure-vault", Control: "customer-keys", Condition: "Premium tier only", Reference: "https://example.com/main.tf#L12", ApprovedBy: "Bob"},
			{Service: "aws-store", Control: "customer-keys", Condition: "Standard tier only", Reference: "aws_store.main"},
			{Service: "aws-store", Control: "local-authentication", Condition: assess.SwitchedOff, Reference: "aws_store.main.local_auth_enabled"},
		},
		MaxDocumentAgeDays: &age, OnRetired: assess.Deny,
		Scope: &assess.Scope{
			Ignored: []string{"azurerm_resource_group"}, Opaque: []string{"azurerm_template_deployment", "helm_release"},
			Other: []string{"azurerm_role_assignment"}, Undocumented: []string{"azurerm_new_thing"},
		},
	}
}

func options() report.Options {
	return report.Options{
		Places: map[string][]configuration.Place{
			"azure-vault": {
				{Address: "module.b.azurerm_vault.main", Type: "azurerm_vault", Module: "module.b", File: "modules/b/main.tf", Line: 3},
				{Address: "azurerm_vault.main", Type: "azurerm_vault", File: "main.tf", Line: 12, Note: "kind is not a literal"},
			},
			"azure-relay": {{Address: `azurerm_relay.main["|"]`, Type: "azurerm_relay", File: "re lay.tf", Line: 7}},
			"azure-old":   {{Address: "module.r.azurerm_old.x", Type: "azurerm_old", Module: "module.r", File: ".terraform/modules/r/main.tf", Line: 1}},
		},
		SourceRoot: "infra/prod", RepositoryURI: "https://example.com/repo", Revision: "0123456789abcdef0123456789abcdef01234567",
	}
}

func render(t testing.TB, format string, opts report.Options, assessments ...*assess.Assessment) string {
	t.Helper()
	text, err := report.Render(assessments, format, opts)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func fullReport(t testing.TB, format string) string {
	t.Helper()
	return render(t, format, options(), evaluate(t, loadCatalog(t), full()))
}

// compliantReport is about a requirement without a gap.
func compliantReport(t testing.TB, format string) string {
	t.Helper()
	return render(t, format, report.Options{}, evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"aws-store", "azure-relay"}, Controls: []string{"encryption-in-transit", "vnet-injection"},
	}))
}

// extension is the ending of the golden file of a format.
func extension(format string) string {
	for _, f := range slices.Concat(report.Formats(), report.BaselineFormats()) {
		if f.Name == format {
			return f.Extension
		}
	}
	panic("no such format: " + format)
}

// What services and controls are called, so that a report of many looks like a real one.
var (
	controlTitles = []string{
		"VNet injection", "Encryption in transit", "Encryption at rest: platform keys", "Encryption at rest: customer keys", "Network isolation",
		"Service endpoints", "Private endpoints", "Forced tunneling", "Monitoring", "Management plane logging", "Data plane logging", "Authentication",
		"Authorization", "Management plane access control", "Data plane access control", "Configuration management", "Column-level encryption", "API call encryption",
	}
	serviceNames = []string{
		"Key Vault", "Simple Storage", "BigQuery", "Kubernetes Service", "Lambda", "Cloud Run", "SQL Database", "DynamoDB", "Spanner", "Service Bus",
		"SQS", "Pub/Sub", "API Management", "API Gateway", "Apigee", "Cache for Redis", "ElastiCache", "Memorystore", "Container Registry", "ECR",
	}
)

// large is an assessment of n services with controls each, of mixed outcomes.
func large(t testing.TB, n, controls int) *assess.Assessment {
	t.Helper()
	var b strings.Builder
	b.WriteString("definitions:\n")
	r := assess.Requirement{}
	for c := range controls {
		title := controlTitles[c%len(controlTitles)]
		if c >= len(controlTitles) {
			title += fmt.Sprintf(" %d", 1+c/len(controlTitles))
		}
		fmt.Fprintf(&b, "  - {id: control-%d, title: %q, description: d, category: test}\n", c, title)
		r.Controls = append(r.Controls, fmt.Sprintf("control-%d", c))
	}
	b.WriteString("services:\n")
	for s := range n {
		id := fmt.Sprintf("service-%04d", s)
		r.Services = append(r.Services, id)
		name := serviceNames[s%len(serviceNames)]
		if s >= len(serviceNames) {
			name += fmt.Sprintf(" %d", 1+s/len(serviceNames))
		}
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    cloud: %s\n    documents:\n", id, name, []string{"azure", "aws", "gcp"}[s%3])
		fmt.Fprintf(&b, "      - {id: %s-doc, series: Security controls, title: Security controls for %s, publisher: Example, published: %s, url: \"https://docs.example.com/services/%s/security-controls\", statements: [\n",
			id, name, catalog.Date("2023-01-31").AddDays(s*37%800), id)
		for c := range controls {
			status := []string{"yes", "yes", "no", "yes", "not_applicable", "conditional, condition: Premium tier only"}[(s*s+c*c*3+s*c*5+c/5)%6]
			fmt.Fprintf(&b, "          {control: control-%d, status: %s},\n", c, status)
			if status == "no" && (s+c)%3 > 0 {
				r.Exceptions = append(r.Exceptions, assess.Exception{
					Service: id, Control: fmt.Sprintf("control-%d", c), Expires: catalog.Date("2025-07-01").AddDays(s % 300), Justification: "Accepted until the migration is done.", ApprovedBy: "Ann",
				})
			}
			if strings.HasPrefix(status, "conditional") && (s+c)%4 > 0 {
				r.Evidence = append(r.Evidence, assess.Evidence{Service: id, Control: fmt.Sprintf("control-%d", c), Condition: "Premium tier only", Reference: "main.tf"})
			}
		}
		b.WriteString("        ]}\n")
	}
	dir := t.TempDir()
	for i, part := range splitServices(b.String()) {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.yaml", i)), []byte(part), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: dir}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(c, r, today)
	if err != nil {
		t.Fatal(err)
	}
	return result.Assessment
}

// splitServices puts each service into a file of its own: files have a largest size.
func splitServices(text string) []string {
	parts := strings.Split(text, "  - id: service-")
	files := []string{strings.TrimSuffix(parts[0], "services:\n")}
	for _, part := range parts[1:] {
		files = append(files, "services:\n  - id: service-"+part)
	}
	return files
}
