package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// How many errors are reported for one load, and kept for one file: a file of another
// kind altogether could have one in every byte.
const (
	maxErrors     = 10
	maxFileErrors = 100
)

// FileError says what is wrong with a catalogue file, where, and what was expected.
type FileError struct {
	File    string
	Line    int // 1 for the first; 0 where no line is to blame
	Message string
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// uncountedError stands for errors of a file past maxFileErrors.
type uncountedError int

func (e uncountedError) Error() string { return fmt.Sprintf("and %d more", int(e)) }

// joinErrors reports the errors of a load in the order of files and lines, the first
// ten of them in full.
func joinErrors(errs []error) error {
	total := 0
	var located []*FileError
	for _, err := range errs {
		var fileErr *FileError
		var uncounted uncountedError
		switch {
		case errors.As(err, &uncounted):
			total += int(uncounted)
		case errors.As(err, &fileErr):
			located = append(located, fileErr)
			total++
		}
	}
	slices.SortStableFunc(located, func(a, b *FileError) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	located = located[:min(len(located), maxErrors)]
	joined := make([]error, 0, maxErrors+1)
	for _, err := range located {
		joined = append(joined, err)
	}
	if more := total - len(located); more > 0 {
		joined = append(joined, uncountedError(more))
	}
	return errors.Join(joined...)
}
