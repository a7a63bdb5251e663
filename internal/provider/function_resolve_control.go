package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

func newResolveControlFunction() function.Function { return &resolveControlFunction{} }

// resolveControlFunction answers a documented label with its control id.
type resolveControlFunction struct{}

func (f *resolveControlFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "resolve_control"
}

func (f *resolveControlFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Id of the control that a documented label names",
		MarkdownDescription: "Returns the control id for a label of a vendor's document, such as `VNet injection support`, " +
			"by the embedded catalogue. Case, punctuation and a remark in parentheses do not count. " +
			"An id returns itself; what names no control is an error with the nearest ids.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "label", MarkdownDescription: "Label as documented, or a control id.",
		}},
		Return: function.StringReturn{},
	}
}

func (f *resolveControlFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var label string
	if resp.Error = req.Arguments.Get(ctx, &label); resp.Error != nil {
		return
	}
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	id, err := c.ResolveControl(label)
	var unknown *catalog.UnknownError
	if errors.As(err, &unknown) {
		resp.Error = function.NewArgumentFuncError(0, assess.UnknownControl(c, label))
		return
	}
	resp.Error = resp.Result.Set(ctx, id)
}
