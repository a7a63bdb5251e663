package catalog_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestLifecycleIsZero(t *testing.T) {
	t.Parallel()
	if !(catalog.Lifecycle{}).IsZero() {
		t.Error("nothing is something")
	}
	for _, l := range []catalog.Lifecycle{
		{RetiredOn: sample.Today},
		{Successor: "S"},
		{Notice: "N"},
		{Source: catalog.Source{Title: "T"}},
		{Notices: []catalog.Notice{{}}},
	} {
		if l.IsZero() {
			t.Errorf("%+v counts as nothing", l)
		}
	}
}

func TestConfidenceAtLeast(t *testing.T) {
	t.Parallel()
	for i, c := range catalog.Confidences {
		for j, least := range catalog.Confidences {
			if got, want := c.AtLeast(least), i >= j; got != want {
				t.Errorf("%s at least %s: got %t", c, least, got)
			}
		}
	}
}

func TestStatusDocumented(t *testing.T) {
	t.Parallel()
	for status, want := range map[catalog.Status]string{
		catalog.StatusYes: "Yes", catalog.StatusConditional: "Yes, with a condition", catalog.StatusNo: "No",
		catalog.StatusNotApplicable: "N/A", "other": "other",
	} {
		if got := status.Documented(); got != want {
			t.Errorf("%s: got %q, want %q", status, got, want)
		}
	}
}
