package hclscan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// listed writes resources and programs as "kind address file:line provisioners".
func listed(c *Configuration) []string {
	kinds := []string{"declared", "imported", "removed", "data", "action"}
	var list []string
	for _, r := range slices.Concat(c.Resources, c.Programs) {
		line := fmt.Sprintf("%s %s %s:%d", kinds[r.Kind], r.Address, r.File, r.Line)
		list = append(list, strings.TrimSpace(line+" "+strings.Join(r.Provisioners, ",")))
	}
	return list
}

func expectListed(t *testing.T, files tree, want ...string) {
	t.Helper()
	c, err := Scan(
		files.write(t),
		Options{IncludeModules: true, Attributes: map[string][]string{"a_w": {"kind"}}, DataSources: []string{"external"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if got := listed(c); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func importTo(to string) string { return "import {\n  to = " + to + "\n  id = \"x\"\n}\n" }

func TestImports(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files tree
		want  []string
	}{
		"without a resource block": {tree{"main.tf": importTo("a_b.new")}, []string{"imported a_b.new main.tf:1"}},
		"with one": {
			tree{"main.tf": importTo("a_b.x"), "x.tf": `resource "a_b" "x" {}`},
			[]string{"declared a_b.x x.tf:1"},
		},
		"with one of another name": {
			tree{"main.tf": importTo("a_b.new"), "x.tf": `resource "a_b" "x" {}`},
			[]string{"imported a_b.new main.tf:1", "declared a_b.x x.tf:1"},
		},
		"an instance": {tree{"main.tf": importTo("a_b.new[0]")}, []string{"imported a_b.new main.tf:1"}},
		"instances": {
			tree{"main.tf": importTo(`a_b.new["x"]`) + importTo(`a_b.new["y"]`)},
			[]string{"imported a_b.new main.tf:1"},
		},
		"for each": {
			tree{"main.tf": "import {\n  for_each = local.all\n  to = a_b.new[each.key]\n  id = each.value\n}\n"},
			[]string{"imported a_b.new main.tf:1"},
		},
		"an odd key": {
			tree{"main.tf": importTo(`a_b.new[join("-", [local.x, "y"])]`)},
			[]string{"imported a_b.new main.tf:1"},
		},
		"into a module": {
			tree{"main.tf": importTo("module.m.a_b.new") + `module "m" { source = "./m" }`, "m/x.tf": ""},
			[]string{"imported module.m.a_b.new main.tf:1"},
		},
		"into instances": {
			tree{"main.tf": importTo(`module.m["k"].module.n[each.key].a_b.new["x"]`)},
			[]string{"imported module.m.module.n.a_b.new main.tf:1"},
		},
		"a module has it": {
			tree{"main.tf": importTo("module.m.a_b.x") + `module "m" { source = "./m" }`, "m/x.tf": `resource "a_b" "x" {}`},
			[]string{"declared module.m.a_b.x m/x.tf:1"},
		},
		"an address, identity": {
			tree{"main.tf": "import {\n  to = a_b.new\n  identity = {\n    x = 1\n  }\n}\n"},
			[]string{"imported a_b.new main.tf:1"},
		},
		"quoted": {tree{"main.tf": importTo(`"${a_b.new}"`)}, []string{"imported a_b.new main.tf:1"}},
		"JSON": {
			tree{"main.tf.json": `{"import": [{"to": "a_b.new", "id": "x"}, {"to": "${module.m.a_b.y[each.key]}", "id": "x"}]}`},
			[]string{"imported a_b.new main.tf.json:1", "imported module.m.a_b.y main.tf.json:1"},
		},
		// The CLIs allow imports in the root module alone. Here they count everywhere.
		"in a module": {
			tree{
				"main.tf": `module "m" { source = "./m" }`,
				"m/x.tf":  importTo("a_b.new") + importTo("a_b.old") + `resource "a_b" "old" {}`,
			},
			[]string{"imported module.m.a_b.new m/x.tf:1", "declared module.m.a_b.old m/x.tf:9"},
		},
		"in override files": {
			tree{"main.tf": importTo("a_b.one"), "override.tf": importTo("a_b.two")},
			[]string{"imported a_b.one main.tf:1", "imported a_b.two override.tf:1"},
		},
		"moved and removed": {
			tree{"main.tf": "moved {\n from = a_b.x\n to = a_b.y\n}\nremoved {\n from = a_b.z\n lifecycle {\n" +
				" destroy = false\n }\n}\n"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectListed(t, tt.files, tt.want...)
		})
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	const missing = `main.tf:1: Missing required argument: The argument "to" is required, but no definition was found.`
	invalid := func(file string, line int) string {
		return fmt.Sprintf(
			`%s:%d: Invalid address: The "to" of this import block is not the address of a resource, such as `+
				`aws_s3_bucket.logs or `+
				`module.logs.aws_s3_bucket.this["eu"].`,
			file,
			line,
		)
	}
	for name, tt := range map[string]struct {
		files tree
		want  string
	}{
		"no target":      {tree{"main.tf": "import {\n}"}, missing},
		"a data source":  {tree{"main.tf": importTo("data.a_b.x")}, invalid("main.tf", 2)},
		"a module":       {tree{"main.tf": importTo("module.x")}, invalid("main.tf", 2)},
		"an attribute":   {tree{"main.tf": importTo("a_b.x.id")}, invalid("main.tf", 2)},
		"a splat":        {tree{"main.tf": importTo("a_b.x[*]")}, invalid("main.tf", 2)},
		"an expression":  {tree{"main.tf": importTo("var.x ? a_b.x : a_b.y")}, invalid("main.tf", 2)},
		"a string":       {tree{"main.tf": importTo(`"a_b.x"`)}, invalid("main.tf", 2)},
		"JSON, a number": {tree{"main.tf.json": `{"import": {"to": 1, "id": "x"}}`}, invalid("main.tf.json", 1)},
		"JSON, no such":  {tree{"main.tf.json": `{"import": {"to": "a b", "id": "x"}}`}, invalid("main.tf.json", 1)},
		"JSON, too deep": {
			tree{"main.tf.json": `{"import": {"to": "` + strings.Repeat("(", 100_000) + `", "id": "x"}}`},
			invalid("main.tf.json", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectError(t, tt.files.write(t), withModules, tt.want)
		})
	}
}

// Without a provisioner nothing asks what a removed block is about.
func TestRemovedErrors(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"module.x", "data.a_b.x", "a_b.x.id", `"a_b.x"`} {
		const invalid = `main.tf:2: Invalid address: The "from" of this removed block is not the address of a resource, ` +
			`such as aws_s3_bucket.logs or module.logs.aws_s3_bucket.this["eu"].`
		block := "removed {\n from = " + from + "\n%s}\n"
		expectError(t, tree{"main.tf": fmt.Sprintf(block, provisioner("local-exec"))}.write(t), withModules, invalid)
		expectListed(t, tree{"main.tf": fmt.Sprintf(block, "")})
	}
}

func provisioner(types ...string) string {
	var b strings.Builder
	for _, typ := range types {
		fmt.Fprintf(&b, "  provisioner %q {\n    command = \"x\"\n  }\n", typ)
	}
	return b.String()
}

func withProvisioners(typ string, types ...string) string {
	return "resource \"" + typ + "\" \"x\" {\n" + provisioner(types...) + "}\n"
}

func TestProvisioners(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files tree
		want  []string
	}{
		"one": {
			tree{"main.tf": withProvisioners("null_resource", "local-exec")},
			[]string{"declared null_resource.x main.tf:1 local-exec"},
		},
		"several, sorted": {
			tree{"main.tf": withProvisioners("a_b", "remote-exec", "file", "local-exec", "file")},
			[]string{"declared a_b.x main.tf:1 file,local-exec,remote-exec"},
		},
		"beside attributes": {
			tree{"main.tf": "resource \"a_w\" \"x\" {\n kind = 1\n" + provisioner("remote-exec") + "}"},
			[]string{"declared a_w.x main.tf:1 remote-exec"},
		},
		"at destroy": {
			tree{"main.tf": "resource \"a_b\" \"x\" {\n provisioner \"local-exec\" {\n when = destroy\n }\n}"},
			[]string{"declared a_b.x main.tf:1 local-exec"},
		},
		"JSON": {
			tree{
				"main.tf.json": `{"resource": {"a_b": {"x": {"provisioner": [{"local-exec": {"command": "x"}}, {"file": ` +
					`{}}]}, "y": {"provisioner": {"remote-exec": {}}}}}}`,
			},
			[]string{"declared a_b.x main.tf.json:1 file,local-exec", "declared a_b.y main.tf.json:1 remote-exec"},
		},
		"dynamic blocks make none": {
			tree{"main.tf": "resource \"a_b\" \"x\" {\n dynamic \"provisioner\" {\n for_each = []\n content {}\n }\n}"},
			[]string{"declared a_b.x main.tf:1"},
		},
		"an override adds one": {
			tree{"main.tf": `resource "a_b" "x" {}`, "override.tf": withProvisioners("a_b", "local-exec")},
			[]string{"declared a_b.x main.tf:1 local-exec"},
		},
		"an override takes the place of them": {
			tree{"main.tf": withProvisioners("a_b", "local-exec", "remote-exec"), "override.tf": withProvisioners("a_b", "file")},
			[]string{"declared a_b.x main.tf:1 file"},
		},
		"an override leaves them": {
			tree{"main.tf": withProvisioners("a_b", "local-exec"), "override.tf": `resource "a_b" "x" {}`},
			[]string{"declared a_b.x main.tf:1 local-exec"},
		},
		"an override for OpenTofu": {
			tree{"main.tf": withProvisioners("a_b", "local-exec"), "override.tofu": withProvisioners("a_b", "file")},
			[]string{"declared a_b.x main.tf:1 file,local-exec"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectListed(t, tt.files, tt.want...)
		})
	}
}

// What is no resource and yet runs what it likes.
func TestPrograms(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files tree
		want  []string
	}{
		"a data source": {
			tree{"main.tf": "data \"external\" \"x\" {}\ndata \"a_b\" \"y\" {}"},
			[]string{"data data.external.x main.tf:1"},
		},
		"within a check": {
			tree{"main.tf": "check \"c\" {\n data \"external\" \"x\" {}\n assert {\n condition = true\n }\n}\n"},
			[]string{"data data.external.x main.tf:2"},
		},
		"in a module, in JSON": {
			tree{"main.tf": "\nmodule \"m\" { source = \"./m\" }", "m/x.tf.json": `{"data": {"external": {"x": {}}, "a_b": ` +
				`{"y": {}}}}`},
			[]string{"data module.m.data.external.x m/x.tf.json:1"},
		},
		"an action": {tree{"main.tf": "action \"a_b\" \"x\" {\n config {}\n}"}, []string{"action action.a_b.x main.tf:1"}},
		"removed, with a provisioner": {
			tree{"main.tf": "removed {\n from = module.m.a_b.x\n" + provisioner("local-exec") + "}\n"},
			[]string{"removed module.m.a_b.x main.tf:1 local-exec"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectListed(t, tt.files, tt.want...)
		})
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		"a_b.x.id": "a_b.x", "a_b.x[0].id": "a_b.x", `a_b.x[each.key].id`: "a_b.x", `"${a_b.x.id}"`: "a_b.x",
		"(a_b.x.id)":   "a_b.x",
		"a_b.x.a.b[0]": "a_b.x", "a_b.x": "", `"${a_b.x.id}/y"`: "", "data.a_b.x.id": "", "var.x.y.z": "", "local.x.y": "",
		"module.m.x.id": "",
		"each.value.id": "", "a_b.x[*].id": "", "upper(a_b.x.id)": "", "true ? a_b.x.id : a_b.y.id": "", `"a_b.x.id"`: "",
	} {
		c, err := Scan(
			tree{"main.tf": "resource \"a_b\" \"r\" {\n kind = " + expr + "\n}"}.write(t),
			Options{Attributes: map[string][]string{"a_b": {"kind"}}},
		)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Resources[0].Attributes["kind"].Reference; got != want {
			t.Errorf("%s: got %q, want %q", expr, got, want)
		}
	}
	for text, want := range map[string]string{
		"${a_b.x.id}": "a_b.x", "a_b.x.id": "", "${a_b.x.id}/y": "",
		"${a_b.x.id}${a_b.y.id}": "", "x${a_b.x.id}": "",
	} {
		c, err := Scan(
			tree{"main.tf.json": `{"resource": {"a_b": {"r": {"kind": "` + text + `"}}}}`}.write(t),
			Options{Attributes: map[string][]string{"a_b": {"kind"}}},
		)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Resources[0].Attributes["kind"].Reference; got != want {
			t.Errorf("JSON, %s: got %q, want %q", text, got, want)
		}
	}
}

// Marks and line ends: as Terraform 1.11 and OpenTofu 1.12 have them, both alike.
func TestMarksAndLineEnds(t *testing.T) {
	t.Parallel()
	const odd = "main.tf:1: Invalid character: This character is not used within the language."
	for name, tt := range map[string]struct {
		files tree
		err   string
	}{
		"a mark":            {files: tree{"main.tf": "\ufeffresource \"a_b\" \"x\" {}\n"}},
		"a mark in JSON":    {tree{"main.tf.json": "\ufeff{}"}, "main.tf.json:1: " + markedJSON},
		"CRLF":              {files: tree{"main.tf": "resource \"a_b\" \"x\" {\r\n}\r\n"}},
		"CRLF in JSON":      {files: tree{"main.tf.json": "{\"resource\":\r\n{\"a_b\": {\"x\": {}}}}\r\n"}},
		"CR in JSON":        {files: tree{"main.tf.json": "{\"resource\":\r{\"a_b\": {\"x\": {}}}}\r"}},
		"CR alone":          {tree{"main.tf": "locals {\r}"}, odd},
		"a mark in between": {tree{"main.tf": "\n\ufefflocals {}"}, strings.Replace(odd, ":1:", ":2:", 1)},
		"CRLF in modules.json": {files: tree{
			"main.tf": `module "m" { source = "x/y/z" }`, "m/x.tf": `resource "a_b" "x" {}`,
			manifestFile: strings.ReplaceAll(modulesJSON("m", "m"), ",", ",\r\n"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Scan(tt.files.write(t), withModules)
			if tt.err == "" {
				if err != nil || len(c.Resources) != 1 {
					t.Errorf("%v", err)
				}
			} else if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want %s", err, tt.err)
			}
		})
	}
}

// Generated JSON, as of CDK for Terraform, is one file however large the stack.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"resource": {"a_b": {`)
	script := strings.Repeat("echo ${a_b.x.name}; ", 500)
	resources := 1
	for ; b.Len() < 5<<20; resources++ {
		fmt.Fprintf(&b, `"r%d": {"//": {"metadata": {"path": "stack/r%d"}}, "user_data": %q},`, resources, resources, script)
	}
	b.WriteString(`"last": {}}}}`)
	c, err := Scan(tree{"cdk.tf.json": b.String()}.write(t), withModules)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Resources) != resources {
		t.Errorf("got %d resources of %d", len(c.Resources), resources)
	}
}
