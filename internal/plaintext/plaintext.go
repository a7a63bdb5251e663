// Package plaintext tells texts that people can read from those that only look like it:
// a justification of one zero-width space is none.
package plaintext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// ByteOrderMark is what some editors and shells put before a text. There it is no part of
// the text; anywhere else it is a character like others, and no white space.
const ByteOrderMark = "\ufeff"

// brailleBlank is a character of the Braille patterns that has no dot.
const brailleBlank = '\u2800'

// Blank reports whether a text shows nothing: it is empty, or has white space, control
// characters, those that are invisible or reorder text (Unicode's categories Z and C and
// its property Default_Ignorable_Code_Point, UAX #44), and marks without a letter alone.
func Blank(s string) bool { return !strings.ContainsFunc(s, visible) }

func visible(r rune) bool {
	switch {
	case r == unicode.ReplacementChar || r == brailleBlank:
		return false
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return false
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
}

// Deceptive reports whether a character can hide what a line says: control characters,
// and those that reorder text (Unicode's property Bidi_Control).
func Deceptive(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// Line makes a text fit for every format: on one line, and without control characters
// or those that reorder text, which could hide what a report says.
func Line(s string) string {
	if words.IsPlain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, Deceptive(r), r == 0xFFFE, r == 0xFFFF:
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}
