package native_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
)

func ExampleReadFile() {
	const text = `definitions:
  - {id: private-link, title: Private link, description: A private address., category: network}
`
	file, errs := native.ReadFile("own.yaml", []byte(text))
	fmt.Println(file.Definitions[0].Value.Title, "on line", file.Definitions[0].Line, errs)

	_, errs = native.ReadFile("own.yaml", []byte("definitions: none\n"))
	fmt.Println(fault.Join(errs))
	// Output:
	// Private link on line 2 []
	// own.yaml:1: definitions is text, expected a list
}
