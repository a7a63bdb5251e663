// Package embedded is the catalogue in the binary: the files, an index of them, and the
// layer that reads a service when it is asked for.
package embedded

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	_ "embed" // for the packed files
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
)

//go:generate go run ./internal/genindex
//go:generate go run ./internal/genpage

// Name is that of the embedded catalogue among the sources of a catalogue.
const Name = "embedded"

// The files of the embedded catalogue that are not about one service.
const (
	DefinitionsFile = "definitions.yaml"
	MappingsFile    = "mappings.yaml" // apart, since few runs ask for it
	TypesFile       = "types.yaml"
	CloudsFile      = "clouds.yaml"
)

// IndexFile is made from the others.
const IndexFile = "index.json"

// The files of data, packed by "go generate": a fifth of their size, and each of them is
// still read by itself. The index is not compressed, since every run reads it.
//
//go:embed data.zip
var packed string

// unpacked is the directory of packed, once it has been asked for.
var unpacked struct {
	once  sync.Once
	files *zip.Reader
}

// Files is the embedded catalogue as files: clouds.yaml, definitions.yaml, mappings.yaml,
// types.yaml, and <cloud>/<service>.yaml for each service.
func Files() fs.FS {
	unpacked.once.Do(func() {
		files, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
		if err != nil {
			panic(err) // a broken build
		}
		unpacked.files = files
	})
	return unpacked.files
}

// Pack makes data.zip of the directory data: the same bytes of the same files.
func Pack(data fs.FS) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	err := fs.WalkDir(data, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(data, name)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: name, Method: zip.Deflate} // without a time
		if name == IndexFile {
			header.Method = zip.Store
		}
		file, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("packing the catalogue: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("packing the catalogue: %w", err)
	}
	return b.Bytes(), nil
}

// Index is what a listing needs of the embedded catalogue without reading its files.
// It is made from them by "go generate".
type Index struct {
	// Clouds are sorted by id.
	Clouds []catalog.Cloud `json:"clouds"`
	// Definitions are sorted by id.
	Definitions []*catalog.Definition `json:"definitions"`
	// Digest is that of the directory of files, see source.Digest.
	Digest string `json:"digest"`
	// Services are sorted by id.
	Services []catalog.Summary `json:"services"`
	// Spoken lists, by cloud, the controls that a document of one of its services speaks
	// of, sorted.
	Spoken map[string][]string `json:"spoken"`
	// Types are sorted by type.
	Types []catalog.TypeRule `json:"types"`
}

// builtIn is the layer, once it has been asked for.
var builtIn struct {
	once  sync.Once
	layer *catalog.Layer
	err   error
}

// Layer returns the layer of the embedded catalogue, the same one every time. The error is
// a broken build.
func Layer() (*catalog.Layer, error) {
	builtIn.once.Do(func() { builtIn.layer, builtIn.err = Read() })
	return builtIn.layer, builtIn.err
}

// Read reads the index, for a layer of its own; a service's file is read when the service
// is asked for.
func Read() (*catalog.Layer, error) {
	var index Index
	data, err := fs.ReadFile(Files(), IndexFile)
	if err != nil {
		return nil, fmt.Errorf("the embedded index is missing: %w", err)
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("the embedded index is damaged: %w", err)
	}
	l := &catalog.Layer{
		Source: catalog.SourceInfo{Name: Name, Digest: index.Digest}, BuiltIn: true,
		Clouds: index.Clouds, Definitions: index.Definitions, Types: index.Types, Spoken: index.Spoken, Mappings: readMappings,
		Settings: settingsReader(),
	}
	l.Lazy = make([]catalog.LazyService, 0, len(index.Services))
	for i := range index.Services {
		summary := &index.Services[i]
		l.Lazy = append(l.Lazy, catalog.LazyService{Summary: summary, Load: sync.OnceValues(func() (*catalog.Service, error) {
			f, err := readFile(path.Join(summary.Cloud, summary.ID+".yaml"))
			if err != nil {
				return nil, err
			}
			return f.Services[0].Value, nil
		})})
	}
	return l, nil
}

// knownClouds is the layer of the clouds alone, once it has been asked for.
var knownClouds struct {
	once  sync.Once
	layer *catalog.Layer
	err   error
}

// Clouds returns a layer that has the clouds and nothing else, and is no source: a
// catalogue that does not start from the embedded one knows them all the same, so that a
// type of theirs is not taken for one of no cloud.
func Clouds() (*catalog.Layer, error) {
	knownClouds.once.Do(func() {
		f, err := readFile(CloudsFile)
		if err != nil {
			knownClouds.err = err
			return
		}
		knownClouds.layer = &catalog.Layer{BuiltIn: true, Clouds: facts.Values(f.Clouds)}
	})
	return knownClouds.layer, knownClouds.err
}

func readMappings() ([]catalog.Mapping, error) {
	f, err := readFile(MappingsFile)
	if err != nil {
		return nil, err
	}
	return facts.Values(f.Mappings), nil
}

// SettingsFile is the file with the settings of a service, if it has any: apart, since few
// runs ask for them.
func SettingsFile(service string) string { return path.Join("settings", service+".yaml") }

// settingsReader reads the settings of each service once, when they are asked for.
func settingsReader() func(service string) ([]*catalog.Setting, error) {
	var known sync.Map // service -> func() ([]*catalog.Setting, error)
	return func(service string) ([]*catalog.Setting, error) {
		read, _ := known.LoadOrStore(service, sync.OnceValues(func() ([]*catalog.Setting, error) {
			if _, err := fs.Stat(Files(), SettingsFile(service)); errors.Is(err, fs.ErrNotExist) {
				return nil, nil
			}
			f, err := readFile(SettingsFile(service))
			if err != nil {
				return nil, err
			}
			return facts.Values(f.Settings), nil
		}))
		return read.(func() ([]*catalog.Setting, error))() //nolint:forcetypeassert // stored above
	}
}

func readFile(name string) (*facts.File, error) {
	data, err := fs.ReadFile(Files(), name)
	if err != nil {
		return nil, fmt.Errorf("the embedded catalogue is damaged: %w", err)
	}
	f, errs := native.ReadFile(name, data)
	if len(errs) > 0 {
		return nil, fmt.Errorf("the embedded catalogue is damaged: %w", fault.Join(errs))
	}
	return f, nil
}

// Encode writes the index with one entry a line, so that a change is a reviewable diff.
func (i *Index) Encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{\n\"clouds\": [")
	if err := encodeLines(&b, i.Clouds); err != nil {
		return nil, err
	}
	b.WriteString("],\n\"definitions\": [")
	if err := encodeLines(&b, i.Definitions); err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "],\n\"digest\": %q,\n\"services\": [", i.Digest)
	if err := encodeLines(&b, i.Services); err != nil {
		return nil, err
	}
	b.WriteString("],\n\"spoken\": {")
	for n, cloud := range slices.Sorted(maps.Keys(i.Spoken)) {
		controls, err := json.Marshal(i.Spoken[cloud])
		if err != nil {
			return nil, fmt.Errorf("encoding the index: %w", err)
		}
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n%q: %s", cloud, controls)
	}
	b.WriteString("\n},\n\"types\": [")
	if err := encodeLines(&b, i.Types); err != nil {
		return nil, err
	}
	b.WriteString("]\n}\n")
	return b.Bytes(), nil
}

func encodeLines[T any](b *bytes.Buffer, entries []T) error {
	for n, entry := range entries {
		line, err := json.Marshal(entry)
		if err != nil {
			return fmt.Errorf("encoding the index: %w", err)
		}
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
	}
	b.WriteByte('\n')
	return nil
}
