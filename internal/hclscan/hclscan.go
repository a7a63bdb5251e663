// Package hclscan reads which resources a Terraform or OpenTofu configuration declares,
// and where: the root module and the modules that its module blocks call, as the CLI
// lays them out.
//
// It parses files and evaluates nothing: a resource counts as declared whatever its
// count or for_each, and only attributes written as literals have a value. It knows no
// catalogue and no provider, touches no network, and fails closed: a configuration that
// cannot be read as a whole gives an error and no resources.
package hclscan

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Options say what to read.
type Options struct {
	// IncludeModules follows module blocks. Without it only the root module is read, and
	// the modules that it calls are among the unread ones.
	IncludeModules bool

	// AllowMissing leaves a module unread that is not installed, which else is an error.
	AllowMissing bool

	// DataDir is where init keeps its modules, as TF_DATA_DIR says it: relative to the
	// root module, or absolute. Empty means ".terraform".
	DataDir string

	// Attributes names, by resource type, the attributes and nested blocks that
	// Resource.Attributes is to hold.
	Attributes map[string][]string

	// DataSources are the types of data blocks to list.
	DataSources []string

	// Bodies keeps what the files say, for who evaluates it, in Configuration.Root. It
	// takes ten times the files' size of memory.
	Bodies bool
}

// Configuration is what a tree of modules declares.
type Configuration struct {
	// Resources are sorted by module, file and line. The same address occurs more than
	// once where several files declare it, such as x.tf and the x.tofu that shadows it.
	Resources []Resource

	// Programs are the blocks besides those of resources that run something of their own
	// choice: actions, data sources of Options.DataSources, and removed blocks with
	// provisioners. They are sorted likewise.
	Programs []Resource

	// UnreadModules are sorted by address, file and line.
	UnreadModules []UnreadModule

	// Root is the tree of modules with their bodies, with Options.Bodies.
	Root *Module
}

// UnreadModule is a module that is called and was not read, with all that it calls.
type UnreadModule struct {
	Address string // module.net.module.dns
	Source  string // without what can be a credential; empty if it is not a literal
	File    string // where it is called: relative to the root module, with forward slashes
	Line    int
	Reason  string // why it was not read
}

// Kind is what kind of block a Resource is.
type Kind uint8

const (
	// Declared is a resource block.
	Declared Kind = iota

	// Imported is an import block whose target no resource block declares: with
	// -generate-config-out the CLI writes one while it plans.
	Imported

	// Removed is a removed block with provisioners.
	Removed

	// Data is a data block, also one within a check block.
	Data

	// Action is an action block.
	Action
)

// Resource is one block in one module of the tree. A module that is called several times
// yields its resources once a call.
type Resource struct {
	Kind    Kind
	Address string // module.net.azurerm_subnet.this, without instance keys
	Type    string
	Name    string
	Module  string // module.net.module.dns; empty for the root module
	File    string // relative to the root module, with forward slashes
	Line    int

	// Provisioners are the types of the block's provisioners, sorted.
	Provisioners []string

	// Attributes holds those of Options.Attributes that the block sets. It is shared
	// between the calls of a module and must not be written to.
	Attributes map[string]Attribute
}

// Attribute is an argument or a nested block. The zero value stands for one that is
// absent or null.
type Attribute struct {
	Set bool

	// Literal says that the files alone decide: the argument is written as a literal,
	// or the nested block is certainly there. It is false for any other expression, for
	// a dynamic block, and where Terraform and OpenTofu read different values.
	Literal bool

	// Value is the literal: a string as it is, a boolean as true or false, a whole
	// number in digits. It is empty for a nested block.
	Value string

	// Prefix is how a string that is not a literal starts, whatever is interpolated:
	// "Microsoft.X/y@" of "Microsoft.X/y@${local.version}".
	Prefix string

	// Reference is the resource block of the same module of which the value is an
	// attribute, if the expression is that and nothing more: "azapi_resource.a" of
	// azapi_resource.a[0].id.
	Reference string
}

// limits bound what one scan reads, so that a folder full of something else, or modules
// that multiply, end in an error instead of in an exhausted machine.
type limits struct {
	fileBytes   int64
	totalBytes  int64
	files       int
	moduleCalls int
	depth       int
	resources   int
}

var defaultLimits = limits{
	fileBytes:   16 << 20, // HCL takes a hundred times a JSON file's size of memory
	totalBytes:  256 << 20,
	files:       20_000,
	moduleCalls: 10_000,
	depth:       64,
	resources:   200_000,
}

// Scan reads the configuration whose root module is the folder root. The error, if any,
// is an *Error. A folder without configuration files is an error too: a plan that is
// applied where its files are missing must not read as one that chooses nothing.
func Scan(root string, opts Options) (*Configuration, error) {
	s, err := newScanner(root, opts, defaultLimits)
	if err != nil {
		return nil, err
	}
	return s.scan()
}

func newScanner(root string, opts Options, lim limits) (*scanner, error) {
	// Free of symbolic links, as the folder that the CLI runs in is to the system when
	// it opens "../x" from there.
	abs, err := filepath.Abs(root)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return nil, newError([]Problem{{Message: words.Sprintf("cannot read the folder %q: %s", root, boundedfile.Reason(err))}})
	}
	return &scanner{
		givenRoot: root,
		root:      abs,
		opts:      opts,
		limits:    lim,
		wanted:    newWanted(opts),
		modules:   map[string]*module{},
		canonical: map[string]string{},
	}, nil
}

func sortResources(resources []Resource) {
	slices.SortFunc(resources, func(a, b Resource) int {
		return cmp.Or(
			cmp.Compare(a.Module, b.Module),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Address, b.Address),
		)
	})
}

// sortUnread also leaves out what x.tf and x.tofu say alike.
func sortUnread(modules []UnreadModule) []UnreadModule {
	slices.SortFunc(modules, func(a, b UnreadModule) int {
		return cmp.Or(
			cmp.Compare(a.Address, b.Address),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Reason, b.Reason),
		)
	})
	return slices.Compact(modules)
}
