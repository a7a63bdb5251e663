package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
	"github.com/security-controls/terraform-provider-controls/internal/inforce"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// What is measured is what is said: so many services, with so many controls that all of
// them have.
func TestWriteCatalog(t *testing.T) {
	t.Parallel()
	ws := &sandbox.Workspace{Dir: t.TempDir()}
	if err := writeCatalog(ws, 3); err != nil {
		t.Fatal(err)
	}
	const today = catalog.Date("2026-06-15")
	c, err := loader.Catalog(loader.Options{Today: today, Sources: []loader.Source{{Path: filepath.Join(ws.Dir, "catalog")}}})
	if err != nil {
		t.Fatal(err)
	}
	r := assess.Requirement{Services: c.ServiceIDs(), Controls: c.DefinitionIDs()}
	if len(r.Services) != 3 || len(r.Controls) != controls {
		t.Fatalf("got %d services and %d controls", len(r.Services), len(r.Controls))
	}
	result, err := assess.Evaluate(c, r, today)
	if err != nil {
		t.Fatal(err)
	}
	if !result.Assessment.Compliant {
		t.Errorf("the requirement has gaps: %v", result.Assessment.Gaps())
	}
}

// The profile speaks to services that there are, and its groups are recorded with their mapping.
func TestWriteProfile(t *testing.T) {
	t.Parallel()
	if len(profiled) != 17 {
		t.Errorf("there are %d services", len(profiled))
	}
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range profiled {
		if _, ok := c.Summary(id); !ok {
			t.Errorf("the catalogue has no service %q", id)
		}
	}
	ws := &sandbox.Workspace{Dir: t.TempDir()}
	for with, want := range map[bool]int{true: 2, false: 0} {
		if err := writeProfile(ws, with); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(ws.Dir, "main.tf"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(text), "data.controls_profile.this."); got != want {
			t.Errorf("with the profile %t, it is referred to %d times:\n%s", with, got, text)
		}
	}
}

func TestWritePlaces(t *testing.T) {
	t.Parallel()
	const places = 130
	ws := &sandbox.Workspace{Dir: t.TempDir()}
	if err := writePlaces(ws, places, true); err != nil {
		t.Fatal(err)
	}
	sources := []loader.Source{{Path: filepath.Join(ws.Dir, "catalog")}}
	c, err := loader.Catalog(loader.Options{Today: "2026-06-15", Sources: sources})
	if err != nil {
		t.Fatal(err)
	}
	scanned, err := hclscan.Scan(filepath.Join(ws.Dir, "stack"), hclscan.Options{Attributes: choose.Attributes(c), Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	choices := choose.Services(c, scanned, nil)
	e, err := eval.New(scanned, eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := inforce.New(e).Document(c, choices.Places)
	if err != nil {
		t.Fatal(err)
	}
	for id := range choices.Places {
		if got := len(shown.Settings[id]); got != controls || shown.Settings[id]["control-0"].State != "on" {
			t.Errorf("settings show %d controls of %s: %+v", got, id, shown.Settings[id]["control-0"])
		}
	}
	d := choices.Document()
	got := 0
	for _, list := range d.Services {
		got += len(list)
	}
	if got != places || len(d.Services) != chosen {
		t.Errorf("got %d places of %d services, want %d of %d", got, len(d.Services), places, chosen)
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	// Of runs turn by turn, of which one pair was slow.
	if got := added([]float64{0.5, 2.5, 0.75}, []float64{0.25, 2.25, 0.25}); got != 250 {
		t.Errorf("%v ms were added", got)
	}
	if got := median([]float64{5, 1, 3}); got != 3 {
		t.Errorf("got %g, want 3", got)
	}
}

// Every entry of the registers is signed, and for what the requirement asks.
func TestWriteRegisters(t *testing.T) {
	t.Parallel()
	ws := &sandbox.Workspace{Dir: t.TempDir()}
	if err := writeRegisters(ws, 60); err != nil {
		t.Fatal(err)
	}
	approvers := approvetest.Ed25519("ann").Approver("ann", "")
	book, err := approve.Load(approve.Options{Paths: []string{filepath.Join(ws.Dir, "registers")}, Approvers: &approvers})
	if err != nil {
		t.Fatal(err)
	}
	entries := book.Approval(assess.Policy{}).Entries("shop-prod", "2026-06-15")
	if len(entries) != 60*entriesOfRegister {
		t.Errorf("there are %d entries", len(entries))
	}
	for _, e := range entries {
		if e.State != assess.EntryInForce {
			t.Errorf("%+v does not count", e)
		}
	}
}
