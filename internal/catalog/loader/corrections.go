package loader

import (
	"cmp"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// corrections are what a source says in the name of earlier ones.
type corrections struct {
	below  *catalog.Catalog
	source string
	found  []error // of a source that does not say that it corrects
	made   []catalog.Correction
}

// findCorrections looks for them in the files of a source, which below does not have yet.
func findCorrections(below *catalog.Catalog, files []*facts.File, source string) *corrections {
	c := &corrections{below: below, source: source}
	for _, f := range files {
		for _, def := range f.Definitions {
			c.definition(f, def)
		}
		for _, s := range f.Services {
			c.documents(f, s.Value)
			c.lifecycle(f, s)
			c.types(f, s)
		}
		for _, r := range f.Types {
			c.rule(f, r)
		}
	}
	slices.SortFunc(c.made, func(a, b catalog.Correction) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Control, b.Control), cmp.Compare(a.Service, b.Service))
	})
	return c
}

func (c *corrections) fail(file string, line int, format string, args ...any) {
	c.found = append(c.found, &fault.Error{File: file, Line: line, Message: words.Sprintf(format, args...) +
		". Where this source is to correct the earlier one, say corrects = true of it: " +
		"every plan and every verdict then says so"})
}

// checkSettings reports settings of a control of which an earlier source has settings: two
// sources together would show too much.
func checkSettings(below []*catalog.Layer, l *catalog.Layer, files []*facts.File) []error {
	if !slices.ContainsFunc(files, func(f *facts.File) bool { return len(f.Settings) > 0 }) {
		return nil
	}
	// With the services of the source, which may replace earlier ones, and without its settings.
	known := catalog.New(append(slices.Clone(below), &catalog.Layer{Services: l.Services, Replace: l.Replace})...)
	var errs []error
	for _, f := range files {
		for _, s := range f.Settings {
			earlier, err := known.Settings(s.Value.Service)
			if err != nil {
				return append(errs, err) // a broken build
			}
			if slices.ContainsFunc(earlier, func(e *catalog.Setting) bool {
				return e.Control == s.Value.Control && e.Condition == s.Value.Condition
			}) {
				errs = append(errs, &fault.Error{File: f.Name, Line: s.Line, Message: words.Sprintf(
					"an earlier source has settings of %q of the service %q, expected settings of another control, "+
						"of a service of your own, or replace = true of this source with the whole service",
					s.Value.Control, s.Value.Service,
				)})
			}
		}
	}
	return errs
}

// documents looks for those of an earlier source that are given again with other words.
func (c *corrections) documents(f *facts.File, s *catalog.Service) {
	if _, ok := c.below.Summary(s.ID); !ok {
		return
	}
	earlier, err := c.below.Service(s.ID)
	if err != nil {
		c.found = append(c.found, err) // a broken build
		return
	}
	for _, doc := range s.Documents {
		for _, other := range earlier.Documents {
			if doc.ID == other.ID && !doc.Repeats(other) {
				c.fail(f.Name, f.DocumentLines[doc], "document %q of the service %q is one of %s, expected an id of its own",
					doc.ID, s.ID, sourceOf(other))
			}
		}
	}
}

func sourceOf(d *catalog.Document) string {
	if d.Source() == "" {
		return "the embedded catalogue"
	}
	return words.Sprintf("the earlier source %q", d.Source())
}

// lifecycle looks for an end that an earlier source knows and that is moved or taken away.
func (c *corrections) lifecycle(f *facts.File, s facts.At[*catalog.Service]) {
	earlier, ok := c.below.Summary(s.Value.ID)
	now := s.Value.Lifecycle
	if !ok || earlier.Lifecycle.RetiredOn == "" || now.IsZero() || now.RetiredOn == earlier.Lifecycle.RetiredOn {
		return
	}
	c.made = append(c.made, catalog.Correction{Source: c.source, Service: s.Value.ID})
	c.fail(f.Name, s.Line, "lifecycle of the service %q says that it is retired on %s, an earlier source %s, "+
		"expected the same day",
		s.Value.ID, cmp.Or(string(now.RetiredOn), "no day"), earlier.Lifecycle.RetiredOn)
}

// definition looks for a control that one wanted to have, and now wants to avoid, or the
// reverse.
func (c *corrections) definition(f *facts.File, def facts.At[*catalog.Definition]) {
	if earlier, ok := c.below.Definition(def.Value.ID); ok && earlier.Polarity != def.Value.Polarity {
		c.made = append(c.made, catalog.Correction{Source: c.source, Control: def.Value.ID})
		c.fail(f.Name, def.Line, "control %q is %s, and was %s in an earlier source, expected the same polarity, or another id",
			def.Value.ID, def.Value.Polarity, earlier.Polarity)
	}
}

func (c *corrections) types(f *facts.File, s facts.At[*catalog.Service]) {
	for _, rt := range s.Value.ResourceTypes {
		if from := c.below.Taken(s.Value.ID, rt); len(from) > 0 {
			c.take(rt.Type, from)
			c.fail(f.Name, s.Line, "resource type %q of the service %q belongs to %s of an earlier source, "+
				"expected a type that no other service has",
				rt.Type, s.Value.ID, words.And(from))
		}
	}
}

func (c *corrections) rule(f *facts.File, r facts.At[catalog.TypeRule]) {
	from, hides := c.below.Hidden(r.Value)
	switch {
	case !hides:
		return
	case len(from) == 0:
		c.fail(f.Name, r.Line, "type %q can deploy anything by an earlier source, and is said to choose nothing here",
			r.Value.Type)
	default:
		c.fail(f.Name, r.Line, "type %q belongs to %s of an earlier source, and is said to choose %s here", r.Value.Type,
			words.And(from), r.Value.Chooses)
	}
	c.take(r.Value.Type, from)
}

func (c *corrections) take(typeName string, from []string) {
	c.made = append(c.made, catalog.Correction{Source: c.source, Type: typeName, From: from})
}
