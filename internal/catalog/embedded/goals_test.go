package embedded_test

import (
	"slices"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestGoals holds the grouping across clouds: every goal has controls that one wants, of at
// least two clouds, and says that it is nobody's framework.
func TestGoals(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	spoken := sample.Spoken(t, c)
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	clouds := map[string][]string{} // by goal
	for id, list := range mappings {
		for _, m := range list {
			if m.Framework != "goals" {
				continue
			}
			if def, _ := c.Definition(id); def.Adverse() {
				t.Errorf("%s is adverse, and no alternative to anything", id)
			}
			if m.Confidence != catalog.ConfidenceMedium ||
				m.Source != "a grouping of this catalogue's own, across clouds; no framework's and no vendor's" {
				t.Errorf("%s: got %+v", id, m)
			}
			for cloud, controls := range spoken {
				for _, goal := range m.Identifiers {
					if slices.Contains(controls, id) && !slices.Contains(clouds[goal], cloud) {
						clouds[goal] = append(clouds[goal], cloud)
					}
				}
			}
		}
	}
	for goal := range clouds {
		slices.Sort(clouds[goal])
	}
	all := []string{"aws", "azure", "gcp"}
	sample.Equal(t, clouds, map[string][]string{
		"access-logs": all, "activity-logs": all, "approval-of-vendor-access": {"azure", "gcp"}, "backup": {"aws", "azure"},
		"customer-keys": all, "encryption-at-rest": all, "encryption-in-transit": {"aws", "azure"},
		"identities-without-secrets": all, "no-public-network": all, "permissions-by-action": all, "private-access": all,
		"sensitive-data-discovery": {"aws", "azure"}, "threat-detection": {"aws", "azure"},
		"vulnerability-assessment": {"aws", "azure"},
	})
}
