package markdown

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// isTable reports whether line index i is the header of a table. Real articles have headers of more columns
// than their delimiter rows, which GitHub would not take for a table; here any delimiter row will do.
func (p *parser) isTable(i int) bool {
	if strings.IndexByte(p.lines[i].text, '|') < 0 || i+1 >= len(p.lines) {
		return false
	}
	next := p.lines[i+1]
	return !next.skip && isDelimiterRow(next.text)
}

// isDelimiterRow reports whether a line separates the header of a table from its rows.
func isDelimiterRow(text string) bool {
	if strings.IndexByte(text, '|') < 0 || strings.IndexByte(text, '-') < 0 {
		return false
	}
	return strings.Trim(text, "|-: \t") == ""
}

// columns says where the cells of a table go.
type columns struct {
	count         int
	label, status int
	documentation []bool
}

// compact removes all whitespace and the case of the header of a column: "Yes / no", "Security&nbsp;control".
func compact(header string) string {
	return strings.ToLower(strings.Join(strings.Fields(header), ""))
}

// isStatusHeader reports whether a column holds statuses. "Standard tier (Yes/No)" does as well.
func isStatusHeader(header string) bool {
	return strings.Contains(compact(header), "yes/no")
}

// isLabelHeader reports whether a column holds the names of controls.
func isLabelHeader(header string) bool {
	c := compact(header)
	return strings.Contains(c, "securitycontrol") || strings.Contains(c, "securityattribute")
}

// columnsOf reads a header. The problem is not empty if the table is one of controls but cannot be read;
// controls tells whether it is one at all.
func columnsOf(headers []string) (c columns, controls bool, problem string) {
	c = columns{count: len(headers), label: -1, status: -1, documentation: make([]bool, len(headers))}
	statuses := 0
	for i, header := range headers {
		switch {
		case isStatusHeader(header):
			if statuses++; c.status < 0 {
				c.status = i
			}
		case isLabelHeader(header):
			if c.label < 0 {
				c.label = i
			}
		case strings.Contains(compact(header), "documentation"):
			c.documentation[i] = true
		}
	}
	found := words.Quote(excerpt(asRow(headers)))
	switch {
	case c.label < 0 && c.status < 0:
		return c, false, ""
	case c.status < 0:
		return c, true, "the header " + found + ` has no column "Yes/No", expected "| Security control | Yes/No | Notes |"`
	case statuses > 1:
		return c, true, "the header " + found + ` has several columns "Yes/No", expected one table for each variant`
	case c.label < 0 && c.status == 0:
		return c, true, "the header " + found +
			` has no column "Security control", expected "| Security control | Yes/No | Notes |"`
	case c.label < 0:
		c.label = 0 // "| Feature | Yes/No |"
	}
	return c, true, ""
}

// checkOrphan reports a row or header of controls in a place where it is not read as one; with strict, any row.
// Only the first line of several is reported.
func (p *parser) checkOrphan(i int, text, place string, strict bool) {
	if strings.IndexByte(text, '|') < 0 {
		p.orphan = false
		return
	}
	if p.orphan {
		return
	}
	cells, _ := splitCells(text)
	found := strict && text[0] == '|' && len(cells) > 1 // nothing but a row begins with a pipe
	for j, cell := range cells {
		plain := p.inline(cell, false, nil)
		found = found || compact(plain) == "yes/no" || j == 1 && isStatus(plain)
	}
	if found {
		p.orphan = true
		p.problems.add(i+1, "a row of cells in %s", place)
	}
}

// checkHTML reports a row of controls in a table in HTML, which is not read as one. Only the first row of a
// table is reported.
func (p *parser) checkHTML(i int, text string) {
	if strings.IndexByte(text, '<') < 0 && !p.html {
		return
	}
	for j, piece := range strings.Split(text, "<") {
		tag, content, _ := strings.Cut(piece, ">")
		if j == 0 { // what an earlier line has begun may end here
			tag, content = "", piece[strings.LastIndexByte(piece, '>')+1:]
		}
		name := strings.ToLower(tag)
		if end := strings.IndexAny(name, " \t"); end >= 0 {
			name = name[:end]
		}
		switch name {
		case "table":
			p.html = true
		case "/table":
			p.html = false
		}
		if !p.html {
			continue
		}
		if plain := p.inline(strings.TrimSpace(content), false, nil); compact(plain) == "yes/no" || isStatus(plain) {
			p.html = false
			p.problems.add(i+1, "a row of controls in a table in HTML, expected one in Markdown")
		}
	}
}

// isStatus reports whether a cell has a status, and nothing besides but a remark in parentheses.
func isStatus(plain string) bool {
	value, rest := cutStatus(plain)
	rest = strings.TrimLeft(rest, " .")
	return value != "" && (rest == "" || rest[0] == '(')
}

// asRow writes cells as a row.
func asRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

// isTranslated reports whether a cell is one of the two words of its header, as in "Oui/Non": a column of
// statuses in another language, whose rows must not go missing beside those in English.
func isTranslated(header, plain string) bool {
	both := strings.FieldsFunc(compact(header), func(r rune) bool { return r == '/' || r == '／' })
	return len(both) == 2 && slices.Contains(both, compact(plain))
}

// table reads the table whose header is line index i and returns the index of the line after it.
func (p *parser) table(i int) int {
	header := i
	cells, _ := splitCells(p.lines[i].text)
	if len(cells) > maxColumns {
		p.problems.add(i+1, "the table has %d columns, expected at most %d", len(cells), maxColumns)
	}
	headers := make([]string, 0, len(cells))
	for _, cell := range cells {
		headers = append(headers, p.inline(cell, false, nil))
	}
	c, controls, problem := columnsOf(headers)
	if problem != "" {
		p.problems.add(i+1, "%s", problem)
	}
	if controls {
		p.enterTable()
	}

	last := -1 // index of the row that a row without label continues
	for i += 2; i < len(p.lines); {
		if p.lines[i].skip || endsTable(p.lines[i].text) {
			break
		}
		line := i + 1
		var cells []string
		cells, i = p.row(i)
		switch {
		case len(cells) > maxColumns:
			p.problems.add(line, "the row has %d cells, expected at most %d", len(cells), maxColumns)
		case controls && problem == "":
			last = p.controlRow(line, c, cells, last)
		case !controls && len(cells) > 1:
			if plain := p.inline(cells[1], false, nil); belongsToStatuses(headers, plain) {
				p.problems.add(header+1, `the header %q is not one of controls, yet line %d has the status %q, `+
					`expected "| Security control | Yes/No | Notes |"`, excerpt(asRow(headers)), line, excerpt(plain))
				controls, problem = true, "reported"
			}
		}
	}
	return i
}

// belongsToStatuses reports whether the second cell of a row holds a status all the same, although the header
// names no such column: one of ours, or a word of its own header.
func belongsToStatuses(headers []string, plain string) bool {
	value, rest := cutStatus(plain)
	return value != "" && strings.Trim(rest, " .") == "" || len(headers) > 1 && isTranslated(headers[1], plain)
}

// endsTable reports whether a line ends a table: a blank one, or the beginning of another block.
func endsTable(text string) bool {
	text = strings.TrimLeft(text, " \t")
	switch {
	case text == "", text[0] == '>', headingLevel(text) > 0, isListItem(text):
		return true
	case strings.HasPrefix(text, "[!"), strings.HasPrefix(text, ":::"):
		return true
	default:
		return strings.Trim(text, "-") == "" || strings.Trim(text, "*") == "" || strings.Trim(text, "_") == ""
	}
}

// row reads the row on line index i, which may go on over several lines. It returns its cells and the index
// of the line after it.
func (p *parser) row(i int) (cells []string, next int) {
	parts := []string{p.lines[i].text}
	cells, closed := splitCells(parts[0])
	if closed {
		return cells, i + 1
	}
	count, size := len(cells), len(parts[0])
	leading := strings.HasPrefix(strings.TrimLeft(parts[0], " \t"), "|")
	for i++; i < len(p.lines) && !closed; i++ {
		l := p.lines[i]
		if l.skip || endsTable(l.text) {
			break
		}
		more := strings.TrimLeft(l.text, " \t")
		moreCells, moreClosed := splitCells(more)
		if !continues(more, moreCells, count, leading) {
			break
		}
		if size += len(more) + 1; size > maxLineLength {
			p.problems.add(i+1, "the row has more than %d bytes", maxLineLength)
			break
		}
		parts = append(parts, more)
		count += len(moreCells) - 1
		closed = moreClosed
	}
	cells, _ = splitCells(strings.Join(parts, " "))
	return cells, i
}

// continues reports whether a line is more of the row above it, which has count cells so far; leading is
// whether that begins with a pipe.
//
// A line goes on if its last cell is not closed by a pipe, which is common, and the next line cannot be a row:
// it consists of pipes alone, or it does not begin with one and has a single cell. Where a row has no status
// yet, a next line without a leading pipe always belongs to it. Two cells are the end of the notes and the
// documentation if the second is empty or a link and the row itself has a leading pipe. Otherwise they are a
// row of their own: to take them for a continuation would hide a row with a misspelt status.
func continues(more string, cells []string, count int, leading bool) bool {
	if strings.Trim(more, "| \t") == "" {
		return true
	}
	if more[0] == '|' {
		return false
	}
	ending := leading && len(cells) == 2 && (cells[1] == "" || strings.Contains(cells[1], "]("))
	return count <= 1 || len(cells) <= 1 || ending
}

// controlRow reads one row of a table of controls. It returns the index of the row that the next one may
// continue.
func (p *parser) controlRow(line int, c columns, cells []string, last int) int {
	row, statusText, ok := p.readCells(line, c, cells)
	if !ok {
		return -1
	}
	if row.Label == "" && statusText == "" && (len(cells) > max(c.label, c.status) || row.Notes == "") {
		p.continueRow(row, last)
		return last
	}
	switch {
	case len(cells) <= max(c.label, c.status):
		p.problems.add(line, "the row has %d cells, expected at least a control and its status", len(cells))
		return -1
	case row.Label == "":
		p.problems.add(line, "the row has a status but no control, expected its name in the first cell")
		return -1
	}
	status, problem := parseStatus(statusText, row.Label)
	if problem != "" {
		p.problems.add(line, "%s: %s", excerpt(row.Label), problem)
		return -1
	}
	row.Status, row.Condition = status.value, status.condition
	row.Notes = joinLines(status.note, row.Notes)
	if len(p.rows) == maxRows {
		p.problems.add(line, "the document has more than %d rows of controls", maxRows)
		return -1
	}
	p.continued = 0
	return p.addRow(row)
}

// readCells reads the cells of a row of controls, the status as the text it is; it is not ok after a problem.
func (p *parser) readCells(line int, c columns, cells []string) (row Row, statusText string, ok bool) {
	row.Line = line
	var notes []string
	for i, cell := range cells {
		switch i {
		case c.label:
			row.Label = p.inline(cell, false, &row.References)
			continue
		case c.status:
			statusText = p.inline(cell, false, &row.References)
			continue
		}
		text := p.inline(cell, true, &row.References)
		switch {
		case strings.Trim(text, ".-–— ") == "":
		case i >= c.count:
			p.problems.add(line,
				`the row has %d cells, expected at most %d as in the header; a pipe within a cell is written "\|"`,
				len(cells), c.count)
			return row, "", false
		case c.documentation[i]:
			row.Documentation = joinLines(row.Documentation, text)
		default:
			notes = append(notes, text)
		}
	}
	row.Notes = strings.Join(notes, "\n")
	p.checkReferences(line, row.References)
	return row, statusText, true
}

// continueRow adds the notes of a row that has neither control nor status to the row before it.
func (p *parser) continueRow(row Row, last int) {
	if row.Notes == "" && row.Documentation == "" {
		return
	}
	if last < 0 {
		p.problems.add(row.Line, "the row has notes but no control, expected its name in the first cell")
		return
	}
	previous := &p.rows[last]
	if p.continued++; p.continued > maxContinued || len(previous.Notes)+len(row.Notes) > maxLineLength {
		p.problems.add(row.Line, "the notes go on over more than %d rows or %d bytes", maxContinued, maxLineLength)
		return
	}
	previous.Notes = joinLines(previous.Notes, row.Notes)
	previous.Documentation = joinLines(previous.Documentation, row.Documentation)
	for _, r := range row.References {
		addReference(&previous.References, r)
	}
	p.checkReferences(row.Line, previous.References)
}

// joinLines joins two texts, either of which may be empty.
func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}
