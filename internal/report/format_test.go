package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// TestFormats holds every format against what the documentation makes of it.
func TestFormats(t *testing.T) {
	t.Parallel()
	for what, formats := range map[string][]report.Format{"reports": report.Formats(), "baselines": report.BaselineFormats()} {
		names := report.Names(formats)
		if len(names) == 0 || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
			t.Errorf("%s: a name is given twice, or there is none: %q", what, names)
		}
		for _, f := range formats {
			if f.Extension == "" || strings.HasPrefix(f.Extension, ".") {
				t.Errorf("%s: the extension is %q", f.Name, f.Extension)
			}
			if f.About == "" || strings.HasSuffix(f.About, ".") || strings.Contains(f.About, "\n") {
				t.Errorf("%s is described as %q", f.Name, f.About)
			}
		}
	}
}

func ExampleDescribe() {
	fmt.Println(report.Describe(report.Formats()[:2]))
	// Output:
	// - `markdown`: a comment for a pull request
	// - `html`: one file that needs nothing else, for auditors
}
