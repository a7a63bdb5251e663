package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadGoals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ table, says string }{
		"one of each":  {"goal,control\nkeys,alpha\nkeys,beta\naccess,alpha\n", ""},
		"twice":        {"goal,control\nkeys,alpha\nkeys,alpha\n", "goals.csv has alpha of keys twice"},
		"other header": {"control,goal\nalpha,keys\n", "expected the columns goal,control"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "goals.csv"), []byte(tt.table), 0o600); err != nil {
				t.Fatal(err)
			}
			rows, err := readGoals(dir)
			switch {
			case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)):
				t.Errorf("got %v, want %s", err, tt.says)
			case tt.says == "" && (err != nil || len(rows) != 3 || rows[1].control != "beta" || rows[1].identifier != "keys"):
				t.Errorf("got %v, %v", rows, err)
			}
		})
	}
}
