package oscal

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
)

// What Write makes, read back.

// prop is a property of an OSCAL object.
type prop struct {
	name, ns, class string
	value, remarks  *strict.Node
	line            int
}

// props reads properties; one without a value is an error.
func (r *reader) props(n *strict.Node) []prop {
	var props []prop
	r.List(n, "props", func(item *strict.Node) {
		p := prop{line: item.Line}
		r.Object(item, "a property", fields("uuid group", map[string]strict.Field{
			"name":    strict.Required(r.Text(&p.name, "name", catalog.MaxTitle)),
			"ns":      r.Text(&p.ns, "ns", weblink.MaxLength),
			"class":   r.Text(&p.class, "class", catalog.MaxTitle),
			"value":   strict.Required(strict.Field{Read: func(n *strict.Node) { p.value = n }}),
			"remarks": {Read: func(n *strict.Node) { p.remarks = n }},
		}))
		if p.value != nil {
			props = append(props, p)
		}
	})
	return props
}

// hasOwn reports whether there are properties in the words of a catalogue.
func hasOwn(props []prop) bool {
	return slices.ContainsFunc(props, func(p prop) bool { return p.ns == oscaldoc.Namespace })
}

// classes lists the classes that begin with a prefix, in their order.
func classes(props []prop, prefix string) []string {
	var found []string
	for _, p := range props {
		if p.ns == oscaldoc.Namespace && strings.HasPrefix(p.class, prefix) && !slices.Contains(found, p.class) {
			found = append(found, p.class)
		}
	}
	return found
}

func (r *reader) ownComponent(n *strict.Node, props []prop, implementations []*strict.Node) {
	s := &catalog.Service{}
	take(r, props, "", bind(&s.Summary, serviceProperties), "a service", n.Line)
	for _, class := range classes(props, resourceTypePrefix) {
		s.ResourceTypes = append(s.ResourceTypes, r.ownResourceType(n, props, class))
	}
	r.ownLifecycle(&s.Lifecycle, n, props)
	for _, p := range props {
		known := p.class == "" || p.class == lifecycleClass || strings.HasPrefix(p.class, resourceTypePrefix) ||
			strings.HasPrefix(p.class, noticePrefix)
		if p.ns == oscaldoc.Namespace && !known {
			r.Fail(p.line,
				"the class of a property is %q, expected none, or lifecycle, or one that begins with resource-type- or notice-",
				quote(p.class))
		}
	}
	if len(implementations) == 0 {
		r.Fail(n.Line, "a service lacks the key %q", "documents")
	}
	for _, implementation := range implementations {
		s.Documents = append(s.Documents, r.ownDocument(implementation))
	}
	r.file.Services = append(r.file.Services, facts.At[*catalog.Service]{Value: s, Line: n.Line})
}

func (r *reader) ownResourceType(n *strict.Node, props []prop, class string) catalog.ResourceType {
	var rt catalog.ResourceType
	const what = "an entry of resource_types"
	found := take(r, props, class, bind(&rt, resourceTypeProperties), what, n.Line)
	if by, value := found["attribute"], found["value"]; (by == nil) != (value == nil) {
		missing := "attribute"
		if value == nil {
			missing = "value"
		}
		r.Fail(n.Line, "%s lacks the key %q", what, missing)
	}
	r.check(n, rt.Problem())
	return rt
}

func (r *reader) ownLifecycle(l *catalog.Lifecycle, n *strict.Node, props []prop) {
	before := r.Count()
	found := take(r, props, lifecycleClass, bind(l, lifecycleProperties), "lifecycle", n.Line)
	r.ownSource(n, found)
	notices := classes(props, noticePrefix)
	for _, class := range notices {
		var notice catalog.Notice
		const what = "an entry of notices"
		if !r.ownSource(n, take(r, props, class, bind(&notice, noticeProperties), what, n.Line)) {
			r.Fail(n.Line, "%s lacks the key %q", what, "source")
		}
		l.Notices = append(l.Notices, notice)
	}
	if len(found)+len(notices) > 0 && r.Count() == before { // else what seems to be missing may be what is malformed
		r.check(n, l.Problem())
	}
}

// ownSource reports a source without a title, and whether there is one at all.
func (r *reader) ownSource(n *strict.Node, found propsByName) bool {
	stated := found[sourceTitle] != nil || found[sourcePublished] != nil || found[sourceURL] != nil
	if stated && found[sourceTitle] == nil {
		r.Fail(n.Line, "source lacks the key %q", "title")
	}
	return stated
}

func (r *reader) ownDocument(n *strict.Node) *catalog.Document {
	doc := &catalog.Document{}
	var props []prop
	r.Object(n, "a control implementation", fields("uuid description links set-parameters", map[string]strict.Field{
		"source": strict.Required(strict.Field{Read: func(n *strict.Node) {
			if n.Value != "" || len(n.Content) > 0 { // a document without an address has an empty one
				doc.URL = r.ReadLink(n, "url")
			}
		}}),
		"props": strict.Required(strict.Field{Read: func(n *strict.Node) { props = r.props(n) }}),
		"implemented-requirements": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "implemented-requirements", "implemented requirement", func(item *strict.Node) {
				st := r.ownStatement(item)
				r.file.StatementLines[st] = item.Line
				doc.Statements = append(doc.Statements, st)
			})
		}}),
	}))
	take(r, props, "", bind(doc, documentProperties), "a document", n.Line)
	r.file.DocumentLines[doc] = n.Line
	for _, p := range props {
		if p.name == "published" {
			r.file.DateLines[doc] = p.value.Line
		}
	}
	return doc
}

func (r *reader) ownStatement(n *strict.Node) *catalog.Statement {
	st := &catalog.Statement{}
	var control *strict.Node
	var props []prop
	r.statements++
	const ignored = "uuid description set-parameters responsible-roles remarks"
	r.Object(n, "an implemented requirement", fields(ignored, map[string]strict.Field{
		"control-id": strict.Required(strict.Field{Read: func(n *strict.Node) { control = n }}),
		"props":      strict.Required(strict.Field{Read: func(n *strict.Node) { props = r.props(n) }}),
		"links": {Read: func(n *strict.Node) {
			r.List(n, "links", func(item *strict.Node) { st.References = append(st.References, r.ownReference(item)) })
		}},
		"statements": r.refused("statements are about parts of a control, expected the requirement alone"),
	}))
	found := take(r, props, "", bind(st, statementProperties), "a statement", n.Line)
	if control != nil && found[controlProperty] == nil {
		st.Control = r.ReadID(control, "control")
	}
	r.check(n, st.Problem())
	return st
}

func (r *reader) ownReference(n *strict.Node) catalog.Reference {
	var ref catalog.Reference
	r.Object(n, "a link", fields("rel media-type resource-fragment", map[string]strict.Field{
		"href": strict.Required(r.Link(&ref.URL, "url")),
		"text": strict.Required(r.Text(&ref.Title, "title", catalog.MaxTitle)),
	}))
	return ref
}

// resource reads a definition or a cloud of the back matter. Other resources carry nothing
// of a catalogue.
func (r *reader) resource(n *strict.Node) {
	var props []prop
	uuid, text := "", resourceText{}
	known := r.resourceFields(&uuid, &text)
	known["props"] = strict.Field{Read: func(n *strict.Node) { props = r.props(n) }}
	r.Object(n, "a resource", fields("description document-ids citation base64 remarks", known))
	if !hasOwn(props) {
		r.resources[uuid] = text
		return
	}
	if slices.ContainsFunc(props, func(p prop) bool { return p.ns == oscaldoc.Namespace && p.class == cloudClass }) {
		var cloud catalog.Cloud
		take(r, props, cloudClass, bind(&cloud, cloudProperties), "a cloud", n.Line)
		r.file.Clouds = append(r.file.Clouds, facts.At[catalog.Cloud]{Value: cloud, Line: n.Line})
		return
	}
	def := &catalog.Definition{Polarity: catalog.PolarityDesired}
	take(r, props, "", bind(def, definitionProperties), "a definition", n.Line)
	r.check(n, def.Problem())
	r.file.Definitions = append(r.file.Definitions, facts.At[*catalog.Definition]{Value: def, Line: n.Line})
}

// check reports the problem of a value, if there is one.
func (r *reader) check(n *strict.Node, problem string) {
	if problem != "" {
		r.Fail(n.Line, "%s", problem)
	}
}
