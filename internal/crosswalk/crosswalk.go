// Package crosswalk says which controls speak to which identifiers of frameworks, by whose
// mapping, how strongly and how surely. It is made of a catalogue, handed on as one JSON
// document, and recorded in assessments, so that whoever reads a verdict on "AC-2" learns of
// which framework that is, and by whose word.
package crosswalk

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Schema names the form of the document.
const Schema = "https://github.com/security-controls/terraform-provider-controls/crosswalk/v1"

// Crosswalk has identifiers by the name of their group. Fields are declared in the order of
// their JSON names, as canonicaljson wants.
type Crosswalk struct {
	Identifiers map[string]Identifier `json:"identifiers"`
	// Profile is what the identifiers were selected by, and what else it selects; nil where
	// they were named one by one and controls speak to each.
	Profile *Profile `json:"profile,omitempty"`
	Schema  string   `json:"schema"`
	// Sources say that a control speaks to an identifier, sorted.
	Sources []string `json:"sources"`
}

// Profile is a selection of identifiers: a baseline of a framework, say. Beside those that
// groups are made of it has those that no verdict is about, so that a report can say how far
// it goes.
type Profile struct {
	// OtherVersions are, of the undocumented identifiers, those to which documented controls speak
	// by mappings to other versions of the framework alone, with these versions: "rev4".
	OtherVersions map[string]string `json:"other_versions,omitempty"`
	// Title is what the selection is called: "NIST SP 800-53 rev5 moderate".
	Title string `json:"title"`
	// Unasked are the titles, by identifier, of those to which controls speak and that a
	// requirement has no group of; "" for one without a title.
	Unasked map[string]string `json:"unasked,omitempty"`
	// Undocumented are those to which no documented control speaks, likewise.
	Undocumented map[string]string `json:"undocumented,omitempty"`
}

// maxSelected is how many identifiers a profile may list. The largest framework that is
// published in OSCAL has 1,196.
const maxSelected = 5000

// Identifier is a requirement of a framework.
type Identifier struct {
	Framework  string            `json:"framework"`
	Identifier string            `json:"identifier"`
	Members    map[string]Member `json:"members"`         // by control id
	Title      string            `json:"title,omitempty"` // "" where it is not known
	// Version is that of the framework; "" where the mappings are to several or to none.
	Version string `json:"version,omitempty"`
}

// Member is how a control relates to an identifier.
type Member struct {
	Confidence   catalog.Confidence   `json:"confidence"`
	Relationship catalog.Relationship `json:"relationship"`
	Source       int                  `json:"source"` // index in Sources
	// Version of the framework that the source speaks of, where it is not the identifier's.
	Version string `json:"version,omitempty"`
}

// Name is the identifier with its framework and version: "NIST SP 800-53 rev5 AC-2".
func (i Identifier) Name() string {
	name := i.Framework
	if i.Version != "" {
		name += " " + i.Version
	}
	return name + " " + i.Identifier
}

// Short is the identifier with its title: "AC-2: Account Management".
func (i Identifier) Short() string {
	if i.Title == "" {
		return i.Identifier
	}
	return i.Identifier + ": " + i.Title
}

// Heading is the name with the title: "NIST SP 800-53 rev5 AC-2: Account Management".
func (i Identifier) Heading() string {
	return strings.TrimSuffix(i.Name(), i.Identifier) + i.Short()
}

// Asked says of which identifiers and mappings a crosswalk is made.
type Asked struct {
	Framework string
	// Version is what the framework is called by; "" for none.
	Version string
	// Versions are those of the mappings that count; none for any.
	Versions []string
	Least    catalog.Confidence
	// Groups are the controls by identifier.
	Groups map[string][]string
	// Titles of identifiers, as far as they are known.
	Titles map[string]string
	// Profile is what the selection is called, and Undocumented are the identifiers of it that
	// have no group. "" and none where there is nothing to say of it.
	Profile      string
	Undocumented []string
	// OtherVersions are, of these, those that only mappings to other versions speak of.
	OtherVersions map[string][]string
}

// Make makes the crosswalk of groups. Of several mappings of a control to an identifier the
// surest counts, and of equally sure ones that of the version, then the first.
func Make(mappings map[string][]catalog.Mapping, asked Asked) *Crosswalk {
	c := &Crosswalk{Identifiers: map[string]Identifier{}, Schema: Schema}
	if asked.Profile != "" {
		c.Profile = &Profile{Title: asked.Profile}
		for _, identifier := range asked.Undocumented {
			c.Profile.Undocumented = with(c.Profile.Undocumented, identifier, asked.Titles[identifier])
			if versions := asked.OtherVersions[identifier]; len(versions) > 0 {
				c.Profile.OtherVersions = with(c.Profile.OtherVersions, identifier, strings.Join(versions, ", "))
			}
		}
	}
	chosen := map[string]map[string]catalog.Mapping{}
	var sources []string
	for identifier, controls := range asked.Groups {
		chosen[identifier] = map[string]catalog.Mapping{}
		for _, control := range controls {
			if best, ok := asked.best(mappings[control], identifier); ok {
				chosen[identifier][control] = best
				sources = append(sources, best.Source)
			}
		}
	}
	slices.Sort(sources)
	c.Sources = slices.Compact(sources)
	for identifier, members := range chosen {
		one := Identifier{
			Framework: asked.Framework, Identifier: identifier, Members: map[string]Member{}, Title: asked.Titles[identifier],
			Version: asked.Version,
		}
		for control, m := range members {
			at, _ := slices.BinarySearch(c.Sources, m.Source)
			member := Member{Confidence: m.Confidence, Relationship: m.Related(), Source: at}
			if m.Version != asked.Version {
				member.Version = m.Version
			}
			one.Members[control] = member
		}
		c.Identifiers[identifier] = one
	}
	return c
}

func (a Asked) best(mappings []catalog.Mapping, identifier string) (best catalog.Mapping, found bool) {
	for _, m := range mappings {
		counts := m.Framework == a.Framework && m.Confidence.AtLeast(a.Least) && slices.Contains(m.Identifiers, identifier) &&
			(len(a.Versions) == 0 || slices.Contains(a.Versions, m.Version))
		surer := m.Confidence != best.Confidence && m.Confidence.AtLeast(best.Confidence)
		nearer := m.Confidence == best.Confidence && m.Version == a.Version && best.Version != a.Version
		if counts && (!found || surer || nearer) {
			best, found = m, true
		}
	}
	return best, found
}

// Encode returns the canonical JSON.
func (c *Crosswalk) Encode() (string, error) {
	b, err := canonicaljson.Marshal(c)
	return string(b), err
}

// Parse reads a crosswalk strictly: it must be canonical, and in order (see Problem).
func Parse(text string) (*Crosswalk, error) {
	var c Crosswalk
	if err := strictjson.DecodeFields(text, &c); err != nil {
		return nil, fmt.Errorf("not the JSON of a crosswalk: %w", err)
	}
	if c.Schema != Schema {
		return nil, words.Errorf("the crosswalk has the schema %q, expected %q", c.Schema, Schema)
	}
	if err := strictjson.CheckCanonical(text, &c); err != nil {
		return nil, fmt.Errorf("the crosswalk %w", err)
	}
	return &c, c.Problem()
}

// Problem reports the first thing in which the crosswalk is not in order.
func (c *Crosswalk) Problem() error {
	used := make([]bool, len(c.Sources))
	for _, name := range slices.Sorted(maps.Keys(c.Identifiers)) {
		one := c.Identifiers[name]
		switch {
		case plaintext.Blank(one.Framework):
			return words.Errorf("%q of the crosswalk has a blank framework", name)
		case plaintext.Blank(one.Identifier):
			return words.Errorf("%q of the crosswalk has a blank identifier", name)
		case len(one.Members) == 0:
			return words.Errorf("%q of the crosswalk has no members", name)
		}
		for _, control := range slices.Sorted(maps.Keys(one.Members)) {
			m := one.Members[control]
			if err := m.problem(name, control, len(c.Sources)); err != nil {
				return err
			}
			used[m.Source] = true
		}
	}
	if len(c.Identifiers) == 0 {
		return errors.New("the crosswalk has no identifiers")
	}
	if err := c.Profile.problem(c.Identifiers); err != nil {
		return err
	}
	if slices.Contains(used, false) || !slices.IsSorted(c.Sources) ||
		len(slices.Compact(slices.Clone(c.Sources))) != len(c.Sources) {
		return errors.New("the crosswalk has sources that are not sorted, or that nothing refers to")
	}
	return nil
}

// problem reports the first thing in which a control as a member of an identifier is not in
// order, in a crosswalk with so many sources.
func (m Member) problem(identifier, control string, sources int) error {
	switch {
	case !catalog.ValidID(control):
		return words.Errorf("%q of the crosswalk has the member %q, expected the id of a control", identifier, control)
	case !slices.Contains(catalog.Confidences, m.Confidence):
		return words.Errorf("%q of the crosswalk has the confidence %q, expected one of %s", identifier, m.Confidence,
			words.Quoted(catalog.Confidences))
	case !slices.Contains(catalog.Relationships, m.Relationship):
		return words.Errorf("%q of the crosswalk has the relationship %q, expected one of %s", identifier, m.Relationship,
			words.Quoted(catalog.Relationships))
	case m.Source < 0 || m.Source >= sources:
		return words.Errorf("%q of the crosswalk has the source %d of %d", identifier, m.Source, sources)
	}
	return nil
}

// problem reports the first thing in which a profile is not in order beside the identifiers
// that groups are made of.
func (p *Profile) problem(grouped map[string]Identifier) error {
	switch {
	case p == nil:
		return nil
	case plaintext.Blank(p.Title):
		return errors.New("the profile of the crosswalk has a blank title")
	case len(p.Unasked)+len(p.Undocumented) > maxSelected:
		return words.Errorf("the profile of the crosswalk has %d identifiers without a group, expected at most %d",
			len(p.Unasked)+len(p.Undocumented), maxSelected)
	}
	for _, list := range []map[string]string{p.Unasked, p.Undocumented} {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			_, isGroup := grouped[name]
			_, asUnasked := p.Unasked[name]
			_, asUndocumented := p.Undocumented[name]
			switch {
			case plaintext.Blank(name):
				return errors.New("the profile of the crosswalk has a blank identifier")
			case isGroup || asUnasked && asUndocumented:
				return words.Errorf("the crosswalk has %q twice: as a group, unasked or undocumented", name)
			}
		}
	}
	for name, versions := range p.OtherVersions {
		if _, ok := p.Undocumented[name]; !ok || plaintext.Blank(versions) {
			return words.Errorf("the crosswalk has other versions of %q, which is not undocumented, or none", name)
		}
	}
	return nil
}

// of is the profile as a requirement with groups has it: what of it is not among them.
func (p *Profile) of(c *Crosswalk, groups map[string][]string) *Profile {
	if p == nil {
		return nil
	}
	out := &Profile{Title: p.Title}
	for name, title := range p.Undocumented {
		if _, ok := groups[name]; !ok {
			out.Undocumented = with(out.Undocumented, name, title)
			if versions := p.OtherVersions[name]; versions != "" {
				out.OtherVersions = with(out.OtherVersions, name, versions)
			}
		}
	}
	for name, title := range p.Unasked {
		if _, ok := groups[name]; !ok {
			out.Unasked = with(out.Unasked, name, title)
		}
	}
	for name, one := range c.Identifiers {
		if _, ok := groups[name]; !ok {
			out.Unasked = with(out.Unasked, name, one.Title)
		}
	}
	return out
}

// with adds to a map that may not be there yet: an empty one is left out of the JSON.
func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// Of returns the part of the crosswalk that is about groups, by name, and the members that
// they have, with what else its profile selects; nil where that is nothing.
func (c *Crosswalk) Of(groups map[string][]string) *Crosswalk {
	if c == nil {
		return nil
	}
	out := &Crosswalk{Identifiers: map[string]Identifier{}, Profile: c.Profile.of(c, groups), Schema: Schema, Sources: []string{}}
	for name, controls := range groups {
		one, ok := c.Identifiers[name]
		if !ok {
			continue
		}
		members := map[string]Member{}
		for _, control := range controls {
			if m, ok := one.Members[control]; ok {
				members[control] = m
				out.Sources = append(out.Sources, c.Sources[m.Source])
			}
		}
		if one.Members = members; len(members) > 0 {
			out.Identifiers[name] = one
		}
	}
	if len(out.Identifiers) == 0 {
		return nil
	}
	slices.Sort(out.Sources)
	out.Sources = slices.Compact(out.Sources)
	for _, one := range out.Identifiers {
		for control, m := range one.Members {
			m.Source, _ = slices.BinarySearch(out.Sources, c.Sources[m.Source])
			one.Members[control] = m
		}
	}
	return out
}

// Has reports whether a group is an identifier of a framework.
func (c *Crosswalk) Has(group string) bool {
	if c == nil {
		return false
	}
	_, ok := c.Identifiers[group]
	return ok
}

// Basis says by whose mapping and how surely a control speaks to the identifier of a group, in
// clauses; "" where the crosswalk does not have it. How the two relate is the catalogue's word:
// sources say only that they do.
func (c *Crosswalk) Basis(group, control string) string {
	if c == nil {
		return ""
	}
	one, ok := c.Identifiers[group]
	if !ok {
		return ""
	}
	m, ok := one.Members[control]
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%s confidence, by %s; by the catalogue it %s %s", m.Confidence, c.Sources[m.Source],
		m.Relationship.Verb(), one.Identifier)
	if version := cmp.Or(m.Version, one.Version); version != "" {
		text += " of " + version
	}
	return text
}
