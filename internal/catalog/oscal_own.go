package catalog

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What render_baseline writes, read back. Its properties have the names of the keys of a
// catalogue file, with hyphens: the nodes of such a file are made of them, and read as
// those of any other.

// oscalNS is the namespace of properties in the words of a catalogue.
const oscalNS = "https://github.com/security-controls/terraform-provider-controls/oscal/v1"

// oscalProp is a property of an OSCAL object.
type oscalProp struct {
	name, ns, class string
	value, remarks  *yaml.Node
	line            int
}

// isStatus reports whether it is OSCAL's own property for the status of a requirement.
func (p oscalProp) isStatus() bool {
	return p.name == "implementation-status" && p.value != nil && (p.ns == "" || p.ns == "http://csrc.nist.gov/ns/oscal")
}

func (r *oscalReader) props(n *yaml.Node) []oscalProp {
	var props []oscalProp
	r.list(n, "props", func(item *yaml.Node) {
		p := oscalProp{line: item.Line}
		r.object(item, "a property", fields("uuid group", map[string]field{
			"name":    required(r.text(&p.name, "name", maxTitle)),
			"ns":      r.text(&p.ns, "ns", maxLink),
			"class":   r.text(&p.class, "class", maxTitle),
			"value":   required(field{read: func(n *yaml.Node) { p.value = n }}),
			"remarks": {read: func(n *yaml.Node) { p.remarks = n }},
		}))
		if p.value != nil {
			props = append(props, p)
		}
	})
	return props
}

// hasOwn reports whether there are properties in the words of a catalogue.
func hasOwn(props []oscalProp) bool {
	return slices.ContainsFunc(props, func(p oscalProp) bool { return p.ns == oscalNS })
}

// entries makes the mapping nodes of a catalogue file.
type entries struct{ *yaml.Node }

func newEntries(line int) entries { return entries{&yaml.Node{Kind: yaml.MappingNode, Line: line}} }

func textNode(line int, s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Line: line}
}

func (e entries) add(key string, value *yaml.Node) {
	e.Content = append(e.Content, textNode(value.Line, key), value)
}

// append adds a value to the list under a key.
func (e entries) append(key string, value *yaml.Node) {
	for i := 0; i < len(e.Content); i += 2 {
		if e.Content[i].Value == key {
			e.Content[i+1].Content = append(e.Content[i+1].Content, value)
			return
		}
	}
	e.add(key, &yaml.Node{Kind: yaml.SequenceNode, Line: value.Line, Content: []*yaml.Node{value}})
}

// take adds the properties of a class to the entries. The names are those of the
// properties that may occur, by key: "*" at the end of a key stands for a list, "?" for
// a boolean. A property of this class that is not among them is an error.
func (r *oscalReader) take(e entries, props []oscalProp, class string, names map[string]string) {
	for _, p := range props {
		if p.ns != oscalNS || p.class != class {
			continue
		}
		key, ok := names[p.name]
		switch base := strings.TrimRight(key, "*?"); {
		case !ok:
			allowed := make([]string, 0, len(names))
			for name := range names {
				allowed = append(allowed, name)
			}
			slices.Sort(allowed)
			r.fail(p.line, "the property %q of the class %q is not known, expected one of %s", clip(p.name, maxQuoted), clip(class, maxQuoted), strings.Join(allowed, ", "))
		case strings.HasSuffix(key, "*"):
			e.append(base, p.value)
		case strings.HasSuffix(key, "?") && (p.value.Value == "true" || p.value.Value == "false"):
			e.add(base, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: p.value.Value, Line: p.value.Line})
		default:
			e.add(base, p.value)
		}
	}
}

// classes lists the classes that begin with a prefix, in their order.
func classes(props []oscalProp, prefix string) []string {
	var found []string
	for _, p := range props {
		if p.ns == oscalNS && strings.HasPrefix(p.class, prefix) && !slices.Contains(found, p.class) {
			found = append(found, p.class)
		}
	}
	return found
}

func (r *oscalReader) ownComponent(n *yaml.Node, props []oscalProp, implementations []*yaml.Node) {
	service := newEntries(n.Line)
	r.take(service, props, "", map[string]string{"service": "id", "name": "name", "cloud": "cloud", "category": "categories*", "former-name": "former_names*", "alias": "aliases*"})
	for _, class := range classes(props, "resource-type-") {
		rt := newEntries(n.Line)
		r.take(rt, props, class, map[string]string{"resource-type": "type", "attribute": "attribute", "value": "value"})
		if len(rt.Content) == 2 && rt.Content[0].Value == "type" {
			service.append("resource_types", rt.Content[1])
		} else {
			service.append("resource_types", rt.Node)
		}
	}
	if life := r.lifecycleEntries(n, props); len(life.Content) > 0 {
		service.add("lifecycle", life.Node)
	}
	for _, p := range props {
		if known := p.class == "" || p.class == "lifecycle" || strings.HasPrefix(p.class, "resource-type-") || strings.HasPrefix(p.class, "notice-"); p.ns == oscalNS && !known {
			r.fail(p.line, "the class of a property is %q, expected none, or lifecycle, or one that begins with resource-type- or notice-", clip(p.class, maxQuoted))
		}
	}
	for _, implementation := range implementations {
		service.append("documents", r.ownDocument(implementation).Node)
	}
	r.file.services = append(r.file.services, located[*Service]{r.service(r.file, service.Node), r.file.name, n.Line})
}

// withSource adds the properties of a class, those of where the fact was read apart.
func (r *oscalReader) withSource(e entries, props []oscalProp, class string, names map[string]string) {
	sourceNames := map[string]string{"source-title": "title", "source-published": "published", "source-url": "url"}
	isSource := func(p oscalProp) bool { _, ok := sourceNames[p.name]; return ok }
	r.take(e, slices.DeleteFunc(slices.Clone(props), isSource), class, names)
	source := newEntries(e.Line)
	r.take(source, slices.DeleteFunc(slices.Clone(props), func(p oscalProp) bool { return !isSource(p) }), class, sourceNames)
	if len(source.Content) > 0 {
		e.add("source", source.Node)
	}
}

func (r *oscalReader) lifecycleEntries(n *yaml.Node, props []oscalProp) entries {
	life := newEntries(n.Line)
	r.withSource(life, props, "lifecycle", map[string]string{"retired-on": "retired_on", "successor": "successor", "notice": "notice"})
	for _, class := range classes(props, "notice-") {
		notice := newEntries(n.Line)
		r.withSource(notice, props, class, map[string]string{"scope": "scope", "stage": "stage", "date": "date", "successor": "successor"})
		life.append("notices", notice.Node)
	}
	return life
}

func (r *oscalReader) ownDocument(n *yaml.Node) entries {
	doc := newEntries(n.Line)
	var source *yaml.Node
	r.object(n, "a control implementation", fields("uuid description links set-parameters", map[string]field{
		"source": required(field{read: func(n *yaml.Node) { source = n }}),
		"props": required(field{read: func(n *yaml.Node) {
			r.take(doc, r.props(n), "", map[string]string{
				"document": "id", "series": "series", "title": "title", "publisher": "publisher", "published": "published", "license": "license",
			})
		}}),
		"implemented-requirements": required(field{read: func(n *yaml.Node) {
			r.filled(n, "implemented-requirements", "implemented requirement", func(item *yaml.Node) { doc.append("statements", r.ownStatement(item).Node) })
		}}),
	}))
	if source != nil && source.Value != "" { // a document without an address has an empty one
		doc.add("url", source)
	}
	return doc
}

func (r *oscalReader) ownStatement(n *yaml.Node) entries {
	st := newEntries(n.Line)
	var control *yaml.Node
	r.statements++
	r.object(n, "an implemented requirement", fields("uuid description set-parameters responsible-roles remarks", map[string]field{
		"control-id": required(field{read: func(n *yaml.Node) { control = n }}),
		"props": required(field{read: func(n *yaml.Node) {
			r.take(st, r.props(n), "", map[string]string{
				"status": "status", "control": "control", "condition": "condition", "planned": "planned?", "enabled-by-default": "enabled_by_default?",
				"responsibility": "responsibility", "label": "label", "notes": "notes",
			})
		}}),
		"links": {read: func(n *yaml.Node) {
			r.list(n, "links", func(item *yaml.Node) {
				ref := newEntries(item.Line)
				r.object(item, "a link", fields("rel media-type resource-fragment", map[string]field{
					"href": {read: func(n *yaml.Node) { ref.add("url", n) }},
					"text": {read: func(n *yaml.Node) { ref.add("title", n) }},
				}))
				st.append("references", ref.Node)
			})
		}},
		"statements": r.refused("statements are about parts of a control, expected the requirement alone"),
	}))
	// OSCAL allows less in an id than a catalogue does; the property then has the id.
	named := slices.ContainsFunc(st.Content, func(key *yaml.Node) bool { return key.Value == "control" })
	if control != nil && !named {
		st.add("control", control)
	}
	return st
}

// resource reads a definition of the back matter. Other resources carry no statement.
func (r *oscalReader) resource(n *yaml.Node) {
	def := newEntries(n.Line)
	var props []oscalProp
	r.object(n, "a resource", fields("uuid title description document-ids citation rlinks base64 remarks", map[string]field{
		"props": {read: func(n *yaml.Node) { props = r.props(n) }},
	}))
	if !hasOwn(props) {
		return
	}
	r.take(def, props, "", map[string]string{
		"control": "id", "title": "title", "description": "description", "category": "category", "polarity": "polarity", "label": "labels*", "related": "related*",
	})
	r.file.definitions = append(r.file.definitions, located[*Definition]{r.definition(def.Node), r.file.name, n.Line})
}
