package assess

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Setting is a scalar argument of a requirement: a text that has one of a few values, or
// a number. Its row in the table is all that defaults, checks and whoever reads
// configurations have to know of it.
type Setting struct {
	Name    string   // of the argument
	Allowed []string // values of a text; nil for a number
	Default string   // of a text; a number that is not set limits nothing
	// Lenient is the value of a text that lets most pass: it stands for one that is not
	// known yet. A number that is not known yet is not set.
	Lenient string
	// LeftOut says that an assessment leaves the default out.
	LeftOut bool
	Most    int64 // the largest value of a number

	outOfRange string // heads the error about a number
	text       func(*Requirement) *string
	number     func(*Requirement) **int64
}

// Names of settings.
const (
	SettingEnforcement        = "enforcement"
	SettingMustBe             = "must_be"
	SettingNotApplicable      = "not_applicable"
	SettingOnRetired          = "on_retired"
	SettingMaxDocumentAgeDays = "max_document_age_days"
)

// settings is the table.
var settings = [...]Setting{
	{
		Name:    SettingEnforcement,
		Allowed: []string{EnforcementDeny, EnforcementRatchet, EnforcementWarn}, // the strictest first
		Default: EnforcementDeny,
		Lenient: EnforcementWarn,
		text:    func(r *Requirement) *string { return &r.Enforcement },
	},
	{
		Name: SettingMustBe, Allowed: []string{MustBeSupported, MustBeEnabled}, Default: MustBeSupported,
		Lenient: MustBeSupported, LeftOut: true,
		text: func(r *Requirement) *string { return &r.MustBe },
	},
	{
		Name: SettingNotApplicable, Allowed: []string{Allow, Deny}, Default: Allow, Lenient: Allow,
		text: func(r *Requirement) *string { return &r.NotApplicable },
	},
	{
		Name: SettingOnRetired, Allowed: []string{Warn, Deny, Allow}, Default: Warn, Lenient: Allow,
		text: func(r *Requirement) *string { return &r.OnRetired },
	},
	{
		// More than any document is old, and far from where integers of JSON lose precision.
		Name: SettingMaxDocumentAgeDays, Most: 1_000_000, outOfRange: "Age out of range",
		number: func(r *Requirement) **int64 { return &r.MaxDocumentAgeDays },
	},
}

// Settings lists the scalar arguments of a requirement.
func Settings() []Setting { return slices.Clone(settings[:]) }

// SettingNamed returns the setting of a name. There must be one.
func SettingNamed(name string) Setting {
	for _, s := range settings {
		if s.Name == name {
			return s
		}
	}
	panic(words.Sprintf("a requirement has no setting %q", name))
}

// IsNumber reports whether the setting is a number, not a text.
func (s Setting) IsNumber() bool { return s.number != nil }

// SetText gives a requirement the value of a text.
func (s Setting) SetText(r *Requirement, value string) { *s.text(r) = value }

// SetNumber gives a requirement the value of a number; nil for none.
func (s Setting) SetNumber(r *Requirement, value *int64) { *s.number(r) = value }

// Value is the value that a requirement has, as text: the default where it is left empty, and
// "" for a number that is not set.
func (s Setting) Value(r Requirement) string {
	if s.IsNumber() {
		if n := *s.number(&r); n != nil {
			return fmt.Sprint(*n)
		}
		return ""
	}
	return cmp.Or(*s.text(&r), s.Default)
}

// byDefault gives a requirement the default of a text that is left empty.
func (s Setting) byDefault(r *Requirement) {
	if s.text != nil && *s.text(r) == "" {
		s.SetText(r, s.Default)
	}
}

// check reports a value that is none of the setting's, as an InputError.
func (s Setting) check(r Requirement) *InputError {
	if s.IsNumber() {
		n := *s.number(&r)
		if n == nil || *n >= 0 && *n <= s.Most {
			return nil
		}
		return &InputError{
			Attribute: s.Name, Value: fmt.Sprint(*n), Summary: s.outOfRange,
			Detail: fmt.Sprintf("%s is %d, expected 0 to %d.", s.Name, *n, s.Most),
		}
	}
	value := *s.text(&r)
	if slices.Contains(s.Allowed, value) || value == "" && s.LeftOut {
		return nil
	}
	return &InputError{
		Attribute: s.Name, Value: value, Summary: "Unknown value",
		Detail: words.Sprintf("%s is %q, expected %s.", s.Name, value, words.Or(s.Allowed)),
	}
}
