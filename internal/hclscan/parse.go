package hclscan

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// blockKind is which kind of block one is.
type blockKind uint8

const (
	resourceBlock blockKind = iota
	moduleBlock
	variableBlock
	localValue // one argument of a locals block
	dataBody   // with Options.Bodies: a data block that who evaluates may look at
	outputBlock
	importBlock
	removedBlock // with a provisioner that runs a program
	dataBlock    // of a type in Options.DataSources
	actionBlock
	terraformBlock
)

// block is a block as one file has it.
type block struct {
	kind     blockKind
	typ      string // of what is declared, imported or removed; empty for modules and variables
	name     string
	within   string // the modules, from the file's own, in which an import has its target: module.a
	file     string // within the module's folder
	line     int
	override bool
	views    View

	// attributes holds what the block says of the wanted ones, null included: in an
	// override file a null takes the original's value away.
	attributes map[string]Attribute

	// arguments are the input variables that a module block sets.
	arguments map[string]bool

	provisioners []string // their types, in the order of the file

	part Part // with Options.Bodies
}

// wanted is what is read besides types and names.
type wanted struct {
	resources   map[string]*hcl.BodySchema
	dataSources map[string]bool
	bodies      bool
}

func newWanted(opts Options) wanted {
	w := wanted{
		resources:   bodySchemas(opts.Attributes),
		dataSources: make(map[string]bool, len(opts.DataSources)),
		bodies:      opts.Bodies,
	}
	for _, typ := range opts.DataSources {
		w.dataSources[typ] = true
	}
	return w
}

// rootSchema is all that is read of a file. The other blocks (ephemeral, moved, output,
// provider, terraform, …) choose nothing.
var rootSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "resource", LabelNames: []string{"type", "name"}},
	{Type: "module", LabelNames: []string{"name"}},
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "import"},
	{Type: "removed"},
	{Type: "data", LabelNames: []string{"type", "name"}},
	{Type: "check", LabelNames: []string{"name"}},
	{Type: "action", LabelNames: []string{"type", "name"}},
}}

// fullSchema is what is read where bodies are kept.
var fullSchema = &hcl.BodySchema{Blocks: append([]hcl.BlockHeaderSchema{
	{Type: "locals"},
	{Type: "output", LabelNames: []string{"name"}},
	{Type: "terraform"},
}, rootSchema.Blocks...)}

var (
	moduleSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "source"}, {Name: "version"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "_"}}, // OpenTofu: arguments whatever their names
	}
	variableSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "default"}}}
	importSchema   = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "to", Required: true}}}
	removedSchema  = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "from"}},
		Blocks:     []hcl.BlockHeaderSchema{provisionerSchema},
	}
	checkSchema       = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "data", LabelNames: []string{"type", "name"}}}}
	provisionerOnly   = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{provisionerSchema}}
	anyBody           = &hcl.BodySchema{}
	metaArguments     = []string{"source", "version", "count", "for_each", "depends_on", "providers", "lifecycle", "locals", "_"}
	provisionerSchema = hcl.BlockHeaderSchema{Type: "provisioner", LabelNames: []string{"type"}}
)

// bodySchemas gives, by resource type, what is read of a resource block: each name as an
// argument, a nested block, or a dynamic block; and the provisioners. (In JSON, where the
// first two look alike, HCL returns either as an argument.)
func bodySchemas(attributes map[string][]string) map[string]*hcl.BodySchema {
	schemas := make(map[string]*hcl.BodySchema, len(attributes))
	for typ, names := range attributes {
		schema := &hcl.BodySchema{
			Blocks: []hcl.BlockHeaderSchema{{Type: "dynamic", LabelNames: []string{"type"}}, provisionerSchema},
		}
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

func parseSource(f sourceFile, src []byte, w wanted) (blocks []block, problems []Problem) {
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
		if hasByteOrderMark(src) {
			return nil, []Problem{{File: f.display, Line: 1, Message: markedJSON}}
		}
		tooDeep = nestedTooDeepJSON
		parse = func() (*hcl.File, hcl.Diagnostics) { return json.Parse(src, f.name) }
	}
	if tooDeep(src) {
		message := fmt.Sprintf("is nested deeper than %d levels, the most that are read", maxNesting)
		return nil, []Problem{{File: f.display, Message: message}}
	}
	parsed, diags := parse()
	if diags.HasErrors() {
		if f.json {
			diags = diags[:1] // HCL goes on to complain of the root value that is missing
		}
		return nil, fromDiagnostics(f.display, diags)
	}
	schema := rootSchema
	if w.bodies {
		schema = fullSchema
	}
	content, _, diags := parsed.Body.PartialContent(schema)
	for _, b := range content.Blocks {
		read, moreDiags := w.readBlock(b)
		diags = append(diags, moreDiags...)
		if w.bodies {
			keepBodies(read, b)
		}
		for _, r := range read {
			r.file, r.override, r.views = f.name, f.override, f.views
			blocks = append(blocks, r)
		}
	}
	if diags.HasErrors() {
		return nil, fromDiagnostics(f.display, diags)
	}
	return blocks, nil
}

// markedJSON is what is wrong with JSON that has a byte order mark. In HCL's native syntax
// the CLIs skip one, in JSON they fail, and so does this package.
const markedJSON = "begins with a byte order mark, with which neither Terraform nor OpenTofu reads JSON: " +
	"save it as UTF-8 without one"

func hasByteOrderMark(src []byte) bool { return bytes.HasPrefix(src, []byte(plaintext.ByteOrderMark)) }

// readBlock reads a block of a file: none or one, or those in a check block.
func (w wanted) readBlock(b *hcl.Block) ([]block, hcl.Diagnostics) {
	switch b.Type {
	case "resource":
		return w.readResource(b)
	case "module":
		return readModule(b)
	case "variable":
		read, content, diags := readLabels(b, variableBlock, variableSchema)
		read.attributes = literals(content)
		return []block{read}, diags
	case "import":
		return readImport(b)
	case "removed":
		return readRemoved(b)
	case "data":
		read, diags := w.readData(b)
		if w.bodies {
			read = append(read, block{kind: dataBody, line: b.DefRange.Start.Line, typ: b.Labels[0], name: b.Labels[1]})
		}
		return read, diags
	case "action":
		read, _, diags := readLabels(b, actionBlock, anyBody)
		return []block{read}, diags
	case "locals":
		return readLocals(b)
	case "output":
		read, _, diags := readLabels(b, outputBlock, anyBody)
		return []block{read}, diags
	case "terraform":
		return []block{{kind: terraformBlock, line: b.DefRange.Start.Line}}, nil
	}
	content, _, diags := b.Body.PartialContent(checkSchema)
	var all []block
	for _, nested := range content.Blocks {
		read, moreDiags := w.readData(nested)
		all, diags = append(all, read...), append(diags, moreDiags...)
	}
	return all, diags
}

// readLabels starts on a block whose last label is its name and whose first, if there are
// two, its type.
func readLabels(b *hcl.Block, kind blockKind, schema *hcl.BodySchema) (block, *hcl.BodyContent, hcl.Diagnostics) {
	read := block{kind: kind, line: b.DefRange.Start.Line, name: b.Labels[len(b.Labels)-1]}
	if len(b.Labels) > 1 {
		read.typ = b.Labels[0]
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
	content, _, moreDiags := b.Body.PartialContent(schema)
	return read, content, append(diags, moreDiags...)
}

func literals(content *hcl.BodyContent) map[string]Attribute {
	values := make(map[string]Attribute, len(content.Attributes))
	for name, attribute := range content.Attributes {
		values[name] = literal(attribute.Expr)
	}
	return values
}

func (w wanted) readResource(b *hcl.Block) ([]block, hcl.Diagnostics) {
	schema := w.resources[b.Labels[0]]
	attributes := schema != nil
	if !attributes {
		schema = provisionerOnly
	}
	read, content, diags := readLabels(b, resourceBlock, schema)
	read.provisioners = provisioners(content)
	if !attributes {
		return []block{read}, diags
	}
	read.attributes = make(map[string]Attribute, len(content.Attributes))
	for _, nested := range content.Blocks {
		switch nested.Type {
		case "provisioner":
		case "dynamic":
			if _, certain := read.attributes[nested.Labels[0]]; !certain {
				read.attributes[nested.Labels[0]] = Attribute{Set: true}
			}
		default:
			read.attributes[nested.Type] = Attribute{Set: true, Literal: true}
		}
	}
	for name, value := range literals(content) {
		read.attributes[name] = value
	}
	return []block{read}, diags
}

func provisioners(content *hcl.BodyContent) []string {
	var types []string
	for _, nested := range content.Blocks {
		if nested.Type == "provisioner" {
			types = append(types, nested.Labels[0])
		}
	}
	return types
}

func readModule(b *hcl.Block) ([]block, hcl.Diagnostics) {
	read, content, diags := readLabels(b, moduleBlock, moduleSchema)
	read.attributes = literals(content)
	read.arguments = map[string]bool{}
	// The diagnostics are about blocks, which the CLIs judge.
	attributes, _ := b.Body.JustAttributes()
	for name := range attributes {
		if !slices.Contains(metaArguments, name) {
			read.arguments[name] = true
		}
	}
	for _, escaped := range content.Blocks {
		attributes, _ := escaped.Body.JustAttributes()
		for name := range attributes {
			read.arguments[name] = true
		}
	}
	return []block{read}, diags
}

func readImport(b *hcl.Block) ([]block, hcl.Diagnostics) {
	read := block{kind: importBlock, line: b.DefRange.Start.Line}
	content, _, diags := b.Body.PartialContent(importSchema)
	to, ok := content.Attributes["to"]
	if !ok {
		return nil, diags
	}
	if read.within, read.typ, read.name, ok = target(to.Expr); !ok {
		return nil, append(diags, invalidTarget(to, "import"))
	}
	return []block{read}, diags
}

// readRemoved reads a removed block that runs a program: others choose nothing.
func readRemoved(b *hcl.Block) ([]block, hcl.Diagnostics) {
	read := block{kind: removedBlock, line: b.DefRange.Start.Line}
	content, _, diags := b.Body.PartialContent(removedSchema)
	read.provisioners = provisioners(content)
	from, ok := content.Attributes["from"]
	if !ok || len(read.provisioners) == 0 {
		return nil, diags
	}
	if read.within, read.typ, read.name, ok = target(from.Expr); !ok {
		return nil, append(diags, invalidTarget(from, "removed"))
	}
	return []block{read}, diags
}

func invalidTarget(attribute *hcl.Attribute, blockType string) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Invalid address",
		Detail: words.Sprintf("The %q of this %s block is not the address of a resource, such as aws_s3_bucket.logs or "+
			"module.logs.aws_s3_bucket.this[\"eu\"].", attribute.Name, blockType),
		Subject: attribute.Expr.Range().Ptr(),
	}
}

func (w wanted) readData(b *hcl.Block) ([]block, hcl.Diagnostics) {
	if !w.dataSources[b.Labels[0]] {
		return nil, nil
	}
	read, _, diags := readLabels(b, dataBlock, anyBody)
	return []block{read}, diags
}
