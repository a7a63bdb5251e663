// Package fault says what is wrong with the files of a catalogue, where, and what was
// expected.
package fault

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// How many errors are reported for one load, and kept for one file: a file of another
// kind altogether could have one in every byte.
const (
	maxReported = 10
	maxKept     = 100
)

// MaxQuoted is how many characters of a text an error quotes.
const MaxQuoted = 100

// Error says what is wrong with a catalogue file, where, and what was expected.
type Error struct {
	File    string
	Line    int // 1 for the first; 0 where no line is to blame
	Message string
	// Of, where it is set, is the kind of id that Given is to be: "control". The catalogue may
	// know what was meant.
	Of, Given string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// uncountedError stands for errors past those that are kept.
type uncountedError int

func (e uncountedError) Error() string { return fmt.Sprintf("and %d more", int(e)) }

// Collector collects the errors of one file, so that a user sees all that is wrong in one run.
type Collector struct {
	File string

	kept []error
	more int
}

// Fail adds an error. The line is 1 for the first, and 0 where none is to blame.
func (c *Collector) Fail(line int, format string, args ...any) {
	c.add(&Error{File: c.File, Line: line, Message: words.Sprintf(format, args...)})
}

func (c *Collector) add(e *Error) {
	if len(c.kept) == maxKept {
		c.more++
		return
	}
	c.kept = append(c.kept, e)
}

// FailID adds an error about a text that was to be the id of something.
func (c *Collector) FailID(line int, of, given, format string, args ...any) {
	c.add(&Error{File: c.File, Line: line, Message: words.Sprintf(format, args...), Of: of, Given: given})
}

// Count is how many errors there are.
func (c *Collector) Count() int { return len(c.kept) + c.more }

// Errors lists the errors for Join, nil where there are none.
func (c *Collector) Errors() []error {
	if c.more > 0 {
		return append(c.kept, uncountedError(c.more))
	}
	return c.kept
}

// Join reports the errors of a load in the order of files and lines, the first ten of
// them in full. Errors that are of no file come before these, all of them. It is nil for
// no errors alone.
func Join(errs []error) error {
	total := 0
	var placed []*Error
	var joined []error
	for _, err := range errs {
		var fileErr *Error
		var uncounted uncountedError
		switch {
		case errors.As(err, &uncounted):
			total += int(uncounted)
		case errors.As(err, &fileErr):
			placed = append(placed, fileErr)
			total++
		default:
			joined = append(joined, err)
		}
	}
	slices.SortStableFunc(placed, func(a, b *Error) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	placed = placed[:min(len(placed), maxReported)]
	for _, err := range placed {
		joined = append(joined, err)
	}
	if more := total - len(placed); more > 0 {
		joined = append(joined, uncountedError(more))
	}
	return errors.Join(joined...)
}

// Count is how many problems an error of Join tells of, those that it only counts included.
func Count(err error) int {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return 1
	}
	n := 0
	for _, one := range joined.Unwrap() {
		var uncounted uncountedError
		if errors.As(one, &uncounted) {
			n += int(uncounted)
			continue
		}
		n++
	}
	return n
}
