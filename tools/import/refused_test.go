package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A run stops, and leaves the catalogue as it was, where a table or a file of the catalogue
// says something that nothing would be made of, or that nothing makes any more.
func TestRunRefuses(t *testing.T) {
	t.Parallel()
	const stale = "services:\n  - id: azure-stall\n    name: Stall\n    cloud: azure\n    documents:\n" +
		"      - {id: d, series: SERIES, title: D, publisher: P, published: 2020-01-01, statements: [" +
		"{control: vnet-injection, status: no}]}\n"
	for name, tt := range map[string]struct {
		file, old, text string // old "" appends to the file, or writes a new one
		want            string
	}{
		"settings that no table makes": {
			"data/settings/azure-stall.yaml", "", "settings: []\n",
			"azure-stall.yaml: the tables have no settings of this service, expected it to be removed",
		},
		"a service that no table names": {
			"data/azure/azure-stall.yaml", "", strings.Replace(stale, "SERIES", benchmarkSeries, 1),
			"azure-stall.yaml: the tables name no such service, and the document d is one of theirs",
		},
		"a name without a document": {
			"facts/names.csv", "", "azure-key-valt,Azure Key Vault,\n",
			"azure-key-valt: no document speaks of the service, expected the id of another one, or a row about it",
		},
		"a new service without a document": {
			"facts/new-services.csv", "", "azure-stall,Azure Stall,,,,\n",
			"azure-stall: no document speaks of the service",
		},
		"a service of AWS without a document": {
			"facts/aws-services.csv", "", "aws-stall,AWS Stall,,,\n", "aws-stall: no document speaks of the service",
		},
		"a service of Google Cloud without a document": {
			"facts/gcp-services.csv", "", "gcp-stall,Stall,,,,\n", "gcp-stall: no document speaks of the service",
		},
		"a category of a service that there is not": {
			"facts/categories.csv", "", "stalls,retail,azure-key-vault azure-key-valt aws-stall\n",
			"categories.csv has aws-stall, azure-key-valt, expected services of the other tables",
		},
		"settings of a service that there is not": {
			"facts/settings-azurerm.csv", "\nazure-key-vault,", "\nazure-key-valt,",
			`settings-azurerm.csv has the service "azure-key-valt", expected one of the cloud azure in the other tables`,
		},
		"settings of a service of another cloud": {
			"facts/settings-google.csv", "\ngcp-bigquery,", "\naws-s3,",
			`settings-google.csv has the service "aws-s3", expected one of the cloud gcp in the other tables`,
		},
		"settings of a control that there is not": {
			"facts/settings-aws.csv", ",+data-plane-logging,", ",+data-plain-logging,",
			`settings-aws.csv: definitions.yaml lacks the control "data-plain-logging" of aws-`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := t.TempDir()
			opts := options{facts: filepath.Join(work, "facts"), data: filepath.Join(work, "data")}
			for from, to := range map[string]string{*dataDir: opts.data, factsDir: opts.facts} {
				if err := os.CopyFS(to, os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
			}
			changed := filepath.Join(work, filepath.FromSlash(tt.file))
			was, err := os.ReadFile(changed)
			if err != nil && tt.old != "" {
				t.Fatal(err)
			}
			text := string(was) + tt.text
			if tt.old != "" {
				text = strings.Replace(string(was), tt.old, tt.text, 1)
			}
			if text == string(was) {
				t.Fatalf("%s is as it was", tt.file)
			}
			if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			err = run(opts, func(format string, _ ...any) {
				if strings.HasPrefix(format, "writing") {
					t.Error("something was written")
				}
			})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// What holds for all rows is what was read for each of them: one that was not read at
// earlier versions bounds the whole.
func TestVersionsOfAWSGoByAllRows(t *testing.T) {
	t.Parallel()
	wide, narrow := settingRow{source: "page a v5.46; v6.55"}, settingRow{source: "page b v6.55"}
	for name, tt := range map[string]struct {
		rows []settingRow
		want string
	}{
		"all of both":    {[]settingRow{wide, wide}, ">= 5.46, < 7.0"},
		"the first":      {[]settingRow{narrow, wide}, ">= 6.55, < 7.0"},
		"the last":       {[]settingRow{wide, narrow}, ">= 6.55, < 7.0"},
		"all of the new": {[]settingRow{narrow}, ">= 6.55, < 7.0"},
	} {
		if got := awsVersions(tt.rows); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
