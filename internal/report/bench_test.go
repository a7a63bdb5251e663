package report_test

import (
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// BenchmarkRender writes reports of up to 1,000 services with 40 controls each. A page for
// auditors of that size is to take less than 200 ms and 20 MB.
func BenchmarkRender(b *testing.B) {
	for _, services := range []int{10, 100, 1000} {
		in := inputs(large(b, services, 40))
		var err error
		if _, in[0].Digest, err = in[0].Encode(); err != nil { // as the provider, which has the text
			b.Fatal(err)
		}
		for _, format := range report.Names(report.Formats()) {
			b.Run(fmt.Sprintf("%s/%d", format, services), func(b *testing.B) {
				size := 0
				for b.Loop() {
					text, err := report.Render(in, format, report.Options{})
					if err != nil {
						b.Fatal(err)
					}
					size = len(text)
				}
				b.ReportMetric(float64(size), "bytes")
			})
		}
	}
}

// BenchmarkParse is what the provider's function does before it renders.
func BenchmarkParse(b *testing.B) {
	text, _, err := large(b, 1000, 35).Encode()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := assess.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
