package catalog

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./internal/genindex
//go:generate go run ./internal/genpage

// EmbeddedName is the name of the embedded catalogue among Catalog.Sources.
const EmbeddedName = "embedded"

// The files of the embedded catalogue that are not about one service.
const (
	definitionsFile = "definitions.yaml"
	mappingsFile    = "mappings.yaml" // apart, since few runs ask for it
	typesFile       = "types.yaml"
)

// indexFile is made from the others.
const indexFile = "index.json"

//go:embed data
var dataFS embed.FS

// EmbeddedFiles is the embedded catalogue as files: definitions.yaml, mappings.yaml,
// types.yaml, and <cloud>/<service>.yaml for each service.
func EmbeddedFiles() fs.FS {
	sub, err := fs.Sub(dataFS, "data")
	if err != nil {
		panic(err) // only for a malformed path
	}
	return sub
}

// Index is what a listing needs of the embedded catalogue without reading its files.
// It is made from them by "go generate".
type Index struct {
	// Definitions are sorted by id.
	Definitions []*Definition `json:"definitions"`
	// Digest is that of the directory of files, see sourceDigest.
	Digest string `json:"digest"`
	// Services are sorted by id.
	Services []Summary `json:"services"`
	// Spoken lists, by cloud, the controls that a document of one of its services speaks
	// of, sorted.
	Spoken map[string][]string `json:"spoken"`
	// Types are sorted by type.
	Types []TypeRule `json:"types"`
}

// builtIn is the layer of the embedded catalogue, once it has been asked for.
var builtIn struct {
	once  sync.Once
	layer *layer
	err   error
}

func embeddedLayer() (*layer, error) {
	builtIn.once.Do(func() { builtIn.layer, builtIn.err = readEmbeddedLayer() })
	return builtIn.layer, builtIn.err
}

// readEmbeddedLayer reads the index; a service's file is read when the service is asked
// for.
func readEmbeddedLayer() (*layer, error) {
	var index Index
	data, err := fs.ReadFile(EmbeddedFiles(), indexFile)
	if err != nil {
		return nil, fmt.Errorf("the embedded index is missing: %w", err)
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("the embedded index is damaged: %w", err)
	}
	l := &layer{info: SourceInfo{Name: EmbeddedName, Digest: index.Digest}, rules: index.Types, spoken: index.Spoken}
	for _, def := range index.Definitions {
		l.definitions = append(l.definitions, located[*Definition]{value: def, file: definitionsFile})
	}
	l.mappings = func() ([]Mapping, error) {
		f, err := readEmbedded(mappingsFile)
		if err != nil {
			return nil, err
		}
		return newLayer([]*file{f}).mappings()
	}
	for _, summary := range index.Services {
		l.lazy = append(l.lazy, &entry{summary, sync.OnceValues(func() (*Service, error) {
			f, err := readEmbedded(path.Join(summary.Cloud, summary.ID+".yaml"))
			if err != nil {
				return nil, err
			}
			return f.services[0].value, nil
		})})
	}
	return l, nil
}

func readEmbedded(name string) (*file, error) {
	data, err := fs.ReadFile(EmbeddedFiles(), name)
	if err != nil {
		return nil, fmt.Errorf("the embedded catalogue is damaged: %w", err)
	}
	f, errs := decodeFile(name, data)
	if len(errs) > 0 {
		return nil, fmt.Errorf("the embedded catalogue is damaged: %w", joinErrors(errs))
	}
	return f, nil
}

// BuildIndex reads a whole catalogue directory in the layout of EmbeddedFiles with
// every check that a user's catalogue gets, and returns its index. today is as in
// Options.
func BuildIndex(fsys fs.FS, today Date) (*Index, error) {
	names, err := catalogFiles(fsys, "data")
	if err != nil {
		return nil, err
	}
	var raw []rawFile
	for _, name := range names {
		if name == indexFile {
			continue
		}
		data, err := readLimited(fsys, name, name)
		if err != nil {
			return nil, err
		}
		raw = append(raw, rawFile{name, data})
	}
	if len(raw) == 0 {
		return nil, &FileError{File: "data", Message: "the directory has no catalogue files besides the index"}
	}
	files, err := decodeAll(raw, func(name string) string { return name })
	if err != nil {
		return nil, err
	}
	l := newLayer(files)
	c := assemble([]*layer{l})
	if errs := append(l.duplicates(), l.check(c, today)...); len(errs) > 0 {
		return nil, joinErrors(errs)
	}
	index := &Index{Digest: sourceDigest(raw, true)}
	if index.Spoken, err = c.spoken(); err != nil {
		return nil, err
	}
	for _, f := range files {
		for _, s := range f.services {
			if want := path.Join(s.value.Cloud, s.value.ID+".yaml"); want != f.name || len(f.services) > 1 {
				return nil, &FileError{File: f.name, Line: s.line, Message: fmt.Sprintf("expected the service %q in a file of its own, %s", s.value.ID, want)}
			}
		}
		if len(f.definitions) > 0 && f.name != definitionsFile {
			return nil, &FileError{File: f.name, Message: "has definitions, expected them in " + definitionsFile}
		}
		if len(f.mappings) > 0 && f.name != mappingsFile {
			return nil, &FileError{File: f.name, Message: "has mappings, expected them in " + mappingsFile}
		}
		if len(f.types) > 0 && f.name != typesFile {
			return nil, &FileError{File: f.name, Message: "has types, expected them in " + typesFile}
		}
	}
	for _, id := range c.DefinitionIDs() {
		index.Definitions = append(index.Definitions, c.definitions[id])
	}
	for _, id := range c.ServiceIDs() {
		summary, _ := c.Summary(id)
		index.Services = append(index.Services, summary)
	}
	index.Types = append([]TypeRule{}, l.rules...)
	slices.SortFunc(index.Types, func(a, b TypeRule) int { return strings.Compare(a.Type, b.Type) })
	return index, nil
}

// Encode writes the index with one entry a line, so that a change is a reviewable diff.
func (i *Index) Encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{\n\"definitions\": [")
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
