package catalog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// Limits of one source. Whatever exceeds them is refused, so that a wrong path (a home
// directory, a device) cannot exhaust the machine that plans.
const (
	MaxFileBytes   = 8 << 20 // the whole embedded catalogue as one OSCAL document has 5.5 MB
	MaxSourceFiles = 5000
	MaxSourceBytes = 128 << 20
	maxWalked      = 100_000 // files of any kind, and directories
)

// Extensions are the endings of the catalogue files that a directory is searched for.
var Extensions = []string{".json", ".yaml", ".yml"}

// PathSource is a catalogue file, or a directory of them, on disk.
type PathSource struct {
	Path string
	// Replace makes the services of this source replace earlier ones whole, instead of
	// adding their documents to them.
	Replace bool
	// Article says how to read a Path that ends in ".md"; for others it must be zero.
	Article ArticleOptions
}

// rawFile is a file as read, with its path relative to the source, slashes forward.
type rawFile struct {
	name string
	data []byte
}

// readPath reads the catalogue files of a path, and says whether it is a directory: the
// file itself, or the files of the directory and of those below it, sorted by path.
// Hidden files, files with another ending, and what a link to a directory leads to are
// not part of the catalogue.
func readPath(root string) (files []rawFile, directory bool, err error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, false, &FileError{File: root, Message: "cannot be read: " + cause(err)}
	}
	if !info.IsDir() {
		data, err := readLimited(os.DirFS(filepath.Dir(root)), filepath.Base(root), root)
		return []rawFile{{filepath.Base(root), data}}, false, err
	}
	names, err := catalogFiles(os.DirFS(root), root)
	if err != nil {
		return nil, true, err
	}
	files = make([]rawFile, len(names))
	total := 0
	for i, name := range names {
		data, err := readLimited(os.DirFS(root), name, filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return nil, true, err
		}
		if total += len(data); total > MaxSourceBytes {
			return nil, true, &FileError{File: root, Message: fmt.Sprintf("the catalogue files have more than %d MiB together, expected at most that", MaxSourceBytes>>20)}
		}
		files[i] = rawFile{name, data}
	}
	return files, true, nil
}

// catalogFiles lists the catalogue files below a directory, sorted.
func catalogFiles(fsys fs.FS, shown string) ([]string, error) {
	var names []string
	walked := 0
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return &FileError{File: filepath.Join(shown, filepath.FromSlash(name)), Message: "cannot be read: " + cause(err)}
		}
		if walked++; walked > maxWalked {
			return &FileError{File: shown, Message: fmt.Sprintf("the directory has more than %d files and directories, expected a directory of catalogue files", maxWalked)}
		}
		hidden := name != "." && strings.HasPrefix(path.Base(name), ".")
		switch {
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() || hidden || !slices.Contains(Extensions, path.Ext(name)):
			return nil
		}
		if names = append(names, name); len(names) > MaxSourceFiles {
			return &FileError{File: shown, Message: fmt.Sprintf("the directory has more than %d catalogue files, expected at most that", MaxSourceFiles)}
		}
		return nil
	})
	if err == nil && len(names) == 0 {
		err = &FileError{File: shown, Message: "the directory has no catalogue files, expected some ending in " + strings.Join(Extensions, ", ")}
	}
	slices.Sort(names)
	return names, err
}

// readLimited reads a regular file of at most MaxFileBytes.
func readLimited(fsys fs.FS, name, shown string) ([]byte, error) {
	// Look before opening: to open a named pipe would wait for its writer for ever.
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, &FileError{File: shown, Message: "cannot be read: " + cause(err)}
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{File: shown, Message: "is not a regular file, expected a catalogue file"}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, &FileError{File: shown, Message: "cannot be read: " + cause(err)}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err != nil {
		return nil, &FileError{File: shown, Message: "cannot be read: " + cause(err)}
	}
	if len(data) > MaxFileBytes {
		return nil, &FileError{File: shown, Message: fmt.Sprintf("is larger than %d MiB, expected at most that", MaxFileBytes>>20)}
	}
	return data, nil
}

// cause is the reason in a file error, without the operation and the path, which the
// message around it has already.
func cause(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// sourceDigest is the SHA-256 digest of a source: of the file's bytes, or, for a
// directory, of the listing that "sha256sum" prints for its files sorted by path, one
// line "<hex>  <path>" each. Anyone can so compute it without this program.
func sourceDigest(files []rawFile, directory bool) string {
	if !directory {
		return canonicaljson.Digest(files[0].data)
	}
	var listing strings.Builder
	for _, f := range files {
		fmt.Fprintf(&listing, "%s  %s\n", strings.TrimPrefix(canonicaljson.Digest(f.data), "sha256:"), f.name)
	}
	return canonicaljson.Digest([]byte(listing.String()))
}

// decodeAll decodes files side by side and reports the errors of all of them. shown
// gives the name of a file in errors.
func decodeAll(files []rawFile, shown func(name string) string) ([]*file, error) {
	decoded := make([]*file, len(files))
	failed := make([][]error, len(files))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, raw := range files {
		slots <- struct{}{}
		wait.Go(func() {
			decoded[i], failed[i] = decodeFile(shown(raw.name), raw.data)
			<-slots
		})
	}
	wait.Wait()
	if errs := slices.Concat(failed...); len(errs) > 0 {
		return nil, joinErrors(errs)
	}
	return decoded, nil
}
