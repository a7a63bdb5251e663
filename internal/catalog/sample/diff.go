package sample

import (
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Diff compares two values of the model, "" where they are equal. The place of a document
// among the layers, which is no fact, does not count.
func Diff(want, got any) string {
	return cmp.Diff(want, got, cmpopts.IgnoreUnexported(catalog.Document{}))
}
