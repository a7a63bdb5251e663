package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadCategories(t *testing.T) {
	for name, test := range map[string]struct {
		table string
		want  map[string][]string
		says  string
	}{
		"broad before narrow": {
			"category,within,services\ndns,networking,a b\nfirewalls,networking,b\nqueues,integration,b\n",
			map[string][]string{"a": {"networking", "dns"}, "b": {"networking", "dns", "firewalls", "integration", "queues"}},
			"",
		},
		"twice":        {"category,within,services\ndns,networking,a\ndns,integration,b\n", nil, `the category "dns" twice`},
		"other header": {"category,services\ndns,a\n", nil, "category"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, categoriesTable), []byte(test.table), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readCategories(dir)
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v, expected an error that says %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for id, want := range test.want {
				if !slices.Equal(got[id], want) {
					t.Errorf("%s is in %q, expected %q", id, got[id], want)
				}
			}
		})
	}
}
