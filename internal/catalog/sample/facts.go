package sample

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

// Facts reads a table that the embedded catalogue is built from, each row by the names of
// its columns.
func Facts(tb testing.TB, name string) []map[string]string {
	tb.Helper()
	return Table(tb, filepath.Join(root(tb), "tools", "import", "facts", name))
}

// Table reads a CSV file, each row by the names of its columns.
func Table(tb testing.TB, path string) []map[string]string {
	tb.Helper()
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]map[string]string, 0, len(rows)-1)
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, column := range rows[0] {
			m[column] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// root is the folder of the module that the test is of.
func root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			tb.Fatal("no go.mod above the test's folder")
		}
		dir = above
	}
}
