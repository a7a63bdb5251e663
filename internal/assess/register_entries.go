package assess

import (
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// States of an entry of a register.
const (
	EntryInForce = "in_force"
	EntryEnded   = "ended"
	EntryPending = "pending"     // it counts from a later day on
	EntryRefused = "not_counted" // it counts on no day
)

// RegisterEntry is an exception in a register as it stands on a day. Its JSON is canonical, so
// fields are declared in the order of their JSON names.
type RegisterEntry struct {
	Controls      []string     `json:"controls"`
	Expires       catalog.Date `json:"expires"` // as it says
	File          string       `json:"file"`
	From          catalog.Date `json:"from,omitempty"` // the first day on which it counts
	Issued        catalog.Date `json:"issued"`
	Justification string       `json:"justification"`
	Line          int          `json:"line"`
	Register      string       `json:"register"`
	Services      []string     `json:"services"`
	Signers       []string     `json:"signers"` // principals, sorted
	State         string       `json:"state"`
	Ticket        string       `json:"ticket,omitempty"`
	Until         catalog.Date `json:"until,omitempty"` // the last day on which it counts
	Why           string       `json:"why,omitempty"`   // it does not count
	Workloads     []string     `json:"workloads"`
}

// Entries lists the exceptions of all registers as they stand on a day, those of registers
// for a workload, or of all for "": by register and line. Without a workload it does not
// matter for which each principal may approve.
func (a *Approval) Entries(workload string, day catalog.Date) []RegisterEntry {
	policy := a.Policy
	if workload == "" {
		policy.Workloads = nil
	}
	out := []RegisterEntry{}
	for _, register := range a.Registers {
		if workload != "" && !AnyMatchesWorkload(register.Workloads, workload) {
			continue
		}
		whole := RegisterEntry{
			File: register.File, Issued: register.Issued, Register: register.Name, Workloads: register.Workloads,
			Signers: orEmpty(policy.principals(register.RegisterRef, workload)),
		}
		windows := policy.windows(register.RegisterRef, workload)
		for _, ex := range register.Exceptions {
			entry := whole
			entry.Controls, entry.Services, entry.Line = ex.Controls, ex.Services, ex.Line
			entry.Expires, entry.Justification, entry.Ticket = ex.Expires, ex.Justification, ex.Ticket
			if len(windows) == 0 {
				r := Requirement{Approval: &Approval{Policy: policy}}
				entry.State, entry.Why = EntryRefused, r.unsignedWhy(register, workload)
			} else {
				entry.stand(policy, ex, current(windows, day), day)
			}
			out = append(out, entry)
		}
	}
	return out
}

// stand fills in from when to when the entry counts.
func (e *RegisterEntry) stand(policy Policy, ex RegisterException, w window, day catalog.Date) {
	refused := make(map[Refusal]bool, len(ex.Controls))
	for _, control := range ex.Controls {
		one := Exception{
			Control: control, Register: e.Register, Ticket: ex.Ticket, ApprovedBy: ex.ApprovedBy, Expires: ex.Expires,
		}
		if one.ApprovedBy == "" && len(e.Signers) > 0 {
			one.ApprovedBy = e.Signers[0]
		}
		refused[policy.refusal(one, e.Issued)] = true
	}
	if !refused[""] {
		for _, r := range []Refusal{RefusedNever, RefusedTicket, RefusedApprover, RefusedDays} {
			if refused[r] {
				e.Why = "refused by " + string(r) + " of exception_policy"
			}
		}
		e.State = EntryRefused
		return
	}
	e.From, e.Until = w.from, earlier(ex.Expires, w.until)
	switch {
	case e.From > day:
		e.State = EntryPending
	case e.Until < day:
		e.State = EntryEnded
	default:
		e.State = EntryInForce
	}
}

// Ending reports whether the entry is in force and ends within a number of days.
func (e RegisterEntry) Ending(day catalog.Date, days int) bool {
	return e.State == EntryInForce && day.DaysUntil(e.Until) <= days
}
