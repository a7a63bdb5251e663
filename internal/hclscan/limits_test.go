package hclscan

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	resource := `resource "a_b" "x" {}`
	chain := tree{
		"main.tf": `module "a" { source = "./m" }`, "m/a.tf": `module "b" { source = "./n" }`,
		"m/n/a.tf": `module "c" { source = "./o" }`, "m/n/o/a.tf": resource,
	}
	// Two calls a folder: 2, 4, 8, … modules.
	doubling := tree{}
	dir := ""
	for range 20 {
		doubling[dir+"main.tf"] = "module \"a\" { source = \"./m\" }\nmodule \"b\" { source = \"./m\" }"
		dir += "m/"
	}
	doubling[dir+"main.tf"] = resource

	tests := map[string]struct {
		files tree
		set   func(*limits)
		want  string
	}{
		"a file's size": {
			tree{"main.tf": resource, "big.tf": strings.Repeat("#", 101)},
			func(l *limits) { l.fileBytes = 100 },
			"big.tf: is larger than 100 bytes, the most that is read of a file",
		},
		"all files' size": {
			tree{"main.tf": resource, "big.tf": strings.Repeat("#", 3<<20)},
			func(l *limits) { l.totalBytes = 3 << 20 },
			"the configuration has more than 3 MiB in its files, the most that is read",
		},
		"number of files": {
			tree{"main.tf": resource, "x.tf": "", "y.tofu": ""},
			func(l *limits) { l.files = 2 },
			"the configuration has more than 2 files, the most that are read",
		},
		"depth": {
			chain, func(l *limits) { l.depth = 2 },
			"m/n/a.tf:1: modules are nested deeper than 2 levels, the most that are followed",
		},
		"module calls": {
			doubling, func(*limits) {},
			"m/m/m/m/m/m/m/m/m/m/m/m/main.tf:1: the configuration has more than 10000 module calls, the most that are followed",
		},
		"resources": {
			tree{"main.tf": "module \"a\" { source = \"./m\" }\nmodule \"b\" { source = \"./m\" }", "m/a.tf": resource},
			func(l *limits) { l.resources = 1 },
			"the configuration declares more than 1 resources, the most that are listed",
		},
		"nesting": {
			tree{"main.tf": "x = " + strings.Repeat("(", 1001)},
			func(*limits) {},
			"main.tf: is nested deeper than 1000 levels, the most that are read",
		},
		"nesting in JSON": {
			tree{"main.tf.json": `{"a": ` + strings.Repeat("[", 1000)},
			func(*limits) {},
			"main.tf.json: is nested deeper than 1000 levels, the most that are read",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lim := defaultLimits
			test.set(&lim)
			s, err := newScanner(test.files.write(t), withModules, lim)
			if err != nil {
				t.Fatal(err)
			}
			c, err := s.scan()
			if err == nil || err.Error() != test.want {
				t.Errorf("got error\n%v\nwant\n%s", err, test.want)
			}
			if c != nil {
				t.Error("an error and resources")
			}
		})
	}

	t.Run("just within", func(t *testing.T) {
		s, err := newScanner(
			chain.write(t),
			withModules,
			limits{fileBytes: 29, totalBytes: 29*3 + 21, files: 4, moduleCalls: 3, depth: 3, resources: 1},
		)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.scan(); err != nil {
			t.Error(err)
		}
	})
}

func TestProblemsOfOneFileAreBounded(t *testing.T) {
	t.Parallel()
	root := tree{"main.tf": strings.Repeat("resource {}\n", 1000)}.write(t)
	_, err := Scan(root, withModules)
	var e *Error
	if !errors.As(err, &e) || len(e.Problems) != 10 || e.More != 90 {
		t.Errorf("%v", err)
	}
}

func TestNesting(t *testing.T) {
	t.Parallel()
	n := maxNesting + 1
	repeat := func(s string) string { return strings.Repeat(s, n) }
	tests := map[string]struct {
		source string
		json   bool
		want   bool
	}{
		"parentheses":              {"x = " + repeat("("), false, true},
		"over lines":               {"x = " + repeat("(\n"), false, true},
		"lists":                    {"x = " + repeat("["), false, true},
		"objects":                  {"x = " + repeat("{a="), false, true},
		"blocks":                   {repeat("a {\n"), false, true},
		"not":                      {"x = " + repeat("!"), false, true},
		"minus":                    {"x = " + repeat("- "), false, true},
		"conditionals":             {"x = " + repeat("a ? a : "), false, true},
		"conditionals over lines":  {"x = (" + repeat("a ? a :\n"), false, true},
		"conditionals in a for":    {"x = {for a in b : a => " + repeat("a ? a :\n"), false, true},
		"templates":                {"x = " + repeat(`"${`), false, true},
		"directives":               {`x = "` + repeat(`%{ if a }`), false, true},
		"directives, trimmed":      {"x = <<E\n" + repeat(`%{~ for a in b ~}`), false, true},
		"splats":                   {"x = a" + repeat("[*]"), false, true},
		"calls":                    {"x = " + repeat("f(1, "), false, true},
		"JSON lists":               {repeat("["), true, true},
		"JSON objects":             {repeat(`{"a":`), true, true},
		"JSON after an odd string": {`["a\\", "\"", ` + repeat("["), true, true},
		"JSON after a broken one":  {"\"a\n" + repeat("["), true, true},

		"many lists":        {repeat("x = [[]]\n"), false, false},
		"many blocks":       {repeat("a \"b\" {\n  c {}\n}\n"), false, false},
		"many calls":        {"x = [" + repeat("f(1), ") + "]", false, false},
		"many numbers":      {"x = [" + repeat("-1, ") + "]", false, false},
		"many attributes":   {repeat("x = !a ? -b : c\n"), false, false},
		"many templates":    {`x = "` + repeat("${a}") + `"`, false, false},
		"many indexes":      {"x = a" + repeat("[0]"), false, false},
		"in a string":       {`x = "` + repeat("(") + `"`, false, false},
		"in a comment":      {"# " + repeat("("), false, false},
		"closed only":       {repeat("[") + repeat(")]}"), false, true},
		"JSON, many lists":  {"[" + repeat("[[]],") + "1]", true, false},
		"JSON, in a string": {`["` + repeat(`[\"{`) + `"]`, true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			check := nestedTooDeep
			if test.json {
				check = nestedTooDeepJSON
			}
			if got := check([]byte(test.source)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestOddFiles(t *testing.T) {
	setUp := func(t *testing.T) string {
		return tree{"main.tf": `resource "a_b" "x" {}`, "elsewhere/other.txt": `resource "a_b" "linked" {}`}.write(t)
	}
	link := func(t *testing.T, target, path string) {
		t.Helper()
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a link to a file", func(t *testing.T) {
		root := setUp(t)
		link(t, "elsewhere/other.txt", filepath.Join(root, "linked.tf"))
		expectPlaces(t, root, withModules, "a_b.linked linked.tf:1", "a_b.x main.tf:1")
	})
	t.Run("a link to nothing", func(t *testing.T) {
		root := setUp(t)
		link(t, "nowhere", filepath.Join(root, "linked.tf"))
		expectError(t, root, withModules, "linked.tf: cannot be read: no such file or directory")
	})
	t.Run("a link to itself", func(t *testing.T) {
		root := setUp(t)
		link(t, "linked.tf", filepath.Join(root, "linked.tf"))
		expectError(t, root, withModules, "linked.tf: cannot be read: too many levels of symbolic links")
	})
	t.Run("a link to a folder", func(t *testing.T) {
		root := setUp(t)
		link(t, "elsewhere", filepath.Join(root, "linked.tf"))
		expectError(t, root, withModules, "linked.tf: is not a regular file")
	})
	t.Run("a device", func(t *testing.T) {
		root := setUp(t)
		link(t, "/dev/zero", filepath.Join(root, "linked.tf"))
		expectError(t, root, withModules, "linked.tf: is not a regular file")
	})
	t.Run("a link to the root", func(t *testing.T) {
		root := setUp(t)
		link(t, "..", filepath.Join(root, "elsewhere", "up"))
		tree{"more.tf": `module "a" { source = "./elsewhere/up" }`}.writeTo(t, root)
		expectError(
			t,
			root,
			withModules,
			`more.tf:1: module.a calls itself: its folder "elsewhere/up" is that of a module it is called from`,
		)
	})
	t.Run("a root that is a link", func(t *testing.T) {
		base := tree{
			"real/stack/main.tf": "module \"a\" { source = \"../m\" }",
			"real/m/main.tf":     "resource \"a_b\" \"x\" {}",
			"m/main.tf":          "not even HCL",
		}.write(t)
		link(t, "real/stack", filepath.Join(base, "link"))
		expectPlaces(t, filepath.Join(base, "link"), withModules, "module.a.a_b.x ../m/main.tf:1")
		t.Chdir(filepath.Join(base, "link"))
		expectPlaces(t, ".", withModules, "module.a.a_b.x ../m/main.tf:1")
	})
	t.Run("a local module that is a link", func(t *testing.T) {
		root := tree{
			"main.tf":                "module \"a\" { source = \"./m/link\" }",
			"elsewhere/deep/main.tf": "module \"b\" { source = \"../n\" }",
			"elsewhere/n/main.tf":    "resource \"a_b\" \"x\" {}",
			"m/n/main.tf":            "not even HCL",
		}.write(t)
		link(t, "../elsewhere/deep", filepath.Join(root, "m", "link"))
		// As init has it: modules.json lists a in elsewhere/deep, a.b in elsewhere/n.
		expectPlaces(t, root, withModules, "module.a.module.b.a_b.x elsewhere/n/main.tf:1")
	})
	t.Run("an installed module that is a link", func(t *testing.T) {
		// As init leaves it for a source that is an absolute path.
		root := tree{
			"main.tf": "module \"a\" { source = \"/elsewhere/deep\" }",
			".terraform/modules/modules.json": manifestOf(
				entry{Key: "a", Source: "file:///elsewhere/deep", Dir: ".terraform/modules/a"},
			),
			"elsewhere/deep/main.tf":   "module \"b\" { source = \"./n\" }\nresource \"a_b\" \"x\" {}",
			"elsewhere/deep/n/main.tf": "resource \"a_b\" \"y\" {}",
		}.write(t)
		link(t, "../../elsewhere/deep", filepath.Join(root, ".terraform", "modules", "a"))
		expectPlaces(
			t,
			root,
			withModules,
			"module.a.a_b.x .terraform/modules/a/main.tf:2",
			"module.a.module.b.a_b.y elsewhere/deep/n/main.tf:1",
		)
	})
	t.Run("not permitted", func(t *testing.T) {
		if os.Getuid() == 0 {
			t.Skip("root may read everything")
		}
		root := setUp(t)
		if err := os.Chmod(filepath.Join(root, "main.tf"), 0); err != nil {
			t.Fatal(err)
		}
		expectError(t, root, withModules, "main.tf: cannot be read: permission denied")
	})
	t.Run("a folder not permitted", func(t *testing.T) {
		if os.Getuid() == 0 {
			t.Skip("root may read everything")
		}
		root := setUp(t)
		tree{"m/main.tf": "", "more.tf": "\nmodule \"a\" { source = \"./m\" }"}.writeTo(t, root)
		if err := os.Chmod(filepath.Join(root, "m"), 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, "m"), 0o755) }) // or the folder stays
		expectError(t, root, withModules, `more.tf:2: cannot read the folder "m" of module.a: permission denied`)
	})
}
