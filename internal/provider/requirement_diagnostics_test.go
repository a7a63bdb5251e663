package provider_test

import "testing"

// The texts that people read, each as Terraform reports it in a plan on 2026-06-15.
func TestAccRequirement_diagnostics(t *testing.T) {
	t.Parallel()
	cases := []requirementCase{
		{"unsupported_planned", `
			services = ["plain-store"]
			controls = ["beta"]`},
		{"several_gaps", `
			services = ["plain-store", "full-store"]
			controls = ["alpha", "beta", "gamma", "omega"]`},
		{"two_services", `
			services = ["plain-store", "old-store", "full-store"]
			controls = ["beta"]`},
		{"conditional", `
			services = ["plain-store"]
			controls = ["alpha", "gamma"]`},
		{"condition_changed", `
			services = ["plain-store"]
			controls = ["gamma"]
			evidence = [` + evidence("plain-store", "gamma", "Standard tier only", `"x"`) + `]`},
		{"evidence_unused", `
			services = ["full-store"]
			controls = ["gamma"]
			evidence = [` + evidence("full-store", "gamma", "Standard tier only", `"x"`) + `]`},
		{"evidence_of_several", `
			services = ["plain-store", "full-store"]
			controls = ["gamma"]
			evidence = [` + entry(`services = ["plain-store", "full-store", "plain-stone"]`, `control = "gamma"`,
			`condition = "Premium tier only"`, `reference = "x"`) + `]`},
		{"exception_in_force", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2027-06-30") + `]`},
		{"exception_last_day", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2026-06-15") + `]`},
		{"exception_expired", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2026-06-14") + `]`},
		{"exception_ending_soon", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2026-07-15") + `]`},
		{"exception_not_ending_soon", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2026-07-16") + `]`},
		{"exception_unused", `
			services = ["plain-store", "full-store"]
			controls = ["beta"]
			exceptions = [
			  ` + exception("full-store", "beta", "2027-06-30") + `,
			  ` + exception("plain-store", "beta", "2027-06-30") + `,
			]`},
		{"exceptions_of_several", `
			services = ["plain-store", "old-store", "full-store"]
			controls = ["beta", "gamma"]
			exceptions = [
			  ` + entry(`services = ["plain-store", "old-store", "full-store"]`, `controls = ["beta", "gamma"]`,
			`expires = "2026-06-30"`, `justification = "Accepted for the test."`) + `,
			  ` + exceptionFor(`service = "leaving-store"`, `controls = ["alpha", "beta"]`) + `,
			]
			on_retired = "allow"`},
		{"exceptions_of_several_unknown", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exceptionFor(`services = ["plain-store", "plain-stone"]`,
			`controls = ["beta", "alfa", "gama"]`) + `]`},
		{"exception_far_away", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2036-06-16") + `]`},
		{"exception_in_ten_years", `
			services   = ["plain-store"]
			controls   = ["beta"]
			exceptions = [` + exception("plain-store", "beta", "2036-06-15") + `]`},
		{"entries_not_required", `
			services = ["full-store"]
			controls = ["alpha", "beta"]
			any_of   = { "SC-28" = ["gamma"] }
			exceptions = [
			  ` + exception("plain-store", "beta", "2027-06-30") + `,
			  ` + exception("full-store", "delta", "2027-06-30") + `,
			  ` + exception("full-store", "gamma", "2027-06-30") + `,
			]
			evidence = [` + evidence("plain-store", "gamma", "Standard tier only", `"x"`) + `]`},
		{"entries_unknown", `
			services   = ["full-store"]
			controls   = ["alpha"]
			exceptions = [` + exception("full-stone", "alpha", "2027-06-30") + ", " +
			exception("full-store", "alfa", "2027-06-30") + `]
			evidence   = [` + evidence("full-store", "something-else", "Standard tier only", `"x"`) + `]`},
		{"condition_with_a_line_end", `
			services = ["plain-store"]
			controls = ["gamma"]
			evidence = [` + evidence("plain-store", "gamma", "Premium tier only\n", `"x"`) + `]`},
		{"not_applicable_denied", `
			services       = ["plain-store"]
			controls       = ["delta"]
			not_applicable = "deny"`},
		{"retired_warn", `
			services = ["old-store", "leaving-store"]
			controls = ["alpha"]`},
		{"retired_allow", `
			services   = ["old-store", "leaving-store"]
			controls   = ["alpha"]
			on_retired = "allow"`},
		{"retired_deny", `
			services   = ["old-store", "leaving-store"]
			controls   = ["alpha"]
			on_retired = "deny"`},
		{"as_of_older_document", `
			services = ["plain-store"]
			controls = ["alpha"]
			as_of    = "2025-02-28"`},
		{"as_of_without_document", `
			services = ["plain-store"]
			controls = ["alpha"]
			as_of    = "2024-02-29"`},
		{"stale", `
			services              = ["plain-store"]
			controls              = ["alpha"]
			max_document_age_days = 470`},
		{"not_stale", `
			services              = ["plain-store"]
			controls              = ["alpha"]
			max_document_age_days = 471`},
		{"group", `
			services = ["plain-store"]
			any_of   = { "SC-28" = ["beta", "gamma", "omega"], "SC-8" = ["alpha", "beta"] }`},
		{"every_documented_of", `
			services            = ["plain-store"]
			every_documented_of = {
			  "SC-8" = ["alpha", "omega"], "SC-28" = ["alpha", "beta", "gamma", "omega"], "AU-6" = ["omega"]
			}`},
		{"every_documented_of_evidence", `
			services            = ["plain-store"]
			every_documented_of = { "SC-8" = ["alpha", "gamma", "omega"] }`},
		{"exception_for_member_of_every_documented_of", `
			services            = ["plain-store"]
			every_documented_of = { "SC-8" = ["alpha", "beta"] }
			exceptions          = [` + exception("plain-store", "beta", "2027-06-30") + `]`},
		{"avoid", `
			services = ["plain-store", "full-store"]
			avoid    = ["local-users"]`},
		{"warn", `
			services    = ["plain-store", "old-store", "full-store"]
			controls    = ["alpha", "beta"]
			enforcement = "warn"`},
		{"unknown_service", `
			services = ["plain-stone"]
			controls = ["alpha"]`},
		{"unknown_control", `
			services = ["plain-store"]
			controls = ["alfa"]`},
		{"unknown_service_and_controls", `
			services = ["something-else", "full-store"]
			controls = ["alfa"]
			avoid    = ["local-user"]
			any_of   = { one = ["betta"] }`},
		{"adverse_in_controls", `
			services = ["plain-store"]
			controls = ["local-users"]`},
		{"desired_in_avoid", `
			services = ["plain-store"]
			avoid    = ["alpha"]`},
		{"no_services_allowed", `
			services          = []
			controls          = ["alpha"]
			allow_no_services = true`},
	}
	checkPlannedCases(t, "plan", requirementCatalog(t, ""), cases)
}

// floorCases are a gap under each enforcement of a resource.
func floorCases(floor string) []requirementCase {
	const arguments = `
		services = ["plain-store"]
		controls = ["beta"]
		`
	return []requirementCase{
		{"provider_" + floor, arguments},
		{"provider_" + floor + "_resource_warn", arguments + `enforcement = "warn"`},
		{"provider_" + floor + "_resource_ratchet", arguments + `enforcement = "ratchet"`},
		{"provider_" + floor + "_resource_deny", arguments + `enforcement = "deny"`},
	}
}

// What the provider's enforcement does to that of a resource.
func TestAccRequirement_enforcementFloor(t *testing.T) {
	t.Parallel()
	for _, floor := range []string{"warn", "ratchet", "deny"} {
		t.Run(floor, func(t *testing.T) {
			t.Parallel()
			cases := floorCases(floor)
			checkPlannedCases(t, "plan", requirementCatalog(t, `enforcement = "`+floor+`"`), cases)
		})
	}
}

// A floor that is not known yet leaves the gap to the apply, unless the resource denies.
func TestAccRequirement_enforcementFloorUnknown(t *testing.T) {
	t.Parallel()
	definition, reference := later("later", `"warn"`)
	cases := floorCases("unknown")
	checkPlannedCases(t, "plan", definition+requirementCatalog(t, "enforcement = "+reference), cases)
}
