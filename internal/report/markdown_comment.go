package report

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
)

// A comment of limited length, and text as it stands in it.

// maxComment is the size in bytes that a report never exceeds, however long a single
// text in it is, and however many requirements there are: GitHub refuses comments of more
// than 65,536 characters.
const maxComment = 64_000

// maxShares is among how many requirements at most what is left of a comment is shared: the
// share of a hundredth would be too small for anything.
const maxShares = 6

// markdown writes GitHub Flavored Markdown.
type markdown struct {
	b     bytes.Buffer
	limit int // of bytes; 0 for none
	soft  int // from how many bytes on rows are counted instead of listed
	cut   bool
	// pending is the head of a table, which is written with its first row.
	pending string
}

// share gives the next of some requirements its part of what is left, so that all are cut alike,
// and keeps some of that for what follows its gaps.
func (m *markdown) share(requirements int) {
	share := (maxComment - m.b.Len()) / min(requirements, maxShares)
	m.limit = m.b.Len() + share
	m.soft = m.limit - share/5
}

// head begins a table, or a list below a heading, which stands only where there is something in it.
func (m *markdown) head(text string) { m.pending = text + "\n" }

// more says how much of a table is left out, unless that is all of it: then the end of the
// comment says so.
func (m *markdown) more(format string, args ...any) {
	m.cut = true
	if m.pending != "" {
		m.pending = ""
		return
	}
	m.printf(format, args...)
}

// printf writes a line, and reports whether it still fitted.
func (m *markdown) printf(format string, args ...any) bool {
	text := m.pending + fmt.Sprintf(format+"\n", args...)
	if m.limit > 0 && m.b.Len()+len(text) > m.limit {
		m.cut = true
		return false
	}
	m.b.WriteString(text)
	m.pending = ""
	return true
}

// fold writes what a reader has to unfold. It is closed in any case: what comes after
// would be folded as well.
func (m *markdown) fold(summary string, write func()) {
	m.pending = ""
	before := m.b.Len()
	if !m.printf("\n<details><summary>%s</summary>\n", summary) {
		return
	}
	empty := m.b.Len()
	write()
	if m.pending = ""; m.b.Len() == empty { // nothing of it fitted
		m.cut = true
		m.b.Truncate(before)
		return
	}
	m.b.WriteString("\n</details>\n")
}

func (m *markdown) full() bool { return m.soft > 0 && m.b.Len() > m.soft }

// escapers are replacers, built on first use.
var escapers escaperSet

type escaperSet struct {
	once              sync.Once
	mentions, address *strings.Replacer
}

func (e *escaperSet) built() *escaperSet {
	e.once.Do(e.build)
	return e
}

func (e *escaperSet) build() {
	// An @ or a # that begins a mention would notify people, also when escaped; a comment
	// behind it ends that.
	e.mentions = strings.NewReplacer("@", "@<!-- -->", "#", "#<!-- -->")
	// Keeps an address within its parentheses and its table cell.
	e.address = strings.NewReplacer(
		"(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "|", "%7C", "*", "%2A", "`", "%60", " ", "%20")
}

// md writes text that a comment shows as it is, within a line.
func md(s string) string { return escapers.built().mentions.Replace(commonmark.Escape(s)) }

// mdLink writes a link, or the text alone where the address is none.
func mdLink(text, address string) string {
	if !weblink.Valid(address) {
		return md(text)
	}
	return "[" + md(text) + "](" + escapers.built().address.Replace(address) + ")"
}

// mdReference writes a ticket or a piece of evidence, which may be a link.
func mdReference(s string) string {
	if !weblink.Valid(s) {
		return md(s)
	}
	text := s
	if u, err := url.Parse(s); err == nil && len(s) > 60 {
		text = u.Host + "/…"
	}
	return mdLink(text, s)
}
