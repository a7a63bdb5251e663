package report_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// today is the day of the real clock in these tests.
const today catalog.Date = "2025-06-30"

func loadCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := testCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// testCatalog is read once: a catalogue does not change.
var testCatalog = sync.OnceValues(func() (*catalog.Catalog, error) {
	return assesstest.Read("testdata/catalog.yaml", today)
})

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
				Service:              "azure-vault",
				Control:              "vnet-injection",
				Expires:              "2025-12-31",
				ApprovedBy:           "Ann <ann@example.com>",
				Ticket:               "https://example.com/RISK-7",
				Justification:        "A private endpoint | keeps it off the internet.\n<img src=x onerror=alert(1)>",
				CompensatingControls: []string{"Private endpoint", "Firewall"},
			},
			{
				Service: "azure-relay", Control: "AU-2(1)", Expires: "2025-03-31",
				Justification: "=HYPERLINK(\"https://example.com\")",
			},
			{Service: "aws-store", Control: "encryption-in-transit", Expires: "2025-07-31", Justification: "No longer needed."},
		},
		Evidence: []assess.Evidence{
			{
				Service:    "azure-vault",
				Control:    "customer-keys",
				Condition:  "Premium tier only",
				Reference:  "https://example.com/main.tf#L12",
				ApprovedBy: "Bob",
			},
			{Service: "aws-store", Control: "customer-keys", Condition: "Standard tier only", Reference: "aws_store.main"},
			{
				Service:   "aws-store",
				Control:   "local-authentication",
				Condition: assess.SwitchedOff,
				Reference: "aws_store.main.local_auth_enabled",
			},
		},
		Crosswalk: &crosswalk.Crosswalk{
			Schema: crosswalk.Schema, Sources: []string{"A mapping of <ours>"},
			Identifiers: map[string]crosswalk.Identifier{
				"AU-2(1)": {
					Framework: "NIST SP 800-53", Version: "rev5", Identifier: "AU-2(1)", Title: "Audit of <all>",
					Members: map[string]crosswalk.Member{"audit-logging": {
						Confidence: catalog.ConfidenceMedium, Relationship: catalog.RelationshipIntersects,
					}},
				},
				"SC-7": {
					Framework: "NIST SP 800-53", Version: "rev5", Identifier: "SC-7", Title: "Boundary <Protection>",
					Members: map[string]crosswalk.Member{"vnet-injection": {
						Confidence: catalog.ConfidenceMedium, Relationship: catalog.RelationshipIntersects,
					}},
				},
			},
			Profile: &crosswalk.Profile{
				Title: "NIST SP 800-53 rev5 <moderate>",
				Undocumented: map[string]string{
					"AT-10": "", "AT-2": "Literacy Training & <Awareness>", "AC-1": "Policy | Procedures",
				},
			},
		},
		MaxDocumentAgeDays: &age, OnRetired: assess.Deny,
		Configuration: &configuration.Document{Scope: configuration.Scope{
			Ignored: []string{"azurerm_resource_group"}, Opaque: []string{"azurerm_template_deployment", "helm_release"},
			Other: []string{"azurerm_role_assignment"}, Undocumented: []string{"azurerm_new_thing"},
			UnreadModules: []configuration.UnreadModule{{
				Address: "module.far", File: "main.tf", Line: 20, Reason: "not installed", Source: "x/y/z",
			}},
		}},
	}
}

func options() report.Options {
	return report.Options{
		Configuration: &configuration.Document{Services: map[string][]configuration.Place{
			"azure-vault": {
				{
					Address: "module.b.azurerm_vault.main", Type: "azurerm_vault", Module: "module.b", File: "modules/b/main.tf",
					Line: 3,
				},
				{Address: "azurerm_vault.main", Type: "azurerm_vault", File: "main.tf", Line: 12, Note: "kind is not a literal"},
			},
			"azure-relay": {{Address: `azurerm_relay.main["|"]`, Type: "azurerm_relay", File: "re lay.tf", Line: 7}},
			"azure-old": {{
				Address: "module.r.azurerm_old.x", Type: "azurerm_old", Module: "module.r",
				File: ".terraform/modules/r/main.tf", Line: 1,
			}},
		}},
		SourceRoot: "infra/prod", RepositoryURI: "https://example.com/repo", Revision: "0123456789abcdef0123456789abcdef01234567",
		Title: "Controls of <payments>", System: report.System{Name: "Payments", ID: "SYS-12", Owner: "Ann & Bob"},
		Date: "2025-06-30", Author: "Carol `Sec`", ProviderVersion: "1.2.3",
	}
}

func render(t testing.TB, format string, opts report.Options, assessments ...*assess.Assessment) string {
	t.Helper()
	text, err := report.Render(inputs(assessments...), format, opts)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func inputs(assessments ...*assess.Assessment) []report.Input {
	var list []report.Input
	for _, a := range assessments {
		list = append(list, report.Input{Assessment: a})
	}
	return list
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
		"VNet injection",
		"Encryption in transit",
		"Encryption at rest: platform keys",
		"Encryption at rest: customer keys",
		"Network isolation",
		"Service endpoints",
		"Private endpoints",
		"Forced tunneling",
		"Monitoring",
		"Management plane logging",
		"Data plane logging",
		"Authentication",
		"Authorization",
		"Management plane access control",
		"Data plane access control",
		"Configuration management",
		"Column-level encryption",
		"API call encryption",
	}
	serviceNames = []string{
		"Key Vault",
		"Simple Storage",
		"BigQuery",
		"Kubernetes Service",
		"Lambda",
		"Cloud Run",
		"SQL Database",
		"DynamoDB",
		"Spanner",
		"Service Bus",
		"SQS",
		"Pub/Sub",
		"API Management",
		"API Gateway",
		"Apigee",
		"Cache for Redis",
		"ElastiCache",
		"Memorystore",
		"Container Registry",
		"ECR",
	}
)

// large is an assessment of n services with controls each, of mixed outcomes.
func large(t testing.TB, n, controls int) *assess.Assessment {
	t.Helper()
	r := assess.Requirement{}
	for c := range controls {
		r.Controls = append(r.Controls, controlID(c))
	}
	for s := range n {
		r.Services = append(r.Services, serviceID(s))
		for c := range controls {
			switch status := statusOf(s, c); {
			case status == "no" && (s+c)%3 > 0:
				r.Exceptions = append(r.Exceptions, assess.Exception{
					Service: serviceID(s), Control: controlID(c), Expires: catalog.Date("2025-07-01").AddDays(s % 300),
					Justification: "Accepted until the migration is done.", ApprovedBy: "Ann",
				})
			case status == conditional && (s+c)%4 > 0:
				r.Evidence = append(r.Evidence, assess.Evidence{
					Service: serviceID(s), Control: controlID(c), Condition: "Premium tier only", Reference: "main.tf",
				})
			}
		}
	}
	return grown(few(t, r), r)
}

// period is the number of services after which what is documented of them repeats.
const period = 12

const conditional = "conditional, condition: Premium tier only"

func statusOf(service, control int) string {
	statuses := []string{"yes", "yes", "no", "yes", "not_applicable", conditional}
	return statuses[(service*service+control*control*3+service*control*5+control/5)%len(statuses)]
}

func controlID(c int) string { return fmt.Sprintf("control-%d", c) }
func serviceID(s int) string { return fmt.Sprintf("service-%04d", s) }

// numbered takes one of the names, and counts when it begins again.
func numbered(names []string, i int) string {
	name := names[i%len(names)]
	if i >= len(names) {
		name += fmt.Sprintf(" %d", 1+i/len(names))
	}
	return name
}

func serviceName(s int) string { return numbered(serviceNames, s) }

func cloudOf(s int) string { return []string{"azure", "aws", "gcp"}[s%3] }

func documentOf(s int) assess.DocumentRef {
	return assess.DocumentRef{
		Title:     "Security controls for " + serviceName(s),
		Publisher: "Example",
		Published: catalog.Date("2023-01-31").AddDays(s * 37 % 800),
		URL:       "https://docs.example.com/services/" + serviceID(s) + "/security-controls",
	}
}

// few evaluates a requirement for the first services of it, up to the period.
func few(t testing.TB, r assess.Requirement) *assess.Assessment {
	t.Helper()
	var b strings.Builder
	b.WriteString("definitions:\n")
	for c, id := range r.Controls {
		fmt.Fprintf(&b, "  - {id: %s, title: %q, description: d, category: test}\n", id, numbered(controlTitles, c))
	}
	r.Services = r.Services[:min(period, len(r.Services))]
	r.Exceptions = slices.DeleteFunc(
		slices.Clone(r.Exceptions),
		func(ex assess.Exception) bool { return !slices.Contains(r.Services, ex.Service) },
	)
	r.Evidence = slices.DeleteFunc(
		slices.Clone(r.Evidence),
		func(ev assess.Evidence) bool { return !slices.Contains(r.Services, ev.Service) },
	)
	b.WriteString("services:\n")
	for s, id := range r.Services {
		doc := documentOf(s)
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    cloud: %s\n    documents:\n", id, serviceName(s), cloudOf(s))
		fmt.Fprintf(
			&b,
			"      - {id: %s-doc, series: Security controls, title: %s, publisher: %s, published: %s, url: %q, statements: [\n",
			id,
			doc.Title,
			doc.Publisher,
			doc.Published,
			doc.URL,
		)
		for c, control := range r.Controls {
			fmt.Fprintf(&b, "          {control: %s, status: %s},\n", control, statusOf(s, c))
		}
		b.WriteString("        ]}\n")
	}
	file := filepath.Join(t.TempDir(), "catalog.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(c, r, today)
	if err != nil {
		t.Fatal(err)
	}
	return result.Assessment
}

// grown gives an assessment the services of a requirement that lie beyond the period. They
// come out as those before it, and need no catalogue of their own to be read.
func grown(a *assess.Assessment, r assess.Requirement) *assess.Assessment {
	for s := period; s < len(r.Services); s++ {
		id := serviceID(s)
		findings := a.Services[serviceID(s%period)]
		findings.Name, findings.Cloud, findings.Document = serviceName(s), cloudOf(s), id+"-doc"
		findings.Controls = maps.Clone(findings.Controls)
		a.Services[id], a.Documents[id+"-doc"] = findings, documentOf(s)
	}
	slices.SortFunc(r.Exceptions, func(a, b assess.Exception) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Control, b.Control))
	})
	slices.SortFunc(r.Evidence, func(a, b assess.Evidence) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Control, b.Control))
	})
	a.Requirement.Services, a.Requirement.Exceptions, a.Requirement.Evidence = r.Services, r.Exceptions, r.Evidence
	return a
}

// TestLarge reads what large makes as strictly as any assessment.
func TestLarge(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, period, 3*period + 5} {
		text, _, err := large(t, n, 20).Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := assess.Parse(text); err != nil {
			t.Errorf("%d services: %v", n, err)
		}
	}
}
