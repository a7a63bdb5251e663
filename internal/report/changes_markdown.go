package report

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// ChangesMarker begins every text of changes in Markdown, so that a pipeline finds the
// comment that it wrote before and updates that.
const ChangesMarker = "<!-- terraform-provider-controls: changes -->"

// changesMarkdown writes a comment for a pull request, within what GitHub accepts.
func changesMarkdown(c *changes) string {
	m := &markdown{limit: maxComment, soft: maxComment * 4 / 5}
	symbol := "✅"
	if c.count(opens) > 0 {
		symbol = "❌"
	}
	was, is := c.verdicts()
	m.printf(ChangesMarker)
	m.printf("## %s %s", symbol, md(c.verdict()))
	m.printf("\nBefore: %s. After: %s.", md(was), md(is))
	m.printf("")
	for _, fact := range c.identity() {
		m.printf("- %s: `%s`", fact.name, fact.value)
	}
	for _, l := range c.lists {
		if l.effect != noEffect || l.short || len(l.rows) <= fewChanges {
			m.printf("\n### %s\n", l.heading)
			m.changeTable(l)
			continue
		}
		m.fold(l.heading+" ("+words.Count(len(l.rows), "change")+")", func() { m.changeTable(l) })
	}
	if m.cut {
		m.limit = 0
		m.printf("\n… and what does not fit into a comment: the page in HTML has all of it.")
	}
	return m.b.String()
}

// fewChanges is up to how many changes are not folded.
const fewChanges = 10

func (m *markdown) changeTable(l changeList) {
	m.head("| " + strings.Join(l.heads[:], " | ") + " |\n|---|---|---|---|")
	for i, row := range l.rows {
		if i == maxRows || m.full() ||
			!m.printf("| %s | %s | %s | %s |", md(row[0]), md(row[1]), md(row[2]), md(row[3])) {
			m.more("\n… and %d more.", len(l.rows)-i)
			break
		}
	}
}
