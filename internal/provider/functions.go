package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ provider.ProviderWithFunctions = (*controlsProvider)(nil)

// Functions are pure and know the embedded catalogue alone: they are evaluated without
// a configured provider.
func (p *controlsProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newDraftRegisterFunction,
		newParseDocumentFunction,
		newRenderBaselineFunction,
		newRenderChangesFunction,
		func() function.Function { return newRenderReportFunction(p.version) },
		newResolveControlFunction,
	}
}

// stringsOf are the elements of an argument, none of which may be null.
func stringsOf(elements []types.String, argument int64) ([]string, *function.FuncError) {
	texts := make([]string, len(elements))
	for i, element := range elements {
		if element.IsNull() {
			return nil, function.NewArgumentFuncError(argument,
				fmt.Sprintf("Element %d is null. Leave it out, for example with compact().", i))
		}
		texts[i] = element.ValueString()
	}
	return texts, nil
}
