package provider_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
)

const registersDay = "2026-11-30"

// board is a register of the security board for the shops, with entries.
func board(issued, entries string) string {
	return fmt.Sprintf("name: security-board\nissued: %q\nworkload: shop-*\nexceptions:\n%s", issued, entries)
}

// accepts is an entry for one control of the store.
func accepts(control, expires string) string {
	return fmt.Sprintf("  - service: my-store\n    control: %s\n    justification: Reached through one subnet alone.\n"+
		"    ticket: SEC-1042\n    expires: %q\n", control, expires)
}

// registersConfig is a requirement of a store that lacks two controls, under further
// arguments of the provider.
func registersConfig(w *acctest.Workspace, provider, workload string) string {
	if workload != "" {
		workload = "workload = " + strconv.Quote(workload)
	}
	return acctest.RequiredProviders + strings.ReplaceAll(`
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/store.yaml" }]
  exception_registers      = [{ path = "${path.module}/registers" }]
  `+provider+`
}
resource "controls_requirement" "this" {
  services = ["my-store"]
  controls = ["alpha", "beta"]
  `+workload+`
}
output "registers" { value = controls_requirement.this.registers }
output "assessment" {
  value     = controls_requirement.this.assessment
  sensitive = true
}
`, "${path.module}", w.Path("")) // the test serves the provider from elsewhere
}

// said is what a command of the CLI says, with paths as in a workspace of the provider's own.
func said(w *acctest.Workspace, exit int, args ...string) string {
	return strings.ReplaceAll(w.Run(exit, args...), w.Path("")+"/", "")
}

// newRegisters is a workspace with the store's catalogue and a register.
func newRegisters(t *testing.T, provider, register string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspaceOn(t, registersDay, "")
	w.Write("store.yaml", ratchetCatalog("no", "yes"))
	w.Write("registers/board.yaml", register)
	w.Write("main.tf", registersConfig(w, provider, "shop-prod"))
	return w
}

// What a register says for a workload counts without a line in the requirement.
func TestAccRegisters_count(t *testing.T) {
	w := newRegisters(t, "", board("2026-11-20", accepts("alpha", "2027-06-30")))
	expectText(t, said(w, 0, "apply", "-auto-approve"), `registers = tomap({ "security-board" = "2026-11-20" })`)
	text := w.RunRaw(0, "output", "-raw", "assessment")
	expectText(t, text, `"register":"security-board"`, `"registers":[{"digest":"sha256:`, `"issued":"2026-11-20"`)
	expectText(t, said(w, 0, "plan"), "No changes.")

	// An entry for others is no business of this requirement, one for another workload neither.
	w.Write("registers/more.yaml", strings.Replace(board("2026-11-21", accepts("gamma", "2027-01-31")+
		strings.ReplaceAll(accepts("alpha", "2027-01-31"), "my-store", "other-store")), "security-board", "others", 1))
	expectText(t, said(w, 0, "apply", "-auto-approve"), `"others" = "2026-11-21"`)
	if got := w.RunRaw(0, "output", "-raw", "assessment"); got != text {
		t.Errorf("the assessment has changed:\n%s", got)
	}

	w.Write("main.tf", registersConfig(w, "", "blog-prod"))
	expectText(
		t,
		said(w, 1, "plan"),
		"the register \"security-board\" has an entry for it (registers/board.yaml:5) that does not "+
			"count: it is for the workload \"shop-*\", and this is \"blog-prod\"",
		"None of the 2 registers is for the workload",
	)
	w.Write("main.tf", registersConfig(w, "", ""))
	expectText(t, said(w, 1, "plan"), "the requirement has no workload, and it is for \"shop-*\"")

	// None of it keeps anybody from destroying.
	w.Write("registers/board.yaml", "name: [\n")
	expectText(t, said(w, 1, "plan"), "Registers of exceptions cannot be read", "registers/board.yaml:")
	w.Run(0, "destroy", "-auto-approve", "-refresh=false")
}

// Whoever evaluates an assessment anew goes by registers and documents of his own, whatever it
// says that was found.
func TestAccRegisters_evaluatedAnew(t *testing.T) {
	w := newRegisters(t, "", board("2026-11-20", accepts("alpha", "2027-06-30")))
	w.Run(0, "apply", "-auto-approve")
	honest := w.RunRaw(0, "output", "-raw", "assessment")
	const excepted = `"alpha":{"outcome":"excepted","reason":"unsupported","status":"no"}`
	if !strings.Contains(honest, excepted) {
		t.Fatal(honest)
	}
	anew := registersConfig(w, "", "")
	anew = strings.Replace(anew, "services = [\"my-store\"]\n  controls = [\"alpha\", \"beta\"]",
		"assessment_wo = file(\""+w.Path("assessment.json")+"\")", 1)
	w.Write("main.tf", anew)
	w.Write("assessment.json", honest)
	w.Run(0, "plan")
	w.Write("registers/board.yaml", board("2026-11-21", accepts("alpha", "2026-11-20")))
	for _, text := range []string{honest, strings.Replace(honest, excepted, `"alpha":{"outcome":"satisfied"}`, 1)} {
		w.Write("assessment.json", text)
		expectText(t, said(w, 1, "plan"), "alpha", `its exception in the register "security-board" ended on 2026-11-20`)
	}
}

// Of two entries for one pair the earlier end counts, and both are named.
func TestAccRegisters_earlierEnd(t *testing.T) {
	w := newRegisters(t, "", board("2026-11-20", accepts("alpha", "2027-06-30")+accepts("alpha", "2027-01-31")))
	w.Write("main.tf", strings.Replace(registersConfig(w, "", "shop-prod"), "services =", `
  exceptions = [{ service = "my-store", control = "alpha", justification = "For now.", expires = "2027-03-31" }]
  services   =`, 1))
	expectText(t, said(w, 0, "plan"), "Warning: Gaps accepted more than once", `"alpha" of "my-store": until 2027-03-31 by the `+
		`requirement itself, until 2027-01-31 by the register "security-board", until 2027-06-30 by the register`)
	w.Write("registers/later.yaml", strings.Replace(board("2026-11-29", accepts("alpha", "2026-11-29")), "security-board",
		"withdrawals", 1))
	expectText(t, said(w, 1, "plan"), `its exception in the register "withdrawals" ended on 2026-11-29`)
}

// Only what an approver signed counts, and the message says what to do.
func TestAccRegisters_signed(t *testing.T) {
	ann, eve := approvetest.Ed25519("ann"), approvetest.Ed25519("eve")
	approvers := "approvers = " + strconv.Quote(ann.Approver("ann@example.com", ""))
	register := board("2026-11-20", accepts("alpha", "2027-06-30"))
	w := newRegisters(t, approvers, register)
	expectText(t, said(w, 1, "plan"), "that does not count: it has no signature that counts: there is no board.yaml.sig",
		"have the register signed that accepts it", `Looked into for the workload "shop-prod": "security-board" `+
			`(registers/board.yaml, issued 2026-11-20).`,
		"ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n controls-exceptions registers/board.yaml")
	w.Write("registers/board.yaml.sig", eve.Sign(register))
	expectText(t, said(w, 1, "plan"), "board.yaml.sig is by a key that is none of the approvers', "+eve.Fingerprint())
	w.Write("registers/board.yaml.ann.sig", ann.Sign(register))
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.RunRaw(0, "output", "-raw", "assessment"), `"approved_by":"ann@example.com"`,
		`"signers":[{"fingerprint":"`+ann.Fingerprint()+`","principal":"ann@example.com"}]`)

	// A changed byte, and what a checkout makes of line ends.
	w.Write("registers/board.yaml", strings.Replace(register, "2027-06-30", "2028-06-30", 1))
	expectText(t, said(w, 1, "plan"), "board.yaml.ann.sig does not fit the register, which has been changed since it was signed")
	w.Write("registers/board.yaml", strings.ReplaceAll(register, "\n", "\r\n"))
	expectText(t, said(w, 1, "plan"), "fits the register with LF line ends, and it has CRLF")
	w.Write("registers/board.yaml", register)
	w.Write("main.tf", registersConfig(w, approvers+"\nrevoked_keys = "+strconv.Quote(ann.Public()), "shop-prod"))
	expectText(t, said(w, 1, "plan"), "board.yaml.ann.sig is by a key that is revoked")
	w.Write("main.tf", registersConfig(w, approvers+"\nrevoked_keys = \"\"", "shop-prod"))
	expectText(t, said(w, 1, "plan"), "revoked_keys: there is no key, which could be a file that got lost")
}

// An older register does not come back, whoever signed it.
func TestAccRegisters_goingBack(t *testing.T) {
	ann := approvetest.Ed25519("ann")
	approvers := "approvers = " + strconv.Quote(ann.Approver("ann@example.com", ""))
	older := board("2026-11-01", accepts("alpha", "2027-06-30"))
	newer := board("2026-11-20", accepts("alpha", "2027-01-31"))
	w := newRegisters(t, approvers, newer)
	w.Write("registers/board.yaml.sig", ann.Sign(newer))
	w.Run(0, "apply", "-auto-approve")

	w.Write("registers/board.yaml", older)
	w.Write("registers/board.yaml.sig", ann.Sign(older))
	expectText(t, said(w, 1, "plan"), "Register gone back", "was issued on 2026-11-01, and the last apply went by its issue of "+
		"2026-11-20")
	// Beside the newer one it does not count either.
	w.Write("registers/again.yaml", newer)
	w.Write("registers/again.yaml.sig", ann.Sign(newer))
	expectText(t, said(w, 1, "plan"), `registers/board.yaml: the register is called "security-board", as is registers/again.yaml`)
	w.Run(0, "destroy", "-auto-approve", "-refresh=false")
}

// Those who keep registers see what is in force, what ends and what does not count.
func TestAccRegisters_dataSource(t *testing.T) {
	ann := approvetest.Ed25519("ann")
	approvers := "approvers = " + strconv.Quote(ann.Approver("ann@example.com", ""))
	register := board("2026-11-20", accepts("alpha", "2027-06-30")+accepts("beta", "2026-12-10")+accepts("gamma", "2026-11-21"))
	w := newRegisters(t, approvers, register)
	w.Write("registers/board.yaml.sig", ann.Sign(register))
	w.Write("registers/unsigned.yaml", strings.Replace(register, "security-board", "unsigned", 1))
	w.Write("main.tf", strings.Replace(registersConfig(w, approvers, "shop-prod"), `output "registers" {`, `
data "controls_register" "all" {}
data "controls_register" "blog" { workload = "blog" }
output "lists" { value = data.controls_register.all }
output "blog" { value = data.controls_register.blog.entries }
data "controls_assessment" "without" {
  services = ["my-store"]
  controls = ["alpha"]
}
output "draft" { value = provider::controls::draft_register(data.controls_assessment.without.assessment, "shop-*") }
output "registers" {`, 1))
	w.Run(0, "apply", "-auto-approve")
	lists := strings.ReplaceAll(w.Run(0, "output", "-json", "lists"), w.Path("")+"/", "")
	expectText(t, lists,
		`"in_force":["alpha of my-store, until 2027-06-30: security-board (registers/board.yaml:5), signed by ann@example.com",`,
		`"ending":["beta of my-store, until 2026-12-10: security-board (registers/board.yaml:10), signed by ann@example.com"]`,
		`"ended":["gamma of my-store, until 2026-11-21: security-board`,
		`alpha of my-store, not counted, it has no signature that counts: there is no unsigned.yaml.sig: unsigned (`)
	expectText(t, w.Run(0, "output", "-raw", "blog"), "[]")
	expectText(t, w.RunRaw(0, "output", "-raw", "draft"), `workload: "shop-*"`, "- services: [my-store]\n    control: \"alpha\"")
}

// The policy is a floor, and says itself which rule an exception breaks.
func TestAccRegisters_policy(t *testing.T) {
	ann, bob := approvetest.Ed25519("ann"), approvetest.Ed25519("bob")
	approvers := "approvers = " + strconv.Quote(ann.Approver("ann", "")+bob.Approver("bob", `valid-before="20270201Z"`)) + "\n"
	register := board("2026-11-20", accepts("alpha", "2027-06-30"))
	w := newRegisters(t, approvers, register)
	w.Write("registers/board.yaml.sig", ann.Sign(register))
	for _, tc := range []struct{ policy, want string }{
		{`max_days = 30`, "longer after the issue of the register than max_days allows"},
		{`never = ["alpha"]`, `none may, by "never" of the provider's exception_policy`},
		{`min_approvers = 2`, "it needs signatures by 2 approvers whose keys are valid on one day, and 1 signed"},
		{`max_register_age_days = 5`, `its exception in the register "security-board" ended on 2026-11-25, with the keys`},
		{`workloads = { bob = ["*"] }`, `"ann" may not approve for the workload "shop-prod", by exception_policy`},
	} {
		w.Write("main.tf", registersConfig(w, approvers+"exception_policy = { "+tc.policy+" }", "shop-prod"))
		expectText(t, said(w, 1, "plan"), tc.want)
	}
	w.Write("main.tf", registersConfig(w, approvers+
		`exception_policy = { min_approvers = 2, require_ticket = true, require_approver = true, inline = "deny" }`, "shop-prod"))
	w.Write("registers/board.yaml.bob.sig", bob.Sign(register))
	w.Run(0, "apply", "-auto-approve")
	expectText(t, w.RunRaw(0, "output", "-raw", "assessment"), `"min_approvers":2`, `"until":"2027-01-31"`)
	inline := strings.Replace(registersConfig(w, `exception_policy = { inline = "deny" }`, "blog"), "services =", `
  exceptions = [{ service = "my-store", control = "alpha", justification = "For now.", expires = "2027-03-31" }]
  services   =`, 1)
	w.Write("main.tf", inline)
	denied := said(w, 1, "plan")
	expectText(t, denied, `by inline = "deny": it has to be in a register`, "have the gap accepted in a register. To be "+
		"completed in a register: - service: my-store control: \"alpha\"")
	if strings.Contains(denied, "exceptions = [") {
		t.Errorf("an exception is shown that would not count:\n%s", denied)
	}
	w.Write("main.tf", strings.Replace(inline, `inline = "deny"`, "max_days = 30", 1))
	expectText(t, said(w, 1, "plan"), "it ends on 2027-03-31, more than 30 days from today")
	w.Write("main.tf", strings.Replace(inline, `inline = "deny"`, "require_ticket = true", 1))
	expectText(t, said(w, 1, "plan"), "it names no ticket, by require_ticket")
	w.Write("main.tf", strings.Replace(inline, `inline = "deny"`, "max_days = 300", 1))
	expectText(t, said(w, 0, "plan"), "Requirement is weakened", "inline_exceptions: exceptions stand in the requirement itself")
}

// Paths and approvers that are not known yet leave the check to the apply, as catalogues do.
func TestAccRegisters_unknown(t *testing.T) {
	ann := approvetest.Ed25519("ann")
	register := board("2026-11-20", accepts("alpha", "2027-06-30"))
	for name, arguments := range map[string]struct{ path, approvers, names string }{
		"path": {
			"terraform_data.where.output", strconv.Quote(ann.Approver("ann", "")), "the provider's exception_registers",
		},
		"approvers": {"", "terraform_data.who.output", "the provider's approvers"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRegisters(t, "", register)
			w.Write("registers/board.yaml.sig", ann.Sign(register))
			config := registersConfig(w, "approvers = "+arguments.approvers, "shop-prod") + fmt.Sprintf(`
resource "terraform_data" "where" { input = %q }
resource "terraform_data" "who" { input = %q }
`, w.Path("registers"), ann.Approver("ann", ""))
			if arguments.path != "" {
				config = strings.Replace(config, strconv.Quote(w.Path("registers")), arguments.path, 1)
			}
			w.Write("main.tf", config)
			expectText(t, said(w, 0, "plan"), "Warning: ", arguments.names)
			w.Run(0, "apply", "-auto-approve")
			expectText(t, w.RunRaw(0, "output", "-raw", "assessment"), `"register":"security-board"`)

			// What turns out to accept nothing fails the apply, before anything is stored.
			w.Write("registers/board.yaml.sig", approvetest.Ed25519("eve").Sign(register))
			w.Run(0, "state", "rm", "controls_requirement.this", "terraform_data.where", "terraform_data.who")
			expectText(t, said(w, 1, "apply", "-auto-approve"), "is by a key that is none of the approvers'")
			expectText(t, w.Run(0, "state", "list"), "terraform_data")
			if strings.Contains(w.Run(0, "state", "list"), "controls_requirement") {
				t.Error("it is in the state")
			}
		})
	}
}
