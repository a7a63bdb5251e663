package hclscan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// manifest is modules.json, in which init writes where it put the modules that have no
// local path. It is only asked about modules that are called: an entry can outlive its
// module block.
type manifest struct {
	display string               // the file, relative to the root module
	modules map[string]installed // by the names of the calls: a.b
	err     error
}

// installed is a module as modules.json has it.
type installed struct {
	source  string // the normal form of what the call said; see installedFor
	version string // empty where the module is of no registry
	dir     string
}

func (s *scanner) loadManifest() *manifest {
	if s.manifest != nil {
		return s.manifest
	}
	dataDir := s.opts.DataDir
	if dataDir == "" {
		dataDir = ".terraform"
	}
	path := s.fromRoot(filepath.Join(dataDir, "modules", "modules.json"))
	m := &manifest{display: s.display(path)}
	m.modules, m.err = s.readManifest(path)
	s.manifest = m
	return m
}

func (s *scanner) readManifest(path string) (map[string]installed, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing is installed
	}
	if _, err := s.check(path); err != nil {
		return nil, err
	}
	src, err := s.read(path)
	if err != nil {
		return nil, err
	}
	var content struct {
		Modules []struct {
			Key     string
			Source  string
			Version string
			Dir     string
		}
	}
	if hasByteOrderMark(src) {
		return nil, errors.New(markedJSON)
	}
	if err := json.Unmarshal(src, &content); err != nil {
		return nil, fmt.Errorf("is not the JSON that init writes: %w", err)
	}
	modules := make(map[string]installed, len(content.Modules))
	for _, entry := range content.Modules {
		if _, twice := modules[entry.Key]; twice {
			return nil, words.Errorf("lists the module %q twice", entry.Key)
		}
		modules[entry.Key] = installed{entry.Source, entry.Version, entry.Dir}
	}
	return modules, nil
}

// fromRoot is a path that a CLI running in the root module would open.
func (s *scanner) fromRoot(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(s.root, path)
}
