package oscal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// What others publish.

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
	case passedOver(kind.Value, props):
	case !containsFold(chosenComponents, kind.Value):
		r.Fail(kind.Line, "the type of the component is %q, which no workload chooses as a service, expected one of %s",
			quote(kind.Value), words.Quoted(chosenComponents))
	default:
		r.foreignComponent(n, title, implementations)
	}
}

// chosenComponents are the types of components that are services of a catalogue, and
// otherComponents those that say how another one is checked, or what rules it.
var (
	chosenComponents = []string{"service", "software", "hardware"}
	otherComponents  = []string{"validation", "policy"}
)

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, s) })
}

// passedOver reports whether a component is no service but a check of one, or a rule: by
// its type, or by the property that AWS gives the rules of its inspections.
func passedOver(kind string, props []prop) bool {
	return containsFold(otherComponents, kind) || slices.ContainsFunc(props, func(p prop) bool {
		return p.name == "asset-type" && p.value.Value == "automated-inspection"
	})
}

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
		var source *strict.Node
		r.Object(implementation, "a control implementation", fields("uuid description props links set-parameters",
			map[string]strict.Field{
				"source": {Read: func(n *strict.Node) { source = n }},
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
		if source != nil {
			r.file.Frameworks[doc] = r.framework(source.Value)
		}
		r.file.DocumentLines[doc], r.file.DateLines[doc] = implementation.Line, r.publishedLine
		s.Documents = append(s.Documents, doc)
	}
	r.file.Services = append(r.file.Services, facts.At[*catalog.Service]{Value: s, Line: n.Line})
	r.file.Foreign = append(r.file.Foreign, s)
}

// foreignStatement reads an implemented requirement of others; nil after an error. Without
// a status of its own it has none.
func (r *reader) foreignStatement(n *strict.Node) *catalog.Statement {
	st := &catalog.Statement{}
	q := &statuses{parts: map[string]*status{}}
	before := r.Count()
	r.Object(n, "an implemented requirement", fields("uuid set-parameters responsible-roles remarks", map[string]strict.Field{
		"control-id":            strict.Required(r.Text(&st.Control, "control-id", catalog.MaxTitle)),
		"description":           strict.Required(r.Text(&st.Notes, "description", catalog.MaxText)),
		"props":                 {Read: func(n *strict.Node) { q.props = r.props(n) }},
		"implementation-status": {Read: func(n *strict.Node) { q.field = r.statusField(n) }},
		"links":                 {Read: func(n *strict.Node) { st.References = r.references(n) }},
		"statements":            {Read: func(n *strict.Node) { r.parts(n, q.parts) }},
	}))
	if r.Count() == before {
		r.decide(q, st)
	}
	if r.Count() > before {
		return nil
	}
	return st
}

// parts reads the statements of a requirement, which are about parts of a control.
func (r *reader) parts(n *strict.Node, of map[string]*status) {
	r.List(n, "statements", func(item *strict.Node) {
		id := ""
		q := &statuses{}
		r.Object(item, "a statement", fields("uuid description links responsible-roles remarks", map[string]strict.Field{
			"statement-id":          strict.Required(r.Text(&id, "statement-id", catalog.MaxTitle)),
			"props":                 {Read: func(n *strict.Node) { q.props = r.props(n) }},
			"implementation-status": {Read: func(n *strict.Node) { q.field = r.statusField(n) }},
		}))
		if one := r.one(q); one != nil {
			of[id] = one
		}
	})
}
