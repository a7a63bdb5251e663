package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
	"github.com/security-controls/terraform-provider-controls/internal/inforce"
)

// settingsAttributes are the arguments about what the configuration switches on.
func settingsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"settings": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to evaluate arguments too, as far as the files make them certain, " +
				"and record in `document` which controls they switch on. Default: `false`.",
		},
		"variables": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "Values of root variables by their names, for `settings`: " +
				"an object such as `{ environment = var.environment }`. " +
				"Nothing else tells them, since a default may be overridden. " +
				"A variable that the root module does not declare, or declares `sensitive`, `ephemeral` or of a type that the " +
				"value does not have, is an error. " +
				"Their names are recorded in `document`, in assessments and reports, their values nowhere. Default: none.",
		},
	}
}

// evaluateSettings adds to the choices what the settings of the configuration show.
func (m *configurationModel) evaluateSettings(
	ctx context.Context, known *catalog.Catalog, read *hclscan.Configuration, choices *choose.Choices,
) (diags diag.Diagnostics) {
	variables, d := m.rootVariables(ctx)
	if diags.Append(d...); diags.HasError() {
		return diags
	}
	e, err := eval.New(read, eval.Options{Variables: variables})
	var refused *eval.VariableError
	if errors.As(err, &refused) {
		diags.AddAttributeError(path.Root("variables"), "Variable cannot be given",
			"Of variables."+refused.Name+": "+err.Error()+".")
		return diags
	}
	choices.Variables = slices.Sorted(maps.Keys(variables))
	var secret []string
	if err == nil {
		var shown *inforce.Shown
		if shown, err = inforce.New(e).Document(known, choices.Places); err == nil {
			choices.Settings, choices.Conditions, secret = shown.Settings, shown.Conditions, shown.Secret
		}
	}
	if err != nil {
		diags.AddAttributeError(path.Root("settings"), "Settings cannot be evaluated",
			"Of the configuration nothing is certain, since evaluating it was given up: "+err.Error()+
				". Evaluate its modules one by one, or leave settings out.")
		return diags
	}
	diags.Append(m.askForVariables(choices, secret)...)
	return diags
}

// askForVariables asks for the root variables that would make settings certain, and names those
// that are secret.
func (m *configurationModel) askForVariables(choices *choose.Choices, secret []string) (diags diag.Diagnostics) {
	wanted := map[string]bool{}
	want := func(s configuration.Setting) {
		for _, by := range s.By {
			for _, name := range by.Variables {
				wanted[name] = true
			}
		}
	}
	for _, controls := range choices.Settings {
		for _, s := range controls {
			want(s)
		}
	}
	for _, controls := range choices.Conditions {
		for _, conditions := range controls {
			for _, s := range conditions {
				want(s)
			}
		}
	}
	var lines, declarations []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		lines = append(lines, fmt.Sprintf("    %s = var.%s", name, name))
		declarations = append(declarations, fmt.Sprintf("  variable %q {}", name))
	}
	if len(lines)+len(secret) == 0 {
		return nil
	}
	detail := "What the configuration switches on depends on variables of the root module, whose defaults may be overridden."
	if len(lines) > 0 {
		detail += " Add them:\n\n  variables = {\n" + strings.Join(lines, "\n") + "\n  }"
		if filepath.Clean(m.Path.ValueString()) != "." {
			detail += "\n\nIn a root module other than that one, they have to be declared as well, and given the same " +
				"values:\n\n" +
				strings.Join(
					declarations,
					"\n",
				)
		}
	}
	if len(secret) > 0 {
		detail += "\n\nDeclared sensitive or ephemeral, and not to be given here, where values are seen: " +
			strings.Join(secret, ", ") + ". What depends on that stays uncertain."
	}
	diags.AddAttributeWarning(path.Root("variables"), "Settings depend on root variables", detail)
	return diags
}

// rootVariables are the values that are given.
func (m *configurationModel) rootVariables(ctx context.Context) (values map[string]cty.Value, diags diag.Diagnostics) {
	if m.Variables.IsNull() || m.Variables.IsUnderlyingValueNull() {
		return nil, nil
	}
	raw, err := m.Variables.UnderlyingValue().ToTerraformValue(ctx)
	var elements map[string]tftypes.Value
	if err == nil {
		err = raw.As(&elements)
	}
	if err != nil || !isKeyed(raw.Type()) {
		diags.AddAttributeError(path.Root("variables"), "Not an object",
			"The variables are to be an object of their names and values, such as { environment = var.environment }.")
		return nil, diags
	}
	values = make(map[string]cty.Value, len(elements))
	for name, element := range elements {
		if values[name], err = toCty(element); err != nil {
			diags.AddAttributeError(path.Root("variables"), "Value cannot be read",
				"The value of "+name+" cannot be read: "+err.Error()+".")
		}
	}
	return values, diags
}

func isKeyed(ty tftypes.Type) bool { return ty.Is(tftypes.Object{}) || ty.Is(tftypes.Map{}) }

// toCty turns a value of the protocol into one of the language's.
func toCty(v tftypes.Value) (cty.Value, error) {
	switch ty := v.Type(); {
	case !v.IsKnown():
		return cty.DynamicVal, nil
	case v.IsNull():
		return cty.NullVal(cty.DynamicPseudoType), nil
	case ty.Is(tftypes.String):
		var s string
		err := v.As(&s)
		return cty.StringVal(s), err
	case ty.Is(tftypes.Bool):
		var b bool
		err := v.As(&b)
		return cty.BoolVal(b), err
	case ty.Is(tftypes.Number):
		n := new(big.Float)
		err := v.As(&n)
		return cty.NumberVal(n), err
	case isKeyed(ty):
		var elements map[string]tftypes.Value
		if err := v.As(&elements); err != nil {
			return cty.NilVal, err
		}
		object := make(map[string]cty.Value, len(elements))
		for name, element := range elements {
			converted, err := toCty(element)
			if err != nil {
				return cty.NilVal, err
			}
			object[name] = converted
		}
		return cty.ObjectVal(object), nil
	}
	var elements []tftypes.Value
	if err := v.As(&elements); err != nil {
		return cty.NilVal, err
	}
	tuple := make([]cty.Value, 0, len(elements))
	for _, element := range elements {
		converted, err := toCty(element)
		if err != nil {
			return cty.NilVal, err
		}
		tuple = append(tuple, converted)
	}
	return cty.TupleVal(tuple), nil
}
