package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// Whatever says why a check came out names whose settings say so, where they are neither the
// embedded catalogue's nor the document's.
func TestRender_ownSettings(t *testing.T) {
	t.Parallel()
	own := filepath.Join(t.TempDir(), "own.yaml")
	const settings = `settings:
  - {service: azure-vault, control: encryption-in-transit, ways: [{type: a, rows: [{argument: own, on: any}], source: Ours}]}
  - {service: azure-vault, control: customer-keys, ways: [{type: a, rows: [{argument: own, on: any}], source: Ours}]}
  - {service: azure-relay, control: encryption-in-transit, ways: [{type: a, rows: [{argument: own, on: any}], source: Ours}]}
  - {service: azure-relay, control: vnet-injection, ways: [{type: a, rows: [{argument: own, on: any}], source: Ours}]}
  - service: azure-relay
    control: local-authentication
    ways: [{role: adverse, type: a, rows: [{argument: own, on: any}], source: Ours}]
`
	if err := os.WriteFile(own, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{
		Sources: []loader.Source{{Path: "testdata/catalog.yaml"}, {Path: own}}, Today: today,
	})
	if err != nil {
		t.Fatal(err)
	}
	r, d := enabled()
	a := evaluate(t, c, r)
	opts := options()
	opts.Configuration = d
	for _, format := range report.Names(report.Formats()) {
		text := render(t, format, opts, a)
		const off = "switched off by settings of "
		on := "switched on by settings of "
		switch format {
		case report.FormatDraftHCL:
			continue // says what to do about the argument, and nothing of why
		case report.FormatOSCALPOAM, report.FormatSARIF, report.FormatJUnit: // of gaps alone
			on = off
		}
		for _, want := range []string{on, off, "own.yaml"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", format, want)
			}
		}
	}
	for format, want := range map[string]string{
		report.FormatHTML:     ">2 checks shown by settings of your own<",
		report.FormatMarkdown: "\n### Settings of your own\n",
		report.FormatCSV:      ",own_settings,,,Settings of a source of your own,",
	} {
		if text := render(t, format, opts, a); !strings.Contains(text, want) {
			t.Errorf("%s does not have %q", format, want)
		}
	}
	r.Configuration, r.MustBe = nil, assess.MustBeSupported
	r.AllowNoServices = true
	a = evaluate(t, c, r)
	for _, format := range []string{report.FormatHTML, report.FormatMarkdown, report.FormatCSV} {
		if text := render(t, format, options(), a); strings.Contains(text, "ettings of your own") ||
			strings.Contains(text, "own_settings") {
			t.Errorf("%s speaks of settings, which decide nothing", format)
		}
	}
}
