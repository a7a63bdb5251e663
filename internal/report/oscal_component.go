package report

import (
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/oscal"
)

// FormatOSCALComponent is the format of RenderBaseline that a catalogue can be read back
// from.
const FormatOSCALComponent = "oscal-component-definition"

func writeOSCALComponent(c *catalog.Catalog, baselines []*catalog.Baseline) (string, error) {
	services := make([]*catalog.Service, len(baselines))
	for i, b := range baselines {
		services[i] = b.Service
	}
	return oscal.Write(c, services)
}
