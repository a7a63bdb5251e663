package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
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

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var _ datasource.DataSourceWithConfigure = (*configurationDataSource)(nil)

func newConfigurationDataSource() datasource.DataSource { return &configurationDataSource{} }

// configurationDataSource reads which services a configuration chooses.
type configurationDataSource struct {
	catalogDataSource
}

type configurationModel struct {
	Path            types.String `tfsdk:"path"`
	IncludeModules  types.Bool   `tfsdk:"include_modules"`
	OnMissingModule types.String `tfsdk:"on_missing_module"`
	IgnoreTypes     []string     `tfsdk:"ignore_types"`
	OnUndocumented  types.String `tfsdk:"on_undocumented"`

	Settings  types.Bool    `tfsdk:"settings"`
	Variables types.Dynamic `tfsdk:"variables"`

	Document      types.String        `tfsdk:"document"`
	Services      []string            `tfsdk:"services"`
	ByCategory    map[string][]string `tfsdk:"services_by_category"`
	Undocumented  []string            `tfsdk:"undocumented"`
	Opaque        []string            `tfsdk:"opaque"`
	Other         []string            `tfsdk:"other"`
	UnreadModules []string            `tfsdk:"unread_modules"`
}

func (d *configurationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_configuration"
}

func (d *configurationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := scanAttributes()
	maps.Copy(attributes, settingsAttributes())
	maps.Copy(attributes, chosenAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "The services that a Terraform or OpenTofu configuration chooses, read from its files: " +
			"`.tf`, `.tf.json`, `.tofu` and `.tofu.json` of the module and of the modules it calls. " +
			"Resource blocks count, whatever their `count` or `for_each`, and imports without one; " +
			"expressions are evaluated with `settings` alone. " +
			"A configuration that cannot be read as a whole is an error.",
		Attributes: attributes,
	}
}

// scanAttributes are the arguments: what is read, and what is done about the rest.
func scanAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"path": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Folder of the root module, usually `path.root`.",
			Validators:          []validator.String{notBlank()},
		},
		"include_modules": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to follow `module` blocks, as `terraform init` or `tofu init` laid the modules out. " +
				"Default: `true`. Without them, those that are called are in `unread_modules`.",
		},
		"on_missing_module": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What a module does that is not installed, " +
				"or is not the one that its `module` block calls: " + words.OrCode(onMissingModule) + ". " +
				"`allow` leaves it unread and records it. Default: `deny`.",
			Validators: []validator.String{stringvalidator.OneOf(onMissingModule...)},
		},
		"ignore_types": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Resource types (`azurerm_x`) and ARM types (`Microsoft.X/y`) that are left out. " +
				"Those that occur are recorded in `document`. " +
				"`azapi_resource` stands for those whose `type` is not a literal, " +
				"`null_resource with local-exec` for what the provisioner may deploy. Default: none.",
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(notBlank())},
		},
		"on_undocumented": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What a type does that no service of the catalogue covers, " +
				"or that can deploy anything: " + words.OrCode(onUndocumented) + ". " +
				"`deny` fails the plan with the list, ready to be pasted into `ignore_types`. Default: `deny`.",
			Validators: []validator.String{stringvalidator.OneOf(onUndocumented...)},
		},
	}
}

// chosenAttributes are the results.
func chosenAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"document": computedString("What the configuration chooses, as one JSON text made to be handed on as it is: " +
			"to `configuration_wo` of `controls_requirement`, `configuration` of `controls_assessment`, " +
			"and the option `configuration` of `render_report`. " +
			"It has `services`, by id the places that choose each, in the order of module, file and line: " +
			"`address` (without instance keys), `type` (the ARM type of an `azapi` resource), " +
			"`module` (address, empty for the root module), `file` (relative to `path`, with forward slashes), " +
			"`line` (where the block starts) and `note` (why the service counts although the files do not say for sure " +
			"that it is chosen; empty otherwise); and `scope`, what was left out: " +
			"the types that choose no service as `ignored` (in `ignore_types`), `undocumented`, `opaque` and `other`, " +
			"`unread_modules`, and as `variables` the names of those whose values were given. " +
			"With `settings` it has these too: by service and control what arguments show, " +
			"as `state` (`on`, `off` or `unknown`) and `by`, what decides: `address`, `argument`, `file`, `line`, " +
			"`why` it is not certain or not on, and the root `variables` that would make it certain. " +
			"No value of an argument is in it."),
		"services": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of the chosen services, for people and expressions. " +
				"A requirement takes them from `document`.",
		},
		"services_by_category": schema.MapAttribute{
			Computed: true, ElementType: types.SetType{ElemType: types.StringType},
			MarkdownDescription: "The ids of `services`, by category: of every category of the catalogue, also where " +
				"nothing chosen is in it. A service may be in several, and one that the catalogue has in none stands in " +
				"`services` alone.",
		},
		"unread_modules": computedStrings(
			"Addresses of the modules that are called and were not read, sorted. What they choose is not known.",
		),
		"undocumented": computedStrings("Types of a known cloud that no service of the catalogue covers, sorted."),
		"opaque": computedStrings(
			"Types that can deploy anything, such as template deployments, Helm releases and what has provisioners, sorted.",
		),
		"other": computedStrings(
			"Types that choose no service, such as role assignments and those of other providers, sorted.",
		),
	}
}

// onMissingModule lists the values of on_missing_module.
var onMissingModule = []string{assess.Deny, assess.Allow}

// onUndocumented lists the values of on_undocumented.
var onUndocumented = []string{assess.Deny, assess.Warn, assess.Allow}

func (d *configurationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model configurationModel
	for name, target := range map[string]any{
		"path": &model.Path, "include_modules": &model.IncludeModules, "on_missing_module": &model.OnMissingModule,
		"ignore_types": &model.IgnoreTypes, "on_undocumented": &model.OnUndocumented,
		"settings": &model.Settings, "variables": &model.Variables,
	} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), target)...)
	}
	c := d.load(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	configuration, err := hclscan.Scan(model.Path.ValueString(), hclscan.Options{
		IncludeModules: model.IncludeModules.IsNull() || model.IncludeModules.ValueBool(),
		AllowMissing:   model.OnMissingModule.ValueString() == assess.Allow,
		DataDir:        os.Getenv("TF_DATA_DIR"),
		Attributes:     choose.Attributes(c),
		DataSources:    choose.DataSources(),
		Bodies:         model.Settings.ValueBool(),
	})
	if err != nil {
		addScanError(&resp.Diagnostics, err)
		return
	}
	choices := choose.Services(c, configuration, model.IgnoreTypes)
	d.reportUndocumented(&model, choices, &resp.Diagnostics)
	reportCorrected(choices, &resp.Diagnostics)
	if model.Settings.ValueBool() {
		resp.Diagnostics.Append(model.evaluateSettings(ctx, c, configuration, choices)...)
	} else if !model.Variables.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("variables"), "Variables of nothing",
			"The values of root variables are for settings alone: set settings = true, or leave variables out.")
	}
	resp.Diagnostics.Append(model.fill(c, choices)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *configurationModel) fill(known *catalog.Catalog, c *choose.Choices) diag.Diagnostics {
	d := c.Document()
	text, err := d.Encode()
	if err != nil {
		return diag.Diagnostics{
			diag.NewAttributeErrorDiagnostic(path.Root("path"), "Configuration cannot be handed on", words.Sentence(err.Error())),
		}
	}
	m.Document = types.StringValue(text)
	m.Services, m.Undocumented, m.Opaque, m.Other = d.ServiceIDs(), d.Scope.Undocumented, d.Scope.Opaque, d.Scope.Other
	m.UnreadModules = c.UnreadAddresses()
	m.ByCategory = byCategory(known, m.Services)
	return nil
}

// byCategory lists services by each category of the catalogue.
func byCategory(c *catalog.Catalog, services []string) map[string][]string {
	lists := map[string][]string{}
	for _, category := range c.Categories() {
		lists[category] = []string{}
	}
	for _, id := range services {
		s, _ := c.Summary(id)
		for _, category := range s.Categories {
			lists[category] = append(lists[category], id)
		}
	}
	return lists
}

// reportUndocumented says which types nothing is known of, as on_undocumented wants it.
func (d *configurationDataSource) reportUndocumented(m *configurationModel, c *choose.Choices, diags *diag.Diagnostics) {
	if m.OnUndocumented.ValueString() == assess.Allow || len(c.Undocumented)+len(c.Opaque) == 0 {
		return
	}
	var lines []string
	list := func(left choose.LeftOut, remark string) {
		for _, typeName := range left.Types() {
			place := left[typeName]
			line := words.Sprintf("    %q, # %s, first at %s line %d",
				typeName, cmp.Or(place.Note, remark), place.File, place.Line)
			if n := c.Choosing(typeName); n > 0 {
				line += fmt.Sprintf("; ignoring it also leaves out %d of this type whose service is known", n)
			}
			lines = append(lines, line)
		}
	}
	list(c.Undocumented, "not in the catalogue")
	list(c.Opaque, "can deploy anything")
	detail := "The configuration declares resource types of which the catalogue cannot say which service they choose, " +
		"so nothing is required of that service:\n\n  ignore_types = [\n" + strings.Join(lines, "\n") + "\n  ]\n\n" +
		"Add the service to the catalogue (catalog_sources of the provider), " +
		"take the types into ignore_types, which records them, or set on_undocumented to "
	lenient := "\"warn\" or \"allow\"."
	if m.OnUndocumented.ValueString() == assess.Warn {
		lenient = "\"allow\"."
	}
	detail += lenient
	p := path.Root("path")
	if m.OnUndocumented.ValueString() == assess.Warn {
		diags.AddAttributeWarning(p, "Resource types without a documented service", detail)
		return
	}
	diags.AddAttributeError(p, "Resource types without a documented service", detail)
}

// reportCorrected says in every plan which declared types a source took from the services
// that had them.
func reportCorrected(c *choose.Choices, diags *diag.Diagnostics) {
	var lines []string
	for _, typeName := range slices.Sorted(maps.Keys(c.Corrected)) {
		correction := c.Corrected[typeName]
		line := fmt.Sprintf("  - %s: %s", typeName, explain.Correction(assess.Correction{
			From: correction.From, Source: correction.Source, Type: correction.Type,
		}))
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("path"), "Resource types that a source took over",
		"By a source with corrects = true, these types of the configuration "+
			"no longer choose the service that has them by an earlier source:\n\n"+
			strings.Join(lines, "\n")+"\n\nThe assessment and what is made of it name these corrections.")
}

// addScanError reports every place where a configuration could not be read.
func addScanError(diags *diag.Diagnostics, err error) {
	var scan *hclscan.Error
	if !errors.As(err, &scan) {
		diags.AddAttributeError(path.Root("path"), "Configuration cannot be read", err.Error())
		return
	}
	var lines []string
	for _, problem := range scan.Problems {
		lines = append(lines, "  - "+problem.String())
	}
	if scan.More > 0 {
		lines = append(lines, fmt.Sprintf("  - and %d more", scan.More))
	}
	detail := strings.Join(slices.Compact(lines), "\n") +
		"\n\nNothing is taken from a configuration that was read in part: a service that was overlooked would be held to nothing."
	if scan.Install != "" {
		// Indented, so that the CLI breaks no command.
		detail += "\n\nTo install the modules that are missing:\n  " + scan.Install + "\n\n" +
			"One that cannot be installed here is left unread, on record, with on_missing_module = \"allow\"."
	}
	diags.AddAttributeError(path.Root("path"), "Configuration cannot be read", detail)
}
