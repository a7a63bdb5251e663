package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// registers takes over what registers say, and refuses one that is older than at the last
// apply: it may accept what was withdrawn since, with a signature that is good.
func (r *requirementReader) registers(data *providerData, state *requirementResourceModel) {
	var err error
	if r.r.Approval, err = data.approval.read(); err != nil {
		addRegisterError(&r.diags, err)
		return
	}
	r.issues = issuesOf(r.r)
	if state == nil {
		return
	}
	files := map[string]string{}
	if r.r.Approval != nil {
		for _, register := range r.r.Approval.Registers {
			files[register.Name] = register.File
		}
	}
	before := state.issues()
	for _, name := range slices.Sorted(maps.Keys(before)) {
		issued, there := r.issues[name]
		if there && issued < before[name] {
			r.diags.AddAttributeError(path.Root("workload"), "Register gone back", fmt.Sprintf(
				"The register %s (%s) was issued on %s, and the last apply went by its issue of %s. "+
					"An older issue may accept what has been withdrawn since. Put the newer one back; or, where the older one "+
					"is "+
					"meant, issue it anew with the day of today, and have it signed.\n\n"+
					"To destroy all the same: terraform destroy -refresh=false",
				words.Quote(name), files[name], issued, before[name],
			))
		}
		// A register that is not there now may come back, and not older.
		r.issues[name] = max(issued, before[name])
	}
}

// issuesOf lists the registers that count for a requirement, with the days of their issue.
func issuesOf(r assess.Requirement) map[string]string {
	issues := map[string]string{}
	for _, ref := range r.Admitted() {
		issues[ref.Name] = string(ref.Issued)
	}
	return issues
}

// issues are those of the last apply.
func (m *requirementModel) issues() map[string]string {
	issues := map[string]string{}
	for name, value := range m.Registers.Elements() {
		if text, ok := value.(types.String); ok {
			issues[name] = text.ValueString()
		}
	}
	return issues
}
