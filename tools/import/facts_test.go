package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vaultFacts are a service with one baseline of two rows.
func vaultFacts() *facts {
	row := func(number, name string) feature {
		return feature{
			rowKey: rowKey{"vault", number}, published: "2023-01-01", category: "Security", mcsb: "NS-1", name: name,
			supported: "True", enabled: "False", whose: "Customer", reference: "Read this: https://example.com/read",
		}
	}
	return &facts{
		features: []feature{row("1", "Private Link"), row("2", "Data at Rest")},
		notes:    map[rowKey]note{},
		files:    []baselineFile{{"azure-vault", "vault"}},
		names:    map[string]names{"azure-vault": {now: "Azure Vault"}},
		titles:   map[string]string{"vault": "Azure security baseline for Vault"},
		types:    []typeRow{{"azurerm_vault", "", "azure-vault", ""}},
		choices:  []choice{{"azurerm_vault", "", "", "azure-vault", ""}},
		life:     []lifeRow{{service: "azure-vault", stage: "retired", date: "2030-01-01", scope: wholeService}},
	}
}

var vaultLabels = map[string]string{"private-link": "Private Link", "data-at-rest": "Encryption"}

func TestDocuments(t *testing.T) {
	t.Parallel()
	f := vaultFacts()
	f.notes[rowKey{"vault", "2"}] = note{"conditional", "Premium tier", true, true, "Not everywhere."}
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	documents, err := f.documents(vaultLabels)
	if err != nil {
		t.Fatal(err)
	}
	links := []reference{{"Read this", "https://example.com/read"}}
	want := []statement{
		{control: "private-link", status: "yes", enabled: "false", responsibility: "customer", references: links},
		{
			control: "data-at-rest", label: "Data at Rest", status: "conditional", condition: "Premium tier", planned: true,
			enabled: "false", responsibility: "customer", notes: "Preview. Not everywhere.", references: links,
		},
	}
	got := documents["azure-vault"][0]
	if diff := cmp.Diff(want, got.statements, cmp.AllowUnexported(statement{}, reference{})); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	if got.id != "azure-vault-security-baseline-2023-01-01" {
		t.Errorf("the document is %q", got.id)
	}
}

func TestFactsThatPointNowhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(f *facts)
		want   string
	}{
		"file without a title": {
			func(f *facts) { delete(f.titles, "vault") },
			`titles.csv lacks the file "vault" of services.csv`,
		},
		"file of nobody": {
			func(f *facts) { f.files[0].service = "azure-safe" },
			`names.csv lacks the service "azure-safe" of services.csv`,
		},
		"row of no file": {
			func(f *facts) { f.features[0].file = "safe" },
			`services.csv lacks the file "safe" of mcsb-features.csv`,
		},
		"row twice": {
			func(f *facts) { f.features[1].row = "1" },
			`mcsb-features.csv has row 1 of "vault" twice`,
		},
		"note of no row": {
			func(f *facts) { f.notes[rowKey{"vault", "3"}] = note{} },
			`mcsb-notes.csv has row 3 of "vault", which mcsb-features.csv lacks`,
		},
		"type of nobody": {
			func(f *facts) { f.types[0].service = "azure-safe" },
			`names.csv lacks the service "azure-safe" of resource-types.csv`,
		},
		"choice of nobody": {
			func(f *facts) { f.choices[0].service = "azure-safe" },
			`names.csv lacks the service "azure-safe" of type-choices.csv`,
		},
		"life of nobody": {
			func(f *facts) { f.life[0].service = "" },
			`names.csv lacks the service "" of lifecycle.csv`,
		},
		"two dates": {
			func(f *facts) { f.features[1].published = "2023-01-02" },
			`mcsb-features.csv: "vault" has the dates 2023-01-01 and 2023-01-02`,
		},
		"file without rows": {
			func(f *facts) { f.features = nil },
			`mcsb-features.csv lacks the file "vault" of services.csv`,
		},
		"unknown control": {
			func(f *facts) { f.features[0].name = "Firewall" },
			`row 1 of "vault": definitions.yaml lacks the control "firewall" of "Firewall"`,
		},
		"unknown support": {
			func(f *facts) { f.features[0].supported = "Maybe" },
			`row 1 of "vault": supported is "Maybe"`,
		},
		"unknown default": {
			func(f *facts) { f.features[0].enabled = "" },
			`row 1 of "vault": enabled_by_default is ""`,
		},
		"unknown responsibility": {
			func(f *facts) { f.features[0].whose = "Nobody" },
			`row 1 of "vault": responsibility is "Nobody"`,
		},
		"reference without a link": {
			func(f *facts) { f.features[0].reference = "Read this" },
			`row 1 of "vault": the reference "Read this" is not of the form title: URL`,
		},
		"date that is none": {
			func(f *facts) { f.life[0].date = "next year" },
			`lifecycle.csv: the date "next year" of azure-vault is none`,
		},
		"unknown stage": {
			func(f *facts) { f.life[0].stage = "tired" },
			`lifecycle.csv: the stage "tired" of azure-vault is unknown`,
		},
		"two ends": {
			func(f *facts) { f.life = append(f.life, f.life[0]) },
			"lifecycle.csv retires azure-vault twice",
		},
		"remark about no end": {
			func(f *facts) { f.remarks = map[string]string{"azure-safe": "It goes."} },
			"lifecycle-remarks.csv: lifecycle.csv does not retire azure-safe",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := vaultFacts()
			c.change(f)
			err := f.check()
			if err == nil {
				_, _, err = f.made(vaultLabels, false)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestLifecycles(t *testing.T) {
	t.Parallel()
	f := &facts{
		remarks: map[string]string{"azure-vault": "Keys stay."},
		life: []lifeRow{
			{
				service: "azure-vault", stage: "retiring", date: "2030-01-01", scope: wholeService,
				successor: "Azure Safe [azure-safe]", source: source{"The end", "https://example.com/end", "2028-01"},
			},
			{service: "azure-vault", stage: "retired", date: "2029-06", scope: "a tier", successor: "Azure Vault [azure-vault]"},
			{service: "azure-safe", stage: "renamed", scope: wholeService, nameNow: "Azure Strongbox"},
		},
	}
	lives, err := f.lifecycles()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*lifecycle{
		"azure-vault": {
			retiredOn: "2030-01-01", successor: "Azure Safe (azure-safe)", notice: "Keys stay.",
			// A month is no day: the catalogue dates sources by the day.
			source:  source{title: "The end", url: "https://example.com/end"},
			notices: []notice{{scope: "a tier", stage: "retired", date: "2029-06", successor: "Azure Vault"}},
		},
		"azure-safe": {
			notices: []notice{{scope: wholeService, stage: "renamed", successor: "Azure Strongbox"}},
		},
	}
	fields := cmp.AllowUnexported(lifecycle{}, notice{}, source{})
	if diff := cmp.Diff(want, lives, fields); diff != "" {
		t.Errorf("lifecycles (-want +got):\n%s", diff)
	}
	alone := *want["azure-vault"]
	alone.notices = nil
	if diff := cmp.Diff(&alone, lives["azure-vault"].withoutNotices(), fields); diff != "" {
		t.Errorf("without notices (-want +got):\n%s", diff)
	}
	if rest := lives["azure-safe"].withoutNotices(); rest != nil {
		t.Errorf("nothing is left without notices, got %+v", rest)
	}
}

// All of the catalogue that comes from tables alone is made anew from them.
func TestRunMakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	opts := options{facts: filepath.Join(work, "facts"), data: filepath.Join(work, "data")}
	if err := os.CopyFS(opts.facts, os.DirFS(factsDir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(opts.data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := run(opts, t.Logf); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without definitions: got %v", err)
	}
	// What people write, and with it the services that they alone wrote about.
	for _, name := range writtenByPeople(t) {
		text, err := os.ReadFile(filepath.Join(*dataDir, name))
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(opts.data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(copied), 0o755), os.WriteFile(copied, text, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(opts, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"mappings.yaml", "aws/aws-s3-tables.yaml", "gcp/gcp-spanner.yaml", "azure/azure-managed-redis.yaml",
	} {
		made, err := os.ReadFile(filepath.Join(opts.data, name))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(filepath.Join(*dataDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(kept), string(made)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, want string }{
		"other columns": {"b,a\n1,2\n", "expected the columns a,b"},
		"empty":         {"", "expected the columns a,b"},
		"a cell less":   {"a,b\n1\n", "wrong number of fields"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "table.csv")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			err := readTable(path, "a,b", func([]string) { t.Error("a row was read") })
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// writtenByPeople are the files of the catalogue that people write, or a part of which.
func writtenByPeople(t *testing.T) []string {
	t.Helper()
	names := []string{"definitions.yaml", "types.yaml"}
	for id, s := range readServices(t) {
		if slices.ContainsFunc(s.Documents, func(d catalogDocument) bool { return d.Series == "Security controls" }) {
			names = append(names, filepath.Join("azure", id+".yaml"))
		}
	}
	if len(names) < 20 {
		t.Fatalf("%d files that people write", len(names))
	}
	return names
}
