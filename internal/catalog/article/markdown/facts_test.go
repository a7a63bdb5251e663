package markdown

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseStatus(t *testing.T) {
	const label = "Server-side encryption at rest: Contoso-managed keys"
	tests := []struct {
		text string
		want status // the zero value: an error
	}{
		{"Yes", status{value: "yes"}},
		{"yes.", status{value: "yes"}},
		{"YES", status{value: "yes"}},
		{"No", status{value: "no"}},
		{"N/A", status{value: "not_applicable"}},
		{"n/a.", status{value: "not_applicable"}},
		{"Not applicable", status{value: "not_applicable"}},

		{"Yes (Premium tier only)", status{value: "conditional", condition: "Premium tier only"}},
		{"Yes (Premium tier only).", status{value: "conditional", condition: "Premium tier only"}},
		{"Yes(Premium)", status{value: "conditional", condition: "Premium"}},
		{"Yes (Premium) and (Standard)", status{value: "conditional", condition: "(Premium) and (Standard)"}},
		{"Yes, for Premium", status{value: "conditional", condition: "for Premium"}},
		{"Yes - Premium", status{value: "conditional", condition: "Premium"}},
		{"Yes – Premium", status{value: "conditional", condition: "Premium"}},
		{"Yes: Premium", status{value: "conditional", condition: "Premium"}},
		{"Yes. Available for dedicated ledgers.", status{value: "conditional", condition: "Available for dedicated ledgers"}},
		{"Yes for some ledgers", status{value: "conditional", condition: "for some ledgers"}},
		{"Yes, but not for all", status{value: "conditional", condition: "but not for all"}},
		{"Yes (preview)", status{value: "conditional", condition: "preview"}},
		{"Yes, except by default", status{value: "conditional", condition: "except by default"}},

		{
			"Yes for server-side encryption-at-rest by default.",
			status{value: "yes", note: "for server-side encryption-at-rest by default"},
		},
		{"Yes for all by default", status{value: "yes", note: "for all by default"}},
		{"Yes (enabled by default)", status{value: "yes", note: "enabled by default"}},
		{"Yes for Premium by default", status{value: "conditional", condition: "for Premium by default"}},
		{"Yes (not by default)", status{value: "conditional", condition: "not by default"}},
		{"Yes (enabled)", status{value: "conditional", condition: "enabled"}},

		{"No (planned)", status{value: "no", note: "planned"}},
		{"No. Support is planned for 2031.", status{value: "no", note: "Support is planned for 2031"}},
		{"N/A (the customer owns the ledger)", status{value: "not_applicable", note: "the customer owns the ledger"}},

		{"", status{}},
		{"-", status{}},
		{"–", status{}},
		{"✅", status{}},
		{"Oui", status{}},
		{"Yess", status{}},
		{"Yes*", status{}},
		{"Yes1", status{}},
		{"Yes[^1]", status{}},
		{"Yes/No", status{}},
		{"Yes or No", status{}},
		{"Yes, No", status{}},
		{"Yes (No)", status{}},
		{"Yes Yes", status{}},
		{"Yes (Premium", status{}},
		{"Yes Premium", status{}},
		{"No, Yes", status{}},
		{"No Premium", status{}},
		{"No, except in Premium", status{}},
		{"No (only in Standard)", status{}},
		{"No (yes in Premium)", status{}},
		{"N/A for Standard", status{}},
		{"N/A, unless in Premium", status{}},
		{"NA", status{}},
		{"None", status{}},
		{"Not yet", status{}},
		{"Nope", status{}},
		{"Partial", status{}},
		{"Preview", status{}},
		{"Planned", status{}},
		{"True", status{}},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, problem := parseStatus(test.text, label)
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if (problem == "") == (test.want == status{}) {
				t.Errorf("problem %q", problem)
			}
		})
	}
}

func TestParseStatusProblems(t *testing.T) {
	for text, want := range map[string]string{
		"":            "the status is empty, " + hint,
		"Yess":        `the status is "Yess", ` + hint,
		"Yes Premium": `the status is "Yes Premium", ` + hint,
		"Yes, No":     `the status is "Yes, No", which is two at once, ` + hint,
		"No (except here)": `the status is "No (except here)", which holds in part only, ` +
			`expected "No" or "N/A" without exception, or a "Yes" with its restriction, as in "Yes (Premium tier only)"`,
	} {
		if _, got := parseStatus(text, "A"); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, got, want)
		}
	}
}

func TestIsPlanned(t *testing.T) {
	for text, want := range map[string]bool{
		"Support for ledgers is planned.":       true,
		"Rules are planned for 2031.":           true,
		"Planned for 2031.":                     true,
		"Not there yet. Planned for 2031.":      true,
		"planned":                               true,
		"":                                      false,
		"Support is not planned.":               false,
		"Support isn't planned":                 false,
		"No planned maintenance.":               false,
		"It is planned maintenance that may be": false,
		"Unplanned":                             false,
	} {
		if got := isPlanned(text); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}

func TestParseTitle(t *testing.T) {
	const table = "\n| Security control | Yes/No |\n|---|---|\n| A | Yes |\n"
	tests := []struct {
		document, title, name, id string
	}{
		{"# Security controls for Contoso Ledger", "Security controls for Contoso Ledger", "Contoso Ledger", "contoso-ledger"},
		{
			"# Security controls for Azure Key Vault", "Security controls for Azure Key Vault", "Azure Key Vault",
			"azure-key-vault",
		},
		{
			"# Security attributes for Contoso Ledger", "Security attributes for Contoso Ledger", "Contoso Ledger",
			"contoso-ledger",
		},
		{
			"# Common Security Attributes for Contoso Ledger #", "Common Security Attributes for Contoso Ledger",
			"Contoso Ledger", "contoso-ledger",
		},
		{
			"# Built-in security controls in Contoso Ledger", "Built-in security controls in Contoso Ledger", "Contoso Ledger",
			"contoso-ledger",
		},
		{
			`# <a name="x"></a>Security controls for **Contoso** Ledger`, "Security controls for Contoso Ledger",
			"Contoso Ledger", "contoso-ledger",
		},
		{
			"# Security controls for Contoso Ledger (CL) & Books", "Security controls for Contoso Ledger (CL) & Books",
			"Contoso Ledger (CL) & Books", "contoso-ledger-cl-books",
		},
		{
			"# Security controls for Contoso's Ledger – Linux", "Security controls for Contoso's Ledger – Linux",
			"Contoso's Ledger – Linux", "contosos-ledger-linux",
		},
		{
			"# Security controls for Contoso® Ledger™—Linux", "Security controls for Contoso® Ledger™—Linux",
			"Contoso® Ledger™—Linux", "contoso-ledger-linux",
		},
		{
			"Security controls for Contoso Ledger\n====", "Security controls for Contoso Ledger", "Contoso Ledger",
			"contoso-ledger",
		},
		{
			"---\ntitle: Security controls in Ledger\n---\n# Security controls for Contoso Ledger",
			"Security controls for Contoso Ledger", "Contoso Ledger", "contoso-ledger",
		},
		{
			"---\ntitle: Security controls for Contoso Ledger | Contoso Docs\n---\n# Overview",
			"Security controls for Contoso Ledger | Contoso Docs", "Contoso Ledger", "contoso-ledger",
		},
		{
			"---\ntitle: 'Security controls for Contoso Ledger'\n---\n## Network", "Security controls for Contoso Ledger",
			"Contoso Ledger", "contoso-ledger",
		},
		{
			"---\ntitle: Controls\n---\n# Security controls for Contoso Ledger\n# [Tab](#tab/x)",
			"Security controls for Contoso Ledger", "Contoso Ledger", "contoso-ledger",
		},
	}
	for _, test := range tests {
		a := mustParse(t, test.document+table, Options{})
		if a.Title != test.title || a.Name != test.name || a.ServiceID != test.id {
			t.Errorf("%s\ngot %q, %q, %q", test.document, a.Title, a.Name, a.ServiceID)
		}
	}

	a := mustParse(t, "# Überblick"+table, Options{Service: "contoso-ledger"})
	if a.Title != "Überblick" || a.Name != "" || a.ServiceID != "contoso-ledger" {
		t.Errorf("with a service: got %q, %q, %q", a.Title, a.Name, a.ServiceID)
	}
	a = mustParse(t, "# Security controls for Contoso Bücher"+table, Options{Service: "books"})
	if a.Name != "Contoso Bücher" || a.ServiceID != "books" {
		t.Errorf("with a service: got %q, %q", a.Name, a.ServiceID)
	}
}

func TestParsePublished(t *testing.T) {
	tests := []struct {
		front, override, want string
	}{
		{"", "", ""},
		{"", "2020-02-29", "2020-02-29"},
		{"---\ntitle: x\n---\n", "", ""},
		{"---\n---\n", "", ""},
		{"---\nms.date: 04/16/2019\n---\n", "", "2019-04-16"},
		{"---\nms.date: 4/6/2019\n...\n", "", "2019-04-06"},
		{"---\nms.date:\ndate: 2019-04-16\n---\n", "", "2019-04-16"},
		{"---\nms.date: 2019-04-16 # of the review\n---\n", "", "2019-04-16"},
		{"---\ndate: \"2019-04-16\"\n---\n", "", "2019-04-16"},
		{"---\ndate: 2018-01-01\nms.date: 04/16/2019\n---\n", "", "2019-04-16"},
		{"---\nms.date: 04/16/2019\ndate: 2018-01-01\n---\n", "", "2019-04-16"},
		{"---\nms.date: 04/16/2019\n---\n", "2021-01-02", "2021-01-02"},
		{"---\nms.date: 09/042/2019\n---\n", "2019-09-04", "2019-09-04"},
		{"---\nms.custom: [a, b]\nx: {ms.date: 1}\nms.date: 04/16/2019\n---\n", "", "2019-04-16"},
	}
	for _, test := range tests {
		a := mustParse(t, test.front+article("| A | Yes | |"), Options{Published: test.override})
		if a.Published != test.want {
			t.Errorf("%q, %q: got %q", test.front, test.override, a.Published)
		}
	}
	for _, date := range []string{"04/16/2019", "2019-02-30", "today"} {
		_, err := Parse("ledger.md", []byte(article("| A | Yes | |")), Options{Published: date})
		if want := `ledger.md: published is "` + date + `", expected a date YYYY-MM-DD`; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestParseNotices(t *testing.T) {
	document := strings.Join([]string{
		"# Security controls for Contoso Ledger", // 1
		"> [!NOTE]",
		"> On one line.",
		"",
		">[!Warning] After the marker,", // 5
		">and on.",
		"Not in the notice.",
		"",
		"> **Important:**",
		"> Converted; see [a](https://contoso.example/a).", // 10
		">",
		"> Second paragraph.",
		"",
		"> A quotation.",
		"",
		"> [!VIDEO https://contoso.example/v]",
		"",
		"> [!TIP]",
		"| Security control | Yes/No |",
		"|---|---|",
		"| A | Yes |",
		"> [!CAUTION]",
		"> Below.",
	}, "\n")
	want := []Notice{
		{Line: 2, Kind: "note", Text: "On one line."},
		{Line: 5, Kind: "warning", Text: "After the marker, and on."},
		{
			Line: 9, Kind: "important", Text: "Converted; see a.\nSecond paragraph.",
			References: []Reference{{"a", "https://contoso.example/a"}},
		},
		{Line: 18, Kind: "tip"},
		{Line: 22, Kind: "caution", Text: "Below."},
	}
	if diff := cmp.Diff(want, mustParse(t, document, Options{}).Notices); diff != "" {
		t.Error(diff)
	}
}
