package article_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// dialect writes a document as an article of the series: with a header of more columns
// than its delimiter row has, and rows without their last pipe.
func dialect(c *catalog.Catalog, s *catalog.Service, doc *catalog.Document) string {
	var b strings.Builder
	month, day, year := doc.Published[5:7], doc.Published[8:], doc.Published[:4]
	fmt.Fprintf(&b, "---\nauthor: us\nms.date: %s/%s/%s\n---\n# Security controls for %s\n\n", month, day, year, s.Name)
	if s.Lifecycle.Notice != "" {
		fmt.Fprintf(&b, "> [!IMPORTANT]\n> %s It was retired on %s.\n\n", s.Lifecycle.Notice, s.Lifecycle.RetiredOn)
	}
	category := ""
	for _, st := range doc.Statements {
		if def, _ := c.Definition(st.Control); def.Category != category {
			category = def.Category
			fmt.Fprintf(&b, "\n## %s\n\n| Security&nbsp;control | Yes/No | Notes | Documentation\n|---|---|--|\n", category)
		}
		status := map[catalog.Status]string{
			catalog.StatusYes: "Yes", catalog.StatusNo: "No", catalog.StatusNotApplicable: "N/A",
			catalog.StatusConditional: "Yes (" + st.Condition + ")",
		}[st.Status]
		notes := strings.ReplaceAll(st.Notes, "|", `\|`)
		if st.Planned {
			notes += " Support is planned."
		}
		var links []string
		for _, ref := range st.References {
			links = append(links, "["+ref.Title+"]("+ref.URL+")")
		}
		fmt.Fprintf(&b, "| %s| %s | %s | %s\n", c.LabelOf(st), status, notes, strings.Join(links, ", "))
	}
	return b.String()
}

// TestEmbeddedAsArticles writes what the embedded catalogue has of the first articles in
// their own dialect, and reads the same back.
func TestEmbeddedAsArticles(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"azure-key-vault", "visual-studio-codespaces"} {
		t.Run(id, func(t *testing.T) {
			s, err := c.Service(id)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(s.Documents, func(d *catalog.Document) bool { return d.Series == "Security controls" })
			doc := s.Documents[i]
			text := dialect(c, s, doc)
			read, definitions, err := readWith(c, id+".md", text, article.Options{})
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			want := catalog.Summary{ID: id, Name: s.Name, Cloud: s.Cloud}
			if len(definitions) > 0 || len(read.Documents) != 1 {
				t.Fatalf("got %d documents and %d definitions", len(read.Documents), len(definitions))
			}
			sample.Equal(t, read.Summary, want)
			if !read.Lifecycle.IsZero() {
				t.Errorf("the catalogue knows of its end, and yet got %+v", read.Lifecycle)
			}
			got := read.Documents[0]
			if got.Published != doc.Published || got.Title != doc.Title {
				t.Errorf("got %q of %s, want %q of %s", got.Title, got.Published, doc.Title, doc.Published)
			}
			if len(got.Statements) != len(doc.Statements) {
				t.Fatalf("got %d statements, want %d", len(got.Statements), len(doc.Statements))
			}
			for i, want := range doc.Statements {
				got := got.Statements[i]
				// Notes are in our own words; what the article says is the rest.
				sample.Equal(t, stated(c, got), stated(c, want))
			}
		})
	}
}

func stated(c *catalog.Catalog, st *catalog.Statement) catalog.Statement {
	return catalog.Statement{
		Control: st.Control, Label: c.LabelOf(st), Status: st.Status, Condition: st.Condition, Planned: st.Planned,
		References: st.References,
	}
}
