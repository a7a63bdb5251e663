package assess_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

func TestMatchesWorkload(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, workload string
		want              bool
	}{
		{"shop-prod", "shop-prod", true},
		{"shop-prod", "shop-prod-2", false},
		{"shop-prod", "Shop-prod", false},
		{"shop-*", "shop-prod", true},
		{"shop-*", "shop-", true},
		{"shop-*", "shop", false},
		{"*", "anything", true},
		{"*", "", false},
		{"", "", false},
		{"*-prod", "shop-prod", true},
		{"*-prod", "shop-prod-eu", false},
		{"shop-*-prod", "shop-eu-prod", true},
		{"shop-*-prod", "shop-prod", false}, // no hyphen may count twice
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"*b*b*", "abcb", true},
		{"*b*b*", "abc", false},
		{"shop/*", "shop/eu/prod", true},
		{"sh.p", "shop", false}, // no regular expression
	} {
		if got := assess.MatchesWorkload(tt.pattern, tt.workload); got != tt.want {
			t.Errorf("%q for %q: got %t", tt.pattern, tt.workload, got)
		}
	}
}

func TestWorkloadAndLabels(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet}, Workload: "shop/prod", Labels: map[string]string{"team": "payments"},
	}
	text := encode(t, evaluate(t, c, r).Assessment)
	if want := `"labels":{"team":"payments"}`; !strings.Contains(text, want) ||
		!strings.Contains(text, `"workload":"shop/prod"`) {
		t.Errorf("the assessment does not record workload and labels:\n%s", text)
	}
	many := map[string]string{}
	for i := range assess.MaxLabels + 1 {
		many["k"+strings.Repeat("x", i%90)+string(rune('a'+i/90))] = "v"
	}
	for name, tc := range map[string]struct {
		edit func(*assess.Requirement)
		want string
	}{
		"a space":     {func(r *assess.Requirement) { r.Workload = "shop prod" }, `"shop prod" cannot name a workload`},
		"a pattern":   {func(r *assess.Requirement) { r.Workload = "shop-*" }, `"shop-*" cannot name a workload`},
		"a long name": {func(r *assess.Requirement) { r.Workload = strings.Repeat("x", 101) }, "cannot name a workload"},
		"a malformed key": {
			func(r *assess.Requirement) { r.Labels = map[string]string{"é": "x"} }, "cannot be the key of a label",
		},
		"a blank value":    {func(r *assess.Requirement) { r.Labels = map[string]string{"k": "\u200b"} }, "shows nothing"},
		"a value in lines": {func(r *assess.Requirement) { r.Labels = map[string]string{"k": "a\nb"} }, "not one line"},
		"too many labels":  {func(r *assess.Requirement) { r.Labels = many }, "labels, expected at most 100"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r
			tc.edit(&r)
			_, err := assess.Evaluate(c, r, today)
			var input *assess.InputError
			if !errors.As(err, &input) || !strings.Contains(input.Detail, tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}
