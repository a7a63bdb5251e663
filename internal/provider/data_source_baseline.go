package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var _ datasource.DataSourceWithConfigure = (*baselineDataSource)(nil)

func newBaselineDataSource() datasource.DataSource { return &baselineDataSource{} }

// baselineDataSource exposes what is documented about one service.
type baselineDataSource struct {
	catalogDataSource
}

type baselineModel struct {
	Service types.String `tfsdk:"service"`
	AsOf    types.String `tfsdk:"as_of"`

	Name          types.String               `tfsdk:"name"`
	Cloud         types.String               `tfsdk:"cloud"`
	Lifecycle     lifecycleModel             `tfsdk:"service_lifecycle"`
	ResourceTypes []string                   `tfsdk:"resource_types"`
	Documents     []documentModel            `tfsdk:"documents"`
	Controls      map[string]documentedModel `tfsdk:"controls"`
	Supported     []string                   `tfsdk:"supported"`
	Conditional   []string                   `tfsdk:"conditional"`
	Unsupported   []string                   `tfsdk:"unsupported"`
	NotApplicable []string                   `tfsdk:"not_applicable"`
	Digest        types.String               `tfsdk:"digest"`
}

type lifecycleModel struct {
	Stage     types.String  `tfsdk:"stage"`
	RetiredOn types.String  `tfsdk:"retired_on"`
	Successor types.String  `tfsdk:"successor"`
	Notice    types.String  `tfsdk:"notice"`
	Notices   []noticeModel `tfsdk:"notices"`
}

type noticeModel struct {
	Scope     types.String `tfsdk:"scope"`
	Stage     types.String `tfsdk:"stage"`
	Date      types.String `tfsdk:"date"`
	Successor types.String `tfsdk:"successor"`
	Source    types.String `tfsdk:"source"`
	URL       types.String `tfsdk:"url"`
}

type documentModel struct {
	ID        types.String `tfsdk:"id"`
	Series    types.String `tfsdk:"series"`
	Title     types.String `tfsdk:"title"`
	Publisher types.String `tfsdk:"publisher"`
	Published types.String `tfsdk:"published"`
	URL       types.String `tfsdk:"url"`
	License   types.String `tfsdk:"license"`
}

// documentedModel is one control of a baseline.
type documentedModel struct {
	Title            types.String     `tfsdk:"title"`
	Category         types.String     `tfsdk:"category"`
	Label            types.String     `tfsdk:"label"`
	Status           types.String     `tfsdk:"status"`
	Condition        types.String     `tfsdk:"condition"`
	Planned          types.Bool       `tfsdk:"planned"`
	EnabledByDefault types.Bool       `tfsdk:"enabled_by_default"`
	Responsibility   types.String     `tfsdk:"responsibility"`
	Notes            types.String     `tfsdk:"notes"`
	References       []referenceModel `tfsdk:"references"`
	Document         types.String     `tfsdk:"document"`
	Published        types.String     `tfsdk:"published"`

	Superseded []supersededModel `tfsdk:"superseded"`
}

// supersededModel is what another document says, and does not count.
type supersededModel struct {
	Status    types.String `tfsdk:"status"`
	Condition types.String `tfsdk:"condition"`
	Document  types.String `tfsdk:"document"`
	Published types.String `tfsdk:"published"`
}

type referenceModel struct {
	Title types.String `tfsdk:"title"`
	URL   types.String `tfsdk:"url"`
}

func (d *baselineDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_baseline"
}

func (d *baselineDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The documented control baseline of a service: " +
			"for each control the newest statement of its documents, with the document that makes it.",
		Attributes: map[string]schema.Attribute{
			"service": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Id of the service, such as `azure-key-vault`.",
				Validators:          []validator.String{isID("service")},
			},
			"as_of":             asOfAttribute(),
			"name":              computedString("Name of the service."),
			"cloud":             computedString("Cloud of the service, such as `azure`."),
			"service_lifecycle": lifecycleAttribute(),
			"resource_types": computedStrings(
				"Terraform resource types, prefixes of them and ARM types that create or configure the service, sorted.",
			),
			"documents": documentsAttribute("The documents that speak of the service, oldest first."),
			"controls": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "What is documented, by control id.",
				NestedObject:        schema.NestedAttributeObject{Attributes: documentedAttributes()},
			},
			"supported":      computedStrings("Ids of the controls with the status `yes`, sorted."),
			"conditional":    computedStrings("Ids of the controls with the status `conditional`, sorted."),
			"unsupported":    computedStrings("Ids of the controls with the status `no`, sorted."),
			"not_applicable": computedStrings("Ids of the controls with the status `not_applicable`, sorted."),
			"digest": computedString(
				"SHA-256 digest of the baseline, as `sha256:` and 64 hexadecimal digits: " +
					"it changes when a statement or a document does.",
			),
		},
	}
}

// documentedAttributes are what the newest statement says of one control.
func documentedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"title":     computedString("Title of the control."),
		"category":  computedString("Category of the control."),
		"label":     computedString("The control's name in the document."),
		"status":    computedString("Status as documented: " + words.OrCode(statusNames()) + "."),
		"condition": computedString("What restricts the \"Yes\" of the status `conditional`; otherwise null."),
		"planned": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the document says of the status `no` that support is planned.",
		},
		"enabled_by_default": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether the control is on without anybody's doing; " +
				"null where the document does not say.",
		},
		"responsibility": computedString(
			"Who has to put the control to work: " + words.OrCode(catalog.Responsibilities) + "; " +
				"null where the document does not say.",
		),
		"notes": computedString("What else the document says, in the catalogue's words; null for nothing."),
		"references": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Links that the document gives.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"title": computedString("Title of the link."),
				"url":   computedString("Address of the link."),
			}},
		},
		"document":  computedString("Id of the document that makes the statement."),
		"published": computedString("Date of that document, `YYYY-MM-DD`."),
		"superseded": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "What the other documents say where they disagree, oldest first: statements with another " +
				"status or condition, which do not count. Empty where all agree.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"status":    computedString("Status as that document has it."),
				"condition": computedString("Its condition of the status `conditional`; otherwise null."),
				"document":  computedString("Id of that document."),
				"published": computedString("Date of that document, `YYYY-MM-DD`."),
			}},
		},
	}
}

func (d *baselineDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model baselineModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("service"), &model.Service)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("as_of"), &model.AsOf)...)
	c := d.load(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	baseline, err := c.Baseline(model.Service.ValueString(), catalog.Date(model.AsOf.ValueString()))
	var unknown *catalog.UnknownError
	if errors.As(err, &unknown) {
		resp.Diagnostics.AddAttributeError(path.Root("service"), "Unknown service", assess.UnknownService(c, unknown.ID))
		return
	}
	if err != nil {
		addCatalogError(&resp.Diagnostics, d.data, err)
		return
	}
	if len(baseline.Documents) == 0 {
		resp.Diagnostics.AddAttributeError(path.Root("as_of"), "No document at this date", fmt.Sprintf(
			"The oldest document about %s (%s) is dated %s, after %s. "+
				"Choose a later date, or leave as_of out for the newest documents.",
			baseline.Service.Name, baseline.Service.ID, baseline.Service.Documents[0].Published, baseline.AsOf))
		return
	}
	digest, err := c.BaselineDigest(baseline)
	if err != nil {
		resp.Diagnostics.AddError("Baseline cannot be encoded", err.Error())
		return
	}
	model.fill(c, baseline, d.data.today())
	model.Digest = types.StringValue(digest)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// fill takes over what the catalogue knows.
func (m *baselineModel) fill(c *catalog.Catalog, b *catalog.Baseline, today catalog.Date) {
	s := b.Service
	m.Name, m.Cloud = types.StringValue(s.Name), types.StringValue(s.Cloud)
	m.Lifecycle = lifecycleValue(s.Lifecycle, today)
	m.ResourceTypes = typeNames(s.Summary)
	m.Documents = []documentModel{}
	for _, doc := range b.Documents {
		m.Documents = append(m.Documents, documentValue(doc))
	}
	m.Controls = make(map[string]documentedModel, len(b.Controls))
	byStatus := make(map[catalog.Status][]string)
	for id, st := range b.Controls {
		m.Controls[id] = documentedValue(c, st, b.Superseded(id))
		byStatus[st.Status] = append(byStatus[st.Status], id)
	}
	for status, list := range map[catalog.Status]*[]string{
		catalog.StatusYes: &m.Supported, catalog.StatusConditional: &m.Conditional,
		catalog.StatusNo: &m.Unsupported, catalog.StatusNotApplicable: &m.NotApplicable,
	} {
		*list = append([]string{}, byStatus[status]...)
		slices.Sort(*list)
	}
}

func lifecycleValue(l catalog.Lifecycle, today catalog.Date) lifecycleModel {
	notices := []noticeModel{}
	for _, n := range l.Notices {
		notices = append(notices, noticeModel{
			Scope: types.StringValue(n.Scope), Stage: types.StringValue(string(n.Stage)), Date: textOrNull(n.Date),
			Successor: textOrNull(n.Successor), Source: types.StringValue(n.Source.Title), URL: textOrNull(n.Source.URL),
		})
	}
	return lifecycleModel{
		Notices: notices,
		Stage:   types.StringValue(string(l.StageOn(today))), RetiredOn: textOrNull(l.RetiredOn),
		Successor: textOrNull(l.Successor), Notice: textOrNull(l.Notice),
	}
}

func documentedValue(c *catalog.Catalog, st catalog.DocumentedStatement, others []catalog.DocumentedStatement) documentedModel {
	m := documentedModel{
		Label: types.StringValue(c.LabelOf(st.Statement)), Status: types.StringValue(string(st.Status)),
		Condition: textOrNull(st.Condition), Planned: types.BoolValue(st.Planned),
		EnabledByDefault: types.BoolPointerValue(st.EnabledByDefault), Responsibility: textOrNull(st.Responsibility),
		Notes: textOrNull(st.Notes), References: []referenceModel{},
		Document: types.StringValue(st.Document.ID), Published: types.StringValue(string(st.Document.Published)),
		Superseded: []supersededModel{},
	}
	for _, other := range others {
		m.Superseded = append(m.Superseded, supersededModel{
			Status: types.StringValue(string(other.Status)), Condition: textOrNull(other.Condition),
			Document: types.StringValue(other.Document.ID), Published: types.StringValue(string(other.Document.Published)),
		})
	}
	if def, ok := c.Definition(st.Control); ok {
		m.Title, m.Category = types.StringValue(def.Title), types.StringValue(def.Category)
	}
	for _, ref := range st.References {
		m.References = append(m.References, referenceModel{types.StringValue(ref.Title), types.StringValue(ref.URL)})
	}
	return m
}

// typeNames lists the resource types of a service once each, sorted.
func typeNames(s catalog.Summary) []string {
	types := []string{}
	for _, rt := range s.ResourceTypes {
		types = append(types, rt.Type)
	}
	slices.Sort(types)
	return slices.Compact(types)
}
