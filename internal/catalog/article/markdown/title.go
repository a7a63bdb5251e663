package markdown

import "strings"

// titleCandidate is the first heading of level 1.
type titleCandidate struct {
	text string
	line int
}

// name sets title, name and service id of the article.
func (p *parser) name(article *Article, front frontMatter) {
	title, line := p.title.text, p.title.line
	name := serviceName(title)
	if name == "" {
		// The heading may be missing, or be some other text ("Overview"), while the front matter is right.
		fromFront := p.inline(front.title, false, nil)
		if n := serviceName(fromFront); n != "" || title == "" {
			title, line, name = fromFront, front.titleLine, n
		}
	}
	article.Title, article.Name, article.ServiceID = title, name, p.opts.Service
	if article.ServiceID != "" {
		return
	}
	const expected = `expected "Security controls for <service>"; set "service" to override it`
	switch {
	case title == "":
		p.problems.add(0, "the document has no title, %s", expected)
	case name == "":
		p.problems.add(line, "the title %q names no service, %s", excerpt(title), expected)
	default:
		id, ok := kebab(name)
		if !ok {
			p.problems.add(line, `the name %q has no service id in a-z, 0-9 and "-"; set "service" to give it one`, excerpt(name))
		}
		article.ServiceID = id
	}
}

// serviceName returns X of "Security controls for X" and the other titles that the series has had: "Common
// security attributes for X", "Security controls in X", "Built-in security controls for X".
func serviceName(title string) string {
	title, _, _ = strings.Cut(title, " | ") // "… | Microsoft Docs"
	for _, word := range []string{"common", "built-in", "additional"} {
		title = cutWord(title, word)
	}
	rest := cutWord(title, "security")
	if len(rest) == len(title) {
		return ""
	}
	for _, noun := range []string{"controls", "attributes"} {
		after := cutWord(rest, noun)
		if len(after) == len(rest) {
			continue
		}
		for _, preposition := range []string{"for", "in", "of"} {
			if name := cutWord(after, preposition); len(name) < len(after) {
				return strings.TrimSpace(name)
			}
		}
	}
	return ""
}

// cutWord removes a word at the beginning of s and the space after it.
func cutWord(s, word string) string {
	if len(s) > len(word) && s[len(word)] == ' ' && strings.EqualFold(s[:len(word)], word) {
		return s[len(word)+1:]
	}
	return s
}

// kebab returns the name in lower case with "-" between its words. Letters outside of a-z have no agreed
// spelling in an id; dropping them would give two services the same id, so there is none.
func kebab(name string) (string, bool) {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		switch {
		case r <= '~' && isAlphanumeric(byte(r)):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'' || r == '’':
		case r > '~':
			if !strings.ContainsRune("–—®™", r) {
				return "", false
			}
			gap = true
		default:
			gap = true
		}
	}
	return b.String(), b.Len() > 0
}
