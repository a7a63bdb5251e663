package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// exceptions reads the entries, each of which may be for several services and controls.
func (r *requirementReader) exceptions(list types.List, data *providerData) {
	known := r.objects("exceptions", list, func(i int, attributes map[string]attr.Value) {
		e := &entry{attributes: attributes}
		services := r.named("exceptions", i, e, "service", data)
		controls := r.named("exceptions", i, e, "control", data)
		ex := assess.Exception{
			Justification: e.text("justification"), ApprovedBy: e.text("approved_by"), Ticket: e.text("ticket"),
			Expires: catalog.Date(e.text("expires")), Entry: i + 1,
		}
		if set, ok := attributes["compensating_controls"].(types.Set); ok {
			var open bool
			ex.CompensatingControls, open = r.strings(path.Root("exceptions").AtListIndex(i).AtName("compensating_controls"), set)
			r.r.Open.Record = r.r.Open.Record || open
		}
		if r.missing("exceptions", i, e, "expires") {
			r.openExceptions(services.orAny(), controls.orAny())
			return
		}
		if services.open {
			r.openExceptions([]string{""}, controls.orAny())
		}
		if controls.open {
			r.openExceptions(services.ids, []string{""})
		}
		declared := declaredEntry{i, map[string]string{"service": services.attribute, "control": controls.attribute}}
		for _, ex.Service = range services.ids {
			for _, ex.Control = range controls.ids {
				r.r.Exceptions = append(r.r.Exceptions, ex)
				r.paths.entries["exceptions"] = append(r.paths.entries["exceptions"], declared)
			}
		}
	})
	if !known {
		r.openExceptions([]string{""}, []string{""})
	}
}

// openExceptions notes exceptions that may come; "" stands for any service or control.
func (r *requirementReader) openExceptions(services, controls []string) {
	for _, service := range services {
		for _, control := range controls {
			r.r.Open.Exceptions = append(r.r.Open.Exceptions, assess.Pattern{Service: service, Control: control})
		}
	}
}

// namedIDs are the services or the controls that an entry is for.
type namedIDs struct {
	attribute string // that names them
	ids       []string
	open      bool // more may come
}

// orAny is what the entry may be for, as patterns have it.
func (n namedIDs) orAny() []string {
	if n.open {
		return []string{""}
	}
	return n.ids
}

// named reads the one of two attributes that is set: the singular, or the plural with a
// set. One that is not known may turn out to be null.
func (r *requirementReader) named(list string, i int, e *entry, singular string, data *providerData) namedIDs {
	plural := singular + "s"
	one, _ := e.attributes[singular].(types.String)
	several, _ := e.attributes[plural].(types.Set)
	at := fmt.Sprintf("%s[%d]", list, i)
	report := func(summary, detail string) namedIDs {
		r.diags.AddAttributeError(path.Root(list).AtListIndex(i), summary, at+detail)
		return namedIDs{}
	}
	switch {
	case one.IsNull() && several.IsNull():
		return report("Missing argument", fmt.Sprintf(" has neither %[1]s nor %[2]s. Set %[1]s to one id, or %[2]s to several.",
			singular, plural))
	case one.IsUnknown() || several.IsUnknown():
		if one.IsUnknown() {
			r.open = append(r.open, at+"."+singular)
		}
		if several.IsUnknown() {
			r.open = append(r.open, at+"."+plural)
		}
		return namedIDs{open: true}
	case !one.IsNull() && !several.IsNull():
		return report("Conflicting arguments", fmt.Sprintf(" has both %s and %s. Keep one of them.", singular, plural))
	case several.IsNull():
		return namedIDs{attribute: singular, ids: []string{one.ValueString()}}
	}
	ids, open := r.strings(path.Root(list).AtListIndex(i).AtName(plural), several)
	if len(several.Elements()) == 0 {
		if data != nil {
			return report("Empty argument", fmt.Sprintf(".%s is empty, so the entry is for nothing. Name what it is for, "+
				"or remove the entry.", plural))
		}
		open = true // while Terraform only validates, a mocked provider makes empty values up
	}
	return namedIDs{attribute: plural, ids: ids, open: open}
}
