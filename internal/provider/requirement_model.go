package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
)

// requirementModel is what the resource and the data source have in common.
type requirementModel struct {
	Services           stringSet    `tfsdk:"services"`
	AllowNoServices    types.Bool   `tfsdk:"allow_no_services"`
	Workload           types.String `tfsdk:"workload"`
	Labels             types.Map    `tfsdk:"labels"`
	Controls           types.Set    `tfsdk:"controls"`
	AnyOf              types.Map    `tfsdk:"any_of"`
	EveryDocumentedOf  types.Map    `tfsdk:"every_documented_of"`
	Avoid              types.Set    `tfsdk:"avoid"`
	Exceptions         types.List   `tfsdk:"exceptions"`
	Evidence           types.List   `tfsdk:"evidence"`
	MustBe             types.String `tfsdk:"must_be"`
	NotApplicable      types.String `tfsdk:"not_applicable"`
	OnRetired          types.String `tfsdk:"on_retired"`
	Enforcement        types.String `tfsdk:"enforcement"`
	AsOf               types.String `tfsdk:"as_of"`
	MaxDocumentAgeDays types.Int64  `tfsdk:"max_document_age_days"`

	Compliant  types.Bool   `tfsdk:"compliant"`
	Summary    types.String `tfsdk:"summary"`
	Gaps       types.List   `tfsdk:"gaps"`
	Assessment types.String `tfsdk:"assessment"`
	Digest     types.String `tfsdk:"digest"`
	Registers  types.Map    `tfsdk:"registers"`
}

// documentArgument is the argument with the document of a configuration, which the
// resource and the data source have under different names.
type documentArgument struct {
	name  string
	value types.String
}

// setResults fills the computed attributes from an assessment. services says whether the
// services are among them: where no argument names them, the configuration does.
func (m *requirementModel) setResults(
	ctx context.Context, a *assess.Assessment, services bool, registers map[string]string,
) diag.Diagnostics {
	text, digest, err := a.Encode()
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Assessment cannot be encoded", err.Error())}
	}
	m.Compliant = types.BoolValue(a.Compliant)
	m.Summary = types.StringValue(explain.Summary(a))
	m.Gaps = listOf(a.Gaps())
	m.Assessment = types.StringValue(text)
	m.Digest = types.StringValue(digest)
	var diags diag.Diagnostics
	if services {
		diags.Append(m.setServices(a)...)
	}
	if m.Registers = types.MapNull(types.StringType); len(registers) > 0 {
		var more diag.Diagnostics
		m.Registers, more = types.MapValueFrom(ctx, types.StringType, registers)
		diags.Append(more...)
	}
	return diags
}

// setServices fills in the services that were checked.
func (m *requirementModel) setServices(a *assess.Assessment) diag.Diagnostics {
	ids := make([]attr.Value, len(a.Requirement.Services))
	for i, id := range a.Requirement.Services {
		ids[i] = types.StringValue(id)
	}
	set, diags := types.SetValue(types.StringType, ids)
	m.Services = stringSet{set}
	return diags
}

// setUnknown leaves the computed attributes to the apply.
func (m *requirementModel) setUnknown() {
	m.Compliant = types.BoolUnknown()
	m.Summary = types.StringUnknown()
	m.Gaps = types.ListUnknown(types.StringType)
	m.Assessment = types.StringUnknown()
	m.Digest = types.StringUnknown()
	m.Registers = types.MapUnknown(types.StringType)
}

// setting is the value of a setting; nil for enforcement, which the provider's floor
// decides with.
func (m *requirementModel) setting(name string) attr.Value {
	switch name {
	case assess.SettingMustBe:
		return m.MustBe
	case assess.SettingNotApplicable:
		return m.NotApplicable
	case assess.SettingOnRetired:
		return m.OnRetired
	case assess.SettingMaxDocumentAgeDays:
		return m.MaxDocumentAgeDays
	}
	return nil
}
