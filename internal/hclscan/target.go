package hclscan

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// target reads the address of a resource, with or without the keys of instances, which
// may be any expressions: the modules it is in (module.a.module.b, empty for none), its
// type and its name.
func target(expr hcl.Expression) (within, typ, name string, ok bool) {
	names, ok := walk(nil, expr)
	if !ok {
		return "", "", "", false
	}
	modules := 0
	for modules+1 < len(names) && names[modules] == "module" {
		modules += 2
	}
	if len(names) != modules+2 || names[modules] == "data" || names[modules] == "ephemeral" {
		return "", "", "", false
	}
	return strings.Join(names[:modules], "."), names[modules], names[modules+1], true
}

// reference is the address of the resource of which an expression is an attribute and
// nothing more: "azapi_resource.a" of azapi_resource.a[0].id. It is empty for any other.
func reference(expr hclsyntax.Expression) string {
	names, ok := walk(nil, expr)
	if !ok || len(names) < 3 {
		return ""
	}
	switch names[0] {
	case "data", "each", "count", "ephemeral", "local", "module", "path", "self", "terraform", "var":
		return ""
	}
	return names[0] + "." + names[1]
}

// walk appends the names in a reference such as a.b[each.key].c, keys left out. In JSON
// a reference is a string, for some arguments in a template.
func walk(names []string, expr hcl.Expression) ([]string, bool) {
	switch e := expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return appendNames(names, e.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		names, ok := walk(names, e.Source)
		if !ok {
			return nil, false
		}
		return appendNames(names, e.Traversal)
	case *hclsyntax.IndexExpr:
		return walk(names, e.Collection)
	case *hclsyntax.ParenthesesExpr:
		return walk(names, e.Expression)
	case *hclsyntax.TemplateWrapExpr: // "${a.b}"
		return walk(names, e.Wrapped)
	case hclsyntax.Expression:
		return nil, false
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() || !isString(v) {
		return nil, false
	}
	parsed, ok := parseExpression(v.AsString())
	if !ok {
		return nil, false
	}
	return walk(names, parsed)
}

// parseExpression reads an expression that JSON holds as a string.
func parseExpression(text string) (hclsyntax.Expression, bool) {
	if inner, ok := strings.CutPrefix(text, "${"); ok {
		text = strings.TrimSuffix(inner, "}")
	}
	if nestedTooDeep([]byte(text)) {
		return nil, false
	}
	parsed, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	return parsed, !diags.HasErrors()
}

func appendNames(names []string, traversal hcl.Traversal) ([]string, bool) {
	for _, step := range traversal {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, s.Name)
		case hcl.TraverseAttr:
			names = append(names, s.Name)
		case hcl.TraverseIndex:
		default: // a splat
			return nil, false
		}
	}
	return names, true
}
