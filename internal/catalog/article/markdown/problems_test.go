package markdown

import (
	"errors"
	"strings"
	"testing"
)

const hint = `expected "Yes", "No" or "N/A", or a "Yes" with its restriction, as in "Yes (Premium tier only)"`

func TestParseProblems(t *testing.T) {
	const title = "# Security controls for Contoso Ledger\n"
	const table = "| Security control | Yes/No | Notes |\n|---|---|---|\n| A | Yes | |\n"
	front := func(s string) string { return "---\n" + s + "\n---\n" + title + table }
	tests := []struct {
		name, document, want string
	}{
		{"translated status", article("| A | Oui | |"), `ledger.md:7: A: the status is "Oui", ` + hint},
		{"misspelt status", article("| A | Yess | |"), `ledger.md:7: A: the status is "Yess", ` + hint},
		{"empty status", article("| A | | x |"), `ledger.md:7: A: the status is empty, ` + hint},
		{"status of two rows", article("| A | Yes | x", "B | Yess | y"), `ledger.md:8: B: the status is "Yess", ` + hint},
		{
			"status of a row that looks like a continuation", article("| A | Yes | x", "B | Yess |"),
			`ledger.md:8: B: the status is "Yess", ` + hint,
		},
		{
			"status over two lines", article("| A | Yes (Premium", "tier) | x |"),
			`ledger.md:7: A: the status is "Yes (Premium", whose parenthesis does not end, ` + hint + "\n" +
				`ledger.md:8: tier): the status is "x", ` + hint,
		},
		{
			"several", article("| A | Oui | |", "| B | Yes | |", "| C | Ja | |"),
			`ledger.md:7: A: the status is "Oui", ` + hint + "\n" + `ledger.md:9: C: the status is "Ja", ` + hint,
		},
		{"one cell", article("| A |"), `ledger.md:7: the row has 1 cells, expected at least a control and its status`},
		{
			"text below the table", article("| A | Yes | x |", "Text."),
			`ledger.md:8: the row has 1 cells, expected at least a control and its status`,
		},
		{
			"no label", article("| | Yes | |"),
			`ledger.md:7: the row has a status but no control, expected its name in the first cell`,
		},
		{
			"notes alone", article("| | | x |"),
			`ledger.md:7: the row has notes but no control, expected its name in the first cell`,
		},
		{
			"pipe in notes", article("| A | Yes | a | b | c |"),
			`ledger.md:7: the row has 5 cells, expected at most 4 as in the header; a pipe within a cell is written "\|"`,
		},
		{
			"translated header", title + "| Security control | Oui/non | Notes |\n|---|---|---|\n| A | Oui | |\n| B | Non | |",
			`ledger.md:2: the header "| Security control | Oui/non | Notes |" has no column "Yes/No", ` +
				`expected "| Security control | Yes/No | Notes |"`,
		},
		{
			"header of something else", title + table + "\n| Control | Supported |\n|---|---|\n| B | No |\n| C | Yes |",
			`ledger.md:6: the header "| Control | Supported |" is not one of controls, yet line 8 has the status "No", ` +
				`expected "| Security control | Yes/No | Notes |"`,
		},
		{
			"table of a translated page",
			title + table + "\n| Mesure de sécurité | Oui/Non | Remarques |\n|---|---|---|\n| B | À voir | |\n| C | Non | |",
			`ledger.md:6: the header "| Mesure de sécurité | Oui/Non | Remarques |" is not one of controls, ` +
				`yet line 9 has the status "Non", expected "| Security control | Yes/No | Notes |"`,
		},
		{
			"table in HTML",
			title + table +
				"\n<table>\n<tr><th>Control</th><th>State</th></tr>\n<tr><td>B</td><td><b>No</b></td></tr>\n" +
				"<tr><td>C</td><td>Yes</td></tr>\n</table>\n",
			"ledger.md:8: a row of controls in a table in HTML, expected one in Markdown",
		},
		{
			"table in HTML, a cell a line", title + table + "\n<TABLE class=\"x\">\n<td>B\n<td>\nNo (planned)\n</TABLE>\n",
			"ledger.md:9: a row of controls in a table in HTML, expected one in Markdown",
		},
		{
			"table in HTML, tags over two lines",
			title + table + "\n<table\nclass=\"x\">\n<tr><td>B</td><td\tid=\"y\"\nclass=\"z\">No</td></tr>\n</table>\n",
			"ledger.md:9: a row of controls in a table in HTML, expected one in Markdown",
		},
		{
			"two status columns",
			title + "| Security control | Standard (Yes/No) | Premium (Yes/No) |\n|---|---|---|\n| A | Yes | No |",
			`ledger.md:2: the header "| Security control | Standard (Yes/No) | Premium (Yes/No) |" has several columns ` +
				`"Yes/No", expected one table for each variant`,
		},
		{
			"no label column", title + "| Yes/No | Notes |\n|---|---|\n| Yes | A |",
			`ledger.md:2: the header "| Yes/No | Notes |" has no column "Security control", ` +
				`expected "| Security control | Yes/No | Notes |"`,
		},
		{
			"rows after a blank line", article("| A | Yes | |", "", "| B | No | |", "| C | No | |"),
			`ledger.md:9: a row of cells in a line outside a table, expected a header and a delimiter row such as ` +
				`"|---|---|---|" above it`,
		},
		{
			"rows after a comment", article("| A | Yes | |", "<!-- x -->", "B | No | x"),
			`ledger.md:9: a row of cells in a line outside a table, expected a header and a delimiter row such as ` +
				`"|---|---|---|" above it`,
		},
		{
			"no delimiter row", title + table + "\nSecurity control | Yes/No\nB | No\n",
			`ledger.md:6: a row of cells in a line outside a table, expected a header and a delimiter row such as ` +
				`"|---|---|---|" above it`,
		},
		{
			"table in a quotation", title + table + "\n> | Security control | Yes/No |\n> |---|---|\n> | B | No |\n",
			`ledger.md:6: a row of cells in a quotation, expected it outside`,
		},
		{
			"indented table", title + table + "\n    | Security control | Yes/No |\n    |---|---|\n    | B | No |\n",
			`ledger.md:6: a row of cells in indented text, which Markdown takes for code, expected it at the margin`,
		},
		{
			"no table", title + "Text.\n",
			`ledger.md: no row of controls, expected a table with the header "| Security control | Yes/No | Notes |"`,
		},
		{
			"other table only", title + "| a | b |\n|---|---|\n| c | d |",
			`ledger.md: no row of controls, expected a table with the header "| Security control | Yes/No | Notes |"`,
		},
		{
			"table without rows", title + "| Security control | Yes/No |\n|---|---|\n",
			`ledger.md: no row of controls, expected a table with the header "| Security control | Yes/No | Notes |"`,
		},
		{
			"included table", title + "\n[!INCLUDE [x](x.md)]\n[!INCLUDE [y](y.md)]\n",
			`ledger.md: no row of controls, expected a table with the header "| Security control | Yes/No | Notes |"; ` +
				`tables of included files ([!INCLUDE …] on line 3) are not read`,
		},
		{
			"empty document", "",
			`ledger.md: the document has no title, expected "Security controls for <service>"; set "service" to override it`,
		},
		{
			"open fence", article("| A | Yes | |") + "```\n| B | No |\n",
			"ledger.md:8: the code block does not end, expected a line \"```\"",
		},
		{"open comment", article("| A | Yes | |") + "<!-- B\n", `ledger.md:8: the comment does not end, expected "-->"`},
		{
			"aggregate",
			"# Security controls for Contoso services\n## [Contoso Ledger](../ledger-security-controls.md)\n" + table,
			`ledger.md:2: the heading "[Contoso Ledger](../ledger-security-controls.md)" links to the article of a service of ` +
				`its own, expected an article about one service`,
		},
		{
			"no title", table,
			`ledger.md: the document has no title, expected "Security controls for <service>"; set "service" to override it`,
		},
		{
			"title of no service", "# Overview\n" + table,
			`ledger.md:1: the title "Overview" names no service, expected "Security controls for <service>"; ` +
				`set "service" to override it`,
		},
		{
			"title of the front matter", "---\ntitle: Security controls\n---\n" + table,
			`ledger.md:2: the title "Security controls" names no service, expected "Security controls for <service>"; ` +
				`set "service" to override it`,
		},
		{
			"name without id", "# Security controls for Contoso Bücher\n" + table,
			`ledger.md:1: the name "Contoso Bücher" has no service id in a-z, 0-9 and "-"; set "service" to give it one`,
		},
		{
			"impossible date", front("title: x\nms.date: 09/042/2019"),
			`ledger.md:3: ms.date is "09/042/2019", expected a date MM/DD/YYYY or YYYY-MM-DD; set "published" to override it`,
		},
		{
			"day that does not exist", front("ms.date: 02/30/2020"),
			`ledger.md:2: ms.date is "02/30/2020", expected a date MM/DD/YYYY or YYYY-MM-DD; set "published" to override it`,
		},
		{
			"day first", front("date: 31/12/2020"),
			`ledger.md:2: date is "31/12/2020", expected a date MM/DD/YYYY or YYYY-MM-DD; set "published" to override it`,
		},
		{
			"time", front("date: 2020-12-31T00:00:00Z"),
			`ledger.md:2: date is "2020-12-31T00:00:00Z", expected a date MM/DD/YYYY or YYYY-MM-DD; ` +
				`set "published" to override it`,
		},
		{
			"open front matter", "---\ntitle: x\n" + title + table,
			`ledger.md:1: the front matter does not end, expected a second line "---"`,
		},
		{
			"front matter that is no mapping", front("- x"),
			`ledger.md:2: the front matter is not a mapping, expected lines such as ` +
				`"title: Security controls for Contoso Ledger"`,
		},
		{
			"front matter that is no YAML", front("title: x\nms.date: \"2020"),
			`ledger.md:3: the front matter is not valid YAML: found unexpected end of stream`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := Parse("ledger.md", []byte(test.document), Options{})
			if err == nil {
				t.Fatalf("no error, got %+v", a)
			}
			if a != nil {
				t.Errorf("an article besides the error: %+v", a)
			}
			got := err.Error()
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestParseErrorType(t *testing.T) {
	_, err := Parse("ledger.md", []byte(article("| A | Oui | |", "| B | Ja | |")), Options{})
	var list Errors
	if !errors.As(err, &list) || len(list) != 2 {
		t.Fatalf("got %#v", err)
	}
	var one *Error
	if !errors.As(err, &one) || one.File != "ledger.md" || one.Line != 7 || !strings.HasPrefix(one.Message, "A: the status") {
		t.Errorf("got %#v", one)
	}
}

func TestParseLimits(t *testing.T) {
	rows := func(n int, row string) string { return article(strings.TrimSuffix(strings.Repeat(row+"\n", n), "\n")) }
	var links strings.Builder
	for i := range maxReferences + 1 {
		links.WriteString(" https://contoso.example/" + strings.Repeat("x", i+1))
	}
	tests := []struct {
		name, document, want string
	}{
		{"size", strings.Repeat("x", MaxSize+1), "ledger.md: the document has 1048577 bytes, expected at most 1048576"},
		{"lines", strings.Repeat("\n", maxLines), "ledger.md: the document has 50001 lines, expected at most 50000"},
		{"line", "a\n" + strings.Repeat("x", maxLineLength+1), "ledger.md:2: the line has 65537 bytes, expected at most 65536"},
		{
			"continued line", article("| A | Yes | " + strings.Repeat("x\n", maxLineLength/2)),
			"ledger.md:32769: the row has more than 65536 bytes",
		},
		{
			"columns", article("| A | Yes" + strings.Repeat(" |", maxColumns)),
			"ledger.md:7: the row has 33 cells, expected at most 32",
		},
		{
			"header",
			"# Security controls for Contoso Ledger\n| Security control | Yes/No" + strings.Repeat(" |", maxColumns) +
				"\n|---|---|\n| A | Yes |\n",
			"ledger.md:2: the table has 33 columns, expected at most 32",
		},
		{"rows", rows(maxRows+1, "| A | Yes | |"), "ledger.md:2007: the document has more than 2000 rows of controls"},
		{
			"continued notes", article("| A | Yes | |") + strings.Repeat("| | | x |\n", maxContinued+1),
			"ledger.md:108: the notes go on over more than 100 rows or 65536 bytes",
		},
		{
			"notices", article("| A | Yes | |") + strings.Repeat("\n> [!NOTE]\n> x\n", maxNotices+1),
			"ledger.md:309: the document has more than 100 notices",
		},
		{"references", article("| A | Yes |" + links.String() + " |"), "ledger.md:7: more than 100 links"},
		{
			"front matter", "---\n" + strings.Repeat("a: b\n", maxFrontMatter),
			`ledger.md:1: the front matter has more than 16384 bytes; is the line "---" that ends it missing?`,
		},
		{"UTF-8", "a\nb\xff\n", "ledger.md:2: the line is not UTF-8 text, expected a Markdown document in UTF-8"},
		{"UTF-16", "a\x00\n\x00", "ledger.md:1: the line is not UTF-8 text, expected a Markdown document in UTF-8"},
		{
			"long status", article("| A | " + strings.Repeat("ü", 200) + " | |"),
			`ledger.md:7: A: the status is "` + strings.Repeat("ü", 80) + `…", ` + hint,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("ledger.md", []byte(test.document), Options{})
			if err == nil {
				t.Fatal("no error")
			}
			got, _, _ := strings.Cut(err.Error(), "\n")
			if i := strings.Index(err.Error(), test.want); i < 0 {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}

	_, err := Parse("ledger.md", []byte(rows(100, "| A | Oui | |")), Options{})
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxProblems+1 || lines[maxProblems] != "ledger.md: and 80 more problems" {
		t.Errorf("%d problems, the last is %q", len(lines), lines[len(lines)-1])
	}
}
