package eval

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// expression evaluates one, as the argument of a resource beside whatever else there is.
func expression(t *testing.T, text, beside string, variables map[string]cty.Value) string {
	t.Helper()
	e := tree{"main.tf": "resource \"a_b\" \"x\" {\n  v = " + text + "\n}\n" + beside}.evaluate(t, variables)
	return argumentOf(t, e, "a_b.x", "v")
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	const beside = `
variable "flag" {
  type    = bool
  default = true
}
variable "any" {}
locals {
  s  = "TLS1_2"
  on = { tls = local.s, id = a_kv.a.id }
}
resource "a_kv" "a" {}
resource "a_kv" "b" {}
data "a_d" "d" {}
`
	for text, want := range map[string]string{
		`"TLS1_2"`:            `StringVal("TLS1_2")`,
		`local.s`:             `StringVal("TLS1_2")`,
		`null`:                `absent`,
		`var.flag`:            `unknown(variable flag)`, // a default may be overridden
		`!var.flag`:           `unknown(variable flag)`,
		`upper(local.on.tls)`: `StringVal("TLS1_2")`,
		`local.on.id`:         `unknown(resource a_kv.a.id)`,
		`data.a_d.d.x`:        `unknown(data data.a_d.d)`,
		`path.module`:         `unknown(data path.module)`,
		`file("x")`:           `unknown(function file)`,
		`module.none.x`:       `unknown(module module.none)`,
		`local.none`:          `unknown(expression)`,
		`1 + true`:            `unknown(expression)`,

		// A splat of nothing has the type of what would be there.
		`range(0)[*].a`:                         `unknown(expression)`,
		`try(range(0)[*][*].a, ["x"])[0]`:       `unknown(expression)`,
		`try(range(0)[*][var.any], ["x"])[0]`:   `unknown(variable any)`,
		`length(range(0)[*])`:                   `NumberIntVal(0)`,
		`length([for x in range(0) : x][*].id)`: `NumberIntVal(0)`,

		// Of what is not known Terraform makes anything here, and OpenTofu a list, which is no condition.
		`try(length([for k, v in {} : k if formatlist("%s", v)]), "x")`: `unknown(expression)`,

		// Conditionals.
		`var.flag ? "a" : "a"`:              `unknown(variable flag)`,
		`true ? local.s : var.any`:          `StringVal("TLS1_2")`,
		`true ? true : var.any`:             `unknown(variable any)`, // "true", if the other is a string
		`(true ? true : var.any) == "true"`: `unknown(variable any)`,
		`true ? 1 : "x"`:                    `StringVal("1")`,
		`(true ? ["a", "b"] : var.any)[0]`:  `unknown(variable any)`, // of a set it would be another
		`(true ? { a = "x" } : var.any).a`:  `StringVal("x")`,

		// What would be another branch of an error.
		`try(file("x"), "TLS1_2")`:                  `unknown(function file)`,
		`try(local.none.x, "TLS1_2")`:               `unknown(expression)`,
		`try(var.any.x, "TLS1_2")`:                  `unknown(variable any)`,
		`try(a_kv.a.x, "TLS1_2")`:                   `unknown(resource a_kv.a.x)`,
		`try(local.on.none, "TLS1_2")`:              `StringVal("TLS1_2")`,
		`try(local.on.tls, "x")`:                    `StringVal("TLS1_2")`,
		`try(true ? "x" : var.any, "TLS1_2")`:       `unknown(variable any)`, // inconsistent types are an error
		`try(null != null && null.x, true)`:         `unknown(expression)`,   // an error to one version
		`can(var.any.x)`:                            `unknown(variable any)`,
		`can(local.on.none)`:                        `False`,
		`try(tonumber("x"), 1)`:                     `NumberIntVal(1)`,
		`try(templatestring(local.s, {}), "x")`:     `unknown(function templatestring)`,
		`{ a = file("x"), tls = "TLS1_2" }.tls`:     `unknown(function file)`,
		`lookup({ a = var.any, t = "x" }, "t", "")`: `StringVal("x")`,

		// Types.
		`coalesce(true, var.any)`:                    `unknown(variable any)`,
		`coalesce("x", var.any)`:                     `StringVal("x")`,
		`coalesce(null, "", "x")`:                    `StringVal("x")`,
		`tolist([true, var.any])[0]`:                 `unknown(variable any)`,
		`tolist(["a", var.any])[0]`:                  `StringVal("a")`,
		`[true, var.any][0]`:                         `True`,
		`merge({ a = true }, { b = var.any }).a`:     `True`,
		`merge({ a = true }, var.any).a`:             `unknown(variable any)`,
		`[] == tolist([])`:                           `unknown(expression)`,
		`{} == {}`:                                   `unknown(expression)`,
		`[] == null`:                                 `False`,
		`true == "true"`:                             `False`,
		`"${true}"`:                                  `True`,
		`"x${var.any}"`:                              `unknown(variable any)`,
		`[for x in ["a", "b"] : upper(x)][1]`:        `StringVal("B")`,
		`{ for k, v in { a = "x" } : v => k }["x"]`:  `StringVal("a")`,
		`[for x in [{ a = 1 }, { a = 2 }] : x.a][*]`: `TupleVal([]cty.Value{cty.NumberIntVal(1), cty.NumberIntVal(2)})`,
		`[{ a = "1" }, { a = "2" }][*].a`:            `TupleVal([]cty.Value{cty.StringVal("1"), cty.StringVal("2")})`,
		`[for x in [1, 2] : x if var.flag]`:          `unknown(variable flag)`,
		`contains(["a", var.any], "a")`:              `True`,
		`anytrue([true, var.flag])`:                  `True`,
		`alltrue([true, var.flag])`:                  `unknown(variable flag)`,
		`false && var.flag`:                          `False`,
		`jsonencode({ a = 1 })`:                      `StringVal("{\"a\":1}")`,
		`core::upper("a")`:                           `StringVal("A")`,
		`provider::x::y("a")`:                        `unknown(function provider::x::y)`,
		`timestamp()`:                                `unknown(function timestamp)`,
		`length([var.any])`:                          `NumberIntVal(1)`,
		`length(toset([var.any, var.flag]))`:         `unknown(variable any)(variable flag)`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got := expression(t, text, beside, nil); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
