package words_test

import (
	"errors"
	"os"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

func TestLists(t *testing.T) {
	t.Parallel()
	one, three := []string{"a"}, []string{"a", `b "c"`, "d"}
	for _, c := range []struct{ got, want string }{
		{words.Or[string](nil), ""},
		{words.Or(one), `"a"`},
		{words.Either(one), "a"},
		{words.Either([]string{"a", "b", "c"}), "a, b or c"},
		{words.Or(three[:2]), `"a" or "b "c""`},
		{words.Or(three), `"a", "b "c"" or "d"`},
		{words.And(three), `"a", "b "c"" and "d"`},
		{words.Quoted(three), `"a", "b "c"", "d"`},
		{words.OrCode(one), "`a`"},
		{words.OrCode([]string{"a", "b", "c"}), "`a`, `b` or `c`"},
		{words.AtMost(three, 3), `a, b "c", d`},
		{words.AtMost(three, 1), "a, and 2 more"},
		{words.AtMost(nil, 1), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %s, expected %s", c.got, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{words.Count(0, "gap"), "0 gaps"},
		{words.Count(1, "gap"), "1 gap"},
		{words.Count(2, "gap"), "2 gaps"},
		{words.All(2), "both"},
		{words.All(3), "all 3"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, expected %s", c.got, c.want)
		}
	}
}

// TestClip cuts after characters, never within one.
func TestClip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 2, ""},
		{"ab", 2, "ab"},
		{"abc", 2, "ab…"},
		{"äöü", 3, "äöü"},
		{"äöü", 2, "äö…"},
	} {
		if got := words.Clip(c.text, c.most); got != c.want {
			t.Errorf("%q, %d: got %q, expected %q", c.text, c.most, got, c.want)
		}
	}
}

// TestFit counts the mark as well.
func TestFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 2, ""},
		{"ab", 2, "ab"},
		{"abc", 2, "a…"},
		{"äöü", 3, "äöü"},
		{"äöüß", 3, "äö…"},
	} {
		if got := words.Fit(c.text, c.most); got != c.want {
			t.Errorf("%q, %d: got %q, expected %q", c.text, c.most, got, c.want)
		}
	}
}

func TestFirstLetters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{words.LowerFirst("Not documented"), "not documented"},
		{words.LowerFirst(""), ""},
		{words.UpperFirst("not documented"), "Not documented"},
		{words.UpperFirst(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, expected %q", c.got, c.want)
		}
	}
}

func TestIsPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": true, "two words": true, " a": false, "a ": false, "a  b": false, "a\nb": false, "é": false, "a\x7f": false,
	} {
		if got := words.IsPlain(text); got != want {
			t.Errorf("%q: got %t, expected %t", text, got, want)
		}
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "no file": "No file.", "did you mean \"a\"?": "Did you mean \"a\"?", "It is.": "It is.",
	} {
		if got := words.Sentence(text); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

// What people read has no escapes but for what they would not see.
func TestQuote(t *testing.T) {
	t.Parallel()
	type named string
	for _, c := range []struct{ got, want string }{
		{words.Quote(""), `""`},
		{words.Quote(`D:\local, 5 %`), `"D:\local, 5 %"`},
		{words.Quote("a\tb\nc\x00d\u00a0e\u200bf\xffg\ufffd"), `"a\tb\nc\x00d\u00a0e\u200bf\xffg�"`},
		{words.Quote("Schlüssel ✓"), `"Schlüssel ✓"`},
		{words.Sprintf("%q and %s, %d %5.1f", named(`D:\x`), `D:\x`, 3, 1.25), `"D:\x" and D:\x, 3   1.2`},
		{words.Sprintf("%-5s|%[1]q", "ab"), `ab   |"ab"`},
		{words.Errorf("%q: %w", `D:\x`, os.ErrNotExist).Error(), `"D:\x": file does not exist`},
	} {
		if c.got != c.want {
			t.Errorf("got %s, expected %s", c.got, c.want)
		}
	}
	if !errors.Is(words.Errorf("%w", os.ErrNotExist), os.ErrNotExist) {
		t.Error("an error is not wrapped")
	}
}
