package profile_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/profile"
)

func embedded(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The counts are those of SP 800-53B, which sets the baselines.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, f := range profile.Frameworks() {
		for _, baseline := range append([]string{""}, f.Baselines...) {
			identifiers, err := f.Identifiers(baseline)
			if err != nil {
				t.Fatal(err)
			}
			counts[f.Name+" "+baseline] = len(identifiers)
			seen := map[string]bool{}
			for _, identifier := range identifiers {
				if seen[identifier.ID] || identifier.ID == "" || identifier.Title == "" {
					t.Errorf("%s: %q is given twice, or without a title", f.Name, identifier.ID)
				}
				seen[identifier.ID] = true
			}
		}
		if _, err := catalog.ParseDate(string(f.Published)); err != nil || f.Source.Title == "" || f.Source.URL == "" {
			t.Errorf("%s has no source: %+v, %s", f.Name, f.Source, f.Published)
		}
	}
	want := map[string]int{
		"MCSB ": 86, "NIST SP 800-53 ": 370,
		"NIST SP 800-53 low": 149, "NIST SP 800-53 moderate": 287, "NIST SP 800-53 high": 370,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("identifiers (-want +got):\n%s", diff)
	}
}

// Every identifier that a mapping has of a built-in version is one of the framework's, in
// its spelling: else it could never be found.
func TestMappingsUseTheFrameworksIdentifiers(t *testing.T) {
	t.Parallel()
	mappings, err := embedded(t).Mappings()
	if err != nil {
		t.Fatal(err)
	}
	// Mapped by somebody, and in none of NIST's baselines.
	selectedByNone := []string{"AC-3(7)", "AU-6(4)", "SA-9(6)"}
	for _, f := range profile.Frameworks() {
		identifiers, err := f.Identifiers("")
		if err != nil {
			t.Fatal(err)
		}
		for control, list := range mappings {
			for _, mapping := range list {
				if mapping.Framework != f.Name || !slices.Contains(f.Versions, mapping.Version) {
					continue
				}
				for _, id := range mapping.Identifiers {
					if !slices.ContainsFunc(identifiers, func(i profile.Identifier) bool { return i.ID == id }) &&
						!slices.Contains(selectedByNone, id) {
						t.Errorf("%s is mapped to %s %s, which the framework's baselines do not have", control, f.Name, id)
					}
				}
			}
		}
	}
}

var rev5 = profile.Asked{
	Framework: "NIST SP 800-53", Versions: []string{"rev5", "rev5.1.1"}, Least: catalog.ConfidenceMedium,
}

func TestCover(t *testing.T) {
	t.Parallel()
	c := embedded(t)
	ids := []string{"AC-1", "SC-7", "AC-2"}
	asked := rev5
	all, err := profile.Cover(c, asked, ids)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(all.Groups["SC-7"], "vnet-injection") || !slices.IsSorted(all.Groups["SC-7"]) {
		t.Errorf("SC-7 has %v, want vnet-injection among them, sorted", all.Groups["SC-7"])
	}
	if !slices.Contains(all.Undocumented, "AC-1") || all.Groups["AC-1"] != nil {
		t.Errorf("policies and procedures are documented by %v", all.Groups["AC-1"])
	}
	if len(all.Groups)+len(all.Undocumented) != len(ids) {
		t.Errorf("got %d groups and %d undocumented of %d", len(all.Groups), len(all.Undocumented), len(ids))
	}
	for id, controls := range all.Groups {
		for _, control := range controls {
			if def, ok := c.Definition(control); !ok || def.Adverse() {
				t.Errorf("%s is supported by %s, which is adverse or unknown", id, control)
			}
		}
	}

	// What only Azure's documents speak of says nothing of a workload on AWS.
	asked.Clouds = []string{"aws"}
	aws, err := profile.Cover(c, asked, ids)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(aws.Groups["SC-7"], "vnet-injection") {
		t.Errorf("on AWS SC-7 has %v, want nothing of Azure's", aws.Groups["SC-7"])
	}

	asked.Clouds, asked.Least = nil, catalog.ConfidenceHigh
	sure, err := profile.Cover(c, asked, ids)
	if err != nil {
		t.Fatal(err)
	}
	if sure, all := len(sure.Groups["SC-7"]), len(all.Groups["SC-7"]); sure >= all {
		t.Errorf("SC-7 has %d controls of high confidence, want fewer than the %d of medium", sure, all)
	}
}

// What is mapped for another revision alone is told apart, and counts for nothing.
func TestCover_otherVersions(t *testing.T) {
	t.Parallel()
	got, err := profile.Cover(embedded(t), rev5, []string{"AC-1", "CM-8", "SC-7"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Undocumented, []string{"AC-1", "CM-8"}) ||
		len(got.OtherVersions) != 1 || !slices.Equal(got.OtherVersions["CM-8"], []string{"rev4"}) {
		t.Errorf("got %v, of other revisions %v", got.Undocumented, got.OtherVersions)
	}
}

func ExampleNamed() {
	known := []string{"AC-2", "AC-2(1)", "A.8.20", "3.12"}
	fmt.Println(profile.Named([]string{"ac-2", "ac-02.01", "a.8.20", "3.12", "pm-9"}, known))
	// Output: [AC-2 AC-2(1) A.8.20 3.12 PM-9]
}
