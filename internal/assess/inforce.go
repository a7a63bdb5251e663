package assess

import (
	"errors"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// What MustBe means, and what the settings of a configuration do to an adverse control.

// States of InForce.
const (
	StateOn      = "on"
	StateOff     = "off"
	StateUnknown = "unknown" // a setting is not certain
)

// MaxDeciders is how many of the arguments that decide an assessment names at most, those that
// show that a control is on apart, which are configuration.MaxExamples: the document of the
// configuration has more, with their places.
const MaxDeciders = 5

// InForce is what the settings of a configuration show of a control of a service, or of its
// condition. It has no
// places: a moved line changes no verdict.
type InForce struct {
	By   []Decider `json:"by"` // as the configuration lists them; at most MaxDeciders
	More int       `json:"more,omitempty"`
	// Source is the name of the source that the settings are from, which say what the arguments
	// mean; "" for the embedded catalogue.
	Source string `json:"source,omitempty"`
	State  string `json:"state"`
}

// Decider is an argument that decides.
type Decider struct {
	Address  string `json:"address"`            // of the resource instance
	Argument string `json:"argument,omitempty"` // its path; "" where the resource itself decides
	Why      string `json:"why,omitempty"`      // why it is not on, or on by itself; "" where a value decides
}

// shown is what the configuration shows of a check; nil where no setting applies.
func (r Requirement) shown(p pair) *InForce {
	if r.Configuration == nil {
		return nil
	}
	return shorten(r.Configuration.Settings[p.service][p.control])
}

// met is what the configuration shows of the condition of a check; nil where no setting
// applies.
func (r Requirement) met(p pair, condition string) *InForce {
	if r.Configuration == nil {
		return nil
	}
	return shorten(r.Configuration.Conditions[p.service][p.control][condition])
}

// shorten keeps of what is shown what an assessment has; nil of nothing.
func shorten(s configuration.Setting) *InForce {
	if s.State == "" {
		return nil
	}
	most := maxDeciders(s.State)
	shown := &InForce{State: s.State, By: make([]Decider, 0, min(len(s.By), most)), More: s.More}
	seen := make(map[Decider]bool, len(s.By))
	for _, by := range s.By {
		d := Decider{Address: by.Address, Argument: by.Argument, Why: by.Why}
		switch {
		case seen[d]: // the same in two places
		case len(shown.By) == most:
			shown.More++
		default:
			shown.By = append(shown.By, d)
		}
		seen[d] = true
	}
	return shown
}

// checkSettings reports a requirement that asks for what nobody has looked at.
func checkSettings(r Requirement) *InputError {
	switch {
	case r.MustBe != MustBeEnabled || r.Open.Configuration:
		return nil
	case r.Configuration == nil:
		return &InputError{
			Attribute: SettingMustBe, Value: r.MustBe, Summary: "Settings are not known",
			Detail: "must_be is \"enabled\", and nothing says what the configuration switches on: the requirement has no " +
				"configuration. Read it with data.controls_configuration, with settings = true, and pass its document.",
		}
	case r.Configuration.Settings == nil:
		return &InputError{
			Attribute: SettingMustBe, Value: r.MustBe, Summary: "Settings are not known",
			Detail: "must_be is \"enabled\", and nothing says what the configuration switches on: it was read without its " +
				"settings. Set settings = true in data.controls_configuration.",
		}
	}
	return nil
}

// mustShow reports whether it has to be shown of a check that it is in force.
func (t *terms) mustShow(s testimony) bool {
	return t.requirement.MustBe == MustBeEnabled &&
		(s.status == catalog.StatusYes || s.status == catalog.StatusConditional)
}

// answersAnother reports whether there is evidence for a check which quotes no condition that
// it has to answer.
func (t *terms) answersAnother(p pair) bool {
	return slices.ContainsFunc(t.evidence[p], func(i int) bool {
		return t.requirement.MustBe != MustBeEnabled || t.requirement.Evidence[i].Condition != SwitchedOn
	})
}

// conditional decides whether a documented condition is met. What the configuration certainly
// shows not to be so is beaten by no evidence.
func (t *terms) conditional(p pair, s testimony, f *Finding) {
	i := t.answer(p, s.condition)
	switch {
	case s.met.is(StateOff):
		f.Outcome, f.Reason, f.Met = Gap, ConditionNotMet, s.met
	case i >= 0:
		f.Outcome, f.Reason = t.byEvidence(i)
	case s.met.is(StateOn):
		f.Outcome, f.Met = Configured, s.met
	case t.answersAnother(p):
		f.Outcome, f.Reason, f.Met = Gap, ConditionChanged, s.met
	default:
		f.Outcome, f.Reason, f.Met = Gap, ConditionOpen, s.met
	}
}

// show decides whether a control that the documents say a service has is in force. The cases
// are the rows of the table in the design, in their order.
func (t *terms) show(p pair, s testimony, f *Finding) {
	f.InForce = s.inForce
	i := t.answer(p, SwitchedOn)
	switch {
	case s.inForce.is(StateOff):
		f.Outcome, f.Reason = Gap, TurnedOff
	case i >= 0:
		f.InForce = nil
		f.Outcome, f.Reason = t.byEvidence(i)
	case s.inForce.is(StateOn):
		f.Outcome = Configured
	case s.inForce != nil:
		f.Outcome, f.Reason = Gap, NotShown
	case s.enabledByDefault:
		f.EnabledByDefault = true // the outcome stays what the documents make it
	default:
		f.Outcome, f.Reason = Gap, NotShown
	}
}

// adverse decides for a control that a service must not have, or must have switched off. What
// the configuration certainly switches on is beaten by no evidence.
func (t *terms) adverse(p pair, s testimony, f *Finding) {
	i := t.answer(p, SwitchedOff)
	switch {
	case s.status == catalog.StatusNo || s.status == catalog.StatusNotApplicable:
		f.Outcome = Satisfied
	case s.inForce.is(StateOn):
		f.Outcome, f.Reason, f.InForce = Gap, Present, s.inForce
	case i >= 0:
		f.Outcome, f.Reason = t.byEvidence(i)
	case s.inForce.is(StateOff):
		f.Outcome, f.InForce = Configured, s.inForce
	default:
		f.Outcome, f.Reason, f.InForce = Gap, Present, s.inForce
	}
}

// byEvidence is what evidence comes to.
func (t *terms) byEvidence(i int) (Outcome, Reason) {
	if t.requirement.Evidence[i].fails() {
		return Gap, EvidenceFails
	}
	return Evidenced, ""
}

// Answered lists the conditions that evidence answers for a finding to be what it is: its
// documented one, and that a control is switched on, or an adverse one off.
func (r Requirement) Answered(f Finding, adverse bool) []string {
	var list []string
	switch evidenced := f.Outcome == Evidenced; {
	case adverse && evidenced:
		return []string{SwitchedOff}
	case adverse || !evidenced && f.Outcome != Configured:
		return nil
	}
	if f.Condition != "" && f.Met == nil {
		list = append(list, f.Condition)
	}
	if f.Outcome == Evidenced && r.MustBe == MustBeEnabled && !f.EnabledByDefault {
		list = append(list, SwitchedOn)
	}
	return list
}

// What shows that a control is in force.
const (
	ByConfiguration = "configuration" // its settings
	ByEvidence      = "evidence"
	ByDocument      = "document" // which says that it is on by default
)

// InForceBy returns what a finding for a control that is wanted shows it to be in force by; ""
// where nothing does: it passes by what a service can do, or not at all.
func (r Requirement) InForceBy(f Finding) string {
	switch {
	case f.EnabledByDefault && f.Outcome.Standing() == Holds:
		return ByDocument
	case f.Outcome == Configured && f.InForce != nil: // else its condition is met, and no more
		return ByConfiguration
	case slices.Contains(r.Answered(f, false), SwitchedOn):
		return ByEvidence
	}
	return ""
}

// RestsOnSettings reports whether the assessment could not be made again without the settings
// of the configuration.
func (a *Assessment) RestsOnSettings() bool {
	if a.Requirement.MustBe == MustBeEnabled {
		return true
	}
	for _, s := range a.Services {
		for f := range s.findings {
			if f.InForce != nil || f.Met != nil {
				return true
			}
		}
	}
	return false
}

// is reports whether settings apply and show a state.
func (s *InForce) is(state string) bool { return s != nil && s.State == state }

// CertainlyWrong reports whether the settings certainly are not as the requirement wants
// them, so that no evidence counts.
func (f Finding) CertainlyWrong() bool {
	return f.Reason == TurnedOff || f.Reason == ConditionNotMet || f.Reason == Present && f.InForce.is(StateOn)
}

// maxDeciders is how many of the arguments that decide an assessment names at most.
func maxDeciders(state string) int {
	if state == StateOn {
		return configuration.MaxExamples
	}
	return MaxDeciders
}

// verify refuses what shown would not write, by the sources of the catalogue.
func (s *InForce) verify(sources []SourceRef) error {
	known := func(source SourceRef) bool { return source.Name == s.Source && source.Name != embeddedSource }
	switch {
	case s == nil:
		return nil
	case !slices.Contains(configuration.States, s.State):
		return words.Errorf("the assessment has the settings %q, expected %s", s.State, words.Or(configuration.States))
	case len(s.By) == 0 || len(s.By) > maxDeciders(s.State) || s.More < 0:
		return errors.New("the assessment has settings and does not name, or not rightly count, what decides")
	case s.Source != "" && !slices.ContainsFunc(sources, known):
		return words.Errorf("the assessment has settings of the source %q, expected one of the catalogue that is not the "+
			"embedded one", s.Source)
	}
	for i, d := range s.By {
		if d.Address == "" || slices.Contains(s.By[:i], d) {
			return errors.New("the assessment has settings by a resource without an address, or by the same twice")
		}
	}
	return nil
}
