package assess_test

import (
	"math/rand/v2"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// complete is a catalogue and a requirement over it in which every outcome and every
// reason occurs.
func complete(t testing.TB) (*catalog.Catalog, assess.Requirement) {
	t.Helper()
	old := documented("old", statements{vnet: "yes", local: "not_applicable"})
	old.RetiredOn, old.Successor = "2021-02-17", "Service new"
	c := load(t,
		service{ID: "a", Documents: map[catalog.Date]statements{
			"2024-06-30": {vnet: "yes", cmk: "Premium & HSM, \"managed\" <only>", local: "yes"},
			"2020-01-01": {tls: "yes"},
		}},
		documented("b", statements{vnet: "planned", cmk: "Premium", tls: "not_applicable", local: "no"}),
		documented("c", statements{vnet: "no", cmk: "Premium", local: "Basic tier"}),
		documented("e", statements{vnet: "not_applicable", tls: "no", local: "yes"}),
		old,
	)
	return c, assess.Requirement{
		Services: []string{"old", "e", "c", "b", "a"},
		Controls: []string{vnet, cmk, tls, vnet},
		Avoid:    []string{local},
		AnyOf:    map[string][]string{"SC-28(1)": {tls, cmk}, "A.8.24": {audit, vnet}},
		Exceptions: []assess.Exception{
			{
				Service:              "e",
				Control:              "SC-28(1)",
				Justification:        "Außerhalb\ndes Umfangs",
				Expires:              "2025-12-31",
				ApprovedBy:           "ciso",
				Ticket:               "SEC-1",
				CompensatingControls: []string{"z", "b"},
			},
			{Service: "b", Control: vnet, Justification: "x", Expires: "2025-06-29"},
			{Service: "c", Control: vnet, Justification: "x", Expires: "2025-12-31"},
		},
		Evidence: []assess.Evidence{
			{Service: "c", Control: local, Condition: assess.SwitchedOff, Reference: "main.tf"},
			{Service: "c", Control: cmk, Condition: "Standard", Reference: "y"},
			{
				Service: "a", Control: cmk, Condition: "Premium & HSM, \"managed\" <only>", Reference: "main.tf",
				ApprovedBy: "ciso",
			},
		},
		Workload: "shop-prod", Labels: map[string]string{"team": "payments", "area": "eu"},
		NotApplicable: assess.Deny, OnRetired: assess.Deny,
		MaxDocumentAgeDays: new(int64(1000)), AsOf: "2025-01-01",
		Configuration: &configuration.Document{Scope: configuration.Scope{
			Opaque: []string{"helm_release"}, Other: []string{"random_id", "null_resource"}, Ignored: []string{},
		}},
	}
}

func shuffle[T any](rng *rand.Rand, s []T) []T {
	shuffled := make([]T, len(s))
	for i, j := range rng.Perm(len(s)) {
		shuffled[i] = s[j]
	}
	return shuffled
}
