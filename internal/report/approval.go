package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Who accepted a gap is one thing, where that is written and who signed it another.

// unsigned is what reports say of an exception that whoever changes the configuration can write.
const unsigned = "in the requirement, not signed"

// origin says where an exception is written, and who signed that.
func (s *section) origin(ex *assess.Exception) string { return s.written(ex.Register) }

// written says it by the name of a register, "" for the requirement itself.
func (s *section) written(register string) string {
	if register == "" {
		return unsigned
	}
	for _, ref := range s.Registers {
		if ref.Name == register {
			return plaintext.Line(fmt.Sprintf("register %s of %s, %s", ref.Name, ref.Issued, signedBy(ref)))
		}
	}
	return plaintext.Line("register " + register)
}

// registered reports whether some exceptions are written in registers; else all have the same
// origin, which is said once.
func (s *section) registered() bool {
	return slices.ContainsFunc(s.exceptions, func(ex *exception) bool { return ex.Register != "" })
}

// signedBy names the keys that signed a register.
func signedBy(ref assess.RegisterRef) string {
	if len(ref.Signers) == 0 {
		return "not signed"
	}
	var names []string
	for _, s := range ref.Signers {
		names = append(names, s.Principal+" ("+s.Fingerprint+")")
	}
	return "signed by " + strings.Join(names, ", ")
}

// registers names those whose entries the findings rest on, each with its digest.
func (s *section) registers() []string {
	var list []string
	for _, ref := range s.Registers {
		list = append(list, plaintext.Line(fmt.Sprintf("%s of %s, %s, %s", ref.Name, ref.Issued, signedBy(ref), ref.Digest)))
	}
	return list
}

// policy says which exceptions count, in the words of the provider's exception_policy; "" where
// all do.
func (s *section) policy() string {
	p := s.Policy
	if p == nil {
		return ""
	}
	var parts []string
	add := func(set bool, format string, args ...any) {
		if set {
			parts = append(parts, words.Sprintf(format, args...))
		}
	}
	days := func(name string, n *int64) {
		if n != nil {
			add(true, "%s = %d", name, *n)
		}
	}
	add(p.Inline != "", "inline = %q", p.Inline)
	add(p.MinApprovers > 0, "min_approvers = %d", p.MinApprovers)
	days("max_days", p.MaxDays)
	days("max_register_age_days", p.MaxRegisterAgeDays)
	add(p.RequireApprover, "require_approver = true")
	add(p.RequireTicket, "require_ticket = true")
	if len(p.Never) > 0 {
		add(true, "never = [%s]", words.Quoted(p.Never))
	}
	if len(p.Approvers) > 0 {
		add(true, "%s may sign", words.Count(len(p.Approvers), "key"))
	}
	return plaintext.Line(strings.Join(parts, ", "))
}

// workloads names what the requirements are about, each once.
func (r *report) workloads() string {
	var names []string
	seen := map[string]bool{"": true}
	for _, s := range r.sections {
		if name := plaintext.Line(s.Requirement.Workload); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
