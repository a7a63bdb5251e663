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
	argument, p := v.signedArgument(), out.Predicate
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

// checkInForce looks for the property that says of every required control that it is in force.
func (v Verification) checkInForce(out *Verified) *InputError {
	var missing []string
	for _, id := range slices.Sorted(slices.Values(v.RequireInForce)) {
		has := func(property string) bool { return slices.Contains(out.Properties, property) }
		if !slices.ContainsFunc(inForceProperties(id), has) {
			missing = append(missing, out.notInForce(id)...)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return refused("require_in_force", "Control is not shown to be in force", fmt.Errorf(
		"the attestation does not show these to be in force for every service of what was asked for: %s. What a service can "+
			"do is not what is switched on: require the control with must_be = \"enabled\"",
		words.AtMost(missing, maxNamed),
	))
}

// notInForce says, a phrase for each service of which it is not shown that a control is in
// force, how it passed there.
func (out *Verified) notInForce(control string) []string {
	var phrases []string
	for _, a := range out.inQuestion {
		for _, s := range a.Services {
			how := "not asked for"
			for _, c := range s.Controls {
				switch {
				case c.ID != control:
				case c.state() == inForce:
					how = ""
				default:
					how = string(c.Outcome)
				}
			}
			if how != "" {
				phrases = append(phrases, fmt.Sprintf("%s of %s (%s)", control, s.ID, how))
			}
		}
	}
	if len(phrases) == 0 {
		return []string{control}
	}
	return phrases
}

// checkControls holds outcomes against what is documented, and what is said to show that a
// control is in force against the rest of the finding.
func (s Service) checkControls() error {
	controls := slices.Clone(s.Controls)
	for _, g := range s.Groups {
		controls = append(controls, g.Controls...)
	}
	for _, c := range controls {
		switch {
		case c.Reason == assess.Undocumented && c.Documented != "", !c.outcomeFits():
			return words.Errorf("the control %q of the service %q has the outcome %q, which contradicts that it is documented "+
				"as %q", c.ID, s.ID, c.Outcome, c.Documented)
		case !c.inForceFits() || c.Adverse && c.InForce != "":
			return words.Errorf("the control %q of the service %q is said to be in force by %q, which the outcome %q contradicts",
				c.ID, s.ID, c.InForce, c.Outcome)
		}
	}
	return nil
}

// inForceFits reports whether what is said to show that the control is in force goes with its
// outcome.
func (c Control) inForceFits() bool {
	conditional := c.Condition != ""
	switch c.InForce {
	case "": // it may be the condition that the configuration meets
		return c.Adverse || c.Outcome != assess.Configured || conditional
	case assess.ByConfiguration:
		return c.Outcome == assess.Configured
	case assess.ByEvidence:
		return c.Outcome == assess.Evidenced && slices.ContainsFunc(c.Evidence, Evidence.switchedOn)
	case assess.ByDocument:
		return c.Outcome == assess.Satisfied || conditional && (c.Outcome == assess.Evidenced || c.Outcome == assess.Configured)
	}
	return false
}

// switchedOn reports whether the evidence shows that a control is on.
func (e Evidence) switchedOn() bool {
	return e.Condition == assess.SwitchedOn && (e.Holds == nil || *e.Holds)
}
