package eval

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// yamlFunctions read and write the YAML that everybody reads alike: text in ASCII, of
// mappings, sequences, texts, whole numbers, booleans and nulls. All else, such as anchors,
// tags, dates and words that are booleans to some, is left unknown.
func yamlFunctions() map[string]function.Function {
	return map[string]function.Function{
		"yamldecode": function.New(&function.Spec{
			Params: []function.Parameter{{Name: "src", Type: cty.String}},
			Type:   function.StaticReturnType(cty.DynamicPseudoType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				v, ok := decodeYAML(args[0].AsString())
				if !ok {
					return cty.NilVal, errDoubt
				}
				return v, nil
			},
		}),
		"yamlencode": function.New(&function.Spec{
			Params: []function.Parameter{anything("value")},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
				if !args[0].IsWhollyKnown() {
					return cty.UnknownVal(ty), nil
				}
				w := &yamlWriter{}
				if scalar(args[0]) || !w.value(args[0], 0, 0) {
					return cty.NilVal, errDoubt
				}
				return cty.StringVal(w.String()), nil
			},
		}),
	}
}

// maxYAMLDepth is how deeply a document nests that is read or written.
const maxYAMLDepth = 100

func decodeYAML(text string) (cty.Value, bool) {
	for i := range len(text) {
		if text[i] != '\n' && (text[i] < ' ' || text[i] > '~') {
			return cty.NilVal, false
		}
	}
	if strings.HasPrefix(text, "%") || strings.Contains(text, "\n%") || strings.Contains(text, "\n---") ||
		strings.Contains(text, "...") {
		return cty.NilVal, false // directives and several documents
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document, more yaml.Node
	if decoder.Decode(&document) != nil || !errors.Is(decoder.Decode(&more), io.EOF) || len(document.Content) != 1 {
		return cty.NilVal, false
	}
	return fromYAML(document.Content[0], 0)
}

func fromYAML(n *yaml.Node, depth int) (cty.Value, bool) {
	if depth > maxYAMLDepth || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return cty.NilVal, false
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return fromScalar(n)
	case yaml.SequenceNode:
		values := make([]cty.Value, 0, len(n.Content))
		for _, child := range n.Content {
			v, ok := fromYAML(child, depth+1)
			if !ok {
				return cty.NilVal, false
			}
			values = append(values, v)
		}
		return cty.TupleVal(values), true
	case yaml.MappingNode:
		values := make(map[string]cty.Value, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, keyOK := fromYAML(n.Content[i], depth+1)
			v, ok := fromYAML(n.Content[i+1], depth+1)
			if !ok || !keyOK || !isText(key) {
				return cty.NilVal, false
			}
			if _, twice := values[key.AsString()]; twice {
				return cty.NilVal, false
			}
			values[key.AsString()] = v
		}
		return cty.ObjectVal(values), true
	case yaml.DocumentNode, yaml.AliasNode:
	}
	return cty.NilVal, false
}

var (
	plainNumber = lazyregexp.Regexp{Expression: `^(0|-?[1-9][0-9]{0,14})$`}
	plainText   = lazyregexp.Regexp{Expression: `^[A-Za-z/_][A-Za-z0-9/_.:@+= -]*$`}
	// otherwise are words that are no texts to every reader.
	otherwise = lazyregexp.Regexp{Expression: `^(?i:y|yes|n|no|true|false|on|off|null)$`}
)

func fromScalar(n *yaml.Node) (cty.Value, bool) {
	s := n.Value
	switch {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return cty.StringVal(s), true
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		s = strings.TrimRight(s, "\n")
		if !plainText.MatchString(s) || otherwise.MatchString(s) {
			return cty.NilVal, false
		}
		return cty.StringVal(n.Value), true
	case s == "true" || s == "false":
		return cty.BoolVal(s == "true"), true
	case s == "null":
		return cty.NullVal(cty.DynamicPseudoType), true
	case plainNumber.MatchString(s):
		return precise(cty.MustParseNumberVal(s)), true
	case plainText.MatchString(s) && !otherwise.MatchString(s):
		return cty.StringVal(s), true
	}
	return cty.NilVal, false
}

// yamlWriter writes as the functions of the CLIs do: in blocks, with all texts in quotes.
type yamlWriter struct{ bytes.Buffer }

// A text is broken at its spaces where its line gets long, and a long key is written in
// another way.
const (
	maxYAMLKey    = 32
	maxYAMLText   = 32 // of one with spaces
	maxYAMLIndent = 8  // before one
)

func scalar(v cty.Value) bool { return v.IsNull() || v.Type().IsPrimitiveType() || v.LengthInt() == 0 }

// value writes a value, of which the first line has been begun. It is false for what is not
// written here.
func (w *yamlWriter) value(v cty.Value, indent, depth int) bool {
	switch {
	case depth > maxYAMLDepth:
		return false
	case scalar(v):
		if !w.scalar(v, indent) {
			return false
		}
		w.WriteByte('\n')
		return true
	}
	mapping := v.Type().IsObjectType() || v.Type().IsMapType()
	first := true
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if !first {
			w.WriteString(strings.Repeat(" ", indent))
		}
		first = false
		if !mapping {
			w.WriteString("- ")
			if !w.value(element, indent+2, depth+1) {
				return false
			}
			continue
		}
		if len(key.AsString()) > maxYAMLKey || !w.text(key.AsString(), 0) {
			return false
		}
		w.WriteByte(':')
		if !w.under(element, indent, depth) {
			return false
		}
	}
	return true
}

// under writes what a key has.
func (w *yamlWriter) under(v cty.Value, indent, depth int) bool {
	if scalar(v) {
		w.WriteByte(' ')
		return w.value(v, indent, depth+1)
	}
	if v.Type().IsObjectType() || v.Type().IsMapType() {
		indent += 2
	}
	w.WriteString("\n" + strings.Repeat(" ", indent))
	return w.value(v, indent, depth+1)
}

func (w *yamlWriter) scalar(v cty.Value, indent int) bool {
	switch ty := v.Type(); {
	case v.IsNull():
		w.WriteString("null")
	case ty == cty.Bool:
		w.WriteString(map[bool]string{true: "true", false: "false"}[v.True()])
	case ty == cty.Number:
		number := v.AsBigFloat().Text('f', -1)
		w.WriteString(number)
		return plainNumber.MatchString(number)
	case ty == cty.String:
		return w.text(v.AsString(), indent)
	case ty.IsObjectType() || ty.IsMapType():
		w.WriteString("{}")
	default:
		w.WriteString("[]")
	}
	return true
}

func (w *yamlWriter) text(s string, indent int) bool {
	w.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return false
		case c == '"' || c == '\\':
			w.WriteByte('\\')
			w.WriteByte(c)
		default:
			w.WriteByte(c)
		}
	}
	w.WriteByte('"')
	return !strings.Contains(s, " ") || len(s) <= maxYAMLText && indent <= maxYAMLIndent
}
