package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// block is one entry to paste, to follow a sentence, for the first gap that an entry could
// answer: evidence where that can, else an exception, which may count in a register alone; and
// what to do about the others. Both are "" where no entry can, or each gap has one that has ended.
// A file that has all entries stands for both.
func (x *Explainer) block() (block, others string) {
	if x.Drafted != "" && !x.inlineDenied() {
		return "", Drafted(x.Drafted)
	}
	for _, id := range x.failing() {
		text := x.blockFor(id)
		in := ""
		if strings.HasPrefix(text, registerEntry) {
			in = " in a register"
		}
		switch {
		case text == "":
		case len(x.Assessment.Gaps()) == 1:
			return fmt.Sprintf(" To be completed%s:\n\n%s", in, text), ""
		default:
			return fmt.Sprintf(" For the first, to be completed%s:\n\n%s", in, text), x.forOthers()
		}
	}
	return "", ""
}

// registerDraft says how to come by a register with entries for all gaps.
func (x *Explainer) registerDraft() string {
	workload := x.Assessment.Requirement.Workload
	if workload == "" {
		workload = "WORKLOAD"
	}
	return fmt.Sprintf("provider::controls::draft_register(data.controls_assessment.NAME.assessment, %s)", HCLString(workload))
}

// forOthers says how to come by the entries for all other gaps. Only a plan that fails drafts
// them.
func (x *Explainer) forOthers() string {
	if x.inlineDenied() {
		return "To draft a register with the entries for all of them, with a data source controls_assessment of the same " +
			"arguments:\n  " + x.registerDraft()
	}
	if x.Assessment.Requirement.Enforcement == assess.EnforcementWarn {
		return "The data source controls_assessment, with the same arguments, has all gaps as data."
	}
	return "To draft them all: CONTROLS_DRAFT=draft.hcl terraform plan"
}

// Drafted says what a draft has, and what to do with it. What the CLI reads as variables needs no
// copying.
func Drafted(path string) string {
	next := "copy them to where those of the requirement are declared"
	if strings.HasSuffix(path, ".auto.tfvars") {
		next = "plan again: the file has the variables \"exceptions\" and \"evidence\" of the root module"
	}
	return fmt.Sprintf("%s has exceptions and evidence for these gaps. Review them, fill in every \"\", and %s.", path, next)
}

func (x *Explainer) blockFor(service string) string {
	s := x.Assessment.Services[service]
	for _, control := range slices.Sorted(maps.Keys(s.Controls)) {
		f := s.Controls[control]
		if f.Outcome.Passes() || f.ExceptionExpired != "" || x.hasOtherRemedy(service, control, f) {
			continue
		}
		if condition := Question(f); condition != "" {
			return evidenceText(service, control, condition, ValueOf(Shown(f)))
		}
		if text := x.exceptionText(service, control); text != "" {
			return text
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if g := s.Groups[name]; !g.Outcome.Passes() && g.ExceptionExpired == "" {
			if text := x.groupText(service, name, g); text != "" {
				return text
			}
		}
	}
	return ""
}

// groupText is evidence for the first member for which it can close the gap, else an exception
// for the group.
func (x *Explainer) groupText(service, name string, g assess.Group) string {
	for _, control := range Answerable(g) {
		f := g.Controls[control]
		if !x.hasOtherRemedy(service, control, f) {
			return evidenceText(service, control, Question(f), ValueOf(Shown(f)))
		}
	}
	return x.exceptionText(service, name)
}

// evidenceText is the entry that quotes a condition. value is the address of what decides it
// and only the plan knows; "" for none.
func evidenceText(service, control, condition, value string) string {
	arguments := [][2]string{
		{"service", HCLString(service)},
		{"control", HCLString(control)},
		{"condition", HCLString(condition)},
		{"reference", `"" # a link, or the address of the setting`},
	}
	if value != "" {
		arguments = append(arguments, [2]string{"holds", value + ` == "" # the value that it has to have`})
	}
	return entryText("evidence", arguments...)
}

// registerEntry begins an entry of a register.
const registerEntry = "  - service: "

// exceptionText is the exception for a check, as an entry of a register where only there it
// counts; "" where a register has one that lacks a signature alone.
func (x *Explainer) exceptionText(service, check string) string {
	if x.inlineDenied() {
		if slices.ContainsFunc(x.Uncounted, func(u assess.Uncounted) bool {
			return u.Signable && u.Service == service && u.Control == check
		}) {
			return ""
		}
		text := fmt.Sprintf(registerEntry+"%s\n    control: %q\n    justification: \"\" # why the gap is acceptable\n", service,
			check)
		if x.Assessment.Policy.RequireTicket {
			text += "    ticket: \"\" # where that is filed\n"
		}
		return text + "    expires: \"\" # the last day, YYYY-MM-DD"
	}
	return entryText("exceptions",
		[2]string{"service", HCLString(service)}, [2]string{"control", HCLString(check)},
		[2]string{"justification", `"" # why the gap is acceptable`}, [2]string{"expires", `"" # the last day, YYYY-MM-DD`})
}

// entryText is a list with one entry, aligned as the CLI's formatter does.
func entryText(attribute string, arguments ...[2]string) string {
	width := 0
	for _, argument := range arguments {
		width = max(width, len(argument[0]))
	}
	text := "  " + attribute + " = [{\n"
	for _, argument := range arguments {
		text += fmt.Sprintf("    %-*s = %s\n", width, argument[0], argument[1])
	}
	return text + "  }]"
}
