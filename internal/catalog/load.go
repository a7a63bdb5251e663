package catalog

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// Options says what a catalogue consists of.
type Options struct {
	// Embedded starts from the embedded catalogue.
	Embedded bool
	// Sources are layered over it in order.
	Sources []PathSource
	// Today is the date after which no document may be dated.
	Today Date
}

// Load reads and layers the sources. It fails on the first source that cannot be read
// or is not entirely in order, with the errors found in it: never a partly loaded
// catalogue. Errors in
// files are FileErrors, joined.
func Load(opts Options) (*Catalog, error) {
	var layers []*layer
	if opts.Embedded {
		embedded, err := embeddedLayer()
		if err != nil {
			return nil, err
		}
		layers = append(layers, embedded)
	}
	for _, source := range opts.Sources {
		l, err := pathLayer(source, layers)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	c := assemble(layers)
	for _, l := range layers {
		if len(l.files) == 0 {
			continue // the embedded one, which was checked when its index was made
		}
		if errs := append(l.duplicates(), l.check(c, opts.Today)...); len(errs) > 0 {
			return nil, joinErrors(errs)
		}
	}
	return c, nil
}

// layer is one source, read.
type layer struct {
	info        SourceInfo
	replace     bool
	article     ArticleOptions
	definitions []located[*Definition]
	services    []located[*Service]
	mappings    func() ([]Mapping, error)
	rules       []TypeRule
	// lazy are services of which only the summary is read; the embedded catalogue's.
	lazy []*entry
	// spoken lists, by cloud, the controls that lazy services have statements about.
	spoken map[string][]string
	// files have the lines of what the layer says; none for a lazy layer.
	files []*file
}

// pathLayer reads a source. The layers below it have the labels that an article uses.
func pathLayer(source PathSource, below []*layer) (*layer, error) {
	article := strings.EqualFold(filepath.Ext(source.Path), articleExtension)
	raw, directory, err := readPath(source.Path)
	if (!article || directory) && source.Article != (ArticleOptions{}) {
		return nil, &FileError{File: source.Path, Message: "is not an article in Markdown (" + articleExtension + "), expected no service, published or new_controls for it"}
	}
	if err != nil {
		return nil, err
	}
	if article && !directory {
		f, errs := assemble(below).article(source.Path, raw[0].data, source.Article)
		if len(errs) > 0 {
			return nil, joinErrors(errs)
		}
		return sourceLayer(source, []*file{f}, sourceDigest(raw, false)), nil
	}
	shown := func(name string) string { return filepath.Join(source.Path, filepath.FromSlash(name)) }
	if !directory {
		shown = func(string) string { return source.Path }
	}
	files, err := decodeAll(raw, shown)
	if err != nil {
		return nil, err
	}
	l := sourceLayer(source, files, sourceDigest(raw, directory))
	if errs := l.resolveForeign(below); len(errs) > 0 {
		return nil, joinErrors(errs)
	}
	return l, nil
}

func sourceLayer(source PathSource, files []*file, digest string) *layer {
	l := newLayer(files)
	l.info = SourceInfo{Name: sourceName(source.Path), Digest: digest}
	l.replace, l.article = source.Replace, source.Article
	return l
}

// sourceName names a source in an assessment: a relative path as it is, of an absolute
// one the last part, so that the same catalogue has the same name on every machine.
func sourceName(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Base(path)
	}
	return filepath.ToSlash(path)
}

func newLayer(files []*file) *layer {
	l := &layer{files: files}
	var mappings []Mapping
	for _, f := range files {
		l.definitions = append(l.definitions, f.definitions...)
		l.services = append(l.services, f.services...)
		for _, m := range f.mappings {
			mappings = append(mappings, m.value)
		}
		for _, r := range f.types {
			l.rules = append(l.rules, r.value)
		}
	}
	l.mappings = func() ([]Mapping, error) { return mappings, nil }
	return l
}

// assemble layers the sources over one another.
func assemble(layers []*layer) *Catalog {
	c := &Catalog{definitions: map[string]*Definition{}, services: map[string]*entry{}, rules: map[string]Chosen{}}
	parts := map[string][]part{}
	var order []string // of definitions, so that a later source's label wins
	for i, l := range layers {
		c.sources = append(c.sources, l.info)
		for _, def := range l.definitions {
			c.definitions[def.value.ID] = def.value
			order = append(order, def.value.ID)
		}
		for _, s := range l.services {
			for _, rt := range s.value.ResourceTypes {
				delete(c.rules, rt.key()) // an earlier source's
			}
			whole := func() (*Service, error) { return s.value, nil }
			parts[s.value.ID] = addPart(parts[s.value.ID], l, part{i, s.value.Summary, whole})
		}
		for _, e := range l.lazy {
			parts[e.summary.ID] = addPart(parts[e.summary.ID], l, part{i, e.summary, e.load})
		}
		for _, r := range l.rules {
			c.rules[typeKey(r.Type)] = r.Chooses
		}
	}
	for id, stack := range parts {
		e := &entry{summary: mergeSummaries(stack)}
		// By the time that this runs, types have gone to later claims.
		e.load = sync.OnceValues(func() (*Service, error) { return mergeParts(e.summary, stack) })
		c.services[id] = e
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

func mergeMappings(layers []*layer) (map[string][]Mapping, error) {
	merged := map[string][]Mapping{}
	for _, l := range layers {
		mappings, err := l.mappings()
		if err != nil {
			return nil, err
		}
		for _, m := range mappings {
			merged[m.Control] = append(merged[m.Control], m)
		}
	}
	return merged, nil
}

// part is what one layer says about a service.
type part struct {
	layer   int
	summary Summary
	load    func() (*Service, error)
}

func addPart(stack []part, l *layer, p part) []part {
	if l.replace {
		return []part{p}
	}
	return append(stack, p)
}

// mergeSummaries adds up names and types; for the rest the later source wins.
func mergeSummaries(stack []part) Summary {
	merged := stack[0].summary
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
	return merged
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

// mergeParts puts the documents of all layers in the order in which they count. A
// document that a later source gives again is a correction of the earlier one.
func mergeParts(summary Summary, stack []part) (*Service, error) {
	merged := &Service{Summary: summary}
	for _, p := range stack {
		s, err := p.load()
		if err != nil {
			return nil, err
		}
		if !s.Lifecycle.IsZero() {
			merged.Lifecycle = s.Lifecycle // with the notices, which an index leaves out
		}
		for _, doc := range s.Documents {
			layered := *doc // the layer's own is shared with nobody's later change
			layered.layer = p.layer
			merged.Documents = slices.DeleteFunc(merged.Documents, func(d *Document) bool { return d.ID == doc.ID })
			merged.Documents = append(merged.Documents, &layered)
		}
	}
	slices.SortStableFunc(merged.Documents, func(a, b *Document) int {
		return strings.Compare(string(a.Published), string(b.Published))
	})
	return merged, nil
}

// combinedDigest identifies the layers in their order.
func combinedDigest(layers []*layer) string {
	var list []map[string]any
	for _, l := range layers {
		entry := map[string]any{"digest": l.info.Digest, "replace": l.replace}
		if l.article != (ArticleOptions{}) { // they change what the same bytes say
			entry["article"] = map[string]any{"new_controls": l.article.NewControls, "published": l.article.Published, "service": l.article.Service}
		}
		list = append(list, entry)
	}
	b, err := canonicaljson.Marshal(list)
	if err != nil {
		panic(err) // strings and booleans always encode
	}
	return canonicaljson.Digest(b)
}
