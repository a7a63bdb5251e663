package assess_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// everyOf is a requirement of every documented one of two controls.
func everyOf() assess.Requirement {
	return assess.Requirement{Services: []string{"a"}, EveryDocumentedOf: map[string][]string{"SC-28": {vnet, cmk}}}
}

func TestEvaluateDecidesForEveryDocumentedOf(t *testing.T) {
	t.Parallel()
	premium := []assess.Evidence{evidence(cmk, "Premium")}
	for name, tc := range map[string]struct {
		statements statements
		evidence   []assess.Evidence
		deny       bool
		maxAge     *int64
		exception  assess.Exception
		outcome    assess.Outcome
		reason     assess.Reason
		expired    catalog.Date
		warning    string
	}{
		"every member":                 {statements: statements{vnet: "yes", cmk: "yes"}, outcome: assess.Satisfied},
		"every documented member":      {statements: statements{cmk: "yes"}, outcome: assess.Satisfied},
		"satisfied and not applicable": {statements: statements{vnet: "not_applicable", cmk: "yes"}, outcome: assess.Satisfied},
		"the worst decides": {
			statements: statements{vnet: "yes", cmk: "Premium"}, evidence: premium, outcome: assess.Evidenced,
		},
		"one does not have it": {
			statements: statements{vnet: "no", cmk: "yes"}, outcome: assess.Gap, reason: assess.NotEveryMember,
		},
		"the one documented is planned": {
			statements: statements{vnet: "planned"}, outcome: assess.Gap, reason: assess.NotEveryMember,
		},
		"a condition": {
			statements: statements{vnet: "yes", cmk: "Premium"}, outcome: assess.Gap, reason: assess.NotEveryMember,
		},
		"condition changed": {
			statements: statements{vnet: "yes", cmk: "Premium"}, evidence: []assess.Evidence{evidence(cmk, "Standard")},
			outcome: assess.Gap, reason: assess.NotEveryMember,
		},
		"none documented": {statements: statements{}, outcome: assess.Gap, reason: assess.NoMember},
		"all not applicable": {
			statements: statements{vnet: "not_applicable", cmk: "not_applicable"}, outcome: assess.NotApplicable,
		},
		"all documented not applicable": {statements: statements{vnet: "not_applicable"}, outcome: assess.NotApplicable},
		"not applicable, denied": {
			statements: statements{vnet: "not_applicable"}, deny: true, outcome: assess.Gap, reason: assess.NotEveryMember,
		},
		"one not applicable, denied": {
			statements: statements{vnet: "not_applicable", cmk: "yes"}, deny: true, outcome: assess.Gap,
			reason: assess.NotEveryMember,
		},
		"stale yes": {
			statements: statements{vnet: "yes"}, maxAge: new(int64(1)), outcome: assess.Gap, reason: assess.NotEveryMember,
		},
		"excepted": {
			statements: statements{vnet: "no", cmk: "yes"}, exception: exception("SC-28", "2025-12-31"),
			outcome: assess.Excepted, reason: assess.NotEveryMember,
		},
		"none documented, excepted": {
			exception: exception("SC-28", "2025-12-31"), statements: statements{}, outcome: assess.Excepted,
			reason: assess.NoMember,
		},
		"expired": {
			statements: statements{vnet: "no"}, exception: exception("SC-28", "2025-06-29"), outcome: assess.Gap,
			reason: assess.NotEveryMember, expired: "2025-06-29",
		},
		"exception for a member": {
			statements: statements{vnet: "no"}, exception: exception(vnet, "2025-12-31"), outcome: assess.Gap,
			reason: assess.NotEveryMember, warning: "Exceptions or evidence for what is not required",
		},
		"unused exception": {
			statements: statements{vnet: "yes"}, exception: exception("SC-28", "2025-12-31"), outcome: assess.Satisfied,
			warning: unusedException,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.statements[tls] = "yes" // so that the service has a document
			r := everyOf()
			r.Evidence, r.MaxDocumentAgeDays = tc.evidence, tc.maxAge
			if tc.deny {
				r.NotApplicable = assess.Deny
			}
			if tc.exception.Control != "" {
				r.Exceptions = []assess.Exception{tc.exception}
			}
			result := evaluate(t, load(t, documented("a", tc.statements)), r)
			g := result.Assessment.Services["a"].Groups["SC-28"]
			if g.Outcome != tc.outcome || g.Reason != tc.reason || g.ExceptionExpired != tc.expired || len(g.Controls) != 2 {
				t.Errorf(
					"got %s %q %q with %d members, want %s %q %q with 2",
					g.Outcome, g.Reason, g.ExceptionExpired, len(g.Controls), tc.outcome, tc.reason, tc.expired,
				)
			}
			if got := result.Assessment.Compliant; got != (tc.outcome != assess.Gap) {
				t.Errorf("compliant %t", got)
			}
			warning := ""
			for _, w := range result.Warnings {
				warning += w.Summary
			}
			if warning != tc.warning {
				t.Errorf("warnings %q want %q", warning, tc.warning)
			}
			encode(t, result.Assessment)
		})
	}
}

// A newer document that speaks of one more member makes a gap of what passed: what a document
// says counts as soon as there is one.
func TestEvaluateEveryDocumentedOf_asOf(t *testing.T) {
	t.Parallel()
	c := load(t, service{ID: "a", Documents: map[catalog.Date]statements{
		"2022-01-01": {cmk: "yes"}, "2024-01-01": {vnet: "no", cmk: "yes"},
	}})
	for asOf, want := range map[catalog.Date]assess.Outcome{"2023-01-01": assess.Satisfied, "": assess.Gap} {
		r := everyOf()
		r.AsOf = asOf
		if got := evaluate(t, c, r).Assessment.Services["a"].Groups["SC-28"].Outcome; got != want {
			t.Errorf("as of %q: %s, want %s", asOf, got, want)
		}
	}
}

func TestEvaluateEveryDocumentedOf_never(t *testing.T) {
	t.Parallel()
	r := everyOf()
	r.Exceptions = []assess.Exception{exception("SC-28", "2025-12-31")}
	r.Approval = &assess.Approval{Policy: assess.Policy{Never: []string{cmk}}}
	a := evaluate(t, load(t, documented("a", statements{vnet: "no"})), r).Assessment
	if got := a.Services["a"].Groups["SC-28"].Outcome; got != assess.Gap {
		t.Errorf("a group with a member for which no exception counts is %s", got)
	}
}

func TestSatisfyingEveryDocumentedOf(t *testing.T) {
	t.Parallel()
	c := load(t,
		documented("a", statements{vnet: "no", cmk: "yes"}), documented("b", statements{vnet: "yes"}),
		documented("c", statements{tls: "yes"}), documented("d", statements{cmk: "Premium"}),
	)
	got, err := assess.Satisfying(c, everyOf(), nil, today)
	if err != nil || !slices.Equal(got, []string{"b"}) {
		t.Errorf("got %q, %v, want b alone", got, err)
	}
}

// A gap is certain unless what is open could close it, and under every_documented_of that takes
// all that does not pass.
func TestCertainOfEveryDocumentedOf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		statements statements
		open       assess.Open
		covered    bool
	}{
		"more members, one fails":         {statements{vnet: "no"}, assess.Open{Groups: map[string]bool{"SC-28": true}}, false},
		"more members, none documented":   {statements{tls: "yes"}, assess.Open{Groups: map[string]bool{"SC-28": true}}, true},
		"more members of another":         {statements{tls: "yes"}, assess.Open{Groups: map[string]bool{"SC-8": true}}, false},
		"evidence for the one that fails": {statements{vnet: "P", cmk: "yes"}, assess.Open{Evidence: []assess.Pattern{{}}}, true},
		"evidence for both":               {statements{vnet: "P", cmk: "P"}, assess.Open{Evidence: []assess.Pattern{{}}}, true},
		"evidence for one of two": {
			statements{vnet: "P", cmk: "P"}, assess.Open{Evidence: []assess.Pattern{{Control: cmk}}}, false,
		},
		"evidence beside one that it does not help": {
			statements{vnet: "no", cmk: "P"}, assess.Open{Evidence: []assess.Pattern{{}}}, false,
		},
		"evidence where none is documented": {statements{tls: "yes"}, assess.Open{Evidence: []assess.Pattern{{}}}, false},
		"the configuration":                 {statements{vnet: "P", cmk: "P"}, assess.Open{Configuration: true}, true},
		"an exception": {
			statements{vnet: "no"}, assess.Open{Exceptions: []assess.Pattern{{Control: "SC-28"}}}, true,
		},
		"an exception for a member": {
			statements{vnet: "no"}, assess.Open{Exceptions: []assess.Pattern{{Control: vnet}}}, false,
		},
		"as_of": {statements{vnet: "no"}, assess.Open{AsOf: true}, true},
	} {
		r := everyOf()
		r.Open = tc.open
		certain := tc.open.Certain(evaluate(t, load(t, documented("a", tc.statements)), r).Assessment)
		if got := len(certain.Gaps()) == 0; got != tc.covered {
			t.Errorf("%s: may be covered %t, want %t", name, got, tc.covered)
		}
	}
}

// oracle decides by what was written down for one service, not by the code under test.
type oracle struct {
	statements    statements
	states        map[string]string // settings, by control
	answered      map[string]string // condition of the evidence, by control
	deny, enabled bool
	stale         bool
}

// outcome is what becomes of a control: the word for it, "" for a gap, "-" for undocumented.
func (o oracle) outcome(control string) string {
	text, said := o.statements[control]
	text, byDefault := strings.CutPrefix(text, assesstest.ByDefault)
	conditional := !slices.Contains([]string{"yes", "no", "planned", "not_applicable"}, text)
	state, answer := o.states[control], o.answered[control]
	word := "satisfied"
	switch {
	case !said:
		return "-"
	case o.stale, text == "no", text == "planned", text == "not_applicable" && o.deny:
		return ""
	case text == "not_applicable":
		return "not_applicable"
	case conditional && answer != text:
		return ""
	case conditional:
		word = "evidenced"
	}
	switch {
	case !o.enabled:
		return word
	case state == "off":
		return ""
	case answer == assess.SwitchedOn:
		return "evidenced"
	case state == "on":
		return "configured"
	case state == "unknown" || !byDefault:
		return ""
	}
	return word
}

// draw chooses what is documented of a control, answered and shown.
func (o oracle) draw(control string, pick func(...string) string) {
	text := pick("", "", "yes", "yes", "yes", "no", "planned", "not_applicable", "Premium", "Premium")
	if text == "" {
		return
	}
	answer := pick("", "", "Premium", "Standard", assess.SwitchedOn)
	if text == "yes" || text == "Premium" {
		text = pick("", assesstest.ByDefault) + text
	}
	o.statements[control], o.answered[control] = text, answer
	if state := pick("", "", "on", "on", "off", "unknown"); state != "" {
		o.states[control] = state
	}
}

// group is what becomes of a group.
func (o oracle) group(every bool, members []string) string {
	count := map[string]int{}
	for _, m := range members {
		count[o.outcome(m)]++
	}
	documented := len(members) - count["-"]
	order := []string{"satisfied", "configured", "evidenced"}
	if every {
		slices.Reverse(order)
	}
	passing := order[slices.IndexFunc(append(order, ""), func(w string) bool { return count[w] > 0 || w == "" })%len(order)]
	switch {
	case documented == 0, every && count[""] > 0:
		return "gap"
	case documented == count["not_applicable"]:
		return "not_applicable"
	case count[passing] == 0:
		return "gap"
	}
	return passing
}

// TestEvaluateGroupsAgainstAnOracle decides for groups of many services of which anything is
// documented, shown and switched on, under both rules and all settings.
func TestEvaluateGroupsAgainstAnOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(16, 0))
	members := []string{vnet, cmk, tls, audit}
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	base := assess.Requirement{
		Controls: nil, AnyOf: map[string][]string{"one": members}, EveryDocumentedOf: map[string][]string{"every": members},
	}
	d := assesstest.Shown(nil)
	d.Services["a"], d.Settings["a"] = nil, nil
	oracles := map[string]oracle{}
	var services []service
	for i := range 400 {
		id := fmt.Sprintf("s%03d", i)
		o := oracle{statements: statements{local: "no"}, states: map[string]string{}, answered: map[string]string{}}
		for _, control := range members {
			o.draw(control, pick)
			if answer := o.answered[control]; answer != "" {
				ev := evidence(control, answer)
				ev.Service = id
				base.Evidence = append(base.Evidence, ev)
			}
		}
		shown := assesstest.Shown(o.states)
		d.Services[id], d.Settings[id] = shown.Services["a"], shown.Settings["a"]
		oracles[id] = o
		base.Services = append(base.Services, id)
		services = append(services, documented(id, o.statements))
	}
	delete(d.Services, "a")
	delete(d.Settings, "a")
	c := load(t, services...)
	seen := map[string]int{}
	for variant := range 8 {
		deny, enabled, stale := variant&1 > 0, variant&2 > 0, variant&4 > 0
		r := base
		r.Configuration = d
		if deny {
			r.NotApplicable = assess.Deny
		}
		if enabled {
			r.MustBe = assess.MustBeEnabled
		}
		if stale {
			r.MaxDocumentAgeDays = new(int64(30))
		}
		a := evaluate(t, c, r).Assessment
		encode(t, a)
		for _, id := range slices.Sorted(maps.Keys(oracles)) {
			o := oracles[id]
			o.deny, o.enabled, o.stale = deny, enabled, stale
			want := map[string]string{"one": o.group(false, members), "every": o.group(true, members)}
			got := map[string]string{}
			for name, g := range a.Services[id].Groups {
				got[name] = string(g.Outcome)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %v %v %v, deny %t, enabled %t, stale %t (-want +got):\n%s", id, o.statements, o.states, o.answered,
					deny, enabled, stale, diff)
			}
			seen["one "+want["one"]]++
			seen["every "+want["every"]]++
		}
	}
	for _, rule := range []string{"one ", "every "} {
		for _, outcome := range []string{"gap", "satisfied", "configured", "evidenced", "not_applicable"} {
			if seen[rule+outcome] == 0 {
				t.Errorf("%s%s never occurs", rule, outcome)
			}
		}
	}
}
