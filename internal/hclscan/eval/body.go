package eval

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// spot is a place in a block that a path leads to.
type spot struct {
	kind spotKind
	env  *env
	expr hclsyntax.Expression // of an argument; of what decides, where it is open
	rest []string             // of the path, within the argument's value
	part hclscan.Part
}

type spotKind uint8

const (
	leftOut spotKind = iota
	ofArgument
	ofBlock
	open // a dynamic block of which it is not known how often it is there
)

// spots finds what a path leads to.
func (b body) spots(path []string) []spot {
	return find(b.parts, b.env, path, b.parts[0])
}

// find goes down from a block, given with its override blocks. The place of what is not
// there is that of the block.
func find(parts []hclscan.Part, n *env, path []string, place hclscan.Part) []spot {
	if expr, part := argument(parts, path[0]); expr != nil {
		if part.File == "" {
			part.File = place.File
		}
		all := []spot{{kind: ofArgument, env: n, expr: expr, rest: path[1:], part: part}}
		return append(all, besides(part, n, path)...)
	}
	for _, p := range slices.Backward(parts) {
		var all []spot
		found := false
		for _, block := range blocksOf(p.Body, path[0]) {
			at := hclscan.Part{Body: block.Body, File: p.File, Line: block.DefRange.Start.Line}
			switch {
			case block.Type == path[0] && len(block.Labels) == 0:
				found = true
				all = append(all, within(at, n, path[1:])...)
			case block.Type == "dynamic" && len(block.Labels) == 1 && block.Labels[0] == path[0]:
				found = true
				all = append(all, dynamic(at, n, path)...)
			}
		}
		if found { // an override file's blocks replace all of their type
			return all
		}
	}
	return []spot{{kind: leftOut, env: n, part: place}}
}

// besides are the dynamic blocks that a body in JSON has besides blocks of the same type, which
// look like an argument there.
func besides(part hclscan.Part, n *env, path []string) []spot {
	if _, ok := part.Body.(*hclsyntax.Body); ok {
		return nil
	}
	var all []spot
	content, _, _ := part.Body.PartialContent(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: "dynamic", LabelNames: []string{"type"}}},
	})
	for _, block := range content.Blocks {
		if block.Labels[0] == path[0] {
			at := hclscan.Part{Body: block.Body, File: part.File, Line: block.DefRange.Start.Line}
			all = append(all, dynamic(at, n, path)...)
		}
	}
	return all
}

// blocksOf are the blocks of a type and the dynamic blocks of a body.
func blocksOf(body hcl.Body, typ string) []*hcl.Block {
	if native, ok := body.(*hclsyntax.Body); ok { // what follows does the same, at ten times the cost
		var all []*hcl.Block
		for _, block := range native.Blocks {
			if block.Type == typ || block.Type == "dynamic" {
				all = append(all, block.AsHCLBlock())
			}
		}
		return all
	}
	content, _, _ := body.PartialContent(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: typ}, {Type: "dynamic", LabelNames: []string{"type"}}},
	})
	return content.Blocks
}

func within(at hclscan.Part, n *env, path []string) []spot {
	if len(path) == 0 {
		return []spot{{kind: ofBlock, env: n, part: at}}
	}
	return find([]hclscan.Part{at}, n, path, at)
}

// dynamicWork is what one element of a dynamic block costs: a scope of its own.
const dynamicWork = 500

// dynamic goes through the blocks that a dynamic block stands for.
func dynamic(at hclscan.Part, n *env, path []string) []spot {
	parts := []hclscan.Part{at}
	forEach, _ := argument(parts, "for_each")
	iterator, _ := argument(parts, "iterator")
	name := path[0]
	if iterator != nil {
		if name = hcl.ExprAsKeyword(iterator); name == "" {
			forEach = nil
		}
	}
	content, _, _ := at.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "content"}}})
	unknown := []spot{{kind: open, env: n, expr: forEach, part: at}}
	if forEach == nil || len(content.Blocks) != 1 {
		return unknown
	}
	v, diags := n.value(forEach)
	if diags.HasErrors() || refers(v) {
		return unknown
	}
	v = unmarkTop(v)
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() || v.Type().IsSetType() && !v.IsWhollyKnown() {
		return unknown
	}
	var all []spot
	for it := v.ElementIterator(); it.Next(); {
		if !n.sc.w.budget.spend(dynamicWork) {
			return unknown
		}
		key, element := it.Element()
		inner := *n
		inner.ctx = n.ctx.NewChild()
		inner.ctx.Variables = map[string]cty.Value{name: cty.ObjectVal(map[string]cty.Value{"key": key, "value": element})}
		inner.iterations = maps.Clone(n.iterations)
		if inner.iterations == nil {
			inner.iterations = map[string]source{}
		}
		inner.iterations[name] = source{forEach, n}
		block := hclscan.Part{Body: content.Blocks[0].Body, File: at.File, Line: at.Line}
		all = append(all, within(block, &inner, path[1:])...)
	}
	return all
}

func (b body) elements(path string) []Element {
	names := splitPath(path)
	spots := b.spots(names)
	if len(spots) == 0 && !strings.Contains(path, "[]") {
		spots = []spot{{kind: leftOut, env: b.env, part: b.parts[0]}}
	}
	if len(spots) == 1 && spots[0].kind == leftOut && strings.Contains(path, "[]") && !b.there(path) {
		spots = nil
	}
	var all []Element
	for _, s := range spots {
		all = append(all, s.elements()...)
	}
	if b.ignores(names) {
		place := Element{File: b.env.sc.m.Place(b.parts[0]), Line: b.parts[0].Line}
		if len(all) > 0 {
			place = all[0]
		}
		return []Element{{Reasons: []Reason{{Kind: OfIgnored, Name: path}}, File: place.File, Line: place.Line}}
	}
	return all
}

// there tells whether the block is there that a path has brackets after.
func (b body) there(path string) bool {
	before, _, _ := strings.Cut(path, "[]")
	for _, s := range b.spots(splitPath(before)) {
		if s.kind != leftOut {
			return true
		}
	}
	return false
}

func (s spot) elements() []Element {
	at := Element{File: s.env.sc.m.Place(s.part), Line: s.part.Line}
	switch s.kind {
	case leftOut:
		at.State = Absent
		return []Element{at}
	case ofBlock:
		at.State, at.Value = Known, cty.EmptyObjectVal
		return []Element{at}
	case open:
		at.Reasons = s.env.why(s.expr)
		return []Element{at}
	case ofArgument:
	}
	expr := s.expr
	if call, ok := expr.(*hclsyntax.FunctionCallExpr); ok && len(s.rest) > 0 && functionName(call.Name) == "jsonencode" &&
		len(call.Args) == 1 {
		expr = call.Args[0]
	}
	v, diags := s.env.value(expr)
	if diags.HasErrors() {
		at.Reasons = []Reason{{Kind: OfExpression}}
		return []Element{at}
	}
	var all []Element
	for _, state := range s.valuesAt(v, s.rest) {
		e := at
		e.State, e.Value, e.ObjectText = state.State, state.Value, state.ObjectText
		if e.State == Unknown {
			e.Reasons = s.env.why(expr)
		}
		all = append(all, e)
	}
	return all
}

// valuesAt follows a path within a value.
//
//nolint:cyclop // a case for each kind of value
func (s spot) valuesAt(v cty.Value, path []string) []Element {
	if refers(v) {
		return []Element{{}}
	}
	v = unmarkTop(v)
	switch {
	case !v.IsKnown():
		return []Element{{ObjectText: len(path) == 0 && isObjectText(v)}}
	case v.IsNull():
		return []Element{{State: Absent}}
	case len(path) == 0:
		if v = plain(v); !v.IsWhollyKnown() {
			return []Element{{}}
		}
		return []Element{{State: Known, Value: v}}
	}
	switch ty := v.Type(); {
	case sequence(ty):
		if ty.IsSetType() && !v.IsWhollyKnown() {
			return []Element{{}}
		}
		var all []Element
		for _, element := range children(v) {
			all = append(all, s.valuesAt(element, path)...)
		}
		return all
	case ty.IsObjectType():
		if otherwiseSpelt(ty.AttributeTypes(), path[0]) {
			return []Element{{}}
		}
		if !ty.HasAttribute(path[0]) {
			return []Element{{State: Absent}}
		}
		return s.valuesAt(v.GetAttr(path[0]), path[1:])
	case ty.IsMapType():
		key := cty.StringVal(path[0])
		if has := v.HasIndex(key); !has.IsKnown() || otherwiseSpelt(v.AsValueMap(), path[0]) {
			return []Element{{}}
		} else if has.False() {
			return []Element{{State: Absent}}
		}
		return s.valuesAt(v.Index(key), path[1:])
	case ty == cty.String && openers(v.AsString()) < maxNesting:
		if decoded, err := stdlib.JSONDecode(v); err == nil && decoded.Type() != cty.String {
			return s.valuesAt(decoded, path)
		}
	}
	return []Element{{}}
}

// otherwiseSpelt tells whether an object has a name that differs from another in its case
// alone. In what is sent to ARM, both are the same.
func otherwiseSpelt[V any](names map[string]V, name string) bool {
	for other := range names {
		if other != name && strings.EqualFold(other, name) {
			return true
		}
	}
	return false
}

func (b body) references(path string) []Reference {
	names := splitPath(path)
	if b.ignores(names) {
		return []Reference{{
			Reasons: []Reason{{Kind: OfIgnored, Name: path}}, File: b.env.sc.m.Place(b.parts[0]), Line: b.parts[0].Line,
		}}
	}
	var all []Reference
	for _, s := range b.spots(names) {
		switch s.kind {
		case leftOut, ofBlock:
		case open:
			all = append(all, Reference{Reasons: s.env.why(s.expr), File: s.env.sc.m.Place(s.part), Line: s.part.Line})
		case ofArgument:
			all = append(all, s.references()...)
		}
	}
	return all
}

func (s spot) references() []Reference {
	exprs := []hclsyntax.Expression{s.expr}
	if tuple, ok := s.expr.(*hclsyntax.TupleConsExpr); ok && len(s.rest) == 0 {
		exprs = tuple.Exprs
	}
	var all []Reference
	for _, expr := range exprs {
		found := Reference{File: s.env.sc.m.Place(s.part), Line: s.part.Line}
		v, diags := s.env.value(expr)
		if !diags.HasErrors() {
			for _, name := range s.rest {
				if v, _, diags = step(v, hcl.TraverseAttr{Name: name}); diags.HasErrors() {
					v = cty.DynamicVal
				}
			}
		}
		if v != cty.NilVal && isNull(v) {
			continue
		}
		r, ok := refOf(v)
		if ok && s.env.closureOf(expr).only(r.config) {
			found.Certain, found.Instance, found.Config, found.Attribute = true, r.address, r.config, r.path
		} else {
			found.Reasons = s.env.why(expr)
		}
		all = append(all, found)
	}
	return all
}
