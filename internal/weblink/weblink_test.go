package weblink_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/weblink"
)

func TestValid(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://example.com":                     true,
		"http://example.com:8080/a/b?c=d&e=(f)#g": true,
		"HTTPS://example.com/":                    true,
		"https://example.com/%7Ba%7D%7Cb":         true,
		"https://example.com/größe":               true,
		"https://[::1]/a":                         true,

		"":                                           false,
		"https://":                                   false,
		"https:///path":                              false,
		"https://#fragment":                          false,
		"//example.com":                              false,
		"example.com":                                false,
		"ftp://example.com":                          false,
		"javascript:alert(1)":                        false,
		"https:example.com":                          false,
		"https://user@example.com":                   false,
		"https://u:p@example.com/a":                  false,
		"https://example.com/a b":                    false,
		"https://example.com/a\tb":                   false,
		"https://example.com/a\nb":                   false,
		" https://example.com":                       false,
		"https://example.com/\u00A0":                 false,
		"https://example.com/\u202Eb":                false,
		"https://example.com/\x7F":                   false,
		"https://example.com/\xFF":                   false,
		"https://example.com/{a}|b":                  false,
		"https://example.com/<a>":                    false,
		"https://example.com/\"":                     false,
		"https://example.com/\\":                     false,
		"https://example.com/^`":                     false,
		"https://example.com:port":                   false,
		"https://example.com/%zz":                    false,
		"https://e.com/" + strings.Repeat("a", 1986): true,
		"https://e.com/" + strings.Repeat("a", 1987): false,
		"https://example.com/\u2028":                 false,
		"https://example.com/\u0085":                 false,
		"https://example.com/\uFFFD":                 false,
		"https://example.com/\u0080":                 false,
		"https://example.com/!~":                     true,
		"http://e":                                   true,
		"http://":                                    false,
	} {
		if got := weblink.Valid(link); got != want {
			t.Errorf("Valid(%.60q) = %t, want %t", link, got, want)
		}
	}
}

func TestNormal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://example.com/a":                            "https://example.com/a",
		"HTTPS://example.com/a":                            "https://example.com/a",
		"https://example.com/{a}|b":                        "https://example.com/%7Ba%7D%7Cb",
		"https://example.com/a b":                          "https://example.com/a%20b",
		"https://user@example.com":                         "",
		"javascript:alert(1)":                              "",
		"/relative":                                        "",
		"https://example.com:port":                         "", // no URL at all
		"https://example.com/%zz":                          "",
		"https://e.com/" + strings.Repeat("a", 1985) + "#": "https://e.com/" + strings.Repeat("a", 1985),
		"https://e.com/" + strings.Repeat("a", 1986) + "#": "", // too long as it stands
		"https://e.com/" + strings.Repeat("a", 1986):       "https://e.com/" + strings.Repeat("a", 1986),
		"https://example.com/?q={a}":                       "", // a query is taken as it is
		"https://example.com/\u202Etg":                     "https://example.com/%E2%80%AEtg",
		"https://e.com/" + strings.Repeat("{", 1000):       "", // too long when encoded
	} {
		got, ok := weblink.Normal(text)
		if ok != (want != "") || ok && got != want {
			t.Errorf("Normal(%.60q) = %q, %t, want %q", text, got, ok, want)
		}
	}
}

func ExampleNormal() {
	link, ok := weblink.Normal("https://example.com/{id}")
	fmt.Println(link, ok)
	// Output: https://example.com/%7Bid%7D true
}
