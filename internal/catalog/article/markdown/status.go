package markdown

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Words that decide how the text after a status is read.
var (
	// A "Yes" may go on with these without punctuation: "Yes for dedicated clusters".
	restrictionWords = []string{"for", "with", "when", "if", "only", "in", "on", "where", "by"}
	// With these, a "No" or "N/A" is one in part only. Which part counts is not for this package to guess.
	exceptionWords = []string{
		"except", "excluding", "unless", "only", "but", "yes", "partial", "partially", "for", "if", "when", "where", "besides",
		"without", "until",
	}
	// Words that restrict nothing in "Yes, enabled for all by default".
	defaultWords = []string{
		"by", "default", "for", "all", "everything", "always", "automatically", "enabled", "on", "is", "it", "the", "and",
	}
)

const expectedStatus = `expected "Yes", "No" or "N/A", or a "Yes" with its restriction, as in "Yes (Premium tier only)"`

// status is what a status cell says.
type status struct {
	value     string
	condition string
	note      string // what the cell says without restricting anything
}

// parseStatus reads a status cell. Whatever follows a "Yes" is its restriction, since the stricter reading is
// the safe one: a condition asks for evidence, a note does not. The label is needed for the one exception,
// "Yes for server-side encryption at rest by default", which restricts nothing if it names the control itself.
// The problem is empty if the cell can be read.
func parseStatus(text, label string) (s status, problem string) {
	value, rest := cutStatus(text)
	if value == "" {
		if text == "" {
			return s, "the status is empty, " + expectedStatus
		}
		return s, statusProblem(text, expectedStatus)
	}
	if start := strings.TrimLeft(rest, " "); strings.HasPrefix(start, "(") && closingParenthesis(start) < 0 {
		// The cell may go on in the next line.
		return s, statusProblem(text, "whose parenthesis does not end, "+expectedStatus)
	}
	s.value = value
	rest, separated := unwrap(rest)
	if rest == "" {
		return s, ""
	}
	if other, after := cutStatus(rest); other != "" && strings.Trim(after, " .()") == "" {
		return status{}, statusProblem(text, "which is two at once, "+expectedStatus)
	}
	if value == StatusYes {
		return parseYes(text, rest, label, separated)
	}
	words := splitWords(rest)
	for i, word := range words {
		if slices.Contains(exceptionWords, word) && (word != "for" || i == 0 || words[i-1] != "planned") {
			return status{}, statusProblem(text, `which holds in part only, expected "No" or "N/A" without exception, `+
				`or a "Yes" with its restriction, as in "Yes (Premium tier only)"`)
		}
	}
	if !separated {
		return status{}, statusProblem(text, expectedStatus)
	}
	s.note = rest
	return s, ""
}

// parseYes reads what follows a "Yes".
func parseYes(text, rest, label string, separated bool) (s status, problem string) {
	words := splitWords(rest)
	switch {
	case !separated && (len(words) == 0 || !slices.Contains(restrictionWords, words[0])):
		return status{}, statusProblem(text, expectedStatus)
	case byDefault(words, label):
		return status{value: StatusYes, note: rest}, ""
	default:
		return status{value: StatusConditional, condition: rest}, ""
	}
}

// statusProblem says what is wrong with the text of a status cell.
func statusProblem(text, what string) string {
	return words.Sprintf("the status is %q, %s", excerpt(text), what)
}

// cutStatus cuts a status word at the beginning of the text; the value is empty if there is none. It must be a
// word of its own: "Yess", "Yes*", "Yes1" (a footnote) and "Yes/No" are no status.
func cutStatus(text string) (value, rest string) {
	for _, known := range [...]struct{ word, value string }{
		{"yes", StatusYes}, {"not applicable", StatusNotApplicable}, {"no", StatusNo}, {"n/a", StatusNotApplicable},
	} {
		n := len(known.word)
		if len(text) < n || !strings.EqualFold(text[:n], known.word) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[n:])
		if n == len(text) || strings.ContainsRune(" .,;:(-–—", next) {
			return known.value, text[n:]
		}
	}
	return "", ""
}

// unwrap removes what only sets the text after a status apart: parentheses, or punctuation before it and a
// full stop after it. It reports whether there was any.
func unwrap(rest string) (text string, separated bool) {
	trimmed := strings.TrimSpace(rest)
	inner := strings.TrimSpace(strings.TrimRight(trimmed, ". "))
	if strings.HasPrefix(inner, "(") && closingParenthesis(inner) == len(inner)-1 {
		return strings.TrimRight(strings.TrimSpace(inner[1:len(inner)-1]), ". "), true
	}
	text = strings.TrimLeft(trimmed, " .,;:-–—")
	separated = len(text) < len(trimmed) || strings.HasPrefix(text, "(")
	return strings.TrimRight(text, ". "), separated
}

// closingParenthesis returns the index of the parenthesis that closes the one s begins with, or -1.
func closingParenthesis(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// byDefault reports whether the text after a "Yes" says that the control is on by default and restricts
// nothing: each of its words is one of the control's own label or says nothing in this respect.
func byDefault(words []string, label string) bool {
	own := splitWords(label)
	by := false
	for i, word := range words {
		if word == "default" && i > 0 && words[i-1] == "by" {
			by = true
		}
		if !slices.Contains(own, word) && !slices.Contains(defaultWords, word) {
			return false
		}
	}
	return by
}

// isPlanned reports whether a text says that support is planned: "Support for X is planned", "Planned for
// 2021". Planned maintenance is something else, and so is what is not planned.
func isPlanned(text string) bool {
	words := splitWords(text)
	for i, word := range words {
		if word != "planned" {
			continue
		}
		if i+1 < len(words) {
			switch words[i+1] {
			case "maintenance", "downtime", "outage", "outages":
				continue
			}
		}
		if i == 0 || words[i-1] == "is" || words[i-1] == "are" || words[i-1] == "currently" {
			return true
		}
		// At the beginning of a sentence.
		if strings.Contains(text, ". Planned") || strings.Contains(text, "\nPlanned") {
			return true
		}
	}
	return false
}

// splitWords returns the words of a text in lower case.
func splitWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
