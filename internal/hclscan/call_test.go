package hclscan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const manifestFile = ".terraform/modules/modules.json"

// stale is a configuration with a module "a" that is called as the body says, and that
// modules.json has from a source in a version.
func stale(body, source, version, module string) tree {
	return tree{
		"main.tf": "module \"a\" {\n" + body + "\n}",
		manifestFile: manifestOf(
			entry{Key: "a", Source: source, Version: version, Dir: ".terraform/modules/a"},
		),
		".terraform/modules/a/main.tf": module + "\nresource \"a_b\" \"x\" {}",
	}
}

// A module that is installed and is not the one that is called counts as not installed.
func TestStaleModules(t *testing.T) {
	t.Parallel()
	const net, data = "registry.terraform.io/x/net/y", "git::https://git.example/lib.git//modules/data"
	for name, tt := range map[string]struct {
		files tree
		want  string // after "main.tf:1: module.a is not installed: "; empty if it is installed
	}{
		"the same ref": {files: stale(`source = "`+data+`?ref=v1"`, data+"?ref=v1", "", "")},
		"another ref": {
			stale(`source = "`+data+`?ref=v2"`, data+"?ref=v1", "", ""),
			`its source is "` + data + `?ref=v2", and ` + manifestFile + ` has "` + data + `?ref=v1"`,
		},
		"a ref where there was none": {
			stale(`source = "`+data+`?ref=v2"`, data, "", ""),
			`its source is "` + data + `?ref=v2", and ` + manifestFile + ` has "` + data + `"`,
		},
		"another folder of the same download": {
			stale(`source = "git::https://git.example/lib.git//modules/db"`, data, "", ""),
			`its source is "git::https://git.example/lib.git//modules/db", and ` + manifestFile + ` has "` + data + `"`,
		},
		"another registry": {
			stale(`source = "app.example.com/x/net/y"`, net, "1.0.0", ""),
			`its source is "app.example.com/x/net/y", and ` + manifestFile + ` has "` + net + `"`,
		},
		"local before": {
			stale(`source = "x/net/y"`, "./net", "", ""),
			`its source is "x/net/y", and ` + manifestFile + ` has "./net"`,
		},
		"nothing recorded": {
			stale(`source = "x/net/y"`, "", "", ""),
			`its source is "x/net/y", and ` + manifestFile + ` has ""`,
		},
		"another secret": {
			stale(`source = "https://new@h.example/x.zip"`, "https://old@h.example/x.zip", "", ""),
			`its source is "https://…@h.example/x.zip", and ` + manifestFile + ` has another one, which differs in what is ` +
				`not shown here`,
		},
		"a source that is a reference": {
			stale(`source = var.where`, net, "1.0.0", ""),
			"its source is not a literal, so nothing tells whether what is installed is what it asks for: write a literal",
		},
		"a source with an interpolated ref": {
			stale(`source = "`+data+`?ref=${local.v}"`, data+"?ref=v1", "", ""),
			"its source is not a literal, so nothing tells whether what is installed is what it asks for: write a literal",
		},
		"a local path with an interpolation": {
			stale(`source = "./${local.m}"`, "./m", "", ""),
			"its source is not a literal, so nothing tells whether what is installed is what it asks for: write a literal",
		},
		"a version":            {files: stale("source = \"x/net/y\"\nversion = \"1.0.0\"", net, "1.0.0", "")},
		"any version":          {files: stale(`source = "x/net/y"`, net, "1.0.0", "")},
		"a version of null":    {files: stale("source = \"x/net/y\"\nversion = null", net, "1.0.0", "")},
		"a version in a range": {files: stale("source = \"x/net/y\"\nversion = \"~> 1.0\"", net, "1.9.4", "")},
		"a version outside": {
			stale("source = \"x/net/y\"\nversion = \"~> 2.0\"", net, "1.9.4", ""),
			`its version is to be "~> 2.0", and ` + manifestFile + ` has "1.9.4"`,
		},
		"a version of what has none": {
			stale("source = \"x/net/y\"\nversion = \"~> 2.0\"", net, "", ""),
			`its version is to be "~> 2.0", and ` + manifestFile + ` has none`,
		},
		"a version that is a reference": {
			stale("source = \"x/net/y\"\nversion = local.v", net, "1.0.0", ""),
			"its version is not a literal, so nothing tells whether what is installed is what it asks for: write a literal",
		},
		"a version that is none": {
			stale("source = \"x/net/y\"\nversion = \"new\"", net, "1.0.0", ""),
			"of its version, or that in " + manifestFile + `: "new" is no version constraint`,
		},
		"an installed version that is none": {
			stale("source = \"x/net/y\"\nversion = \"1\"", net, "?", ""),
			"of its version, or that in " + manifestFile + `: "?" is no version`,
		},
		"arguments that it declares": {
			files: stale("source = \"x/net/y\"\nname = var.n\nsize = 1", net, "1.0.0", "variable \"name\" {}\n"+
				"variable \"size\" {\n default = null\n}\nvariable \"more\" {\n default = 1\n}"),
		},
		"an argument that it does not declare": {
			stale("source = \"x/net/y\"\nname = 1", net, "1.0.0", ""),
			`it is another version than the call is for: the installed one declares no variable "name", which the call sets`,
		},
		"an argument that it needs": {
			stale(`source = "x/net/y"`, net, "1.0.0", "variable \"name\" {\n type = string\n}"),
			`it is another version than the call is for: the installed one needs the variable "name", which the call does ` +
				`not set`,
		},
		"meta-arguments": {
			files: stale("source = \"x/net/y\"\ncount = 1\nfor_each = {}\ndepends_on = []\nproviders = { a = b.c }\n"+
				"lifecycle {\n enabled = false\n}", net, "1.0.0", ""),
		},
		"OpenTofu's arguments whatever their names": {
			stale("source = \"x/net/y\"\n_ {\n count = 1\n}", net, "1.0.0", ""),
			`it is another version than the call is for: the installed one declares no variable "count", which the call sets`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tt.files.write(t)
			if tt.want == "" {
				line := strings.Count(tt.files[".terraform/modules/a/main.tf"], "\n") + 1
				expectPlaces(t, root, withModules, fmt.Sprintf("module.a.a_b.x .terraform/modules/a/main.tf:%d", line))
				return
			}
			expectError(t, root, withModules, "main.tf:1: module.a is not installed: "+tt.want+"; GET")
			expectUnread(
				t,
				root,
				Options{IncludeModules: true, AllowMissing: true},
				"module.a main.tf:1: not installed: "+tt.want,
			)
		})
	}
}

// expectUnread compares what was left unread, as "address file:line: reason".
func expectUnread(t *testing.T, root string, opts Options, want ...string) {
	t.Helper()
	c, err := Scan(root, opts)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range c.UnreadModules {
		got = append(got, Problem{File: u.Address + " " + u.File, Line: u.Line, Message: u.Reason}.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// Which variables a module declares, and which have a default, may differ between the
// CLIs. It is the one that is called if one of them would take it.
func TestArgumentsByCLI(t *testing.T) {
	t.Parallel()
	const refuses = "not installed: it is another version than the call is for: the installed one "
	for name, tt := range map[string]struct {
		variables tree   // of the module
		call      tree   // beside the one in main.tf
		body      string // of that
		want      string
	}{
		"JSON": {
			variables: tree{"v.tf.json": `{"variable": {"name": {"type": "string"}, "size": {"default": null}}}`},
			body:      "name = 1",
		},
		"JSON that lacks it": {
			variables: tree{"v.tf.json": `{"variable": [{"size": {"default": 1}}]}`}, body: "name = 1",
			want: `declares no variable "name", which the call sets`,
		},
		"a call in JSON": {
			call: tree{
				"main.tf": "",
				"call.tf.json": `{"module": {"a": {"source": "x/y/z", "//": "a comment", "count": 1, "lifecycle": {}, ` +
					`"name": 1}}}`,
			},
			want: `declares no variable "name", which the call sets`,
		},
		"a call in JSON, escaped": {
			call: tree{"main.tf": "", "call.tf.json": `{"module": {"a": {"source": "x/y/z", "_": {"count": 1}}}}`},
			want: `declares no variable "count", which the call sets`,
		},
		"for OpenTofu": {variables: tree{"v.tofu": `variable "name" {}`}, body: "name = 1"},
		"of a file that OpenTofu passes over": {
			variables: tree{"v.tf": `variable "name" {}`, "v.tofu": `variable "other" {}`}, body: "name = 1",
		},
		"for neither": {
			variables: tree{"v.tf": `variable "name" {}`, "v.tofu": `variable "other" {}`}, body: "name = 1\nother = 1",
			want: `declares no variable "other", which the call sets`,
		},
		"an override gives a default": {
			variables: tree{"v.tf": `variable "name" {}`, "override.tf": "variable \"name\" {\n default = 1\n}"},
		},
		"an override does not": {
			variables: tree{"v.tf": `variable "name" {}`, "override.tf": "variable \"name\" {\n type = string\n}"},
			want:      `needs the variable "name", which the call does not set`,
		},
		"an override of the call": {
			variables: tree{"v.tf": `variable "name" {}`}, call: tree{"override.tf": "module \"a\" {\n name = 1\n}"},
		},
		"an override of the call sets another": {
			call: tree{"override.tf": "module \"a\" {\n name = 1\n}"},
			want: `declares no variable "name", which the call sets`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := stale("source = \"x/y/z\"\n"+tt.body, "registry.terraform.io/x/y/z", "1.0.0", "")
			for name, content := range tt.variables {
				files[".terraform/modules/a/"+name] = content
			}
			for name, content := range tt.call {
				files[name] = content
			}
			c, err := Scan(files.write(t), Options{IncludeModules: true, AllowMissing: true})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(c.UnreadModules) == 1 {
				got = c.UnreadModules[0].Reason
			}
			if want := refuses + tt.want; tt.want == "" && (got != "" || len(c.Resources) != 1) ||
				tt.want != "" && (got != want || len(c.Resources) != 0) { // nothing is taken from a module that is not the one
				t.Errorf("got %q and %q, want %q", got, places(c), tt.want)
			}
		})
	}
}

// A local module is what its path leads to, so its arguments are the CLI's to judge.
func TestLocalModulesAreNotStale(t *testing.T) {
	t.Parallel()
	root := tree{
		"main.tf":   "module \"a\" {\n source = \"./m\"\n name = 1\n}",
		"m/main.tf": "variable \"other\" {}\nresource \"a_b\" \"x\" {}",
	}.write(
		t,
	)
	expectPlaces(t, root, withModules, "module.a.a_b.x m/main.tf:2")
}

func TestUnreadModules(t *testing.T) {
	t.Parallel()
	root := tree{
		"main.tf": `module "local" { source = "./m" }
module "far" { source = "git::https://user:secret@h.example/m.git?ref=v1" }
module "gone" { source = "x/y/z" }
module "empty" { source = "x/y/z" }
module "again" { source = "x/y/z" }
module "odd" { source = var.x }`,
		"far.tofu":        `module "far" { source = "git::https://user:secret@h.example/m.git?ref=v1" }`,
		"m/main.tf":       "\nmodule \"sub\" { source = \"x/y/z\" }\nresource \"a_b\" \"x\" {}",
		"empty/README.md": "",
		manifestFile:      modulesJSON("gone", "gone", "empty", "empty", "again", "empty"),
	}.write(t)

	// Nothing is taken from what is not there, and all of it is named.
	const none = "no configuration files (.tf, .tf.json, .tofu, .tofu.json)"
	allow := Options{IncludeModules: true, AllowMissing: true}
	expectUnread(t, root, allow,
		`module.again main.tf:5: not installed: its folder "empty" has `+none,
		`module.empty main.tf:4: not installed: its folder "empty" has `+none,
		`module.far far.tofu:1: not installed: `+manifestFile+` has no entry for "far"`,
		`module.far main.tf:2: not installed: `+manifestFile+` has no entry for "far"`,
		`module.gone main.tf:3: not installed: its folder "gone" does not exist`,
		`module.local.module.sub m/main.tf:2: not installed: `+manifestFile+` has no entry for "local.sub"`,
		`module.odd main.tf:6: not installed: `+manifestFile+` has no entry for "odd"`,
	)
	expectPlaces(t, root, allow, "module.local.a_b.x m/main.tf:3")

	const without = "modules are not included"
	expectUnread(
		t,
		root,
		Options{},
		"module.again main.tf:5: "+without,
		"module.empty main.tf:4: "+without,
		"module.far far.tofu:1: "+without,
		"module.far main.tf:2: "+without,
		"module.gone main.tf:3: "+without,
		"module.local main.tf:1: "+without,
		"module.odd main.tf:6: "+without,
	)

	c, err := Scan(root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range c.UnreadModules {
		want := map[string]string{
			"module.far": "git::https://…@h.example/m.git?ref=v1", "module.local": "./m", "module.odd": "",
		}
		if source, ok := want[u.Address]; ok && u.Source != source {
			t.Errorf("%s: source %q", u.Address, u.Source)
		}
	}
}

// What cannot be read is an error, also where missing modules are allowed.
func TestAllowMissingIsNotAllowBroken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files tree
		want  string
	}{
		"a local folder": {
			tree{"main.tf": `module "a" { source = "./m" }`},
			`main.tf:1: cannot read the folder "m" of module.a: no such file or directory`,
		},
		"no source": {tree{"main.tf": "module \"a\" {\n}"}, "main.tf:1: module.a has no source"},
		"a manifest": {
			tree{"main.tf": `module "a" { source = "x/y/z" }`, manifestFile: "{"},
			manifestFile + ": is not the JSON that init writes: unexpected end of JSON input",
		},
		"a manifest with a byte order mark": {
			tree{"main.tf": `module "a" { source = "x/y/z" }`, manifestFile: "\ufeff" + modulesJSON("a", "m"), "m/a.tf": ""},
			manifestFile + ": " + markedJSON,
		},
		"syntax": {
			tree{"main.tf": `module "a" { source = "x/y/z" }`, manifestFile: modulesJSON("a", "m"), "m/a.tf": "}"},
			"m/a.tf:1: Argument or block definition required: An argument or block definition is required here.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectError(t, tt.files.write(t), Options{IncludeModules: true, AllowMissing: true}, tt.want)
		})
	}
}
