package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestTypeClaims(t *testing.T) {
	t.Parallel()
	doc := func(id string) string { return sample.Document(id, "2020-01-01", "alpha: yes") }
	c := sample.Layered(t, sample.Services(
		sample.Service("vault", "resource_types: [azurerm_key_vault, Microsoft.KeyVault/vaults]", doc("a")),
		sample.Service("store", "resource_types: [aws_s3_, Microsoft.Storage/storageAccounts]", doc("b")),
		sample.Service("files",
			"resource_types: [aws_s3_bucket_object, aws_s3_table_, Microsoft.Storage/storageAccounts/fileServices]", doc("c")),
		sample.Service("speech", "resource_types: [{type: azurerm_cognitive_account, attribute: kind, value: Speech}]", doc("d")),
		sample.Service("models",
			"resource_types: [{type: azurerm_cognitive_account, attribute: kind, value: OpenAI}, {type: "+
				"azurerm_cognitive_account, attribute: kind, value: AIServices}]", doc("e")),
	))
	for typeName, want := range map[string][]catalog.TypeClaim{
		"azurerm_key_vault":        {{Service: "vault"}},
		"azurerm_key_vault_secret": nil, // no prefix
		"azurerm_key":              nil,
		"Azurerm_key_vault":        nil, // Terraform types compare with case

		"Microsoft.KeyVault/vaults":                                        {{Service: "vault"}},
		"microsoft.keyvault/VAULTS@2023-07-01":                             {{Service: "vault"}},
		"Microsoft.KeyVault/vaults/secrets@2023-07-01":                     {{Service: "vault"}},
		"Microsoft.KeyVault/managedHSMs":                                   nil,
		"Microsoft.KeyVault":                                               nil,
		"Microsoft.Storage/storageAccounts/blobServices/containers":        {{Service: "store"}},
		"Microsoft.Storage/storageAccounts/fileServices":                   {{Service: "files"}},
		"Microsoft.Storage/storageAccounts/FileServices/shares@2024-01-01": {{Service: "files"}},

		"aws_s3_bucket":         {{Service: "store"}},
		"aws_s3_bucket_object":  {{Service: "files"}}, // named in full
		"aws_s3_bucket_objects": {{Service: "store"}},
		"aws_s3_table_bucket":   {{Service: "files"}}, // the longest prefix
		"aws_s3_":               {{Service: "store"}},
		"aws_s3":                nil,
		"aws_s3control_bucket":  nil,

		"azurerm_cognitive_account": {
			{"models", "kind", "AIServices"}, {"models", "kind", "OpenAI"}, {"speech", "kind", "Speech"},
		},

		"": nil, "_": nil, "/": nil, "@": nil, "//": nil, "a//": nil,
	} {
		got := c.TypeClaims(typeName)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", typeName, got, want)
		}
		var ids []string
		for _, claim := range want {
			ids = append(ids, claim.Service)
		}
		if got, want := c.ServicesOfType(typeName), slices.Compact(ids); !slices.Equal(got, want) {
			t.Errorf("services of %q: got %v, want %v", typeName, got, want)
		}
	}
	claims := c.TypeClaims("azurerm_key_vault")
	claims[0].Service = "changed by the caller"
	if got := c.TypeClaims("azurerm_key_vault"); got[0].Service != "vault" {
		t.Error("a caller can change the index")
	}
}

// TestLaterTypeClaims is about types that several sources claim. The later source wins,
// and the service that loses a type no longer lists it.
func TestLaterTypeClaims(t *testing.T) {
	t.Parallel()
	with := func(id, types string) string {
		return sample.Services(sample.Service(id, "resource_types: ["+types+"]", sample.Document(id, "2020-01-01", "alpha: yes")))
	}
	openAI := "{type: azurerm_account, attribute: kind, value: OpenAI}"
	for _, tt := range []struct {
		name    string
		sources []string
		want    map[string][]catalog.TypeClaim
		left    map[string]int // how many types a service keeps
	}{
		{
			name:    "by the type alone",
			sources: []string{with("one", "aws_shop, aws_other"), with("two", "aws_shop")},
			want:    map[string][]catalog.TypeClaim{"aws_shop": {{Service: "two"}}, "aws_other": {{Service: "one"}}},
			left:    map[string]int{"one": 1, "two": 1},
		},
		{
			name:    "ARM types without case",
			sources: []string{with("one", "Microsoft.Shop/shops"), with("two", "microsoft.shop/Shops")},
			want:    map[string][]catalog.TypeClaim{"Microsoft.Shop/shops": {{Service: "two"}}},
			left:    map[string]int{"one": 0, "two": 1},
		},
		{
			name:    "an ARM type that a service spells twice",
			sources: []string{with("one", "Microsoft.Shop/shops"), with("one", "microsoft.shop/Shops")},
			want:    map[string][]catalog.TypeClaim{"Microsoft.Shop/shops": {{Service: "one"}}},
		},
		{
			name:    "the type alone, after an attribute",
			sources: []string{with("one", openAI), with("two", "azurerm_account")},
			want:    map[string][]catalog.TypeClaim{"azurerm_account": {{Service: "two"}}},
			left:    map[string]int{"one": 0},
		},
		{
			name:    "the same value of the attribute",
			sources: []string{with("one", openAI), with("two", openAI)},
			want:    map[string][]catalog.TypeClaim{"azurerm_account": {{"two", "kind", "OpenAI"}}},
			left:    map[string]int{"one": 0},
		},
		{
			name:    "another value of the attribute",
			sources: []string{with("one", openAI), with("two", "{type: azurerm_account, attribute: kind, value: Speech}")},
			want:    map[string][]catalog.TypeClaim{"azurerm_account": {{"one", "kind", "OpenAI"}, {"two", "kind", "Speech"}}},
		},
		{
			name:    "an attribute, after the type alone",
			sources: []string{with("one", "azurerm_account"), with("two", "azurerm_account"), with("one", openAI)},
			want:    map[string][]catalog.TypeClaim{"azurerm_account": {{"one", "kind", "OpenAI"}, {Service: "two"}}},
			left:    map[string]int{"one": 1, "two": 1},
		},
		{
			name:    "and back",
			sources: []string{with("one", "aws_shop"), with("two", "aws_shop"), with("one", "aws_shop")},
			want:    map[string][]catalog.TypeClaim{"aws_shop": {{Service: "one"}}},
			left:    map[string]int{"one": 1, "two": 0},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := sample.Layered(t, tt.sources...)
			for typeName, want := range tt.want {
				if got := c.TypeClaims(typeName); !slices.Equal(got, want) {
					t.Errorf("%s: got %v, want %v", typeName, got, want)
				}
			}
			for id, want := range tt.left {
				s, err := c.Service(id)
				if err != nil {
					t.Fatal(err)
				}
				summary, _ := c.Summary(id)
				if len(s.ResourceTypes) != want || len(summary.ResourceTypes) != want {
					t.Errorf("%s: got %v and in the summary %v, want %d", id, s.ResourceTypes, summary.ResourceTypes, want)
				}
			}
		})
	}
}

// TestLookUpType exercises rules beside claims, and the source that speaks last.
func TestLookUpType(t *testing.T) {
	t.Parallel()
	doc := sample.Document("a", "2020-01-01", "alpha: yes")
	rules := "types:\n" +
		"  - {type: azurerm_lock, chooses: nothing, reason: R}\n" +
		"  - {type: azurerm_template, chooses: anything, reason: R}\n" +
		"  - {type: Microsoft.Shop/shops/locks, chooses: nothing, reason: R}\n" +
		"  - {type: random_, chooses: nothing, reason: R}\n" +
		"  - {type: x_, chooses: nothing, reason: R}\n" +
		"  - {type: microsoft.other, chooses: nothing, reason: R}\n" // the namespace of ARM types is none
	c := sample.Load(t, sample.Write(t, sample.Controls+rules+sample.Services(
		sample.Service("shop", "resource_types: [azurerm_shop, azurerm_template, Microsoft.Shop/shops]", doc))))
	claims := []catalog.TypeClaim{{Service: "shop"}}
	for typeName, want := range map[string]catalog.TypeLookup{
		"azurerm_shop":                               {Claims: claims},
		"azurerm_lock":                               {Rule: catalog.ChoosesNothing},
		"azurerm_template":                           {Rule: catalog.ChoosesAnything, Claims: claims},
		"random_pet":                                 {Rule: catalog.ChoosesNothing},
		"microsoft.shop/SHOPS@2024-01-01":            {Claims: claims},
		"Microsoft.Shop/shops/shelves":               {Claims: claims, Inherited: true},
		"Microsoft.Shop/shops/locks":                 {Rule: catalog.ChoosesNothing},
		"Microsoft.Shop/shops/locks/keys@2024-01-01": {Rule: catalog.ChoosesNothing, Inherited: true},
		"azurerm_unknown":                            {},
		"Microsoft.Other/things":                     {},
		"x_thing":                                    {Rule: catalog.ChoosesNothing},
	} {
		sample.Equal(t, c.LookUpType(typeName), want)
	}

	later := sample.Load(t, sample.Write(t, sample.Controls+rules),
		sample.Write(t,
			sample.Services(sample.Service("store", "resource_types: [azurerm_lock]",
				sample.Document("b", "2020-01-01", "alpha: yes")))))
	sample.Equal(t, later.LookUpType("azurerm_lock"), catalog.TypeLookup{Claims: []catalog.TypeClaim{{Service: "store"}}})
}

func TestDecider(t *testing.T) {
	t.Parallel()
	for text, blocks := range map[string][]string{"kind": nil, "linux|windows": {"linux", "windows"}, "a|b|c": {"a", "b", "c"}} {
		d, err := catalog.ParseDecider(text)
		if err != nil || !slices.Equal(d.Blocks(), blocks) {
			t.Errorf("%s: got %q, %v", text, d.Blocks(), err)
		}
	}
	for _, text := range []string{"", "|", "a|", "|b", "a||b"} {
		if d, err := catalog.ParseDecider(text); err == nil || d != "" {
			t.Errorf("%q: got %q, %v", text, d, err)
		}
	}
}

// Each decider of a type is listed once, however many services and values it has.
func TestDeciders(t *testing.T) {
	t.Parallel()
	with := func(id, types string) string {
		return sample.Service(id, "resource_types: ["+types+"]", sample.Document(id, "2020-01-01", "alpha: yes"))
	}
	by := func(typeName, decider, value string) string {
		return fmt.Sprintf("{type: %s, attribute: %q, value: %s}", typeName, decider, value)
	}
	c := sample.Layered(t, sample.Services(
		with("one", "azurerm_plain, "+by("azurerm_account", "kind", "One")+", "+by("azurerm_account", "kind", "Uno")),
		with("two", by("azurerm_account", "kind", "Two")+", "+by("azurerm_host", "linux|windows", "linux")),
	), sample.Services(with("three", by("azurerm_host", "kind", "Three"))))
	want := map[string][]catalog.Decider{"azurerm_account": {"kind"}, "azurerm_host": {"kind", "linux|windows"}}
	sample.Equal(t, c.Deciders(), want)
}
