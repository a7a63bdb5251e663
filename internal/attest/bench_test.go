package attest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// large is an assessment of services with 35 controls each; a tenth of the findings
// rests on an exception, and another on evidence.
func large(b testing.TB, services int) string {
	b.Helper()
	const controls = 35
	r := assess.Requirement{}
	var text, statements strings.Builder
	text.WriteString("definitions:\n")
	for c := range controls {
		id := fmt.Sprintf("control-%02d", c)
		r.Controls = append(r.Controls, id)
		fmt.Fprintf(&text, "  - {id: %s, title: Control %d, description: d, category: test}\n", id, c)
		switch c % 10 {
		case 0:
			fmt.Fprintf(&statements, "          - {control: %s, status: no}\n", id)
		case 1:
			fmt.Fprintf(&statements, "          - {control: %s, status: conditional, condition: Premium}\n", id)
		default:
			fmt.Fprintf(&statements, "          - {control: %s, status: yes}\n", id)
		}
	}
	text.WriteString("services:\n")
	for s := range services {
		id := fmt.Sprintf("service-%04d", s)
		r.Services = append(r.Services, id)
		fmt.Fprintf(
			&text,
			"  - id: %[1]s\n    name: %[1]s\n    cloud: test\n    documents:\n      - id: %[1]s-1\n        series: S\n        "+
				"title: T\n"+
				"        publisher: P\n        published: 2026-01-01\n        url: https://example.com/%[1]s\n        "+
				"statements:\n%[2]s",
			id,
			statements.String(),
		)
		for c := 0; c < controls; c += 10 {
			r.Exceptions = append(
				r.Exceptions,
				assess.Exception{Service: id, Control: r.Controls[c], Justification: "because", Expires: "2026-12-31"},
			)
			r.Evidence = append(
				r.Evidence, assess.Evidence{Service: id, Control: r.Controls[c+1], Condition: "Premium", Reference: "main.tf"},
			)
		}
	}
	file := filepath.Join(b.TempDir(), "catalog.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: catalog.DateOf(now)})
	if err != nil {
		b.Fatal(err)
	}
	result, err := assess.Evaluate(c, r, catalog.DateOf(now))
	if err != nil {
		b.Fatal(err)
	}
	encoded, _, err := result.Assessment.Encode()
	if err != nil {
		b.Fatal(err)
	}
	return encoded
}

func BenchmarkAttest(b *testing.B) {
	for _, services := range []int{10, 100, 1000} {
		r := request(b)
		r.Assessments = []string{large(b, services)}
		r.Key = testKeys()[0].parse(b)
		a := issue(b, r)
		v := attest.Verification{
			Bundle: a.Bundles[attest.Controls], Keys: []*attest.PublicKey{r.Key.Public()}, AllowExceptions: true, Now: now,
			SubjectDigest: canonicaljson.Digest([]byte(r.Assessments[0])),
		}
		b.Run(fmt.Sprintf("issue/%d", services), func(b *testing.B) {
			for b.Loop() {
				issue(b, r)
			}
			b.ReportMetric(float64(len(a.Bundles[attest.Controls])), "B/bundle")
		})
		b.Run(fmt.Sprintf("verify/%d", services), func(b *testing.B) {
			for b.Loop() {
				if _, err := attest.Verify(v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
