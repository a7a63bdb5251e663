package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Setting is how a configuration shows that a control of a service is switched on: rows
// about arguments of one resource type that hold together.
type Setting struct {
	Service string
	Control string
	// Condition is a documented condition of the control, verbatim: the setting then shows
	// whether that is met, and says nothing of the control itself. "" for none.
	Condition string
	Role      SettingRole
	// Type is the resource type that has the arguments: one that is of the service, or, with
	// a Companion, any other.
	Type      string
	Companion *Companion // nil where the resource itself has the arguments
	Rows      []SettingRow
	// Provider and Versions say for which provider, as "hashicorp/azurerm", and which of its
	// versions, as ">= 4.0, < 5.0", the Absent of the rows holds. Empty: for all.
	Provider string
	Versions string
	Source   string // where it was read
}

// SettingRole is what a setting says together with the others of its control.
type SettingRole string

// The roles.
const (
	// SettingAlternative shows the control to be on, by itself.
	SettingAlternative SettingRole = "alternative"
	// SettingVeto makes the control off where it is certainly off, and never on.
	SettingVeto SettingRole = "veto"
	// SettingPart has to be on besides an alternative.
	SettingPart SettingRole = "part"
	// SettingAdverse is of an adverse control, which is off only if all rows are, and on if
	// any is.
	SettingAdverse SettingRole = "adverse"
)

// SettingRoles lists every SettingRole.
var SettingRoles = []SettingRole{SettingAlternative, SettingVeto, SettingPart, SettingAdverse}

// Companion is a resource that switches a control of another one.
type Companion struct {
	// RefersBy is the argument that refers to the resource that it protects.
	RefersBy string
	// Protects are the resource types that it can protect, at least one.
	Protects []string
	// Without says what it means that no companion refers to a resource.
	Without SettingState
}

// SettingState is what an argument shows.
type SettingState string

// The states.
const (
	SettingOn      SettingState = "on"
	SettingOff     SettingState = "off"
	SettingUnknown SettingState = "unknown"
)

// SettingStates lists every SettingState.
var SettingStates = []SettingState{SettingOn, SettingOff, SettingUnknown}

// SettingRow is what the values of one argument mean.
type SettingRow struct {
	// Argument is a path: names of blocks and of an argument, joined by dots, with brackets
	// after a block that may repeat: site_config.ip_restriction[].ip_address.
	Argument string
	On, Off  SettingValues
	// Absent is what it means that the argument, or its block, is left out.
	Absent SettingState
	// Which says, of blocks that repeat, how many have to be on.
	Which SettingBlocks
	// Former are other names of the argument, which are read before absence is concluded.
	Former []FormerArgument
}

// SettingBlocks says how the blocks count that a path leads through.
type SettingBlocks string

// How repeated blocks count.
const (
	BlocksAll SettingBlocks = "all" // all that are there; none is absence
	BlocksAny SettingBlocks = "any" // one is enough
	// BlocksPresent are all that are there; a resource without one is not spoken of.
	BlocksPresent SettingBlocks = "present"
)

// SettingBlockRules lists every SettingBlocks.
var SettingBlockRules = []SettingBlocks{BlocksAll, BlocksAny, BlocksPresent}

// SettingValues are the values that mean one thing. Any is every value that is given, but
// for the empty string and the empty list.
type SettingValues struct {
	Any  bool
	List []any // string, bool or float64
}

// None reports whether no value means it.
func (v SettingValues) None() bool { return !v.Any && len(v.List) == 0 }

// FormerArgument is another name of an argument, in earlier versions of a provider or in
// later ones.
type FormerArgument struct {
	Argument string
	// Inverted says that it is true where the argument is false.
	Inverted bool
	// Other says that its values mean something else, so that nothing is certain where it is.
	Other bool
}

// ArgumentPattern is the form of the path of an argument, as the schema of catalogue files
// has it.
const ArgumentPattern = `^[A-Za-z_][A-Za-z0-9_-]*(\[\])?(\.[A-Za-z_][A-Za-z0-9_-]*(\[\])?)*$`

var argumentForm = lazyregexp.Regexp{Expression: ArgumentPattern}

// ValidArgument reports whether s has the form of the path of an argument.
func ValidArgument(s string) bool { return len(s) <= MaxTitle && argumentForm.MatchString(s) }

// ProviderPattern and VersionsPattern are the forms of the provider of a setting and of its
// versions, as the schema of catalogue files has them.
const (
	ProviderPattern = `^[a-z0-9-]+/[a-z0-9-]+$`
	VersionsPattern = `^(>=|<=|>|<|=|!=|~>)? ?[0-9]+(\.[0-9]+){0,2}( ?, ?(>=|<=|>|<|=|!=|~>)? ?[0-9]+(\.[0-9]+){0,2})*$`
)

var (
	providerForm = lazyregexp.Regexp{Expression: ProviderPattern}
	versionsForm = lazyregexp.Regexp{Expression: VersionsPattern}
)

// Problem says what is wrong with a setting whose parts are each in order; "" if nothing.
func (s *Setting) Problem() string {
	switch {
	case (s.Provider == "") != (s.Versions == ""):
		return "a setting has one of provider and versions, expected both or none"
	case s.Provider != "" && !providerForm.MatchString(s.Provider):
		return words.Sprintf("provider is %q, expected its namespace and name, such as \"hashicorp/azurerm\"", s.Provider)
	case s.Versions != "" && !versionsForm.MatchString(s.Versions):
		return words.Sprintf("versions is %q, expected a constraint such as \">= 4.0, < 5.0\"", s.Versions)
	}
	for i, row := range s.Rows {
		if problem := row.problem(); problem != "" {
			return fmt.Sprintf("row %d %s", i+1, problem)
		}
	}
	return ""
}

// problem is a phrase to stand behind the number of the row.
func (row *SettingRow) problem() string {
	switch {
	case row.On.None() && row.Off.None() && row.Absent == SettingUnknown:
		return "says nothing, expected on, off, or absent"
	case row.On.Any && row.Off.Any:
		return "takes any value for on and for off, expected one of them"
	case slices.ContainsFunc(row.On.List, func(v any) bool { return slices.Contains(row.Off.List, v) }):
		return "has a value that means on and off, expected one of them"
	case row.Which == BlocksAny && row.On.None() && row.Absent == SettingOn:
		return "takes one block without the value for proof, expected blocks: all"
	case row.Which != "" && !strings.Contains(row.Argument, "[]"):
		return "says which blocks count, expected [] after the one that repeats"
	}
	return ""
}

// layerSettings are the settings of a layer.
type layerSettings struct {
	source   string // as Document.Source has it
	of       func(service string) ([]*Setting, error)
	replaces map[string]bool // services of which nothing that earlier layers say counts
}

func (l *Layer) layerSettings() layerSettings {
	s := layerSettings{source: l.documentSource(), of: l.Settings, replaces: map[string]bool{}}
	if l.Replace {
		for _, service := range l.Services {
			s.replaces[service.ID] = true
		}
	}
	return s
}

// Settings are the settings of a service, in the order of the sources. The error is one of
// reading the embedded catalogue: a broken build.
func (c *Catalog) Settings(service string) ([]*Setting, error) {
	var all []*Setting
	for _, l := range c.settings {
		if l.replaces[service] {
			all = nil
		}
		if l.of == nil {
			continue
		}
		list, err := l.of(service)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// SettingsSource is the name of the source that the settings of a control of a service are
// from, or those of a condition of it: "" for the embedded catalogue. No two sources have
// settings of the same, so there is one. The catalogue may have none.
func (c *Catalog) SettingsSource(service, control, condition string) (name string, ok bool, err error) {
	for _, l := range slices.Backward(c.settings) {
		if l.of != nil {
			list, err := l.of(service)
			if err != nil {
				return "", false, err
			}
			if slices.ContainsFunc(list, func(s *Setting) bool { return s.Control == control && s.Condition == condition }) {
				return l.source, true, nil
			}
		}
		if l.replaces[service] {
			break
		}
	}
	return "", false, nil
}
