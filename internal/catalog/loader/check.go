package loader

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Check reports what can only be seen with all files of a source at hand, or with the whole
// catalogue c that they are part of: what is given twice, controls that no source defines,
// and documents dated after today. The errors are for fault.Join.
func Check(c *catalog.Catalog, files []*facts.File, today catalog.Date) []error {
	d := &duplicates{seen: map[string]string{}}
	d.definitions(files)
	d.services(files)
	for _, f := range files {
		for _, r := range f.Types {
			d.once("type rule", r.Value.Key(), f.Name, r.Line)
		}
		for _, cloud := range f.Clouds {
			d.once("cloud", cloud.Value.ID, f.Name, cloud.Line)
		}
	}
	d.documents(files)
	errs := d.errs
	for _, f := range files {
		errs = append(errs, checkFile(c, f, today)...)
	}
	return errs
}

// duplicates finds ids, labels, types and documents that a source gives twice.
type duplicates struct {
	seen map[string]string // kind and key -> place
	errs []error
}

func (d *duplicates) fail(file string, line int, format string, args ...any) {
	d.errs = append(d.errs, &fault.Error{File: file, Line: line, Message: words.Sprintf(format, args...)})
}

func (d *duplicates) once(kind, key, file string, line int) {
	if first, ok := d.seen[kind+"\x00"+key]; ok {
		d.fail(file, line, "%s %q is defined twice in this source, first at %s", kind, key, first)
		return
	}
	d.seen[kind+"\x00"+key] = place(file, line)
}

func place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

func (d *duplicates) definitions(files []*facts.File) {
	first := map[string]*catalog.Definition{}
	for _, f := range files {
		for _, def := range f.Definitions {
			if other, ok := first[def.Value.ID]; ok && f.Excerpt && reflect.DeepEqual(def.Value, other) {
				continue
			}
			first[def.Value.ID] = def.Value
			d.once("control", def.Value.ID, f.Name, def.Line)
			labels := map[string]bool{} // two spellings of one label may fold into one
			for _, label := range def.Value.Labels {
				if form := catalog.Normalise(label); !labels[form] {
					labels[form] = true
					d.once("label", form, f.Name, def.Line)
				}
			}
		}
	}
}

func (d *duplicates) services(files []*facts.File) {
	deciding := map[string]catalog.Decider{} // by type
	foreign := map[string]bool{}
	for _, f := range files {
		for _, s := range f.Services {
			ofOthers := slices.Contains(f.Foreign, s.Value)
			if !ofOthers || !foreign[s.Value.ID] {
				d.once("service", s.Value.ID, f.Name, s.Line)
			}
			foreign[s.Value.ID] = ofOthers
			for _, rt := range s.Value.ResourceTypes {
				key := rt.Key()
				if by, ok := deciding[key]; ok && by != rt.By {
					d.fail(f.Name, s.Line,
						"resource type %q belongs to services by %s and by %s in this source, expected one way for all",
						key, decider(by), decider(rt.By))
					continue
				}
				deciding[key] = rt.By
				if rt.By != "" {
					key += " with " + string(rt.By) + " = " + rt.Value
				}
				d.once("resource type", key, f.Name, s.Line)
			}
		}
	}
}

func decider(by catalog.Decider) string {
	if by == "" {
		return "the type alone"
	}
	return words.Sprintf("the attribute %q", by)
}

// documents finds documents that a service has twice, and ids that stand for another
// document with another service. A list of services is one document that speaks of many:
// it may stand with each of them, if it is the same wherever it stands.
func (d *duplicates) documents(files []*facts.File) {
	type first struct {
		doc   *catalog.Document
		place string
	}
	known := map[string]first{}
	for _, f := range files {
		for _, s := range f.Services {
			own := map[string]string{} // id -> place
			for _, doc := range s.Value.Documents {
				line := f.DocumentLines[doc]
				at, twice := own[doc.ID]
				other, elsewhere := known[doc.ID]
				switch {
				case twice:
					d.fail(f.Name, line, "document %q is given twice for the service %q, first at %s", doc.ID, s.Value.ID, at)
				case elsewhere && !doc.SameAs(other.doc):
					d.fail(f.Name, line, "document %q is another one than that of the same id at %s, "+
						"expected the same title, publisher, published and url, or another id", doc.ID, other.place)
				default:
					own[doc.ID] = place(f.Name, line)
					if !elsewhere {
						known[doc.ID] = first{doc, own[doc.ID]}
					}
				}
			}
		}
	}
}

// fileChecker checks one file against the catalogue that it is part of by now.
type fileChecker struct {
	catalog *catalog.Catalog
	file    *facts.File
	today   catalog.Date
	errs    []error
}

// checkFile reports controls that no source defines, prefixes of other clouds, and
// documents of the future.
func checkFile(c *catalog.Catalog, f *facts.File, today catalog.Date) []error {
	k := &fileChecker{catalog: c, file: f, today: today}
	k.clouds()
	for _, def := range f.Definitions {
		for _, id := range def.Value.Related {
			if !k.defined(id) && !f.Excerpt {
				k.fail(def.Line, "related of %q: %s", def.Value.ID, undefinedMessage(c, id))
			}
		}
	}
	for _, m := range f.Mappings {
		if !k.defined(m.Value.Control) {
			k.fail(m.Line, "%s", undefinedMessage(c, m.Value.Control))
		}
	}
	for _, s := range f.Services {
		for _, doc := range s.Value.Documents {
			k.document(doc)
		}
	}
	for _, s := range f.Settings {
		k.setting(s.Value, s.Line)
	}
	return k.errs
}

func (k *fileChecker) fail(line int, format string, args ...any) {
	k.errs = append(k.errs, &fault.Error{File: k.file.Name, Line: line, Message: words.Sprintf(format, args...)})
}

func (k *fileChecker) defined(id string) bool {
	_, ok := k.catalog.Definition(id)
	return ok
}

func (k *fileChecker) clouds() {
	for _, cloud := range k.file.Clouds {
		own := cloud.Value.ID
		for _, prefix := range cloud.Value.TypePrefixes {
			if id := k.catalog.CloudOfPrefix(prefix); id != own {
				k.fail(cloud.Line, "the prefix %q of the cloud %q is one of the cloud %q already, expected one of its own",
					prefix, own, id)
			}
		}
		if id := k.catalog.CloudOfARMTypes(); cloud.Value.ARMTypes && id != own {
			k.fail(cloud.Line, "the cloud %q has arm_types, which are those of the cloud %q already", own, id)
		}
	}
}

func (k *fileChecker) document(doc *catalog.Document) {
	if doc.Published > k.today {
		line := cmp.Or(k.file.DateLines[doc], k.file.DocumentLines[doc])
		k.fail(line, "document %q is dated %s, expected a date not after today (%s)",
			doc.ID, doc.Published, k.today)
	}
	for _, st := range doc.Statements {
		if !k.defined(st.Control) {
			k.fail(k.file.StatementLines[st], "%s", undefinedMessage(k.catalog, st.Control))
		}
	}
}

// setting reports a setting of nothing, and one whose role is not its control's.
func (k *fileChecker) setting(s *catalog.Setting, line int) {
	if _, known := k.catalog.Summary(s.Service); !known {
		message := words.Sprintf("service %q is not in the catalogue, expected one of it, or of \"services\" in this source",
			s.Service)
		if _, other := k.catalog.Definition(s.Service); other {
			message += "; it is the id of a control, that of a service is such as " + words.Quote(catalog.ExampleService)
		} else if near := k.catalog.SuggestServices(s.Service); len(near) > 0 {
			message += "; did you mean " + words.Or(near) + "?"
		}
		k.fail(line, "%s", message)
	}
	def, defined := k.catalog.Definition(s.Control)
	switch {
	case !defined:
		k.fail(line, "%s", undefinedMessage(k.catalog, s.Control))
	case s.Condition != "" && (def.Adverse() || s.Role != catalog.SettingAlternative):
		k.fail(line, "a setting about the condition of %q has the role %q, expected %q, of a control that is not adverse",
			s.Control, s.Role, catalog.SettingAlternative)
	case s.Condition != "" && !k.states(s):
		k.fail(line, "no document of the service %q states the condition %q of %q, expected one of a document, word for word",
			s.Service, s.Condition, s.Control)
	case def.Adverse() != (s.Role == catalog.SettingAdverse):
		k.fail(line, "the role of a setting of %q is %q, expected %q for an adverse control, and for it alone",
			s.Control, s.Role, catalog.SettingAdverse)
	}
}

// states reports whether a document of the service states the condition that a setting is
// about. What keeps it from being read is reported elsewhere.
func (k *fileChecker) states(setting *catalog.Setting) bool {
	s, err := k.catalog.Service(setting.Service)
	if err != nil {
		return true
	}
	for _, doc := range s.Documents {
		for _, st := range doc.Statements {
			if st.Control == setting.Control && st.Condition == setting.Condition {
				return true
			}
		}
	}
	return false
}

func undefinedMessage(c *catalog.Catalog, control string) string {
	message := words.Sprintf("control %q is not defined, expected one of the catalogue, or of \"definitions\" in this source",
		control)
	if _, other := c.Summary(control); other {
		return message + "; it is the id of a service, that of a control is such as " + words.Quote(catalog.ExampleControl)
	}
	if near := c.SuggestControls(control); len(near) > 0 {
		message += "; did you mean " + words.Or(near) + "?"
	}
	return message
}
