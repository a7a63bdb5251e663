package report_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// Every report says whether it is about what services can or about what is in force, and those
// for people what their words mean.
func TestRender_whatWasAsked(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	r, d := enabled()
	can, on := evaluate(t, c, full()), evaluate(t, c, r)
	r.MustBe = assess.MustBeSupported // settings decide of what is to be avoided all the same
	shown := evaluate(t, c, r)
	plain := strings.NewReplacer("&#34;", `"`, `\"`, `"`, `""`, `"`, `\_`, "_").Replace
	for _, format := range report.Names(report.Formats()) {
		for name, tc := range map[string]struct {
			of   []*assess.Assessment
			want string
		}{
			"supported": {
				[]*assess.Assessment{can},
				`hat documents say that a service can have (must_be = "supported"), not whether it is configured or on.`,
			},
			"settings": {
				[]*assess.Assessment{shown},
				`configured or on, but for what is to be avoided and for conditions, where settings show it.`,
			},
			"enabled": {
				[]*assess.Assessment{on}, `that a service can have, and what shows it to be on (must_be = "enabled")`,
			},
			"both": {[]*assess.Assessment{can, on}, `Of requirement 2 also what shows it to be on (must_be = "enabled")`},
		} {
			text := plain(render(t, format, report.Options{Configuration: d}, tc.of...))
			if strings.Contains(text, tc.want) != (format != report.FormatDraftHCL) {
				t.Errorf("%s, %s: %q is in it or not", format, name, tc.want)
			}
		}
	}
}

// Whoever reads that a setting is on learns that it was read with values of root variables, and which.
func TestRender_variables(t *testing.T) {
	t.Parallel()
	r, d := enabled()
	const want = "Settings were read with values given for the root variables shared_keys, tls."
	for _, given := range [][]string{nil, {"shared_keys", "tls"}} {
		d.Scope.Variables = given
		r.Configuration = d
		a := evaluate(t, loadCatalog(t), r)
		for _, format := range report.Names(report.Formats()) {
			text := strings.ReplaceAll(render(t, format, report.Options{Configuration: d}, a), `\_`, "_")
			if strings.Contains(text, want) != (given != nil && format != report.FormatDraftHCL) {
				t.Errorf("%s, with variables %v: %q is in it or not", format, given, want)
			}
		}
	}
}

// What an outcome means stands in reports that have the outcome, and in no others.
func TestRender_meanings(t *testing.T) {
	t.Parallel()
	for _, format := range []string{report.FormatHTML, report.FormatMarkdown, report.FormatCSV} {
		text := everyReport(t, format)
		for word, want := range map[string]bool{
			"No document in this catalogue says whether the service has it; that is no statement of its vendor": true,
			"Documents say that the service has controls which are mapped to the identifier":                    true,
			"nobody opened that to make this report":                                                            false,
		} {
			if strings.Contains(text, word) != want {
				t.Errorf("%s: %q is in it: %t", format, word, !want)
			}
		}
		if !strings.Contains(fullReport(t, format), "nobody opened that to make this report") {
			t.Errorf("%s does not say that nobody looked at the evidence", format)
		}
	}
}
