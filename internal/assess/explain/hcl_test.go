package explain

import (
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// readHCL is the string that Terraform reads.
func readHCL(t *testing.T, source string) string {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(source), "x.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", source, diags)
	}
	value, diags := expr.Value(nil)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", source, diags)
	}
	return value.AsString()
}

func TestHCLStringIsReadAsWritten(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "Premium tier only", `the "Premium" tier`, `C:\keys\new`, `\u0041 \n`, "a\nb\r\n\tc",
		"${var.x}", "%{if true}x%{endif}", "$${x}", "%%{x}", "$$${x}", "$$$${x}", "$%{x}", "%${x}",
		"$", "$$", "cost: 5$", "100%", "{", "}", "$ {", "x${", "x$${", "$\"{", "é ü ß 鍵 🔐",
		"zero\x00", "\x07\x1b[31m", "\u200b\u202e",
		"\u2028",
		"\U000e0001", "a\u00a0b",
	} {
		if got := readHCL(t, HCLString(s)); got != s {
			t.Errorf("%q was written as %s and read as %q", s, HCLString(s), got)
		}
	}
}

func TestHCLStringIsReadable(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"é 🔐":    `"é 🔐"`,
		"${x}":   `"$${x}"`,
		"a\x00b": `"a\u0000b"`,
	} {
		if got := HCLString(s); got != want {
			t.Errorf("got %s want %s", got, want)
		}
	}
}

// FuzzHCLString shows that no text of a catalogue can break out of its quotes.
func FuzzHCLString(f *testing.F) {
	for _, seed := range []string{"$${", "%%%{", `"\`, "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("Terraform's strings are valid UTF-8")
		}
		// Terraform reads strings in the normal form NFC, so another form comes back
		// changed; written again, it must be stable.
		once := readHCL(t, HCLString(s))
		if twice := readHCL(t, HCLString(once)); twice != once {
			t.Errorf("%q is read as %q", once, twice)
		}
	})
}
