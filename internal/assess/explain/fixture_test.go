package explain_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	. "github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// explainer explains a requirement that the services are held against.
func explainer(t testing.TB, c *catalog.Catalog, r assess.Requirement) *explain.Explainer {
	t.Helper()
	return &explain.Explainer{Catalog: c, Assessment: Evaluate(t, c, r).Assessment, Today: Today}
}
