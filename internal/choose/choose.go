// Package choose says which services of a catalogue the resources of a configuration
// choose, and which resource types are left out of sight.
package choose

import (
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
	// Corrected holds, by declared type, the correction of the catalogue by which it chooses
	// what it does.
	Corrected map[string]catalog.Correction
	// UnreadModules are called, and what they declare is not known.
	UnreadModules []configuration.UnreadModule
	// Variables names the root variables that whoever evaluates the configuration has values of, sorted.
	Variables []string
	// Settings are what whoever evaluates the configuration adds; nil if nobody does.
	Settings map[string]map[string]configuration.Setting
	// Conditions are likewise what shows whether documented conditions are met.
	Conditions map[string]map[string]map[string]configuration.Setting
}

// Document is what others read of the choices.
func (choices *Choices) Document() *configuration.Document {
	return &configuration.Document{
		Schema: configuration.Schema,
		Scope: configuration.Scope{
			Ignored: choices.Ignored.Types(), Opaque: choices.Opaque.Types(), Other: choices.Other.Types(),
			Undocumented: choices.Undocumented.Types(), UnreadModules: choices.UnreadModules,
			Variables: choices.Variables,
		},
		Services: choices.Places,
		Settings: choices.Settings, Conditions: choices.Conditions,
	}
}

// UnreadAddresses lists the addresses of the modules that were not read, sorted.
func (choices *Choices) UnreadAddresses() []string {
	addresses := []string{}
	for _, m := range choices.UnreadModules {
		addresses = append(addresses, m.Address)
	}
	return slices.Compact(addresses)
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

// Attributes names the attributes that decide which service a resource chooses, for
// hclscan.Options.
func Attributes(c *catalog.Catalog) map[string][]string {
	attributes := map[string][]string{}
	for typeName, deciders := range c.Deciders() {
		for _, decider := range deciders {
			attributes[typeName] = append(attributes[typeName], decider.Names()...)
		}
	}
	for _, typeName := range azapi {
		attributes[typeName] = []string{"type", "parent_id", "resource_id"}
	}
	return attributes
}

// DataSources names the data sources that run a program, for hclscan.Options. They do so
// in every plan.
func DataSources() []string { return []string{"external", "shell_script"} }

// Services reads the choices of a configuration. Types in ignore, with or without an
// ARM type's version, are left out.
func Services(c *catalog.Catalog, scanned *hclscan.Configuration, ignore []string) *Choices {
	ch := newChooser(c, scanned, ignore)
	for _, r := range scanned.Resources {
		ch.resource(r)
	}
	for _, r := range scanned.Programs {
		ch.program(r)
	}
	for _, m := range scanned.UnreadModules {
		ch.choices.UnreadModules = append(ch.choices.UnreadModules, configuration.UnreadModule{
			Address: m.Address, File: m.File, Line: m.Line, Reason: m.Reason, Source: m.Source,
		})
	}
	return ch.choices
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
