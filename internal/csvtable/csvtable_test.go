package csvtable_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/csvtable"
)

// What starts like a formula is shown instead of computed; all else stays as it is.
func TestTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	table := csvtable.New(&b)
	table.Row("=1+1", "+1", "-1", "@a", "\ttab", "＝1", "a=b", "")
	table.Row("a \"quote\"", "two\nlines", "a, b")
	got, err := table.End()
	if err != nil {
		t.Fatal(err)
	}
	if want := "'=1+1,'+1,'-1,'@a,'\ttab,'＝1,a=b,\r\n\"a \"\"quote\"\"\",\"two\r\nlines\",\"a, b\"\r\n"; got != want {
		t.Errorf("got %q, expected %q", got, want)
	}
}
