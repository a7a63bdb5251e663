package embedded

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Index is what a listing needs of the embedded catalogue without reading what its services
// are documented to have. It is made from the files by "go generate".
type Index struct {
	// Clouds are sorted by id.
	Clouds []catalog.Cloud
	// Definitions are sorted by id.
	Definitions []*catalog.Definition
	// Digest is that of the directory of files, see source.Digest.
	Digest string
	// Services are sorted by id.
	Services []catalog.Summary
	// Spoken lists, by cloud, the controls that a document of one of its services speaks
	// of, sorted.
	Spoken map[string][]string
	// Types are sorted by type.
	Types []catalog.TypeRule
}

// Every run reads the index, and most of what it has is texts: it is lines of cells, each
// with a character at its end that no text of a catalogue has. Read as JSON it took ten
// times as long, longer than all else that a first baseline needs.
const (
	cellEnd = "\t"
	itemEnd = "\x1f" // of an entry of a list within a cell
	partEnd = "\x1e" // of a part of such an entry
)

// The kinds of lines, by their first cell.
const (
	lineCloud      = "cloud"
	lineDefinition = "definition"
	lineDigest     = "digest"
	lineService    = "service"
	lineSpoken     = "spoken"
	lineType       = "type"
)

// cells goes over what an entry has, and either writes it to the line or reads it from
// there: one order for both.
type cells struct {
	line    strings.Builder
	rest    string // of the line that is read
	reading bool
	bad     bool // a line that ends too early, or a text that a line cannot have
}

func (c *cells) next() string {
	text, rest, found := strings.Cut(c.rest, cellEnd)
	c.rest, c.bad = rest, c.bad || !found
	return text
}

func (c *cells) write(parts ...string) {
	for _, part := range parts {
		c.bad = c.bad || strings.ContainsAny(part, cellEnd+itemEnd+partEnd+"\n")
	}
	c.line.WriteString(strings.Join(parts, partEnd))
}

func cell[T ~string](c *cells, v *T) {
	if c.reading {
		*v = T(c.next())
		return
	}
	c.write(string(*v))
	c.line.WriteString(cellEnd)
}

func (c *cells) flag(v *bool) {
	text := ""
	if *v {
		text = "x"
	}
	cell(c, &text)
	*v = text != ""
}

func (c *cells) list(v *[]string) {
	each(c, v, func(s *string) []string { return []string{*s} }, func(s *string, parts []string) { *s = parts[0] })
}

// each goes over a list: parts are what an entry is written as, and set makes one of them.
func each[T any](c *cells, v *[]T, parts func(*T) []string, set func(*T, []string)) {
	if !c.reading {
		for i := range *v {
			c.write(parts(&(*v)[i])...)
			c.line.WriteString(itemEnd)
		}
		c.line.WriteString(cellEnd)
		return
	}
	text := c.next()
	if text == "" {
		return
	}
	*v = make([]T, strings.Count(text, itemEnd))
	for i := range *v {
		item, rest, _ := strings.Cut(text, itemEnd)
		text = rest
		set(&(*v)[i], strings.Split(item, partEnd))
	}
	c.bad = c.bad || text != ""
}

func (c *cells) cloud(cloud *catalog.Cloud) {
	cell(c, &cloud.ID)
	cell(c, &cloud.Name)
	c.list(&cloud.TypePrefixes)
	c.flag(&cloud.ARMTypes)
}

func (c *cells) definition(def *catalog.Definition) {
	cell(c, &def.ID)
	cell(c, &def.Title)
	cell(c, &def.Description)
	cell(c, &def.Category)
	cell(c, &def.Polarity)
	c.list(&def.Labels)
	c.list(&def.Related)
}

// service goes over all of a summary: its lifecycle without the notices, of which a summary
// has none.
func (c *cells) service(s *catalog.Summary) {
	cell(c, &s.ID)
	cell(c, &s.Name)
	cell(c, &s.Cloud)
	c.list(&s.Categories)
	c.list(&s.FormerNames)
	c.list(&s.Aliases)
	each(c, &s.ResourceTypes, func(rt *catalog.ResourceType) []string {
		if rt.By == "" {
			return []string{rt.Type}
		}
		return []string{rt.Type, string(rt.By), rt.Value}
	}, func(rt *catalog.ResourceType, parts []string) {
		rt.Type = parts[0]
		if len(parts) == 3 {
			rt.By, rt.Value = catalog.Decider(parts[1]), parts[2]
		}
	})
	l := &s.Lifecycle
	cell(c, &l.RetiredOn)
	cell(c, &l.Successor)
	cell(c, &l.Notice)
	cell(c, &l.Source.Title)
	cell(c, &l.Source.Published)
	cell(c, &l.Source.URL)
}

func (c *cells) typeRule(rule *catalog.TypeRule) {
	cell(c, &rule.Type)
	cell(c, &rule.Chooses)
}

func (c *cells) spoken(cloud *string, controls *[]string) {
	cell(c, cloud)
	c.list(controls)
}

// Encode writes the index, one entry a line.
func (i *Index) Encode() ([]byte, error) {
	var c cells
	line := func(kind string) {
		if c.line.Len() > 0 {
			c.line.WriteByte('\n')
		}
		cell(&c, &kind)
	}
	line(lineDigest)
	cell(&c, &i.Digest)
	for n := range i.Clouds {
		line(lineCloud)
		c.cloud(&i.Clouds[n])
	}
	for _, def := range i.Definitions {
		line(lineDefinition)
		c.definition(def)
	}
	for n := range i.Services {
		line(lineService)
		c.service(&i.Services[n])
	}
	for _, cloud := range slices.Sorted(maps.Keys(i.Spoken)) {
		line(lineSpoken)
		controls := i.Spoken[cloud]
		c.spoken(&cloud, &controls)
	}
	for n := range i.Types {
		line(lineType)
		c.typeRule(&i.Types[n])
	}
	if c.bad {
		return nil, errors.New("encoding the index: a text has a tab, a line end or a control character")
	}
	return []byte(c.line.String()), nil
}

// DecodeIndex reads what Encode wrote.
func DecodeIndex(text string) (*Index, error) {
	services := strings.Count(text, "\n"+lineService+cellEnd)
	index := &Index{Spoken: map[string][]string{}, Services: make([]catalog.Summary, 0, services)}
	for line := range strings.SplitSeq(text, "\n") {
		if err := index.add(line); err != nil {
			return nil, err
		}
	}
	return index, nil
}

func (i *Index) add(line string) error {
	c := cells{rest: line, reading: true}
	switch kind := c.next(); kind {
	case lineDigest:
		cell(&c, &i.Digest)
	case lineCloud:
		i.Clouds = append(i.Clouds, catalog.Cloud{})
		c.cloud(&i.Clouds[len(i.Clouds)-1])
	case lineDefinition:
		def := &catalog.Definition{}
		c.definition(def)
		i.Definitions = append(i.Definitions, def)
	case lineService:
		i.Services = append(i.Services, catalog.Summary{})
		c.service(&i.Services[len(i.Services)-1])
	case lineSpoken:
		var cloud string
		var controls []string
		c.spoken(&cloud, &controls)
		i.Spoken[cloud] = controls
	case lineType:
		i.Types = append(i.Types, catalog.TypeRule{})
		c.typeRule(&i.Types[len(i.Types)-1])
	default:
		return fmt.Errorf("the embedded index is damaged: a line of the kind %q", kind)
	}
	if c.bad || c.rest != "" {
		return fmt.Errorf("the embedded index is damaged: the line %q", line)
	}
	return nil
}
