package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	. "github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// twoClouds has three services of AWS, whose documents speak of customer-keys,
// audit-logging and public-access alone, and two of Azure.
func twoClouds(t *testing.T) *catalog.Catalog {
	t.Helper()
	aws := func(id string, s Statements) Service {
		return Service{ID: id, Cloud: "aws", Documents: map[catalog.Date]Statements{"2024-06-30": s}}
	}
	return Load(
		t,
		aws("aws-a", Statements{CMK: "yes", Audit: "yes", Open: "no"}),
		aws("aws-b", Statements{CMK: "no", Audit: "yes"}),
		aws("aws-c", Statements{CMK: "yes"}),
		Documented("azure-a", Statements{VNet: "yes", TLS: "yes", CMK: "yes", Local: "no"}),
		Documented("azure-b", Statements{VNet: "no", TLS: "yes", CMK: "yes"}),
	)
}

func TestExplainWhatACloudNeverDocuments(t *testing.T) {
	t.Parallel()
	all := []string{"aws-a", "aws-b", "aws-c", "azure-a", "azure-b"}
	for name, r := range map[string]assess.Requirement{
		// One text for the three services, and one for the other gap of each.
		"unspoken": {Services: all, Controls: []string{VNet, CMK}},
		// Whatever the date: as_of hides documents, it does not make a cloud silent.
		"unspoken as of": {Services: []string{"aws-a", "aws-b"}, Controls: []string{VNet, CMK}, AsOf: "2020-01-01"},
		"unspoken groups": {Services: all, AnyOf: map[string][]string{
			"SC-7": {VNet, TLS}, "SC-28": {CMK, TLS}, "AU-12": {Audit},
		}},
		// What a document of some service of the cloud has near it is named.
		"unspoken with something near": {
			Services: []string{"aws-a", "aws-b"}, Controls: []string{Logs}, AnyOf: map[string][]string{"AU-12": {Logs, VNet}},
		},
		"unspoken adverse": {Services: []string{"aws-a", "aws-c"}, Controls: []string{CMK}, Avoid: []string{Local, Open}},
		// An exception that has ended is told with its service; one in force leaves no gap.
		"unspoken exceptions": {
			Services: []string{"aws-a", "aws-b", "aws-c"}, Controls: []string{VNet},
			Exceptions: []assess.Exception{
				{Service: "aws-a", Control: VNet, Justification: "j", Expires: "2025-01-31"},
				{Service: "aws-b", Control: VNet, Justification: "j", Expires: "2025-12-31"},
			},
		},
		"unspoken of one service": {Services: []string{"aws-a", "azure-b"}, Controls: []string{VNet, TLS}},
	} {
		t.Run(name, func(t *testing.T) {
			c := twoClouds(t)
			x := explainer(t, c, r)
			golden.Check(t, "testdata/"+strings.ReplaceAll(name, " ", "_")+".golden", text(t, x))
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
	services := []Service{Documented("other", Statements{VNet: "yes"})}
	var ids []string
	for i := range 100 {
		id := fmt.Sprintf("s-%03d", i)
		ids = append(ids, id)
		services = append(services, Service{
			ID: id, Cloud: "aws",
			Documents: map[catalog.Date]Statements{"2024-06-30": {CMK: "yes"}},
		})
	}
	got := text(t, explainer(t, Load(t, services...), assess.Requirement{Services: ids, Controls: []string{VNet, CMK}}))
	if strings.Count(got, VNet) != 2 { // in the list, and in the block to paste
		t.Error(got)
	}
	if !slices.Contains(strings.Split(got, "\n"), "  - "+VNet) || !strings.Contains(got, "and 80 more") {
		t.Error(got)
	}
}
