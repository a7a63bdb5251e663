// Package article reads the articles "Security controls for X" that vendors publish in
// Markdown. The labels of their tables are resolved with the controls of a catalogue.
package article

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article/markdown"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Extension is that of a source which is one article.
const Extension = ".md"

// What an article does not say of itself.
const (
	series    = "Security controls"
	publisher = "not stated"
	// ownPrefix keeps controls of the user's own apart from those of the catalogue.
	ownPrefix   = "own-"
	ownCategory = "own"
)

// Options say how to read an article.
type Options struct {
	Service     string       // overrides the id from the title
	Published   catalog.Date // overrides the date of the front matter
	NewControls bool         // unknown labels become controls of the user's own
}

// Read reads an article into what a catalogue file with the same facts says. Its labels
// are resolved with the controls of c; the service takes over what c knows of it. An
// unknown label is an error that names the nearest known one, unless opts.NewControls
// makes it a control of its own, "own-" and the label in kebab case, among the
// definitions. The errors are for fault.Join.
func Read(c *catalog.Catalog, name string, data []byte, opts Options) (*facts.File, []error) {
	a, err := markdown.Parse(name, data, markdown.Options{Published: string(opts.Published), Service: opts.Service})
	if err != nil {
		return nil, articleErrors(name, err)
	}
	r := &reader{
		catalog: c, opts: opts, file: facts.New(name), own: map[string]*catalog.Definition{},
		Collector: fault.Collector{File: name},
	}
	published, err := catalog.ParseDate(a.Published)
	if a.Published == "" {
		r.Fail(1, "the article has no date, expected ms.date in its front matter or \"published\" of the source")
	} else if err != nil {
		r.Fail(1, "%s", err)
	}
	s := r.service(a)
	doc := &catalog.Document{
		ID: s.ID + "-" + a.Published, Series: series, Title: catalog.FoldText(a.Title),
		Publisher: publisher, Published: published,
	}
	r.checkText(1, "the title", doc.Title, catalog.MaxTitle)
	if r.Count() == 0 && !catalog.ValidID(doc.ID) {
		r.Fail(1, "the id %q of the document has %d characters, expected at most %d: name a shorter \"service\" of the source",
			words.Clip(doc.ID, fault.MaxQuoted), len(doc.ID), catalog.MaxID)
	}
	for _, row := range a.Rows {
		if st := r.statement(row); st != nil {
			r.file.StatementLines[st] = row.Line
			doc.Statements = append(doc.Statements, st)
		}
	}
	s.Documents = []*catalog.Document{doc}
	r.file.DocumentLines[doc], r.file.DateLines[doc] = 1, a.PublishedLine
	r.file.Services = []facts.At[*catalog.Service]{{Value: s, Line: 1}}
	return r.file, r.Errors()
}

// articleErrors turns the reader's errors into those of a catalogue.
func articleErrors(name string, err error) []error {
	var problems markdown.Errors
	if !errors.As(err, &problems) {
		return []error{&fault.Error{File: name, Message: err.Error()}}
	}
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = &fault.Error{File: p.File, Line: p.Line, Message: p.Message}
	}
	return errs
}

type reader struct {
	fault.Collector
	catalog *catalog.Catalog
	opts    Options
	file    *facts.File
	own     map[string]*catalog.Definition // by normalised label
}

// service is the article's, with what the catalogue knows of it already.
func (r *reader) service(a *markdown.Article) *catalog.Service {
	id := a.ServiceID // Options.Service, where there is one
	if !catalog.ValidID(id) {
		r.Fail(1, "%q is not the id of a service, expected lower-case letters, digits and single hyphens, "+
			"at most %d characters, as \"service\" of the source", words.Clip(id, fault.MaxQuoted), catalog.MaxID)
	}
	s := &catalog.Service{Summary: catalog.Summary{ID: id, Name: cmp.Or(catalog.FoldText(a.Name), id), Cloud: catalog.OwnCloud}}
	var known catalog.Lifecycle
	if earlier, err := r.catalog.Service(id); err == nil {
		s.Name, s.Cloud, known = earlier.Name, earlier.Cloud, earlier.Lifecycle
	}
	notice := ""
	for _, n := range a.Notices {
		if endsService(n.Text) {
			notice = catalog.JoinDistinct(notice, catalog.FoldText(n.Text))
			r.checkText(n.Line, "the notice", notice, catalog.MaxText)
		}
	}
	// A lifecycle replaces that of earlier sources, which may know the day of retirement.
	if notice != "" && known.Notice == "" {
		s.Lifecycle = known
		s.Lifecycle.Notice = notice
		if known.Source == (catalog.Source{}) {
			s.Lifecycle.Source = catalog.Source{Title: catalog.FoldText(a.Title), Published: catalog.Date(a.Published)}
		}
	}
	return s
}

// endWords announce the end of a service, whatever they end in.
var endWords = []string{"retire", "retiring", "discontinu", "deprecat", "end of life", "consolidated into"}

// endsService reports whether a notice speaks of the end of a service. The day is left
// to whoever reads it: a text may name several.
func endsService(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(endWords, func(word string) bool { return strings.Contains(text, word) })
}

// statement reads one row; nil after an error.
func (r *reader) statement(row markdown.Row) *catalog.Statement {
	control, ok := r.control(row)
	if !ok {
		return nil
	}
	st := &catalog.Statement{
		Control: control, Label: catalog.FoldText(row.Label), Status: catalog.Status(row.Status),
		Condition: catalog.FoldText(row.Condition), Planned: row.Planned,
		Notes: catalog.FoldText(row.Notes),
	}
	titles := ""
	for _, ref := range row.References {
		st.References = append(st.References,
			catalog.Reference{Title: cmp.Or(catalog.FoldText(ref.Title), ref.URL), URL: ref.URL})
		titles += " " + ref.Title
	}
	if documentation := catalog.FoldText(row.Documentation); !strings.Contains(catalog.FoldText(titles), documentation) {
		st.Notes = strings.TrimSpace(st.Notes + " " + documentation) // the text of links within the vendor's site
	}
	// A table for one variant of a product says nothing of the others: its "Yes" is one
	// with a condition.
	if row.Variant != "" && (st.Status == catalog.StatusYes || st.Status == catalog.StatusConditional) {
		st.Status = catalog.StatusConditional
		st.Condition = catalog.FoldText(strings.TrimSuffix(row.Variant+": "+row.Condition, ": "))
	}
	r.checkText(row.Line, "the label", st.Label, catalog.MaxTitle)
	r.checkText(row.Line, "the condition", st.Condition, catalog.MaxText)
	r.checkText(row.Line, "the text of the notes", st.Notes, catalog.MaxText)
	for _, ref := range st.References {
		r.checkText(row.Line, "the title of a link", ref.Title, catalog.MaxTitle)
	}
	return st
}

// checkText holds an article to the limits of a catalogue file.
func (r *reader) checkText(line int, what, s string, limit int) {
	if len([]rune(s)) > limit {
		r.Fail(line, "%s has %d characters, expected at most %d", what, len([]rune(s)), limit)
	}
	if s != "" && plaintext.Blank(s) {
		r.Fail(line, "%s has no visible character, expected text", what)
	}
	if strings.ContainsFunc(s, plaintext.Deceptive) {
		r.Fail(line, "%s has a control or text-direction character, expected plain text", what)
	}
}

// control resolves the label of a row.
func (r *reader) control(row markdown.Row) (string, bool) {
	id, err := r.catalog.ResolveControl(row.Label)
	if err == nil {
		return id, true
	}
	if !r.opts.NewControls {
		message := words.Sprintf("the label %q is not known, expected a label of the catalogue, "+
			"or new_controls = true of the source", words.Clip(row.Label, fault.MaxQuoted))
		if near := r.catalog.SuggestControls(row.Label); len(near) > 0 {
			def, _ := r.catalog.Definition(near[0])
			message += words.Sprintf("; did you mean %q (%s)?", append(slices.Clone(def.Labels), def.Title)[0], def.ID)
		}
		r.Fail(row.Line, "%s", message)
		return "", false
	}
	form := catalog.Normalise(row.Label)
	if def, ok := r.own[form]; ok {
		return def.ID, true
	}
	def := &catalog.Definition{
		ID: ownPrefix + strings.ReplaceAll(form, " ", "-"), Title: catalog.FoldText(row.Label), Category: ownCategory,
		Polarity: catalog.PolarityDesired, Labels: []string{catalog.FoldText(row.Label)},
		Description: "A control of " + filepath.Base(r.file.Name) + ".",
	}
	if !catalog.ValidID(def.ID) {
		r.Fail(row.Line, "the label %q makes no id of a control, expected one in Latin letters and digits, at most %d characters",
			words.Clip(row.Label, fault.MaxQuoted), catalog.MaxID-len(ownPrefix))
		return "", false
	}
	r.own[form] = def
	r.file.Definitions = append(r.file.Definitions, facts.At[*catalog.Definition]{Value: def, Line: row.Line})
	return def.ID, true
}
