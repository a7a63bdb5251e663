package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The limits of what is read.
const (
	maxKey  = 64 << 10 // of one file
	maxList = 64 << 20 // of names, of patterns
)

// bundleEnds are how the names of bundles and envelopes end.
var bundleEnds = []string{".sigstore.json", ".dsse.json"}

// keyEnds are how the names of public keys end, in a folder.
var keyEnds = []string{".pub", ".pem"}

func endsIn(name string, ends []string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(strings.ToLower(name), end) })
}

// read returns the content of a file.
func read(path string, limit int64) ([]byte, error) {
	data, err := boundedfile.Read(os.DirFS(filepath.Dir(path)), filepath.Base(path), limit)
	if err != nil {
		return nil, words.Errorf("the file %q %w", path, err)
	}
	return data, nil
}

// readKeys reads the PEM of every key, by its name: that of the file without its extension.
func readKeys(paths []string) (map[string]string, error) {
	pems := map[string]string{}
	add := func(path string) error {
		data, err := read(path, maxKey)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if _, ok := pems[name]; ok {
			return words.Errorf("two files are called %q but for their folder or extension: rename one of them", name)
		}
		pems[name] = string(data)
		return nil
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, words.Errorf("%q %w", path, boundedfile.Unreadable(err))
		}
		if !info.IsDir() {
			if err := add(path); err != nil {
				return nil, err
			}
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, words.Errorf("the folder %q %w", path, boundedfile.Unreadable(err))
		}
		before := len(pems)
		for _, entry := range entries {
			if entry.IsDir() || !endsIn(entry.Name(), keyEnds) {
				continue
			}
			if err := add(filepath.Join(path, entry.Name())); err != nil {
				return nil, err
			}
		}
		if len(pems) == before {
			return nil, words.Errorf("the folder %q has no file that ends in .pub or .pem", path)
		}
	}
	return pems, nil
}

// readPatterns reads which workloads each key may speak for.
func readPatterns(path string) (map[string][]string, error) {
	data, err := read(path, maxList)
	if err != nil {
		return nil, err
	}
	members, err := strictjson.Object(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, words.Errorf("the file %q: %w; expected {\"KEY\": [\"PATTERN\", …], …}", path, err)
	}
	patterns := make(map[string][]string, len(members))
	for name, value := range members {
		var list []string
		if err := json.Unmarshal(value, &list); err != nil {
			return nil, words.Errorf("the file %q: the value of %q is not a list of patterns, such as [\"shop/*\"]", path, name)
		}
		patterns[name] = list
	}
	return patterns, nil
}

// readNames reads names, one a line. Empty lines, and those that begin with "#", are none.
func readNames(path string) ([]string, error) {
	data, err := read(path, maxList)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			names = append(names, line)
		}
	}
	if len(names) == 0 {
		return nil, words.Errorf("the file %q names no workload: name those that must have a verdict, one a line, or "+
			"leave it out", path)
	}
	return names, nil
}

// readFolder hands on every bundle below a folder. One that cannot be read is rejected,
// like one that cannot be verified.
func (c *Command) readFolder(dir string, collector *fleet.Collector) error {
	names, err := bundlesBelow(dir)
	if err != nil {
		return err
	}
	root := os.DirFS(dir)
	p := c.newProgress(len(names))
	queue := make(chan string)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for name := range queue {
				if data, err := boundedfile.Read(root, name, fleet.MaxText); err != nil {
					collector.Reject(name, "the file "+err.Error())
				} else {
					collector.Add(name, string(data))
				}
				p.step()
			}
		})
	}
	for _, name := range names {
		queue <- name
	}
	close(queue)
	wg.Wait()
	p.end()
	return nil
}

// bundlesBelow lists the bundles below a folder, with slashes forward.
func bundlesBelow(dir string) ([]string, error) {
	var names []string
	others := 0
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return words.Errorf("%q in the folder %q %w", name, dir, boundedfile.Unreadable(err))
		case entry.IsDir():
		case isLinkedFolder(dir, name, entry):
			return words.Errorf("%q in the folder %q is a link to a folder, which is not followed: copy what it leads to, or "+
				"take it away", name, dir)
		case endsIn(name, bundleEnds):
			names = append(names, name)
		default:
			others++
		}
		return nil
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, words.Errorf("the folder %q does not exist", dir)
	case err != nil:
		return nil, err
	case len(names) == 0:
		return nil, words.Errorf("no file below %q ends in %s, so there is nothing to roll up; %s", dir,
			strings.Join(bundleEnds, " or "), words.Count(others, "other file")+" there")
	}
	return names, nil
}

// isLinkedFolder reports whether a name is a link to a folder: what is below it would be left
// out of the roll-up. Hidden ones are those of whoever mounts folders.
func isLinkedFolder(dir, name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 || strings.HasPrefix(entry.Name(), ".") {
		return false
	}
	info, err := fs.Stat(os.DirFS(dir), name)
	return err == nil && info.IsDir()
}

// writeFile writes a file whole or not at all.
func writeFile(name, text string) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".fleet-*")
	if err != nil {
		return words.Errorf("the file %q cannot be written: %w", name, boundedfile.Reason(err))
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Chmod(f.Name(), 0o644) // a report is for others to read
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the file %q cannot be written: %w", name, boundedfile.Reason(err)), os.Remove(f.Name()))
	}
	return nil
}
