package report

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// FormatMarkdown is a comment for a pull request, or a table of statements.
const FormatMarkdown = "markdown"

// MarkdownMarker begins every report in Markdown, so that a pipeline finds the comment
// it wrote before and updates that.
const MarkdownMarker = "<!-- terraform-provider-controls: report -->"

// maxComment is the size in bytes that a report never exceeds, however long a single
// text in it is, and however many requirements there are: GitHub refuses comments of more
// than 65,536 characters.
const maxComment = 64_000

// maxShares is among how many requirements at most what is left of a comment is shared: the
// share of a hundredth would be too small for anything.
const maxShares = 6

// maxRows bounds a table of a comment, which people read.
const maxRows = 100

// writeMarkdown writes a comment for a pull request: the verdict, then what one has to
// act on, then what one may want to look up.
func writeMarkdown(r *report) (string, error) {
	m := &markdown{limit: maxComment}
	symbol := "✅"
	if r.total.Gaps > 0 {
		symbol = "❌"
	}
	m.printf(MarkdownMarker)
	m.printf("## %s %s", symbol, md(r.total.Verdict()))
	m.identity(r)
	for _, section := range r.sections {
		if text := r.outdated(section); text != "" {
			m.printf("\n⚠️ **%s**", md(text))
		}
	}
	for i, section := range r.sections {
		if m.limit = maxComment; m.b.Len() > maxComment*3/4 && m.cut {
			m.printf("\n---\n\n… and %s more.", words.Count(len(r.sections)-i, "requirement"))
			break
		}
		m.share(len(r.sections) - i)
		m.section(r, section)
	}
	m.limit, m.soft = maxComment, maxComment
	m.printf("\n### Digests\n")
	for _, section := range r.sections {
		m.printf("- assessment `%s`, of the catalogue `%s`", section.digest, section.Catalog.Digest)
	}
	if m.cut {
		m.limit = 0
		m.printf("\n… and what does not fit into a comment: the other formats have all of it.")
	}
	return m.b.String(), nil
}

// identity says what was assessed, when and by whom.
func (m *markdown) identity(r *report) {
	var parts []string
	add := func(format, value string) {
		if value != "" {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	o := r.opts
	add("**%s**", md(plaintext.Line(o.Title)))
	add("%s", md(r.systemLine()))
	add("workload %s", md(r.workloads()))
	add("%s", string(o.Date))
	add("by %s", md(plaintext.Line(o.Author)))
	if o.RepositoryURI != "" {
		source := mdLink(o.RepositoryURI, o.RepositoryURI)
		if revision := plaintext.Line(o.Revision); revision != "" {
			source += " at " + md(revision)
		}
		parts = append(parts, source)
	}
	add("provider %s", md(plaintext.Line(o.ProviderVersion)))
	if len(parts) > 0 {
		m.printf("\n%s", strings.Join(parts, " · "))
	}
	m.printf("\nAsked: %s", md(words.LowerFirst(r.asks())))
}

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

func (m *markdown) section(r *report, s *section) {
	if len(r.sections) > 1 {
		m.printf("\n---\n\n### Requirement %d: %s", s.number, md(s.total.Verdict()))
	}
	m.summary(s)
	m.gaps(s)
	m.remarks("Settings of your own", "check", s.ownSettings())
	m.remarks("Corrections of the catalogue", "correction", s.corrections())
	m.exceptions(s, r.opts.Date)
	m.evidence(s)
	m.notices(s)
	m.identifiers(s)
	m.crosswalk(s)
	m.meanings(s)
	m.scope(s)
}

func (m *markdown) meanings(s *section) {
	list := s.meanings()
	if len(list) == 0 {
		return
	}
	m.fold("What the outcomes mean", func() {
		for _, one := range list {
			m.printf("- **%s**: %s.", one.word, one.text)
		}
	})
}

func (m *markdown) summary(s *section) {
	head, rule := "| Service | Gaps", "|---|--:"
	for _, o := range s.total.listed() {
		if o != assess.Gap {
			head, rule = head+" | "+s.total.word(o), rule+"|--:"
		}
	}
	m.head("\n" + head + " |\n" + rule + "|")
	rows := slices.Clone(s.services)
	slices.SortStableFunc(rows, func(a, b *service) int {
		return cmp.Or(
			cmp.Compare(a.cloud, b.cloud),
			cmp.Compare(b.total.Gaps, a.total.Gaps), cmp.Compare(b.total.Exceptions, a.total.Exceptions),
		)
	})
	for i, row := range rows {
		if i == maxRows || m.full() {
			m.more("\n… and %s more.", words.Count(len(rows)-i, "service"))
			break
		}
		symbol := "✅"
		if !row.compliant {
			symbol = "❌"
		}
		text := "| " + symbol + " " + md(row.name)
		for _, o := range s.total.listed() {
			text += fmt.Sprintf(" | %d", row.total.outcomes[o])
		}
		m.printf("%s |", text)
	}
}

func (m *markdown) gaps(s *section) {
	if s.total.Gaps == 0 {
		return
	}
	m.printf("\n### Gaps")
	left := s.total.Gaps
	for _, row := range s.services {
		if row.total.Gaps == 0 || m.full() {
			continue
		}
		usual := usualDocument(row)
		by := ""
		if usual != nil {
			by = ", by " + mdLink(usual.cite(), usual.url) + " unless another is named"
		}
		m.head(fmt.Sprintf("\n**%s** (`%s`)%s%s\n", md(row.name), row.id, mdPlaces(row.places), by))
		left -= m.unspoken(s, row)
		for _, one := range mdGaps(row, usual) {
			if !m.full() && m.printf("%s", one.line()) {
				left -= one.gaps
			}
		}
	}
	m.pending = ""
	if left > 0 {
		m.cut = true
		m.printf("\n… and %s more: the other formats list all of them.", words.Count(left, "gap"))
	}
}

func mdPlaces(places []configuration.Place) string {
	var parts []string
	for i, l := range places {
		if i == 3 {
			parts = append(parts, fmt.Sprintf("%d more", len(places)-i))
			break
		}
		parts = append(parts, md(position(l))+" "+md(chooser(l)))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", chosen at " + strings.Join(parts, ", ")
}

// exceptions lists them with what became of them by a day, "" where none is known.
func (m *markdown) exceptions(s *section, day catalog.Date) {
	if len(s.exceptions) == 0 {
		return
	}
	m.printf("\n### Exceptions, by their end\n")
	if note := s.endingNote(day); note != "" {
		m.printf("⚠️ %s.\n", note)
	}
	if !s.registered() {
		m.printf("All are written %s.\n", unsigned)
	}
	if policy := s.policy(); policy != "" {
		m.printf("Which count, by the provider's `exception_policy`: %s.\n", md(policy))
	}
	m.head("| Ends | Service | Control | Justification | Approved by | Ticket | State |\n|---|---|---|---|---|---|---|")
	for i, ex := range s.exceptions {
		if i == maxRows || m.full() {
			m.more("\n… and %s more.", words.Count(len(s.exceptions)-i, "exception"))
			break
		}
		justification := md(ex.Justification)
		if len(ex.CompensatingControls) > 0 {
			justification += "; compensated by " + md(strings.Join(ex.CompensatingControls, ", "))
		}
		approved := ex.ApprovedBy
		if s.registered() {
			approved = strings.TrimPrefix(approved+", "+s.origin(&ex.Exception), ", ")
		}
		m.printf(
			"| %s | %s | %s | %s | %s | %s | %s |",
			ex.Expires, md(ex.serviceName), md(ex.checkTitle), justification, md(approved), mdReference(ex.Ticket),
			ex.stateOn(day),
		)
	}
}

func (m *markdown) evidence(s *section) {
	if s.total.outcomes[assess.Evidenced] == 0 {
		return
	}
	m.fold("Evidence", func() {
		m.head("| Service | Control | Condition | Evidence | Approved by |\n|---|---|---|---|---|")
		rows, left := 0, 0
		for _, row := range s.services {
			for _, f := range row.findings {
				for _, ev := range f.answers() {
					if rows == maxRows || m.full() ||
						!m.printf(
							"| %s | %s | %s | %s | %s |",
							md(row.name), md(f.check.title), md(ev.Condition), mdReference(ev.Reference), md(ev.ApprovedBy),
						) {
						left++
						continue
					}
					rows++
				}
			}
		}
		if left > 0 {
			m.more("\n… and %d more.", left)
		}
	})
}

func (m *markdown) notices(s *section) {
	left := s.retiring()
	if left == 0 {
		return
	}
	m.fold("Parts of services to be retired", func() {
		for _, row := range s.services {
			for _, n := range row.notices {
				if !m.full() && m.printf("- %s, %s (%s)", md(row.name), md(explain.Notice(n)), mdLink(n.Source, n.URL)) {
					left--
				}
			}
		}
		if left > 0 && left < s.retiring() { // of none, the fold goes
			m.more("\n… and %d more.", left)
		}
	})
}

// remarks lists texts below a heading, each of them what one is called.
func (m *markdown) remarks(heading, one string, list []string) {
	if len(list) == 0 {
		return
	}
	m.printf("\n### %s\n", heading)
	for i, c := range list {
		if i == maxRows || m.full() {
			m.printf("- … and %s more", words.Count(len(list)-i, one))
			break
		}
		m.printf("- %s", md(c))
	}
}

// scope says what was not looked at: whoever reads a verdict needs to know also where that is
// nothing, or not known.
func (m *markdown) scope(s *section) {
	note := s.scopeNote()
	if note == "" && len(s.notLookedAt()) == 0 {
		note = nothingLeftOut
	}
	if note != "" {
		m.printf("\n**Not looked at**: %s.", words.LowerFirst(note))
		return
	}
	m.fold("Not looked at", func() {
		for _, part := range scopeParts(s.Scope) {
			if len(part.names) == 0 || m.full() {
				continue
			}
			var types []string
			for _, t := range part.names {
				types = append(types, md(t))
			}
			m.printf("- **%s** (%s): %s", part.title, part.meaning, strings.Join(types, ", "))
		}
	})
}

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
