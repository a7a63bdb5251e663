package catalog

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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
func readArticle(t *testing.T, text string, opts ArticleOptions) (*Service, []*Definition, error) {
	t.Helper()
	return layered(t, services(service("ledger", "name: The Ledger", document("ledger-2018", "2018-01-01", "alpha: no")))).
		ReadArticle("ledger.md", []byte(text), opts)
}

func mustReadArticle(t *testing.T, text string, opts ArticleOptions) (*Service, []*Definition) {
	t.Helper()
	s, definitions, err := readArticle(t, text, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s, definitions
}

func TestReadArticle(t *testing.T) {
	s, definitions := mustReadArticle(t, articleText([]string{"", "> [!IMPORTANT]", "> Contoso Ledger **retires** on 2031-03-31.", "", "> [!NOTE]", "> Ledgers are heavy."},
		`| Alpha support | Yes (Premium tier only) | Every ledger.<br>Each   page. | [Endpoints](https://contoso.example/ep), [Rules](rules.md) |`,
		`| Beta support | No | Support for beta is planned. |`,
		`| local authentication | N/A | . | [Keys](https://contoso.example/keys) |`), ArticleOptions{})
	if len(definitions) > 0 {
		t.Errorf("got definitions of known controls: %+v", definitions)
	}
	assertEqual(t, s.Summary, Summary{
		ID: "contoso-ledger", Name: "Contoso Ledger", Cloud: "own",
		Lifecycle: Lifecycle{
			Notice: "Contoso Ledger retires on 2031-03-31.",
			Source: Source{Title: "Security controls for Contoso Ledger", Published: "2019-04-16"},
		},
	})
	if len(s.Documents) != 1 {
		t.Fatalf("got %d documents", len(s.Documents))
	}
	doc := s.Documents[0]
	want := []*Statement{
		{
			Control: "alpha", Label: "Alpha support", Status: StatusConditional, Condition: "Premium tier only", Notes: "Every ledger. Each page. Endpoints, Rules",
			References: []Reference{{"Endpoints", "https://contoso.example/ep"}},
		},
		{Control: "beta", Label: "Beta support", Status: StatusNo, Planned: true, Notes: "Support for beta is planned."},
		{Control: "local", Label: "local authentication", Status: StatusNotApplicable, References: []Reference{{"Keys", "https://contoso.example/keys"}}},
	}
	assertEqual(t, doc.Statements, want)
	doc.Statements = nil
	assertEqual(t, doc, &Document{
		ID: "contoso-ledger-2019-04-16", Series: "Security controls", Title: "Security controls for Contoso Ledger", Publisher: "not stated", Published: "2019-04-16",
	})
}

func TestReadArticleOptions(t *testing.T) {
	text := articleText(nil, "| Alpha support | Yes | |")
	s, _ := mustReadArticle(t, text, ArticleOptions{Service: "ledger", Published: "2020-02-29"})
	if s.ID != "ledger" || s.Name != "The Ledger" || s.Cloud != "azure" {
		t.Errorf("got %q, %q, %q, want what the catalogue knows of the service", s.ID, s.Name, s.Cloud)
	}
	if doc := s.Documents[0]; doc.ID != "ledger-2020-02-29" || doc.Published != "2020-02-29" || doc.Title != "Security controls for Contoso Ledger" {
		t.Errorf("got %q of %s, %q", doc.ID, doc.Published, doc.Title)
	}
	// An impossible date does not matter where the source says another.
	if _, _, err := readArticle(t, strings.Replace(text, "04/16/2019", "09/042/2019", 1), ArticleOptions{Published: "2019-09-04"}); err != nil {
		t.Error(err)
	}
	// A title that names no service needs one of the source, and has no better name.
	s, _ = mustReadArticle(t, strings.Replace(text, "# Security controls for Contoso Ledger", "# Overview", 1), ArticleOptions{Service: "books"})
	if s.ID != "books" || s.Name != "books" || s.Documents[0].Title != "Overview" {
		t.Errorf("got %q, %q, %q", s.ID, s.Name, s.Documents[0].Title)
	}
}

// What could hide a part of a diagnostic does not come out of an article.
func TestReadArticleTextDirection(t *testing.T) {
	s, _ := mustReadArticle(t, articleText(nil, "| Alpha support | Yes | a\u202eb |"), ArticleOptions{})
	if got := s.Documents[0].Statements[0].Notes; got != "ab" {
		t.Errorf("got the notes %q", got)
	}
}

func TestReadArticleErrors(t *testing.T) {
	row := func(cells string) string { return articleText(nil, "| "+cells+" |") }
	dated := func(date string) string {
		return strings.Replace(articleText(nil, "| Alpha support | Yes | |"), "ms.date: 04/16/2019", date, 1)
	}
	for name, tt := range map[string]struct {
		text string
		opts ArticleOptions
		want string
	}{
		"no date":         {dated("title: x"), ArticleOptions{}, `ledger.md:1: the article has no date, expected ms.date in its front matter or "published" of the source`},
		"impossible date": {dated("ms.date: 09/042/2019"), ArticleOptions{}, `ledger.md:2: ms.date is "09/042/2019", expected a date MM/DD/YYYY or YYYY-MM-DD; set "published" to override it`},
		"published": {
			dated("ms.date: 04/16/2019"),
			ArticleOptions{Published: "2019-02-30"},
			`ledger.md: published is "2019-02-30", expected a date YYYY-MM-DD`,
		},
		"a label of no control": {row("Unheard of | Yes |"), ArticleOptions{}, `ledger.md:9: the label "Unheard of" is not known, expected a label of the catalogue, or new_controls = true of the source`},
		"a misspelt label": {
			row("Alpha suppor | Yes |"),
			ArticleOptions{},
			`ledger.md:9: the label "Alpha suppor" is not known, expected a label of the catalogue, or new_controls = true of the source; did you mean "Alpha support" (alpha)?`,
		},
		"near a control without labels": {
			row("Local authentications | Yes |"),
			ArticleOptions{},
			`ledger.md:9: the label "Local authentications" is not known, expected a label of the catalogue, or new_controls = true of the source; did you mean "Local authentication" (local)?`,
		},
		"all of them": {
			articleText(nil, "| First | Yes | |", "| Alpha support | Yes | |", "| Second | No | |"),
			ArticleOptions{},
			"ledger.md:9: the label \"First\" is not known, expected a label of the catalogue, or new_controls = true of the source\n" +
				"ledger.md:11: the label \"Second\" is not known, expected a label of the catalogue, or new_controls = true of the source",
		},
		"a status": {row("Alpha support | Oui |"), ArticleOptions{}, `ledger.md:9: Alpha support: the status is "Oui", expected "Yes", "No" or "N/A", or a "Yes" with its restriction, as in "Yes (Premium tier only)"`},
		"a new label in other letters": {
			row("Поддержка | Yes |"),
			ArticleOptions{NewControls: true},
			`ledger.md:9: the label "Поддержка" makes no id of a control, expected one in Latin letters and digits, at most 96 characters`,
		},
		"a new label that is long": {
			row(strings.Repeat("word ", 20) + "| Yes |"),
			ArticleOptions{NewControls: true},
			`ledger.md:9: the label "` + strings.Repeat("word ", 19) + `word" makes no id of a control, expected one in Latin letters and digits, at most 96 characters`,
		},
		"a long condition": {
			row("Alpha support | Yes (" + strings.Repeat("x", 4001) + ") |"), ArticleOptions{}, "ledger.md:9: the condition has 4001 characters, expected at most 4000",
		},
		"long notes": {row("Alpha support | Yes | " + strings.Repeat("x ", 2001)), ArticleOptions{}, "ledger.md:9: the text of the notes has 4001 characters, expected at most 4000"},
		"a long label": {
			row("Beta support (" + strings.Repeat("x", 300) + ") | Yes | "), ArticleOptions{}, "ledger.md:9: the label has 315 characters, expected at most 300",
		},
		"a long link": {
			row("Alpha support | Yes | [" + strings.Repeat("x", 301) + "](https://contoso.example)"),
			ArticleOptions{},
			"ledger.md:9: the title of a link has 301 characters, expected at most 300",
		},
		"a service that is no id": {
			row("Alpha support | Yes |"),
			ArticleOptions{Service: "Contoso Ledger"},
			`ledger.md:1: "Contoso Ledger" is not the id of a service, expected lower-case letters, digits and single hyphens, at most 100 characters, as "service" of the source`,
		},
		"a service without room for the date": {
			row("Alpha support | Yes |"),
			ArticleOptions{Service: strings.Repeat("x", 95)},
			`ledger.md:1: the id "` + strings.Repeat("x", 95) + `-2019…" of the document has 106 characters, expected at most 100: name a shorter "service" of the source`,
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
			var fileErr *FileError
			if !errors.As(err, &fileErr) {
				t.Errorf("%T is no FileError", err)
			}
		})
	}
}

func TestReadArticleNewControls(t *testing.T) {
	s, definitions := mustReadArticle(t, articleText(nil,
		"| Ledger  pages: sealed (by us) | Yes | |", "| Alpha support | No | |", "| Ledger pages - sealed by us | No | |", "| Other | N/A | |"), ArticleOptions{NewControls: true})
	want := []*Definition{
		{
			ID: "own-ledger-pages-sealed-by-us", Title: "Ledger pages: sealed (by us)", Category: "own", Polarity: PolarityDesired,
			Labels: []string{"Ledger pages: sealed (by us)"}, Description: "A control of ledger.md.",
		},
		{ID: "own-other", Title: "Other", Category: "own", Polarity: PolarityDesired, Labels: []string{"Other"}, Description: "A control of ledger.md."},
	}
	assertEqual(t, definitions, want)
	var controls []string
	for _, st := range s.Documents[0].Statements {
		controls = append(controls, st.Control)
	}
	// Two labels that differ in punctuation alone are one control.
	assertEqual(t, controls, []string{"own-ledger-pages-sealed-by-us", "alpha", "own-ledger-pages-sealed-by-us", "own-other"})
}

// The series has changed its categories. They decide nothing: a control has that of its
// definition.
func TestReadArticleCategories(t *testing.T) {
	rows := []string{"| Alpha support | Yes (Premium) | |", "| Beta support | No | |"}
	want, _ := mustReadArticle(t, articleText(nil, rows...), ArticleOptions{})
	for _, category := range []string{
		"Preventative", "Network segmentation", "Detection", "Identity and access management", "Audit trail", "Access controls", "Configuration management",
		"Network", "Monitoring & logging", "Identity", "Data protection", "A category of later years",
	} {
		for _, heading := range []string{"## " + category, "### " + category, "**" + category + "**\n"} {
			got, definitions := mustReadArticle(t, strings.Replace(articleText(nil, rows...), "## Network", heading, 1), ArticleOptions{})
			if len(definitions) > 0 {
				t.Errorf("%s: got definitions %+v", heading, definitions)
			}
			assertEqual(t, got, want)
		}
	}
}

// A "Yes" for one variant of a product is one with a condition; a "No" stays one.
func TestReadArticleVariants(t *testing.T) {
	table := "| Security control | Yes/No |\n|---|---|\n"
	text := "---\nms.date: 04/16/2019\n---\n# Security controls for Contoso Ledger\n" +
		"## Ledger Basic\n" + table + "| Alpha support | Yes |\n| Beta support | Yes (Premium) |\n" +
		"## Ledger Pro\u0301\n" + table + "| Alpha support | No |\n| Beta support | Yes |\n"
	s, _ := mustReadArticle(t, text, ArticleOptions{})
	var got []string
	for _, st := range s.Documents[0].Statements {
		got = append(got, fmt.Sprintf("%s %s %s", st.Control, st.Status, st.Condition))
	}
	assertEqual(t, got, []string{
		"alpha conditional Ledger Basic", "beta conditional Ledger Basic: Premium", "alpha no ", "beta conditional Ledger Pr\u00f3",
	})
}

func TestReadArticleNotices(t *testing.T) {
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
		"none":         {nil, ""},
		"another":      {notices("Ledgers are heavy."), ""},
		"two":          {notices("It is retiring.", "Ledgers are heavy.", "Support is discontinued."), "It is retiring.; Support is discontinued."},
		"said twice":   {notices("It is deprecated.", "It is deprecated."), "It is deprecated."},
		"end of life":  {notices("It reaches its END OF LIFE."), "It reaches its END OF LIFE."},
		"consolidated": {notices("It is being consolidated into Contoso Books."), "It is being consolidated into Contoso Books."},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := mustReadArticle(t, articleText(tt.before, "| Alpha support | Yes | |"), ArticleOptions{})
			if s.Lifecycle.Notice != tt.want || (tt.want == "") != s.Lifecycle.IsZero() {
				t.Errorf("got %+v, want the notice %q", s.Lifecycle, tt.want)
			}
		})
	}
	_, _, err := readArticle(t, articleText(notices("It retires. "+strings.Repeat("x ", 2001)), "| Alpha support | Yes | |"), ArticleOptions{})
	if err == nil || !strings.HasPrefix(err.Error(), "ledger.md:6: the notice has 4013 characters") {
		t.Errorf("a long notice: %v", err)
	}
}

// An article must not make a retired service of an earlier source look alive.
func TestArticleKeepsTheLifecycle(t *testing.T) {
	source := `source: {title: T, url: "https://example.com"}`
	notice := []string{"", "> [!IMPORTANT]", "> It retires some day."}
	for name, tt := range map[string]struct {
		known string
		want  Lifecycle
	}{
		"with a notice": {
			"lifecycle: {retired_on: 2021-02-17, successor: Books, notice: Gone., " + source + "}",
			Lifecycle{RetiredOn: "2021-02-17", Successor: "Books", Notice: "Gone.", Source: Source{Title: "T", URL: "https://example.com"}},
		},
		"without a notice": {
			"lifecycle: {retired_on: 2021-02-17, " + source + "}",
			Lifecycle{RetiredOn: "2021-02-17", Notice: "It retires some day.", Source: Source{Title: "T", URL: "https://example.com"}},
		},
		"with notices of parts alone": {
			"lifecycle: {notices: [{scope: Windows, stage: renamed, " + source + "}]}",
			Lifecycle{
				Notice: "It retires some day.", Source: Source{Title: "Security controls for Contoso Ledger", Published: "2019-04-16"},
				Notices: []Notice{{Scope: "Windows", Stage: NoticeRenamed, Source: Source{Title: "T", URL: "https://example.com"}}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			earlier := write(t, services(service("contoso-ledger", tt.known, document("ledger-2018", "2018-01-01", "alpha: no"))))
			c := load(t, write(t, controls), earlier, writeNamed(t, "ledger.md", articleText(notice, "| Alpha support | Yes | |")))
			s, err := c.Service("contoso-ledger")
			if err != nil {
				t.Fatal(err)
			}
			assertEqual(t, s.Lifecycle, tt.want)
		})
	}
}

// Sources in Markdown, layered.
func TestArticleSource(t *testing.T) {
	newer := writeNamed(t, "ledger.md", articleText(nil, "| Alpha support | Yes | |"))
	older := writeNamed(t, "older.MD", strings.Replace(articleText(nil, "| Alpha support | No | |", "| Beta support (all of it) | Yes | |"), "2019", "2017", 1))
	between := write(t, services(service("contoso-ledger", "name: Ledger of Contoso, resource_types: [contoso_ledger]", document("ledger-2018", "2018-01-01", "alpha: not_applicable"))))
	c := load(t, write(t, controls), between, newer, older)
	for asOf, want := range map[Date]Status{"": StatusYes, "2019-04-15": StatusNotApplicable, "2017-12-31": StatusNo} {
		b, err := c.Baseline("contoso-ledger", asOf)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Controls["alpha"].Status; got != want {
			t.Errorf("as of %q: got %q, want %q", asOf, got, want)
		}
		if _, ok := b.Controls["beta"]; !ok {
			t.Errorf("as of %q: what the older article alone says is missing", asOf)
		}
	}
	s, _ := c.Summary("contoso-ledger")
	if s.Name != "Ledger of Contoso" || s.Cloud != "azure" || len(s.ResourceTypes) != 1 {
		t.Errorf("got %+v, want what the earlier source knows", s)
	}
	// On the same date, the later source counts.
	same := write(t, services(service("contoso-ledger", "", document("ledger-2019", "2019-04-16", "alpha: no"))))
	b, err := load(t, write(t, controls), same, newer).Baseline("contoso-ledger", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Controls["alpha"].Status; got != StatusYes {
		t.Errorf("on the same date: got %q", got)
	}
	newer.Replace = true
	c = load(t, write(t, controls), between, newer)
	if s, _ := c.Summary("contoso-ledger"); len(s.ResourceTypes) > 0 {
		t.Error("replace keeps the types of the earlier source")
	}
	if b, err = c.Baseline("contoso-ledger", ""); err != nil || len(b.Documents) != 1 {
		t.Errorf("replace keeps earlier documents: %+v, %v", b, err)
	}
}

// The second of two articles knows the controls that the first has made.
func TestArticlesShareNewControls(t *testing.T) {
	first := writeNamed(t, "ledger.md", articleText(nil, "| Sealed pages | Yes | |"))
	first.Article.NewControls = true
	second := writeNamed(t, "books.md", strings.Replace(articleText(nil, "| Sealed Pages | No | |"), "Contoso Ledger", "Contoso Books", 1))
	c := load(t, first, second)
	if got, want := c.DefinitionIDs(), []string{"own-sealed-pages"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := c.ServiceIDs(), []string{"contoso-books", "contoso-ledger"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, err := c.ResolveControl("sealed pages"); err != nil || got != "own-sealed-pages" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestArticleDigest(t *testing.T) {
	source := writeNamed(t, "ledger.md", articleText(nil, "| Alpha support | Yes | |"))
	base := write(t, controls)
	digests := map[string]ArticleOptions{}
	for _, opts := range []ArticleOptions{{}, {Service: "other"}, {Published: "2020-01-01"}, {NewControls: true}} {
		source.Article = opts
		c := load(t, base, source)
		if previous, ok := digests[c.Digest()]; ok {
			t.Errorf("%+v and %+v have the same digest", previous, opts)
		}
		digests[c.Digest()] = opts
		if again := load(t, base, source); again.Digest() != c.Digest() {
			t.Errorf("%+v: two loads have different digests", opts)
		}
		if got := c.Sources()[1]; got.Name != "ledger.md" {
			t.Errorf("the source is named %q", got.Name)
		}
	}
}

func TestArticleSourceErrors(t *testing.T) {
	yaml := write(t, controls)
	dir := filepath.Join(t.TempDir(), "catalog.md")
	writeFile(t, filepath.Join(dir, "controls.yaml"), controls)
	for _, opts := range []ArticleOptions{{Service: "x"}, {Published: "2020-01-01"}, {NewControls: true}} {
		source := yaml
		source.Article = opts
		want := "catalog.yaml: is not an article in Markdown (.md), expected no service, published or new_controls for it"
		if got := loadError(t, source); got != want {
			t.Errorf("%+v: got %s, want %s", opts, got, want)
		}
		if got := loadError(t, PathSource{Path: dir, Article: opts}); !strings.Contains(got, "is not an article in Markdown") {
			t.Errorf("%+v of a directory: got %s", opts, got)
		}
	}
	load(t, PathSource{Path: dir}) // a directory, whatever its name
	if got, want := loadError(t, yaml, PathSource{Path: "no-such.md"}), "no-such.md: cannot be read: no such file or directory"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	future := writeNamed(t, "ledger.md", strings.Replace(articleText(nil, "| Alpha support | Yes | |"), "2019", "2030", 1))
	want := `ledger.md:1: document "contoso-ledger-2030-04-16" is dated 2030-04-16, expected a date not after today (2026-06-30)`
	if got := loadError(t, future, yaml); !strings.Contains(got, "is not known") {
		t.Errorf("an article sees a later source's controls: %s", got)
	}
	if _, err := Load(Options{Sources: []PathSource{yaml, future}, Today: today}); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	// A directory is searched for catalogue files: what is Markdown there is a README.
	mixed := t.TempDir()
	writeFile(t, filepath.Join(mixed, "controls.yaml"), controls)
	writeFile(t, filepath.Join(mixed, "README.md"), "# Our catalogue\n")
	load(t, PathSource{Path: mixed})
}
