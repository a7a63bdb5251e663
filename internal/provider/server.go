package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// NewServer serves the provider as the framework does, except for what would take the
// framework quadratic time.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	return &server{ProviderServer: providerserver.NewProtocol6(p)()}
}

type server struct{ tfprotov6.ProviderServer }

// requirementType is how a requirement looks on the wire.
func requirementType(ctx context.Context) tftypes.Type {
	var resp resource.SchemaResponse
	newRequirementResource().Schema(ctx, resource.SchemaRequest{}, &resp)
	return resp.Schema.Type().TerraformType(ctx)
}

// PlanResourceChange takes the locations out of the proposed state of a requirement. The
// framework would do so too, since they are write-only: it visits every value within, and
// adds a layer to its context at each, through which all later ones look for their
// logger. A plan over 6,000 locations took 38 s so. They remain in the configuration,
// where they are read from.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if req.TypeName == "controls_requirement" && req.ProposedNewState != nil {
		if proposed, ok := withoutLocations(requirementType(ctx), *req.ProposedNewState); ok {
			shallow := *req
			shallow.ProposedNewState = proposed
			req = &shallow
		}
	}
	return s.ProviderServer.PlanResourceChange(ctx, req)
}

// withoutLocations reports false where there are none, or where the framework is to say
// what is wrong with the value.
func withoutLocations(typ tftypes.Type, state tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, bool) {
	const locations = "locations_wo"
	value, err := state.Unmarshal(typ)
	if err != nil || value.IsNull() || !value.IsKnown() {
		return nil, false
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil || attributes[locations].IsNull() {
		return nil, false
	}
	attributes = maps.Clone(attributes)
	attributes[locations] = tftypes.NewValue(attributes[locations].Type(), nil)
	proposed, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attributes))
	return &proposed, err == nil
}
