package embedded_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestMappings_confidence holds what is mapped for the services of one cloud, and what is our own
// reading of a framework's text, to at most medium confidence where more would be claimed than
// anybody said; and every mapping to NIST SP 800-53 says which of these it is.
func TestMappings_confidence(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	spoken := sample.Spoken(t, c)
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	readings := 0
	for id, list := range mappings {
		for _, m := range list {
			of := madeFor(m)
			reading := strings.HasPrefix(m.Source, "this catalogue, reading NIST SP 800-53 rev5 "+m.Identifiers[0])
			if reading {
				readings++
			}
			if m.Framework == "NIST SP 800-53" && of == "" && !reading && !strings.HasPrefix(m.Source, "FINOS ") {
				t.Errorf("%s, %v: the source does not say for whom it was made, or that it is our reading: %s", id, m.Identifiers,
					m.Source)
			}
			if m.Confidence != catalog.ConfidenceHigh {
				continue
			}
			if reading || strings.Contains(m.Source, "control text") {
				t.Errorf("%s, %v: our own reading is of high confidence", id, m.Identifiers)
			}
			if cloud := spokenBeside(of, id, spoken); cloud != "" {
				t.Errorf("%s, %v: made for %s, of high confidence, and documents of %s speak of it", id, m.Identifiers, of, cloud)
			}
		}
	}
	if readings < 10 {
		t.Errorf("%d mappings are our own reading", readings)
	}
}

// madeFor is the cloud for whose services a publisher made a mapping; "" where none did.
func madeFor(m catalog.Mapping) string {
	switch {
	case strings.HasPrefix(m.Source, "Microsoft, for Azure: "):
		return "azure"
	case strings.HasPrefix(m.Source, "Amazon, for AWS: "):
		return "aws"
	}
	return ""
}

// spokenBeside is another cloud whose documents speak of a control; "" for none.
func spokenBeside(of, control string, spoken map[string][]string) string {
	for cloud, controls := range spoken {
		if of != "" && cloud != of && slices.Contains(controls, control) {
			return cloud
		}
	}
	return ""
}

// TestMappings_refused holds the mappings that an assessor would refuse to what nobody sees unless
// it is asked for.
func TestMappings_refused(t *testing.T) {
	t.Parallel()
	mappings, err := sample.Embedded(t).Mappings()
	if err != nil {
		t.Fatal(err)
	}
	best := func(control, identifier string) catalog.Confidence {
		var best catalog.Confidence
		for _, m := range mappings[control] {
			if m.Framework == "NIST SP 800-53" && m.Version != "rev4" && slices.Contains(m.Identifiers, identifier) &&
				m.Confidence.AtLeast(best) {
				best = m.Confidence
			}
		}
		return best
	}
	for _, tt := range []struct {
		control, identifier string
		want                catalog.Confidence
	}{
		{"forced-tunneling", "SC-7(8)", catalog.ConfidenceLow},
		{"monitoring", "SI-4", catalog.ConfidenceLow},
		{"authentication", "AC-3", catalog.ConfidenceLow},
		{"configuration-management", "CM-3", catalog.ConfidenceLow},
		{"audit-logging", "AU-3", catalog.ConfidenceLow},
		{"encryption-at-rest-customer-keys", "SA-9(6)", catalog.ConfidenceLow},
		// Whoever holds the keys.
		{"encryption-at-rest-customer-keys", "SC-28(1)", catalog.ConfidenceMedium},
		{"encryption-at-rest-platform-keys", "SC-28(1)", catalog.ConfidenceMedium},
		// By AWS's own word.
		{"disable-public-network-access", "SC-7", catalog.ConfidenceMedium},
		{"service-native-backup-capability", "CP-9", catalog.ConfidenceMedium},
	} {
		if got := best(tt.control, tt.identifier); got != tt.want {
			t.Errorf("%s is mapped to %s with the confidence %q, want %q", tt.control, tt.identifier, got, tt.want)
		}
	}
}
