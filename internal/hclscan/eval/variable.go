package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// variable is the value of an input variable. An error of its expression is one of the
// plan, whatever refers to it.
func (sc *scope) variable(name string) cty.Value {
	v, diags := remembered(sc.variables, name, func() (cty.Value, hcl.Diagnostics) {
		b := sc.names.variables[name]
		if b == nil {
			return cty.DynamicVal, nil
		}
		return sc.input(name, newDeclaration(b.In(sc.w.view)))
	})
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return v
}

func (sc *scope) input(name string, d declaration) (cty.Value, hcl.Diagnostics) {
	v := cty.NilVal
	if sc.call == nil {
		given, ok := sc.w.given[name]
		if !ok || !given.IsWhollyKnown() {
			return cty.DynamicVal, nil // a default may be overridden
		}
		v = given
	} else if expr := sc.argumentExpr(name); expr != nil {
		var diags hcl.Diagnostics
		if v, diags = sc.call.value(expr); diags.HasErrors() {
			return v, diags
		}
	}
	if v == cty.NilVal || isNull(v) && !d.nullable {
		if d.fallback == nil {
			return cty.DynamicVal, nil // of another version, or an error of the call
		}
		var diags hcl.Diagnostics
		if v, diags = (&env{sc: sc}).value(d.fallback); diags.HasErrors() {
			return v, diags
		}
	}
	return d.convert(v)
}

// argumentExpr is what the call of the module sets a variable to.
func (sc *scope) argumentExpr(name string) hclsyntax.Expression {
	parts := sc.m.Call.In(sc.w.view)
	if expr, _ := argument(parts, name); expr != nil {
		return expr
	}
	// OpenTofu and Terraform take arguments with the names of their own ones from a block.
	for _, p := range slices.Backward(parts) {
		content, _, _ := p.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "_"}}})
		for _, escaped := range content.Blocks {
			if expr, _ := argument([]hclscan.Part{{Body: escaped.Body}}, name); expr != nil {
				return expr
			}
		}
	}
	return nil
}

// argument is an argument of a block, of which that of the last override file counts.
func argument(parts []hclscan.Part, name string) (hclsyntax.Expression, hclscan.Part) {
	schema := &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: name}}}
	for _, p := range slices.Backward(parts) {
		if body, ok := p.Body.(*hclsyntax.Body); ok { // what follows does the same, at ten times the cost
			if a := body.Attributes[name]; a != nil {
				p.Line = a.NameRange.Start.Line
				return a.Expr, p
			}
			continue
		}
		content, _, _ := p.Body.PartialContent(schema)
		if a := content.Attributes[name]; a != nil {
			p.Line = a.NameRange.Start.Line
			return native(a.Expr), p
		}
	}
	return nil, hclscan.Part{}
}

// declaration is what a variable block says of its values.
type declaration struct {
	ty       cty.Type
	defaults *typeexpr.Defaults
	valid    bool
	nullable bool
	fallback hclsyntax.Expression
}

func newDeclaration(parts []hclscan.Part) declaration {
	d := declaration{ty: cty.DynamicPseudoType, valid: true, nullable: true}
	for _, p := range slices.Backward(parts) {
		content, _, _ := p.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "type"}}})
		if a := content.Attributes["type"]; a != nil {
			var diags hcl.Diagnostics
			d.ty, d.defaults, diags = typeexpr.TypeConstraintWithDefaults(a.Expr)
			d.valid = !diags.HasErrors()
			break
		}
	}
	d.fallback, _ = argument(parts, "default")
	if expr, _ := argument(parts, "nullable"); expr != nil {
		v, diags := expr.Value(nil)
		if diags.HasErrors() || !v.RawEquals(cty.True) {
			d.nullable = false
		}
	}
	return d
}

// secret tells whether a variable block, in any file, says that its value is not to be
// seen. What it says with anything but a literal counts as yes.
func secret(b *hclscan.Block) bool {
	for _, name := range []string{"sensitive", "ephemeral"} {
		for _, p := range b.Parts {
			expr, _ := argument([]hclscan.Part{p}, name)
			if expr == nil {
				continue
			}
			if v, diags := expr.Value(nil); diags.HasErrors() || !v.RawEquals(cty.False) {
				return true
			}
		}
	}
	return false
}

// convert makes a value one of the declared type.
func (d declaration) convert(v cty.Value) (result cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if p := recover(); p != nil {
			result, diags = cty.DynamicVal, nil
		}
	}()
	switch {
	case !d.valid:
		return cty.DynamicVal, nil
	case refers(v), !unmarkTop(v).IsKnown():
		return v, nil
	}
	if !wholly(v) && reshaped(v, d.ty) {
		return cty.DynamicVal, nil
	}
	if d.defaults != nil && !isNull(v) {
		v = d.defaults.Apply(v)
	}
	converted, err := convert.Convert(v, d.ty)
	if err != nil {
		return cty.DynamicVal, failed()
	}
	if !wholly(converted) && hasSets(converted) {
		return cty.DynamicVal, nil
	}
	return converted, nil
}

// reshaped tells whether a type makes one type of values of which some are not known.
func reshaped(v cty.Value, ty cty.Type) bool {
	v = unmarkTop(v)
	switch {
	case !ty.HasDynamicTypes() || ty == cty.DynamicPseudoType:
		return false
	case ty.IsCollectionType() && ty.ElementType() == cty.DynamicPseudoType:
		return retyped(children(v))
	case ty.IsObjectType() && v.Type().IsObjectType() && v.IsKnown() && !v.IsNull():
		for name, attribute := range ty.AttributeTypes() {
			if v.Type().HasAttribute(name) && reshaped(v.GetAttr(name), attribute) {
				return true
			}
		}
		return false
	}
	return true
}
