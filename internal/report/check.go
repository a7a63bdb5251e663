package report

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// check is one column: what is asked of every service.
type check struct {
	kind    kind
	id      string // of the control, or a group's name
	title   string
	members []*check
	// identifier is what a group is, where a crosswalk says it, and basis by whose mapping a
	// member belongs to it, how strongly and how surely; "" where nobody says it.
	identifier *crosswalk.Identifier
	basis      string
}

// kind says in which attribute of a requirement a check stands.
type kind string

const (
	kindControl   kind = "control"
	kindAvoid     kind = "avoid"
	kindGroup     kind = kind(assess.RuleAnyOf)
	kindEvery     kind = kind(assess.RuleEveryDocumentedOf)
	kindMember    kind = "member" // of a group
	kindLifecycle kind = catalog.LifecycleID
)

// kindFacts is how reports speak of the checks of a kind. %s stands for the title, and in what is
// asked by a group for its controls.
type kindFacts struct {
	heading string // of the columns
	name    string // of a check, in a list of them
	ask     string // of a service
	members string // begins a list of the controls of a group
}

func (k kind) facts() kindFacts {
	switch k {
	case kindControl, kindMember:
		return kindFacts{heading: "Required", name: "%s", ask: "The service has %s."}
	case kindAvoid:
		return kindFacts{
			heading: "To be avoided", name: "Absence of %s", ask: "The service does not have %s, or it is switched off.",
		}
	case kindGroup:
		return kindFacts{
			heading: "One control for each", name: "One control for %s",
			ask: "The service has at least one of the %s.", members: "One of",
		}
	case kindEvery:
		return kindFacts{
			heading: "Every documented control for each", name: "Every documented control for %s",
			ask:     "Of the %s, the service has every one that its documents speak of, which is one at least.",
			members: "Every documented one of",
		}
	case kindLifecycle:
		return kindFacts{heading: "Lifecycle", name: "%s", ask: "The service is not retired."}
	}
	return kindFacts{}
}

// isGroup reports whether the check is a group of controls.
func (c *check) isGroup() bool { return c.kind == kindGroup || c.kind == kindEvery }

// controls are the ids of those that are asked for.
func (c *check) controls() []string {
	if !c.isGroup() {
		return []string{c.id}
	}
	ids := make([]string, len(c.members))
	for i, m := range c.members {
		ids[i] = m.id
	}
	return ids
}

// short names a group where it is clear of which framework it is.
func (c *check) short() string {
	if c.identifier != nil {
		return plaintext.Line(c.identifier.Identifier)
	}
	return c.title
}

// name names the check in a list of them.
func (c *check) name() string { return strings.ReplaceAll(c.kind.facts().name, "%s", c.title) }

// ask says what the check asks of a service.
func (c *check) ask() string {
	what := c.title
	if c.isGroup() {
		what = c.mapped()
	}
	return strings.ReplaceAll(c.kind.facts().ask, "%s", what)
}

// mapped names the controls of a group by who says that they belong together. A service may have
// others that support the identifier, which the catalogue does not map to it.
func (c *check) mapped() string {
	if slices.ContainsFunc(c.members, func(m *check) bool { return m.basis == "" }) {
		return "controls of the group " + c.title
	}
	return "controls that this catalogue maps to " + c.title
}

// bases says of the members of a group by whose mapping they belong to it; "" where nobody
// says it.
func (c *check) bases() string {
	var parts []string
	for _, m := range c.members {
		if m.basis != "" {
			parts = append(parts, m.title+" ("+m.basis+")")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " Its controls: " + strings.Join(parts, "; ") + "."
}

// headline says in a line what is wrong with a check of a service that is a gap, or
// would be one without its exception. Only what is documented to be missing is said to
// be: of the rest there is no proof, which is something else.
func (f *finding) headline() string {
	name, title := f.service.name, f.check.title
	switch f.check.kind {
	case kindGroup:
		if slices.ContainsFunc(f.members, func(m *finding) bool { return !m.isMissing() }) {
			return name + " is not shown to have any of the " + f.check.mapped()
		}
		return name + " has none of the " + f.check.mapped()
	case kindEvery:
		behind := f.behind()
		switch {
		case f.reason == assess.NoMember:
			return name + " is not documented to have any of the " + f.check.mapped()
		case slices.ContainsFunc(behind, func(m *finding) bool { return !m.isMissing() }):
			return name + " is not shown to have every documented one of the " + f.check.mapped()
		}
		return name + " does not have every documented one of the " + f.check.mapped()
	case kindAvoid:
		switch {
		case f.reason != assess.Present:
			return name + " is not shown to be without " + title + ", which is to be avoided"
		case f.isCertainlyWrong():
			return name + " has " + title + " switched on, which is to be avoided"
		}
		return name + " has " + title + ", which is to be avoided"
	case kindLifecycle:
		return name + " is retired"
	case kindControl, kindMember:
		switch {
		case f.reason == assess.Undocumented:
			return name + " is not documented to have " + title
		case f.isMissing():
			return name + " lacks " + title
		case f.isCertainlyWrong():
			return name + " has " + title + " switched off"
		case f.reason == assess.NotShown:
			return name + " is not shown to have " + title + " switched on"
		}
	}
	return name + " is not shown to have " + title
}

// behind lists the members that make a group a gap of which every documented one has to pass.
func (f *finding) behind() []*finding {
	return slices.DeleteFunc(slices.Clone(f.members), func(m *finding) bool { return m.outcome.Passes() || m.isSilent() })
}

// isSilent reports whether no document of the service speaks of the control.
func (f *finding) isSilent() bool { return f.reason == assess.Undocumented }

// isMissing reports whether the newest document says that the service does not have the
// control.
func (f *finding) isMissing() bool {
	return f.reason == assess.Unsupported || f.reason == assess.NotApplicableDenied
}

// isUnspoken reports whether no document of the service speaks of the control, or of any
// control of the group.
func (f *finding) isUnspoken() bool {
	if f.check.isGroup() {
		return !slices.ContainsFunc(f.members, func(m *finding) bool { return !m.isSilent() })
	}
	return f.isSilent()
}

// rule begins a list of groups that pass by the same rule: "One control for".
func (c *check) rule() string { return strings.TrimSuffix(c.kind.facts().name, " %s") }
