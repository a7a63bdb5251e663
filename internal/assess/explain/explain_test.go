package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	. "github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// text is what the explainer says, as a golden file has it.
func text(t *testing.T, x *explain.Explainer) string {
	t.Helper()
	text, err := x.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text + "\n"
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	retired := func(s Service, on catalog.Date, successor string) Service {
		s.RetiredOn, s.Successor = on, successor
		return s
	}
	in := func(s Service, cloud, categories string) Service {
		s.Cloud, s.Categories = cloud, categories
		return s
	}
	a := func(s Statements) Service { return Documented("a", s) }
	both := Service{ID: "a", Documents: map[catalog.Date]Statements{"2024-06-30": {VNet: "no"}, "2020-01-01": {TLS: "no"}}}
	for name, tc := range map[string]struct {
		services []Service
		r        assess.Requirement // of the service a
		places   map[string][]configuration.Place
	}{
		"one gap": {[]Service{a(Statements{VNet: "no"})}, assess.Requirement{Controls: []string{VNet}}, nil},
		"many gaps": {
			[]Service{a(Statements{VNet: "no", CMK: "no", TLS: "yes"})},
			assess.Requirement{Controls: []string{VNet, CMK, TLS, Audit}},
			nil,
		},
		"all gaps": {[]Service{a(Statements{VNet: "no", CMK: "no"})}, assess.Requirement{Controls: []string{VNet, CMK}}, nil},
		"undocumented": {
			[]Service{a(Statements{VNet: "yes"})}, assess.Requirement{Controls: []string{VNet, CMK}, AsOf: "2024-12-31"}, nil,
		},
		"no document": {
			[]Service{a(Statements{VNet: "yes"})},
			assess.Requirement{Controls: []string{VNet}, AsOf: "2019-12-31"},
			nil,
		},
		"two documents": {[]Service{both}, assess.Requirement{Controls: []string{VNet, TLS}}, nil},
		"conditional": {
			[]Service{a(Statements{VNet: "yes", CMK: `Premium "HSM" tier, ${region} only`})},
			assess.Requirement{Controls: []string{VNet, CMK}},
			nil,
		},
		"condition changed": {[]Service{a(Statements{CMK: "Premium tier only"})}, assess.Requirement{
			Controls: []string{CMK}, Evidence: []assess.Evidence{Evidence(CMK, "Standard tier or above"), Evidence(CMK,
				"Dedicated")},
		}, nil},
		"stale": {[]Service{a(Statements{VNet: "yes", CMK: "Premium tier only"})}, assess.Requirement{
			Controls: []string{VNet, CMK}, MaxDocumentAgeDays: new(int64(1)),
		}, nil},
		// Whichever of the two the other is related to.
		"related": {
			[]Service{a(Statements{Logs: "yes"}), Documented("b", Statements{Audit: "yes"})},
			assess.Requirement{Controls: []string{Audit}},
			nil,
		},
		"related the other way": {
			[]Service{a(Statements{Audit: "yes"}), Documented("b", Statements{Logs: "yes"})},
			assess.Requirement{Controls: []string{Logs}},
			nil,
		},
		"related and conditional": {
			[]Service{a(Statements{Logs: "Premium tier only"}), Documented("b", Statements{Audit: "yes"})},
			assess.Requirement{Controls: []string{Audit}},
			nil,
		},
		// In a group it is named once for all groups, a member never, and nobody is told to drop an
		// identifier of a framework.
		"related in groups": {
			[]Service{a(Statements{Logs: "yes", VNet: "no", TLS: "yes"}), Documented("b", Statements{Audit: "yes"})},
			assess.Requirement{
				AnyOf:     map[string][]string{"AU-12": {Audit}, "AU-2": {Audit, VNet}, "AU-3": {Audit, Logs}},
				Crosswalk: speakingTo("AU-12", Audit, "AU-2", Audit, "AU-3", Audit),
			},
			nil,
		},
		"related in groups of a cloud": {
			[]Service{a(Statements{Logs: "yes", VNet: "no"}), Documented("b", Statements{VNet: "no"})},
			assess.Requirement{
				EveryDocumentedOf: map[string][]string{"AU-12": {Audit, VNet}, "own": {VNet}},
				Crosswalk:         speakingTo("AU-12", Audit),
			},
			nil,
		},
		"old no": {
			[]Service{{ID: "a", Documents: map[catalog.Date]Statements{"2021-09-10": {VNet: "no"}}}},
			assess.Requirement{Controls: []string{VNet}},
			nil,
		},
		"two years to the day": {
			[]Service{{ID: "a", Documents: map[catalog.Date]Statements{"2023-06-30": {VNet: "no"}}}},
			assess.Requirement{Controls: []string{VNet}},
			nil,
		},
		"category of none": {[]Service{
			in(a(Statements{VNet: "no"}), "azure", ""), in(Documented("b", Statements{VNet: "yes"}), "azure", ""),
		}, assess.Requirement{Controls: []string{VNet}}, nil},
		"planned": {[]Service{a(Statements{VNet: "planned"})}, assess.Requirement{Controls: []string{VNet}}, nil},
		"not applicable denied": {
			[]Service{a(Statements{VNet: "not_applicable", TLS: "yes"})},
			assess.Requirement{Controls: []string{VNet, TLS}, NotApplicable: assess.Deny},
			nil,
		},
		"adverse": {[]Service{a(Statements{Local: "yes", Open: "Basic tier", VNet: "yes"})}, assess.Requirement{
			Controls: []string{VNet}, Avoid: []string{Local, Open},
		}, nil},
		"group": {[]Service{a(Statements{VNet: "no", CMK: "Premium tier only", TLS: "not_applicable"})}, assess.Requirement{
			Controls: []string{VNet}, AnyOf: map[string][]string{"SC-28": {CMK, TLS, Audit}, "AU-12": {Audit}},
		}, nil},
		"group not applicable denied": {[]Service{a(Statements{VNet: "not_applicable"})}, assess.Requirement{
			AnyOf: map[string][]string{"SC-7": {VNet, TLS}}, NotApplicable: assess.Deny,
		}, nil},
		"expired exception": {[]Service{a(Statements{VNet: "no"})}, assess.Requirement{
			Controls: []string{VNet}, AnyOf: map[string][]string{"SC-28": {VNet}},
			Exceptions: []assess.Exception{Exception(VNet, "2025-06-29"), Exception("SC-28", "2025-01-31")},
		}, nil},
		"retired": {[]Service{
			retired(a(Statements{VNet: "yes"}), "2021-02-17", "Service b"), Documented("b", Statements{VNet: "yes"}),
		}, assess.Requirement{
			Controls: []string{VNet}, OnRetired: assess.Deny,
		}, nil},
		"retired with a gap": {[]Service{retired(a(Statements{VNet: "no", TLS: "yes"}), "2021-02-17", "")}, assess.Requirement{
			Controls: []string{VNet, TLS}, OnRetired: assess.Deny,
		}, nil},
		"alternatives": {[]Service{
			in(a(Statements{VNet: "no"}), "azure", "[Storage]"),
			in(Documented("active-other", Statements{VNet: "yes"}), "azure", "[Compute]"),
			in(Documented("active-same", Statements{VNet: "yes"}), "azure", "[Storage]"),
			in(Documented("active-twice", Statements{VNet: "yes"}), "azure", "[Security, Storage]"),
			in(retired(Documented("retired", Statements{VNet: "yes"}), "2021-02-17", ""), "azure", "[Storage]"),
			in(retired(Documented("retiring-same", Statements{VNet: "yes"}), "2027-01-01", ""), "azure", "[Storage]"),
			in(retired(Documented("retiring-other", Statements{VNet: "yes"}), "2027-01-01", ""), "azure", "[Compute]"),
			in(Documented("another-cloud", Statements{VNet: "yes"}), "aws", "[Storage]"),
			in(Documented("conditional", Statements{VNet: "Premium"}), "azure", "[Storage]"),
			in(Documented("not-applicable", Statements{VNet: "not_applicable"}), "azure", "[Storage]"),
		}, assess.Requirement{Controls: []string{VNet}, Exceptions: []assess.Exception{Exception(VNet, "2025-01-01")}}, nil},
		"places": {
			[]Service{a(Statements{VNet: "no"})},
			assess.Requirement{Controls: []string{VNet}},
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
			x := explainer(t, Load(t, tc.services...), tc.r)
			x.Configuration = &configuration.Document{Services: tc.places}
			golden.Check(t, "testdata/"+strings.ReplaceAll(name, " ", "_")+".golden", text(t, x))
		})
	}
}

// speakingTo is a crosswalk in which controls speak to identifiers, given in pairs.
func speakingTo(pairs ...string) *crosswalk.Crosswalk {
	c := &crosswalk.Crosswalk{
		Identifiers: map[string]crosswalk.Identifier{}, Schema: crosswalk.Schema, Sources: []string{"source"},
	}
	for i := 0; i < len(pairs); i += 2 {
		c.Identifiers[pairs[i]] = crosswalk.Identifier{
			Framework: "F", Identifier: pairs[i],
			Members: map[string]crosswalk.Member{pairs[i+1]: {
				Confidence: catalog.ConfidenceMedium, Relationship: catalog.RelationshipIntersects,
			}},
		}
	}
	return c
}

// What has to be in force is explained with what decides, and where.
func TestExplainInForce(t *testing.T) {
	t.Parallel()
	several := Shown(map[string]string{TLS: "off"})
	s := several.Settings["a"][TLS]
	for i, by := range []string{"x_account.second", "x_account.third", "module.more.x_account.this", "x_account.fifth"} {
		s.By = append(s.By, configuration.Decider{
			Address: by, Argument: "min_tls_version", File: "more.tf", Line: 7 + i, Why: "it is left out",
		})
	}
	several.Settings["a"][TLS] = s
	plan := Shown(map[string]string{TLS: "unknown"})
	plan.Settings["a"][TLS] = configuration.Setting{State: "unknown", By: []configuration.Decider{{
		Address: "x_account.this", Argument: "min_tls_version", File: "main.tf", Line: 4,
		Why: "its value is not certain: the plan decides random_id.x",
	}}}
	enabled := func(d *configuration.Document, evidence ...assess.Evidence) assess.Requirement {
		return assess.Requirement{
			Controls: []string{TLS}, MustBe: assess.MustBeEnabled, Configuration: d, Evidence: evidence,
		}
	}
	condition := func(state string, of map[string]string) *configuration.Document {
		d := Shown(of)
		ShownCondition(d, "a", TLS, "Premium", state)
		return d
	}
	group := enabled(Shown(map[string]string{TLS: "off", CMK: "unknown"}))
	group.Controls, group.AnyOf = nil, map[string][]string{"SC-28": {TLS, CMK, VNet}}
	adverse := enabled(Shown(map[string]string{Local: "on", Open: "unknown"}))
	adverse.Controls, adverse.Avoid = nil, []string{Local, Open}
	denied := Evidence(TLS, assess.SwitchedOn)
	denied.Holds = new(false)
	mixed := enabled(Shown(map[string]string{TLS: "off", CMK: "unknown"}))
	mixed.Controls = []string{TLS, CMK, VNet, Audit}
	for name, tc := range map[string]struct {
		statements Statements
		r          assess.Requirement
	}{
		"off":                  {Statements{TLS: "yes"}, enabled(Shown(map[string]string{TLS: "off"}))},
		"off in several":       {Statements{TLS: "yes"}, enabled(several)},
		"not certain":          {Statements{TLS: "yes"}, enabled(Shown(map[string]string{TLS: "unknown"}))},
		"known by plan":        {Statements{TLS: "yes"}, enabled(plan)},
		"not shown":            {Statements{TLS: "yes"}, enabled(Shown(nil))},
		"evidence denied":      {Statements{TLS: "yes"}, enabled(Shown(nil), denied)},
		"condition first":      {Statements{TLS: "Premium"}, enabled(Shown(nil), Evidence(TLS, assess.SwitchedOn))},
		"of a group":           {Statements{TLS: "yes", CMK: "yes", VNet: "yes"}, group},
		"adverse":              {Statements{Local: "yes", Open: "Basic tier"}, adverse},
		"condition met not on": {Statements{TLS: "Premium"}, enabled(condition("on", map[string]string{TLS: "off"}))},
		"condition not met":    {Statements{TLS: "Premium"}, enabled(condition("off", map[string]string{TLS: "on"}))},
		"condition uncertain":  {Statements{TLS: "Premium"}, enabled(condition("unknown", nil))},
		"with the rest":        {Statements{TLS: "yes", CMK: "Premium", VNet: "no", Audit: "yes"}, mixed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.r.Services = []string{"a"}
			x := explainer(t, Load(t, Documented("a", tc.statements), Documented("b", Statements{TLS: "yes"})), tc.r)
			x.Configuration = tc.r.Configuration
			golden.Check(t, "testdata/in_force_"+strings.ReplaceAll(name, " ", "_")+".golden", text(t, x))
		})
	}
}

// many is a catalogue of n services that lack a control, and one that has it.
func many(t testing.TB, n int) (*catalog.Catalog, []string) {
	t.Helper()
	services := []Service{Documented("z-good", Statements{VNet: "yes", TLS: "yes"})}
	ids := []string{"z-good"}
	for i := range n {
		id := fmt.Sprintf("s-%04d", i)
		ids = append(ids, id)
		services = append(services, Documented(id, Statements{VNet: "no", TLS: "yes"}))
	}
	return Load(t, services...), ids
}

// All failing services are named with what they lack, however many there are.
func TestExplainManyServices(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 2, 20, 21, 35} {
		c, ids := many(t, n)
		x := explainer(t, c, assess.Requirement{Services: ids, Controls: []string{VNet, TLS}})
		got := text(t, x)
		for i := range n {
			if !strings.Contains(got, fmt.Sprintf("s-%04d", i)) {
				t.Errorf("of %d failing services, number %d is not named", n, i)
			}
		}
		if explained := strings.Count(got, "lacks 1 of 2 controls"); explained != min(n, 20) {
			t.Errorf("of %d failing services, %d are explained", n, explained)
		}
		golden.Check(t, fmt.Sprintf("testdata/many_%d.golden", n), got)
	}
}

// A warning says nothing of how to destroy, which it does not keep anybody from.
func TestExplainWarning(t *testing.T) {
	t.Parallel()
	c, ids := many(t, 2)
	got := text(t, explainer(t, c, assess.Requirement{
		Services: ids, Controls: []string{VNet, TLS}, Enforcement: assess.EnforcementWarn,
	}))
	if got == "" || strings.Contains(got, "destroy") {
		t.Error(got)
	}
}

// What a plan does not know can be covered and is not explained, and the rest is.
func TestExplainCertainGaps(t *testing.T) {
	t.Parallel()
	c := Load(t, Documented("a", Statements{VNet: "no", TLS: "no"}))
	o := assess.Open{Exceptions: []assess.Pattern{{Service: "a", Control: VNet}}}
	r := assess.Requirement{Services: []string{"a"}, Controls: []string{VNet, TLS}, Open: o}
	x := &explain.Explainer{Catalog: c, Assessment: o.Certain(Evaluate(t, c, r).Assessment), Today: Today}
	text := text(t, x)
	if strings.Contains(text, VNet) || !strings.Contains(text, "lacks 1 of 2 controls") {
		t.Error(text)
	}
}

// An exception for a group does not get around those for whose members none counts.
func TestExplainNeverInGroup(t *testing.T) {
	t.Parallel()
	c := Load(t, Documented("a", Statements{VNet: "no", TLS: "no"}))
	x := explainer(t, c, assess.Requirement{
		Services: []string{"a"}, AnyOf: map[string][]string{"either": {VNet, TLS}},
		Exceptions: []assess.Exception{{Service: "a", Control: "either", Justification: "x", Expires: Today.AddDays(30)}},
		Approval:   &assess.Approval{Policy: assess.Policy{Never: []string{TLS}}},
	})
	if text := text(t, x); !strings.Contains(text,
		`does not count: none may for a member of the group, by "never" of the provider's`) {
		t.Error(text)
	}
}

// The texts are complete where the catalogue cannot name alternatives, and claim none.
func TestExplainWithoutAlternatives(t *testing.T) {
	t.Parallel()
	c := Load(t, Documented("a", Statements{VNet: "no"}))
	x := explainer(t, c, assess.Requirement{Services: []string{"a"}, Controls: []string{VNet}})
	x.Assessment.Requirement.Controls = []string{"gone"}
	got, err := x.Text()
	if err == nil {
		t.Error("want an error")
	}
	if !strings.Contains(got, VNet) || strings.Contains(got, "No other service") {
		t.Error(got)
	}
}

// What no document says of several services is said once, naming all of them, and each service
// is listed with what it lacks besides.
func TestExplainRepeatedGaps(t *testing.T) {
	t.Parallel()
	services := []Service{Documented("z", Statements{VNet: "yes", TLS: "yes", Audit: "yes", Logs: "yes"})}
	ids := []string{"z"}
	for i := range 5 {
		id := fmt.Sprintf("s-%d", i)
		ids = append(ids, id)
		statements := Statements{TLS: "yes", VNet: "yes", Logs: "yes"}
		if i > 2 {
			statements = Statements{TLS: "yes", VNet: "no", Logs: "yes"}
		}
		services = append(services, Documented(id, statements))
	}
	// Of one of them more is to be said.
	services = append(services, Documented("e", Statements{TLS: "yes", VNet: "yes", Logs: "yes"}))
	ids = append(ids, "e")
	r := assess.Requirement{Services: ids, Controls: []string{VNet, TLS, Audit}, Exceptions: []assess.Exception{
		{Service: "e", Control: Audit, Justification: "because", Expires: "2025-01-31"},
	}}
	x := explainer(t, Load(t, services...), r)
	golden.Check(t, "testdata/repeated.golden", text(t, x))
	x.Advised = true
	golden.Check(t, "testdata/advised.golden", text(t, x))
	x.Drafted = "gaps.auto.tfvars"
	golden.Check(t, "testdata/advised_and_drafted.golden", text(t, x))
	x.Advised = false
	golden.Check(t, "testdata/drafted.golden", text(t, x))
}

// Where exceptions count in registers alone, no block for the requirement is shown.
func TestExplainInlineDenied(t *testing.T) {
	t.Parallel()
	c := Load(t, Documented("a", Statements{VNet: "no", TLS: "no", CMK: "Premium"}))
	for name, controls := range map[string][]string{
		"inline_denied": {VNet}, "inline_denied_several": {TLS, VNet}, "inline_denied_evidence": {CMK, VNet},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess.Requirement{
				Services: []string{"a"}, Controls: controls, Workload: "shop-prod",
				Approval: &assess.Approval{Policy: assess.Policy{Inline: assess.Deny, RequireTicket: true, Registers: true}},
			}
			result := Evaluate(t, c, r)
			x := &explain.Explainer{
				Catalog: c, Assessment: result.Assessment, Today: Today, Approval: r.Approval, Uncounted: result.Uncounted,
			}
			got := text(t, x)
			golden.Check(t, "testdata/"+name+".golden", got)
			if strings.Contains(got, "exceptions = [") {
				t.Error("it shows an exception for the requirement")
			}
			x.Uncounted = []assess.Uncounted{{Service: "a", Control: controls[0], File: "board.yaml", Line: 5, Signable: true}}
			if got := text(t, x); len(controls) == 1 && strings.Contains(got, "To be completed") {
				t.Errorf("it shows an entry that is there, and lacks a signature alone:\n%s", got)
			}
			x.Advised = true
			const draft = `draft_register(data.controls_assessment.NAME.assessment, "shop-prod") drafts a register`
			if got := text(t, x); !strings.Contains(got, draft) {
				t.Error(got)
			}
		})
	}
}

// A vault is no jump host: of another category nothing is named, though it would pass.
func TestExplainNamesNoServiceOfAnotherKind(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	r := assess.Requirement{Services: []string{"azure-bastion"}, Controls: []string{"disable-public-network-access"}}
	wanted := r
	wanted.NotApplicable = assess.Deny
	satisfying, err := assess.Satisfying(c, wanted, []string{"azure"}, "2026-11-30")
	if err != nil || !slices.Contains(satisfying, "azure-key-vault") {
		t.Fatalf("Key Vault would not pass, so that this tests nothing: %v, %v", satisfying, err)
	}
	got := text(t, explainer(t, c, r))
	if !strings.Contains(got, "No other service of the same category") || strings.Contains(got, "azure-key-vault") {
		t.Errorf("got %s", got)
	}
}

// What ended in a signed register is not for whoever changes the configuration to renew.
func TestExplain_endedInARegister(t *testing.T) {
	t.Parallel()
	c := Load(t, Documented("a", Statements{VNet: "no"}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{VNet}, Workload: "shop-prod",
		Approval: &assess.Approval{Policy: assess.Policy{Registers: true}, Registers: []assess.Register{{
			RegisterRef: assess.RegisterRef{Digest: "sha256:" + strings.Repeat("0", 64), Issued: "2025-01-01", Name: "board"},
			Workloads:   []string{"shop-*"},
			Exceptions: []assess.RegisterException{{
				Services: []string{"a"}, Controls: []string{VNet}, Justification: "Theirs.", Expires: "2025-01-31",
			}},
		}}},
	}
	got := text(t, &explain.Explainer{Catalog: c, Assessment: Evaluate(t, c, r).Assessment, Today: Today, Approval: r.Approval})
	for _, want := range []string{`its exception in the register "board" ended on 2025-01-31`, "ended renewed in its register."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
