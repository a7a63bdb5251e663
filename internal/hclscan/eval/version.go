package eval

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

const (
	lockFile     = ".terraform.lock.hcl"
	maxLockBytes = 4 << 20
)

// lockedVersions are the versions of providers in the lock file, by what follows the host
// in their source: the two CLIs have hosts of their own. What cannot be read locks nothing.
func lockedVersions(root string) map[string]string {
	src, err := readLock(root)
	if err != nil {
		return nil
	}
	file, diags := hclsyntax.ParseConfig(src, lockFile, hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	content, _, _ := file.Body.PartialContent(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: "provider", LabelNames: []string{"source"}}},
	})
	locked := map[string]string{}
	for _, b := range content.Blocks {
		attributes, _, _ := b.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "version"}}})
		version := ""
		if a := attributes.Attributes["version"]; a != nil {
			if v, diags := a.Expr.Value(nil); !diags.HasErrors() && isText(v) {
				version = v.AsString()
			}
		}
		source := withoutHost(b.Labels[0])
		if other, twice := locked[source]; twice && other != version {
			version = "" // of the two registries' providers, which one counts is not known
		}
		locked[source] = version
	}
	return locked
}

func readLock(root string) ([]byte, error) {
	folder := os.DirFS(root)
	if _, err := fs.Stat(folder, lockFile); err != nil {
		return nil, err
	}
	if n, err := boundedfile.Check(folder, lockFile, maxLockBytes); err != nil || n == 0 {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	return boundedfile.Read(folder, lockFile, maxLockBytes)
}

// withoutHost is a provider's source without the registry: hashicorp/azurerm.
func withoutHost(source string) string {
	parts := strings.Split(source, "/")
	if len(parts) == 1 {
		return "hashicorp/" + parts[0]
	}
	return strings.ToLower(strings.Join(parts[len(parts)-2:], "/"))
}

// ProviderWithin tells whether the version of the provider that makes the resource is
// certainly one that a constraint such as ">= 4.0, < 5.0" allows: by the lock file, or
// else by what the modules of the configuration require, whatever init then chooses.
// It is false for a provider other than the one given, as "hashicorp/azurerm".
func (i *Instance) ProviderWithin(provider, constraint string) bool {
	allowed, ok := parseSpan(constraint)
	if !ok {
		return false
	}
	for _, b := range i.bodies {
		if providerOf(b, i.Type) != provider {
			return false
		}
		if !i.evaluation.versions(b.env.sc.w, provider).within(allowed) {
			return false
		}
	}
	return true
}

// providerOf is the source of the provider of a resource, without the registry.
func providerOf(b body, typ string) string {
	local, _, _ := strings.Cut(typ, "_")
	if expr, _ := argument(b.parts, "provider"); expr != nil {
		variables := expr.Variables()
		if len(variables) != 1 {
			return ""
		}
		local = variables[0].RootName()
	}
	source := "hashicorp/" + local
	for _, r := range requirements(b.env.sc.m, b.env.sc.w.view) {
		if r.local == local && r.source != "" {
			source = withoutHost(r.source)
		}
	}
	return source
}

// versions is what is certain of a provider's version.
func (e *Evaluation) versions(w *world, provider string) span {
	if version, ok := e.locked[provider]; ok {
		locked, _ := parseSpan("= " + version)
		return locked
	}
	if known, ok := w.required[provider]; ok {
		return known
	}
	all := span{}
	var collect func(*hclscan.Module)
	collect = func(m *hclscan.Module) {
		for _, r := range requirements(m, w.view) {
			source := withoutHost(r.source)
			if r.source == "" {
				source = withoutHost(r.local)
			}
			if source == provider {
				required, ok := parseSpan(r.version)
				if ok {
					all = all.and(required)
				}
				all.none = all.none || r.replaced
			}
		}
		for _, child := range m.Children {
			if child.Views&w.view != 0 {
				collect(child)
			}
		}
	}
	collect(w.root.m)
	w.required[provider] = all
	return all
}

type requirement struct {
	local, source, version string
	replaced               bool // by an override file, which may require less
}

// requirements are the required_providers of a module. Those of override files replace
// each other, so that nothing is certain of a provider that one of them names.
func requirements(m *hclscan.Module, view hclscan.View) []requirement {
	var all []requirement
	for _, b := range m.Settings {
		for _, p := range b.In(view) {
			content, _, _ := p.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "required_providers"}}})
			for _, block := range content.Blocks {
				attributes, _ := block.Body.JustAttributes()
				for name, a := range attributes {
					r := readRequirement(name, native(a.Expr))
					r.replaced = p.Override
					all = append(all, r)
				}
			}
		}
	}
	return all
}

func readRequirement(name string, expr hclsyntax.Expression) requirement {
	r := requirement{local: name}
	object, ok := expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		if v, diags := expr.Value(nil); !diags.HasErrors() && isText(v) {
			r.version = v.AsString()
		}
		return r
	}
	for _, item := range object.Items {
		key, keyDiags := item.KeyExpr.Value(nil)
		v, diags := item.ValueExpr.Value(nil)
		if keyDiags.HasErrors() || diags.HasErrors() || !isText(key) || !isText(v) {
			continue // such as configuration_aliases
		}
		switch key.AsString() {
		case "source":
			r.source = v.AsString()
		case "version":
			r.version = v.AsString()
		}
	}
	return r
}

// span is a range of versions: from the lowest on, up to the first that is no longer in
// it. The zero value has all versions.
type span struct {
	low, high release // high is excluded; zero for none
	none      bool    // no version is in it, or none is known to be
}

type release [3]int

func (a release) less(b release) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

func (a span) and(b span) span {
	if a.low.less(b.low) {
		a.low = b.low
	}
	if b.high != (release{}) && (a.high == (release{}) || b.high.less(a.high)) {
		a.high = b.high
	}
	a.none = a.none || b.none || a.high != (release{}) && !a.low.less(a.high)
	return a
}

// within tells whether all versions of a range are in another.
func (a span) within(b span) bool {
	if a.none || b.none || a.low.less(b.low) {
		return false
	}
	return b.high == (release{}) || a.high != (release{}) && !b.high.less(a.high)
}

// parseSpan reads a constraint. What it excludes with != stays in, and a prerelease is not
// read: ok is false.
func parseSpan(constraint string) (all span, ok bool) {
	for part := range strings.SplitSeq(constraint, ",") {
		part = strings.TrimSpace(part)
		operator := part[:len(part)-len(strings.TrimLeft(part, "=!<>~"))]
		version, precision, valid := parseRelease(strings.TrimSpace(part[len(operator):]))
		if !valid {
			return span{none: true}, false
		}
		next := version
		next[2]++
		var s span
		switch operator {
		case "", "=":
			s = span{low: version, high: next}
		case ">=":
			s = span{low: version}
		case ">":
			s = span{low: next}
		case "<":
			s = span{high: version, none: version == (release{})}
		case "<=":
			s = span{high: next}
		case "~>":
			s = span{low: version, high: version}
			last := max(0, precision-2)
			s.high[last]++
			for i := last + 1; i < len(s.high); i++ {
				s.high[i] = 0
			}
			if precision == 1 {
				s.high = release{}
			}
		case "!=":
		default:
			return span{none: true}, false
		}
		all = all.and(s)
	}
	return all, true
}

func parseRelease(text string) (r release, precision int, ok bool) {
	parts := strings.Split(strings.TrimPrefix(text, "v"), ".")
	if len(parts) > len(r) {
		return r, 0, false
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return r, 0, false
		}
		r[i] = n
	}
	return r, len(parts), true
}
