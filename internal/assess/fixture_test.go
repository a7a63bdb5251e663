package assess_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// today is the day of the real clock in these tests.
const today catalog.Date = "2025-06-30"

// The vocabulary of the tests.
const (
	vnet  = "vnet-injection"
	cmk   = "customer-keys"
	tls   = "encryption-in-transit"
	audit = "audit-logging"
	local = "local-authentication" // adverse
	open  = "public-access"        // adverse
)

const definitions = `
definitions:
  - {id: vnet-injection, title: VNet injection, description: d, category: network, labels: ["VNet injection support"]}
  - {id: customer-keys, title: Customer-managed keys, description: d, category: data, labels: ["Encryption key handling (CMK)"]}
  - {id: encryption-in-transit, title: Encryption in transit, description: d, category: data}
  - {id: audit-logging, title: Audit logging, description: d, category: logging}
  - {id: local-authentication, title: Local authentication, description: d, category: identity, polarity: adverse}
  - {id: public-access, title: Public access, description: d, category: network, polarity: adverse}
services:
`

// said is a statement: "yes", "no", "planned", "not_applicable", or a condition.
type said map[string]string

type service struct {
	id, cloud  string // cloud "" is azure
	categories string // YAML
	retiredOn  catalog.Date
	successor  string
	documents  map[catalog.Date]said
}

// documented is a service with one document, of the year before today.
func documented(id string, s said) service {
	return service{id: id, documents: map[catalog.Date]said{"2024-06-30": s}}
}

// write returns the YAML of services.
func write(services ...service) string {
	var b strings.Builder
	b.WriteString(definitions)
	for _, s := range services {
		cloud := s.cloud
		if cloud == "" {
			cloud = "azure"
		}
		fmt.Fprintf(&b, "  - id: %s\n    name: Service %s\n    cloud: %s\n", s.id, s.id, cloud)
		if s.categories != "" {
			fmt.Fprintf(&b, "    categories: %s\n", s.categories)
		}
		if s.retiredOn != "" {
			fmt.Fprintf(&b, "    lifecycle:\n      retired_on: %s\n      source: {title: Notice, url: https://example.com/notice}\n", s.retiredOn)
			if s.successor != "" {
				fmt.Fprintf(&b, "      successor: %s\n", s.successor)
			}
		}
		b.WriteString("    documents:\n")
		for published, statements := range s.documents {
			fmt.Fprintf(&b, "      - id: %[1]s-%[2]s\n        series: Security controls\n        title: Security controls for %[1]s\n"+
				"        publisher: Example\n        published: %[2]s\n        url: https://example.com/%[1]s\n        statements:\n", s.id, published)
			for control, status := range statements {
				fmt.Fprintf(&b, "          - control: %s\n", control)
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

// load returns a catalogue of the services.
func load(t testing.TB, services ...service) *catalog.Catalog {
	t.Helper()
	file := filepath.Join(t.TempDir(), "catalog.yaml")
	if err := os.WriteFile(file, []byte(write(services...)), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func evaluate(t testing.TB, c *catalog.Catalog, r assess.Requirement) *assess.Result {
	t.Helper()
	result, err := assess.Evaluate(c, r, today)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// encode returns the JSON, after Parse has accepted it: whatever Evaluate makes, the
// strict reader must take.
func encode(t testing.TB, a *assess.Assessment) string {
	t.Helper()
	text, _, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := assess.Parse(text); err != nil {
		t.Fatalf("Parse refuses what Encode wrote: %s\n%s", err, text)
	}
	return text
}

// inputErrors takes a joined error apart.
func inputErrors(t *testing.T, err error) []*assess.InputError {
	t.Helper()
	if err == nil {
		return nil
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var out []*assess.InputError
	for _, e := range all {
		var input *assess.InputError
		if !errors.As(e, &input) {
			t.Fatalf("%v is no InputError", e)
		}
		out = append(out, input)
	}
	return out
}

func exception(control string, expires catalog.Date) assess.Exception {
	return assess.Exception{Service: "a", Control: control, Justification: "because", Expires: expires}
}

func evidence(control, condition string) assess.Evidence {
	return assess.Evidence{Service: "a", Control: control, Condition: condition, Reference: "main.tf"}
}

func ptr[T any](v T) *T { return &v }

// explainer explains a requirement that the services are held against.
func explainer(t testing.TB, c *catalog.Catalog, r assess.Requirement) *assess.Explainer {
	t.Helper()
	return &assess.Explainer{Catalog: c, Assessment: evaluate(t, c, r).Assessment, Today: today}
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// replace fails silently in no test: the text to replace must be there.
func replace(text, old, replacement string) string {
	if !strings.Contains(text, old) {
		panic(fmt.Sprintf("%q is not in the text", old))
	}
	return strings.ReplaceAll(text, old, replacement)
}
