package fault_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
)

func ExampleJoin() {
	c := fault.Collector{File: "own.yaml"}
	c.Fail(7, "the key %q is missing", "title")
	c.Fail(2, "id is a number, expected a text")
	fmt.Println(fault.Join(c.Errors()))
	// Output:
	// own.yaml:2: id is a number, expected a text
	// own.yaml:7: the key "title" is missing
}
