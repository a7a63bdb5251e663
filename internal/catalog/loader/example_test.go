package loader_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

func ExampleCatalog() {
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: "2026-06-30"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.ServicesOfType("azurerm_key_vault"))
	// Output: [azure-key-vault]
}
