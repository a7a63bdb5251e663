package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

var _ datasource.DataSourceWithValidateConfig = (*assessmentDataSource)(nil)

func newAssessmentDataSource() datasource.DataSource { return &assessmentDataSource{} }

type assessmentModel struct {
	requirementModel
	Configuration types.String `tfsdk:"configuration"`
	Crosswalk     types.String `tfsdk:"crosswalk"`
}

// read returns the requirement that the data source declares.
func (m *assessmentModel) read(data *providerData) *requirementReader {
	r := m.requirementModel.read(data, m.document())
	r.crosswalk("crosswalk", m.Crosswalk, data)
	return r
}

func (m *assessmentModel) document() documentArgument {
	return documentArgument{"configuration", m.Configuration}
}

// assessmentDataSource assesses a requirement and never fails on a gap.
type assessmentDataSource struct {
	catalogDataSource
}

func (d *assessmentDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assessment"
}

func (d *assessmentDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes(requirementAttributes())
	attributes["configuration"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: configurationDescription + "Default: none, and `services` is required.",
	}
	attributes["crosswalk"] = schema.StringAttribute{Optional: true, MarkdownDescription: crosswalkDescription + "Default: none."}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Assesses a requirement with the arguments and results of `controls_requirement`, " +
			"and never fails on a gap. " +
			"For outputs, `check` blocks, `terraform test`, dashboards, and for getting a report out of a plan that fails.",
		Attributes: attributes,
	}
}

func (d *assessmentDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var config assessmentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.read(nil).validate()...)
	}
}

func (d *assessmentDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model assessmentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := d.load(&resp.Diagnostics)
	reader := model.read(d.data)
	resp.Diagnostics.Append(reader.diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if reader.enforcementOpen {
		resp.Diagnostics.AddError("Arguments of the provider are not known yet",
			"The assessment records the provider's enforcement. "+
				"Give the provider a value that does not depend on resources still to be created.")
		return
	}
	if unknown := d.data.approval.unknown; len(unknown) > 0 {
		resp.Diagnostics.AddError("Arguments of the provider are not known yet",
			"Not known yet: "+strings.Join(unknown, ", ")+". An assessment records them. "+
				"Give the provider values that do not depend on resources still to be created.")
		return
	}
	var err error
	if reader.r.Approval, err = d.data.approval.read(); err != nil {
		addRegisterError(&resp.Diagnostics, err)
		return
	}
	result, err := assess.Evaluate(c, reader.r, d.data.today())
	if err != nil {
		addEvaluationError(&resp.Diagnostics, err, reader.paths)
		return
	}
	resp.Diagnostics.Append(model.setResults(ctx, result.Assessment, model.Services.IsNull(), issuesOf(reader.r))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
