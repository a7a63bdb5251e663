package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

const (
	transit  = "encryption-in-transit"
	ownKeys  = "encryption-at-rest-customer-keys"
	twoUsers = "local-authentication-methods-for-data-plane-access"
)

// inForce requires of what the folder "stack" declares, with the embedded catalogue.
// read has the arguments of the data source, and arguments those of the requirement.
func inForce(read, arguments string) string {
	return `
data "controls_configuration" "this" {
  path = "./stack"
  ` + read + `
}
` + requirement("this", "configuration_wo = data.controls_configuration.this.document\n"+arguments)
}

// account declares a storage account.
func account(arguments string) string {
	return `
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.20"
    }
  }
}
resource "azurerm_storage_account" "this" {
` + arguments + `
}
`
}

const isEnabled = "must_be = \"enabled\"\ncontrols = [\"" + transit + "\"]\n"

// A setting that is off fails the plan, with file and line; once it is on the plan passes, and
// a moved line changes nothing.
func TestAccRequirementInForce_setting(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, inForce("settings = true", isEnabled+`avoid = ["`+twoUsers+`"]`))
	const wrong = "  min_tls_version           = \"TLS1_0\"\n  shared_access_key_enabled = true\n  local_user_enabled = false"
	w.Write("stack/main.tf", account(wrong))
	check := func(name string) {
		t.Helper()
		var texts []string
		for _, d := range w.PlanDiagnostics(1)["controls_requirement.this"] {
			texts = append(texts, d.String())
		}
		slices.Sort(texts)
		golden.Check(t, filepath.Join("testdata", "inforce", name+".txt"), strings.Join(texts, "\n----\n"))
	}
	check("off")
	w.Write("stack/main.tf", account(strings.ReplaceAll(wrong, `"TLS1_0"`, "var.tls")+"\n}\nvariable \"tls\" {"))
	check("not_certain")

	right := strings.NewReplacer("TLS1_0", "TLS1_2", "= true", "= false").Replace(wrong)
	w.Write("stack/main.tf", account(right))
	w.Run(0, "apply", "-auto-approve")
	w.Write("stack/main.tf", "\n# moved\n"+account(right))
	out := w.Run(0, "plan", "-detailed-exitcode")
	expectText(t, out, "No changes")
}

// Nobody has looked is not the same as nothing is on.
func TestAccRequirementInForce_unread(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, inForce("", isEnabled))
	w.Write("stack/main.tf", account(""))
	expectText(t, w.Run(1, "plan"), "Settings are not known", "must_be = \"enabled\"",
		"Set settings = true in data.controls_configuration")
	w.Write("main.tf", acctest.RequiredProviders+requirement("this", "services = [\"azure-storage\"]\n"+isEnabled))
	expectText(t, w.Run(1, "plan"), "Settings are not known", "the requirement has no configuration")
}

// What only the plan or the apply knows decides by its value, and passes at no time before.
func TestAccRequirementInForce_holds(t *testing.T) {
	t.Parallel()
	evidence := func(condition, holds string) string {
		return "evidence = [{\nservice = \"azure-storage\"\ncontrol = \"" + transit + "\"\ncondition = \"" + condition + "\"\n" +
			"reference = \"main.tf\"\nholds = " + holds + "\n}]\n"
	}
	const later = "resource \"terraform_data\" \"tls\" {\n  input = \"TLS1_2\"\n}\n"
	write := func(w *acctest.Workspace, holds string) {
		w.Write("main.tf", acctest.RequiredProviders+later+
			inForce("settings = true", isEnabled+evidence("switched on", holds)))
	}
	w := acctest.NewWorkspace(t, "")
	w.Write("stack/main.tf", account("  min_tls_version = random_id.x.hex\n}\nresource \"random_id\" \"x\" {\n  byte_length = 1"))

	write(w, "terraform_data.tls.output == \"TLS1_0\"")
	expectText(t, w.Run(0, "plan"), "Not known yet: evidence[0].holds")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "what its evidence is about does not hold (holds is false)")
	expectState(t, w, "data.controls_configuration.this", "terraform_data.tls")

	write(w, "terraform_data.tls.output == \"TLS1_2\"")
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.Run(0, "plan", "-detailed-exitcode"), "No changes")
	write(w, "null")
	w.Run(0, "plan")
	write(w, "false")
	expectText(t, w.Run(1, "plan"), "does not hold (holds is false)")

	// What is certainly off fails at once, whatever the evidence will be.
	w.Write("stack/main.tf", account("  min_tls_version = \"TLS1_0\""))
	w.Write("main.tf", acctest.RequiredProviders+strings.ReplaceAll(later, "tls", "other")+
		inForce("settings = true", isEnabled+evidence("switched on", "terraform_data.other.output == \"TLS1_2\"")))
	expectText(t, w.Run(1, "plan"), "but switched off", "main.tf line 11")
}

// A configuration that is read during the apply only leaves to it what is in force.
func TestAccRequirementInForce_readLater(t *testing.T) {
	t.Parallel()
	config := "resource \"terraform_data\" \"first\" {}\n" +
		inForce("settings = true\n  depends_on = [terraform_data.first]", "services = [\"azure-storage\"]\n"+isEnabled)
	w := acctest.NewWorkspace(t, config)
	w.Write("stack/main.tf", account("  min_tls_version = \"TLS1_0\""))
	expectText(t, w.Run(0, "plan"), "Not known yet: configuration_wo")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "but switched off")
	w.Write("stack/main.tf", account("  min_tls_version = \"TLS1_2\""))
	w.Run(0, "apply", "-auto-approve")

	// Nothing that a configuration could show covers a control that is not documented.
	w.Write("main.tf", acctest.RequiredProviders+strings.ReplaceAll(strings.Replace(config, transit, "customer-lockbox-none", 1),
		"first", "second"))
	expectText(t, w.Run(1, "plan"), "Unknown control")
}

// A requirement that is declared in an assessment takes the configuration anew as well.
func TestAccRequirementInForce_declaredOnce(t *testing.T) {
	t.Parallel()
	config := func(beside string) string {
		return `
data "controls_configuration" "this" {
  path     = "./stack"
  settings = true
}
data "controls_assessment" "this" {
  configuration = data.controls_configuration.this.document
  ` + isEnabled + `
}
` + requirement("this", "assessment_wo = data.controls_assessment.this.assessment\n"+beside) + `
output "outcome" {
  value = jsondecode(data.controls_assessment.this.assessment).services["azure-storage"].controls["` + transit + `"].outcome
}
`
	}
	const beside = "configuration_wo = data.controls_configuration.this.document"
	w := acctest.NewWorkspace(t, config(beside))
	w.Write("stack/main.tf", account("  min_tls_version = \"TLS1_2\""))
	expectText(t, w.Run(0, "apply", "-auto-approve"), `outcome = "configured"`)
	w.Write("stack/main.tf", account("  min_tls_version = \"TLS1_0\""))
	expectText(t, w.Run(1, "plan"), "main.tf line 11: min_tls_version of azurerm_storage_account.this")
	w.Write("main.tf", acctest.RequiredProviders+config(""))
	expectText(t, w.Run(1, "plan"), "Configuration missing", "Set configuration_wo =")
}

// A condition that an argument decides is met or not by it; evidence is for the rest.
func TestAccRequirementInForce_condition(t *testing.T) {
	t.Parallel()
	const evidence = `evidence = [{
  service   = "azure-service-bus"
  control   = "azure-private-link"
  condition = "Premium tier"
  reference = "main.tf"
}]
`
	const controls = "controls = [\"azure-private-link\"]\n"
	w := acctest.NewWorkspace(t, inForce("settings = true", controls)+`
locals {
  services = jsondecode(nonsensitive(controls_requirement.this.assessment)).services
}
output "outcome" {
  value = local.services["azure-service-bus"].controls["azure-private-link"].outcome
}
`)
	bus := func(sku string) {
		w.Write(
			"stack/main.tf",
			"variable \"sku\" {}\nresource \"azurerm_servicebus_namespace\" \"this\" {\n  sku = "+sku+"\n}\n",
		)
	}
	bus(`"Premium"`)
	expectText(t, w.Run(0, "apply", "-auto-approve"), `outcome = "configured"`)
	bus(`"Standard"`)
	const notMet = `on the condition "Premium tier", which is not met main.tf line 3: sku of azurerm_servicebus_namespace.this`
	expectText(t, w.Run(1, "plan"), notMet)
	bus("var.sku")
	expectText(t, w.Run(1, "plan"), "which is not certainly met, without evidence that it is",
		"it depends on the root variable sku", "sku = var.sku")
	w.Write("main.tf", acctest.RequiredProviders+inForce("settings = true", controls+evidence))
	w.Run(0, "plan")
	bus(`"Basic"`)
	expectText(t, w.Run(1, "plan"), notMet)
	// Without settings nobody has looked, and evidence is what there is.
	w.Write("main.tf", acctest.RequiredProviders+inForce("", controls+evidence))
	w.Run(0, "plan")
}
