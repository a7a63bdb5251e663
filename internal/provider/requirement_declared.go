package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// assessmentArgument is the argument that stands for nearly all others.
const assessmentArgument = "assessment_wo"

// read returns the requirement that the resource declares: by its own arguments, or by an
// assessment. See requirementModel.read.
func (m *requirementResourceModel) read(data *providerData) *requirementReader {
	if m.AssessmentWO.IsNull() {
		r := m.requirementModel.read(data, m.document())
		r.crosswalk("crosswalk_wo", m.CrosswalkWO, data)
		return r
	}
	r := &requirementReader{paths: argumentPaths{whole: assessmentArgument}}
	r.beside(m, data)
	enforcement := m.Enforcement
	if m.AssessmentWO.IsUnknown() || data == nil {
		if m.AssessmentWO.IsUnknown() {
			r.open = append(r.open, assessmentArgument)
		}
		r.r.Open = assess.Open{Services: true, Checks: true, Settings: true, Configuration: true, Record: true}
		for _, s := range assess.Settings() {
			r.setting(s, m.setting(s.Name)) // all are null, so these are the defaults
		}
		if enforcement.IsNull() {
			enforcement = types.StringUnknown()
		}
	} else {
		enforcement = r.declared(m, enforcement)
	}
	r.document(m.document(), data)
	r.enforcement(enforcement, data)
	if m.Enforcement.IsNull() { // it is the assessment's that is not known
		r.open = slices.DeleteFunc(r.open, func(name string) bool { return name == assess.SettingEnforcement })
	}
	return r
}

// declared takes over what an assessment declares, and returns the enforcement: that of the
// assessment is good unless the requirement has its own. What the assessment found is not
// looked at.
func (r *requirementReader) declared(m *requirementResourceModel, enforcement types.String) types.String {
	a, err := assess.Parse(m.AssessmentWO.ValueString())
	if err != nil {
		r.diags.AddAttributeError(path.Root(assessmentArgument), "Malformed assessment",
			words.Sentence(err.Error())+" Set "+assessmentArgument+" = data.controls_assessment.<name>.assessment, as it is.")
		return enforcement
	}
	r.r = a.Declared()
	if a.RestsOnSettings() && m.ConfigurationWO.IsNull() {
		r.diags.AddAttributeError(path.Root(assessmentArgument), "Configuration missing",
			"The assessment rests on what the configuration switches on, which is evaluated anew. Set configuration_wo = "+
				"data.controls_configuration.<name>.document beside it, the one that the data source has.")
	}
	if enforcement.IsNull() {
		return types.StringValue(r.r.Enforcement)
	}
	return enforcement
}

// beside refuses what the assessment declares already.
func (r *requirementReader) beside(m *requirementResourceModel, data *providerData) {
	for _, argument := range []struct {
		name  string
		value attr.Value
	}{
		{"services", m.Services},
		{"allow_no_services", m.AllowNoServices},
		{"workload", m.Workload},
		{"labels", m.Labels},
		{"controls", m.Controls},
		{"any_of", m.AnyOf},
		{"every_documented_of", m.EveryDocumentedOf},
		{"avoid", m.Avoid},
		{"exceptions", m.Exceptions},
		{"evidence", m.Evidence},
		{"crosswalk_wo", m.CrosswalkWO},
		{assess.SettingMustBe, m.MustBe},
		{assess.SettingNotApplicable, m.NotApplicable},
		{assess.SettingOnRetired, m.OnRetired},
		{"as_of", m.AsOf},
		{assess.SettingMaxDocumentAgeDays, m.MaxDocumentAgeDays},
	} {
		// What "validate" does not know may turn out to be null.
		if argument.value.IsNull() || data == nil && (argument.value.IsUnknown() || m.AssessmentWO.IsUnknown()) {
			continue
		}
		r.diags.AddAttributeError(path.Root(argument.name), "Conflicting arguments",
			fmt.Sprintf("%[1]s and %[2]s are both set. %[2]s stands for all other arguments but enforcement and "+
				"configuration_wo: declare %[1]s in the data source, or leave %[2]s out.", argument.name, assessmentArgument))
	}
}
