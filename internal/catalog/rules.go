package catalog

import (
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// What no field can tell by itself. Each method returns what is wrong and what was
// expected, or "". Values that are missing or malformed by themselves are for the reader
// of a format to report.

// LifecycleID is no id of a control: "service/lifecycle" is the gap of a retired service,
// and in an assessment the service itself has that place among its controls.
const LifecycleID = "lifecycle"

// Problem says what is wrong with a definition.
func (d *Definition) Problem() string {
	if d.ID == LifecycleID {
		return words.Sprintf("the definition's id is %q, expected another: "+
			"it stands for the service itself among the gaps of an assessment", LifecycleID)
	}
	return ""
}

// Problem says what is wrong with a resource type.
func (r *ResourceType) Problem() string {
	if blocks := r.By.Blocks(); blocks != nil && r.Value != "" && !slices.Contains(blocks, r.Value) {
		return words.Sprintf("the value %q of an entry of resource_types is none of the blocks that decide, expected one of %s",
			r.Value, words.Quoted(blocks))
	}
	return ""
}

// Problem says what is wrong with a lifecycle that was written down.
func (l *Lifecycle) Problem() string {
	switch stated := l.RetiredOn != "" || l.Successor != "" || l.Notice != ""; {
	case stated && l.Source == Source{}:
		return `lifecycle lacks the key "source", expected where retired_on, successor and notice were read`
	case !stated && len(l.Notices) == 0:
		return "lifecycle says nothing, expected one of notice, notices, retired_on, successor"
	}
	return ""
}

// Problem says what is wrong with a statement of a known status.
func (st *Statement) Problem() string {
	switch {
	case !slices.Contains(Statuses, st.Status):
		return ""
	case st.Status == StatusConditional && plaintext.Blank(st.Condition):
		return `a statement with the status "conditional" lacks its condition, expected what restricts the "Yes"`
	case st.Status != StatusConditional && st.Condition != "":
		return words.Sprintf("a statement with the status %q has a condition, expected one with \"conditional\" alone", st.Status)
	case st.Planned && st.Status != StatusNo:
		return words.Sprintf("a statement with the status %q is planned, expected that with \"no\" alone", st.Status)
	}
	return ""
}
