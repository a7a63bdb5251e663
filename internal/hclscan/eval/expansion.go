package eval

import (
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// expansion are the instances of a module or a resource.
type expansion struct {
	kind  expansionKind
	items []instance
	from  hclsyntax.Expression // count or for_each
}

type expansionKind uint8

const (
	single expansionKind = iota
	counted
	keyed
	undecided // one instance stands for any number, also none
)

// instance is one of an expansion.
type instance struct {
	key   string // as addresses write it: [0], ["a"]; empty for the single one
	name  string // the key of a map
	env   *env   // what each and count are to it
	scope *scope // of a module
}

// expand finds out how many instances a block has, by its count or for_each.
func (sc *scope) expand(parts []hclscan.Part) *expansion {
	if enabled(parts) {
		return sc.any(nil)
	}
	if expr, _ := argument(parts, "count"); expr != nil {
		return sc.count(expr)
	}
	if expr, _ := argument(parts, "for_each"); expr != nil {
		return sc.forEach(expr)
	}
	x := &expansion{items: []instance{{env: sc.env}}}
	if !sc.w.budget.admit(1) {
		return sc.any(nil)
	}
	return x
}

// enabled tells whether a lifecycle block says whether there is an instance, as OpenTofu
// from 1.11 on lets it.
func enabled(parts []hclscan.Part) bool {
	for _, p := range parts {
		content, _, _ := p.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "lifecycle"}}})
		for _, b := range content.Blocks {
			if expr, _ := argument([]hclscan.Part{{Body: b.Body}}, "enabled"); expr != nil {
				return true
			}
		}
	}
	return false
}

func (sc *scope) any(from hclsyntax.Expression) *expansion {
	n := &env{sc: sc, key: cty.DynamicVal, element: cty.DynamicVal, index: cty.DynamicVal, each: source{from, sc.env}}
	return &expansion{kind: undecided, from: from, items: []instance{{key: "[*]", env: n}}}
}

func (sc *scope) count(expr hclsyntax.Expression) *expansion {
	v, diags := sc.env.value(expr)
	v = plain(v)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() {
		return sc.any(expr)
	}
	number, err := convert.Convert(v, cty.Number)
	if err != nil {
		return sc.any(expr)
	}
	n, accuracy := number.AsBigFloat().Int64()
	if accuracy != 0 || n < 0 || !sc.w.budget.admit(int(min(n, 1<<30))) {
		return sc.any(expr)
	}
	x := &expansion{kind: counted, from: expr}
	for i := range n {
		key := "[" + strconv.FormatInt(i, 10) + "]"
		x.items = append(x.items, instance{key: key, env: &env{sc: sc, index: cty.NumberIntVal(i)}})
	}
	return x
}

func (sc *scope) forEach(expr hclsyntax.Expression) *expansion {
	v, diags := sc.env.value(expr)
	if diags.HasErrors() || refers(v) {
		return sc.any(expr)
	}
	v = unmarkTop(v)
	ty := v.Type()
	switch {
	case !v.IsKnown() || v.IsNull():
		return sc.any(expr)
	case ty.IsSetType() && !v.IsWhollyKnown(), !ty.IsSetType() && !ty.IsMapType() && !ty.IsObjectType():
		return sc.any(expr)
	}
	if !sc.w.budget.admit(v.LengthInt()) {
		return sc.any(expr)
	}
	x := &expansion{kind: keyed, from: expr}
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if key.Type() != cty.String || key.IsNull() {
			return sc.any(expr)
		}
		name := key.AsString()
		x.items = append(x.items, instance{
			key: words.Sprintf("[%q]", name), name: name,
			env: &env{sc: sc, key: key, element: element, each: source{expr, sc.env}},
		})
	}
	return x
}
