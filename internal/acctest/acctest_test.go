package acctest_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// An acceptance test says what a diagnostic must say; the CLI breaks its lines as it likes.
func TestSays(t *testing.T) {
	t.Parallel()
	const printed = "│ Error: Required controls\n│ missing (2)\n│\n│ Choose another\n│ service.\n"
	for name, c := range map[string]struct {
		texts []string
		want  bool
	}{
		"over lines":      {[]string{"Required controls missing (2)"}, true},
		"in their order":  {[]string{"Required controls", "another service."}, true},
		"the wrong order": {[]string{"another service.", "Required controls"}, false},
		"another text":    {[]string{"Required controls missing (3)"}, false},
		"no expression":   {[]string{"missing .2."}, false},
		"half a word":     {[]string{"Required control missing"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := acctest.Says(c.texts...).MatchString(printed); got != c.want {
				t.Errorf("%q matches: %t, want %t", c.texts, got, c.want)
			}
		})
	}
}
