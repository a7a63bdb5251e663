package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/report"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

func newRenderBaselineFunction() function.Function { return &renderBaselineFunction{} }

// renderBaselineFunction writes what is documented about services.
type renderBaselineFunction struct{}

func (f *renderBaselineFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "render_baseline"
}

func (f *renderBaselineFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "What is documented about services",
		MarkdownDescription: "Writes what vendors document about the controls of services, by the embedded catalogue.\n\n" +
			report.Describe(report.BaselineFormats()),
		Parameters: []function.Parameter{
			function.ListParameter{
				Name:                "services",
				ElementType:         types.StringType,
				MarkdownDescription: "Ids of the services, such as `azure-key-vault`.",
			},
			function.StringParameter{
				Name: "format", MarkdownDescription: "One of " + words.OrCode(report.Names(report.BaselineFormats())) + ".",
			},
		},
		Return: function.StringReturn{},
	}
}

func (f *renderBaselineFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var given []types.String
	var format string
	if resp.Error = req.Arguments.Get(ctx, &given, &format); resp.Error != nil {
		return
	}
	services, problem := stringsOf(given, 0)
	if problem != nil {
		resp.Error = problem
		return
	}
	if len(services) == 0 {
		resp.Error = function.NewArgumentFuncError(0, "There is no service to report. Give at least one.")
		return
	}
	if !slices.Contains(report.Names(report.BaselineFormats()), format) {
		resp.Error = function.NewArgumentFuncError(1,
			words.Sprintf("The format is %q, expected %s.", format, words.OrCode(report.Names(report.BaselineFormats()))))
		return
	}
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	text, err := report.RenderBaseline(c, services, format)
	var unknown *catalog.UnknownError
	switch {
	case errors.As(err, &unknown):
		resp.Error = function.NewArgumentFuncError(0, assess.UnknownService(c, unknown.ID))
	case err != nil:
		resp.Error = function.NewFuncError(err.Error())
	default:
		resp.Error = resp.Result.Set(ctx, text)
	}
}
