package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// workloadAttributes say what a requirement is about.
func workloadAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"workload": optionalText(isWorkload(), "Name of what this is about, such as `shop-prod`: letters, digits and `. _ / -`, "+
			"at most 100 of them. Recorded in `assessment` and in attestations. Default: none."),
		"labels": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: fmt.Sprintf("What else to know this by, such as `team = \"payments\"`: at most %d, recorded in "+
				"`assessment` and in attestations. They decide nothing. Keys have the form of `workload`, in lower case, "+
				"values at most %d "+
				"characters. Default: none.", assess.MaxLabels, assess.MaxLabelValue),
			Validators: []validator.Map{
				mapvalidator.SizeAtMost(assess.MaxLabels),
				mapvalidator.KeysAre(isLabelKey()),
				mapvalidator.ValueStringsAre(notBlank()),
			},
		},
	}
}

// isWorkload accepts the name of a workload.
func isWorkload() validator.String {
	return stringRule{"must be the name of a workload", "Malformed workload", assess.WorkloadProblem}
}

// isLabelKey accepts the key of a label.
func isLabelKey() validator.String {
	return stringRule{"must be the key of a label", "Malformed label", assess.LabelProblem}
}

// workload reads what the requirement is about.
func (r *requirementReader) workload(m *requirementModel) {
	r.r.Workload = m.Workload.ValueString()
	if m.Workload.IsUnknown() {
		// A register may accept anything for it.
		r.r.Open.Record = true
		r.openExceptions([]string{""}, []string{""})
		r.r.Open.Evidence = append(r.r.Open.Evidence, assess.Pattern{})
		r.open = append(r.open, "workload")
	}
	if m.Labels.IsUnknown() {
		r.r.Open.Record = true
		r.open = append(r.open, "labels")
	}
	for key, element := range m.Labels.Elements() {
		switch value, ok := element.(types.String); {
		case !ok || value.IsNull():
			r.diags.AddAttributeError(path.Root("labels").AtMapKey(key), "Null element",
				"The label is null. Give it a value, or remove it.")
		case value.IsUnknown():
			r.r.Open.Record = true
			r.open = append(r.open, fmt.Sprintf("labels[%q]", key))
		default:
			if r.r.Labels == nil {
				r.r.Labels = map[string]string{}
			}
			r.r.Labels[key] = value.ValueString()
		}
	}
}
