package eval

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// generator writes random expressions: mostly well-typed, sometimes not, so that errors
// and what try makes of them occur.
type generator struct {
	*rand.Rand
	names  []string // what expressions may refer to: var.x, local.y
	within []string // what for expressions around call their elements
}

// rootVariables are declared by a generated root module, with the values that they get.
// Those of any type are of another type in each configuration.
func (g *generator) rootVariables() map[string]cty.Value {
	text := func() cty.Value { return cty.StringVal(g.word()) }
	values := map[string]cty.Value{
		"s": text(), "s2": text(), "n": cty.NumberIntVal(int64(g.Intn(4))), "b": cty.BoolVal(g.Intn(2) == 0),
		"l":    cty.TupleVal([]cty.Value{text(), text()}),
		"m":    cty.ObjectVal(map[string]cty.Value{"a": text(), "b": text()}),
		"o":    cty.ObjectVal(map[string]cty.Value{"name": text(), "on": cty.True}),
		"null": cty.NullVal(cty.String),
	}
	for _, name := range []string{"any1", "any2"} {
		values[name] = []cty.Value{
			text(), cty.True, cty.NumberIntVal(1), cty.TupleVal([]cty.Value{text(), cty.True}), cty.EmptyTupleVal,
			cty.ObjectVal(map[string]cty.Value{"a": text(), "on": cty.False}), cty.EmptyObjectVal,
			cty.NullVal(cty.DynamicPseudoType), cty.TupleVal([]cty.Value{cty.NumberIntVal(2), cty.NumberIntVal(1)}),
		}[g.Intn(9)]
	}
	return values
}

// variableTypes are those of the root variables, which the child module has too.
var variableTypes = map[string]string{
	"s": "string", "s2": "string", "n": "number", "b": "bool", "l": "list(string)", "m": "map(string)",
	"o":    `object({ name = string, on = optional(bool, false), tls = optional(string, "TLS1_2"), none = optional(number) })`,
	"null": "string", "any1": "any", "any2": "any",
}

func (g *generator) pick(of ...string) string { return of[g.Intn(len(of))] }

func (g *generator) word() string {
	return g.pick("TLS1_2", "a", "b", "c", "true", "1", "", "x/y", "a,b", "B", "1.5", "null")
}

func (g *generator) name() string {
	if len(g.within) > 0 && g.Intn(2) == 0 {
		return g.within[g.Intn(len(g.within))]
	}
	name := g.names[g.Intn(len(g.names))]
	switch g.Intn(6) {
	case 0:
		return name + g.pick(".a", ".b", ".on", ".name", ".tls", ".none", `["a"]`)
	case 1:
		return name + g.pick("[0]", "[1]", "[5]", "[*]", "[*].a")
	}
	return name
}

// any writes an expression of any kind.
func (g *generator) any(depth int) string {
	return [](func(int) string){g.text, g.number, g.boolean, g.list, g.object, g.other}[g.Intn(6)](depth)
}

// mostly writes an expression of a kind, and sometimes one of another.
func (g *generator) mostly(kind func(int) string, depth int) string {
	switch {
	case g.Intn(12) == 0:
		return g.any(depth - 1)
	case g.Intn(8) == 0:
		return g.other(depth)
	}
	return kind(depth)
}

func (g *generator) other(depth int) string {
	if depth <= 0 {
		return g.pick("null", g.name(), g.name())
	}
	e := func() string { return g.any(depth - 1) }
	switch g.Intn(10) {
	case 0, 1:
		return fmt.Sprintf("(%s ? %s : %s)", g.mostly(g.boolean, depth-1), e(), e())
	case 2:
		return fmt.Sprintf("try(%s, %s)", e(), e())
	case 3:
		return fmt.Sprintf("coalesce(%s, %s)", e(), e())
	case 4:
		return fmt.Sprintf("lookup(%s, %s, %s)", g.mostly(g.object, depth-1), g.mostly(g.text, depth-1), e())
	case 5:
		return fmt.Sprintf("element(%s, %s)", g.mostly(g.list, depth-1), g.number(depth-1))
	case 6:
		return fmt.Sprintf("one(%s)", g.mostly(g.list, depth-1))
	case 8:
		return fmt.Sprintf("yamldecode(%s)", g.yaml(depth-1))
	case 7:
		return fmt.Sprintf("(%s)%s", e(), g.pick(".a", ".on", "[0]", "[1]", "[*]", "[*].a", `["a"]`))
	}
	return g.name()
}

//nolint:cyclop // a case for each form of an expression
func (g *generator) text(depth int) string {
	if depth <= 0 {
		return g.pick(fmt.Sprintf("%q", g.word()), fmt.Sprintf("%q", g.word()), "var.s", "var.s2", "var.null")
	}
	s := func() string { return g.mostly(g.text, depth-1) }
	l := func() string { return g.mostly(g.list, depth-1) }
	n := func() string { return g.mostly(g.number, depth-1) }
	e := func() string { return g.any(depth - 1) }
	switch g.Intn(28) {
	case 0:
		return fmt.Sprintf("upper(%s)", s())
	case 1:
		return fmt.Sprintf("lower(%s)", s())
	case 2:
		return fmt.Sprintf("\"x${%s}y\"", s())
	case 3:
		return fmt.Sprintf("\"${%s}\"", g.any(depth-1))
	case 4:
		return fmt.Sprintf("\"%%{ if %s }a%%{ else }${%s}%%{ endif }\"", g.mostly(g.boolean, depth-1), s())
	case 5:
		return fmt.Sprintf("join(%s, %s)", s(), l())
	case 6:
		return fmt.Sprintf("replace(%s, %s, %s)", s(), g.pick(s(), `"/[a-c]/"`, `"/(T)LS/"`), g.pick(s(), `"$1"`))
	case 7:
		return fmt.Sprintf("format(%s, %s)", g.pick(`"%s"`, `"%d"`, `"%v-%v"`, `"%q"`, `"%05.1f"`), g.any(depth-1))
	case 8:
		return fmt.Sprintf("substr(%s, %s, %s)", s(), n(), n())
	case 9:
		return fmt.Sprintf("tostring(%s)", g.any(depth-1))
	case 10:
		return fmt.Sprintf("jsonencode(%s)", g.any(depth-1))
	case 11:
		return fmt.Sprintf("%s(%s)", g.pick("trimspace", "chomp", "title", "strrev", "md5", "sha1", "sha256", "sha512",
			"base64encode", "base64decode", "urlencode", "base64sha256", "basename", "dirname"), s())
	case 12:
		return fmt.Sprintf("%s(%s, %s)", g.pick("trimprefix", "trimsuffix", "trim"), s(), s())
	case 13:
		return fmt.Sprintf("indent(%s, %s)", n(), s())
	case 14:
		return fmt.Sprintf("regex(%s, %s)", g.pick(`"[a-z]+"`, `"(?P<x>.)"`, `"(.)(.)"`, s()), s())
	case 15:
		return fmt.Sprintf("\"%%{ for x in %s }${x},%%{ endfor }\"", l())
	case 16:
		return fmt.Sprintf("coalesce(%s, %s)", s(), s())
	case 17:
		return fmt.Sprintf("(%s ? %s : %s)", g.mostly(g.boolean, depth-1), s(), s())
	case 18:
		return fmt.Sprintf("try(%s, %s)", s(), s())
	case 19:
		return g.network(depth)
	case 20:
		return fmt.Sprintf("yamlencode(%s)", e())
	case 21:
		return fmt.Sprintf("timeadd(%s, \"1h\")", g.pick(`"2024-01-01T00:00:00Z"`, s()))
	}
	return g.text(0)
}

func (g *generator) number(depth int) string {
	if depth <= 0 {
		return g.pick("0", "1", "2", "-1", "1.5", "var.n")
	}
	n := func() string { return g.mostly(g.number, depth-1) }
	switch g.Intn(12) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", n(), g.pick("+", "-", "*", "/", "%"), n())
	case 1:
		return fmt.Sprintf("length(%s)", g.any(depth-1))
	case 2:
		return fmt.Sprintf("%s(%s)", g.pick("abs", "ceil", "floor", "signum", "tonumber"), n())
	case 3:
		return fmt.Sprintf("%s(%s, %s)", g.pick("max", "min", "pow", "log"), n(), n())
	case 4:
		return fmt.Sprintf("parseint(%s, %s)", g.mostly(g.text, depth-1), g.pick("10", "16", "2", n()))
	case 5:
		return fmt.Sprintf("sum(%s)", g.mostly(g.list, depth-1))
	case 6:
		return fmt.Sprintf("index(%s, %s)", g.mostly(g.list, depth-1), g.any(depth-1))
	case 7:
		return fmt.Sprintf("-%s", n())
	case 8:
		return fmt.Sprintf("timecmp(\"2024-01-01T00:00:00Z\", %s)", g.pick(`"2024-01-01T01:00:00+01:00"`, g.text(0)))
	}
	return g.number(0)
}

func (g *generator) boolean(depth int) string {
	if depth <= 0 {
		return g.pick("true", "false", "var.b")
	}
	b := func() string { return g.mostly(g.boolean, depth-1) }
	e := func() string { return g.any(depth - 1) }
	s := func() string { return g.mostly(g.text, depth-1) }
	switch g.Intn(12) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", b(), g.pick("&&", "||"), b())
	case 1:
		return "!" + b()
	case 2, 3:
		return fmt.Sprintf("(%s %s %s)", e(), g.pick("==", "!="), g.pick(e(), "null"))
	case 4:
		return fmt.Sprintf("(%s %s %s)", g.number(depth-1), g.pick("<", ">", "<=", ">="), g.number(depth-1))
	case 5:
		return fmt.Sprintf("contains(%s, %s)", g.mostly(g.list, depth-1), e())
	case 6:
		return fmt.Sprintf("can(%s)", e())
	case 7:
		return fmt.Sprintf("%s(%s, %s)", g.pick("startswith", "endswith", "strcontains"), s(), s())
	case 8:
		return fmt.Sprintf("%s(%s)", g.pick("anytrue", "alltrue"), g.mostly(g.list, depth-1))
	case 9:
		return fmt.Sprintf("tobool(%s)", e())
	}
	return g.boolean(0)
}

//nolint:cyclop // a case for each form of an expression
func (g *generator) list(depth int) string {
	if depth <= 0 {
		return g.pick("[]", `["a", "b"]`, `["b"]`, "[1, 2]", "[true]", "var.l", `[{ a = "x" }, { a = true }]`)
	}
	e := func() string { return g.any(depth - 1) }
	l := func() string { return g.mostly(g.list, depth-1) }
	m := func() string { return g.mostly(g.object, depth-1) }
	switch g.Intn(21) {
	case 0, 1:
		return fmt.Sprintf("[%s, %s]", e(), e())
	case 2, 3:
		return g.loop("[for %s in %s : %s%s]", g.pick(l(), m()), depth)
	case 4:
		return fmt.Sprintf("%s(%s)", g.pick("tolist", "toset", "distinct", "reverse", "flatten", "compact", "sort"), l())
	case 5:
		return fmt.Sprintf("%s(%s, %s)", g.pick("concat", "setunion", "setintersection", "setsubtract", "setproduct",
			"coalescelist"), l(), l())
	case 6:
		return fmt.Sprintf("%s(%s)", g.pick("keys", "values"), m())
	case 7:
		return fmt.Sprintf("slice(%s, %s, %s)", l(), g.number(depth-1), g.number(depth-1))
	case 8:
		return fmt.Sprintf("split(%s, %s)", g.pick(`","`, `"/"`, `""`), g.mostly(g.text, depth-1))
	case 9:
		return fmt.Sprintf("range(%s)", g.number(depth-1))
	case 10:
		return fmt.Sprintf("regexall(%s, %s)", g.pick(`"[a-z]"`, `"(.)"`), g.mostly(g.text, depth-1))
	case 11:
		return fmt.Sprintf("formatlist(\"%%s-%%s\", %s, %s)", g.pick(l(), g.text(depth-1)), l())
	case 12:
		return fmt.Sprintf("chunklist(%s, %s)", l(), g.number(depth-1))
	case 13:
		return fmt.Sprintf("matchkeys(%s, %s, %s)", l(), l(), l())
	case 14:
		return fmt.Sprintf("%s%s", l(), g.pick("[*]", "[*].a"))
	case 15:
		return fmt.Sprintf("(%s ? %s : %s)", g.mostly(g.boolean, depth-1), l(), l())
	case 16:
		return fmt.Sprintf("csvdecode(%s)", g.pick(`"a,b\n1,2"`, g.text(depth-1)))
	case 17:
		return fmt.Sprintf("cidrsubnets(%s, %s, %s)", g.addresses(), g.small(), g.small())
	case 18:
		return fmt.Sprintf("concat(%s...)", g.pick("["+l()+", "+l()+"]", l()))
	}
	return g.list(0)
}

func (g *generator) object(depth int) string {
	if depth <= 0 {
		return g.pick("{}", `{ a = "x" }`, `{ a = true, b = "y" }`, "var.m", "var.o", `{ a = { a = 1 }, b = { a = "z" } }`)
	}
	e := func() string { return g.any(depth - 1) }
	m := func() string { return g.mostly(g.object, depth-1) }
	switch g.Intn(14) {
	case 0, 1, 2:
		return fmt.Sprintf("{ a = %s, %s = %s }", e(), g.pick("b", "on", `"c"`, "("+g.mostly(g.text, depth-1)+")"), e())
	case 3, 4:
		return fmt.Sprintf("merge(%s, %s)", m(), m())
	case 5:
		key := g.pick("k", "\"${k}x\"", "v")
		return g.loop("{ for %s in %s : "+key+" => %s%s }", g.pick(m(), m(), g.mostly(g.list, depth-1)), depth)
	case 6:
		return fmt.Sprintf("tomap(%s)", m())
	case 7:
		return fmt.Sprintf("zipmap(%s, %s)", g.mostly(g.list, depth-1), g.mostly(g.list, depth-1))
	case 8:
		return fmt.Sprintf("(%s ? %s : %s)", g.mostly(g.boolean, depth-1), m(), m())
	case 9:
		return fmt.Sprintf("transpose(%s)", m())
	case 10:
		return fmt.Sprintf("jsondecode(jsonencode(%s))", m())
	case 11:
		return fmt.Sprintf("try(%s, %s)", m(), m())
	}
	return g.object(0)
}

// loop writes a for expression over a collection.
func (g *generator) loop(format, collection string, depth int) string {
	g.within = append(g.within, "k", "v")
	value := g.any(depth - 1)
	condition := ""
	if g.Intn(3) == 0 {
		condition = " if " + g.mostly(g.boolean, depth-1)
	}
	g.within = g.within[:len(g.within)-2]
	if strings.HasPrefix(format, "{") && g.Intn(4) == 0 {
		value += "..."
	}
	return fmt.Sprintf(format, "k, v", collection, value, condition)
}

// addresses writes a range of addresses.
func (g *generator) addresses() string {
	return fmt.Sprintf("%q", g.pick("10.0.0.0/8", "10.1.2.3/16", "192.168.0.0/24", "172.16.0.0/12", "10.0.0.0/30", "10.0.0.1/32",
		"0.0.0.0/0", "255.255.255.0/24", "2001:db8::/32", "fd00:1:2::/48", "::/0", "::ffff:10.0.0.0/104", "010.0.0.0/8",
		"10.0.0.0/08", "10.0.0.0", "2001:DB8:0:0:1::/80", "fe80::/10"))
}

func (g *generator) small() string {
	return g.pick("0", "1", "2", "3", "4", "8", "8", "16", "24", "33", "64", "-1", "-2", "255", "1.5", "var.n", `"4"`, "70000")
}

func (g *generator) network(depth int) string {
	prefix := g.addresses()
	if g.Intn(8) == 0 {
		prefix = g.text(depth - 1)
	}
	switch g.Intn(4) {
	case 0:
		return fmt.Sprintf("cidrhost(%s, %s)", prefix, g.small())
	case 1:
		return fmt.Sprintf("cidrnetmask(%s)", prefix)
	}
	return fmt.Sprintf("cidrsubnet(%s, %s, %s)", prefix, g.small(), g.small())
}

// yaml writes an expression for a document, some of them odd.
func (g *generator) yaml(depth int) string {
	switch g.Intn(4) {
	case 0:
		return g.text(depth)
	case 1:
		return fmt.Sprintf("yamlencode(%s)", g.any(depth))
	}
	value := func() string {
		return g.pick("TLS1_2", "'x'", `"a b"`, "true", "True", "yes", "no", "on", "Off", "y", "null", "~", "", "1", "-7",
			"007", "0x1f",
			"0o17", "1_000", "1.5", "1e3", ".inf", "2024-01-01", "[a, 1, 'b']", "{ a: x, on: 1 }", "a: b", "# c", "a # c", "a#c",
			"'it''s'", `"\u0041"`, "&x a", "*x", "!!str 1", "|\n    text\n", ">-\n    a\n    b\n", "|-\n    true", "@a",
			"a - b", "%a",
			"12345678901234567890", "-0", "0", "<<", "10.0.0.0/8", "a=b", "=", "a\n    b", "\n  - 1\n  - x: y\n",
			"\n- 1\n- 2", "[[1], {}]")
	}
	key := func() string {
		return g.pick("a", "b", "on", "name", "'on'", "1", "true", "<<", `"a b"`, "a b", "x/y", "? a", "-", "a:b")
	}
	document := key() + ": " + value() + "\n" + key() + ": " + value() + "\n"
	switch g.Intn(5) {
	case 0:
		document = "- " + value() + "\n- " + value() + "\n"
	case 1:
		document = value()
	case 2:
		document = g.pick("---\n", "%YAML 1.2\n---\n", "# c\n", "\n\n") + document +
			g.pick("", "...\n", "---\n", "--- x\n", "  \n")
	}
	return strings.ReplaceAll(fmt.Sprintf("%q", document), "%{", "%%{")
}
