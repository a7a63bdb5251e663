package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// service is what the facts say about a service.
type service struct {
	id, cloud  string
	series     string // of the documents that are made here
	name       names
	aliases    []string
	categories []string
	types      []resourceType
	life       *lifecycle
	documents  []document
}

// file is the whole file of a service of which nobody wrote anything by hand.
func (s service) file() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "services:\n  - id: %s\n    name: %s\n    cloud: %s\n", s.id, quote(s.name.now), s.cloud)
	if len(s.categories) > 0 {
		fmt.Fprintf(&b, "    categories: %s\n", list(s.categories))
	}
	if len(s.name.former) > 0 {
		fmt.Fprintf(&b, "    former_names: %s\n", list(s.name.former))
	}
	b.WriteString(s.generatedKeys())
	b.WriteString("    documents:\n")
	for _, doc := range s.documents {
		b.WriteString(doc.yaml())
	}
	return []byte(b.String())
}

// generatedKeys are the keys that belong to the importer as a whole.
func (s service) generatedKeys() string {
	var b strings.Builder
	if len(s.aliases) > 0 {
		fmt.Fprintf(&b, "    aliases: %s\n", list(s.aliases))
	}
	if len(s.types) > 0 {
		b.WriteString("    resource_types:\n")
		for _, t := range s.types {
			fmt.Fprintf(&b, "      - %s\n", t.yaml())
		}
	}
	if s.life != nil {
		b.WriteString(s.life.yaml())
	}
	return b.String()
}

// splice puts what the facts say into a file that has more: aliases, resource_types,
// lifecycle and the documents of the series made here are replaced, missing names and
// categories added.
// All other lines, comments included, stay as they are. The remarks are for whoever
// runs the importer.
func (s service) splice(old []byte) (made []byte, remarks []string, err error) {
	entry, err := onlyService(old)
	if err != nil {
		return nil, nil, err
	}
	lines := strings.SplitAfter(string(old), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	} else {
		lines[last] += "\n"
	}
	// start is where a node's lines begin: comments above it are about it.
	start := func(n *yaml.Node) int {
		i := n.Line - 1
		for i > 0 && isComment(lines[i-1]) {
			i--
		}
		return i
	}

	var out strings.Builder
	out.WriteString(strings.Join(lines[:start(entry.Content[0])], ""))
	has := map[string]bool{}
	var current string
	var listed []string // present and former names in the file
	for i := 0; i < len(entry.Content); i += 2 {
		key, value := entry.Content[i], entry.Content[i+1]
		has[key.Value] = true
		switch key.Value {
		case "id":
			if value.Value != s.id {
				return nil, nil, fmt.Errorf("expected the service %s, found %s", s.id, value.Value)
			}
		case "name":
			current = value.Value
			listed = append(listed, value.Value)
		case "former_names":
			for _, n := range value.Content {
				listed = append(listed, n.Value)
			}
		}
	}
	var missing []string
	for _, name := range append([]string{s.name.now}, s.name.former...) {
		if !slices.Contains(listed, name) {
			missing = append(missing, name)
		}
	}
	if current != s.name.now {
		remarks = append(remarks, fmt.Sprintf("the file says %q, names.csv %q; both will be found", current, s.name.now))
	}

	for i := 0; i < len(entry.Content); i += 2 {
		key, value := entry.Content[i], entry.Content[i+1]
		if i > 0 && key.Column != 5 {
			return nil, nil, fmt.Errorf("line %d: expected %q indented by four spaces", key.Line, key.Value)
		}
		end := len(lines)
		if i+2 < len(entry.Content) {
			end = start(entry.Content[i+2])
		}
		chunk := strings.Join(lines[start(key):end], "")
		switch key.Value {
		case "aliases", "resource_types", "lifecycle":
			continue
		case "former_names":
			if len(missing) > 0 {
				var former []string
				for _, n := range value.Content {
					former = append(former, n.Value)
				}
				chunk = "    former_names: " + list(append(former, missing...)) + "\n"
			}
		case "documents":
			if len(s.categories) > 0 && !has["categories"] {
				fmt.Fprintf(&out, "    categories: %s\n", list(s.categories))
			}
			if len(missing) > 0 && !has["former_names"] {
				fmt.Fprintf(&out, "    former_names: %s\n", list(missing))
			}
			out.WriteString(s.generatedKeys())
			if chunk, err = s.spliceDocuments(lines, start, key, value, end); err != nil {
				return nil, nil, err
			}
		}
		out.WriteString(chunk)
	}
	made = []byte(out.String())
	if !has["documents"] {
		return nil, nil, errors.New("the service has no documents")
	}
	if _, err := onlyService(made); err != nil {
		return nil, nil, fmt.Errorf("the new text does not parse: %w", err)
	}
	return made, remarks, nil
}

// spliceDocuments keeps the documents of other series, and puts those made here after
// them.
func (s service) spliceDocuments(lines []string, start func(*yaml.Node) int, key, value *yaml.Node, end int) (string, error) {
	if value.Kind != yaml.SequenceNode || value.Style&yaml.FlowStyle != 0 || len(value.Content) == 0 {
		return "", fmt.Errorf("line %d: expected a list of documents, one below the other", value.Line)
	}
	var out strings.Builder
	out.WriteString(strings.Join(lines[start(key):start(value.Content[0])], ""))
	kept := len(s.documents)
	for i, doc := range value.Content {
		if doc.Kind != yaml.MappingNode || doc.Column != 9 {
			return "", fmt.Errorf("line %d: expected a document indented by six spaces", doc.Line)
		}
		next := end
		if i+1 < len(value.Content) {
			next = start(value.Content[i+1])
		}
		if text(doc, "series") != s.series {
			kept++
			out.WriteString(strings.Join(lines[start(doc):next], ""))
		}
	}
	if kept == 0 {
		return "", errors.New("no document is left: delete the file, or its row of names.csv")
	}
	for _, doc := range s.documents {
		out.WriteString(doc.yaml())
	}
	return out.String(), nil
}

// onlyService parses a file and returns the one service in it.
func onlyService(data []byte) (*yaml.Node, error) {
	var root yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&root); err != nil {
		return nil, err
	}
	file := root.Content[0]
	if file.Kind != yaml.MappingNode || len(file.Content) != 2 || file.Content[0].Value != "services" {
		return nil, errors.New(`expected "services" and nothing else`)
	}
	entries := file.Content[1]
	if entries.Kind != yaml.SequenceNode || len(entries.Content) != 1 || entries.Content[0].Kind != yaml.MappingNode ||
		(entries.Style|entries.Content[0].Style)&yaml.FlowStyle != 0 || len(entries.Content[0].Content) == 0 {
		return nil, errors.New("expected one service, a key a line")
	}
	return entries.Content[0], nil
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}

// text is the value of a key of a mapping, "" without it.
func text(m *yaml.Node, key string) string {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1].Value
		}
	}
	return ""
}
