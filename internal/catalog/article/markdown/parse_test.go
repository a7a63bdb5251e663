package markdown

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// article wraps rows into a document whose table begins on line 5, so that the first row is on line 7.
func article(rows ...string) string {
	return "# Security controls for Contoso Ledger\n\n## Network\n\n" +
		"| Security control | Yes/No | Notes | Documentation |\n|---|---|---|---|\n" + strings.Join(rows, "\n") + "\n"
}

func mustParse(t *testing.T, document string, opts Options) *Article {
	t.Helper()
	a, err := Parse("ledger.md", []byte(document), opts)
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, document)
	}
	return a
}

func TestParseArticle(t *testing.T) {
	data, err := os.ReadFile("testdata/contoso-ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	want := &Article{
		Title:     "Security controls for Contoso Ledger",
		Name:      "Contoso Ledger",
		ServiceID: "contoso-ledger",
		Published: "2019-04-16", PublishedLine: 8,
		Notices: []Notice{{
			Line: 13,
			Kind: "important",
			Text: "Contoso Ledger retires on 2031-03-31. Move to Contoso Books or to a file.\n- No new ledgers after 2030.",
			References: []Reference{
				{Title: "Contoso Books", URL: "https://contoso.example/books"},
			},
		}},
		Rows: []Row{{
			Line: 27, Section: "Network segmentation", Label: "Service endpoint support", Status: StatusYes,
			Notes: "Ledgers listen to the endpoint.", Documentation: "Endpoints, Rules",
			References: []Reference{{Title: "Endpoints", URL: "https://contoso.example/ep"}},
		}, {
			Line: 28, Section: "Network segmentation", Label: "VNet injection support", Status: StatusNo,
			Notes: "Support for injection is planned.", Planned: true,
		}, {
			Line: 29, Section: "Network segmentation", Label: "Forced tunneling support", Status: StatusNotApplicable,
		}, {
			Line: 34, Section: "Data protection", Label: "Encryption at rest: Of the server, With own keys",
			Status: StatusConditional, Condition: "Premium tier only", Notes: "Every ledger.\nEvery <page>.",
		}, {
			Line: 35, Section: "Data protection", Label: "API calls encrypted", Status: StatusYes,
			Notes:      "Only over TLS, as RFC 8446 says; a token is needed.",
			References: []Reference{{Title: "RFC 8446", URL: "https://contoso.example/rfc8446"}},
		}},
	}
	document := string(data)
	for name, document := range map[string]string{
		"as it is":   document,
		"CRLF":       strings.ReplaceAll(document, "\n", "\r\n"),
		"BOM":        "\ufeff" + document,
		"BOM, CRLF":  "\ufeff" + strings.ReplaceAll(document, "\n", "\r\n"),
		"CR":         strings.ReplaceAll(document, "\n", "\r"),
		"BOM, CR":    "\ufeff" + strings.ReplaceAll(document, "\n", "\r"),
		"one CR":     strings.Replace(document, "\n| VNet injection", "\r| VNet injection", 1),
		"no newline": strings.TrimRight(document, "\n"),
		"setext": strings.Replace(strings.Replace(document, "# Security controls for Contoso Ledger\n",
			"Security controls for Contoso Ledger\n", 1),
			"Ledger\n\n>", "Ledger\n===\n>", 1),
		"bold headings": strings.Replace(document, "## Data protection\n", "**Data protection**\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, mustParse(t, document, Options{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestParseTables reads tables in the notations that occur. All of them say the same.
func TestParseTables(t *testing.T) {
	const expected = "Authentication=yes Authorization=no"
	for name, table := range map[string]string{
		"pipes": "| Security control | Yes/No | Notes |\n|---|---|--|\n| Authentication | Yes | |\n" +
			"| Authorization | No | |",
		"no pipes at the ends": "Security control | Yes/No | Notes\n---|---|---\nAuthentication | Yes |\nAuthorization | No | x",
		"no trailing pipes": "| Security control | Yes/No | Notes\n|---|---|--\n| Authentication | Yes | x\n" +
			"| Authorization | No | y",
		"no leading pipes": "Security control | Yes/No | Notes |\n---|---|--|\nAuthentication | Yes | x |\n" +
			"Authorization | No | |",
		"no spaces": "|Security control|Yes/No|Notes|\n|-|-|-|\n|Authentication|Yes|x|\n|Authorization|No||",
		"wide header": "| Security control | Yes/No | Notes | | Documentation\n|---|---|--|\n| Authentication | Yes | x | |\n" +
			"| Authorization | No |",
		"wide delimiter": "| Security control | Yes/No |\n|---|---|---|---|\n| Authentication | Yes |\n| Authorization | No |",
		"short rows": "| Security control | Yes/No | Notes | Documentation |\n|---|---|--|--|\n| Authentication | Yes |\n" +
			"| Authorization | No",
		"empty cells beyond": "| Security control | Yes/No |\n|---|---|\n| Authentication | Yes | | |\n" +
			"| Authorization | No | . |",
		"Yes/no": "| Security control | Yes/no | Notes |\n|---|---|--|\n| Authentication | Yes | |\n| Authorization | no | |",
		"spaces in Yes / No": "| Security control | Yes / No | Notes |\n|---|---|--|\n| Authentication | yes | |\n" +
			"| Authorization | NO | |",
		"attribute": "| Security Attribute | Yes/No | Notes|\n|---|---|--|\n| Authentication| Yes | |\n| Authorization|  No |x |",
		"entity": "| Security&nbsp;control | Yes/No | Notes |\n|---|---|--|\n| Authentication | Yes&nbsp; | |\n" +
			"| Authorization | &nbsp;No | |",
		"bold": "| **Security control** | **Yes/No** | *Notes* |\n|---|---|--|\n| **Authentication** | **Yes** | |\n" +
			"| `Authorization` | *No* | |",
		"another name": "| Feature | Yes/No | Notes |\n|---|---|--|\n| Authentication | Yes | |\n| Authorization | No | |",
		"status last": "| Security control | Notes | Yes/No |\n|---|---|--|\n| Authentication | x | Yes |\n" +
			"| Authorization | | No |",
		"alignment": "| Security control | Yes/No | Notes |\n| :--- | :---: | ---: |\n| Authentication | Yes | |\n" +
			"| Authorization | No | |",
		"indented": "   | Security control | Yes/No |\n   |---|---|\n   | Authentication | Yes |\n   | Authorization | No |",
		"after a paragraph": "Some text\n| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n" +
			"| Authorization | No |",
		"before a paragraph": "| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n| Authorization | No |\n\n" +
			"Some text",
		"before a list": "| Security control | Yes/No | Notes\n|---|---|---|\n| Authentication | Yes |\n" +
			"| Authorization | No | x\n- item",
		"before a heading": "| Security control | Yes/No | Notes\n|---|---|---|\n| Authentication | Yes |\n" +
			"| Authorization | No | x\n## More",
		"before a zone": "| Security control | Yes/No | Notes\n|---|---|---|\n| Authentication | Yes |\n" +
			"| Authorization | No | x\n::: zone-end",
		"full stops": "| Security control | Yes/No |\n|---|---|\n| Authentication | Yes. |\n| Authorization | No. |",
		"empty rows": "| Security control | Yes/No |\n|---|---|\n| | |\n| Authentication | Yes |\n| | |\n" +
			"| Authorization | No |\n| |",
		"two tables": "| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n\n| Security control | Yes/No |\n" +
			"|---|---|\n| Authorization | No |",
		"fence": "```\n| Security control | Yes/No |\n|---|---|\n| Other | Yes |\n```\n| Security control | Yes/No |\n" +
			"|---|---|\n| Authentication | Yes |\n| Authorization | No |",
		"tilde fence": "~~~~md\n| Security control | Yes/No |\n~~~\n|---|---|\n| Other | Yes |\n~~~~\n" +
			"| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n| Authorization | No |",
		"comment": "<!-- | Security control | Yes/No |\n|---|---|\n| Other | Yes |\n--> \n| Security control | Yes/No |\n" +
			"|---|---|\n| Authentication | Yes <!-- or no --> |\n| Authorization | No | <!-- x\ny -->",
		"comment in code": "`<!--` begins a comment\n\n| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n" +
			"| Authorization | No |",
		"other table": "| Vulnerability | Description |\n|---|---|\n| Inkbleed | None of ours |\n\n" +
			"| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n| Authorization | No |",
		"other table in HTML": "<table>\n<tr><td>Inkbleed</td><td>None of ours: no ledger has ink</td></tr>\n</table>\nNo\n\n" +
			"| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n| Authorization | No |",
		"other table with a /": "| Ledger | In/Out |\n|---|---|\n| First | both |\n\n| Security control | Yes/No |\n" +
			"|---|---|\n| Authentication | Yes |\n| Authorization | No |",
		"pipes in prose": "See a | b or c.\n\n| Security control | Yes/No |\n|---|---|\n| Authentication | Yes |\n" +
			"| Authorization | No |",
		"notes over two lines": "| Security control | Yes/No | Notes |\n|---|---|---|\n| Authentication | Yes | a\nb |\n" +
			"| Authorization | No | a\n |",
		"label over two lines": "| Security control | Yes/No |\n|---|---|\n| <b>\nAuthentication | Yes |\n| Authorization | No |",
		"unbalanced markup": "| Security control | Yes/No | Notes |\n|---|---|---|\n" +
			"| Authentication | Yes | a ` [b ** _ <c |\n| Authorization | No | ] ) > & |",
		"quotation with a table": "> | a | b |\n> |---|---|\n\n| Security control | Yes/No |\n|---|---|\n" +
			"| Authentication | Yes |\n| Authorization | No |",
	} {
		t.Run(name, func(t *testing.T) {
			a := mustParse(t, "# Security controls for Contoso Ledger\n\n## Identity\n\n"+table+"\n", Options{})
			var got []string
			for _, row := range a.Rows {
				got = append(got, row.Label+"="+row.Status)
				if row.Section != "Identity" {
					t.Errorf("section %q", row.Section)
				}
			}
			if s := strings.Join(got, " "); s != expected {
				t.Errorf("got %s, want %s", s, expected)
			}
		})
	}
}

func TestParseCells(t *testing.T) {
	tests := []struct {
		name, row string
		want      Row
	}{
		{"escaped pipe", `| A \| B | Yes | c \| d`, Row{Label: "A | B", Status: "yes", Notes: "c | d"}},
		{"pipe in code", "| A | Yes | `c | d` |", Row{Label: "A", Status: "yes", Notes: "c | d"}},
		{"escaped pipe in code", "| A | Yes | `c \\| d` |", Row{Label: "A", Status: "yes", Notes: "c | d"}},
		{"pipe in long code span", "| A | Yes | ``c ` | d`` |", Row{Label: "A", Status: "yes", Notes: "c ` | d"}},
		{
			"code span is left alone", "| A | Yes | `**[c](https://contoso.example)**` |",
			Row{Label: "A", Status: "yes", Notes: "**[c](https://contoso.example)**"},
		},
		{"dot", "| A | Yes | . |", Row{Label: "A", Status: "yes"}},
		{"dash", "| A | Yes | – |", Row{Label: "A", Status: "yes"}},
		{"breaks", "| A | Yes | c<br>d<br/><br />e |", Row{Label: "A", Status: "yes", Notes: "c\nd\ne"}},
		{"break in label", "| A<br>B | Yes | |", Row{Label: "A B", Status: "yes"}},
		{"list", "| A | Yes | <ul><li>c</li><li>d</li></ul> |", Row{Label: "A", Status: "yes", Notes: "- c\n- d"}},
		{"list in label", "| A:<ul><li>c </li><li>d</ul> | Yes | |", Row{Label: "A: c, d", Status: "yes"}},
		{"HTML", `| <a name="x"></a>A | Yes | <p>c <b>d</b></p> |`, Row{Label: "A", Status: "yes", Notes: "c d"}},
		{"unknown tag", "| A | Yes | the <ledger-name> here |", Row{Label: "A", Status: "yes", Notes: "the <ledger-name> here"}},
		{"HTML link", `| A | Yes | see <a href='https://contoso.example/a?b=c&amp;d=e'>c</a> |`, Row{
			Label: "A", Status: "yes", Notes: "see c",
			References: []Reference{{"c", "https://contoso.example/a?b=c&d=e"}},
		}},
		{
			"entities", "| A&amp;B | Yes | 1&nbsp;&lt;&#50;&nbsp;&nbsp;&bogus; |",
			Row{Label: "A&B", Status: "yes", Notes: "1 <2 &bogus;"},
		},
		{
			"entities are no markup", "| A | Yes | &#42;&#42;b&#42;&#42; &#10; c |",
			Row{Label: "A", Status: "yes", Notes: "**b** c"},
		},
		{
			"emphasis", "| A | Yes | **b** *c* __d__ _e_ ***f*** snake_case_name 2 * 3 g* |",
			Row{Label: "A", Status: "yes", Notes: "b c d e f snake_case_name 2 * 3 g*"},
		},
		{"escapes", `| A | Yes | \*b\* D:\\local D:\local |`, Row{Label: "A", Status: "yes", Notes: `*b* D:\local D:\local`}},
		{
			"invisible characters", "| A\u200b | Yes\u00ad | b\u202ec\u00a0\u3000d |",
			Row{Label: "A", Status: "yes", Notes: "bc d"},
		},
		{
			"links",
			`| A | Yes | [b](https://contoso.example/b "title") and [c](<http://contoso.example/c>) | ` +
				`[d](https://contoso.example/d_(e)). |`,
			Row{Label: "A", Status: "yes", Notes: "b and c", Documentation: "d.", References: []Reference{
				{"b", "https://contoso.example/b"}, {"c", "http://contoso.example/c"}, {"d", "https://contoso.example/d_(e)"},
			}},
		},
		{"same link twice", "| A | Yes | [b](https://contoso.example) [c](https://contoso.example) | |", Row{
			Label: "A", Status: "yes", Notes: "b c",
			References: []Reference{{"b", "https://contoso.example"}},
		}},
		{
			"relative links", "| A | Yes | [b](b.md) [c](/c) [d](//contoso.example/d) [e](#e) | [f](../f.md) |",
			Row{Label: "A", Status: "yes", Notes: "b c d e", Documentation: "f"},
		},
		{
			"other schemes",
			"| A | Yes | [b](javascript:alert(1)) [c](JavaScript:x) [d](data:text/html,x) [e](file:///e) " +
				"<a href=\"javascript:x\">f</a> |",
			Row{Label: "A", Status: "yes", Notes: "b c d e f"},
		},
		{"scheme in entities", "| A | Yes | [b](java&#115;cript:x) [c](&#104;ttps://contoso.example) |", Row{
			Label: "A", Status: "yes", Notes: "b c",
			References: []Reference{{"c", "https://contoso.example"}},
		}},
		{"user in URL", "| A | Yes | [b](https://contoso.example@other.example/) |", Row{Label: "A", Status: "yes", Notes: "b"}},
		{"reference links", "| A | Yes | [b][ref] [REF][] [ ref ] [c][none] [d] |", Row{
			Label: "A", Status: "yes", Notes: "b REF ref [c][none] [d]",
			References: []Reference{{"b", "https://contoso.example/ref"}},
		}},
		{
			"bare URLs", "| A | Yes | at https://contoso.example/a, (http://contoso.example/b). <https://contoso.example/c> |",
			Row{
				Label: "A", Status: "yes",
				Notes: "at https://contoso.example/a, (http://contoso.example/b). https://contoso.example/c",
				References: []Reference{
					{"https://contoso.example/a", "https://contoso.example/a"},
					{"http://contoso.example/b", "http://contoso.example/b"},
					{"https://contoso.example/c", "https://contoso.example/c"},
				},
			},
		},
		{"image", "| A | ![Yes](yes.png) | [![b](b.png)](https://contoso.example) |", Row{
			Label: "A", Status: "yes", Notes: "b",
			References: []Reference{{"b", "https://contoso.example"}},
		}},
		{"markup in link", "| A | Yes | [**b** `c`](https://contoso.example) |", Row{
			Label: "A", Status: "yes", Notes: "b c",
			References: []Reference{{"b c", "https://contoso.example"}},
		}},
		{"brackets in link", "| A | Yes | [b [c]](https://contoso.example) |", Row{
			Label: "A", Status: "yes", Notes: "b [c]",
			References: []Reference{{"b [c]", "https://contoso.example"}},
		}},
		{"row of notes", "| A | Yes | b | |\n| | | c [d](https://contoso.example) | e |", Row{
			Label: "A", Status: "yes", Notes: "b\nc d", Documentation: "e",
			References: []Reference{{"d", "https://contoso.example"}},
		}},
		{
			"row of documentation", "| A | Yes | b | |\n| | | | [c](c.md) |",
			Row{Label: "A", Status: "yes", Notes: "b", Documentation: "c"},
		},
		{"row of three lines", "| A | Yes | b\nc\nd |", Row{Label: "A", Status: "yes", Notes: "b c d"}},
		{"rest of the notes and documentation", "| A | Yes | b\nc | [d](https://contoso.example) |", Row{
			Label: "A", Status: "yes", Notes: "b c", Documentation: "d",
			References: []Reference{{"d", "https://contoso.example"}},
		}},
		{"rest of the notes and nothing", "| A | Yes | b\nc | |", Row{Label: "A", Status: "yes", Notes: "b c"}},
		{"planned in status", "| A | No (planned) | b |", Row{Label: "A", Status: "no", Planned: true, Notes: "planned\nb"}},
		{"planned in status alone", "| A | No (planned) | |", Row{Label: "A", Status: "no", Planned: true, Notes: "planned"}},
		{
			"planned maintenance", "| A | No | Maintenance: planned maintenance is announced. |",
			Row{Label: "A", Status: "no", Notes: "Maintenance: planned maintenance is announced."},
		},
		{"not planned", "| A | No | Support is not planned. |", Row{Label: "A", Status: "no", Notes: "Support is not planned."}},
		{"planned, though there", "| A | Yes | More is planned. |", Row{Label: "A", Status: "yes", Notes: "More is planned."}},
		{
			"condition and notes", "| A | Yes. Available for dedicated ledgers. | b |",
			Row{Label: "A", Status: "conditional", Condition: "Available for dedicated ledgers", Notes: "b"},
		},
		{"link in status", "| A | Yes ([Premium](https://contoso.example) only) | |", Row{
			Label: "A", Status: "conditional", Condition: "Premium only",
			References: []Reference{{"Premium", "https://contoso.example"}},
		}},
		{"by default", "| Encryption at rest | Yes for encryption-at-rest by default. | b |", Row{
			Label: "Encryption at rest", Status: "yes",
			Notes: "for encryption-at-rest by default\nb",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := mustParse(t,
				article(test.row)+"\n[Ref]: https://contoso.example/ref 'x'\n[ref]: https://contoso.example/second\n", Options{})
			if len(a.Rows) != 1 {
				t.Fatalf("%d rows: %+v", len(a.Rows), a.Rows)
			}
			test.want.Line, test.want.Section = 7, "Network"
			if diff := cmp.Diff(test.want, a.Rows[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Without a heading of level 1, the first of another level is a section like the others.
func TestParseSectionsWithoutTitle(t *testing.T) {
	a := mustParse(t,
		"---\ntitle: Security controls for Contoso Ledger\n---\n## Network\n\n| Security control | Yes/No |\n|---|---|\n"+
			"| A | Yes |\n", Options{})
	if a.Name != "Contoso Ledger" || a.Rows[0].Section != "Network" {
		t.Errorf("got the section %q of %q", a.Rows[0].Section, a.Name)
	}
}

func TestParseVariants(t *testing.T) {
	table := func(rows ...string) string {
		return "| Security control | Yes/No |\n|---|---|\n" + strings.Join(rows, "\n") + "\n\n"
	}
	a, b, c := "| A | Yes |", "| B | No |", "| C | N/A |"
	tests := []struct {
		name, document, want string
	}{
		{"none", table(a) + "## S1\n" + table(b) + "### S2\n" + table(c), "A// B/S1/ C/S2/"},
		{"mixed levels", "## S1\n" + table(a) + "### S2\n" + table(b) + "## S3\n" + table(c), "A/S1/ B/S2/ C/S3/"},
		{"heading that only groups", "## Overview\n### S1\n" + table(a) + "### S2\n" + table(b), "A/S1/ B/S2/"},
		{"text before", "## Overview\nText.\n## S1\n" + table(a) + "## S2\n" + table(b), "A/S1/ B/S2/"},
		{
			"variants above sections", "## V1\n### S1\n" + table(a) + "### S2\n" + table(b) + "## V2\n### S1\n" + table(a, c),
			"A/S1/V1 B/S2/V1 A/S1/V2 C/S1/V2",
		},
		{
			"variants beside sections", "## V1\n## S1\n" + table(a) + "### S2\n" + table(b) + "## V2\n## S1\n" + table(a),
			"A/S1/V1 B/S2/V1 A/S1/V2",
		},
		{"variants instead of sections", "## V1\n" + table(a, b) + "## V2\n" + table(a), "A/V1/V1 B/V1/V1 A/V2/V2"},
		{
			"section of all, then variants", "## S1\n" + table(a) + "## V1\n" + table(b) + "## V2\n" + table(b),
			"A/S1/ B/V1/V1 B/V2/V2",
		},
		{
			"additional section", "## S1\n" + table(a) + "## Additional security controls for Contoso Ledger Hosted\n" + table(b),
			"A/S1/ B/Additional security controls for Contoso Ledger Hosted/Contoso Ledger Hosted",
		},
		{
			"additional section of the service",
			"## S1\n" + table(a) + "## Additional security controls for Contoso Ledger\n" + table(b),
			"A/S1/ B/Additional security controls for Contoso Ledger/",
		},
		{
			"additional section that says more of the same",
			"## S1\n" + table(a) + "## Additional security controls for Contoso Ledger Hosted\n" + table(a),
			"A/S1/ A/Additional security controls for Contoso Ledger Hosted/Contoso Ledger Hosted",
		},
		{"bold lines", "## S1\n**V1**\n\n" + table(a) + "**V2:**\n\n" + table(a) + "## S2\n" + table(b), "A/V1/V1 A/V2/V2 B/S2/"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := []string{}
			for _, row := range mustParse(t, "# Security controls for Azure Contoso Ledger\n"+test.document, Options{}).Rows {
				got = append(got, row.Label+"/"+row.Section+"/"+row.Variant)
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("got  %s\nwant %s", s, test.want)
			}
		})
	}
}
