package oscal_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	builtin "github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// farAhead is after every document.
const farAhead catalog.Date = "2999-12-31"

// componentFile writes services as an OSCAL component definition into a file.
func componentFile(t *testing.T, c *catalog.Catalog, file string, services []string) {
	t.Helper()
	text, err := report.RenderBaseline(c, services, report.FormatOSCALComponent)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d services are %d bytes", len(services), len(text))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestOSCALRoundTrip reads back what render_baseline writes of the whole embedded
// catalogue: as one file, as a directory with a file for each cloud, and over itself.
func TestOSCALRoundTrip(t *testing.T) {
	t.Parallel()
	embedded, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	ids := embedded.ServiceIDs()
	one := filepath.Join(t.TempDir(), "all.json")
	componentFile(t, embedded, one, ids)
	dir := t.TempDir()
	for _, cloud := range []string{"aws", "azure", "gcp"} {
		componentFile(t, embedded, filepath.Join(dir, cloud+".json"), slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			s, _ := embedded.Summary(id)
			return s.Cloud != cloud
		}))
	}
	base, err := builtin.Layer()
	if err != nil {
		t.Fatal(err)
	}
	// Each is read once: megabytes of JSON are what this test takes its time for.
	fromFile, fromDirectory := readAll(t, one), readAll(t, dir)
	inPlace := loader.Layer(fromDirectory)
	inPlace.Replace = true
	for name, tt := range map[string]struct {
		files  []*facts.File
		layers []*catalog.Layer
	}{
		"one file":     {fromFile, []*catalog.Layer{loader.Layer(fromFile)}},
		"a directory":  {fromDirectory, []*catalog.Layer{loader.Layer(fromDirectory)}},
		"over itself":  {fromFile, []*catalog.Layer{base, loader.Layer(fromFile)}},
		"in its place": {fromDirectory, []*catalog.Layer{base, inPlace}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			back := catalog.New(tt.layers...)
			if errs := loader.Check(back, tt.files, farAhead); len(errs) > 0 {
				t.Fatal(fault.Join(errs))
			}
			if got := back.ServiceIDs(); !slices.Equal(got, ids) {
				t.Fatalf("got %d services, want %d", len(got), len(ids))
			}
			for _, id := range ids {
				got, want := asText(t, back, id), asText(t, embedded, id)
				if got != want {
					t.Fatalf("%s: got\n%s\nwant\n%s", id, got, want)
				}
				checkBaseline(t, embedded, back, id)
			}
		})
	}
}

// readAll reads the files of a path.
func readAll(t *testing.T, path string) []*facts.File {
	t.Helper()
	opened, err := source.OpenPath(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := opened.Read()
	if err != nil {
		t.Fatal(err)
	}
	files, err := loader.ReadFiles(raw)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestOSCALRoundTripOfEveryField is about fields that the embedded catalogue does not use.
func TestOSCALRoundTripOfEveryField(t *testing.T) {
	t.Parallel()
	load := func(path string) *catalog.Catalog {
		t.Helper()
		c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: path}}, Today: farAhead})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	want := load(filepath.Join("..", "..", "report", "testdata", "catalog.yaml"))
	file := filepath.Join(t.TempDir(), "all.json")
	componentFile(t, want, file, want.ServiceIDs())
	got := load(file)
	for _, id := range want.ServiceIDs() {
		if a, b := asText(t, want, id), asText(t, got, id); a != b {
			t.Errorf("%s: got\n%s\nwant\n%s", id, b, a)
		}
		checkBaseline(t, want, got, id)
	}
}

// asText writes all that is known of a service.
func asText(t *testing.T, c *catalog.Catalog, id string) string {
	t.Helper()
	s, err := c.Service(id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	notices, err := json.Marshal(s.Lifecycle.Notices)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text)+string(notices), "[]", "null")
}

func checkBaseline(t *testing.T, want, got *catalog.Catalog, id string) {
	t.Helper()
	a, err := want.Baseline(id, "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := got.Baseline(id, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Controls) != len(b.Controls) {
		t.Errorf("%s: got %d sample.Controls, want %d", id, len(b.Controls), len(a.Controls))
	}
	for control := range a.Controls {
		wanted, _ := want.Definition(control)
		def, _ := got.Definition(control)
		if diff := cmp.Diff(wanted, def); diff != "" {
			t.Errorf("%s: the control %s became another: %s", id, control, diff)
		}
	}
}

// Clouds of a source's own come back; those that every catalogue knows are not written.
func TestRoundTripOfClouds(t *testing.T) {
	t.Parallel()
	text := sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes")),
		strings.Replace(sample.Service("store", "", sample.Document("b", "2020-01-01", "alpha: yes")), "cloud: azure",
			"cloud: oci", 1)) +
		"clouds:\n  - {id: oci, name: \"Oracle *Cloud*\", type_prefixes: [oci_, ocivm_]}\n" +
		"  - {id: unused, name: Unused, type_prefixes: [unused_]}\n" +
		"  - {id: azure, name: Azure of ours, type_prefixes: [azx_], arm_types: true}\n"
	c := sample.Layered(t, text)
	file := filepath.Join(t.TempDir(), "all.json")
	componentFile(t, c, file, []string{"shop", "store"})
	back := sample.Load(t, loader.Source{Path: file})
	for _, id := range []string{"azure", "oci"} {
		want, _ := c.Cloud(id)
		got, _ := back.Cloud(id)
		sample.Equal(t, got, want)
	}
	if _, ok := back.Cloud("unused"); ok {
		t.Error("a cloud of no service is written")
	}
	componentFile(t, c, file, []string{"shop"})
	if clouds := sample.Load(t, loader.Source{Path: file}).OwnClouds(); len(clouds) != 1 || clouds[0].ID != "azure" {
		t.Errorf("got %+v, want those of the written services", clouds)
	}
}
