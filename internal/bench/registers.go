package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// entriesOfRegister is how many exceptions a register has.
const entriesOfRegister = 10

// plansOverRegisters compares a requirement whose provider reads 100 and 1,000 signed registers,
// all of them for its workload, with one whose provider reads none. They are to take less than a
// second more.
func plansOverRegisters(ctx context.Context, box *sandbox.Sandbox, runs int) error {
	for _, registers := range []int{100, 1000} {
		err := compare(ctx, box, fmt.Sprintf("%d entries of registers", registers*entriesOfRegister), "+1 s", runs,
			func(ws *sandbox.Workspace) error { return writeRegisters(ws, registers) },
			func(ws *sandbox.Workspace) error { return writeRequirement(ws, chosen) })
		if err != nil {
			return err
		}
	}
	return nil
}

// writeRegisters writes a requirement, and signed registers with exceptions for what it asks.
func writeRegisters(ws *sandbox.Workspace, registers int) error {
	if err := writeRequirement(ws, chosen); err != nil {
		return err
	}
	ann := approvetest.Ed25519("ann")
	for i := range registers {
		var b strings.Builder
		fmt.Fprintf(&b, "name: board-%d\nissued: \"2025-01-01\"\nworkload: shop-*\nexceptions:\n", i)
		for j := range entriesOfRegister {
			fmt.Fprintf(&b, "  - service: service-%d\n    control: control-%d\n"+
				"    justification: Reached through one subnet alone.\n    expires: \"2034-12-31\"\n", i%chosen, j%controls)
		}
		name := fmt.Sprintf("registers/board-%d.yaml", i)
		if err := ws.Write(name, b.String()); err != nil {
			return err
		}
		if err := ws.Write(name+".sig", ann.Sign(b.String())); err != nil {
			return err
		}
	}
	provider := strings.TrimSuffix(providerBlocks, "}\n") + fmt.Sprintf(
		"  exception_registers      = [{ path = \"registers\" }]\n  approvers                = %s\n}\n",
		strconv.Quote(ann.Approver("ann", "")))
	return ws.Write("main.tf", provider+fmt.Sprintf(`
resource "controls_requirement" "this" {
  workload = "shop-prod"
  services = [for s in range(%d) : "service-${s}"]
  controls = [for c in range(%d) : "control-${c}"]
}
`, chosen, controls))
}
