package hclscan

import (
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
)

// Module is a call of a module, or the root, with what its files say. It is there for who
// evaluates: nothing in it was.
type Module struct {
	Address string // module.net.module.dns; empty for the root module
	Name    string // of the module block; empty for the root module
	Dir     string // its folder, relative to the root module, with forward slashes
	RootDir string // the folder of the root module, absolute

	// Views are the CLIs that read the call this way, which have the same source for it.
	Views View

	Call     *Block // the module block; nil for the root module
	Parent   *Module
	Children []*Module // those that were read

	*Folder
}

// Folder is what the files of a folder declare. It is shared between the calls of a
// module and must not be written to.
type Folder struct {
	Resources []*Block
	Calls     []*Block
	Variables []*Block
	Locals    []*Block // one for each value
	Outputs   []*Block
	Data      []*Block // but for those in check blocks, to which nothing else can refer
	Settings  []*Block // terraform blocks
}

// Block is a block with the override blocks that merge into it. Two blocks of one name are
// of different files, of which each CLI reads one.
type Block struct {
	Type  string // of a resource or data source; empty for everything else
	Name  string
	Parts []Part
}

// Part is a block as one file has it.
type Part struct {
	Body  hcl.Body       // nil for a local value
	Expr  hcl.Expression // of a local value
	File  string         // within the folder
	Line  int
	Views View // the CLIs that read the file

	Override bool // whether the file is an override file
}

// In gives the parts that a CLI reads, the block itself first. There is none if the CLI
// does not read the block's file.
func (b *Block) In(v View) []Part {
	if b.Parts[0].Views&v == 0 {
		return nil
	}
	var parts []Part
	for _, p := range b.Parts {
		if p.Views&v != 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// readLocals reads a locals block as a block for each value.
func readLocals(b *hcl.Block) ([]block, hcl.Diagnostics) {
	attributes, diags := b.Body.JustAttributes()
	blocks := make([]block, 0, len(attributes))
	for name, attribute := range attributes {
		blocks = append(blocks, block{
			kind: localValue, name: name, line: attribute.NameRange.Start.Line, part: Part{Expr: attribute.Expr},
		})
	}
	return blocks, diags
}

// keepBodies gives what was read of a block its body.
func keepBodies(read []block, b *hcl.Block) {
	for i := range read {
		switch read[i].kind {
		case resourceBlock, moduleBlock, variableBlock, dataBody, outputBlock, terraformBlock:
			read[i].part.Body = b.Body
		case localValue, importBlock, removedBlock, dataBlock, actionBlock:
		}
	}
}

// keep takes what the body of a declaration says into the module's folder.
func (m *module) keep(d declaration) {
	if m.folder == nil {
		m.folder = &Folder{}
	}
	kept := &Block{Type: d.typ, Name: d.name}
	for _, b := range append([]block{d.block}, d.overrides...) {
		part := b.part
		part.File, part.Line, part.Views, part.Override = b.file, b.line, b.views, b.override
		kept.Parts = append(kept.Parts, part)
	}
	var list *[]*Block
	switch d.kind {
	case resourceBlock:
		list = &m.folder.Resources
	case moduleBlock:
		list = &m.folder.Calls
	case variableBlock:
		list = &m.folder.Variables
	case localValue:
		list = &m.folder.Locals
	case outputBlock:
		list = &m.folder.Outputs
	case dataBody:
		list = &m.folder.Data
	case terraformBlock:
		list = &m.folder.Settings
	case importBlock, removedBlock, dataBlock, actionBlock: // none of these keeps its body
		return
	}
	*list = append(*list, kept)
}

// grow adds a module that was read to the tree. Its parent is there already.
func (s *scanner) grow(config *Configuration, n *node, m *module) {
	if m.folder == nil {
		m.folder = &Folder{}
	}
	n.tree = &Module{
		Address: n.address, Dir: s.display(n.dir), RootDir: s.root, Views: Terraform | OpenTofu, Folder: m.folder,
	}
	if n.parent == nil {
		config.Root = n.tree
		return
	}
	n.tree.Name, n.tree.Views, n.tree.Parent = n.call.block.name, n.call.views, n.parent.tree
	for _, b := range n.tree.Parent.Calls {
		if b.Name == n.tree.Name && b.Parts[0].File == n.call.block.file && b.Parts[0].Line == n.call.block.line {
			n.tree.Call = b
		}
	}
	n.parent.tree.Children = append(n.parent.tree.Children, n.tree)
}

// Place is where a part of the module's files is, relative to the root module.
func (m *Module) Place(p Part) string {
	return filepath.ToSlash(filepath.Join(filepath.FromSlash(m.Dir), p.File))
}
