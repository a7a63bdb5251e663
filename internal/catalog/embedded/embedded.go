// Package embedded is the catalogue in the binary: what it is made of, an index, and the
// layer that reads a service when it is asked for.
package embedded

import (
	"errors"
	"io/fs"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

//go:generate go run ./internal/genindex
//go:generate go run ./internal/genpage

// Name is that of the embedded catalogue among the sources of a catalogue.
const Name = "embedded"

// The files of the directory data that are not about one service.
const (
	DefinitionsFile = "definitions.yaml"
	MappingsFile    = "mappings.yaml"
	TypesFile       = "types.yaml"
	CloudsFile      = "clouds.yaml"
)

// Layer returns the layer of the embedded catalogue, the same one every time. The error is
// a broken build.
func Layer() (*catalog.Layer, error) { return builtIn() }

var builtIn = sync.OnceValues(Read)

// Read reads the index, for a layer of its own; a service's documents are read when the
// service is asked for.
func Read() (*catalog.Layer, error) {
	index, err := readIndex()
	if err != nil {
		return nil, err
	}
	l := &catalog.Layer{
		Source: catalog.SourceInfo{Name: Name, Digest: index.Digest}, BuiltIn: true,
		Clouds: index.Clouds, Definitions: index.Definitions, Types: index.Types, Spoken: index.Spoken, Mappings: readMappings,
		Settings: settingsReader(),
	}
	l.Lazy = make([]catalog.LazyService, len(index.Services))
	services := make([]lazyService, len(index.Services))
	for i := range services {
		services[i].summary = &index.Services[i]
		l.Lazy[i] = catalog.LazyService{Summary: services[i].summary, Load: services[i].load}
	}
	return l, nil
}

func readIndex() (*Index, error) {
	text, err := read(indexFile)
	if err != nil {
		return nil, err
	}
	return DecodeIndex(string(text))
}

// lazyService is a service that is read once, when it is asked for.
type lazyService struct {
	summary *catalog.Summary
	once    sync.Once
	service *catalog.Service
	err     error
}

func (s *lazyService) load() (*catalog.Service, error) {
	s.once.Do(func() {
		var d documented
		if s.err = readJSON(documentsFile(s.summary.ID), &d); s.err == nil {
			s.service = &catalog.Service{Summary: *s.summary, Documents: d.Documents}
			s.service.Lifecycle.Notices = d.Notices
		}
	})
	return s.service, s.err
}

// Clouds returns a layer that has the clouds and nothing else, and is no source: a
// catalogue that does not start from the embedded one knows them all the same, so that a
// type of theirs is not taken for one of no cloud.
func Clouds() (*catalog.Layer, error) { return knownClouds() }

var knownClouds = sync.OnceValues(func() (*catalog.Layer, error) {
	index, err := readIndex()
	if err != nil {
		return nil, err
	}
	return &catalog.Layer{BuiltIn: true, Clouds: index.Clouds}, nil
})

func readMappings() ([]catalog.Mapping, error) {
	var mappings []catalog.Mapping
	err := readJSON(mappingsFile, &mappings)
	return mappings, err
}

// settingsReader reads the settings of each service once, when they are asked for.
func settingsReader() func(service string) ([]*catalog.Setting, error) {
	var known sync.Map // service -> func() ([]*catalog.Setting, error)
	return func(service string) ([]*catalog.Setting, error) {
		read, _ := known.LoadOrStore(service, sync.OnceValues(func() ([]*catalog.Setting, error) {
			var settings []*catalog.Setting
			err := readJSON(settingsFile(service), &settings)
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil
			}
			return settings, err
		}))
		return read.(func() ([]*catalog.Setting, error))() //nolint:forcetypeassert // stored above
	}
}
