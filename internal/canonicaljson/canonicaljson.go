// Package canonicaljson writes Go values in the JSON Canonicalization Scheme of
// RFC 8785, so that the same value always has the same bytes and so the same digest.
package canonicaljson

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Marshal returns v in canonical form.
//
// It relies on what encoding/json already does (sorted map keys, no insignificant
// space, the short escapes) and accepts the values for which that is RFC 8785:
// maps with ASCII keys, structs whose fields are declared in the order of their JSON
// names, strings, booleans and integers. Floating point numbers and RawMessage must
// not occur: their canonical form is not what encoding/json writes.
func Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding canonical JSON: %w", err)
	}
	return unescape(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

// needless returns the character of an escape that encoding/json writes and RFC 8785 does
// not: the two separators of JavaScript, and the character that stands for invalid UTF-8.
func needless(escape string) (char string, ok bool) {
	switch escape {
	case `\u2028`:
		return "\u2028", true
	case `\u2029`:
		return "\u2029", true
	case `\ufffd`:
		return "\ufffd", true
	default:
		return "", false
	}
}

// unescape turns the needless escapes back into the characters themselves.
func unescape(b []byte) []byte {
	const length = len(`\u2028`)
	if !bytes.Contains(b, []byte(`\u202`)) && !bytes.Contains(b, []byte(`\ufffd`)) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		if i+length <= len(b) {
			if char, ok := needless(string(b[i : i+length])); ok {
				out = append(out, char...)
				i += length - 1
				continue
			}
		}
		// Another escape, an escaped backslash included: two bytes at least.
		out = append(out, b[i], b[i+1])
		i++
	}
	return out
}

// Digest returns the SHA-256 digest of b as "sha256:" and 64 hexadecimal digits.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
