package catalog

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// file is one decoded catalogue file, with the lines that later checks need.
type file struct {
	name        string
	definitions []located[*Definition]
	services    []located[*Service]
	mappings    []located[Mapping]
	types       []located[TypeRule]
	lines       map[*Statement]int
	documents   map[*Document]int

	// components says that it is an OSCAL component definition: it repeats definitions
	// that others of the same source have too, and need not define what they relate to.
	components bool
	foreign    []component
}

// located is a value and the line that it starts on.
type located[T any] struct {
	value T
	file  string
	line  int
}

// decodeFile reads a catalogue file in the format of catalog.schema.json, or an OSCAL
// component definition.
func decodeFile(name string, data []byte) (*file, []error) {
	f := &file{name: name, lines: map[*Statement]int{}, documents: map[*Document]int{}}
	d := &decoder{file: name}
	root := d.document(data)
	if root == nil {
		return nil, d.failures()
	}
	if isComponentDefinition(root) {
		readComponentDefinition(d, f, root)
		return f, d.failures()
	}
	d.object(root, "the file", map[string]field{
		"$schema": {read: func(n *yaml.Node) { d.scalar(n, "$schema") }}, // for editors
		"definitions": {read: func(n *yaml.Node) {
			d.list(n, "definitions", func(item *yaml.Node) {
				f.definitions = append(f.definitions, located[*Definition]{d.definition(item), name, item.Line})
			})
		}},
		"mappings": {read: func(n *yaml.Node) {
			d.list(n, "mappings", func(item *yaml.Node) {
				f.mappings = append(f.mappings, located[Mapping]{d.mapping(item), name, item.Line})
			})
		}},
		"services": {read: func(n *yaml.Node) {
			d.list(n, "services", func(item *yaml.Node) {
				f.services = append(f.services, located[*Service]{d.service(f, item), name, item.Line})
			})
		}},
		"types": {read: func(n *yaml.Node) {
			d.list(n, "types", func(item *yaml.Node) {
				f.types = append(f.types, located[TypeRule]{d.typeRule(item), name, item.Line})
			})
		}},
	})
	if len(d.errs) == 0 && len(f.definitions)+len(f.mappings)+len(f.services)+len(f.types) == 0 {
		d.fail(root.Line, "the file has no entries, expected some under \"definitions\", \"mappings\", \"services\" or \"types\"")
	}
	return f, d.failures()
}

// reservedID cannot be the id of a control: "service/lifecycle" is the gap of a retired
// service.
const reservedID = "lifecycle"

func (d *decoder) definition(n *yaml.Node) *Definition {
	def := &Definition{Polarity: PolarityDesired}
	d.object(n, "a definition", map[string]field{
		"id":          required(d.id(&def.ID, "the definition's id")),
		"title":       required(d.text(&def.Title, "title", maxTitle)),
		"description": required(d.text(&def.Description, "description", maxText)),
		"category":    required(d.id(&def.Category, "category")),
		"polarity":    oneOf(d, &def.Polarity, "polarity", Polarities),
		"labels":      d.texts(&def.Labels, "labels"),
		"related":     d.ids(&def.Related, "related"),
	})
	if def.ID == reservedID {
		d.fail(n.Line, "the definition's id is %q, expected another: it stands for the service itself among the gaps of an assessment", reservedID)
	}
	return def
}

func (d *decoder) mapping(n *yaml.Node) Mapping {
	var m Mapping
	d.object(n, "a mapping", map[string]field{
		"control":   required(d.id(&m.Control, "control")),
		"framework": required(d.text(&m.Framework, "framework", maxTitle)),
		"version":   required(d.text(&m.Version, "version", maxTitle)),
		"identifiers": required(field{read: func(n *yaml.Node) {
			d.filled(n, "identifiers", "identifier", func(item *yaml.Node) {
				m.Identifiers = append(m.Identifiers, d.readText(item, "an entry of identifiers", maxID))
			})
		}}),
		"source":     required(d.text(&m.Source, "source", maxText)),
		"confidence": required(oneOf(d, &m.Confidence, "confidence", Confidences)),
	})
	return m
}

func (d *decoder) service(f *file, n *yaml.Node) *Service {
	s := &Service{}
	d.object(n, "a service", map[string]field{
		"id":           required(d.id(&s.ID, "the service's id")),
		"name":         required(d.text(&s.Name, "name", maxTitle)),
		"cloud":        required(d.id(&s.Cloud, "cloud")),
		"categories":   d.texts(&s.Categories, "categories"),
		"former_names": d.texts(&s.FormerNames, "former_names"),
		"aliases":      d.texts(&s.Aliases, "aliases"),
		"resource_types": {read: func(n *yaml.Node) {
			d.list(n, "resource_types", func(item *yaml.Node) { s.ResourceTypes = append(s.ResourceTypes, d.resourceType(item)) })
		}},
		"lifecycle": {read: func(n *yaml.Node) { d.lifecycle(&s.Lifecycle, n) }},
		"documents": required(field{read: func(n *yaml.Node) {
			d.filled(n, "documents", "document", func(item *yaml.Node) {
				doc := d.documentEntry(f, item)
				f.documents[doc] = item.Line
				s.Documents = append(s.Documents, doc)
			})
		}}),
	})
	return s
}

func (d *decoder) typeRule(n *yaml.Node) TypeRule {
	var r TypeRule
	var reason string // for whoever reads the file
	d.object(n, "an entry of types", map[string]field{
		"type":    required(field{read: func(n *yaml.Node) { r.Type = d.readType(n, "type") }}),
		"chooses": required(oneOf(d, &r.Chooses, "chooses", Chooses)),
		"reason":  required(d.text(&reason, "reason", maxText)),
	})
	return r
}

// resourceType reads a type alone, or a type with the attribute that decides.
func (d *decoder) resourceType(n *yaml.Node) ResourceType {
	var rt ResourceType
	if n.Kind == yaml.MappingNode {
		d.object(n, "an entry of resource_types", map[string]field{
			"type":      required(field{read: func(n *yaml.Node) { rt.Type = d.readType(n, "type") }}),
			"attribute": required(d.text(&rt.Attribute, "attribute", maxTitle)),
			"value":     required(d.text(&rt.Value, "value", maxTitle)),
		})
		return rt
	}
	rt.Type = d.readType(n, "an entry of resource_types")
	return rt
}

// typeForm keeps out what no resource type could ever match: spaces, and an ARM type
// with its version, which TypeClaims cuts off.
var typeForm = lazyregexp.Regexp{Expression: `^[^\s@]+$`}

func (d *decoder) readType(n *yaml.Node, what string) string {
	s := d.readText(n, what, maxTitle)
	if s != "" && !typeForm.MatchString(s) {
		d.fail(n.Line, "%s %q is malformed, expected a resource type without a version, such as \"azurerm_key_vault\" or \"Microsoft.KeyVault/vaults\"", what, clip(s, maxQuoted))
		return ""
	}
	return s
}

func (d *decoder) lifecycle(l *Lifecycle, n *yaml.Node) {
	before := len(d.errs)
	d.object(n, "lifecycle", map[string]field{
		"retired_on": d.date(&l.RetiredOn, "retired_on"),
		"successor":  d.text(&l.Successor, "successor", maxTitle),
		"notice":     d.text(&l.Notice, "notice", maxText),
		"source":     d.source(&l.Source),
		"notices": {read: func(n *yaml.Node) {
			d.filled(n, "notices", "notice", func(item *yaml.Node) { l.Notices = append(l.Notices, d.notice(item)) })
		}},
	})
	if len(d.errs) > before {
		return // what seems to be missing may be what is malformed
	}
	switch stated := l.RetiredOn != "" || l.Successor != "" || l.Notice != ""; {
	case stated && l.Source == Source{}:
		d.fail(n.Line, "lifecycle lacks the key \"source\", expected where retired_on, successor and notice were read")
	case !stated && len(l.Notices) == 0:
		d.fail(n.Line, "lifecycle says nothing, expected one of notice, notices, retired_on, successor")
	}
}

func (d *decoder) notice(n *yaml.Node) Notice {
	var notice Notice
	d.object(n, "an entry of notices", map[string]field{
		"scope":     required(d.text(&notice.Scope, "scope", maxText)),
		"stage":     required(oneOf(d, &notice.Stage, "stage", NoticeStages)),
		"date":      d.dateOrMonth(&notice.Date, "date"),
		"successor": d.text(&notice.Successor, "successor", maxTitle),
		"source":    required(d.source(&notice.Source)),
	})
	return notice
}

func (d *decoder) source(s *Source) field {
	return field{read: func(n *yaml.Node) {
		d.object(n, "source", map[string]field{
			"title":     required(d.text(&s.Title, "title", maxTitle)),
			"published": d.date(&s.Published, "published"),
			"url":       d.link(&s.URL, "url"),
		})
	}}
}

func (d *decoder) documentEntry(f *file, n *yaml.Node) *Document {
	doc := &Document{}
	d.object(n, "a document", map[string]field{
		"id":        required(d.id(&doc.ID, "the document's id")),
		"series":    required(d.text(&doc.Series, "series", maxTitle)),
		"title":     required(d.text(&doc.Title, "title", maxTitle)),
		"publisher": required(d.text(&doc.Publisher, "publisher", maxTitle)),
		"published": required(d.date(&doc.Published, "published")),
		"url":       d.link(&doc.URL, "url"),
		"license":   d.text(&doc.License, "license", maxTitle),
		"statements": required(field{read: func(n *yaml.Node) {
			d.filled(n, "statements", "statement", func(item *yaml.Node) {
				st := d.statement(item)
				f.lines[st] = item.Line
				doc.Statements = append(doc.Statements, st)
			})
		}}),
	})
	return doc
}

func (d *decoder) statement(n *yaml.Node) *Statement {
	st := &Statement{}
	d.object(n, "a statement", map[string]field{
		"control":   required(d.id(&st.Control, "control")),
		"label":     d.text(&st.Label, "label", maxTitle),
		"status":    required(oneOf(d, &st.Status, "status", Statuses)),
		"condition": d.text(&st.Condition, "condition", maxText),
		"planned":   d.boolean(&st.Planned, "planned"),
		"enabled_by_default": {read: func(n *yaml.Node) {
			st.EnabledByDefault = new(bool)
			d.boolean(st.EnabledByDefault, "enabled_by_default").read(n)
		}},
		"responsibility": oneOf(d, &st.Responsibility, "responsibility", Responsibilities),
		"notes":          d.text(&st.Notes, "notes", maxText),
		"references": {read: func(n *yaml.Node) {
			d.list(n, "references", func(item *yaml.Node) {
				var ref Reference
				d.object(item, "a reference", map[string]field{
					"title": required(d.text(&ref.Title, "title", maxTitle)),
					"url":   required(d.link(&ref.URL, "url")),
				})
				st.References = append(st.References, ref)
			})
		}},
	})
	switch {
	case !slices.Contains(Statuses, st.Status): // an error already
	case st.Status == StatusConditional && st.Condition == "":
		d.fail(n.Line, "a statement with the status \"conditional\" lacks its condition, expected what restricts the \"Yes\"")
	case st.Status != StatusConditional && st.Condition != "":
		d.fail(n.Line, "a statement with the status %q has a condition, expected one with \"conditional\" alone", st.Status)
	case st.Planned && st.Status != StatusNo:
		d.fail(n.Line, "a statement with the status %q is planned, expected that with \"no\" alone", st.Status)
	}
	return st
}
