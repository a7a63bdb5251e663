package catalog

import (
	"slices"
	"testing"
)

func TestEveryStatusHasAStrictness(t *testing.T) {
	t.Parallel()
	for _, status := range Statuses {
		if !slices.Contains(strictness, status) || !slices.Contains(adverseStrictness, status) {
			t.Errorf("%s has no place in the order of strictness", status)
		}
	}
}
