package assess_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
)

type (
	statements = assesstest.Statements
	service    = assesstest.Service
)

const (
	today = assesstest.Today
	vnet  = assesstest.VNet
	cmk   = assesstest.CMK
	tls   = assesstest.TLS
	audit = assesstest.Audit
	local = assesstest.Local // adverse
	open  = assesstest.Open  // adverse
)

var (
	documented = assesstest.Documented
	load       = assesstest.Load
	evaluate   = assesstest.Evaluate
	exception  = assesstest.Exception
	evidence   = assesstest.Evidence
	reproduce  = assesstest.Reproduce
)

// encode returns the JSON, after Parse has accepted it: whatever Evaluate makes, the
// strict reader must take.
func encode(t testing.TB, a *assess.Assessment) string {
	t.Helper()
	text, _, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := assess.Parse(text); err != nil {
		t.Fatalf("Parse refuses what Encode wrote: %s\n%s", err, text)
	}
	return text
}

// inputErrors takes a joined error apart.
func inputErrors(t *testing.T, err error) []*assess.InputError {
	t.Helper()
	if err == nil {
		return nil
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var out []*assess.InputError
	for _, e := range all {
		var input *assess.InputError
		if !errors.As(e, &input) {
			t.Fatalf("%v is no InputError", e)
		}
		out = append(out, input)
	}
	return out
}

// replace fails silently in no test: the text to replace must be there.
func replace(text, old, replacement string) string {
	if !strings.Contains(text, old) {
		panic(fmt.Sprintf("%q is not in the text", old))
	}
	return strings.ReplaceAll(text, old, replacement)
}
