package embedded

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	_ "embed" // for the packed catalogue
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// What "go generate" makes of the directory data, all of it checked: an index, the
// documents and settings of each service and the mappings as JSON. Read as the YAML that
// people write, all services together took four times as long. A zip file has each by itself,
// in a fifth of the room; the index is not compressed, since every run reads it.
//
//go:embed data.zip
var packed string

// The files of data.zip that are not about one service.
const (
	indexFile    = "index"
	mappingsFile = "mappings.json"
)

// documentsFile has the documents of a service.
func documentsFile(service string) string { return path.Join("documents", service+".json") }

// settingsFile has the settings of a service that has any: apart, since few runs ask for
// them.
func settingsFile(service string) string { return path.Join("settings", service+".json") }

// documented is what the index lacks of a service.
type documented struct {
	Notices   []catalog.Notice    `json:",omitempty"`
	Documents []*catalog.Document `json:",omitempty"`
}

// Contents is a whole catalogue as data.zip has it.
type Contents struct {
	Index    *Index
	Mappings []catalog.Mapping
	// Services has every service of the index.
	Services []*catalog.Service
	// Settings are those of each service that has any, by its id.
	Settings map[string][]*catalog.Setting
}

// Pack makes data.zip: the same bytes of the same contents.
func (c *Contents) Pack() ([]byte, error) {
	index, err := c.Index.Encode()
	if err != nil {
		return nil, err
	}
	files := map[string]any{mappingsFile: c.Mappings}
	for _, s := range c.Services {
		files[documentsFile(s.ID)] = documented{s.Lifecycle.Notices, s.Documents}
	}
	for service, settings := range c.Settings {
		files[settingsFile(service)] = settings
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	add := func(name string, method uint16, content []byte) error {
		file, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method}) // without a time
		if err == nil {
			_, err = file.Write(content)
		}
		return err
	}
	if err := add(indexFile, zip.Store, index); err != nil {
		return nil, fmt.Errorf("packing the catalogue: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content, err := json.Marshal(files[name])
		if err == nil {
			err = add(name, zip.Deflate, content)
		}
		if err != nil {
			return nil, fmt.Errorf("packing the catalogue: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("packing the catalogue: %w", err)
	}
	return b.Bytes(), nil
}

// unpacked are the files of packed by name, once they have been asked for.
var unpacked = sync.OnceValue(func() map[string]*zip.File {
	archive, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil {
		panic(err) // a broken build
	}
	files := make(map[string]*zip.File, len(archive.File))
	for _, f := range archive.File {
		files[f.Name] = f
	}
	return files
})

// read returns a file of data.zip; the error is fs.ErrNotExist where there is none, else a
// broken build.
func read(name string) ([]byte, error) {
	file := unpacked()[name]
	if file == nil {
		return nil, fmt.Errorf("the embedded catalogue has no file %s: %w", name, fs.ErrNotExist)
	}
	r, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("the embedded catalogue is damaged: %w", err)
	}
	data := bytes.NewBuffer(make([]byte, 0, file.UncompressedSize64+bytes.MinRead))
	if _, err = data.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("the embedded catalogue is damaged: %w", err)
	}
	return data.Bytes(), r.Close()
}

// readJSON reads a file of data.zip into a value.
func readJSON(name string, v any) error {
	data, err := read(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("the embedded catalogue is damaged: %s: %w", name, err)
	}
	return nil
}
