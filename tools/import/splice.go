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
	series     []string // of the documents that are made here
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
	b.WriteString(s.categoriesKey())
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

// categoriesKey is the key of the categories, "" for none.
func (s service) categoriesKey() string {
	if len(s.categories) == 0 {
		return ""
	}
	return fmt.Sprintf("    categories: %s\n", list(s.categories))
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

// splice puts what the facts say into a file that has more: categories, aliases,
// resource_types, lifecycle and the documents of the series made here are replaced, missing
// names added.
// All other lines, comments included, stay as they are. The remarks are for whoever
// runs the importer.
func (s service) splice(old []byte) (made []byte, remarks []string, err error) {
	file, err := readServiceFile(old)
	if err != nil {
		return nil, nil, err
	}
	if id := text(file.entry, "id"); id != s.id {
		return nil, nil, fmt.Errorf("expected the service %s, found %q", s.id, id)
	}
	missing, remarks := s.missingNames(file)
	var out strings.Builder
	out.WriteString(file.between(0, file.start(file.entry.Content[0])))
	for _, k := range file.keys() {
		part, err := s.spliceKey(file, k, missing)
		if err != nil {
			return nil, nil, err
		}
		out.WriteString(part)
	}
	if !file.has("documents") {
		return nil, nil, errors.New("the service has no documents")
	}
	made = []byte(out.String())
	if _, err := onlyService(made); err != nil {
		return nil, nil, fmt.Errorf("the new text does not parse: %w", err)
	}
	return made, remarks, nil
}

// missingNames are those of the names that the file has neither as name nor as former
// name. A remark says that the file has another name than the facts.
func (s service) missingNames(file serviceFileText) (missing, remarks []string) {
	current := text(file.entry, "name")
	listed := append([]string{current}, file.formerNames()...)
	for _, name := range append([]string{s.name.now}, s.name.former...) {
		if !slices.Contains(listed, name) {
			missing = append(missing, name)
		}
	}
	if current != s.name.now {
		remarks = append(remarks, fmt.Sprintf("the file says %q, names.csv %q; both will be found", current, s.name.now))
	}
	return missing, remarks
}

// spliceKey is what becomes of a key of the service, with what is new before it.
func (s service) spliceKey(file serviceFileText, k keyLines, missing []string) (string, error) {
	if k.key.Column != 5 {
		return "", fmt.Errorf("line %d: expected %q indented by four spaces", k.key.Line, k.key.Value)
	}
	kept := file.between(k.start, k.end)
	switch k.key.Value {
	case "aliases", "resource_types", "lifecycle":
		return "", nil
	case "categories":
		return s.categoriesKey(), nil
	case "former_names":
		if len(missing) > 0 {
			return "    former_names: " + list(append(file.formerNames(), missing...)) + "\n", nil
		}
	case "documents":
		documents, err := s.spliceDocuments(file, k)
		return s.newKeys(file, missing) + documents, err
	}
	return kept, nil
}

// newKeys are the keys that the importer owns, and those that the file lacks.
func (s service) newKeys(file serviceFileText, missing []string) string {
	var b strings.Builder
	if !file.has("categories") {
		b.WriteString(s.categoriesKey())
	}
	if len(missing) > 0 && !file.has("former_names") {
		fmt.Fprintf(&b, "    former_names: %s\n", list(missing))
	}
	b.WriteString(s.generatedKeys())
	return b.String()
}

// spliceDocuments keeps the documents of other series, and puts those made here after
// them.
func (s service) spliceDocuments(file serviceFileText, k keyLines) (string, error) {
	documents := k.value.Content
	if k.value.Kind != yaml.SequenceNode || k.value.Style&yaml.FlowStyle != 0 || len(documents) == 0 {
		return "", fmt.Errorf("line %d: expected a list of documents, one below the other", k.value.Line)
	}
	var out strings.Builder
	out.WriteString(file.between(k.start, file.start(documents[0])))
	kept := len(s.documents)
	for i, doc := range documents {
		if doc.Kind != yaml.MappingNode || doc.Column != 9 {
			return "", fmt.Errorf("line %d: expected a document indented by six spaces", doc.Line)
		}
		next := k.end
		if i+1 < len(documents) {
			next = file.start(documents[i+1])
		}
		if !slices.Contains(s.series, text(doc, "series")) {
			kept++
			out.WriteString(file.between(file.start(doc), next))
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

// serviceFileText is a file as lines, each with its end, and the one service in it.
type serviceFileText struct {
	lines []string
	entry *yaml.Node
}

// keyLines is a key of the service: lines start up to, but without, end.
type keyLines struct {
	key, value *yaml.Node
	start, end int
}

func readServiceFile(data []byte) (serviceFileText, error) {
	entry, err := onlyService(data)
	if err != nil {
		return serviceFileText{}, err
	}
	lines := strings.SplitAfter(string(data), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	} else {
		lines[last] += "\n"
	}
	return serviceFileText{lines, entry}, nil
}

// start is where a node's lines begin: comments above it are about it.
func (f serviceFileText) start(n *yaml.Node) int {
	i := n.Line - 1
	for i > 0 && isComment(f.lines[i-1]) {
		i--
	}
	return i
}

func (f serviceFileText) between(start, end int) string {
	return strings.Join(f.lines[start:end], "")
}

func (f serviceFileText) keys() []keyLines {
	var keys []keyLines
	for pair := range slices.Chunk(f.entry.Content, 2) {
		k := keyLines{key: pair[0], value: pair[1], start: f.start(pair[0]), end: len(f.lines)}
		if len(keys) > 0 {
			keys[len(keys)-1].end = k.start
		}
		keys = append(keys, k)
	}
	return keys
}

func (f serviceFileText) has(key string) bool { return value(f.entry, key) != nil }

func (f serviceFileText) formerNames() []string {
	var names []string
	if former := value(f.entry, "former_names"); former != nil {
		for _, n := range former.Content {
			names = append(names, n.Value)
		}
	}
	return names
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

// value is that of a key of a mapping, nil without it.
func value(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// text is the value of a key of a mapping, "" without it.
func text(m *yaml.Node, key string) string {
	if v := value(m, key); v != nil {
		return v.Value
	}
	return ""
}
