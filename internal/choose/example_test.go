package choose_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

func ExampleServices() {
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	configuration := &hclscan.Configuration{Resources: []hclscan.Resource{
		{Address: "azurerm_key_vault.a", Type: "azurerm_key_vault", Name: "a", File: "main.tf", Line: 1},
		{
			Address:      "null_resource.b",
			Type:         "null_resource",
			Name:         "b",
			File:         "main.tf",
			Line:         3,
			Provisioners: []string{"local-exec"},
		},
		{Address: "oci_core_instance.c", Type: "oci_core_instance", Name: "c", File: "main.tf", Line: 8},
	}}
	choices := choose.Services(c, configuration, nil)
	fmt.Println(choices.Document().ServiceIDs())
	fmt.Println(choices.Opaque.Types(), choices.Undocumented.Types())
	// Output:
	// [azure-key-vault]
	// [null_resource with local-exec] [oci_core_instance]
}
