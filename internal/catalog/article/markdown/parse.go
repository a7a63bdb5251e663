// Package markdown reads the articles of the series "Security controls for X", in which a cloud vendor
// documents, control by control, what a service has: one Markdown document per service, with tables of the
// columns "Security control", "Yes/No", "Notes" and sometimes "Documentation".
//
// The package returns what the article says and nothing else: it knows no control ids, no clock and no other
// document. What it cannot read with certainty is an error with its line, never a guess, because a row that
// is dropped or misread would decide a plan.
//
// What is read, and what is not:
//
//   - Tables with a "Yes/No" column, or a "Security control" (or "Security attribute") column, are tables of
//     controls. Other tables are skipped, unless the second column holds statuses all the same, or the words of
//     its header ("Oui" below "Oui/Non"): then the header is what is wrong, and that is an error.
//   - A table has a delimiter row (|---|---|). Rows of controls outside a table, in a quotation, in indented
//     text or in a table in HTML are an error; those in code fences and comments are not read.
//   - Included files ([!INCLUDE …]) are not read.
//   - A link is a reference if it is absolute, http or https. The place that relative links start from is
//     unknown here, so only their text remains, in Notes or Documentation. Links of other schemes, such as
//     javascript:, lose their target as well.
//   - A page that aggregates the articles of several services is refused.
package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// Limits. The longest article of the series has 44 KB, its longest line 1 KB and its longest table 12 rows.
const (
	// MaxSize is the largest document that Parse accepts, in bytes.
	MaxSize = 1 << 20

	maxLines      = 50_000
	maxLineLength = 64 << 10
	maxColumns    = 32
	maxRows       = 2_000
	maxNotices    = 100
	maxContinued  = 100 // rows that continue the notes of another
	maxReferences = 100 // of one row or notice
	maxProblems   = 20
)

// Options changes what Parse takes from the document.
type Options struct {
	// Published overrides the date of the front matter, which is then not even looked at. "YYYY-MM-DD".
	Published string
	// Service overrides the service id, so that the title need not name a service. It is taken as it is.
	Service string
}

// Article is what one article says.
type Article struct {
	// Title of the document. The first heading of level 1 counts before the title of the front matter, since
	// the latter is often shortened ("Security controls") or names the service differently.
	Title string
	// Name of the service as the title has it: "Contoso Ledger" of "Security controls for Contoso Ledger".
	// Empty if the title names none and Options.Service does.
	Name string
	// ServiceID is Options.Service, else the kebab-case of Name: "contoso-ledger".
	ServiceID string
	// Published is the date of the document, "YYYY-MM-DD": Options.Published, else ms.date or date of the front
	// matter. Empty if there is none of them; whoever needs a date must refuse that.
	Published string
	// PublishedLine is the line of that date; 0 for Options.Published.
	PublishedLine int
	// Notices in the order of the document.
	Notices []Notice
	// Rows in the order of the document: at least one. A label may occur more than once, for instance for
	// several variants of a product.
	Rows []Row
}

// Notice is a block such as "> [!IMPORTANT]", with which an article announces, for example, a retirement.
type Notice struct {
	// Line on which the block begins.
	Line int
	// Kind in lower case: "note", "tip", "important", "caution" or "warning".
	Kind string
	// Text is plain; paragraphs are separated by a newline.
	Text string
	// References are the absolute links in the text.
	References []Reference
}

// Row is one row of a table of controls.
type Row struct {
	// Line on which the row begins.
	Line int
	// Section is the heading above the table: "Network", "Preventative". A line in bold counts as a heading.
	Section string
	// Variant of the product that the row is about, where the article documents several: the X of a section
	// "Additional security controls for X" (unless X is the service itself), or the heading under which the
	// same controls are documented again. Otherwise empty.
	Variant string
	// Label of the control in plain text, as documented. Items of a list are separated by ", ".
	Label string
	// Status is one of the Status constants.
	Status string
	// Condition is the restriction of a conditional status: "Premium tier only" of "Yes (Premium tier only)".
	Condition string
	// Planned is set for a control that is not supported yet, where the notes say that support is planned.
	Planned bool
	// Notes in plain text; line breaks and items of lists are on lines of their own. What the status cell says
	// beyond status and condition comes first. Empty for cells that are empty or only hold a dot or dash.
	Notes string
	// Documentation is the plain text of the documentation column, for the sake of the links that could not
	// become references.
	Documentation string
	// References are the absolute links of all cells, in order, each URL once.
	References []Reference
}

// Reference is a link with an absolute http or https URL.
type Reference struct {
	Title string
	URL   string
}

// Statuses of a row.
const (
	StatusYes           = "yes"
	StatusConditional   = "conditional"
	StatusNo            = "no"
	StatusNotApplicable = "not_applicable"
)

// parser holds the state of one call of Parse.
type parser struct {
	file     string
	opts     Options
	lines    []line
	problems problems

	definitions map[string]string // of reference-style links, by normalised label
	headings    []heading         // all of them, in order
	open        []int             // indexes of the headings that the current line is under, outermost first
	bare        [maxLevel + 1]int // index + 1 of the last heading of a level with no table of controls of its own
	title       titleCandidate
	include     int  // line of the first [!INCLUDE …], 0 if there is none
	aggregate   bool // the page is about several services
	orphan      bool // the previous line was a row outside a table, and has been reported
	html        bool // a table in HTML has begun, and no row of controls in it has been reported
	rows        []Row
	places      []place // of the rows, by index
	continued   int     // rows that continue the last of them
	notices     []Notice
}

// Parse reads one article. The name of the file is used in errors only. The error is of type Errors; with an
// error there is no article, never a part of one.
func Parse(name string, data []byte, opts Options) (*Article, error) {
	p := &parser{file: name, opts: opts}
	p.problems.file = name

	if len(data) > MaxSize {
		p.problems.add(0, "the document has %d bytes, expected at most %d", len(data), MaxSize)
		return nil, p.problems.err()
	}
	data = lineFeeds(bytes.TrimPrefix(data, []byte(plaintext.ByteOrderMark)))
	if !p.split(data) {
		return nil, p.problems.err()
	}
	front, body := p.frontMatter()
	if body == len(p.lines) && len(p.problems.list) > 0 {
		return nil, p.problems.err() // it does not end, so nothing else has been read
	}
	p.classify(body)
	p.read(body)
	if p.aggregate {
		// Whatever else is wrong with such a page follows from this.
		return nil, p.problems.err()
	}

	for i := range p.rows {
		p.rows[i].Planned = p.rows[i].Status == StatusNo && isPlanned(p.rows[i].Notes)
	}
	article := &Article{Notices: p.notices, Rows: p.rows}
	p.published(article, front)
	p.name(article, front)
	p.assignVariants(article.Name)
	if len(p.rows) == 0 && len(p.problems.list) == 0 {
		hint := ""
		if p.include > 0 {
			hint = fmt.Sprintf("; tables of included files ([!INCLUDE …] on line %d) are not read", p.include)
		}
		p.problems.add(0, `no row of controls, expected a table with the header "| Security control | Yes/No | Notes |"%s`, hint)
	}
	if err := p.problems.err(); err != nil {
		return nil, err
	}
	return article, nil
}

// lineFeeds writes every line end, CRLF and CR alone as well, as a line feed: a row that
// ends in CR would otherwise be one with the next.
func lineFeeds(data []byte) []byte {
	if bytes.IndexByte(data, '\r') < 0 {
		return data
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
}

// split cuts the document into lines. It reports whether they can be read at all.
func (p *parser) split(data []byte) bool {
	if n := bytes.Count(data, []byte("\n")) + 1; n > maxLines {
		p.problems.add(0, "the document has %d lines, expected at most %d", n, maxLines)
		return false
	}
	valid := utf8.Valid(data) && bytes.IndexByte(data, 0) < 0
	text := string(data)
	p.lines = make([]line, 0, strings.Count(text, "\n")+1)
	for number := 1; ; number++ {
		s, rest, more := strings.Cut(text, "\n")
		if !valid && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			p.problems.add(number, "the line is not UTF-8 text, expected a Markdown document in UTF-8")
			return false
		}
		if len(s) > maxLineLength {
			p.problems.add(number, "the line has %d bytes, expected at most %d", len(s), maxLineLength)
			return false
		}
		p.lines = append(p.lines, line{text: strings.TrimRight(s, " \t")})
		if !more {
			return true
		}
		text = rest
	}
}
