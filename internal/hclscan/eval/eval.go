// Package eval finds out what the arguments of declared resources are, as far as the files
// of a configuration and given root variables make it certain, and what refers to what.
//
// Its one rule is: certain or nothing. What the files do not decide stays unknown, with the
// reason: no default of a root variable counts, since it may be overridden, no branch is
// taken over a condition that is not known, and an error never selects anything. Both CLIs
// are asked: where Terraform and OpenTofu read different files, what they do not agree on
// is unknown.
//
// Values leave it only through [Instance.Argument], one argument at a time; no message
// holds one.
package eval

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Options say what is known besides the files.
type Options struct {
	// Variables are values of root variables. One that is not known counts as not given.
	Variables map[string]cty.Value
}

// limits bound what one evaluation takes, so that a configuration that multiplies ends in
// an error instead of in an exhausted machine.
type limits struct {
	work      int64 // steps, and elements and bytes of the values that they make
	size      int   // elements and bytes of one value
	instances int   // of modules and of resources
	depth     int   // of what refers to what
}

var defaultLimits = limits{work: 20_000_000, size: 250_000, instances: 20_000, depth: 4_000}

// Evaluation is a configuration with what is given. It evaluates what it is asked for and
// remembers it. It is not safe for concurrent use.
type Evaluation struct {
	worlds    []*world
	budget    *budget
	instances []*Instance
	names     map[string]*Instance
	locked    map[string]string
	declared  map[string]bool // addresses of resource blocks, without instance keys
	unread    []string        // addresses of modules
}

// world is the configuration as one CLI reads it.
type world struct {
	view      hclscan.View
	budget    *budget
	given     map[string]cty.Value
	root      *scope
	functions map[string]function.Function
	folders   map[*hclscan.Folder]*names
	known     map[any]bool            // by expression: all of its functions are in the table
	refers    map[any][]hcl.Traversal // by expression: its variables, which cost a walk
	required  map[string]span         // by provider, what the modules require of its version

	// doubts counts what was left unknown although all of its operands are known, so that
	// it may well be an error.
	doubts int
}

// New evaluates which resources a configuration declares. The error says that a limit is
// exceeded, or is a *VariableError: a variable that the root module does not declare, or
// declares sensitive or ephemeral, cannot be given, nor a value of another type than it declares.
func New(c *hclscan.Configuration, opts Options) (*Evaluation, error) {
	return newEvaluation(c, opts, defaultLimits)
}

func newEvaluation(c *hclscan.Configuration, opts Options, lim limits) (*Evaluation, error) {
	if c.Root == nil {
		return nil, errors.New("the configuration was read without its bodies")
	}
	e := &Evaluation{budget: &budget{limits: lim, work: lim.work}, names: map[string]*Instance{}, declared: map[string]bool{}}
	for _, r := range c.Resources {
		if r.Kind == hclscan.Declared {
			e.declared[r.Address] = true
		}
	}
	for _, m := range c.UnreadModules {
		e.unread = append(e.unread, m.Address)
	}
	if err := refuse(c.Root, opts.Variables); err != nil {
		return nil, err
	}
	given := make(map[string]cty.Value, len(opts.Variables))
	for name, v := range opts.Variables {
		given[name] = precise(v)
	}
	views := []hclscan.View{hclscan.Terraform}
	if differ(c.Root) {
		views = append(views, hclscan.OpenTofu)
	}
	for _, view := range views {
		w := &world{
			view: view, budget: e.budget, given: given, functions: functions(),
			folders: map[*hclscan.Folder]*names{}, known: map[any]bool{}, refers: map[any][]hcl.Traversal{},
			required: map[string]span{},
		}
		w.root = w.newScope(c.Root, nil)
		e.worlds = append(e.worlds, w)
	}
	e.locked = lockedVersions(c.Root.RootDir)
	e.list()
	return e, e.Err()
}

// Declares tells whether a resource block declares an address without instance keys, however
// many instances it has.
func (e *Evaluation) Declares(config string) bool { return e.declared[config] }

// Unread are the addresses of the modules that are called and were not read, sorted: what
// they declare nobody knows.
func (e *Evaluation) Unread() []string { return e.unread }

// precise gives numbers the precision that the CLIs read them with, and calculate in.
func precise(v cty.Value) cty.Value {
	const bits = 512
	v, err := cty.Transform(v, func(_ cty.Path, element cty.Value) (cty.Value, error) {
		if element.Type() != cty.Number || !element.IsKnown() || element.IsNull() {
			return element, nil
		}
		return cty.NumberVal(new(big.Float).SetPrec(bits).Set(element.AsBigFloat())), nil
	})
	if err != nil {
		return cty.DynamicVal
	}
	return v
}

// Err is the limit that was exceeded so far, if any. Nothing that was asked for then counts.
func (e *Evaluation) Err() error {
	if e.budget.exceeded == "" {
		return nil
	}
	return errors.New(e.budget.exceeded)
}

// differ tells whether the two CLIs read anything differently.
func differ(m *hclscan.Module) bool {
	both := hclscan.Terraform | hclscan.OpenTofu
	if m.Views != both {
		return true
	}
	for _, blocks := range [][]*hclscan.Block{m.Resources, m.Calls, m.Variables, m.Locals, m.Outputs, m.Data, m.Settings} {
		for _, b := range blocks {
			for _, p := range b.Parts {
				if p.Views != both {
					return true
				}
			}
		}
	}
	return slices.ContainsFunc(m.Children, differ)
}

// VariableError says that a variable cannot be given.
type VariableError struct {
	Name   string
	Secret bool // it is declared sensitive or ephemeral
	Unfit  bool // its value is not of the declared type; without either it is not declared
}

// Error says which variable, and what to do.
func (e *VariableError) Error() string {
	switch {
	case e.Unfit:
		return words.Sprintf("the value is none of the type that the root module declares for the variable %q: give one that is",
			e.Name)
	case e.Secret:
		return words.Sprintf("the root module declares the variable %q sensitive or ephemeral, so its value cannot be given "+
			"here, where it would be seen: leave it out", e.Name)
	}
	return words.Sprintf("the root module declares no variable %q: leave it out", e.Name)
}

// refuse says which of the given variables cannot be given.
func refuse(root *hclscan.Module, given map[string]cty.Value) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		declared := false
		for _, b := range root.Variables {
			if b.Name != name {
				continue
			}
			declared = true
			switch {
			case secret(b):
				return &VariableError{Name: name, Secret: true}
			case !fits(b, given[name]):
				return &VariableError{Name: name, Unfit: true}
			}
		}
		if !declared {
			return &VariableError{Name: name}
		}
	}
	return nil
}

// fits tells whether a value can be one of the type that a variable block declares, for each CLI.
func fits(b *hclscan.Block, v cty.Value) bool {
	if !v.IsWhollyKnown() {
		return true // and counts as not given
	}
	for _, view := range []hclscan.View{hclscan.Terraform, hclscan.OpenTofu} {
		if _, diags := newDeclaration(b.In(view)).convert(v); diags.HasErrors() {
			return false
		}
	}
	return true
}

// budget is what is left of the limits.
type budget struct {
	limits
	work      int64
	depth     int
	exceeded  string
	instances int
}

// spend takes from what is left, and tells whether that was enough.
func (b *budget) spend(n int) bool {
	if b.exceeded != "" {
		return false
	}
	if b.work -= int64(n); b.work < 0 {
		b.exceeded = "the configuration takes more work to evaluate than is spent on one"
	}
	return b.exceeded == ""
}

// admit counts instances.
func (b *budget) admit(n int) bool {
	if b.exceeded != "" {
		return false
	}
	if b.instances += n; n > b.limits.instances || b.instances > b.limits.instances {
		b.exceeded = fmt.Sprintf("the configuration declares more than %d instances of modules and resources, the most that "+
			"are evaluated", b.limits.instances)
	}
	return b.exceeded == ""
}

// Secret tells whether the root module declares a variable sensitive or ephemeral, so that
// its value cannot be given.
func (e *Evaluation) Secret(variable string) bool {
	return slices.ContainsFunc(e.worlds[0].root.m.Variables, func(b *hclscan.Block) bool {
		return b.Name == variable && secret(b)
	})
}
