// Package assess decides whether services have the controls that a requirement asks
// for, by what the catalogue documents. It is pure: a requirement, a catalogue and a
// day in, an assessment out. The same input gives the same bytes.
package assess

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
)

// Values of Requirement.Enforcement.
const (
	EnforcementDeny    = "deny"    // a gap fails the plan
	EnforcementRatchet = "ratchet" // one that the last apply did not have does; others are warnings
	EnforcementWarn    = "warn"    // a gap is a warning
)

// Values of Requirement.MustBe.
const (
	MustBeSupported = "supported" // the documents say that a service has the control
	MustBeEnabled   = "enabled"   // and it is in force
)

// Values of Requirement.NotApplicable and Requirement.OnRetired.
const (
	Allow = "allow"
	Warn  = "warn" // of OnRetired alone
	Deny  = "deny"
)

// Conditions that no document states, and evidence answers: that an adverse control is off,
// and that a control which has to be in force is on.
const (
	SwitchedOff = "switched off"
	SwitchedOn  = "switched on"
)

// EndingSoonDays is how many days before its end an exception is warned of.
const EndingSoonDays = 30

// Requirement is services x controls that must be satisfied. An empty setting means its
// documented default. Fields are declared in the order of their JSON names, as
// canonicaljson wants.
type Requirement struct {
	AllowNoServices bool                `json:"allow_no_services,omitempty"`
	AnyOf           map[string][]string `json:"any_of,omitempty"`
	AsOf            catalog.Date        `json:"as_of,omitempty"`
	Avoid           []string            `json:"avoid,omitempty"`
	Controls        []string            `json:"controls,omitempty"`
	Enforcement     string              `json:"enforcement"`
	// EveryDocumentedOf are groups of which every member has to pass that a document speaks of.
	EveryDocumentedOf map[string][]string `json:"every_documented_of,omitempty"`
	Evidence          []Evidence          `json:"evidence,omitempty"`
	Exceptions        []Exception         `json:"exceptions,omitempty"`
	// Labels are recorded, for whoever sorts verdicts by them, and decide nothing.
	Labels map[string]string `json:"labels,omitempty"`
	// MaxDocumentAgeDays is the age in days above which a statement counts as stale;
	// nil for any age.
	MaxDocumentAgeDays *int64 `json:"max_document_age_days,omitempty"`
	// MustBe is MustBeEnabled, or empty for its default.
	MustBe        string `json:"must_be,omitempty"`
	NotApplicable string `json:"not_applicable"`
	OnRetired     string `json:"on_retired"`
	// Services are checked; nil stands for all that Configuration chooses.
	Services []string `json:"services"`
	// Workload is the name of what the requirement is about; "" for none.
	Workload string `json:"workload,omitempty"`

	// Configuration is what the configuration chooses; nil where nobody has read it. What
	// of it is not checked stands beside the requirement in the assessment, as its scope.
	Configuration *configuration.Document `json:"-"`

	// Crosswalk says of which frameworks' identifiers the groups are, by whose mapping; nil
	// where nobody says it. What of it is about the groups stands in the assessment.
	Crosswalk *crosswalk.Crosswalk `json:"-"`

	// Scope is what the configuration has beside what is checked, where Configuration is
	// not at hand; nil where nobody has read it.
	Scope *Scope `json:"-"`

	// Applied are the gaps of the last apply, as Assessment.Gaps lists them: a ratchet
	// tolerates these. None where nothing was applied.
	Applied []string `json:"-"`

	// Approval is what registers and the provider's policy say of exceptions; nil where there
	// are neither.
	Approval *Approval `json:"-"`

	// Open is what a plan does not know of the requirement yet.
	Open Open `json:"-"`
}

// Exception is an accepted gap.
type Exception struct {
	ApprovedBy           string       `json:"approved_by,omitempty"`
	CompensatingControls []string     `json:"compensating_controls,omitempty"`
	Control              string       `json:"control"` // a control id, or a group's name
	Expires              catalog.Date `json:"expires"` // the last day, inclusive
	Justification        string       `json:"justification"`
	Register             string       `json:"register,omitempty"` // that it is from; "" for the requirement itself
	Service              string       `json:"service"`
	Ticket               string       `json:"ticket,omitempty"`

	// Entry numbers, from 1, what was declared as one for several services or controls, so
	// that messages are about that once: its exceptions follow each other and differ in
	// nothing else. 0 is for an exception that was declared alone.
	Entry int `json:"-"`
}

// Evidence is a reference that shows that a documented condition is met, that an adverse
// control is switched off, or that another one is switched on.
type Evidence struct {
	ApprovedBy string `json:"approved_by,omitempty"`
	Condition  string `json:"condition"` // as documented, verbatim, or SwitchedOff or SwitchedOn
	Control    string `json:"control"`
	// Holds is the value of what the evidence is about: where it is false, the evidence does
	// not count. nil where there is none.
	Holds     *bool  `json:"holds,omitempty"`
	Reference string `json:"reference"`
	Register  string `json:"register,omitempty"` // that it is from; "" for the requirement itself
	Service   string `json:"service"`
}

// fails reports whether the evidence has a value that denies it.
func (e Evidence) fails() bool { return e.Holds != nil && !*e.Holds }

// Scope lists, sorted, what of a configuration a verdict does not speak of: the resource
// types that reading it left out, as configuration.Scope has them, the services that it
// chooses and the requirement does not name, and the addresses of modules that were not
// read.
type Scope struct {
	Ignored       []string `json:"ignored"`
	Opaque        []string `json:"opaque"`
	Other         []string `json:"other"`
	OutOfScope    []string `json:"out_of_scope,omitempty"`
	Undocumented  []string `json:"undocumented"`
	UnreadModules []string `json:"unread_modules,omitempty"`
	// Variables names the root variables whose values were given for reading the settings.
	Variables []string `json:"variables,omitempty"`
}

// withDefaults returns the requirement with the documented default for every setting
// that is left empty, and the conditions as they are documented.
func (r Requirement) withDefaults() Requirement {
	for _, s := range settings {
		s.byDefault(&r)
	}
	r.Evidence = slices.Clone(r.Evidence)
	for i, ev := range r.Evidence {
		r.Evidence[i].Condition = conditionOf(ev)
	}
	return r
}

// conditionOf is the condition that evidence quotes. White space at its end is that of
// the file which it came from: a block of YAML ends in a new line.
func conditionOf(ev Evidence) string { return trimmedCondition(ev.Condition) }

func trimmedCondition(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }

// normalised returns the requirement in the one order that its bytes have. What JSON
// always has is never null, so that "for" in HCL can go over it.
func (r Requirement) normalised() Requirement {
	r.Services = orEmpty(sortedUnique(r.Services))
	if r.MustBe == MustBeSupported {
		r.MustBe = ""
	}
	r.Controls = sortedUnique(r.Controls)
	r.Avoid = sortedUnique(r.Avoid)
	r.AnyOf, r.EveryDocumentedOf = normalisedGroups(r.AnyOf), normalisedGroups(r.EveryDocumentedOf)
	r.Exceptions = slices.Clone(r.Exceptions)
	for i := range r.Exceptions {
		r.Exceptions[i].CompensatingControls = sortedUnique(r.Exceptions[i].CompensatingControls)
	}
	slices.SortStableFunc(r.Exceptions, compareExceptions)
	r.Evidence = slices.Clone(r.Evidence)
	slices.SortStableFunc(r.Evidence, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Control, b.Control), cmp.Compare(a.Condition, b.Condition),
			cmp.Compare(a.Register, b.Register), cmp.Compare(a.Reference, b.Reference))
	})
	return r
}

func normalisedGroups(groups map[string][]string) map[string][]string {
	out := make(map[string][]string, len(groups))
	for name, members := range groups {
		out[name] = orEmpty(sortedUnique(members))
	}
	return out
}

// resolved names the services where the configuration is to do that. They stay nil where
// it chooses none.
func (r Requirement) resolved() Requirement {
	if r.Services == nil && r.Configuration != nil && len(r.Configuration.Services) > 0 {
		r.Services = r.Configuration.ServiceIDs()
	}
	return r
}

// scope is what of the configuration the requirement, resolved, does not check; nil where
// nobody has read the configuration.
func (r Requirement) scope() *Scope {
	if r.Configuration == nil {
		return r.Scope.normalised()
	}
	checked := map[string]bool{}
	for _, id := range r.Services {
		checked[id] = true
	}
	left := r.Configuration.Scope
	s := &Scope{
		Ignored: left.Ignored, Opaque: left.Opaque, Other: left.Other, Undocumented: left.Undocumented, Variables: left.Variables,
	}
	for _, id := range r.Configuration.ServiceIDs() {
		if !checked[id] {
			s.OutOfScope = append(s.OutOfScope, id)
		}
	}
	for _, m := range left.UnreadModules {
		s.UnreadModules = append(s.UnreadModules, m.Address)
	}
	return s.normalised()
}

func (s *Scope) normalised() *Scope {
	if s == nil {
		return nil
	}
	return &Scope{
		Ignored:       orEmpty(sortedUnique(s.Ignored)),
		Opaque:        orEmpty(sortedUnique(s.Opaque)),
		Other:         orEmpty(sortedUnique(s.Other)),
		OutOfScope:    sortedUnique(s.OutOfScope),
		Undocumented:  orEmpty(sortedUnique(s.Undocumented)),
		UnreadModules: sortedUnique(s.UnreadModules),
		Variables:     sortedUnique(s.Variables),
	}
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func sortedUnique(s []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(s)))
}

// Size is how many checks the requirement makes of every service: controls, groups and
// adverse controls.
func (r Requirement) Size() int {
	return len(r.Controls) + len(r.AnyOf) + len(r.EveryDocumentedOf) + len(r.Avoid)
}

// named lists every control that the requirement names, members of groups included,
// sorted.
func (r Requirement) named() []string {
	ids := slices.Concat(r.Controls, r.Avoid)
	for _, members := range r.Groups() {
		ids = append(ids, members...)
	}
	return sortedUnique(ids)
}
