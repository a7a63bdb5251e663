package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// farAhead is a day after every document of the embedded catalogue.
const farAhead catalog.Date = "2999-12-31"

// ids lists the services of the test's catalogue.
var ids = []string{"aws-store", "azure-old", "azure-relay", "azure-vault"}

func TestRenderBaseline_golden(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	for _, format := range report.Names(report.BaselineFormats()) {
		text, err := report.RenderBaseline(c, ids, format)
		if err != nil {
			t.Fatal(err)
		}
		if extension(format) == "json" {
			text = indented(t, text)
		}
		golden.Check(t, "testdata/baseline-"+format+"."+extension(format), strings.ReplaceAll(text, "\r\n", "\n"))
	}
}

func TestRenderBaseline_errors(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	for want, call := range map[string]func() (string, error){
		"no service":           func() (string, error) { return report.RenderBaseline(c, nil, "csv") },
		`the format is "html"`: func() (string, error) { return report.RenderBaseline(c, ids, "html") },
		"azure-valt":           func() (string, error) { return report.RenderBaseline(c, []string{"azure-valt"}, "csv") },
	} {
		if _, err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, expected an error with %q", err, want)
		}
	}
}

// TestRenderBaseline_withoutLoss reads catalogues back from their component definitions:
// the test's, and every service of the embedded one.
func TestRenderBaseline_withoutLoss(t *testing.T) {
	t.Parallel()
	embedded, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*catalog.Catalog{"embedded": embedded, "test": loadCatalog(t)} {
		text, err := report.RenderBaseline(c, c.ServiceIDs(), report.FormatOSCALComponent)
		if err != nil {
			t.Fatal(err)
		}
		back := readBack(t, text)
		for _, id := range c.ServiceIDs() {
			want, err := c.Service(id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := back.Service(id)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := plain(t, want), plain(t, got); a != b {
				t.Errorf("%s, %s:\n%s\nbecame\n%s", name, id, a, b)
			}
			for _, doc := range want.Documents {
				for _, st := range doc.Statements {
					a, _ := c.Definition(st.Control)
					b, _ := back.Definition(st.Control)
					if diff := cmp.Diff(a, b); diff != "" {
						t.Errorf("%s: %s", name, diff)
					}
				}
			}
		}
	}
}

// plain writes a service for comparison. A list that is empty or absent says the same.
func plain(t *testing.T, s *catalog.Service) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), ": []", ": null")
}

// readBack loads a component definition as the catalogue that it is.
func readBack(t *testing.T, text string) *catalog.Catalog {
	t.Helper()
	path := filepath.Join(t.TempDir(), "back.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: path}}, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
