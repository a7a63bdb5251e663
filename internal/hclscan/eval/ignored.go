package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// What the lifecycle of a resource leaves to others: ignore_changes.

// ignores tells whether a change of what a path leads to may be ignored.
func (b body) ignores(path []string) bool {
	return slices.ContainsFunc(b.ignored, func(expr hcl.Expression) bool { return covers(expr, path) })
}

// ignored are the lists of ignore_changes. One of an override file does not take back what
// another one ignores: an empty one leaves it as it is.
func ignored(parts []hclscan.Part) []hcl.Expression {
	var all []hcl.Expression
	inner := &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "ignore_changes"}}}
	for _, p := range parts {
		for _, block := range blocksOf(p.Body, "lifecycle") {
			if block.Type != "lifecycle" {
				continue
			}
			attributes, _, _ := block.Body.PartialContent(inner)
			if a := attributes.Attributes["ignore_changes"]; a != nil {
				all = append(all, a.Expr)
			}
		}
	}
	return all
}

// covers tells whether the list of an ignore_changes has what a path leads to. What cannot
// be read covers everything.
func covers(expr hcl.Expression, path []string) bool {
	items, diags := hcl.ExprList(expr)
	if diags.HasErrors() {
		return true // all
	}
	for _, item := range items {
		t, diags := hcl.AbsTraversalForExpr(item)
		if diags.HasErrors() {
			if t, diags = hcl.RelTraversalForExpr(item); diags.HasErrors() {
				return true
			}
		}
		same := true
		depth := 0
		for i := range t {
			name, ok := "", false
			switch s := t[i].(type) {
			case hcl.TraverseRoot:
				name, ok = s.Name, true
			default:
				name, ok = attributeName(t[i:])
			}
			if !ok || depth == len(path) {
				continue
			}
			same = same && name == path[depth]
			depth++
		}
		if same {
			return true
		}
	}
	return false
}
