package eval

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// tree is a configuration with its files, by path.
type tree map[string]string

func (files tree) scan(t testing.TB) *hclscan.Configuration {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := hclscan.Scan(root, hclscan.Options{IncludeModules: true, AllowMissing: true, Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (files tree) evaluate(t testing.TB, variables map[string]cty.Value) *Evaluation {
	t.Helper()
	e, err := New(files.scan(t), Options{Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// argument writes what a path of an instance leads to.
func argumentOf(t testing.TB, e *Evaluation, address, path string) string {
	t.Helper()
	inst := e.Instance(address)
	if inst == nil {
		return "no instance"
	}
	var all []string
	for _, element := range inst.Argument(path) {
		all = append(all, written(element))
	}
	if err := e.Err(); err != nil {
		t.Error(err)
	}
	return strings.Join(all, " ")
}

func written(e Element) string {
	switch e.State {
	case Absent:
		return "absent"
	case Known:
		return strings.TrimSuffix(strings.TrimPrefix(e.Value.GoString(), "cty."), " ")
	case Unknown:
	}
	return "unknown" + reasonsOf(e.Reasons)
}

func reasonsOf(reasons []Reason) string {
	kinds := []string{"variable", "resource", "data", "module", "function", "ignored", "views", "expression"}
	text := ""
	for _, r := range reasons {
		text += fmt.Sprintf("(%s %s)", kinds[r.Kind], r.Name)
	}
	return strings.ReplaceAll(text, " )", ")")
}

// referencesOf writes what a path of an instance refers to.
func referencesOf(t testing.TB, e *Evaluation, address, path string) string {
	t.Helper()
	inst := e.Instance(address)
	if inst == nil {
		return "no instance"
	}
	var all []string
	for _, r := range inst.References(path) {
		if r.Certain {
			all = append(all, r.Instance+"."+r.Attribute)
		} else {
			all = append(all, "unknown")
		}
	}
	if err := e.Err(); err != nil {
		t.Error(err)
	}
	return strings.Join(all, " ")
}
