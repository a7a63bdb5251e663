package assess

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Uncounted is an entry of a register for a gap that it does not cover.
type Uncounted struct {
	Service, Control string // a check
	Register, File   string
	Line             int
	Why              string // a clause about the register: "it is for other workloads: shop-*"
	// Signable says that a signature would let the entry count.
	Signable bool
}

// joined is what registers add to a requirement on a day.
type joined struct {
	exceptions []Exception
	evidence   []Evidence
	refs       []RegisterRef
	uncounted  []Uncounted
}

// join reads the entries of the requirement's registers that are for what it asks. Others are
// no business of it.
func (r Requirement) join(today catalog.Date) joined {
	var out joined
	if r.Approval == nil {
		return out
	}
	checks, questions := r.wanted()
	for _, register := range r.Approval.Registers {
		ref, why := r.admit(register, today)
		if why != "" {
			signable := len(register.Signers) == 0 && len(r.Approval.Policy.Approvers) > 0 &&
				AnyMatchesWorkload(register.Workloads, r.Workload)
			out.refuse(register, why, signable, checks, questions)
			continue
		}
		out.refs = append(out.refs, ref)
		approver := r.Approval.Policy.signedBy(register.RegisterRef, r.Workload)
		for _, ex := range register.Exceptions {
			for _, p := range asked(ex.Services, ex.Controls, checks) {
				one := Exception{
					ApprovedBy: ex.ApprovedBy, CompensatingControls: ex.CompensatingControls, Control: p.control,
					Expires: ex.Expires, Justification: ex.Justification, Register: register.Name, Service: p.service,
					Ticket: ex.Ticket,
				}
				if one.ApprovedBy == "" {
					one.ApprovedBy = approver
				}
				out.exceptions = append(out.exceptions, one)
			}
		}
		counts := window{ref.From, ref.Until}.holds(today)
		for _, ev := range register.Evidence {
			for _, p := range asked(ev.Services, ev.Controls, questions) {
				if !counts {
					out.uncounted = append(out.uncounted, Uncounted{
						p.service, p.control, register.Name, register.File, ev.Line, outside(ref, today), false,
					})
					continue
				}
				one := Evidence{
					ApprovedBy: ev.ApprovedBy, Condition: ev.Answers(), Control: p.control, Reference: ev.Reference,
					Register: register.Name, Service: p.service,
				}
				if one.ApprovedBy == "" {
					one.ApprovedBy = approver
				}
				out.evidence = append(out.evidence, one)
			}
		}
	}
	return out
}

// outside says why a day is not within the time of a register.
func outside(ref RegisterRef, day catalog.Date) string {
	if day < ref.From {
		return fmt.Sprintf("it counts from %s on, by the day of its issue and the keys that signed it", ref.From)
	}
	return fmt.Sprintf("it counted until %s, by the keys that signed it and its age: have it signed anew", ref.Until)
}

// wanted lists, by service, the checks that exceptions may be for, and the controls that
// evidence may be for.
func (r Requirement) wanted() (checks, questions map[string]map[string]bool) {
	check, question := map[string]bool{}, map[string]bool{}
	for _, id := range slices.Concat(r.Controls, r.Avoid) {
		check[id], question[id] = true, true
	}
	for name, members := range r.Groups() {
		check[name] = true
		for _, id := range members {
			question[id] = true
		}
	}
	checks, questions = map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, id := range r.Services {
		checks[id], questions[id] = check, question
	}
	return checks, questions
}

// admit returns the register as it counts for the requirement, or says why its entries do not.
func (r Requirement) admit(register Register, today catalog.Date) (RegisterRef, string) {
	policy := &r.Approval.Policy
	switch {
	case r.Workload == "":
		return RegisterRef{}, "the requirement has no workload, and it is for " + words.And(register.Workloads)
	case !AnyMatchesWorkload(register.Workloads, r.Workload):
		return RegisterRef{}, words.Sprintf("it is for the workload %s, and this is %q", words.Or(register.Workloads), r.Workload)
	}
	ref, ok := policy.record(register, r.Workload, today)
	if ok {
		return ref, ""
	}
	return RegisterRef{}, r.unsignedWhy(register, r.Workload)
}

// unsignedWhy says why the signatures over a register are not enough for a workload.
func (r Requirement) unsignedWhy(register Register, workload string) string {
	policy := &r.Approval.Policy
	var why []string
	need := policy.need()
	for _, s := range register.Signers {
		if !policy.mayApprove(s.Principal, workload) {
			why = append(why, words.Sprintf("%q may not approve for the workload %q, by exception_policy", s.Principal, workload))
		}
	}
	why = append(why, register.Problems...)
	if len(policy.Approvers) == 0 {
		why = []string{"the provider has no approvers"}
	}
	text := "it has no signature that counts"
	if need > 1 {
		text = fmt.Sprintf("it needs signatures by %d approvers whose keys are valid on one day, and %d signed", need,
			len(policy.principals(register.RegisterRef, workload)))
	} else if len(register.Signers) > 0 && len(why) == 0 {
		text = "no key that signed it was valid after it was issued, on " + string(register.Issued)
	}
	if len(why) > 0 {
		text += ": " + strings.Join(why, "; ")
	}
	return text
}

// principals are those who signed and may approve for a workload, sorted.
func (p *Policy) principals(r RegisterRef, workload string) []string {
	var out []string
	for _, s := range r.Signers {
		if p.mayApprove(s.Principal, workload) {
			out = append(out, s.Principal)
		}
	}
	return sortedUnique(out)
}

// signedBy names who approved by signing, as the approver of entries that name none.
func (p *Policy) signedBy(r RegisterRef, workload string) string {
	return strings.Join(p.principals(r, workload), ", ")
}

// refuse notes the entries of a register that does not count.
func (j *joined) refuse(register Register, why string, signable bool, checks, questions map[string]map[string]bool) {
	note := func(services, controls []string, line int, wanted map[string]map[string]bool) {
		for _, p := range asked(services, controls, wanted) {
			j.uncounted = append(j.uncounted, Uncounted{p.service, p.control, register.Name, register.File, line, why, signable})
		}
	}
	for _, ex := range register.Exceptions {
		note(ex.Services, ex.Controls, ex.Line, checks)
	}
	for _, ev := range register.Evidence {
		note(ev.Services, ev.Controls, ev.Line, questions)
	}
}

// keep leaves in the requirement of an assessment what decided, of that which registers say,
// and names the registers that it is from.
func (e *evaluation) keep(a *Assessment) {
	named := map[string]bool{}
	r := &a.Requirement
	exceptions, evidence := r.Exceptions[:0:0], r.Evidence[:0:0]
	for i, ex := range r.Exceptions {
		if ex.Register == "" || e.usedExceptions[i] {
			exceptions = append(exceptions, ex)
			named[ex.Register] = true
		}
	}
	for i, ev := range r.Evidence {
		if ev.Register == "" || e.touchedEvidence[i] {
			evidence = append(evidence, ev)
			named[ev.Register] = true
		}
	}
	r.Exceptions, r.Evidence = exceptions, evidence
	for _, name := range slices.Sorted(maps.Keys(e.registers)) {
		if named[name] {
			a.Registers = append(a.Registers, e.registers[name])
		}
	}
}

// uncountedGaps are the entries that are for a gap and do not cover it.
func (e *evaluation) uncountedGaps(a *Assessment) []Uncounted {
	if len(e.uncounted) == 0 {
		return nil
	}
	gaps := map[pair]bool{}
	for id, s := range a.Services {
		for control, f := range s.Controls {
			gaps[pair{id, control}] = !f.Outcome.Passes()
		}
		for name, g := range s.Groups {
			gaps[pair{id, name}] = !g.Outcome.Passes()
			for control := range g.Controls {
				gaps[pair{id, control}] = gaps[pair{id, control}] || !g.Outcome.Passes()
			}
		}
	}
	return slices.DeleteFunc(e.uncounted, func(u Uncounted) bool { return !gaps[pair{u.Service, u.Control}] })
}

// policy is the provider's on exceptions, or nil.
func (r Requirement) policy() *Policy {
	if r.Approval == nil {
		return nil
	}
	p := r.Approval.Policy
	return &p
}

// maxTwice is how many gaps a warning names.
const maxTwice = 10

// twiceWarning names the exceptions of checks for which there are several: the earlier end
// counts, which whoever wrote the later one may not expect.
func (e *evaluation) twiceWarning() string {
	var lines []string
	for _, p := range slices.SortedFunc(maps.Keys(e.exceptions), comparePairs) {
		var ends []string
		for _, i := range e.exceptions[p] {
			if s := e.span(i); e.usedExceptions[i] && s.refused == "" {
				ends = append(ends, fmt.Sprintf("until %s by %s", s.until, sourceOf(e.requirement.Exceptions[i])))
			}
		}
		if len(ends) > 1 {
			lines = append(lines, fmt.Sprintf("  - %s: %s", subjectOf(p, 0), strings.Join(ends, ", ")))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	if more := len(lines) - maxTwice; more > 0 {
		lines = append(lines[:maxTwice], fmt.Sprintf("  - and %d more", more))
	}
	return "The earliest end counts of those that have begun:\n\n" + strings.Join(lines, "\n") +
		"\n\nLeave one of them, or let the earlier one end the acceptance, as it does."
}

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.control, b.control))
}

// sourceOf names where an exception is from, for people.
func sourceOf(ex Exception) string {
	if ex.Register == "" {
		return "the requirement itself"
	}
	return words.Sprintf("the register %q", ex.Register)
}

// Acceptance is an exception for a check, as it counts.
type Acceptance struct {
	Exception
	Index       int          // in the requirement
	From, Until catalog.Date // the first and the last day on which it counts; From is "" for always
	Refused     Refusal      // why it never does; "" where it may
	// Register is the one that it is from; nil for the requirement itself.
	Register *RegisterRef
}

// Acceptances lists the exceptions for all checks by "service/check", those of the
// requirement itself first.
func (a *Assessment) Acceptances() map[string][]Acceptance {
	t := newTerms(a.Requirement, a.Policy, a.Registers)
	out := map[string][]Acceptance{}
	for p, indices := range t.exceptions {
		for _, i := range indices {
			s, ex := t.span(i), a.Requirement.Exceptions[i]
			one := Acceptance{Exception: ex, Index: i, From: s.from, Until: s.until, Refused: s.refused}
			if ref, ok := t.registers[ex.Register]; ok {
				one.Register = &ref
			}
			key := p.service + "/" + p.control
			out[key] = append(out[key], one)
		}
	}
	return out
}

// Counting returns the one of several exceptions for a check that its outcome on a day is due
// to; false for none. Where the day is not known, "", all are taken to have begun.
func Counting(acceptances []Acceptance, expired, day catalog.Date) (Acceptance, bool) {
	var out Acceptance
	found := false
	for _, one := range acceptances {
		switch {
		case one.Refused != "" || day != "" && one.From > day || expired != "" && one.Until != expired:
		case !found || one.Until < out.Until:
			out, found = one, true
		}
	}
	return out, found
}

// Admitted lists the registers that count for the requirement on some day, without From and
// Until, by name.
func (r Requirement) Admitted() []RegisterRef {
	var out []RegisterRef
	if r.Approval == nil {
		return nil
	}
	for _, register := range r.Approval.Registers {
		if _, why := r.admit(register, register.Issued); why == "" {
			out = append(out, register.RegisterRef)
		}
	}
	return out
}

// Counts reports whether the entries of a register count for a workload on a day.
func (p *Policy) Counts(r RegisterRef, workload string, day catalog.Date) bool {
	return slices.ContainsFunc(p.windows(r, workload), func(w window) bool { return w.holds(day) })
}
