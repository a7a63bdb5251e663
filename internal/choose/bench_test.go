package choose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// large is a configuration of n resources of every kind that the embedded catalogue tells apart.
func large(tb testing.TB, n int) (*catalog.Catalog, *hclscan.Configuration) {
	tb.Helper()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		tb.Fatal(err)
	}
	blocks := []string{
		`resource "azurerm_key_vault" "r%d" {}`, `resource "azurerm_cognitive_account" "r%d" { kind = var.kind }`,
		`resource "azapi_resource" "r%d" { type = "Microsoft.KeyVault/vaults/secrets@2023-07-01" }`,
		`resource "azurerm_unheard_of" "r%d" {}`,
		`resource "random_pet" "r%d" {}`,
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, blocks[i%len(blocks)]+"\n", i)
	}
	return c, scan(tb, c, b.String())
}

func BenchmarkServices(b *testing.B) {
	for _, n := range []int{1_000, 5_000, 25_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c, configuration := large(b, n)
			choose.Services(c, configuration, nil) // makes the index of types
			for b.Loop() {
				choose.Services(c, configuration, nil)
			}
		})
	}
}

// What several thousand resources take is for BenchmarkServices to say, not for a test
// that would fail on a slow machine.
func TestManyResources(t *testing.T) {
	t.Parallel()
	c, configuration := large(t, 5_000)
	choices := choose.Services(c, configuration, []string{"random_pet"})
	places := 0
	for _, list := range choices.Places {
		places += len(list)
	}
	if want := 4_000; places < want { // a thousand of them choose several services
		t.Errorf("got %d places, want at least %d", places, want)
	}
}
