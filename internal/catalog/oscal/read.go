// Package oscal reads and writes OSCAL component definitions as catalogue files: a
// component is a service, a control implementation a document, an implemented requirement
// a statement.
//
// Two kinds are read. In those that Write makes, properties in the namespace
// oscaldoc.Namespace
// hold what OSCAL has no field for, so that nothing is lost; properties.go has the one
// table of them. In those of others, status.go says what a requirement's
// "implementation-status" is in a catalogue, and identifiers.go what becomes of the ids of
// a framework. What says nothing of a control by its own words (no status, a file that only
// imports others) is not taken, and listed in facts.File.Silent. Fields of OSCAL that carry
// no statement are passed over; a field that OSCAL does not have is an error, like
// everything else that could carry a statement and is not read.
package oscal

import (
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
var versionForm = lazyregexp.Regexp{Expression: `^1\.[0-2]\.\d+$`}

// unknownPublisher is that of a document which names none, or several.
const unknownPublisher = "not stated"

// reader reads one component definition.
type reader struct {
	*strict.Reader
	file *facts.File

	title, publisher string
	published        catalog.Date
	publishedLine    int
	statements       int
	// resources are the titles and addresses of the back matter, by uuid.
	resources map[string]resourceText
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
	r := &reader{Reader: parsed, file: f, publisher: unknownPublisher, resources: map[string]resourceText{}}
	// Metadata stand before the components only by habit.
	var components, resources *strict.Node
	r.Object(root, "the file", fields("$schema", map[string]strict.Field{
		Key: {Read: func(n *strict.Node) {
			r.Object(n, "the component definition", fields("uuid", map[string]strict.Field{
				"metadata":                     strict.Required(strict.Field{Read: r.metadata}),
				"import-component-definitions": {Read: r.imports},
				"capabilities": r.refused(
					"capabilities speak of several components together, expected components alone",
				),
				"components": {Read: func(n *strict.Node) { components = n }},
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
	if r.Count() == 0 && r.statements == 0 && len(f.Silent) == 0 {
		r.silent(root.Line, "the component definition has no implemented requirements")
	}
	return f
}

// silent lists what says nothing of a control by its own words.
func (r *reader) silent(line int, format string, args ...any) {
	r.file.Silent = append(r.file.Silent, facts.At[string]{Value: words.Sprintf(format, args...), Line: line})
}

// imports lists other documents, which nobody reads but as sources of their own.
func (r *reader) imports(n *strict.Node) {
	count := 0
	r.List(n, "import-component-definitions", func(item *strict.Node) {
		count++
		r.Object(
			item,
			"an import",
			fields("remarks", map[string]strict.Field{"href": strict.Required(strict.Field{Read: passed})}),
		)
	})
	if count > 0 {
		r.silent(n.Line, "the component definition imports %d others, which are sources of their own", count)
	}
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
	var modifiedLine int
	const ignored = "version revisions document-ids props links roles locations responsible-parties actions remarks"
	r.Object(n, "metadata", fields(ignored, map[string]strict.Field{
		"title": strict.Required(r.Text(&r.title, "title", catalog.MaxTitle)),
		"published": {Read: func(n *strict.Node) {
			published, r.publishedLine = r.moment(n, "published"), n.Line
		}},
		"last-modified": strict.Required(strict.Field{Read: func(n *strict.Node) {
			modified, modifiedLine = r.moment(n, "last-modified"), n.Line
		}}),
		"oscal-version": strict.Required(strict.Field{Read: func(n *strict.Node) {
			if !versionForm.MatchString(n.Value) {
				r.Fail(n.Line, "oscal-version is %q, expected 1.0, 1.1 or 1.2", quote(n.Value))
			}
		}}),
		"parties": {Read: r.parties},
	}))
	if r.published = published; published == "" {
		r.published, r.publishedLine = modified, modifiedLine
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

// quote shortens what an error quotes.
func quote(s string) string { return words.Clip(s, fault.MaxQuoted) }
