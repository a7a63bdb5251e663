package loader_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// What the author of a catalogue file has probably meant.
func TestMeant(t *testing.T) {
	t.Parallel()
	file := func(service, statement string) loader.Source {
		return sample.Write(t, "services:\n  - id: "+service+"\n    name: N\n    cloud: azure\n    documents:\n"+
			"      - {id: d, series: S, title: T, publisher: P, published: 2025-01-01, statements: [{"+statement+"}]}\n")
	}
	for name, test := range map[string]struct {
		source loader.Source
		says   string
	}{
		"TLS":         {file("a", "control: TLS, status: yes"), `control "TLS" is malformed, expected lower-case letters`},
		"TLS meant":   {file("a", "control: TLS, status: yes"), `; did you mean "encryption-in-transit"?`},
		"underscores": {file("a", "control: encryption_in_transit, status: yes"), `; did you mean "encryption-in-transit"?`},
		"label":       {file("a", "control: Data plane logging, status: yes"), `; did you mean "data-plane-logging"?`},
		"near id":     {file("a", "control: encryption-in-transt, status: yes"), `; did you mean "encryption-in-transit"?`},
		"status":      {file("a", "control: encryption-in-transit, status: Supported"), `; did you mean "yes"?`},
		"service": {
			file("Azure Key Vault", "control: encryption-in-transit, status: yes"),
			`such as "azure-key-vault"; did you mean "azure-key-vault"?`,
		},
		"a service for a control": {
			file("a", "control: azure-key-vault, status: yes"),
			`"azure-key-vault" is not defined, expected one of the catalogue, or of "definitions" in this source; ` +
				`it is the id of a service, that of a control is such as "vnet-injection"`,
		},
		"a control for a service": {
			sample.Write(t, strings.Replace(ownSettings, "azure-storage", "vnet-injection", 1)),
			`it is the id of a control, that of a service is such as "azure-key-vault"`,
		},
		"a date to come": {
			sample.Write(t, "services:\n  - id: a\n    name: N\n    cloud: azure\n    documents:\n      - id: d\n"+
				"        series: S\n        title: T\n        publisher: P\n        published: 2027-01-01\n        statements:\n"+
				"          - {control: encryption-in-transit, status: yes}\n"),
			`.yaml:10: document "d" is dated 2027-01-01, expected a date not after today (2026-06-30)`,
		},
		"own document": {file("a", "control: encryption-in-transit, status: yes, notes: 1"), "notes is a number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := loader.Catalog(loader.Options{Embedded: true, Sources: []loader.Source{test.source}, Today: sample.Today})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, expected an error that says %s", err, test.says)
			}
		})
	}
}

// A source that lies in a directory of catalogue files is not passed over, in order or not.
func TestOverlooked(t *testing.T) {
	t.Parallel()
	const told = "which is not read in a directory, expected it as an entry of its own in catalog_sources"
	for name, test := range map[string]struct{ file, text, says string }{
		"article": {"ledger.md", articleText("| Alpha support | Yes | |"), "ledger.md: looks like an article, " + told},
		"broken": {
			"below/ledger.md", "# Security controls for X\n\n| A | B |\n", "ledger.md: looks like an article, " + told,
		},
		"broken, no table": {
			"ledger.md", "---\ntitle: \"Security controls for X\"\n---\n\nTo be written.\n",
			"ledger.md: looks like an article, " + told,
		},
		"broken, heading": {"ledger.md", "#  Security Controls for X\n", "ledger.md: looks like an article, " + told},
		"about articles":  {"notes.md", "# Notes\n\nThese are security controls for X.\n", ""},
		"readme of X":     {"README.md", "# Security controls for X\n\nWhat we use.\n", ""},
		"table":           {"t.csv", "Service,Control,Status\n", "t.csv: looks like a table of statements, " + told},
		"readme":          {"README.md", "# Our catalogue\n", ""},
		"full readme":     {"README.md", "# The security controls we use\n\n| A | B |\n| - | - |\n", ""},
		"other dump":      {"dump.csv", "a,b\nservice,control status\n", ""},
		"large dump":      {"dump.csv", "a\n" + strings.Repeat("0123456789abcde\n", 17<<16), ""},
		"other table":     {"owners.csv", "service,owner\n", ""},
		"hidden":          {".github/ledger.md", articleText("| Alpha support | Yes | |"), ""},
		"broken table":    {"t.csv", "service;control;status\n\xff\n", "t.csv: looks like a table of statements, " + told},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			sample.WriteFile(t, filepath.Join(dir, "controls.yaml"), sample.Controls)
			sample.WriteFile(t, filepath.Join(dir, filepath.FromSlash(test.file)), test.text)
			_, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: dir}}, Today: sample.Today})
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v, expected %q", err, test.says)
			}
		})
	}
	lone := t.TempDir()
	sample.WriteFile(t, filepath.Join(lone, "ledger.md"), articleText("| Alpha support | Yes | |"))
	if got := sample.LoadError(t, loader.Source{Path: lone}); !strings.Contains(got, told) {
		t.Errorf("a lone article: %s", got)
	}
	sample.WriteFile(t, filepath.Join(lone, "ledger.md"), "# Ledger\n")
	const besides = "has no catalogue files, expected some ending in .json, .yaml, .yml. " +
		"What ends in .md or .csv is an entry of its own in catalog_sources"
	if got := sample.LoadError(t, loader.Source{Path: lone}); !strings.Contains(got, besides) {
		t.Errorf("a lone file in Markdown: %s", got)
	}
}
