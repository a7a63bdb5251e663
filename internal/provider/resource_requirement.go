package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
)

var (
	_ resource.ResourceWithConfigure      = (*requirementResource)(nil)
	_ resource.ResourceWithValidateConfig = (*requirementResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*requirementResource)(nil)
)

func newRequirementResource() resource.Resource { return &requirementResource{} }

// requirementResource lives in the state alone: to create, read, update or delete it
// touches nothing outside. What it is for happens in ModifyPlan.
type requirementResource struct {
	configured
}

type requirementResourceModel struct {
	requirementModel
	ConfigurationWO types.String `tfsdk:"configuration_wo"`
	AssessmentWO    types.String `tfsdk:"assessment_wo"`
	CrosswalkWO     types.String `tfsdk:"crosswalk_wo"`
}

func (m *requirementResourceModel) document() documentArgument {
	return documentArgument{"configuration_wo", m.ConfigurationWO}
}

func (r *requirementResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_requirement"
}

func (r *requirementResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := requirementAttributes()
	attributes["configuration_wo"] = schema.StringAttribute{
		Optional: true, WriteOnly: true,
		MarkdownDescription: configurationDescription +
			"Write-only: in no plan and no state of the requirement, so that a moved line changes nothing. " +
			"Default: none, and `services` is required.",
	}
	attributes["crosswalk_wo"] = schema.StringAttribute{
		Optional: true, WriteOnly: true,
		MarkdownDescription: crosswalkDescription + "Write-only: in no plan and no state of the requirement but in " +
			"`assessment`. Default: none.",
	}
	attributes[assessmentArgument] = schema.StringAttribute{
		Optional: true, WriteOnly: true,
		MarkdownDescription: "What is required, in place of `services` and all other arguments: " +
			"`data.controls_assessment.<name>.assessment`, so that whoever wants reports of a failing plan declares everything " +
			"once. What the assessment declares is evaluated anew, what it found is not believed. `enforcement` may stand " +
			"beside it, and `configuration_wo`, by which messages name the places that chose a service. Write-only: in no plan " +
			"and no state of the requirement. Default: none.",
	}
	// An attribute that is not sensitive is printed whole, with every value that changes.
	assessment := assessmentAttribute()
	assessment.Sensitive = true
	assessment.MarkdownDescription += " Nothing in it is secret: it is sensitive only so that plans print one line for it. " +
		"`data.controls_assessment` has it plain, for outputs, reports and `check` blocks."
	attributes["assessment"] = assessment
	resp.Schema = schema.Schema{
		MarkdownDescription: "Requires security controls of services. " +
			"`terraform plan` **fails** when a vendor's documentation says that a chosen service lacks one, " +
			"or does not speak of it, unless an exception accepts the gap or evidence answers the condition.\n\n" +
			"The resource lives in the state alone, and is checked in every plan. " +
			"Resources that must not be created before its check say `depends_on`.",
		Attributes: attributes,
	}
}

func (r *requirementResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig reports what depends neither on a configured catalogue nor on the clock.
func (r *requirementResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config requirementResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.read(nil).validate()...)
	}
}

// validate reports what is wrong with the arguments whatever the catalogue.
func (r *requirementReader) validate() diag.Diagnostics {
	for _, err := range assess.Mismatches(r.r) {
		addEvaluationError(&r.diags, err, r.paths)
	}
	return r.diags
}

// ModifyPlan decides. Terraform calls it in every plan, with or without a change, and
// again before a changed resource is applied. A plan to destroy returns at once: nobody
// must be kept from destroying.
func (r *requirementResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.data == nil {
		return
	}
	var config, plan requirementResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	state := r.applied(ctx, req.State, &resp.Diagnostics)
	if state != nil {
		addIgnored(&resp.Diagnostics, &config, state)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if unknown := r.data.unknownArguments(); len(unknown) > 0 {
		addDeferred(&resp.Diagnostics, unknown)
		plan.setUnknown()
		if config.Services.IsNull() {
			plan.Services = stringSet{types.SetUnknown(types.StringType)}
		}
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	reader, result := r.evaluate(&config, state, &resp.Diagnostics)
	if result == nil {
		return
	}
	if !reader.r.Open.Any() {
		addWarnings(&resp.Diagnostics, result.Warnings, reader.paths)
		r.reportInPlan(reader, result.Assessment, result.Assessment, &resp.Diagnostics)
		resp.Diagnostics.Append(plan.setResults(ctx, result.Assessment, config.Services.IsNull(), reader.issues)...)
	} else {
		// What may still be covered is left to the apply; what cannot be is a gap now.
		if !reader.enforcementOpen {
			r.reportInPlan(reader, result.Assessment, reader.r.Open.Certain(result.Assessment), &resp.Diagnostics)
		}
		slices.Sort(reader.open)
		addDeferred(&resp.Diagnostics, slices.Compact(reader.open))
		plan.setUnknown()
		switch {
		case !config.Services.IsNull():
		case reader.r.Open.Services:
			plan.Services = stringSet{types.SetUnknown(types.StringType)}
		default:
			resp.Diagnostics.Append(plan.setServices(result.Assessment)...)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// applied returns the model of the last apply; nil where there is none.
func (r *requirementResource) applied(
	ctx context.Context, raw tfsdk.State, diags *diag.Diagnostics,
) *requirementResourceModel {
	if raw.Raw.IsNull() {
		return nil
	}
	var state requirementResourceModel
	diags.Append(raw.Get(ctx, &state)...)
	return &state
}

// evaluate assesses the configured requirement, against that of the last apply; nil after an
// error.
func (r *requirementResource) evaluate(
	config, state *requirementResourceModel, diags *diag.Diagnostics,
) (*requirementReader, *assess.Result) {
	reader := config.read(r.data)
	reader.ratchet(state)
	reader.registers(r.data, state)
	diags.Append(reader.diags...)
	if diags.HasError() {
		return reader, nil
	}
	c, err := r.data.catalog()
	if err != nil {
		addCatalogError(diags, r.data, err)
		return reader, nil
	}
	addSilences(diags, r.data, c)
	addCacheProblem(diags, r.data)
	result, err := assess.Evaluate(c, reader.r, r.data.today())
	if err != nil {
		addEvaluationError(diags, err, reader.paths)
		return reader, nil
	}
	reader.uncounted = result.Uncounted
	return reader, result
}

// reportInPlan is report of what is certain of an assessment, with a warning of what is
// tolerated. Whoever asked for a draft gets one of what would cover the gaps that fail the plan,
// and of a plan that passes, those that are open all the same. What explains the gaps says so.
func (r *requirementResource) reportInPlan(
	reader *requirementReader, whole, certain *assess.Assessment, diags *diag.Diagnostics,
) {
	open, drafted := certain, ""
	if len(certain.Refused()) > 0 {
		open = certain.Untolerated()
	}
	if !open.Compliant {
		drafted = r.data.draft.addDraft(diags, whole, open, reader.r.Configuration)
	}
	addToleration(diags, certain, reader.paths.at("services", -1))
	if untolerated := certain.Untolerated(); !untolerated.Compliant {
		r.report(reader, untolerated, drafted, diags)
	} else if drafted != "" {
		diags.AddWarning("Draft written", explain.Drafted(drafted))
	}
}

// report turns gaps that nothing tolerates, and which the file drafted covers, into diagnostics.
func (r *requirementResource) report(
	reader *requirementReader, a *assess.Assessment, drafted string, diags *diag.Diagnostics,
) {
	c, err := r.data.catalog()
	if err != nil {
		addCatalogError(diags, r.data, err)
		return
	}
	x := &explain.Explainer{
		Catalog: c, Assessment: a, Today: r.data.today(), Configuration: reader.r.Configuration,
		Advised:  r.data.advised(reader.r.Enforcement),
		Drafted:  drafted,
		Approval: reader.r.Approval, Uncounted: reader.uncounted,
	}
	addGaps(diags, x, reader.paths.at("services", -1), reader.r.Enforcement, reader.remark())
}

func (r *requirementResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.write(ctx, req.Config, req.Plan, nil, &resp.State, &resp.Diagnostics)
}

// Read has nothing to read: the state is all there is.
func (r *requirementResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r *requirementResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.write(ctx, req.Config, req.Plan, r.applied(ctx, req.State, &resp.Diagnostics), &resp.State, &resp.Diagnostics)
}

// Delete leaves it to the framework to remove the state.
func (r *requirementResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// write evaluates once more, now that all is known, before anything is stored. Warnings
// came from ModifyPlan already, which Terraform has called again just before.
func (r *requirementResource) write(
	ctx context.Context, rawConfig tfsdk.Config, rawPlan tfsdk.Plan, applied *requirementResourceModel, state *tfsdk.State,
	diags *diag.Diagnostics,
) {
	var config, plan requirementResourceModel
	diags.Append(rawConfig.Get(ctx, &config)...)
	diags.Append(rawPlan.Get(ctx, &plan)...)
	if diags.HasError() {
		return
	}
	reader, result := r.evaluate(&config, applied, diags)
	if result == nil {
		return
	}
	if len(result.Assessment.Refused()) > 0 {
		r.report(reader, result.Assessment.Untolerated(), "", diags)
	}
	if diags.HasError() {
		return
	}
	diags.Append(plan.setResults(ctx, result.Assessment, config.Services.IsNull(), reader.issues)...)
	diags.Append(state.Set(ctx, &plan)...)
}
