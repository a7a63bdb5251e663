package attest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// enabled is a requirement of controls in force: of the vault by the settings of the
// configuration, by evidence, or not at all; of the store by settings alone.
func enabled() assess.Requirement {
	by := func(address, argument string) []configuration.Decider {
		return []configuration.Decider{{
			Address: address, Argument: argument, File: "main.tf", Line: 3,
		}}
	}
	return assess.Requirement{
		Services: []string{"store", "vault"}, Controls: []string{"encryption-in-transit", "customer-keys"},
		Avoid: []string{"local-authentication"}, AnyOf: map[string][]string{"SC-8": {"encryption-in-transit", "vnet-injection"}},
		MustBe: assess.MustBeEnabled,
		Evidence: []assess.Evidence{
			{Service: "vault", Control: "customer-keys", Condition: "Premium tier only", Reference: "main.tf"},
			{
				Service: "vault", Control: "customer-keys", Condition: assess.SwitchedOn, Reference: "x_vault.main.key",
				Holds: new(true), ApprovedBy: "me",
			},
		},
		Configuration: &configuration.Document{
			Services: map[string][]configuration.Place{
				"vault": {{Address: "x_vault.main", Type: "x_vault", File: "main.tf", Line: 1}},
				"store": {{Address: "x_store.main", Type: "x_store", File: "main.tf", Line: 9}},
			},
			Settings: map[string]map[string]configuration.Setting{
				"vault": {
					"encryption-in-transit": {State: assess.StateOn, By: by("x_vault.main", "tls")},
					"local-authentication":  {State: assess.StateOff, By: by("x_vault.main", "local")},
				},
				"store": {"encryption-in-transit": {State: assess.StateOn, By: by("x_store.main", "tls")}},
			},
		},
	}
}

// What is in force has a property that says so, where it is for every service.
func TestProperties_inForce(t *testing.T) {
	t.Parallel()
	with := func(change func(*assess.Requirement)) []assess.Requirement {
		r := enabled()
		change(&r)
		return []assess.Requirement{r}
	}
	const transit, one = "CONTROLS_REQUIRED_ENCRYPTION_IN_TRANSIT_IN_FORCE", "CONTROLS_ANY_OF_SC_8_IN_FORCE"
	const keys, all = "CONTROLS_REQUIRED_CUSTOMER_KEYS_IN_FORCE", "CONTROLS_ALL_IN_FORCE"
	for name, c := range map[string]struct {
		requirements []assess.Requirement
		want         []string
	}{
		// The store's keys of customers do not apply, which is not to be in force.
		"of some":      {with(func(*assess.Requirement) {}), []string{one, transit}},
		"of one":       {with(func(r *assess.Requirement) { r.Services = []string{"vault"} }), []string{all, one, keys, transit}},
		"documented":   {with(func(r *assess.Requirement) { r.MustBe = "" }), nil},
		"of one alone": {append(with(func(r *assess.Requirement) { r.Services = []string{"vault"} }), plain()), nil},
		"of every documented one": {with(func(r *assess.Requirement) {
			r.Controls, r.Avoid, r.AnyOf = nil, nil, nil
			r.EveryDocumentedOf = map[string][]string{"SC-8": {"encryption-in-transit", "customer-keys"}}
		}), []string{all, "CONTROLS_EVERY_DOCUMENTED_OF_SC_8_IN_FORCE"}},
		// The vault's keys of customers are documented alone, and the store's do not apply.
		"of every documented one, some documented alone": {with(func(r *assess.Requirement) {
			r.Controls, r.Avoid, r.AnyOf, r.Evidence, r.MustBe = nil, nil, nil, r.Evidence[:1], ""
			r.EveryDocumentedOf = map[string][]string{"SC-8": {"encryption-in-transit", "customer-keys"}}
		}), nil},
		"by exception": {with(func(r *assess.Requirement) {
			delete(r.Configuration.Settings, "store")
			r.Exceptions = []assess.Exception{
				{Service: "store", Control: "encryption-in-transit", Justification: "x", Expires: "2026-12-31"},
				{Service: "store", Control: "SC-8", Justification: "x", Expires: "2026-12-31"},
			}
		}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var statement struct{ Predicate struct{ Properties []string } }
			if err := json.Unmarshal([]byte(issue(t, request(t, c.requirements...)).Statements[attest.SVR]),
				&statement); err != nil {
				t.Fatal(err)
			}
			got := slices.DeleteFunc(statement.Predicate.Properties, func(p string) bool {
				return !strings.HasSuffix(p, "_IN_FORCE")
			})
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, expected %q", got, c.want)
			}
			for _, property := range got {
				if !grammar.MatchString(property) {
					t.Errorf("%s is not a name by the grammar", property)
				}
			}
		})
	}
}

// A condition that the configuration meets is no more than that: the control is not in force.
func TestVerify_conditionMet(t *testing.T) {
	t.Parallel()
	r := enabled()
	by := r.Configuration.Settings["vault"]["encryption-in-transit"]
	r.Configuration.Conditions = map[string]map[string]map[string]configuration.Setting{
		"vault": {"customer-keys": {"Premium tier only": by}},
	}
	r.Services, r.Controls, r.Avoid, r.AnyOf, r.Evidence = []string{"vault"}, []string{"customer-keys"}, nil, nil, nil
	r.MustBe = ""
	request, a := signed(t, r)
	v := expecting(request, a)
	if _, err := attest.Verify(v); err != nil {
		t.Fatal(err)
	}
	v.RequireInForce = []string{"customer-keys"}
	_, err := attest.Verify(v)
	refused(t, err, "customer-keys of vault (configured)")
}

// A verifier can tell what is in force from what a service can do.
func TestVerify_requireInForce(t *testing.T) {
	t.Parallel()
	r, a := signed(t, enabled())
	rSupported, supported := signed(t, plain())
	rNone, none := signed(t, assess.Requirement{AllowNoServices: true, Controls: []string{"encryption-in-transit"}})
	for name, c := range map[string]struct {
		v     attest.Verification
		id    string
		words string // "" where it is accepted
	}{
		"configured":     {expecting(r, a), "encryption-in-transit", ""},
		"avoided":        {expecting(r, a), "local-authentication", ""},
		"not applicable": {expecting(r, a), "customer-keys", "customer-keys of store (not_applicable)"},
		"of a group":     {expecting(r, a), "vnet-injection", "vnet-injection of store (not asked for)"},
		"not asked for":  {expecting(r, a), "sc-7", "sc-7 of vault (not asked for)"},
		"documented only": {
			expecting(rSupported, supported), "encryption-in-transit", "encryption-in-transit of store (satisfied)",
		},
		"no services": {expecting(rNone, none), "encryption-in-transit", "not show these to be in force"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.v.RequireInForce, c.v.AllowExceptions, c.v.AllowNoServices = []string{c.id}, true, true
			_, err := attest.Verify(c.v)
			switch {
			case c.words != "":
				refused(t, err, c.words)
			case err != nil:
				t.Error(err)
			}
		})
	}
}

// What is said to be in force has to follow from the finding, whoever signed it.
func TestVerify_inForceContradictions(t *testing.T) {
	t.Parallel()
	r, a := signed(t, enabled())
	text := a.Statements[attest.Controls]
	v := expecting(r, a)
	if _, err := attest.Verify(v); err != nil {
		t.Fatal(err)
	}
	const configured = `"inForce":"configuration","outcome":"configured"`
	for name, c := range map[string]struct{ old, replacement string }{
		"no more":           {`"inForce":"configuration",`, ``},
		"another way":       {`"inForce":"configuration"`, `"inForce":"evidence"`},
		"by a document":     {`"inForce":"configuration"`, `"inForce":"document"`},
		"by nothing known":  {`"inForce":"configuration"`, `"inForce":"hearsay"`},
		"outcome":           {configured, `"inForce":"configuration","outcome":"satisfied"`},
		"gap":               {configured, `"inForce":"configuration","outcome":"gap"`},
		"excepted":          {configured, `"inForce":"configuration","outcome":"excepted"`},
		"evidence denied":   {`"holds":true`, `"holds":false`},
		"evidence another":  {`"condition":"switched on"`, `"condition":"switched in"`},
		"property left out": {`"CONTROLS_ANY_OF_SC_8_IN_FORCE",`, ``},
		"property added":    {`"CONTROLS_ALL_DOCUMENTED",`, `"CONTROLS_ALL_DOCUMENTED","CONTROLS_ALL_IN_FORCE",`},
		"of an adverse one": {`"adverse":true,`, `"adverse":true,"inForce":"configuration",`},
	} {
		v.Envelope = attest.Seal(replaced(t, text, c.old, c.replacement), r.Key)
		if _, err := attest.Verify(v); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
