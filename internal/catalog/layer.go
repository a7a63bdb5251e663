package catalog

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// Layer is what one source says. Nothing of it may change once it is part of a Catalog.
type Layer struct {
	// Source names the source. A layer without a name is part of the program: it is neither
	// listed among the sources nor covered by the digest.
	Source SourceInfo
	// BuiltIn says that the layer is part of this program: every catalogue knows its clouds.
	BuiltIn bool
	// Replace makes the services of this layer replace earlier ones whole, instead of
	// adding their documents to them.
	Replace bool
	// Reading holds, by name, how the source was read, where that changes what the same
	// bytes say. The digest of the catalogue covers it, as JSON.
	Reading map[string]any

	Definitions []*Definition
	Services    []*Service
	Mappings    func() ([]Mapping, error) // nil for none
	Types       []TypeRule
	Clouds      []Cloud

	// Settings are those of a service; nil for none.
	Settings func(service string) ([]*Setting, error)

	// Corrections are what the layer says in the name of those before it.
	Corrections []Correction

	// Silent is what was not taken of the source: see Silence.
	Silent []string

	// Lazy are services that are read when they are asked for.
	Lazy []LazyService
	// Spoken lists, by cloud, the controls that the lazy services have statements about,
	// so that none has to be read for that. Without it, all are.
	Spoken map[string][]string
}

// LazyService is a service of which only the summary is read. Load may be called more than
// once, and side by side.
type LazyService struct {
	Summary *Summary
	Load    func() (*Service, error)
}

// New layers sources over one another, each over those before it. It checks nothing: that
// is up to whoever read them.
func New(layers ...*Layer) *Catalog {
	c := &Catalog{
		definitions: map[string]*Definition{}, services: map[string]*entry{}, rules: map[string]Chosen{},
		clouds: clouds{byID: map[string]Cloud{}, of: map[string]string{}},
	}
	parts := map[string][]part{}
	var order []string // of definitions, so that a later source's label wins
	for i, l := range layers {
		if l.Source.Name != "" {
			c.sources = append(c.sources, l.Source)
		}
		for _, cloud := range l.Clouds {
			c.clouds.add(cloud, !l.BuiltIn)
		}
		c.corrections = append(c.corrections, l.Corrections...)
		if len(l.Silent) > 0 {
			c.silences = append(c.silences, Silence{Source: l.Source.Name, Places: l.Silent})
		}
		c.settings = append(c.settings, l.layerSettings())
		for _, def := range l.Definitions {
			c.definitions[def.ID] = def
			order = append(order, def.ID)
		}
		for _, s := range l.Services {
			for _, rt := range s.ResourceTypes {
				delete(c.rules, rt.Key()) // an earlier source's
			}
			whole := func() (*Service, error) { return s, nil }
			parts[s.ID] = addPart(parts[s.ID], l, part{layer: i, source: l.documentSource(), summary: &s.Summary, load: whole})
		}
		for _, s := range l.Lazy {
			parts[s.Summary.ID] = addPart(parts[s.Summary.ID], l, part{
				layer: i, source: l.documentSource(), summary: s.Summary, load: s.Load,
			})
		}
		for _, r := range l.Types {
			c.rules[r.Key()] = r.Chooses
		}
	}
	for id, stack := range parts {
		c.services[id] = &entry{summary: mergeSummaries(stack), parts: stack}
	}
	if len(layers) > 1 {
		claimTypes(c.services, parts)
	}
	c.types = sync.OnceValue(func() map[string][]TypeClaim { return typeIndex(c.services) })
	c.mappings = sync.OnceValues(func() (map[string][]Mapping, error) { return mergeMappings(layers) })
	c.labels = sync.OnceValue(func() map[string]string { return labelIndex(c.definitions, order) })
	c.spoken = sync.OnceValues(func() (map[string][]string, error) { return spokenOf(c.services, parts, layers) })
	c.digest = combinedDigest(layers)
	return c
}

func mergeMappings(layers []*Layer) (map[string][]Mapping, error) {
	merged := map[string][]Mapping{}
	for i, l := range layers {
		if l.Mappings == nil {
			continue
		}
		mappings, err := l.Mappings()
		if err != nil {
			return nil, err
		}
		for _, m := range mappings {
			again := len(merged[m.Control]) > 0 && i > 0 && slices.ContainsFunc(merged[m.Control],
				func(other Mapping) bool { return reflect.DeepEqual(other, m) })
			if !again { // what several documents say of an identifier
				merged[m.Control] = append(merged[m.Control], m)
			}
		}
	}
	return merged, nil
}

// part is what one layer says about a service.
type part struct {
	layer   int
	source  string // see Document.Source
	summary *Summary
	load    func() (*Service, error)
	// replaced are the parts that this one stands for. They do not count, but a document of
	// theirs that is given again with other words is a correction all the same.
	replaced []part
}

// documentSource is where the documents of the layer say that they are from.
func (l *Layer) documentSource() string {
	if l.BuiltIn {
		return ""
	}
	return l.Source.Name
}

func addPart(stack []part, l *Layer, p part) []part {
	if l.Replace {
		p.replaced = stack
		return []part{p}
	}
	return append(stack, p)
}

// mergeSummaries adds up names and types; for the rest the later source wins.
func mergeSummaries(stack []part) *Summary {
	if len(stack) == 1 {
		return stack[0].summary
	}
	merged := *stack[0].summary
	for _, p := range stack[1:] {
		s := p.summary
		former := union(union(merged.FormerNames, []string{merged.Name}), s.FormerNames)
		merged.FormerNames = slices.DeleteFunc(former, func(name string) bool { return name == s.Name })
		merged.Name, merged.Cloud = s.Name, s.Cloud
		merged.Aliases = union(merged.Aliases, s.Aliases)
		merged.ResourceTypes = union(merged.ResourceTypes, s.ResourceTypes)
		if len(s.Categories) > 0 {
			merged.Categories = s.Categories
		}
		if !s.Lifecycle.IsZero() {
			merged.Lifecycle = s.Lifecycle
		}
	}
	return &merged
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// mergeParts puts the documents of all layers in the order in which they count.
func mergeParts(summary *Summary, stack []part) (*Service, error) {
	merged := &Service{Summary: *summary}
	for _, p := range stack {
		s, err := p.load()
		if err != nil {
			return nil, err
		}
		if !s.Lifecycle.IsZero() {
			merged.Lifecycle = s.Lifecycle // with the notices, which an index leaves out
		}
		replaced, err := mergeParts(summary, p.replaced)
		if err != nil {
			return nil, err
		}
		for _, doc := range s.Documents {
			merged.Documents = p.addDocument(merged.Documents, replaced.Documents, doc)
		}
	}
	slices.SortStableFunc(merged.Documents, func(a, b *Document) int {
		return strings.Compare(string(a.Published), string(b.Published))
	})
	return merged, nil
}

// addDocument adds a document of the part to those of earlier ones. One that is given
// again is a correction of the earlier one, unless it says the same.
func (p part) addDocument(earlier, replaced []*Document, doc *Document) []*Document {
	layered := *doc // the layer's own is shared with nobody's later change
	layered.layer, layered.source = p.layer, p.source
	for _, other := range replaced {
		switch {
		case other.ID != doc.ID:
		case doc.Repeats(other): // which stays the part's own: it leaves out what was newer
		default:
			layered.corrects = other
		}
	}
	for i, other := range earlier {
		if other.ID != doc.ID {
			continue
		}
		if doc.Repeats(other) {
			return earlier
		}
		layered.corrects = other
		earlier = slices.Delete(earlier, i, i+1)
		break
	}
	return append(earlier, &layered)
}

// combinedDigest identifies the layers in their order.
func combinedDigest(layers []*Layer) string {
	var list []map[string]any
	for _, l := range layers {
		if l.Source.Name == "" {
			continue
		}
		entry := map[string]any{"digest": l.Source.Digest, "replace": l.Replace}
		maps.Copy(entry, l.Reading)
		list = append(list, entry)
	}
	b, err := canonicaljson.Marshal(list)
	if err != nil {
		panic(err) // strings and booleans always encode
	}
	return canonicaljson.Digest(b)
}
