package assess_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// What is to be retired of a service is told, what is retired is not, and nothing is where
// on_retired = "allow".
func TestWarningsOfNotices(t *testing.T) {
	t.Parallel()
	c := sample.Load(t, sample.Write(t, sample.Controls+`
services:
  - id: store
    name: Store
    cloud: azure
    lifecycle:
      notices:
        - {scope: version 1, stage: retired, date: "2026-06-29", source: {title: N}}
        - {scope: version 2, stage: retiring, date: "2026-07", successor: version 3, source: {title: N}}
        - {scope: this month, stage: retiring, date: "2026-06", source: {title: N}}
        - {scope: some day, stage: retiring, source: {title: N}}
        - {scope: Shop, stage: renamed, date: "2027-01-01", source: {title: N}}
    documents:
      - {id: d, series: S, title: T, publisher: P, published: 2025-01-01, statements: [{control: alpha, status: yes}]}
`))
	for setting, want := range map[string]string{
		"": "  - of Store (store), this month: retires on 2026-06\n" +
			"  - of Store (store), version 2: retires on 2026-07; successor: version 3\n",
		assess.Allow: "",
	} {
		result, err := assess.Evaluate(c, assess.Requirement{
			Services: []string{"store"}, Controls: []string{"alpha"}, OnRetired: setting,
		}, "2026-06-30")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, w := range result.Warnings {
			got += w.Detail
		}
		if want == "" && got != "" || !strings.HasPrefix(got, want) ||
			strings.Contains(got, "version 1") || strings.Contains(got, "Shop") {
			t.Errorf("%q: got %q", setting, got)
		}
	}
}
