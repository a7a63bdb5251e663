package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

func newDraftRegisterFunction() function.Function { return &draftRegisterFunction{} }

// draftRegisterFunction drafts a register that would accept the gaps of an assessment.
type draftRegisterFunction struct{}

func (f *draftRegisterFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "draft_register"
}

func (f *draftRegisterFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Draft of a register that would accept the gaps of an assessment",
		MarkdownDescription: "Returns, in YAML, a register of exceptions with an entry for each gap of an assessment, for " +
			"whoever may accept it: what the document says is a comment, and every `\"\"` is to be filled in. As it is, no " +
			"register is read from it. What evidence could answer is an entry of `evidence`.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "assessment",
				MarkdownDescription: "An assessment as JSON: `data.controls_assessment.<name>.assessment`.",
			},
			function.StringParameter{
				Name:                "workload",
				MarkdownDescription: "The workload that the register is to be for, such as `shop-prod`, or a pattern.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (f *draftRegisterFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text, workload string
	if resp.Error = req.Arguments.Get(ctx, &text, &workload); resp.Error != nil {
		return
	}
	a, err := assess.Parse(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "The assessment is refused: "+err.Error()+".")
		return
	}
	if problem := assess.PatternProblem(workload); problem != "" {
		resp.Error = function.NewArgumentFuncError(1, problem)
		return
	}
	resp.Error = resp.Result.Set(ctx, report.DraftRegister(a, workload))
}
