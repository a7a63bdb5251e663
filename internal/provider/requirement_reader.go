package provider

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// requirementReader turns a model into a requirement, and notes what is not known yet.
type requirementReader struct {
	diags diag.Diagnostics
	open  []string // attributes and their parts, for people
	r     assess.Requirement
	// enforcementOpen says that it is not known yet whether a gap denies.
	enforcementOpen bool
	// floorOverruled says that the provider's enforcement is stricter than the one that the
	// requirement sets.
	floorOverruled bool
	ownEnforcement string // of the requirement
	basis          ratchetBasis
	// issues are the registers that count, by name, with the day of their newest issue.
	issues map[string]string
	// uncounted are entries of registers that do not count, once that has been evaluated.
	uncounted []assess.Uncounted
	// paths lead from the requirement back to the arguments.
	paths argumentPaths
}

// argumentPaths say where in the configuration a part of a requirement comes from.
type argumentPaths struct {
	// whole is the one argument that all of the requirement comes from; "" where it has its
	// own.
	whole string
	// services is the attribute that says what is checked: "services", or the one with the
	// document.
	services string
	// entries gives, by attribute, where each entry of the requirement was declared: those
	// that are not known are left out of it, and one may have been declared as several.
	entries map[string][]declaredEntry
}

// declaredEntry is where an entry of a list was declared.
type declaredEntry struct {
	index int
	// plural gives the attribute that was set in place of one of the requirement's, such as
	// "services" for "service"; nil where there is none.
	plural map[string]string
}

// field is an attribute of an entry as it was declared: "exceptions[3].services".
func (p argumentPaths) field(attribute string, i int, field string) string {
	if i < 0 || i >= len(p.entries[attribute]) {
		return attribute + "." + field
	}
	declared := p.entries[attribute][i]
	return fmt.Sprintf("%s[%d].%s", attribute, declared.index, cmp.Or(declared.plural[field], field))
}

// at returns the path of an entry, or of the attribute for a negative index.
func (p argumentPaths) at(attribute string, i int) path.Path {
	switch {
	case p.whole != "":
		return path.Root(p.whole)
	case attribute == "services":
		return path.Root(p.services)
	}
	if i < 0 || i >= len(p.entries[attribute]) {
		return path.Root(attribute)
	}
	return path.Root(attribute).AtListIndex(p.entries[attribute][i].index)
}

// read returns the requirement that the model declares, under the provider's floor.
// Without data, as in ValidateConfig, it looks into no document and takes what is empty
// for what may yet be filled.
func (m *requirementModel) read(data *providerData, document documentArgument) *requirementReader {
	r := &requirementReader{paths: argumentPaths{services: "services", entries: map[string][]declaredEntry{}}}
	r.services(m, data, document)
	var openControls, openAvoid, openAnyOf, openEvery bool
	r.r.Controls, openControls = r.strings(path.Root("controls"), m.Controls)
	r.r.Avoid, openAvoid = r.strings(path.Root("avoid"), m.Avoid)
	r.r.AnyOf, openAnyOf = r.groups(assess.RuleAnyOf, m.AnyOf)
	r.r.EveryDocumentedOf, openEvery = r.groups(assess.RuleEveryDocumentedOf, m.EveryDocumentedOf)
	r.r.Open.Checks = openControls || openAvoid || openAnyOf || openEvery
	r.r.AllowNoServices = m.AllowNoServices.ValueBool()
	r.workload(m)
	for _, s := range assess.Settings() {
		r.setting(s, m.setting(s.Name))
	}
	r.r.AsOf = catalog.Date(m.AsOf.ValueString())
	if m.AsOf.IsUnknown() {
		r.r.Open.AsOf = true
		r.open = append(r.open, "as_of")
	}
	r.enforcement(m.Enforcement, data)
	r.exceptions(m.Exceptions, data)
	r.evidence(m.Evidence, data)
	if m.AllowNoServices.IsUnknown() {
		r.r.Open.Settings = true
		r.open = append(r.open, "allow_no_services")
	}
	if m.Controls.IsNull() && m.AnyOf.IsNull() && m.EveryDocumentedOf.IsNull() && m.Avoid.IsNull() {
		r.diags.AddError(assess.NoControls, assess.NoControlsDetail)
	}
	r.empty(m, data)
	return r
}

// services reads what is checked: the services that are named, or else all that the
// document says the configuration chooses. A null for both is never a requirement of
// nothing: "ignore_changes" makes one of a write-only argument.
func (r *requirementReader) services(m *requirementModel, data *providerData, document documentArgument) {
	r.r.Services, r.r.Open.Services = r.strings(path.Root("services"), m.Services.SetValue)
	named := !m.Services.IsNull()
	switch {
	case document.value.IsNull() && !named:
		r.diags.AddAttributeError(path.Root("services"), assess.NoServices,
			fmt.Sprintf("Neither services nor %[1]s is set, so there is nothing to check. "+
				"Set %[1]s = data.controls_configuration.<name>.document, or name the services.", document.name))
	case !named:
		r.paths.services = document.name
		r.r.Open.Services = r.r.Open.Services || document.value.IsUnknown() || data == nil
	}
	r.document(document, data)
}

// document reads what the configuration chooses.
func (r *requirementReader) document(document documentArgument, data *providerData) {
	switch {
	case document.value.IsNull():
	case document.value.IsUnknown():
		r.open = append(r.open, document.name)
		r.r.Open.Record = true // the scope
		r.r.Open.Configuration = true
	case data == nil:
		r.r.Open.Configuration = true
	default:
		d, err := configuration.Parse(document.value.ValueString())
		if err != nil {
			r.diags.AddAttributeError(path.Root(document.name), "Malformed document of a configuration",
				words.Sentence(err.Error()))
		}
		r.r.Configuration = d
	}
}

// empty deals with arguments that are there and say nothing. While Terraform only
// validates, they may be the made-up values of a mocked provider.
func (r *requirementReader) empty(m *requirementModel, data *providerData) {
	if data == nil {
		r.r.Open.Services = r.r.Open.Services || len(r.r.Services) == 0
	}
	check := func(name string, value attr.Value, elements int) {
		switch {
		case value.IsNull() || value.IsUnknown() || elements > 0:
		case data == nil:
			r.r.Open.Checks = true
		default:
			r.diags.AddAttributeError(path.Root(name), "Empty argument",
				fmt.Sprintf("%s is empty, so it asks for nothing. Name what it is to ask for, or leave it out.", name))
		}
	}
	check("controls", m.Controls, len(m.Controls.Elements()))
	check("any_of", m.AnyOf, len(m.AnyOf.Elements()))
	check("every_documented_of", m.EveryDocumentedOf, len(m.EveryDocumentedOf.Elements()))
	check("avoid", m.Avoid, len(m.Avoid.Elements()))
}

// enforcement applies the provider's floor.
func (r *requirementReader) enforcement(value types.String, data *providerData) {
	own, floor := value.ValueString(), ""
	floorOpen := false
	if data != nil {
		floor, floorOpen = data.enforcement, data.enforcementUnknown
	}
	switch {
	case own == assess.EnforcementDeny || floor == assess.EnforcementDeny:
		r.r.Enforcement = assess.EnforcementDeny
	case value.IsUnknown() || floorOpen:
		r.enforcementOpen = true
		r.r.Enforcement = assess.EnforcementWarn
		r.r.Open.Settings = true
		if value.IsUnknown() {
			r.open = append(r.open, "enforcement")
		}
		if floorOpen {
			r.open = append(r.open, "the provider's enforcement")
		}
	case own == "" && floor == "":
		r.r.Enforcement = assess.EnforcementDeny
	default:
		r.r.Enforcement = assess.Stricter(own, floor)
	}
	r.ownEnforcement, r.basis.floored = own, floor == assess.EnforcementRatchet
	r.floorOverruled = own != "" && own != r.r.Enforcement && !r.enforcementOpen
}

// setting reads a scalar argument. One that is not known yet lets pass what it may.
func (r *requirementReader) setting(s assess.Setting, value attr.Value) {
	if value == nil {
		return
	}
	text, number := s.Default, (*int64)(nil)
	switch v := value.(type) {
	case types.String:
		if !v.IsNull() {
			text = v.ValueString()
		}
	case types.Int64:
		number = v.ValueInt64Pointer()
	}
	if value.IsUnknown() {
		r.r.Open.Settings = true
		r.open = append(r.open, s.Name)
		text, number = s.Lenient, nil
	}
	if s.IsNumber() {
		s.SetNumber(&r.r, number)
		return
	}
	s.SetText(&r.r, text)
}

// strings returns the known elements of a set, and whether more may come.
func (r *requirementReader) strings(p path.Path, set types.Set) ([]string, bool) {
	if set.IsUnknown() {
		r.open = append(r.open, p.String())
		return nil, true
	}
	known := []string{} // empty is not null
	if set.IsNull() {
		known = nil
	}
	open := false
	for _, element := range set.Elements() {
		s, ok := element.(types.String)
		switch {
		case !ok || s.IsNull():
			at, within := entryOf(p)
			problem := "An element of the set is null. Remove it, for example with compact()."
			if within {
				problem = p.String() + ": " + problem
			}
			r.diags.AddAttributeError(at, "Null element", problem)
		case s.IsUnknown():
			open = true
		default:
			known = append(known, s.ValueString())
		}
	}
	if open {
		r.open = append(r.open, "an element of "+p.String())
	}
	return known, open
}

// groups returns the known groups under a rule, and whether more may come. It notes those that
// may get more members.
func (r *requirementReader) groups(rule assess.GroupRule, m types.Map) (map[string][]string, bool) {
	if m.IsUnknown() {
		r.open = append(r.open, string(rule))
		return nil, true
	}
	groups := map[string][]string{}
	for name, element := range m.Elements() {
		p := path.Root(string(rule)).AtMapKey(name)
		set, ok := element.(types.Set)
		if !ok || set.IsNull() {
			r.diags.AddAttributeError(p, "Null element", "The group is null. Give it members, or remove it.")
			continue
		}
		members, open := r.strings(p, set)
		groups[name] = members
		if open {
			if r.r.Open.Groups == nil {
				r.r.Open.Groups = map[string]bool{}
			}
			r.r.Open.Groups[name] = true
		}
	}
	return groups, false
}

// objects calls read for each known object of a list. It returns false for each entry,
// or the whole list, that is not known: it may turn out to be anything.
func (r *requirementReader) objects(
	name string, list types.List, read func(i int, attributes map[string]attr.Value),
) (known bool) {
	if list.IsUnknown() {
		r.open = append(r.open, name)
		return false
	}
	known = true
	for i, element := range list.Elements() {
		object, ok := element.(types.Object)
		switch {
		case !ok || object.IsNull():
			r.diags.AddAttributeError(path.Root(name).AtListIndex(i), "Null entry",
				"The entry is null. Fill it in, or remove it.")
		case object.IsUnknown():
			r.open = append(r.open, fmt.Sprintf("%s[%d]", name, i))
			known = false
		default:
			read(i, object.Attributes())
		}
	}
	return known
}

// entry reads the string attributes of one object of a list.
type entry struct {
	attributes map[string]attr.Value
	unknown    []string
}

func (e *entry) text(name string) string {
	s, ok := e.attributes[name].(types.String)
	if !ok || s.IsUnknown() {
		e.unknown = append(e.unknown, name)
		return ""
	}
	return s.ValueString()
}

// optionalBool is nil for null.
func (e *entry) optionalBool(name string) *bool {
	b, ok := e.attributes[name].(types.Bool)
	if !ok || b.IsUnknown() {
		e.unknown = append(e.unknown, name)
		return nil
	}
	return b.ValueBoolPointer()
}

// missing notes the unknown attributes of an entry, and reports whether one of those
// that decide is among them.
func (r *requirementReader) missing(name string, i int, e *entry, deciding ...string) bool {
	decides := false
	for _, attribute := range e.unknown {
		r.open = append(r.open, fmt.Sprintf("%s[%d].%s", name, i, attribute))
		decides = decides || slices.Contains(deciding, attribute)
	}
	r.r.Open.Record = r.r.Open.Record || len(e.unknown) > 0
	return decides
}

func (r *requirementReader) evidence(list types.List, data *providerData) {
	known := r.objects("evidence", list, func(i int, attributes map[string]attr.Value) {
		e := &entry{attributes: attributes}
		services := r.named("evidence", i, e, "service", data)
		ev := assess.Evidence{
			Control: e.text("control"), Condition: e.text("condition"),
			Reference: e.text("reference"), ApprovedBy: e.text("approved_by"),
			Holds: e.optionalBool("holds"),
		}
		if r.missing("evidence", i, e, "control", "condition", "holds") {
			r.openEvidence(services.orAny(), ev.Control)
			return
		}
		if services.open {
			r.openEvidence([]string{""}, ev.Control)
		}
		for _, ev.Service = range services.ids {
			r.r.Evidence = append(r.r.Evidence, ev)
			r.paths.entries["evidence"] = append(
				r.paths.entries["evidence"], declaredEntry{i, map[string]string{"service": services.attribute}},
			)
		}
	})
	if !known {
		r.openEvidence([]string{""}, "")
	}
}

// openEvidence notes evidence that may come; "" stands for any service or control.
func (r *requirementReader) openEvidence(services []string, control string) {
	for _, service := range services {
		r.r.Open.Evidence = append(r.r.Open.Evidence, assess.Pattern{Service: service, Control: control})
	}
}
