package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// large is n services held against 20 controls; every service fails two, one of them
// on a condition, unless all is documented.
func large(b *testing.B, n int, failing bool) (*catalog.Catalog, assess.Requirement) {
	b.Helper()
	r := assess.Requirement{}
	var text strings.Builder
	text.WriteString("definitions:\n")
	for i := range 20 {
		id := fmt.Sprintf("control-%02d", i)
		r.Controls = append(r.Controls, id)
		fmt.Fprintf(&text, "  - {id: %s, title: Control %d, description: d, category: c}\n", id, i)
	}
	text.WriteString("services:\n")
	for i := range n {
		id := fmt.Sprintf("service-%04d", i)
		r.Services = append(r.Services, id)
		fmt.Fprintf(&text, "  - id: %[1]s\n    name: Service %[2]d\n    cloud: azure\n    documents:\n"+
			"      - {id: %[1]s, series: s, title: Security controls for %[2]d, publisher: p, published: 2024-06-30, url: "+
			"https://example.com/%[2]d, statements: [\n", id, i)
		for j, control := range r.Controls {
			status := "yes"
			switch {
			case failing && j == 3:
				status = "no"
			case failing && j == 7:
				status = "conditional, condition: Premium tier only"
			}
			fmt.Fprintf(&text, "          {control: %s, status: %s},\n", control, status)
		}
		text.WriteString("        ]}\n")
	}
	file := b.TempDir() + "/catalog.yaml"
	assesstest.WriteFile(b, file, text.String())
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: today})
	if err != nil {
		b.Fatal(err)
	}
	return c, r
}

func BenchmarkEvaluate(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			c, r := large(b, n, true)
			b.ReportAllocs()
			for b.Loop() {
				evaluate(b, c, r)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/service")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	c, r := large(b, 1000, false)
	a := evaluate(b, c, r).Assessment
	text := encode(b, a)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := a.Encode(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text))/20000, "bytes/finding")
}

func BenchmarkParse(b *testing.B) {
	c, r := large(b, 1000, true)
	text := encode(b, evaluate(b, c, r).Assessment)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := assess.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	c, r := large(b, 1000, true)
	a := evaluate(b, c, r).Assessment
	b.ReportAllocs()
	for b.Loop() {
		x := &explain.Explainer{Catalog: c, Assessment: a, Today: today}
		if text, err := x.Text(); err != nil || text == "" {
			b.Fatal(text, err)
		}
	}
}
