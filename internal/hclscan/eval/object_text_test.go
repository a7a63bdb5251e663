package eval

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// TestObjectTexts holds of which texts that are not known it is certain that they are an object.
func TestObjectTexts(t *testing.T) {
	t.Parallel()
	const beside = `
variable "any" {}
variable "flag" {}
variable "object" { type = object({ a = string }) }
variable "map" { type = map(string) }
locals {
  policy = jsonencode({ arn = a_kv.a.arn })
  none   = null
}
resource "a_kv" "a" {}
resource "a_kv" "maybe" { count = var.flag ? 1 : 0 }
data "a_d" "d" {}
`
	for text, want := range map[string]bool{
		`jsonencode({ arn = a_kv.a.arn })`:                 true,
		`jsonencode({ a = var.any })`:                      true, // whatever it is, also null
		`jsonencode({ a = [for x in var.any : x] })`:       true,
		`jsonencode(merge({ a = 1 }, { b = a_kv.a.arn }))`: true,
		`local.policy`:                                     true,
		`(local.policy)`:                                   true,
		`"${local.policy}"`:                                true,
		`true ? local.policy : null`:                       true,
		`try(local.policy, null)`:                          true, // that it succeeds is certain
		`one([local.policy])`:                              true,
		`"{\"a\": \"${a_kv.a.arn}\"}"`:                     true,
		"<<-E\n  {\n    \"a\": \"${var.any}\"\n  }\n  E\n": true,
		"<<E\n{\n  \"a\": [\n%{ if var.flag }\"x\"%{ endif }\n]}\nE\n": true,

		`jsonencode({ a = file("x") })`:                    false,
		`jsonencode(var.any)`:                              false, // null is "null"
		`jsonencode(var.object)`:                           false,
		`jsonencode(var.map)`:                              false,
		`jsonencode({ (var.any) = 1 })`:                    false,
		`jsonencode(merge({ a = 1 }, var.any))`:            false,
		`jsonencode({ for k, v in var.map : k => v })`:     false,
		`jsonencode(var.flag ? { a = a_kv.a.arn } : null)`: false,
		`jsonencode([a_kv.a.arn])`:                         false,
		`jsonencode("${a_kv.a.arn}")`:                      false,
		`var.any`:                                          false,
		`a_kv.a.policy`:                                    false,
		`data.a_d.d.json`:                                  false,
		`var.flag ? local.policy : null`:                   false,
		`var.flag ? local.policy : local.policy`:           false,
		`false ? local.policy : null`:                      false,
		`true ? null : local.policy`:                       false,
		`try(jsonencode({ a = var.any }), null)`:           false,
		`try({ a = local.policy }.a, null)`:                false,
		`try(a_kv.a.policy, local.policy)`:                 false,
		`coalesce(local.policy, "x")`:                      false,
		`coalesce(var.any, local.policy)`:                  false,
		`one(a_kv.maybe[*].policy)`:                        false,
		`one([for x in a_kv.maybe : local.policy])`:        false,
		`[for x in a_kv.maybe : local.policy][0]`:          false,
		`join("", [for x in a_kv.maybe : local.policy])`:   false,
		`join("", a_kv.maybe[*].policy)`:                   false,
		`element([local.policy, null], var.any)`:           false,
		`{ a = local.policy, b = null }[var.any]`:          false,
		`lookup({ a = local.policy }, var.any, null)`:      false,
		`merge({ a = local.policy }, var.any).a`:           false,
		`replace(local.policy, "/.*/", "")`:                false,
		`trim(local.policy, "{}")`:                         false,
		`substr(local.policy, 0, var.any)`:                 false,
		`jsondecode(local.policy)`:                         false,
		`jsondecode(local.policy).arn`:                     false,
		`templatefile("x", {})`:                            false,
		`file("x") == "" ? local.policy : local.policy`:    false,
		`local.none`:                             false,
		`"${a_kv.a.arn}"`:                        false,
		`"${var.any}{\"a\": 1}"`:                 false,
		`"x${var.any}"`:                          false,
		`"{${var.any}}"`:                         false, // {}
		`"{ ${var.any} }"`:                       false,
		`"{}${var.any}"`:                         false,
		`"%{ if var.flag }{\"a\": 1}%{ endif }"`: false,
		`"%{ for x in var.any }{\"a\": \"${x}\"}%{ endfor }"`: false,
		`["${local.policy}"]`:  false,
		`{ a = local.policy }`: false,
	} {
		e := tree{"main.tf": "resource \"a_b\" \"x\" {\n  v = " + text + "\n}\n" + beside}.evaluate(t, nil)
		elements := e.Instance("a_b.x").Argument("v")
		if len(elements) != 1 || elements[0].State == Known || elements[0].ObjectText != want {
			t.Errorf("%s: got %+v, want %t", text, elements, want)
		}
	}
}

// TestPolicyDocuments: the text of a policy document is an object where the reference certainly
// leads to one that is there.
func TestPolicyDocuments(t *testing.T) {
	t.Parallel()
	files := tree{
		"main.tf": `
variable "flag" {}
variable "key" {}
data "aws_iam_policy_document" "one" {
  statement { resources = [var.key] }
}
data "aws_iam_policy_document" "counted" { count = 1 }
data "aws_iam_policy_document" "itself" { count = length(local.itself) }
locals { itself = [data.aws_iam_policy_document.itself[0].json] }
data "aws_iam_policy_document" "maybe" { count = var.flag ? 1 : 0 }
data "aws_iam_policy_document" "each" { for_each = { a = 1 } }
data "aws_iam_policy_document" "enabled" {
  lifecycle { enabled = var.flag }
}
data "aws_iam_policy_document" "overridden" {}
data "aws_iam_policy_document" "twice" {}
data "aws_iam_policy_document" "twice" {}
data "aws_iam_policy" "other" {}
check "c" {
  data "aws_iam_policy_document" "checked" {}
}
module "m" {
  source = "./m"
  policy = data.aws_iam_policy_document.one.json
}
module "maybe" {
  source = "./m"
  count  = var.flag ? 1 : 0
  policy = data.aws_iam_policy_document.one.json
}
`,
		"a_override.tf": `data "aws_iam_policy_document" "overridden" { count = 0 }`,
		"m/main.tf": "variable \"policy\" {}\noutput \"given\" { value = var.policy }\n" +
			"output \"own\" { value = data.aws_iam_policy_document.own.json }\n" +
			"data \"aws_iam_policy_document\" \"own\" {}\n",
	}
	for text, want := range map[string]bool{
		`data.aws_iam_policy_document.one.json`:               true,
		`data.aws_iam_policy_document.one["json"]`:            true,
		`"${data.aws_iam_policy_document.one.json}"`:          true,
		`true ? data.aws_iam_policy_document.one.json : null`: true,
		`{ p = data.aws_iam_policy_document.one.json }.p`:     true,
		`module.m.given`: true,
		`module.m.own`:   true,
		`data.aws_iam_policy_document.one.minified_json`:                     false,
		`data.aws_iam_policy_document.one.id`:                                false,
		`data.aws_iam_policy_document.one.override_json`:                     false,
		`data.aws_iam_policy_document.one`:                                   false,
		`data.aws_iam_policy_document.one[0].json`:                           false,
		`data.aws_iam_policy_document.one[*].json`:                           false,
		`one(data.aws_iam_policy_document.one[*].json)`:                      false,
		`data.aws_iam_policy_document.counted.json`:                          false,
		`data.aws_iam_policy_document.counted[1].json`:                       false,
		`data.aws_iam_policy_document.counted["0"].json`:                     false,
		`data.aws_iam_policy_document.counted[0]["x"].json`:                  false,
		`data.aws_iam_policy_document.counted[*].json`:                       false,
		`data.aws_iam_policy_document.counted[length([])].json`:              false,
		`data.aws_iam_policy_document.each["b"].json`:                        false,
		`data.aws_iam_policy_document.each.a.json`:                           false,
		`data.aws_iam_policy_document.each[0].json`:                          false,
		`data.aws_iam_policy_document.enabled[0].json`:                       false,
		`data.aws_iam_policy_document.overridden[0].json`:                    false,
		`data.aws_iam_policy_document.itself[0].json`:                        true,
		`data.aws_iam_policy_document.counted[0].json`:                       true,
		`data.aws_iam_policy_document.maybe[0].json`:                         false,
		`one(data.aws_iam_policy_document.maybe[*].json)`:                    false,
		`join("", data.aws_iam_policy_document.maybe[*].json)`:               false,
		`data.aws_iam_policy_document.each["a"].json`:                        true,
		`data.aws_iam_policy_document.each["json"]`:                          false,
		`data.aws_iam_policy_document.enabled.json`:                          false,
		`data.aws_iam_policy_document.overridden.json`:                       false,
		`data.aws_iam_policy_document.twice.json`:                            false,
		`data.aws_iam_policy_document.checked.json`:                          false,
		`data.aws_iam_policy_document.none.json`:                             false,
		`data.aws_iam_policy.other.json`:                                     false,
		`data.aws_iam_policy_document[var.key].json`:                         false,
		`module.maybe[0].given`:                                              false,
		`try(data.aws_iam_policy_document.one.json, null)`:                   false,
		`coalesce(data.aws_iam_policy_document.one.json, "x")`:               false,
		`var.flag ? data.aws_iam_policy_document.one.json : null`:            false,
		`jsondecode(data.aws_iam_policy_document.one.json)`:                  false,
		`replace(data.aws_iam_policy_document.one.json, var.key, "")`:        false,
		`var.flag == true ? data.aws_iam_policy_document.one.json : ""`:      false,
		`[for p in [data.aws_iam_policy_document.one.json] : p if var.flag]`: false,
	} {
		files["x.tf"] = "resource \"a_b\" \"x\" {\n  v = " + text + "\n}\n"
		elements := files.evaluate(t, nil).Instance("a_b.x").Argument("v")
		if len(elements) != 1 || elements[0].State == Known || elements[0].ObjectText != want {
			t.Errorf("%s: got %+v, want %t", text, elements, want)
		}
	}
}

// TestObjectTextsElsewhere: an argument of a module is what its call says, a list has an element
// for each, and what is ignored or read differently is not certain.
func TestObjectTextsElsewhere(t *testing.T) {
	t.Parallel()
	e := tree{
		"main.tf": `
variable "p" { default = "{\"a\":1}" }
resource "a_kv" "a" {}
module "set" {
  source = "./m"
  policy = jsonencode({ arn = a_kv.a.arn })
}
module "open" {
  source = "./m"
  policy = var.p
}
module "none" {
  source = "./m"
  policy = null
}
resource "a_b" "ignored" {
  v = jsonencode({ arn = a_kv.a.arn })
  lifecycle { ignore_changes = [v] }
}
resource "a_b" "views" { v = local.v }
resource "a_b" "path" { v = jsonencode({ p = { arn = a_kv.a.arn } }) }
`,
		"l.tf":   `locals { v = jsonencode({ arn = a_kv.a.arn }) }`,
		"l.tofu": `locals { v = a_kv.a.policy }`,
		"m/main.tf": "variable \"policy\" {\n  type    = string\n  default = null\n}\n" +
			"resource \"a_b\" \"x\" { v = var.policy }\n",
	}.evaluate(t, nil)
	for _, tt := range []struct {
		address, path string
		want          bool
	}{
		{"module.set.a_b.x", "v", true},
		{"module.open.a_b.x", "v", false},
		{"module.none.a_b.x", "v", false},
		{"a_b.ignored", "v", false},
		{"a_b.views", "v", false},
		{"a_b.path", "v", true},
		{"a_b.path", "v.p", false},
		{"a_b.path", "v.p.arn", false},
	} {
		elements := e.Instance(tt.address).Argument(tt.path)
		if len(elements) != 1 || elements[0].State == Known || elements[0].ObjectText != tt.want {
			t.Errorf("%s %s: got %+v, want %t", tt.address, tt.path, elements, tt.want)
		}
	}
}

// TestObjectTextsAreOnes: what is an object for sure without variables is one with them, if it
// is no error.
func TestObjectTextsAreOnes(t *testing.T) {
	t.Parallel()
	found, known := 0, 0
	for i := range int64(*configurations) {
		g := &generator{Rand: rand.New(rand.NewSource(*seed + i)), names: []string{"local.l"}}
		values := g.rootVariables()
		var main strings.Builder
		for _, name := range sortedKeys(variableTypes) {
			fmt.Fprintf(&main, "variable %q {\n  type = %s\n}\n", name, variableTypes[name])
			g.names = append(g.names, "var."+name)
		}
		fmt.Fprintf(&main, "locals {\n  l = %s\n}\n", g.any(2))
		for k := range outputs {
			fmt.Fprintf(&main, "output \"o%d\" {\n  value = %s\n}\n", k, g.objectText(3))
		}
		c := tree{"main.tf": main.String()}.scan(t)
		full := evaluateOutputs(t, c, values)
		for name, v := range evaluateOutputs(t, c, nil) {
			if !isObjectText(v) {
				continue
			}
			found++
			text := full[name]
			if !text.IsKnown() {
				continue
			}
			known++
			if !isText(text) || !isObject(text.AsString()) {
				t.Errorf("seed %d, output %s: %#v\n%s", *seed+i, name, text, main.String())
			}
		}
	}
	if known == 0 {
		t.Error("no output was put to the test")
	}
	t.Logf("%d texts are objects for sure, %d of them known with variables", found, known)
}

func isObject(text string) bool {
	_, ok := objectStart(text)
	return ok
}

// objectText writes an expression that is often the text of an object.
func (g *generator) objectText(depth int) string {
	if depth == 0 {
		return g.pick(
			fmt.Sprintf("jsonencode({ a = %s })", g.any(2)),
			fmt.Sprintf("jsonencode(%s)", g.object(2)),
			fmt.Sprintf(`"{\"a\": ${jsonencode(%s)}}"`, g.any(2)),
			fmt.Sprintf(`"${%s}{\"a\": 1}"`, g.any(1)),
			g.any(2),
		)
	}
	inner, other := g.objectText(depth-1), g.objectText(depth-1)
	return g.pick(
		inner, inner, inner,
		fmt.Sprintf("(%s ? %s : %s)", g.boolean(1), inner, other),
		fmt.Sprintf("try(%s, %s)", inner, other),
		fmt.Sprintf("coalesce(%s, %s)", inner, other),
		fmt.Sprintf("element([%s, %s], %s)", inner, other, g.number(1)),
		fmt.Sprintf("one([for x in %s : %s])", g.list(1), inner),
		fmt.Sprintf("merge({ a = %s }, %s).a", inner, g.object(1)),
		fmt.Sprintf("trim(%s, %s)", inner, g.text(1)),
		fmt.Sprintf("jsondecode(%s)", inner),
		fmt.Sprintf(`"${%s}"`, inner),
		fmt.Sprintf(`"${%s}${%s}"`, inner, g.text(1)),
		fmt.Sprintf("tostring(%s)", inner),
		fmt.Sprintf(`format("{\"a\": %%s}", %s)`, g.any(1)),
	)
}
