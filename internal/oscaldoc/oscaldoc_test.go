package oscaldoc_test

import (
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
)

func TestToken(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"a", "vnet-injection", "_x", "a.b_c"} {
		if got := oscaldoc.Token(token); got != token {
			t.Errorf("%q, which is a token, became %q", token, got)
		}
	}
	seen := map[string]bool{}
	for _, name := range []string{"", "3ds", "-a", ".a", "a b", "a/b", "ä"} {
		got := oscaldoc.Token(name)
		if got == name || seen[got] || oscaldoc.Token(got) != got {
			t.Errorf("%q became %q, expected a token of its own", name, got)
		}
		seen[got] = true
	}
}

func TestProp(t *testing.T) {
	t.Parallel()
	props := oscaldoc.AppendProp(nil, "empty", " \n")
	props = oscaldoc.AppendProp(props, "name", "two\nlines")
	if len(props) != 1 || props[0] != (oscaldoc.Prop{Name: "name", NS: oscaldoc.Namespace, Value: "two lines"}) {
		t.Errorf("got %+v", props)
	}
}

func ExampleMoment() {
	fmt.Println(oscaldoc.Moment("2026-11-29"), oscaldoc.Moment(""))
	// Output: 2026-11-29T00:00:00Z 1970-01-01T00:00:00Z
}
