package assess_test

import (
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// Services a and b have every kind of gap. What is open may cover just what it is about.
func TestCertainKeepsWhatNothingOpenCanCover(t *testing.T) {
	t.Parallel()
	statements := statements{vnet: "no", cmk: "Premium", tls: "not_applicable", local: "yes"}
	a, b := documented("a", statements), documented("b", statements)
	a.RetiredOn = "2021-02-17"
	c := load(t, a, b)
	base := assess.Requirement{
		Services: []string{"a", "b"}, Controls: []string{vnet, cmk, tls, audit}, Avoid: []string{local},
		AnyOf:         map[string][]string{"G1": {vnet, audit}, "G2": {vnet, cmk}},
		NotApplicable: assess.Deny, OnRetired: assess.Deny,
	}
	all := []string{
		"a/G1",
		"a/G2",
		"a/audit-logging",
		"a/customer-keys",
		"a/encryption-in-transit",
		"a/lifecycle",
		"a/local-authentication",
		"a/vnet-injection",
		"b/G1",
		"b/G2",
		"b/audit-logging",
		"b/customer-keys",
		"b/encryption-in-transit",
		"b/local-authentication",
		"b/vnet-injection",
	}
	for name, tc := range map[string]struct {
		open    assess.Open
		covered []string
	}{
		"nothing":                {assess.Open{}, nil},
		"texts":                  {assess.Open{Record: true}, nil},
		"services":               {assess.Open{Services: true}, nil},
		"checks":                 {assess.Open{Checks: true}, nil},
		"settings, as most pass": {assess.Open{Settings: true}, nil},
		"a group":                {assess.Open{Groups: map[string]bool{"G1": true}}, []string{"a/G1", "b/G1"}},
		"another group":          {assess.Open{Groups: map[string]bool{"G3": true}}, nil},
		"as_of, but not the clock": {
			assess.Open{AsOf: true}, slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "a/lifecycle" }),
		},

		"an exception": {
			assess.Open{Exceptions: []assess.Pattern{{Service: "a", Control: vnet}}}, []string{"a/vnet-injection"},
		},
		"an exception for a group":  {assess.Open{Exceptions: []assess.Pattern{{Service: "b", Control: "G2"}}}, []string{"b/G2"}},
		"an exception of a service": {assess.Open{Exceptions: []assess.Pattern{{Service: "b"}}}, all[8:]},
		"an exception of a control": {
			assess.Open{Exceptions: []assess.Pattern{{Control: cmk}}}, []string{"a/customer-keys", "b/customer-keys"},
		},
		"an exception of retirement": {assess.Open{Exceptions: []assess.Pattern{{Service: "a", Control: "lifecycle"}}}, nil},
		"any exception, not retirement": {
			assess.Open{Exceptions: []assess.Pattern{{}}},
			slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "a/lifecycle" }),
		},
		"an exception elsewhere": {assess.Open{Exceptions: []assess.Pattern{{Service: "c", Control: vnet}}}, nil},

		"evidence": {
			assess.Open{Evidence: []assess.Pattern{{Service: "a", Control: cmk}}}, []string{"a/G2", "a/customer-keys"},
		},
		"evidence of adverse": {
			assess.Open{Evidence: []assess.Pattern{{Service: "a", Control: local}}}, []string{"a/local-authentication"},
		},
		"evidence to no avail": {
			assess.Open{Evidence: []assess.Pattern{{Service: "a", Control: vnet}, {Control: tls}, {Control: audit}}}, nil,
		},
		"evidence for a group": {assess.Open{Evidence: []assess.Pattern{{Service: "a", Control: "G2"}}}, nil},
		"any evidence": {
			assess.Open{Evidence: []assess.Pattern{{}}},
			[]string{"a/G2", "a/customer-keys", "a/local-authentication", "b/G2", "b/customer-keys", "b/local-authentication"},
		},
		"an exception, evidence": {
			assess.Open{
				Exceptions: []assess.Pattern{{Service: "a", Control: audit}},
				Evidence:   []assess.Pattern{{Service: "b", Control: cmk}},
			},
			[]string{"a/audit-logging", "b/G2", "b/customer-keys"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := base
			r.Open = tc.open
			whole := evaluate(t, c, r).Assessment
			if got := whole.Gaps(); !slices.Equal(got, all) {
				t.Fatalf("without what is open: %q", got)
			}
			certain := tc.open.Certain(whole)
			want := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(tc.covered, s) })
			if got := certain.Gaps(); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			if certain.Compliant ||
				certain.Services["b"].Compliant != !slices.ContainsFunc(want, func(s string) bool { return s[0] == 'b' }) {
				t.Errorf("compliant %t, of b %t", certain.Compliant, certain.Services["b"].Compliant)
			}
			if got := whole.Gaps(); !slices.Equal(got, all) {
				t.Errorf("the whole assessment was changed: %q", got)
			}
			if want := name != "nothing"; tc.open.Any() != want {
				t.Errorf("Any is %t", !want)
			}
		})
	}
}

func TestCertainMayLeaveNothing(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no"}))
	o := assess.Open{Exceptions: []assess.Pattern{{}}}
	r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}, Open: o}
	if certain := o.Certain(evaluate(t, c, r).Assessment); !certain.Compliant || !certain.Services["a"].Compliant {
		t.Errorf("gaps %q", certain.Gaps())
	}
}

// An open condition of evidence may also answer a condition that other evidence misses,
// and a stale statement is answered by none.
func TestCertainOpenEvidence(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "Premium"}))
	o := assess.Open{Evidence: []assess.Pattern{{Service: "a", Control: vnet}}}
	r := assess.Requirement{
		Services: []string{"a"},
		Controls: []string{vnet},
		Open:     o,
		Evidence: []assess.Evidence{evidence(vnet, "Standard")},
	}
	if got := o.Certain(evaluate(t, c, r).Assessment).Gaps(); len(got) != 0 {
		t.Errorf("condition changed: %q", got)
	}
	r.MaxDocumentAgeDays = new(int64(1))
	if got := o.Certain(evaluate(t, c, r).Assessment).Gaps(); len(got) != 1 {
		t.Errorf("stale: %q", got)
	}
}
