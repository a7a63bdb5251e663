package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// FormatMarkdown is a comment for a pull request, or a table of statements.
const FormatMarkdown = "markdown"

// MarkdownMarker begins every report in Markdown, so that a pipeline finds the comment
// it wrote before and updates that.
const MarkdownMarker = "<!-- terraform-provider-controls: report -->"

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
