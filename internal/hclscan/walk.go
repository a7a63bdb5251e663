package hclscan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
)

// scanner walks a tree of modules, level by level, so that the files of a level can be
// parsed side by side.
type scanner struct {
	givenRoot string // as the caller wrote it
	root      string // absolute
	opts      Options
	limits    limits
	wanted    map[string]*hcl.BodySchema

	modules   map[string]*module // by folder, free of symbolic links: each is parsed once
	canonical map[string]string  // by folder as called: the same free of symbolic links
	manifest  *manifest          // once a call needs it

	files    int
	bytes    int64
	calls    int
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
	call      Problem
}

func (s *scanner) scan() (*Configuration, error) {
	config := &Configuration{}
	for level := []*node{{dir: s.root}}; len(level) > 0; {
		folders, limit := s.open(level)
		if limit != nil {
			return nil, newError(append(s.problems, *limit))
		}
		s.parse(folders)

		var next []*node
		for _, n := range level {
			m := s.modules[n.canonical]
			if m == nil || m.broken {
				continue // what was not read calls nothing: no errors that follow from errors
			}
			if len(config.Resources)+len(m.resources) > s.limits.resources {
				return nil, newError(append(s.problems, Problem{Message: fmt.Sprintf(
					"the configuration declares more than %d resources, the most that are listed", s.limits.resources)}))
			}
			config.Resources = s.appendResources(config.Resources, n, m)
			if s.opts.IncludeModules {
				if next, limit = s.appendCalls(next, n, m); limit != nil {
					return nil, newError(append(s.problems, *limit))
				}
			}
		}
		level = next
	}
	if len(s.problems) > 0 {
		return nil, newError(s.problems)
	}
	sortResources(config.Resources)
	return config, nil
}

func (s *scanner) appendResources(resources []Resource, n *node, m *module) []Resource {
	prefix := ""
	if n.address != "" {
		prefix = n.address + "."
	}
	files := map[string]string{}
	for _, d := range m.resources {
		if files[d.file] == "" {
			files[d.file] = s.display(filepath.Join(n.dir, d.file))
		}
		resources = append(resources, Resource{
			Address:    prefix + d.typ + "." + d.name,
			Type:       d.typ,
			Name:       d.name,
			Module:     n.address,
			File:       files[d.file],
			Line:       d.line,
			Attributes: d.attributes,
		})
	}
	return resources
}

// open finds the folders of a level that no earlier one had.
func (s *scanner) open(level []*node) (folders []*folder, limit *Problem) {
	for _, n := range level {
		canonical, err := s.resolveLinks(n.dir)
		if err != nil {
			s.problems = append(s.problems, s.unreadable(n, err))
			continue
		}
		if n.within(canonical) {
			s.problems = append(s.problems, n.problem("%s calls itself: its folder %q is that of a module it is called from", n.address, s.display(n.dir)))
			continue
		}
		n.canonical = canonical
		if !n.installed {
			n.dir = canonical // init resolves the links of local modules, and only of those
		}
		if s.modules[canonical] != nil {
			continue
		}
		m := &module{broken: true}
		s.modules[canonical] = m

		entries, err := os.ReadDir(n.dir)
		if err != nil {
			s.problems = append(s.problems, s.unreadable(n, err))
			continue
		}
		files, problems, limit := s.list(n.dir, entries)
		if limit != nil {
			return nil, limit
		}
		s.problems = append(s.problems, problems...)
		if len(files)+len(problems) == 0 {
			s.problems = append(s.problems, s.empty(n))
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
	for _, call := range m.calls {
		child := node{
			parent:  n,
			address: joined(n.address, "module."+call.name),
			key:     joined(n.key, call.name),
			depth:   n.depth + 1,
			call:    Problem{File: s.display(filepath.Join(n.dir, call.file)), Line: call.line},
		}
		found := false
		for _, source := range call.values("source") {
			if !source.Set {
				continue
			}
			found = true
			next := child
			if !s.locate(&next, source) || seen[place{call.name, next.dir}] {
				continue // the latter for the same call in x.tf and x.tofu
			}
			seen[place{call.name, next.dir}] = true
			if next.depth > s.limits.depth {
				limit := next.problem("modules are nested deeper than %d levels, the most that are followed", s.limits.depth)
				return nil, &limit
			}
			if s.calls++; s.calls > s.limits.moduleCalls {
				limit := next.problem("the configuration has more than %d module calls, the most that are followed", s.limits.moduleCalls)
				return nil, &limit
			}
			nodes = append(nodes, &next)
		}
		if !found {
			s.problems = append(s.problems, child.problem("%s has no source", child.address))
		}
	}
	return nodes, nil
}

// locate finds the folder of a called module. A local path needs no init, and is taken
// from where the call stands, also within a downloaded module.
func (s *scanner) locate(n *node, source Attribute) bool {
	if path, ok := localPath(source.Value); ok && source.Literal {
		n.dir = filepath.Join(n.parent.dir, path)
		return true
	}
	known := s.manifest != nil
	m := s.loadManifest()
	if m.err != nil {
		if !known { // said once, not once a call
			s.problems = append(s.problems, Problem{File: m.display, Message: m.err.Error()})
		}
		return false
	}
	dir := m.dirs[n.key]
	if dir == "" {
		// The source is not quoted: it can hold credentials.
		s.problems = append(s.problems, n.problem("%s is not installed: %s has no entry for %q; %s", n.address, m.display, n.key, runInit))
		return false
	}
	n.dir, n.installed = s.fromRoot(dir), true
	return true
}

// unreadable is the problem with a folder that cannot be opened, told where it is called.
func (s *scanner) unreadable(n *node, err error) Problem {
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case n.parent == nil:
		return Problem{Message: fmt.Sprintf("cannot read the folder %q: %s", s.givenRoot, boundedfile.Reason(err))}
	case missing && n.installed:
		return n.problem("%s is not installed: its folder %q does not exist; %s", n.address, s.display(n.dir), runInit)
	}
	return n.problem("cannot read the folder %q of %s: %s", s.display(n.dir), n.address, boundedfile.Reason(err))
}

// empty is the problem with a folder that has no configuration files. The CLIs let it
// pass as a module that declares nothing; more likely its files are missing.
func (s *scanner) empty(n *node) Problem {
	const files = "no configuration files (.tf, .tf.json, .tofu, .tofu.json)"
	if n.parent == nil {
		return Problem{Message: fmt.Sprintf("the folder %q has %s", s.givenRoot, files)}
	}
	p := n.problem("the folder %q of %s has %s", s.display(n.dir), n.address, files)
	if n.installed {
		p.Message += "; " + runInit
	}
	return p
}

func (n *node) problem(format string, args ...any) Problem {
	p := n.call
	p.Message = fmt.Sprintf(format, args...)
	return p
}

func joined(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}
