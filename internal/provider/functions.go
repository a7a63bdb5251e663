package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
)

var _ provider.ProviderWithFunctions = (*controlsProvider)(nil)

// Functions are pure and know the embedded catalogue alone: they are evaluated without
// a configured provider.
func (p *controlsProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newParseDocumentFunction,
		newRenderBaselineFunction,
		newRenderReportFunction,
		newResolveControlFunction,
	}
}
