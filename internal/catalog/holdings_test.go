package catalog_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// Where documents disagree, the older answers stay to be seen, each with its date; where
// they agree, there is nothing to say.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, sample.Services(sample.Service("shop", "",
		sample.Document("a", "2020-01-01", "alpha: no", "beta: yes"),
		sample.Document("b", "2022-01-01", "alpha: conditional, condition: One tier", "beta: yes"),
		sample.Document("c", "2024-01-01", "alpha: yes"))))
	b, err := c.Baseline("shop", "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, st := range b.Superseded("alpha") {
		got = append(got, string(st.Document.Published)+" "+string(st.Status)+" "+st.Condition)
	}
	sample.Equal(t, got, []string{"2020-01-01 no ", "2022-01-01 conditional One tier"})
	if others := b.Superseded("beta"); others != nil {
		t.Errorf("documents that agree: got %v", others)
	}
	if others := b.Superseded("nothing"); others != nil {
		t.Errorf("a control that no document speaks of: got %v", others)
	}
	older, err := c.Baseline("shop", "2021-01-01")
	if err != nil {
		t.Fatal(err)
	}
	if others := older.Superseded("alpha"); others != nil {
		t.Errorf("a document that is newer than the date does not count: got %v", others)
	}
	holdings, err := c.Holdings()
	if err != nil {
		t.Fatal(err)
	}
	if len(holdings) != 3 || holdings[1].Year != "2022" || holdings[1].Total() != 2 ||
		holdings[1].Statements[catalog.StatusConditional] != 1 || holdings[1].Documents != 1 {
		t.Errorf("got %+v", holdings)
	}
}
