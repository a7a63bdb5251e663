package provider

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// crosswalkDescription is that of crosswalk_wo of the resource and of crosswalk of the data
// source.
const crosswalkDescription = "Of which framework's identifiers the groups are, and by whose mapping: " +
	"`data.controls_profile.<name>.crosswalk`, or that of `controls_definitions`. What it says of the groups is recorded in " +
	"`assessment`, and reports name framework, version, identifier, source and confidence. It decides nothing. " +
	"One for a requirement: identifiers of two frameworks may have the same name, so each framework has a requirement of " +
	"its own."

// crosswalkResult describes the result of the data sources.
const crosswalkResult = "For `crosswalk_wo` of a requirement, and `crosswalk` of an assessment: by identifier the framework, " +
	"version and title, and of each member of the group by which source it is mapped and how surely, and how, by the " +
	"catalogue, it relates to the identifier (in the terms of NIST IR 8477); beside them the identifiers from which no " +
	"mapping leads to a documented control; as canonical JSON."

// confidenceMeaning says what the confidences of mappings are.
const confidenceMeaning = "`high` is what a publisher says of most of what it has about the very feature; `medium` what it " +
	"says of part of it, or for another vendor's services, or what the catalogue reads in the requirement's text; `low` what " +
	"comes by way of another framework, or would hardly be accepted alone."

// crosswalk reads what the groups are.
func (r *requirementReader) crosswalk(name string, value types.String, data *providerData) {
	switch {
	case value.IsNull():
	case value.IsUnknown():
		r.open = append(r.open, name)
		r.r.Open.Record = true
	case data == nil:
	default:
		c, err := crosswalk.Parse(value.ValueString())
		if err != nil {
			r.diags.AddAttributeError(path.Root(name), "Malformed crosswalk", words.Sentence(err.Error())+
				" Set "+name+" = data.controls_profile.<name>.crosswalk, as it is.")
			return
		}
		r.r.Crosswalk = c
		if r.r.Open.Checks || c.Of(r.r.Groups()) != nil {
			return
		}
		r.diags.AddAttributeWarning(path.Root(name), "Crosswalk of other groups",
			"No group of the requirement has the name of an identifier of the crosswalk, so that reports cannot say what the "+
				"groups are. Take groups and crosswalk of the same data source, and keep the names of the groups.")
	}
}

// crosswalkOf makes the crosswalk of groups, by the mappings that count.
func crosswalkOf(
	mappings map[string][]catalog.Mapping, asked crosswalk.Asked, diags *diag.Diagnostics,
) types.String {
	if f, ok := builtInFramework(asked.Framework); ok {
		identifiers, err := f.Identifiers("")
		if err != nil {
			addCatalogError(diags, nil, err)
			return types.StringNull()
		}
		asked.Titles = map[string]string{}
		for _, identifier := range identifiers {
			asked.Titles[identifier.ID] = identifier.Title
		}
	}
	if len(asked.Groups) == 0 {
		return types.StringNull()
	}
	text, err := crosswalk.Make(mappings, asked).Encode()
	if err != nil {
		diags.AddError("Crosswalk cannot be encoded", err.Error())
	}
	return types.StringValue(text)
}

// onlyVersion is the version that all mappings to a framework have; "" where they have
// several.
func onlyVersion(mappings map[string][]catalog.Mapping, framework string) string {
	versions := map[string]bool{}
	for _, of := range mappings {
		for _, m := range of {
			if m.Framework == framework {
				versions[m.Version] = true
			}
		}
	}
	if len(versions) != 1 {
		return ""
	}
	return slices.Collect(maps.Keys(versions))[0]
}
