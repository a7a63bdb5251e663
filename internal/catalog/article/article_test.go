package article_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// articleText is an article about Contoso Ledger with rows; before has lines between
// the title and the table, of which the first row is then on line 9 + the number of them.
func articleText(before []string, rows ...string) string {
	lines := []string{"---", "ms.date: 04/16/2019", "---", "# Security controls for Contoso Ledger"}
	lines = append(lines, before...)
	lines = append(lines, "", "## Network", "| Security control | Yes/No | Notes | Documentation |", "|---|---|---|---|")
	return strings.Join(append(lines, rows...), "\n") + "\n"
}

// readArticle reads an article with the controls of the tests, and one service more.
func readArticle(t *testing.T, text string, opts article.Options) (*catalog.Service, []*catalog.Definition, error) {
	t.Helper()
	c := sample.Layered(t, sample.Services(sample.Service("ledger", "name: The Ledger",
		sample.Document("ledger-2018", "2018-01-01", "alpha: no"))))
	return readWith(c, "ledger.md", text, opts)
}

// readWith reads an article into its service and the definitions of its own.
func readWith(c *catalog.Catalog, name, text string, opts article.Options) (*catalog.Service, []*catalog.Definition, error) {
	f, errs := article.Read(c, name, []byte(text), opts)
	if len(errs) > 0 {
		return nil, nil, fault.Join(errs)
	}
	return f.Services[0].Value, facts.Values(f.Definitions), nil
}

func mustReadArticle(t *testing.T, text string, opts article.Options) (*catalog.Service, []*catalog.Definition) {
	t.Helper()
	s, definitions, err := readArticle(t, text, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s, definitions
}

func TestReadArticle(t *testing.T) {
	t.Parallel()
	notices := []string{
		"", "> [!IMPORTANT]", "> Contoso Ledger **retires** on 2031-03-31.", "", "> [!NOTE]", "> Ledgers are heavy.",
	}
	s, definitions := mustReadArticle(t, articleText(notices,
		`| Alpha support | Yes (Premium tier only) | Every ledger.<br>Each   page. | [Endpoints](https://contoso.example/ep), `+
			`[Rules](rules.md) |`,
		`| Beta support | No | Support for beta is planned. |`,
		`| local authentication | N/A | . | [Keys](https://contoso.example/keys) |`), article.Options{})
	if len(definitions) > 0 {
		t.Errorf("got definitions of known controls: %+v", definitions)
	}
	sample.Equal(t, s.Summary, catalog.Summary{
		ID: "contoso-ledger", Name: "Contoso Ledger", Cloud: "own",
		Lifecycle: catalog.Lifecycle{
			Notice: "Contoso Ledger retires on 2031-03-31.",
			Source: catalog.Source{Title: "Security controls for Contoso Ledger", Published: "2019-04-16"},
		},
	})
	if len(s.Documents) != 1 {
		t.Fatalf("got %d documents", len(s.Documents))
	}
	doc := s.Documents[0]
	want := []*catalog.Statement{
		{
			Control: "alpha", Label: "Alpha support", Status: catalog.StatusConditional, Condition: "Premium tier only",
			Notes:      "Every ledger. Each page. Endpoints, Rules",
			References: []catalog.Reference{{Title: "Endpoints", URL: "https://contoso.example/ep"}},
		},
		{Control: "beta", Label: "Beta support", Status: catalog.StatusNo, Planned: true, Notes: "Support for beta is planned."},
		{
			Control: "local", Label: "local authentication", Status: catalog.StatusNotApplicable,
			References: []catalog.Reference{{Title: "Keys", URL: "https://contoso.example/keys"}},
		},
	}
	sample.Equal(t, doc.Statements, want)
	doc.Statements = nil
	sample.Equal(t, doc, &catalog.Document{
		ID: "contoso-ledger-2019-04-16", Series: "Security controls", Title: "Security controls for Contoso Ledger",
		Publisher: "not stated", Published: "2019-04-16",
	})
}

func TestReadArticleOptions(t *testing.T) {
	t.Parallel()
	text := articleText(nil, "| Alpha support | Yes | |")
	s, _ := mustReadArticle(t, text, article.Options{Service: "ledger", Published: "2020-02-29"})
	if s.ID != "ledger" || s.Name != "The Ledger" || s.Cloud != "azure" {
		t.Errorf("got %q, %q, %q, want what the catalogue knows of the service", s.ID, s.Name, s.Cloud)
	}
	if doc := s.Documents[0]; doc.ID != "ledger-2020-02-29" || doc.Published != "2020-02-29" ||
		doc.Title != "Security controls for Contoso Ledger" {
		t.Errorf("got %q of %s, %q", doc.ID, doc.Published, doc.Title)
	}
	// An impossible date does not matter where the source says another.
	if _, _, err := readArticle(t, strings.Replace(text, "04/16/2019", "09/042/2019", 1),
		article.Options{Published: "2019-09-04"}); err != nil {
		t.Error(err)
	}
	// A title that names no service needs one of the source, and has no better name.
	s, _ = mustReadArticle(t, strings.Replace(text, "# Security controls for Contoso Ledger", "# Overview", 1),
		article.Options{Service: "books"})
	if s.ID != "books" || s.Name != "books" || s.Documents[0].Title != "Overview" {
		t.Errorf("got %q, %q, %q", s.ID, s.Name, s.Documents[0].Title)
	}
}

// What could hide a part of a diagnostic does not come out of an article.
func TestReadArticleTextDirection(t *testing.T) {
	t.Parallel()
	s, _ := mustReadArticle(t, articleText(nil, "| Alpha support | Yes | a\u202eb |"), article.Options{})
	if got := s.Documents[0].Statements[0].Notes; got != "ab" {
		t.Errorf("got the notes %q", got)
	}
}

func TestReadArticleErrors(t *testing.T) {
	t.Parallel()
	row := func(cells string) string { return articleText(nil, "| "+cells+" |") }
	dated := func(date string) string {
		return strings.Replace(articleText(nil, "| Alpha support | Yes | |"), "ms.date: 04/16/2019", date, 1)
	}
	for name, tt := range map[string]struct {
		text string
		opts article.Options
		want string
	}{
		"no date": {
			dated("title: x"),
			article.Options{},
			`ledger.md:1: the article has no date, expected ms.date in its front matter or "published" of the source`,
		},
		"impossible date": {
			dated("ms.date: 09/042/2019"),
			article.Options{},
			`ledger.md:2: ms.date is "09/042/2019", expected a date MM/DD/YYYY or YYYY-MM-DD; set "published" to override it`,
		},
		"published": {
			dated("ms.date: 04/16/2019"),
			article.Options{Published: "2019-02-30"},
			`ledger.md: published is "2019-02-30", expected a date YYYY-MM-DD`,
		},
		"a label of no control": {
			row("Unheard of | Yes |"),
			article.Options{},
			`ledger.md:9: the label "Unheard of" is not known, expected a label of the catalogue, ` +
				`or new_controls = true of the source`,
		},
		"a misspelt label": {
			row("Alpha suppor | Yes |"),
			article.Options{},
			`ledger.md:9: the label "Alpha suppor" is not known, expected a label of the catalogue, ` +
				`or new_controls = true of the source; did you mean "Alpha support" (alpha)?`,
		},
		"near a control without labels": {
			row("Local authentications | Yes |"),
			article.Options{},
			`ledger.md:9: the label "Local authentications" is not known, expected a label of the catalogue, ` +
				`or new_controls = true of the source; did you mean "Local authentication" (local)?`,
		},
		"all of them": {
			articleText(nil, "| First | Yes | |", "| Alpha support | Yes | |", "| Second | No | |"),
			article.Options{},
			"ledger.md:9: the label \"First\" is not known, expected a label of the catalogue, " +
				"or new_controls = true of the source\n" +
				"ledger.md:11: the label \"Second\" is not known, expected a label of the catalogue, " +
				"or new_controls = true of the source",
		},
		"a status": {
			row("Alpha support | Oui |"),
			article.Options{},
			`ledger.md:9: Alpha support: the status is "Oui", expected "Yes", "No" or "N/A", or a "Yes" with its restriction, ` +
				`as in "Yes (Premium tier only)"`,
		},
		"a new label in other letters": {
			row("Поддержка | Yes |"),
			article.Options{NewControls: true},
			`ledger.md:9: the label "Поддержка" makes no id of a control, expected one in Latin letters and digits, ` +
				`at most 96 characters`,
		},
		"a new label that is long": {
			row(strings.Repeat("word ", 20) + "| Yes |"),
			article.Options{NewControls: true},
			`ledger.md:9: the label "` + strings.Repeat("word ", 19) +
				`word" makes no id of a control, expected one in Latin letters and digits, at most 96 characters`,
		},
		"a long condition": {
			row("Alpha support | Yes (" + strings.Repeat("x", 4001) + ") |"),
			article.Options{},
			"ledger.md:9: the condition has 4001 characters, expected at most 4000",
		},
		"long notes": {
			row("Alpha support | Yes | " + strings.Repeat("x ", 2001)),
			article.Options{},
			"ledger.md:9: the text of the notes has 4001 characters, expected at most 4000",
		},
		"a long label": {
			row("Beta support (" + strings.Repeat("x", 300) + ") | Yes | "),
			article.Options{},
			"ledger.md:9: the label has 315 characters, expected at most 300",
		},
		"a long link": {
			row("Alpha support | Yes | [" + strings.Repeat("x", 301) + "](https://contoso.example)"),
			article.Options{},
			"ledger.md:9: the title of a link has 301 characters, expected at most 300",
		},
		"a service that is no id": {
			row("Alpha support | Yes |"),
			article.Options{Service: "Contoso Ledger"},
			`ledger.md:1: "Contoso Ledger" is not the id of a service, expected lower-case letters, ` +
				`digits and single hyphens, at most 100 characters, as "service" of the source`,
		},
		"a service without room for the date": {
			row("Alpha support | Yes |"),
			article.Options{Service: strings.Repeat("x", 95)},
			`ledger.md:1: the id "` + strings.Repeat("x", 95) +
				`-2019…" of the document has 106 characters, expected at most 100: name a shorter "service" of the source`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, definitions, err := readArticle(t, tt.text, tt.opts)
			if err == nil || s != nil || definitions != nil {
				t.Fatalf("no error, or a part of the article: %+v", s)
			}
			if err.Error() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", err, tt.want)
			}
			var fileErr *fault.Error
			if !errors.As(err, &fileErr) {
				t.Errorf("%T is no fault.Error", err)
			}
		})
	}
}

func TestReadArticleNewControls(t *testing.T) {
	t.Parallel()
	text := articleText(nil,
		"| Ledger  pages: sealed (by us) | Yes | |", "| Alpha support | No | |",
		"| Ledger pages - sealed by us | No | |", "| Other | N/A | |")
	s, definitions := mustReadArticle(t, text, article.Options{NewControls: true})
	want := []*catalog.Definition{
		{
			ID: "own-ledger-pages-sealed-by-us", Title: "Ledger pages: sealed (by us)", Category: "own",
			Polarity: catalog.PolarityDesired, Labels: []string{"Ledger pages: sealed (by us)"},
			Description: "A control of ledger.md.",
		},
		{
			ID: "own-other", Title: "Other", Category: "own", Polarity: catalog.PolarityDesired, Labels: []string{"Other"},
			Description: "A control of ledger.md.",
		},
	}
	sample.Equal(t, definitions, want)
	var controls []string
	for _, st := range s.Documents[0].Statements {
		controls = append(controls, st.Control)
	}
	// Two labels that differ in punctuation alone are one control.
	sample.Equal(t, controls, []string{"own-ledger-pages-sealed-by-us", "alpha", "own-ledger-pages-sealed-by-us", "own-other"})
}

// The series has changed its categories. They decide nothing: a control has that of its
// definition.
func TestReadArticleCategories(t *testing.T) {
	t.Parallel()
	rows := []string{"| Alpha support | Yes (Premium) | |", "| Beta support | No | |"}
	want, _ := mustReadArticle(t, articleText(nil, rows...), article.Options{})
	for _, category := range []string{
		"Preventative", "Network segmentation", "Detection", "Identity and access management", "Audit trail", "Access controls",
		"Configuration management",
		"Network", "Monitoring & logging", "Identity", "Data protection", "A category of later years",
	} {
		for _, heading := range []string{"## " + category, "### " + category, "**" + category + "**\n"} {
			got, definitions := mustReadArticle(t, strings.Replace(articleText(nil, rows...), "## Network", heading, 1),
				article.Options{})
			if len(definitions) > 0 {
				t.Errorf("%s: got definitions %+v", heading, definitions)
			}
			sample.Equal(t, got, want)
		}
	}
}

// A "Yes" for one variant of a product is one with a condition; a "No" stays one.
func TestReadArticleVariants(t *testing.T) {
	t.Parallel()
	table := "| Security control | Yes/No |\n|---|---|\n"
	text := "---\nms.date: 04/16/2019\n---\n# Security controls for Contoso Ledger\n" +
		"## Ledger Basic\n" + table + "| Alpha support | Yes |\n| Beta support | Yes (Premium) |\n" +
		"## Ledger Pro\u0301\n" + table + "| Alpha support | No |\n| Beta support | Yes |\n"
	s, _ := mustReadArticle(t, text, article.Options{})
	var got []string
	for _, st := range s.Documents[0].Statements {
		got = append(got, fmt.Sprintf("%s %s %s", st.Control, st.Status, st.Condition))
	}
	sample.Equal(t, got, []string{
		"alpha conditional Ledger Basic", "beta conditional Ledger Basic: Premium", "alpha no ",
		"beta conditional Ledger Pr\u00f3",
	})
}

func TestReadArticleNotices(t *testing.T) {
	t.Parallel()
	notices := func(texts ...string) []string {
		var lines []string
		for _, text := range texts {
			lines = append(lines, "", "> [!WARNING]", "> "+text)
		}
		return lines
	}
	for name, tt := range map[string]struct {
		before []string
		want   string
	}{
		"none":    {nil, ""},
		"another": {notices("Ledgers are heavy."), ""},
		"two": {
			notices("It is retiring.", "Ledgers are heavy.", "Support is discontinued."),
			"It is retiring.; Support is discontinued.",
		},
		"said twice":   {notices("It is deprecated.", "It is deprecated."), "It is deprecated."},
		"end of life":  {notices("It reaches its END OF LIFE."), "It reaches its END OF LIFE."},
		"consolidated": {notices("It is being consolidated into Contoso Books."), "It is being consolidated into Contoso Books."},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := mustReadArticle(t, articleText(tt.before, "| Alpha support | Yes | |"), article.Options{})
			if s.Lifecycle.Notice != tt.want || (tt.want == "") != s.Lifecycle.IsZero() {
				t.Errorf("got %+v, want the notice %q", s.Lifecycle, tt.want)
			}
		})
	}
	_, _, err := readArticle(t, articleText(notices("It retires. "+strings.Repeat("x ", 2001)), "| Alpha support | Yes | |"),
		article.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "ledger.md:6: the notice has 4013 characters") {
		t.Errorf("a long notice: %v", err)
	}
}

// An article must not make a retired service of an earlier source look alive.
func TestArticleKeepsTheLifecycle(t *testing.T) {
	t.Parallel()
	source := `source: {title: T, url: "https://example.com"}`
	notice := []string{"", "> [!IMPORTANT]", "> It retires some day."}
	for name, tt := range map[string]struct {
		known string
		want  catalog.Lifecycle
	}{
		"with a notice": {
			"lifecycle: {retired_on: 2021-02-17, successor: Books, notice: Gone., " + source + "}",
			catalog.Lifecycle{
				RetiredOn: "2021-02-17", Successor: "Books", Notice: "Gone.",
				Source: catalog.Source{Title: "T", URL: "https://example.com"},
			},
		},
		"without a notice": {
			"lifecycle: {retired_on: 2021-02-17, " + source + "}",
			catalog.Lifecycle{
				RetiredOn: "2021-02-17", Notice: "It retires some day.",
				Source: catalog.Source{Title: "T", URL: "https://example.com"},
			},
		},
		"with notices of parts alone": {
			"lifecycle: {notices: [{scope: Windows, stage: renamed, " + source + "}]}",
			catalog.Lifecycle{
				Notice: "It retires some day.",
				Source: catalog.Source{Title: "Security controls for Contoso Ledger", Published: "2019-04-16"},
				Notices: []catalog.Notice{
					{
						Scope: "Windows", Stage: catalog.NoticeRenamed,
						Source: catalog.Source{Title: "T", URL: "https://example.com"},
					},
				},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			earlier := sample.Write(t,
				sample.Services(sample.Service("contoso-ledger", tt.known,
					sample.Document("ledger-2018", "2018-01-01", "alpha: no"))))
			c := sample.Load(t, sample.Write(t, sample.Controls), earlier,
				sample.WriteNamed(t, "ledger.md", articleText(notice, "| Alpha support | Yes | |")))
			s, err := c.Service("contoso-ledger")
			if err != nil {
				t.Fatal(err)
			}
			sample.Equal(t, s.Lifecycle, tt.want)
		})
	}
}
