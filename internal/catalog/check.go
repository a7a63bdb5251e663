package catalog

import (
	"fmt"
	"reflect"
)

// duplicates reports ids, labels and types that the layer gives twice.
func (l *layer) duplicates() []error {
	var errs []error
	seen := map[string]string{} // kind and key -> place
	once := func(kind, key, file string, line int) {
		place := fmt.Sprintf("%s:%d", file, line)
		if first, ok := seen[kind+"\x00"+key]; ok {
			errs = append(errs, &FileError{
				File: file, Line: line,
				Message: fmt.Sprintf("%s %q is defined twice in this source, first at %s", kind, key, first),
			})
			return
		}
		seen[kind+"\x00"+key] = place
	}
	components, first := l.componentFiles(), map[string]*Definition{}
	for _, def := range l.definitions {
		if other, ok := first[def.value.ID]; ok && components[def.file] && reflect.DeepEqual(def.value, other) {
			continue
		}
		first[def.value.ID] = def.value
		once("control", def.value.ID, def.file, def.line)
		labels := map[string]bool{} // two spellings of one label may fold into one
		for _, label := range def.value.Labels {
			if form := normalise(label); !labels[form] {
				labels[form] = true
				once("label", form, def.file, def.line)
			}
		}
	}
	deciding := map[string]string{} // type -> the attribute that decides, "" for the type alone
	for _, s := range l.services {
		once("service", s.value.ID, s.file, s.line)
		for _, rt := range s.value.ResourceTypes {
			key := rt.key()
			if by, ok := deciding[key]; ok && by != rt.Attribute {
				errs = append(errs, &FileError{
					File: s.file, Line: s.line,
					Message: fmt.Sprintf("resource type %q belongs to services by %s and by %s in this source, expected one way for all", key, decider(by), decider(rt.Attribute)),
				})
				continue
			}
			deciding[key] = rt.Attribute
			if rt.Attribute != "" {
				key += " with " + rt.Attribute + " = " + rt.Value
			}
			once("resource type", key, s.file, s.line)
		}
	}
	for _, f := range l.files {
		for _, r := range f.types {
			once("type rule", typeKey(r.value.Type), f.name, r.line)
		}
	}
	return append(errs, l.documentsTwice()...)
}

// componentFiles are the names of OSCAL component definitions: each of them has the
// definitions that it needs.
func (l *layer) componentFiles() map[string]bool {
	names := map[string]bool{}
	for _, f := range l.files {
		if f.components {
			names[f.name] = true
		}
	}
	return names
}

// documentsTwice reports documents that a service has twice, and ids that stand for
// another document with another service. A list of services is one document that speaks
// of many: it may stand with each of them, if it is the same wherever it stands.
func (l *layer) documentsTwice() []error {
	type first struct {
		doc   *Document
		place string
	}
	var errs []error
	known := map[string]first{}
	for _, f := range l.files {
		for _, s := range f.services {
			own := map[string]string{} // id -> place
			for _, doc := range s.value.Documents {
				line := f.documents[doc]
				place := fmt.Sprintf("%s:%d", f.name, line)
				report := func(format string, args ...any) {
					errs = append(errs, &FileError{File: f.name, Line: line, Message: fmt.Sprintf(format, args...)})
				}
				at, twice := own[doc.ID]
				other, elsewhere := known[doc.ID]
				switch {
				case twice:
					report("document %q is given twice for the service %q, first at %s", doc.ID, s.value.ID, at)
				case elsewhere && !doc.sameAs(other.doc):
					report("document %q is another one than that of the same id at %s, expected the same title, publisher, published and url, or another id", doc.ID, other.place)
				default:
					own[doc.ID] = place
					if !elsewhere {
						known[doc.ID] = first{doc, place}
					}
				}
			}
		}
	}
	return errs
}

// sameAs reports whether two entries cite the same document, whatever they say of their
// services.
func (d *Document) sameAs(other *Document) bool {
	return d.Title == other.Title && d.Publisher == other.Publisher && d.Published == other.Published && d.URL == other.URL
}

func decider(attribute string) string {
	if attribute == "" {
		return "the type alone"
	}
	return fmt.Sprintf("the attribute %q", attribute)
}

// check reports what can only be seen with the whole catalogue at hand: controls that
// no source defines, and documents of the future.
func (l *layer) check(c *Catalog, today Date) []error {
	var errs []error
	for _, f := range l.files {
		for _, def := range f.definitions {
			for _, id := range def.value.Related {
				if _, ok := c.definitions[id]; !ok && !f.components {
					errs = append(errs, &FileError{
						File: f.name, Line: def.line,
						Message: fmt.Sprintf("related of %q: %s", def.value.ID, undefined(c, id)),
					})
				}
			}
		}
		for _, m := range f.mappings {
			if _, ok := c.definitions[m.value.Control]; !ok {
				errs = append(errs, &FileError{File: f.name, Line: m.line, Message: undefined(c, m.value.Control)})
			}
		}
		for _, s := range f.services {
			for _, doc := range s.value.Documents {
				if doc.Published > today {
					errs = append(errs, &FileError{
						File: f.name, Line: f.documents[doc],
						Message: fmt.Sprintf("document %q is dated %s, expected a date not after today (%s)", doc.ID, doc.Published, today),
					})
				}
				for _, st := range doc.Statements {
					if _, ok := c.definitions[st.Control]; !ok {
						errs = append(errs, &FileError{File: f.name, Line: f.lines[st], Message: undefined(c, st.Control)})
					}
				}
			}
		}
	}
	return errs
}

func undefined(c *Catalog, control string) string {
	message := fmt.Sprintf("control %q is not defined, expected one of the catalogue, or of \"definitions\" in this source", control)
	if near := c.SuggestControls(control); len(near) > 0 {
		message += "; did you mean " + quoteList(near, "or") + "?"
	}
	return message
}
