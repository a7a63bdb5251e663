package spreadsheet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/spreadsheet"
)

// known is a catalogue with a service and three controls.
func known(t testing.TB) *catalog.Catalog {
	t.Helper()
	file := filepath.Join(t.TempDir(), "known.yaml")
	const text = `
definitions:
  - {id: vnet-injection, title: VNet injection, description: d, category: network, labels: ["VNet injection support"]}
  - {id: customer-keys, title: Customer-managed keys, description: d, category: data}
  - {id: audit-logging, title: Audit logging, description: d, category: logging}
services:
  - id: my-store
    name: My Store
    cloud: azure
    documents:
      - {id: old, series: S, title: Old, publisher: P, published: 2020-01-01, statements: [{control: vnet-injection, status: no}]}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: "2026-06-30"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const header = "service,control,status,condition,notes,document,published,url\n"

func TestRead(t *testing.T) {
	t.Parallel()
	f, errs := spreadsheet.Read(known(t), "t.csv", []byte("\ufeff"+header+
		"my-store,VNet injection support,Yes,,,Review of stores,2026-01-31,https://example.com/r\r\n"+
		",,,,,,,\r\n"+
		"my-store, customer-keys ,Conditional,\"Premium tier,\nno other\",seen,"+
		"Review of stores,2026-01-31,https://example.com/r\n"+
		"our-queue,audit-logging,N/A,,,Review of stores,2026-01-31,https://example.com/r\n"+
		"my-store,audit-logging,no,,,調査,2026-02-28,\n"))
	if len(errs) > 0 {
		t.Fatal(errors.Join(errs...))
	}
	var got []string
	for _, s := range f.Services {
		for _, doc := range s.Value.Documents {
			for _, st := range doc.Statements {
				got = append(got, fmt.Sprintf("%s (%s, %s) %s %s %q %q, line %d of %s %s",
					s.Value.ID, s.Value.Name, s.Value.Cloud,
					st.Control, st.Status, st.Condition, st.Notes, f.StatementLines[st], doc.ID, doc.URL))
			}
		}
	}
	want := []string{
		`my-store (My Store, azure) vnet-injection yes "" "", line 2 of review-of-stores-2026-01-31 https://example.com/r`,
		`my-store (My Store, azure) customer-keys conditional "Premium tier, no other" "seen", ` +
			`line 4 of review-of-stores-2026-01-31 https://example.com/r`,
		`my-store (My Store, azure) audit-logging no "" "", line 7 of document-216d01276a926e23-2026-02-28 `,
		`our-queue (our-queue, own) audit-logging not_applicable "" "", ` +
			`line 6 of review-of-stores-2026-01-31 https://example.com/r`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nexpected\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The columns may stand in any order, and their names be written as people do.
func TestReadOtherOrder(t *testing.T) {
	t.Parallel()
	f, errs := spreadsheet.Read(known(t), "t.csv", []byte("URL,Published,Document, Notes,Condition,Status,Control,Service\n"+
		",2026-01-31,Review,,,yes,customer-keys,my-store\n"))
	if len(errs) > 0 || len(f.Services) != 1 || f.Services[0].Value.Documents[0].Statements[0].Control != "customer-keys" {
		t.Errorf("got %+v, %v", f, errs)
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	row := func(changes ...string) string {
		fields := []string{"my-store", "customer-keys", "yes", "", "", "Review", "2026-01-31", "https://example.com/r"}
		for i := 0; i < len(changes); i += 2 {
			fields[slices.Index(spreadsheet.Columns, changes[i])] = changes[i+1]
		}
		return strings.Join(fields, ",") + "\n"
	}
	for name, test := range map[string]struct{ text, says string }{
		"empty":          {"", "t.csv:1: the table is empty, expected service,control,"},
		"no rows":        {header, "t.csv:1: the table has no rows below its header"},
		"semicolons":     {strings.ReplaceAll(header, ",", ";"), `save the table with commas`},
		"no header":      {row(), `t.csv:1: column 1 of the header is "my-store", expected service,control,`},
		"missing column": {"service,control,status,condition,notes,document,published\n", `the header lacks the column "url"`},
		"other column":   {"owner," + header, `t.csv:1: column 1 of the header is "owner"`},
		"column twice":   {"url," + header, `the header has the column "url" twice`},
		"short row":      {header + "my-store,customer-keys,yes\n", "t.csv:2: the row has 3 fields, expected 8"},
		"quote":          {header + row() + "my-store,\"customer\"-keys,yes,,,,,\n", "t.csv:3: the row is no CSV"},
		"not UTF-8":      {header + row("notes", "\xff"), "is not text in UTF-8"},
		"service name": {
			header + row("service", "My Store"),
			`t.csv:2: column service: "My Store" is not the id of a service`,
		},
		"service misspelt": {
			header + row("service", "my-shore"), `t.csv:2: column service: "my-shore" is no service of the catalogue, ` +
				`did you mean "my-store"? One of your own that is called nearly so has to be in a catalogue file that is ` +
				`listed before this table`,
		},
		"service meant": {header + row("service", "My Store"), `did you mean "my-store"?`},
		"control": {
			header + row("control", "customer-kays"), `t.csv:2: column control: "customer-kays" is no control, ` +
				`expected an id or a label of the catalogue, or of a source before this one; did you mean "customer-keys"?`,
		},
		"status": {
			header + row("status", "Supported"), `t.csv:2: column status: "Supported" is no status, expected one of "yes",`,
		},
		"status meant": {header + row("status", "Supported"), `did you mean "yes"?`},
		"no condition": {
			header + row("status", "conditional"), `column status: a statement with the status "conditional" lacks`,
		},
		"other condition": {
			header + row("condition", "Premium"), `column status: a statement with the status "yes" has a condition`,
		},
		"no document":     {header + row("document", " "), "column document: there is nothing, expected text"},
		"long document":   {header + row("document", strings.Repeat("a", 301)), "column document: there are 301 characters"},
		"hidden notes":    {header + row("notes", "a\u202eb"), "column notes: there is a control or text-direction character"},
		"invisible notes": {header + row("notes", "\u200b"), "column notes: there is no visible character"},
		"date":            {header + row("published", "31.01.2026"), `column published: "31.01.2026" is not a date`},
		"no such day":     {header + row("published", "2026-02-30"), `column published: "2026-02-30" is not a day`},
		"link":            {header + row("url", "intranet/page"), `column url: "intranet/page" is not a link`},
		"two links": {
			header + row() + row("url", "https://example.com/other"),
			`t.csv:3: column url: the document "Review" of 2026-01-31 has another title or url than on line 2`,
		},
		"twice": {
			header + row() + row("status", "no"),
			`t.csv:3: column control: the document says twice what "customer-keys" of "my-store" is, first on line 2`,
		},
		"line of a field": {header + row("condition", "\"a\nb\"", "published", "soon"), "t.csv:3: column published:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, errs := spreadsheet.Read(known(t), "t.csv", []byte(test.text))
			if err := errors.Join(errs...); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, expected an error that says %s", err, test.says)
			}
		})
	}
}

// All rows are looked at, so that one run tells all that is wrong.
func TestReadTellsAll(t *testing.T) {
	t.Parallel()
	_, errs := spreadsheet.Read(known(t), "t.csv", []byte(header+
		"my-store,customer-keys,maybe,,,Review,2026-01-31,\n"+"my-store,no-such,yes,,,Review,2026-13-31,\n"))
	if len(errs) != 3 {
		t.Errorf("got %v", errs)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "my-store,customer-keys,yes,,,Review,2026-01-31,https://example.com/r\n"))
	f.Add([]byte(header + "my-store,\"customer-keys\n\",yes"))
	c := known(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, errs := spreadsheet.Read(c, "t.csv", data)
		if len(errs) > 0 {
			return
		}
		for _, s := range facts.Values(file.Services) {
			for _, doc := range s.Documents {
				if !catalog.ValidID(s.ID) || !catalog.ValidID(doc.ID) || len(doc.Statements) == 0 {
					t.Errorf("%q makes the document %q of %q with %d statements", data, doc.ID, s.ID, len(doc.Statements))
				}
			}
		}
	})
}
