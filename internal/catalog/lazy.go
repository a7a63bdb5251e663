package catalog

import (
	"regexp"
	"sync"
)

// lazyRegexp compiles on first use. A provider is started several times by every run of
// a CLI, and mostly to do nothing that needs the expression.
func lazyRegexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
