package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// TestWriteReports writes reports into the directory REPORT_DIR, for the tests that hold
// them against published schemas and show them in a browser: make test-schemas and make
// test-browser. It checks nothing itself.
func TestWriteReports(t *testing.T) {
	dir := os.Getenv("REPORT_DIR")
	if dir == "" {
		t.Skip("REPORT_DIR is not set: make test-schemas and make test-browser set it")
	}
	write := func(name, format, text string) {
		if err := os.WriteFile(filepath.Join(dir, name+"."+format+"."+extension(format)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mixed := evaluate(t, loadCatalog(t), full())
	sets := map[string][]*assess.Assessment{
		"mixed": {mixed}, "two": {mixed, large(t, 9, 4)},
		"1": {large(t, 1, 5)}, "15": {large(t, 15, 18)}, "150": {large(t, 150, 35)},
	}
	for _, format := range report.Names(report.Formats()) {
		for name, assessments := range sets {
			opts := report.Options{}
			if name == "mixed" {
				opts = options()
			}
			write(name, format, render(t, format, opts, assessments...))
		}
		write("compliant", format, compliantReport(t, format))
		write("enabled", format, enabledReport(t, format))
		write("every", format, everyReport(t, format))
	}
	embedded, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	text, err := report.RenderBaseline(embedded, embedded.ServiceIDs(), report.FormatOSCALComponent)
	if err != nil {
		t.Fatal(err)
	}
	write("embedded", report.FormatOSCALComponent, text)
	for _, id := range ids {
		text, err := report.RenderBaseline(loadCatalog(t), []string{id}, report.FormatOSCALComponent)
		if err != nil {
			t.Fatal(err)
		}
		write("baseline-"+id, report.FormatOSCALComponent, text)
	}
	for _, version := range report.OSCALVersions {
		for _, format := range []string{report.FormatOSCALResults, report.FormatOSCALPOAM} {
			opts := options()
			opts.OSCALVersion = version
			write("version-"+version, format, render(t, format, opts, mixed))
		}
	}
}
