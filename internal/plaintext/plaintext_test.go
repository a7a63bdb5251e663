package plaintext_test

import (
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

func TestBlank(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                       true,
		"\u0020\t\r\n":           true,
		"\u00A0\u2003\u3000":     true, // spaces of other widths
		"\u200B\u200C\u200D":     true, // zero-width
		"\u2060\uFEFF":           true, // word joiner, byte order mark
		"\u00AD":                 true, // soft hyphen
		"\u202A\u202E\u2066":     true, // text direction
		"\u115F\u3164\uFFA0":     true, // fillers of Hangul, which count as letters
		"\u2800":                 true, // Braille without a dot
		"\uFE0F\u180B\U000E0100": true, // variation selectors
		"\U000E0041":             true, // tags
		"\u0301\u034F":           true, // accents without a letter
		"\x00\x1B":               true,
		"\uE000\U0010FFFF":       true, // private use, no character
		"\uFFFD\xFF":             true,

		"x":             false,
		"-":             false,
		"\u200Bx\u2060": false,
		"理由":            false,
		"e\u0301":       false,
		"✅":             false,
		"١":             false,
	} {
		if got := plaintext.Blank(text); got != want {
			t.Errorf("Blank(%+q) = %t, want %t", text, got, want)
		}
	}
}

func TestDeceptive(t *testing.T) {
	t.Parallel()
	for r, want := range map[rune]bool{
		'\n': true, 0x1B: true, 0x85: true, 0x202E: true, 0x2066: true, 0x200F: true,
		' ': false, 'x': false, 0xA0: false, 0x200B: false,
	} {
		if got := plaintext.Deceptive(r); got != want {
			t.Errorf("Deceptive(%U) = %t, want %t", r, got, want)
		}
	}
}

func ExampleBlank() {
	fmt.Println(plaintext.Blank("\u200b"), plaintext.Blank("see the design, section 4"))
	// Output: true false
}
