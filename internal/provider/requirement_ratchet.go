package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// ratchetBasis is what a ratchet goes by.
type ratchetBasis struct {
	none      bool  // nothing was applied
	unsound   error // why what was applied cannot be relied on
	tolerates int   // gaps of the last apply
	floored   bool  // the provider sets a ratchet for every requirement
}

// ratchet takes over the gaps of the last apply, which a ratchet tolerates.
func (r *requirementReader) ratchet(state *requirementResourceModel) {
	if r.r.Enforcement != assess.EnforcementRatchet {
		return
	}
	if state == nil {
		r.basis.none = true
		return
	}
	r.r.Applied, r.basis.unsound = state.appliedGaps()
	r.basis.tolerates = len(r.r.Applied)
}

// appliedGaps reads the gaps of the last apply out of its assessment, which must be as it was
// written: a list that anybody can edit would be no limit.
func (m *requirementModel) appliedGaps() ([]string, error) {
	text := m.Assessment.ValueString()
	if canonicaljson.Digest([]byte(text)) != m.Digest.ValueString() {
		return nil, fmt.Errorf("the assessment in the state has another digest than %s, beside it", m.Digest.ValueString())
	}
	a, err := assess.Parse(text)
	if err != nil {
		return nil, err
	}
	return a.Gaps(), nil
}

// remark begins the text about gaps that fail a plan.
func (r *requirementReader) remark() string {
	var parts []string
	if r.floorOverruled {
		parts = append(parts, fmt.Sprintf("enforcement = %q of this requirement has no effect: the provider sets %q.",
			r.ownEnforcement, r.r.Enforcement))
	}
	if r.r.Enforcement == assess.EnforcementRatchet {
		parts = append(parts, r.basis.remark())
	}
	return strings.Join(parts, "\n\n")
}

const beginRatchet = `To begin with these gaps, apply once with enforcement = "warn".`

// begin says how to begin, also where the provider sets a ratchet for every requirement.
func (b ratchetBasis) begin() string {
	if b.floored {
		return beginRatchet + ` The provider sets "ratchet" for every requirement: leave that out until the first apply.`
	}
	return beginRatchet
}

func (b ratchetBasis) remark() string {
	switch {
	case b.none:
		return `No apply is in the state, so enforcement = "ratchet" tolerates nothing. ` + b.begin()
	case b.unsound != nil:
		return fmt.Sprintf(`The last apply cannot be relied on, so enforcement = "ratchet" tolerates nothing: %s. `, b.unsound) +
			b.begin()
	case b.tolerates == 0:
		return `The last apply had no gap, so enforcement = "ratchet" tolerates none.`
	}
	return `The last apply did not have these gaps, so enforcement = "ratchet" does not tolerate them.`
}

// addToleration warns of the gaps that a ratchet tolerates.
func addToleration(diags *diag.Diagnostics, a *assess.Assessment, services path.Path) {
	if text := explain.Toleration(a); text != "" {
		diags.AddAttributeWarning(services, explain.TolerationSummary, text)
	}
}
