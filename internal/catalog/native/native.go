// Package native reads the project's own format of a catalogue file, in YAML or JSON; its
// schema is catalog.schema.json.
package native

import (
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Expected says in errors what a file lacks that has nothing in it.
const Expected = `the key "clouds", "definitions", "mappings", "services", "settings" or "types"`

// ReadFile reads a catalogue file; the errors are for fault.Join.
func ReadFile(name string, data []byte) (*facts.File, []error) {
	r := strict.NewReader(name)
	root := r.Parse(data, Expected)
	if root == nil {
		return nil, r.Errors()
	}
	return Read(r, root), r.Errors()
}

type reader struct {
	*strict.Reader
	file *facts.File
}

// Read reads a catalogue file from the root of what r has parsed. What it returns is not
// to be used if r has errors.
func Read(parsed *strict.Reader, root *strict.Node) *facts.File {
	f := facts.New(parsed.File)
	r := &reader{parsed, f}
	r.Object(root, "the file", map[string]strict.Field{
		"$schema":     r.Any("$schema"), // for editors
		"clouds":      entries(r, "clouds", &f.Clouds, r.cloud),
		"definitions": entries(r, "definitions", &f.Definitions, r.definition),
		"mappings":    entries(r, "mappings", &f.Mappings, r.mapping),
		"services":    entries(r, "services", &f.Services, r.service),
		"settings":    {Read: func(n *strict.Node) { r.List(n, "settings", r.settings) }},
		"types":       entries(r, "types", &f.Types, r.typeRule),
	})
	if r.Count() == 0 && len(f.Clouds)+len(f.Definitions)+len(f.Mappings)+len(f.Services)+len(f.Settings)+len(f.Types) == 0 {
		r.Fail(root.Line,
			"the file has no entries, expected some under \"clouds\", \"definitions\", \"mappings\", \"services\", "+
				"\"settings\" or \"types\"")
	}
	return f
}

// entries is the field of a list of values with their lines.
func entries[T any](r *reader, key string, dst *[]facts.At[T], read func(*strict.Node) T) strict.Field {
	return strict.Field{Read: func(n *strict.Node) {
		r.List(n, key, func(item *strict.Node) { *dst = append(*dst, facts.At[T]{Value: read(item), Line: item.Line}) })
	}}
}

// check reports the problem of a value, if there is one.
func (r *reader) check(n *strict.Node, problem string) {
	if problem != "" {
		r.Fail(n.Line, "%s", problem)
	}
}

func (r *reader) cloud(n *strict.Node) catalog.Cloud {
	var cloud catalog.Cloud
	r.Object(n, "a cloud", map[string]strict.Field{
		"id":   strict.Required(r.ID(&cloud.ID, "the cloud's id")),
		"name": strict.Required(r.Text(&cloud.Name, "name", catalog.MaxTitle)),
		"type_prefixes": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "type_prefixes", "prefix", func(item *strict.Node) {
				cloud.TypePrefixes = append(cloud.TypePrefixes, r.ReadPrefix(item, "an entry of type_prefixes"))
			})
		}}),
		"arm_types": r.Boolean(&cloud.ARMTypes, "arm_types"),
	})
	return cloud
}

func (r *reader) definition(n *strict.Node) *catalog.Definition {
	def := &catalog.Definition{Polarity: catalog.PolarityDesired}
	r.Object(n, "a definition", map[string]strict.Field{
		"id":          strict.Required(r.ID(&def.ID, "the definition's id")),
		"title":       strict.Required(r.Text(&def.Title, "title", catalog.MaxTitle)),
		"description": strict.Required(r.Text(&def.Description, "description", catalog.MaxText)),
		"category":    strict.Required(r.ID(&def.Category, "category")),
		"polarity":    strict.OneOf(r.Reader, &def.Polarity, "polarity", catalog.Polarities),
		"labels":      r.Texts(&def.Labels, "labels"),
		"related":     r.IDs(&def.Related, "related"),
	})
	r.check(n, def.Problem())
	return def
}

func (r *reader) mapping(n *strict.Node) catalog.Mapping {
	var m catalog.Mapping
	r.Object(n, "a mapping", map[string]strict.Field{
		"control":   strict.Required(r.ID(&m.Control, "control")),
		"framework": strict.Required(r.Text(&m.Framework, "framework", catalog.MaxTitle)),
		"version":   strict.Required(r.Text(&m.Version, "version", catalog.MaxTitle)),
		"identifiers": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "identifiers", "identifier", func(item *strict.Node) {
				m.Identifiers = append(m.Identifiers, r.ReadText(item, "an entry of identifiers", catalog.MaxID))
			})
		}}),
		"source":       strict.Required(r.Text(&m.Source, "source", catalog.MaxText)),
		"confidence":   strict.Required(strict.OneOf(r.Reader, &m.Confidence, "confidence", catalog.Confidences)),
		"relationship": strict.OneOf(r.Reader, &m.Relationship, "relationship", catalog.Relationships),
	})
	return m
}

func (r *reader) service(n *strict.Node) *catalog.Service {
	s := &catalog.Service{}
	r.Object(n, "a service", map[string]strict.Field{
		"id":           strict.Required(r.ID(&s.ID, "the service's id")),
		"name":         strict.Required(r.Text(&s.Name, "name", catalog.MaxTitle)),
		"cloud":        strict.Required(r.ID(&s.Cloud, "cloud")),
		"categories":   r.Texts(&s.Categories, "categories"),
		"former_names": r.Texts(&s.FormerNames, "former_names"),
		"aliases":      r.Texts(&s.Aliases, "aliases"),
		"resource_types": {Read: func(n *strict.Node) {
			r.List(n, "resource_types",
				func(item *strict.Node) { s.ResourceTypes = append(s.ResourceTypes, r.resourceType(item)) })
		}},
		"lifecycle": {Read: func(n *strict.Node) { r.lifecycle(&s.Lifecycle, n) }},
		"documents": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "documents", "document", func(item *strict.Node) {
				doc := r.document(item)
				r.file.DocumentLines[doc] = item.Line
				s.Documents = append(s.Documents, doc)
			})
		}}),
	})
	return s
}

func (r *reader) typeRule(n *strict.Node) catalog.TypeRule {
	var rule catalog.TypeRule
	var reason string // for whoever reads the file
	r.Object(n, "an entry of types", map[string]strict.Field{
		"type":    strict.Required(r.Type(&rule.Type, "type")),
		"chooses": strict.Required(strict.OneOf(r.Reader, &rule.Chooses, "chooses", catalog.Chooses)),
		"reason":  strict.Required(r.Text(&reason, "reason", catalog.MaxText)),
	})
	return rule
}

// resourceType reads a type alone, or a type with the attribute that decides.
func (r *reader) resourceType(n *strict.Node) catalog.ResourceType {
	var rt catalog.ResourceType
	if strict.IsMapping(n) {
		r.Object(n, "an entry of resource_types", map[string]strict.Field{
			"type":      strict.Required(r.Type(&rt.Type, "type")),
			"attribute": strict.Required(r.Decider(&rt.By, "attribute")),
			"value":     strict.Required(r.Text(&rt.Value, "value", catalog.MaxTitle)),
		})
		r.check(n, rt.Problem())
		return rt
	}
	rt.Type = r.ReadType(n, "an entry of resource_types")
	return rt
}

func (r *reader) lifecycle(l *catalog.Lifecycle, n *strict.Node) {
	before := r.Count()
	r.Object(n, "lifecycle", map[string]strict.Field{
		"retired_on": r.Date(&l.RetiredOn, "retired_on"),
		"successor":  r.Text(&l.Successor, "successor", catalog.MaxTitle),
		"notice":     r.Text(&l.Notice, "notice", catalog.MaxText),
		"source":     r.source(&l.Source),
		"notices": {Read: func(n *strict.Node) {
			r.Filled(n, "notices", "notice", func(item *strict.Node) { l.Notices = append(l.Notices, r.notice(item)) })
		}},
	})
	if r.Count() == before { // else what seems to be missing may be what is malformed
		r.check(n, l.Problem())
	}
}

func (r *reader) notice(n *strict.Node) catalog.Notice {
	var notice catalog.Notice
	r.Object(n, "an entry of notices", map[string]strict.Field{
		"scope":     strict.Required(r.Text(&notice.Scope, "scope", catalog.MaxText)),
		"stage":     strict.Required(strict.OneOf(r.Reader, &notice.Stage, "stage", catalog.NoticeStages)),
		"date":      r.DateOrMonth(&notice.Date, "date"),
		"successor": r.Text(&notice.Successor, "successor", catalog.MaxTitle),
		"source":    strict.Required(r.source(&notice.Source)),
	})
	return notice
}

func (r *reader) source(s *catalog.Source) strict.Field {
	return strict.Field{Read: func(n *strict.Node) {
		r.Object(n, "source", map[string]strict.Field{
			"title":     strict.Required(r.Text(&s.Title, "title", catalog.MaxTitle)),
			"published": r.Date(&s.Published, "published"),
			"url":       r.Link(&s.URL, "url"),
		})
	}}
}

func (r *reader) document(n *strict.Node) *catalog.Document {
	doc := &catalog.Document{}
	r.Object(n, "a document", map[string]strict.Field{
		"id":        strict.Required(r.ID(&doc.ID, "the document's id")),
		"series":    strict.Required(r.Text(&doc.Series, "series", catalog.MaxTitle)),
		"title":     strict.Required(r.Text(&doc.Title, "title", catalog.MaxTitle)),
		"publisher": strict.Required(r.Text(&doc.Publisher, "publisher", catalog.MaxTitle)),
		"published": strict.Required(strict.Field{Read: func(n *strict.Node) {
			doc.Published = r.ReadDate(n, "published")
			r.file.DateLines[doc] = n.Line
		}}),
		"url":     r.Link(&doc.URL, "url"),
		"license": r.Text(&doc.License, "license", catalog.MaxTitle),
		"statements": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "statements", "statement", func(item *strict.Node) {
				st := r.statement(item)
				r.file.StatementLines[st] = item.Line
				doc.Statements = append(doc.Statements, st)
			})
		}}),
	})
	return doc
}

// status is the field of a status. A word that means one is answered with it.
func (r *reader) status(dst *catalog.Status) strict.Field {
	field := strict.OneOf(r.Reader, dst, "status", catalog.Statuses)
	return strict.Field{Read: func(n *strict.Node) {
		meant := catalog.StatusMeant(n.Value)
		if meant == "" || n.ShortTag() != "!!str" || slices.Contains(catalog.Statuses, catalog.Status(n.Value)) {
			field.Read(n)
			return
		}
		r.Fail(n.Line, "status is %q, expected one of %s; did you mean %q?", words.Clip(n.Value, fault.MaxQuoted),
			words.Quoted(catalog.Statuses), meant)
	}}
}

func (r *reader) statement(n *strict.Node) *catalog.Statement {
	st := &catalog.Statement{}
	r.Object(n, "a statement", map[string]strict.Field{
		"control":   strict.Required(r.ID(&st.Control, "control")),
		"label":     r.Text(&st.Label, "label", catalog.MaxTitle),
		"status":    strict.Required(r.status(&st.Status)),
		"condition": r.Text(&st.Condition, "condition", catalog.MaxText),
		"planned":   r.Boolean(&st.Planned, "planned"),
		"enabled_by_default": {Read: func(n *strict.Node) {
			st.EnabledByDefault = new(bool)
			r.Boolean(st.EnabledByDefault, "enabled_by_default").Read(n)
		}},
		"responsibility": strict.OneOf(r.Reader, &st.Responsibility, "responsibility", catalog.Responsibilities),
		"notes":          r.Text(&st.Notes, "notes", catalog.MaxText),
		"references": {Read: func(n *strict.Node) {
			r.List(n, "references", func(item *strict.Node) {
				var ref catalog.Reference
				r.Object(item, "a reference", map[string]strict.Field{
					"title": strict.Required(r.Text(&ref.Title, "title", catalog.MaxTitle)),
					"url":   strict.Required(r.Link(&ref.URL, "url")),
				})
				st.References = append(st.References, ref)
			})
		}},
	})
	r.check(n, st.Problem())
	return st
}
