package catalog_test

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// claimed is a catalogue in which types belong to services in every way there is.
func claimed(t *testing.T) *catalog.Catalog {
	t.Helper()
	return sample.Layered(t, sample.Services(
		sample.Service("shop", "resource_types: [azurerm_shop, azurerm_stall_, Microsoft.Shop/shops, "+
			"{type: azurerm_account, attribute: kind, value: Shop}, {type: azurerm_place, attribute: kind, value: Shop}, "+
			"{type: azurerm_place, attribute: kind, value: Corner}]", sample.Document("a", "2020-01-01", "alpha: no")),
		sample.Service("store", "resource_types: [{type: azurerm_account, attribute: kind, value: Store}]",
			sample.Document("b", "2020-01-01", "alpha: no")))+
		"types:\n  - {type: azurerm_deployment, chooses: anything, reason: R}\n"+
		"  - {type: azurerm_role, chooses: nothing, reason: R}\n")
}

func TestTaken(t *testing.T) {
	t.Parallel()
	c := claimed(t)
	for _, tt := range []struct {
		by   string
		rt   catalog.ResourceType
		want []string
	}{
		{"own", catalog.ResourceType{Type: "own_shop"}, nil},
		{"own", catalog.ResourceType{Type: "azurerm_shop"}, []string{"shop"}},
		{"shop", catalog.ResourceType{Type: "azurerm_shop"}, nil},
		{"own", catalog.ResourceType{Type: "azurerm_stall_roof"}, []string{"shop"}},
		{"own", catalog.ResourceType{Type: "microsoft.shop/SHOPS/windows"}, []string{"shop"}},
		{"own", catalog.ResourceType{Type: "azurerm_account"}, []string{"shop", "store"}},
		{"shop", catalog.ResourceType{Type: "azurerm_account"}, []string{"store"}},
		{"own", catalog.ResourceType{Type: "azurerm_account", By: "kind", Value: "Own"}, nil},
		{"own", catalog.ResourceType{Type: "azurerm_account", By: "kind", Value: "Store"}, []string{"store"}},
		// By another attribute the two are not apart: a resource may have both values.
		{"own", catalog.ResourceType{Type: "azurerm_account", By: "tier", Value: "Own"}, []string{"shop", "store"}},
		{"own", catalog.ResourceType{Type: "azurerm_place"}, []string{"shop"}},
		{"own", catalog.ResourceType{Type: "azurerm_role"}, nil},
	} {
		t.Run(fmt.Sprintf("%s by %s", tt.rt.Type, tt.by), func(t *testing.T) {
			sample.Equal(t, c.Taken(tt.by, tt.rt), tt.want)
		})
	}
}

func TestHidden(t *testing.T) {
	t.Parallel()
	c := claimed(t)
	for _, tt := range []struct {
		rule  catalog.TypeRule
		from  []string
		hides bool
	}{
		{rule: catalog.TypeRule{Type: "own_shop", Chooses: catalog.ChoosesNothing}},
		{rule: catalog.TypeRule{Type: "azurerm_shop", Chooses: catalog.ChoosesAnything}},
		{rule: catalog.TypeRule{Type: "azurerm_role", Chooses: catalog.ChoosesNothing}},
		{rule: catalog.TypeRule{Type: "azurerm_deployment", Chooses: catalog.ChoosesAnything}},
		{rule: catalog.TypeRule{Type: "azurerm_deployment", Chooses: catalog.ChoosesNothing}, hides: true},
		{rule: catalog.TypeRule{Type: "azurerm_shop", Chooses: catalog.ChoosesNothing}, from: []string{"shop"}, hides: true},
		{rule: catalog.TypeRule{Type: "azurerm_place", Chooses: catalog.ChoosesNothing}, from: []string{"shop"}, hides: true},
		{
			rule: catalog.TypeRule{Type: "azurerm_account", Chooses: catalog.ChoosesNothing},
			from: []string{"shop", "store"}, hides: true,
		},
	} {
		t.Run(fmt.Sprintf("%s chooses %s", tt.rule.Type, tt.rule.Chooses), func(t *testing.T) {
			from, hides := c.Hidden(tt.rule)
			if hides != tt.hides {
				t.Errorf("hides: got %t, want %t", hides, tt.hides)
			}
			sample.Equal(t, from, tt.from)
		})
	}
}

// A document that a later source gives again knows which one it stands for, also where
// that source takes the place of the whole service; one with the same words is still the
// earlier source's, but where that source says which documents of the service there are.
func TestDocumentCorrects(t *testing.T) {
	t.Parallel()
	const same, other = "alpha: no", "alpha: yes"
	for name, tc := range map[string]struct {
		words    string
		replace  bool
		corrects bool
		source   string
	}{
		"other words":              {words: other, corrects: true, source: "own.yaml"},
		"other words, in place":    {words: other, replace: true, corrects: true, source: "own.yaml"},
		"the same words":           {words: same, source: "catalog.yaml"},
		"the same words, in place": {words: same, replace: true, source: "own.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := sample.WriteNamed(t, "own.yaml", sample.Services(sample.Service("shop", "",
				sample.Document("a", "2020-01-01", tc.words), sample.Document("b", "2021-01-01", "beta: no"))))
			own.Corrects, own.Replace = true, tc.replace
			c := sample.Load(t, sample.Write(t, sample.Controls+sample.Services(
				sample.Service("shop", "", sample.Document("a", "2020-01-01", same)))), own)
			s, err := c.Service("shop")
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Documents) != 2 {
				t.Fatalf("got %d documents, want 2", len(s.Documents))
			}
			a, b := s.Documents[0], s.Documents[1]
			if a.Source() != tc.source || b.Source() != "own.yaml" || b.Corrects() != nil {
				t.Errorf("got documents of %q and %q, want of %q and of own.yaml", a.Source(), b.Source(), tc.source)
			}
			if corrected := a.Corrects(); tc.corrects != (corrected != nil) || corrected != nil && corrected.SameSource(a) {
				t.Errorf("got one that corrects %+v", corrected)
			}
			if got := c.Laxer(a); tc.corrects != (len(got) > 0) {
				t.Errorf("laxer: got %v", got)
			}
		})
	}
}

func TestCorrectionOfType(t *testing.T) {
	t.Parallel()
	c := catalog.New(
		&catalog.Layer{Types: []catalog.TypeRule{{Type: "Microsoft.Shop/shops", Chooses: catalog.ChoosesAnything}}},
		&catalog.Layer{
			Types: []catalog.TypeRule{{Type: "microsoft.shop/shops", Chooses: catalog.ChoosesNothing}},
			Corrections: []catalog.Correction{
				{Source: "first", Type: "microsoft.shop/shops"}, {Source: "second", Control: "alpha"},
			},
		},
		&catalog.Layer{Corrections: []catalog.Correction{{Source: "third", Type: "MICROSOFT.SHOP/shops"}}},
	)
	if got := c.LookUpType("Microsoft.Shop/shops/windows@2023-07-01").Corrected; got == nil || got.Source != "third" {
		t.Errorf("got %+v, want the correction of the last source", got)
	}
	if got := c.LookUpType("Microsoft.Other/shops").Corrected; got != nil {
		t.Errorf("got %+v for a type that nobody corrects", got)
	}
	list := c.Corrections()
	if len(list) != 3 {
		t.Fatalf("got %v, want all three", list)
	}
	list[0].Source = "changed"
	if got := c.Corrections()[0].Source; got != "first" {
		t.Errorf("a caller changed the catalogue's list: %q", got)
	}
}

func TestLaxer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before, after []string
		published     catalog.Date
		want          []string
	}{
		"stricter":   {before: []string{"alpha: yes", "local: no"}, after: []string{"alpha: no", "local: yes"}},
		"silent now": {before: []string{"alpha: yes", "beta: no"}, after: []string{"beta: no"}},
		"spoken of now": {
			before: []string{"alpha: no"}, after: []string{"alpha: no", "beta: yes"}, want: []string{"beta: yes, was silent"},
		},
		"no longer no": {
			before: []string{"alpha: no"}, after: []string{"alpha: not_applicable"},
			want: []string{"alpha: not_applicable, was no"},
		},
		"adverse": {before: []string{"local: yes"}, after: []string{"local: no"}, want: []string{"local: no, was yes"}},
		"another sentence": {
			before: []string{"alpha: conditional, condition: A"}, after: []string{"alpha: conditional, condition: B"},
			want: []string{"alpha: conditional, was conditional"},
		},
		"no condition": {
			before: []string{"alpha: conditional, condition: A"}, after: []string{"alpha: yes"},
			want: []string{"alpha: yes, was conditional"},
		},
		"fresher": {
			before: []string{"alpha: yes", "beta: no"}, after: []string{"alpha: yes", "beta: no"}, published: "2025-01-01",
			want: []string{"alpha: yes, was yes"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			published := catalog.Date("2020-01-01")
			if tc.published != "" {
				published = tc.published
			}
			c := sample.Layered(t,
				sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", tc.before...))),
				sample.Services(sample.Service("shop", "", sample.Document("a", published, tc.after...))))
			s, err := c.Service("shop")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, change := range c.Laxer(s.Documents[0]) {
				got = append(got, fmt.Sprintf("%s: %s, was %s", change.Control, change.Is, cmp.Or(change.Was, "silent")))
			}
			sample.Equal(t, got, tc.want)
		})
	}
}
