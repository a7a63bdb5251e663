package hclscan

import (
	"strings"
	"testing"
)

func TestScanFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files tree
		want  []string
	}{
		"blocks that choose nothing": {
			tree{"main.tf": `
terraform {
  required_version = ">= 1.5"
}
provider "azurerm" {
  alias = "west"
  features {}
}
variable "x" {}
locals { y = 1 }
output "z" { value = 1 }
data "azurerm_key_vault" "d" {}
ephemeral "azurerm_key_vault_secret" "e" {}
moved {
  from = azurerm_subnet.old
  to   = azurerm_subnet.new
}
removed {
  from = azurerm_cdn_profile.gone
}
import {
  to = azurerm_subnet.new
  id = "x"
}
check "c" {
  data "azurerm_redis_cache" "r" {}
}
action "azurerm_x" "y" {}
some_block_of_a_later_version "a" "b" "c" {}
resource "azurerm_subnet" "new" {
  provider = azurerm.west
}
`},
			[]string{"azurerm_subnet.new main.tf:30"},
		},
		"declared whatever the number": {
			tree{"main.tf": `resource "a_b" "none" {
  count = 0
}
resource "a_b" "many" {
  for_each = toset(["x", "y"])
}
`},
			[]string{"a_b.none main.tf:1", "a_b.many main.tf:4"},
		},
		"the union of both CLIs' files": {
			tree{
				"a.tf":        `resource "a_b" "tf" {}`,
				"b.tf.json":   `{"resource": {"a_b": {"tf_json": {}}}}`,
				"c.tofu":      `resource "a_b" "tofu" {}`,
				"d.tofu.json": `{"resource": {"a_b": {"tofu_json": {}}}}`,
				"x.tf":        "resource \"a_b\" \"x\" {}\nresource \"a_b\" \"only_tf\" {}",
				"x.tofu":      "\nresource \"a_b\" \"x\" {}",
			},
			[]string{
				"a_b.tf a.tf:1", "a_b.tf_json b.tf.json:1", "a_b.tofu c.tofu:1", "a_b.tofu_json d.tofu.json:1",
				"a_b.x x.tf:1", "a_b.only_tf x.tf:2", "a_b.x x.tofu:2",
			},
		},
		"files that are none of a configuration's": {
			tree{
				"main.tf":             `resource "a_b" "c" {}`,
				".hidden.tf":          `not even HCL`,
				"main.tf~":            `not even HCL`,
				"#main.tf#":           `not even HCL`,
				"x.tftest.hcl":        `not even HCL`,
				"x.tftest.json":       `not even HCL`,
				"x.tofutest.hcl":      `not even HCL`,
				"terraform.tfvars":    `not even HCL`,
				"x.tfquery.hcl":       `not even HCL`,
				"main.tf.bak":         `not even HCL`,
				"main.TF":             `not even HCL`,
				"data.json":           `not even JSON`,
				"nested/main.tf":      `not even HCL`,
				"folder.tf/x":         `not even HCL`,
				".terraform/x/a.tf":   `not even HCL`,
				"tests/x.tftest.hcl":  `not even HCL`,
				"main_test.tfmock.tf": ``,
			},
			[]string{"a_b.c main.tf:1"},
		},
		"forms of JSON": {
			tree{"main.tf.json": `{
  "//": "a comment",
  "resource": [
    {"a_b": {"one": {"//": "another"}}},
    {"a_b": [
      {"two": {}},
      {"three": [{}]}
    ]},
    {"a_c": {
      "four": {"x": 1},
      "five": {}}}
  ],
  "data": {"a_d": {"x": {}}},
  "terraform": {}
}`},
			[]string{
				"a_b.one main.tf.json:4", "a_b.two main.tf.json:6", "a_b.three main.tf.json:7",
				"a_c.four main.tf.json:10", "a_c.five main.tf.json:11",
			},
		},
		"JSON that is an array": {
			tree{"main.tf.json": `[{"resource": {"a_b": {"one": {}}}}, {"resource": {"a_b": {"two": null}}}]`},
			[]string{"a_b.one main.tf.json:1"}, // a null is no block, for the CLIs either
		},
		"empty file": {
			tree{"main.tf": ``, "versions.tf": `# nothing`},
			nil,
		},
		"a byte order mark": {
			tree{"main.tf": "\ufeff# x\nresource \"a_b\" \"c\" {}\n"},
			[]string{"a_b.c main.tf:2"},
		},
		"aliased providers, passed on": {
			tree{
				"main.tf": `provider "a" {
  alias = "west"
}
module "m" {
  source    = "./m"
  providers = { a.main = a.west, a.other = a }
}
`,
				"m/main.tf": `terraform {
  required_providers {
    a = {
      source                = "x/a"
      configuration_aliases = [a.main, a.other]
    }
  }
}
resource "a_b" "main" {
  provider = a.main
}
resource "a_b" "other" {
  provider = a.other
}
resource "a_b" "elsewhere" {
  provider = c
}
`,
			},
			[]string{"module.m.a_b.main m/main.tf:9", "module.m.a_b.other m/main.tf:12", "module.m.a_b.elsewhere m/main.tf:15"},
		},
		"CRLF": {
			tree{
				"main.tf": "# x\r\nresource \"a_b\" \"c\" {\r\n  x = <<-E\r\n  y\r\n  E\r\n}\r\n\r\n" +
					"resource \"a_b\" \"d\" {}\r\n",
			},
			[]string{"a_b.c main.tf:2", "a_b.d main.tf:8"},
		},
		"resources named in comments and strings": {
			tree{
				"main.tf": "/*\nresource \"a_b\" \"no\" {}\n*/\n# resource \"a_b\" \"no\" {}\nlocals {\n  x = <<E\n" +
					"resource \"a_b\" " +
					"\"no\" {}\nE\n}\nresource a_b \"c\" {}",
			},
			[]string{"a_b.c main.tf:10"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			expectPlaces(t, test.files.write(t), Options{IncludeModules: true}, test.want...)
		})
	}
}

func TestScanFields(t *testing.T) {
	t.Parallel()
	root := tree{
		"main.tf":            `module "net" { source = "./mods/net" }`,
		"mods/net/main.tf":   `module "in" { source = "../in" }`,
		"mods/in/subnets.tf": "\nresource \"azurerm_subnet\" \"this\" {\n  kind = \"k\"\n}\n",
	}.write(t)
	c, err := Scan(root, Options{IncludeModules: true, Attributes: map[string][]string{"azurerm_subnet": {"kind", "absent"}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Resources) != 1 {
		t.Fatal(places(c))
	}
	r := c.Resources[0]
	if r.Address != "module.net.module.in.azurerm_subnet.this" || r.Type != "azurerm_subnet" || r.Name != "this" ||
		r.Module != "module.net.module.in" || r.File != "mods/in/subnets.tf" || r.Line != 2 {
		t.Errorf("%+v", r)
	}
	if len(r.Attributes) != 1 || r.Attributes["kind"] != (Attribute{Set: true, Literal: true, Value: "k"}) {
		t.Errorf("%+v", r.Attributes)
	}
}

func TestScanErrors(t *testing.T) {
	t.Parallel()
	manyErrors := tree{}
	for i := range 12 {
		manyErrors[string(rune('a'+i))+".tf"] = "\nresource {"
	}
	unclosed := "Unclosed configuration block: There is no closing brace for this block before the end of the file. This may " +
		"be caused by incorrect brace nesting elsewhere in this file."
	var manyWant strings.Builder
	manyWant.WriteString("12 problems:")
	for i := range 10 {
		manyWant.WriteString("\n- " + string(rune('a'+i)) + ".tf:2: " + unclosed)
	}
	manyWant.WriteString("\n- and 2 more")

	tests := map[string]struct {
		files tree
		want  string
	}{
		"syntax": {
			tree{
				"main.tf":  "resource \"a_b\" \"c\" {}\n\nresource \"a_b\" \"d\" {\n  x = \n}\n",
				"other.tf": `resource "a_b" "e" {}`,
			},
			"main.tf:4: Invalid expression: Expected the start of an expression, but found an invalid expression token.",
		},
		"syntax in JSON": {
			tree{"main.tf.json": "{\n \"resource\": {\n}"},
			"main.tf.json:1: Unclosed object: No closing brace was found for this JSON object.",
		},
		"truncated JSON": {
			tree{"main.tf.json": ""},
			"main.tf.json:1: Missing value: The JSON data ends prematurely.",
		},
		"several files": {
			tree{"a.tf": "}", "b.tf": "\nx", "c.tf": `resource "a_b" "c" {}`},
			"2 problems:\n" +
				"- a.tf:1: Argument or block definition required: An argument or block definition is required here.\n" +
				"- b.tf:2: Argument or block definition required: An argument or block definition is required here. To set an " +
				"argument, use the equals sign \"=\" to introduce the argument value.",
		},
		"more than are told": {manyErrors, manyWant.String()},
		"a label missing": {
			tree{"main.tf": `resource "a_b" {}`},
			"main.tf:1: Missing name for resource: All resource blocks must have 2 labels (type, name).",
		},
		"a label too many": {
			tree{"main.tf": `module "a" "b" {}`},
			"main.tf:1: Extraneous label for module: Only 1 labels (name) are expected for module blocks.",
		},
		"a name that would forge an address": {
			tree{"main.tf.json": `{"resource": {"a_b": {"c.module.d": {}}}}`},
			`main.tf.json:1: Invalid name: The label "c.module.d" of a resource block is not a valid identifier.`,
		},
		"a resource type without a name in JSON": {
			tree{"main.tf.json": `{"resource": {"a_b": {}}}`},
			"main.tf.json:1: Missing block label: At least one object property is required, whose name represents the " +
				"resource block's name.",
		},
		"not UTF-8": {
			tree{"main.tf": "x = \"\xff\"\n"},
			"2 problems:\n" +
				"- main.tf:1: Invalid character encoding: All input files must be UTF-8 encoded. Ensure that UTF-8 encoding " +
				"is selected in your editor.\n" +
				"- main.tf:1: Unterminated template string: No closing marker was found for the string.",
		},
		"no configuration files": {
			tree{"README.md": "", ".x.tf": ""},
			`the folder "ROOT" has no configuration files (.tf, .tf.json, .tofu, .tofu.json)`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := test.files.write(t)
			expectError(t, root, Options{IncludeModules: true}, strings.ReplaceAll(test.want, "ROOT", root))
		})
	}
}

func TestScanRoot(t *testing.T) {
	root := tree{"main.tf": `resource "a_b" "c" {}`}.write(t)
	t.Run("missing", func(t *testing.T) {
		expectError(t, root+"/absent", Options{}, `cannot read the folder "`+root+`/absent": no such file or directory`)
	})
	t.Run("a file", func(t *testing.T) {
		expectError(t, root+"/main.tf", Options{}, `cannot read the folder "`+root+`/main.tf": not a directory`)
	})
	t.Run("relative", func(t *testing.T) {
		t.Chdir(root)
		expectPlaces(t, ".", Options{}, "a_b.c main.tf:1")
		expectPlaces(t, "", Options{}, "a_b.c main.tf:1")
	})
}
