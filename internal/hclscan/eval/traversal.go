package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// traverse follows a reference. It is sure if that it succeeds is certain, even where its
// value is not known.
func (n *env) traverse(t hcl.Traversal, ctx *hcl.EvalContext) (v cty.Value, sure bool, diags hcl.Diagnostics) {
	if v, ok := loopVariable(t.RootName(), ctx); ok {
		return steps(v, t[1:])
	}
	rest := t[1:]
	switch root := t.RootName(); root {
	case "var", "local":
		name, ok := attributeName(rest)
		if !ok {
			return cty.DynamicVal, false, nil
		}
		if root == "var" {
			v = n.sc.variable(name)
		} else if v, diags = n.sc.local(name); diags.HasErrors() {
			return v, true, diags
		}
		return steps(v, rest[1:])
	case "module":
		return n.sc.moduleOutput(rest)
	case "each":
		return n.ofEach(rest)
	case "count":
		if name, ok := attributeName(rest); ok && name == "index" && n.index != cty.NilVal {
			return steps(n.index, rest[1:])
		}
		return cty.DynamicVal, false, nil
	case "data", "ephemeral", "path", "provider", "self", "terraform", "tofu":
		return n.sc.outside(root, rest), false, nil
	default:
		name, ok := attributeName(rest)
		if !ok {
			return cty.DynamicVal, false, nil
		}
		return steps(n.sc.resource(root, name), rest[1:])
	}
}

func (n *env) ofEach(rest hcl.Traversal) (cty.Value, bool, hcl.Diagnostics) {
	name, ok := attributeName(rest)
	switch {
	case ok && name == "key" && n.key != cty.NilVal:
		return steps(n.key, rest[1:])
	case ok && name == "value" && n.key != cty.NilVal:
		return steps(n.element, rest[1:])
	}
	return cty.DynamicVal, false, nil
}

func loopVariable(name string, ctx *hcl.EvalContext) (cty.Value, bool) {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[name]; ok {
			return v, true
		}
	}
	return cty.NilVal, false
}

// attributeName is the name that a traversal starts with.
func attributeName(t hcl.Traversal) (string, bool) {
	if len(t) == 0 {
		return "", false
	}
	switch s := t[0].(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString(), true
		}
	}
	return "", false
}

func steps(v cty.Value, t hcl.Traversal) (cty.Value, bool, hcl.Diagnostics) {
	sure := true
	for _, s := range t {
		var ok bool
		var diags hcl.Diagnostics
		if v, ok, diags = step(v, s); diags.HasErrors() {
			return cty.DynamicVal, sure, diags
		}
		sure = sure && ok
	}
	return v, sure, nil
}

// step follows one step of a reference.
//
//nolint:cyclop // a case for each kind of step, of what is known and of what is not
func step(v cty.Value, s hcl.Traverser) (_ cty.Value, sure bool, _ hcl.Diagnostics) {
	if r, ok := refOf(v); ok {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			return r.step(s.Name).value(), r.path == "" && Identity(s.Name), nil
		case hcl.TraverseIndex:
			switch {
			case s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull():
				return r.step(s.Key.AsString()).value(), r.path == "" && Identity(s.Key.AsString()), nil
			case r.path == "":
				return cty.DynamicVal, true, failed() // it has no instances
			}
			return r.step("[]").value(), false, nil
		}
		return cty.DynamicVal, false, nil
	}
	v = unmarkTop(v)
	if v.Type() == cty.DynamicPseudoType && !v.IsKnown() {
		return cty.DynamicVal, false, nil
	}
	var next cty.Value
	var diags hcl.Diagnostics
	switch s := s.(type) {
	case hcl.TraverseAttr:
		next, diags = s.TraversalStep(v)
	case hcl.TraverseIndex:
		next, diags = s.TraversalStep(v)
	default: // a splat, which the parser does not put here
		return cty.DynamicVal, false, nil
	}
	if diags.HasErrors() {
		return cty.DynamicVal, true, failed()
	}
	if set := v.Type().IsSetType(); set {
		return cty.DynamicVal, false, nil
	}
	return next, v.IsKnown(), nil
}
