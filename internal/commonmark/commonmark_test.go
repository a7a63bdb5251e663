package commonmark_test

import (
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
)

func TestParagraph(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                 "",
		"plain text":       "plain text",
		"a *b* _c_ `d`":    "a \\*b\\* \\_c\\_ \\`d\\`",
		"[a](b) ![c](d)":   `\[a\](b) \!\[c\](d)`,
		"<b> & c|d ~e $f":  `&lt;b&gt; &amp; c\|d \~e \$f`,
		"# no heading":     `\# no heading`,
		"1. no list":       `1\. no list`,
		"- no list":        `\- no list`,
		"= no heading":     `\= no heading`,
		"two\nlines\u202e": "two lines\uFFFD",
	} {
		if got := commonmark.Paragraph(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func ExampleEscape() {
	fmt.Println(commonmark.Escape("a *b*"))
	// Output: a \*b\*
}
