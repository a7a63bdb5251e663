package crosswalk_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/profile"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
)

// BenchmarkProfile covers the moderate baseline of NIST and makes its crosswalk, as a plan
// with one profile does.
func BenchmarkProfile(b *testing.B) {
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: "2026-11-30"})
	if err != nil {
		b.Fatal(err)
	}
	mappings, err := c.Mappings()
	if err != nil {
		b.Fatal(err)
	}
	frameworks := profile.Frameworks()
	f := frameworks[len(frameworks)-1]
	identifiers, err := f.Identifiers("moderate")
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]string, len(identifiers))
	for i, identifier := range identifiers {
		ids[i] = identifier.ID
	}
	for b.Loop() {
		covered, err := profile.Cover(c, profile.Asked{
			Framework: f.Name, Versions: f.Versions, Clouds: []string{"azure"}, Least: catalog.ConfidenceMedium,
		}, ids)
		if err != nil {
			b.Fatal(err)
		}
		text, err := crosswalk.Make(mappings, crosswalk.Asked{
			Framework: f.Name, Version: f.Versions[0], Versions: f.Versions, Least: catalog.ConfidenceMedium,
			Groups: covered.Groups,
		}).Encode()
		if err != nil || len(covered.Groups) == 0 {
			b.Fatal("nothing is covered", err)
		}
		b.ReportMetric(float64(len(text)), "B/crosswalk")
		b.ReportMetric(float64(len(covered.Groups)), "identifiers")
	}
}
