package hclscan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// scanner walks a tree of modules, level by level, so that the files of a level can be
// parsed side by side.
type scanner struct {
	givenRoot string // as the caller wrote it
	root      string // absolute
	opts      Options
	limits    limits
	wanted    wanted

	modules   map[string]*module // by folder, free of symbolic links: each is parsed once
	canonical map[string]string  // by folder as called: the same free of symbolic links
	manifest  *manifest          // once a call needs it

	files    int
	bytes    int64
	calls    int
	unread   []UnreadModule
	problems []Problem
}

// node is a module in the tree: one call of it, or the root.
type node struct {
	parent    *node
	address   string // module.a.module.b
	key       string // a.b, as modules.json has it
	depth     int
	dir       string // what the paths of its own calls start from
	canonical string // the same free of symbolic links; empty if it cannot be read
	installed bool   // by init, rather than found by a local path
	call      call
	place     Problem // where it is called, without a message
	tree      *Module // with Options.Bodies
}

func (s *scanner) scan() (*Configuration, error) {
	config := &Configuration{}
	for level := []*node{{dir: s.root}}; len(level) > 0; {
		folders, limit := s.open(level)
		if limit != nil {
			return nil, s.newError(append(s.problems, *limit))
		}
		s.parse(folders)

		var next []*node
		for _, n := range level {
			m := s.modules[n.canonical]
			if m == nil || m.broken {
				continue // what was not read calls nothing: no errors that follow from errors
			}
			if n.installed {
				if why := n.call.misfit(m); why != "" {
					s.missing(n, "it is another version than the call is for: "+why)
					continue
				}
			}
			if len(config.Resources)+len(config.Programs)+len(m.resources)+len(m.others) > s.limits.resources {
				return nil, s.newError(append(s.problems, Problem{Message: fmt.Sprintf(
					"the configuration declares more than %d resources, the most that are listed", s.limits.resources)}))
			}
			s.appendResources(config, n, m)
			if s.opts.Bodies {
				s.grow(config, n, m)
			}
			if next, limit = s.appendCalls(next, n, m); limit != nil {
				return nil, s.newError(append(s.problems, *limit))
			}
		}
		level = next
	}
	if len(s.problems) > 0 {
		return nil, s.newError(s.problems)
	}
	sortResources(config.Resources)
	sortResources(config.Programs)
	config.Resources = dropDeclared(config.Resources)
	config.UnreadModules = sortUnread(s.unread)
	return config, nil
}

func (s *scanner) appendResources(config *Configuration, n *node, m *module) {
	files := map[string]string{}
	for _, d := range slices.Concat(m.resources, m.others) {
		if files[d.file] == "" {
			files[d.file] = s.display(filepath.Join(n.dir, d.file))
		}
		module := joined(n.address, d.within)
		kind, mode := d.kind.outward()
		r := Resource{
			Kind:         kind,
			Address:      joined(module, mode+d.typ+"."+d.name),
			Type:         d.typ,
			Name:         d.name,
			Module:       module,
			File:         files[d.file],
			Line:         d.line,
			Provisioners: d.provisioners,
			Attributes:   d.attributes,
		}
		if kind == Declared || kind == Imported {
			config.Resources = append(config.Resources, r)
		} else {
			config.Programs = append(config.Programs, r)
		}
	}
}

// dropDeclared leaves out imports of what a resource block declares, and all but the
// first of one address: instances may be imported one by one.
func dropDeclared(resources []Resource) []Resource {
	known := map[string]bool{}
	for _, r := range resources {
		if r.Kind == Declared {
			known[r.Address] = true
		}
	}
	return slices.DeleteFunc(resources, func(r Resource) bool {
		if r.Kind != Imported {
			return false
		}
		drop := known[r.Address]
		known[r.Address] = true
		return drop
	})
}

// open finds the folders of a level that no earlier one had.
func (s *scanner) open(level []*node) (folders []*folder, limit *Problem) {
	for _, n := range level {
		canonical, err := s.resolveLinks(n.dir)
		if err != nil {
			s.reportUnreadable(n, err)
			continue
		}
		if n.within(canonical) {
			s.problems = append(s.problems, n.problem(
				"%s calls itself: its folder %q is that of a module it is called from", n.address, s.display(n.dir)))
			continue
		}
		n.canonical = canonical
		if !n.installed {
			n.dir = canonical // init resolves the links of local modules, and only of those
		}
		if known := s.modules[canonical]; known != nil {
			if known.empty && n.installed && s.opts.AllowMissing {
				s.reportEmpty(n) // an error is said once, not once a call
			}
			continue
		}
		m := &module{broken: true}
		s.modules[canonical] = m

		entries, err := os.ReadDir(n.dir)
		if err != nil {
			s.reportUnreadable(n, err)
			continue
		}
		files, problems, limit := s.list(n.dir, entries)
		if limit != nil {
			return nil, limit
		}
		s.problems = append(s.problems, problems...)
		if len(files)+len(problems) == 0 {
			m.empty = true
			s.reportEmpty(n)
			continue
		}
		m.broken = len(problems) > 0
		folders = append(folders, &folder{module: m, files: files})
	}
	return folders, nil
}

func (s *scanner) resolveLinks(dir string) (string, error) {
	if known, ok := s.canonical[dir]; ok {
		return known, nil
	}
	canonical, err := filepath.EvalSymlinks(dir)
	if err == nil {
		s.canonical[dir] = canonical
	}
	return canonical, err
}

// within tells whether a folder is that of a module the node is called from. Calls are
// unconditional, so it would go on forever.
func (n *node) within(canonical string) bool {
	for p := n.parent; p != nil; p = p.parent {
		if p.canonical == canonical {
			return true
		}
	}
	return false
}

// appendCalls adds the modules that a module calls.
func (s *scanner) appendCalls(nodes []*node, n *node, m *module) ([]*node, *Problem) {
	type place struct{ name, dir string }
	seen := map[place]bool{}
	for _, block := range m.calls {
		child := node{
			parent:  n,
			address: joined(n.address, "module."+block.name),
			key:     joined(n.key, block.name),
			depth:   n.depth + 1,
			place:   Problem{File: s.display(filepath.Join(n.dir, block.file)), Line: block.line},
		}
		found := false
		for _, c := range block.calls() {
			if !c.source.Set {
				continue
			}
			found = true
			next := child
			next.call = c
			if !s.opts.IncludeModules {
				s.leaveUnread(&next, "modules are not included")
				continue
			}
			if !s.locate(&next) || seen[place{block.name, next.dir}] {
				continue // the latter for the same call in x.tf and x.tofu
			}
			seen[place{block.name, next.dir}] = true
			if next.depth > s.limits.depth {
				limit := next.problem("modules are nested deeper than %d levels, the most that are followed", s.limits.depth)
				return nil, &limit
			}
			if s.calls++; s.calls > s.limits.moduleCalls {
				limit := next.problem(
					"the configuration has more than %d module calls, the most that are followed",
					s.limits.moduleCalls,
				)
				return nil, &limit
			}
			nodes = append(nodes, &next)
		}
		if !found && s.opts.IncludeModules {
			s.problems = append(s.problems, child.problem("%s has no source", child.address))
		}
	}
	return nodes, nil
}

// reportUnreadable says of a folder that it cannot be opened, where it is called.
func (s *scanner) reportUnreadable(n *node, err error) {
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case n.parent == nil:
		message := words.Sprintf("cannot read the folder %q: %s", s.givenRoot, boundedfile.Reason(err))
		s.problems = append(s.problems, Problem{Message: message})
	case missing && n.installed:
		s.missing(n, words.Sprintf("its folder %q does not exist", s.display(n.dir)))
	default:
		s.problems = append(s.problems, n.problem(
			"cannot read the folder %q of %s: %s", s.display(n.dir), n.address, boundedfile.Reason(err)))
	}
}

// reportEmpty says of a folder that it has no configuration files. The CLIs let it pass
// as a module that declares nothing; more likely its files are missing.
func (s *scanner) reportEmpty(n *node) {
	const files = "no configuration files (.tf, .tf.json, .tofu, .tofu.json)"
	switch {
	case n.parent == nil:
		s.problems = append(s.problems, Problem{Message: words.Sprintf("the folder %q has %s", s.givenRoot, files)})
	case n.installed:
		s.missing(n, words.Sprintf("its folder %q has %s", s.display(n.dir), files))
	default:
		s.problems = append(s.problems, n.problem("the folder %q of %s has %s", s.display(n.dir), n.address, files))
	}
}

func (n *node) problem(format string, args ...any) Problem {
	p := n.place
	p.Message = words.Sprintf(format, args...)
	return p
}

// joined puts two addresses together, of which either may be empty.
func joined(prefix, name string) string {
	if prefix == "" || name == "" {
		return prefix + name
	}
	return prefix + "." + name
}
