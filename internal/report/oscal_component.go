package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// FormatOSCALComponent is the format of RenderBaseline that a catalogue can be read back
// from.
const FormatOSCALComponent = "oscal-component-definition"

type oscalComponentFile struct {
	Definition oscalDefinition `json:"component-definition"`
}

type oscalDefinition struct {
	UUID       string                  `json:"uuid"`
	Metadata   oscalMetadata           `json:"metadata"`
	Components []oscalDefinedComponent `json:"components"`
	BackMatter oscalBackMatter         `json:"back-matter"`
}

type oscalDefinedComponent struct {
	UUID            string                `json:"uuid"`
	Type            string                `json:"type"`
	Title           string                `json:"title"`
	Description     string                `json:"description"`
	Props           []oscalProp           `json:"props"`
	Links           []oscalLink           `json:"links,omitempty"`
	Implementations []oscalImplementation `json:"control-implementations"`
}

type oscalImplementation struct {
	UUID         string             `json:"uuid"`
	Source       string             `json:"source"`
	Description  string             `json:"description"`
	Props        []oscalProp        `json:"props"`
	Requirements []oscalImplemented `json:"implemented-requirements"`
}

type oscalImplemented struct {
	UUID        string      `json:"uuid"`
	ControlID   string      `json:"control-id"`
	Description string      `json:"description"`
	Props       []oscalProp `json:"props"`
	Links       []oscalLink `json:"links,omitempty"`
}

// Relations of links in component definitions.
const (
	relReference = "reference" // of a statement
	relSource    = "source"    // of what is known of a service's life
)

// writeOSCALComponent writes an OSCAL component definition: a component for each
// service, in it a control implementation for each document and an implemented
// requirement for each statement, the older ones included.
//
// A catalogue can be read back from it without loss: what OSCAL has no field for is in
// properties in the namespace oscalNS, in the catalogue's own words, names included, since
// a title of OSCAL is Markdown; and definitions of the controls are resources of the back
// matter. Properties that belong together, as
// those of one resource type, have a class in common.
func writeOSCALComponent(c *catalog.Catalog, baselines []*catalog.Baseline) (string, error) {
	doc := oscalDefinition{}
	newest := catalog.Date("")
	cited := map[string]bool{}
	for _, b := range baselines {
		doc.Components = append(doc.Components, definedComponent(c, b.Service))
		for _, d := range b.Service.Documents {
			newest = max(newest, d.Published)
			for _, st := range d.Statements {
				cited[st.Control] = true
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(cited)) {
		if def, ok := c.Definition(id); ok {
			doc.BackMatter.Resources = append(doc.BackMatter.Resources, definitionResource(def))
		}
	}
	content, err := encodeJSON(doc)
	if err != nil {
		return "", err
	}
	digest := canonicaljson.Digest([]byte(content))
	doc.UUID = uuid("component-definition", digest)
	doc.Metadata = oscalMetadata{
		Title: "What vendors document about the security controls of their services", LastModified: moment(newest),
		Version: digest[len("sha256:"):][:12], OSCALVersion: DefaultOSCALVersion,
		Props:   []oscalProp{prop("catalog-digest", c.Digest())},
		Remarks: "The time of the last change is the date of the newest document: the same catalogue gives the same document.",
	}
	return encodeJSON(oscalComponentFile{doc})
}

func definitionResource(def *catalog.Definition) oscalResource {
	r := oscalResource{
		UUID: uuid("definition", def.ID), Title: markup(def.Title), Description: markup(def.Description),
		Props: []oscalProp{prop("control", def.ID), prop("title", def.Title), prop("description", def.Description), prop("category", def.Category), prop("polarity", string(def.Polarity))},
	}
	for _, label := range def.Labels {
		r.Props = append(r.Props, prop("label", label))
	}
	for _, id := range def.Related {
		r.Props = append(r.Props, prop("related", id))
	}
	return r
}

func definedComponent(c *catalog.Catalog, s *catalog.Service) oscalDefinedComponent {
	out := oscalDefinedComponent{
		UUID: uuid("service", s.ID), Type: "service", Title: markup(s.Name),
		Description: markup(fmt.Sprintf("%s, a service of the cloud %s, as its vendor documents it.", s.Name, s.Cloud)),
		Props:       []oscalProp{prop("service", s.ID), prop("name", s.Name), prop("cloud", s.Cloud)},
	}
	for _, category := range s.Categories {
		out.Props = append(out.Props, prop("category", category))
	}
	for _, name := range s.FormerNames {
		out.Props = append(out.Props, prop("former-name", name))
	}
	for _, alias := range s.Aliases {
		out.Props = append(out.Props, prop("alias", alias))
	}
	for i, rt := range s.ResourceTypes {
		class := "resource-type-" + strconv.Itoa(i+1)
		out.classed(class, "resource-type", rt.Type)
		out.classed(class, "attribute", rt.Attribute)
		out.classed(class, "value", rt.Value)
	}
	out.lifecycle(s.Lifecycle)
	for _, d := range s.Documents {
		out.Implementations = append(out.Implementations, implementation(c, s, d))
	}
	return out
}

// classed adds a property with a class, unless it has no value.
func (out *oscalDefinedComponent) classed(class, name, value string) {
	if value == "" {
		return
	}
	p := prop(name, value)
	p.Class = class
	out.Props = append(out.Props, p)
}

func (out *oscalDefinedComponent) lifecycle(l catalog.Lifecycle) {
	source := func(class string, s catalog.Source) {
		out.classed(class, "source-title", s.Title)
		out.classed(class, "source-published", string(s.Published))
		out.classed(class, "source-url", s.URL)
		if s.URL != "" {
			out.Links = append(out.Links, oscalLink{Href: s.URL, Rel: relSource, Text: s.Title})
		}
	}
	out.classed("lifecycle", "retired-on", string(l.RetiredOn))
	out.classed("lifecycle", "successor", l.Successor)
	out.classed("lifecycle", "notice", l.Notice)
	source("lifecycle", l.Source)
	for i, n := range l.Notices {
		class := "notice-" + strconv.Itoa(i+1)
		out.classed(class, "scope", n.Scope)
		out.classed(class, "stage", string(n.Stage))
		out.classed(class, "date", n.Date)
		out.classed(class, "successor", n.Successor)
		source(class, n.Source)
	}
}

func implementation(c *catalog.Catalog, s *catalog.Service, d *catalog.Document) oscalImplementation {
	out := oscalImplementation{
		UUID: uuid("implementation", s.ID, d.ID), Source: d.URL, Description: markup(d.Citation()),
		Props: appendProp([]oscalProp{
			prop("document", d.ID), prop("series", d.Series), prop("title", d.Title), prop("publisher", d.Publisher), prop("published", string(d.Published)),
		}, "license", d.License),
	}
	for i, st := range d.Statements {
		out.Requirements = append(out.Requirements, implemented(c, s, d, st, i))
	}
	return out
}

func implemented(c *catalog.Catalog, s *catalog.Service, d *catalog.Document, st *catalog.Statement, i int) oscalImplemented {
	text := titleOf(c, st.Control) + ": " + st.Status.Documented()
	if st.Condition != "" {
		text += " (" + st.Condition + ")"
	}
	if st.Planned {
		text += ", support is planned"
	}
	if st.Notes != "" {
		text += ". " + st.Notes
	}
	out := oscalImplemented{
		UUID: uuid("implemented", s.ID, d.ID, st.Control, strconv.Itoa(i)), ControlID: token(st.Control), Description: markup(text),
		Props: []oscalProp{prop("status", string(st.Status))},
	}
	if out.ControlID != st.Control {
		out.Props = append(out.Props, prop("control", st.Control))
	}
	out.Props = appendProp(out.Props, "condition", st.Condition)
	if st.Planned {
		out.Props = append(out.Props, prop("planned", "true"))
	}
	if st.EnabledByDefault != nil {
		out.Props = append(out.Props, prop("enabled-by-default", strconv.FormatBool(*st.EnabledByDefault)))
	}
	out.Props = appendProp(out.Props, "responsibility", st.Responsibility)
	out.Props = appendProp(out.Props, "label", st.Label)
	out.Props = appendProp(out.Props, "notes", st.Notes)
	for _, ref := range st.References {
		out.Links = append(out.Links, oscalLink{Href: ref.URL, Rel: relReference, Text: ref.Title})
	}
	return out
}
