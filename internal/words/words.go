// Package words writes lists, numbers and excerpts the way all messages and reports do.
// It is the one place for that: a package that joins a list for people, counts things or
// cuts a quotation short calls it, and has no such function of its own.
package words

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Or lists values in quotes, to choose from: "a", "b" or "c".
func Or[T ~string](values []T) string { return joined(quoted(values), "or") }

// And lists values in quotes, all of which are meant: "a", "b" and "c".
func And[T ~string](values []T) string { return joined(quoted(values), "and") }

// Quoted lists values in quotes, separated by commas alone: "a", "b", "c".
func Quoted[T ~string](values []T) string { return strings.Join(quoted(values), ", ") }

// OrCode lists values as code of Markdown, to choose from: `a`, `b` or `c`.
func OrCode[T ~string](values []T) string {
	code := make([]string, len(values))
	for i, v := range values {
		code[i] = "`" + string(v) + "`"
	}
	return joined(code, "or")
}

// Either lists clauses as they are, one of which is meant: a, b or c.
func Either(clauses []string) string { return joined(clauses, "or") }

func quoted[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = Quote(string(v))
	}
	return out
}

// Quote puts a text between quotes as it is, for people: a path of Windows keeps its single
// backslashes. Only what nobody would see, such as a line end, is written by its number or
// letter.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)): // a byte that is no character
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// text is a string that the verb %q quotes with Quote.
type text string

func (t text) Format(f fmt.State, verb rune) {
	if verb == 'q' {
		_, _ = io.WriteString(f, Quote(string(t)))
		return
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), string(t))
}

// Sprintf is fmt.Sprintf for texts that people read: its %q is Quote.
func Sprintf(format string, args ...any) string { return fmt.Sprintf(format, forPeople(args)...) }

// Errorf is fmt.Errorf for texts that people read: its %q is Quote.
func Errorf(format string, args ...any) error { return fmt.Errorf(format, forPeople(args)...) }

func forPeople(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		out[i] = arg
		if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
			if _, formats := arg.(fmt.Stringer); !formats {
				out[i] = text(v.String())
			}
		}
	}
	return out
}

func joined(values []string, conjunction string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " " + conjunction + " " + values[last]
}

// AtMost lists the first n values and counts the rest: a, b, and 3 more.
func AtMost(values []string, n int) string {
	text := strings.Join(values[:min(len(values), n)], ", ")
	if more := len(values) - n; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

// Count writes a number of things whose plural ends in s: 1 gap, 2 gaps.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// All writes a number of things all of which are meant: both, all 3.
func All(n int) string {
	if n == 2 {
		return "both"
	}
	return fmt.Sprintf("all %d", n)
}

// Clip cuts a text after n characters (not bytes), and marks that with an ellipsis
// behind them.
func Clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}

// Fit cuts a text so that it has at most n characters, the mark included.
func Fit(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return Clip(s, n-1)
}

// LowerFirst and UpperFirst change the case of the first letter, an ASCII one, where a
// sentence becomes a part of another, or the reverse.
func LowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// UpperFirst is the reverse of LowerFirst.
func UpperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// IsPlain reports whether a text is printable ASCII with single spaces between its words
// alone. Most texts are, and need no further look at what could hide in them.
func IsPlain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7F || c == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ') {
			return false
		}
	}
	return true
}

// Sentence is a text that stands for itself: with a capital at its start and an end, unless
// it has one.
func Sentence(s string) string {
	if s == "" || strings.ContainsRune(".?!", rune(s[len(s)-1])) {
		return UpperFirst(s)
	}
	return UpperFirst(s) + "."
}
