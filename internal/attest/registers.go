package attest

import (
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

// RegisterFile is a register with the signatures over it, as their files are.
type RegisterFile struct {
	File       string // its name; "" for one in YAML
	Content    string
	Signatures []string
}

// The limits of what an attestation carries.
const (
	maxCarried           = 100
	maxCarriedSignatures = 50
)

// registerOf is a register as an exception names it, or nil.
func registerOf(r *assess.RegisterRef) *Register {
	if r == nil {
		return nil
	}
	out := &Register{Digest: map[string]string{"sha256": hexOf(r.Digest)}, IssuedOn: r.Issued, Name: r.Name}
	for _, s := range r.Signers {
		out.Signers = append(out.Signers, Signer{Fingerprint: s.Fingerprint, Principal: s.Principal})
	}
	return out
}

// carried are the registers of the request, by name: each has to be one that an assessment
// rests on, and none of these may be missing.
func (r Request) carried(assessments []input) ([]CarriedRegister, error) {
	if r.Registers == nil {
		return nil, nil
	}
	missing := map[string]string{} // by digest, the name
	for _, a := range assessments {
		for _, ref := range a.Registers {
			missing[ref.Digest] = ref.Name
		}
	}
	refuse := func(i int, format string, args ...any) ([]CarriedRegister, error) {
		return nil, &InputError{"registers", i, "Register refused", words.Sentence(words.Sprintf(format, args...))}
	}
	if len(r.Registers) > maxCarried {
		return refuse(0, "There are %d registers, expected at most %d", len(r.Registers), maxCarried)
	}
	var out []CarriedRegister
	seen := map[string]bool{}
	for i, f := range r.Registers {
		digest := canonicaljson.Digest([]byte(f.Content))
		file := f.file()
		_, problems := approve.ParseRegister(file, []byte(f.Content))
		switch {
		case len(problems) > 0:
			return refuse(i+1, "%s", fault.Join(problems).Error())
		case seen[digest]:
			return refuse(i+1, "The register is there twice")
		case missing[digest] == "":
			return refuse(i+1, "No exception and no evidence of the assessments is from the register with the digest %s: "+
				"hand over the very files that exception_registers of the provider reads", digest)
		case len(f.Signatures) > maxCarriedSignatures:
			return refuse(i+1, "The register has %d signatures, expected at most %d", len(f.Signatures), maxCarriedSignatures)
		}
		seen[digest] = true
		delete(missing, digest)
		carried := CarriedRegister{
			Content: f.Content, Digest: map[string]string{"sha256": hexOf(digest)}, File: file, Signatures: []string{},
		}
		carried.Signatures = append(carried.Signatures, f.Signatures...)
		out = append(out, carried)
	}
	if len(missing) > 0 {
		return refuse(0, "The registers %s are missing, from which exceptions or evidence of the assessments are",
			words.And(slices.Sorted(maps.Values(missing))))
	}
	slices.SortFunc(out, func(x, y CarriedRegister) int { return strings.Compare(x.Digest["sha256"], y.Digest["sha256"]) })
	return out, nil
}

func (f RegisterFile) file() string {
	if f.File == "" {
		return "register.yaml"
	}
	return path.Base(strings.ReplaceAll(f.File, "\\", "/"))
}

// checkWorkload refuses what is about another workload.
func (v Verification) checkWorkload(out *Verified) *InputError {
	if v.Workload == "" {
		return nil
	}
	for _, a := range out.inQuestion {
		if a.Workload != v.Workload {
			return refused("workload", "Another workload", words.Errorf("the assessment %q is about the workload %q, expected %q",
				a.Name, a.Workload, v.Workload))
		}
	}
	return nil
}

// WeakenedByOwnDocuments is what verifiers know to lower the bar besides that which assessments
// name: a finding rests on a document of another source than the embedded catalogue. Whoever
// writes the configuration may have written that as well, and need no exception.
const WeakenedByOwnDocuments = "own_documents"

// Weakenings lists what may lower the bar for verifiers, sorted.
func Weakenings() []string {
	return slices.Sorted(slices.Values(append(assess.Weakenings(), WeakenedByOwnDocuments)))
}

// weakenedBy lists what lowers the bar, sorted. Without the embedded catalogue all documents are
// of other sources, which is said already.
func (a AssessmentResult) weakenedBy() []string {
	var by []string
	if a.Weakened != nil {
		by = slices.Clone(a.Weakened.By)
	}
	own := slices.ContainsFunc(a.Baseline.Documents, func(d Document) bool { return d.Source != "" })
	if own && !slices.Contains(by, assess.WeakenedByNoCatalog) {
		by = append(by, WeakenedByOwnDocuments)
	}
	slices.Sort(by)
	return by
}

// checkWeakened refuses what has lowered the bar, unless it is allowed.
func (v Verification) checkWeakened(out *Verified) *InputError {
	if v.AllowWeakened == nil && v.ExceptionApprovers == nil {
		return nil
	}
	for _, a := range out.inQuestion {
		left := slices.DeleteFunc(a.weakenedBy(), func(by string) bool {
			return slices.Contains(v.AllowWeakened, by) || by == assess.WeakenedByCorrections && v.AllowCorrections
		})
		if len(left) > 0 {
			return refused("allow_weakened", "Attestation of a lowered bar", words.Errorf(
				"the assessment %q is weakened by %s. Name that in allow_weakened where it is acceptable here",
				a.Name, words.And(left),
			))
		}
	}
	return nil
}

// checkExceptionDays refuses exceptions that last too long.
func (v Verification) checkExceptionDays(out *Verified) *InputError {
	if v.MaxExceptionDays == 0 {
		return nil
	}
	for _, a := range out.inQuestion {
		for _, id := range a.checks(excepted) {
			if !slices.ContainsFunc(a.Exceptions, func(ex Exception) bool { return ex.ID == id }) {
				return refused("max_exception_days", "Statement refused", words.Errorf(
					"%q passed by an exception of which the assessment %q does not say how long it lasts", id, a.Name,
				))
			}
		}
		for _, ex := range a.Exceptions {
			from := dateOf(out.IssuedAt)
			if ex.Register != nil {
				from = ex.Register.IssuedOn
			}
			if err := assess.PlausibleDay(from); err != nil {
				return refused("max_exception_days", "Statement refused", err)
			}
			end, err := parseTime("expiresAt", ex.ExpiresAt)
			if err != nil {
				return refused("max_exception_days", "Statement refused", err)
			}
			if latest := endOf(from.AddDays(v.MaxExceptionDays)); end.After(latest) {
				return refused("max_exception_days", "Exception lasts too long", words.Errorf(
					"the exception %q lasts until %s, expected at most %d days from %s on", ex.ID, ex.ExpiresAt,
					v.MaxExceptionDays, from,
				))
			}
		}
	}
	return nil
}

// checkApprovers holds every exception against the register that it is from, and that
// against the keys of those who may approve here. What the attestation says of who signed is
// not believed.
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
		signed := map[string]signedRegister{}
		for _, id := range a.checks(excepted) {
			if err := v.approved(carried, signed, a, id); err != nil {
				return refused("exception_approvers", "Exception is not approved", words.Errorf("the exception %q: %w", id, err))
			}
		}
	}
	return nil
}

// signedRegister is a carried register that approvers have signed, or why they have not.
type signedRegister struct {
	*approve.Register
	err error
}

// approved says why an exception is not approved by those who may, or nil. What it finds out
// about a register, all exceptions of which are for one workload, it keeps in signed.
func (v Verification) approved(
	carried map[string]CarriedRegister, signed map[string]signedRegister, a AssessmentResult, id string,
) error {
	var found []Exception
	for _, ex := range a.Exceptions {
		if ex.ID == id && ex.Service+"/"+ex.Control == id {
			found = append(found, ex)
		}
	}
	switch {
	case len(found) != 1:
		return fmt.Errorf("there are %d entries for it, expected one", len(found))
	case found[0].Register == nil:
		return fmt.Errorf("it stands in the requirement itself, where whoever wrote that has accepted it: " +
			"it has to be in a register that an approver has signed")
	}
	ex := found[0]
	digest := "sha256:" + ex.Register.Digest["sha256"]
	file, ok := carried[digest]
	if !ok {
		return words.Errorf("the attestation does not carry the register %q, so that nobody can tell who signed it: "+
			"set registers of controls_attestation where it is issued", ex.Register.Name)
	}
	r, ok := signed[digest]
	if !ok {
		r.Register, r.err = v.read(file, a.Workload)
		signed[digest] = r
	}
	if r.err != nil {
		return r.err
	}
	return v.inRegister(r.Register, ex)
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
	switch {
	case r.Name != ex.Register.Name || r.Issued != ex.Register.IssuedOn:
		return words.Errorf("the attestation says that the register is %q of %s, and it is %q of %s",
			ex.Register.Name, ex.Register.IssuedOn, r.Name, r.Issued)
	case end == "" || dateOf(v.Now) > end:
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
