package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Limits of what a diagnostic says of registers.
const (
	maxUncounted = 3 // entries for one gap
	maxLookedAt  = 5 // registers
)

// SigningCommand is what signs a register, but for the key.
const SigningCommand = "ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n controls-exceptions "

// accepted says what became of the exceptions for a check that is a gap, to follow its reason.
func (x *Explainer) accepted(service, check string, expired, from catalog.Date) string {
	var notes []string
	all := x.acceptancesOf(service, check)
	if one, ok := assess.Counting(all, expired, x.Today); ok && expired != "" {
		note := ExceptionEnded(expired)
		if one.Register != nil {
			note = fmt.Sprintf("its exception in the register %s ended on %s", words.Quote(one.Register.Name), expired)
			if expired < one.Expires {
				note += ", with the keys that signed it or its age"
			}
		}
		notes = append(notes, note)
	}
	if from != "" {
		notes = append(notes, x.pending(all, from))
	}
	for _, one := range all {
		if one.Refused != "" {
			notes = append(notes, x.refused(one))
		}
	}
	notes = append(notes, x.uncounted(service, check)...)
	if len(notes) == 0 {
		return ""
	}
	return "; " + strings.Join(notes, "; ")
}

// acceptancesOf are the exceptions for a check.
func (x *Explainer) acceptancesOf(service, check string) []assess.Acceptance {
	if x.acceptances == nil {
		x.acceptances = x.Assessment.Acceptances()
	}
	return x.acceptances[service+"/"+check]
}

// endedInRegister reports whether the exception for a check that ended on a day, "" for none, is
// written in a register.
func (x *Explainer) endedInRegister(service, check string, expired catalog.Date) bool {
	if expired == "" {
		return false
	}
	one, ok := assess.Counting(x.acceptancesOf(service, check), expired, x.Today)
	return ok && one.Register != nil
}

// pending says from when on an exception counts.
func (x *Explainer) pending(all []assess.Acceptance, from catalog.Date) string {
	for _, one := range all {
		switch {
		case one.Refused != "" || one.From != from:
		case one.Register != nil:
			return fmt.Sprintf("its exception in the register %s counts from %s on, by the day of its issue and the keys that "+
				"signed it", words.Quote(one.Register.Name), from)
		case x.Assessment.Policy != nil && x.Assessment.Policy.MaxDays != nil:
			return fmt.Sprintf("its exception does not count: it ends on %s, more than %d days from today, "+
				"the most that exception_policy of the provider allows", one.Expires, *x.Assessment.Policy.MaxDays)
		}
	}
	return "its exception counts from " + string(from) + " on"
}

// refused says why the provider's policy does not let an exception count.
func (x *Explainer) refused(one assess.Acceptance) string {
	what := "its exception"
	if one.Register != nil {
		what = "its exception in the register " + words.Quote(one.Register.Name)
	}
	why := ""
	switch one.Refused {
	case assess.RefusedNever:
		why = "none may, by \"never\""
		if !slices.Contains(x.Assessment.Policy.Never, one.Control) {
			why = "none may for a member of the group, by \"never\""
		}
	case assess.RefusedInline:
		why = "those of the configuration do not, by inline = \"deny\": it has to be in a register"
	case assess.RefusedTicket:
		why = "it names no ticket, by require_ticket"
	case assess.RefusedApprover:
		why = "it names no approver, by require_approver"
	case assess.RefusedDays:
		why = fmt.Sprintf("it lasts until %s, longer after the issue of the register than max_days allows", one.Expires)
	}
	return what + " does not count: " + why + " of the provider's exception_policy"
}

// uncounted says which entries of registers are for a gap and do not count.
func (x *Explainer) uncounted(service, check string) []string {
	var notes []string
	more := 0
	for _, u := range x.Uncounted {
		if u.Service != service || u.Control != check {
			continue
		}
		if len(notes) == maxUncounted {
			more++
			continue
		}
		notes = append(notes, fmt.Sprintf("the register %s has an entry for it (%s:%d) that does not count: %s",
			words.Quote(u.Register), u.File, u.Line, u.Why))
	}
	if more > 0 {
		notes = append(notes, fmt.Sprintf("and %s more that do not count", words.Count(more, "entry")))
	}
	return notes
}

// registers says which registers were looked into, and how a gap is accepted in one.
func (x *Explainer) registers() string {
	if x.Approval == nil || !x.Approval.Policy.Registers {
		return ""
	}
	workload := x.Assessment.Requirement.Workload
	var mine []string
	file := ""
	for _, r := range x.Approval.Registers {
		if assess.AnyMatchesWorkload(r.Workloads, workload) {
			mine = append(mine, fmt.Sprintf("%s (%s, issued %s)", words.Quote(r.Name), r.File, r.Issued))
			if file == "" {
				file = r.File
			}
		}
	}
	text := x.lookedInto(workload, mine)
	for _, u := range x.Uncounted {
		if u.Signable {
			file = u.File
		}
	}
	if len(x.Approval.Policy.Approvers) == 0 || file == "" {
		return text
	}
	return text + " An entry counts once an approver has signed the whole file, which this does:\n  " + SigningCommand + file
}

// lookedInto names the registers for a workload, or says why there are none.
func (x *Explainer) lookedInto(workload string, mine []string) string {
	switch all := len(x.Approval.Registers); {
	case workload == "":
		return "No register was looked into, since the requirement has no workload: set it to what the registers are for."
	case all == 0:
		return "There is no register where exception_registers of the provider looks."
	case all == 1 && len(mine) == 0:
		return fmt.Sprintf("The one register is not for the workload %s.", words.Quote(workload))
	case len(mine) == 0:
		return fmt.Sprintf("None of the %s is for the workload %s.", words.Count(all, "register"), words.Quote(workload))
	}
	return fmt.Sprintf("Looked into for the workload %s: %s.", words.Quote(workload), words.AtMost(mine, maxLookedAt))
}

// unsigned reports whether a signature would let an entry count that is there.
func (x *Explainer) unsigned() bool {
	return slices.ContainsFunc(x.Uncounted, func(u assess.Uncounted) bool { return u.Signable })
}
