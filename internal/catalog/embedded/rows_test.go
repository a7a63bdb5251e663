package embedded_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

var factsDir = filepath.Join("..", "..", "..", "tools", "import", "facts")

var editionOfAzure = regexp.MustCompile(`^azure-[a-z-]+-20\d\d\.csv$`)

// tablesOfStatements are the tables whose rows are statements, by cloud. The workbooks of
// the benchmark have a test of their own beside the importer.
func tablesOfStatements(t *testing.T) map[string][]string {
	t.Helper()
	tables := map[string][]string{"aws": {"aws-features.csv", "aws-extra-features.csv"}, "gcp": {"gcp-features.csv"}}
	files, err := os.ReadDir(factsDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if editionOfAzure.MatchString(f.Name()) {
			tables["azure"] = append(tables["azure"], f.Name())
		}
	}
	return tables
}

// stated are the columns of a row that its statement and document say as well.
func stated(row map[string]string) map[string]string {
	out := map[string]string{"document": row["document"] + row["document_title"]}
	for _, column := range []string{"status", "condition", "label", "published", "url"} {
		out[column] = row[column]
	}
	out["control"] = strings.TrimPrefix(row["control"], "+")
	return out
}

// rowOf writes a statement of the catalogue as the row that it comes from.
func rowOf(c *catalog.Catalog, d *catalog.Document, st *catalog.Statement) map[string]string {
	return map[string]string{
		"control": st.Control, "status": string(st.Status), "condition": st.Condition, "label": c.LabelOf(st),
		"document": d.Title, "published": string(d.Published), "url": d.URL,
	}
}

// TestEveryRowIsInTheCatalogue finds every row of every table of statements in the
// documents of its service, but for the rules of vendors that the importer lists as left
// out; and the other way round no statement that no row makes.
func TestEveryRowIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	left := map[string]int{}
	for _, row := range sample.Facts(t, "rules-left-out.csv") {
		left[row["service"]+"/"+row["control"]+"/"+row["status"]+"/"+row["condition"]]++
	}
	for cloud, names := range tablesOfStatements(t) {
		series, rows := map[string]bool{}, map[string]bool{}
		for _, name := range names {
			for _, row := range sample.Facts(t, name) {
				doc, found := findRow(t, c, row)
				key := row["service"] + "/" + stated(row)["control"]
				switch missing := key + "/" + row["status"] + "/" + row["condition"]; {
				case found:
					rows[key] = true
					series[doc.Series] = true
				case left[missing] > 0:
					left[missing]--
				default:
					t.Errorf("%s: nothing says %v", name, row)
				}
			}
		}
		for _, id := range c.ServiceIDs() {
			if s, _ := c.Summary(id); s.Cloud == cloud {
				noOtherStatement(t, c, id, series, rows)
			}
		}
	}
	for what, n := range left {
		if n != 0 {
			t.Errorf("%s: %d rows too many are listed as left out", what, n)
		}
	}
}

// findRow finds the statement of a row, and the document that makes it.
func findRow(t *testing.T, c *catalog.Catalog, row map[string]string) (*catalog.Document, bool) {
	t.Helper()
	s, err := c.Service(row["service"])
	if err != nil {
		t.Fatal(err)
	}
	want := stated(row)
	for _, doc := range s.Documents {
		for _, st := range doc.Statements {
			if maps.Equal(rowOf(c, doc, st), want) && strings.HasSuffix(st.Notes, row["notes"]) &&
				(row["planned"] != "") == st.Planned && enabledBy(st) == row["enabled_by_default"] {
				return doc, true
			}
		}
	}
	return nil, false
}

func enabledBy(st *catalog.Statement) string {
	switch {
	case st.EnabledByDefault == nil:
		return ""
	case *st.EnabledByDefault:
		return "true"
	}
	return "false"
}

// noOtherStatement holds a service's statements of the series that the tables make against
// the rows: absence stays undocumented.
func noOtherStatement(t *testing.T, c *catalog.Catalog, id string, series, rows map[string]bool) {
	t.Helper()
	s, err := c.Service(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range s.Documents {
		for _, st := range doc.Statements {
			if series[doc.Series] && !rows[id+"/"+st.Control] {
				t.Errorf("%s/%s of %s is in no row of the tables", id, st.Control, doc.ID)
			}
		}
	}
}

// TestSpokenByVendors pins the controls that the documents of each cloud but Azure speak of:
// those of the tables and no others.
func TestSpokenByVendors(t *testing.T) {
	t.Parallel()
	spoken := sample.Spoken(t, sample.Embedded(t))
	for cloud, names := range tablesOfStatements(t) {
		if cloud == "azure" {
			continue // articles and workbooks as well
		}
		want := map[string]bool{}
		for _, name := range names {
			for _, row := range sample.Facts(t, name) {
				want[stated(row)["control"]] = true
			}
		}
		sample.Equal(t, spoken[cloud], slices.Sorted(maps.Keys(want)))
	}
}
