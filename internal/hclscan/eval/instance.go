package eval

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// Instance is a declared resource instance. Where it is not certain how many there are,
// one that is not Certain stands for them all.
type Instance struct {
	Address string // module.m["k"].azurerm_key_vault.a[0]; [*] where the key is not known
	Config  string // the same without instance keys
	Type    string
	Name    string
	Module  string // address of the module without instance keys
	File    string // relative to the root module, with forward slashes
	Line    int

	Certain bool     // whether it exists for sure
	Reasons []Reason // why not

	bodies     []body // as each CLI reads it
	evaluation *Evaluation
}

// body is the block of a resource instance as one CLI reads it.
type body struct {
	parts   []hclscan.Part
	env     *env
	ignored []hcl.Expression // lists of ignore_changes
}

// State is what is certain of an argument.
type State uint8

const (
	// Unknown is the state of what is not certain. It is the zero value.
	Unknown State = iota

	// Absent is the state of an argument or block that is left out, or null.
	Absent

	// Known is the state of an argument whose whole value is certain, or of a block that
	// is certainly there.
	Known
)

// Element is what a path leads to: an argument, or one in each of several blocks.
type Element struct {
	State   State
	Value   cty.Value // if it is Known; of a block an empty object
	Reasons []Reason  // if it is Unknown
	File    string    // where the argument stands, or else its block: relative to the root module
	Line    int

	// ObjectText says of one that is Unknown that it is certainly a text, and starts as the JSON
	// of an object that is not empty does: neither null nor empty, whatever else it says.
	ObjectText bool
}

// Reference is a resource whose attribute an argument certainly is, as it is.
type Reference struct {
	Certain   bool
	Instance  string // address with instance keys
	Config    string // the same without
	Attribute string // "id"
	Reasons   []Reason
	File      string
	Line      int
}

// Instances are all resource instances of the configuration, sorted by address.
func (e *Evaluation) Instances() []*Instance { return e.instances }

// Instance is one of them by its address; nil if there is none.
func (e *Evaluation) Instance(address string) *Instance { return e.names[address] }

func (e *Evaluation) list() {
	for i, w := range e.worlds {
		e.listScope(w.root, i)
	}
	for _, inst := range e.names {
		if len(inst.bodies) < len(e.worlds) {
			inst.Certain = false
			inst.Reasons = sortReasons(append(inst.Reasons, Reason{Kind: OfViews}))
		}
		e.instances = append(e.instances, inst)
	}
	slices.SortFunc(e.instances, func(a, b *Instance) int { return cmp.Compare(a.Address, b.Address) })
}

func (e *Evaluation) listScope(sc *scope, world int) {
	for _, key := range sortedKeys(sc.names.resources) {
		b := sc.names.resources[key]
		if b == nil {
			continue
		}
		x := sc.instances(b.Type, b.Name)
		for _, item := range x.items {
			e.enter(sc, b, x, item, world)
		}
	}
	for _, name := range sortedKeys(sc.names.calls) {
		if x := sc.module(name); x != nil {
			for _, item := range x.items {
				e.listScope(item.scope, world)
			}
		}
	}
}

func (e *Evaluation) enter(sc *scope, b *hclscan.Block, x *expansion, item instance, world int) {
	parts := b.In(sc.w.view)
	address := joined(sc.address, b.Type+"."+b.Name) + item.key
	inst := e.names[address]
	if inst == nil {
		if world > 0 {
			// Only OpenTofu declares it.
			inst = &Instance{Reasons: []Reason{{Kind: OfViews}}}
		} else {
			inst = &Instance{Certain: true}
		}
		inst.evaluation, inst.Address, inst.Config = e, address, joined(sc.m.Address, b.Type+"."+b.Name)
		inst.Type, inst.Name, inst.Module = b.Type, b.Name, sc.m.Address
		inst.File, inst.Line = sc.m.Place(parts[0]), parts[0].Line
		e.names[address] = inst
	}
	if !sc.certain || x.kind == undecided {
		inst.Certain = false
		inst.Reasons = sortReasons(append(inst.Reasons, sc.undecidedBy(x)...))
	}
	inst.bodies = append(inst.bodies, body{parts, item.env, ignored(parts)})
}

// Argument is what a path leads to: names of arguments and nested blocks, joined by dots,
// such as site_config.ip_restriction[].ip_address. Brackets say that a block may repeat;
// they are for the reader. Through a block that repeats, or a list of objects, a path
// leads to one element each, and to none if there is none and the path has brackets;
// without, to one that is Absent. An argument that is JSON is read as what it encodes.
//
// An argument whose changes are ignored is Unknown, since the resource may have any value.
func (i *Instance) Argument(path string) []Element {
	var all []Element
	for k, b := range i.bodies {
		elements := b.elements(path)
		if k == 0 {
			all = elements
		} else if !slices.EqualFunc(all, elements, sameElement) {
			all = []Element{{Reasons: []Reason{{Kind: OfViews}}, File: i.File, Line: i.Line}}
		}
	}
	return all
}

func sameElement(a, b Element) bool {
	return a.State == b.State && a.ObjectText == b.ObjectText && (a.State != Known || a.Value.RawEquals(b.Value))
}

// References are the resources that the argument at a path refers to, one for each
// element of what it leads to. Certain are those that two witnesses agree on: that the
// value is an attribute of that resource as it is, and that the expression, with all that
// it refers to, names no other resource.
func (i *Instance) References(path string) []Reference {
	var all []Reference
	for k, b := range i.bodies {
		found := b.references(path)
		if k == 0 {
			all = found
		} else if !slices.EqualFunc(all, found, func(a, b Reference) bool {
			return a.Certain == b.Certain && a.Instance == b.Instance && a.Attribute == b.Attribute
		}) {
			all = []Reference{{Reasons: []Reason{{Kind: OfViews}}, File: i.File, Line: i.Line}}
		}
	}
	return all
}

func splitPath(path string) []string { return strings.Split(strings.ReplaceAll(path, "[]", ""), ".") }
