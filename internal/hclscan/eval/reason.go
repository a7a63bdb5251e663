package eval

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// ReasonKind is why something is not certain.
type ReasonKind uint8

const (
	// OfVariable is a root variable whose value is not given.
	OfVariable ReasonKind = iota

	// OfResource is an attribute of a resource, which the plan or the apply decides.
	OfResource

	// OfData is a data source, or another value that is not in the files.
	OfData

	// OfModule is a module that was not read.
	OfModule

	// OfFunction is a function that is not evaluated.
	OfFunction

	// OfIgnored is an argument whose changes the resource ignores.
	OfIgnored

	// OfViews says that Terraform and OpenTofu read different values.
	OfViews

	// OfExpression is an expression that is not certain for another reason.
	OfExpression
)

// Reason says what would make something certain, or why nothing does. It holds names, and
// never a value.
type Reason struct {
	Kind ReasonKind
	Name string // of the variable, resource, data source, module or function
}

// maxReasons is how many reasons are given.
const maxReasons = 16

// reasons collects why something is not known.
type reasons struct {
	all  []Reason
	seen map[visit]bool
	went map[source]bool // through what for_each and dynamic blocks say
}

// why says why an expression is not wholly known.
func (n *env) why(exprs ...hclsyntax.Expression) []Reason {
	r := &reasons{seen: map[visit]bool{}, went: map[source]bool{}}
	for _, expr := range exprs {
		if expr != nil {
			r.add(n, expr, nil)
		}
	}
	if len(r.all) == 0 {
		return []Reason{{Kind: OfExpression}}
	}
	return sortReasons(r.all)
}

func sortReasons(all []Reason) []Reason {
	slices.SortFunc(all, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	all = slices.Compact(all)
	return all[:min(len(all), maxReasons)]
}

func (r *reasons) note(kind ReasonKind, name string) { r.all = append(r.all, Reason{kind, name}) }

func (r *reasons) add(n *env, expr hclsyntax.Expression, path []string) {
	if !n.sc.w.budget.spend(1) {
		return
	}
	if inner, rest := descend(expr, path); inner != expr {
		before := len(r.all)
		if r.add(n, inner, rest); len(r.all) > before {
			return
		}
		path = nil // what is beside it decides, by a type that all of it gets
	}
	if name := n.sc.w.missing(expr); name != "" {
		r.note(OfFunction, name)
	}
	variables := n.sc.w.variables(expr)
	if !n.sc.w.budget.spend(len(variables)) {
		return
	}
	for _, t := range variables {
		v, _, diags := n.traverse(t, n.ctx)
		if diags.HasErrors() || wholly(v) {
			continue
		}
		rest := path
		if e, ok := expr.(*hclsyntax.ScopeTraversalExpr); !ok || len(e.Traversal) != len(t) {
			rest = nil
		}
		r.follow(n, t.RootName(), append(namesIn(t[1:]), rest...))
	}
}

func (r *reasons) follow(n *env, root string, names []string) {
	if from, ok := n.iterations[root]; ok {
		r.through(from)
		return
	}
	name := ""
	if len(names) > 0 {
		name = names[0]
	}
	if root == "each" || root == "count" {
		r.through(n.each)
		return
	}
	v := visit{n.sc, root, name, pathOf(names)}
	if r.seen[v] {
		return
	}
	r.seen[v] = true
	rest := names[min(1, len(names)):]
	switch root {
	case "local":
		if expr := n.sc.localExpr(name); expr != nil {
			r.add(n.sc.env, expr, rest)
		}
	case "var":
		r.variable(n.sc, name, rest)
	case "module":
		r.module(n.sc, name, rest)
	case "data", "ephemeral":
		if len(names) > 1 {
			root += "." + names[0]
			name = names[1]
		}
		r.note(OfData, joined(n.sc.m.Address, root+"."+name))
	case "path", "terraform", "tofu", "self", "provider":
		r.note(OfData, root+"."+name)
	default:
		r.resource(n.sc, root, name, rest)
	}
}

// through goes on with what elements come from, once.
func (r *reasons) through(from source) {
	if from.expr != nil && !r.went[from] {
		r.went[from] = true
		r.add(from.env, from.expr, nil)
	}
}

func (r *reasons) variable(sc *scope, name string, rest []string) {
	if sc.call == nil {
		r.note(OfVariable, name)
		return
	}
	if expr := sc.argumentExpr(name); expr != nil {
		r.add(sc.call, expr, rest)
	}
}

func (r *reasons) module(sc *scope, name string, rest []string) {
	x := sc.module(name)
	if x == nil {
		r.note(OfModule, joined(sc.m.Address, "module."+name))
		return
	}
	if x.kind == undecided && x.from != nil {
		r.add(sc.env, x.from, nil)
	}
	for i, item := range x.items {
		if i == maxReasons {
			break
		}
		for _, out := range sortedKeys(item.scope.names.outputs) {
			if expr := item.scope.outputExpr(out); expr != nil && (len(rest) == 0 || slices.Contains(rest, out)) {
				r.add(item.scope.env, expr, nil)
			}
		}
	}
}

func (r *reasons) resource(sc *scope, typ, name string, rest []string) {
	if x := sc.instances(typ, name); x != nil && x.kind == undecided && x.from != nil {
		r.add(sc.env, x.from, nil)
	}
	address := joined(sc.m.Address, typ+"."+name)
	for _, attribute := range rest {
		address += "." + attribute
	}
	r.note(OfResource, address)
}

// undecidedBy says why it is not certain that the instances of a scope's block exist.
func (sc *scope) undecidedBy(x *expansion) []Reason {
	var all []Reason
	if x.kind == undecided {
		if x.from == nil {
			all = append(all, Reason{Kind: OfExpression})
		} else {
			all = append(all, sc.env.why(x.from)...)
		}
	}
	for s := sc; s.parent != nil; s = s.parent {
		if px := s.parent.modules[s.m.Name]; px != nil && px.kind == undecided {
			if px.from == nil {
				all = append(all, Reason{Kind: OfExpression})
			} else {
				all = append(all, s.parent.env.why(px.from)...)
			}
		}
	}
	return sortReasons(all)
}
