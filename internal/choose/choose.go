// Package choose says which services of a catalogue the resources of a configuration
// choose, and which resource types are left out of sight.
package choose

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// LeftOut holds, by resource type, the first place where a type occurs.
type LeftOut map[string]configuration.Place

// Types lists the types, sorted.
func (l LeftOut) Types() []string { return append([]string{}, slices.Sorted(maps.Keys(l))...) }

func (l LeftOut) add(p configuration.Place) {
	if _, ok := l[p.Type]; !ok {
		l[p.Type] = p
	}
}

// Choices is what a configuration chooses.
type Choices struct {
	// Places holds, by service id, the places in the order of the configuration.
	Places map[string][]configuration.Place
	// Ignored types were told to be left out.
	Ignored LeftOut
	// Undocumented types belong to a known cloud, and no service of the catalogue covers them.
	Undocumented LeftOut
	// Opaque types can deploy anything.
	Opaque LeftOut
	// Other types choose no service.
	Other LeftOut
}

// Document is what others read of the choices.
func (choices *Choices) Document() *configuration.Document {
	return &configuration.Document{
		Schema: configuration.Schema,
		Scope: configuration.Scope{
			Ignored: choices.Ignored.Types(), Opaque: choices.Opaque.Types(), Other: choices.Other.Types(), Undocumented: choices.Undocumented.Types(),
		},
		Services: choices.Places,
	}
}

// Choosing counts the resources of a type that choose a service: to ignore the type
// because one of them chooses none leaves those out as well.
func (choices *Choices) Choosing(typeName string) int {
	wanted, places := fold(typeName), map[configuration.Place]bool{}
	for _, list := range choices.Places {
		for _, p := range list {
			if fold(p.Type) == wanted {
				p.Note = "" // may differ between the candidates of one resource
				places[p] = true
			}
		}
	}
	return len(places)
}

// azapi are the resource types of the azapi provider that say in "type" what they make.
var azapi = []string{"azapi_data_plane_resource", "azapi_resource", "azapi_resource_action", "azapi_update_resource"}

// clouds are the prefixes of the resource types of the clouds that document controls. A
// type with one of them that no service covers is a service without a baseline.
var clouds = []string{"aws_", "awscc_", "azapi_", "azuread_", "azurerm_", "google_"}

// Attributes names the attributes that decide which service a resource chooses, for
// hclscan.Options.
func Attributes(c *catalog.Catalog) map[string][]string {
	attributes := map[string][]string{}
	for typeName, names := range c.DecidingAttributes() {
		for _, name := range names {
			attributes[typeName] = append(attributes[typeName], strings.Split(name, "|")...)
		}
	}
	for _, typeName := range azapi {
		attributes[typeName] = []string{"type"}
	}
	return attributes
}

// Services reads the choices of a configuration. Types in ignore, with or without an
// ARM type's version, are left out.
func Services(c *catalog.Catalog, scanned *hclscan.Configuration, ignore []string) *Choices {
	choices := &Choices{Places: map[string][]configuration.Place{}, Ignored: LeftOut{}, Undocumented: LeftOut{}, Opaque: LeftOut{}, Other: LeftOut{}}
	ignored := map[string]bool{}
	for _, typeName := range ignore {
		ignored[fold(typeName)] = true
	}
	for _, r := range scanned.Resources {
		place := configuration.Place{Address: r.Address, Type: r.Type, Module: r.Module, File: r.File, Line: r.Line}
		armType, literal := "", true
		if slices.Contains(azapi, r.Type) {
			if armType, literal = readARMType(r.Attributes["type"]); literal {
				place.Type = armType
			}
		}
		switch {
		case ignored[fold(place.Type)]:
			// By the ARM type where that is known: "azapi_resource", as the list of opaque
			// types has it, must not take along resources whose service is known.
			choices.Ignored.add(place)
		case !literal:
			place.Note = "its type is not a literal"
			choices.Opaque.add(place)
		default:
			choices.choose(c, r, place, armType != "")
		}
	}
	return choices
}

// fold puts ARM types, which compare without case and may carry a version, in one form.
func fold(typeName string) string {
	if !strings.Contains(typeName, "/") {
		return typeName
	}
	bare, _, _ := strings.Cut(typeName, "@")
	return strings.ToLower(bare)
}

// readARMType returns the ARM type of an azapi resource without its version. It is
// known as soon as everything up to the "@" is literal.
func readARMType(a hclscan.Attribute) (string, bool) {
	text := a.Value
	if !a.Literal {
		if text = a.Prefix; !strings.Contains(text, "@") {
			return "", false
		}
	}
	bare, _, _ := strings.Cut(text, "@")
	return bare, strings.Contains(bare, "/")
}

// choose takes one resource into the choices.
func (choices *Choices) choose(c *catalog.Catalog, r hclscan.Resource, place configuration.Place, arm bool) {
	found := c.LookUpType(place.Type)
	switch found.Rule {
	case catalog.ChoosesAnything:
		choices.Opaque.add(place)
		return
	case catalog.ChoosesNothing:
		choices.Other.add(place)
		return
	}
	if len(found.Claims) == 0 {
		if arm || slices.ContainsFunc(clouds, func(prefix string) bool { return strings.HasPrefix(place.Type, prefix) }) {
			choices.Undocumented.add(place)
		} else {
			choices.Other.add(place)
		}
		return
	}
	if found.Inherited && found.Claims[0].Attribute != "" {
		// A part of a resource of one of several services: that resource's own block says
		// which, and chooses.
		choices.Other.add(place)
		return
	}
	chosen := map[string]string{} // service -> note
	for _, claim := range found.Claims {
		if hit, note := decide(claim, r, arm); hit {
			if previous, ok := chosen[claim.Service]; !ok || previous != "" {
				chosen[claim.Service] = note
			}
		}
	}
	if len(chosen) == 0 {
		attribute := found.Claims[0].Attribute
		place.Note = fmt.Sprintf("%s = %q is of no service", attribute, r.Attributes[attribute].Value)
		choices.Undocumented.add(place)
	}
	for id, note := range chosen {
		p := place
		p.Note = note
		choices.Places[id] = append(choices.Places[id], p)
	}
}

// decide reports whether a claim holds for a resource. What the files do not say makes
// it hold, with a note: a service too many is seen, one too few is not.
func decide(claim catalog.TypeClaim, r hclscan.Resource, arm bool) (bool, string) {
	if claim.Attribute == "" {
		return true, ""
	}
	if arm { // the attribute is a path within the body, which is an expression
		return true, fmt.Sprintf("%s in the body decides which service the type is, and cannot be read: every candidate counts", claim.Attribute)
	}
	names := strings.Split(claim.Attribute, "|")
	if len(names) > 1 { // blocks, of which the one that is there decides
		certain := false
		for _, name := range names {
			certain = certain || r.Attributes[name].Set && r.Attributes[name].Literal
		}
		if !certain {
			return true, fmt.Sprintf("which of the blocks %s there is cannot be read: every candidate counts", strings.Join(names, " and "))
		}
		return r.Attributes[claim.Value].Set, ""
	}
	a := r.Attributes[claim.Attribute]
	switch {
	case !a.Set:
		return true, fmt.Sprintf("%s decides which service the type is, and is not set: every candidate counts", claim.Attribute)
	case !a.Literal:
		return true, fmt.Sprintf("%s decides which service the type is, and is not a literal: every candidate counts", claim.Attribute)
	}
	return a.Value == claim.Value, ""
}
