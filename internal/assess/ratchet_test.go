package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// ratcheted is an assessment with the gaps of a, of which a ratchet tolerates what was applied.
func ratcheted(t *testing.T, applied ...string) *assess.Assessment {
	t.Helper()
	gone := documented("gone", statements{vnet: "yes", cmk: "yes"})
	gone.RetiredOn = "2021-02-17"
	c := load(t, documented("a", statements{vnet: "no", cmk: "no", tls: "no"}),
		documented("b", statements{vnet: "yes", cmk: "yes"}), gone)
	return evaluate(t, c, assess.Requirement{
		Services: []string{"a", "b", "gone"}, Controls: []string{vnet, cmk}, AnyOf: map[string][]string{"SC-8": {tls}},
		Exceptions: []assess.Exception{each(0, []string{"b"}, []string{"SC-8"}, "2030-01-01")[0]},
		OnRetired:  assess.Deny, Enforcement: assess.EnforcementRatchet, Applied: applied,
	}).Assessment
}

func TestRatchet(t *testing.T) {
	t.Parallel()
	all := []string{"a/SC-8", "a/customer-keys", "a/vnet-injection", "gone/SC-8", "gone/lifecycle"}
	for name, tc := range map[string]struct {
		applied, tolerated []string
	}{
		"nothing applied":  {nil, nil},
		"none of the gaps": {[]string{"b/vnet-injection", "b/SC-8"}, nil},
		"a control and a group": {
			[]string{"a/SC-8", "a/vnet-injection", "b/customer-keys"}, []string{"a/SC-8", "a/vnet-injection"},
		},
		"the end of a service too": {[]string{"gone/lifecycle", "gone/SC-8"}, []string{"gone/SC-8", "gone/lifecycle"}},
		"all":                      {all, all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := ratcheted(t, tc.applied...)
			encode(t, a)
			if a.Compliant || !slices.Equal(a.Gaps(), all) {
				t.Errorf("compliant is %t, with the gaps %q", a.Compliant, a.Gaps())
			}
			if !slices.Equal(a.Tolerated(), tc.tolerated) {
				t.Errorf("%q are tolerated, want %q", a.Tolerated(), tc.tolerated)
			}
			refused := slices.DeleteFunc(slices.Clone(all), func(gap string) bool { return slices.Contains(tc.tolerated, gap) })
			if !slices.Equal(a.Refused(), refused) {
				t.Errorf("%q are refused, want %q", a.Refused(), refused)
			}
			rest := a.Untolerated()
			if !slices.Equal(rest.Gaps(), refused) || rest.Compliant != (len(refused) == 0) {
				t.Errorf("%q are left to explain, want %q", rest.Gaps(), refused)
			}
			if !slices.Equal(a.Gaps(), all) {
				t.Errorf("the assessment itself has lost gaps: %q", a.Gaps())
			}
		})
	}
}

// Gaps of the last apply are nothing to other enforcements.
func TestRatchet_otherEnforcement(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no"}))
	for enforcement, refused := range map[string]int{assess.EnforcementDeny: 1, assess.EnforcementWarn: 0} {
		a := evaluate(t, c, assess.Requirement{
			Services: []string{"a"}, Controls: []string{vnet}, Enforcement: enforcement, Applied: []string{"a/vnet-injection"},
		}).Assessment
		if len(a.Tolerated()) > 0 || len(a.Refused()) != refused {
			t.Errorf("%s: %v is weakened, %q are refused", enforcement, a.Weakened, a.Refused())
		}
	}
}

// What an assessment says it tolerates are its own gaps, under a ratchet.
func TestParse_weakened(t *testing.T) {
	t.Parallel()
	text := encode(t, ratcheted(t, "a/SC-8", "a/vnet-injection"))
	const list = `"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":["a/SC-8","a/vnet-injection"]}`
	for name, tc := range map[string]struct{ old, edited, want string }{
		"more than there is": {
			list, `"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":["a/SC-8","b/vnet-injection"]}`,
			"is no gap of it",
		},
		"of another name": {list, `"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":["a"]}`, "is no gap of it"},
		"null": {
			list, `"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":null}`, "does not say by what",
		},
		"by less": {
			list, `"weakened":{"by":["ratchet"],"tolerated":["a/SC-8"]}`, `expected ["no_embedded_catalog" "ratchet"]`,
		},
		"by more": {
			list, `"weakened":{"by":["as_of","no_embedded_catalog","ratchet"],"tolerated":[]}`,
			`expected ["no_embedded_catalog" "ratchet"]`,
		},
		"not at all": {"," + list, "", "is weakened by"},
		"not sorted": {
			list, `"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":["a/vnet-injection","a/SC-8"]}`, "not sorted",
		},
		"twice": {
			list, `"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":["a/SC-8","a/SC-8"]}`, "twice",
		},
		"more fields": {
			list, `"weakened":{"because":"","by":["no_embedded_catalog","ratchet"],"tolerated":["a/SC-8"]}`, "because",
		},
		"without a ratchet": {`"enforcement":"ratchet"`, `"enforcement":"deny"`, `weakened by`},
	} {
		if _, err := assess.Parse(replace(text, tc.old, tc.edited)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: the error is %v, want %q", name, err, tc.want)
		}
	}
}

func TestStricter(t *testing.T) {
	t.Parallel()
	order := []string{"", assess.EnforcementWarn, assess.EnforcementRatchet, assess.EnforcementDeny}
	for i, a := range order {
		for j, b := range order {
			if got := assess.Stricter(a, b); got != order[max(i, j)] {
				t.Errorf("of %q and %q, %q is stricter", a, b, got)
			}
		}
	}
}
