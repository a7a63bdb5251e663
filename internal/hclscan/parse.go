package hclscan

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
)

// block is a resource or module block as one file has it.
type block struct {
	typ      string // the resource type; empty for a module block
	name     string
	file     string // within the module's folder
	line     int
	override bool
	views    view

	// attributes holds what the block says of the wanted ones, null included: in an
	// override file a null takes the original's value away.
	attributes map[string]Attribute
}

// rootSchema is all that is read of a file. The other blocks (data, ephemeral, moved,
// removed, import, check, provider, terraform, …) choose nothing.
var rootSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "resource", LabelNames: []string{"type", "name"}},
	{Type: "module", LabelNames: []string{"name"}},
}}

var moduleSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}}}

// bodySchemas gives, by resource type, what is read of a resource block: each name as an
// argument, a nested block, or a dynamic block. (In JSON, where the first two look alike,
// HCL returns either as an argument.)
func bodySchemas(attributes map[string][]string) map[string]*hcl.BodySchema {
	schemas := make(map[string]*hcl.BodySchema, len(attributes))
	for typ, names := range attributes {
		schema := &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "dynamic", LabelNames: []string{"type"}}}}
		for _, name := range names {
			schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: name})
			schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: name})
		}
		schemas[typ] = schema
	}
	return schemas
}

// parseFile reads one file. It is called concurrently and touches nothing of the scanner.
func (s *scanner) parseFile(f sourceFile) (blocks []block, problems []Problem) {
	src, err := s.read(f.path)
	if err != nil {
		return nil, []Problem{{File: f.display, Message: err.Error()}}
	}
	return parseSource(f, src, s.wanted)
}

func parseSource(f sourceFile, src []byte, wanted map[string]*hcl.BodySchema) (blocks []block, problems []Problem) {
	// A panic here would take the whole provider down, on a goroutine that nobody
	// recovers, for the sake of one odd file.
	defer func() {
		if p := recover(); p != nil {
			blocks, problems = nil, []Problem{{File: f.display, Message: fmt.Sprintf("cannot be parsed: %v", p)}}
		}
	}()

	tooDeep := nestedTooDeep
	parse := func() (*hcl.File, hcl.Diagnostics) { return hclsyntax.ParseConfig(src, f.name, hcl.InitialPos) }
	if f.json {
		tooDeep = nestedTooDeepJSON
		parse = func() (*hcl.File, hcl.Diagnostics) { return json.Parse(src, f.name) }
	}
	if tooDeep(src) {
		return nil, []Problem{{File: f.display, Message: fmt.Sprintf("is nested deeper than %d levels, the most that are read", maxNesting)}}
	}
	parsed, diags := parse()
	if diags.HasErrors() {
		if f.json {
			diags = diags[:1] // HCL goes on to complain of the root value that is missing
		}
		return nil, fromDiagnostics(f.display, diags)
	}
	content, _, diags := parsed.Body.PartialContent(rootSchema)
	for _, b := range content.Blocks {
		read, moreDiags := readBlock(b, wanted)
		diags = append(diags, moreDiags...)
		read.file, read.override, read.views = f.name, f.override, f.views
		blocks = append(blocks, read)
	}
	if diags.HasErrors() {
		return nil, fromDiagnostics(f.display, diags)
	}
	return blocks, nil
}

func readBlock(b *hcl.Block, wanted map[string]*hcl.BodySchema) (block, hcl.Diagnostics) {
	read := block{line: b.DefRange.Start.Line, name: b.Labels[len(b.Labels)-1]}
	schema := moduleSchema
	if b.Type == "resource" {
		read.typ = b.Labels[0]
		schema = wanted[read.typ]
	}
	var diags hcl.Diagnostics
	for i, label := range b.Labels {
		// The CLIs refuse these too. Here it is for addresses that say what they seem to.
		if !hclsyntax.ValidIdentifier(label) {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Invalid name",
				Detail:   fmt.Sprintf("The label %.100q of a %s block is not a valid identifier.", label, b.Type),
				Subject:  b.LabelRanges[i].Ptr(),
			})
		}
	}
	if schema == nil {
		return read, diags
	}

	content, _, moreDiags := b.Body.PartialContent(schema)
	diags = append(diags, moreDiags...)
	read.attributes = make(map[string]Attribute, len(content.Attributes))
	for _, nested := range content.Blocks {
		if nested.Type != "dynamic" {
			read.attributes[nested.Type] = Attribute{Set: true, Literal: true}
		} else if _, certain := read.attributes[nested.Labels[0]]; !certain {
			read.attributes[nested.Labels[0]] = Attribute{Set: true}
		}
	}
	for name, attribute := range content.Attributes {
		read.attributes[name] = literal(attribute.Expr)
	}
	return read, diags
}
