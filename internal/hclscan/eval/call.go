package eval

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// functionName is the name in the table: core::upper is upper.
func functionName(name string) string { return strings.TrimPrefix(name, "core::") }

// understood tells whether all functions of an expression are in the table. If one is not,
// nothing of the expression is certain: where it fails, a try would choose another value.
// Objects and tuples are looked at item by item.
func (w *world) understood(expr hclsyntax.Expression) bool {
	switch expr.(type) {
	case *hclsyntax.ObjectConsExpr, *hclsyntax.TupleConsExpr:
		return true
	}
	ok, seen := w.known[expr]
	if seen {
		return ok
	}
	ok = w.missing(expr) == ""
	w.known[expr] = ok
	return ok
}

// missing is the first function of an expression that is not in the table.
func (w *world) missing(expr hclsyntax.Expression) string {
	missing := ""
	//nolint:errcheck // diagnostics of a visitor that has none
	hclsyntax.VisitAll(expr, func(node hclsyntax.Node) hcl.Diagnostics {
		if call, ok := node.(*hclsyntax.FunctionCallExpr); ok && missing == "" {
			switch name := functionName(call.Name); name {
			case "try", "can", "sensitive", "nonsensitive":
			default:
				if _, ok := w.functions[name]; !ok {
					missing = call.Name
				}
			}
		}
		return nil
	})
	return missing
}

//nolint:cyclop // the functions that are no functions of values, then one loop over the arguments
func (n *env) call(e *hclsyntax.FunctionCallExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	name := functionName(e.Name)
	switch {
	case name == "try" && !e.ExpandFinal:
		return n.try(e, ctx)
	case name == "can" && !e.ExpandFinal && len(e.Args) == 1:
		return n.can(e, ctx)
	case (name == "sensitive" || name == "nonsensitive") && !e.ExpandFinal && len(e.Args) == 1:
		return n.eval(e.Args[0], ctx)
	}
	f, ok := n.sc.w.functions[name]
	if !ok {
		return cty.DynamicVal, nil
	}
	args := make([]cty.Value, 0, len(e.Args))
	for _, arg := range e.Args {
		v, diags := n.eval(arg, ctx)
		if diags.HasErrors() {
			return v, diags
		}
		args = append(args, v)
	}
	if e.ExpandFinal {
		last := args[len(args)-1]
		if refers(last) || !unmarkTop(last).IsKnown() {
			return cty.DynamicVal, nil
		}
		if isNull(last) || !sequence(last.Type()) {
			return cty.DynamicVal, failed()
		}
		args = append(args[:len(args)-1], children(last)...)
	}
	return n.apply(name, f, args)
}

func sequence(ty cty.Type) bool { return ty.IsTupleType() || ty.IsListType() || ty.IsSetType() }

// apply calls a function on values of which parts may not be known.
func (n *env) apply(name string, f function.Function, args []cty.Value) (cty.Value, hcl.Diagnostics) {
	b := n.sc.w.budget
	if !affordable(b, name, args) || unsettled(name, args) {
		return n.doubt()
	}
	tokens := tokens{}
	given := make([]cty.Value, len(args))
	for i, arg := range args {
		if structural[name] {
			arg = tokens.put(arg)
		}
		v, err := convert.Convert(plain(arg), paramType(f, i))
		if err != nil {
			return cty.DynamicVal, failed()
		}
		given[i], args[i] = plain(arg), v
	}
	if unifies(name, f, given) {
		return n.doubt()
	}
	v, err := f.Call(args)
	switch {
	case errors.Is(err, errDoubt):
		return n.doubt()
	case err != nil:
		return cty.DynamicVal, failed()
	}
	if v = plain(v); len(tokens) > 0 {
		v = tokens.take(v)
	}
	return v, nil
}

// errDoubt is what a function says of arguments of which it does not know what the CLIs make,
// so that they may well be an error.
var errDoubt = errors.New("not certain")

// unsettled tells whether versions of a function differ about some arguments: of null in a
// format they make an error or nothing that is known, of null in a list whether it is
// there, of an element counted from the end an error or that element, and of what is not
// known in a list of formats a list or anything.
func unsettled(name string, args []cty.Value) bool {
	if name == "element" && len(args) == 2 {
		i := unmarkTop(args[1])
		return i.Type() == cty.Number && i.IsKnown() && !i.IsNull() && i.AsBigFloat().Sign() < 0
	}
	if name != "format" && name != "formatlist" && name != "contains" {
		return false
	}
	for _, arg := range args {
		if isNull(arg) || name == "formatlist" && !plain(arg).IsWhollyKnown() {
			return true
		}
		for _, element := range children(arg) {
			if isNull(element) {
				return true
			}
		}
	}
	return false
}

// unifies tells whether a function makes values one type of which some are not known well
// enough to tell which.
func unifies(name string, f function.Function, args []cty.Value) bool {
	switch name {
	case "coalesce":
		return retyped(args)
	case "tolist", "toset", "tomap":
		return len(args) == 1 && (retyped(children(args[0])) || name == "toset" && !args[0].IsWhollyKnown())
	case "coalescelist", "concat", "merge":
		return false // one of the arguments, or an object or tuple of their elements
	}
	var pooled []cty.Value
	for i, arg := range args {
		ty := paramType(f, i)
		if ty.IsCollectionType() && ty.ElementType() == cty.DynamicPseudoType {
			pooled = append(pooled, children(arg)...)
		}
	}
	return retyped(pooled)
}

func paramType(f function.Function, i int) cty.Type {
	params := f.Params()
	switch variadic := f.VarParam(); {
	case i < len(params):
		return params[i].Type
	case variadic != nil:
		return variadic.Type
	}
	return cty.DynamicPseudoType
}

// structural are the functions that pass elements on as they are and do not look at them,
// so that what is certain of an element stays certain.
var structural = map[string]bool{
	"coalesce": true, "concat": true, "element": true, "flatten": true, "lookup": true, "merge": true, "one": true,
	"slice": true, "tolist": true, "tomap": true, "values": true, "zipmap": true,
}

// tokens stand for attributes of resources while a structural function has them. Only
// those that are strings and not null are given one.
type tokens map[string]cty.Value

const tokenMark = "\x00attribute "

func (t tokens) put(v cty.Value) cty.Value {
	if !v.ContainsMarked() {
		return v
	}
	v, err := cty.Transform(v, func(_ cty.Path, element cty.Value) (cty.Value, error) {
		r, ok := refOf(element)
		if !ok || !Identity(r.path) {
			return unmarkTop(element), nil
		}
		token := fmt.Sprintf("%s%d", tokenMark, len(t))
		t[token] = element
		return cty.StringVal(token), nil
	})
	if err != nil {
		return cty.DynamicVal
	}
	return v
}

func (t tokens) take(v cty.Value) cty.Value {
	lost := false
	v, err := cty.Transform(v, func(_ cty.Path, element cty.Value) (cty.Value, error) {
		switch ty := element.Type(); {
		case !element.IsKnown() || element.IsNull():
		case ty == cty.String && strings.Contains(element.AsString(), tokenMark):
			original, ok := t[element.AsString()]
			lost = lost || !ok
			return original, nil
		case ty.IsMapType() || ty.IsObjectType():
			for it := element.ElementIterator(); it.Next(); {
				key, _ := it.Element()
				lost = lost || strings.Contains(key.AsString(), tokenMark)
			}
		}
		return element, nil
	})
	if err != nil || lost {
		return cty.DynamicVal
	}
	return v
}

// try takes the first argument that is certainly no error. Whether an argument is one is
// certain only if all that it refers to is known, or if it is nothing but a reference that
// certainly succeeds.
func (n *env) try(e *hclsyntax.FunctionCallExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	for _, arg := range e.Args {
		v, sure, diags := n.attempt(arg, ctx)
		switch {
		case !sure:
			return cty.DynamicVal, nil
		case !diags.HasErrors():
			return v, nil
		}
	}
	return cty.DynamicVal, failed()
}

func (n *env) can(e *hclsyntax.FunctionCallExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	_, sure, diags := n.attempt(e.Args[0], ctx)
	if !sure {
		return cty.UnknownVal(cty.Bool), nil
	}
	return cty.BoolVal(!diags.HasErrors()), nil
}

// attempt evaluates an argument of try or can, and tells whether it is certain that it is
// an error, or that it is none.
func (n *env) attempt(arg hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, sure bool, diags hcl.Diagnostics) {
	inner := arg
	for {
		parens, ok := inner.(*hclsyntax.ParenthesesExpr)
		if !ok {
			break
		}
		inner = parens.Expression
	}
	if t, ok := inner.(*hclsyntax.ScopeTraversalExpr); ok {
		return n.traverse(t.Traversal, ctx)
	}
	sure = true
	for _, t := range arg.Variables() {
		v, ok, diags := n.traverse(t, ctx)
		sure = sure && ok && (diags.HasErrors() || wholly(v))
	}
	if !sure {
		return cty.DynamicVal, false, nil
	}
	before := n.sc.w.doubts
	v, diags = n.eval(arg, ctx)
	if n.sc.w.doubts != before {
		return cty.DynamicVal, false, nil
	}
	return v, diags.HasErrors() || wholly(v), diags
}
