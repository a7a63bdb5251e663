package hclscan

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// literal reads an argument's expression without evaluating it.
func literal(expr hcl.Expression) Attribute {
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return literal(e.Expression)
	case *hclsyntax.LiteralValueExpr:
		return literalValue(e.Val)
	case *hclsyntax.TemplateExpr: // a quoted string or a heredoc
		return literalTemplate(e)
	case hclsyntax.Expression:
		return Attribute{Set: true, Reference: reference(e)}
	}
	return literalJSON(expr)
}

func literalTemplate(e *hclsyntax.TemplateExpr) Attribute {
	var text strings.Builder
	for _, part := range e.Parts {
		lit, ok := part.(*hclsyntax.LiteralValueExpr)
		// An interpolated literal ("${1}") is a part of the same kind, but no string.
		if !ok || !isString(lit.Val) {
			return Attribute{Set: true, Prefix: text.String()}
		}
		text.WriteString(lit.Val.AsString())
	}
	return Attribute{Set: true, Literal: true, Value: text.String()}
}

// literalJSON reads a property. Without an evaluation context, HCL returns strings as
// they stand, templates included; those are recognised by their markers.
func literalJSON(expr hcl.Expression) Attribute {
	v, diags := expr.Value(nil)
	if diags.HasErrors() {
		return Attribute{Set: true}
	}
	switch {
	case v.IsNull():
		return Attribute{}
	case v.Type().IsObjectType(): // a nested block
		return Attribute{Set: true, Literal: true}
	case v.Type().IsTupleType(): // any number of them, or none
		return Attribute{Set: v.LengthInt() > 0, Literal: v.LengthInt() > 0}
	case isString(v):
		text, _, interpolated := strings.Cut(v.AsString(), "${")
		text, _, directed := strings.Cut(text, "%{")
		if interpolated || directed {
			// "$${" is an escape; not to end on its first half is enough.
			a := Attribute{Set: true, Prefix: strings.TrimRight(text, "$%")}
			if e, ok := parseExpression(v.AsString()); ok && strings.HasPrefix(v.AsString(), "${") {
				a.Reference = reference(e)
			}
			return a
		}
	}
	return literalValue(v)
}

func literalValue(v cty.Value) Attribute {
	switch {
	case !v.IsKnown():
		return Attribute{Set: true}
	case v.IsNull():
		return Attribute{}
	case v.Type() == cty.String:
		return Attribute{Set: true, Literal: true, Value: v.AsString()}
	case v.Type() == cty.Bool:
		return Attribute{Set: true, Literal: true, Value: strconv.FormatBool(v.True())}
	case v.Type() == cty.Number:
		// Only what fits is written out: 1e999999999 would be a gigabyte of digits.
		if i, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact {
			return Attribute{Set: true, Literal: true, Value: strconv.FormatInt(i, 10)}
		}
	}
	return Attribute{Set: true}
}

func isString(v cty.Value) bool {
	return v.Type() == cty.String && v.IsKnown() && !v.IsNull()
}
