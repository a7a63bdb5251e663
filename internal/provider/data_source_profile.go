package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/oscal"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/profile"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var _ datasource.DataSourceWithConfigure = (*profileDataSource)(nil)

func newProfileDataSource() datasource.DataSource { return &profileDataSource{} }

// profileDataSource turns a framework's baseline into groups of controls.
type profileDataSource struct {
	catalogDataSource
}

type profileModel struct {
	Framework        types.String `tfsdk:"framework"`
	FrameworkVersion types.String `tfsdk:"framework_version"`
	Baseline         types.String `tfsdk:"baseline"`
	Path             types.String `tfsdk:"path"`
	Clouds           []string     `tfsdk:"clouds"`
	MinConfidence    types.String `tfsdk:"min_confidence"`

	Title        types.String        `tfsdk:"title"`
	Identifiers  types.List          `tfsdk:"identifiers"`
	Groups       map[string][]string `tfsdk:"groups"`
	Undocumented types.List          `tfsdk:"undocumented"`
	Coverage     map[string]int64    `tfsdk:"coverage"`
	Crosswalk    types.String        `tfsdk:"crosswalk"`
}

func (d *profileDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_profile"
}

func (d *profileDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := profileArguments()
	maps.Copy(attributes, profileResults())
	resp.Schema = schema.Schema{
		MarkdownDescription: "A baseline of a framework, such as NIST SP 800-53 moderate, as groups of controls: " +
			"for each identifier of the baseline the controls of the catalogue that speak to it. " +
			"That a service documents one of them supports the identifier; it does not meet it. " +
			"From most identifiers no mapping in the catalogue leads to a documented control: of these nothing is said.",
		Attributes: attributes,
	}
}

func profileArguments() map[string]schema.Attribute {
	confidences := names(catalog.Confidences)
	var builtIn []string
	for _, f := range profile.Frameworks() {
		what := "`" + f.Name + "`"
		if len(f.Baselines) > 0 {
			what += " (" + words.OrCode(f.Baselines) + ")"
		}
		builtIn = append(builtIn, what)
	}
	return map[string]schema.Attribute{
		"framework": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Name of the framework, as the catalogue's mappings have it. Built in are " +
				strings.Join(builtIn, " and ") + "; of any other, `path` says what is selected.",
			Validators: []validator.String{notBlank()},
		},
		"framework_version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Only mappings to this version of the framework. " +
				"Default: the versions of the built-in framework; of others, any.",
			Validators: []validator.String{notBlank()},
		},
		"baseline": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Baseline of a built-in framework, such as `moderate`. Default: none, for a framework " +
				"without baselines; where it has any, one of this and `path` is required. Conflicts with `path`.",
			Validators: []validator.String{notBlank(), stringvalidator.ConflictsWith(path.MatchRoot("path"))},
		},
		"path": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "OSCAL profile in JSON that selects the identifiers, such as FedRAMP's: " +
				"`include-controls` by id, `include-all`, `exclude-controls`, and imports of files beside it. " +
				"An import that is an address is not fetched, and not needed where controls are listed by id. " +
				"Parameters and alterations are not read: a warning says so. Default: none, a built-in baseline.",
			Validators: []validator.String{notBlank()},
		},
		"clouds": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Only controls that some document of one of these clouds speaks of, such as `azure`. " +
				"Default: of any cloud in the catalogue.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(notBlank()),
			},
		},
		"min_confidence": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Least confidence of the mappings: " + words.OrCode(confidences) + ". Default: `medium`. " +
				confidenceMeaning,
			Validators: []validator.String{stringvalidator.OneOf(confidences...)},
		},
	}
}

func profileResults() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"title":       computedString("Title of the document that sets the baseline."),
		"identifiers": computedStrings("The identifiers that the baseline selects, in its order."),
		"groups": schema.MapAttribute{
			Computed: true, ElementType: types.ListType{ElemType: types.StringType},
			MarkdownDescription: "The identifiers to which documented controls speak, " +
				"each with the ids of these controls, sorted: ready for `any_of` or `every_documented_of` of a requirement.",
		},
		"undocumented": computedStrings(
			"The identifiers from which no mapping in the catalogue leads to a documented control, in the order of the " +
				"baseline. That says nothing of what services can do. Mappings to other versions of the framework do not " +
				"count; the crosswalk, and with it reports, name the identifiers that have some.",
		),
		"coverage": schema.MapAttribute{
			Computed: true, ElementType: types.Int64Type,
			MarkdownDescription: "How many `identifiers` there are, how many of them are `documented` " +
				"and how many `undocumented`, and of the latter, how many only mappings to `other_versions` of the " +
				"framework speak of.",
		},
		"crosswalk": computedString(crosswalkResult),
	}
}

func (d *profileDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model profileModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	c := d.load(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	all, err := c.Mappings()
	if err != nil {
		addCatalogError(&resp.Diagnostics, d.data, err)
		return
	}
	for _, cloud := range model.Clouds {
		addUnlessKnown(&resp.Diagnostics, "clouds", "cloud", cloud, c.CloudsOfServices())
	}
	checkFramework(all, model.Framework, model.FrameworkVersion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	selected := model.selected(all, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	coverage, err := profile.Cover(c, model.asked(), selected)
	if err != nil {
		addCatalogError(&resp.Diagnostics, d.data, err)
		return
	}
	if len(coverage.Groups) == 0 {
		resp.Diagnostics.AddError("Nothing documented", fmt.Sprintf(
			"No control that passes the filters speaks to any of the %d identifiers of the baseline, so that a requirement "+
				"made of it would require nothing. Widen clouds or min_confidence, or add mappings through catalog_sources "+
				"of the provider.", len(selected)))
		return
	}
	model.Identifiers, model.Groups, model.Undocumented = listOf(selected), coverage.Groups, listOf(coverage.Undocumented)
	model.Coverage = map[string]int64{
		"identifiers": int64(len(selected)), "documented": int64(len(coverage.Groups)),
		"undocumented": int64(len(coverage.Undocumented)), "other_versions": int64(len(coverage.OtherVersions)),
	}
	asked := model.asked()
	version := model.FrameworkVersion.ValueString()
	if f, ok := builtInFramework(asked.Framework); ok && version == "" {
		version = f.Versions[0]
	}
	version = cmp.Or(version, onlyVersion(all, asked.Framework))
	model.Crosswalk = crosswalkOf(all, crosswalk.Asked{
		Framework: asked.Framework, Version: version, Versions: asked.Versions, Least: asked.Least, Groups: model.Groups,
		Profile: model.called(version), Undocumented: coverage.Undocumented,
		OtherVersions: coverage.OtherVersions,
	}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// called is what reports call the selection: a built-in one by its framework, and one of a
// file by its title.
func (m *profileModel) called(version string) string {
	if m.Path.IsNull() {
		return strings.Join(slices.DeleteFunc([]string{m.Framework.ValueString(), version, m.Baseline.ValueString()},
			func(part string) bool { return part == "" }), " ")
	}
	return cmp.Or(m.Title.ValueString(), m.Framework.ValueString())
}

// asked says which mappings count.
func (m *profileModel) asked() profile.Asked {
	asked := profile.Asked{Framework: m.Framework.ValueString(), Clouds: m.Clouds, Least: catalog.ConfidenceMedium}
	if !m.MinConfidence.IsNull() {
		asked.Least = catalog.Confidence(m.MinConfidence.ValueString())
	}
	if f, ok := builtInFramework(asked.Framework); ok {
		asked.Versions = f.Versions
	}
	if !m.FrameworkVersion.IsNull() {
		asked.Versions = []string{m.FrameworkVersion.ValueString()}
	}
	return asked
}

func builtInFramework(name string) (profile.Framework, bool) {
	for _, f := range profile.Frameworks() {
		if f.Name == name {
			return f, true
		}
	}
	return profile.Framework{}, false
}

// selected are the identifiers of the baseline, in its order.
func (m *profileModel) selected(all map[string][]catalog.Mapping, diags *diag.Diagnostics) []string {
	if m.Path.IsNull() {
		return m.builtIn(diags)
	}
	return m.fromFile(all, diags)
}

// builtIn takes the identifiers of a built-in baseline.
func (m *profileModel) builtIn(diags *diag.Diagnostics) []string {
	f, ok := builtInFramework(m.Framework.ValueString())
	if !ok {
		diags.AddAttributeError(path.Root("framework"), "No built-in baseline", fmt.Sprintf(
			"No baseline of %s is built in. Set path to an OSCAL profile that selects identifiers of it.",
			m.Framework.ValueString(),
		))
		return nil
	}
	baseline := m.Baseline.ValueString()
	switch {
	case baseline == "" && len(f.Baselines) > 0:
		diags.AddAttributeError(path.Root("baseline"), "Missing baseline", fmt.Sprintf(
			"%s has the baselines %s. Set baseline to one of them, or path to an OSCAL profile.",
			f.Name,
			words.And(f.Baselines),
		))
		return nil
	case baseline != "" && len(f.Baselines) == 0:
		diags.AddAttributeError(path.Root("baseline"), "Unknown baseline", fmt.Sprintf(
			"%s has one list of identifiers and no baselines. Remove baseline.", f.Name))
		return nil
	case baseline != "" && !slices.Contains(f.Baselines, baseline):
		diags.AddAttributeError(path.Root("baseline"), "Unknown baseline", words.Sprintf(
			"%s has no baseline %q. It has: %s.", f.Name, baseline, strings.Join(f.Baselines, ", ")))
		return nil
	}
	selected, err := f.Identifiers(baseline)
	if err != nil {
		addCatalogError(diags, nil, err)
		return nil
	}
	m.Title = types.StringValue(f.Source.Title)
	ids := make([]string, 0, len(selected))
	for _, identifier := range selected {
		ids = append(ids, identifier.ID)
	}
	return ids
}

// fromFile takes the identifiers that an OSCAL profile selects.
func (m *profileModel) fromFile(all map[string][]catalog.Mapping, diags *diag.Diagnostics) []string {
	file := filepath.Clean(m.Path.ValueString())
	name := filepath.Base(file)
	selected, err := oscal.ReadProfile(os.DirFS(filepath.Dir(file)), name)
	if err != nil {
		diags.AddAttributeError(path.Root("path"), "Unreadable profile", err.Error())
		return nil
	}
	if selected.Tailored {
		diags.AddAttributeWarning(path.Root("path"), "Parameters and alterations are not read", fmt.Sprintf(
			"%s sets parameters or alters controls. That changes what a control asks for, and not which are selected: "+
				"hold what it asks for against the services' documents yourself.", name))
	}
	known, err := identifiersOf(all, m.Framework.ValueString())
	if err != nil {
		addCatalogError(diags, nil, err)
		return nil
	}
	m.Title = types.StringValue(selected.Title)
	return profile.Named(selected.IDs, known)
}
