package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// OSCAL component definitions as catalogue files: a component is a service, a control
// implementation a document, an implemented requirement a statement.
//
// Two kinds are read. In those that render_baseline writes, properties in the namespace
// oscalNS hold what OSCAL has no field for, so that nothing is lost. In those of others a
// statement has the property "implementation-status" of OSCAL; what that does not answer
// as a catalogue does is an error. Fields of OSCAL that carry no statement are passed
// over; a field that OSCAL does not have is an error, like everything that could carry a
// statement and is not read.

// componentDefinition is the key at the root of such a document.
const componentDefinition = "component-definition"

// oscalVersion is of documents with the fields listed here.
var oscalVersion = lazyregexp.Regexp{Expression: `^1\.[01]\.\d+$`}

// component is a component of a document of others: what it says of its service is
// completed with what the catalogue knows, and its control ids may be labels.
type component struct {
	service *Service
	line    int
}

// isComponentDefinition reports whether a file is an OSCAL component definition.
func isComponentDefinition(root *yaml.Node) bool {
	if root.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == componentDefinition {
			return true
		}
	}
	return false
}

// oscalReader reads one component definition.
type oscalReader struct {
	*decoder
	file *file

	title, publisher string
	published        Date
	statements       int
}

// passed is a field that carries no statement.
var passed = field{read: func(*yaml.Node) {}}

// fields are those of OSCAL that are passed over, and the ones that are read.
func fields(names string, read map[string]field) map[string]field {
	for _, name := range strings.Fields(names) {
		read[name] = passed
	}
	return read
}

// readComponentDefinition reads what d.document returned.
func readComponentDefinition(d *decoder, f *file, root *yaml.Node) {
	f.components = true
	r := &oscalReader{decoder: d, file: f, publisher: articlePublisher}
	// Metadata stand before the components only by habit.
	var components, resources *yaml.Node
	d.object(root, "the file", fields("$schema", map[string]field{
		componentDefinition: {read: func(n *yaml.Node) {
			d.object(n, "the component definition", fields("uuid", map[string]field{
				"metadata":                     required(field{read: r.metadata}),
				"import-component-definitions": r.refused("import-component-definitions names other documents, expected each of them as a source of its own"),
				"capabilities":                 r.refused("capabilities speak of several components together, expected components alone"),
				"components":                   {read: func(n *yaml.Node) { components = n }},
				"back-matter": {read: func(n *yaml.Node) {
					d.object(n, "back-matter", map[string]field{"resources": {read: func(n *yaml.Node) { resources = n }}})
				}},
			}))
		}},
	}))
	if resources != nil {
		d.list(resources, "resources", r.resource)
	}
	if components != nil {
		d.list(components, "components", r.component)
	}
	if len(d.errs) == 0 && r.statements == 0 {
		d.fail(root.Line, "the component definition has no statements, expected components with control-implementations")
	}
}

// refused is a field that could carry a statement, and is not read.
func (r *oscalReader) refused(why string) field {
	return field{read: func(n *yaml.Node) {
		if len(n.Content) > 0 {
			r.fail(n.Line, "%s", why)
		}
	}}
}

func (r *oscalReader) metadata(n *yaml.Node) {
	var published, modified Date
	r.object(n, "metadata", fields("version revisions document-ids props links roles locations responsible-parties actions remarks", map[string]field{
		"title":         required(r.text(&r.title, "title", maxTitle)),
		"published":     {read: func(n *yaml.Node) { published = r.moment(n, "published") }},
		"last-modified": required(field{read: func(n *yaml.Node) { modified = r.moment(n, "last-modified") }}),
		"oscal-version": required(field{read: func(n *yaml.Node) {
			if !oscalVersion.MatchString(n.Value) {
				r.fail(n.Line, "oscal-version is %q, expected 1.1.x", clip(n.Value, maxQuoted))
			}
		}}),
		"parties": {read: r.parties},
	}))
	if r.published = published; published == "" {
		r.published = modified
	}
}

// moment reads the day of a time, in UTC.
func (r *oscalReader) moment(n *yaml.Node, what string) Date {
	t, err := time.Parse(time.RFC3339, n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		r.fail(n.Line, "%s is %q, expected a time with its zone, such as \"2026-01-31T12:00:00Z\"", what, clip(n.Value, maxQuoted))
		return ""
	}
	return Date(t.UTC().Format(time.DateOnly))
}

// parties looks for who publishes the document: where it names one organization.
func (r *oscalReader) parties(n *yaml.Node) {
	var organizations []string
	r.list(n, "parties", func(item *yaml.Node) {
		kind, name := "", ""
		r.object(item, "a party", fields("uuid short-name external-ids props links email-addresses telephone-numbers addresses location-uuids member-of-organizations remarks",
			map[string]field{"type": r.text(&kind, "type", maxTitle), "name": r.text(&name, "name", maxTitle)}))
		if kind == "organization" && name != "" {
			organizations = append(organizations, name)
		}
	})
	if len(organizations) == 1 {
		r.publisher = organizations[0]
	}
}

// componentFields are those of a component that carry no statement.
const componentFields = "uuid description purpose links responsible-roles protocols remarks"

func (r *oscalReader) component(n *yaml.Node) {
	var title, kind *yaml.Node
	var props []oscalProp
	var implementations []*yaml.Node
	r.object(n, "a component", fields(componentFields, map[string]field{
		"type":  required(field{read: func(n *yaml.Node) { kind = n }}),
		"title": required(field{read: func(n *yaml.Node) { title = n }}),
		"props": {read: func(n *yaml.Node) { props = r.props(n) }},
		"control-implementations": {read: func(n *yaml.Node) {
			r.list(n, "control-implementations", func(item *yaml.Node) { implementations = append(implementations, item) })
		}},
	}))
	switch {
	case title == nil || kind == nil: // an error already
	case hasOwn(props):
		r.ownComponent(n, props, implementations)
	case len(implementations) == 0: // it says nothing of a control
	case !slices.Contains(chosenComponents, kind.Value):
		r.fail(kind.Line, "the type of the component is %q, which no workload chooses as a service, expected one of %s", clip(kind.Value, maxQuoted), joinValues(chosenComponents))
	default:
		r.foreignComponent(n, title, implementations)
	}
}

// chosenComponents are the types of components that are services of a catalogue.
var chosenComponents = []string{"service", "software", "hardware"}

// foreignComponent reads a component of others.
func (r *oscalReader) foreignComponent(n, title *yaml.Node, implementations []*yaml.Node) {
	s := &Service{Summary: Summary{Name: r.readText(title, "title", maxTitle), Cloud: ownCloud}}
	s.ID = strings.ReplaceAll(normalise(s.Name), " ", "-")
	if s.Name != "" && !ValidID(s.ID) {
		r.fail(title.Line, "the title %q makes no id of a service, expected one in Latin letters and digits, at most %d characters", clip(s.Name, maxQuoted), maxID)
	}
	for i, implementation := range implementations {
		doc := &Document{ID: s.ID + "-" + string(r.published), Series: "OSCAL component definition", Title: r.title, Publisher: r.publisher, Published: r.published}
		if i > 0 {
			doc.ID += "-" + strconv.Itoa(i+1)
		}
		if ValidID(s.ID) && r.published != "" && !ValidID(doc.ID) {
			r.fail(title.Line, "the id %q of a document has %d characters, expected at most %d: the title is too long", clip(doc.ID, maxQuoted), len(doc.ID), maxID)
		}
		r.object(implementation, "a control implementation", fields("uuid source description props links set-parameters", map[string]field{
			"implemented-requirements": required(field{read: func(n *yaml.Node) {
				r.filled(n, "implemented-requirements", "implemented requirement", func(item *yaml.Node) {
					if st := r.foreignStatement(item); st != nil {
						r.statements++
						r.file.lines[st] = item.Line
						doc.Statements = append(doc.Statements, st)
					}
				})
			}}),
		}))
		r.file.documents[doc] = implementation.Line
		s.Documents = append(s.Documents, doc)
	}
	r.file.services = append(r.file.services, located[*Service]{s, r.file.name, n.Line})
	r.file.foreign = append(r.file.foreign, component{s, n.Line})
}

// foreignStatement reads an implemented requirement of others; nil after an error.
func (r *oscalReader) foreignStatement(n *yaml.Node) *Statement {
	st := &Statement{}
	var props []oscalProp
	parts := map[string]*yaml.Node{} // implementation-status of parts of the requirement
	before := len(r.errs) + r.more
	r.object(n, "an implemented requirement", fields("uuid set-parameters responsible-roles remarks", map[string]field{
		"control-id":  required(r.text(&st.Control, "control-id", maxTitle)),
		"description": required(r.text(&st.Notes, "description", maxText)),
		"props":       {read: func(n *yaml.Node) { props = r.props(n) }},
		"links":       {read: func(n *yaml.Node) { st.References = r.references(n) }},
		"statements":  {read: func(n *yaml.Node) { r.parts(n, parts) }},
	}))
	status := r.implementationStatus(n, props)
	if status == nil || len(r.errs)+r.more > before {
		return nil
	}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		if value := parts[part]; value.Value != status.value.Value {
			r.fail(value.Line, "the statement %q has the implementation-status %q and its requirement %q, expected the same: a requirement has one status", clip(part, maxQuoted),
				clip(value.Value, maxQuoted), status.value.Value)
			return nil
		}
	}
	switch status.value.Value {
	case "implemented":
		st.Status = StatusYes
	case "planned":
		st.Status, st.Planned = StatusNo, true
	case "not-applicable":
		st.Status = StatusNotApplicable
	case "partial":
		st.Status = StatusConditional
		if status.remarks == nil {
			r.fail(status.line, "the implementation-status \"partial\" has no remarks, expected those that say what restricts it")
			return nil
		}
		st.Condition = r.readText(status.remarks, "remarks", maxText)
	default: // "alternative" does something else instead, and what that is no catalogue can say
		r.fail(status.line, "the implementation-status is %q, expected one of \"implemented\", \"partial\" with remarks, \"planned\", \"not-applicable\"", clip(status.value.Value, maxQuoted))
		return nil
	}
	return st
}

// implementationStatus finds the one that counts for a requirement.
func (r *oscalReader) implementationStatus(n *yaml.Node, props []oscalProp) *oscalProp {
	var found *oscalProp
	for i, p := range props {
		if !p.isStatus() {
			continue
		}
		if found != nil {
			r.fail(p.line, "the implemented requirement has two of the property \"implementation-status\", expected one")
			return nil
		}
		found = &props[i]
	}
	if found == nil {
		r.fail(n.Line, "the implemented requirement lacks the property \"implementation-status\", expected it: a catalogue does not guess whether a control is there")
	}
	return found
}

// parts reads the statements of a requirement, which are about parts of a control.
func (r *oscalReader) parts(n *yaml.Node, statuses map[string]*yaml.Node) {
	r.list(n, "statements", func(item *yaml.Node) {
		id := ""
		var props []oscalProp
		r.object(item, "a statement", fields("uuid description links responsible-roles remarks", map[string]field{
			"statement-id": required(r.text(&id, "statement-id", maxTitle)),
			"props":        {read: func(n *yaml.Node) { props = r.props(n) }},
		}))
		for _, p := range props {
			if p.isStatus() {
				statuses[id] = p.value
			}
		}
	})
}

// references reads links to the web; others lead within the document.
func (r *oscalReader) references(n *yaml.Node) []Reference {
	var references []Reference
	r.list(n, "links", func(item *yaml.Node) {
		var ref Reference
		var href *yaml.Node
		r.object(item, "a link", fields("rel media-type resource-fragment", map[string]field{
			"href": required(field{read: func(n *yaml.Node) { href = n }}),
			"text": r.text(&ref.Title, "text", maxTitle),
		}))
		if href == nil || !linkForm.MatchString(href.Value) {
			return
		}
		r.link(&ref.URL, "href").read(href)
		if ref.Title == "" {
			ref.Title = clip(ref.URL, maxTitle-1)
		}
		references = append(references, ref)
	})
	return references
}

// resolveForeign completes components of others with what the catalogue knows: the
// layers below, and the layer itself.
func (l *layer) resolveForeign(below []*layer) []error {
	if !slices.ContainsFunc(l.files, func(f *file) bool { return len(f.foreign) > 0 }) {
		return nil
	}
	known, c := assemble(below), assemble(append(slices.Clone(below), l))
	var errs []error
	for _, f := range l.files {
		for _, foreign := range f.foreign {
			s := foreign.service
			if earlier, ok := known.Summary(s.ID); ok {
				s.Name, s.Cloud = earlier.Name, earlier.Cloud
			}
			for _, doc := range s.Documents {
				for _, st := range doc.Statements {
					id, err := c.ResolveControl(st.Control)
					if err != nil {
						errs = append(errs, &FileError{
							File: f.name, Line: f.lines[st],
							Message: "control-id: " + err.Error() + "; expected the id or a label of a control of the catalogue, or of \"definitions\" in an earlier source",
						})
						continue
					}
					if id != st.Control {
						st.Control, st.Label = id, st.Control
					}
				}
			}
		}
	}
	return errs
}
