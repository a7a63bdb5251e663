// Package spreadsheet reads a table of statements, one a row, as a spreadsheet saves it in
// CSV: what a team has before it has a catalogue.
package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Extension is that of a source which is one table.
const Extension = ".csv"

// Columns are those of a table, in any order. All of them are there; condition, notes and
// url may be empty in a row.
var Columns = []string{"service", "control", "status", "condition", "notes", "document", "published", "url"}

// What a table does not say of its documents.
const (
	series    = "Spreadsheet"
	publisher = "not stated"
)

// Read reads a table into what a catalogue file with the same facts says. Controls are those
// of c, by id or label; a service takes over what c knows of it. Rows about a service that
// name the same document and date are of one document. An error names line and column; the
// errors are for fault.Join.
func Read(c *catalog.Catalog, name string, data []byte) (*facts.File, []error) {
	r := &reader{
		Collector: fault.Collector{File: name}, catalog: c, file: facts.New(name),
		services: map[string]*catalog.Service{}, documents: map[string]*catalog.Document{}, links: map[string]place{},
		said: map[string]int{},
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		r.Fail(0, "is not text in UTF-8, expected a table saved as \"CSV UTF-8\"")
		return nil, r.Errors()
	}
	r.rows = csv.NewReader(bytes.NewReader(data))
	r.rows.FieldsPerRecord = -1 // counted here, with a better message
	if r.header() {
		for r.row() {
		}
	}
	if r.Count() == 0 && len(r.file.Services) == 0 {
		r.Fail(1, "the table has no rows below its header, expected a statement in each")
	}
	return r.file, r.Errors()
}

// place is where a value was given first.
type place struct {
	value string
	line  int
}

type reader struct {
	fault.Collector
	catalog *catalog.Catalog
	rows    *csv.Reader
	file    *facts.File
	column  map[string]int // by name, its index

	fields    []string
	services  map[string]*catalog.Service
	documents map[string]*catalog.Document // by service and document id
	links     map[string]place             // by document id
	said      map[string]int               // by service, document id and control: the line
}

// next reads a record; false at the end, and after what is no CSV.
func (r *reader) next() bool {
	fields, err := r.rows.Read()
	var syntax *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return false
	case errors.As(err, &syntax):
		r.Fail(syntax.StartLine, "the row is no CSV: %s, expected fields separated by commas, and in double quotes where "+
			"they have commas, quotes or line ends", syntax.Err)
		return false
	case err != nil:
		r.Fail(0, "%s", err)
		return false
	}
	r.fields = fields
	return true
}

// header reads the names of the columns.
func (r *reader) header() bool {
	expected := "expected " + strings.Join(Columns, ",")
	if !r.next() {
		if r.Count() == 0 {
			r.Fail(1, "the table is empty, %s as its header", expected)
		}
		return false
	}
	if len(r.fields) == 1 && strings.ContainsAny(r.fields[0], ";\t") {
		r.Fail(1, "the header has one column %q, %s: save the table with commas between its fields",
			words.Clip(r.fields[0], fault.MaxQuoted), expected)
		return false
	}
	r.column = map[string]int{}
	for i, field := range r.fields {
		name := strings.ToLower(strings.TrimSpace(field))
		_, twice := r.column[name]
		switch {
		case !slices.Contains(Columns, name):
			r.Fail(1, "column %d of the header is %q, %s", i+1, words.Clip(field, fault.MaxQuoted), expected)
		case twice:
			r.Fail(1, "the header has the column %q twice", name)
		default:
			r.column[name] = i
		}
	}
	for _, name := range Columns {
		if _, ok := r.column[name]; !ok {
			r.Fail(1, "the header lacks the column %q, %s", name, expected)
		}
	}
	return r.Count() == 0
}

// row reads a statement; false where there are no more.
func (r *reader) row() bool {
	if !r.next() {
		return false
	}
	line, _ := r.rows.FieldPos(0)
	if !slices.ContainsFunc(r.fields, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return true // a row that was left empty
	}
	if len(r.fields) != len(Columns) {
		r.Fail(line, "the row has %d fields, expected %d, one for each column of the header", len(r.fields), len(Columns))
		return true
	}
	before := r.Count()
	service, control := r.service(), r.control()
	st := &catalog.Statement{
		Control: control, Status: r.status(),
		Condition: r.text("condition", catalog.MaxText), Notes: r.text("notes", catalog.MaxText),
	}
	title := r.required("document", catalog.MaxTitle)
	published := r.date()
	link := r.link()
	if r.Count() > before {
		return true
	}
	if problem := st.Problem(); problem != "" {
		r.fail("status", "%s", problem)
		return true
	}
	r.add(line, service, document{title, published, link}, st)
	return true
}

// document is what a row says of its document.
type document struct {
	title     string
	published catalog.Date
	url       string
}

// id is the title in kebab case, or its digest where that makes no id, and the date.
func (d document) id() string {
	id := strings.ReplaceAll(catalog.Normalise(d.title), " ", "-") + "-" + string(d.published)
	if !catalog.ValidID(id) {
		id = "document-" + strings.TrimPrefix(canonicaljson.Digest([]byte(d.title)), "sha256:")[:16] + "-" + string(d.published)
	}
	return id
}

// add takes in a statement that is in order by itself.
func (r *reader) add(line int, service string, d document, st *catalog.Statement) {
	id := d.id()
	if first, ok := r.links[id]; !ok {
		r.links[id] = place{d.title + "\x00" + d.url, line}
	} else if first.value != d.title+"\x00"+d.url {
		r.fail("url", "the document %q of %s has another title or url than on line %d, expected the same on all its rows",
			words.Clip(d.title, fault.MaxQuoted), d.published, first.line)
		return
	}
	s := r.services[service]
	if s == nil {
		s = &catalog.Service{Summary: catalog.Summary{ID: service, Name: service, Cloud: catalog.OwnCloud}}
		if known, ok := r.catalog.Summary(service); ok {
			s.Name, s.Cloud = known.Name, known.Cloud
		}
		r.services[service] = s
		r.file.Services = append(r.file.Services, facts.At[*catalog.Service]{Value: s, Line: line})
	}
	doc := r.documents[service+" "+id]
	if doc == nil {
		doc = &catalog.Document{
			ID: id, Series: series, Title: d.title, Publisher: publisher, Published: d.published, URL: d.url,
		}
		r.documents[service+" "+id] = doc
		r.file.DocumentLines[doc] = line
		s.Documents = append(s.Documents, doc)
	}
	key := service + " " + id + " " + st.Control
	if first := r.said[key]; first > 0 {
		r.fail("control", "the document says twice what %q of %q is, first on line %d", st.Control, service, first)
		return
	}
	r.said[key] = line
	r.file.StatementLines[st] = line
	doc.Statements = append(doc.Statements, st)
}

// fail reports what is wrong with a field of the row.
func (r *reader) fail(column, format string, args ...any) {
	line, _ := r.rows.FieldPos(r.column[column])
	r.Fail(line, "column %s: %s", column, words.Sprintf(format, args...))
}

func (r *reader) field(column string) string { return strings.TrimSpace(r.fields[r.column[column]]) }

// text is a field that may be empty.
func (r *reader) text(column string, limit int) string {
	s := catalog.FoldText(r.fields[r.column[column]])
	switch {
	case s != "" && plaintext.Blank(s):
		r.fail(column, "there is no visible character, expected text or nothing")
	case utf8.RuneCountInString(s) > limit:
		r.fail(column, "there are %d characters, expected at most %d", utf8.RuneCountInString(s), limit)
	case strings.ContainsFunc(s, plaintext.Deceptive):
		r.fail(column, "there is a control or text-direction character, expected plain text")
	default:
		return s
	}
	return ""
}

// required is a field that may not be empty.
func (r *reader) required(column string, limit int) string {
	before := r.Count()
	s := r.text(column, limit)
	if s == "" && r.Count() == before {
		r.fail(column, "there is nothing, expected text")
	}
	return s
}

func (r *reader) service() string {
	id := r.field("service")
	if catalog.ValidID(id) {
		if meant := r.catalog.MisspeltService(id); len(meant) > 0 {
			r.fail("service", "%q is no service of the catalogue, did you mean %s? One of your own that is called nearly so "+
				"has to be in a catalogue file that is listed before this table", id, words.Or(meant))
		}
		return id
	}
	hint := ""
	if near := r.catalog.SuggestServices(id); len(near) > 0 {
		hint = "; did you mean " + words.Or(near) + "?"
	}
	r.fail("service", "%q is not the id of a service, expected lower-case letters, digits and single hyphens, "+
		"such as \"azure-key-vault\"%s", words.Clip(id, fault.MaxQuoted), hint)
	return ""
}

func (r *reader) control() string {
	id, err := r.catalog.ResolveControl(r.field("control"))
	if err == nil {
		return id
	}
	hint := ""
	if near := r.catalog.SuggestControls(r.field("control")); len(near) > 0 {
		hint = "; did you mean " + words.Or(near) + "?"
	}
	r.fail("control", "%q is no control, expected an id or a label of the catalogue, or of a source before this one%s",
		words.Clip(r.field("control"), fault.MaxQuoted), hint)
	return ""
}

// status takes the words of vendors' documents, "Yes", "No" and "N/A", for what they mean.
func (r *reader) status() catalog.Status {
	given := r.field("status")
	for _, status := range catalog.Statuses {
		if strings.EqualFold(given, string(status)) || strings.EqualFold(given, status.Documented()) {
			return status
		}
	}
	hint := ""
	if meant := catalog.StatusMeant(given); meant != "" {
		hint = words.Sprintf("; did you mean %q?", meant)
	}
	r.fail("status", "%q is no status, expected one of %s%s",
		words.Clip(given, fault.MaxQuoted), words.Quoted(catalog.Statuses), hint)
	return ""
}

func (r *reader) date() catalog.Date {
	date, err := catalog.ParseDate(words.Clip(r.field("published"), fault.MaxQuoted))
	if err != nil {
		r.fail("published", "%s", err)
	}
	return date
}

func (r *reader) link() string {
	link := r.field("url")
	if link != "" && !weblink.Valid(link) {
		r.fail("url", "%q is not a link, expected %s, or nothing", words.Clip(link, fault.MaxQuoted), weblink.Form)
		return ""
	}
	return link
}
