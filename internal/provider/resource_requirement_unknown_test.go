package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tfconfig "github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// later defines a value that is not known before the apply.
func later(name, value string) (definition, reference string) {
	return fmt.Sprintf("resource \"terraform_data\" %q {\n  input = %s\n}\n", name, value), "terraform_data." + name + ".output"
}

// Whatever is unknown in the plan leaves the results unknown, and passes at apply if it
// turns out well. All are in one configuration, for speed.
func TestAccResourceRequirement_unknownUntilApply(t *testing.T) {
	full := map[string]string{"full-store/alpha": "satisfied"}
	excepted := map[string]string{"plain-store/beta": "excepted"}
	gap := map[string]string{"plain-store/beta": "gap"}
	const fullStore = "services = [\"full-store\"]\n"
	const plainBeta = "services = [\"plain-store\"]\ncontrols = [\"beta\"]\n"
	const plainGamma = "services = [\"plain-store\"]\ncontrols = [\"gamma\"]\n"
	tests := map[string]struct {
		value     string // of LATER in the arguments
		arguments string
		outcomes  map[string]string
	}{
		"services": {`["full-store"]`, "services = LATER\ncontrols = [\"alpha\"]", full},
		"service":  {`"full-store"`, "services = [LATER]\ncontrols = [\"alpha\"]", full},
		"another_service": {
			`"full-store"`,
			"services = [LATER, \"plain-store\"]\ncontrols = [\"alpha\"]",
			map[string]string{"full-store/alpha": "satisfied", "plain-store/alpha": "satisfied"},
		},
		"controls": {`["alpha"]`, fullStore + "controls = LATER", full},
		"control":  {`"alpha"`, fullStore + "controls = [LATER]", full},
		"group_member": {
			`"alpha"`,
			"services = [\"plain-store\"]\nany_of = { one = [\"beta\", LATER] }",
			map[string]string{"plain-store/one": "satisfied"},
		},
		"groups": {
			`{ one = ["alpha"] }`, fullStore + "any_of = LATER", map[string]string{"full-store/one": "satisfied"},
		},
		"group_member_of_every_documented_of": {
			`"alpha"`,
			"services = [\"plain-store\"]\nevery_documented_of = { one = [\"omega\", LATER] }",
			map[string]string{"plain-store/one": "satisfied"},
		},
		"groups_of_every_documented_of": {
			`{ one = ["alpha"] }`, fullStore + "every_documented_of = LATER", map[string]string{"full-store/one": "satisfied"},
		},
		"avoid": {
			`"local-users"`, fullStore + "avoid = [LATER]", map[string]string{"full-store/local-users": "satisfied"},
		},
		"exceptions": {
			"[" + exception("plain-store", "beta", "2027-06-30") + "]", plainBeta + "exceptions = [for e in LATER : e]", excepted,
		},
		"exception_service": {`"plain-store"`, plainBeta + "exceptions = [" +
			strings.Replace(exception("SERVICE", "beta", "2027-06-30"), `"SERVICE"`, "LATER", 1) + "]", excepted},
		"exception_services": {
			`["plain-store"]`, plainBeta + "exceptions = [" + exceptionFor("services = LATER", `controls = ["beta"]`) + "]",
			excepted,
		},
		"exception_service_among_several": {
			`"plain-store"`, plainBeta + "exceptions = [" + exceptionFor("services = [LATER]", `control = "beta"`) + "]",
			excepted,
		},
		"exception_control_among_several": {
			`"beta"`, plainBeta + "exceptions = [" + exceptionFor(`service = "plain-store"`, "controls = [LATER]") + "]",
			excepted,
		},
		"evidence_service_among_several": {
			`"plain-store"`, plainGamma + "evidence = [" + entry("services = [LATER]", `control = "gamma"`,
				`condition = "Premium tier only"`, `reference = "x"`) + "]",
			map[string]string{"plain-store/gamma": "evidenced"},
		},
		"exception_expires": {`"2027-06-30"`, plainBeta + "exceptions = [" +
			strings.Replace(exception("plain-store", "beta", "DATE"), `"DATE"`, "LATER", 1) + "]", excepted},
		"exception_ticket": {
			`"T-1"`,
			plainBeta + "exceptions = [" + exception("plain-store", "beta", "2027-06-30", "ticket = LATER") + "]",
			excepted,
		},
		"evidence_reference": {
			`"sku = Premium"`, plainGamma + "evidence = [" + evidence("plain-store", "gamma", "Premium tier only", "LATER") + "]",
			map[string]string{"plain-store/gamma": "evidenced"},
		},
		"evidence_condition": {
			`"Premium tier only"`, plainGamma + "evidence = [" +
				strings.Replace(evidence("plain-store", "gamma", "CONDITION", `"x"`), `"CONDITION"`, "LATER", 1) + "]",
			map[string]string{"plain-store/gamma": "evidenced"},
		},
		"enforcement": {`"warn"`, plainBeta + "enforcement = LATER", gap},
		"not_applicable": {
			`"allow"`,
			"services = [\"plain-store\"]\ncontrols = [\"delta\"]\nnot_applicable = LATER",
			map[string]string{"plain-store/delta": "not_applicable"},
		},
		"on_retired": {
			`"allow"`,
			"services = [\"old-store\"]\ncontrols = [\"alpha\"]\non_retired = LATER",
			map[string]string{"old-store/alpha": "satisfied"},
		},
		"as_of": {
			`"2025-03-01"`,
			"services = [\"plain-store\"]\ncontrols = [\"alpha\"]\nas_of = LATER",
			map[string]string{"plain-store/alpha": "satisfied"},
		},
		"max_document_age_days": {
			`471`,
			"services = [\"plain-store\"]\ncontrols = [\"alpha\"]\nmax_document_age_days = LATER",
			map[string]string{"plain-store/alpha": "satisfied"},
		},
		"allow_no_services": {
			`true`, "services = []\ncontrols = [\"alpha\"]\nallow_no_services = LATER", map[string]string{},
		},
		"configuration": {document(t, "full-store"), "configuration_wo = LATER\ncontrols = [\"alpha\"]", full},
		"scope": {
			document(t, "plain-store"), fullStore + "controls = [\"alpha\"]\nconfiguration_wo = LATER", full,
		},
		"either": {
			`["full-store"]`,
			"configuration_wo = " + document(t, "plain-store") + "\nservices = LATER\ncontrols = [\"alpha\"]",
			full,
		},
	}
	config := requirementCatalog(t, "")
	var planChecks []plancheck.PlanCheck
	var stateChecks []statecheck.StateCheck
	for name, test := range tests {
		definition, reference := later(name, test.value)
		config += definition + requirement(name, strings.ReplaceAll(test.arguments, "LATER", reference))
		planChecks = append(planChecks, resultsUnknown("controls_requirement."+name)...)
		stateChecks = append(stateChecks, checkOutcomes("controls_requirement."+name, test.outcomes)...)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: planChecks}, ConfigStateChecks: stateChecks},
			unchanged(config),
		},
	})
}

func resultsUnknown(address string) []plancheck.PlanCheck {
	var checks []plancheck.PlanCheck
	for _, attribute := range []string{"compliant", "summary", "gaps", "assessment", "digest"} {
		checks = append(checks, plancheck.ExpectUnknownValue(address, tfjsonpath.New(attribute)))
	}
	return checks
}

// What becomes unknown again in an update leaves the results to the apply as well.
func TestAccResourceRequirement_unknownInUpdate(t *testing.T) {
	config := func(control string) string {
		definition, reference := later("later", `"`+control+`"`)
		return requirementCatalog(t, "") + definition +
			requirement("this", "services = [\"full-store\"]\ncontrols = ["+reference+"]")
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config("alpha")},
			{
				Config:            config("beta"),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: resultsUnknown(requirementAddress)},
				ConfigStateChecks: checkOutcomes(requirementAddress, map[string]string{"full-store/beta": "satisfied"}),
			},
			unchanged(config("beta")),
			{Config: config("omega"), ExpectError: acctest.Says("Required security controls missing", "omega: not documented")},
		},
	})
}

// A variable is unknown to "validate" and known to the plan.
func TestAccResourceRequirement_variables(t *testing.T) {
	config := requirementCatalog(t, "") + requirement("this", `
		services = var.services
		controls = var.controls`) + `
		variable "services" { type = set(string) }
		variable "controls" { type = set(string) }`
	set := func(values ...string) tfconfig.Variable {
		var list []tfconfig.Variable
		for _, v := range values {
			list = append(list, tfconfig.StringVariable(v))
		}
		return tfconfig.SetVariable(list...)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:          config,
				ConfigVariables: tfconfig.Variables{"services": set("plain-store"), "controls": set("alpha", "beta")},
				ExpectError:     acctest.Says("lacks 1 of 2 controls", "beta: documented as"),
			},
			{
				Config: config, ConfigVariables: tfconfig.Variables{"services": set("Plain Store"), "controls": set("alpha")},
				ExpectError: acctest.Says("Malformed service id", `"Plain Store" is not the id of a service`),
			},
			{
				Config: config, ConfigVariables: tfconfig.Variables{"services": set(), "controls": set("alpha")},
				ExpectError: acctest.Says("Error: No services"),
			},
			{Config: config, ConfigVariables: tfconfig.Variables{"services": set("plain-store"), "controls": set("alpha")}},
		},
	})
}

// An unknown value excuses only what it may cover, and the plan says what waits.
func TestAccRequirement_unknownDiagnostics(t *testing.T) {
	t.Parallel()
	definition, later := later("later", `"x"`)
	plainBeta := "services = [\"plain-store\"]\ncontrols = [\"beta\"]\n"
	cases := []requirementCase{
		{"services_unknown", "services = [" + later + "]\ncontrols = [\"beta\"]"},
		{"known_gap_among_unknown_services", "services = [\"plain-store\", " + later + "]\ncontrols = [\"alpha\", \"beta\"]"},
		{"known_gap_among_unknown_controls", "services = [\"plain-store\"]\ncontrols = [\"beta\", " + later + "]"},
		{
			"known_group_and_open_group",
			"services = [\"plain-store\"]\nany_of = { closed = [\"beta\", \"omega\"], open = [\"beta\", " + later + "] }",
		},
		{
			"known_gap_in_an_open_group_of_every_documented_of",
			"services = [\"plain-store\"]\nevery_documented_of = { gap = [\"beta\", " + later + "], open = [\"omega\", " + later +
				"] }",
		},
		{
			"exceptions_unknown",
			plainBeta + "exceptions = [for e in [" + later + "] : { service = e, control = e, justification = e, expires = e }]",
		},
		{
			"exception_expiry_unknown",
			plainBeta + "exceptions = [" + strings.Replace(exception("plain-store", "beta", "X"), `"X"`, later, 1) + "]",
		},
		{
			"exception_for_another_control_unknown",
			"services = [\"plain-store\"]\ncontrols = [\"beta\", \"omega\"]\nexceptions = [" +
				strings.Replace(exception("plain-store", "omega", "X"), `"X"`, later, 1) + "]",
		},
		{"evidence_condition_unknown", "services = [\"plain-store\"]\ncontrols = [\"gamma\"]\nevidence = [" +
			strings.Replace(evidence("plain-store", "gamma", "X", `"x"`), `"X"`, later, 1) + "]"},
		{"evidence_cannot_cover_no", "services = [\"plain-store\"]\ncontrols = [\"beta\"]\nevidence = [" +
			strings.Replace(evidence("plain-store", "beta", "X", `"x"`), `"X"`, later, 1) + "]"},
		{"evidence_reference_unknown", "services = [\"plain-store\"]\ncontrols = [\"gamma\"]\nevidence = [" +
			evidence("plain-store", "gamma", "Premium tier only", later) + "]"},
		{"enforcement_unknown", plainBeta + "enforcement = " + later},
		{"settings_cannot_cover_no", plainBeta + "not_applicable = " + later + "\non_retired = " + later},
		{"as_of_unknown", plainBeta + "as_of = " + later},
		{"unknown_beside_wrong_id", "services = [\"plain-stone\", " + later + "]\ncontrols = [\"alpha\"]"},
		{"unknown_in_warn_mode", "services = [\"plain-store\", " + later + "]\ncontrols = [\"beta\"]\nenforcement = \"warn\""},
		{
			"retired_deny_among_unknown",
			"services = [\"old-store\", " + later + "]\ncontrols = [\"alpha\"]\non_retired = \"deny\"",
		},
	}
	checkPlannedCases(t, "unknown", requirementCatalog(t, "")+definition, cases)
}

// What turns out to be a gap fails at apply, and leaves nothing in the state.
func TestAccRequirement_unknownFailsAtApply(t *testing.T) {
	t.Parallel()
	const plain = "services = [\"plain-store\"]\n"
	tests := map[string]struct{ value, arguments, says string }{
		"service":       {`"plain-store"`, "services = [LATER]\ncontrols = [\"beta\"]", "lacks the required control"},
		"wrong_service": {`"plain-stone"`, "services = [LATER]\ncontrols = [\"beta\"]", `Did you mean "plain-store"?`},
		"malformed":     {`"Plain Store"`, "services = [LATER]\ncontrols = [\"beta\"]", "is not the id of a service"},
		"no_services":   {`[]`, "services = LATER\ncontrols = [\"beta\"]", "No services"},
		"null_services": {`"x"`, "services = LATER == \"x\" ? null : [\"full-store\"]\ncontrols = [\"beta\"]", "services"},
		"no_chosen": {
			document(t),
			"configuration_wo = LATER\ncontrols = [\"beta\"]",
			"The configuration chooses no service of the catalogue",
		},
		"null_document": {
			`"x"`,
			"configuration_wo = LATER == \"x\" ? null : LATER\ncontrols = [\"beta\"]",
			"Neither services nor configuration_wo is set",
		},
		"no_document": {
			`"x"`, "configuration_wo = LATER\ncontrols = [\"beta\"]", "This is not the document of a configuration",
		},
		"chosen": {
			document(t, "plain-store"), "configuration_wo = LATER\ncontrols = [\"beta\"]", "x.plain-store (main.tf line 1)",
		},
		"no_controls":   {`[]`, plain + "controls = LATER", "controls is empty, so it asks for nothing"},
		"null_controls": {`"x"`, plain + "controls = LATER == \"x\" ? null : [\"beta\"]", "No controls required"},
		"control":       {`"omega"`, plain + "controls = [\"alpha\", LATER]", "omega: not documented"},
		"expired": {
			`"2026-06-14"`,
			plain + "controls = [\"beta\"]\nexceptions = [" +
				strings.Replace(exception("plain-store", "beta", "X"), `"X"`, "LATER", 1) + "]",
			"its exception ended on 2026-06-14",
		},
		"no_exceptions": {
			`[]`, plain + "controls = [\"beta\"]\nexceptions = [for e in LATER : e]", "lacks the required control",
		},
		"condition": {
			`"Standard tier"`,
			plain + "controls = [\"gamma\"]\nevidence = [" +
				strings.Replace(evidence("plain-store", "gamma", "X", `"x"`), `"X"`, "LATER", 1) + "]",
			"the evidence answers another",
		},
		"reference": {
			`""`,
			plain + "controls = [\"gamma\"]\nevidence = [" + evidence("plain-store", "gamma", "Premium tier only", "LATER") + "]",
			"evidence[0].reference: The value is blank",
		},
		"enforcement":    {`"deny"`, plain + "controls = [\"beta\"]\nenforcement = LATER", "lacks the required control"},
		"not_applicable": {`"deny"`, plain + "controls = [\"delta\"]\nnot_applicable = LATER", "which does not count"},
		"on_retired": {
			`"deny"`, "services = [\"old-store\"]\ncontrols = [\"alpha\"]\non_retired = LATER", "was retired on 2026-01-31",
		},
		"max_age": {`1`, plain + "controls = [\"alpha\"]\nmax_document_age_days = LATER", "by a document of 471 days"},
	}
	config := requirementCatalog(t, "")
	var created []string
	for name, test := range tests {
		definition, reference := later(name, test.value)
		config += definition + requirement(name, strings.ReplaceAll(test.arguments, "LATER", reference))
		created = append(created, "terraform_data."+name)
	}
	w := acctest.NewWorkspaceOn(t, acctest.Today, config)
	w.Run(0, "plan")
	output := w.Run(1, "apply", "-auto-approve")
	for name, test := range tests {
		if !strings.Contains(output, "with controls_requirement."+name+",") {
			t.Errorf("there is no error for %s in:\n%s", name, output)
		}
		if !strings.Contains(output, test.says) {
			t.Errorf("%s: %q is not in:\n%s", name, test.says, output)
		}
	}
	slices.Sort(created)
	if state := w.State(); !slices.Equal(state, created) {
		t.Errorf("the state has %q, expected %q", state, created)
	}
}
