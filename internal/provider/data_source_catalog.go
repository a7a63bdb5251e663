package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

var _ datasource.DataSourceWithConfigure = (*catalogInfoDataSource)(nil)

func newCatalogDataSource() datasource.DataSource { return &catalogInfoDataSource{} }

// catalogInfoDataSource says which catalogue a run works with.
type catalogInfoDataSource struct {
	catalogDataSource
}

type catalogInfoModel struct {
	Version    types.String          `tfsdk:"version"`
	Digest     types.String          `tfsdk:"digest"`
	Sources    []sourceModel         `tfsdk:"sources"`
	Documents  types.Int64           `tfsdk:"documents"`
	Services   types.Int64           `tfsdk:"services"`
	Controls   types.Int64           `tfsdk:"controls"`
	Statements types.Int64           `tfsdk:"statements"`
	Clouds     map[string]cloudModel `tfsdk:"clouds"`
}

type sourceModel struct {
	Name   types.String `tfsdk:"name"`
	Digest types.String `tfsdk:"digest"`
}

type cloudModel struct {
	Services   int64                  `tfsdk:"services"`
	Documents  int64                  `tfsdk:"documents"`
	Statements int64                  `tfsdk:"statements"`
	Series     map[string]seriesModel `tfsdk:"series"`
}

// seriesModel says how fresh a series is.
type seriesModel struct {
	Statements int64            `tfsdk:"statements"`
	Years      map[string]int64 `tfsdk:"years"`
	Newest     string           `tfsdk:"newest"`
}

func (d *catalogInfoDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_catalog"
}

func (d *catalogInfoDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	counts := countAttributes()
	resp.Schema = schema.Schema{
		MarkdownDescription: "The catalogue that the provider works with: where it comes from, its digest, and what it holds.",
		Attributes: map[string]schema.Attribute{
			"version": computedString("Version of the provider, and so of the embedded catalogue."),
			"digest": computedString(
				"Digest of the whole catalogue, as `sha256:` and 64 hexadecimal digits: that of its sources in their order.",
			),
			"sources": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The sources, in the order of layering.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name": computedString(
						"`embedded`, or the path as configured; of an absolute path its last part, " +
							"so that the name is the same on every machine.",
					),
					"digest": computedString(
						"SHA-256 digest: of a file its bytes, as `sha256sum FILE` prints it; of a directory " +
							"that of the listing which `sha256sum` prints for its catalogue files by relative path, sorted.",
					),
				}},
			},
			"documents":  counts["documents"],
			"services":   counts["services"],
			"statements": counts["statements"],
			"controls":   computedNumber("Number of control definitions."),
			"clouds": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The same by cloud.",
				NestedObject:        schema.NestedAttributeObject{Attributes: cloudAttributes()},
			},
		},
	}
}

// countAttributes are what is counted of the whole, and of each cloud.
func countAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"services":   computedNumber("Number of services."),
		"documents":  computedNumber("Number of documents. One that speaks of many services counts once."),
		"statements": computedNumber("Number of statements."),
	}
}

func cloudAttributes() map[string]schema.Attribute {
	attributes := countAttributes()
	attributes["series"] = schema.MapNestedAttribute{
		Computed:            true,
		MarkdownDescription: "How old what is known is: by series of documents, such as `AWS documentation`.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"statements": computedNumber("Number of statements in documents of the series."),
			"years": schema.MapAttribute{
				Computed: true, ElementType: types.Int64Type,
				MarkdownDescription: "The same by the year in which their document was published, `YYYY`.",
			},
			"newest": computedString("Date of the newest document, `YYYY-MM-DD`."),
		}},
	}
	return attributes
}

func (d *catalogInfoDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	c := d.load(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var total cloudModel
	clouds := map[string]cloudModel{}
	seen := map[string]bool{} // documents, in all and by cloud
	for _, id := range c.ServiceIDs() {
		s, err := c.Service(id)
		if err != nil {
			addCatalogError(&resp.Diagnostics, d.data, err)
			return
		}
		one := cloudModel{Services: 1}
		for _, doc := range s.Documents {
			one.Statements += int64(len(doc.Statements))
		}
		total, clouds[s.Cloud] = total.plus(one), clouds[s.Cloud].plus(one)
		total.Documents += countNew(seen, "", s.Documents)
		cloud := clouds[s.Cloud]
		cloud.Documents += countNew(seen, s.Cloud, s.Documents)
		clouds[s.Cloud] = cloud
	}
	holdings, err := c.Holdings()
	if err != nil {
		addCatalogError(&resp.Diagnostics, d.data, err)
		return
	}
	for id, cloud := range clouds {
		cloud.Series = seriesOf(id, holdings)
		clouds[id] = cloud
	}
	model := catalogInfoModel{
		Version: types.StringValue(d.data.version), Digest: types.StringValue(c.Digest()), Clouds: clouds,
		Documents: types.Int64Value(total.Documents), Services: types.Int64Value(total.Services),
		Statements: types.Int64Value(total.Statements), Controls: types.Int64Value(int64(len(c.DefinitionIDs()))),
		Sources: []sourceModel{},
	}
	for _, source := range c.Sources() {
		model.Sources = append(model.Sources, sourceModel{types.StringValue(source.Name), types.StringValue(source.Digest)})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// seriesOf are the series that speak of services of a cloud.
func seriesOf(cloud string, holdings []catalog.Holding) map[string]seriesModel {
	series := map[string]seriesModel{}
	for _, h := range holdings {
		if h.Cloud != cloud {
			continue
		}
		s := series[h.Series]
		if s.Years == nil {
			s.Years = map[string]int64{}
		}
		s.Years[h.Year] = int64(h.Total())
		s.Statements += int64(h.Total())
		s.Newest = max(s.Newest, string(h.Newest))
		series[h.Series] = s
	}
	return series
}

// countNew counts the documents that were not seen within the scope before.
func countNew(seen map[string]bool, scope string, documents []*catalog.Document) int64 {
	var n int64
	for _, doc := range documents {
		if key := scope + "/" + doc.ID; !seen[key] {
			seen[key] = true
			n++
		}
	}
	return n
}

func (m cloudModel) plus(other cloudModel) cloudModel {
	return cloudModel{
		Services: m.Services + other.Services, Documents: m.Documents + other.Documents,
		Statements: m.Statements + other.Statements,
	}
}
