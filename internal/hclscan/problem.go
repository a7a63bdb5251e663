package hclscan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

const (
	// maxProblems is how many problems an Error keeps: enough to mend a folder in one
	// go, few enough to be read.
	maxProblems = 10

	// maxFileProblems is how many of one file are counted. A file of another kind under
	// the name of a configuration's can have one in every byte.
	maxFileProblems = 100
)

// Problem is one reason why a configuration cannot be read.
type Problem struct {
	File    string // relative to the root module, with forward slashes; empty if none applies
	Line    int    // 0 if none applies
	Message string

	// MissingModule says that a module is not installed, which Options.AllowMissing
	// would let pass.
	MissingModule bool
}

// String is the problem as compilers write it: file:line: message.
func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Message
	case p.Line == 0:
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// Error says why a configuration could not be read as a whole.
type Error struct {
	Problems []Problem // the first ones, sorted by file and line
	More     int       // how many were found besides, counting at most 100 a file
	// Install says how to install the modules that are missing; "" where none is.
	Install string
}

// Error lists the problems, each on a line of its own.
func (e *Error) Error() string {
	if len(e.Problems) == 1 && e.More == 0 {
		if e.Install != "" {
			return e.Problems[0].String() + "; " + e.Install
		}
		return e.Problems[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d problems:", len(e.Problems)+e.More)
	for _, p := range e.Problems {
		b.WriteString("\n- " + p.String())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n- and %d more", e.More)
	}
	if e.Install != "" {
		b.WriteString("\n" + e.Install)
	}
	return b.String()
}

// newError says as well how to install what is missing, once for all modules.
func (s *scanner) newError(problems []Problem) *Error {
	err := newError(problems)
	if slices.ContainsFunc(problems, func(p Problem) bool { return p.MissingModule }) {
		err.Install = s.getModules()
	}
	return err
}

func newError(problems []Problem) *Error {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	kept := problems[:min(len(problems), maxProblems)]
	return &Error{Problems: kept, More: len(problems) - len(kept)}
}

// fromDiagnostics turns the errors among HCL's diagnostics into problems of one file.
// Warnings are the CLI's to give.
func fromDiagnostics(file string, diags hcl.Diagnostics) []Problem {
	var problems []Problem
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		if len(problems) == maxFileProblems {
			break
		}
		p := Problem{File: file, Message: d.Summary}
		if d.Detail != "" {
			p.Message += ": " + strings.Join(strings.Fields(d.Detail), " ")
		}
		if d.Subject != nil {
			p.Line = d.Subject.Start.Line
		}
		problems = append(problems, p)
	}
	return problems
}
