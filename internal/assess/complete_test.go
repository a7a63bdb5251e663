package assess_test

import (
	"math/rand/v2"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
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
		Services:          []string{"old", "e", "c", "b", "a"},
		Controls:          []string{vnet, cmk, tls, vnet},
		Avoid:             []string{local},
		AnyOf:             map[string][]string{"SC-28(1)": {tls, cmk}, "A.8.24": {audit, vnet}},
		EveryDocumentedOf: map[string][]string{"AC-4": {vnet, tls, audit}, "AC-17": {vnet, cmk}, "AU-2": {audit}},
		Crosswalk: &crosswalk.Crosswalk{
			Schema: crosswalk.Schema, Sources: []string{"One table", "Other table"},
			Profile: &crosswalk.Profile{Title: "Annex A", Undocumented: map[string]string{"A.6.1": "Screening", "SC-28(1)": ""}},
			Identifiers: map[string]crosswalk.Identifier{
				"A.8.24": {
					Framework: "ISO/IEC 27001 Annex A", Version: "2022", Identifier: "A.8.24", Title: "Cryptography",
					Members: map[string]crosswalk.Member{
						vnet:  {Confidence: catalog.ConfidenceLow, Relationship: catalog.RelationshipIntersects, Source: 1},
						"tls": {Confidence: catalog.ConfidenceHigh, Relationship: catalog.RelationshipEqual},
					},
				},
				"AC-2": {Framework: "F", Identifier: "AC-2", Members: map[string]crosswalk.Member{
					vnet: {Confidence: catalog.ConfidenceHigh, Relationship: catalog.RelationshipEqual},
				}},
			},
		},
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

// completeInForce is a catalogue and a requirement of controls in force over it, in which
// everything occurs that settings and evidence come to.
func completeInForce(t testing.TB) (*catalog.Catalog, assess.Requirement) {
	t.Helper()
	c := load(t,
		documented("a", statements{
			vnet: "yes", cmk: "Premium", tls: "yes", audit: assesstest.ByDefault + "yes", local: "yes", open: "Basic",
			assesstest.Logs: "Dedicated",
		}),
		documented("b", statements{
			vnet: "yes", cmk: "Premium", tls: assesstest.ByDefault + "Premium", audit: "not_applicable", local: "no", open: "yes",
			assesstest.Logs: "Dedicated",
		}),
	)
	on, off := assess.SwitchedOn, assess.SwitchedOff
	d := assesstest.Shown(map[string]string{vnet: "off", cmk: "on", tls: "unknown", local: "off", open: "on"})
	d.Services["b"] = d.Services["a"]
	assesstest.ShownCondition(d, "a", assesstest.Logs, "Dedicated", "on")
	assesstest.ShownCondition(d, "b", assesstest.Logs, "Dedicated", "off")
	of := func(service, control, condition string, holds *bool) assess.Evidence {
		return assess.Evidence{Service: service, Control: control, Condition: condition, Reference: "main.tf", Holds: holds}
	}
	return c, assess.Requirement{
		Services: []string{"a", "b"}, Controls: []string{vnet, cmk, tls, audit, assesstest.Logs}, Avoid: []string{local, open},
		AnyOf: map[string][]string{"SC-8": {vnet, tls}, "SC-28": {cmk}}, MustBe: assess.MustBeEnabled, Configuration: d,
		EveryDocumentedOf: map[string][]string{"AU-6": {assesstest.Logs, vnet}, "SC-12": {tls, audit}},
		Evidence: []assess.Evidence{
			of("a", cmk, "Premium", nil), of("a", vnet, on, new(true)), of("a", open, off, new(true)),
			of("b", vnet, on, new(true)), of("b", cmk, "Premium", new(true)), of("b", cmk, on, new(false)),
			of("b", tls, "Premium", nil), of("b", open, off, new(false)), of("a", assesstest.Logs, on, nil),
		},
		Exceptions: []assess.Exception{
			{Service: "a", Control: tls, Justification: "x", Expires: "2025-12-31"},
			{Service: "a", Control: vnet, Justification: "x", Expires: "2025-06-29"},
		},
	}
}

func shuffle[T any](rng *rand.Rand, s []T) []T {
	shuffled := make([]T, len(s))
	for i, j := range rng.Perm(len(s)) {
		shuffled[i] = s[j]
	}
	return shuffled
}
