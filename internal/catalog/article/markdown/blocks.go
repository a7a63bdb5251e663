package markdown

import "strings"

// Levels of headings: 1 to 6, and a line in bold, which is below all of them.
const (
	boldLevel = 7
	maxLevel  = boldLevel
)

// heading is a heading other than the title.
type heading struct {
	text     string
	level    int
	controls bool // a table of controls stands directly below it
}

// read goes through the lines of the body.
func (p *parser) read(body int) {
	paragraph := false // the previous line is text that an underline could turn into a heading
	for i := body; i < len(p.lines) && !p.aggregate; {
		l := p.lines[i]
		text := strings.TrimLeft(l.text, " \t")
		if text == "" || l.skip {
			paragraph, p.orphan = false, false
			i++
			continue
		}
		if l.code {
			p.checkOrphan(i, text, `indented text, which Markdown takes for code, expected it at the margin`, false)
			i++
			continue
		}
		switch level := headingLevel(text); {
		case level > 0:
			p.heading(i, level, strings.TrimSpace(text[level:]))
			paragraph = false
			i++
		case text[0] == '>':
			i = p.notice(i)
			paragraph = false
		case paragraph && isUnderline(text):
			level := 2
			if text[0] == '=' {
				level = 1
			}
			p.heading(i-1, level, strings.TrimSpace(p.lines[i-1].text))
			paragraph = false
			i++
		case p.isTable(i):
			i = p.table(i)
			paragraph = false
		default:
			p.text(i, text)
			paragraph = true
			i++
		}
	}
}

// text reads a line that begins no other block.
func (p *parser) text(i int, text string) {
	if strings.HasPrefix(strings.ToUpper(text), "[!INCLUDE") {
		if p.include == 0 {
			p.include = i + 1
		}
		return
	}
	if bold := boldLine(text); bold != "" {
		p.heading(i, boldLevel, bold)
		return
	}
	p.checkHTML(i, text)
	p.checkOrphan(i, text,
		`a line outside a table, expected a header and a delimiter row such as "|---|---|---|" above it`, true)
}

// headingLevel returns the number of "#" that begin a heading, or 0. Their space is missing in places; then
// something that looks like an issue number is none.
func headingLevel(text string) int {
	n := 0
	for n < len(text) && text[n] == '#' {
		n++
	}
	if n == 0 || n > 6 || n < len(text) && text[n] >= '0' && text[n] <= '9' {
		return 0
	}
	return n
}

// isUnderline reports whether the text underlines a heading: "====" or "----".
func isUnderline(text string) bool {
	return strings.Trim(text, "=") == "" || strings.Trim(text, "-") == ""
}

// boldLine returns the text of a line that is in bold as a whole.
func boldLine(text string) string {
	text = strings.TrimSuffix(text, ":")
	for _, mark := range []string{"**", "__"} {
		if len(text) > 4 && strings.HasPrefix(text, mark) && strings.HasSuffix(text, mark) &&
			!strings.Contains(text[2:len(text)-2], mark) {
			return strings.TrimSuffix(text[2:len(text)-2], ":")
		}
	}
	return ""
}

// heading enters a heading on line index i.
func (p *parser) heading(i, level int, source string) {
	p.orphan = false
	if level != boldLevel {
		if t := strings.TrimRight(source, "#"); t == "" || strings.HasSuffix(t, " ") {
			source = strings.TrimSpace(t) // a closing sequence: "## Network ##"
		}
		if linksToArticle(source) {
			p.aggregate = true
			p.problems.add(i+1,
				"the heading %q links to the article of a service of its own, expected an article about one service",
				excerpt(source))
			return
		}
	}
	text := p.inline(source, false, nil)
	if level == 1 && p.title.line == 0 {
		p.title = titleCandidate{text: text, line: i + 1}
		return
	}
	if n := len(p.headings); n > 0 && !p.headings[n-1].controls {
		p.bare[p.headings[n-1].level] = n
	}
	for len(p.open) > 0 && p.headings[p.open[len(p.open)-1]].level >= level {
		p.open = p.open[:len(p.open)-1]
	}
	p.open = append(p.open, len(p.headings))
	p.headings = append(p.headings, heading{text: text, level: level})
}

// linksToArticle reports whether a heading is a link to another article of the series, as it is on the page
// that aggregates them. Under it, every service has the same controls, so reading on would mix services.
func linksToArticle(source string) bool {
	if !strings.HasPrefix(source, "[") || !strings.HasSuffix(source, ")") {
		return false
	}
	_, destination, found := strings.Cut(source, "](")
	return found && !strings.ContainsAny(destination, "[ ") &&
		(strings.Contains(destination, "security-controls") || strings.Contains(destination, "security-attributes"))
}

// noticeKinds are the kinds of notices; other markers in a quotation ([!VIDEO], [!div]) are none.
var noticeKinds = []string{"note", "tip", "important", "caution", "warning"}

// notice reads the quotation that begins on line index i and returns the index of the line after it.
func (p *parser) notice(i int) int {
	start := i
	kind := ""
	var paragraphs []string
	var current []string
	flush := func() {
		if len(current) > 0 {
			paragraphs = append(paragraphs, strings.Join(current, " "))
			current = current[:0]
		}
	}
	for first := true; i < len(p.lines) && !p.lines[i].skip; i++ {
		text := strings.TrimLeft(p.lines[i].text, " \t")
		if !strings.HasPrefix(text, ">") {
			break
		}
		text = strings.TrimSpace(strings.TrimLeft(text, "> \t"))
		p.checkOrphan(i, text, "a quotation, expected it outside", false)
		if text == "" {
			flush()
			continue
		}
		if first {
			first = false
			if kind, text = noticeKind(text); text == "" {
				continue
			}
		}
		if isListItem(text) {
			flush()
		}
		current = append(current, text)
	}
	flush()
	p.orphan = false
	if kind == "" {
		return i
	}
	if len(p.notices) == maxNotices {
		p.problems.add(start+1, "the document has more than %d notices", maxNotices)
		return i
	}
	notice := Notice{Line: start + 1, Kind: kind}
	texts := make([]string, 0, len(paragraphs))
	for _, paragraph := range paragraphs {
		texts = append(texts, p.inline(paragraph, true, &notice.References))
	}
	p.checkReferences(start+1, notice.References)
	notice.Text = strings.Join(texts, "\n")
	p.notices = append(p.notices, notice)
	return i
}

// noticeKind cuts the marker off the first line of a quotation: "[!IMPORTANT]", or "**Important:**" in pages
// that were converted. The kind is empty if the quotation is no notice.
func noticeKind(text string) (kind, rest string) {
	for _, kind := range noticeKinds {
		for _, marker := range [...]string{"[!" + kind + "]", "**" + kind + "**", "**" + kind + ":**", "**" + kind + "**:"} {
			if len(text) >= len(marker) && strings.EqualFold(text[:len(marker)], marker) {
				rest := strings.TrimLeft(text[len(marker):], ": ")
				return kind, rest
			}
		}
	}
	return "", text
}

// isListItem reports whether the text begins as an item of a list does.
func isListItem(text string) bool {
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	switch {
	case digits > 0 && digits < 10:
		return strings.HasPrefix(text[digits:], ". ") || strings.HasPrefix(text[digits:], ") ")
	default:
		return strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "+ ")
	}
}
