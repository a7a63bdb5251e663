package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// "validate" finds what depends neither on a configured catalogue nor on the clock.
func TestAccRequirement_validate(t *testing.T) {
	t.Parallel()
	// with is a requirement that is in order but for the further arguments.
	with := func(arguments string) string {
		return "services = [\"azure-key-vault\"]\ncontrols = [\"vnet-injection\"]\n" + arguments
	}
	withException := func(e string) string { return with("exceptions = [" + e + "]") }
	withEvidence := func(e string) string { return with("evidence = [" + e + "]") }
	cases := []requirementCase{
		{"no_services_argument", `controls = ["vnet-injection"]`},
		{"no_services_argument_allowed", `
			allow_no_services = true
			configuration_wo  = null
			controls          = ["vnet-injection"]`},
		{"no_controls_argument", `services = ["azure-key-vault"]`},
		{"group_name", `
			services = ["azure-key-vault"]
			any_of   = { "SC/7" = ["vnet-injection"] }`},
		{"group_reserved", `
			services = ["azure-key-vault"]
			any_of   = { lifecycle = ["vnet-injection"] }`},
		{"group_named_like_control", with(`any_of = { vnet-injection = ["forced-tunneling"] }`)},
		{"group_null", `
			services = ["azure-key-vault"]
			any_of   = { "SC-7" = null }`},
		{"group_in_two_arguments", `
			services           = ["azure-key-vault"]
			any_of             = { "SC-7" = ["vnet-injection"] }
			every_documented_of = { "SC-7" = ["forced-tunneling"] }`},
		{"group_name_of_every_documented_of", `
			services           = ["azure-key-vault"]
			every_documented_of = { "SC/7" = ["VNet injection"] }`},
		{"evidence_for_group_of_every_documented_of", with(`every_documented_of = { "SC-7" = ["forced-tunneling"] }
			evidence = [` + evidence("azure-key-vault", "SC-7", "Premium", `"a"`) + `]`)},
		{"service_null", `
			services = ["azure-key-vault", null]
			controls = ["vnet-injection"]`},
		{"control_null", `
			services = ["azure-key-vault"]
			controls = [null]`},
		{"exception_expires_of_yamldecode", with("exceptions = yamldecode(<<-EOT\n" +
			"- {service: azure-key-vault, control: vnet-injection, justification: because, expires: 2027-01-01}\nEOT\n)")},
		{"service_name", `
			services = ["Azure Key Vault"]
			controls = ["vnet-injection"]`},
		{"service_type", `
			services = ["azurerm_key_vault"]
			controls = ["vnet-injection"]`},
		{"control_label", `
			services = ["azure-key-vault"]
			controls = ["VNet injection support"]`},
		{"control_malformed", `
			services = ["azure-key-vault"]
			controls = ["vnet_injection"]`},
		{"control_label_avoided", `
			services = ["azure-key-vault"]
			avoid    = ["Local authentication!"]`},
		{"control_label_in_group", `
			services = ["azure-key-vault"]
			any_of   = { "SC-7" = ["Forced tunneling support"] }`},
		{"enforcement", with(`enforcement = "block"`)},
		{"not_applicable", with(`not_applicable = "warn"`)},
		{"on_retired", with(`on_retired = "fail"`)},
		{"as_of", with(`as_of = "2025-1-31"`)},
		{"as_of_impossible", with(`as_of = "2025-02-30"`)},
		{"max_document_age_days", with(`max_document_age_days = 0`)},
		{"max_document_age_days_huge", with(`max_document_age_days = 1000001`)},
		{"exception_null", withException(`null`)},
		{"exception_incomplete", withException(`{ service = "azure-key-vault", control = "vnet-injection" }`)},
		{"exception_date", withException(exception("azure-key-vault", "vnet-injection", "30.06.2027"))},
		{"exception_impossible_date", withException(exception("azure-key-vault", "vnet-injection", "2027-06-31"))},
		{"exception_blank", withException(entry(`service = "azure-key-vault"`, `control = "vnet-injection"`,
			`expires = "2027-06-30"`, `justification = " "`, `approved_by = ""`, `ticket = ""`, `compensating_controls = []`))},
		{"exception_duplicate", withException(exception("azure-key-vault", "vnet-injection", "2027-06-30") + ", " +
			exception("azure-key-vault", "vnet-injection", "2028-06-30"))},
		{"exception_invisible", withException(entry(`service = "azure-key-vault"`, `control = "vnet-injection"`,
			`expires = "2027-06-30"`, `justification = "\u200b"`, `approved_by = "\u2060"`,
			`ticket = "\u202e"`, `compensating_controls = ["\u3164"]`))},
		{"exception_for_nothing", withException(exceptionFor())},
		{"exception_for_one_and_several", withException(exceptionFor(`service = "azure-key-vault"`, `control = "vnet-injection"`,
			`services = ["azure-key-vault"]`, `controls = ["vnet-injection"]`))},
		{"evidence_for_nothing", withEvidence(entry(`control = "vnet-injection"`, `condition = "x"`, `reference = "x"`))},
		{"evidence_for_one_and_several", withEvidence(entry(`service = "azure-key-vault"`, `services = ["azure-storage"]`,
			`control = "vnet-injection"`, `condition = "x"`, `reference = "x"`))},
		{"exception_for_several_names", withException(exceptionFor(`services = ["Azure Key Vault"]`, `controls = [" "]`))},
		{"exception_for_a_null_among_several", withException(exceptionFor(`services = ["azure-key-vault", null]`,
			`control = "vnet-injection"`))},
		{"exception_for_several_twice", withException(exceptionFor(`service = "azure-key-vault"`, `control = "vnet-injection"`) +
			", " + exceptionFor(`services = ["azure-key-vault"]`, `controls = ["vnet-injection", "forced-tunneling"]`))},
		{"evidence_blank", withEvidence(evidence("azure-key-vault", "vnet-injection", " ", `"  "`))},
		{"evidence_duplicate", withEvidence(evidence("azure-key-vault", "vnet-injection", "Premium", `"a"`) + ", " +
			evidence("azure-key-vault", "vnet-injection", "Premium", `"b"`))},
		{
			"evidence_duplicate_but_for_a_line_end",
			withEvidence(evidence("azure-key-vault", "vnet-injection", "Premium", `"a"`) + ", " +
				evidence("azure-key-vault", "vnet-injection", "Premium\n", `"b"`)),
		},
		{"evidence_for_group", with(`any_of = { "SC-7" = ["forced-tunneling", "service-endpoints"] }
			evidence = [` + evidence("azure-key-vault", "SC-7", "Premium", `"a"`) + `]`)},
	}
	w := acctest.NewWorkspace(t, configOf(cases))
	checkRequirementCases(t, "validate", cases, w.ValidateDiagnostics())
}

// What is empty may be the made-up value of a mocked provider, and is left to the plan, as
// is what stands in a document.
func TestAccRequirement_empty(t *testing.T) {
	t.Parallel()
	const alpha = "\ncontrols = [\"alpha\"]"
	cases := []requirementCase{
		{"no_services", "services = []" + alpha},
		{"no_services_of_the_configuration", "configuration_wo = local.none" + alpha},
		{"no_services_beside_the_configuration", "services = []\nconfiguration_wo = local.plain" + alpha},
		{"no_controls", "services = [\"plain-store\"]\ncontrols = []"},
		{"no_controls_but_groups", "services = [\"plain-store\"]\ncontrols = []\navoid = []\nany_of = { one = [\"alpha\"] }"},
		{"no_groups", "services = [\"plain-store\"]\nany_of = {}"},
		{"no_groups_of_every_documented_of", "services = [\"plain-store\"]\nevery_documented_of = {}"},
		{
			"group_empty_of_every_documented_of",
			"services = [\"plain-store\"]\nevery_documented_of = { \"SC-7\" = [] }",
		},
		{"group_empty", "services = [\"plain-store\"]\nany_of = { \"SC-7\" = [] }"},
		{
			"exception_for_no_service",
			"services = []" + alpha + "\nexceptions = [" + exception("plain-store", "alpha", "2027-06-30") + "]",
		},
		{
			"exception_for_none_of_several",
			"services = [\"plain-store\"]" + alpha + "\nexceptions = [" + exceptionFor("services = []", "controls = []") + "]",
		},
		{
			"evidence_for_none_of_several", "services = [\"plain-store\"]" + alpha + "\nevidence = [" +
				entry("services = []", `control = "alpha"`, `condition = "x"`, `reference = "x"`) + "]",
		},
		{"document_malformed", "configuration_wo = \"made up\"" + alpha},
		{"document_edited", "configuration_wo = replace(local.plain, \"main.tf\", \"\")" + alpha},
		{"document_of_an_unknown_service", "configuration_wo = local.unknown" + alpha},
	}
	documents := fmt.Sprintf("locals {\n  none    = %s\n  plain   = %s\n  unknown = %s\n}\n",
		document(t), document(t, "plain-store"), document(t, "plain-stone"))
	w := acctest.NewWorkspaceOn(t, acctest.Today, requirementCatalog(t, "")+documents+configOf(cases))
	w.Run(0, "validate")
	checkRequirementCases(t, "empty", cases, w.PlanDiagnostics(1))
}

// What is not known to "validate" may yet turn out right: it reports nothing.
func TestAccRequirement_validateUnknown(t *testing.T) {
	t.Parallel()
	config := requirementCatalog(t, "enforcement = var.text")
	for i, argument := range []string{
		"services = var.set", "controls = var.set", "avoid = var.set", "any_of = { a = var.set }", "any_of = { a = [var.text] }",
		"every_documented_of = { a = var.set }",
		"enforcement = var.text", "not_applicable = var.text", "on_retired = var.text", "as_of = var.text",
		"max_document_age_days = var.number", "exceptions = var.list", "evidence = var.list", "configuration_wo = var.text",
		"allow_no_services = var.flag",
		"exceptions = [" + exceptionFor("service = var.text", "services = var.set", "control = var.text",
			"controls = var.set") + "]",
		"exceptions = [" + exceptionFor("services = [var.text]", "controls = []") + "]", // as a mocked provider makes it up
	} {
		config += requirement(fmt.Sprintf("r%d", i), argument+complement(argument))
	}
	w := acctest.NewWorkspace(t, config+`
variable "set" { type = set(string) }
variable "text" { type = string }
variable "number" { type = number }
variable "flag" { type = bool }
variable "list" { type = list(any) }
`)
	w.Run(0, "validate")
}

// complement is what a requirement with one argument lacks.
func complement(argument string) string {
	text := ""
	if !strings.HasPrefix(argument, "services") {
		text += "\nservices = [\"plain-store\"]"
	}
	if !strings.HasPrefix(argument, "controls") {
		text += "\ncontrols = [\"alpha\"]"
	}
	return text
}
