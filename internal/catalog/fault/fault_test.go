package fault_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
)

func TestError(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*fault.Error{
		"own.yaml:2: id is missing": {File: "own.yaml", Line: 2, Message: "id is missing"},
		"own.yaml: is empty":        {File: "own.yaml", Message: "is empty"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A file of another kind has errors without end: so many are kept, and the rest counted.
func TestCollector(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]struct{ kept, reported int }{
		0: {0, 0}, 1: {1, 1}, 10: {10, 10}, 11: {11, 11}, 100: {100, 11}, 101: {101, 11}, 250: {101, 11},
	} {
		c := fault.Collector{File: "own.yaml"}
		for i := range failures {
			c.Fail(i+1, "the entry %q", fmt.Sprint(i))
		}
		errs := c.Errors()
		if c.Count() != failures || len(errs) != want.kept {
			t.Errorf("%d failures: counted %d, kept %d; want %d kept", failures, c.Count(), len(errs), want.kept)
		}
		err := fault.Join(errs)
		if failures == 0 {
			if err != nil {
				t.Errorf("no failure: got %v", err)
			}
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != want.reported || lines[0] != `own.yaml:1: the entry "0"` {
			t.Errorf("%d failures: got %q", failures, lines)
		}
		if more := fmt.Sprintf("and %d more", failures-10); failures > 10 && lines[10] != more {
			t.Errorf("%d failures: got %q, want %s", failures, lines[10], more)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	placed := func(file string, line int) error { return &fault.Error{File: file, Line: line, Message: "x"} }
	lost := errors.New("the embedded catalogue is damaged")
	for name, tc := range map[string]struct {
		errs []error
		want []string
	}{
		"by file and line": {
			[]error{placed("b.yaml", 1), placed("a.yaml", 10), placed("a.yaml", 9), placed("a.yaml", 0)},
			[]string{"a.yaml: x", "a.yaml:9: x", "a.yaml:10: x", "b.yaml:1: x"},
		},
		"wrapped":       {[]error{fmt.Errorf("reading: %w", placed("a.yaml", 1))}, []string{"a.yaml:1: x"}},
		"of no file":    {[]error{lost}, []string{lost.Error()}},
		"of both kinds": {[]error{placed("a.yaml", 1), lost}, []string{lost.Error(), "a.yaml:1: x"}},
		"beside many": {
			append(slices.Repeat([]error{placed("a.yaml", 1)}, 12), lost),
			append(append([]string{lost.Error()}, slices.Repeat([]string{"a.yaml:1: x"}, 10)...), "and 2 more"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := fault.Join(tc.errs)
			if err == nil {
				t.Fatal("no error")
			}
			if got, want := err.Error(), strings.Join(tc.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if slices.Contains(tc.errs, lost) && !errors.Is(err, lost) {
				t.Error("the error of no file cannot be recognised")
			}
		})
	}
	var first *fault.Error
	if err := fault.Join([]error{placed("b.yaml", 2), placed("a.yaml", 1)}); !errors.As(err, &first) || first.File != "a.yaml" {
		t.Errorf("got %+v for the first error", first)
	}
}
