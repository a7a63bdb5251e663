package markdown

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/contoso-ledger.md")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, row := range []string{
		"| A | Yes (x) | `c | d` **e** [f](https://contoso.example \"g\") <a href=\"https://contoso.example\">h</a><ul><li>i |",
		"A | No. Planned | ![a][b] [c][] https://contoso.example/d &nbsp; &#1; \\| <!-- x -->",
		"| A | Yes | |\n\n<table><td>B<td>No</table>\n| C | Oui/Non |\n|--|--|\n| D | Oui |",
		"| A | N/A | a\nb\n |\n| | | c | d |\n> [!NOTE] x\n## B\n**C**\n~~~\n|",
	} {
		f.Add([]byte(article(row) + "\n[b]: <c>\n[c]: https://contoso.example/c\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Parse("f.md", data, Options{})
		again, errAgain := Parse("f.md", data, Options{})
		if !reflect.DeepEqual(a, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatal("not deterministic")
		}
		lines := strings.Count(string(lineFeeds(data)), "\n") + 1
		if err != nil {
			if a != nil {
				t.Fatalf("an error and the article %+v", a)
			}
			checkProblems(t, err, lines)
			return
		}
		checkArticle(t, a, lines)
	})
}

// checkProblems holds for whatever is wrong with a document of so many lines.
func checkProblems(t *testing.T, err error, lines int) {
	t.Helper()
	var list Errors
	if !errors.As(err, &list) || len(list) == 0 || len(list) > maxProblems+1 {
		t.Fatalf("%d problems", len(list))
	}
	for _, e := range list {
		if e.Line < 0 || e.Line > lines || e.Message == "" || !utf8.ValidString(e.Message) {
			t.Fatalf("problem %+v of %d lines", e, lines)
		}
	}
}

// checkArticle holds for whatever is read of a document of so many lines.
func checkArticle(t *testing.T, a *Article, lines int) {
	t.Helper()
	if a.ServiceID == "" || a.Title == "" || len(a.Rows) == 0 {
		t.Fatalf("%+v", a)
	}
	checkText(t, a.Title, a.Name)
	if a.Published != "" {
		if _, err := time.Parse(time.DateOnly, a.Published); err != nil {
			t.Fatal(err)
		}
	}
	last := 0
	for _, row := range a.Rows {
		if row.Line <= last || row.Line > lines {
			t.Fatalf("row on line %d of %d, after %d", row.Line, lines, last)
		}
		last = row.Line
		checkRow(t, row)
	}
	for _, notice := range a.Notices {
		if notice.Line < 1 || notice.Line > lines {
			t.Fatalf("notice on line %d of %d", notice.Line, lines)
		}
		checkReferences(t, notice.References)
	}
}

func checkRow(t *testing.T, row Row) {
	t.Helper()
	if !slices.Contains([]string{StatusYes, StatusNo, StatusNotApplicable, StatusConditional}, row.Status) {
		t.Fatalf("status %q", row.Status)
	}
	if row.Label == "" || (row.Condition != "") != (row.Status == StatusConditional) || row.Planned && row.Status != StatusNo {
		t.Fatalf("%+v", row)
	}
	checkText(t, row.Label, row.Section, row.Variant, row.Condition)
	checkText(t, strings.Split(row.Notes, "\n")...)
	checkText(t, strings.Split(row.Documentation, "\n")...)
	checkReferences(t, row.References)
}

func checkText(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !utf8.ValidString(s) || s != strings.Join(strings.Fields(s), " ") || strings.ContainsRune(s, removed) {
			t.Fatalf("text %q", s)
		}
	}
}

func checkReferences(t *testing.T, refs []Reference) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range refs {
		if _, ok := absoluteURL(r.URL); !ok || r.Title == "" || seen[r.URL] {
			t.Fatalf("reference %+v", r)
		}
		seen[r.URL] = true
		checkText(t, r.Title)
	}
}

// hostile returns documents of about n bytes that would take quadratic time if anything was searched for again
// and again.
func hostile(n int) map[string]string {
	documents := map[string]string{}
	for _, unit := range []string{
		"[", "]", "[]", "[](", "[](<", "[]( ", "[](a \"", "[](a (", "[a][", "![", "`", "`\\", "` `` ``` ", "<", "<a", "<a ",
		"<!--", "<!-- -->", "<a href=", "</a>",
		"*", "* ", "*a", "**a ", "_a ", "&", "&amp", "&#x26;", "\\", "\\|", "|", "||", "| ", "|`", "<table><td>", "</td>", "://",
		"http://", "http://[", "https://%zz ",
		"<ul><li>", " <li>", "<br>", "\u200b", "é", "(", ")", "a ", "#", ">", "- ", "~", "[^", "[a]: b ", "yes ", "no ",
		"planned ",
	} {
		// In one long line of a cell, and in many short lines.
		cell := strings.Repeat(unit, maxLineLength/2/len(unit))
		var b strings.Builder
		b.WriteString("# Security controls for Contoso Ledger\n\n[a]: https://contoso.example\n\n" +
			"| Security control | Yes/No | Notes |\n|---|---|---|\n")
		for b.Len() < n {
			b.WriteString("| A | Yes | " + cell + "\n")
		}
		documents["cell of "+unit] = b.String()
		documents["lines of "+unit] = strings.Repeat(unit+"\n", min(n/(len(unit)+1), maxLines-1))
		documents["rows of "+unit] = article(strings.Repeat("| "+unit+"\n", min(n/(len(unit)+3), maxLines-20)))
		documents["quotation of "+unit] = strings.Repeat("> "+unit+"\n", min(n/(len(unit)+3), maxLines-1))
		documents["paragraph of "+unit] = strings.Repeat(strings.Repeat(unit, 60_000/len(unit))+"\n", max(1, n/60_000))
	}
	return documents
}

// TestParseHostile reads documents made to be slow to read, or to take much memory: what
// a document makes the reader allocate, all in all, is bounded by its size. A step that
// takes more than linear time shows in BenchmarkParseHostile.
func TestParseHostile(t *testing.T) {
	const most = 500 // bytes for one of the document; the worst of them takes 210
	for name, document := range hostile(MaxSize / 16) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = Parse("hostile.md", []byte(document), Options{})
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > most*uint64(len(document)) {
			t.Errorf("%q: %d bytes for a document of %d", name, got, len(document))
		}
	}
}

func BenchmarkParseHostile(b *testing.B) {
	for _, size := range []int{MaxSize / 64, MaxSize / 16, MaxSize / 4} {
		documents := hostile(size)
		total := 0
		for _, document := range documents {
			total += len(document)
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(total))
			for b.Loop() {
				for _, document := range documents {
					_, _ = Parse("hostile.md", []byte(document), Options{})
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile("testdata/contoso-ledger.md")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("article", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse("ledger.md", data, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	rows := strings.Repeat("| Encryption in transit (such as between ledgers) | Yes (Premium tier only) | Ledgers *only* talk "+
		"TLS; see [Transport](https://contoso.example/tls) and `ledger --tls`. |\n"+
		"| Network isolation and firewalling support| No |  |\n", 500)
	long := []byte(article(rows))
	b.Run("long", func(b *testing.B) {
		b.SetBytes(int64(len(long)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse("ledger.md", long, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
