package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tableFacts reads two editions of a table and one of rules, with a change.
func tableFacts(t *testing.T, files map[string]string) (*facts, error) {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"azure-tables.csv": "table,series,document,one_page_a_row,license\n" +
			"azure-keys,Azure keys,azure-keys,,CC-BY-4.0\nazure-rules," + policySeries + ",azure-rule,true,MIT\n",
		"azure-keys-2025.csv": tableColumns + "\nshop,alpha,Keys,no,,,,Keys,2025-01-01,https://example.com/a,Shop,,\n",
		"azure-keys-2026.csv": tableColumns + "\n" +
			"shop,alpha,Alpha,conditional,Premium tier,,One.,Keys,2026-01-01,https://example.com/b,The Shop,,\n" +
			"shop,alpha,Alpha,yes,,,,Keys,2026-01-01,https://example.com/b,Shop,,\n",
		"azure-rules-2026.csv": tableColumns + "\n" +
			"shop,alpha,Alpha,yes,,,,A rule,2024-01-01,https://example.com/Open%20shop/Alpha_Audit.json,A rule,,\n",
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := &facts{names: map[string]names{"shop": {now: "Shop"}}}
	if err := f.readTables(dir); err != nil {
		return nil, err
	}
	return f, f.checkTables()
}

func TestTableDocuments(t *testing.T) {
	t.Parallel()
	f, err := tableFacts(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := f.tableDocuments(awsLabels)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, d := range documents["shop"] {
		got.WriteString(d.yaml())
	}
	want := `      - {id: azure-keys-2025-01-01, series: Azure keys, title: Keys, publisher: Microsoft, published: 2025-01-01, ` +
		`url: https://example.com/a, license: CC-BY-4.0, statements: [
          {control: alpha, label: Keys, status: no}]}
      - {id: azure-keys-2026-01-01, series: Azure keys, title: Keys, publisher: Microsoft, published: 2026-01-01, ` +
		`url: https://example.com/b, license: CC-BY-4.0, statements: [
          {control: alpha, status: conditional, condition: Premium tier, notes: "Listed as \"The Shop\". One."},
          {control: alpha, status: yes}]}
      - {id: azure-rule-open-shop-alpha-audit-2024-01-01, series: Azure Policy built-in definitions, title: A rule, ` +
		`publisher: Microsoft, published: 2024-01-01, url: https://example.com/Open%20shop/Alpha_Audit.json, license: MIT, ` +
		`statements: [
          {control: alpha, status: yes}]}
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("the documents (-want +got):\n%s", diff)
	}
}

func TestTablesThatPointNowhere(t *testing.T) {
	t.Parallel()
	row := func(r string) string { return tableColumns + "\n" + r + "\n" }
	for name, tt := range map[string]struct{ file, text, want string }{
		"an edition of no table": {
			"azure-locks-2026.csv", row(""), `azure-tables.csv lacks the table "azure-locks" of azure-locks-2026.csv`,
		},
		"unknown service": {
			"azure-keys-2026.csv", row("stall,alpha,Alpha,yes,,,,Keys,2026-01-01,https://example.com/b,Stall,,"),
			`names.csv lacks the service "stall" of azure-keys-2026.csv, row 2`,
		},
		"a condition of a yes": {
			"azure-keys-2026.csv", row("shop,alpha,Alpha,yes,Premium,,,Keys,2026-01-01,https://example.com/b,Shop,,"),
			`azure-keys-2026.csv, row 2: the status is "yes" and the condition "Premium"`,
		},
		"unknown control": {
			"azure-keys-2026.csv", row("shop,delta,Delta,yes,,,,Keys,2026-01-01,https://example.com/b,Shop,,"),
			`azure-keys-2026.csv, row 2: definitions.yaml lacks the control "delta"`,
		},
		"two pages of one day": {
			"azure-keys-2026.csv", row("shop,alpha,Alpha,yes,,,,Keys,2025-01-01,https://example.com/b,Shop,,"),
			`the document azure-keys-2025-01-01 is already "Keys", https://example.com/a`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := tableFacts(t, map[string]string{tt.file: tt.text})
			if err == nil {
				_, err = f.tableDocuments(awsLabels)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
