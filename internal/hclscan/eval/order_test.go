package eval

import "testing"

// TestOrder: what is known does not depend on what was asked for before. An output of a
// module may need another one of the same module.
func TestOrder(t *testing.T) {
	t.Parallel()
	for name, index := range map[string]struct{ expansion, key string }{
		"counted": {"count = 2", "[0]"},
		"keyed":   {`for_each = { x = 1, y = 2 }`, `["x"]`},
		"single":  {"", ""},
	} {
		m := "module.m" + index.key
		files := tree{
			"main.tf": "module \"m\" {\n  source = \"./m\"\n  " + index.expansion + "\n  a = \"known\"\n  b = " + m + ".a\n}\n" +
				"resource \"a_b\" \"x\" {\n  a = " + m + ".a\n  b = " + m + ".b\n  c = " + m + ".c\n}\n",
			"m/m.tf": `
variable "a" {}
variable "b" {}
output "a" { value = var.a }
output "b" { value = var.b }
output "c" { value = upper(var.b) }
`,
		}
		for _, order := range [][]string{{"a", "b", "c"}, {"b", "c", "a"}, {"c", "b", "a"}, {"b", "a", "c"}} {
			e := files.evaluate(t, nil)
			for _, argument := range order {
				want := `StringVal("known")`
				if argument == "c" {
					want = `StringVal("KNOWN")`
				}
				if got := argumentOf(t, e, "a_b.x", argument); got != want {
					t.Errorf("%s, in the order %v: %s is %s, want %s", name, order, argument, got, want)
				}
			}
		}
	}
}
