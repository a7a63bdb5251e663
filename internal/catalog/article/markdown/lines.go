package markdown

import "strings"

// line is one line of the document, without trailing whitespace.
type line struct {
	text string
	skip bool // front matter, code, comment or definition: nothing to read here
	code bool // indented as code is
}

// enclosure is the code fence or comment that a line is in.
type enclosure struct {
	fence       string // its marker; empty outside of one
	fenceLine   int
	commentLine int // 0 outside of one
}

// covers reports whether all of a line is within a fence or comment, which may end with it. On a line that goes
// on after the end of a comment, it leaves what follows.
func (e *enclosure) covers(l *line) bool {
	if e.fence != "" {
		l.skip = true
		text := strings.TrimLeft(l.text, " \t")
		if marker := fenceMarker(text); strings.HasPrefix(marker, e.fence) && len(marker) == len(text) {
			e.fence = ""
		}
		return true
	}
	if e.commentLine == 0 {
		return false
	}
	_, after, found := strings.Cut(l.text, "-->")
	if !found {
		l.skip = true
		return true
	}
	e.commentLine = 0
	l.text = strings.TrimRight(after, " \t")
	l.skip = l.text == ""
	return false
}

// begins reports whether a line of the text begins a fence.
func (e *enclosure) begins(text string, line int) bool {
	marker := fenceMarker(text)
	if marker == "" || marker[0] == '`' && strings.Contains(text[len(marker):], "`") {
		return false
	}
	e.fence, e.fenceLine = marker, line
	return true
}

// classify finds the lines that are not text: code fences, comments, indented code and the definitions of
// reference-style links, which usually stand at the end and are needed from the beginning.
func (p *parser) classify(body int) {
	for i := range body {
		p.lines[i].skip = true
	}
	var in enclosure
	blank := true // the previous line was blank or code
	for i := body; i < len(p.lines); i++ {
		l := &p.lines[i]
		if in.covers(l) {
			continue
		}
		text := strings.TrimLeft(l.text, " \t")
		if text == "" {
			blank = true
			continue
		}
		if in.begins(text, i+1) {
			l.skip = true
			continue
		}
		if indent(l.text) >= 4 && blank {
			l.code = true
			continue
		}
		blank = false
		if strings.Contains(text, "<!--") {
			var open bool
			l.text, open = cutComments(l.text)
			if open {
				in.commentLine = i + 1
			}
			if strings.TrimSpace(l.text) == "" {
				l.skip = true
				continue
			}
		}
		if text[0] == '[' && p.define(text) {
			l.skip = true
		}
	}
	// In both cases everything to the end of the document would be skipped without a word.
	if in.fence != "" {
		p.problems.add(in.fenceLine, "the code block does not end, expected a line %q", in.fence)
	}
	if in.commentLine > 0 {
		p.problems.add(in.commentLine, `the comment does not end, expected "-->"`)
	}
}

// fenceMarker returns the run of three or more backticks or tildes that the text begins with.
func fenceMarker(text string) string {
	if text == "" || text[0] != '`' && text[0] != '~' {
		return ""
	}
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	if n < 3 {
		return ""
	}
	return text[:n]
}

// indent counts the columns before the text, a tab being four.
func indent(s string) int {
	n := 0
	for i := range len(s) {
		switch s[i] {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// cutComments removes HTML comments outside of code spans. It reports whether one goes on after the line.
func cutComments(s string) (text string, open bool) {
	spans := codeSpans(s)
	var b strings.Builder
	for i := 0; i < len(s); {
		if len(spans) > 0 && i >= spans[0].start {
			b.WriteString(s[i:spans[0].end])
			i = spans[0].end
			spans = spans[1:]
			continue
		}
		if !strings.HasPrefix(s[i:], "<!--") {
			b.WriteByte(s[i])
			i++
			continue
		}
		end := strings.Index(s[i+4:], "-->")
		if end < 0 {
			return strings.TrimRight(b.String(), " \t"), true
		}
		i += 4 + end + 3
		for len(spans) > 0 && spans[0].start < i {
			spans = spans[1:]
		}
	}
	return strings.TrimRight(b.String(), " \t"), false
}

// define takes a line "[label]: destination" as the definition of a link; the first of a label counts.
func (p *parser) define(text string) bool {
	end := strings.Index(text, "]:")
	if end < 2 || text[1] == '^' || text[1] == '!' || strings.ContainsAny(text[1:end], "[]") {
		return false
	}
	destination, _, ok := cutDestination(strings.TrimLeft(text[end+2:], " \t"))
	if !ok || destination == "" {
		return false
	}
	if p.definitions == nil {
		p.definitions = map[string]string{}
	}
	label := foldLabel(text[1:end])
	if _, exists := p.definitions[label]; !exists {
		p.definitions[label] = destination
	}
	return true
}

// foldLabel makes the labels of links comparable: case and whitespace do not count.
func foldLabel(label string) string {
	return strings.ToLower(strings.Join(strings.Fields(label), " "))
}
