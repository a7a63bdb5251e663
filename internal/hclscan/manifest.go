package hclscan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// runInit ends every message about a module that is not where init puts it.
const runInit = `run "terraform init" or "tofu init" in the root module`

// manifest is modules.json, in which init writes where it put the modules that have no
// local path. It is only asked about modules that are called: an entry can outlive its
// module block.
type manifest struct {
	display string            // the file, relative to the root module
	dirs    map[string]string // by the names of the calls: a.b
	err     error
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
	m.dirs, m.err = s.readManifest(path)
	s.manifest = m
	return m
}

func (s *scanner) readManifest(path string) (map[string]string, error) {
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
			Key string
			Dir string
		}
	}
	if err := json.Unmarshal(src, &content); err != nil {
		return nil, fmt.Errorf("is not the JSON that init writes: %w", err)
	}
	dirs := make(map[string]string, len(content.Modules))
	for _, entry := range content.Modules {
		if _, twice := dirs[entry.Key]; twice {
			return nil, fmt.Errorf("lists the module %q twice", entry.Key)
		}
		dirs[entry.Key] = entry.Dir
	}
	return dirs, nil
}

// fromRoot is a path that a CLI running in the root module would open.
func (s *scanner) fromRoot(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(s.root, path)
}

// localPath is the path in a module's source, if that is a local one: as for the CLIs,
// one that starts with a dot or two and a slash. Everything else, absolute paths
// included, is copied or linked by init.
func localPath(source string) (string, bool) {
	source = strings.ReplaceAll(source, `\`, "/")
	if strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		return filepath.FromSlash(source), true
	}
	return "", false
}
