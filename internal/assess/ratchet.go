package assess

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Weakened says what lowers the bar of an assessment.
type Weakened struct {
	// By lists, sorted, what does: of Weakenings.
	By []string `json:"by"`
	// Tolerated are the gaps, as Gaps lists them, that do not fail a ratchet: the last apply
	// had them. They are gaps all the same, and the verdict is that there are some.
	Tolerated []string `json:"tolerated"`
}

// What lowers the bar of an assessment.
const (
	WeakenedByWarn        = EnforcementWarn
	WeakenedByRatchet     = EnforcementRatchet
	WeakenedByNoCatalog   = "no_embedded_catalog"
	WeakenedByAsOf        = "as_of"
	WeakenedByCorrections = "corrections"
	WeakenedByInline      = "inline_exceptions" // where there are registers
	WeakenedByOwnSettings = "own_settings"      // see OwnSettings
)

// embeddedSource is the name of the embedded catalogue, which no other source has.
const embeddedSource = "embedded"

// Weakenings lists what may lower the bar, sorted.
func Weakenings() []string {
	return []string{
		WeakenedByAsOf, WeakenedByCorrections, WeakenedByInline, WeakenedByNoCatalog, WeakenedByOwnSettings, WeakenedByRatchet,
		WeakenedByWarn,
	}
}

// weakenedBy lists what lowers the bar, sorted.
func (a *Assessment) weakenedBy() []string {
	r := a.Requirement
	inline := slices.ContainsFunc(r.Exceptions, func(ex Exception) bool { return ex.Register == "" })
	has := map[string]bool{
		WeakenedByAsOf:        r.AsOf != "",
		WeakenedByCorrections: len(a.Catalog.Corrections) > 0,
		WeakenedByInline:      inline && a.Policy != nil && a.Policy.Registers && a.Policy.Inline != Deny,
		WeakenedByNoCatalog: !slices.ContainsFunc(a.Catalog.Sources, func(s SourceRef) bool {
			return s.Name == embeddedSource
		}),
		WeakenedByOwnSettings: len(a.OwnSettings()) > 0,
		WeakenedByRatchet:     r.Enforcement == EnforcementRatchet,
		WeakenedByWarn:        r.Enforcement == EnforcementWarn,
	}
	return slices.DeleteFunc(Weakenings(), func(by string) bool { return !has[by] })
}

// weakeningWarning says what lowers the bar, where the provider has registers or a policy; ""
// for nothing.
func (a *Assessment) weakeningWarning() string {
	if a.Policy == nil || a.Weakened == nil {
		return ""
	}
	means := map[string]string{
		WeakenedByAsOf:        "as_of leaves out newer documents",
		WeakenedByCorrections: "a source of the catalogue speaks in the name of an earlier one (corrects = true)",
		WeakenedByInline:      "exceptions stand in the requirement itself, and registers are kept for them",
		WeakenedByNoCatalog:   "the embedded catalogue is left out (include_embedded_catalog = false)",
		WeakenedByOwnSettings: "checks pass by settings of a source of your own, for a service that another one documents",
		WeakenedByRatchet:     "gaps of the last apply are tolerated (enforcement = \"ratchet\")",
		WeakenedByWarn:        "gaps are warnings (enforcement = \"warn\")",
	}
	var lines []string
	for _, by := range a.Weakened.By {
		lines = append(lines, "  - "+by+": "+means[by])
	}
	return "The provider has rules for exceptions, and these let pass what they do not know of:\n\n" +
		strings.Join(lines, "\n") + "\n\nThe assessment and attestations name them, and a verifier may refuse them " +
		"(allow_weakened)."
}

// Stricter returns the one of two values of Requirement.Enforcement that lets less pass; ""
// lets pass most.
func Stricter(a, b string) string {
	order := SettingNamed(SettingEnforcement).Allowed // the strictest first
	switch i, j := slices.Index(order, a), slices.Index(order, b); {
	case j < 0 || i >= 0 && i < j:
		return a
	default:
		return b
	}
}

// weaken notes the gaps that the requirement's ratchet tolerates. What makes a gap one may have
// changed since the last apply, by a newer document or by time: it is tolerated while it is
// the same check of the same service.
func (a *Assessment) weaken(applied []string) {
	if by := a.weakenedBy(); len(by) > 0 {
		a.Weakened = &Weakened{By: by, Tolerated: []string{}}
	}
	if a.Requirement.Enforcement != EnforcementRatchet || len(applied) == 0 {
		return
	}
	had := make(map[string]bool, len(applied))
	for _, gap := range applied {
		had[gap] = true
	}
	a.Weakened.Tolerated = slices.DeleteFunc(a.Gaps(), func(gap string) bool { return !had[gap] })
}

// Tolerated lists the gaps that do not fail the plan since the last apply had them.
func (a *Assessment) Tolerated() []string {
	if a.Weakened == nil {
		return nil
	}
	return a.Weakened.Tolerated
}

// Refused lists the gaps that fail the plan, as the requirement's enforcement has it.
func (a *Assessment) Refused() []string {
	if a.Requirement.Enforcement == EnforcementWarn {
		return nil
	}
	tolerated := a.toleratedSet()
	return slices.DeleteFunc(a.Gaps(), func(gap string) bool { return tolerated[gap] })
}

func (a *Assessment) toleratedSet() map[string]bool {
	set := map[string]bool{}
	for _, gap := range a.Tolerated() {
		set[gap] = true
	}
	return set
}

// Untolerated returns a copy of the assessment without the gaps that a ratchet tolerates. It
// is good for explaining, not for recording.
func (a *Assessment) Untolerated() *Assessment {
	tolerated := a.toleratedSet()
	if len(tolerated) == 0 {
		return a
	}
	rest := *a
	rest.Weakened, rest.Compliant = &Weakened{By: a.Weakened.By, Tolerated: []string{}}, true
	rest.Services = make(map[string]ServiceFindings, len(a.Services))
	for id, s := range a.Services {
		s.Controls, s.Groups = maps.Clone(s.Controls), maps.Clone(s.Groups)
		maps.DeleteFunc(s.Controls, func(control string, _ Finding) bool { return tolerated[id+"/"+control] })
		maps.DeleteFunc(s.Groups, func(name string, _ Group) bool { return tolerated[id+"/"+name] })
		if s.Lifecycle != nil && tolerated[id+"/"+catalog.LifecycleID] {
			s.Lifecycle = nil
		}
		s.Compliant = s.Passes()
		rest.Compliant = rest.Compliant && s.Compliant
		rest.Services[id] = s
	}
	return &rest
}

// verifyWeakened refuses another list of what lowers the bar than follows from the assessment,
// and to have tolerated what is no gap, or without a ratchet.
func (a *Assessment) verifyWeakened() error {
	want := a.weakenedBy()
	if a.Weakened == nil {
		if len(want) > 0 {
			return words.Errorf("the assessment is weakened by %s, and does not say so", words.Quoted(want))
		}
		return nil
	}
	list := a.Weakened.Tolerated
	switch {
	case !slices.Equal(a.Weakened.By, want):
		return words.Errorf("the assessment says that it is weakened by %q, expected %q", a.Weakened.By, want)
	case len(want) == 0 || list == nil:
		return errors.New("the assessment is weakened and does not say by what")
	case len(list) > 0 && a.Requirement.Enforcement != EnforcementRatchet:
		return fmt.Errorf("the assessment tolerates gaps under enforcement = %q, which only %q does",
			a.Requirement.Enforcement, EnforcementRatchet)
	case !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list):
		return errors.New("the assessment has tolerated gaps that are not sorted, or the same twice")
	}
	gaps := a.Gaps()
	for _, gap := range list {
		if _, found := slices.BinarySearch(gaps, gap); !found {
			return fmt.Errorf("the assessment tolerates %q, which is no gap of it", gap)
		}
	}
	return nil
}

// CutGap takes a gap, as Gaps lists it, apart.
func CutGap(gap string) (service, check string) {
	service, check, _ = strings.Cut(gap, "/")
	return service, check
}
