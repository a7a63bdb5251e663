package assess

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Weakened says what lets pass in an assessment what would fail otherwise.
type Weakened struct {
	// Tolerated are the gaps, as Gaps lists them, that do not fail a ratchet: the last apply
	// had them. They are gaps all the same, and the verdict is that there are some.
	Tolerated []string `json:"tolerated"`
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
	if a.Requirement.Enforcement != EnforcementRatchet || len(applied) == 0 {
		return
	}
	had := make(map[string]bool, len(applied))
	for _, gap := range applied {
		had[gap] = true
	}
	tolerated := slices.DeleteFunc(a.Gaps(), func(gap string) bool { return !had[gap] })
	if len(tolerated) > 0 {
		a.Weakened = &Weakened{Tolerated: tolerated}
	}
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
	rest.Weakened, rest.Compliant = nil, true
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

// verifyWeakened refuses to have tolerated what is no gap, or without a ratchet.
func (a *Assessment) verifyWeakened() error {
	if a.Weakened == nil {
		return nil
	}
	list := a.Weakened.Tolerated
	switch {
	case a.Requirement.Enforcement != EnforcementRatchet:
		return fmt.Errorf("the assessment tolerates gaps under enforcement = %q, which only %q does",
			a.Requirement.Enforcement, EnforcementRatchet)
	case len(list) == 0:
		return errors.New("the assessment is weakened and does not say by what")
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
