package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// Longest texts, in characters. They bound what a diagnostic or a state can grow to.
const (
	maxID      = 100
	maxTitle   = 300
	maxText    = 4000
	maxEntries = 20000 // of any list
	maxQuoted  = 100   // of what an error quotes
)

// decoder reads one YAML or JSON document strictly: an unknown, repeated or missing
// key, a value of another kind, an alias or a second document is an error with its line.
// It goes on after an error, so that a user sees all that is wrong in one run.
type decoder struct {
	file string
	errs []error
	more int // errors past maxFileErrors
}

func (d *decoder) fail(line int, format string, args ...any) {
	if len(d.errs) == maxFileErrors {
		d.more++
		return
	}
	d.errs = append(d.errs, &FileError{File: d.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// failures are the errors of the file.
func (d *decoder) failures() []error {
	if d.more > 0 {
		return append(d.errs, uncountedError(d.more))
	}
	return d.errs
}

// document returns the root node, or nil after reporting why there is none.
func (d *decoder) document(data []byte) *yaml.Node {
	switch {
	case !utf8.Valid(data):
		d.fail(lineAt(data, invalidUTF8(data)), "invalid UTF-8, expected text in UTF-8")
		return nil
	case len(bytes.TrimSpace(data)) == 0:
		d.fail(1, "the file is empty, expected %s", expectedKeys)
		return nil
	case strings.EqualFold(path.Ext(d.file), ".json"):
		return d.json(data)
	}
	return d.yaml(data)
}

// expectedKeys are those of which a file has at least one.
const expectedKeys = `the key "definitions", "mappings", "services" or "types"`

func (d *decoder) yaml(data []byte) *yaml.Node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root, next yaml.Node
	if err := dec.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			d.fail(1, "the file has comments alone, expected %s", expectedKeys)
		} else {
			d.malformed(data, err)
		}
		return nil
	}
	switch err := dec.Decode(&next); {
	case errors.Is(err, io.EOF):
		return root.Content[0]
	case err != nil:
		d.malformed(data, err)
	default:
		d.fail(next.Line, "a second YAML document, expected one to a file")
	}
	return nil
}

var (
	yamlLine   = lazyregexp.Regexp{Expression: `^yaml: (?:line (\d+): )?(?s:(.*))$`}
	yamlAnchor = lazyregexp.Regexp{Expression: `^unknown anchor '(.+)' referenced$`}
)

// malformed reports an error of the YAML library. It tells the line in its text alone,
// and none for a character that YAML does not allow or an alias of nothing.
func (d *decoder) malformed(data []byte, err error) {
	line, message := 0, err.Error()
	if m := yamlLine.Get().FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1]) // no line: 0
		message = m[2]
	}
	if line == 0 {
		if i := bytes.IndexFunc(data, notInYAML); i >= 0 {
			d.fail(lineAt(data, i), "a control character, expected plain text")
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
	d.fail(line, "not valid YAML: %s%s", clip(message, 2*maxQuoted), hint)
}

// notInYAML is true for the characters that YAML allows nowhere, not even in comments.
func notInYAML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r < 0xA0 && r != 0x85
}

// lineAt is the line of an offset into a file, 1 for the first.
func lineAt(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }

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

// field reads the value of one key of a mapping.
type field struct {
	read     func(*yaml.Node)
	required bool
}

func required(f field) field {
	f.required = true
	return f
}

// object reads a mapping with just the given keys; what names it in errors ("statement").
func (d *decoder) object(n *yaml.Node, what string, fields map[string]field) {
	if n.Kind != yaml.MappingNode {
		d.fail(n.Line, "%s is %s, expected a mapping with the keys %s", what, kindOf(n), keyList(fields))
		return
	}
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			d.fail(key.Line, "%s has %s as a key, expected one of %s", what, kindOf(key), keyList(fields))
			continue
		}
		if first, ok := seen[key.Value]; ok {
			d.fail(key.Line, "%s has the key %q twice, first on line %d", what, clip(key.Value, maxQuoted), first)
			continue
		}
		seen[key.Value] = key.Line
		f, ok := fields[key.Value]
		if !ok {
			d.fail(key.Line, "%s has no key %q, expected one of %s", what, clip(key.Value, maxQuoted), keyList(fields))
			continue
		}
		if value.Kind == yaml.AliasNode {
			d.fail(value.Line, "%s of %s is an alias, expected the value itself: aliases are not supported", key.Value, what)
			continue
		}
		f.read(value)
	}
	var missing []string
	for name, f := range fields {
		if _, ok := seen[name]; f.required && !ok {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	for _, name := range missing {
		d.fail(n.Line, "%s lacks the key %q", what, name)
	}
}

func keyList(fields map[string]field) string {
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

// list calls read for each item of a sequence.
func (d *decoder) list(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n.Line, "%s is %s, expected a list", what, kindOf(n))
		return
	}
	if len(n.Content) > maxEntries {
		d.fail(n.Line, "%s has %d entries, expected at most %d", what, len(n.Content), maxEntries)
		return
	}
	for _, item := range n.Content {
		if item.Kind == yaml.AliasNode {
			d.fail(item.Line, "an entry of %s is an alias, expected the value itself: aliases are not supported", what)
			continue
		}
		read(item)
	}
}

// filled is a list with at least one entry.
func (d *decoder) filled(n *yaml.Node, what, entry string, read func(*yaml.Node)) {
	d.list(n, what, read)
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.fail(n.Line, "%s is empty, expected at least one %s", what, entry)
	}
}

func kindOf(n *yaml.Node) string {
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
		return "a value with the tag " + clip(tag, maxQuoted)
	}
}
