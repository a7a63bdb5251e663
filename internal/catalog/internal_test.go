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

func TestEditDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 3, 0},
		{"same", "same", 3, 0},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 3}, // past the limit
		{"abc", "", 3, 3},
		{"", "abc", 1, 2},
		{"vualt", "vault", 3, 2},
	} {
		if got := editDistance(tt.a, tt.b, tt.limit); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := editDistance(tt.b, tt.a, tt.limit); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
