// Package oscal reads and writes OSCAL component definitions as catalogue files: a
// component is a service, a control implementation a document, an implemented requirement
// a statement.
//
// Two kinds are read. In those that Write makes, properties in the namespace
// oscaldoc.Namespace
// hold what OSCAL has no field for, so that nothing is lost; properties.go has the one
// table of them. In those of others a statement has the property "implementation-status"
// of OSCAL; what that does not answer as a catalogue does is an error. Fields of OSCAL
// that carry no statement are passed over; a field that OSCAL does not have is an error,
// like everything that could carry a statement and is not read.
package oscal

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Key is the key at the root of a component definition.
const Key = "component-definition"

// versionForm is of documents with the fields listed here.
var versionForm = lazyregexp.Regexp{Expression: `^1\.[01]\.\d+$`}

// unknownPublisher is that of a document which names none, or several.
const unknownPublisher = "not stated"

// reader reads one component definition.
type reader struct {
	*strict.Reader
	file *facts.File

	title, publisher string
	published        catalog.Date
	statements       int
}

// passed is a field that carries no statement.
func passed(*strict.Node) {}

// fields are those of OSCAL that are passed over, and the ones that are read.
func fields(names string, read map[string]strict.Field) map[string]strict.Field {
	for _, name := range strings.Fields(names) {
		read[name] = strict.Field{Read: passed}
	}
	return read
}

// Read reads a component definition from the root of what a reader has parsed. What it
// returns is not to be used if parsed has errors.
func Read(parsed *strict.Reader, root *strict.Node) *facts.File {
	f := facts.New(parsed.File)
	f.Excerpt = true
	r := &reader{Reader: parsed, file: f, publisher: unknownPublisher}
	// Metadata stand before the components only by habit.
	var components, resources *strict.Node
	r.Object(root, "the file", fields("$schema", map[string]strict.Field{
		Key: {Read: func(n *strict.Node) {
			r.Object(n, "the component definition", fields("uuid", map[string]strict.Field{
				"metadata": strict.Required(strict.Field{Read: r.metadata}),
				"import-component-definitions": r.refused("import-component-definitions names other documents, " +
					"expected each of them as a source of its own"),
				"capabilities": r.refused("capabilities speak of several components together, expected components alone"),
				"components":   {Read: func(n *strict.Node) { components = n }},
				"back-matter": {Read: func(n *strict.Node) {
					r.Object(n, "back-matter",
						map[string]strict.Field{"resources": {Read: func(n *strict.Node) { resources = n }}})
				}},
			}))
		}},
	}))
	if resources != nil {
		r.List(resources, "resources", r.resource)
	}
	if components != nil {
		r.List(components, "components", r.component)
	}
	if r.Count() == 0 && r.statements == 0 {
		r.Fail(root.Line, "the component definition has no statements, expected components with control-implementations")
	}
	return f
}

// refused is a field that could carry a statement, and is not read.
func (r *reader) refused(why string) strict.Field {
	return strict.Field{Read: func(n *strict.Node) {
		if len(n.Content) > 0 {
			r.Fail(n.Line, "%s", why)
		}
	}}
}

func (r *reader) metadata(n *strict.Node) {
	var published, modified catalog.Date
	const ignored = "version revisions document-ids props links roles locations responsible-parties actions remarks"
	r.Object(n, "metadata", fields(ignored, map[string]strict.Field{
		"title":         strict.Required(r.Text(&r.title, "title", catalog.MaxTitle)),
		"published":     {Read: func(n *strict.Node) { published = r.moment(n, "published") }},
		"last-modified": strict.Required(strict.Field{Read: func(n *strict.Node) { modified = r.moment(n, "last-modified") }}),
		"oscal-version": strict.Required(strict.Field{Read: func(n *strict.Node) {
			if !versionForm.MatchString(n.Value) {
				r.Fail(n.Line, "oscal-version is %q, expected 1.1.x", quote(n.Value))
			}
		}}),
		"parties": {Read: r.parties},
	}))
	if r.published = published; published == "" {
		r.published = modified
	}
}

// moment reads the day of a time, in UTC.
func (r *reader) moment(n *strict.Node, what string) catalog.Date {
	t, err := time.Parse(time.RFC3339, n.Value)
	if err != nil {
		r.Fail(n.Line, "%s is %q, expected a time with its zone, such as \"2026-01-31T12:00:00Z\"", what, quote(n.Value))
		return ""
	}
	return catalog.Date(t.UTC().Format(time.DateOnly))
}

// parties looks for who publishes the document: where it names one organization.
func (r *reader) parties(n *strict.Node) {
	var organizations []string
	r.List(n, "parties", func(item *strict.Node) {
		kind, name := "", ""
		const ignored = "uuid short-name external-ids props links email-addresses telephone-numbers addresses " +
			"location-uuids member-of-organizations remarks"
		r.Object(item, "a party", fields(ignored, map[string]strict.Field{
			"type": r.Text(&kind, "type", catalog.MaxTitle),
			"name": r.Text(&name, "name", catalog.MaxTitle),
		}))
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

func (r *reader) component(n *strict.Node) {
	var title, kind *strict.Node
	var props []prop
	var implementations []*strict.Node
	r.Object(n, "a component", fields(componentFields, map[string]strict.Field{
		"type":  strict.Required(strict.Field{Read: func(n *strict.Node) { kind = n }}),
		"title": strict.Required(strict.Field{Read: func(n *strict.Node) { title = n }}),
		"props": {Read: func(n *strict.Node) { props = r.props(n) }},
		"control-implementations": {Read: func(n *strict.Node) {
			r.List(n, "control-implementations", func(item *strict.Node) { implementations = append(implementations, item) })
		}},
	}))
	switch {
	case title == nil || kind == nil: // an error already
	case hasOwn(props):
		r.ownComponent(n, props, implementations)
	case len(implementations) == 0: // it says nothing of a control
	case !slices.Contains(chosenComponents, kind.Value):
		r.Fail(kind.Line, "the type of the component is %q, which no workload chooses as a service, expected one of %s",
			quote(kind.Value), words.Quoted(chosenComponents))
	default:
		r.foreignComponent(n, title, implementations)
	}
}

// chosenComponents are the types of components that are services of a catalogue.
var chosenComponents = []string{"service", "software", "hardware"}

// foreignComponent reads a component of others.
func (r *reader) foreignComponent(n, title *strict.Node, implementations []*strict.Node) {
	s := &catalog.Service{Summary: catalog.Summary{Name: r.ReadText(title, "title", catalog.MaxTitle), Cloud: catalog.OwnCloud}}
	s.ID = strings.ReplaceAll(catalog.Normalise(s.Name), " ", "-")
	if s.Name != "" && !catalog.ValidID(s.ID) {
		r.Fail(title.Line,
			"the title %q makes no id of a service, expected one in Latin letters and digits, at most %d characters",
			quote(s.Name), catalog.MaxID)
	}
	for i, implementation := range implementations {
		doc := &catalog.Document{
			ID: s.ID + "-" + string(r.published), Series: "OSCAL component definition", Title: r.title, Publisher: r.publisher,
			Published: r.published,
		}
		if i > 0 {
			doc.ID += "-" + strconv.Itoa(i+1)
		}
		if catalog.ValidID(s.ID) && r.published != "" && !catalog.ValidID(doc.ID) {
			r.Fail(title.Line, "the id %q of a document has %d characters, expected at most %d: the title is too long",
				quote(doc.ID), len(doc.ID), catalog.MaxID)
		}
		const ignored = "uuid source description props links set-parameters"
		r.Object(implementation, "a control implementation", fields(ignored, map[string]strict.Field{
			"implemented-requirements": strict.Required(strict.Field{Read: func(n *strict.Node) {
				r.Filled(n, "implemented-requirements", "implemented requirement", func(item *strict.Node) {
					if st := r.foreignStatement(item); st != nil {
						r.statements++
						r.file.StatementLines[st] = item.Line
						doc.Statements = append(doc.Statements, st)
					}
				})
			}}),
		}))
		r.file.DocumentLines[doc] = implementation.Line
		s.Documents = append(s.Documents, doc)
	}
	r.file.Services = append(r.file.Services, facts.At[*catalog.Service]{Value: s, Line: n.Line})
	r.file.Foreign = append(r.file.Foreign, s)
}

// foreignStatement reads an implemented requirement of others; nil after an error.
func (r *reader) foreignStatement(n *strict.Node) *catalog.Statement {
	st := &catalog.Statement{}
	var props []prop
	parts := map[string]*strict.Node{} // implementation-status of parts of the requirement
	before := r.Count()
	r.Object(n, "an implemented requirement", fields("uuid set-parameters responsible-roles remarks", map[string]strict.Field{
		"control-id":  strict.Required(r.Text(&st.Control, "control-id", catalog.MaxTitle)),
		"description": strict.Required(r.Text(&st.Notes, "description", catalog.MaxText)),
		"props":       {Read: func(n *strict.Node) { props = r.props(n) }},
		"links":       {Read: func(n *strict.Node) { st.References = r.references(n) }},
		"statements":  {Read: func(n *strict.Node) { r.parts(n, parts) }},
	}))
	status := r.implementationStatus(n, props)
	if status == nil || r.Count() > before {
		return nil
	}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		if value := parts[part]; value.Value != status.value.Value {
			r.Fail(value.Line, "the statement %q has the implementation-status %q and its requirement %q, expected the same: "+
				"a requirement has one status", quote(part), quote(value.Value), status.value.Value)
			return nil
		}
	}
	switch status.value.Value {
	case "implemented":
		st.Status = catalog.StatusYes
	case "planned":
		st.Status, st.Planned = catalog.StatusNo, true
	case "not-applicable":
		st.Status = catalog.StatusNotApplicable
	case "partial":
		st.Status = catalog.StatusConditional
		if status.remarks == nil {
			r.Fail(status.line, "the implementation-status \"partial\" has no remarks, expected those that say what restricts it")
			return nil
		}
		st.Condition = r.ReadText(status.remarks, "remarks", catalog.MaxText)
	default: // "alternative" does something else instead, and what that is no catalogue can say
		r.Fail(status.line, "the implementation-status is %q, expected one of \"implemented\", \"partial\" with remarks, "+
			"\"planned\", \"not-applicable\"", quote(status.value.Value))
		return nil
	}
	return st
}

// implementationStatus finds the one that counts for a requirement.
func (r *reader) implementationStatus(n *strict.Node, props []prop) *prop {
	var found *prop
	for i, p := range props {
		if !p.isStatus() {
			continue
		}
		if found != nil {
			r.Fail(p.line, "the implemented requirement has two of the property \"implementation-status\", expected one")
			return nil
		}
		found = &props[i]
	}
	if found == nil {
		r.Fail(n.Line, "the implemented requirement lacks the property \"implementation-status\", expected it: "+
			"a catalogue does not guess whether a control is there")
	}
	return found
}

// parts reads the statements of a requirement, which are about parts of a control.
func (r *reader) parts(n *strict.Node, statuses map[string]*strict.Node) {
	r.List(n, "statements", func(item *strict.Node) {
		id := ""
		var props []prop
		r.Object(item, "a statement", fields("uuid description links responsible-roles remarks", map[string]strict.Field{
			"statement-id": strict.Required(r.Text(&id, "statement-id", catalog.MaxTitle)),
			"props":        {Read: func(n *strict.Node) { props = r.props(n) }},
		}))
		for _, p := range props {
			if p.isStatus() {
				statuses[id] = p.value
			}
		}
	})
}

// leadsToWeb reports whether an address is one of the web, well-formed or not.
func leadsToWeb(address string) bool {
	scheme, _, found := strings.Cut(address, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// references reads links to the web; others lead within the document.
func (r *reader) references(n *strict.Node) []catalog.Reference {
	var references []catalog.Reference
	r.List(n, "links", func(item *strict.Node) {
		var ref catalog.Reference
		var href *strict.Node
		r.Object(item, "a link", fields("rel media-type resource-fragment", map[string]strict.Field{
			"href": strict.Required(strict.Field{Read: func(n *strict.Node) { href = n }}),
			"text": r.Text(&ref.Title, "text", catalog.MaxTitle),
		}))
		if href == nil || !leadsToWeb(href.Value) {
			return
		}
		ref.URL = r.ReadLink(href, "href")
		if ref.Title == "" {
			ref.Title = words.Clip(ref.URL, catalog.MaxTitle-1)
		}
		references = append(references, ref)
	})
	return references
}

// Resolve completes the components of others in a file with what the catalogue knows:
// below, without the source of the file, has their better names, and with, the source
// included, the controls that they name by id or label. The errors are for fault.Join.
func Resolve(f *facts.File, below, with *catalog.Catalog) []error {
	var errs []error
	for _, s := range f.Foreign {
		if earlier, ok := below.Summary(s.ID); ok {
			s.Name, s.Cloud = earlier.Name, earlier.Cloud
		}
		for _, doc := range s.Documents {
			for _, st := range doc.Statements {
				id, err := with.ResolveControl(st.Control)
				if err != nil {
					errs = append(errs, &fault.Error{
						File: f.Name, Line: f.StatementLines[st],
						Message: "control-id: " + err.Error() + "; expected the id or a label of a control of the catalogue, " +
							"or of \"definitions\" in an earlier source",
					})
					continue
				}
				if id != st.Control {
					st.Control, st.Label = id, st.Control
				}
			}
		}
	}
	return errs
}

// quote shortens what an error quotes.
func quote(s string) string { return words.Clip(s, fault.MaxQuoted) }
