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
	"fmt"
	"path/filepath"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
)

// Options say what to read.
type Options struct {
	// IncludeModules follows module blocks. Without it only the root module is read.
	IncludeModules bool

	// DataDir is where init keeps its modules, as TF_DATA_DIR says it: relative to the
	// root module, or absolute. Empty means ".terraform".
	DataDir string

	// Attributes names, by resource type, the attributes and nested blocks that
	// Resource.Attributes is to hold.
	Attributes map[string][]string
}

// Configuration is what a tree of modules declares.
type Configuration struct {
	// Resources are sorted by module, file and line. The same address occurs more than
	// once where several files declare it, such as x.tf and the x.tofu that shadows it.
	Resources []Resource
}

// Resource is one resource block in one module of the tree. A module that is called
// several times yields its resources once a call.
type Resource struct {
	Address string // module.net.azurerm_subnet.this, without instance keys
	Type    string
	Name    string
	Module  string // module.net.module.dns; empty for the root module
	File    string // relative to the root module, with forward slashes
	Line    int

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
	fileBytes:   4 << 20,
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
		return nil, newError([]Problem{{Message: fmt.Sprintf("cannot read the folder %q: %s", root, boundedfile.Reason(err))}})
	}
	return &scanner{
		givenRoot: root,
		root:      abs,
		opts:      opts,
		limits:    lim,
		wanted:    bodySchemas(opts.Attributes),
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
