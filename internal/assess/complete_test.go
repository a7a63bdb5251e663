package assess_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden compares a text with a file of testdata, or writes it there with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if text := strings.ReplaceAll(string(want), "\r\n", "\n"); got != text {
		t.Errorf("%s differs.\n\ngot:\n%s\nwant:\n%s", path, got, text)
	}
}

// complete is a catalogue and a requirement over it in which every outcome and every
// reason occurs.
func complete(t testing.TB) (*catalog.Catalog, assess.Requirement) {
	t.Helper()
	old := documented("old", said{vnet: "yes", local: "not_applicable"})
	old.retiredOn, old.successor = "2021-02-17", "Service new"
	c := load(t,
		service{id: "a", documents: map[catalog.Date]said{
			"2024-06-30": {vnet: "yes", cmk: "Premium & HSM, \"managed\" <only>", local: "yes"},
			"2020-01-01": {tls: "yes"},
		}},
		documented("b", said{vnet: "planned", cmk: "Premium", tls: "not_applicable", local: "no"}),
		documented("c", said{vnet: "no", cmk: "Premium", local: "Basic tier"}),
		documented("e", said{vnet: "not_applicable", tls: "no", local: "yes"}),
		old,
	)
	return c, assess.Requirement{
		Services: []string{"old", "e", "c", "b", "a"},
		Controls: []string{vnet, cmk, tls, vnet},
		Avoid:    []string{local},
		AnyOf:    map[string][]string{"SC-28(1)": {tls, cmk}, "A.8.24": {audit, vnet}},
		Exceptions: []assess.Exception{
			{Service: "e", Control: "SC-28(1)", Justification: "Außerhalb\ndes Umfangs", Expires: "2025-12-31", ApprovedBy: "ciso", Ticket: "SEC-1", CompensatingControls: []string{"z", "b"}},
			{Service: "b", Control: vnet, Justification: "x", Expires: "2025-06-29"},
			{Service: "c", Control: vnet, Justification: "x", Expires: "2025-12-31"},
		},
		Evidence: []assess.Evidence{
			{Service: "c", Control: local, Condition: assess.SwitchedOff, Reference: "main.tf"},
			{Service: "c", Control: cmk, Condition: "Standard", Reference: "y"},
			{Service: "a", Control: cmk, Condition: "Premium & HSM, \"managed\" <only>", Reference: "main.tf", ApprovedBy: "ciso"},
		},
		NotApplicable: assess.Deny, OnRetired: assess.Deny,
		MaxDocumentAgeDays: ptr(int64(1000)), AsOf: "2025-01-01",
		Scope: &assess.Scope{Opaque: []string{"helm_release"}, Other: []string{"random_id", "null_resource"}, Ignored: []string{}},
	}
}

func shuffle[T any](rng *rand.Rand, s []T) []T {
	shuffled := make([]T, len(s))
	for i, j := range rng.Perm(len(s)) {
		shuffled[i] = s[j]
	}
	return shuffled
}
