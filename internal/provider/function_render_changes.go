package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

func newRenderChangesFunction() function.Function { return &renderChangesFunction{} }

// renderChangesFunction writes what is other in an assessment than in an earlier one.
type renderChangesFunction struct{}

// The places of the arguments, for errors.
const (
	changesBefore = iota
	changesAfter
	changesFormat
)

func (f *renderChangesFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "render_changes"
}

func (f *renderChangesFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "What changes between two assessments",
		MarkdownDescription: "Writes what is other in an assessment than in an earlier one of the same requirement: gaps " +
			"that come and go, those that exceptions accept and evidence answers apart from those that are closed; other " +
			"outcomes, exceptions that are new, prolonged, ended or withdrawn, documents that changed, what is asked " +
			"otherwise and of which catalogue. The same " +
			"assessments give the same text, byte by byte.\n\n" + report.Describe(
			report.ChangesFormats(),
		),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "before",
				MarkdownDescription: "The earlier assessment, as `controls_requirement` or `controls_assessment` wrote it; " +
					"`\"\"` where there is none, so that all of the later one is new.",
			},
			function.StringParameter{Name: "after", MarkdownDescription: "The later assessment."},
			function.StringParameter{
				Name: "format", MarkdownDescription: "One of " + words.OrCode(report.Names(report.ChangesFormats())) + ".",
			},
		},
		Return: function.StringReturn{},
	}
}

func (f *renderChangesFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var before, after, format string // OpenTofu 1.12 hands on no null to a function
	if resp.Error = req.Arguments.Get(ctx, &before, &after, &format); resp.Error != nil {
		return
	}
	if !slices.Contains(report.Names(report.ChangesFormats()), format) {
		resp.Error = function.NewArgumentFuncError(changesFormat,
			words.Sprintf("The format is %q, expected %s.", format, words.OrCode(report.Names(report.ChangesFormats()))))
		return
	}
	parse := func(text string, argument int64) *assess.Assessment {
		a, err := assess.Parse(text)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(argument,
				fmt.Sprintf("%s. Pass the attribute \"assessment\" of a requirement as it is.", words.UpperFirst(err.Error())))
		}
		return a
	}
	var earlier *assess.Assessment
	if before != "" {
		if earlier = parse(before, changesBefore); resp.Error != nil {
			return
		}
	}
	later := parse(after, changesAfter)
	if resp.Error != nil {
		return
	}
	text, err := report.RenderChanges(earlier, later, format)
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}
