package eval

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// TestHostile: configurations that multiply end in an error or in nothing certain, within
// seconds and a bounded memory. It measures the memory of the process, so nothing is parallel.
func TestHostile(t *testing.T) {
	doubling := func(format string, n int) string {
		var b strings.Builder
		b.WriteString("locals {\n  l0 = \"0123456789\"\n  o0 = { a = 1, b = 2 }\n")
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&b, "  l%d = "+format+"\n", i, i-1)
		}
		b.WriteString("}\nresource \"a_b\" \"x\" { v = local.l" + fmt.Sprint(n) + " }\n")
		return b.String()
	}
	chain := func(n int) string {
		var b strings.Builder
		b.WriteString("locals {\n  l0 = \"x\"\n")
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&b, "  l%d = local.l%d\n", i, i-1)
		}
		b.WriteString("}\nresource \"a_b\" \"x\" { v = local.l" + fmt.Sprint(n) + " }\n")
		return b.String()
	}
	value := func(expr string) string { return "resource \"a_b\" \"x\" { v = " + expr + " }\n" }
	const (
		large = "a value of the configuration is larger than is evaluated"
		work  = "the configuration takes more work to evaluate than is spent on one"
		many  = "the configuration declares more than 20000 instances of modules and resources, the most that are evaluated"
		deep  = "values of the configuration refer to each other more deeply than is followed"
	)
	nested := "1"
	for i := range 30 {
		nested = fmt.Sprintf("[for x%d in range(1000) : %s]", i, nested)
	}
	modules := tree{"main.tf": "module \"a\" {\n  source = \"./a\"\n  count = 200\n}\n"}
	modules["a/m.tf"] = "module \"b\" {\n  source = \"../b\"\n  count = 200\n}\n"
	modules["b/m.tf"] = "module \"c\" {\n  source = \"../c\"\n  count = 200\n}\n"
	modules["c/m.tf"] = "resource \"a_b\" \"x\" {}\n"
	for name, tt := range map[string]struct {
		files tree
		err   string // empty: it ends, and is not known
	}{
		"strings":           {tree{"m.tf": doubling(`"${local.l%[2]d}${local.l%[2]d}"`, 28)}, large},
		"tuples":            {tree{"m.tf": doubling(`[local.l%[2]d, local.l%[2]d]`, 28)}, large},
		"objects":           {tree{"m.tf": doubling(`{ a = local.l%[2]d, b = local.l%[2]d }`, 40)}, large},
		"join":              {tree{"m.tf": doubling(`join(local.l%[2]d, [local.l%[2]d, local.l%[2]d])`, 40)}, large},
		"replace":           {tree{"m.tf": doubling(`replace(local.l%[2]d, "0", local.l%[2]d)`, 28)}, large},
		"replace by regexp": {tree{"m.tf": doubling(`replace(local.l%[2]d, "/(.)/", "$1$1$1$1$1$1$1$1$1$1")`, 28)}, large},
		"format":            {tree{"m.tf": doubling(`format("%%s%%s", local.l%[2]d, local.l%[2]d)`, 28)}, large},
		"format of a width": {tree{"m.tf": value(`format("%1000000000s", "x")`)}, ""},
		"format of lists": {
			tree{"m.tf": value(`formatlist("%s%s", range(1000), join("", [for x in range(1000) : "0123456789"]))`)}, large,
		},
		"setproduct": {tree{"m.tf": value(`setproduct(range(1000), range(1000), range(1000))`)}, large},
		"indent":     {tree{"m.tf": value(`indent(1000000000, "\n\n\n")`)}, large},
		"for in for": {tree{"m.tf": value(nested)}, large},
		"for in three": {
			tree{"m.tf": value(`[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]`)}, large,
		},
		"numbers in texts": {
			tree{"m.tf": value(`[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : "${a}${b}${c}"]]]`)},
			work,
		},
		"comparing what is large": {
			tree{"m.tf": "locals {\n  big = flatten([for i in range(100) : range(600)])\n}\n" +
				value(`[for i in range(1000) : local.big == 1]`)}, work,
		},
		"dynamic in dynamic": {tree{"m.tf": `resource "a_b" "x" {
  dynamic "v" {
    for_each = range(1000)
    content {
      dynamic "w" {
        for_each = range(1000)
        content {
          a = 1
        }
      }
    }
  }
}
`}, work},
		"YAML that nests": {tree{"m.tf": value(`yamldecode("` + strings.Repeat("[", 50_000) + `")`)}, ""},
		"YAML that refers to itself": {
			tree{"m.tf": value("yamldecode(\"a: &a [x, x]\\nb: &b [*a, *a, *a]\\nc: &c [*b, *b, *b]\\n\")")}, "",
		},
		"YAML that is written": {tree{"m.tf": doubling(`yamlencode([local.l%[2]d])`, 60)}, ""},
		"YAML of what doubles": {
			tree{"m.tf": doubling(`yamlencode({ a = local.o0, b = "${local.l%[2]d}${local.l%[2]d}" })`, 40)}, "",
		},
		"subnets": {
			tree{"m.tf": value(`[for i in range(1000) : cidrsubnets("10.0.0.0/8", [for j in range(1000) : 16]...)]`)}, work,
		},
		"JSON in a body":   {tree{"m.tf": value(`"` + strings.Repeat("[", 50_000) + `"`)}, ""},
		"range":            {tree{"m.tf": value(`range(1000000000)`)}, ""},
		"numbers":          {tree{"m.tf": value(`1e999999999`)}, ""},
		"products":         {tree{"m.tf": doubling(`local.l%[2]d * local.l%[2]d`, 60)}, ""},
		"powers":           {tree{"m.tf": value(`tostring(pow(10, 1000000000))`)}, ""},
		"number in a text": {tree{"m.tf": value(`tostring(tonumber("1e999999999"))`)}, ""},
		"number in JSON":   {tree{"m.tf": value(`jsondecode("1e999999999")`)}, ""},
		"json":             {tree{"m.tf": doubling(`jsonencode(local.l%[2]d)`, 40)}, large},
		"40,000 instances": {tree{"m.tf": "resource \"a_b\" \"x\" { count = 40000 }\n"}, many},
		"instances":        {tree{"m.tf": "resource \"a_b\" \"x\" { count = 1000000000000 }\n"}, many},
		"of modules":       {modules, many},
		"cycle":            {tree{"m.tf": "locals {\n  a = local.b\n  b = \"${local.a}\"\n}\n" + value("local.a")}, ""},
		"cycle of a module": {
			tree{
				"main.tf": "module \"a\" {\n  source = \"./a\"\n  v = module.a.v\n}\n" + value("module.a.v"),
				"a/m.tf":  "variable \"v\" {}\noutput \"v\" { value = var.v }\n",
			}, "",
		},
		"cycle of instances": {tree{"m.tf": "resource \"a_b\" \"x\" { for_each = a_b.x }\n"}, ""},
		"deep":               {tree{"m.tf": chain(50_000)}, deep},
		"distinct":           {tree{"m.tf": value(`distinct(flatten([for a in range(1000) : range(100)]))`)}, work},
		"regexp": {
			tree{"m.tf": value(`regexall("` + strings.Repeat("(a?)", 200) + `", "` + strings.Repeat("a", 100_000) + `")`)}, work,
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := tt.files.scan(t)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now() //nolint:forbidigo // how long it takes is what is tested
			err := evaluateAll(config)
			took := time.Since(start) //nolint:forbidigo // as above
			runtime.ReadMemStats(&after)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.err {
				t.Errorf("got %q, want %q", got, tt.err)
			}
			if took > time.Minute {
				t.Errorf("took %s", took)
			}
			if mb := (after.HeapSys - min(before.HeapSys, after.HeapSys)) >> 20; mb > 400 {
				t.Errorf("took %d MB", mb)
			}
			t.Logf("%s, heap of %d MB, allocated %d MB", took, after.HeapSys>>20, (after.TotalAlloc-before.TotalAlloc)>>20)
		})
	}
}

func evaluateAll(c *hclscan.Configuration) error {
	e, err := New(c, Options{})
	if err != nil {
		return err
	}
	for _, inst := range e.Instances() {
		inst.Argument("v")
		inst.References("v")
		inst.Argument("v[].w[].a")
	}
	return e.Err()
}
