package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// names are the blocks of a folder as one CLI reads them. A name that two blocks have is
// one that neither CLI accepts, and leads to nil.
type names struct {
	resources, calls, variables, locals, outputs, data map[string]*hclscan.Block
}

func (w *world) names(f *hclscan.Folder) *names {
	if known := w.folders[f]; known != nil {
		return known
	}
	index := func(blocks []*hclscan.Block) map[string]*hclscan.Block {
		named := make(map[string]*hclscan.Block, len(blocks))
		for _, b := range blocks {
			if b.Parts[0].Views&w.view == 0 {
				continue
			}
			name := b.Name
			if b.Type != "" {
				name = b.Type + "." + b.Name
			}
			if _, twice := named[name]; twice {
				b = nil
			}
			named[name] = b
		}
		return named
	}
	all := &names{
		resources: index(f.Resources), calls: index(f.Calls), variables: index(f.Variables),
		locals: index(f.Locals), outputs: index(f.Outputs), data: index(f.Data),
	}
	w.folders[f] = all
	return all
}

// scope is an instance of a module.
type scope struct {
	w       *world
	m       *hclscan.Module
	names   *names
	address string // with instance keys
	parent  *scope
	call    *env // where the arguments of the call stand; nil for the root
	certain bool // whether this instance exists for sure
	env     *env

	variables map[string]*memo
	locals    map[string]*memo
	outputs   map[string]*memo
	modules   map[string]*expansion // by name
	resources map[string]*expansion // by type.name, of data sources by data.type.name
}

// memo is a value that is evaluated once. While it is, it refers to itself if it is asked for.
type memo struct {
	v     cty.Value
	diags hcl.Diagnostics
}

func (w *world) newScope(m *hclscan.Module, parent *scope) *scope {
	sc := &scope{
		w: w, m: m, parent: parent, certain: true, names: w.names(m.Folder),
		variables: map[string]*memo{}, locals: map[string]*memo{}, outputs: map[string]*memo{},
		modules: map[string]*expansion{}, resources: map[string]*expansion{},
	}
	sc.env = &env{sc: sc}
	return sc
}

func remembered(memos map[string]*memo, name string, evaluate func() (cty.Value, hcl.Diagnostics)) (cty.Value, hcl.Diagnostics) {
	if known := memos[name]; known != nil {
		return known.v, known.diags
	}
	m := &memo{v: cty.DynamicVal}
	memos[name] = m
	m.v, m.diags = evaluate()
	return m.v, m.diags
}

func (sc *scope) local(name string) (cty.Value, hcl.Diagnostics) {
	return remembered(sc.locals, name, func() (cty.Value, hcl.Diagnostics) {
		expr := sc.localExpr(name)
		if expr == nil {
			return cty.DynamicVal, nil
		}
		return sc.env.value(expr)
	})
}

func (sc *scope) localExpr(name string) hclsyntax.Expression {
	b := sc.names.locals[name]
	if b == nil {
		return nil
	}
	parts := b.In(sc.w.view)
	return native(parts[len(parts)-1].Expr)
}

func (sc *scope) output(name string) (cty.Value, hcl.Diagnostics) {
	return remembered(sc.outputs, name, func() (cty.Value, hcl.Diagnostics) {
		expr := sc.outputExpr(name)
		if expr == nil {
			return cty.DynamicVal, nil
		}
		return sc.env.value(expr)
	})
}

func (sc *scope) outputExpr(name string) hclsyntax.Expression {
	b := sc.names.outputs[name]
	if b == nil {
		return nil
	}
	expr, _ := argument(b.In(sc.w.view), "value")
	return expr
}

// module gives the instances of a module that the scope calls; nil if it was not read.
func (sc *scope) module(name string) *expansion {
	if known, ok := sc.modules[name]; ok {
		return known
	}
	sc.modules[name] = nil // while it is expanded, nothing of it is known
	for _, m := range sc.m.Children {
		if m.Name != name || m.Views&sc.w.view == 0 || m.Call == nil || sc.names.calls[name] != m.Call {
			continue
		}
		x := sc.expand(m.Call.In(sc.w.view))
		for i := range x.items {
			item := &x.items[i]
			item.scope = sc.w.newScope(m, sc)
			item.scope.address = joined(sc.address, "module."+name) + item.key
			item.scope.call = item.env
			item.scope.certain = sc.certain && x.kind != undecided
		}
		sc.modules[name] = x
		return x
	}
	return nil
}

func joined(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// moduleOutput follows a reference to a module, without the word module. As to the CLIs, it
// needs no more than the output that it names, if it names one: others may need what is
// being evaluated.
func (sc *scope) moduleOutput(rest hcl.Traversal) (cty.Value, bool, hcl.Diagnostics) {
	name, ok := attributeName(rest)
	if !ok {
		return cty.DynamicVal, false, nil
	}
	x := sc.module(name)
	if x == nil || x.kind == undecided {
		return cty.DynamicVal, false, nil
	}
	rest = rest[1:]
	if one := x.picked(rest); one != nil {
		if x.kind != single {
			rest = rest[1:]
		}
		if out, ok := attributeName(rest); ok {
			v, diags := one.output(out)
			if diags.HasErrors() || one.names.outputs[out] == nil {
				return cty.DynamicVal, false, nil
			}
			return steps(v, rest[1:])
		}
		return steps(one.all(), rest)
	}
	var values []cty.Value
	named := map[string]cty.Value{}
	for _, item := range x.items {
		v := item.scope.all()
		values = append(values, v)
		named[item.name] = v
	}
	if x.kind == keyed {
		return steps(cty.ObjectVal(named), rest)
	}
	return steps(cty.TupleVal(values), rest)
}

// picked is the instance of a module that a reference starts with; nil if it names none.
func (x *expansion) picked(rest hcl.Traversal) *scope {
	if one := x.item(rest); one != nil {
		return one.scope
	}
	return nil
}

// item is the instance that a reference starts with; nil if it names none.
func (x *expansion) item(rest hcl.Traversal) *instance {
	if x.kind == single {
		return &x.items[0]
	}
	if len(rest) == 0 {
		return nil
	}
	index, ok := rest[0].(hcl.TraverseIndex)
	if !ok || !index.Key.IsKnown() || index.Key.IsNull() {
		return nil
	}
	switch {
	case x.kind == keyed && index.Key.Type() == cty.String:
		for i := range x.items {
			if x.items[i].name == index.Key.AsString() {
				return &x.items[i]
			}
		}
	case x.kind == counted && index.Key.Type() == cty.Number:
		if i, accuracy := index.Key.AsBigFloat().Int64(); accuracy == 0 && i >= 0 && i < int64(len(x.items)) {
			return &x.items[i]
		}
	}
	return nil
}

// all are the outputs of a module.
func (sc *scope) all() cty.Value {
	values := map[string]cty.Value{}
	for _, name := range sortedKeys(sc.names.outputs) {
		v, diags := sc.output(name)
		if diags.HasErrors() {
			v = cty.DynamicVal
		}
		values[name] = v
	}
	return cty.ObjectVal(values)
}

// instances gives those of a resource that the scope declares; nil if it declares none.
func (sc *scope) instances(typ, name string) *expansion {
	key := typ + "." + name
	return sc.expanded(key, sc.names.resources[key])
}

func (sc *scope) expanded(key string, b *hclscan.Block) *expansion {
	if known, ok := sc.resources[key]; ok {
		return known
	}
	sc.resources[key] = nil // while it is expanded, nothing of it is known
	if b == nil {
		return nil
	}
	x := sc.expand(b.In(sc.w.view))
	sc.resources[key] = x
	return x
}

// resource is what a reference to a resource is: unknown, but certainly this resource.
func (sc *scope) resource(typ, name string) cty.Value {
	x := sc.instances(typ, name)
	if x == nil {
		return cty.DynamicVal
	}
	r := ref{address: joined(sc.address, typ+"."+name), config: joined(sc.m.Address, typ+"."+name)}
	var values []cty.Value
	named := map[string]cty.Value{}
	for _, item := range x.items {
		one := r
		one.address += item.key
		values = append(values, one.value())
		named[item.name] = one.value()
	}
	switch x.kind {
	case single:
		return values[0]
	case counted:
		return cty.TupleVal(values)
	case keyed:
		return cty.ObjectVal(named)
	case undecided:
	}
	return cty.DynamicVal
}
