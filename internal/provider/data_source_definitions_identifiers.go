package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
)

// The identifiers of frameworks, those that exist and those that nothing speaks to.

// leaveUndocumented lists the identifiers to which no control is mapped. A requirement that
// was made of nothing else would require nothing, and one that no mapping knows at all may be
// misspelt.
func (m *definitionsModel) leaveUndocumented(all map[string][]catalog.Mapping, diags *diag.Diagnostics) {
	m.Undocumented = []string{}
	mapped := map[string]bool{}
	for _, def := range m.Definitions {
		for _, mapping := range def.Mappings {
			mapped[strings.ToLower(mapping.Identifier)] = true
		}
	}
	for _, identifier := range m.Identifiers {
		if !mapped[strings.ToLower(identifier)] {
			m.Undocumented = append(m.Undocumented, identifier)
		}
	}
	slices.Sort(m.Undocumented)
	switch {
	case len(m.Undocumented) == 0:
	case len(m.Undocumented) == len(m.Identifiers):
		diags.AddAttributeError(path.Root("identifiers"), "Identifiers without controls", fmt.Sprintf(
			"No control of the catalogue that passes the filters is mapped to: %s. "+
				"Correct or remove them, widen the filters (min_confidence = \"low\" admits mappings that are less sure), "+
				"or add mappings through catalog_sources of the provider.", strings.Join(m.Undocumented, ", ")))
	default:
		m.warnOfUnknown(all, diags)
	}
}

// identifiersOf lists what a framework is known to have: the identifiers of its built-in
// baselines, and then those that mappings name, by control. The same one may be there again.
func identifiersOf(all map[string][]catalog.Mapping, framework string) ([]string, error) {
	var known []string
	if f, ok := builtInFramework(framework); ok {
		identifiers, err := f.Identifiers("")
		if err != nil {
			return nil, err
		}
		for _, identifier := range identifiers {
			known = append(known, identifier.ID)
		}
	}
	for _, control := range slices.Sorted(maps.Keys(all)) {
		for _, mapping := range all[control] {
			if mapping.Framework == framework {
				known = append(known, mapping.Identifiers...)
			}
		}
	}
	return known, nil
}

// warnOfUnknown tells which of the undocumented identifiers neither a mapping nor a built-in
// baseline of the framework has.
func (m *definitionsModel) warnOfUnknown(all map[string][]catalog.Mapping, diags *diag.Diagnostics) {
	identifiers, err := identifiersOf(all, m.Framework.ValueString())
	if err != nil {
		addCatalogError(diags, nil, err)
		return
	}
	known := map[string]bool{}
	for _, identifier := range identifiers {
		known[strings.ToLower(identifier)] = true
	}
	unknown := slices.DeleteFunc(slices.Clone(m.Undocumented), func(id string) bool { return known[strings.ToLower(id)] })
	if len(unknown) > 0 {
		diags.AddAttributeWarning(path.Root("identifiers"), "Identifiers that nothing knows", fmt.Sprintf(
			"No mapping of the catalogue to %s, and no built-in baseline of it, has: %s. "+
				"They are listed in undocumented, and groups require nothing for them. "+
				"Correct them if they are misspelt: the attribute frameworks lists all that are mapped.",
			m.Framework.ValueString(), strings.Join(unknown, ", ")))
	}
}

// identifiersOf lists the identifiers of the frameworks and versions that were asked for.
func (m *definitionsModel) identifiersOf(all map[string][]catalog.Mapping) map[string]map[string][]string {
	out := map[string]map[string][]string{}
	for _, mappings := range all {
		for _, mapping := range mappings {
			if !m.Framework.IsNull() && m.Framework.ValueString() != mapping.Framework ||
				!m.FrameworkVersion.IsNull() && m.FrameworkVersion.ValueString() != mapping.Version {
				continue
			}
			versions := out[mapping.Framework]
			if versions == nil {
				versions = map[string][]string{}
				out[mapping.Framework] = versions
			}
			versions[mapping.Version] = append(versions[mapping.Version], mapping.Identifiers...)
		}
	}
	for _, versions := range out {
		for version, identifiers := range versions {
			slices.Sort(identifiers)
			versions[version] = slices.Compact(identifiers)
		}
	}
	return out
}

// crosswalk says of the groups what they are.
func (m *definitionsModel) crosswalk(all map[string][]catalog.Mapping, diags *diag.Diagnostics) types.String {
	if m.Framework.IsNull() {
		return types.StringNull()
	}
	asked := crosswalk.Asked{
		Framework: m.Framework.ValueString(), Version: m.FrameworkVersion.ValueString(), Least: m.least(), Groups: m.Groups,
	}
	if asked.Version != "" {
		asked.Versions = []string{asked.Version}
	} else {
		asked.Version = onlyVersion(all, asked.Framework)
	}
	if len(m.Identifiers) > 0 {
		asked.Profile = strings.TrimSpace(asked.Framework+" "+asked.Version) + ", identifiers that were named"
		asked.Undocumented = m.Undocumented
	}
	return crosswalkOf(all, asked, diags)
}
