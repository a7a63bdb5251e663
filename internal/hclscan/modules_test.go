package hclscan

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var withModules = Options{IncludeModules: true}

// modulesJSON is a manifest with entries of key and folder in turn, all of one source.
func modulesJSON(keysAndDirs ...string) string {
	var modules []entry
	for i := 0; i < len(keysAndDirs); i += 2 {
		modules = append(modules, entry{Key: keysAndDirs[i], Source: "registry.terraform.io/x/y/z", Dir: keysAndDirs[i+1]})
	}
	return manifestOf(modules...)
}

// entry is one of modules.json.
type entry struct {
	Key, Source string
	Version     string `json:",omitempty"`
	Dir         string
}

func manifestOf(modules ...entry) string {
	modules = append([]entry{{Dir: "."}}, modules...)
	content, err := json.Marshal(map[string]any{"Modules": modules})
	if err != nil {
		panic(err)
	}
	return string(content)
}

func TestModules(t *testing.T) {
	t.Parallel()
	const manifest = ".terraform/modules/modules.json"
	tests := map[string]struct {
		files tree
		want  []string
	}{
		"local, without init": {
			tree{
				"main.tf":       "module \"a\" {\n  source = \"./mods/a\"\n}\nresource \"a_b\" \"root\" {}",
				"mods/a/x.tf":   `resource "a_b" "x" {}`,
				"mods/b/not.tf": `resource "a_b" "not_called" {}`,
			},
			[]string{"a_b.root main.tf:4", "module.a.a_b.x mods/a/x.tf:1"},
		},
		"several times, counted, nested": {
			tree{
				"main.tf": `module "a" {
  source   = "./m"
  for_each = toset(["x", "y"])
}
module "b" {
  source = "./m/"
  count  = 0
}`,
				"m/main.tf": "resource \"a_b\" \"x\" {}\nmodule \"in\" { source = \"../n\" }",
				"n/main.tf": `resource "a_b" "y" {}`,
			},
			[]string{
				"module.a.a_b.x m/main.tf:1", "module.a.module.in.a_b.y n/main.tf:1",
				"module.b.a_b.x m/main.tf:1", "module.b.module.in.a_b.y n/main.tf:1",
			},
		},
		"downloaded, with a local one inside": {
			tree{
				"main.tf": `module "net" { source = "x/y/z" }`,
				manifest:  modulesJSON("net", ".terraform/modules/net/modules/top"),
				".terraform/modules/net/modules/top/main.tf": "module \"sub\" { source = \"../../sub\" }\n" +
					"module \"far\" { source = " +
					"\"git::https://user:secret@example.com/x.git\" }",
				".terraform/modules/net/sub/main.tf":  `resource "a_b" "x" {}`,
				".terraform/modules/net.far/main.tf":  `resource "a_b" "not_this" {}`,
				".terraform/modules/elsewhere/a.tf":   `resource "a_b" "y" {}`,
				".terraform/modules/modules.json.bak": ``,
			},
			nil, // see below: the manifest lacks net.far
		},
		"an entry that no block calls": {
			tree{
				"main.tf":                         `resource "a_b" "x" {}`,
				manifest:                          modulesJSON("gone", ".terraform/modules/gone", "gone.too", "nowhere"),
				".terraform/modules/gone/main.tf": `not even HCL`,
			},
			[]string{"a_b.x main.tf:1"},
		},
		"a manifest that nothing needs": {
			tree{"main.tf": `resource "a_b" "x" {}`, manifest: `not even JSON`},
			[]string{"a_b.x main.tf:1"},
		},
		"a local path goes before its entry": {
			tree{
				"main.tf":    `module "a" { source = "./new" }`,
				manifest:     modulesJSON("a", "old"),
				"old/a.tf":   `resource "a_b" "old" {}`,
				"new/a.tofu": `resource "a_b" "new" {}`,
			},
			[]string{"module.a.a_b.new new/a.tofu:1"},
		},
		"JSON": {
			tree{
				"main.tf.json": `{"module": {"a": {"source": "./m"}, "b": [{"source": "./m"}]}}`,
				"m/a.tf":       `resource "a_b" "x" {}`,
			},
			[]string{"module.a.a_b.x m/a.tf:1", "module.b.a_b.x m/a.tf:1"},
		},
		"backslashes": {
			tree{"main.tf": `module "a" { source = ".\\m\\n" }`, "m/n/a.tf": `resource "a_b" "x" {}`},
			[]string{"module.a.a_b.x m/n/a.tf:1"},
		},
		"an override changes the source": {
			tree{
				"main.tf":     `module "a" { source = "./old" }`,
				"override.tf": `module "a" { source = "./new" }`,
				"old/a.tf":    `not even HCL`,
				"new/a.tf":    `resource "a_b" "x" {}`,
			},
			[]string{"module.a.a_b.x new/a.tf:1"},
		},
		"an override leaves the source": {
			tree{
				"main.tf":     `module "a" { source = "./m" }`,
				"override.tf": `module "a" { x = 1 }`,
				"m/a.tf":      `resource "a_b" "x" {}`,
			},
			[]string{"module.a.a_b.x m/a.tf:1"},
		},
		"an override for OpenTofu": {
			tree{
				"main.tf":       `module "a" { source = "./m" }`,
				"override.tofu": `module "a" { source = "./n" }`,
				"m/a.tf":        `resource "a_b" "x" {}`,
				"n/a.tf":        `resource "a_b" "x" {}`,
			},
			[]string{"module.a.a_b.x m/a.tf:1", "module.a.a_b.x n/a.tf:1"},
		},
		"called in x.tf and x.tofu": {
			tree{
				"x.tf":   `module "a" { source = "./m" }`,
				"x.tofu": "module \"a\" { source = \"./m\" }\nmodule \"b\" { source = \"./m\" }",
				"m/a.tf": `resource "a_b" "x" {}`,
			},
			[]string{"module.a.a_b.x m/a.tf:1", "module.b.a_b.x m/a.tf:1"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := test.files.write(t)
			if test.want == nil {
				expectError(
					t,
					root,
					withModules,
					`.terraform/modules/net/modules/top/main.tf:2: module.net.module.far is not installed: `+
						`.terraform/modules/modules.json has no entry for "net.far"; GET`,
				)
				tree{
					manifest: manifestOf(
						entry{Key: "net", Source: "registry.terraform.io/x/y/z", Dir: ".terraform/modules/net/modules/top"},
						entry{
							Key:    "net.far",
							Source: "git::https://user:secret@example.com/x.git",
							Dir:    ".terraform/modules/elsewhere",
						},
					),
				}.writeTo(
					t,
					root,
				)
				test.want = []string{
					"module.net.module.far.a_b.y .terraform/modules/elsewhere/a.tf:1",
					"module.net.module.sub.a_b.x .terraform/modules/net/sub/main.tf:1",
				}
			}
			expectPlaces(t, root, withModules, test.want...)
		})
	}
}

func TestModulesOutsideTheRoot(t *testing.T) {
	base := tree{
		"stacks/dev/main.tf": `module "a" { source = "../../mods/a" }`,
		"mods/a/main.tf":     `resource "a_b" "x" {}`,
	}.write(t)
	want := "module.a.a_b.x ../../mods/a/main.tf:1"
	expectPlaces(t, filepath.Join(base, "stacks/dev"), withModules, want)
	t.Chdir(filepath.Join(base, "stacks/dev"))
	expectPlaces(t, ".", withModules, want)
	t.Chdir(base)
	expectPlaces(t, "stacks/dev", withModules, want)
	t.Chdir(filepath.Join(base, "mods"))
	expectPlaces(t, "../stacks/dev", withModules, want)
}

func TestDataDir(t *testing.T) {
	t.Parallel()
	elsewhere := tree{"modules/a/main.tf": `resource "a_b" "x" {}`}.write(t)
	tree{"modules/modules.json": modulesJSON("a", filepath.Join(elsewhere, "modules/a"))}.writeTo(t, elsewhere)
	root := tree{
		"main.tf":                   `module "a" { source = "x/y/z" }`,
		".tf-data/modules/a/a.tf":   `resource "a_b" "y" {}`,
		".tf-data/modules/b/a.tf":   ``,
		".terraform/modules/a/a.tf": `not even HCL`,
	}.write(t)
	tree{".tf-data/modules/modules.json": modulesJSON("a", ".tf-data/modules/a")}.writeTo(t, root)

	expectPlaces(t, root, Options{IncludeModules: true, DataDir: ".tf-data"}, "module.a.a_b.y .tf-data/modules/a/a.tf:1")

	c, err := Scan(root, Options{IncludeModules: true, DataDir: elsewhere})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Resources) != 1 || !strings.HasPrefix(c.Resources[0].File, "../") ||
		!strings.HasSuffix(c.Resources[0].File, "/modules/a/main.tf") {
		t.Errorf("%q", places(c))
	}
}

func TestModulesLeftOut(t *testing.T) {
	t.Parallel()
	root := tree{"main.tf": "module \"a\" { source = \"x/y/z\" }\nresource \"a_b\" \"x\" {}"}.write(t)
	expectPlaces(t, root, Options{}, "a_b.x main.tf:2")
}

func TestModuleErrors(t *testing.T) {
	t.Parallel()
	const manifest = ".terraform/modules/modules.json"
	const initHint = `; GET`
	tests := map[string]struct {
		files tree
		want  string
	}{
		"not installed": {
			tree{"main.tf": "\nmodule \"a\" {\n  source = \"x/y/z\"\n}"},
			`main.tf:2: module.a is not installed: .terraform/modules/modules.json has no entry for "a"` + initHint,
		},
		"two not installed": {
			tree{"main.tf": "module \"a\" {\n  source = \"x/y/z\"\n}\nmodule \"b\" {\n  source = \"x/y/z\"\n}"},
			"2 problems:\n" + `- main.tf:1: module.a is not installed: .terraform/modules/modules.json has no entry for ` +
				`"a"` + "\n" +
				`- main.tf:4: module.b is not installed: .terraform/modules/modules.json has no entry for "b"` + "\nGET",
		},
		"not installed, an expression": {
			tree{"main.tf": `module "a" { source = var.x }`, manifest: modulesJSON("b", ".")},
			`main.tf:1: module.a is not installed: .terraform/modules/modules.json has no entry for "a"` + initHint,
		},
		"installed and gone": {
			tree{"main.tf": `module "a" { source = "x/y/z" }`, manifest: modulesJSON("a", ".terraform/modules/a")},
			`main.tf:1: module.a is not installed: its folder ".terraform/modules/a" does not exist` + initHint,
		},
		"installed and emptied": {
			tree{
				"main.tf":                      `module "a" { source = "x/y/z" }`,
				manifest:                       modulesJSON("a", ".terraform/modules/a"),
				".terraform/modules/a/LICENSE": "",
			},
			`main.tf:1: module.a is not installed: its folder ".terraform/modules/a" has no configuration files (.tf, ` +
				`.tf.json, .tofu, .tofu.json)` +
				initHint,
		},
		"no such folder": {
			tree{"main.tf": `module "a" { source = "./m" }`, "m2/main.tf": ""},
			`main.tf:1: cannot read the folder "m" of module.a: no such file or directory`,
		},
		"not a folder": {
			tree{"main.tf": `module "a" { source = "./main.tf" }`},
			`main.tf:1: cannot read the folder "main.tf" of module.a: not a directory`,
		},
		"an empty folder": {
			tree{"main.tf": "module \"a\" { source = \"./m\" }\nmodule \"b\" { source = \"./m\" }", "m/x.txt": ""},
			`main.tf:1: the folder "m" of module.a has no configuration files (.tf, .tf.json, .tofu, .tofu.json)`,
		},
		"no source": {
			tree{"main.tf": "module \"a\" {\n}"},
			"main.tf:1: module.a has no source",
		},
		"calls itself": {
			tree{"main.tf": `module "a" { source = "./." }`},
			`main.tf:1: module.a calls itself: its folder "." is that of a module it is called from`,
		},
		"a cycle": {
			tree{
				"main.tf": `module "a" { source = "./a" }`,
				"a/m.tf":  `module "b" { source = "../b" }`,
				"b/m.tf":  "\nmodule \"c\" { source = \"../a\" }",
			},
			`b/m.tf:2: module.a.module.b.module.c calls itself: its folder "a" is that of a module it is called from`,
		},
		"a syntax error in a module": {
			tree{"main.tf": "module \"a\" { source = \"./m\" }\nresource \"a_b\" \"x\" {}", "m/x.tf": "\n\n}"},
			"m/x.tf:3: Argument or block definition required: An argument or block definition is required here.",
		},
		"what follows from an error is not told": {
			tree{"main.tf": `}`, "other.tf": `module "a" { source = "x/y/z" }`},
			"main.tf:1: Argument or block definition required: An argument or block definition is required here.",
		},
		"a manifest that is no JSON": {
			tree{"main.tf": "module \"a\" { source = \"x/y/z\" }\nmodule \"b\" { source = \"x/y/z\" }", manifest: `{`},
			".terraform/modules/modules.json: is not the JSON that init writes: unexpected end of JSON input",
		},
		"a manifest with an entry twice": {
			tree{"main.tf": `module "a" { source = "x/y/z" }`, manifest: modulesJSON("a", "m", "a", "n")},
			`.terraform/modules/modules.json: lists the module "a" twice`,
		},
		"a manifest that is a folder": {
			tree{"main.tf": `module "a" { source = "x/y/z" }`, manifest + "/x": ""},
			".terraform/modules/modules.json: is not a regular file",
		},
		"several modules": {
			tree{
				"main.tf": "module \"a\" { source = \"./m\" }\nmodule \"b\" {}\nmodule \"c\" { source = \"./n\" }",
				"n/x.tf":  "}",
			},
			"3 problems:\n- main.tf:1: cannot read the folder \"m\" of module.a: no such file or directory\n" +
				"- main.tf:2: module.b has no source\n" +
				"- n/x.tf:1: Argument or block definition required: An argument or block definition is required here.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			expectError(t, test.files.write(t), withModules, test.want)
		})
	}
}

// As in the file that init writes (Terraform 1.11), local modules included.
func TestManifestAsInitWritesIt(t *testing.T) {
	t.Parallel()
	root := tree{
		"main.tf": `module "a" { source = "x/y/z" }`,
		".terraform/modules/modules.json": `{"Modules":[{"Key":"","Source":"","Dir":"."},` +
			`{"Key":"a","Source":"registry.terraform.io/x/y/z","Version":"1.2.3","Dir":".terraform/modules/a/modules/sub"},` +
			`{"Key":"a.s","Source":"./s","Dir":".terraform/modules/a/modules/sub/s"}]}`,
		".terraform/modules/a/modules/sub/main.tf":   `module "s" { source = "./s" }`,
		".terraform/modules/a/modules/sub/s/main.tf": `resource "a_b" "x" {}`,
	}.write(t)
	expectPlaces(t, root, withModules, "module.a.module.s.a_b.x .terraform/modules/a/modules/sub/s/main.tf:1")
}

func TestEachFolderIsParsedOnce(t *testing.T) {
	t.Parallel()
	var calls strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&calls, "module \"m%d\" { source = \"./m\" }\n", i)
	}
	root := tree{"main.tf": calls.String(), "m/main.tf": `resource "a_b" "x" {}`}.write(t)
	if err := os.Symlink("m", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	tree{"more.tf": `module "linked" { source = "./link" }`}.writeTo(t, root)

	s, err := newScanner(root, withModules, defaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.scan()
	if err != nil {
		t.Fatal(err)
	}
	if s.files != 3 || len(c.Resources) != 1001 {
		t.Errorf("%d files read, %d resources found", s.files, len(c.Resources))
	}
	if last := places(c)[0]; last != "module.linked.a_b.x m/main.tf:1" {
		t.Errorf("the module behind the link: %s", last)
	}
}
