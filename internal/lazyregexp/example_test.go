package lazyregexp_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// A variable of a package: the start of the program does not compile it.
var dateForm = lazyregexp.Regexp{Expression: `^\d{4}-\d{2}-\d{2}$`}

func ExampleRegexp() {
	fmt.Println(dateForm.MatchString("2026-06-30"), dateForm.MatchString("30 June 2026"))
	// Output: true false
}

// Get gives access to what else package regexp offers.
func ExampleRegexp_Get() {
	fmt.Println(dateForm.Get().FindString("2026-06-30"))
	// Output: 2026-06-30
}
