package provider

import (
	"context"
	"maps"
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
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var _ datasource.DataSourceWithConfigure = (*definitionsDataSource)(nil)

func newDefinitionsDataSource() datasource.DataSource { return &definitionsDataSource{} }

// definitionsDataSource lists the control vocabulary, and turns requirements of a
// framework into controls.
type definitionsDataSource struct {
	catalogDataSource
}

type definitionsModel struct {
	Category         types.String `tfsdk:"category"`
	Cloud            types.String `tfsdk:"cloud"`
	Framework        types.String `tfsdk:"framework"`
	FrameworkVersion types.String `tfsdk:"framework_version"`
	Identifiers      []string     `tfsdk:"identifiers"`
	MinConfidence    types.String `tfsdk:"min_confidence"`
	IDs              []string     `tfsdk:"ids"`
	Crosswalk        types.String `tfsdk:"crosswalk"`
	Undocumented     []string     `tfsdk:"undocumented"`
	// Frameworks are identifiers by framework and version.
	Frameworks map[string]map[string][]string `tfsdk:"frameworks"`

	Avoid       []string                   `tfsdk:"avoid"`
	Groups      map[string][]string        `tfsdk:"groups"`
	Definitions map[string]definitionModel `tfsdk:"definitions"`
}

type definitionModel struct {
	Title       types.String   `tfsdk:"title"`
	Description types.String   `tfsdk:"description"`
	Category    types.String   `tfsdk:"category"`
	Polarity    types.String   `tfsdk:"polarity"`
	Labels      []string       `tfsdk:"labels"`
	Related     []string       `tfsdk:"related"`
	Clouds      []string       `tfsdk:"clouds"`
	Mappings    []mappingModel `tfsdk:"mappings"`
}

type mappingModel struct {
	Framework  string `tfsdk:"framework"`
	Version    string `tfsdk:"version"`
	Identifier string `tfsdk:"identifier"`
	Source     string `tfsdk:"source"`
	Confidence string `tfsdk:"confidence"`

	Relationship string `tfsdk:"relationship"`
}

func (d *definitionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_definitions"
}

func (d *definitionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := filterAttributes()
	maps.Copy(attributes, foundAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "The control definitions of the catalogue, all or those that pass every filter: " +
			"of a category, documented for a cloud, or mapped to requirements of a framework such as NIST SP 800-53.",
		Attributes: attributes,
	}
}

// filterAttributes are the arguments: each leaves out what does not pass it.
func filterAttributes() map[string]schema.Attribute {
	confidences := names(catalog.Confidences)
	return map[string]schema.Attribute{
		"category": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Only controls of this category, such as `data-protection`. Default: of any.",
			Validators:          []validator.String{notBlank()},
		},
		"cloud": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Only controls that some document of this cloud speaks of, such as `aws`, " +
				"whatever it says of them. No service of a cloud can satisfy a control that is documented nowhere in it. " +
				"Default: of any cloud or none.",
			Validators: []validator.String{notBlank()},
		},
		"framework": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Only controls mapped to this framework, such as `NIST SP 800-53`. " +
				"Default: all, mapped or not.",
			Validators: []validator.String{notBlank()},
		},
		"framework_version": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Only mappings to this version of the framework, such as `rev5`. Default: to any version.",
			Validators:          []validator.String{notBlank(), stringvalidator.AlsoRequires(path.MatchRoot("framework"))},
		},
		"identifiers": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Only mappings to these requirements of the framework, such as `SC-28`; case does not count. " +
				"One that no control is mapped to is listed in `undocumented`; if that is all of them, it is an error. " +
				"Default: to any.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(notBlank()),
				setvalidator.AlsoRequires(path.MatchRoot("framework")),
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

// foundAttributes are the results.
func foundAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ids": computedStrings("Ids of the controls to require, sorted."),
		"avoid": computedStrings(
			"Ids of the adverse controls, sorted: documented features that one wants a service not to have.",
		),
		"undocumented": computedStrings(
			"Of `identifiers`, those to which no control that passes the filters is mapped, sorted: " +
				"what is to be shown in another way than by a service's documents.",
		),
		"frameworks": schema.MapAttribute{
			Computed:    true,
			ElementType: types.MapType{ElemType: types.ListType{ElemType: types.StringType}},
			MarkdownDescription: "What can be asked for: by framework and version, the identifiers to which controls are " +
				"mapped, sorted, whatever the other filters. With `framework` and `framework_version`, those of it alone.",
		},
		"crosswalk": computedString(crosswalkResult + " Null without `framework`."),
		"groups": schema.MapAttribute{
			Computed: true, ElementType: types.ListType{ElemType: types.StringType},
			MarkdownDescription: "For a framework, the ids of the controls to require by the framework's identifier, " +
				"ready for `any_of` or `every_documented_of` of a requirement: several controls speak to one identifier, " +
				"and no service is documented for all of them. Empty without `framework`.",
		},
		"definitions": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The definitions by control id.",
			NestedObject:        schema.NestedAttributeObject{Attributes: definitionAttributes()},
		},
	}
}

func definitionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"title":       computedString("Title of the control."),
		"description": computedString("What a service with the control does."),
		"category":    computedString("Category of the control."),
		"polarity": computedString(
			"Whether one wants a service to have it: " + words.OrCode(names(catalog.Polarities)) + ".",
		),
		"labels":  computedStrings("Names of the control in vendors' documents."),
		"related": computedStrings("Ids of controls that speak of nearly the same thing."),
		"clouds":  computedStrings("The clouds of which a document speaks of the control, sorted."),
		"mappings": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "Requirements of frameworks that the control speaks to: " +
				"of those that pass the filters.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"framework":  computedString("Name of the framework."),
				"version":    computedString("Version of the framework."),
				"identifier": computedString("Identifier of the requirement."),
				"source": computedString("Who says so, and for whose services: a publisher's document, or this catalogue " +
					"by its own reading of the requirement's text."),
				"confidence": computedString("How sure it is: " + words.OrCode(names(catalog.Confidences)) + "."),
				"relationship": computedString("How what the control does and what the requirement asks for relate as sets, " +
					"by the catalogue, not by the source, in the terms of NIST IR 8477: the control is " +
					words.OrCode(names(catalog.Relationships)) + " the requirement."),
			}},
		},
	}
}

func (d *definitionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model definitionsModel
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
	clouds, err := cloudsByControl(c)
	if err != nil {
		addCatalogError(&resp.Diagnostics, d.data, err)
		return
	}
	model.checkFilters(c, all, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	model.IDs, model.Avoid = []string{}, []string{}
	model.Groups = map[string][]string{}
	model.Definitions = map[string]definitionModel{}
	for _, id := range c.DefinitionIDs() {
		def, _ := c.Definition(id)
		mappings := model.passing(all[id])
		if !model.Category.IsNull() && model.Category.ValueString() != def.Category ||
			!model.Framework.IsNull() && len(mappings) == 0 ||
			!model.Cloud.IsNull() && !slices.Contains(clouds[id], model.Cloud.ValueString()) {
			continue
		}
		model.add(def, clouds[id], mappings)
	}
	model.leaveUndocumented(all, &resp.Diagnostics)
	model.Frameworks = model.identifiersOf(all)
	model.Crosswalk = model.crosswalk(all, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// cloudsByControl lists, by control, the clouds of which a document speaks of it, sorted.
func cloudsByControl(c *catalog.Catalog) (map[string][]string, error) {
	spoken, err := c.Spoken()
	if err != nil {
		return nil, err
	}
	clouds := map[string][]string{}
	for _, cloud := range slices.Sorted(maps.Keys(spoken)) {
		for _, control := range spoken[cloud] {
			clouds[control] = append(clouds[control], cloud)
		}
	}
	return clouds, nil
}

// least is the least confidence of mappings that count.
func (m *definitionsModel) least() catalog.Confidence {
	if m.MinConfidence.IsNull() {
		return catalog.ConfidenceMedium
	}
	return catalog.Confidence(m.MinConfidence.ValueString())
}

// passing lists the mappings that pass the filters, one for each identifier.
func (m *definitionsModel) passing(mappings []catalog.Mapping) []mappingModel {
	least := m.least()
	out := []mappingModel{}
	for _, mapping := range mappings {
		if !m.Framework.IsNull() && m.Framework.ValueString() != mapping.Framework ||
			!m.FrameworkVersion.IsNull() && m.FrameworkVersion.ValueString() != mapping.Version ||
			!mapping.Confidence.AtLeast(least) {
			continue
		}
		for _, identifier := range mapping.Identifiers {
			if m.Identifiers == nil || slices.ContainsFunc(m.Identifiers, sameIdentifier(identifier)) {
				out = append(out, mappingModel{
					mapping.Framework, mapping.Version, identifier, mapping.Source, string(mapping.Confidence),
					string(mapping.Related()),
				})
			}
		}
	}
	return out
}

// add takes a definition into the results.
func (m *definitionsModel) add(def *catalog.Definition, clouds []string, mappings []mappingModel) {
	m.Definitions[def.ID] = definitionModel{
		Title:       types.StringValue(def.Title),
		Description: types.StringValue(def.Description),
		Category:    types.StringValue(def.Category),
		Polarity:    types.StringValue(string(def.Polarity)),
		Labels:      append([]string{}, def.Labels...),
		Related:     append([]string{}, def.Related...),
		Clouds:      append([]string{}, clouds...),
		Mappings:    mappings,
	}
	if def.Adverse() {
		m.Avoid = append(m.Avoid, def.ID)
		return
	}
	m.IDs = append(m.IDs, def.ID)
	if m.Framework.IsNull() {
		return
	}
	for _, mapping := range mappings {
		if group := m.Groups[mapping.Identifier]; !slices.Contains(group, def.ID) {
			m.Groups[mapping.Identifier] = append(group, def.ID)
		}
	}
}

// checkFilters reports a category, cloud, framework or version that nothing in the catalogue has.
func (m *definitionsModel) checkFilters(c *catalog.Catalog, all map[string][]catalog.Mapping, diags *diag.Diagnostics) {
	categories := map[string]bool{}
	for _, id := range c.DefinitionIDs() {
		def, _ := c.Definition(id)
		categories[def.Category] = true
	}
	known := func(attribute string, value types.String, what string, values []string) {
		if !value.IsNull() {
			addUnlessKnown(diags, attribute, what, value.ValueString(), values)
		}
	}
	known("category", m.Category, "category", slices.Sorted(maps.Keys(categories)))
	known("cloud", m.Cloud, "cloud", c.CloudsOfServices())
	checkFramework(all, m.Framework, m.FrameworkVersion, diags)
}

// checkFramework reports a framework that nothing is mapped to, or a version of one.
func checkFramework(all map[string][]catalog.Mapping, framework, version types.String, diags *diag.Diagnostics) {
	versions := map[string][]string{}
	for _, mappings := range all {
		for _, m := range mappings {
			if !slices.Contains(versions[m.Framework], m.Version) {
				versions[m.Framework] = append(versions[m.Framework], m.Version)
			}
		}
	}
	if framework.IsNull() {
		return
	}
	of := versions[framework.ValueString()]
	addUnlessKnown(diags, "framework", "framework", framework.ValueString(), slices.Sorted(maps.Keys(versions)))
	if of != nil && !version.IsNull() {
		slices.Sort(of)
		addUnlessKnown(diags, "framework_version", "framework version", version.ValueString(), of)
	}
}

// addUnlessKnown reports a name that the catalogue does not have.
func addUnlessKnown(diags *diag.Diagnostics, attribute, what, name string, known []string) {
	if !slices.Contains(known, name) {
		diags.AddAttributeError(path.Root(attribute), "Unknown "+what,
			words.Sprintf("The catalogue has no %s %q. It has: %s.", what, name, strings.Join(known, ", ")))
	}
}

// sameIdentifier reports whether another identifier is this one: "sc-28" is "SC-28". Results
// have the framework's spelling.
func sameIdentifier(identifier string) func(string) bool {
	return func(other string) bool { return strings.EqualFold(identifier, other) }
}
