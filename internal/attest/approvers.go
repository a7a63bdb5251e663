package attest

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// checkApprovers holds every exception, and the evidence that a finding passes by, against the
// register that it is from, and that against the keys of those who may approve here. What the
// attestation says of who signed is not believed.
func (v Verification) checkApprovers(out *Verified) *InputError {
	if v.ExceptionApprovers == nil {
		return nil
	}
	if v.Workload == "" {
		return refused("workload", "Workload is missing", fmt.Errorf("with exception_approvers the workload has to be named "+
			"that is expected: approvers accept gaps by workload, and the attestation may be about any other"))
	}
	carried := map[string]CarriedRegister{} // by digest
	for _, c := range out.Predicate.Registers {
		carried[canonicaljson.Digest([]byte(c.Content))] = c
	}
	for _, a := range out.inQuestion {
		l := &library{Verification: v, carried: carried, workload: a.Workload, signed: map[string]signedRegister{}}
		for _, id := range a.checks(excepted) {
			if err := l.approved(a, id); err != nil {
				return refused("exception_approvers", "Exception is not approved", words.Errorf("the exception %q: %w", id, err))
			}
		}
		if err := l.checkEvidence(out, a); err != nil {
			return err
		}
	}
	return nil
}

// library reads the registers that an attestation carries, for one workload.
type library struct {
	Verification
	carried  map[string]CarriedRegister // by digest
	workload string
	signed   map[string]signedRegister // those read so far, by digest
}

// signedRegister is a carried register that approvers have signed, or why they have not.
type signedRegister struct {
	*approve.Register
	err error
}

// register is the one that an attestation names, once an approver has signed it.
func (l *library) register(ref *Register) (*approve.Register, error) {
	if ref == nil {
		return nil, errors.New("it stands in the requirement itself, where whoever wrote that has accepted it: " +
			"it has to be in a register that an approver has signed")
	}
	digest := "sha256:" + ref.Digest["sha256"]
	file, ok := l.carried[digest]
	if !ok {
		return nil, words.Errorf("the attestation does not carry the register %q, so that nobody can tell who signed it: "+
			"set registers of controls_attestation where it is issued", ref.Name)
	}
	r, ok := l.signed[digest]
	if !ok {
		r.Register, r.err = l.read(file, l.workload)
		l.signed[digest] = r
	}
	switch {
	case r.err != nil:
		return nil, r.err
	case r.Name != ref.Name || r.Issued != ref.IssuedOn:
		return nil, words.Errorf("the attestation says that the register is %q of %s, and it is %q of %s", ref.Name, ref.IssuedOn,
			r.Name, r.Issued)
	}
	return r.Register, nil
}

// approved says why an exception is not approved by those who may, or nil.
func (l *library) approved(a AssessmentResult, id string) error {
	var found []Exception
	for _, ex := range a.Exceptions {
		if ex.ID == id && ex.Service+"/"+ex.Control == id {
			found = append(found, ex)
		}
	}
	if len(found) != 1 {
		return fmt.Errorf("there are %d entries for it, expected one", len(found))
	}
	r, err := l.register(found[0].Register)
	if err != nil {
		return err
	}
	return l.inRegister(r, found[0])
}

// read reads a carried register that has to be for a workload and signed by an approver.
func (v Verification) read(carried CarriedRegister, workload string) (*approve.Register, error) {
	if !utf8.ValidString(carried.Content) || len(carried.Signatures) > maxCarriedSignatures {
		return nil, fmt.Errorf("the attestation carries a register in another form than it is issued with")
	}
	r, problems := approve.ParseRegister(path.Base(carried.File), []byte(carried.Content))
	switch {
	case len(problems) > 0:
		return nil, fmt.Errorf("the register that the attestation carries: %w", fault.Join(problems))
	case !r.For(workload):
		return nil, words.Errorf("the register %q is for the workload %s, and this is %q", r.Name, words.Or(r.Workloads),
			workload)
	}
	book := &approve.Book{Approvers: v.ExceptionApprovers}
	signed := &approve.Signed{Register: r}
	var why []string
	for i, text := range carried.Signatures {
		s := book.Check(fmt.Sprintf("signature %d", i+1), r.Data, []byte(text))
		if s.Problem != "" {
			why = append(why, s.File+" "+s.Problem)
		}
		signed.Signatures = append(signed.Signatures, s)
	}
	policy := assess.Policy{Approvers: v.ExceptionApprovers.List()}
	if !policy.Counts(assess.RegisterRef{Issued: r.Issued, Signers: signed.Signers()}, workload, dateOf(v.Now)) {
		text := "no signature counts here today"
		if len(why) > 0 {
			text += ": " + strings.Join(why, "; ")
		}
		return nil, words.Errorf("the register %q, of %s: %s", r.Name, r.Issued, text)
	}
	return r, nil
}

// inRegister says why a signed register does not approve an exception, or nil.
func (v Verification) inRegister(r *approve.Register, ex Exception) error {
	end := earliestEnd(r, ex)
	if end == "" || dateOf(v.Now) > end {
		return words.Errorf("the register %q has no entry for it that is in force today", r.Name)
	}
	if says, err := parseTime("expiresAt", ex.ExpiresAt); err != nil || says.After(endOf(end)) {
		return words.Errorf("the attestation says that it lasts until %s, and by the register %q it ends on %s", ex.ExpiresAt,
			r.Name, end)
	}
	return nil
}

// earliestEnd is the day on which the entries of a register for an exception end, or "".
func earliestEnd(r *approve.Register, ex Exception) catalog.Date {
	var end catalog.Date
	for _, entry := range r.Exceptions {
		if slices.Contains(entry.Services, ex.Service) && slices.Contains(entry.Controls, ex.Control) &&
			(end == "" || entry.Expires < end) {
			end = entry.Expires
		}
	}
	return end
}

// checkEvidence refuses findings that pass by evidence which no approver has signed.
func (l *library) checkEvidence(out *Verified, a AssessmentResult) *InputError {
	for _, s := range a.Services {
		for _, c := range s.Controls {
			if c.Outcome.Standing() != assess.Holds {
				continue
			}
			if err := l.evidence(out, s.ID, c, s.ID+"/"+c.ID); err != nil {
				return err
			}
		}
		for _, g := range s.Groups {
			if err := l.groupEvidence(out, s.ID, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// groupEvidence is that of a group. Of any_of one member is enough that needs no evidence or has
// some that is signed, of every_documented_of each has to.
func (l *library) groupEvidence(out *Verified, service string, g Group) *InputError {
	if g.Outcome.Standing() != assess.Holds {
		return nil
	}
	var first *InputError
	for _, c := range g.Controls {
		if c.Outcome.Standing() != assess.Holds {
			continue
		}
		err := l.evidence(out, service, c, service+"/"+g.Name)
		if err == nil && g.Rule != assess.RuleEveryDocumentedOf {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// evidence says why that of a control which passes is not signed by an approver, or nil. Where
// that may be, it is believed.
func (l *library) evidence(out *Verified, service string, c Control, check string) *InputError {
	signed := map[string]error{} // by what it answers: nil once one entry is signed
	for _, ev := range c.Evidence {
		if err, there := signed[ev.Condition]; there && err == nil {
			continue
		}
		signed[ev.Condition] = l.evidenced(service, c.ID, ev)
	}
	if c.Outcome == assess.Evidenced && len(signed) == 0 {
		signed[""] = errors.New("there is none")
	}
	for _, condition := range slices.Sorted(maps.Keys(signed)) {
		switch err := signed[condition]; {
		case err == nil:
		case slices.Contains(l.AllowWeakened, WeakenedByInlineEvidence):
			out.believe(BelievedEvidence, check)
		default:
			return refused("exception_approvers", "Evidence is not approved", words.Errorf(
				"the evidence for %q of %q, %q: %w. Where evidence of the requirement itself is acceptable here, name %q in "+
					"allow_weakened", c.ID, service, condition, err, WeakenedByInlineEvidence,
			))
		}
	}
	return nil
}

// evidenced says why evidence is not in a register that an approver has signed, or nil.
func (l *library) evidenced(service, control string, ev Evidence) error {
	r, err := l.register(ev.Register)
	if err != nil {
		return err
	}
	for _, entry := range r.Evidence {
		if slices.Contains(entry.Services, service) && slices.Contains(entry.Controls, control) &&
			entry.Answers() == ev.Condition && entry.Reference == ev.Reference {
			return nil
		}
	}
	return words.Errorf("the register %q has no such evidence", r.Name)
}
