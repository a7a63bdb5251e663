package facts_test

import (
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
)

func TestValues(t *testing.T) {
	t.Parallel()
	list := []facts.At[catalog.TypeRule]{
		{Value: catalog.TypeRule{Type: "b", Chooses: catalog.ChoosesNothing}, Line: 7},
		{Value: catalog.TypeRule{Type: "a", Chooses: catalog.ChoosesAnything}, Line: 3},
	}
	want := []catalog.TypeRule{
		{Type: "b", Chooses: catalog.ChoosesNothing}, {Type: "a", Chooses: catalog.ChoosesAnything},
	}
	if got := facts.Values(list); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: all of them, in the order of the file", got, want)
	}
	if got := facts.Values[int](nil); len(got) != 0 {
		t.Errorf("of none: got %v", got)
	}
}

// A new file takes lines at once.
func TestNew(t *testing.T) {
	t.Parallel()
	f, st, doc := facts.New("own.yaml"), &catalog.Statement{}, &catalog.Document{}
	f.StatementLines[st], f.DocumentLines[doc] = 3, 2
	if f.Name != "own.yaml" || f.StatementLines[st] != 3 || f.DocumentLines[doc] != 2 {
		t.Errorf("got %+v", f)
	}
}
