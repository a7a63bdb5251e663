package assess_test

import (
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

func TestSatisfying(t *testing.T) {
	t.Parallel()
	in := func(s service, cloud string) service {
		s.Cloud = cloud
		return s
	}
	retired := documented("retired", statements{vnet: "yes", local: "no"})
	retired.RetiredOn = today
	retiring := documented("retiring", statements{vnet: "yes", local: "no"})
	retiring.RetiredOn = "2025-07-01"
	c := load(
		t,
		documented("yes", statements{vnet: "yes", local: "no"}),
		documented("a", statements{vnet: "Premium", local: "yes"}),
		documented("na", statements{vnet: "not_applicable", local: "not_applicable"}),
		documented("silent", statements{cmk: "yes"}),
		in(documented("aws-yes", statements{vnet: "yes", local: "no"}), "aws"),
		in(documented("aws-no", statements{vnet: "no", local: "no"}), "aws"),
		retired,
		retiring,
	)
	base := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}, Avoid: []string{local}}
	for name, tc := range map[string]struct {
		change func(r *assess.Requirement)
		clouds []string
		want   []string
	}{
		"any cloud": {func(*assess.Requirement) {}, nil, []string{"aws-yes", "na", "retiring", "yes"}},
		"one cloud": {func(*assess.Requirement) {}, []string{"azure"}, []string{"na", "retiring", "yes"}},
		"no cloud":  {func(*assess.Requirement) {}, []string{"gcp"}, nil},
		"not applicable": {
			func(r *assess.Requirement) { r.NotApplicable = assess.Deny }, []string{"azure"}, []string{"retiring", "yes"},
		},
		"no exceptions, no evidence": {func(r *assess.Requirement) {
			r.Exceptions = []assess.Exception{exception(vnet, "2025-12-31"), exception(local, "2025-12-31")}
			r.Evidence = []assess.Evidence{evidence(vnet, "Premium"), evidence(local, assess.SwitchedOff)}
		}, []string{"azure"}, []string{"na", "retiring", "yes"}},
		"no exceptions of registers": {func(r *assess.Requirement) {
			r.Workload = "shop"
			r.Approval = &assess.Approval{Policy: assess.Policy{Registers: true}, Registers: []assess.Register{{
				RegisterRef: assess.RegisterRef{Name: "accepted", Issued: "2025-06-01"}, Workloads: []string{"shop"},
				Exceptions: []assess.RegisterException{{
					Services: []string{"a"}, Controls: []string{vnet, local}, Justification: "x", Expires: "2025-12-31",
				}},
			}}}
		}, []string{"azure"}, []string{"na", "retiring", "yes"}},
		"as_of": {func(r *assess.Requirement) { r.AsOf = "2024-01-01" }, nil, nil},
		"stale": {func(r *assess.Requirement) { r.MaxDocumentAgeDays = new(int64(1)) }, nil, nil},
		"a group": {func(r *assess.Requirement) {
			r.Controls, r.Avoid, r.AnyOf = nil, nil, map[string][]string{"G": {vnet, cmk}}
		}, []string{"azure"}, []string{"na", "retiring", "silent", "yes"}},
		"nothing asked": {
			func(r *assess.Requirement) { r.Controls, r.Avoid = nil, nil }, []string{"aws"}, []string{"aws-no", "aws-yes"},
		},
		"nothing known": {func(r *assess.Requirement) {
			r.Open = assess.Open{Services: true, Checks: true, AsOf: true, Settings: true, Exceptions: []assess.Pattern{{}}}
		}, []string{"azure"}, []string{"na", "retiring", "yes"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := base
			tc.change(&r)
			got, err := assess.Satisfying(c, r, tc.clouds, today)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q want %q", got, tc.want)
			}
		})
	}
	if _, err := assess.Satisfying(c, assess.Requirement{Controls: []string{"nothing"}}, nil, today); err == nil {
		t.Error("an unknown control was accepted")
	}
}
