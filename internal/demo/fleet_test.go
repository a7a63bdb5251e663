package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// What `make demo-fleet` runs ends as it says, and leaves a page and a roll-up.
func TestFleet(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: make test sets it, with the CLI to drive")
	}
	t.Chdir(filepath.Join("..", ".."))
	box, err := sandbox.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	out := t.TempDir()
	if err := rollUpDemo(t.Context(), box, out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(out, "fleet.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r fleet.RollUp
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	got := map[string]fleet.Status{}
	for _, w := range r.Workloads {
		got[w.Name] = w.Status
	}
	for _, w := range fleetWorkloads {
		want := fleet.Passed
		if w.fails {
			want = fleet.Failed
		}
		if got[w.name] != want {
			t.Errorf("%s stands as %q, expected %q", w.name, got[w.name], want)
		}
	}
	if info, err := os.Stat(filepath.Join(out, "fleet.html")); err != nil || info.Size() == 0 {
		t.Error(err)
	}
}
