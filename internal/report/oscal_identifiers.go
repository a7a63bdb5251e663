package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

// A finding on a group has an objective of our own as its target: that the service has one
// of some controls, or every documented one. What that says of the framework's identifier is an observation, and the
// identifier a resource that the finding links to: no objective of the framework is claimed
// to be satisfied by what only intersects with it.

// own is what the check asks for in our own words, without an identifier of others.
func (c *check) own() string {
	if !c.isGroup() {
		return c.title
	}
	titles := make([]string, len(c.members))
	for i, m := range c.members {
		titles[i] = m.title
	}
	if len(titles) == 1 {
		return titles[0]
	}
	return c.kind.facts().members + ": " + strings.Join(titles, ", ")
}

func identifierUUID(s *section, c *check) string { return stableid.UUID("identifier", s.digest, c.id) }

// identifierLinks lead to the identifier that the finding is about; nil where nobody says of which.
func (f *finding) identifierLinks() []oscaldoc.Link {
	if f.check.identifier == nil {
		return nil
	}
	return []oscaldoc.Link{{Href: "#" + identifierUUID(f.section, f.check), Rel: "related", Text: f.check.title}}
}

// identifierResources stand for the identifiers of frameworks that groups are.
func identifierResources(s *section) []oscaldoc.Resource {
	var resources []oscaldoc.Resource
	for _, c := range s.checks {
		if c.identifier == nil {
			continue
		}
		props := []oscaldoc.Prop{
			oscaldoc.NewProp("framework", c.identifier.Framework), oscaldoc.NewProp("identifier", c.identifier.Identifier),
		}
		resources = append(resources, oscaldoc.Resource{
			UUID: identifierUUID(s, c), Title: commonmark.Paragraph(c.title),
			Description: commonmark.Paragraph(
				"An identifier of a framework, to which controls of this report speak." + c.bases(),
			),
			Props: oscaldoc.AppendProp(props, "framework-version", c.identifier.Version),
		})
	}
	return resources
}

// profileUUID is that of the resource that stands for the profile: one for sections of which the
// same was not assessed.
func (s *section) profileUUID() string {
	names := []string{"profile", s.profile()}
	for _, one := range s.leftOut() {
		names = append(append(names, one.key), one.names...)
	}
	return stableid.UUID(names...)
}

// profileLink leads to the resource; the zero value where there is none.
func (s *section) profileLink() oscaldoc.Link {
	if s.profile() == "" {
		return oscaldoc.Link{}
	}
	return oscaldoc.Link{Href: "#" + s.profileUUID(), Rel: "related", Text: commonmark.Paragraph(s.profile())}
}

// profileResources stand for profiles, with what of them was not assessed.
func (r *report) profileResources() []oscaldoc.Resource {
	var resources []oscaldoc.Resource
	for _, s := range r.sections {
		id := s.profileUUID()
		if s.profile() == "" || slices.ContainsFunc(resources, func(o oscaldoc.Resource) bool { return o.UUID == id }) {
			continue
		}
		resource := oscaldoc.Resource{
			UUID: id, Title: commonmark.Paragraph(s.profile()),
			Description: "A selection of identifiers of a framework. Those in the properties were not assessed: " +
				"not-assessed-not-asked, since the requirement does not ask for them; not-assessed-other-version, since only " +
				"mappings to another version of the framework lead to a documented control; not-assessed-no-mapping, since " +
				"none in the catalogue does.",
		}
		for _, one := range s.leftOut() {
			for _, name := range one.names {
				resource.Props = append(resource.Props, oscaldoc.NewProp("not-assessed-"+one.key, name))
			}
		}
		resources = append(resources, resource)
	}
	return resources
}

// reviewed is the selection of the identifiers to which controls of the report speak, without
// those of the profile that were not assessed; false where there are none.
func (s *section) reviewed() (oscalSelection, bool) {
	selection := oscalSelection{
		Description: "Identifiers of a framework to which controls of the requirement speak. What was looked at is whether " +
			"documented controls support them, and not whether they are met.",
	}
	for _, c := range s.checks {
		if c.identifier == nil {
			continue
		}
		if ref := (oscalControlRef{oscalIdentifier(c.identifier.Identifier)}); !slices.Contains(selection.Controls, ref) {
			selection.Controls = append(selection.Controls, ref)
		}
	}
	if len(selection.Controls) == 0 {
		return oscalSelection{}, false
	}
	if link := s.profileLink(); link.Href != "" {
		selection.Links = []oscaldoc.Link{link}
	}
	selection.Props = []oscaldoc.Prop{oscaldoc.NewProp("coverage", s.covered())}
	for _, one := range s.leftOut() {
		for _, id := range one.ids {
			if ref := (oscalControlRef{oscalIdentifier(id)}); !slices.Contains(selection.Controls, ref) {
				selection.Excluded = append(selection.Excluded, ref)
			}
		}
	}
	return selection, true
}

// supports is the observation of what a finding says of the identifier.
func (w *oscalWriter) supports(f *finding) oscalRelatedObs {
	o, isNew := w.observation(f, "identifier", f.check.id)
	if !isNew {
		return oscalRelatedObs{o.UUID}
	}
	var supported []string
	for _, m := range f.members {
		if m.outcome.Standing() == assess.Holds && m.outcome != assess.NotApplicable {
			supported = append(supported, m.check.title)
			if m.check.basis != "" {
				supported[len(supported)-1] += " (" + m.check.basis + ")"
			}
		}
	}
	text := fmt.Sprintf("No control of %s is shown that supports %s.", f.service.name, f.check.title)
	if len(supported) > 0 {
		text = fmt.Sprintf("Of %s, these support %s, and do not by themselves meet it: %s.", f.service.name, f.check.title,
			strings.Join(supported, "; "))
	}
	o.Title, o.Types = commonmark.Paragraph("Support of "+f.check.title), []string{"control-objective"}
	o.Description = commonmark.Paragraph(text)
	w.observations = append(w.observations, o)
	return oscalRelatedObs{o.UUID}
}
