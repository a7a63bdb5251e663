package eval

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// native is an expression in HCL's native syntax. In JSON, strings are templates.
func native(expr hcl.Expression) hclsyntax.Expression {
	if e, ok := expr.(hclsyntax.Expression); ok {
		return e
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() {
		return literal(cty.DynamicVal)
	}
	return fromJSON(v)
}

func fromJSON(v cty.Value) hclsyntax.Expression {
	ty := v.Type()
	switch {
	case v.IsNull() || !v.IsKnown():
		return literal(v)
	case ty == cty.String:
		return fromTemplate(v.AsString())
	case ty.IsTupleType():
		tuple := &hclsyntax.TupleConsExpr{}
		for it := v.ElementIterator(); it.Next(); {
			_, element := it.Element()
			tuple.Exprs = append(tuple.Exprs, fromJSON(element))
		}
		return tuple
	case ty.IsObjectType():
		object := &hclsyntax.ObjectConsExpr{}
		for it := v.ElementIterator(); it.Next(); {
			key, element := it.Element()
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{
				KeyExpr:   &hclsyntax.ObjectConsKeyExpr{Wrapped: fromTemplate(key.AsString()), ForceNonLiteral: true},
				ValueExpr: fromJSON(element),
			})
		}
		return object
	}
	return literal(v)
}

// maxNesting is how many openers a template may have, which bounds how deeply it nests.
const maxNesting = 1000

func fromTemplate(text string) hclsyntax.Expression {
	openers := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{', '!', '-', '?', '%', '"':
			openers++
		}
	}
	if openers > maxNesting {
		return literal(cty.DynamicVal)
	}
	e, diags := hclsyntax.ParseTemplate([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return literal(cty.DynamicVal)
	}
	return e
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
