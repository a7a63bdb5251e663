package strict

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// json reads a JSON document as the nodes that YAML would give. JSON is nearly YAML, but
// not quite: a YAML parser refuses "\ud83d\ude00", which is how many programs write
// what lies beyond the basic plane.
func (r *Reader) json(data []byte) *Node {
	var whole json.RawMessage // its check knows the place of an error, and bounds the depth
	if err := json.Unmarshal(data, &whole); err != nil {
		line := 0
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line = lineAt(data, max(0, min(int(syntax.Offset)-1, len(data))))
		}
		r.Fail(line, "not valid JSON: %s", err)
		return nil
	}
	nodes := &jsonReader{data: data, line: 1, dec: json.NewDecoder(bytes.NewReader(data))}
	nodes.dec.UseNumber()
	n, err := nodes.node()
	if err != nil {
		r.Fail(nodes.line, "not valid JSON: %s", err)
		return nil
	}
	return n
}

// jsonReader turns tokens into nodes, and keeps count of lines.
type jsonReader struct {
	dec    *json.Decoder
	data   []byte
	offset int // up to which lines are counted
	line   int
}

func (r *jsonReader) node() (*Node, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	end := int(r.dec.InputOffset()) // no token spans lines
	r.line += lineEnds(r.data[r.offset:end])
	r.offset = end
	n := &Node{Kind: yaml.ScalarNode, Line: r.line}
	switch v := token.(type) {
	case json.Delim:
		n.Kind = yaml.SequenceNode
		if v == '{' {
			n.Kind = yaml.MappingNode
		}
		for r.dec.More() {
			item, err := r.node()
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		_, err = r.dec.Token() // the closing bracket
	case string:
		n.Tag, n.Value = "!!str", v
	case json.Number:
		n.Tag, n.Value = "!!float", v.String()
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(v)
	default:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, err
}
