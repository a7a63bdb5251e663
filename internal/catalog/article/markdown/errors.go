package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Error is one problem of a document.
type Error struct {
	File    string
	Line    int // 0 if the problem is of the document as a whole
	Message string
}

// Error returns "file:line: message".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Errors are the problems of a document, in the order of their lines: all of them up to a limit, so that a
// user does not have to find them one by one.
type Errors []*Error

// Error returns one problem per line.
func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap makes each problem available to errors.As.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// problems collects errors while reading goes on.
type problems struct {
	file    string
	list    Errors
	dropped int
}

func (p *problems) add(line int, format string, args ...any) {
	if len(p.list) == maxProblems {
		p.dropped++
		return
	}
	p.list = append(p.list, &Error{File: p.file, Line: line, Message: words.Sprintf(format, args...)})
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	list := slices.Clone(p.list)
	slices.SortStableFunc(list, func(a, b *Error) int { return a.Line - b.Line })
	if p.dropped > 0 {
		list = append(list, &Error{File: p.file, Message: fmt.Sprintf("and %d more problems", p.dropped)})
	}
	return list
}

// excerpt keeps quotations of a document in errors short and on one line.
func excerpt(s string) string {
	const limit = 80
	return words.Clip(plaintext.Line(s), limit)
}
