package assess

import (
	"errors"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// What an argument means is said by settings of the catalogue. Sources of the user's own may
// have some for services of others: whoever writes the configuration may then say what proves
// that a vendor's control is on. It counts, and the assessment says so.

// sourced is what is shown of a check, or of its condition, with the source that the settings
// are from.
func (e *evaluation) sourced(s *InForce, p pair, condition string) *InForce {
	if s == nil {
		return nil
	}
	name, known, err := e.catalog.SettingsSource(p.service, p.control, condition)
	switch {
	case err != nil:
		e.broken = errors.Join(e.broken, err)
	case !known:
		e.foreign = append(e.foreign, p.service+"/"+p.control)
	}
	from := *s
	from.Source = name
	return &from
}

// strangeSettings reports what is shown by settings that the catalogue does not have: it was
// read by another one, and nothing is known of what that says.
func (e *evaluation) strangeSettings() error {
	if e.broken != nil || len(e.foreign) == 0 {
		return e.broken
	}
	slices.Sort(e.foreign)
	return &InputError{
		Attribute: "services", Summary: "Settings of another catalogue",
		Detail: words.Sprintf("The configuration shows %s by settings that the catalogue of this provider does not have: "+
			"it was read by another version of the provider, or with other catalog_sources, as by another provider block. Read "+
			"it (data.controls_configuration) and check it with the same ones.",
			words.AtMost(slices.Compact(e.foreign), maxForeign)),
	}
}

// maxForeign is how many checks a message names.
const maxForeign = 5

// OwnSettings lists the checks, as "service/control" and sorted, that pass by settings of
// another source than the embedded catalogue and the one that the document of the control is
// from: whose service it is does not say so. A member of a group stands for itself.
func (a *Assessment) OwnSettings() []string {
	var list []string
	for id, s := range a.Services {
		note := func(control string, f Finding) {
			if f.Outcome.Standing() == Holds && len(a.SettingsBesides(s, f)) > 0 {
				list = append(list, id+"/"+control)
			}
		}
		for control, f := range s.Controls {
			note(control, f)
		}
		for _, g := range s.Groups {
			if g.Outcome.Standing() != Holds {
				continue
			}
			for control, f := range g.Controls {
				note(control, f)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// SettingsBesides lists the sources, other than the embedded catalogue and the one that the
// document is from, the settings of which show what a finding is, sorted.
func (a *Assessment) SettingsBesides(s ServiceFindings, f Finding) []string {
	document := a.Documents[s.DocumentOf(f)].Source
	return slices.DeleteFunc(f.SettingsFrom(), func(source string) bool { return source == document })
}

// SettingsFrom lists the sources, other than the embedded catalogue, the settings of which
// show what a finding is, sorted.
func (f Finding) SettingsFrom() []string {
	var list []string
	for _, shown := range []*InForce{f.InForce, f.Met} {
		if shown != nil && shown.Source != "" && !slices.Contains(list, shown.Source) {
			list = append(list, shown.Source)
		}
	}
	slices.Sort(list)
	return list
}
