package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// ResourceType is a Terraform resource type, a prefix of several ("aws_s3_"), or an
// ARM type of azapi ("Microsoft.KeyVault/vaults", compared without case), that
// creates or configures a service.
type ResourceType struct {
	Type string
	// By says which of several services is meant, "" where the type alone does; Value is
	// what it says for this one.
	By    Decider
	Value string
}

// Decider is what of a resource decides between the services that share its type: the
// value of an attribute, or which of several blocks there is. It is made by ParseDecider;
// "" is nothing.
type Decider string

// ParseDecider reads a Decider as a catalogue file has it: the name of an attribute, of an
// ARM type a path within its body, or the names of blocks with "|" between.
func ParseDecider(s string) (Decider, error) {
	if slices.Contains(strings.Split(s, "|"), "") {
		return "", words.Errorf("%q is malformed, expected an attribute, or blocks with | between", s)
	}
	return Decider(s), nil
}

// Blocks are the names of the blocks, nil where an attribute decides. The value that they
// have is the name of the one that is there.
func (d Decider) Blocks() []string {
	if names := d.Names(); len(names) > 1 {
		return names
	}
	return nil
}

// Names are the attributes and blocks that have to be read.
func (d Decider) Names() []string { return strings.Split(string(d), "|") }

// Key is the form in which types are compared: ARM types without case.
func (r ResourceType) Key() string { return typeKey(r.Type) }

func typeKey(typeName string) string {
	if strings.Contains(typeName, "/") {
		return strings.ToLower(typeName)
	}
	return typeName
}

// TypeClaim says that a resource type creates or configures a service: always, or,
// where several services share the type, when By says the value.
type TypeClaim struct {
	Service string
	By      Decider // "" where the type alone decides
	Value   string
}

// Chosen says what a resource type chooses where it is not one service.
type Chosen string

// The values of TypeRule.Chooses.
const (
	ChoosesNothing  Chosen = "nothing"  // it adds to what other resources choose: a role assignment
	ChoosesAnything Chosen = "anything" // it can deploy any service: a template deployment
)

// Chooses lists every Chosen.
var Chooses = []Chosen{ChoosesNothing, ChoosesAnything}

// TypeRule says of a resource type, of a prefix of several, or of an ARM type and the
// types below it, that it chooses not a service, but nothing or anything.
type TypeRule struct {
	Type    string
	Chooses Chosen
}

// Key is the form in which types are compared: ARM types without case.
func (r TypeRule) Key() string { return typeKey(r.Type) }

// TypeLookup is what the catalogue knows of a resource type; the zero value is nothing.
type TypeLookup struct {
	// Rule, where it is not "", says all: the claims are those of what it creates.
	Rule Chosen
	// Claims are the services that it creates or configures, sorted.
	Claims []TypeClaim
	// Inherited says that the claims are those of a parent of the ARM type.
	Inherited bool
	// Corrected is the correction by which it is known so, nil for none.
	Corrected *Correction
}

// LookUpType returns what is known of a Terraform or ARM resource type: under its own
// name; else by the longest prefix of a Terraform type ("aws_s3_"), or the nearest
// parent of an ARM type (what is within a storage account belongs to the account's
// service). An ARM type may carry a version ("…@2023-07-01"). A claim with an attribute
// holds for resources whose attribute has that value; where it is not known, any may.
func (c *Catalog) LookUpType(typeName string) TypeLookup {
	claims := c.types()
	bare, _, _ := strings.Cut(typeName, "@")
	for i, key := range typeKeys(bare) {
		rule, ruled := c.rules[key]
		found, claimed := claims[key]
		if ruled || claimed {
			return TypeLookup{
				Rule: rule, Claims: slices.Clone(found), Inherited: i > 0 &&
					strings.Contains(key, "/"), Corrected: c.correctionOf(key),
			}
		}
	}
	return TypeLookup{}
}

// typeKeys lists the keys under which a type may be known, the nearest first.
func typeKeys(typeName string) []string {
	key := typeKey(typeName)
	keys := []string{key}
	if namespace := strings.Index(key, "/"); namespace >= 0 {
		for end := strings.LastIndex(key, "/"); end > namespace; end = strings.LastIndex(key[:end], "/") {
			keys = append(keys, key[:end])
		}
		return keys
	}
	for end := strings.LastIndex(key, "_"); end > 0; end = strings.LastIndex(key[:end], "_") {
		keys = append(keys, key[:end+1])
	}
	return keys
}

// TypeClaims lists the services that a resource type creates or configures, sorted by
// service; see LookUpType.
func (c *Catalog) TypeClaims(typeName string) []TypeClaim { return c.LookUpType(typeName).Claims }

// Deciders lists, by resource type, what decides between services, sorted.
func (c *Catalog) Deciders() map[string][]Decider {
	deciders := map[string][]Decider{}
	for _, e := range c.services {
		for _, rt := range e.summary.ResourceTypes {
			if rt.By != "" && !slices.Contains(deciders[rt.Type], rt.By) {
				deciders[rt.Type] = append(deciders[rt.Type], rt.By)
			}
		}
	}
	for _, list := range deciders {
		slices.Sort(list)
	}
	return deciders
}

// ServicesOfType lists the ids of the services of TypeClaims, sorted, whatever the
// attributes say that decide between them.
func (c *Catalog) ServicesOfType(typeName string) []string {
	var ids []string
	for _, claim := range c.TypeClaims(typeName) {
		ids = append(ids, claim.Service)
	}
	return slices.Compact(ids)
}

// typeIndex lists the claims of every resource type and prefix by its key. A prefix is
// told from a type by the underscore at its end, which no type has.
func typeIndex(services map[string]*entry) map[string][]TypeClaim {
	index := make(map[string][]TypeClaim, len(services))
	for id, e := range services {
		for _, rt := range e.summary.ResourceTypes {
			index[rt.Key()] = append(index[rt.Key()], TypeClaim{id, rt.By, rt.Value})
		}
	}
	for key, claims := range index {
		slices.SortFunc(claims, func(a, b TypeClaim) int {
			return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.By, b.By), cmp.Compare(a.Value, b.Value))
		})
		index[key] = slices.Compact(claims) // two sources may write one ARM type differently
	}
	return index
}

// claimTypes takes a type that a later source claims away from the services of earlier
// ones: a type belongs to one service, unless an attribute decides.
func claimTypes(services map[string]*entry, parts map[string][]part) {
	type claim struct {
		layer int
		id    string
	}
	// By the type alone where that is all a source names, else with the attribute. What the
	// first source claims it takes from nobody.
	latest := map[ResourceType]claim{}
	for id, stack := range parts {
		for _, p := range stack {
			if p.layer == 0 {
				continue
			}
			for _, rt := range p.summary.ResourceTypes {
				rt.Type = rt.Key()
				if current, ok := latest[rt]; !ok || p.layer > current.layer {
					latest[rt] = claim{p.layer, id}
				}
			}
		}
	}
	for id, stack := range parts {
		lost := func(rt ResourceType) bool {
			rt.Type = rt.Key()
			for _, key := range []ResourceType{{Type: rt.Type}, rt} {
				if by, ok := latest[key]; ok && by.id != id && by.layer > lastGiven(stack, rt) {
					return true
				}
			}
			return false
		}
		if summary := services[id].summary; slices.ContainsFunc(summary.ResourceTypes, lost) {
			poorer := *summary
			poorer.ResourceTypes = slices.DeleteFunc(slices.Clone(summary.ResourceTypes), lost)
			services[id].summary = &poorer
		}
	}
}

// lastGiven is the last layer that says that a service has a type.
func lastGiven(stack []part, wanted ResourceType) int {
	last := 0
	for _, p := range stack {
		if slices.ContainsFunc(p.summary.ResourceTypes, func(rt ResourceType) bool {
			rt.Type = rt.Key()
			return rt == wanted
		}) {
			last = p.layer
		}
	}
	return last
}
