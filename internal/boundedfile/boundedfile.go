// Package boundedfile reads files that a configuration names: regular ones alone, and
// none beyond a limit, so that a wrong path (a device, a pipe, a disk image) ends in an
// error instead of in a machine that waits or runs out of memory.
package boundedfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// errNotRegular is the error of a directory, a device, a socket or a pipe.
var errNotRegular = errors.New("is not a regular file")

// Check tells the size in bytes of a regular file of at most limit bytes, without opening
// it: to open a named pipe would wait for its writer for ever. Symbolic links are
// followed. The error is a phrase to stand behind the file's name, which it leaves out:
// callers know under which name their user gave it.
func Check(fsys fs.FS, name string, limit int64) (size int64, err error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return 0, Unreadable(err)
	case !info.Mode().IsRegular():
		return 0, errNotRegular
	case info.Size() > limit:
		return 0, tooLarge(limit)
	}
	return info.Size(), nil
}

// Read returns the content of what Check accepts, with the same errors; also of a file
// that has grown since it was looked at.
func Read(fsys fs.FS, name string, limit int64) ([]byte, error) {
	if _, err := Check(fsys, name, limit); err != nil {
		return nil, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, Unreadable(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, Unreadable(err)
	case int64(len(data)) > limit:
		return nil, tooLarge(limit)
	}
	return data, nil
}

// Unreadable is the phrase for an error of the file system.
func Unreadable(err error) error { return fmt.Errorf("cannot be read: %w", Reason(err)) }

// Reason is an error of the file system without the operation and the path, which the
// message around it names already, in the user's own spelling.
func Reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

func tooLarge(limit int64) error {
	return fmt.Errorf("is larger than %s, the most that is read of a file", Size(limit))
}

// Size writes a limit in bytes for people: "8 MiB", or "100 bytes" where that is no whole
// number of them.
func Size(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
