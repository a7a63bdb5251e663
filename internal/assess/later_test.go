package assess_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// outcomes are those of all checks, by service and check.
func outcomes(a *assess.Assessment) map[string]string {
	out := map[string]string{}
	for id, s := range a.Services {
		for control, f := range s.Controls {
			out[id+"/"+control] = string(f.Outcome) + " " + string(f.ExceptionExpired)
		}
		for name, g := range s.Groups {
			out[id+"/"+name] = string(g.Outcome) + " " + string(g.ExceptionExpired)
		}
		if s.Lifecycle != nil {
			out[id+"/lifecycle"] = string(s.Lifecycle.Outcome)
		}
	}
	return out
}

// On a later day an assessment comes to what is found when it is made on that day: exceptions
// have ended, documents are too old, a service is retired.
func TestAssessment_On(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	ending := documented("end", statements{vnet: "yes", cmk: "yes", tls: "yes", local: "no"})
	ending.RetiredOn = "2026-01-15"
	more := load(t, ending, documented("d", statements{vnet: "no", cmk: "yes", tls: "yes", local: "not_applicable"}))
	for name, tc := range map[string]struct {
		catalog *catalog.Catalog
		r       assess.Requirement
		changes bool
	}{
		"every outcome": {c, r, true},
		"it ends, documents age": {more, assess.Requirement{
			Services: []string{"end", "d"}, Controls: []string{tls, cmk}, Avoid: []string{local},
			AnyOf: map[string][]string{"g": {vnet, audit}}, EveryDocumentedOf: map[string][]string{"h": {vnet, tls}},
			Exceptions: []assess.Exception{
				{Service: "d", Control: "g", Expires: "2025-11-30", Justification: "x"},
				{Service: "d", Control: "h", Expires: "2025-08-31", Justification: "x"},
			},
			OnRetired: assess.Deny, MaxDocumentAgeDays: new(int64(700)),
		}, true},
		"nothing ends": {more, assess.Requirement{Services: []string{"d"}, Controls: []string{tls}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := evaluate(t, tc.catalog, tc.r).Assessment
			text := encode(t, a)
			_, last := a.Holds()
			changed := false
			for day := today; day < "2027-06-01"; day = day.AddDays(3) {
				on := a.On(day)
				changed = changed || on != a
				if (on == a) != (last == "" || day <= last) {
					t.Fatalf("%s: the assessment holds until %q", day, last)
				}
				then, err := assess.Evaluate(tc.catalog, tc.r, day)
				if err != nil {
					t.Fatal(err)
				}
				want := outcomes(then.Assessment)
				for key, got := range outcomes(on) {
					if got != want[key] {
						t.Fatalf("%s: %s is %q, want %q", day, key, got, want[key])
					}
				}
				if !slices.Equal(on.Gaps(), then.Assessment.Gaps()) || on.Compliant != then.Assessment.Compliant {
					t.Fatalf("%s: %t with %q", day, on.Compliant, on.Gaps())
				}
			}
			if changed != tc.changes {
				t.Errorf("changed: %t", changed)
			}
			if encode(t, a) != text || a.On("") != a {
				t.Error("the assessment itself was changed")
			}
		})
	}
}

// Whatever registers say and by whichever keys: on a later day no gap is missing that there is
// when the assessment is made on that day, nor one that there was.
func TestAssessment_OnLetsNothingPass(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "Premium", tls: "no"}))
	rng := rand.New(rand.NewPCG(18, 18)) // any will do
	day := func() catalog.Date { return today.AddDays(rng.IntN(200) - 60) }
	signers := []assess.Approver{signer("ann", "", ""), signer("bob", "2025-05-01", "2025-09-01"), signer("cy", "2025-10-01", "")}
	ended := 0
	for range 120 {
		register := registerOf("r", today.AddDays(-rng.IntN(60)), signers[rng.IntN(2):2+rng.IntN(2)],
			accept(day(), vnet), accept(day(), tls), accept(day(), tls))
		register.Evidence = []assess.RegisterEvidence{{
			Services: []string{"a"}, Controls: []string{cmk}, Condition: "Premium", Reference: "x",
		}}
		r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet, cmk, tls}, Workload: "shop-prod"}
		r.Approval = book(assess.Policy{Approvers: signers, MaxRegisterAgeDays: new(int64(90))}, register)
		a := evaluate(t, c, r).Assessment
		for range 10 {
			at := today.AddDays(rng.IntN(200))
			then, err := assess.Evaluate(c, r, at)
			if err != nil {
				t.Fatal(err)
			}
			on := a.On(at)
			for _, gap := range slices.Concat(then.Assessment.Gaps(), a.Gaps()) {
				if !slices.Contains(on.Gaps(), gap) {
					t.Fatalf("%s: %s passes, gaps are %q", at, gap, on.Gaps())
				}
			}
			if slices.Contains(on.Gaps(), "a/"+cmk) && len(on.Requirement.Evidence) > 0 {
				t.Fatalf("%s: evidence that no longer counts is still there: %v", at, on.Requirement.Evidence)
			}
			if on.Compliant != (len(on.Gaps()) == 0) {
				t.Fatalf("%s: compliant = %t with %q", at, on.Compliant, on.Gaps())
			}
			if len(on.Gaps()) > len(a.Gaps()) {
				ended++
			}
		}
	}
	if ended < 40 {
		t.Errorf("something ended in %d cases", ended)
	}
}
