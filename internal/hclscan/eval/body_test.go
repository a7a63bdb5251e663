package eval

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

func TestArguments(t *testing.T) {
	t.Parallel()
	e := tree{
		"main.tf": `
variable "rules" {}
locals { rules = { a = { ip = "1.2.3.4" }, b = { ip = var.rules } } }
resource "a_b" "x" {
  top = "1"
  site {
    min_tls = "1.2"
    rule { ip = "10.0.0.0/8" }
    rule { ip = null }
    rule {}
  }
  empty {}
  list = [{ ip = "x" }, { ip = var.rules }]
  dynamic "known" {
    for_each = local.rules
    iterator = it
    content {
      ip  = it.value.ip
      key = it.key
    }
  }
  dynamic "none" {
    for_each = []
    content { ip = "x" }
  }
  dynamic "open" {
    for_each = var.rules
    content { ip = "x" }
  }
  body = jsonencode({ properties = { https = true, secret = var.rules } })
  text = "{\"properties\":{\"https\":false}}"
  lifecycle { ignore_changes = [tags, site[0].ignored, whole] }
}
resource "a_b" "all" {
  top = "1"
  lifecycle { ignore_changes = all }
}
resource "a_b" "over" {
  top = "1"
  rule { ip = "old" }
  kept { ip = "old" }
}
`,
		"x_override.tf": `
resource "a_b" "over" {
  top = "2"
  rule { ip = "new1" }
  rule { ip = "new2" }
}
`,
		"j.tf.json": `{"resource":{"a_b":{"json":{
  "top": "${upper(\"x\")}",
  "plain": "x",
  "site": {"min_tls": "1.2", "rule": [{"ip": "a"}, {"ip": "${var.rules}"}]},
  "dynamic": {"d": {"for_each": ["p", "q"], "content": {"ip": "${d.value}"}}},
  "lifecycle": {"ignore_changes": ["kept"]},
  "kept": 1
}}}}`,
	}.evaluate(t, nil)
	for _, tt := range []struct{ address, path, want string }{
		{"a_b.x", "top", `StringVal("1")`},
		{"a_b.x", "nothing", "absent"},
		{"a_b.x", "nothing.ip", "absent"},
		{"a_b.x", "nothing[].ip", ""},
		{"a_b.x", "site.min_tls", `StringVal("1.2")`},
		{"a_b.x", "site.none", "absent"},
		{"a_b.x", "site", "unknown(ignored site)"}, // a part of it is
		{"a_b.x", "empty", "EmptyObjectVal"},
		{"a_b.x", "empty.ip", "absent"},
		{"a_b.x", "site.rule[].ip", `StringVal("10.0.0.0/8") absent absent`},
		{"a_b.x", "site.none[].ip", ""},
		{"a_b.x", "list[].ip", `StringVal("x") unknown(variable rules)`},
		{"a_b.x", "known[].ip", `StringVal("1.2.3.4") unknown(variable rules)`},
		{"a_b.x", "known[].key", `StringVal("a") StringVal("b")`},
		{"a_b.x", "none[].ip", ""},
		{"a_b.x", "none.ip", "absent"},
		{"a_b.x", "open[].ip", "unknown(variable rules)"},
		{"a_b.x", "body.properties.https", "True"},
		{"a_b.x", "body.properties.secret", "unknown(variable rules)"},
		{"a_b.x", "body.properties.none", "absent"},
		{"a_b.x", "text.properties.https", "False"},
		{"a_b.x", "site.ignored", "unknown(ignored site.ignored)"},
		{"a_b.x", "whole.part", "unknown(ignored whole.part)"},
		{"a_b.all", "top", "unknown(ignored top)"},
		{"a_b.over", "top", `StringVal("2")`},
		{"a_b.over", "rule[].ip", `StringVal("new1") StringVal("new2")`},
		{"a_b.over", "kept.ip", `StringVal("old")`},
		{"a_b.json", "top", `StringVal("X")`},
		{"a_b.json", "plain", `StringVal("x")`},
		{"a_b.json", "site.min_tls", `StringVal("1.2")`},
		{"a_b.json", "site.rule[].ip", `StringVal("a") unknown(variable rules)`},
		{"a_b.json", "d[].ip", `StringVal("p") StringVal("q")`},
		{"a_b.json", "kept", `unknown(ignored kept)`},
	} {
		if got := argumentOf(t, e, tt.address, tt.path); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.address, tt.path, got, tt.want)
		}
	}
}

// TestPlaces holds where an argument is said to be: what is left out is where its block is.
func TestPlaces(t *testing.T) {
	t.Parallel()
	e := tree{
		"main.tf":   "module \"m\" {\n  source = \"./m\"\n}\n",
		"m/main.tf": "resource \"a_b\" \"x\" {\n  site {\n    a = 1\n  }\n}\n",
	}.evaluate(t, nil)
	inst := e.Instance("module.m.a_b.x")
	for path, line := range map[string]int{"site.a": 3, "site.b": 2, "other": 1, "other.x": 1} {
		if got := inst.Argument(path); len(got) != 1 || got[0].File != "m/main.tf" || got[0].Line != line {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

// TestViews: what Terraform and OpenTofu do not agree on is not certain.
func TestViews(t *testing.T) {
	t.Parallel()
	e := tree{
		"a.tf":   `resource "a_b" "x" { v = "terraform" }`,
		"a.tofu": `resource "a_b" "x" { v = "tofu" }`,
		"b.tofu": `resource "a_b" "only" { v = "tofu" }`,
		"c.tf": `resource "a_b" "local" { v = local.v }
resource "a_b" "same" { v = 1 }
resource "a_b" "shadowed" { v = local.w }`,
		"l.tf":   "locals {\n v = 1\n w = 1\n}",
		"l.tofu": "locals {\n v = 2\n w = 1\n}",
	}
	evaluation := e.evaluate(t, nil)
	for address, want := range map[string]string{
		"a_b.x": "unknown(views)", "a_b.local": "unknown(views)",
		"a_b.same": "NumberIntVal(1)", "a_b.shadowed": "NumberIntVal(1)",
		"a_b.only": `StringVal("tofu")`,
	} {
		if got := argumentOf(t, evaluation, address, "v"); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	if evaluation.Instance("a_b.only").Certain || !evaluation.Instance("a_b.same").Certain {
		t.Error("which of them exist")
	}
}

func TestExistence(t *testing.T) {
	t.Parallel()
	e := tree{
		"main.tf": `
variable "n" {}
resource "a_b" "two" { count = 2 }
resource "a_b" "zero" { count = false ? 1 : 0 }
resource "a_b" "open" { count = var.n }
resource "a_b" "set" { for_each = toset(["a", "b"]) }
resource "a_b" "tuple" { for_each = ["a"] }
resource "a_b" "enabled" {
  lifecycle { enabled = true }
}
module "m" {
  source = "./m"
  count  = var.n
}
module "two" {
  source   = "./m"
  for_each = { a = "x", b = "y" }
  v        = each.value
}
`,
		"m/m.tf": "variable \"v\" {\n  default = 1\n}\nresource \"a_b\" \"x\" { v = var.v }\n",
	}.evaluate(t, nil)
	want := map[string]bool{
		"a_b.two[0]": true, "a_b.two[1]": true, "a_b.open[*]": false, `a_b.set["a"]`: true, `a_b.set["b"]`: true,
		"a_b.tuple[*]": false, "a_b.enabled[*]": false, "module.m[*].a_b.x": false,
		`module.two["a"].a_b.x`: true, `module.two["b"].a_b.x`: true,
	}
	for _, inst := range e.Instances() {
		certain, ok := want[inst.Address]
		if !ok || certain != inst.Certain {
			t.Errorf("%s is certain: %t", inst.Address, inst.Certain)
		}
		delete(want, inst.Address)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	if got := argumentOf(t, e, `module.two["b"].a_b.x`, "v"); got != `StringVal("y")` {
		t.Error(got)
	}
	if got := argumentOf(t, e, "module.m[*].a_b.x", "v"); got != `NumberIntVal(1)` {
		t.Error(got)
	}
}

// TestModuleVariables: types, defaults, optional attributes and nulls as the CLIs have them.
func TestModuleVariables(t *testing.T) {
	t.Parallel()
	e := tree{
		"main.tf": `
variable "open" {}
module "m" {
  source  = "./m"
  text    = true
  number  = "12"
  null    = null
  notnull = null
  object  = { name = "x" }
  list    = ["a", 1]
  any     = { a = 1, b = var.open }
  anymap  = { a = true, b = var.open }
  wrong   = "x"
}
`,
		"m/m.tf": `
variable "text" { type = string }
variable "number" { type = number }
variable "null" {
  type = string
  default = "d"
}
variable "notnull" {
  type = string
  default = "d"
  nullable = false
}
variable "left" {
  type = string
  default = "d"
}
variable "object" { type = object({ name = string, tls = optional(string, "TLS1_2"), none = optional(bool) }) }
variable "list" { type = list(string) }
variable "any" { type = any }
variable "anymap" { type = map(any) }
variable "wrong" { type = number }
resource "a_b" "x" {
  text    = var.text
  number  = var.number
  null    = var.null
  notnull = var.notnull
  left    = var.left
  tls     = var.object.tls
  none    = var.object.none
  list    = var.list
  any     = var.any.a
  anymap  = var.anymap.a
  wrong   = var.wrong
}
`,
	}
	evaluation := e.evaluate(t, nil)
	for path, want := range map[string]string{
		"text": `StringVal("true")`, "number": "NumberIntVal(12)", "null": "absent", "notnull": `StringVal("d")`,
		"left": `StringVal("d")`, "tls": `StringVal("TLS1_2")`, "none": "absent",
		"list": `ListVal([]cty.Value{cty.StringVal("a"), cty.StringVal("1")})`, "any": "NumberIntVal(1)",
		"anymap": "unknown(variable open)", "wrong": "unknown(expression)",
	} {
		if got := argumentOf(t, evaluation, "module.m.a_b.x", path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	const resources = `
resource "azurerm_x" "a" {}
resource "azurerm_x" "other" { provider = mine.x }
`
	requires := func(version string) string {
		return "terraform {\n  required_providers {\n    azurerm = {\n      source = \"hashicorp/azurerm\"\n      version = \"" +
			version + "\"\n    }\n    mine = { source = \"me/mine\" }\n  }\n}\n"
	}
	lock := func(host, version string) string {
		return "provider \"" + host + "/hashicorp/azurerm\" {\n  version = \"" + version + "\"\n}\n"
	}
	for name, tt := range map[string]struct {
		files      tree
		constraint string
		want       bool
	}{
		"nothing required":   {tree{}, ">= 4.0, < 5.0", false},
		"implied":            {tree{"v.tf": requires("~> 4.1")}, ">= 4.0, < 5.0", true},
		"exactly":            {tree{"v.tf": requires("4.81.0")}, ">= 4.0, < 5.0", true},
		"open above":         {tree{"v.tf": requires(">= 4.0")}, ">= 4.0, < 5.0", false},
		"open above allowed": {tree{"v.tf": requires(">= 4.0")}, ">= 3.0", true},
		"lower":              {tree{"v.tf": requires("~> 3.0")}, ">= 4.0, < 5.0", false},
		"contradiction":      {tree{"v.tf": requires("~> 3.0, ~> 4.0")}, ">= 4.0, < 5.0", false},
		"one segment":        {tree{"v.tf": requires("~> 4")}, ">= 4.0, < 5.0", false},
		"prerelease":         {tree{"v.tf": requires("= 4.0.0-beta1")}, ">= 4.0, < 5.0", false},
		"locked": {
			tree{"v.tf": requires(">= 3.0"), lockFile: lock("registry.terraform.io", "4.2.0")},
			">= 4.0, < 5.0", true,
		},
		"locked by the other CLI": {tree{lockFile: lock("registry.opentofu.org", "4.2.0")}, ">= 4.0, < 5.0", true},
		"locked twice": {
			tree{lockFile: lock("registry.opentofu.org", "4.2.0") + lock("registry.terraform.io", "3.0.0")},
			">= 3.0, < 5.0", false,
		},
		"locked lower": {
			tree{"v.tf": requires("~> 4.0"), lockFile: lock("registry.terraform.io", "3.2.0")},
			">= 4.0, < 5.0", false,
		},
		"overridden": {tree{"v.tf": requires("~> 4.0"), "v_override.tf": requires(">= 3.0")}, ">= 4.0, < 5.0", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.files["main.tf"] = resources
			e := tt.files.evaluate(t, nil)
			if got := e.Instance("azurerm_x.a").ProviderWithin("hashicorp/azurerm", tt.constraint); got != tt.want {
				t.Errorf("got %t", got)
			}
			if e.Instance("azurerm_x.other").ProviderWithin("hashicorp/azurerm", ">= 0.0") {
				t.Error("a resource of another provider")
			}
		})
	}
}

func TestRefusedVariables(t *testing.T) {
	t.Parallel()
	c := tree{
		"main.tf":       "variable \"s\" {\n  sensitive = true\n}\nvariable \"e\" {\n  ephemeral = true\n}\nvariable \"o\" {}\n",
		"x_override.tf": "variable \"o\" {\n  sensitive = true\n}\n",
		"t.tf":          "variable \"t\" {\n  type = list(object({ n = number }))\n}\n",
	}.scan(t)
	for name, want := range map[string]string{
		"s": `the root module declares the variable "s" sensitive or ephemeral, so its value cannot be given here, where it ` +
			`would be seen: leave it out`,
		"e": `the root module declares the variable "e" sensitive or ephemeral, so its value cannot be given here, where it ` +
			`would be seen: leave it out`,
		"o": `the root module declares the variable "o" sensitive or ephemeral, so its value cannot be given here, where it ` +
			`would be seen: leave it out`,
		"n": `the root module declares no variable "n": leave it out`,
		"t": `the value is none of the type that the root module declares for the variable "t": give one that is`,
	} {
		_, err := New(c, Options{Variables: map[string]cty.Value{name: cty.StringVal("SECRET")}})
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	// What can be made one of the type is, and what is not known may be.
	for _, fits := range []cty.Value{
		cty.EmptyTupleVal, cty.DynamicVal, cty.NullVal(cty.DynamicPseudoType),
		cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"n": cty.StringVal("1"), "more": cty.True})}),
	} {
		if _, err := New(c, Options{Variables: map[string]cty.Value{"t": fits}}); err != nil {
			t.Errorf("%#v: %s", fits, err)
		}
	}
}
