package loader_test

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// earlier is the source that the others speak over.
func earlier(t *testing.T) loader.Source {
	t.Helper()
	const end = `lifecycle: {retired_on: 2030-01-01, source: {title: T, url: "https://example.com"}}`
	return sample.Write(t, sample.Controls+sample.Services(
		sample.Service("shop", "resource_types: [azurerm_shop, azurerm_shop_, Microsoft.Shop/shops, "+
			"{type: azurerm_account, attribute: kind, value: Shop}, {type: azurerm_place, attribute: kind, value: Shop}, "+
			"{type: azurerm_place, attribute: kind, value: Stall}], "+end,
			sample.Document("a", "2020-01-01", "alpha: no", "beta: yes")),
	)+"types:\n"+
		"  - {type: azurerm_deployment, chooses: anything, reason: R}\n"+
		"  - {type: azurerm_role, chooses: nothing, reason: R}\n")
}

// What a source says in the name of an earlier one is an error, unless it says so.
func TestCorrections(t *testing.T) {
	t.Parallel()
	doc := sample.Document("own", "2021-01-01", "alpha: yes")
	own := func(more string) string { return sample.Services(sample.Service("own-shop", more, doc)) }
	rule := func(typeName, chooses string) string {
		return "types: [{type: " + typeName + ", chooses: " + chooses + ", reason: R}]\n"
	}
	const advice = ". Where this source is to correct the earlier one, say corrects = true of it: " +
		"every plan and every verdict then says so"
	for name, tc := range map[string]struct{ content, want string }{
		"a document of its own": {content: sample.Services(sample.Service("shop", "", doc))},
		"the same document again": {
			content: sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: no", "beta: yes"))),
		},
		"the same id elsewhere": {
			content: sample.Services(sample.Service("own-shop", "", sample.Document("a", "2020-01-01", "alpha: yes"))),
		},
		"a type of its own":          {content: own("resource_types: [own_shop]")},
		"another value":              {content: own("resource_types: [{type: azurerm_account, attribute: kind, value: Own}]")},
		"what chose nothing":         {content: own("resource_types: [azurerm_role]")},
		"what could deploy anything": {content: own("resource_types: [azurerm_deployment]")},
		"seen by more":               {content: rule("azurerm_shop", "anything")},
		"its own type again":         {content: sample.Services(sample.Service("shop", "resource_types: [azurerm_shop]", doc))},
		"the same end again": {content: sample.Services(sample.Service("shop",
			`lifecycle: {retired_on: 2030-01-01, successor: Own shop, source: {title: T, url: "https://example.com"}}`, doc))},

		"a document with other words": {
			content: sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes", "beta: yes"))),
			want: `own.yaml:2: document "a" of the service "shop" is one of the earlier source "catalog.yaml", ` +
				`expected an id of its own`,
		},
		"a type": {
			content: own("resource_types: [azurerm_shop]"),
			want: `own.yaml:2: resource type "azurerm_shop" of the service "own-shop" belongs to "shop" of an earlier source, ` +
				`expected a type that no other service has`,
		},
		"a type by a prefix": {
			content: own("resource_types: [azurerm_shop_window]"),
			want: `own.yaml:2: resource type "azurerm_shop_window" of the service "own-shop" belongs to "shop" of an earlier ` +
				`source, expected a type that no other service has`,
		},
		"a part of an ARM type": {
			content: own("resource_types: [microsoft.shop/Shops/windows]"),
			want: `own.yaml:2: resource type "microsoft.shop/Shops/windows" of the service "own-shop" belongs to "shop" of an ` +
				`earlier source, expected a type that no other service has`,
		},
		"a value": {
			content: own("resource_types: [{type: azurerm_account, attribute: kind, value: Shop}]"),
			want: `own.yaml:2: resource type "azurerm_account" of the service "own-shop" belongs to "shop" of an earlier ` +
				`source, expected a type that no other service has`,
		},
		"a type of which a service has several values": {
			content: own("resource_types: [azurerm_place]"),
			want: `own.yaml:2: resource type "azurerm_place" of the service "own-shop" belongs to "shop" of an earlier ` +
				`source, expected a type that no other service has`,
		},
		"a type that is to choose nothing": {
			content: rule("azurerm_shop", "nothing"),
			want: `own.yaml:1: type "azurerm_shop" belongs to "shop" of an earlier source, ` +
				`and is said to choose nothing here`,
		},
		"a type of several values that is to choose nothing": {
			content: rule("azurerm_place", "nothing"),
			want: `own.yaml:1: type "azurerm_place" belongs to "shop" of an earlier source, ` +
				`and is said to choose nothing here`,
		},
		"a part that is to choose nothing": {
			content: rule("Microsoft.Shop/shops/windows", "nothing"),
			want: `own.yaml:1: type "Microsoft.Shop/shops/windows" belongs to "shop" of an earlier source, ` +
				`and is said to choose nothing here`,
		},
		"what could deploy anything, to choose nothing": {
			content: rule("azurerm_deployment", "nothing"),
			want: `own.yaml:1: type "azurerm_deployment" can deploy anything by an earlier source, ` +
				`and is said to choose nothing here`,
		},
		"the polarity of a control": {
			content: "definitions: [{id: local, title: Local, description: D., category: identity}]\n",
			want: `own.yaml:1: control "local" is desired, and was adverse in an earlier source, expected the same polarity, ` +
				`or another id`,
		},
		"another end": {
			content: sample.Services(sample.Service("shop",
				`lifecycle: {retired_on: 2035-01-01, source: {title: T, url: "https://example.com"}}`, doc)),
			want: `own.yaml:2: lifecycle of the service "shop" says that it is retired on 2035-01-01, ` +
				`an earlier source 2030-01-01, expected the same day`,
		},
		"no end": {
			content: sample.Services(sample.Service("shop",
				`lifecycle: {notice: N, source: {title: T, url: "https://example.com"}}`, doc)),
			want: `own.yaml:2: lifecycle of the service "shop" says that it is retired on no day, ` +
				`an earlier source 2030-01-01, expected the same day`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := sample.WriteNamed(t, "own.yaml", tc.content)
			if tc.want == "" {
				sample.Load(t, earlier(t), source)
				return
			}
			want := tc.want + advice
			got := sample.LoadError(t, earlier(t), source)
			if i := strings.Index(got, "own.yaml"); i >= 0 {
				got = got[i:]
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			source.Replace = true // which takes the service, and not the words of its documents
			if got := sample.LoadError(t, earlier(t), source); !strings.HasSuffix(got, want) {
				t.Errorf("with replace: %s", got)
			}
			source.Replace, source.Corrects = false, true
			sample.Load(t, earlier(t), source)
		})
	}
}

// What is corrected is known of each document and type.
func TestCorrected(t *testing.T) {
	t.Parallel()
	own := sample.WriteNamed(t, "own.yaml", sample.Services(
		sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes", "beta: yes")),
		sample.Service("own-shop", "resource_types: [azurerm_shop_window]", sample.Document("b", "2020-01-01", "alpha: yes")),
	)+"types: [{type: azurerm_deployment, chooses: nothing, reason: R}]\n")
	own.Corrects = true
	c := sample.Load(t, earlier(t), own)
	if got := c.LookUpType("azurerm_deployment").Corrected; got == nil || got.Source != "own.yaml" {
		t.Errorf("the first of the corrections: got %+v", got)
	}
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	doc := b.Controls["alpha"].Document
	if doc.Corrects() == nil || doc.Source() != "own.yaml" || doc.Corrects().Source() != "catalog.yaml" {
		t.Errorf("got %+v, which corrects %+v", doc, doc.Corrects())
	}
	if diff := gocmp.Diff([]catalog.Change{{Control: "alpha", Was: catalog.StatusNo, Is: catalog.StatusYes}},
		c.Laxer(doc)); diff != "" {
		t.Error(diff)
	}
	want := []catalog.Correction{
		{Source: "own.yaml", Type: "azurerm_deployment"},
		{Source: "own.yaml", Type: "azurerm_shop_window", From: []string{"shop"}},
	}
	if diff := gocmp.Diff(want, c.Corrections()); diff != "" {
		t.Error(diff)
	}
}

// A source that replaces a service whole corrects it no less.
func TestCorrected_replaced(t *testing.T) {
	t.Parallel()
	own := sample.WriteNamed(t, "own.yaml", sample.Services(
		sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes", "beta: yes"))))
	own.Replace, own.Corrects = true, true
	c := sample.Load(t, earlier(t), own)
	s, err := c.Service("shop")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Documents) != 1 || s.Documents[0].Corrects() == nil {
		t.Fatalf("got %+v, want one document that corrects the replaced one", s.Documents)
	}
	want := []catalog.Change{{Control: "alpha", Was: catalog.StatusNo, Is: catalog.StatusYes}}
	if diff := gocmp.Diff(want, c.Laxer(s.Documents[0])); diff != "" {
		t.Error(diff)
	}
}
