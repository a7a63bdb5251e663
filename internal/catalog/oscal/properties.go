package oscal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
)

// Classes of properties of a component that belong together. Those of one resource type or
// notice have the same number behind the prefix.
const (
	lifecycleClass     = "lifecycle"
	resourceTypePrefix = "resource-type-"
	noticePrefix       = "notice-"
	cloudClass         = "cloud" // of a resource of the back matter
)

// property is a property in oscaldoc.Namespace that holds what OSCAL has no field for: where the
// value of a T is, to write it, and how it is read. The tables below are all of them, in
// the order in which they are written.
type property[T any] struct {
	name string
	key  string // what a catalogue file calls it, for errors
	what string // what an error calls its value; "" for the key

	required bool
	read     func(r *reader, n *strict.Node, what string) string

	// One of these has the value. An empty one is not written.
	field func(*T) *string
	list  func(*T) *[]string // the property may occur several times
	flag  func(*T) yesOrNo
}

// yesOrNo is a value of "true", "false" or, where it is unknown or not worth a word, "".
type yesOrNo struct {
	value string
	set   func(bool)
}

var definitionProperties = []property[catalog.Definition]{
	{
		name: "control", key: "id", what: "the definition's id", required: true, read: readID,
		field: func(d *catalog.Definition) *string { return &d.ID },
	},
	{
		name: "title", key: "title", required: true, read: readTitle,
		field: func(d *catalog.Definition) *string { return &d.Title },
	},
	{
		name: "description", key: "description", required: true, read: readText,
		field: func(d *catalog.Definition) *string { return &d.Description },
	},
	{
		name: "category", key: "category", required: true, read: readID,
		field: func(d *catalog.Definition) *string { return &d.Category },
	},
	{
		name: "polarity", key: "polarity", read: readPolarity,
		field: func(d *catalog.Definition) *string { return (*string)(&d.Polarity) },
	},
	{name: "label", key: "labels", read: readTitle, list: func(d *catalog.Definition) *[]string { return &d.Labels }},
	{name: "related", key: "related", read: readID, list: func(d *catalog.Definition) *[]string { return &d.Related }},
}

// cloudProperties have the class cloudClass.
var cloudProperties = []property[catalog.Cloud]{
	{
		name: "cloud", key: "id", what: "the cloud's id", required: true, read: readID,
		field: func(c *catalog.Cloud) *string { return &c.ID },
	},
	{name: "name", key: "name", required: true, read: readTitle, field: func(c *catalog.Cloud) *string { return &c.Name }},
	{
		name: "type-prefix", key: "type_prefixes", required: true, read: readPrefix,
		list: func(c *catalog.Cloud) *[]string { return &c.TypePrefixes },
	},
	{name: "arm-types", key: "arm_types", read: readBoolean, flag: armTypes},
}

func armTypes(c *catalog.Cloud) yesOrNo {
	value := ""
	if c.ARMTypes {
		value = "true"
	}
	return yesOrNo{value, func(v bool) { c.ARMTypes = v }}
}

var serviceProperties = []property[catalog.Summary]{
	{
		name: "service", key: "id", what: "the service's id", required: true, read: readID,
		field: func(s *catalog.Summary) *string { return &s.ID },
	},
	{name: "name", key: "name", required: true, read: readTitle, field: func(s *catalog.Summary) *string { return &s.Name }},
	{name: "cloud", key: "cloud", required: true, read: readID, field: func(s *catalog.Summary) *string { return &s.Cloud }},
	{name: "category", key: "categories", read: readTitle, list: func(s *catalog.Summary) *[]string { return &s.Categories }},
	{
		name: "former-name", key: "former_names", read: readTitle,
		list: func(s *catalog.Summary) *[]string { return &s.FormerNames },
	},
	{name: "alias", key: "aliases", read: readTitle, list: func(s *catalog.Summary) *[]string { return &s.Aliases }},
}

// resourceTypeProperties have a class of resourceTypePrefix.
var resourceTypeProperties = []property[catalog.ResourceType]{
	{
		name: "resource-type", key: "type", required: true, read: readType,
		field: func(t *catalog.ResourceType) *string { return &t.Type },
	},
	{
		name: "attribute", key: "attribute", read: readDecider,
		field: func(t *catalog.ResourceType) *string { return (*string)(&t.By) },
	},
	{name: "value", key: "value", read: readTitle, field: func(t *catalog.ResourceType) *string { return &t.Value }},
}

// lifecycleProperties have the class lifecycleClass.
var lifecycleProperties = []property[catalog.Lifecycle]{
	{
		name: "retired-on", key: "retired_on", read: readDate,
		field: func(l *catalog.Lifecycle) *string { return (*string)(&l.RetiredOn) },
	},
	{name: "successor", key: "successor", read: readTitle, field: func(l *catalog.Lifecycle) *string { return &l.Successor }},
	{name: "notice", key: "notice", read: readText, field: func(l *catalog.Lifecycle) *string { return &l.Notice }},
	{name: sourceTitle, key: "title", read: readTitle, field: func(l *catalog.Lifecycle) *string { return &l.Source.Title }},
	{
		name: sourcePublished, key: "published", read: readDate,
		field: func(l *catalog.Lifecycle) *string { return (*string)(&l.Source.Published) },
	},
	{name: sourceURL, key: "url", read: readLink, field: func(l *catalog.Lifecycle) *string { return &l.Source.URL }},
}

// noticeProperties have a class of noticePrefix.
var noticeProperties = []property[catalog.Notice]{
	{name: "scope", key: "scope", required: true, read: readText, field: func(n *catalog.Notice) *string { return &n.Scope }},
	{
		name: "stage", key: "stage", required: true, read: readStage,
		field: func(n *catalog.Notice) *string { return (*string)(&n.Stage) },
	},
	{name: "date", key: "date", read: readDateOrMonth, field: func(n *catalog.Notice) *string { return &n.Date }},
	{name: "successor", key: "successor", read: readTitle, field: func(n *catalog.Notice) *string { return &n.Successor }},
	{name: sourceTitle, key: "title", read: readTitle, field: func(n *catalog.Notice) *string { return &n.Source.Title }},
	{
		name: sourcePublished, key: "published", read: readDate,
		field: func(n *catalog.Notice) *string { return (*string)(&n.Source.Published) },
	},
	{name: sourceURL, key: "url", read: readLink, field: func(n *catalog.Notice) *string { return &n.Source.URL }},
}

// Where the facts of a lifecycle or notice were read.
const (
	sourceTitle     = "source-title"
	sourcePublished = "source-published"
	sourceURL       = "source-url"
)

var documentProperties = []property[catalog.Document]{
	{
		name: "document", key: "id", what: "the document's id", required: true, read: readID,
		field: func(d *catalog.Document) *string { return &d.ID },
	},
	{
		name: "series", key: "series", required: true, read: readTitle,
		field: func(d *catalog.Document) *string { return &d.Series },
	},
	{name: "title", key: "title", required: true, read: readTitle, field: func(d *catalog.Document) *string { return &d.Title }},
	{
		name: "publisher", key: "publisher", required: true, read: readTitle,
		field: func(d *catalog.Document) *string { return &d.Publisher },
	},
	{
		name: "published", key: "published", required: true, read: readDate,
		field: func(d *catalog.Document) *string { return (*string)(&d.Published) },
	},
	{name: "license", key: "license", read: readTitle, field: func(d *catalog.Document) *string { return &d.License }},
}

var statementProperties = []property[catalog.Statement]{
	{
		name: "status", key: "status", required: true, read: readStatus,
		field: func(s *catalog.Statement) *string { return (*string)(&s.Status) },
	},
	{name: controlProperty, key: "control", read: readID, field: func(s *catalog.Statement) *string { return &s.Control }},
	{name: "condition", key: "condition", read: readText, field: func(s *catalog.Statement) *string { return &s.Condition }},
	{name: "planned", key: "planned", read: readBoolean, flag: planned},
	{name: "enabled-by-default", key: "enabled_by_default", read: readBoolean, flag: enabledByDefault},
	{
		name: "responsibility", key: "responsibility", read: readResponsibility,
		field: func(s *catalog.Statement) *string { return &s.Responsibility },
	},
	{name: "label", key: "label", read: readTitle, field: func(s *catalog.Statement) *string { return &s.Label }},
	{name: "notes", key: "notes", read: readText, field: func(s *catalog.Statement) *string { return &s.Notes }},
}

// controlProperty has the id of a control that OSCAL does not allow as one.
const controlProperty = "control"

func planned(s *catalog.Statement) yesOrNo {
	value := ""
	if s.Planned {
		value = "true"
	}
	return yesOrNo{value, func(v bool) { s.Planned = v }}
}

func enabledByDefault(s *catalog.Statement) yesOrNo {
	value := ""
	if s.EnabledByDefault != nil {
		value = strconv.FormatBool(*s.EnabledByDefault)
	}
	return yesOrNo{value, func(v bool) { s.EnabledByDefault = &v }}
}

// How values are read: as those of a catalogue file, with the same limits.

func readTitle(r *reader, n *strict.Node, what string) string {
	return r.ReadText(n, what, catalog.MaxTitle)
}

func readText(r *reader, n *strict.Node, what string) string {
	return r.ReadText(n, what, catalog.MaxText)
}
func readID(r *reader, n *strict.Node, what string) string   { return r.ReadID(n, what) }
func readType(r *reader, n *strict.Node, what string) string { return r.ReadType(n, what) }
func readDate(r *reader, n *strict.Node, what string) string { return string(r.ReadDate(n, what)) }
func readLink(r *reader, n *strict.Node, what string) string { return r.ReadLink(n, what) }

func readDecider(r *reader, n *strict.Node, what string) string {
	return string(r.ReadDecider(n, what))
}

func readPrefix(r *reader, n *strict.Node, what string) string { return r.ReadPrefix(n, what) }

func readDateOrMonth(r *reader, n *strict.Node, what string) string {
	return r.ReadDateOrMonth(n, what)
}

func readPolarity(r *reader, n *strict.Node, what string) string {
	return string(strict.ReadOneOf(r.Reader, n, what, catalog.Polarities))
}

func readStage(r *reader, n *strict.Node, what string) string {
	return string(strict.ReadOneOf(r.Reader, n, what, catalog.NoticeStages))
}

func readStatus(r *reader, n *strict.Node, what string) string {
	return string(strict.ReadOneOf(r.Reader, n, what, catalog.Statuses))
}

func readResponsibility(r *reader, n *strict.Node, what string) string {
	return strict.ReadOneOf(r.Reader, n, what, catalog.Responsibilities)
}

// readBoolean takes text for a boolean: a property has nothing else.
func readBoolean(r *reader, n *strict.Node, what string) string {
	if n.Value == "true" || n.Value == "false" {
		return n.Value
	}
	r.Boolean(new(bool), what).Read(n)
	return ""
}

// binding is a property of the tables with the place of its value.
type binding struct {
	name, key, what string
	required        bool
	read            func(r *reader, n *strict.Node, what string) string

	field *string
	list  *[]string
	flag  yesOrNo
}

// bind binds the properties of a table to a value. All else does without type parameters:
// a copy of it for each of the types would be a noticeable part of the program.
func bind[T any](value *T, table []property[T]) []binding {
	list := make([]binding, len(table))
	for i, p := range table {
		b := binding{name: p.name, key: p.key, what: p.what, required: p.required, read: p.read}
		switch {
		case p.list != nil:
			b.list = p.list(value)
		case p.flag != nil:
			b.flag = p.flag(value)
		default:
			b.field = p.field(value)
		}
		list[i] = b
	}
	return list
}

// values are those of the property, for writing.
func (b *binding) values() []string {
	text := b.flag.value
	switch {
	case b.list != nil:
		return *b.list
	case b.field != nil:
		text = *b.field
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

// propsByName says which properties there were, by name.
type propsByName map[string]*prop

// take reads the properties of a class into what they are bound to, which an error calls
// what ("a statement", on a line). A property of this class that is not among them is an
// error, and so is one given twice that is no list, and a required one that is missing.
func take(r *reader, props []prop, class string, properties []binding, what string, line int) propsByName {
	found := propsByName{}
	for i := range props {
		p := &props[i]
		if p.ns != oscaldoc.Namespace || p.class != class {
			continue
		}
		at := slices.IndexFunc(properties, func(known binding) bool { return known.name == p.name })
		if at < 0 {
			r.Fail(p.line, "the property %q of the class %q is not known, expected one of %s", quote(p.name), quote(class),
				names(properties))
			continue
		}
		known := &properties[at]
		if first, ok := found[p.name]; ok && known.list == nil {
			r.Fail(p.value.Line, "%s has the key %q twice, first on line %d", what, known.key, first.value.Line)
			continue
		}
		found[p.name] = p
		known.take(r, p.value)
	}
	var missing []string
	for _, known := range properties {
		if _, ok := found[known.name]; known.required && !ok {
			missing = append(missing, known.key)
		}
	}
	slices.Sort(missing)
	for _, key := range missing {
		r.Fail(line, "%s lacks the key %q", what, key)
	}
	return found
}

func names(properties []binding) string {
	list := make([]string, len(properties))
	for i, p := range properties {
		list[i] = p.name
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// take reads one value, unless it is malformed.
func (b *binding) take(r *reader, value *strict.Node) {
	what := b.what
	switch {
	case what == "" && b.list != nil:
		what = "an entry of " + b.key
	case what == "":
		what = b.key
	}
	s := b.read(r, value, what)
	switch {
	case s == "": // an error already
	case b.list != nil:
		*b.list = append(*b.list, s)
	case b.field != nil:
		*b.field = s
	default:
		b.flag.set(s == "true")
	}
}
