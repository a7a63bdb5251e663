package attest

import (
	"errors"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// checkOwnSettings refuses a check that passes by settings of another source than its document's,
// where the result does not say that this lowers the bar.
func (a AssessmentResult) checkOwnSettings() error {
	if a.isWeakenedBy(assess.WeakenedByOwnSettings) {
		return nil
	}
	sources := map[string]string{}
	for _, doc := range a.Baseline.Documents {
		sources[doc.ID] = doc.Source
	}
	for _, s := range a.Services {
		for _, c := range s.passing() {
			of := sources[documentOf(s, c)]
			if slices.ContainsFunc(c.SettingsFrom, func(source string) bool { return source != of }) {
				return words.Errorf(
					"the control %q of the service %q passes by settings of %s, which %q of weakened does not say", c.ID, s.ID,
					words.Quoted(c.SettingsFrom), assess.WeakenedByOwnSettings,
				)
			}
		}
	}
	return nil
}

func (a AssessmentResult) isWeakenedBy(by string) bool {
	return a.Weakened != nil && slices.Contains(a.Weakened.By, by)
}

// passing are the controls that pass by no exception, and by which a group does.
func (s Service) passing() []Control {
	controls := slices.Clone(s.Controls)
	for _, g := range s.Groups {
		if g.Outcome.Standing() == assess.Holds {
			controls = append(controls, g.Controls...)
		}
	}
	return slices.DeleteFunc(controls, func(c Control) bool { return c.Outcome.Standing() != assess.Holds })
}

// settings holds whose settings a finding is said to pass by against the catalogue, which is the
// one that the attestation names.
func (h *held) settings(s Service, c Control) error {
	if h.Catalog == nil || c.Outcome.Standing() != assess.Holds {
		return nil
	}
	var document string
	if st, ok := h.statement(s.ID, c.ID, h.day(s, c)); ok {
		document = st.Document.Source()
	}
	var from []string // of other sources than the embedded catalogue
	lowered := false
	for _, condition := range c.shownBySettings() {
		source, known, err := h.Catalog.SettingsSource(s.ID, c.ID, condition)
		switch {
		case err != nil:
			return err
		case !known:
			return errors.New("it is said to pass by settings, and the catalogue that the attestation names has none of it")
		case source != "" && !slices.Contains(from, source):
			from = append(from, source)
		}
		lowered = lowered || source != "" && source != document
	}
	switch {
	case len(from) != len(c.SettingsFrom): // names of sources are paths, and others elsewhere
		return words.Errorf("it is said to pass by settings of %s, and by the catalogue that the attestation names they are "+
			"of %s", spokenSources(c.SettingsFrom), spokenSources(from))
	case lowered && !h.a.isWeakenedBy(assess.WeakenedByOwnSettings):
		return words.Errorf("it passes by settings of %s, which %q of weakened does not say", spokenSources(from),
			assess.WeakenedByOwnSettings)
	}
	return nil
}

func spokenSources(names []string) string {
	if len(names) == 0 {
		return "no source but the embedded catalogue"
	}
	return words.Quoted(names)
}

// shownBySettings lists what settings show for a control to pass: the condition that they are
// about, or "" for the control itself.
func (c Control) shownBySettings() []string {
	var list []string
	if c.Outcome == assess.Configured && (c.Adverse || c.InForce == assess.ByConfiguration) {
		list = append(list, "")
	}
	quoted := func(e Evidence) bool { return e.Condition == c.Condition }
	if !c.Adverse && c.Condition != "" && !slices.ContainsFunc(c.Evidence, quoted) {
		list = append(list, c.Condition)
	}
	return list
}
