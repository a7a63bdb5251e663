package assess_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	type row struct {
		Outcome  assess.Outcome
		Standing assess.Standing
		Passes   bool
		Word     string
	}
	var got []row
	for _, o := range assess.Outcomes() {
		if !o.Known() {
			t.Errorf("%s is listed and not known", o)
		}
		got = append(got, row{o, o.Standing(), o.Passes(), o.Word()})
	}
	want := []row{
		{assess.Gap, assess.Fails, false, "Gap"},
		{assess.Excepted, assess.Accepted, true, "Excepted"},
		{assess.Evidenced, assess.Holds, true, "Evidenced"},
		{assess.Configured, assess.Holds, true, "Configured"},
		{assess.Satisfied, assess.Holds, true, "Satisfied"},
		{assess.NotApplicable, assess.Holds, true, "Not applicable"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// TestOutcome_unknown has an outcome of a later version, or none: neither passes.
func TestOutcome_unknown(t *testing.T) {
	t.Parallel()
	for _, o := range []assess.Outcome{"", "waived", "Satisfied"} {
		if o.Known() || o.Rank() != 0 || o.Passes() || o.Standing() != assess.Fails {
			t.Errorf("%q passes", o)
		}
		if o.Word() != string(o) {
			t.Errorf("%q is called %q", o, o.Word())
		}
	}
}

// TestParse_unknownOutcome puts an outcome that there is none of in place of each in turn:
// of a control, a group, a member of a group and the end of a service.
func TestParse_unknownOutcome(t *testing.T) {
	t.Parallel()
	parts := strings.Split(completeText(t, true), `"outcome":"`)
	if len(parts) < 6 {
		t.Fatalf("%d outcomes", len(parts)-1)
	}
	for i := 1; i < len(parts); i++ {
		edited := append([]string{}, parts...)
		_, rest, _ := strings.Cut(edited[i], `"`)
		edited[i] = `waived"` + rest
		_, err := assess.Parse(strings.Join(edited, `"outcome":"`))
		if err == nil || !strings.Contains(err.Error(), `the outcome "waived", expected one of "gap", "excepted"`) {
			t.Errorf("outcome %d: got %v", i, err)
		}
	}
}
