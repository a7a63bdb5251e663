package provider

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// addIgnored reports what shows that "ignore_changes" in the lifecycle block of a
// requirement keeps its configuration from being checked. Terraform then sends, in place of
// the configuration, what the state has: of a write-only argument null, and of services,
// which are computed where the configuration has none, those that were found at the last
// apply. What has been chosen since would pass unseen. Other arguments that are ignored
// look like any that did not change: nothing tells.
func addIgnored(diags *diag.Diagnostics, config, state *requirementResourceModel) {
	const remedy = "Take ignore_changes out of the requirement: an exception accepts a gap, until a day."
	const destroy = "\n\nTo destroy all the same: terraform destroy -refresh=false"
	switch {
	case !config.Assessment.IsNull():
		// A configuration has no value for what is computed alone.
		diags.AddError("Configuration is ignored",
			"The requirement has ignore_changes = all in its lifecycle block, so Terraform sends what was declared at the "+
				"last apply in place of the configuration. What has changed since would not be checked.\n\n"+remedy+destroy)
	case config.ConfigurationWO.IsNull() && config.Services.Equal(state.Services) && state.hadConfiguration():
		diags.AddError("Configuration is ignored",
			"configuration_wo was set at the last apply and is null now, while services are those of the last apply. "+
				"ignore_changes for both does that, and what the configuration has chosen since would not be checked.\n\n"+
				remedy+"\n\nIf nothing is ignored, and the same services are named now without configuration_wo, forget "+
				"the last apply: run terraform state rm with the requirement's address. "+
				"It exists in the state alone."+destroy)
	}
}

// hadConfiguration says whether the assessment in the state was made with what a
// configuration chooses.
func (m *requirementResourceModel) hadConfiguration() bool {
	var a struct {
		Scope json.RawMessage `json:"scope"`
	}
	return json.Unmarshal([]byte(m.Assessment.ValueString()), &a) == nil && a.Scope != nil
}
