package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var _ datasource.DataSourceWithConfigure = (*servicesDataSource)(nil)

func newServicesDataSource() datasource.DataSource { return &servicesDataSource{} }

// servicesDataSource lists services, and answers which of them have what.
type servicesDataSource struct {
	catalogDataSource
}

type servicesModel struct {
	Cloud          types.String            `tfsdk:"cloud"`
	Categories     []string                `tfsdk:"categories"`
	Controls       []string                `tfsdk:"controls"`
	ResourceType   types.String            `tfsdk:"resource_type"`
	LifecycleStage types.String            `tfsdk:"lifecycle_stage"`
	AsOf           types.String            `tfsdk:"as_of"`
	IDs            []string                `tfsdk:"ids"`
	Services       map[string]serviceModel `tfsdk:"services"`
}

type serviceModel struct {
	Name               types.String `tfsdk:"name"`
	Cloud              types.String `tfsdk:"cloud"`
	Categories         []string     `tfsdk:"categories"`
	LifecycleStage     types.String `tfsdk:"lifecycle_stage"`
	ResourceTypes      []string     `tfsdk:"resource_types"`
	DocumentedControls types.Int64  `tfsdk:"documented_controls"`
}

func (d *servicesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_services"
}

func (d *servicesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The services of the catalogue, all or those that pass every filter: " +
			"of a cloud, of a category, with certain controls, of a resource type, at a stage of their life.",
		Attributes: map[string]schema.Attribute{
			"cloud": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only services of this cloud, such as `azure`. Default: of any.",
				Validators:          []validator.String{notBlank()},
			},
			"categories": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Only services in at least one of these categories, such as `networking`. " +
					"`categories` of `services` has those of each. Default: in any, or in none.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(notBlank()),
				},
			},
			"controls": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Only services that pass when every one of these controls is required, by id: " +
					"documented as `yes` or `not_applicable`, without evidence or exception. Default: any.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(isID("control")),
				},
			},
			"resource_type": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Only services that this Terraform resource type (`azurerm_key_vault`) or ARM type " +
					"(`Microsoft.KeyVault/vaults`, with or without `@version`) creates or configures. Default: any.",
				Validators: []validator.String{notBlank()},
			},
			"lifecycle_stage": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only services at this stage today: " + words.OrCode(stageNames()) + ". Default: at any.",
				Validators:          []validator.String{stringvalidator.OneOf(stageNames()...)},
			},
			"as_of": asOfAttribute(),
			"ids":   computedStrings("Ids of the services, sorted."),
			"services": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The services by id.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":  computedString("Name of the service."),
					"cloud": computedString("Cloud of the service."),
					"categories": computedStrings("What kind of service it is, the broadest category first: " +
						"a service that could stand in for it is in all of them."),
					"lifecycle_stage": computedString("Stage today: " + words.OrCode(stageNames()) + "."),
					"resource_types": computedStrings(
						"Terraform resource types, prefixes of them and ARM types that create or configure the service, sorted.",
					),
					"documented_controls": computedNumber("Number of controls that its documents speak of."),
				}},
			},
		},
	}
}

func (d *servicesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model servicesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	c := d.load(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	model.IDs = d.filter(c, &model, &resp.Diagnostics)
	model.Services = make(map[string]serviceModel, len(model.IDs))
	for _, id := range model.IDs {
		baseline, err := c.Baseline(id, catalog.Date(model.AsOf.ValueString()))
		if err != nil {
			addCatalogError(&resp.Diagnostics, d.data, err)
			return
		}
		s := baseline.Service
		model.Services[id] = serviceModel{
			Name: types.StringValue(s.Name), Cloud: types.StringValue(s.Cloud),
			Categories:     append([]string{}, s.Categories...), // never null
			LifecycleStage: types.StringValue(string(s.Lifecycle.StageOn(d.data.today()))),
			ResourceTypes:  typeNames(s.Summary), DocumentedControls: types.Int64Value(int64(len(baseline.Controls))),
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// filter lists the ids of the services that pass every filter, sorted.
func (d *servicesDataSource) filter(c *catalog.Catalog, model *servicesModel, diags *diag.Diagnostics) []string {
	checkFilterControls(c, model.Controls, diags)
	checkCategories(c, model.Categories, diags)
	if diags.HasError() {
		return nil
	}
	candidates := c.ServiceIDs()
	if !model.ResourceType.IsNull() {
		candidates = c.ServicesOfType(model.ResourceType.ValueString())
	}
	ids := []string{}
	for _, id := range candidates {
		s, _ := c.Summary(id)
		if (model.Cloud.IsNull() || model.Cloud.ValueString() == s.Cloud) &&
			(model.Categories == nil || slices.ContainsFunc(model.Categories, s.In)) &&
			(model.LifecycleStage.IsNull() || model.LifecycleStage.ValueString() == string(s.Lifecycle.StageOn(d.data.today()))) {
			ids = append(ids, id)
		}
	}
	if model.Controls == nil || len(ids) == 0 {
		return ids
	}
	result, err := assess.Evaluate(c, assess.Requirement{
		Services: ids, Controls: model.Controls, AsOf: catalog.Date(model.AsOf.ValueString()),
		NotApplicable: assess.Allow, OnRetired: assess.Allow, Enforcement: assess.EnforcementWarn,
	}, d.data.today())
	if err != nil {
		diags.AddError("Services cannot be evaluated", err.Error())
		return nil
	}
	return slices.DeleteFunc(ids, func(id string) bool { return !result.Assessment.Services[id].Compliant })
}

// checkCategories reports categories in which no service of the catalogue is: nothing would
// be found, and nobody be told why.
func checkCategories(c *catalog.Catalog, categories []string, diags *diag.Diagnostics) {
	known := c.Categories()
	for _, category := range categories {
		if slices.Contains(known, category) {
			continue
		}
		detail := words.Sprintf("No service of the catalogue is in the category %q.", category)
		switch near := c.SuggestCategories(category); {
		case len(near) > 0:
			detail += " Did you mean " + words.Or(near) + "?"
		case len(known) == 0:
			detail += " None of them has a category."
		default:
			detail += " There are " + words.And(known) + "."
		}
		diags.AddAttributeError(path.Root("categories"), "Unknown category", detail)
	}
}

// checkFilterControls reports controls by which nothing can be chosen, also where the
// other filters leave no service.
func checkFilterControls(c *catalog.Catalog, controls []string, diags *diag.Diagnostics) {
	for _, id := range controls {
		def, ok := c.Definition(id)
		switch {
		case !ok:
			diags.AddAttributeError(path.Root("controls"), "Unknown control", assess.UnknownControl(c, id))
		case def.Adverse():
			diags.AddAttributeError(path.Root("controls"), "Adverse control as a filter", words.Sprintf(
				"%q (%s) is a feature that one wants a service not to have: no service should be chosen for it. "+
					"Remove it here; \"avoid\" of controls_requirement keeps it out.", id, def.Title))
		}
	}
}
