package attest

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
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

// WeakenedByInlineEvidence is what verifiers who name approvers know to lower the bar as well: a
// finding passes by evidence that whoever wrote the requirement has found good.
const WeakenedByInlineEvidence = "inline_evidence"

// Weakenings lists what may lower the bar for verifiers, sorted.
func Weakenings() []string {
	return slices.Sorted(slices.Values(
		append(assess.Weakenings(), WeakenedByOwnDocuments, WeakenedByOtherCatalog, WeakenedByInlineEvidence),
	))
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
	other := out.Believed[WeakenedByOtherCatalog]
	if len(other) == 0 || slices.Contains(v.AllowWeakened, WeakenedByOtherCatalog) {
		return nil
	}
	return refused("allow_weakened", "Attestation by another catalogue", words.Errorf(
		"these pass by what the catalogue of this provider does not say: %s. The assessment was made by another version of the "+
			"provider or with other catalog_sources, or it was made up. Use the same ones here, or name %q in allow_weakened "+
			"where it is acceptable", words.AtMost(other, maxNamed), WeakenedByOtherCatalog,
	))
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
