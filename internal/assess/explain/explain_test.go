package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// perService joins the texts as a terminal shows them, one diagnostic after another.
func perService(t *testing.T, x *explain.Explainer) string {
	t.Helper()
	explanations, err := x.PerService()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range explanations {
		fmt.Fprintf(&b, "Error: %s [%s]\n\n%s\n\n", explain.GapSummary, e.Service, e.Detail)
	}
	return b.String()
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	retired := func(s service, on catalog.Date, successor string) service {
		s.RetiredOn, s.Successor = on, successor
		return s
	}
	in := func(s service, cloud, categories string) service {
		s.Cloud, s.Categories = cloud, categories
		return s
	}
	a := func(s statements) service { return documented("a", s) }
	both := service{ID: "a", Documents: map[catalog.Date]statements{"2024-06-30": {vnet: "no"}, "2020-01-01": {tls: "no"}}}
	for name, tc := range map[string]struct {
		services []service
		r        assess.Requirement // of the service a
		places   map[string][]configuration.Place
	}{
		"one gap": {[]service{a(statements{vnet: "no"})}, assess.Requirement{Controls: []string{vnet}}, nil},
		"many gaps": {
			[]service{a(statements{vnet: "no", cmk: "no", tls: "yes"})},
			assess.Requirement{Controls: []string{vnet, cmk, tls, audit}},
			nil,
		},
		"all gaps": {[]service{a(statements{vnet: "no", cmk: "no"})}, assess.Requirement{Controls: []string{vnet, cmk}}, nil},
		"undocumented": {
			[]service{a(statements{vnet: "yes"})}, assess.Requirement{Controls: []string{vnet, cmk}, AsOf: "2024-12-31"}, nil,
		},
		"no document": {
			[]service{a(statements{vnet: "yes"})},
			assess.Requirement{Controls: []string{vnet}, AsOf: "2019-12-31"},
			nil,
		},
		"two documents": {[]service{both}, assess.Requirement{Controls: []string{vnet, tls}}, nil},
		"conditional": {
			[]service{a(statements{vnet: "yes", cmk: `Premium "HSM" tier, ${region} only`})},
			assess.Requirement{Controls: []string{vnet, cmk}},
			nil,
		},
		"condition changed": {[]service{a(statements{cmk: "Premium tier only"})}, assess.Requirement{
			Controls: []string{cmk}, Evidence: []assess.Evidence{evidence(cmk, "Standard tier or above"), evidence(cmk,
				"Dedicated")},
		}, nil},
		"stale": {[]service{a(statements{vnet: "yes", cmk: "Premium tier only"})}, assess.Requirement{
			Controls: []string{vnet, cmk}, MaxDocumentAgeDays: new(int64(1)),
		}, nil},
		"planned": {[]service{a(statements{vnet: "planned"})}, assess.Requirement{Controls: []string{vnet}}, nil},
		"not applicable denied": {
			[]service{a(statements{vnet: "not_applicable", tls: "yes"})},
			assess.Requirement{Controls: []string{vnet, tls}, NotApplicable: assess.Deny},
			nil,
		},
		"adverse": {[]service{a(statements{local: "yes", open: "Basic tier", vnet: "yes"})}, assess.Requirement{
			Controls: []string{vnet}, Avoid: []string{local, open},
		}, nil},
		"group": {[]service{a(statements{vnet: "no", cmk: "Premium tier only", tls: "not_applicable"})}, assess.Requirement{
			Controls: []string{vnet}, AnyOf: map[string][]string{"SC-28": {cmk, tls, audit}, "AU-12": {audit}},
		}, nil},
		"group not applicable denied": {[]service{a(statements{vnet: "not_applicable"})}, assess.Requirement{
			AnyOf: map[string][]string{"SC-7": {vnet, tls}}, NotApplicable: assess.Deny,
		}, nil},
		"expired exception": {[]service{a(statements{vnet: "no"})}, assess.Requirement{
			Controls: []string{vnet}, AnyOf: map[string][]string{"SC-28": {vnet}},
			Exceptions: []assess.Exception{exception(vnet, "2025-06-29"), exception("SC-28", "2025-01-31")},
		}, nil},
		"retired": {[]service{
			retired(a(statements{vnet: "yes"}), "2021-02-17", "Service b"), documented("b", statements{vnet: "yes"}),
		}, assess.Requirement{
			Controls: []string{vnet}, OnRetired: assess.Deny,
		}, nil},
		"retired with a gap": {[]service{retired(a(statements{vnet: "no", tls: "yes"}), "2021-02-17", "")}, assess.Requirement{
			Controls: []string{vnet, tls}, OnRetired: assess.Deny,
		}, nil},
		"alternatives": {[]service{
			in(a(statements{vnet: "no"}), "azure", "[Storage, Security]"),
			in(documented("active-other", statements{vnet: "yes"}), "azure", "[Compute]"),
			in(documented("active-same", statements{vnet: "yes"}), "azure", "[Storage]"),
			in(documented("active-twice", statements{vnet: "yes"}), "azure", "[Security, Storage]"),
			in(retired(documented("retired", statements{vnet: "yes"}), "2021-02-17", ""), "azure", "[Storage]"),
			in(retired(documented("retiring-same", statements{vnet: "yes"}), "2027-01-01", ""), "azure", "[Storage]"),
			in(retired(documented("retiring-other", statements{vnet: "yes"}), "2027-01-01", ""), "azure", "[Compute]"),
			in(documented("another-cloud", statements{vnet: "yes"}), "aws", "[Storage]"),
			in(documented("conditional", statements{vnet: "Premium"}), "azure", "[Storage]"),
			in(documented("not-applicable", statements{vnet: "not_applicable"}), "azure", "[Storage]"),
		}, assess.Requirement{Controls: []string{vnet}, Exceptions: []assess.Exception{exception(vnet, "2025-01-01")}}, nil},
		"places": {
			[]service{a(statements{vnet: "no"})},
			assess.Requirement{Controls: []string{vnet}},
			map[string][]configuration.Place{
				"b": {{Address: "x.other", File: "other.tf", Line: 1}},
				"a": {
					{Address: "azurerm_key_vault.main", File: "main.tf", Line: 12},
					{Address: "azurerm_key_vault.second", File: "modules/vault/main.tf", Line: 3},
					{Address: "a.c", File: "c.tf", Line: 1},
					{Address: "a.d", File: "d.tf", Line: 1},
					{Address: "a.e", File: "e.tf", Line: 1},
					{Address: "a.f", File: "f.tf", Line: 1},
					{Address: "a.g", File: "g.tf", Line: 1},
				},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.r.Services = []string{"a"}
			x := explainer(t, load(t, tc.services...), tc.r)
			x.Places = tc.places
			golden.Check(t, "testdata/"+strings.ReplaceAll(name, " ", "_")+".golden", perService(t, x))
		})
	}
}

// many is a catalogue of n services that lack a control, and one that has it.
func many(t testing.TB, n int) (*catalog.Catalog, []string) {
	t.Helper()
	services := []service{documented("z-good", statements{vnet: "yes", tls: "yes"})}
	ids := []string{"z-good"}
	for i := range n {
		id := fmt.Sprintf("s-%04d", i)
		ids = append(ids, id)
		services = append(services, documented(id, statements{vnet: "no", tls: "yes"}))
	}
	return load(t, services...), ids
}

func TestExplainManyServices(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 1, 10: 10, 11: 11, 35: 11} {
		c, ids := many(t, n)
		x := explainer(t, c, assess.Requirement{Services: ids, Controls: []string{vnet, tls}})
		explanations, err := x.PerService()
		if err != nil {
			t.Fatal(err)
		}
		if len(explanations) != want {
			t.Errorf("%d failing services: %d texts, want %d", n, len(explanations), want)
		}
		for i, e := range explanations[:min(len(explanations), 10)] {
			if e.Service != fmt.Sprintf("s-%04d", i) {
				t.Errorf("text %d is about %q", i, e.Service)
			}
		}
		if n > 10 {
			last := explanations[10]
			if last.Service != "" {
				t.Errorf("the closing text is about %q", last.Service)
			}
			golden.Check(t, "testdata/"+fmt.Sprintf("rest_of_%d.golden", n), last.Detail+"\n")
		}
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	c, ids := many(t, 2)
	x := explainer(t, c, assess.Requirement{Services: ids, Controls: []string{vnet, tls}, Enforcement: assess.EnforcementWarn})
	text, err := x.Together()
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/together.golden", text+"\n")

	c, ids = many(t, 35)
	x = explainer(t, c, assess.Requirement{Services: ids, Controls: []string{vnet, tls}, Enforcement: assess.EnforcementWarn})
	if text, err = x.Together(); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/together_many.golden", text+"\n")

	x = explainer(t, c, assess.Requirement{Services: []string{"z-good"}, Controls: []string{vnet}})
	if text, err = x.Together(); text != "" || err != nil {
		t.Errorf("without gaps: %q, %v", text, err)
	}
}

// What a plan does not know can be covered and is not explained, and the rest is.
func TestExplainCertainGaps(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", tls: "no"}))
	o := assess.Open{Exceptions: []assess.Pattern{{Service: "a", Control: vnet}}}
	r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet, tls}, Open: o}
	x := &explain.Explainer{Catalog: c, Assessment: o.Certain(evaluate(t, c, r).Assessment), Today: today}
	text := perService(t, x)
	if strings.Contains(text, vnet) || !strings.Contains(text, "lacks 1 of the 2 required controls") {
		t.Error(text)
	}
}

// The texts are complete where the catalogue cannot name alternatives, and claim none.
func TestExplainWithoutAlternatives(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no"}))
	x := explainer(t, c, assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}})
	x.Assessment.Requirement.Controls = []string{"gone"}
	explanations, err := x.PerService()
	if err == nil {
		t.Error("want an error")
	}
	if len(explanations) != 1 || !strings.Contains(explanations[0].Detail, vnet) ||
		strings.Contains(explanations[0].Detail, "No other service") {
		t.Errorf("got %v", explanations)
	}
}
