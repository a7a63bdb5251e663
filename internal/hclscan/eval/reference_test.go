package eval

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// TestReferences holds what an argument certainly refers to. Most of these expressions
// lose or move marks of values in HCL or cty.
func TestReferences(t *testing.T) {
	t.Parallel()
	const beside = `
variable "k" {}
variable "flag" {}
locals {
  a    = a_kv.a
  ids  = { a = a_kv.a.id, b = a_kv.b.id }
  keys = { (a_kv.a.name) = "x" }
  one  = { vault = { id = a_kv.a.id } }
}
resource "a_kv" "a" {}
resource "a_kv" "b" {}
resource "a_kv" "many" { count = 2 }
resource "a_kv" "each" { for_each = { x = 1, y = 2 } }
resource "a_kv" "maybe" { count = var.flag ? 1 : 0 }
resource "a_kv" "none" { count = 0 }
data "a_d" "d" {}
`
	for text, want := range map[string]string{
		`a_kv.a.id`:                            "a_kv.a.id",
		`(a_kv.a.id)`:                          "a_kv.a.id",
		`"${a_kv.a.id}"`:                       "a_kv.a.id",
		`local.a.id`:                           "a_kv.a.id",
		`local.one.vault.id`:                   "a_kv.a.id",
		`a_kv.a["id"]`:                         "a_kv.a.id",
		`a_kv.many[1].id`:                      "a_kv.many[1].id",
		`a_kv.each["x"].id`:                    `a_kv.each["x"].id`,
		`true ? a_kv.a.id : null`:              "a_kv.a.id",
		`try(a_kv.a.id, null)`:                 "a_kv.a.id",
		`coalesce(a_kv.a.id, "")`:              "a_kv.a.id",
		`one(a_kv.a[*].id)`:                    "a_kv.a.id",
		`one([a_kv.a.id])`:                     "a_kv.a.id",
		`lookup({ x = a_kv.a.id }, "x", null)`: "a_kv.a.id",
		`merge({ x = a_kv.a.id }, {}).x`:       "a_kv.a.id",
		`[a_kv.a.id, a_kv.b.id]`:               "a_kv.a.id a_kv.b.id",
		`a_kv.a.other_id`:                      "a_kv.a.other_id",

		// Not the resource, or not for sure.
		`local.ids.a`:                                       "a_kv.a.id", // only that part of the object counts
		`local.ids["a"]`:                                    "a_kv.a.id",
		`local.ids[var.k]`:                                  "unknown",
		`var.k == "x" ? a_kv.a.id : a_kv.b.id`:              "unknown",
		`var.flag ? a_kv.a.id : "x"`:                        "unknown",
		`a_kv.many[0].id == "" ? a_kv.a.id : a_kv.b.id`:     "unknown",
		`a_kv.many[var.k].id`:                               "unknown",
		`a_kv.maybe[0].id`:                                  "unknown",
		`a_kv.none[0].id`:                                   "unknown",
		`one(a_kv.none[*].id)`:                              "", // null
		`a_kv.a[0].id`:                                      "unknown",
		`a_kv.undeclared.id`:                                "unknown",
		`data.a_d.d.id`:                                     "unknown",
		`split("/", a_kv.a.id)[2]`:                          "unknown",
		`"${a_kv.a.id}/x"`:                                  "unknown",
		`join("", [a_kv.a.id])`:                             "unknown",
		`upper(a_kv.a.id)`:                                  "unknown",
		`format("%s", a_kv.a.id)`:                           "unknown",
		`replace(a_kv.a.id, "a", "b")`:                      "unknown",
		`coalesce(a_kv.a.other, "x")`:                       "unknown",
		`try(a_kv.a.other, "x")`:                            "unknown",
		`try(a_kv.maybe[0].id, a_kv.b.id)`:                  "unknown",
		`coalesce(var.k, a_kv.a.id)`:                        "unknown",
		`coalesce({ (var.k) = a_kv.b.id }["x"], a_kv.a.id)`: "unknown",
		`coalesce({ (a_kv.b.id) = "x" }["x"], a_kv.a.id)`:   "unknown",
		`{ (a_kv.b.name) = a_kv.a.id }["x"]`:                "unknown",
		`[a_kv.a.id, a_kv.b.id][a_kv.b.index]`:              "unknown",
		`[for x in [a_kv.b.id] : a_kv.a.id if x != ""][0]`:  "unknown",
		`[for x in [a_kv.b.id] : a_kv.a.id][0]`:             "unknown", // the other witness
		`"%{for x in [a_kv.a.id]}${x}%{endfor}"`:            "unknown",
		`-a_kv.a.id`:                                        "unknown",
		`!a_kv.a.id`:                                        "unknown",
		`merge({ x = a_kv.b.id }, { x = a_kv.a.id }).x`:     "unknown", // the other witness
		`merge({ x = a_kv.a.id }, var.k).x`:                 "unknown",
		`a_kv.a.list[0]`:                                    "a_kv.a.list.[]",
		`flatten([a_kv.a.list])[0]`:                         "unknown",
		`sort([a_kv.a.id])[0]`:                              "unknown",
		`tolist(toset([a_kv.a.id]))[0]`:                     "unknown",
		`local.keys[a_kv.a.name]`:                           "unknown",
		`jsondecode(jsonencode({ x = a_kv.a.id })).x`:       "unknown",
		`nonsensitive(a_kv.a.id)`:                           "a_kv.a.id",
		`unknownfunction(a_kv.a.id)`:                        "unknown",
		`zipmap([a_kv.a.name], [a_kv.a.id])[a_kv.a.name]`:   "unknown",
		`"x"`:  "unknown",
		`null`: "",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			e := tree{"main.tf": "resource \"a_b\" \"x\" {\n  v = " + text + "\n}\n" + beside}.evaluate(t, nil)
			if got := referencesOf(t, e, "a_b.x", "v"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestReferencesThroughModules(t *testing.T) {
	t.Parallel()
	e := tree{
		"main.tf": `
resource "a_kv" "a" {}
resource "a_kv" "b" {}
module "diag" {
  source = "./diag"
  target = a_kv.a.id
  all    = { x = { id = a_kv.a.id }, y = { id = a_kv.b.id } }
  typed  = { id = a_kv.a.id, other = a_kv.b.id }
}
module "vault" {
  source = "./vault"
}
resource "a_x" "out" { v = module.vault.id }
resource "a_x" "whole" { v = module.vault.this.id }
resource "a_x" "many" { v = module.vault.none }
`,
		"diag/main.tf": `
variable "target" { type = string }
variable "all" { type = map(object({ id = string })) }
variable "typed" { type = object({ id = string, other = optional(string) }) }
resource "a_x" "direct" { v = var.target }
resource "a_x" "typed" { v = var.typed.id }
resource "a_x" "each" {
  for_each = var.all
  v        = each.value.id
}
resource "a_x" "text" { v = "${var.target}-x" }
`,
		"vault/main.tf": `
resource "a_kv" "this" {}
output "id" { value = a_kv.this.id }
output "this" { value = a_kv.this }
`,
	}.evaluate(t, nil)
	for address, want := range map[string]string{
		"module.diag.a_x.direct":    "a_kv.a.id",
		"module.diag.a_x.typed":     "a_kv.a.id",
		`module.diag.a_x.each["x"]`: "unknown", // by the second witness
		"module.diag.a_x.text":      "unknown",
		"a_x.out":                   "module.vault.a_kv.this.id",
		"a_x.whole":                 "module.vault.a_kv.this.id",
		"a_x.many":                  "unknown",
	} {
		if got := referencesOf(t, e, address, "v"); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// TestFollowsInstances: a companion for each instance protects the one with its key.
func TestFollowsInstances(t *testing.T) {
	t.Parallel()
	e := tree{"main.tf": `
variable "vaults" {}
resource "a_kv" "each" { for_each = { x = 1, y = 2 } }
resource "a_x" "chained" {
  for_each = a_kv.each
  v        = each.value.id
}
resource "a_x" "keyed" {
  for_each = { x = 1, y = 2 }
  v        = a_kv.each[each.key].id
}
resource "a_x" "wrong" {
  for_each = { x = 1, z = 2 }
  v        = a_kv.each[each.key].id
}
resource "a_kv" "open" { for_each = var.vaults }
resource "a_x" "open" {
  for_each = a_kv.open
  v        = each.value.id
}
`}.evaluate(t, nil)
	for address, want := range map[string]string{
		`a_x.chained["x"]`: `a_kv.each["x"].id`,
		`a_x.chained["y"]`: `a_kv.each["y"].id`,
		`a_x.keyed["y"]`:   `a_kv.each["y"].id`,
		`a_x.wrong["x"]`:   `a_kv.each["x"].id`,
		`a_x.wrong["z"]`:   "unknown",
		`a_x.open[*]`:      "unknown",
	} {
		if got := referencesOf(t, e, address, "v"); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	if open := e.Instance("a_x.open[*]"); open.Certain || reasonsOf(open.Reasons) != "(variable vaults)(resource a_kv.open)" {
		t.Errorf("certain %t, %s", open.Certain, reasonsOf(open.Reasons))
	}
}

func TestVariablesGiven(t *testing.T) {
	t.Parallel()
	files := tree{"main.tf": `
variable "tls" {
  type     = string
  default  = "TLS1_0"
  nullable = false
}
variable "on" { type = bool }
resource "a_b" "x" {
  v = var.tls
  w = var.on
  count = 1
}
`}
	e := files.evaluate(t, map[string]cty.Value{"tls": cty.StringVal("TLS1_2"), "on": cty.StringVal("true")})
	if got := argumentOf(t, e, "a_b.x[0]", "v"); got != `StringVal("TLS1_2")` {
		t.Error(got)
	}
	if got := argumentOf(t, e, "a_b.x[0]", "w"); got != "True" {
		t.Error(got)
	}
	e = files.evaluate(t, map[string]cty.Value{"tls": cty.NullVal(cty.String), "on": cty.UnknownVal(cty.Bool)})
	if got := argumentOf(t, e, "a_b.x[0]", "v"); got != `StringVal("TLS1_0")` {
		t.Error(got)
	}
	if got := argumentOf(t, e, "a_b.x[0]", "w"); got != "unknown(variable on)" {
		t.Error(got)
	}
}
