package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// noticed is a catalogue with a service of which parts end.
const noticed = sample.Controls + `
services:
  - id: store
    name: Store
    cloud: azure
    lifecycle:
      notices:
        - {scope: version 1, stage: retired, date: "2026-06-29", source: {title: N}}
        - {scope: version 2, stage: retiring, date: "2026-07", successor: version 3, source: {title: N}}
        - {scope: this month, stage: retiring, date: "2026-06", source: {title: N}}
        - {scope: some day, stage: retiring, source: {title: N, url: "https://example.com/n"}}
        - {scope: Shop, stage: renamed, date: "2027-01-01", source: {title: N}}
    documents:
      - {id: d, series: S, title: T, publisher: P, published: 2025-01-01, statements: [{control: alpha, status: yes}]}
`

// What is to be retired of a service is told, what is retired is not, and nothing is where
// on_retired = "allow".
func TestWarningsOfNotices(t *testing.T) {
	t.Parallel()
	c := sample.Load(t, sample.Write(t, noticed))
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

// More than a few parts stand in one line, which says when the first one of each service ends.
func TestWarningsOfManyNotices(t *testing.T) {
	t.Parallel()
	file := sample.Controls + "\nservices:\n"
	for id, dates := range map[string][]string{
		"shop": {"2026-09-01"}, "store": {"2027-01", "2026-08-01", "2026-08-01", "2026-06-29"}, "stand": nil,
	} {
		file += "  - id: " + id + "\n    name: The " + id + "\n    cloud: azure\n    lifecycle:\n      notices:\n"
		for i, date := range dates {
			file += fmt.Sprintf("        - {scope: version %d, stage: retiring, date: %q, source: {title: N}}\n", i, date)
		}
		file = strings.TrimSuffix(file, "    lifecycle:\n      notices:\n") +
			"    documents: [{id: " + id + ", series: S, title: T, publisher: P, published: 2025-01-01, " +
			"statements: [{control: alpha, status: yes}]}]\n"
	}
	c := sample.Load(t, sample.Write(t, file))
	for want, services := range map[string][]string{
		"  - 4 parts of 2 services, which the assessment names: on 2026-08-01 version 1 of store, " +
			"then of shop (2026-09-01)\nPlan a move where the workload uses it. on_retired = \"allow\" silences this.": {
			"shop", "store", "stand",
		},
		"": {"stand"},
	} {
		result, err := assess.Evaluate(c, assess.Requirement{Services: services, Controls: []string{"alpha"}}, "2026-06-30")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, w := range result.Warnings {
			got += w.Detail
		}
		if got != want {
			t.Errorf("%v: got %q", services, got)
		}
	}
}

// A date that goes by is no change of an assessment, which has what the catalogue has as
// still to be retired, by date, whatever on_retired says.
func TestAssessmentHasNotices(t *testing.T) {
	t.Parallel()
	c := sample.Load(t, sample.Write(t, noticed))
	var texts []string
	for _, today := range []catalog.Date{"2026-06-30", "2030-01-01"} {
		result, err := assess.Evaluate(c, assess.Requirement{
			Services: []string{"store"}, Controls: []string{"alpha"}, OnRetired: assess.Allow,
		}, today)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, encode(t, result.Assessment))
	}
	if texts[0] != texts[1] {
		t.Errorf("the assessment changes with the day:\n%s\n%s", texts[0], texts[1])
	}
	const want = `"notices":[{"retires_on":"2026-06","scope":"this month","source":"N"},` +
		`{"retires_on":"2026-07","scope":"version 2","source":"N","successor":"version 3"},` +
		`{"scope":"some day","source":"N","url":"https://example.com/n"}]`
	if !strings.Contains(texts[0], want) {
		t.Errorf("got %s\nexpected %s", texts[0], want)
	}
	for what, edit := range map[string][2]string{
		"no scope":    {`"scope":"this month"`, `"scope":" "`},
		"no source":   {`"scope":"some day","source":"N"`, `"scope":"some day","source":""`},
		"no date":     {`"2026-07"`, `"2026-13"`},
		"other order": {`"2026-06"`, `"2026-08"`},
		"twice": {
			`{"retires_on":"2026-06","scope":"this month","source":"N"}`,
			`{"retires_on":"2026-06","scope":"this month","source":"N"},{"retires_on":"2026-06","scope":"this ` +
				`month","source":"N"}`,
		},
	} {
		if _, err := assess.Parse(replace(texts[0], edit[0], edit[1])); err == nil ||
			!strings.Contains(err.Error(), "notices: ") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
