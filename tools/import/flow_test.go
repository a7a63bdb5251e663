package main

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What quote writes must be read as the same text, within a flow mapping too.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{
		"", "yes", "true", "null", "1.1", "2024-06-30", "a: b", "a #b", "Premium tier", `D:\local, %TMP%`, `say "no"`,
		"-", "- a", "a,b", "It's", "two\nlines", " edge ", "‘é’", "{a}", "[a]", "~", "a:",
		"https://example.com/a?b=c&d=e#f", "https://example.com/a_(b)", "https://example.com/#/a:b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, foreign) {
			t.Skip("YAML has no such character, and no table either")
		}
		m := mapping{}
		m.raw("value", quote(s))
		m.raw("after", list([]string{s, s}))
		var got struct {
			Value yaml.Node
			After []string
		}
		if err := yaml.Unmarshal([]byte("- " + m.yaml() + "\n")[2:], &got); err != nil {
			t.Fatalf("%s: %s", m.yaml(), err)
		}
		if got.Value.Value != s || got.Value.ShortTag() != "!!str" || len(got.After) != 2 || got.After[0] != s {
			t.Errorf("%q was read as %q (%s)", s, got.Value.Value, got.Value.ShortTag())
		}
	})
}

// foreign reports characters that YAML cannot hold as they are.
func foreign(r rune) bool {
	switch r {
	case '\n', '\t':
		return false
	case 0xFFFD, 0xFEFF, 0x2028, 0x2029:
		return true
	}
	return unicode.IsControl(r)
}

func TestKebab(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Virtual Network Integration":                       "virtual-network-integration",
		"Data Leakage/Loss Prevention":                      "data-leakage-loss-prevention",
		"Microsoft Defender for Service / Product Offering": "microsoft-defender-for-service-product-offering",
		"Microsoft Defender for Cloud - Adaptive Controls":  "microsoft-defender-for-cloud-adaptive-controls",
	} {
		if got := kebab(name); got != want {
			t.Errorf("%q became %q, expected %q", name, got, want)
		}
	}
}
