package words_test

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

func ExampleOr() {
	fmt.Println(words.Or([]string{"deny", "ratchet", "warn"}))
	// Output: "deny", "ratchet" or "warn"
}

func ExampleCount() {
	fmt.Println(words.Count(1, "gap"), words.Count(2, "gap"))
	// Output: 1 gap 2 gaps
}

func ExampleClip() {
	fmt.Println(words.Clip("A condition that goes on", 11))
	// Output: A condition…
}
