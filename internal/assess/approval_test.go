package assess_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// signer is a key of a principal that signed.
func signer(principal string, from, until catalog.Date) assess.Approver {
	return assess.Approver{
		Fingerprint: "SHA256:" + principal + string(from) + string(until), From: from, Principal: principal, Until: until,
	}
}

// book is an approval with registers, whose signers are the approvers.
func book(policy assess.Policy, registers ...assess.Register) *assess.Approval {
	for i := range registers {
		registers[i].Digest = fmt.Sprintf("sha256:%064d", i)
		policy.Approvers = append(policy.Approvers, registers[i].Signers...)
	}
	slices.SortFunc(policy.Approvers, func(x, y assess.Approver) int {
		return strings.Compare(x.Principal+"\x00"+x.Fingerprint, y.Principal+"\x00"+y.Fingerprint)
	})
	policy.Approvers = slices.Compact(policy.Approvers)
	slices.SortFunc(registers, func(x, y assess.Register) int { return strings.Compare(x.Name, y.Name) })
	policy.Registers = len(registers) > 0
	return &assess.Approval{Policy: policy, Registers: registers}
}

func registerOf(
	name string, issued catalog.Date, signers []assess.Approver, entries ...assess.RegisterException,
) assess.Register {
	slices.SortFunc(signers, func(x, y assess.Approver) int { return strings.Compare(x.Fingerprint, y.Fingerprint) })
	return assess.Register{
		RegisterRef: assess.RegisterRef{Issued: issued, Name: name, Signers: signers}, File: name + ".yaml",
		Workloads: []string{"shop-*"}, Exceptions: entries,
	}
}

func accept(expires catalog.Date, controls ...string) assess.RegisterException {
	return assess.RegisterException{
		Services: []string{"a"}, Controls: controls, Justification: "x", Ticket: "T", Expires: expires, Line: 5,
	}
}

// signed is a register with one exception, which ends on a day.
func signed(issued, until catalog.Date, signers ...assess.Approver) assess.Register {
	return registerOf("r", issued, signers, accept(until, vnet))
}

// forWorkload is a policy by which ann may approve for some workloads alone.
func forWorkload(pattern string) assess.Policy {
	return assess.Policy{Workloads: []assess.Mandate{{Principal: "ann", Workloads: []string{pattern}}}}
}

// From when to when an entry of a register counts, by its issue, the keys that signed it and
// the policy.
func TestRegisterWindows(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no"}))
	ann, old := signer("ann", "", ""), signer("old", "", "2025-07-31")
	next, late := signer("next", "2025-08-01", ""), signer("late", "2025-09-01", "")
	days := func(n int64) *int64 { return &n }
	for name, tc := range map[string]struct {
		policy   assess.Policy
		register assess.Register
		// on which day it begins and ends; "" for never
		first, last catalog.Date
	}{
		"one key":             {assess.Policy{}, signed("2025-06-01", "2025-12-31", ann), "2025-06-01", "2025-12-31"},
		"a key that lapses":   {assess.Policy{}, signed("2025-06-01", "2025-12-31", old), "2025-06-01", "2025-07-31"},
		"a key that is to be": {assess.Policy{}, signed("2025-06-01", "2025-12-31", next), "2025-08-01", "2025-12-31"},
		"a successor":         {assess.Policy{}, signed("2025-06-01", "2025-12-31", old, next), "2025-06-01", "2025-12-31"},
		"two are needed": {
			assess.Policy{MinApprovers: 2}, signed("2025-06-01", "2025-12-31", ann, old), "2025-06-01", "2025-07-31",
		},
		"two of three": {
			assess.Policy{MinApprovers: 2}, signed("2025-06-01", "2025-12-31", ann, old, next), "2025-06-01", "2025-12-31",
		},
		"two keys of one": {
			assess.Policy{MinApprovers: 2}, signed("2025-06-01", "2025-12-31", ann, signer("ann", "", "2026-01-01")), "", "",
		},
		"never two at once": {assess.Policy{MinApprovers: 2}, signed("2025-06-01", "2025-12-31", old, next), "", ""},
		"it grows old": {
			assess.Policy{MaxRegisterAgeDays: days(10)}, signed("2025-06-01", "2025-12-31", ann), "2025-06-01", "2025-06-11",
		},
		"a withdrawal":        {assess.Policy{}, signed("2025-06-01", "2025-05-31", ann), "", ""},
		"lapsed before":       {assess.Policy{}, signed("2025-08-15", "2025-12-31", old), "", ""},
		"no signature":        {assess.Policy{Approvers: []assess.Approver{ann}}, signed("2025-06-01", "2025-12-31"), "", ""},
		"none is needed":      {assess.Policy{}, signed("2025-06-01", "2025-12-31"), "2025-06-01", "2025-12-31"},
		"for others":          {forWorkload("blog"), signed("2025-06-01", "2025-12-31", ann), "", ""},
		"for this one":        {forWorkload("shop-*"), signed("2025-06-01", "2025-12-31", ann), "2025-06-01", "2025-12-31"},
		"longer than allowed": {assess.Policy{MaxDays: days(30)}, signed("2025-06-01", "2025-12-31", ann), "", ""},
		"as long as allowed": {
			assess.Policy{MaxDays: days(213)}, signed("2025-06-01", "2025-12-31", ann), "2025-06-01", "2025-12-31",
		},
		"never":                {assess.Policy{Never: []string{vnet}}, signed("2025-06-01", "2025-12-31", ann), "", ""},
		"after a time without": {assess.Policy{}, signed("2025-06-01", "2025-12-31", old, late), "2025-06-01", "2025-12-31"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}, Workload: "shop-prod"}
			r.Approval = book(tc.policy, tc.register)
			accepted := func(day catalog.Date) bool {
				result, err := assess.Evaluate(c, r, day)
				if err != nil {
					t.Fatal(err)
				}
				reproduce(t, c, encode(t, result.Assessment), day)
				first, last := result.Assessment.Holds()
				if day < first || last != "" && day > last {
					t.Errorf("on %s it says that it holds from %s to %s", day, first, last)
				}
				return result.Assessment.Compliant
			}
			for day := catalog.Date("2025-05-25"); day < "2026-01-10"; day = day.AddDays(1) {
				want := tc.first != "" && tc.first <= day && day <= tc.last
				if name == "after a time without" && day > "2025-07-31" && day < "2025-09-01" {
					want = false
				}
				if got := accepted(day); got != want {
					t.Fatalf("accepted on %s: %t", day, got)
				}
			}
		})
	}
}

// Whoever writes a requirement chooses the members of a group: an exception for the group is
// none for a control for which no exception counts.
func TestPolicy_neverInGroup(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "no"}))
	for name, tc := range map[string]struct {
		never []string
		want  assess.Refusal
	}{
		"a member":  {[]string{cmk}, assess.RefusedNever},
		"the group": {[]string{"keys"}, assess.RefusedNever},
		"another":   {[]string{tls}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess.Requirement{
				Services: []string{"a"}, AnyOf: map[string][]string{"keys": {cmk, vnet}}, Workload: "shop-prod",
				Exceptions: []assess.Exception{{Service: "a", Control: "keys", Justification: "x", Expires: "2026-12-31"}},
			}
			r.Approval = book(assess.Policy{Never: tc.never},
				registerOf("r", "2025-06-01", []assess.Approver{signer("ann", "", "")}, accept("2025-12-31", "keys")))
			result, err := assess.Evaluate(c, r, today)
			if err != nil {
				t.Fatal(err)
			}
			reproduce(t, c, encode(t, result.Assessment), today)
			if result.Assessment.Compliant != (tc.want == "") {
				t.Errorf("compliant: %t", result.Assessment.Compliant)
			}
			for _, one := range result.Assessment.Acceptances()["a/keys"] {
				if one.Refused != tc.want {
					t.Errorf("%q is refused by %q", one.Register, one.Refused)
				}
			}
		})
	}
}

// A random book: an entry for one workload changes no other's verdict, and one more turns no
// pass into a fail but by an earlier end for the same pair.
func TestRegisters_random(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "no", tls: "Premium"}), documented("b", statements{
		vnet: "no",
		cmk:  "yes",
	}))
	rng := rand.New(rand.NewPCG(17, 17)) // any will do
	day := func() catalog.Date { return today.AddDays(rng.IntN(200) - 100) }
	random := func(name, workload string) assess.Register {
		var signers []assess.Approver
		for _, s := range []assess.Approver{signer("ann", "", ""), signer("bob", "2025-05-01", "2025-09-01")} {
			if rng.IntN(3) > 0 {
				signers = append(signers, s)
			}
		}
		r := registerOf(name, day(), signers)
		r.Workloads = []string{workload}
		for range rng.IntN(4) {
			ex := accept(day(), []string{vnet, cmk, tls}[rng.IntN(3)])
			ex.Services = []string{[]string{"a", "b"}[rng.IntN(2)]}
			r.Exceptions = append(r.Exceptions, ex)
		}
		return r
	}
	for range 400 {
		registers := []assess.Register{random("r1", "shop-*"), random("r2", "shop-prod")}
		r := assess.Requirement{Services: []string{"a", "b"}, Controls: []string{vnet, cmk, tls}, Workload: "shop-prod"}
		policy := assess.Policy{Approvers: []assess.Approver{signer("ann", "", ""), signer("bob", "2025-05-01", "2025-09-01")}}
		verdict := func(more ...assess.Register) *assess.Assessment {
			r.Approval = book(policy, append(slices.Clone(registers), more...)...)
			a := evaluate(t, c, r).Assessment
			encode(t, a)
			return a
		}
		before := verdict()
		if other := verdict(random("x", "blog")); !slices.Equal(other.Gaps(), before.Gaps()) {
			t.Fatalf("a register for another workload makes %q of %q", other.Gaps(), before.Gaps())
		}
		extra := random("x", "*")
		after := verdict(extra)
		for _, gap := range after.Gaps() {
			if slices.Contains(before.Gaps(), gap) {
				continue
			}
			service, control := assess.CutGap(gap)
			earlier := slices.ContainsFunc(extra.Exceptions, func(ex assess.RegisterException) bool {
				return slices.Contains(ex.Services, service) && slices.Contains(ex.Controls, control)
			})
			if !earlier {
				t.Fatalf("%s is a gap with a register that does not speak of it", gap)
			}
		}
	}
}

// Whatever of registers and policy is edited in an assessment is refused.
func TestParseRefusesEditsOfApproval(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "no"}))
	ann, bob := signer("ann", "", "2026-12-31"), signer("bob", "", "")
	r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet, cmk}, Workload: "shop-prod"}
	r.Approval = book(assess.Policy{MinApprovers: 2, MaxRegisterAgeDays: new(int64(365)), Revoked: []string{"SHA256:x"}},
		registerOf("board", "2025-06-01", []assess.Approver{ann, bob}, accept("2025-12-31", vnet), accept("2025-06-02", cmk)))
	text := encode(t, evaluate(t, c, r).Assessment)
	for name, edit := range map[string][2]string{
		"a later end":             {`"expires":"2025-06-02"`, `"expires":"2025-12-31"`},
		"another register":        {`"register":"board"`, `"register":"other"`},
		"a later issue":           {`"issued":"2025-06-01"`, `"issued":"2025-06-30"`},
		"a later until":           {`"until":"2026-06-01"`, `"until":"2026-12-31"`},
		"from earlier":            {`"from":"2025-06-01"`, `"from":"2025-05-01"`},
		"one approver is enough":  {`"min_approvers":2`, `"min_approvers":0`},
		"any age":                 {`"max_register_age_days":365`, `"max_register_age_days":3650`},
		"another workload":        {`"workload":"shop-prod"`, `"workload":""`},
		"a signer that is nobody": {`"principal":"bob"}],"until"`, `"principal":"eve"}],"until"`},
		"a revoked key":           {`"revoked":["SHA256:x"]`, `"revoked":["SHA256:bob"]`},
		"no registers":            {`"registers":true,`, ``},
		"a malformed digest":      {`"digest":"sha256:0000`, `"digest":"sha256:zzzz`},
		"the gap accepted":        {`"exception_expired":"2025-06-02","outcome":"gap"`, `"outcome":"excepted"`},
		"weakened by nothing": {
			`"weakened":{"by":["no_embedded_catalog"],"tolerated":[]}`, `"weakened":{"by":[],"tolerated":[]}`,
		},
	} {
		edited := strings.Replace(text, edit[0], edit[1], 1)
		if edited == text {
			t.Errorf("%s: nothing was edited in %s", name, text)
			continue
		}
		if a, err := assess.Parse(edited); err == nil {
			// A verdict of another day may be; it does not hold today.
			if first, last := a.Holds(); today >= first && (last == "" || today <= last) {
				t.Errorf("%s: accepted, from %s to %s", name, first, last)
			}
		}
	}
}

// The warning before the end goes by the end that counts: here that of the key.
func TestRegisterEndsSoon(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no"}))
	for until, want := range map[catalog.Date]string{"2025-07-20": "on 2025-07-20", "2025-12-31": ""} {
		r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}, Workload: "shop-prod"}
		r.Approval = book(assess.Policy{}, signed("2025-06-01", "2026-05-31", signer("ann", "", until)))
		got := ""
		for _, w := range evaluate(t, c, r).Warnings {
			if w.Summary == endsSoon {
				got = w.Detail
			}
		}
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("until %s: got %q", until, got)
		}
	}
}
