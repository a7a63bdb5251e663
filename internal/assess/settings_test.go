package assess_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
)

// TestSettings sets every setting and finds it in the requirement: none has the place of
// another, and none is refused with a value of its own.
func TestSettings(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	for _, s := range assess.Settings() {
		before := assess.Requirement{
			Services: []string{"a"}, Controls: []string{vnet}, Configuration: assesstest.Shown(nil),
		}
		for _, other := range assess.Settings() {
			if !other.IsNumber() {
				other.SetText(&before, other.Default)
			}
		}
		if s.IsNumber() {
			after := before
			s.SetNumber(&after, new(s.Most))
			if cmp.Equal(before, after) {
				t.Errorf("%s changes nothing", s.Name)
			}
			evaluate(t, c, after)
			continue
		}
		if !slices.Contains(s.Allowed, s.Default) || !slices.Contains(s.Allowed, s.Lenient) {
			t.Errorf("%s allows %q, and has the default %q and the lenient value %q", s.Name, s.Allowed, s.Default, s.Lenient)
		}
		for _, value := range s.Allowed {
			after := before
			s.SetText(&after, value)
			if cmp.Equal(before, after) != (value == s.Default) {
				t.Errorf("%s = %q does not count, or another one does", s.Name, value)
			}
			evaluate(t, c, after)
		}
	}
}

func TestSettingNamed_unknown(t *testing.T) {
	t.Parallel()
	defer func() {
		if got, want := recover(), `a requirement has no setting "on_retierd"`; got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}()
	assess.SettingNamed("on_retierd")
}

func ExampleSettingNamed() {
	s := assess.SettingNamed(assess.SettingOnRetired)
	fmt.Println(s.Allowed, s.Default)
	// Output: [warn deny allow] warn
}
