package catalog_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestLayersMerge(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", `categories: [Retail], former_names: [Stall], resource_types: [aws_shop], `+
			`lifecycle: {retired_on: 2030-01-01, source: {title: T, url: "https://example.com"}}`,
			sample.Document("a", "2020-01-01", "alpha: yes"))),
		sample.Services(sample.Service("shop", "resource_types: [aws_shop_window]",
			sample.Document("b", "2021-01-01", "beta: yes"))))
	s, ok := c.Summary("shop")
	if !ok {
		t.Fatal("no summary")
	}
	sample.Equal(t, s, catalog.Summary{
		ID: "shop", Name: "Shop", Cloud: "azure", Categories: []string{"Retail"}, FormerNames: []string{"Stall"},
		ResourceTypes: []catalog.ResourceType{{Type: "aws_shop"}, {Type: "aws_shop_window"}},
		Lifecycle:     catalog.Lifecycle{RetiredOn: "2030-01-01", Source: catalog.Source{Title: "T", URL: "https://example.com"}},
	})
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Documents) != 2 || len(b.Controls) != 2 {
		t.Errorf("got %d documents and %d sample.Controls, want 2 and 2", len(b.Documents), len(b.Controls))
	}
	sample.Equal(t, b.Service.Summary, s)
}

func TestLaterLifecycleWins(t *testing.T) {
	t.Parallel()
	doc := sample.Document("a", "2020-01-01", "alpha: yes")
	source := `source: {title: T, url: "https://example.com"}`
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", "lifecycle: {retired_on: 2030-01-01, "+source+"}", doc)),
		sample.Services(sample.Service("shop", "lifecycle: {notices: [{scope: Windows, stage: renamed, "+source+"}]}", doc)))
	s, err := c.Service("shop")
	if err != nil {
		t.Fatal(err)
	}
	if s.Lifecycle.RetiredOn != "" || len(s.Lifecycle.Notices) != 1 {
		t.Errorf("got %+v, want that of the later source alone", s.Lifecycle)
	}
}

func TestLaterCategoriesWin(t *testing.T) {
	t.Parallel()
	doc := sample.Document("a", "2020-01-01", "alpha: yes")
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", "categories: [Retail]", doc)),
		sample.Services(sample.Service("shop", "categories: [Food, Drink]", doc)),
		sample.Services(sample.Service("shop", "", doc)))
	s, _ := c.Summary("shop")
	sample.Equal(t, s.Categories, []string{"Food", "Drink"})
}

// What cannot be read is no empty catalogue.
func TestLayersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	lazy := &catalog.Layer{
		Mappings: func() ([]catalog.Mapping, error) { return nil, broken },
		Lazy: []catalog.LazyService{{
			Summary: &catalog.Summary{ID: "shop", Cloud: "azure"},
			Load:    func() (*catalog.Service, error) { return nil, broken },
		}},
	}
	over := &catalog.Layer{
		Replace: true, Services: []*catalog.Service{{Summary: catalog.Summary{ID: "shop", Cloud: "azure"}}},
	}
	for name, c := range map[string]*catalog.Catalog{"alone": catalog.New(lazy), "replaced": catalog.New(lazy, over)} {
		if _, err := c.Service("shop"); !errors.Is(err, broken) {
			t.Errorf("%s: the service: got %v", name, err)
		}
		if _, err := c.Baseline("shop", ""); !errors.Is(err, broken) {
			t.Errorf("%s: its baseline: got %v", name, err)
		}
		if _, err := c.Mappings(); !errors.Is(err, broken) {
			t.Errorf("%s: the mappings: got %v", name, err)
		}
	}
	if _, err := catalog.New(lazy).Spoken(); !errors.Is(err, broken) {
		t.Errorf("what is spoken of: got %v", err)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	later := sample.Write(t,
		sample.Services(sample.Service("shop", "name: Store", sample.Document("b", "2019-01-01", "beta: yes"))))
	later.Replace = true
	first := sample.Write(t, sample.Services(
		sample.Service("shop", "former_names: [Stall], resource_types: [aws_shop]",
			sample.Document("a", "2020-01-01", "alpha: yes")),
		sample.Service("other", "", sample.Document("c", "2020-01-01", "alpha: yes"))))
	c := sample.Load(t, sample.Write(t, sample.Controls), first, later)
	s, _ := c.Summary("shop")
	sample.Equal(t, s, catalog.Summary{ID: "shop", Name: "Store", Cloud: "azure"})
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := b.Controls["alpha"]; ok || len(b.Documents) != 1 {
		t.Errorf("the earlier source's documents are still there: %+v", b.Documents)
	}
	if got, want := c.ServiceIDs(), []string{"other", "shop"}; !slices.Equal(got, want) {
		t.Errorf("services: got %v, want %v: those that the source does not name stay", got, want)
	}
	if len(c.ServicesOfType("aws_shop")) > 0 {
		t.Error("the type of the replaced service is still claimed")
	}
	later.Replace = false
	if added := sample.Load(t, sample.Write(t, sample.Controls), first, later); added.Digest() == c.Digest() {
		t.Error("the digest does not tell replacing from adding")
	}
}

// TestCorrection is about a document that a later source gives again, by its id.
func TestCorrection(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", "", sample.Document("a", "2021-01-01", "alpha: yes", "beta: yes"))),
		sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: no"))))
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Documents) != 1 || b.Documents[0].Published != "2020-01-01" {
		t.Errorf("documents: got %+v", b.Documents)
	}
	if _, ok := b.Controls["beta"]; ok || b.Controls["alpha"].Status != catalog.StatusNo {
		t.Errorf("got %+v, want the correction alone", b.Controls)
	}
}

func TestFormerNames(t *testing.T) {
	t.Parallel()
	doc := sample.Document("a", "2020-01-01", "alpha: yes")
	named := func(name, former string) string {
		return sample.Services(sample.Service("shop", "name: "+name+", former_names: ["+former+"]", doc))
	}
	for _, tt := range []struct {
		name    string
		sources []string
		want    []string
	}{
		{"renamed", []string{named("Stall", ""), named("Shop", "")}, []string{"Stall"}},
		{"renamed, and said so", []string{named("Stall", "Booth"), named("Shop", "Stall")}, []string{"Booth", "Stall"}},
		{"twice", []string{named("Booth", ""), named("Stall", ""), named("Shop", "")}, []string{"Booth", "Stall"}},
		{"and back", []string{named("Shop", ""), named("Stall", ""), named("Shop", "")}, []string{"Stall"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := sample.Layered(t, tt.sources...)
			s, _ := c.Summary("shop")
			if s.Name != "Shop" || !slices.Equal(s.FormerNames, tt.want) {
				t.Errorf("got %q, formerly %v; want Shop, formerly %v", s.Name, s.FormerNames, tt.want)
			}
			if got := c.SuggestServices("stall"); !slices.Equal(got, []string{"shop"}) {
				t.Errorf("a former name leads to %v", got)
			}
		})
	}
}

func TestLaterDefinitionsAndLabels(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, `definitions:
  - {id: beta, title: Beta anew, description: D., category: network, labels: [Beta label]}
  - {id: gamma, title: Gamma, description: D., category: network, labels: [Alpha support]}
`)
	if def, _ := c.Definition("beta"); def.Title != "Beta anew" {
		t.Errorf("beta: got %q, want the later definition", def.Title)
	}
	if got, err := c.ResolveControl("Alpha support"); err != nil || got != "gamma" {
		t.Errorf("a label that a later source claims: got %q, %v; want gamma", got, err)
	}
	if got, err := c.ResolveControl("Alpha"); err != nil || got != "alpha" {
		t.Errorf("the title: got %q, %v; want alpha", got, err)
	}
	if got, want := c.DefinitionIDs(), []string{"alpha", "beta", "gamma", "local"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMappingsAddUp(t *testing.T) {
	t.Parallel()
	mapping := func(identifier string) string {
		return "mappings: [{control: alpha, framework: F, version: v1, identifiers: [" + identifier +
			"], source: S, confidence: low}]\n"
	}
	mappings, err := sample.Layered(t, mapping("A-1"), mapping("A-2")).Mappings()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mappings["alpha"] {
		got = append(got, m.Identifiers...)
	}
	if want := []string{"A-1", "A-2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLayersOverEmbedded(t *testing.T) {
	t.Parallel()
	own := sample.Write(t,
		sample.Services(sample.Service("azure-key-vault", "name: Azure Key Vault",
			sample.Document("our-tests", "2026-01-01", "vnet-injection: yes"))))
	c, err := loader.Catalog(loader.Options{Embedded: true, Sources: []loader.Source{own}, Today: sample.Today})
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Baseline("azure-key-vault", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Controls["vnet-injection"]; got.Status != catalog.StatusYes || got.Document.ID != "our-tests" {
		t.Errorf("got %s of %q, want that of the own source", got.Status, got.Document.ID)
	}
	if got := b.Controls["forced-tunneling"]; got.Status != catalog.StatusNo {
		t.Errorf("the embedded document is gone: %+v", got)
	}
	if sources := c.Sources(); len(sources) != 2 || sources[0].Name != embedded.Name ||
		sources[1].Name != filepath.Base(own.Path) {
		t.Errorf("sources: got %v", sources)
	}
	// The layer is shared by all catalogues of the process.
	if b, err := sample.Embedded(t).Baseline("azure-key-vault", ""); err != nil ||
		b.Controls["vnet-injection"].Status != catalog.StatusNo {
		t.Errorf("the embedded catalogue itself changed: %v", err)
	}
}

func TestLoadNothing(t *testing.T) {
	t.Parallel()
	c := sample.Load(t)
	if len(c.ServiceIDs())+len(c.DefinitionIDs())+len(c.Sources()) != 0 {
		t.Error("not empty")
	}
	if _, err := c.Service("shop"); err == nil {
		t.Error("no error")
	}
}

func TestFirstBrokenSourceIsReported(t *testing.T) {
	t.Parallel()
	first := sample.Write(t, sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes"))))
	second := sample.Write(t, sample.Controls)
	// A later source may define what an earlier one uses.
	sample.Load(t, first, second)
	const want = `catalog.yaml:2: control "alpha" is not defined, expected one of the catalogue, ` +
		`or of "definitions" in this source`
	if got := sample.LoadError(t, first); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
