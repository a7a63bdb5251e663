// Package loader makes a catalogue of sources: it opens each, reads every file in its
// format, checks what the files say together, and layers them. It is the one place that
// knows several formats.
package loader

import (
	"bytes"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source/remote"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Options says what a catalogue consists of.
type Options struct {
	// Embedded starts from the embedded catalogue.
	Embedded bool
	// Sources are layered over it in order.
	Sources []Source
	// Today is the date after which no document may be dated.
	Today catalog.Date
}

// Source says where a layer comes from, and how to read it.
type Source struct {
	// Path is a catalogue file, or a directory of them, on disk.
	Path string
	// Remote is the same in a registry; one of the two is set.
	Remote *remote.Artifact
	// Replace makes the services of this source replace earlier ones whole, instead of
	// adding their documents to them.
	Replace bool
	// Corrects lets the source repeat the id of an earlier document with other words, take
	// a resource type from the service that has it, turn the polarity of a control, and move
	// the end of a service.
	Corrects bool
	// Article says how to read a Path that ends in ".md"; for others it must be zero.
	Article article.Options
	// DefaultStatus is what a requirement of an OSCAL component definition says that has no
	// status: catalog.StatusYes, or "" for nothing.
	DefaultStatus catalog.Status
}

// open opens the sources, those that are remote side by side. A new kind of source is one more
// case here.
func open(sources []Source) []func() (*source.Source, error) {
	artifacts := make([]*remote.Artifact, len(sources))
	for i, s := range sources {
		artifacts[i] = s.Remote
	}
	opened := remote.Start(artifacts)
	for i, s := range sources {
		if opened[i] == nil {
			opened[i] = func() (*source.Source, error) { return source.OpenPath(s.Path) }
		}
	}
	return opened
}

// Catalog reads and layers the sources. It fails on the first source that cannot be read
// or is not entirely in order, with the errors found in it: never a partly loaded
// catalogue. Errors in files are of type fault.Error, joined.
func Catalog(opts Options) (*catalog.Catalog, error) {
	base := embedded.Clouds // without which types of theirs would choose nothing
	if opts.Embedded {
		base = embedded.Layer
	}
	first, err := base()
	if err != nil {
		return nil, err
	}
	layers := []*catalog.Layer{first}
	files := make([][]*facts.File, len(opts.Sources))
	opened := open(opts.Sources)
	for i, s := range opts.Sources {
		l, read, err := s.layer(opened[i], layers)
		if err != nil {
			return nil, err
		}
		layers, files[i] = append(layers, l), read
	}
	c := catalog.New(layers...)
	for _, read := range files { // the embedded one was checked when its index was made
		if errs := Check(c, read, opts.Today); len(errs) > 0 {
			return nil, fault.Join(errs)
		}
	}
	return c, nil
}

// layer reads the source. The layers below it have the labels that an article uses.
func (s Source) layer(open func() (*source.Source, error), below []*catalog.Layer) (*catalog.Layer, []*facts.File, error) {
	opened, text, err := s.format(open)
	if err != nil {
		return nil, nil, err
	}
	raw, err := opened.Read()
	if err != nil {
		return nil, nil, err
	}
	var files []*facts.File
	if text != nil {
		files, err = readText(text, raw[0], s, below)
	} else {
		files, err = ReadFiles(raw)
	}
	if err != nil {
		suggest(err, below)
		return nil, nil, err
	}
	if errs := resolve(files, s, below); len(errs) > 0 {
		return nil, nil, fault.Join(errs)
	}
	l := Layer(files)
	l.Source = catalog.SourceInfo{Name: opened.Name, Digest: source.Digest(raw, opened.Directory())}
	l.Replace = s.Replace
	l.Reading = s.reading()
	if errs := checkSettings(below, l, files); len(errs) > 0 {
		return nil, nil, fault.Join(errs)
	}
	corrections := findCorrections(catalog.New(below...), files, l.Source.Name)
	if len(corrections.found) > 0 && !s.Corrects {
		return nil, nil, fault.Join(corrections.found)
	}
	l.Corrections = corrections.made
	return l, files, nil
}

// format opens the source, and says in which format its text is, nil for documents.
func (s Source) format(open func() (*source.Source, error)) (*source.Source, *format, error) {
	opened, err := open()
	text := textFormat(s.Path)
	if err == nil && s.Remote != nil {
		text = textFormat(opened.File)
	}
	if err == nil && opened.Directory() {
		text = nil // a directory, whatever its name
	}
	if text == nil && s.Article != (article.Options{}) && (err == nil || s.Remote == nil) {
		return nil, nil, notAnArticle(s.shown())
	}
	if err != nil {
		return nil, nil, err
	}
	if err := overlooked(opened); err != nil {
		return nil, nil, err
	}
	if opened.Name == embedded.Name {
		opened.Name = "./" + opened.Name // nobody's own catalogue passes for the embedded one
	}
	return opened, text, nil
}

// shown names the source in errors.
func (s Source) shown() string {
	if s.Remote != nil {
		return s.Remote.Reference
	}
	return s.Path
}

// reading is how the source is to be read beyond what it says.
func (s Source) reading() map[string]any {
	switch {
	case s.Article != (article.Options{}):
		return map[string]any{"article": map[string]any{
			"new_controls": s.Article.NewControls, "published": s.Article.Published, "service": s.Article.Service,
		}}
	case s.DefaultStatus != "":
		return map[string]any{"default_status": s.DefaultStatus}
	}
	return nil
}

// overlooked reports files of a directory that are sources by themselves by what they say,
// whether or not they are in order: in a directory nobody would read them.
func overlooked(s *source.Source) error {
	if !s.Directory() {
		return nil
	}
	var extensions []string
	for _, f := range formats {
		if f.text != nil {
			extensions = append(extensions, f.extension)
		}
	}
	others, err := s.ReadOthers(extensions)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		s.Besides = ". What ends in " + strings.Join(extensions, " or ") + " is an entry of its own in catalog_sources"
	}
	var errs []error
	for _, file := range others {
		if f := textFormat(file.Name); f != nil && f.looksLike(file.Name, bytes.ToLower(file.Data)) {
			errs = append(errs, &fault.Error{File: file.Shown, Message: "looks like " + f.called +
				", which is not read in a directory, expected it as an entry of its own in catalog_sources, " +
				"or outside of this directory"})
		}
	}
	return fault.Join(errs)
}

// suggest completes errors about ids that the catalogue knows by another name, such as a
// label where the id of a control is expected.
func suggest(err error, below []*catalog.Layer) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return
	}
	c := catalog.New(below...)
	for _, one := range joined.Unwrap() {
		var of *fault.Error
		if !errors.As(one, &of) {
			continue
		}
		var near []string
		switch of.Of {
		case "control", "related":
			near = c.SuggestControls(of.Given)
		case "the service's id", "service":
			near = c.SuggestServices(of.Given)
		}
		if len(near) > 0 {
			of.Message += "; did you mean " + words.Or(near) + "?"
		}
	}
}

func readText(f *format, raw source.File, s Source, below []*catalog.Layer) ([]*facts.File, error) {
	file, errs := f.text(raw, s, catalog.New(below...))
	if len(errs) > 0 {
		return nil, fault.Join(errs)
	}
	return []*facts.File{file}, nil
}

// ReadFiles reads documents side by side, each in its format, and reports the errors of
// all of them.
func ReadFiles(raw []source.File) ([]*facts.File, error) {
	files := make([]*facts.File, len(raw))
	failed := make([][]error, len(raw))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, f := range raw {
		slots <- struct{}{}
		wait.Go(func() {
			files[i], failed[i] = readDocument(f)
			<-slots
		})
	}
	wait.Wait()
	if errs := slices.Concat(failed...); len(errs) > 0 {
		return nil, fault.Join(errs)
	}
	return files, nil
}

// Layer puts together what the files of one source say.
func Layer(files []*facts.File) *catalog.Layer {
	l := &catalog.Layer{}
	var mappings []catalog.Mapping
	known := map[string]int{} // services, by id
	settings := map[string][]*catalog.Setting{}
	for _, f := range files {
		for _, s := range f.Settings {
			settings[s.Value.Service] = append(settings[s.Value.Service], s.Value)
		}
		l.Definitions = append(l.Definitions, facts.Values(f.Definitions)...)
		for _, s := range f.Services {
			at, again := known[s.Value.ID]
			if !again {
				known[s.Value.ID] = len(l.Services)
				l.Services = append(l.Services, s.Value)
				continue
			}
			merged := *l.Services[at] // documents of others may speak of one service in several files
			merged.Documents = slices.Concat(merged.Documents, s.Value.Documents)
			l.Services[at] = &merged
		}
		for _, silent := range f.Silent {
			l.Silent = append(l.Silent, place(f.Name, silent.Line)+": "+silent.Value)
		}
		l.Types = append(l.Types, facts.Values(f.Types)...)
		l.Clouds = append(l.Clouds, facts.Values(f.Clouds)...)
		mappings = append(mappings, facts.Values(f.Mappings)...)
	}
	l.Mappings = func() ([]catalog.Mapping, error) { return mappings, nil }
	l.Settings = func(service string) ([]*catalog.Setting, error) { return settings[service], nil }
	return l
}
