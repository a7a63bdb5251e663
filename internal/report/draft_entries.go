package report

import (
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Entries of a draft, as they are pasted.

// accept drafts the one exception for a check.
func (d *draft) accept(check, title string, a *accepted) {
	if len(a.services) == 0 {
		return
	}
	var b strings.Builder
	if len(a.reasons) == 1 {
		fmt.Fprintf(&b, "  # %s: %s\n", title, a.reasons[0])
	} else {
		fmt.Fprintf(&b, "  # %s\n", title)
		for _, reason := range a.reasons {
			fmt.Fprintf(&b, "  # - %s: %s\n", reason, strings.Join(a.because[reason], ", "))
		}
	}
	for _, basis := range a.basis {
		b.WriteString("  # " + basis + "\n")
	}
	b.WriteString("  {\n")
	writeServices(&b, a.services, len("justification"))
	fmt.Fprintf(&b, "    control       = %s\n", explain.HCLString(check))
	b.WriteString(`    justification = "" # why the gap is acceptable, for an auditor
    approved_by   = "" # who accepts it
    expires       = "" # the last day, as "YYYY-MM-DD"
  },
`)
	d.exceptions = append(d.exceptions, b.String())
}

// maxColumns is how wide a list of services may be before each has a line of its own.
const maxColumns = 100

// writeServices writes the argument as the CLI's "fmt" would, in a block whose names are padded
// to a width.
func writeServices(b *strings.Builder, services []string, width int) {
	if len(services) == 1 {
		fmt.Fprintf(b, "    %-*s = %s\n", width, "service", explain.HCLString(services[0]))
		return
	}
	quoted := quote(services)
	if line := fmt.Sprintf("    %-*s = [%s]\n", width, "services", strings.Join(quoted, ", ")); len(line) <= maxColumns {
		b.WriteString(line)
		return
	}
	b.WriteString("    services = [\n")
	for _, id := range quoted {
		b.WriteString("      " + id + ",\n")
	}
	b.WriteString("    ]\n")
}

// insteadOfEvidence is what accepts the gap of some services.
func (d *draft) insteadOfEvidence(services []string, control string) string {
	if d.inRegisters() {
		return "a register has to accept the gap."
	}
	whose := "service = " + explain.HCLString(services[0])
	if len(services) > 1 {
		whose = "services = [" + strings.Join(quote(services), ", ") + "]"
	}
	return fmt.Sprintf("an entry of exceptions accepts the gap:\n"+
		"  # { %s, control = %s, justification = \"\", approved_by = \"\", expires = \"\" },", whose, explain.HCLString(control))
}

// answer drafts the evidence for a condition of some services, which it quotes as it is
// documented, with the exception that accepts the gap instead in a comment.
func (d *draft) answer(services []string, control string, q question) {
	var b strings.Builder
	fmt.Fprintf(&b, "  # %s", d.title(control))
	if q.changed {
		b.WriteString(", in place of the entry that quotes another condition")
	}
	b.WriteString(q.uncertain)
	for _, service := range services {
		if text := d.tolerance(service, control); text != "" {
			b.WriteString(text)
			break
		}
	}
	b.WriteString("\n  # Where that cannot be shown, " + d.insteadOfEvidence(services, control) + "\n  {\n")
	writeServices(&b, services, len("approved_by"))
	fmt.Fprintf(&b, "    control     = %s\n    condition   = %s\n", explain.HCLString(control), explain.HCLString(q.condition))
	// What chose a service does not show that a control of it is switched on.
	if reference := d.reference(services); reference != "" && q.condition != assess.SwitchedOn {
		fmt.Fprintf(&b, "    reference   = %s # check that it shows there\n", explain.HCLString(reference))
	} else {
		b.WriteString("    reference   = \"\" # where it shows: a link, or the address of the setting\n")
	}
	b.WriteString("    approved_by = \"\" # who has checked it\n")
	if q.value != "" {
		// A file of variables refers to no resource.
		fmt.Fprintf(&b, "    # in the requirement itself, with the value that it has to have: holds = %s == \"\"\n", q.value)
	}
	b.WriteString("  },\n")
	d.evidence = append(d.evidence, b.String())
}

func quote(ids []string) []string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = explain.HCLString(id)
	}
	return quoted
}

// reference names what of the configuration chose the services, as far as that is known of all
// of them.
func (d *draft) reference(services []string) string {
	if d.configuration == nil {
		return ""
	}
	var all []string
	for _, service := range services {
		places := sortedPlaces(d.configuration.Services[service])
		if len(places) == 0 {
			return ""
		}
		var names []string
		for _, p := range places {
			names = append(names, fmt.Sprintf("%s (%s line %d)", p.Address, p.File, p.Line))
		}
		all = append(all, words.AtMost(names, maxReferences))
	}
	return strings.Join(all, "; ")
}

// maxReferences is how many places of a service evidence names.
const maxReferences = 3
