// Package strictjson reads JSON that decides something: what two readers could understand
// differently is refused instead of read in one of the two ways.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The limits of what is read. An attestation of 1,000 services with 35 controls each
// takes some megabytes.
const (
	MaxBytes = 64 << 20
	maxDepth = 32
)

// Check refuses JSON that two readers could understand differently: with keys given
// twice, also in another case; with keys that differ from one of the names in case
// alone, which encoding/json would take for the name; with text after the end, or that
// is not UTF-8. Errors begin with "it", the text.
func Check(data []byte, names ...string) error {
	s, err := newChecker(data, names)
	if err != nil {
		return err
	}
	if err := s.value(0); err != nil {
		return err
	}
	return s.end()
}

// Object reads a text that is one JSON object, of which the caller knows some members by
// name: for texts of others, who may add members of their own. Keys are as strict as
// Check has them, those of the object itself alone: what members hold is only JSON of
// some form. A byte order mark before the text is no part of it. Errors begin with "it".
func Object(data []byte, names ...string) (map[string]json.RawMessage, error) {
	s, err := newChecker(bytes.TrimPrefix(data, []byte(plaintext.ByteOrderMark)), names)
	if err != nil {
		return nil, err
	}
	members, err := s.members()
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return nil, err
	}
	return members, nil
}

type checker struct {
	dec   *json.Decoder
	names map[string]string // by themselves in lower case
}

func newChecker(data []byte, names []string) (*checker, error) {
	switch {
	case len(data) > MaxBytes:
		return nil, fmt.Errorf("it has %d bytes, expected at most %d", len(data), MaxBytes)
	case !utf8.Valid(data):
		return nil, errors.New("it is not UTF-8")
	}
	s := &checker{dec: json.NewDecoder(bytes.NewReader(data)), names: map[string]string{}}
	s.dec.UseNumber()
	for _, name := range names {
		s.names[strings.ToLower(name)] = name
	}
	return s, nil
}

func (s *checker) end() error {
	if _, err := s.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the end of the JSON")
	}
	return nil
}

func (s *checker) members() (map[string]json.RawMessage, error) {
	token, err := s.dec.Token()
	if err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if token != json.Delim('{') {
		return nil, errors.New("it is not a JSON object")
	}
	members, keys := map[string]json.RawMessage{}, map[string]bool{}
	for s.dec.More() {
		key, err := s.key(keys)
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := s.dec.Decode(&value); err != nil {
			return nil, fmt.Errorf("it is not JSON: %w", err)
		}
		members[key] = value
	}
	if _, err := s.dec.Token(); err != nil { // the closing delimiter
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	return members, nil
}

func (s *checker) value(depth int) error {
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
			if _, err := s.key(keys); err != nil {
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

// key reads a key that none of those before it is.
func (s *checker) key(before map[string]bool) (string, error) {
	token, err := s.dec.Token()
	if err != nil {
		return "", fmt.Errorf("it is not JSON: %w", err)
	}
	key, ok := token.(string)
	if !ok {
		return "", errors.New("it is not JSON: a key is not a string")
	}
	// Characters beyond ASCII have further forms that count as the same letter.
	if strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return "", words.Errorf("the key %q has other characters than printable ASCII", key)
	}
	folded := strings.ToLower(key)
	switch name, known := s.names[folded]; {
	case before[folded]:
		return "", words.Errorf("the key %q is given twice", key)
	case known && name != key:
		return "", words.Errorf("the key is %q, expected %q", key, name)
	}
	before[folded] = true
	return key, nil
}

// DecodeFields decodes JSON with the fields of v only, for texts in canonical form: what
// it lets pass else is for CheckCanonical, once v is in the form in which its maker
// leaves it.
func DecodeFields(text string, v any) error {
	if len(text) > MaxBytes {
		return fmt.Errorf("it has %d bytes, expected at most %d", len(text), MaxBytes)
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

// CheckCanonical refuses a text that is not what canonicaljson writes for v, which was
// decoded from it: so it has no second reading. Keys given twice or in another case,
// null, space and text after the end do not come back when v is written again. The error
// is a phrase to stand behind the name of the text.
func CheckCanonical(text string, v any) error {
	again, err := canonicaljson.Marshal(v)
	if err != nil {
		return fmt.Errorf("cannot be written again: %w", err)
	}
	if string(again) != text {
		return errors.New("is not in canonical form (RFC 8785), expected the text just as the provider wrote it")
	}
	return nil
}
