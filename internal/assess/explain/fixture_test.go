package explain_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

type (
	statements = assesstest.Statements
	service    = assesstest.Service
)

const (
	today = assesstest.Today
	vnet  = assesstest.VNet
	cmk   = assesstest.CMK
	tls   = assesstest.TLS
	audit = assesstest.Audit
	local = assesstest.Local // adverse
	open  = assesstest.Open  // adverse
)

var (
	documented = assesstest.Documented
	load       = assesstest.Load
	evaluate   = assesstest.Evaluate
	exception  = assesstest.Exception
	evidence   = assesstest.Evidence
)

// explainer explains a requirement that the services are held against.
func explainer(t testing.TB, c *catalog.Catalog, r assess.Requirement) *explain.Explainer {
	t.Helper()
	return &explain.Explainer{Catalog: c, Assessment: evaluate(t, c, r).Assessment, Today: today}
}
