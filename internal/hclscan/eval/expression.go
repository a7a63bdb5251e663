package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// env is where an expression stands.
type env struct {
	sc *scope

	// ctx holds what for expressions and dynamic blocks call their elements.
	ctx *hcl.EvalContext

	// iterations are the dynamic blocks around, by what they call their elements: where
	// these come from.
	iterations map[string]source

	key     cty.Value // of each.key; cty.NilVal without for_each
	element cty.Value // of each.value
	index   cty.Value // of count.index; cty.NilVal without count
	each    source    // what for_each says
}

// source is an expression and where it stands.
type source struct {
	expr hclsyntax.Expression
	env  *env
}

// failed are the diagnostics of what certainly is an error. They say nothing more: only
// whether there is one matters, and a message could hold a value.
func failed() hcl.Diagnostics { return hcl.Diagnostics{{Severity: hcl.DiagError}} }

// value evaluates an expression: its value, of which parts may not be known, or
// diagnostics if it is certainly an error to both CLIs.
func (n *env) value(expr hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	if !n.sc.w.understood(expr) {
		return cty.DynamicVal, nil
	}
	defer func(doubts int) { n.sc.w.doubts = doubts }(n.sc.w.doubts)
	return n.eval(expr, n.ctx)
}

// doubt leaves something unknown that may be an error.
func (n *env) doubt() (cty.Value, hcl.Diagnostics) {
	n.sc.w.doubts++
	return cty.DynamicVal, nil
}

// eval evaluates a node. Whatever makes a new value of its operands is left to HCL, which
// gets them as literals.
func (n *env) eval(expr hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	b := n.sc.w.budget
	if b.depth++; b.depth > b.limits.depth && b.exceeded == "" {
		b.exceeded = "values of the configuration refer to each other more deeply than is followed"
	}
	defer func() {
		b.depth--
		// HCL and cty panic on some values that no check let through: nothing is certain.
		if p := recover(); p != nil {
			v, diags = n.doubt()
		}
	}()
	if !b.spend(1) {
		return cty.DynamicVal, nil
	}
	v, diags = n.node(expr, ctx)
	if v == cty.NilVal || diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if !n.sc.w.afford(expr, v) {
		return n.doubt()
	}
	return v, diags
}

// afford pays for a value that an expression made.
func (w *world) afford(expr hclsyntax.Expression, v cty.Value) bool {
	switch expr.(type) {
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.ParenthesesExpr, *hclsyntax.IndexExpr:
		return true // it was there before
	}
	n, ok := size(v, w.budget.size)
	return w.budget.fits(n) && w.budget.spend(n) && ok
}

// walks is how often an operator goes through its operands.
const walks = 4

// pays takes what it costs to walk through operands, which may be large and are used often.
func (n *env) pays(operands ...cty.Value) bool {
	b := n.sc.w.budget
	for _, v := range operands {
		if v == cty.NilVal {
			continue
		}
		if cost, ok := size(v, b.size); !ok || !b.spend(walks*cost) {
			return false
		}
	}
	return true
}

//nolint:cyclop // a case for each kind of node
func (n *env) node(expr hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	switch e := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return e.Val, nil
	case *hclsyntax.AnonSymbolExpr:
		return e.Value(ctx)
	case *hclsyntax.ParenthesesExpr:
		return n.eval(e.Expression, ctx)
	case *hclsyntax.TemplateWrapExpr:
		return n.eval(e.Wrapped, ctx)
	case *hclsyntax.ObjectConsKeyExpr:
		if name := hcl.ExprAsKeyword(e.Wrapped); name != "" && !e.ForceNonLiteral {
			return cty.StringVal(name), nil
		}
		if t, ok := e.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok && !e.ForceNonLiteral && len(t.Traversal) > 1 {
			return cty.DynamicVal, failed()
		}
		return n.eval(e.Wrapped, ctx)
	case *hclsyntax.ScopeTraversalExpr:
		v, _, diags := n.traverse(e.Traversal, ctx)
		return v, diags
	case *hclsyntax.RelativeTraversalExpr:
		v, diags := n.eval(e.Source, ctx)
		if diags.HasErrors() {
			return v, diags
		}
		v, _, diags = steps(v, e.Traversal)
		return v, diags
	case *hclsyntax.IndexExpr:
		return n.indexed(e, ctx)
	case *hclsyntax.TupleConsExpr, *hclsyntax.ObjectConsExpr:
		return n.constructed(e, ctx)
	case *hclsyntax.ForExpr:
		return n.iterated(e, ctx)
	case *hclsyntax.SplatExpr:
		return n.splat(e, ctx)
	case *hclsyntax.ConditionalExpr:
		return n.conditional(e, ctx)
	case *hclsyntax.BinaryOpExpr:
		return n.operation(e, ctx)
	case *hclsyntax.UnaryOpExpr:
		return n.unary(e, ctx)
	case *hclsyntax.TemplateExpr:
		return n.template(e, ctx)
	case *hclsyntax.TemplateJoinExpr:
		v, diags := n.eval(e.Tuple, ctx)
		if diags.HasErrors() || !wholly(v) {
			return cty.DynamicVal, diags
		}
		return (&hclsyntax.TemplateJoinExpr{Tuple: literal(plain(v))}).Value(nil)
	case *hclsyntax.FunctionCallExpr:
		return n.call(e, ctx)
	}
	return cty.DynamicVal, nil
}

func (n *env) unary(e *hclsyntax.UnaryOpExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := n.eval(e.Val, ctx)
	if diags.HasErrors() {
		return v, diags
	}
	if !n.pays(v) {
		return n.doubt()
	}
	clone := *e
	clone.Val = literal(plain(v))
	return clone.Value(nil)
}

func literal(v cty.Value) hclsyntax.Expression { return &hclsyntax.LiteralValueExpr{Val: v} }

// evaluated is an expression in an environment, to be a part of a node that HCL evaluates.
type evaluated struct {
	hclsyntax.Expression
	env *env
}

// Value implements hcl.Expression.
func (e evaluated) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	return e.env.eval(e.Expression, ctx)
}

func (n *env) wrap(expr hclsyntax.Expression) hclsyntax.Expression {
	if expr == nil {
		return nil
	}
	return evaluated{expr, n}
}

func (n *env) indexed(e *hclsyntax.IndexExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	collection, diags := n.eval(e.Collection, ctx)
	if diags.HasErrors() {
		return collection, diags
	}
	key, diags := n.eval(e.Key, ctx)
	if diags.HasErrors() {
		return key, diags
	}
	if key = plain(key); !key.IsWhollyKnown() {
		return cty.DynamicVal, nil
	}
	v, _, diags := step(collection, hcl.TraverseIndex{Key: key})
	return v, diags
}

func (n *env) constructed(expr hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if e, ok := expr.(*hclsyntax.TupleConsExpr); ok {
		values := make([]cty.Value, 0, len(e.Exprs))
		for _, item := range e.Exprs {
			v, diags := n.item(item, ctx)
			if diags.HasErrors() {
				return v, diags
			}
			values = append(values, v)
		}
		return cty.TupleVal(values), nil
	}
	e, _ := expr.(*hclsyntax.ObjectConsExpr)
	clone := *e
	clone.Items = make([]hclsyntax.ObjectConsItem, 0, len(e.Items))
	for _, item := range e.Items {
		key, diags := n.eval(item.KeyExpr, ctx)
		if diags.HasErrors() {
			return key, diags
		}
		v, diags := n.item(item.ValueExpr, ctx)
		if diags.HasErrors() {
			return v, diags
		}
		clone.Items = append(clone.Items, hclsyntax.ObjectConsItem{KeyExpr: literal(plain(key)), ValueExpr: literal(v)})
	}
	v, diags := clone.Value(nil)
	return unmarkTop(v), diags
}

// item evaluates what an object or a tuple is made of.
func (n *env) item(expr hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if !n.sc.w.understood(expr) {
		return cty.DynamicVal, nil
	}
	return n.eval(expr, ctx)
}

func (n *env) iterated(e *hclsyntax.ForExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	collection, diags := n.eval(e.CollExpr, ctx)
	if diags.HasErrors() {
		return collection, diags
	}
	if refers(collection) {
		return cty.DynamicVal, nil
	}
	clone := *e
	clone.CollExpr = literal(collection)
	clone.KeyExpr, clone.ValExpr, clone.CondExpr = n.wrapBare(e.KeyExpr), n.wrap(e.ValExpr), n.wrapBare(e.CondExpr)
	v, diags := clone.Value(ctx)
	return unmarkTop(v), diags
}

func refers(v cty.Value) bool {
	_, ok := refOf(v)
	return ok
}

// bare is an expression of which marks are of no use.
type bare struct{ evaluated }

// Value implements hcl.Expression.
func (e bare) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.evaluated.Value(ctx)
	return plain(v), diags
}

func (n *env) wrapBare(expr hclsyntax.Expression) hclsyntax.Expression {
	if expr == nil {
		return nil
	}
	return bare{evaluated{expr, n}}
}

func (n *env) splat(e *hclsyntax.SplatExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	from, diags := n.eval(e.Source, ctx)
	if diags.HasErrors() {
		return from, diags
	}
	// The one resource without count or for_each becomes a sequence of itself.
	if r, ok := refOf(from); ok && r.path == "" {
		from = cty.TupleVal([]cty.Value{from})
	}
	if !unmarkTop(from).IsKnown() {
		return cty.DynamicVal, nil
	}
	clone := *e
	clone.Source, clone.Each = literal(from), n.wrap(e.Each)
	if ctx == nil {
		ctx = (*hcl.EvalContext)(nil).NewChild()
	}
	v, diags := clone.Value(ctx)
	v = unmarkTop(v)
	if !diags.HasErrors() && ofUncertain(v) {
		return n.doubt()
	}
	return v, diags
}

// ofUncertain tells whether what a splat made of an empty list has elements of no certain type:
// to the CLIs that may be an error.
func ofUncertain(v cty.Value) bool {
	ty := v.Type()
	return (ty.IsListType() || ty.IsSetType()) && ty.ElementType() == cty.DynamicPseudoType && v.IsKnown() && v.LengthInt() == 0
}

// conditional takes no branch over a condition that is not known, and none whose type the
// other one could still change.
func (n *env) conditional(e *hclsyntax.ConditionalExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	condition, diags := n.eval(e.Condition, ctx)
	if diags.HasErrors() {
		return condition, diags
	}
	condition = plain(condition)
	if !condition.IsKnown() {
		return cty.DynamicVal, nil
	}
	decided, err := convert.Convert(condition, cty.Bool)
	if err != nil || decided.IsNull() {
		return cty.DynamicVal, failed()
	}
	chosen, other := e.TrueResult, e.FalseResult
	if decided.False() {
		chosen, other = other, chosen
	}
	v, diags := n.eval(chosen, ctx)
	if diags.HasErrors() {
		return v, diags
	}
	if refers(v) {
		return v, nil
	}
	o, otherDiags := n.eval(other, ctx)
	if !n.pays(v, o) {
		return n.doubt()
	}
	if otherDiags.HasErrors() {
		// An error in what is not chosen is none, but its type may still count, and not fit.
		o, _ = n.doubt()
	}
	if o = plain(o); retyped([]cty.Value{v, o}) || !wholly(v) && hasSets(v) {
		return n.doubt()
	}
	clone := hclsyntax.ConditionalExpr{
		Condition: literal(cty.True), TrueResult: literal(v), FalseResult: literal(o), SrcRange: e.SrcRange,
	}
	return clone.Value(nil)
}

// hasSets tells whether there is a set in a value: unknown elements may be one another.
func hasSets(v cty.Value) bool {
	found := false
	//nolint:errcheck // the walk returns no error
	cty.Walk(plain(v), func(_ cty.Path, element cty.Value) (bool, error) {
		found = found || element.Type().IsSetType()
		return !found, nil
	})
	return found
}

// operation evaluates an operator. That of a later Terraform passes over an error, or a
// null, of one side where the other decides, that of an earlier one and OpenTofu do not.
//
//nolint:cyclop // the cases are those in which the CLIs differ
func (n *env) operation(e *hclsyntax.BinaryOpExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	left, leftDiags := n.eval(e.LHS, ctx)
	right, rightDiags := n.eval(e.RHS, ctx)
	if !n.pays(left, right) {
		return n.doubt()
	}
	left, right = plain(left), plain(right)
	switch {
	case leftDiags.HasErrors() && rightDiags.HasErrors():
		return cty.DynamicVal, leftDiags
	case e.Op == hclsyntax.OpLogicalAnd || e.Op == hclsyntax.OpLogicalOr:
		if leftDiags.HasErrors() || rightDiags.HasErrors() || left.IsNull() || right.IsNull() {
			return n.doubt()
		}
	case leftDiags.HasErrors() || rightDiags.HasErrors():
		return cty.DynamicVal, failed()
	case e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual:
		// A list is no tuple to the CLIs, whatever is in it, and which of the two a value
		// is, is not always certain.
		if !left.IsNull() && !right.IsNull() && (composite(left) || composite(right)) {
			return n.doubt()
		}
	}
	clone := *e
	clone.LHS, clone.RHS = literal(left), literal(right)
	return clone.Value(nil)
}

func composite(v cty.Value) bool {
	return !v.Type().IsPrimitiveType() && v.Type() != cty.DynamicPseudoType
}

// numeral is what it costs to write a number in digits.
const numeral = 40

func (n *env) template(e *hclsyntax.TemplateExpr, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	clone := *e
	clone.Parts = make([]hclsyntax.Expression, 0, len(e.Parts))
	known, length := true, 0
	for _, part := range e.Parts {
		v, diags := n.eval(part, ctx)
		if diags.HasErrors() {
			return v, diags
		}
		if !n.pays(v) {
			return n.doubt()
		}
		v = plain(v)
		known = known && v.IsKnown()
		switch {
		case !v.IsKnown() || v.IsNull():
		case v.Type() == cty.String:
			length += len(v.AsString())
		case v.Type() == cty.Number && !n.sc.w.budget.spend(numeral):
			return n.doubt()
		}
		clone.Parts = append(clone.Parts, literal(v))
	}
	if !known {
		return startingLike(e.Parts), nil
	}
	if !n.sc.w.budget.fits(length) {
		return cty.DynamicVal, nil
	}
	return clone.Value(nil)
}

// fits tells whether a value of that many elements or bytes may be made.
func (b *budget) fits(n int) bool {
	if (n > b.size || n < 0) && b.exceeded == "" {
		b.exceeded = "a value of the configuration is larger than is evaluated"
	}
	return b.exceeded == ""
}
