package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

func newRenderReportFunction(version string) function.Function {
	return &renderReportFunction{version: version}
}

// renderReportFunction writes assessments in a format for people or pipelines.
type renderReportFunction struct {
	version string // of the provider, which reports name
}

// The places of the arguments, for errors.
const (
	reportAssessments = iota
	reportFormat
	reportOptions
)

func (f *renderReportFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "render_report"
}

func (f *renderReportFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Report on assessments, for people or pipelines",
		MarkdownDescription: "Writes assessments as a report. It is made of the assessments alone, which are read strictly, " +
			"and the same assessments give the same text, byte by byte.\n\n" + report.Describe(report.Formats()),
		Parameters: []function.Parameter{
			function.ListParameter{
				Name: "assessments", ElementType: types.StringType,
				MarkdownDescription: "Assessments as `controls_requirement` or `controls_assessment` wrote them. " +
					"One that is given twice is reported once.",
			},
			function.StringParameter{
				Name: "format", MarkdownDescription: "One of " + words.OrCode(report.Names(report.Formats())) + ".",
			},
		},
		VariadicParameter: function.DynamicParameter{
			Name: "options",
			MarkdownDescription: "At most one object, with any of these attributes: `configuration`, " +
				"the `document` of `controls_configuration`, so that findings point at the file and line that chose a " +
				"service (without it SARIF points at `main.tf`); `source_root`, the folder of the root module within the " +
				"repository; `repository_uri` and `revision`, the source that was assessed; `title`, `author` and `date` " +
				"(`YYYY-MM-DD`) of the report; `system`, what it is about, as " +
				"`{ name = \"…\", id = \"…\", owner = \"…\" }`; `oscal_version`, one of " +
				words.OrCode(report.OSCALVersions) + " (default `" + report.DefaultOSCALVersion + "`).",
		},
		Return: function.StringReturn{},
	}
}

func (f *renderReportFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var elements []types.String
	var format string
	var given []types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &elements, &format, &given); resp.Error != nil {
		return
	}
	texts, problem := stringsOf(elements, reportAssessments)
	if problem != nil {
		resp.Error = problem
		return
	}
	if !slices.Contains(report.Names(report.Formats()), format) {
		resp.Error = function.NewArgumentFuncError(reportFormat,
			words.Sprintf("The format is %q, expected %s.", format, words.OrCode(report.Names(report.Formats()))))
		return
	}
	opts, problem := readReportOptions(given)
	if problem != nil {
		resp.Error = problem
		return
	}
	if len(texts) == 0 {
		resp.Error = function.NewArgumentFuncError(reportAssessments, "There is no assessment to report. Give at least one.")
		return
	}
	var assessments []report.Input
	for i, text := range texts {
		a, err := assess.Parse(text)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(reportAssessments,
				fmt.Sprintf("Element %d: %s. Pass the attribute \"assessment\" of a requirement as it is. "+
					"A mocked provider makes it up: leave this one out of mocks, or give the mock a default for assessment "+
					"(guide \"Testing modules\").", i, err))
			return
		}
		assessments = append(assessments, report.Input{Assessment: a, Digest: canonicaljson.Digest([]byte(text))})
	}
	opts.ProviderVersion = f.version
	text, err := report.Render(assessments, format, opts)
	var option *report.OptionError
	switch {
	case errors.As(err, &option):
		resp.Error = function.NewArgumentFuncError(reportOptions, fmt.Sprintf("The option %s.", option))
	case err != nil:
		resp.Error = function.NewFuncError(err.Error())
	default:
		resp.Error = resp.Result.Set(ctx, text)
	}
}

// readReportOptions reads the last argument.
func readReportOptions(given []types.Dynamic) (report.Options, *function.FuncError) {
	var opts report.Options
	switch {
	case len(given) == 0:
		return opts, nil
	case len(given) > 1:
		return opts, function.NewArgumentFuncError(reportOptions+1,
			"There is more than one object of options. Put all of them into one.")
	}
	values, ok := attributesOf(given[0].UnderlyingValue())
	if !ok {
		return opts, function.NewArgumentFuncError(reportOptions,
			"The options are not an object. Write them as { source_root = \"…\" }.")
	}
	document, date := "", ""
	texts := map[string]*string{
		"configuration":  &document,
		"source_root":    &opts.SourceRoot,
		"repository_uri": &opts.RepositoryURI,
		"revision":       &opts.Revision,
		"oscal_version":  &opts.OSCALVersion,
		"title":          &opts.Title,
		"author":         &opts.Author,
		"date":           &date,
	}
	system, problem := takeSystem(values)
	if problem == "" {
		opts.System = system
		problem = readTexts(values, texts, "", "system")
	}
	if problem != "" {
		return opts, function.NewArgumentFuncError(reportOptions, problem)
	}
	opts.Date = catalog.Date(date)
	if _, ok := values["configuration"]; ok {
		d, err := configuration.Parse(document)
		if err != nil {
			return opts, function.NewArgumentFuncError(reportOptions, fmt.Sprintf("The option configuration: %s.", err))
		}
		opts.Configuration = d
	}
	return opts, nil
}

// takeSystem reads the option system, and takes it out of the options.
func takeSystem(values map[string]attr.Value) (system report.System, problem string) {
	value, ok := values["system"]
	if !ok {
		return system, ""
	}
	delete(values, "system")
	attributes, ok := attributesOf(value)
	if !ok {
		return system, "The option system is not an object, expected { name = \"…\", id = \"…\", owner = \"…\" }."
	}
	texts := map[string]*string{"name": &system.Name, "id": &system.ID, "owner": &system.Owner}
	return system, readTexts(attributes, texts, "system.")
}

// readTexts reads strings by name. The problem, "" for none, names what is no string or is not
// known; others are options that are read elsewhere.
func readTexts(values map[string]attr.Value, texts map[string]*string, within string, others ...string) (problem string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		into, ok := texts[name]
		if !ok {
			allowed := slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(texts)), others...)))
			return words.Sprintf("There is no option %q, expected %s.", within+name, words.OrCode(allowed))
		}
		if *into, ok = stringOf(values[name]); !ok {
			return fmt.Sprintf("The option %s is not a string.", within+name)
		}
	}
	return ""
}

// attributesOf returns the attributes of an object or the elements of a map, without
// those that are null.
func attributesOf(value attr.Value) (map[string]attr.Value, bool) {
	var values map[string]attr.Value
	switch v := value.(type) {
	case basetypes.ObjectValue:
		values = v.Attributes()
	case basetypes.MapValue:
		values = v.Elements()
	case basetypes.DynamicValue:
		return attributesOf(v.UnderlyingValue())
	default:
		return nil, false
	}
	maps.DeleteFunc(values, func(_ string, v attr.Value) bool { return v.IsNull() })
	return values, !value.IsNull()
}

func stringOf(value attr.Value) (string, bool) {
	switch v := value.(type) {
	case basetypes.StringValue:
		return v.ValueString(), true
	case basetypes.DynamicValue:
		return stringOf(v.UnderlyingValue())
	}
	return "", false
}
