package report_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// A draft is refused as it is, and is a register once it is filled in, by which the
// requirement is met.
func TestDraftRegister(t *testing.T) {
	t.Parallel()
	c := assesstest.Load(t,
		assesstest.Documented("a", assesstest.Statements{assesstest.VNet: "no", assesstest.CMK: "Premium \"tier\""}),
		assesstest.Documented("b", assesstest.Statements{assesstest.VNet: "no", assesstest.CMK: "no"}))
	r := assess.Requirement{
		Services: []string{"a", "b"}, Controls: []string{assesstest.VNet, assesstest.CMK}, Workload: "shop-prod",
		AnyOf: map[string][]string{"SC-8": {assesstest.TLS}}, Enforcement: assess.EnforcementWarn,
	}
	draft := report.DraftRegister(assesstest.Evaluate(t, c, r).Assessment, "shop-*")
	if _, errs := approve.ParseRegister("draft.yaml", []byte(draft)); len(errs) == 0 {
		t.Error("the draft is a register as it is")
	}
	filled := draft
	for from, to := range map[string]string{
		`name: ""`: "name: board", `issued: ""`: `issued: "2025-06-01"`, `expires: ""`: `expires: "2025-12-31"`,
	} {
		filled = strings.ReplaceAll(filled, from, to)
	}
	filled = regexp.MustCompile(`: ""`).ReplaceAllString(filled, `: "x"`)
	register, errs := approve.ParseRegister("draft.yaml", []byte(filled))
	if err := fault.Join(errs); err != nil {
		t.Fatalf("%s\n%s", err, filled)
	}
	book := &approve.Book{Registers: []*approve.Signed{{Register: register, Digest: "sha256:" + strings.Repeat("0", 64)}}}
	r.Approval = book.Approval(assess.Policy{})
	if a := assesstest.Evaluate(t, c, r).Assessment; !a.Compliant {
		t.Errorf("these gaps are left: %s\n%s", a.Gaps(), filled)
	}
	if !strings.Contains(draft, "- services: [a, b]\n    control: \"vnet-injection\"") {
		t.Errorf("services with the same gap are not one entry:\n%s", draft)
	}
}

// Where exceptions count in registers alone, none is drafted for the requirement.
func TestDraftSection_inlineDenied(t *testing.T) {
	t.Parallel()
	c := assesstest.Load(t, assesstest.Documented("a", assesstest.Statements{assesstest.VNet: "no", assesstest.CMK: "Premium"}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{assesstest.VNet, assesstest.CMK}, Workload: "shop-prod",
		Approval: &assess.Approval{Policy: assess.Policy{Inline: assess.Deny}},
	}
	draft := report.DraftSection(assesstest.Evaluate(t, c, r).Assessment, "sha256:0", nil)
	for text, want := range map[string]bool{
		"exceptions": false, "evidence = [": true, "has to be accepted in a register": true,
		"Where that cannot be shown, a register has to accept the gap.": true,
	} {
		if strings.Contains(draft, text) != want {
			t.Errorf("%q: %t in\n%s", text, !want, draft)
		}
	}
}
