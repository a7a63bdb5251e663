package markdown

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// removed stands in the output for a byte that turned out to be markup. The byte itself never comes from the
// document: control characters are dropped.
const removed = 0x01

// renderer turns the inline markup of one cell, heading or paragraph into plain text. It goes through the
// source once, without recursion; whatever needs to be known of the text ahead (code spans, matching brackets)
// is found beforehand in one pass, so that no input takes more than linear time.
type renderer struct {
	p         *parser
	s         string
	multiline bool
	refs      *[]Reference // nil: not wanted
	spans     []span
	match     []int32
	out       []byte
	emphasis  [2][4][]int // positions in out of runs that may open emphasis, by character and length
	link      link
	anchor    link
	items     int // of the current HTML list
	noURL     int // before this index there is no URL
}

// link is a link whose text is being written.
type link struct {
	open  bool
	url   string
	from  int // position in out
	end   int // index of the bracket that closes the text
	after int // index of what follows the link
}

// inline returns the plain text of s, with whitespace normalised, and adds the links in it to refs. With
// multiline, breaks and the items of lists begin a new line.
func (p *parser) inline(s string, multiline bool, refs *[]Reference) string {
	if isPlain(s) {
		return s
	}
	spans := codeSpans(s)
	r := renderer{p: p, s: s, multiline: multiline, refs: refs, spans: spans, match: brackets(s, spans)}
	r.run()
	return string(clean(r.out, multiline))
}

// isPlain reports whether s has no markup and nothing to normalise, as most cells do.
func isPlain(s string) bool {
	return words.IsPlain(s) && !strings.ContainsAny(s, "\\`*_[]!<&") && !strings.Contains(s, "://")
}

// isMarkup reports whether a character may begin or end markup.
func isMarkup(c byte) bool {
	switch c {
	case '\\', '`', '*', '_', '[', ']', '!', '<', '&', ':':
		return true
	default:
		return false
	}
}

func (r *renderer) run() {
	s := r.s
	for i := 0; i < len(s); {
		if r.link.open && i >= r.link.end {
			r.closeLink(&r.link)
			i = max(i, r.link.after)
			continue
		}
		c := s[i]
		if !isMarkup(c) {
			start := i
			for i < len(s) && !isMarkup(s[i]) {
				i++
			}
			r.out = append(r.out, s[start:i]...)
			continue
		}
		next := r.markup(i)
		if next == i { // no markup after all
			r.out = append(r.out, c)
			next++
		}
		i = next
	}
}

// Each of the following methods looks at the character at i. It returns the index after the markup, or i if
// there is none.

func (r *renderer) markup(i int) int {
	switch r.s[i] {
	case '\\':
		return r.escape(i)
	case '`':
		return r.code(i)
	case '*', '_':
		return r.emphasise(i)
	case '[':
		return r.bracket(i)
	case '!':
		return r.image(i)
	case '<':
		return r.tag(i)
	case '&':
		return r.entity(i)
	case ':':
		return r.bareURL(i)
	default:
		return i
	}
}

func (r *renderer) escape(i int) int {
	if i+1 < len(r.s) && isPunctuation(r.s[i+1]) {
		r.out = append(r.out, r.s[i+1])
		return i + 2
	}
	return i
}

func isPunctuation(c byte) bool {
	return c > ' ' && c < utf8.RuneSelf && !isAlphanumeric(c)
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

func (r *renderer) code(i int) int {
	for len(r.spans) > 0 && r.spans[0].end <= i {
		r.spans = r.spans[1:]
	}
	if len(r.spans) > 0 && r.spans[0].start == i {
		span := r.spans[0]
		r.out = append(r.out, r.s[i+span.ticks:span.end-span.ticks]...)
		return span.end
	}
	start := i
	for i < len(r.s) && r.s[i] == '`' {
		i++
	}
	r.out = append(r.out, r.s[start:i]...)
	return i
}

// emphasise removes pairs of the same run of "*" or "_" around text. A run without partner stays, so that
// "Yes*", which has a footnote, does not become "Yes".
func (r *renderer) emphasise(i int) int {
	c, start := r.s[i], i
	for i < len(r.s) && r.s[i] == c {
		i++
	}
	n, kind := i-start, 0
	if c == '_' {
		kind = 1
	}
	before, after := byte(' '), byte(' ')
	if start > 0 {
		before = r.s[start-1]
	}
	if i < len(r.s) {
		after = r.s[i]
	}
	canClose := before != ' ' && (c == '*' || !isAlphanumeric(after))
	canOpen := after != ' ' && (c == '*' || !isAlphanumeric(before))
	if n < 4 {
		stack := &r.emphasis[kind][n]
		if canClose && len(*stack) > 0 {
			at := (*stack)[len(*stack)-1]
			*stack = (*stack)[:len(*stack)-1]
			for j := range n {
				r.out[at+j] = removed
			}
			return i
		}
		if canOpen {
			*stack = append(*stack, len(r.out))
		}
	}
	r.out = append(r.out, r.s[start:i]...)
	return i
}

// entity writes a character reference, but never as markup or as a break of its own.
func (r *renderer) entity(i int) int {
	const longest = 32
	end := strings.IndexByte(r.s[i:min(len(r.s), i+longest)], ';')
	if end < 0 {
		return i
	}
	source := r.s[i : i+end+1]
	text := html.UnescapeString(source)
	if text == source {
		return i
	}
	for _, c := range text {
		if unicode.IsControl(c) {
			c = ' '
		}
		r.out = utf8.AppendRune(r.out, c)
	}
	return i + end + 1
}

// tags that say nothing in plain text. Others, such as <del> or <your-name>, stay as they are written: their
// text would mean something else without them.
var tags = []string{
	"a", "abbr", "b", "big", "blockquote", "br", "center", "cite", "code", "dd", "div", "dl", "dt", "em", "font", "i", "kbd",
	"li", "ol", "p", "pre", "q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
	"tt", "u", "ul", "var",
}

// tag reads what begins with "<": a comment, an autolink or an HTML tag.
func (r *renderer) tag(i int) int {
	rest := r.s[i+1:]
	if strings.HasPrefix(rest, "!--") {
		if _, after, found := strings.Cut(rest[3:], "-->"); found {
			return len(r.s) - len(after)
		}
		return len(r.s) // classify has cut it, and reported it unless it ends on a later line
	}
	end := strings.IndexAny(rest, "<>")
	if end < 1 || rest[end] != '>' {
		return i
	}
	content := rest[:end]
	if url, ok := absoluteURL(content); ok {
		r.reference(Reference{Title: url, URL: url})
		r.out = append(r.out, content...)
		return i + end + 2
	}
	name, closing := strings.CutPrefix(content, "/")
	if n := strings.IndexAny(name, " \t/"); n >= 0 {
		name = name[:n]
	}
	name = strings.ToLower(name)
	if !slices.Contains(tags, name) {
		return i
	}
	r.html(name, content, closing)
	return i + end + 2
}

func (r *renderer) html(name, content string, closing bool) {
	switch name {
	case "br", "p", "div", "tr", "blockquote", "pre", "dt", "dd":
		r.lineBreak()
	case "ul", "ol":
		r.items = 0
		r.lineBreak()
	case "td", "th":
		r.out = append(r.out, ' ')
	case "li":
		if !closing {
			r.item()
		}
	case "a":
		switch {
		case closing && r.anchor.open:
			r.closeLink(&r.anchor)
		case !closing && !r.link.open:
			r.anchor = link{open: true, url: attribute(content, "href"), from: len(r.out)}
		}
	}
}

// item begins an item of a list.
func (r *renderer) item() {
	switch {
	case r.multiline:
		r.out = append(r.out, "\n- "...)
	case r.items > 0:
		r.out = append(bytes.TrimRight(r.out, " "), ", "...)
	default:
		r.out = append(r.out, ' ')
	}
	r.items++
}

func (r *renderer) lineBreak() {
	if r.multiline {
		r.out = append(r.out, '\n')
	} else {
		r.out = append(r.out, ' ')
	}
}

// clean normalises whitespace, in place: any run of it becomes one space or, with multiline, one newline if
// it has one. Characters that are not seen, such as those that change the direction of text, are dropped.
func clean(text []byte, multiline bool) []byte {
	w := 0
	space, newline := false, false
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		i += size
		if c == removed || unicode.Is(unicode.Cf, c) {
			continue
		}
		if unicode.IsSpace(c) || unicode.IsControl(c) {
			space = true
			newline = newline || multiline && c == '\n'
			continue
		}
		if w > 0 && newline {
			text[w] = '\n'
			w++
		} else if w > 0 && space {
			text[w] = ' '
			w++
		}
		space, newline = false, false
		w += copy(text[w:], text[i-size:i])
	}
	return text[:w]
}
