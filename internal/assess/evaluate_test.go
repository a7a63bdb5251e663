package assess_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// one is what becomes of one control of the service "a".
type one struct {
	statement string // of the control; "" for no statement
	published catalog.Date
	evidence  []string // conditions
	deny      bool     // not_applicable
	maxAge    *int64
	asOf      catalog.Date
	exception catalog.Date // its last day
	want      assess.Finding
	warning   string // its summary
}

func (o one) assess(t *testing.T, control string, adverse bool) *assess.Result {
	t.Helper()
	published := o.published
	if published == "" {
		published = "2024-06-30"
	}
	// A statement about another control, so that the service has a document.
	all := statements{tls: "yes"}
	if o.statement != "" {
		all[control] = o.statement
	}
	c := load(t, service{ID: "a", Documents: map[catalog.Date]statements{published: all}})
	r := assess.Requirement{Services: []string{"a"}, AsOf: o.asOf, MaxDocumentAgeDays: o.maxAge}
	if adverse {
		r.Avoid = []string{control}
	} else {
		r.Controls = []string{control}
	}
	if o.deny {
		r.NotApplicable = assess.Deny
	}
	for _, condition := range o.evidence {
		r.Evidence = append(r.Evidence, evidence(control, condition))
	}
	if o.exception != "" {
		r.Exceptions = []assess.Exception{exception(control, o.exception)}
	}
	return evaluate(t, c, r)
}

func (o one) check(t *testing.T, control string, adverse bool) {
	t.Helper()
	result := o.assess(t, control, adverse)
	a := result.Assessment
	got := a.Services["a"].Controls[control]
	want := o.want
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	passes := want.Outcome != assess.Gap
	if a.Compliant != passes || a.Services["a"].Compliant != passes || (len(a.Gaps()) == 0) != passes {
		t.Errorf("outcome %s: compliant %t, of the service %t, gaps %q", want.Outcome, a.Compliant, a.Services["a"].Compliant,
			a.Gaps())
	}
	documented := got.Reason != assess.Undocumented
	if (a.Services["a"].Document != "") != documented || (len(a.Documents) == 1) != documented {
		t.Errorf("documented %t: document %q, documents %v", documented, a.Services["a"].Document, a.Documents)
	}
	var summaries []string
	for _, w := range result.Warnings {
		summaries = append(summaries, w.Summary)
	}
	switch {
	case o.warning == "" && len(summaries) > 0, o.warning != "" && (len(summaries) != 1 || summaries[0] != o.warning):
		t.Errorf("warnings %q, want %q", summaries, o.warning)
	}
	encode(t, a)
}

const (
	unusedEvidence  = "Unused evidence"
	unusedException = "Unused exception"
	endsSoon        = "Exception ends soon"
)

// The rows of the table in the design, in its order.
func TestEvaluateDecidesForAControl(t *testing.T) {
	t.Parallel()
	year := new(int64(365)) // the document of one is exactly that old
	tooOld := new(int64(364))
	gap := func(reason assess.Reason, status catalog.Status) assess.Finding {
		return assess.Finding{Outcome: assess.Gap, Reason: reason, Status: status}
	}
	conditional := func(outcome assess.Outcome, reason assess.Reason) assess.Finding {
		return assess.Finding{Outcome: outcome, Reason: reason, Status: catalog.StatusConditional, Condition: "Premium tier only"}
	}
	for name, tc := range map[string]one{
		"no statement": {want: assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented}},
		"no statement, evidence": {
			evidence: []string{"Premium tier only"}, want: assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented},
			warning: unusedEvidence,
		},
		"no document at as_of": {
			statement: "yes", asOf: "2024-06-29", want: assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented},
		},
		"document of the day of as_of": {statement: "yes", asOf: "2024-06-30", want: assess.Finding{Outcome: assess.Satisfied}},
		"no statement, any age":        {maxAge: tooOld, want: assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented}},
		"stale yes":                    {statement: "yes", maxAge: tooOld, want: gap(assess.Stale, catalog.StatusYes)},
		"stale, by the clock not by as_of": {
			statement: "yes", maxAge: tooOld, asOf: "2024-06-30", want: gap(assess.Stale, catalog.StatusYes),
		},
		"stale no": {statement: "no", maxAge: tooOld, want: gap(assess.Stale, catalog.StatusNo)},
		"stale not applicable": {
			statement: "not_applicable", maxAge: tooOld, deny: true, want: gap(assess.Stale, catalog.StatusNotApplicable),
		},
		"stale conditional": {
			statement: "Premium tier only", maxAge: tooOld, want: conditional(assess.Gap, assess.Stale),
		},
		"stale conditional, evidence": {
			statement: "Premium tier only", maxAge: tooOld, evidence: []string{"Premium tier only"},
			want: conditional(assess.Gap, assess.Stale),
		},
		"age zero, document of yesterday": {
			statement: "yes", published: "2025-06-29", maxAge: new(int64(0)), want: gap(assess.Stale, catalog.StatusYes),
		},
		"age zero, document of today": {
			statement: "yes", published: today, maxAge: new(int64(0)), want: assess.Finding{Outcome: assess.Satisfied},
		},
		"yes":                             {statement: "yes", want: assess.Finding{Outcome: assess.Satisfied}},
		"yes, on the last day of its age": {statement: "yes", maxAge: year, want: assess.Finding{Outcome: assess.Satisfied}},
		"yes, evidence": {
			statement: "yes", evidence: []string{"Premium tier only"}, want: assess.Finding{Outcome: assess.Satisfied},
			warning: unusedEvidence,
		},
		"conditional, evidence": {
			statement: "Premium tier only", evidence: []string{"Premium tier only"}, want: conditional(assess.Evidenced, ""),
		},
		"conditional, two, one right": {
			statement: "Premium tier only", evidence: []string{"Standard tier", "Premium tier only"},
			want: conditional(assess.Evidenced, ""), warning: unusedEvidence,
		},
		"conditional, other evidence": {
			statement: "Premium tier only", evidence: []string{"Standard tier"},
			want: conditional(assess.Gap, assess.ConditionChanged),
		},
		"conditional, other case": {
			statement: "Premium tier only", evidence: []string{"premium tier only"},
			want: conditional(assess.Gap, assess.ConditionChanged),
		},
		"conditional, switched off": {
			statement: "Premium tier only", evidence: []string{assess.SwitchedOff},
			want: conditional(assess.Gap, assess.ConditionChanged),
		},
		"conditional":    {statement: "Premium tier only", want: conditional(assess.Gap, assess.ConditionOpen)},
		"not applicable": {statement: "not_applicable", want: assess.Finding{Outcome: assess.NotApplicable}},
		"not applicable, denied": {
			statement: "not_applicable", deny: true, want: gap(assess.NotApplicableDenied, catalog.StatusNotApplicable),
		},
		"no": {statement: "no", want: gap(assess.Unsupported, catalog.StatusNo)},
		"planned": {
			statement: "planned",
			want:      assess.Finding{Outcome: assess.Gap, Reason: assess.Unsupported, Status: catalog.StatusNo, Planned: true},
		},
		"no, evidence": {
			statement: "no", evidence: []string{"Premium tier only"}, want: gap(assess.Unsupported, catalog.StatusNo),
			warning: unusedEvidence,
		},

		"excepted": {
			statement: "no", exception: "2025-12-31",
			want: assess.Finding{Outcome: assess.Excepted, Reason: assess.Unsupported, Status: catalog.StatusNo},
		},
		"excepted on the last day": {
			statement: "no", exception: today,
			want:    assess.Finding{Outcome: assess.Excepted, Reason: assess.Unsupported, Status: catalog.StatusNo},
			warning: endsSoon,
		},
		"excepted for 30 days": {
			statement: "no", exception: "2025-07-30",
			want:    assess.Finding{Outcome: assess.Excepted, Reason: assess.Unsupported, Status: catalog.StatusNo},
			warning: endsSoon,
		},
		"excepted for 31 days": {
			statement: "no", exception: "2025-07-31",
			want: assess.Finding{Outcome: assess.Excepted, Reason: assess.Unsupported, Status: catalog.StatusNo},
		},
		"excepted until yesterday": {
			statement: "no", exception: "2025-06-29",
			want: assess.Finding{
				Outcome: assess.Gap, Reason: assess.Unsupported, Status: catalog.StatusNo, ExceptionExpired: "2025-06-29",
			},
		},
		"excepted, undocumented": {
			exception: "2025-12-31", want: assess.Finding{Outcome: assess.Excepted, Reason: assess.Undocumented},
		},
		"excepted, stale": {
			statement: "yes", maxAge: tooOld, exception: "2025-12-31",
			want: assess.Finding{Outcome: assess.Excepted, Reason: assess.Stale, Status: catalog.StatusYes},
		},
		"excepted, condition open": {
			statement: "Premium tier only", exception: "2025-12-31", want: conditional(assess.Excepted, assess.ConditionOpen),
		},
		"excepted, condition changed": {
			statement: "Premium tier only", evidence: []string{"Standard tier"}, exception: "2025-12-31",
			want: conditional(assess.Excepted, assess.ConditionChanged), warning: unusedEvidence,
		},
		"excepted, not applicable": {
			statement: "not_applicable", deny: true, exception: "2025-12-31",
			want: assess.Finding{
				Outcome: assess.Excepted, Reason: assess.NotApplicableDenied,
				Status: catalog.StatusNotApplicable,
			},
		},
		"unused exception": {
			statement: "yes", exception: "2025-12-31", want: assess.Finding{Outcome: assess.Satisfied}, warning: unusedException,
		},
		"unused, and expired": {
			statement: "yes", exception: "2025-01-01", want: assess.Finding{Outcome: assess.Satisfied}, warning: unusedException,
		},
		"unused, not applicable": {
			statement: "not_applicable", exception: "2025-12-31", want: assess.Finding{Outcome: assess.NotApplicable},
			warning: unusedException,
		},
		"evidence before exception": {
			statement: "Premium tier only", evidence: []string{"Premium tier only"}, exception: "2025-12-31",
			want: conditional(assess.Evidenced, ""), warning: unusedException,
		},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, vnet, false) })
	}
}

func TestEvaluateDecidesForAnAdverseControl(t *testing.T) {
	t.Parallel()
	tooOld := new(int64(364))
	finding := func(outcome assess.Outcome, reason assess.Reason, status catalog.Status) assess.Finding {
		return assess.Finding{Outcome: outcome, Reason: reason, Status: status}
	}
	conditional := func(outcome assess.Outcome, reason assess.Reason) assess.Finding {
		return assess.Finding{Outcome: outcome, Reason: reason, Status: catalog.StatusConditional, Condition: "Basic tier"}
	}
	off := []string{assess.SwitchedOff}
	for name, tc := range map[string]one{
		"no statement": {want: assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented}},
		"no statement, switched off": {
			evidence: off, want: assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented}, warning: unusedEvidence,
		},
		"stale no": {statement: "no", maxAge: tooOld, want: finding(assess.Gap, assess.Stale, catalog.StatusNo)},
		"stale yes, switched off": {
			statement: "yes", maxAge: tooOld, evidence: off, want: finding(assess.Gap, assess.Stale, catalog.StatusYes),
		},
		"no": {statement: "no", want: finding(assess.Satisfied, "", catalog.StatusNo)},
		"planned": {
			statement: "planned", want: assess.Finding{Outcome: assess.Satisfied, Status: catalog.StatusNo, Planned: true},
		},
		"no, switched off": {
			statement: "no", evidence: off, want: finding(assess.Satisfied, "", catalog.StatusNo), warning: unusedEvidence,
		},
		"not applicable": {statement: "not_applicable", want: finding(assess.Satisfied, "", catalog.StatusNotApplicable)},
		"not applicable, denied": {
			statement: "not_applicable", deny: true, want: finding(assess.Satisfied, "", catalog.StatusNotApplicable),
		},
		"yes":               {statement: "yes", want: finding(assess.Gap, assess.Present, catalog.StatusYes)},
		"yes, switched off": {statement: "yes", evidence: off, want: finding(assess.Evidenced, "", catalog.StatusYes)},
		"yes, other evidence": {
			statement: "yes", evidence: []string{"off"}, want: finding(assess.Gap, assess.Present, catalog.StatusYes),
			warning: unusedEvidence,
		},
		"conditional":               {statement: "Basic tier", want: conditional(assess.Gap, assess.Present)},
		"conditional, switched off": {statement: "Basic tier", evidence: off, want: conditional(assess.Evidenced, "")},
		"conditional, the condition": {
			statement: "Basic tier", evidence: []string{"Basic tier"}, want: conditional(assess.Gap, assess.Present),
			warning: unusedEvidence,
		},
		"excepted": {
			statement: "yes", exception: "2025-12-31", want: finding(assess.Excepted, assess.Present, catalog.StatusYes),
		},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, local, true) })
	}
}

func TestEvaluateTakesTheNewestStatement(t *testing.T) {
	t.Parallel()
	c := load(t, service{ID: "a", Documents: map[catalog.Date]statements{
		"2020-01-01": {vnet: "no", tls: "yes", cmk: "yes"},
		"2022-01-01": {vnet: "yes", tls: "no"},
	}})
	for asOf, want := range map[catalog.Date]map[string]assess.Outcome{
		"":           {vnet: assess.Satisfied, tls: assess.Gap, cmk: assess.Satisfied},
		"2021-12-31": {vnet: assess.Gap, tls: assess.Satisfied, cmk: assess.Satisfied},
		"2019-12-31": {vnet: assess.Gap, tls: assess.Gap, cmk: assess.Gap},
	} {
		a := evaluate(t, c, assess.Requirement{
			Services: []string{"a"}, Controls: []string{vnet, tls, cmk},
			AsOf: asOf,
		}).Assessment
		for control, outcome := range want {
			if got := a.Services["a"].Controls[control].Outcome; got != outcome {
				t.Errorf("as of %q, %s: got %s want %s", asOf, control, got, outcome)
			}
		}
		encode(t, a)
	}
	// The findings that rest on another document than most name it.
	s := evaluate(t, c, assess.Requirement{Services: []string{"a"}, Controls: []string{vnet, tls, cmk}}).Assessment.Services["a"]
	if s.Document != "a-2022-01-01" || s.Controls[vnet].Document != "" || s.Controls[cmk].Document != "a-2020-01-01" {
		t.Errorf("documents: service %q, vnet %q, cmk %q", s.Document, s.Controls[vnet].Document, s.Controls[cmk].Document)
	}
}

func TestEvaluateDecidesForAGroup(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		statements statements
		evidence   []assess.Evidence
		deny       bool
		maxAge     *int64
		exception  catalog.Date
		outcome    assess.Outcome
		reason     assess.Reason
		expired    catalog.Date
		warning    string
	}{
		"a member satisfied":           {statements: statements{vnet: "no", cmk: "yes"}, outcome: assess.Satisfied},
		"satisfied and undocumented":   {statements: statements{cmk: "yes"}, outcome: assess.Satisfied},
		"satisfied and not applicable": {statements: statements{vnet: "not_applicable", cmk: "yes"}, outcome: assess.Satisfied},
		"a member evidenced": {
			statements: statements{vnet: "no", cmk: "Premium"}, evidence: []assess.Evidence{evidence(cmk, "Premium")},
			outcome: assess.Evidenced,
		},
		"satisfied before evidenced": {
			statements: statements{vnet: "yes", cmk: "Premium"}, evidence: []assess.Evidence{evidence(cmk, "Premium")},
			outcome: assess.Satisfied,
		},
		"evidenced and not applicable": {
			statements: statements{vnet: "not_applicable", cmk: "Premium"}, evidence: []assess.Evidence{evidence(cmk, "Premium")},
			outcome: assess.Evidenced,
		},
		"all not applicable": {
			statements: statements{vnet: "not_applicable", cmk: "not_applicable"}, outcome: assess.NotApplicable,
		},
		"all documented not applicable": {statements: statements{vnet: "not_applicable"}, outcome: assess.NotApplicable},
		"not applicable and no": {
			statements: statements{vnet: "not_applicable", cmk: "no"}, outcome: assess.Gap, reason: assess.NoMember,
		},
		"not applicable and a condition": {
			statements: statements{vnet: "not_applicable", cmk: "Premium"}, outcome: assess.Gap, reason: assess.NoMember,
		},
		"all not applicable, denied": {
			statements: statements{vnet: "not_applicable", cmk: "not_applicable"}, deny: true, outcome: assess.Gap,
			reason: assess.NotApplicableDenied,
		},
		"one not applicable, denied": {
			statements: statements{vnet: "not_applicable"}, deny: true, outcome: assess.Gap, reason: assess.NotApplicableDenied,
		},
		"denied and no": {
			statements: statements{vnet: "not_applicable", cmk: "no"}, deny: true, outcome: assess.Gap, reason: assess.NoMember,
		},
		"stale not applicable": {
			statements: statements{vnet: "not_applicable"}, maxAge: new(int64(1)), outcome: assess.Gap, reason: assess.NoMember,
		},
		"stale yes": {
			statements: statements{vnet: "yes"}, maxAge: new(int64(1)), outcome: assess.Gap, reason: assess.NoMember,
		},
		"none": {
			statements: statements{vnet: "no", cmk: "planned"}, outcome: assess.Gap, reason: assess.NoMember,
		},
		"none documented": {statements: statements{}, outcome: assess.Gap, reason: assess.NoMember},
		"condition changed": {
			statements: statements{cmk: "Premium"}, evidence: []assess.Evidence{evidence(cmk, "Standard")}, outcome: assess.Gap,
			reason: assess.NoMember,
		},
		"condition changed, none the wiser": {
			statements: statements{vnet: "yes", cmk: "Premium"}, evidence: []assess.Evidence{evidence(cmk, "Standard")},
			outcome: assess.Satisfied, warning: unusedEvidence,
		},
		"excepted": {
			statements: statements{vnet: "no"}, exception: "2025-12-31", outcome: assess.Excepted, reason: assess.NoMember,
		},
		"expired": {
			statements: statements{vnet: "no"}, exception: "2025-06-29", outcome: assess.Gap, reason: assess.NoMember,
			expired: "2025-06-29",
		},
		"unused exception": {
			statements: statements{vnet: "yes"}, exception: "2025-12-31", outcome: assess.Satisfied, warning: unusedException,
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.statements[tls] = "yes" // so that the service has a document
			r := assess.Requirement{
				Services:           []string{"a"},
				AnyOf:              map[string][]string{"SC-28": {vnet, cmk}},
				Evidence:           tc.evidence,
				MaxDocumentAgeDays: tc.maxAge,
			}
			if tc.deny {
				r.NotApplicable = assess.Deny
			}
			if tc.exception != "" {
				r.Exceptions = []assess.Exception{exception("SC-28", tc.exception)}
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

// A group does not bear the name of a control, not even of its member: what a register accepts
// for the control would be accepted for all that somebody puts into the group.
func TestEvaluateGroupNamedLikeItsMember(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{cmk: "no", vnet: "no"}))
	for name, members := range map[string][]string{"its member": {cmk, vnet}, "another": {vnet}} {
		r := assess.Requirement{Services: []string{"a"}, AnyOf: map[string][]string{cmk: members}, Workload: "shop-prod"}
		r.Approval = book(assess.Policy{}, registerOf("r", "2025-06-01", nil, accept("2025-12-31", cmk)))
		_, err := assess.Evaluate(c, r, today)
		errs := inputErrors(t, err)
		if len(errs) != 1 || errs[0].Summary != "Group named like a control" || errs[0].Key != cmk {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestEvaluateRetiredService(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		onRetired string
		retiredOn catalog.Date
		gap       bool
		warned    bool
	}{
		"default":                  {"", "2021-02-17", false, true},
		"warn":                     {assess.Warn, "2021-02-17", false, true},
		"deny":                     {assess.Deny, "2021-02-17", true, false},
		"allow":                    {assess.Allow, "2021-02-17", false, false},
		"deny, retired today":      {assess.Deny, today, true, false},
		"deny, retiring tomorrow":  {assess.Deny, "2025-07-01", false, true},
		"warn, retiring":           {assess.Warn, "2027-01-01", false, true},
		"allow, retiring":          {assess.Allow, "2027-01-01", false, false},
		"deny, a life without end": {assess.Deny, "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := documented("a", statements{vnet: "yes"})
			s.RetiredOn, s.Successor = tc.retiredOn, "Service b"
			result := evaluate(t, load(t, s), assess.Requirement{
				Services: []string{"a"}, Controls: []string{vnet}, OnRetired: tc.onRetired, AsOf: "2024-06-30",
			})
			a := result.Assessment
			if a.Compliant == tc.gap || len(a.Gaps()) == 1 != tc.gap {
				t.Errorf("compliant %t, gaps %q", a.Compliant, a.Gaps())
			}
			if (len(result.Warnings) == 1) != tc.warned {
				t.Errorf("warnings %v", result.Warnings)
			}
			l := a.Services["a"].Lifecycle
			if (l != nil) != (tc.retiredOn != "") || l != nil && (l.RetiredOn != tc.retiredOn || l.Successor != "Service b") {
				t.Errorf("lifecycle %+v", l)
			}
			encode(t, a)
		})
	}
}

func TestEvaluateNoExceptionCoversRetirement(t *testing.T) {
	t.Parallel()
	s := documented("a", statements{vnet: "no"})
	s.RetiredOn = "2021-02-17"
	c := load(t, s)
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet}, OnRetired: assess.Deny,
		Exceptions: []assess.Exception{exception(vnet, "2025-12-31")},
	}
	if got := evaluate(t, c, r).Assessment.Gaps(); len(got) != 1 || got[0] != "a/lifecycle" {
		t.Errorf("gaps %q", got)
	}
	r.Exceptions = append(r.Exceptions, exception("lifecycle", "2025-12-31"))
	if _, err := assess.Evaluate(c, r, today); err == nil {
		t.Error("an exception for the retirement was accepted")
	}
}

// A status that this version does not know shows neither that a control is there nor that
// an adverse one is not.
func TestEvaluateUnknownStatus(t *testing.T) {
	t.Parallel()
	c := catalog.New(&catalog.Layer{
		Definitions: []*catalog.Definition{
			{ID: vnet, Title: "V", Polarity: catalog.PolarityDesired}, {ID: local, Title: "L", Polarity: catalog.PolarityAdverse},
		},
		Services: []*catalog.Service{{
			Summary: catalog.Summary{ID: "a", Name: "A", Cloud: "azure"},
			Documents: []*catalog.Document{{
				ID: "d", Title: "D", Published: "2024-06-30",
				Statements: []*catalog.Statement{{Control: vnet, Status: "perhaps"}, {Control: local, Status: "perhaps"}},
			}},
		}},
	})
	a := evaluate(t, c, assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet}, Avoid: []string{local}, Enforcement: assess.EnforcementWarn,
	}).Assessment
	if diff := cmp.Diff([]string{"a/" + local, "a/" + vnet}, a.Gaps()); diff != "" {
		t.Error(diff)
	}
}

// What cannot be read is no assessment of nothing.
func TestEvaluateOfABrokenCatalog(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	c := catalog.New(&catalog.Layer{
		Definitions: []*catalog.Definition{{ID: vnet, Title: "V"}},
		Mappings:    func() ([]catalog.Mapping, error) { return nil, broken },
		Lazy: []catalog.LazyService{{
			Summary: &catalog.Summary{ID: "a", Name: "A", Cloud: "azure"},
			Load:    func() (*catalog.Service, error) { return nil, broken },
		}},
	})
	r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}}
	if _, err := assess.Evaluate(c, r, today); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	// Nor is a name known that only the mappings could tell.
	r.Exceptions = []assess.Exception{exception("SC-7", "2026-12-31")}
	_, err := assess.Evaluate(c, r, today)
	if got := inputErrors(t, err); len(got) != 1 || got[0].Summary != "Unknown control" {
		t.Errorf("got %v", err)
	}
}

func TestEvaluateRefusesOneIDForTwoDocuments(t *testing.T) {
	t.Parallel()
	first, second := t.TempDir()+"/1.yaml", t.TempDir()+"/2.yaml"
	assesstest.WriteFile(t, first, assesstest.Write(documented("a", statements{vnet: "yes"})))
	text := assesstest.Write(service{ID: "b", Documents: map[catalog.Date]statements{"2024-06-30": {vnet: "yes"}}})
	assesstest.WriteFile(t, second, replace(text, "id: b-2024-06-30", "id: a-2024-06-30"))
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: first}, {Path: second}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := assess.Evaluate(c, assess.Requirement{Services: []string{"a", "b"}, Controls: []string{vnet}},
		today); err == nil {
		t.Error("want an error: a citation would be wrong")
	}
}
