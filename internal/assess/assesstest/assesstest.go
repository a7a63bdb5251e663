// Package assesstest has what the tests of assess and of the packages below it are made
// of: a small vocabulary, services that say yes or no, and golden files.
package assesstest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// Today is the day of the real clock in these tests.
const Today catalog.Date = "2025-06-30"

// The vocabulary of the tests.
const (
	VNet  = "vnet-injection"
	CMK   = "customer-keys"
	TLS   = "encryption-in-transit"
	Audit = "audit-logging"
	Local = "local-authentication" // adverse
	Open  = "public-access"        // adverse
	Logs  = "resource-logs"        // related to Audit
)

const definitions = `
definitions:
  - {id: vnet-injection, title: VNet injection, description: d, category: network, labels: ["VNet injection support"]}
  - {id: customer-keys, title: Customer-managed keys, description: d, category: data, labels: ["Encryption key handling (CMK)"]}
  - {id: encryption-in-transit, title: Encryption in transit, description: d, category: data}
  - {id: audit-logging, title: Audit logging, description: d, category: logging}
  - {id: resource-logs, title: Resource logs, description: d, category: logging, related: [audit-logging]}
  - {id: local-authentication, title: Local authentication, description: d, category: identity, polarity: adverse}
  - {id: public-access, title: Public access, description: d, category: network, polarity: adverse}
services:
`

// ByDefault is what a status begins with where the control is on by default.
const ByDefault = "default "

// Statements say of controls, by id, "yes", "no", "planned", "not_applicable", or a condition.
type Statements map[string]string

// Service is a service of a test's catalogue.
type Service struct {
	ID, Cloud  string // cloud "" is azure
	Categories string // YAML
	RetiredOn  catalog.Date
	Successor  string
	Documents  map[catalog.Date]Statements
}

// Documented is a service of one category with one document, of the year before today.
func Documented(id string, s Statements) Service {
	return Service{ID: id, Categories: "[Storage]", Documents: map[catalog.Date]Statements{"2024-06-30": s}}
}

// Write returns the YAML of services.
func Write(services ...Service) string {
	var b strings.Builder
	b.WriteString(definitions)
	for _, s := range services {
		cloud := s.Cloud
		if cloud == "" {
			cloud = "azure"
		}
		fmt.Fprintf(&b, "  - id: %s\n    name: Service %s\n    cloud: %s\n", s.ID, s.ID, cloud)
		if s.Categories != "" {
			fmt.Fprintf(&b, "    categories: %s\n", s.Categories)
		}
		if s.RetiredOn != "" {
			fmt.Fprintf(
				&b,
				"    lifecycle:\n      retired_on: %s\n      source: {title: Notice, url: https://example.com/notice}\n",
				s.RetiredOn,
			)
			if s.Successor != "" {
				fmt.Fprintf(&b, "      successor: %s\n", s.Successor)
			}
		}
		b.WriteString("    documents:\n")
		for published, statements := range s.Documents {
			fmt.Fprintf(&b, "      - id: %[1]s-%[2]s\n        series: Security controls\n"+
				"        title: Security controls for %[1]s\n"+
				"        publisher: Example\n        published: %[2]s\n        url: https://example.com/%[1]s\n        "+
				"statements:\n", s.ID, published)
			for control, status := range statements {
				fmt.Fprintf(&b, "          - control: %s\n", control)
				status, byDefault := strings.CutPrefix(status, ByDefault)
				if byDefault {
					b.WriteString("            enabled_by_default: true\n")
				}
				switch status {
				case "yes", "no", "not_applicable":
					fmt.Fprintf(&b, "            status: %s\n", status)
				case "planned":
					b.WriteString("            status: no\n            planned: true\n")
				default:
					fmt.Fprintf(&b, "            status: conditional\n            condition: %q\n", status)
				}
			}
		}
	}
	return b.String()
}

// Load returns the catalogue of the services that Read makes.
func Load(t testing.TB, services ...Service) *catalog.Catalog {
	t.Helper()
	file := filepath.Join(t.TempDir(), "catalog.yaml")
	WriteFile(t, file, Write(services...))
	c, err := Read(file, Today)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Read returns the catalogue of a file, over settings of everything that it documents, which are
// part of the program as the embedded catalogue's are.
func Read(file string, day catalog.Date) (*catalog.Catalog, error) {
	opts := loader.Options{Sources: []loader.Source{{Path: file}}, Today: day}
	if _, err := loader.Catalog(opts); err != nil { // which checks it
		return nil, err
	}
	clouds, err := embedded.Clouds()
	if err != nil {
		return nil, err
	}
	l, err := layer(file)
	if err != nil {
		return nil, err
	}
	return catalog.New(clouds, settings(l.Services), l), nil
}

// layer is that of a file which is in order.
func layer(file string) (*catalog.Layer, error) {
	opened, err := source.OpenPath(file)
	if err != nil {
		return nil, err
	}
	raw, err := opened.Read()
	if err != nil {
		return nil, err
	}
	files, err := loader.ReadFiles(raw)
	if err != nil {
		return nil, err
	}
	l := loader.Layer(files)
	l.Source = catalog.SourceInfo{Name: opened.Name, Digest: source.Digest(raw, false)}
	return l, nil
}

// settings are those of every control that the services document, and of every condition.
func settings(services []*catalog.Service) *catalog.Layer {
	known := map[string][]*catalog.Setting{}
	for _, s := range services {
		for _, doc := range s.Documents {
			for _, st := range doc.Statements {
				known[s.ID] = append(known[s.ID], &catalog.Setting{Service: s.ID, Control: st.Control})
				if st.Condition != "" {
					known[s.ID] = append(known[s.ID],
						&catalog.Setting{Service: s.ID, Control: st.Control, Condition: st.Condition})
				}
			}
		}
	}
	return &catalog.Layer{
		BuiltIn: true, Settings: func(service string) ([]*catalog.Setting, error) { return known[service], nil },
	}
}

// Evaluate assesses a requirement today, and makes sure that what it writes can be evaluated
// anew: whoever attests to it does.
func Evaluate(t testing.TB, c *catalog.Catalog, r assess.Requirement) *assess.Result {
	t.Helper()
	result, err := assess.Evaluate(c, r, Today)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	Reproduce(t, c, text, Today)
	return result
}

// Reproduce makes sure that an assessment can be evaluated anew on a day, where it can be read
// at all: of what is still open in a plan, or of a catalogue that nobody could load, it cannot.
func Reproduce(t testing.TB, c *catalog.Catalog, text string, day catalog.Date) {
	t.Helper()
	a, err := assess.Parse(text)
	if err != nil {
		return
	}
	if err := a.Reproduce(c, day); err != nil {
		t.Fatalf("it cannot be evaluated anew: %s\n%s", err, text)
	}
}

// Exception accepts a gap of the service "a".
func Exception(control string, expires catalog.Date) assess.Exception {
	return assess.Exception{Service: "a", Control: control, Justification: "because", Expires: expires}
}

// Evidence answers a condition of the service "a".
func Evidence(control, condition string) assess.Evidence {
	return assess.Evidence{Service: "a", Control: control, Condition: condition, Reference: "main.tf"}
}

// Shown is the document of a configuration that chooses the service "a" and shows states of
// its controls, by id: each by an argument of one resource, of which what is not certain
// depends on a root variable.
func Shown(states map[string]string) *configuration.Document {
	d := &configuration.Document{
		Services: map[string][]configuration.Place{
			"a": {{Address: "x_account.this", Type: "x_account", File: "main.tf", Line: 3}},
		},
		Settings: map[string]map[string]configuration.Setting{},
	}
	for i, control := range slices.Sorted(maps.Keys(states)) {
		by := configuration.Decider{
			Address: "x_account.this", Argument: strings.ReplaceAll(control, "-", "_"), File: "main.tf", Line: 10 + i,
		}
		if states[control] == "unknown" {
			by.Why, by.Variables = "its value is not certain: it depends on the root variable level", []string{"level"}
		}
		if d.Settings["a"] == nil {
			d.Settings["a"] = map[string]configuration.Setting{}
		}
		d.Settings["a"][control] = configuration.Setting{State: states[control], By: []configuration.Decider{by}}
	}
	return d
}

// ShownCondition adds to a document of Shown what it shows of a condition of a control.
func ShownCondition(d *configuration.Document, service, control, condition, state string) {
	if d.Conditions == nil {
		d.Conditions = map[string]map[string]map[string]configuration.Setting{}
	}
	if d.Conditions[service] == nil {
		d.Conditions[service] = map[string]map[string]configuration.Setting{}
	}
	by := configuration.Decider{
		Address: "x_account.this", Argument: "sku", File: "main.tf", Line: 5,
	}
	if state == "unknown" {
		by.Why, by.Variables = "its value is not certain: it depends on the root variable level", []string{"level"}
	}
	d.Conditions[service][control] = map[string]configuration.Setting{
		condition: {State: state, By: []configuration.Decider{by}},
	}
}

// WriteFile writes a file of the test's own.
func WriteFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
