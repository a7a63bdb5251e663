package hclscan

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// call is a module block as one CLI reads it, or both.
type call struct {
	block   declaration
	source  Attribute
	version Attribute
	views   View
}

// calls are what the CLIs that read the block's file take a module block to be: one
// call, or two where an override file, or its shadow, is for one of them alone.
func (d declaration) calls() []call {
	var calls []call
	for _, v := range bothViews {
		if d.views&v == 0 {
			continue
		}
		c := call{block: d, source: d.attribute("source", v), version: d.attribute("version", v), views: v}
		if len(calls) == 1 && calls[0].source == c.source && calls[0].version == c.version {
			calls[0].views |= v
			continue
		}
		calls = append(calls, c)
	}
	return calls
}

// arguments are the input variables that the block sets for a CLI.
func (d declaration) arguments(v View) map[string]bool {
	set := d.block.arguments
	for _, o := range d.overrides {
		if o.views&v == 0 || len(o.arguments) == 0 {
			continue
		}
		set = maps.Clone(set)
		maps.Copy(set, o.arguments)
	}
	return set
}

// misfit says why the module in a folder cannot be the one that a call means, whatever
// modules.json says: the CLIs would refuse its arguments. It is empty if one of them
// would not.
func (c call) misfit(m *module) string {
	first := ""
	for _, v := range bothViews {
		if c.views&v == 0 {
			continue
		}
		why := m.refuses(c.block.arguments(v), v)
		if why == "" {
			return ""
		}
		if first == "" {
			first = why
		}
	}
	return first
}

func (m *module) refuses(arguments map[string]bool, v View) string {
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		if declared, _ := m.variable(name, v); !declared {
			return words.Sprintf("the installed one declares no variable %q, which the call sets", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.variables)) {
		if declared, optional := m.variable(name, v); declared && !optional && !arguments[name] {
			return words.Sprintf("the installed one needs the variable %q, which the call does not set", name)
		}
	}
	return ""
}

// variable tells whether a module declares an input variable for a CLI, and whether it
// has a default there.
func (m *module) variable(name string, v View) (declared, optional bool) {
	for _, d := range m.variables[name] {
		if d.views&v == 0 {
			continue
		}
		declared = true
		for _, b := range append([]block{d.block}, d.overrides...) {
			if _, ok := b.attributes["default"]; ok && b.views&v != 0 {
				optional = true
			}
		}
	}
	return declared, optional
}

// locate finds the folder of a called module. A local path needs no init, and is taken
// from where the call stands, also within a downloaded module.
func (s *scanner) locate(n *node) bool {
	source := n.call.source
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
	entry, found := m.modules[n.key]
	if why := n.call.notInstalled(m.display, n.key, entry, found); why != "" {
		s.missing(n, why)
		return false
	}
	n.dir, n.installed = s.fromRoot(entry.dir), true
	return true
}

// notInstalled says why an entry of modules.json is not what a call asks for, as the
// CLIs decide it: they install anew what was installed from another source, or in a
// version that is no longer asked for. It is empty if the entry is.
func (c call) notInstalled(manifest, key string, entry installed, found bool) string {
	switch {
	case !found || entry.dir == "":
		return words.Sprintf("%s has no entry for %q", manifest, key)
	case !c.source.Literal:
		return "its source is not a literal, so nothing tells whether what is installed is what it asks for: write a literal"
	case !installedFor(c.source.Value, entry.source):
		asked, has := redact(c.source.Value), redact(entry.source)
		if asked == has {
			return words.Sprintf(
				"its source is %q, and %s has another one, which differs in what is not shown here",
				asked,
				manifest,
			)
		}
		return words.Sprintf("its source is %q, and %s has %q", asked, manifest, has)
	case !c.version.Set:
		return ""
	case !c.version.Literal:
		return "its version is not a literal, so nothing tells whether what is installed is what it asks for: write a literal"
	}
	ok, err := satisfies(entry.version, c.version.Value)
	switch {
	case err != nil:
		return fmt.Sprintf("of its version, or that in %s: %s", manifest, err)
	case !ok && entry.version == "":
		return words.Sprintf("its version is to be %q, and %s has none", c.version.Value, manifest)
	case !ok:
		return words.Sprintf("its version is to be %q, and %s has %q", c.version.Value, manifest, entry.version)
	}
	return ""
}

// missing takes note of a module that is not where init puts it.
func (s *scanner) missing(n *node, why string) {
	if s.opts.AllowMissing {
		s.leaveUnread(n, "not installed: "+why)
		return
	}
	p := n.problem("%s is not installed: %s", n.address, why)
	p.MissingModule = true
	s.problems = append(s.problems, p)
}

func (s *scanner) leaveUnread(n *node, reason string) {
	u := UnreadModule{Address: n.address, File: n.place.File, Line: n.place.Line, Reason: reason}
	if n.call.source.Literal {
		u.Source = redact(n.call.source.Value)
	}
	s.unread = append(s.unread, u)
}

// getModules says how to install modules where the configuration is. To get them takes
// neither providers nor a backend.
func (s *scanner) getModules() string {
	folder := filepath.ToSlash(filepath.Clean(s.givenRoot))
	if folder == "." {
		return `run "terraform init" or "tofu init" in the root module`
	}
	if strings.ContainsFunc(folder, func(r rune) bool {
		return !strings.ContainsRune("/.-_:+@%~", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		folder = "'" + strings.ReplaceAll(folder, "'", `'\''`) + "'"
	}
	return fmt.Sprintf(
		`run "terraform -chdir=%s get" (or tofu), which takes neither providers nor a backend, or "terraform init" or "tofu `+
			`init" there`,
		folder,
	)
}
