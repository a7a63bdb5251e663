package explain_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	. "github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// TestFinding_Clause has every reason, and none.
func TestFinding_Clause(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{MaxDocumentAgeDays: new(int64(365))}
	premium := explain.Finding{Status: catalog.StatusConditional, Condition: "Premium tier", Requirement: r}
	as := func(f explain.Finding, reason assess.Reason) explain.Finding {
		f.Reason = reason
		return f
	}
	Documented := func(status catalog.Status, reason assess.Reason) explain.Finding {
		return explain.Finding{Status: status, Reason: reason, Requirement: r}
	}
	changed, undated := as(premium, assess.ConditionChanged), as(premium, assess.Stale)
	changed.Answered = []string{"Standard tier", "any tier"}
	undated.AgeDays = -1
	old := Documented(catalog.StatusYes, assess.Stale)
	old.AgeDays = 400
	planned := Documented(catalog.StatusNo, assess.Unsupported)
	planned.Planned = true
	earlier := Documented("", assess.Undocumented)
	earlier.Requirement.AsOf = "2024-12-31"
	for _, c := range []struct {
		finding explain.Finding
		want    string
	}{
		{Documented(catalog.StatusYes, ""), `documented as "Yes"`},
		{Documented("", assess.Undocumented), `not documented`},
		{earlier, `not documented as of 2024-12-31`},
		{Documented(catalog.StatusNo, assess.Unsupported), `documented as "No"`},
		{planned, `documented as "No" (support is planned)`},
		{
			Documented(catalog.StatusNotApplicable, assess.NotApplicableDenied),
			`documented as "N/A", which does not count (not_applicable = "deny")`,
		},
		{Documented(catalog.StatusYes, assess.Present), `documented as "Yes", but the requirement avoids it`},
		{premium, `documented as "Yes", on the condition "Premium tier"`},
		{as(premium, assess.ConditionOpen), `documented as "Yes", on the condition "Premium tier", without evidence that it ` +
			`is met`},
		{
			changed,
			`documented as "Yes", on the condition "Premium tier"; the evidence answers another, "Standard tier" and "any tier"`,
		},
		{
			undated,
			`documented as "Yes", on the condition "Premium tier", by a document older than the 365 days that the ` +
				`requirement accepts`,
		},
		{old, `documented as "Yes", by a document of 400 days, which is older than the 365 days that the requirement accepts`},
	} {
		if diff := cmp.Diff(c.want, c.finding.Clause()); diff != "" {
			t.Errorf("differs (-want +got):\n%s", diff)
		}
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	yes, no := assess.Finding{Outcome: assess.Satisfied}, assess.Finding{Outcome: assess.Gap, Reason: assess.Unsupported}
	not := assess.Finding{Outcome: assess.NotApplicable}
	silent := assess.Finding{Outcome: assess.Gap, Reason: assess.Undocumented}
	every := assess.RuleEveryDocumentedOf
	for _, c := range []struct {
		rule    assess.GroupRule
		members []assess.Finding
		want    string
	}{
		{assess.RuleAnyOf, []assess.Finding{no}, "its one control does not pass"},
		{assess.RuleAnyOf, []assess.Finding{no, silent, no}, "none of its 3 controls passes"},
		{assess.RuleAnyOf, []assess.Finding{no, yes, silent}, "supported by at least one of its controls"},
		{assess.RuleAnyOf, []assess.Finding{not, silent}, "none of its controls applies"},
		{every, []assess.Finding{silent}, "no document of the service speaks of its one control"},
		{every, []assess.Finding{silent, silent}, "no document of the service speaks of any of its 2 controls"},
		{every, []assess.Finding{no}, "its one documented control does not pass"},
		{every, []assess.Finding{no, silent, yes, silent}, "one of its 2 documented controls does not pass; " +
			"no document of the service speaks of b, d"},
		{every, []assess.Finding{no, yes, no}, "2 of its 3 documented controls do not pass"},
		{every, []assess.Finding{no, no}, "none of its 2 documented controls passes"},
		{every, []assess.Finding{silent, yes}, "supported by its one documented control; no document of the service speaks of a"},
		{every, []assess.Finding{yes, not}, "supported by every one of its 2 documented controls that applies"},
		{every, []assess.Finding{yes, yes}, "supported by every one of its 2 documented controls"},
		{every, []assess.Finding{not, silent}, "none of its documented controls applies; no document of the service speaks of b"},
	} {
		g := assess.Group{Controls: map[string]assess.Finding{}}
		for i, f := range c.members {
			g.Controls[string(rune('a'+i))] = f
		}
		g.Outcome, g.Reason = c.rule.Decide(func(yield func(assess.Outcome, assess.Reason) bool) {
			for _, f := range c.members {
				if !yield(f.Outcome, f.Reason) {
					return
				}
			}
		})
		if got := explain.GroupOf(c.rule, g).Clause(); got != c.want {
			t.Errorf("%s of %v: got %q, expected %q", c.rule, c.members, got, c.want)
		}
		g.Outcome = assess.Excepted // which says the same, where it covers a gap
		if got := explain.GroupOf(c.rule, g).Clause(); g.Reason != "" && got != c.want {
			t.Errorf("%s of %v, excepted: got %q, expected %q", c.rule, c.members, got, c.want)
		}
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]*assess.Lifecycle{
		"retires on 2027-01-01":                           {RetiredOn: "2027-01-01"},
		"retires on 2027-01-01; successor: Service b":     {RetiredOn: "2027-01-01", Successor: "Service b"},
		"was retired on 2021-02-17; successor: Service b": {RetiredOn: "2021-02-17", Successor: "Service b", Retired: true},
	} {
		if got := explain.End(l); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

func TestApproved(t *testing.T) {
	t.Parallel()
	if got := explain.Approved("") + explain.Approved("Ann"); got != ", approved by Ann" {
		t.Errorf("got %q", got)
	}
}

// TestSummary compares the verdicts with what the requirement of a retired and of two
// other services comes to.
func TestSummary(t *testing.T) {
	t.Parallel()
	gone := Documented("gone", Statements{VNet: "yes"})
	gone.RetiredOn = "2021-02-17"
	c := Load(t, Documented("a", Statements{VNet: "no", CMK: "no"}), Documented("b", Statements{VNet: "yes", CMK: "yes"}), gone)
	group := map[string][]string{"G": {CMK}}
	both := []assess.Exception{Exception(VNet, "2025-12-31"), Exception("G", "2025-12-31")}
	for want, r := range map[string]assess.Requirement{
		"Not compliant: 2 gaps in 1 of 2 services": {Services: []string{"a", "b"}, Controls: []string{VNet}, AnyOf: group},
		"Not compliant: 1 gap in 1 of 1 service": {
			Services: []string{"a"}, Controls: []string{VNet}, AnyOf: group, Exceptions: both[1:],
		},
		"Compliant with 2 exceptions: 1 service": {
			Services: []string{"a"}, Controls: []string{VNet}, AnyOf: group,
			Exceptions: both,
		},
		"Compliant: 1 service without a gap": {Services: []string{"b"}, Controls: []string{VNet}, AnyOf: group},
		"Compliant: no services to check":    {AllowNoServices: true, Controls: []string{VNet}},
		"Not compliant: 1 gap in 1 of 2 services": {
			Services: []string{"b", "gone"}, Controls: []string{VNet},
			OnRetired: assess.Deny,
		},
	} {
		if diff := cmp.Diff(want, explain.Summary(Evaluate(t, c, r).Assessment)); diff != "" {
			t.Errorf("differs (-want +got):\n%s", diff)
		}
	}
}

func TestTotals_Add(t *testing.T) {
	t.Parallel()
	total := explain.Totals{Services: 1, Failing: 1, Gaps: 2, Exceptions: 3}
	total.Add(explain.Totals{Services: 10, Failing: 10, Gaps: 20, Exceptions: 30})
	if diff := cmp.Diff(explain.Totals{Services: 11, Failing: 11, Gaps: 22, Exceptions: 33}, total); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

func ExampleFinding_Clause() {
	f := explain.Finding{Reason: assess.ConditionOpen, Status: catalog.StatusConditional, Condition: "Premium tier only"}
	fmt.Println(f.Clause())
	// Output: documented as "Yes", on the condition "Premium tier only", without evidence that it is met
}

func ExampleTotals_Verdict() {
	fmt.Println(explain.Totals{Services: 15, Exceptions: 2}.Verdict())
	// Output: Compliant with 2 exceptions: 15 services
}

// TestCorrection has every kind of correction.
func TestCorrection(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]assess.Correction{
		`own.yaml gives the document "d" of shop in words of its own, by which more may pass for alpha, beta`: {
			Source: "own.yaml", Document: "d", Service: "shop", Laxer: []string{"alpha", "beta"},
		},
		`own.yaml gives the document "d" of shop in words of its own`: {Source: "own.yaml", Document: "d", Service: "shop"},
		`own.yaml turns the polarity of alpha`:                        {Source: "own.yaml", Control: "alpha"},
		`own.yaml moves the end of shop`:                              {Source: "own.yaml", Service: "shop"},
		`own.yaml takes the resource type x_y from shop, stall`: {
			Source: "own.yaml", Type: "x_y",
			From: []string{"shop", "stall"},
		},
		`own.yaml says that the resource type x_y, which can deploy anything, chooses nothing`: {
			Source: "own.yaml", Type: "x_y",
		},
	} {
		if diff := cmp.Diff(want, explain.Correction(c)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCitation(t *testing.T) {
	t.Parallel()
	for want, doc := range map[string]assess.DocumentRef{
		"T, 2025-01-31": {Title: "T", Published: "2025-01-31"},
		"T, 2025-01-31 (your own document, of own.yaml)": {Title: "T", Published: "2025-01-31", Source: "own.yaml"},
		"T, 2025-01-31 (your own document, of own.yaml, in place of an earlier one)": {
			Title: "T", Published: "2025-01-31", Source: "own.yaml", Corrects: true,
		},
		`T, 2025-01-31 (your own document, of own.json, with your reading of a requirement without a status as "Yes")`: {
			Title: "T", Published: "2025-01-31", Source: "own.json", DefaultStatus: catalog.StatusYes,
		},
	} {
		if diff := cmp.Diff(want, explain.Citation(doc, "")); diff != "" {
			t.Error(diff)
		}
	}
}
