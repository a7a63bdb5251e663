package assess_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// each is an exception for each control of each service, declared as one entry.
func each(entry int, services, controls []string, expires catalog.Date) []assess.Exception {
	var out []assess.Exception
	for _, s := range services {
		for _, c := range controls {
			ex := exception(c, expires)
			ex.Service, ex.Entry = s, entry
			out = append(out, ex)
		}
	}
	return out
}

// An entry for several services and controls is recorded check by check, and spoken of once.
func TestExceptionsOfOneEntry(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "no", tls: "yes"}),
		documented("b", statements{vnet: "no", cmk: "yes", tls: "yes"}), documented("c", statements{vnet: "no"}))
	both := []string{"a", "b"}
	r := assess.Requirement{Services: both, Controls: []string{vnet, cmk, tls}}
	for _, ex := range [][]assess.Exception{
		each(1, both, []string{vnet}, today),                      // ends soon, twice
		each(2, both, []string{cmk}, "2030-01-01"),                // used for one of two
		each(3, both, []string{tls}, "2030-01-01"),                // used for none
		each(4, []string{"c"}, []string{vnet, cmk}, "2030-01-01"), // not required
		each(5, both, []string{audit, local}, "2030-01-01"),       // not required, for two reasons
	} {
		r.Exceptions = append(r.Exceptions, ex...)
	}
	result := evaluate(t, c, r)
	encode(t, result.Assessment)
	if got := len(result.Assessment.Requirement.Exceptions); got != 12 {
		t.Errorf("%d exceptions are recorded, want one for each check: 12", got)
	}
	var b strings.Builder
	for _, w := range result.Warnings {
		fmt.Fprintf(&b, "Warning: %s, at %d\n\n%s\n\n", w.Summary, w.Nth, w.Detail)
	}
	golden.Check(t, "testdata/exceptions_of_one_entry.golden", b.String())
}

// What is wrong with an entry is said once, not for each of its checks.
func TestExceptionsOfOneEntryRefused(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "no"}), documented("b", statements{vnet: "no", cmk: "no"}))
	both, controls := []string{"a", "b"}, []string{vnet, cmk}
	for name, tc := range map[string]struct {
		exceptions []assess.Exception
		want       []string
		detail     string
	}{
		"no date": {
			each(1, both, controls, "soon"),
			[]string{"exceptions[0].expires: Malformed date"},
			"soon",
		},
		"far away": {
			each(1, both, controls, "2100-01-01"),
			[]string{"exceptions[0].expires: Exception without an end in sight"},
			"and 3 more checks ends on",
		},
		"an unknown service and an unknown control": {
			each(1, []string{"a", "x"}, []string{vnet, "vnet-injektion"}, today),
			[]string{"exceptions[1].control: Unknown control", "exceptions[2].service: Unknown service"},
			"vnet-injektion",
		},
		"twice": {
			append(each(1, both, controls, today), each(2, both, []string{vnet}, today)...),
			[]string{"exceptions[4]: Duplicate exception"},
			`"vnet-injection" of "a" and 1 more check in`,
		},
		"twice, each alone": {
			append(each(0, both, []string{vnet}, today), each(0, both, []string{vnet}, today)...),
			[]string{"exceptions[2]: Duplicate exception", "exceptions[3]: Duplicate exception"},
			`"vnet-injection" of "a" in`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := assess.Evaluate(c, assess.Requirement{Services: both, Controls: controls, Exceptions: tc.exceptions}, today)
			errs := inputErrors(t, err)
			var got []string
			for _, e := range errs {
				got = append(got, place(e))
			}
			if fmt.Sprint(got) != fmt.Sprint(tc.want) {
				t.Fatalf("the errors are %q, want %q: %v", got, tc.want, errors.Join(err))
			}
			if !strings.Contains(errs[0].Detail, tc.detail) {
				t.Errorf("%q does not say %q", errs[0].Detail, tc.detail)
			}
		})
	}
}
