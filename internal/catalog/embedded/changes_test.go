package embedded_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestNewerDocumentsChangeAnswers holds the catalogue against a list, made by people who
// compared the documents, of what the tables of 2024 to 2026 change for Azure: each answers as
// the newer document says, and with as_of on the older one's day as before.
func TestNewerDocumentsChangeAnswers(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	left, restricted := leftOutRules(t), restrictions(t)
	tested := 0
	for _, row := range sample.Table(t, filepath.Join("testdata", "changes.csv")) {
		id, control := row["service"], row["control"]
		if row["review"] != "" {
			continue // somebody doubted it
		}
		tested++
		status, condition := row["current_status"], row["current_condition"]
		if r := restricted[id+"/"+control]; r != nil {
			status, condition = r["status"], r["condition"] // overlooked when the list was made
		}
		was := answer(t, c, id, control, row["current_document"])
		if string(was.Status) != status || was.Condition != condition {
			t.Errorf("%s/%s as of %s: got %s (%s), want %s (%s)", id, control, row["current_document"],
				was.Status, was.Condition, status, condition)
		}
		is := answer(t, c, id, control, row["new_document"])
		if row["file"] == "azure-policy-2026.csv" &&
			left[strings.Join([]string{id, control, row["new_status"], row["new_condition"]}, "/")] {
			if is.Document != was.Document {
				t.Errorf("%s/%s: a rule was left out, and still %s answers", id, control, is.Document.ID)
			}
			continue
		}
		if string(is.Document.Published) != row["new_document"] || !says(is.Document, row) {
			t.Errorf("%s/%s as of %s: %s answers, which does not say %s (%s)", id, control, row["new_document"],
				is.Document.ID, row["new_status"], row["new_condition"])
		}
		if !asStrict(is, row) {
			t.Errorf("%s/%s as of %s: got %s (%s), want %s (%s)", id, control, row["new_document"],
				is.Status, is.Condition, row["new_status"], row["new_condition"])
		}
	}
	if tested < 60 {
		t.Errorf("%d rows were tested", tested)
	}
}

// leftOutRules are the rules of vendors that are no statements.
func leftOutRules(t *testing.T) map[string]bool {
	t.Helper()
	left := map[string]bool{}
	for _, row := range sample.Facts(t, "rules-left-out.csv") {
		left[strings.Join([]string{row["service"], row["control"], row["status"], row["condition"]}, "/")] = true
	}
	return left
}

// restrictions are what a second reading of the workbooks restricted, by service and control.
func restrictions(t *testing.T) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	for _, row := range sample.Facts(t, "guidance-restrictions.csv") {
		if row["change"] == "" {
			continue
		}
		found[row["service"]+"/"+row["control"]] = row
	}
	if len(found) != 12 {
		t.Errorf("%d rows restrict a statement, want 12", len(found))
	}
	return found
}

// TestRestrictionsAreSaid finds what stood in columns that were not read at first.
func TestRestrictionsAreSaid(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for _, row := range restrictions(t) {
		st := answer(t, c, row["service"], row["control"], row["published"])
		if st.Status != catalog.StatusConditional || st.Condition != row["condition"] ||
			!strings.Contains(st.Notes, row["note"]) {
			t.Errorf("%s/%s: got %s (%s) %q, want the condition %q", row["service"], row["control"],
				st.Status, st.Condition, st.Notes, row["condition"])
		}
	}
}

// TestManagedInstancesOfSharedRows finds the rows of a workbook that speak of managed
// instances beside databases.
func TestManagedInstancesOfSharedRows(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for _, control := range []string{
		"azure-policy-support", "encryption-at-rest-customer-keys", "encryption-at-rest-platform-keys",
	} {
		got := answer(t, c, "azure-sql-managed-instance", control, "2023-05-31")
		want := answer(t, c, "azure-sql-database", control, "2023-05-31")
		if got.Document == nil || got.Document.URL != want.Document.URL || got.Status != want.Status {
			t.Errorf("%s: got %+v", control, got)
		}
	}
}

func answer(t *testing.T, c *catalog.Catalog, service, control, asOf string) catalog.DocumentedStatement {
	t.Helper()
	b, err := c.Baseline(service, catalog.Date(asOf))
	if err != nil {
		t.Fatal(err)
	}
	st, ok := b.Controls[control]
	if !ok {
		t.Fatalf("%s/%s: nothing is documented as of %s", service, control, asOf)
	}
	return st
}

// says reports whether a document has a statement of the new columns.
func says(doc *catalog.Document, row map[string]string) bool {
	return slices.ContainsFunc(doc.Statements, func(st *catalog.Statement) bool {
		return st.Control == row["control"] && string(st.Status) == row["new_status"] && st.Condition == row["new_condition"]
	})
}

// asStrict tells whether a statement is what a row says, or stricter: of several rows of one
// document the stricter counts.
func asStrict(is catalog.DocumentedStatement, row map[string]string) bool {
	if is.Status == catalog.StatusConditional {
		return strings.Contains(is.Condition, row["new_condition"])
	}
	return string(is.Status) == row["new_status"]
}
