// Package source is where the bytes of a catalogue come from: a name, a file system, and
// limits on what is read from it. What the bytes mean is the matter of others.
package source

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
)

// Limits of one source. Whatever exceeds them is refused, so that a wrong path (a home
// directory, a device) cannot exhaust the machine that plans.
const (
	MaxFileBytes   = 16 << 20 // the whole embedded catalogue as one OSCAL document has 10 MB
	MaxSourceFiles = 5000
	MaxSourceBytes = 128 << 20
	maxWalked      = 100_000 // files of any kind, and directories
)

// Extensions are the endings of the catalogue files that a directory is searched for.
var Extensions = []string{".json", ".yaml", ".yml"}

// Source is a catalogue file, or a directory of them.
type Source struct {
	// Name is that of the source in an assessment, the same on every machine.
	Name string
	// FS has the files.
	FS fs.FS
	// File is the one file of FS that is the source, "" for all that FS has.
	File string
	// Shown names the source in errors, as the user has written it.
	Shown string
	// Holds is what its files are, in errors; "" for catalogue files.
	Holds string
	// Besides ends the error about a directory that has none of them; "" for nothing to say.
	Besides string
}

// holds names its files in errors.
func (s *Source) holds() string { return cmp.Or(s.Holds, "catalogue files") }

// OpenPath opens a file or directory on disk. Errors are of type fault.Error.
func OpenPath(name string) (*Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		message := boundedfile.Unreadable(err).Error()
		if strings.Contains(name, "@sha256:") {
			message += "; an artifact in a registry is named by oci, and not by path"
		}
		return nil, &fault.Error{File: name, Message: message}
	}
	s := &Source{Name: pathName(name), FS: os.DirFS(name), Shown: name}
	if !info.IsDir() {
		s.FS, s.File = os.DirFS(filepath.Dir(name)), filepath.Base(name)
	}
	return s, nil
}

// pathName names a path in an assessment: a relative one as it is, of an absolute one the
// last part, so that the same catalogue has the same name on every machine.
func pathName(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Base(name)
	}
	return filepath.ToSlash(name)
}

// Directory reports whether the source is all that its file system has.
func (s *Source) Directory() bool { return s.File == "" }

// File is a file as read.
type File struct {
	Name  string // relative to the source, slashes forward
	Shown string // as errors name it
	Data  []byte
}

// Read returns the catalogue files of the source: the one file, whatever its name, or
// those of the directory and of the ones below it that end in one of Extensions, sorted by
// name. Hidden files, and what a link to a directory leads to, are not part of the
// catalogue. Errors are of type fault.Error.
func (s *Source) Read() ([]File, error) {
	if !s.Directory() {
		f, err := read(s.FS, s.File, s.Shown)
		if err != nil {
			return nil, err
		}
		return []File{f}, nil
	}
	names, err := s.names(Extensions)
	if err == nil && len(names) == 0 {
		err = &fault.Error{
			File: s.Shown,
			Message: "the directory has no " + s.holds() + ", expected some ending in " + strings.Join(Extensions, ", ") +
				s.Besides,
		}
	}
	if err != nil {
		return nil, err
	}
	return s.readAll(names)
}

// ReadOthers returns the files of a directory that end in one of other extensions: they are
// not part of the catalogue, so that one which cannot be read, or is too large for a file of
// one, is left out. There may be none.
func (s *Source) ReadOthers(extensions []string) ([]File, error) {
	names, err := s.names(extensions)
	if err != nil {
		return nil, err
	}
	var files []File
	total := 0
	for _, name := range names {
		file, err := read(s.FS, name, s.shown(name))
		if err != nil {
			continue
		}
		if total += len(file.Data); total > MaxSourceBytes {
			break
		}
		files = append(files, file)
	}
	return files, nil
}

// readAll reads files of the directory.
func (s *Source) readAll(names []string) ([]File, error) {
	var err error
	files := make([]File, len(names))
	total := 0
	for i, name := range names {
		if files[i], err = read(s.FS, name, s.shown(name)); err != nil {
			return nil, err
		}
		if total += len(files[i].Data); total > MaxSourceBytes {
			return nil, &fault.Error{
				File: s.Shown,
				Message: fmt.Sprintf("the %s have more than %d MiB together, expected at most that", s.holds(),
					MaxSourceBytes>>20),
			}
		}
	}
	return files, nil
}

// shown names a file of the directory in errors.
func (s *Source) shown(name string) string { return filepath.Join(s.Shown, filepath.FromSlash(name)) }

// names lists the catalogue files of the directory, sorted.
func (s *Source) names(extensions []string) ([]string, error) {
	var names []string
	walked := 0
	err := fs.WalkDir(s.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return &fault.Error{File: s.shown(name), Message: boundedfile.Unreadable(err).Error()}
		}
		if walked++; walked > maxWalked {
			return &fault.Error{
				File: s.Shown,
				Message: fmt.Sprintf("the directory has more than %d files and directories, "+
					"expected a directory of %s", maxWalked, s.holds()),
			}
		}
		hidden := name != "." && strings.HasPrefix(path.Base(name), ".")
		switch {
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() || hidden || !slices.Contains(extensions, path.Ext(name)):
			return nil
		}
		if names = append(names, name); len(names) > MaxSourceFiles {
			return &fault.Error{
				File:    s.Shown,
				Message: fmt.Sprintf("the directory has more than %d %s, expected at most that", MaxSourceFiles, s.holds()),
			}
		}
		return nil
	})
	slices.Sort(names)
	return names, err
}

// read reads a regular file of at most MaxFileBytes.
func read(fsys fs.FS, name, shown string) (File, error) {
	data, err := boundedfile.Read(fsys, name, MaxFileBytes)
	if err != nil {
		return File{}, &fault.Error{File: shown, Message: err.Error()}
	}
	return File{Name: name, Shown: shown, Data: data}, nil
}

// Digest is the SHA-256 digest of a source: of the file's bytes, or, for a directory, of
// the listing that "sha256sum" prints for its files sorted by path, one line
// "<hex>  <path>" each. Anyone can so compute it without this program.
func Digest(files []File, directory bool) string {
	if !directory {
		return canonicaljson.Digest(files[0].Data)
	}
	var listing strings.Builder
	for _, f := range files {
		fmt.Fprintf(&listing, "%s  %s\n", strings.TrimPrefix(canonicaljson.Digest(f.Data), "sha256:"), f.Name)
	}
	return canonicaljson.Digest([]byte(listing.String()))
}
