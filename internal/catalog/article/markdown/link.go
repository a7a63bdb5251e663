package markdown

import (
	"html"
	"net/url"
	"strings"
)

// Limits of a link. They also bound the search for the end of one, and with it the time that text takes in
// which links begin without ending.
const (
	maxURL         = 2048
	maxLinkTitle   = 1000
	maxParentheses = 8 // nested within a destination
)

// brackets returns for the index of each "[" the index of the "]" that matches it, or 0.
func brackets(s string, spans []span) []int32 {
	if strings.IndexByte(s, '[') < 0 {
		return nil
	}
	match := make([]int32, len(s))
	var stack []int32
	for i := 0; i < len(s); i++ {
		if len(spans) > 0 && i >= spans[0].start {
			i = max(i, spans[0].end-1)
			spans = spans[1:]
			continue
		}
		switch s[i] {
		case '\\':
			i++
		case '[':
			stack = append(stack, int32(i))
		case ']':
			if n := len(stack); n > 0 {
				match[stack[n-1]] = int32(i)
				stack = stack[:n-1]
			}
		}
	}
	return match
}

// bracket begins a link: [text](destination), [text][label], [label][] or [label].
func (r *renderer) bracket(i int) int {
	end := int(r.match[i])
	if end == 0 || r.link.open {
		return i
	}
	destination, after, ok := r.destination(i, end)
	if !ok {
		return i
	}
	r.link = link{open: true, url: destination, from: len(r.out), end: end, after: after}
	return i + 1
}

// image leaves the alternative text of an image.
func (r *renderer) image(i int) int {
	if i+1 >= len(r.s) || r.s[i+1] != '[' {
		return i
	}
	end := int(r.match[i+1])
	if end == 0 {
		return i
	}
	_, after, ok := r.destination(i+1, end)
	if !ok || r.link.open && after > r.link.end {
		return i
	}
	r.out = append(r.out, r.s[i+2:end]...)
	return after
}

// destination finds where the link with the text between the brackets at start and end leads to, and the
// index of what follows it.
func (r *renderer) destination(start, end int) (destination string, after int, ok bool) {
	s := r.s
	if end+1 < len(s) && s[end+1] == '(' {
		if destination, n, ok := inlineDestination(s[end+1:]); ok {
			return destination, end + 1 + n, true
		}
	}
	if len(r.p.definitions) == 0 {
		return "", 0, false
	}
	label, after := s[start+1:end], end+1
	if end+1 < len(s) && s[end+1] == '[' && r.match[end+1] > 0 {
		second := int(r.match[end+1])
		after = second + 1
		if second > end+2 {
			label = s[end+2 : second]
		}
	}
	// No bracket in a label: this also keeps nested brackets from being compared over and over.
	if strings.IndexByte(label, '[') >= 0 || len(label) > maxLinkTitle {
		return "", 0, false
	}
	destination, ok = r.p.definitions[foldLabel(label)]
	return destination, after, ok
}

// inlineDestination reads "(destination)" or "(destination "title")" at the beginning of s and returns its
// length as well.
func inlineDestination(s string) (destination string, n int, ok bool) {
	destination, rest, ok := cutDestination(trimSpaces(s[1:]))
	if !ok {
		return "", 0, false
	}
	rest = trimSpaces(rest)
	if rest != "" && strings.IndexByte(`"'(`, rest[0]) >= 0 {
		closing := rest[0]
		if closing == '(' {
			closing = ')'
		}
		end := strings.IndexByte(rest[1:min(len(rest), maxLinkTitle)], closing)
		if end < 0 {
			return "", 0, false
		}
		rest = trimSpaces(rest[end+2:])
	}
	if rest == "" || rest[0] != ')' {
		return "", 0, false
	}
	return destination, len(s) - len(rest) + 1, true
}

// trimSpaces trims spaces on the left, up to a limit, beyond which nothing is a link.
func trimSpaces(s string) string {
	for range maxLinkTitle {
		if s == "" || s[0] != ' ' && s[0] != '\t' {
			break
		}
		s = s[1:]
	}
	return s
}

// cutDestination cuts the destination of a link off s: <in brackets>, or up to a space or the closing
// parenthesis that belongs to the link.
func cutDestination(s string) (destination, rest string, ok bool) {
	if strings.HasPrefix(s, "<") {
		end := strings.IndexAny(s[1:min(len(s), maxURL)], "<>")
		if end < 0 || s[1+end] != '>' {
			return "", "", false
		}
		return unescape(s[1 : 1+end]), s[end+2:], true
	}
	depth, i := 0, 0
loop:
	for ; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t':
			break loop
		case '\\':
			i++
		case '(':
			if depth++; depth > maxParentheses {
				return "", "", false
			}
		case ')':
			if depth--; depth < 0 {
				break loop
			}
		}
		if i > maxURL {
			return "", "", false
		}
	}
	i = min(i, len(s))
	return unescape(s[:i]), s[i:], true
}

// unescape undoes the escapes within a destination.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') >= 0 {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '\\' && i+1 < len(s) && isPunctuation(s[i+1]) {
				i++
			}
			b.WriteByte(s[i])
		}
		s = b.String()
	}
	return html.UnescapeString(s)
}

// closeLink takes the text written since the link began for its title.
func (r *renderer) closeLink(l *link) {
	l.open = false
	target, ok := absoluteURL(l.url)
	if !ok {
		return
	}
	title := string(clean(append([]byte(nil), r.out[min(l.from, len(r.out)):]...), false))
	if title == "" {
		title = target
	}
	r.reference(Reference{Title: title, URL: target})
}

// bareURL takes a URL that stands in the text for a reference. The colon is at i, its scheme has been
// written. The text stays where it is.
func (r *renderer) bareURL(i int) int {
	if r.link.open || r.anchor.open || i < r.noURL || !strings.HasPrefix(r.s[i:], "://") {
		return i
	}
	start, ok := schemeBefore(r.s, i)
	if !ok {
		return i
	}
	end := i
	for end < len(r.s) && end-start <= maxURL && r.s[end] > ' ' && strings.IndexByte("<>`\"|", r.s[end]) < 0 {
		end++
	}
	const punctuation = ".,;:!?'*_"
	text := strings.TrimRight(r.s[start:end], punctuation)
	if strings.IndexByte(text, '(') < 0 {
		text = strings.TrimRight(text, punctuation+")")
	}
	target, ok := absoluteURL(text)
	if !ok {
		r.noURL = end
		return i
	}
	r.reference(Reference{Title: target, URL: target})
	r.out = append(r.out, r.s[i:start+len(text)]...)
	return start + len(text)
}

// schemeBefore returns where the scheme that ends at i begins, if it is http or https.
func schemeBefore(s string, i int) (start int, ok bool) {
	start = i
	for start > 0 && i-start <= len("https") && isAlphanumeric(s[start-1]) {
		start--
	}
	return start, strings.EqualFold(s[start:i], "http") || strings.EqualFold(s[start:i], "https")
}

// absoluteURL returns a URL of http or https in its normal spelling.
func absoluteURL(s string) (string, bool) {
	if len(s) > maxURL || len(s) < len("http://x") || s[0]|0x20 != 'h' {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	return u.String(), true
}

// attribute returns the value of an attribute in the content of an HTML tag.
func attribute(content, name string) string {
	at := strings.Index(strings.ToLower(content), " "+name+"=")
	if at < 0 {
		return ""
	}
	value := content[min(len(content), at+len(name)+2):]
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		value, _, _ = strings.Cut(value[1:], value[:1])
	} else {
		value, _, _ = strings.Cut(value, " ")
	}
	return html.UnescapeString(value)
}

func (r *renderer) reference(ref Reference) {
	if r.refs != nil {
		addReference(r.refs, ref)
	}
}

// addReference adds a reference unless its URL is known. One beyond the limit is kept, for checkReferences to
// see.
func addReference(refs *[]Reference, ref Reference) {
	if len(*refs) > maxReferences {
		return
	}
	for _, known := range *refs {
		if known.URL == ref.URL {
			return
		}
	}
	*refs = append(*refs, ref)
}

func (p *parser) checkReferences(line int, refs []Reference) {
	if len(refs) > maxReferences {
		p.problems.add(line, "more than %d links", maxReferences)
	}
}
