package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// maxDeciders is how many arguments are named with one gap.
const maxDeciders = 3

// Deciders are what decides a finding, with places where the document of the configuration has
// them, and how many more there are that an assessment does not name. The document may be nil.
func Deciders(
	f assess.Finding, service, control string, d *configuration.Document,
) (list []configuration.Decider, more int) {
	shown := Shown(f)
	if shown == nil {
		return nil, 0
	}
	if d != nil {
		s := d.Settings[service][control]
		if shown == f.Met {
			s = d.Conditions[service][control][f.Condition]
		}
		// Of another reading of the configuration it may say something else.
		if s.State == shown.State {
			return s.By, s.More
		}
	}
	for _, by := range shown.By {
		list = append(list, configuration.Decider{Address: by.Address, Argument: by.Argument, Why: by.Why})
	}
	return list, shown.More
}

// Shown is what the configuration shows that decides a finding: of its control, or else of the
// condition; nil for neither.
func Shown(f assess.Finding) *assess.InForce {
	if f.InForce != nil {
		return f.InForce
	}
	return f.Met
}

// Decider names an argument with its resource, and why it is not on, or on by itself: "min_tls_version of
// azurerm_storage_account.a: it is left out".
func Decider(d configuration.Decider) string {
	text := d.Address
	if d.Argument != "" {
		text = d.Argument + " of " + d.Address
	}
	if d.Why != "" {
		text += ": " + d.Why
	}
	return text
}

// DeciderLine is what decides in one line, to follow a clause: ": min_tls_version of
// azurerm_storage_account.a (main.tf:5); and 3 more"; "" for nothing.
func DeciderLine(list []configuration.Decider, more int) string {
	if len(list) == 0 {
		return ""
	}
	names := make([]string, 0, maxDeciders)
	for _, d := range list[:min(len(list), maxDeciders)] {
		name := Decider(d)
		if d.File != "" {
			name += fmt.Sprintf(" (%s:%d)", d.File, d.Line)
		}
		names = append(names, name)
	}
	text := ": " + strings.Join(names, "; ")
	if more += len(list) - len(names); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// deciders lists, a line each, what decides a gap.
func (w *findingWriter) deciders(control string, f assess.Finding) string {
	list, more := Deciders(f, w.service, control, w.Configuration)
	lines := make([]string, 0, maxDeciders+1)
	for _, d := range list[:min(len(list), maxDeciders)] {
		place := ""
		if d.File != "" {
			place = fmt.Sprintf("%s line %d: ", d.File, d.Line)
		}
		lines = append(lines, "\n      "+place+Decider(d))
	}
	if more += len(list) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("\n      and %d more", more))
	}
	return strings.Join(lines, "")
}

// isOfService reports whether a finding is a gap that another service may not have.
func isOfService(f assess.Finding) bool {
	return !f.Outcome.Passes() && Shown(f) == nil && f.Reason != assess.NotShown && f.Reason != assess.EvidenceFails
}

// anotherWouldDo reports whether a service has a gap that another may not have.
func anotherWouldDo(s assess.ServiceFindings) bool {
	for _, f := range s.Controls {
		if isOfService(f) {
			return true
		}
	}
	for _, g := range s.Groups {
		if g.Outcome.Passes() {
			continue
		}
		for _, f := range g.Behind() {
			if isOfService(f) {
				return true
			}
		}
	}
	return !s.Lifecycle.Passes()
}

// dependsOnVariables reports whether a finding is a gap since a setting is not certain, and root
// variables would make it so.
func (x *Explainer) dependsOnVariables(service, control string, f assess.Finding) bool {
	if shown := Shown(f); x.Configuration == nil || shown == nil || shown.State != assess.StateUnknown {
		return false
	}
	deciders, _ := Deciders(f, service, control, x.Configuration)
	return slices.ContainsFunc(deciders, func(d configuration.Decider) bool { return len(d.Variables) > 0 })
}

// hasOtherRemedy reports whether there is something better to do about a gap than to write an
// entry for it.
func (x *Explainer) hasOtherRemedy(service, control string, f assess.Finding) bool {
	return f.CertainlyWrong() || f.Reason == assess.EvidenceFails ||
		x.dependsOnVariables(service, control, f)
}

// ValueOf is the address of the one argument that decides a setting, where an expression of
// the root module can name it; "" otherwise.
func ValueOf(shown *assess.InForce) string {
	if shown == nil || len(shown.By) != 1 || shown.More > 0 {
		return ""
	}
	by := shown.By[0]
	if by.Argument == "" || strings.ContainsAny(by.Argument, ".[") || strings.HasPrefix(by.Address, "module.") {
		return ""
	}
	return by.Address + "." + by.Argument
}
