package oscal

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

type document struct {
	Definition definition `json:"component-definition"`
}

type definition struct {
	UUID       string              `json:"uuid"`
	Metadata   oscaldoc.Metadata   `json:"metadata"`
	Components []component         `json:"components"`
	BackMatter oscaldoc.BackMatter `json:"back-matter"`
}

type component struct {
	UUID            string           `json:"uuid"`
	Type            string           `json:"type"`
	Title           string           `json:"title"`
	Description     string           `json:"description"`
	Props           []oscaldoc.Prop  `json:"props"`
	Links           []oscaldoc.Link  `json:"links,omitempty"`
	Implementations []implementation `json:"control-implementations"`
}

type implementation struct {
	UUID         string          `json:"uuid"`
	Source       string          `json:"source"`
	Description  string          `json:"description"`
	Props        []oscaldoc.Prop `json:"props"`
	Requirements []requirement   `json:"implemented-requirements"`
}

type requirement struct {
	UUID        string          `json:"uuid"`
	ControlID   string          `json:"control-id"`
	Description string          `json:"description"`
	Props       []oscaldoc.Prop `json:"props"`
	Links       []oscaldoc.Link `json:"links,omitempty"`
}

// Relations of links in component definitions.
const (
	relReference = "reference" // of a statement
	relSource    = "source"    // of what is known of a service's life
)

// Write writes a component definition: a component for each of the services, in it a
// control implementation for each document and an implemented requirement for each
// statement, the older ones included.
//
// A catalogue can be read back from it without loss: what OSCAL has no field for is in
// the properties of properties.go, in the catalogue's own words, names included, since a
// title of OSCAL is Markdown; definitions of the controls, and the clouds that are not
// known to every catalogue anyway, are resources of the back matter. Properties that
// belong together, as those of one resource type, have a class in common.
func Write(c *catalog.Catalog, services []*catalog.Service) (string, error) {
	w := &writer{catalog: c, cited: map[string]bool{}}
	for _, s := range services {
		w.doc.Components = append(w.doc.Components, w.component(s))
	}
	for _, id := range slices.Sorted(maps.Keys(w.cited)) {
		if def, ok := c.Definition(id); ok {
			w.doc.BackMatter.Resources = append(w.doc.BackMatter.Resources, definitionResource(def))
		}
	}
	for _, cloud := range c.OwnClouds() {
		if slices.ContainsFunc(services, func(s *catalog.Service) bool { return s.Cloud == cloud.ID }) {
			w.doc.BackMatter.Resources = append(w.doc.BackMatter.Resources, cloudResource(&cloud))
		}
	}
	content, err := encode(w.doc)
	if err != nil {
		return "", err
	}
	digest := canonicaljson.Digest([]byte(content))
	w.doc.UUID = stableid.UUID(Key, digest)
	w.doc.Metadata = oscaldoc.Metadata{
		Title: "What vendors document about the security controls of their services", LastModified: oscaldoc.Moment(w.newest),
		Version: digest[len("sha256:"):][:12], OSCALVersion: oscaldoc.DefaultVersion,
		Props:   []oscaldoc.Prop{oscaldoc.NewProp("catalog-digest", c.Digest())},
		Remarks: "The time of the last change is the date of the newest document: the same catalogue gives the same document.",
	}
	return encode(document{w.doc})
}

// encode writes JSON on one line.
func encode(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("encoding the component definition: %w", err)
	}
	return b.String(), nil
}

type writer struct {
	catalog *catalog.Catalog
	doc     definition
	newest  catalog.Date    // of the documents
	cited   map[string]bool // the controls that a statement speaks of
}

// write writes properties, with a class.
func write(props []oscaldoc.Prop, class string, properties []binding) []oscaldoc.Prop {
	for i := range properties {
		for _, text := range properties[i].values() {
			p := oscaldoc.NewProp(properties[i].name, text)
			p.Class = class
			props = append(props, p)
		}
	}
	return props
}

func definitionResource(def *catalog.Definition) oscaldoc.Resource {
	return oscaldoc.Resource{
		UUID: stableid.UUID("definition", def.ID), Title: commonmark.Paragraph(def.Title),
		Description: commonmark.Paragraph(def.Description),
		Props:       write(nil, "", bind(def, definitionProperties)),
	}
}

func cloudResource(cloud *catalog.Cloud) oscaldoc.Resource {
	return oscaldoc.Resource{
		UUID: stableid.UUID("cloud", cloud.ID), Title: commonmark.Paragraph(cloud.Name),
		Description: "A cloud, with the prefixes of its resource types.",
		Props:       write(nil, cloudClass, bind(cloud, cloudProperties)),
	}
}

func (w *writer) component(s *catalog.Service) component {
	out := component{
		UUID: stableid.UUID("service", s.ID), Type: "service", Title: commonmark.Paragraph(s.Name),
		Description: commonmark.Paragraph(fmt.Sprintf("%s, a service of the cloud %s, as its vendor documents it.", s.Name,
			s.Cloud)),
		Props: write(nil, "", bind(&s.Summary, serviceProperties)),
	}
	for i := range s.ResourceTypes {
		out.Props = write(out.Props, resourceTypePrefix+strconv.Itoa(i+1), bind(&s.ResourceTypes[i], resourceTypeProperties))
	}
	out.Props = write(out.Props, lifecycleClass, bind(&s.Lifecycle, lifecycleProperties))
	out.linkSource(s.Lifecycle.Source)
	for i := range s.Lifecycle.Notices {
		notice := &s.Lifecycle.Notices[i]
		out.Props = write(out.Props, noticePrefix+strconv.Itoa(i+1), bind(notice, noticeProperties))
		out.linkSource(notice.Source)
	}
	for _, d := range s.Documents {
		out.Implementations = append(out.Implementations, w.implementation(s, d))
	}
	return out
}

func (out *component) linkSource(s catalog.Source) {
	if s.URL != "" {
		out.Links = append(out.Links, oscaldoc.Link{Href: s.URL, Rel: relSource, Text: s.Title})
	}
}

func (w *writer) implementation(s *catalog.Service, d *catalog.Document) implementation {
	w.newest = max(w.newest, d.Published)
	out := implementation{
		UUID: stableid.UUID("implementation", s.ID, d.ID), Source: d.URL, Description: commonmark.Paragraph(d.Citation()),
		Props: write(nil, "", bind(d, documentProperties)),
	}
	for i, st := range d.Statements {
		w.cited[st.Control] = true
		out.Requirements = append(out.Requirements, w.requirement(s, d, st, i))
	}
	return out
}

func (w *writer) requirement(s *catalog.Service, d *catalog.Document, st *catalog.Statement, i int) requirement {
	text := w.titleOf(st.Control) + ": " + st.Status.Documented()
	if st.Condition != "" {
		text += " (" + st.Condition + ")"
	}
	if st.Planned {
		text += ", support is planned"
	}
	if st.Notes != "" {
		text += ". " + st.Notes
	}
	out := requirement{
		UUID:        stableid.UUID("implemented", s.ID, d.ID, st.Control, strconv.Itoa(i)),
		ControlID:   oscaldoc.Token(st.Control),
		Description: commonmark.Paragraph(text),
	}
	written := *st
	if out.ControlID == st.Control {
		written.Control = "" // no property for it
	}
	out.Props = write(nil, "", bind(&written, statementProperties))
	for _, ref := range st.References {
		out.Links = append(out.Links, oscaldoc.Link{Href: ref.URL, Rel: relReference, Text: ref.Title})
	}
	return out
}

// titleOf is the title of a control, or its id where the catalogue has no definition.
func (w *writer) titleOf(id string) string {
	if def, ok := w.catalog.Definition(id); ok {
		return def.Title
	}
	return id
}
