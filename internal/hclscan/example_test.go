package hclscan_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

func ExampleScan() {
	root, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(root)
	const content = `
resource "azurerm_cognitive_account" "chat" {
  kind = "OpenAI"
}
module "data" {
  source = "git::https://git.example/lib.git?ref=v1"
}
`
	if err := os.WriteFile(filepath.Join(root, "main.tf"), []byte(content), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	configuration, err := hclscan.Scan(root, hclscan.Options{
		IncludeModules: true,
		AllowMissing:   true,
		Attributes:     map[string][]string{"azurerm_cognitive_account": {"kind"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range configuration.Resources {
		fmt.Printf("%s (%s line %d): %s\n", r.Address, r.File, r.Line, r.Attributes["kind"].Value)
	}
	for _, m := range configuration.UnreadModules {
		fmt.Printf("%s (%s line %d): %s\n", m.Address, m.File, m.Line, m.Reason)
	}
	// Output:
	// azurerm_cognitive_account.chat (main.tf line 2): OpenAI
	// module.data (main.tf line 5): not installed: .terraform/modules/modules.json has no entry for "data"
}
