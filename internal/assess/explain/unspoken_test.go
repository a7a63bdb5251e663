package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// twoClouds has three services of AWS, whose documents speak of customer-keys,
// audit-logging and public-access alone, and two of Azure.
func twoClouds(t *testing.T) *catalog.Catalog {
	t.Helper()
	aws := func(id string, s statements) service {
		return service{ID: id, Cloud: "aws", Documents: map[catalog.Date]statements{"2024-06-30": s}}
	}
	return load(
		t,
		aws("aws-a", statements{cmk: "yes", audit: "yes", open: "no"}),
		aws("aws-b", statements{cmk: "no", audit: "yes"}),
		aws("aws-c", statements{cmk: "yes"}),
		documented("azure-a", statements{vnet: "yes", tls: "yes", cmk: "yes", local: "no"}),
		documented("azure-b", statements{vnet: "no", tls: "yes", cmk: "yes"}),
	)
}

func TestExplainWhatACloudNeverDocuments(t *testing.T) {
	t.Parallel()
	all := []string{"aws-a", "aws-b", "aws-c", "azure-a", "azure-b"}
	for name, r := range map[string]assess.Requirement{
		// One text for the three services, and one for the other gap of each.
		"unspoken": {Services: all, Controls: []string{vnet, cmk}},
		// Whatever the date: as_of hides documents, it does not make a cloud silent.
		"unspoken as of": {Services: []string{"aws-a", "aws-b"}, Controls: []string{vnet, cmk}, AsOf: "2020-01-01"},
		"unspoken groups": {Services: all, AnyOf: map[string][]string{
			"SC-7": {vnet, tls}, "SC-28": {cmk, tls}, "AU-12": {audit},
		}},
		"unspoken adverse": {Services: []string{"aws-a", "aws-c"}, Controls: []string{cmk}, Avoid: []string{local, open}},
		// An exception that has ended is told with its service; one in force leaves no gap.
		"unspoken exceptions": {
			Services: []string{"aws-a", "aws-b", "aws-c"}, Controls: []string{vnet},
			Exceptions: []assess.Exception{
				{Service: "aws-a", Control: vnet, Justification: "j", Expires: "2025-01-31"},
				{Service: "aws-b", Control: vnet, Justification: "j", Expires: "2025-12-31"},
			},
		},
		"unspoken of one service": {Services: []string{"aws-a", "azure-b"}, Controls: []string{vnet, tls}},
	} {
		t.Run(name, func(t *testing.T) {
			c := twoClouds(t)
			x := explainer(t, c, r)
			text := perService(t, x)
			warned := r
			warned.Enforcement = assess.EnforcementWarn
			together, err := explainer(t, c, warned).Together()
			if err != nil {
				t.Fatal(err)
			}
			golden.Check(t, "testdata/"+strings.ReplaceAll(name, " ", "_")+".golden", text+"---- together\n\n"+together+"\n")
			// Said otherwise, but gaps all the same.
			if len(x.Assessment.Gaps()) == 0 || x.Assessment.Compliant {
				t.Error("what no document speaks of has passed")
			}
		})
	}
}

// One text for a hundred services, not one for each.
func TestExplainUnspokenOfMany(t *testing.T) {
	t.Parallel()
	services := []service{documented("other", statements{vnet: "yes"})}
	var ids []string
	for i := range 100 {
		id := fmt.Sprintf("s-%03d", i)
		ids = append(ids, id)
		services = append(services, service{
			ID: id, Cloud: "aws",
			Documents: map[catalog.Date]statements{"2024-06-30": {cmk: "yes"}},
		})
	}
	explanations, err := explainer(
		t,
		load(t, services...), assess.Requirement{Services: ids, Controls: []string{vnet, cmk}},
	).PerService()
	if err != nil {
		t.Fatal(err)
	}
	if len(explanations) != 1 || explanations[0].Service != "" || strings.Count(explanations[0].Detail, vnet) != 1 {
		t.Errorf("got %d texts: %v", len(explanations), explanations[:min(2, len(explanations))])
	}
	if !slices.Contains(strings.Split(explanations[0].Detail, "\n"), "  - "+vnet) ||
		!strings.Contains(explanations[0].Detail, "and 80 more") {
		t.Error(explanations[0].Detail)
	}
}
