// Package weblink decides what counts as a link: which texts may become an address in a
// catalogue, a report or an attestation. There is one answer, since a text that one room
// accepts and the next refuses would lose its link on the way.
package weblink

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// MaxLength is the longest link, in bytes.
const MaxLength = 2000

// Form says what a link is, for error messages.
const Form = "an absolute http or https URL"

// forbidden are the printable ASCII characters that RFC 3986 (appendix A) allows nowhere
// in a URL. Each of them ends an address in one of the formats that reports are written in.
const forbidden = "<>\"\\^`{|}"

// Valid reports whether a text is a link: an absolute URL whose scheme is http or https,
// with a host, without a user, of at most MaxLength bytes. Another scheme could run code
// in a reader's browser; a user before the host hides where a link leads. Letters beyond
// ASCII may stand as they are (RFC 3987).
func Valid(s string) bool {
	if len(s) > MaxLength || !hasScheme(s) || strings.ContainsFunc(s, excluded) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil
}

// Normal returns the link that prose means, in its one spelling: what a URL cannot hold
// as it is becomes percent-encoded. ok is false for what is no link even then.
func Normal(s string) (link string, ok bool) {
	if len(s) > MaxLength {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	link = u.String()
	return link, Valid(link)
}

func hasScheme(s string) bool {
	for _, scheme := range []string{"https://", "http://"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// excluded is true for what no link has: space, what controls or reorders text, what is
// not UTF-8.
func excluded(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7F || strings.ContainsRune(forbidden, r)
	}
	return unicode.IsSpace(r) || plaintext.Deceptive(r) || r == utf8.RuneError
}
