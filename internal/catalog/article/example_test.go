package article_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

func ExampleRead() {
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: "2026-06-30"})
	if err != nil {
		fmt.Println(err)
		return
	}
	const text = `---
ms.date: 04/16/2019
---
# Security controls for Contoso Ledger

| Security control | Yes/No | Notes |
|---|---|---|
| VNet injection support | Yes (Premium tier only) | |
`
	file, errs := article.Read(c, "ledger.md", []byte(text), article.Options{})
	if len(errs) > 0 {
		fmt.Println(fault.Join(errs))
		return
	}
	s := file.Services[0].Value
	for _, st := range s.Documents[0].Statements {
		fmt.Printf("%s, %s: %s, %s (%s)\n", s.ID, s.Documents[0].Published, st.Control, st.Status, st.Condition)
	}
	// Output: contoso-ledger, 2019-04-16: vnet-injection, conditional (Premium tier only)
}
