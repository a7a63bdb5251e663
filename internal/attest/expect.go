package attest

import (
	"fmt"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// maxNamed is how many things an error names before it counts the rest.
const maxNamed = 20

// checkVerdict refuses gaps, and exceptions unless they are allowed. Exceptions are
// looked for in the findings, not in the list of them, which a later version might keep
// elsewhere.
func (v Verification) checkVerdict(out *Verified) *InputError {
	argument := "envelope"
	if v.Bundle != "" {
		argument = "bundle"
	}
	p := out.Predicate
	if p.VerificationResult != Passed {
		return refused(argument, "Verdict is not PASSED", words.Errorf("the verdict is %q, with these gaps: %s",
			p.VerificationResult, words.AtMost(p.checks(missed), maxNamed)))
	}
	if found := p.checks(excepted); len(found) > 0 && !v.AllowExceptions {
		return refused("allow_exceptions", "Attestation has exceptions", fmt.Errorf(
			"these passed by an exception: %s. Set allow_exceptions = true if that is acceptable here",
			words.AtMost(found, maxNamed),
		))
	}
	return nil
}

// checks lists the checks that came out in a way, as "service/control".
func (p *Predicate) checks(wanted state) []string {
	var out []string
	for _, a := range p.Assessments {
		out = append(out, a.checks(wanted)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checks is that of one assessment.
func (a AssessmentResult) checks(wanted state) []string {
	var out []string
	for _, s := range a.Services {
		note := func(check string, o assess.Outcome) {
			if stateOf(o) == wanted {
				out = append(out, s.ID+"/"+check)
			}
		}
		for _, c := range s.Controls {
			note(c.ID, c.Outcome)
		}
		for _, g := range s.Groups {
			note(g.Name, g.Outcome)
		}
		if s.Lifecycle != nil && s.Lifecycle.Outcome != "" {
			note(catalog.LifecycleID, s.Lifecycle.Outcome)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkServices refuses a verdict about nothing, which passes whatever is required.
func (v Verification) checkServices(out *Verified) *InputError {
	if v.AllowNoServices {
		return nil
	}
	for _, a := range out.inQuestion {
		if len(a.Services) == 0 {
			return refused("allow_no_services", "Attestation of no service", words.Errorf(
				"the assessment %q is about no service, so its verdict says nothing: "+
					"the configuration chose none, or none that was read. Set allow_no_services = true if that is acceptable "+
					"here",
				a.Name,
			))
		}
	}
	return nil
}

// checkCorrections refuses a verdict by a catalogue in which a source speaks in the name of
// another. The guide says which: a vendor's No may have become a Yes.
func (v Verification) checkCorrections(out *Verified) *InputError {
	if v.AllowCorrections {
		return nil
	}
	var found []string
	for _, a := range out.inQuestion {
		for _, c := range a.Baseline.Corrections {
			found = append(found, explain.Correction(c))
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	return refused("allow_corrections", "Attestation by a corrected catalogue", fmt.Errorf(
		"a source of the catalogue speaks in the name of an earlier one: %s. Set allow_corrections = true if that is "+
			"acceptable here",
		words.AtMost(slices.Compact(found), maxNamed),
	))
}

// checkControls looks for the property of every required control.
func (v Verification) checkControls(out *Verified) *InputError {
	var missing []string
	for _, id := range slices.Sorted(slices.Values(v.RequireControls)) {
		has := false
		for _, avoided := range []bool{false, true} {
			has = has || slices.Contains(out.Properties, Property(id, avoided, false)) ||
				v.AllowExceptions && slices.Contains(out.Properties, Property(id, avoided, true))
		}
		if !has {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	have := "It has no properties"
	if len(out.Properties) > 0 {
		have = "It has the properties: " + words.AtMost(out.Properties, maxNamed)
	}
	return refused("require_controls", "Required control is not attested", fmt.Errorf(
		"the attestation does not say of every service of what was asked for that these were checked and passed: %s. %s",
		words.AtMost(missing, maxNamed), have,
	))
}
