// Package plaintext tells texts that people can read from those that only look like it:
// a justification of one zero-width space is none.
package plaintext

import (
	"strings"
	"unicode"
)

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
