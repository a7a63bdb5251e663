package loader_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// articleText is an article about Contoso Ledger with rows.
func articleText(rows ...string) string {
	lines := []string{
		"---", "ms.date: 04/16/2019", "---", "# Security controls for Contoso Ledger", "", "## Network",
		"| Security control | Yes/No | Notes | Documentation |", "|---|---|---|---|",
	}
	return strings.Join(append(lines, rows...), "\n") + "\n"
}

// Sources in Markdown, layered.
func TestArticleSource(t *testing.T) {
	t.Parallel()
	newer := sample.WriteNamed(t, "ledger.md", articleText("| Alpha support | Yes | |"))
	older := sample.WriteNamed(t, "older.MD",
		strings.Replace(articleText("| Alpha support | No | |", "| Beta support (all of it) | Yes | |"), "2019", "2017", 1))
	between := sample.Write(t,
		sample.Services(sample.Service("contoso-ledger", "name: Ledger of Contoso, resource_types: [contoso_ledger]",
			sample.Document("ledger-2018", "2018-01-01", "alpha: not_applicable"))))
	c := sample.Load(t, sample.Write(t, sample.Controls), between, newer, older)
	for asOf, want := range map[catalog.Date]catalog.Status{
		"": catalog.StatusYes, "2019-04-15": catalog.StatusNotApplicable, "2017-12-31": catalog.StatusNo,
	} {
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
	same := sample.Write(t,
		sample.Services(sample.Service("contoso-ledger", "", sample.Document("ledger-2019", "2019-04-16", "alpha: no"))))
	b, err := sample.Load(t, sample.Write(t, sample.Controls), same, newer).Baseline("contoso-ledger", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Controls["alpha"].Status; got != catalog.StatusYes {
		t.Errorf("on the same date: got %q", got)
	}
	newer.Replace = true
	c = sample.Load(t, sample.Write(t, sample.Controls), between, newer)
	if s, _ := c.Summary("contoso-ledger"); len(s.ResourceTypes) > 0 {
		t.Error("replace keeps the types of the earlier source")
	}
	if b, err = c.Baseline("contoso-ledger", ""); err != nil || len(b.Documents) != 1 {
		t.Errorf("replace keeps earlier documents: %+v, %v", b, err)
	}
}

// The second of two articles knows the controls that the first has made.
func TestArticlesShareNewControls(t *testing.T) {
	t.Parallel()
	first := sample.WriteNamed(t, "ledger.md", articleText("| Sealed pages | Yes | |"))
	first.Article.NewControls = true
	second := sample.WriteNamed(t, "books.md",
		strings.Replace(articleText("| Sealed Pages | No | |"), "Contoso Ledger", "Contoso Books", 1))
	c := sample.Load(t, first, second)
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
	t.Parallel()
	source := sample.WriteNamed(t, "ledger.md", articleText("| Alpha support | Yes | |"))
	base := sample.Write(t, sample.Controls)
	digests := map[string]article.Options{}
	for _, opts := range []article.Options{{}, {Service: "other"}, {Published: "2020-01-01"}, {NewControls: true}} {
		source.Article = opts
		c := sample.Load(t, base, source)
		if previous, ok := digests[c.Digest()]; ok {
			t.Errorf("%+v and %+v have the same digest", previous, opts)
		}
		digests[c.Digest()] = opts
		if again := sample.Load(t, base, source); again.Digest() != c.Digest() {
			t.Errorf("%+v: two loads have different digests", opts)
		}
		if got := c.Sources()[1]; got.Name != "ledger.md" {
			t.Errorf("the source is named %q", got.Name)
		}
	}
}

func TestArticleSourceErrors(t *testing.T) {
	t.Parallel()
	yaml := sample.Write(t, sample.Controls)
	dir := filepath.Join(t.TempDir(), "catalog.md")
	sample.WriteFile(t, filepath.Join(dir, "controls.yaml"), sample.Controls)
	for _, opts := range []article.Options{{Service: "x"}, {Published: "2020-01-01"}, {NewControls: true}} {
		source := yaml
		source.Article = opts
		want := "catalog.yaml: is not an article in Markdown (.md), expected no service, published or new_controls for it"
		if got := sample.LoadError(t, source); got != want {
			t.Errorf("%+v: got %s, want %s", opts, got, want)
		}
		got := sample.LoadError(t, loader.Source{Path: dir, Article: opts})
		if !strings.Contains(got, "is not an article in Markdown") {
			t.Errorf("%+v of a directory: got %s", opts, got)
		}
	}
	sample.Load(t, loader.Source{Path: dir}) // a directory, whatever its name
	const missing = "no-such.md: cannot be read: no such file or directory"
	if got := sample.LoadError(t, yaml, loader.Source{Path: "no-such.md"}); got != missing {
		t.Errorf("got %s, want %s", got, missing)
	}
	future := sample.WriteNamed(t, "ledger.md", strings.Replace(articleText("| Alpha support | Yes | |"), "2019", "2030", 1))
	want := `ledger.md:2: document "contoso-ledger-2030-04-16" is dated 2030-04-16, expected a date not after today (2026-06-30)`
	if got := sample.LoadError(t, future, yaml); !strings.Contains(got, "is not known") {
		t.Errorf("an article sees a later source's controls: %s", got)
	}
	_, err := loader.Catalog(loader.Options{Sources: []loader.Source{yaml, future}, Today: sample.Today})
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	// A directory is searched for catalogue files: what is Markdown there is a README.
	mixed := t.TempDir()
	sample.WriteFile(t, filepath.Join(mixed, "controls.yaml"), sample.Controls)
	sample.WriteFile(t, filepath.Join(mixed, "README.md"), "# Our catalogue\n")
	sample.Load(t, loader.Source{Path: mixed})
}
