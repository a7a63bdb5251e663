package attest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The limits of what is read. An attestation of 1,000 services with 35 controls each
// takes some megabytes.
const (
	maxText  = 64 << 20
	maxDepth = 32
)

// strictJSON refuses JSON that two readers could understand differently: with keys given
// twice, also in another case; with keys that differ from one of the names in case
// alone, which encoding/json would take for the name; with text after the end, or that
// is not UTF-8.
func strictJSON(data []byte, names ...string) error {
	switch {
	case len(data) > maxText:
		return fmt.Errorf("it has %d bytes, expected at most %d", len(data), maxText)
	case !utf8.Valid(data):
		return errors.New("it is not UTF-8")
	}
	s := &strictReader{dec: json.NewDecoder(bytes.NewReader(data)), names: map[string]string{}}
	s.dec.UseNumber()
	for _, name := range names {
		s.names[strings.ToLower(name)] = name
	}
	if err := s.value(0); err != nil {
		return err
	}
	if _, err := s.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the end of the JSON")
	}
	return nil
}

type strictReader struct {
	dec   *json.Decoder
	names map[string]string // by themselves in lower case
}

func (s *strictReader) value(depth int) error {
	token, err := s.dec.Token()
	if err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	if depth == maxDepth {
		return fmt.Errorf("it is nested deeper than %d levels", maxDepth)
	}
	keys := map[string]bool{}
	for s.dec.More() {
		if delim == '{' {
			if err := s.key(keys); err != nil {
				return err
			}
		}
		if err := s.value(depth + 1); err != nil {
			return err
		}
	}
	if _, err := s.dec.Token(); err != nil { // the closing delimiter
		return fmt.Errorf("it is not JSON: %w", err)
	}
	return nil
}

func (s *strictReader) key(keys map[string]bool) error {
	token, err := s.dec.Token()
	if err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	key, ok := token.(string)
	if !ok {
		return errors.New("it is not JSON: a key is not a string")
	}
	// Characters beyond ASCII have further forms that count as the same letter.
	if strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return fmt.Errorf("the key %q has other characters than printable ASCII", key)
	}
	folded := strings.ToLower(key)
	switch name, known := s.names[folded]; {
	case keys[folded]:
		return fmt.Errorf("the key %q is given twice", key)
	case known && name != key:
		return fmt.Errorf("the key is %q, expected %q", key, name)
	}
	keys[folded] = true
	return nil
}

// decodeExactly decodes JSON that may have the fields of v only.
func decodeExactly(text string, v any, names ...string) error {
	if err := strictJSON([]byte(text), names...); err != nil {
		return err
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("it does not have the expected form: %w", err)
	}
	return nil
}
