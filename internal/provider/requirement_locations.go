package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// locationsDescription is that of locations_wo of the resource and of locations of the
// data source.
const locationsDescription = "The places that choose a service, by its id: `data.controls_configuration.<name>.locations`."

// placesOf turns the locations of a configuration into what diagnostics name. What is
// not known yet is left out: it is missing from a text, and decides nothing.
func placesOf(ctx context.Context, locations types.Map, diags *diag.Diagnostics) map[string][]configuration.Place {
	places := map[string][]configuration.Place{}
	for id, element := range locations.Elements() {
		list, ok := element.(types.List)
		if !ok || list.IsNull() || list.IsUnknown() {
			continue
		}
		for _, item := range list.Elements() {
			object, ok := item.(types.Object)
			if !ok || object.IsNull() || object.IsUnknown() {
				continue
			}
			var l locationModel
			diags.Append(object.As(ctx, &l, objectAsOptions)...)
			places[id] = append(places[id], configuration.Place{
				Address: l.Address.ValueString(), File: l.File.ValueString(), Line: int(l.Line.ValueInt64()), Note: l.Note.ValueString(),
			})
		}
	}
	return places
}
