package choose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// importedNote is of what only an import block declares: with -generate-config-out the
// CLI writes the resource block while it plans, after the files were read.
const importedNote = "imported, without a resource block yet"

// chooser takes the resources of a configuration into its choices, one by one.
type chooser struct {
	catalog  *catalog.Catalog
	choices  *Choices
	ignored  map[string]bool             // folded
	declared map[string]hclscan.Resource // by address
	armTypes map[string]bool             // of azapi resources, folded
}

func newChooser(c *catalog.Catalog, scanned *hclscan.Configuration, ignore []string) *chooser {
	ch := &chooser{
		catalog: c,
		choices: &Choices{
			Places:  map[string][]configuration.Place{},
			Ignored: LeftOut{}, Undocumented: LeftOut{}, Opaque: LeftOut{}, Other: LeftOut{},
			Corrected: map[string]catalog.Correction{},
		},
		ignored:  map[string]bool{},
		declared: map[string]hclscan.Resource{},
		armTypes: map[string]bool{},
	}
	for _, typeName := range ignore {
		ch.ignored[fold(typeName)] = true
	}
	for _, r := range scanned.Resources {
		if r.Kind != hclscan.Declared {
			continue
		}
		ch.declared[r.Address] = r
		if slices.Contains(azapi, r.Type) {
			if armType, ok := readARMType(r.Attributes["type"]); ok {
				ch.armTypes[fold(armType)] = true
			}
		}
	}
	return ch
}

func placeOf(r hclscan.Resource) configuration.Place {
	return configuration.Place{Address: r.Address, Type: r.Type, Module: r.Module, File: r.File, Line: r.Line}
}

// resource takes one resource into the choices.
func (ch *chooser) resource(r hclscan.Resource) {
	place := placeOf(r)
	armType, literal := "", true
	if slices.Contains(azapi, r.Type) {
		if armType, literal = readARMType(r.Attributes["type"]); literal {
			place.Type = armType
		}
	}
	if ch.ignored[fold(place.Type)] {
		// By the ARM type where that is known: "azapi_resource", as the list of opaque
		// types has it, must not take along resources whose service is known.
		ch.choices.Ignored.add(place)
		ch.provisioners(r, place)
		return
	}
	runs := ch.provisioners(r, place)
	switch {
	case literal:
		ch.choose(r, place, armType != "", runs)
	case r.Kind == hclscan.Imported:
		place.Note = importedNote + ", so that its type is not known"
		ch.choices.Opaque.add(place)
	default:
		place.Note = "its type is not a literal"
		ch.choices.Opaque.add(place)
	}
}

// provisioners lists a resource among the opaque ones for each of its provisioners that
// can deploy anything, under a name of its own: whoever ignores what a virtual machine
// runs at its birth does not ignore the virtual machine. The "file" provisioner copies
// files and runs nothing; others than the three of today's CLIs come from plugins.
func (ch *chooser) provisioners(r hclscan.Resource, place configuration.Place) (runs bool) {
	for _, provisioner := range r.Provisioners {
		if provisioner == "file" {
			continue
		}
		p := place
		p.Type += " with " + provisioner
		p.Note = "its provisioner can deploy anything"
		if ch.ignored[fold(p.Type)] || ch.ignored[fold(place.Type)] {
			ch.choices.Ignored.add(p)
			continue
		}
		ch.choices.Opaque.add(p)
		runs = true
	}
	return runs
}

// program takes a block that is no resource, and runs something, into the choices.
func (ch *chooser) program(r hclscan.Resource) {
	place := placeOf(r)
	if r.Kind == hclscan.Removed {
		ch.provisioners(r, place)
		return
	}
	place.Type, place.Note = "data."+r.Type, "runs a program"
	if r.Kind == hclscan.Action {
		place.Type, place.Note = "action."+r.Type, "an action can do anything"
	}
	if ch.ignored[place.Type] {
		ch.choices.Ignored.add(place)
		return
	}
	ch.choices.Opaque.add(place)
}

// choose takes a resource of a known type into the choices. One that runs a program is
// listed already, and is nothing other.
func (ch *chooser) choose(r hclscan.Resource, place configuration.Place, arm, runs bool) {
	other := ch.choices.Other
	if runs {
		other = LeftOut{}
	}
	found := ch.catalog.LookUpType(place.Type)
	if found.Corrected != nil {
		ch.choices.Corrected[place.Type] = *found.Corrected
	}
	switch {
	case found.Rule == catalog.ChoosesAnything:
		ch.choices.Opaque.add(place)
	case found.Rule == catalog.ChoosesNothing:
		other.add(place)
	case len(found.Claims) > 0 && found.Inherited && found.Claims[0].By != "":
		// A part of a resource of one of several services, of which the resource's own
		// block says which, and chooses.
		if whole := ch.wholeOf(place.Type); ch.isThere(whole, r, found.Claims) {
			other.add(place)
		} else {
			place.Note = fmt.Sprintf("a part of %s, of which no block is in the configuration: every candidate counts", whole)
			ch.claim(found.Claims, r, place, func(catalog.TypeClaim) (bool, string) { return true, place.Note })
		}
	case len(found.Claims) > 0:
		ch.claim(found.Claims, r, place, func(claim catalog.TypeClaim) (bool, string) { return decide(claim, r, arm) })
	case ch.catalog.CloudOfType(place.Type) != "":
		ch.choices.Undocumented.add(place)
	default:
		other.add(place)
	}
}

// wholeOf is the ARM type, above one that is a part, that services claim.
func (ch *chooser) wholeOf(armType string) string {
	for ch.catalog.LookUpType(armType).Inherited {
		armType = armType[:strings.LastIndex(armType, "/")]
	}
	return armType
}

// isThere tells whether the whole of a part has a block of its own: one of its ARM type
// anywhere in the configuration, or the one that the part refers to, if that is another
// azapi resource or one of a candidate's types. Not every block of a candidate would do:
// a plan says nothing of which service the site on it is.
func (ch *chooser) isThere(whole string, part hclscan.Resource, claims []catalog.TypeClaim) bool {
	if ch.armTypes[fold(whole)] {
		return true
	}
	for _, name := range []string{"parent_id", "resource_id"} {
		address := part.Attributes[name].Reference
		if address != "" && part.Module != "" {
			address = part.Module + "." + address
		}
		r, ok := ch.declared[address]
		if !ok {
			continue
		}
		if slices.Contains(azapi, r.Type) || shareService(claims, ch.catalog.LookUpType(r.Type).Claims) {
			return true
		}
	}
	return false
}

func shareService(a, b []catalog.TypeClaim) bool {
	return slices.ContainsFunc(a, func(one catalog.TypeClaim) bool {
		return slices.ContainsFunc(b, func(other catalog.TypeClaim) bool { return one.Service == other.Service })
	})
}

// claim adds a place to the services of the claims that hold.
func (ch *chooser) claim(
	claims []catalog.TypeClaim, r hclscan.Resource, place configuration.Place, holds func(catalog.TypeClaim) (bool, string),
) {
	chosen := map[string]string{} // service -> note
	for _, claim := range claims {
		hit, note := holds(claim)
		if !hit {
			continue
		}
		if r.Kind == hclscan.Imported {
			if note != "" {
				note = ": every candidate counts"
			}
			note = importedNote + note
		}
		if previous, ok := chosen[claim.Service]; !ok || previous != "" {
			chosen[claim.Service] = note
		}
	}
	if len(chosen) == 0 {
		by := claims[0].By
		place.Note = words.Sprintf("%s = %q is of no service", by, r.Attributes[string(by)].Value)
		ch.choices.Undocumented.add(place)
	}
	for id, note := range chosen {
		p := place
		p.Note = note
		ch.choices.Places[id] = append(ch.choices.Places[id], p)
	}
}

// decide reports whether a claim holds for a resource. What the files do not say makes
// it hold, with a note: a service too many is seen, one too few is not.
func decide(claim catalog.TypeClaim, r hclscan.Resource, arm bool) (holds bool, note string) {
	if claim.By == "" {
		return true, ""
	}
	if arm { // the attribute is a path within the body, which is an expression
		return true, fmt.Sprintf(
			"%s in the body decides which service the type is, and cannot be read: every candidate counts", claim.By)
	}
	if blocks := claim.By.Blocks(); blocks != nil { // of which the one that is there decides
		certain := false
		for _, name := range blocks {
			certain = certain || r.Attributes[name].Set && r.Attributes[name].Literal
		}
		if !certain {
			return true, fmt.Sprintf(
				"which of the blocks %s there is cannot be read: every candidate counts", strings.Join(blocks, " and "))
		}
		return r.Attributes[claim.Value].Set, ""
	}
	a := r.Attributes[string(claim.By)]
	switch {
	case !a.Set:
		return true, fmt.Sprintf("%s decides which service the type is, and is not set: every candidate counts", claim.By)
	case !a.Literal:
		return true, fmt.Sprintf("%s decides which service the type is, and is not a literal: every candidate counts", claim.By)
	}
	return a.Value == claim.Value, ""
}
