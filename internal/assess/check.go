package assess

import (
	"errors"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// InputError says what is wrong with a requirement itself.
type InputError struct {
	Attribute string // of the requirement, such as "services" or "exceptions"
	Nth       int    // entry of exceptions or evidence, from 1; 0 for the attribute as a whole
	Key       string // the group, within any_of or every_documented_of
	Field     string // within an entry of exceptions or evidence, or ""
	Value     string // the offending element, or ""
	Summary   string
	Detail    string
}

func (e *InputError) Error() string { return e.Summary + ": " + e.Detail }

// check reports values that are none, ids that the catalogue does not have, controls in
// the wrong attribute, and exceptions or evidence that cannot be told apart.
func check(c *catalog.Catalog, r Requirement, today catalog.Date) error {
	errs := append(checkValues(r), checkEnds(r, today)...)
	errs = appendErr(errs, checkSettings(r))
	errs = append(errs, checkIDs(c, r)...)
	errs = append(errs, Mismatches(r)...)
	errs = append(errs, checkEntries(c, r)...)
	return errors.Join(errs...)
}

// checkIDs reports services and controls that the catalogue does not have, and controls in the
// wrong attribute.
func checkIDs(c *catalog.Catalog, r Requirement) []error {
	var errs []error
	for _, id := range sortedUnique(r.Services) {
		if _, ok := c.Summary(id); !ok {
			errs = append(errs, &InputError{
				Attribute: "services", Value: id, Summary: "Unknown service",
				Detail: UnknownService(c, id),
			})
		}
	}
	for _, id := range sortedUnique(r.Controls) {
		errs = appendErr(errs, checkControl(c, id, "controls", "", false))
	}
	for _, id := range sortedUnique(r.Avoid) {
		errs = appendErr(errs, checkControl(c, id, "avoid", "", true))
	}
	for _, name := range r.GroupNames() {
		members, rule, _ := r.Group(name)
		errs = appendErr(errs, checkGroupName(c, r, name, string(rule)))
		for _, id := range sortedUnique(members) {
			errs = appendErr(errs, checkControl(c, id, string(rule), name, false))
		}
	}
	return errs
}

// checkGroupName refuses a group with the name of a control: whoever writes a requirement
// chooses the members of a group, and what a register accepts for the control would be accepted
// for those.
func checkGroupName(c *catalog.Catalog, r Requirement, name, attribute string) *InputError {
	def, ok := c.Definition(name)
	if !ok || slices.Contains(r.Controls, name) || slices.Contains(r.Avoid, name) { // which Mismatches reports
		return nil
	}
	return &InputError{
		Attribute: attribute, Key: name, Value: name, Summary: "Group named like a control",
		Detail: words.Sprintf("The group %q has the name of a control of the catalogue (%s), so an exception could mean "+
			"either. Give the group another name.", name, def.Title),
	}
}

// checkEntries reports exceptions and evidence for a service or a control that no
// catalogue knows. One that is known and not required is a warning: a list of exceptions
// may be kept for several requirements, by others.
func checkEntries(c *catalog.Catalog, r Requirement) []error {
	var errs []error
	type wrong struct {
		entry int
		value string
	}
	told := map[wrong]bool{}
	for i, ex := range r.Exceptions {
		err := checkEntry(c, r, InputError{Attribute: "exceptions", Nth: i + 1}, pair{ex.Service, ex.Control})
		if err != nil && ex.Entry != 0 {
			at := wrong{ex.Entry, err.Field + "=" + err.Value}
			if told[at] {
				continue
			}
			told[at] = true
		}
		errs = appendErr(errs, err)
	}
	for i, ev := range r.Evidence {
		errs = appendErr(errs, checkEntry(c, r, InputError{Attribute: "evidence", Nth: i + 1}, pair{ev.Service, ev.Control}))
	}
	return errs
}

func checkEntry(c *catalog.Catalog, r Requirement, at InputError, p pair) *InputError {
	_, knownService := c.Summary(p.service)
	_, knownControl := c.Definition(p.control)
	_, _, group := r.Group(p.control)
	switch {
	case !knownService:
		at.Field, at.Value, at.Summary, at.Detail = "service", p.service, "Unknown service", UnknownService(c, p.service)
	case knownControl || group || r.Open.Checks || isFrameworkIdentifier(c, p.control):
		return nil
	default:
		at.Field, at.Value, at.Summary, at.Detail = "control", p.control, "Unknown control", UnknownControl(c, p.control)
		if at.Attribute == "exceptions" {
			at.Detail += " Nor is it the name of a group of this requirement."
		}
	}
	return &at
}

// isFrameworkIdentifier reports whether a name is an identifier that the catalogue maps
// controls to, and so the usual name of a group, of another requirement here.
func isFrameworkIdentifier(c *catalog.Catalog, name string) bool {
	mappings, err := c.Mappings()
	if err != nil {
		return false // a broken build, which every use of the catalogue reports
	}
	for _, of := range mappings {
		for _, m := range of {
			if slices.Contains(m.Identifiers, name) {
				return true
			}
		}
	}
	return false
}

func appendErr(errs []error, err *InputError) []error {
	if err == nil {
		return errs
	}
	return append(errs, err)
}

// UnknownService explains that a service id is not in the catalogue.
func UnknownService(c *catalog.Catalog, id string) string {
	detail := words.Sprintf("The catalogue has no service %q.", id)
	if _, other := c.Definition(id); other {
		detail += words.Sprintf(" It is the id of a control, that of a service is such as %q.", catalog.ExampleService)
	} else if near := c.SuggestServices(id); len(near) > 0 {
		detail += " Did you mean " + words.Or(near) + "?"
	}
	return detail + " data.controls_services lists the services; your own can be added through catalog_sources of the provider."
}

func checkControl(c *catalog.Catalog, id, attribute, group string, adverse bool) *InputError {
	err := &InputError{Attribute: attribute, Key: group, Value: id}
	def, ok := c.Definition(id)
	switch {
	case !ok:
		err.Summary, err.Detail = "Unknown control", UnknownControl(c, id)
	case def.Adverse() && !adverse:
		err.Summary = "Adverse control required"
		err.Detail = words.Sprintf(
			"%q (%s) is a feature that one wants a service not to have: it cannot be required. Move it to \"avoid\".",
			id, def.Title,
		)
	case !def.Adverse() && adverse:
		err.Summary = "Control to be avoided is not adverse"
		err.Detail = words.Sprintf(
			"%q (%s) is a control that one wants a service to have: it cannot be avoided. Move it to \"controls\".",
			id, def.Title,
		)
	default:
		return nil
	}
	return err
}

// UnknownControl explains that a control id is not in the catalogue, and answers a
// label of a vendor document with its id.
func UnknownControl(c *catalog.Catalog, id string) string {
	if resolved, err := c.ResolveControl(id); err == nil {
		return words.Sprintf("%q is a documented label, not an id. Its control id is %q.", id, resolved)
	}
	detail := words.Sprintf("The catalogue has no control %q.", id)
	if _, other := c.Summary(id); other {
		detail += words.Sprintf(" It is the id of a service, that of a control is such as %q.", catalog.ExampleControl)
	} else if near := c.SuggestControls(id); len(near) > 0 {
		detail += " Did you mean " + words.Or(near) + "?"
	}
	return detail + " data.controls_definitions lists the controls."
}

// Mismatches reports groups named like a control or like each other, duplicate exceptions and evidence, and
// evidence for a group, as InputErrors. It needs no catalogue, so that "terraform
// validate" can report them.
func Mismatches(r Requirement) []error {
	errs := ambiguousGroups(r)
	a := newDemands(r)
	errs = append(errs, exceptionMismatches(r)...)
	return append(errs, evidenceMismatches(r, a)...)
}

// demands is what a requirement asks for, for many look-ups.
type demands struct {
	services map[string]bool
	checks   map[string]bool     // controls, adverse controls and groups, by name
	groups   map[string][]string // the groups that a control is a member of, sorted
}

func newDemands(r Requirement) demands {
	a := demands{services: map[string]bool{}, checks: map[string]bool{}, groups: map[string][]string{}}
	for _, id := range r.Services {
		a.services[id] = true
	}
	for _, id := range slices.Concat(r.Controls, r.Avoid) {
		a.checks[id] = true
	}
	for _, name := range r.GroupNames() {
		a.checks[name] = true
		members, _, _ := r.Group(name)
		for _, id := range sortedUnique(members) {
			a.groups[id] = append(a.groups[id], name)
		}
	}
	return a
}

func ambiguousGroups(r Requirement) []error {
	var errs []error
	for _, name := range r.GroupNames() {
		_, rule, _ := r.Group(name)
		if slices.Contains(r.Controls, name) || slices.Contains(r.Avoid, name) {
			errs = append(errs, &InputError{
				Attribute: string(rule),
				Key:       name,
				Value:     name,
				Summary:   "Group named like a control",
				Detail: words.Sprintf(
					"The group %q of %s has the name of a control that the requirement asks for as well, so an "+
						"exception could mean "+
						"either. Give the group another name.",
					name, string(rule),
				),
			})
		}
		if _, both := r.EveryDocumentedOf[name]; both && rule == RuleAnyOf {
			errs = append(errs, &InputError{
				Attribute: string(RuleEveryDocumentedOf), Key: name, Value: name, Summary: "Group in two arguments",
				Detail: words.Sprintf(
					"The group %q is in any_of and in every_documented_of, so an exception could mean either. "+
						"Leave it in one of them, or give one of the two another name.", name,
				),
			})
		}
	}
	return errs
}

func evidenceMismatches(r Requirement, a demands) []error {
	type answer struct {
		pair
		condition string
	}
	var errs []error
	seen := map[answer]bool{}
	for i, ev := range r.Evidence {
		key := answer{pair{ev.Service, ev.Control}, conditionOf(ev)}
		members, rule, isGroup := r.Group(ev.Control)
		isMember := len(a.groups[ev.Control]) > 0 // possibly of a group that bears its name
		switch {
		case ev.Register != "": // one of several is enough, and a register is kept for others as well
			continue
		case seen[key]:
			errs = append(errs, &InputError{
				Attribute: "evidence",
				Nth:       i + 1,
				Summary:   "Duplicate evidence",
				Detail: words.Sprintf(
					"There is other evidence for the same condition of %q of %q in this requirement. Keep one.",
					ev.Control, ev.Service,
				),
			})
		case isGroup && !isMember && !r.Open.Groups[ev.Control]:
			detail := words.Sprintf(
				"%q is a group of %s, and evidence speaks of one control. Name the member whose condition is met",
				ev.Control, string(rule),
			)
			if len(members) > 0 {
				detail += ": " + words.Or(sortedUnique(members))
			}
			errs = append(errs, &InputError{
				Attribute: "evidence", Nth: i + 1, Field: "control", Value: ev.Control, Summary: "Evidence for a group",
				Detail: detail + ".",
			})
		}
		seen[key] = true
	}
	return errs
}

// unasked says why an exception or evidence has nothing to do with what the requirement
// asks; "" where it has, or where what is still to come may ask for it.
func (a demands) unasked(p pair, ofMembers bool, o Open) string {
	switch {
	case !a.services[p.service] && !o.Services:
		return words.Sprintf("the requirement has no service %q", p.service)
	case o.Checks || a.checks[p.control] || ofMembers && (len(a.groups[p.control]) > 0 || len(o.Groups) > 0):
		return ""
	case len(a.groups[p.control]) > 0:
		return words.Sprintf(
			"%q is required as a member of a group alone, and an exception is for the group: %s",
			p.control, words.Or(a.groups[p.control]),
		)
	}
	return words.Sprintf("the requirement does not ask for %q", p.control)
}
