package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planSpy is a framework that keeps what it is asked to plan.
type planSpy struct {
	tfprotov6.ProviderServer
	got *tfprotov6.PlanResourceChangeRequest
}

func (s *planSpy) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	s.got = req
	return nil, nil
}

// The framework gets a proposed state without locations, a configuration with them, and
// everything else as Terraform sent it.
func TestServer_planWithoutLocations(t *testing.T) {
	t.Parallel()
	typ, ok := requirementType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatalf("a requirement is a %T", requirementType(t.Context()))
	}
	attributes := func(locations any) map[string]tftypes.Value {
		values := map[string]tftypes.Value{}
		for name, attribute := range typ.AttributeTypes {
			values[name] = tftypes.NewValue(attribute, nil)
		}
		values["as_of"] = tftypes.NewValue(tftypes.String, "2026-01-01")
		values["locations_wo"] = tftypes.NewValue(typ.AttributeTypes["locations_wo"], locations)
		return values
	}
	encode := func(value any) *tfprotov6.DynamicValue {
		encoded, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, value))
		if err != nil {
			t.Fatal(err)
		}
		return &encoded
	}
	empty := map[string]tftypes.Value{}
	with, without := encode(attributes(empty)), encode(attributes(nil))
	for name, tt := range map[string]struct {
		typeName       string
		proposed, want *tfprotov6.DynamicValue
	}{
		"locations":         {"controls_requirement", with, without},
		"unknown locations": {"controls_requirement", encode(attributes(tftypes.UnknownValue)), without},
		"no locations":      {"controls_requirement", without, without},
		"to destroy":        {"controls_requirement", encode(nil), encode(nil)},
		"malformed":         {"controls_requirement", &tfprotov6.DynamicValue{MsgPack: []byte("x")}, &tfprotov6.DynamicValue{MsgPack: []byte("x")}},
		"nothing":           {"controls_requirement", nil, nil},
		"another resource":  {"controls_attestation", with, with},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spy := &planSpy{}
			req := &tfprotov6.PlanResourceChangeRequest{TypeName: tt.typeName, Config: with, PriorState: without, ProposedNewState: tt.proposed}
			if _, err := (&server{spy}).PlanResourceChange(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			if got := spy.got.ProposedNewState; got == nil != (tt.want == nil) || got != nil && string(got.MsgPack) != string(tt.want.MsgPack) {
				t.Errorf("got the proposed state %v, want %v", got, tt.want)
			}
			if spy.got.Config != with || spy.got.PriorState != without || spy.got.TypeName != tt.typeName || req.ProposedNewState != tt.proposed {
				t.Errorf("got %+v of %+v", spy.got, req)
			}
		})
	}
}
