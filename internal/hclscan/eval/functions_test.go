package eval

import "testing"

// TestFunctions holds functions that are written anew; the agreement with the CLIs is
// tested with generated expressions.
func TestFunctions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`cidrhost("10.1.2.3/16", 5)`:                `StringVal("10.1.0.5")`,
		`cidrhost("10.0.0.0/30", 3)`:                `StringVal("10.0.0.3")`,
		`cidrhost("10.0.0.0/30", 4)`:                "unknown(expression)",
		`cidrhost("10.0.0.0/30", -1)`:               `StringVal("10.0.0.3")`,
		`cidrhost("10.0.0.0/30", -5)`:               "unknown(expression)",
		`cidrhost("2001:db8::/32", 255)`:            `StringVal("2001:db8::ff")`,
		`cidrhost("010.0.0.0/8", 1)`:                "unknown(expression)", // a zero that some read as octal
		`cidrhost("10.0.0.0/8", 1.5)`:               "unknown(expression)",
		`try(cidrhost("10.0.0.0/30", 4), "x")`:      "unknown(expression)", // an error chooses nothing
		`cidrnetmask("10.0.0.0/12")`:                `StringVal("255.240.0.0")`,
		`cidrnetmask("2001:db8::/32")`:              "unknown(expression)",
		`cidrsubnet("10.0.0.0/8", 8, 2)`:            `StringVal("10.2.0.0/16")`,
		`cidrsubnet("10.0.0.0/8", 8, 256)`:          "unknown(expression)",
		`cidrsubnet("10.0.0.0/30", 4, 1)`:           "unknown(expression)",
		`cidrsubnet("fd00:1:2::/48", 16, 162)`:      `StringVal("fd00:1:2:a2::/64")`,
		`cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)[3]`: `StringVal("10.1.48.0/20")`,
		`cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)[2]`: `StringVal("10.1.32.0/24")`,
		`cidrsubnets("10.1.0.0/16")`:                `ListValEmpty(cty.String)`,
		`cidrsubnets("10.1.0.0/16", 1, 1, 1)`:       "unknown(expression)",
		`cidrcontains("10.0.0.0/8", "10.1.0.0/16")`: "unknown(function cidrcontains)", // OpenTofu's alone

		`matchkeys(["x"], [true], ["1"])`:    `ListValEmpty(cty.String)`, // both are texts
		`matchkeys(["x"], [true], ["true"])`: `ListVal([]cty.Value{cty.StringVal("x")})`,

		`yamldecode("tls: TLS1_2").tls`: `StringVal("TLS1_2")`,
		`yamldecode("a: [1, 'x', true, null]").a`: `TupleVal([]cty.Value{cty.NumberIntVal(1), cty.StringVal("x"), ` +
			`cty.True, cty.NullVal(cty.DynamicPseudoType)})`,
		`yamldecode("a: 'true'").a`:                          `StringVal("true")`,
		`yamldecode("a: yes").a`:                             "unknown(expression)",
		`yamldecode("on: 1")`:                                "unknown(expression)",
		`yamldecode("a: 1\na: 2").a`:                         "unknown(expression)",
		`yamldecode("a: &x 1\nb: *x").b`:                     "unknown(expression)",
		`yamldecode("a: !!str 1").a`:                         "unknown(expression)",
		`yamldecode("a: 2024-01-01").a`:                      "unknown(expression)",
		`yamldecode("a: 1\n---\na: 2").a`:                    "unknown(expression)",
		`try(yamldecode("a: ["), "x")`:                       "unknown(expression)",
		`yamldecode(yamlencode({ a = [{ b = 1 }] })).a[0].b`: "NumberIntVal(1)",
		`yamlencode({ a = [1, { b = "x y" }], c = {} })`:     `StringVal("\"a\":\n- 1\n- \"b\": \"x y\"\n\"c\": {}\n")`,
		`yamlencode([[1, 2], []])`:                           `StringVal("- - 1\n  - 2\n- []\n")`,
		`yamlencode("x")`:                                    "unknown(expression)",
		`yamlencode({ a = "x\ny" })`:                         "unknown(expression)",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got := expression(t, text, "", nil); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
