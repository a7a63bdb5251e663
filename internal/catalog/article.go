package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/markdown"
)

// articleExtension is that of a source which is one article in Markdown.
const articleExtension = ".md"

// What an article does not say of itself.
const (
	articleSeries    = "Security controls"
	articlePublisher = "not stated"
	// ownCloud is the cloud of a service that no earlier source has.
	ownCloud = "own"
	// ownPrefix keeps controls of the user's own apart from those of the catalogue.
	ownPrefix   = "own-"
	ownCategory = "own"
)

// ArticleOptions say how to read a "Security controls for X" article in Markdown.
type ArticleOptions struct {
	Service     string // overrides the id from the title
	Published   Date   // overrides the date of the front matter
	NewControls bool   // unknown labels become controls of the user's own
}

// ReadArticle reads a "Security controls for X" article as vendors publish it. Its
// labels are resolved with the controls of c; the service takes over what c knows of
// it. An unknown label is an error that names the nearest known one, unless
// opts.NewControls makes it a control of its own, "own-" and the label in kebab case,
// returned among the definitions. Errors are FileErrors, joined.
func (c *Catalog) ReadArticle(name string, data []byte, opts ArticleOptions) (*Service, []*Definition, error) {
	f, errs := c.article(name, data, opts)
	if len(errs) > 0 {
		return nil, nil, joinErrors(errs)
	}
	var definitions []*Definition
	for _, def := range f.definitions {
		definitions = append(definitions, def.value)
	}
	return f.services[0].value, definitions, nil
}

// article turns an article into what a catalogue file with the same facts decodes to.
func (c *Catalog) article(name string, data []byte, opts ArticleOptions) (*file, []error) {
	a, err := markdown.Parse(name, data, markdown.Options{Published: string(opts.Published), Service: opts.Service})
	if err != nil {
		return nil, articleErrors(name, err)
	}
	r := &articleReader{catalog: c, opts: opts, file: &file{name: name, lines: map[*Statement]int{}, documents: map[*Document]int{}}, own: map[string]*Definition{}}
	published, err := ParseDate(a.Published)
	if a.Published == "" {
		r.fail(1, "the article has no date, expected ms.date in its front matter or \"published\" of the source")
	} else if err != nil {
		r.fail(1, err.Error())
	}
	s := r.service(a)
	doc := &Document{
		ID: s.ID + "-" + a.Published, Series: articleSeries, Title: foldText(a.Title), Publisher: articlePublisher, Published: published,
	}
	r.checkText(1, "the title", doc.Title, maxTitle)
	if len(r.errs) == 0 && !ValidID(doc.ID) {
		r.fail(1, fmt.Sprintf("the id %q of the document has %d characters, expected at most %d: name a shorter \"service\" of the source", clip(doc.ID, maxQuoted), len(doc.ID), maxID))
	}
	for _, row := range a.Rows {
		if st := r.statement(row); st != nil {
			r.file.lines[st] = row.Line
			doc.Statements = append(doc.Statements, st)
		}
	}
	s.Documents = []*Document{doc}
	r.file.documents[doc] = 1
	r.file.services = []located[*Service]{{s, name, 1}}
	return r.file, r.errs
}

// articleErrors turns the reader's errors into those of a catalogue.
func articleErrors(name string, err error) []error {
	var problems markdown.Errors
	if !errors.As(err, &problems) {
		return []error{&FileError{File: name, Message: err.Error()}}
	}
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = &FileError{File: p.File, Line: p.Line, Message: p.Message}
	}
	return errs
}

type articleReader struct {
	catalog *Catalog
	opts    ArticleOptions
	file    *file
	own     map[string]*Definition // by normalised label
	errs    []error
}

func (r *articleReader) fail(line int, message string) {
	r.errs = append(r.errs, &FileError{File: r.file.name, Line: line, Message: message})
}

// service is the article's, with what the catalogue knows of it already.
func (r *articleReader) service(a *markdown.Article) *Service {
	id := a.ServiceID // Options.Service, where there is one
	if !ValidID(id) {
		r.fail(1, fmt.Sprintf("%q is not the id of a service, expected lower-case letters, digits and single hyphens, at most %d characters, as \"service\" of the source", clip(id, maxQuoted), maxID))
	}
	s := &Service{Summary: Summary{ID: id, Name: cmp.Or(foldText(a.Name), id), Cloud: ownCloud}}
	var known Lifecycle
	if earlier, err := r.catalog.Service(id); err == nil {
		s.Name, s.Cloud, known = earlier.Name, earlier.Cloud, earlier.Lifecycle
	}
	notice := ""
	for _, n := range a.Notices {
		if endsService(n.Text) {
			notice = joinDistinct(notice, foldText(n.Text))
			r.checkText(n.Line, "the notice", notice, maxText)
		}
	}
	// A lifecycle replaces that of earlier sources, which may know the day of retirement.
	if notice != "" && known.Notice == "" {
		s.Lifecycle = known
		s.Lifecycle.Notice = notice
		if known.Source == (Source{}) {
			s.Lifecycle.Source = Source{Title: foldText(a.Title), Published: Date(a.Published)}
		}
	}
	return s
}

// endsService reports whether a notice speaks of the end of a service. The day is left
// to whoever reads it: a text may name several.
func endsService(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{"retire", "retiring", "discontinu", "deprecat", "end of life", "consolidated into"}, func(word string) bool {
		return strings.Contains(text, word)
	})
}

// statement reads one row; nil after an error.
func (r *articleReader) statement(row markdown.Row) *Statement {
	control, ok := r.control(row)
	if !ok {
		return nil
	}
	st := &Statement{
		Control: control, Label: foldText(row.Label), Status: Status(row.Status), Condition: foldText(row.Condition), Planned: row.Planned,
		Notes: foldText(row.Notes),
	}
	titles := ""
	for _, ref := range row.References {
		st.References = append(st.References, Reference{Title: cmp.Or(foldText(ref.Title), ref.URL), URL: ref.URL})
		titles += " " + ref.Title
	}
	if documentation := foldText(row.Documentation); !strings.Contains(foldText(titles), documentation) {
		st.Notes = strings.TrimSpace(st.Notes + " " + documentation) // the text of links within the vendor's site
	}
	// A table for one variant of a product says nothing of the others: its "Yes" is one
	// with a condition.
	if row.Variant != "" && (st.Status == StatusYes || st.Status == StatusConditional) {
		st.Status = StatusConditional
		st.Condition = foldText(strings.TrimSuffix(row.Variant+": "+row.Condition, ": "))
	}
	r.checkText(row.Line, "the label", st.Label, maxTitle)
	r.checkText(row.Line, "the condition", st.Condition, maxText)
	r.checkText(row.Line, "the text of the notes", st.Notes, maxText)
	for _, ref := range st.References {
		r.checkText(row.Line, "the title of a link", ref.Title, maxTitle)
	}
	return st
}

// checkText holds an article to the limits of a catalogue file.
func (r *articleReader) checkText(line int, what, s string, limit int) {
	if len([]rune(s)) > limit {
		r.fail(line, fmt.Sprintf("%s has %d characters, expected at most %d", what, len([]rune(s)), limit))
	}
	if strings.ContainsFunc(s, unprintable) {
		r.fail(line, what+" has a control or text-direction character, expected plain text")
	}
}

// control resolves the label of a row.
func (r *articleReader) control(row markdown.Row) (string, bool) {
	id, err := r.catalog.ResolveControl(row.Label)
	if err == nil {
		return id, true
	}
	if !r.opts.NewControls {
		message := fmt.Sprintf("the label %q is not known, expected a label of the catalogue, or new_controls = true of the source", clip(row.Label, maxQuoted))
		if near := r.catalog.SuggestControls(row.Label); len(near) > 0 {
			def := r.catalog.definitions[near[0]]
			message += fmt.Sprintf("; did you mean %q (%s)?", append(slices.Clone(def.Labels), def.Title)[0], def.ID)
		}
		r.fail(row.Line, message)
		return "", false
	}
	form := normalise(row.Label)
	if def, ok := r.own[form]; ok {
		return def.ID, true
	}
	def := &Definition{
		ID: ownPrefix + strings.ReplaceAll(form, " ", "-"), Title: foldText(row.Label), Category: ownCategory, Polarity: PolarityDesired, Labels: []string{foldText(row.Label)},
		Description: "A control of " + filepath.Base(r.file.name) + ".",
	}
	if !ValidID(def.ID) {
		r.fail(row.Line, fmt.Sprintf("the label %q makes no id of a control, expected one in Latin letters and digits, at most %d characters", clip(row.Label, maxQuoted), maxID-len(ownPrefix)))
		return "", false
	}
	r.own[form] = def
	r.file.definitions = append(r.file.definitions, located[*Definition]{def, r.file.name, row.Line})
	return def.ID, true
}
