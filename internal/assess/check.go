package assess

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// InputError says what is wrong with a requirement itself.
type InputError struct {
	Attribute string // of the requirement, such as "services" or "exceptions"
	Index     int    // within exceptions and evidence; -1 for the attribute as a whole
	Key       string // the group, within any_of
	Field     string // within an entry of exceptions or evidence, or ""
	Value     string // the offending element, or ""
	Summary   string
	Detail    string
}

func (e *InputError) Error() string { return e.Summary + ": " + e.Detail }

// check reports values that are none, ids that the catalogue does not have, controls in
// the wrong attribute, and exceptions or evidence that answer to nothing the requirement
// asks.
func check(c *catalog.Catalog, r Requirement) error {
	errs := checkValues(r)
	for _, id := range sortedUnique(r.Services) {
		if _, ok := c.Summary(id); !ok {
			errs = append(errs, &InputError{Attribute: "services", Index: -1, Value: id, Summary: "Unknown service", Detail: UnknownService(c, id)})
		}
	}
	for _, id := range sortedUnique(r.Controls) {
		errs = appendErr(errs, checkControl(c, id, "controls", "", false))
	}
	for _, id := range sortedUnique(r.Avoid) {
		errs = appendErr(errs, checkControl(c, id, "avoid", "", true))
	}
	for _, name := range slices.Sorted(maps.Keys(r.AnyOf)) {
		for _, id := range sortedUnique(r.AnyOf[name]) {
			errs = appendErr(errs, checkControl(c, id, "any_of", name, false))
		}
	}
	errs = append(errs, Mismatches(r)...)
	return errors.Join(errs...)
}

func appendErr(errs []error, err *InputError) []error {
	if err == nil {
		return errs
	}
	return append(errs, err)
}

// UnknownService explains that a service id is not in the catalogue.
func UnknownService(c *catalog.Catalog, id string) string {
	detail := fmt.Sprintf("The catalogue has no service %q.", id)
	if near := c.SuggestServices(id); len(near) > 0 {
		detail += " Did you mean " + words.Or(near) + "?"
	}
	return detail + " data.controls_services lists the services; your own can be added through catalog_sources of the provider."
}

func checkControl(c *catalog.Catalog, id, attribute, group string, adverse bool) *InputError {
	err := &InputError{Attribute: attribute, Index: -1, Key: group, Value: id}
	def, ok := c.Definition(id)
	switch {
	case !ok:
		err.Summary, err.Detail = "Unknown control", UnknownControl(c, id)
	case def.Adverse() && !adverse:
		err.Summary = "Adverse control required"
		err.Detail = fmt.Sprintf("%q (%s) is a feature that one wants a service not to have: it cannot be required. Move it to \"avoid\".", id, def.Title)
	case !def.Adverse() && adverse:
		err.Summary = "Control to be avoided is not adverse"
		err.Detail = fmt.Sprintf("%q (%s) is a control that one wants a service to have: it cannot be avoided. Move it to \"controls\".", id, def.Title)
	default:
		return nil
	}
	return err
}

// UnknownControl explains that a control id is not in the catalogue, and answers a
// label of a vendor document with its id.
func UnknownControl(c *catalog.Catalog, id string) string {
	if resolved, err := c.ResolveControl(id); err == nil {
		return fmt.Sprintf("%q is a documented label, not an id. Its control id is %q.", id, resolved)
	}
	detail := fmt.Sprintf("The catalogue has no control %q.", id)
	if near := c.SuggestControls(id); len(near) > 0 {
		detail += " Did you mean " + words.Or(near) + "?"
	}
	return detail + " data.controls_definitions lists the controls."
}

// Mismatches reports groups named like a control, duplicate exceptions and evidence, and
// those for a pair that is not required, as InputErrors. It needs no catalogue, so that
// "terraform validate" can report them.
func Mismatches(r Requirement) []error {
	errs := ambiguousGroups(r)
	a := newAsked(r)
	errs = append(errs, exceptionMismatches(r, a)...)
	return append(errs, evidenceMismatches(r, a)...)
}

// asked is what a requirement asks for, for many look-ups.
type asked struct {
	services map[string]bool
	checks   map[string]bool     // controls, adverse controls and groups, by name
	groups   map[string][]string // the groups that a control is a member of, sorted
}

func newAsked(r Requirement) asked {
	a := asked{services: map[string]bool{}, checks: map[string]bool{}, groups: map[string][]string{}}
	for _, id := range r.Services {
		a.services[id] = true
	}
	for _, id := range slices.Concat(r.Controls, r.Avoid) {
		a.checks[id] = true
	}
	for _, name := range slices.Sorted(maps.Keys(r.AnyOf)) {
		a.checks[name] = true
		for _, id := range sortedUnique(r.AnyOf[name]) {
			a.groups[id] = append(a.groups[id], name)
		}
	}
	return a
}

func ambiguousGroups(r Requirement) []error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(r.AnyOf)) {
		if slices.Contains(r.Controls, name) || slices.Contains(r.Avoid, name) {
			errs = append(errs, &InputError{
				Attribute: "any_of", Index: -1, Key: name, Value: name, Summary: "Group named like a control",
				Detail: fmt.Sprintf("The group %q of any_of has the name of a control that the requirement asks for as well, so an exception could mean either. Give the group another name.", name),
			})
		}
	}
	return errs
}

func exceptionMismatches(r Requirement, a asked) []error {
	var errs []error
	report := func(i int, field, value, summary, detail string) {
		errs = append(errs, &InputError{Attribute: "exceptions", Index: i, Field: field, Value: value, Summary: summary, Detail: detail})
	}
	seen := map[pair]bool{}
	for i, ex := range r.Exceptions {
		p := pair{ex.Service, ex.Control}
		// What is still to come may ask for what seems to be asked for by nobody.
		switch {
		case seen[p]:
			report(i, "", "", "Duplicate exception",
				fmt.Sprintf("There is another exception for %q of %q in this requirement. Keep one.", ex.Control, ex.Service))
		case !r.Open.Services && !a.services[ex.Service]:
			report(i, "service", ex.Service, "Exception for a service that is not required",
				fmt.Sprintf("The requirement has no service %q. Correct the service, or remove the exception.", ex.Service))
		case !r.Open.Checks && !a.checks[ex.Control]:
			report(i, "control", ex.Control, "Exception for a control that is not required", notAsked(a, "exception", ex.Control))
		}
		seen[p] = true
	}
	return errs
}

func evidenceMismatches(r Requirement, a asked) []error {
	var errs []error
	report := func(i int, field, value, summary, detail string) {
		errs = append(errs, &InputError{Attribute: "evidence", Index: i, Field: field, Value: value, Summary: summary, Detail: detail})
	}
	type answer struct {
		pair
		condition string
	}
	checksKnown := !r.Open.Checks && len(r.Open.Groups) == 0
	seen := map[answer]bool{}
	for i, ev := range r.Evidence {
		key := answer{pair{ev.Service, ev.Control}, ev.Condition}
		members, isGroup := r.AnyOf[ev.Control]
		isMember := len(a.groups[ev.Control]) > 0 // possibly of a group that bears its name
		switch {
		case seen[key]:
			report(i, "", "", "Duplicate evidence",
				fmt.Sprintf("There is other evidence for the same condition of %q of %q in this requirement. Keep one.", ev.Control, ev.Service))
		case !r.Open.Services && !a.services[ev.Service]:
			report(i, "service", ev.Service, "Evidence for a service that is not required",
				fmt.Sprintf("The requirement has no service %q. Correct the service, or remove the evidence.", ev.Service))
		case isGroup && !isMember && !r.Open.Groups[ev.Control]:
			detail := fmt.Sprintf("%q is a group of any_of, and evidence speaks of one control. Name the member whose condition is met", ev.Control)
			if len(members) > 0 {
				detail += ": " + words.Or(sortedUnique(members))
			}
			report(i, "control", ev.Control, "Evidence for a group", detail+".")
		case checksKnown && !a.checks[ev.Control] && !isMember:
			report(i, "control", ev.Control, "Evidence for a control that is not required", notAsked(a, "evidence", ev.Control))
		}
		seen[key] = true
	}
	return errs
}

func notAsked(a asked, what, control string) string {
	if groups := a.groups[control]; len(groups) > 0 {
		return fmt.Sprintf("%q is required as a member of a group of any_of alone. Name the group instead: %s.", control, words.Or(groups))
	}
	return fmt.Sprintf("The requirement does not ask for %q. Correct the control, or remove the %s.", control, what)
}
