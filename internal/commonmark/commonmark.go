// Package commonmark writes text that Markdown shows as it is.
package commonmark

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// special is what begins or ends markup within a line. HTML is written as entities.
const special = "\\`*_[]!|~$&<>"

// Escape writes text, whatever it has in it, for a place within a line.
func Escape(s string) string {
	s = plaintext.Line(s)
	if !strings.ContainsAny(s, special) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// startsBlock matches what means something at the beginning of a line alone.
var startsBlock = lazyregexp.Regexp{Expression: `^(\d*)([-+=#.)])`}

// Paragraph writes text, whatever it has in it, as a paragraph of one line.
func Paragraph(s string) string {
	s = Escape(s)
	if s == "" || s[0] > '=' {
		return s
	}
	return startsBlock.Get().ReplaceAllString(s, `$1\$2`)
}
