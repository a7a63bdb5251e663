// Package strict reads YAML and JSON without forgiving anything: an unknown, repeated or
// missing key, a value of another kind, an alias or a second document is an error with
// its line. The formats of catalogues that are such documents are read with it.
package strict

import (
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// MaxEntries is how many entries any list may have.
const MaxEntries = 20000

// Node is a value of a document, with its line.
type Node = yaml.Node

// Reader reads one YAML or JSON document. It goes on after an error, so that a user sees
// all that is wrong in one run.
type Reader struct{ fault.Collector }

// NewReader returns a reader for the file of a name, which errors begin with and which
// tells JSON from YAML.
func NewReader(file string) *Reader { return &Reader{fault.Collector{File: file}} }

// Parse returns the root of the document, or nil after an error that says why there is
// none. expected is what an empty file lacks: `the key "services"`.
func (r *Reader) Parse(data []byte, expected string) *Node {
	data = bytes.TrimPrefix(data, []byte(plaintext.ByteOrderMark))
	switch {
	case !utf8.Valid(data):
		r.Fail(lineAt(data, invalidUTF8(data)), "invalid UTF-8, expected text in UTF-8")
		return nil
	case len(bytes.TrimSpace(data)) == 0:
		r.Fail(1, "the file is empty, expected %s", expected)
		return nil
	case strings.EqualFold(path.Ext(r.File), ".json"):
		return r.json(data)
	}
	return r.yaml(data, expected)
}

func (r *Reader) yaml(data []byte, expected string) *Node {
	if i := bytes.Index(data, []byte(plaintext.ByteOrderMark)); i >= 0 {
		// The YAML library would pass over some of them, and over characters elsewhere for one.
		r.Fail(lineAt(data, i), "a byte order mark within the file, expected none but at its beginning")
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root, next yaml.Node
	if err := dec.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			r.Fail(1, "the file has comments alone, expected %s", expected)
		} else {
			r.malformed(data, err)
		}
		return nil
	}
	switch err := dec.Decode(&next); {
	case errors.Is(err, io.EOF):
		return root.Content[0]
	case err != nil:
		r.malformed(data, err)
	default:
		r.Fail(next.Line, "a second YAML document, expected one to a file")
	}
	return nil
}

var (
	yamlLine   = lazyregexp.Regexp{Expression: `^yaml: (?:line (\d+): )?(?s:(.*))$`}
	yamlAnchor = lazyregexp.Regexp{Expression: `^unknown anchor '(.+)' referenced$`}
)

// malformed reports an error of the YAML library. It tells the line in its text alone,
// and none for a character that YAML does not allow or an alias of nothing.
func (r *Reader) malformed(data []byte, err error) {
	line, message := 0, err.Error()
	if m := yamlLine.Get().FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1]) // no line: 0
		message = m[2]
	}
	if line == 0 {
		if i := bytes.IndexFunc(data, notInYAML); i >= 0 {
			r.Fail(lineAt(data, i), "a control character, expected plain text")
			return
		}
		if m := yamlAnchor.Get().FindStringSubmatch(message); m != nil {
			line = lineAt(data, max(0, bytes.Index(data, []byte("*"+m[1]))))
		}
	}
	hint := ""
	if strings.HasPrefix(message, "found character that cannot start any token") {
		hint = "; indent with spaces, not tabs, and put a text that begins with @, % or ` in quotes"
	}
	r.Fail(line, "not valid YAML: %s%s", words.Clip(message, 2*fault.MaxQuoted), hint)
}

// notInYAML is true for the characters that YAML allows nowhere, not even in comments.
func notInYAML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r < 0xA0 && r != 0x85
}

// lineAt is the line of an offset into a file, 1 for the first.
func lineAt(data []byte, offset int) int { return 1 + lineEnds(data[:offset]) }

// lineEnds counts what ends a line in YAML and in most editors: LF, CRLF, and CR alone.
func lineEnds(data []byte) int {
	return bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) - bytes.Count(data, []byte("\r\n"))
}

// invalidUTF8 is the offset of the first byte that is not part of valid UTF-8.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// Field reads the value of one key of a mapping.
type Field struct {
	Read     func(*Node)
	Required bool
}

// Required is the field of a key that may not be missing.
func Required(f Field) Field {
	f.Required = true
	return f
}

// Object reads a mapping with just the given keys; what names it in errors ("statement").
func (r *Reader) Object(n *Node, what string, fields map[string]Field) {
	if n.Kind != yaml.MappingNode {
		r.Fail(n.Line, "%s is %s, expected a mapping with the keys %s", what, KindOf(n), keyList(fields))
		return
	}
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.Fail(key.Line, "%s has %s as a key, expected one of %s", what, KindOf(key), keyList(fields))
			continue
		}
		if first, ok := seen[key.Value]; ok {
			r.Fail(key.Line, "%s has the key %q twice, first on line %d", what, quote(key.Value), first)
			continue
		}
		seen[key.Value] = key.Line
		f, ok := fields[key.Value]
		if !ok {
			r.Fail(key.Line, "%s has no key %q, expected one of %s", what, quote(key.Value), keyList(fields))
			continue
		}
		if value.Kind == yaml.AliasNode {
			r.Fail(value.Line, "%s of %s is an alias, expected the value itself: aliases are not supported", key.Value, what)
			continue
		}
		f.Read(value)
	}
	var missing []string
	for name, f := range fields {
		if _, ok := seen[name]; f.Required && !ok {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	for _, name := range missing {
		r.Fail(n.Line, "%s lacks the key %q", what, name)
	}
}

func keyList(fields map[string]Field) string {
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

// List calls read for each item of a sequence.
func (r *Reader) List(n *Node, what string, read func(*Node)) {
	if n.Kind != yaml.SequenceNode {
		r.Fail(n.Line, "%s is %s, expected a list", what, KindOf(n))
		return
	}
	if len(n.Content) > MaxEntries {
		r.Fail(n.Line, "%s has %d entries, expected at most %d", what, len(n.Content), MaxEntries)
		return
	}
	for _, item := range n.Content {
		if item.Kind == yaml.AliasNode {
			r.Fail(item.Line, "an entry of %s is an alias, expected the value itself: aliases are not supported", what)
			continue
		}
		read(item)
	}
}

// Filled is a list with at least one entry.
func (r *Reader) Filled(n *Node, what, entry string, read func(*Node)) {
	r.List(n, what, read)
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.Fail(n.Line, "%s is empty, expected at least one %s", what, entry)
	}
}

// IsMapping reports whether a value is a mapping.
func IsMapping(n *Node) bool { return n.Kind == yaml.MappingNode }

// Has reports whether a value is a mapping with a key.
func Has(n *Node, key string) bool {
	if !IsMapping(n) {
		return false
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// KindOf names the kind of a value, for errors: "a list".
func KindOf(n *Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch tag := n.ShortTag(); tag {
	case "!!null":
		return "null"
	case "!!bool":
		return "a boolean"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!str":
		return "text"
	default:
		return "a value with the tag " + quote(tag)
	}
}

// quote shortens what an error quotes.
func quote(s string) string { return words.Clip(s, fault.MaxQuoted) }
