package catalog

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:generate go run ./internal/genindex

// EmbeddedName is the name of the embedded catalogue among Catalog.Sources.
const EmbeddedName = "embedded"

// The files of the embedded catalogue that are not about one service.
const (
	definitionsFile = "definitions.yaml"
	mappingsFile    = "mappings.yaml" // apart, since few runs ask for it
)

//go:embed data
var dataFS embed.FS

//go:embed data/index.json
var indexJSON []byte

// EmbeddedFiles is the embedded catalogue as files: definitions.yaml, mappings.yaml, and
// <cloud>/<service>.yaml for each service.
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
	// Digest is that of the directory of files, see sourceDigest.
	Digest string `json:"digest"`
	// Services are sorted by id.
	Services []Summary `json:"services"`
}

var embeddedLayer = sync.OnceValues(readEmbeddedLayer)

// readEmbeddedLayer reads the index and the definitions; a service's file is read when
// the service is asked for.
func readEmbeddedLayer() (*layer, error) {
	var index Index
	if err := json.Unmarshal(indexJSON, &index); err != nil {
		return nil, fmt.Errorf("the embedded index is damaged: %w", err)
	}
	definitions, err := readEmbedded(definitionsFile)
	if err != nil {
		return nil, err
	}
	l := &layer{info: SourceInfo{Name: EmbeddedName, Digest: index.Digest}, definitions: definitions.definitions}
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
		if name == "index.json" {
			continue
		}
		data, err := readLimited(fsys, name, name)
		if err != nil {
			return nil, err
		}
		raw = append(raw, rawFile{name, data})
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
	}
	for _, id := range c.ServiceIDs() {
		summary, _ := c.Summary(id)
		index.Services = append(index.Services, summary)
	}
	return index, nil
}

// Encode writes the index with one service a line, so that a change is a reviewable diff.
func (i *Index) Encode() ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "{\n\"digest\": %q,\n\"services\": [\n", i.Digest)
	for n, s := range i.Services {
		line, err := json.Marshal(s)
		if err != nil {
			return nil, fmt.Errorf("encoding the index: %w", err)
		}
		b.Write(line)
		if n < len(i.Services)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]\n}\n")
	return []byte(b.String()), nil
}
