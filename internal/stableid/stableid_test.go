package stableid_test

import (
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

func TestUUID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, parts := range [][]string{{}, {"a"}, {"a", "b"}, {"a\x00b", ""}, {"ab"}} {
		id := stableid.UUID(parts...)
		if len(id) != 36 || id[14] != '5' || seen[id] {
			t.Errorf("%q: got %s, expected a UUID of version 5 of its own", parts, id)
		}
		seen[id] = true
	}
}

func ExampleUUID() {
	first, again := stableid.UUID("service", "azure-key-vault"), stableid.UUID("service", "azure-key-vault")
	fmt.Println(first == again)
	fmt.Println(len(stableid.Short("a text")))
	// Output:
	// true
	// 16
}
