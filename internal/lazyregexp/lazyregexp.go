// Package lazyregexp has regular expressions that are compiled on first use. A provider
// is started several times by every run of a CLI, mostly to do nothing that needs one,
// and a variable of this type costs its start neither time nor memory.
package lazyregexp

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression in the syntax of package regexp, for a package's
// variable:
//
//	var dateForm = lazyregexp.Regexp{Expression: `^\d{4}-\d{2}-\d{2}$`}
//
// It must not be copied after first use.
type Regexp struct {
	Expression string

	once     sync.Once
	compiled *regexp.Regexp
}

// Get returns the compiled expression. It panics if the expression is malformed.
func (r *Regexp) Get() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.Expression) })
	return r.compiled
}

// MatchString reports whether s contains a match.
func (r *Regexp) MatchString(s string) bool { return r.Get().MatchString(s) }
