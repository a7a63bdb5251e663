package lazyregexp_test

import (
	"sync"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

func TestRegexp(t *testing.T) {
	t.Parallel()
	digits := lazyregexp.Regexp{Expression: `^\d+$`}
	var wait sync.WaitGroup
	for range 8 { // as the RPCs of a provider, side by side
		wait.Go(func() {
			if !digits.MatchString("42") || digits.MatchString("4two") {
				t.Error("42 does not match, or 4two does")
			}
		})
	}
	wait.Wait()
	if first := digits.Get(); digits.Get() != first {
		t.Error("the expression is compiled twice")
	}
}

func TestRegexp_malformed(t *testing.T) {
	t.Parallel()
	malformed := lazyregexp.Regexp{Expression: `(`}
	defer func() {
		if recover() == nil {
			t.Error("a malformed expression passes for one that matches nothing")
		}
	}()
	malformed.MatchString("(")
}
