package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestBaselineSelection is about which of several statements counts. Sources hold the
// documents of one service, "shop", and are layered in order.
func TestBaselineSelection(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		sources  [][]string
		asOf     catalog.Date
		control  string         // alpha where not given
		want     catalog.Status // "" for undocumented
		document string
	}{
		{
			name: "the newest",
			sources: [][]string{
				{sample.Document("new", "2021-01-01", "alpha: no"), sample.Document("old", "2020-01-01", "alpha: yes")},
			},
			want: catalog.StatusNo, document: "new",
		},
		{
			name: "as of the day of the newest",
			sources: [][]string{
				{sample.Document("old", "2020-01-01", "alpha: yes"), sample.Document("new", "2021-01-01", "alpha: no")},
			},
			asOf: "2021-01-01", want: catalog.StatusNo, document: "new",
		},
		{
			name: "as of the day before",
			sources: [][]string{
				{sample.Document("old", "2020-01-01", "alpha: yes"), sample.Document("new", "2021-01-01", "alpha: no")},
			},
			asOf: "2020-12-31", want: catalog.StatusYes, document: "old",
		},
		{
			name:    "as of a day before all",
			sources: [][]string{{sample.Document("old", "2020-01-01", "alpha: yes")}},
			asOf:    "2019-12-31", want: "",
		},
		{
			name: "an older one where the newest says nothing",
			sources: [][]string{
				{sample.Document("old", "2020-01-01", "alpha: yes"), sample.Document("new", "2021-01-01", "beta: no")},
			},
			want: catalog.StatusYes, document: "old",
		},
		{
			name: "the newest, whatever the source",
			sources: [][]string{
				{sample.Document("new", "2021-01-01", "alpha: no")}, {sample.Document("old", "2020-01-01", "alpha: yes")},
			},
			want: catalog.StatusNo, document: "new",
		},
		{
			name: "on the same day the later source",
			sources: [][]string{
				{sample.Document("one", "2020-01-01", "alpha: no")}, {sample.Document("two", "2020-01-01", "alpha: yes")},
			},
			want: catalog.StatusYes, document: "two",
		},
		{
			name: "on the same day in a source the stricter",
			sources: [][]string{
				{sample.Document("one", "2020-01-01", "alpha: no"), sample.Document("two", "2020-01-01", "alpha: yes")},
			},
			want: catalog.StatusNo, document: "one",
		},
		{
			name: "in one document the stricter",
			sources: [][]string{
				{
					sample.Document("one", "2020-01-01", "alpha: yes", "alpha: conditional, condition: Premium",
						"alpha: not_applicable"),
				},
			},
			want: catalog.StatusConditional, document: "one",
		},
		{
			name: "not applicable is stricter than yes",
			sources: [][]string{
				{
					sample.Document("one", "2020-01-01", "alpha: yes"),
					sample.Document("two", "2020-01-01", "alpha: not_applicable"),
				},
			},
			want: catalog.StatusNotApplicable, document: "two",
		},
		{
			name: "the stricter of the later source, not of all",
			sources: [][]string{
				{sample.Document("one", "2020-01-01", "alpha: no")},
				{
					sample.Document("two", "2020-01-01", "alpha: yes"),
					sample.Document("three", "2020-01-01", "alpha: not_applicable"),
				},
			},
			want: catalog.StatusNotApplicable, document: "three",
		},
		{
			name: "of an adverse control yes is the stricter",
			sources: [][]string{
				{sample.Document("one", "2020-01-01", "local: yes"), sample.Document("two", "2020-01-01", "local: no")},
			},
			control: "local", want: catalog.StatusYes, document: "one",
		},
		{
			name:    "of an adverse control not applicable is stricter than no",
			sources: [][]string{{sample.Document("one", "2020-01-01", "local: no", "local: not_applicable")}},
			control: "local", want: catalog.StatusNotApplicable, document: "one",
		},
		{
			name: "of an adverse control conditional is stricter than not applicable",
			sources: [][]string{
				{sample.Document("one", "2020-01-01", "local: not_applicable", "local: conditional, condition: Basic tier")},
			},
			control: "local", want: catalog.StatusConditional, document: "one",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var contents []string
			for _, docs := range tt.sources {
				contents = append(contents, sample.Services(sample.Service("shop", "", docs...)))
			}
			b, err := sample.Layered(t, contents...).Baseline("shop", tt.asOf)
			if err != nil {
				t.Fatal(err)
			}
			control := tt.control
			if control == "" {
				control = "alpha"
			}
			got, ok := b.Controls[control]
			switch {
			case tt.want == "":
				if ok || len(b.Documents) > 0 {
					t.Errorf("got %+v, want nothing", got)
				}
			case !ok:
				t.Errorf("got nothing, want %s", tt.want)
			case got.Status != tt.want || got.Document.ID != tt.document:
				t.Errorf("got %s of %q, want %s of %q", got.Status, got.Document.ID, tt.want, tt.document)
			}
		})
	}
}

func TestBaselineJoinsEqualStatements(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01",
		`alpha: conditional, condition: Premium tier, notes: One., references: [{title: A, url: "https://example.com/a"}]`,
		`alpha: conditional, condition: EU alone, enabled_by_default: true, responsibility: customer, references: [{title: B, `+
			`url: "https://example.com/b"}]`,
		`alpha: conditional, condition: Premium tier, enabled_by_default: false, notes: One., references: [{title: A, url: `+
			`"https://example.com/a"}]`,
		"beta: no, planned: true", "beta: no, notes: Two.",
		"local: yes, enabled_by_default: true", "local: yes",
	))))
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	alpha := b.Controls["alpha"]
	if alpha.Condition != "Premium tier; EU alone" || alpha.Notes != "One." || alpha.Responsibility != "customer" {
		t.Errorf("got %+v", alpha.Statement)
	}
	if alpha.EnabledByDefault == nil || *alpha.EnabledByDefault {
		t.Error("enabled by default, which one statement denies")
	}
	if len(alpha.References) != 2 {
		t.Errorf("references: got %v", alpha.References)
	}
	if beta := b.Controls["beta"]; beta.Planned || beta.Notes != "Two." {
		t.Errorf("got %+v, want no plan, which one statement does not have, and the notes that it has", beta.Statement)
	}
	if on := b.Controls["local"].EnabledByDefault; on == nil || !*on {
		t.Error("not enabled by default, which one statement says and none denies")
	}
	// What is joined is a copy: another baseline sees the statements as they are.
	s, err := c.Service("shop")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Documents[0].Statements[0].Condition; got != "Premium tier" {
		t.Errorf("the joining changed the statement: %q", got)
	}
}

func TestBaselineOrdersDocuments(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", "", sample.Document("c", "2021-01-01", "alpha: yes"),
			sample.Document("a", "2020-01-01", "alpha: yes"))),
		sample.Services(sample.Service("shop", "", sample.Document("d", "2021-01-01", "alpha: yes"),
			sample.Document("b", "2020-06-01", "alpha: yes"))))
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, doc := range b.Documents {
		ids = append(ids, doc.ID)
	}
	if want := []string{"a", "b", "c", "d"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}

func TestBaselineOfUnknownService(t *testing.T) {
	t.Parallel()
	_, err := sample.Layered(t,
		sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpha: yes")))).Baseline("shp", "")
	if want := `the catalogue has no service "shp"; did you mean "shop"?`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLabelOf(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", "",
			sample.Document("d", "2020-01-01", "alpha: yes", "beta: yes, label: Beta as written", "local: no"))))
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	for control, want := range map[string]string{
		"alpha": "Alpha support",        // the definition's first label
		"beta":  "Beta as written",      // the statement's own
		"local": "Local authentication", // no label anywhere: the title
	} {
		if got := c.LabelOf(b.Controls[control].Statement); got != want {
			t.Errorf("%s: got %q, want %q", control, got, want)
		}
	}
	if got := c.LabelOf(&catalog.Statement{Control: "gamma"}); got != "gamma" {
		t.Errorf("a control that no definition has: got %q, want its id", got)
	}
}

func TestBaselineDigest(t *testing.T) {
	t.Parallel()
	base := sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpha: yes", "beta: no")))
	digest := func(asOf catalog.Date, contents ...string) string {
		c := sample.Layered(t, contents...)
		b, err := c.Baseline("shop", asOf)
		if err != nil {
			t.Fatal(err)
		}
		text, err := c.BaselineDigest(b)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	want := digest("", base)
	for name, got := range map[string]string{
		"again": digest("", base),
		"another order": digest("",
			sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "beta: no", "alpha: yes")))),
		"another service besides": digest("", base,
			sample.Services(sample.Service("store", "", sample.Document("e", "2020-01-01", "alpha: yes")))),
		"as of a day": digest("2024-01-01", base),
	} {
		if got != want {
			t.Errorf("%s: another digest", name)
		}
	}
	for name, content := range map[string]string{
		"status":    strings.Replace(base, "beta, status: no", "beta, status: yes", 1),
		"planned":   strings.Replace(base, "beta, status: no", "beta, status: no, planned: true", 1),
		"notes":     strings.Replace(base, "alpha, status: yes", "alpha, status: yes, notes: Some", 1),
		"published": strings.Replace(base, "2020-01-01", "2020-01-02", 1),
		"url":       strings.Replace(base, "https://example.com/d", "https://example.com/e", 1),
		"reference": strings.Replace(base, "alpha, status: yes",
			`alpha, status: yes, references: [{title: A, url: "https://example.com/a"}]`, 1),
	} {
		if content == base || digest("", content) == want {
			t.Errorf("%s: the same digest", name)
		}
	}
}

func TestSameAs(t *testing.T) {
	t.Parallel()
	doc := catalog.Document{ID: "a", Title: "T", Publisher: "P", Published: "2020-01-01", URL: "https://example.com"}
	again := doc
	again.ID, again.Series, again.License = "b", "S", "MIT"
	if !doc.SameAs(&again) {
		t.Error("one document under two ids is taken for two")
	}
	for name, change := range map[string]func(*catalog.Document){
		"title":     func(d *catalog.Document) { d.Title = "U" },
		"publisher": func(d *catalog.Document) { d.Publisher = "Q" },
		"date":      func(d *catalog.Document) { d.Published = "2020-01-02" },
		"address":   func(d *catalog.Document) { d.URL = "" },
	} {
		other := doc
		if change(&other); doc.SameAs(&other) {
			t.Errorf("two documents that differ in their %s are taken for one", name)
		}
	}
}
