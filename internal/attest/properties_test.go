package attest_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

// grammar is the one that the guide on the format gives in ABNF.
var grammar = regexp.MustCompile(
	`^CONTROLS_(ALL|(REQUIRED|AVOIDED|ANY_OF|EVERY_DOCUMENTED_OF)_[A-Z0-9]+(_[A-Z0-9]+)*)` +
		`_(DOCUMENTED|MET_WITH_EXCEPTIONS|IN_FORCE)$`,
)

func TestProperties(t *testing.T) {
	t.Parallel()
	excepted := func(change func(*assess.Requirement)) assess.Requirement {
		r := full()
		if change != nil {
			change(&r)
		}
		return r
	}
	cases := map[string]struct {
		requirements []assess.Requirement
		want         []string
	}{
		"documented": {
			[]assess.Requirement{plain()},
			[]string{"CONTROLS_ALL_DOCUMENTED", "CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_DOCUMENTED"},
		},
		"exceptions": {
			[]assess.Requirement{excepted(nil)},
			[]string{
				"CONTROLS_ALL_MET_WITH_EXCEPTIONS", "CONTROLS_ANY_OF_SC_28_DOCUMENTED",
				"CONTROLS_AVOIDED_LOCAL_AUTHENTICATION_DOCUMENTED", "CONTROLS_REQUIRED_CUSTOMER_KEYS_DOCUMENTED",
				"CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_DOCUMENTED", "CONTROLS_REQUIRED_VNET_INJECTION_MET_WITH_EXCEPTIONS",
			},
		},
		"gaps": {[]assess.Requirement{gaps()}, []string{"CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_DOCUMENTED"}},
		// Each is required of one of the two services only.
		"not of every service": {
			[]assess.Requirement{
				{
					Services: []string{"store"}, Controls: []string{"vnet-injection"},
				},
				{Services: []string{"vault"}, Controls: []string{"encryption-in-transit"}},
			},
			[]string{"CONTROLS_ALL_DOCUMENTED"},
		},
		"of every service, by two assessments": {
			[]assess.Requirement{
				{
					Services: []string{"store"}, Controls: []string{"encryption-in-transit"},
				},
				{Services: []string{"vault"}, Controls: []string{"encryption-in-transit"}},
			},
			[]string{"CONTROLS_ALL_DOCUMENTED", "CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_DOCUMENTED"},
		},
		"a gap elsewhere": {
			[]assess.Requirement{
				{
					Services: []string{"store"}, Controls: []string{"vnet-injection"},
				},
				{Services: []string{"vault"}, Controls: []string{"vnet-injection"}, Enforcement: assess.EnforcementWarn},
			},
			[]string{},
		},
		// The names of the groups come out alike, and one of the groups is not met.
		"two groups of one name": {[]assess.Requirement{excepted(func(r *assess.Requirement) {
			*r = assess.Requirement{
				Services: []string{"vault"}, Enforcement: assess.EnforcementWarn,
				AnyOf: map[string][]string{"SC-28": {"encryption-in-transit"}, "SC 28": {"vnet-injection"}},
			}
		})}, []string{}},
		"odd names of groups": {
			[]assess.Requirement{
				{
					Services: []string{
						"vault",
					},
					AnyOf: map[string][]string{"A.8.24 (b)": {"encryption-in-transit"}, "9_9+-:": {"encryption-in-transit"}},
				},
			},
			[]string{"CONTROLS_ALL_DOCUMENTED", "CONTROLS_ANY_OF_9_9_DOCUMENTED", "CONTROLS_ANY_OF_A_8_24_B_DOCUMENTED"},
		},
		"every documented one": {
			[]assess.Requirement{{
				Services: []string{"store", "vault"}, AnyOf: map[string][]string{"SC-8": {"encryption-in-transit"}},
				EveryDocumentedOf: map[string][]string{"SC 8": {"encryption-in-transit"}},
			}},
			[]string{
				"CONTROLS_ALL_DOCUMENTED", "CONTROLS_ANY_OF_SC_8_DOCUMENTED", "CONTROLS_EVERY_DOCUMENTED_OF_SC_8_DOCUMENTED",
			},
		},
		// Of one service, by two assessments of which one needs an exception.
		"the worse of two": {
			[]assess.Requirement{
				excepted(nil),
				{Services: []string{"store", "vault"}, Controls: []string{"customer-keys"}, Enforcement: assess.EnforcementWarn},
			},
			[]string{
				"CONTROLS_ANY_OF_SC_28_DOCUMENTED", "CONTROLS_AVOIDED_LOCAL_AUTHENTICATION_DOCUMENTED",
				"CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_DOCUMENTED", "CONTROLS_REQUIRED_VNET_INJECTION_MET_WITH_EXCEPTIONS",
			},
		},
		"no services": {[]assess.Requirement{{AllowNoServices: true, Controls: []string{"vnet-injection"}}}, []string{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var statement struct{ Predicate struct{ Properties []string } }
			a := issue(t, request(t, c.requirements...))
			if err := json.Unmarshal([]byte(a.Statements[attest.SVR]), &statement); err != nil {
				t.Fatal(err)
			}
			if got := statement.Predicate.Properties; !slices.Equal(got, c.want) {
				t.Errorf("got %q, expected %q", got, c.want)
			}
			for _, property := range statement.Predicate.Properties {
				if !grammar.MatchString(property) {
					t.Errorf("%s is not a name by the grammar", property)
				}
			}
		})
	}
	if got := attest.Property("vnet-injection", false, true); got != "CONTROLS_REQUIRED_VNET_INJECTION_MET_WITH_EXCEPTIONS" {
		t.Error(got)
	}
}
