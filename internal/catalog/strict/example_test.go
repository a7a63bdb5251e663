package strict_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
)

func ExampleReader() {
	read := func(text string) (title string, err error) {
		r := strict.NewReader("own.yaml")
		if root := r.Parse([]byte(text), `the key "title"`); root != nil {
			r.Object(root, "the file", map[string]strict.Field{
				"title": strict.Required(r.Text(&title, "title", 100)),
			})
		}
		return title, fault.Join(r.Errors())
	}
	fmt.Println(read("title: Shop\n"))
	fmt.Println(read("title: Shop\ncolour: red\n"))
	// Output:
	// Shop <nil>
	// Shop own.yaml:2: the file has no key "colour", expected one of title
}
