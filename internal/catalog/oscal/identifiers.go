package oscal

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/profile"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// A document of others that speaks of a framework's identifier ("ac-2") says that the
// service supports the identifier as a whole, and not which feature does. So its statement
// is about a control of its own, which is the identifier, and which the crosswalk has as
// one more member of the identifier's group, as its equal: a requirement of the group takes
// the document's word for it, and one of a feature never does.

// identifierCategory is the category of the controls that are identifiers.
const identifierCategory = "framework-identifiers"

// resourceText is what a resource of the back matter says of itself.
type resourceText struct {
	title string
	hrefs []string
}

// nistForm finds the revision of NIST SP 800-53 that a title or address speaks of. FedRAMP's
// baselines select from it.
var nistForm = lazyregexp.Regexp{Expression: `(?i)(?:800[-_ ]?53|fedramp).*?(?:revision|rev|r)[-_. ]*([45])`}

// nist is the framework's name in mappings.
const nist = "NIST SP 800-53"

// framework names the framework that the source of a control implementation has: the title
// of the resource it refers to, or its address by what tells it apart.
func (r *reader) framework(source string) facts.Framework {
	text, name := source, ""
	if uuid, ok := strings.CutPrefix(source, "#"); ok {
		resource, known := r.resources[uuid]
		if !known {
			return facts.Framework{}
		}
		text = strings.Join(append([]string{resource.title}, resource.hrefs...), " ")
		if name = resource.title; name == "" && len(resource.hrefs) > 0 {
			name = addressName(resource.hrefs[0])
		}
	} else {
		name = addressName(source)
	}
	if found := nistForm.Get().FindStringSubmatch(text); found != nil {
		return facts.Framework{Name: nist, Version: "rev" + found[1]}
	}
	return facts.Framework{Name: catalog.FoldText(name)}
}

// addressName is the last part of an address that says more than what kind of file it is.
func addressName(address string) string {
	parts := strings.Split(strings.TrimRight(address, "/"), "/")
	for _, part := range slices.Backward(parts) {
		name := strings.TrimSuffix(part, path.Ext(part))
		if name != "" && name != "profile" && name != "catalog" {
			return name
		}
	}
	return ""
}

// resourceFields reads what a resource says of itself.
func (r *reader) resourceFields(uuid *string, text *resourceText) map[string]strict.Field {
	return map[string]strict.Field{
		"uuid":  {Read: func(n *strict.Node) { *uuid = n.Value }},
		"title": {Read: func(n *strict.Node) { text.title = n.Value }},
		"rlinks": {Read: func(n *strict.Node) {
			r.List(n, "rlinks", func(item *strict.Node) {
				r.Object(item, "an rlink", fields("media-type hashes", map[string]strict.Field{
					"href": {Read: func(n *strict.Node) { text.hrefs = append(text.hrefs, n.Value) }},
				}))
			})
		}},
	}
}

// Options says how component definitions of others are read.
type Options struct {
	// DefaultStatus is that of a requirement without one: catalog.StatusYes, or "" for none,
	// so that it says nothing.
	DefaultStatus catalog.Status
}

// Resolve completes the components of others in a file with what the catalogue knows:
// below, without the source of the file, has their better names, and with, the source
// included, the controls that they name by id or label. The ids of a document that names
// none of them are a framework's. The errors are for fault.Join.
func Resolve(f *facts.File, below, with *catalog.Catalog, opts Options) []error {
	r := &resolver{file: f, with: with, opts: opts, defined: map[string]bool{}}
	for _, s := range f.Foreign {
		if earlier, ok := below.Summary(s.ID); ok {
			s.Name, s.Cloud = earlier.Name, earlier.Cloud
		}
		for _, doc := range s.Documents {
			r.document(s, doc)
		}
		s.Documents = slices.DeleteFunc(s.Documents, func(doc *catalog.Document) bool { return len(doc.Statements) == 0 })
	}
	f.Foreign = slices.DeleteFunc(f.Foreign, saysNothing)
	f.Services = slices.DeleteFunc(f.Services, func(s facts.At[*catalog.Service]) bool { return saysNothing(s.Value) })
	return r.errs
}

func saysNothing(s *catalog.Service) bool { return len(s.Documents) == 0 }

type resolver struct {
	file    *facts.File
	with    *catalog.Catalog
	opts    Options
	defined map[string]bool // identifiers, by the id of their control
	errs    []error
}

func (r *resolver) fail(st *catalog.Statement, message string) {
	r.errs = append(r.errs, &fault.Error{File: r.file.Name, Line: r.file.StatementLines[st], Message: message})
}

// document gives the statements of a document their controls, and takes out those without
// a status.
func (r *resolver) document(s *catalog.Service, doc *catalog.Document) {
	framework := r.file.Frameworks[doc]
	ofFramework := framework.Name != "" && !slices.ContainsFunc(doc.Statements, func(st *catalog.Statement) bool {
		_, err := r.with.ResolveControl(st.Control)
		return err == nil
	})
	if ofFramework {
		doc.ID = fitID(doc.ID + "-" + slug(framework.String()))
	}
	var kept []*catalog.Statement
	for _, st := range doc.Statements {
		if st.Status == "" && r.opts.DefaultStatus == "" {
			r.file.Silent = append(r.file.Silent, facts.At[string]{
				Value: words.Sprintf("the requirement %q of %q has no implementation-status", quote(st.Control), quote(s.Name)),
				Line:  r.file.StatementLines[st],
			})
			continue
		}
		if st.Status == "" {
			st.Status, doc.DefaultStatus = r.opts.DefaultStatus, r.opts.DefaultStatus
		}
		if ofFramework {
			r.identifier(framework, st)
		} else {
			r.control(framework, st)
		}
		kept = append(kept, st)
	}
	doc.Statements = kept
}

// control gives a statement the control that it names by id or label.
func (r *resolver) control(framework facts.Framework, st *catalog.Statement) {
	id, err := r.with.ResolveControl(st.Control)
	if err != nil {
		message := "control-id: " + err.Error() + "; expected the id or a label of a control of the catalogue, " +
			"or of \"definitions\" in an earlier source"
		if framework.Name == "" {
			message += ", or a source that names the framework whose id it is: an address, or a resource of the back matter"
		} else {
			message += ", as other requirements of the control implementation have"
		}
		r.fail(st, message)
		return
	}
	if id != st.Control {
		st.Control, st.Label = id, st.Control
	}
}

// identifier gives a statement the control that is the identifier of a framework, and
// defines it.
func (r *resolver) identifier(framework facts.Framework, st *catalog.Statement) {
	name, title := st.Control, ""
	if framework.Name == nist {
		known := nistIdentifiers()
		name = profile.Named([]string{st.Control}, known.ids)[0]
		title = known.titles[name]
	}
	full := framework.String() + " " + name
	def := &catalog.Definition{
		ID: fitID(slug(full)), Title: words.Clip(full, catalog.MaxTitle-1),
		Description: "What " + framework.String() + " has under " + name + ", as documents of others speak of it as a whole.",
		Category:    identifierCategory, Polarity: catalog.PolarityDesired,
	}
	if title != "" {
		def.Title = words.Clip(full+": "+title, catalog.MaxTitle-1)
	}
	if !catalog.ValidID(def.ID) {
		r.fail(st, words.Sprintf("control-id: %q of %q makes no id of a control, expected one in Latin letters and digits",
			quote(st.Control), quote(framework.String())))
		return
	}
	st.Control, st.Label = def.ID, st.Control
	if r.defined[def.ID] {
		return
	}
	r.defined[def.ID] = true
	line := r.file.StatementLines[st]
	r.file.Definitions = append(r.file.Definitions, facts.At[*catalog.Definition]{Value: def, Line: line})
	r.file.Mappings = append(r.file.Mappings, facts.At[catalog.Mapping]{Line: line, Value: catalog.Mapping{
		Control: def.ID, Framework: framework.Name, Version: framework.Version, Identifiers: []string{name},
		Source: "the identifier itself, of which documents of others speak", Confidence: catalog.ConfidenceHigh,
		Relationship: catalog.RelationshipEqual,
	}})
}

// slug is the kebab case of a name, "" where it has none.
func slug(s string) string { return strings.ReplaceAll(catalog.Normalise(s), " ", "-") }

// fitID shortens an id that is too long, so that different ones stay different.
func fitID(id string) string {
	if len(id) <= catalog.MaxID {
		return id
	}
	short := stableid.Short(id)
	return strings.TrimRight(id[:catalog.MaxID-len(short)-1], "-") + "-" + short
}

type identifierNames struct {
	ids    []string
	titles map[string]string
}

// nistIdentifiers are those of the built-in framework.
var nistIdentifiers = sync.OnceValue(func() identifierNames {
	out := identifierNames{titles: map[string]string{}}
	for _, f := range profile.Frameworks() {
		if f.Name != nist {
			continue
		}
		list, err := f.Identifiers("")
		if err != nil {
			return out // a broken build: the ids stay as OSCAL has them
		}
		for _, identifier := range list {
			out.ids = append(out.ids, identifier.ID)
			out.titles[identifier.ID] = cmp.Or(out.titles[identifier.ID], identifier.Title)
		}
	}
	return out
})
