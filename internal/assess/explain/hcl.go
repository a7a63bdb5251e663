package explain

import (
	"fmt"
	"strings"
	"unicode"
)

// HCLString quotes a text for HCL, whose escapes are fewer than Go's, and in which "${"
// and "%{" begin a template.
func HCLString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteString(map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}[r])
		case (r == '$' || r == '%') && i+1 < len(runes) && runes[i+1] == '{':
			if i > 0 && runes[i-1] == r {
				// "$$${" would be read as an escape one character too early.
				b.WriteString(escaped(r))
				continue
			}
			b.WriteRune(r)
			b.WriteRune(r)
		case unicode.IsGraphic(r):
			b.WriteRune(r)
		default:
			b.WriteString(escaped(r))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escaped writes a character that HCL does not take, or nobody would see, by its number.
func escaped(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
