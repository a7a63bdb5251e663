package eval

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// closure is what an expression refers to, directly or not, whatever its values: the
// second witness of who is protected, since marks of values get lost on the way through
// some constructs.
type closure struct {
	resources map[string]bool // addresses without instance keys
	other     bool            // data sources, and whatever else could name a resource
	seen      map[visit]bool
	went      map[source]bool // through what for_each and dynamic blocks say
}

type visit struct {
	sc   *scope
	kind string
	name string
	path string
}

// closureOf gives the resources that an expression could be made of.
func (n *env) closureOf(expr hclsyntax.Expression) *closure {
	c := &closure{resources: map[string]bool{}, seen: map[visit]bool{}, went: map[source]bool{}}
	c.add(n, expr, nil)
	return c
}

// only tells whether it is one resource and nothing else.
func (c *closure) only(config string) bool {
	return !c.other && len(c.resources) == 1 && c.resources[config]
}

// add walks an expression, of which only the part at the path counts.
func (c *closure) add(n *env, expr hclsyntax.Expression, path []string) {
	if expr == nil || !n.sc.w.budget.spend(1) {
		return
	}
	expr, path = descend(expr, path)
	variables := n.sc.w.variables(expr)
	if !n.sc.w.budget.spend(len(variables)) {
		return
	}
	for _, t := range variables {
		rest := path
		if e, ok := expr.(*hclsyntax.ScopeTraversalExpr); !ok || len(e.Traversal) != len(t) {
			rest = nil
		}
		c.follow(n, t, rest)
	}
}

// variables are those of an expression: of one that many resources refer to they are asked for
// often.
func (w *world) variables(expr hclsyntax.Expression) []hcl.Traversal {
	known, ok := w.refers[expr]
	if !ok {
		known = expr.Variables()
		w.refers[expr] = known
	}
	return known
}

// descend goes down into objects that are written out, as far as the path leads.
func descend(expr hclsyntax.Expression, path []string) (hclsyntax.Expression, []string) {
	for len(path) > 0 {
		object, ok := expr.(*hclsyntax.ObjectConsExpr)
		if !ok {
			return expr, path
		}
		var found hclsyntax.Expression
		for _, item := range object.Items {
			key, diags := item.KeyExpr.Value(nil)
			if diags.HasErrors() || !isText(key) {
				return expr, path // a key that is not written out
			}
			if key.AsString() == path[0] {
				found = item.ValueExpr // the last one counts
			}
		}
		if found == nil {
			return expr, path
		}
		expr, path = found, path[1:]
	}
	return expr, nil
}

// namesIn are the names that a traversal ends with.
func namesIn(t hcl.Traversal) []string {
	var names []string
	for i := range t {
		name, ok := attributeName(t[i:])
		if !ok {
			break
		}
		names = append(names, name)
	}
	return names
}

func (c *closure) follow(n *env, t hcl.Traversal, path []string) {
	root := t.RootName()
	names := append(namesIn(t[1:]), path...)
	if from, ok := n.iterations[root]; ok {
		c.through(from)
		return
	}
	name := ""
	if len(names) > 0 {
		name = names[0]
	}
	v := visit{n.sc, root, name, pathOf(names)}
	switch root {
	case "count", "path", "terraform", "tofu":
		return
	case "each":
		c.through(n.each)
		return
	}
	if c.seen[v] {
		return
	}
	c.seen[v] = true
	switch root {
	case "local":
		c.add(n.sc.env, n.sc.localExpr(name), names[min(1, len(names)):])
	case "var":
		if n.sc.call != nil {
			c.add(n.sc.call, n.sc.argumentExpr(name), names[min(1, len(names)):])
		}
	case "module":
		c.module(n.sc, names)
	default:
		if n.sc.names.resources[root+"."+name] != nil {
			c.resources[joined(n.sc.m.Address, root+"."+name)] = true
			return // which instances it has says nothing of who it is
		}
		c.other = true
	}
}

// through goes on with what elements come from, once.
func (c *closure) through(from source) {
	if from.expr != nil && !c.went[from] {
		c.went[from] = true
		c.add(from.env, from.expr, nil)
	}
}

func (c *closure) module(sc *scope, names []string) {
	if len(names) == 0 {
		c.other = true
		return
	}
	x := sc.module(names[0])
	if x == nil || len(x.items) == 0 {
		c.other = true
		return
	}
	inner := x.items[0].scope
	if len(names) > 1 && x.kind == single {
		c.add(inner.env, inner.outputExpr(names[1]), names[2:])
		return
	}
	// Which of the names is a key and which an output, does not matter where all count.
	for _, out := range sortedKeys(inner.names.outputs) {
		if len(names) > 1 && named(names[1:], inner) && !slices.Contains(names[1:], out) {
			continue
		}
		c.add(inner.env, inner.outputExpr(out), nil)
	}
}

// named tells whether one of the names is an output.
func named(names []string, sc *scope) bool {
	for _, name := range names {
		if _, ok := sc.names.outputs[name]; ok {
			return true
		}
	}
	return false
}

func pathOf(names []string) string { return strings.Join(names, "\x00") }
