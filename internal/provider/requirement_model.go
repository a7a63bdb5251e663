package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// requirementModel is what the resource and the data source have in common.
type requirementModel struct {
	Services           stringSet    `tfsdk:"services"`
	AllowNoServices    types.Bool   `tfsdk:"allow_no_services"`
	Controls           types.Set    `tfsdk:"controls"`
	AnyOf              types.Map    `tfsdk:"any_of"`
	Avoid              types.Set    `tfsdk:"avoid"`
	Exceptions         types.List   `tfsdk:"exceptions"`
	Evidence           types.List   `tfsdk:"evidence"`
	NotApplicable      types.String `tfsdk:"not_applicable"`
	OnRetired          types.String `tfsdk:"on_retired"`
	Enforcement        types.String `tfsdk:"enforcement"`
	AsOf               types.String `tfsdk:"as_of"`
	MaxDocumentAgeDays types.Int64  `tfsdk:"max_document_age_days"`
	Scope              types.Object `tfsdk:"scope"`

	Compliant  types.Bool   `tfsdk:"compliant"`
	Gaps       types.List   `tfsdk:"gaps"`
	Assessment types.String `tfsdk:"assessment"`
	Digest     types.String `tfsdk:"digest"`
}

// setResults fills the computed attributes from an assessment.
func (m *requirementModel) setResults(ctx context.Context, a *assess.Assessment) diag.Diagnostics {
	text, digest, err := a.Encode()
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Assessment cannot be encoded", err.Error())}
	}
	gaps, diags := types.ListValueFrom(ctx, types.StringType, a.Gaps())
	m.Compliant = types.BoolValue(a.Compliant)
	m.Gaps = gaps
	m.Assessment = types.StringValue(text)
	m.Digest = types.StringValue(digest)
	return diags
}

// setUnknown leaves the computed attributes to the apply.
func (m *requirementModel) setUnknown() {
	m.Compliant = types.BoolUnknown()
	m.Gaps = types.ListUnknown(types.StringType)
	m.Assessment = types.StringUnknown()
	m.Digest = types.StringUnknown()
}

// requirementReader turns a model into a requirement, and notes what is not known yet.
type requirementReader struct {
	diags diag.Diagnostics
	open  []string // attributes and their parts, for people
	r     assess.Requirement
	// enforcementOpen says that it is not known yet whether a gap denies.
	enforcementOpen bool
	// floorOverruled says that the provider's "deny" overrules a "warn".
	floorOverruled bool
	// places are the indexes in the configuration of the requirement's exceptions and
	// evidence, which lack the entries that are not known.
	places listPlaces
}

// listPlaces gives, by attribute, the index in the configuration of each entry that was
// read.
type listPlaces map[string][]int

// at returns the path of an entry, or of the attribute for a negative index.
func (l listPlaces) at(attribute string, i int) path.Path {
	if i < 0 || i >= len(l[attribute]) {
		return path.Root(attribute)
	}
	return path.Root(attribute).AtListIndex(l[attribute][i])
}

// read returns the requirement that the model declares, under the provider's floor.
func (m *requirementModel) read(data *providerData) *requirementReader {
	r := &requirementReader{places: listPlaces{}}
	r.r.Services, r.r.Open.Services = r.strings(path.Root("services"), m.Services.SetValue)
	var openControls, openAvoid, openGroups bool
	r.r.Controls, openControls = r.strings(path.Root("controls"), m.Controls)
	r.r.Avoid, openAvoid = r.strings(path.Root("avoid"), m.Avoid)
	r.r.AnyOf, r.r.Open.Groups, openGroups = r.groups(m.AnyOf)
	r.r.Open.Checks = openControls || openAvoid || openGroups
	r.r.AllowNoServices = m.AllowNoServices.ValueBool()
	for _, s := range assess.Settings() {
		r.setting(s, m.setting(s.Name))
	}
	r.r.AsOf = catalog.Date(m.AsOf.ValueString())
	if m.AsOf.IsUnknown() {
		r.r.Open.AsOf = true
		r.open = append(r.open, "as_of")
	}
	r.enforcement(m.Enforcement, data)
	r.exceptions(m.Exceptions)
	r.evidence(m.Evidence)
	r.scope(m.Scope)
	if m.AllowNoServices.IsUnknown() {
		r.r.Open.Settings = true
		r.open = append(r.open, "allow_no_services")
	}
	r.checkPresence(m)
	return r
}

// checkPresence reports a requirement of nothing.
func (r *requirementReader) checkPresence(m *requirementModel) {
	if len(r.r.Services) == 0 && !r.r.Open.Services && !r.r.AllowNoServices && !m.AllowNoServices.IsUnknown() {
		r.diags.AddAttributeError(path.Root("services"), "No services",
			"services is empty, so nothing would be checked. Name the services, or set allow_no_services = true where there may be none.")
	}
	// Where one of them is set and yet empty, its validators say so.
	if m.Controls.IsNull() && m.AnyOf.IsNull() && m.Avoid.IsNull() {
		r.diags.AddError("No controls required",
			"The requirement asks for nothing. Set at least one of controls, any_of and avoid.")
	}
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
		r.floorOverruled = own == assess.EnforcementWarn
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
	default: // warn by one of them, deny by none
		r.r.Enforcement = assess.EnforcementWarn
	}
}

// setting is the value of a setting; nil for enforcement, which the provider's floor
// decides with.
func (m *requirementModel) setting(name string) attr.Value {
	switch name {
	case assess.SettingNotApplicable:
		return m.NotApplicable
	case assess.SettingOnRetired:
		return m.OnRetired
	case assess.SettingMaxDocumentAgeDays:
		return m.MaxDocumentAgeDays
	}
	return nil
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
	var known []string
	open := false
	for _, element := range set.Elements() {
		s, ok := element.(types.String)
		switch {
		case !ok || s.IsNull():
			r.diags.AddAttributeError(p, "Null element", "An element of the set is null. Remove it, for example with compact().")
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

// groups returns the known groups, those among them that may get more members, and
// whether more groups may come.
func (r *requirementReader) groups(m types.Map) (map[string][]string, map[string]bool, bool) {
	if m.IsUnknown() {
		r.open = append(r.open, "any_of")
		return nil, nil, true
	}
	groups, openGroups := map[string][]string{}, map[string]bool{}
	for name, element := range m.Elements() {
		p := path.Root("any_of").AtMapKey(name)
		set, ok := element.(types.Set)
		if !ok || set.IsNull() {
			r.diags.AddAttributeError(p, "Null element", "The group is null. Give it members, or remove it.")
			continue
		}
		members, open := r.strings(p, set)
		groups[name] = members
		if open {
			openGroups[name] = true
		}
	}
	return groups, openGroups, false
}

// objects calls read for each known object of a list. It returns false for each entry,
// or the whole list, that is not known: it may turn out to be anything.
func (r *requirementReader) objects(name string, list types.List, read func(i int, attributes map[string]attr.Value)) (known bool) {
	if list.IsUnknown() {
		r.open = append(r.open, name)
		return false
	}
	known = true
	for i, element := range list.Elements() {
		object, ok := element.(types.Object)
		switch {
		case !ok || object.IsNull():
			r.diags.AddAttributeError(path.Root(name).AtListIndex(i), "Null entry", "The entry is null. Fill it in, or remove it.")
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

func (r *requirementReader) exceptions(list types.List) {
	known := r.objects("exceptions", list, func(i int, attributes map[string]attr.Value) {
		e := &entry{attributes: attributes}
		ex := assess.Exception{
			Service: e.text("service"), Control: e.text("control"), Justification: e.text("justification"),
			ApprovedBy: e.text("approved_by"), Ticket: e.text("ticket"), Expires: catalog.Date(e.text("expires")),
		}
		if set, ok := attributes["compensating_controls"].(types.Set); ok {
			var open bool
			ex.CompensatingControls, open = r.strings(path.Root("exceptions").AtListIndex(i).AtName("compensating_controls"), set)
			r.r.Open.Record = r.r.Open.Record || open
		}
		if r.missing("exceptions", i, e, "service", "control", "expires") {
			r.r.Open.Exceptions = append(r.r.Open.Exceptions, assess.Pattern{Service: ex.Service, Control: ex.Control})
			return
		}
		r.r.Exceptions = append(r.r.Exceptions, ex)
		r.places["exceptions"] = append(r.places["exceptions"], i)
	})
	if !known {
		r.r.Open.Exceptions = append(r.r.Open.Exceptions, assess.Pattern{})
	}
}

func (r *requirementReader) evidence(list types.List) {
	known := r.objects("evidence", list, func(i int, attributes map[string]attr.Value) {
		e := &entry{attributes: attributes}
		ev := assess.Evidence{
			Service: e.text("service"), Control: e.text("control"), Condition: e.text("condition"),
			Reference: e.text("reference"), ApprovedBy: e.text("approved_by"),
		}
		if r.missing("evidence", i, e, "service", "control", "condition") {
			r.r.Open.Evidence = append(r.r.Open.Evidence, assess.Pattern{Service: ev.Service, Control: ev.Control})
			return
		}
		r.r.Evidence = append(r.r.Evidence, ev)
		r.places["evidence"] = append(r.places["evidence"], i)
	})
	if !known {
		r.r.Open.Evidence = append(r.r.Open.Evidence, assess.Pattern{})
	}
}

func (r *requirementReader) scope(object types.Object) {
	if object.IsUnknown() {
		r.r.Open.Record = true
		r.open = append(r.open, "scope")
		return
	}
	if object.IsNull() {
		return
	}
	types := func(name string) []string {
		values, open := r.strings(path.Root("scope").AtName(name), scopeSet(object, name))
		r.r.Open.Record = r.r.Open.Record || open
		slices.Sort(values)
		if values == nil {
			return []string{}
		}
		return values
	}
	r.r.Scope = &assess.Scope{Ignored: types("ignored"), Opaque: types("opaque"), Other: types("other"), Undocumented: types("undocumented")}
}

func scopeSet(object types.Object, name string) types.Set {
	set, ok := object.Attributes()[name].(types.Set)
	if !ok {
		return types.SetNull(types.StringType)
	}
	return set
}
