package assesstest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// What Statements says comes back from the catalogue: a test with a word that is none
// would read it as a condition, so each word is held against its status here.
func TestLoad(t *testing.T) {
	t.Parallel()
	s := assesstest.Documented("a", assesstest.Statements{
		assesstest.VNet: "yes", assesstest.CMK: "no", assesstest.TLS: "planned", assesstest.Audit: "not_applicable",
		assesstest.Local: "Premium \"HSM\" tier",
	})
	s.Cloud, s.Categories, s.RetiredOn, s.Successor = "aws", "[Storage]", "2026-01-01", "Service b"
	c := assesstest.Load(t, s)
	summary, _ := c.Summary("a")
	if diff := cmp.Diff(catalog.Summary{
		ID: "a", Name: "Service a", Cloud: "aws", Categories: []string{"Storage"},
		Lifecycle: catalog.Lifecycle{
			RetiredOn: "2026-01-01", Successor: "Service b",
			Source: catalog.Source{Title: "Notice", URL: "https://example.com/notice"},
		},
	}, summary); diff != "" {
		t.Error(diff)
	}
	b, err := c.Baseline("a", "")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]catalog.Statement{}
	for id, st := range b.Controls {
		got[id] = *st.Statement
	}
	if diff := cmp.Diff(map[string]catalog.Statement{
		"vnet-injection":        {Control: "vnet-injection", Status: catalog.StatusYes},
		"customer-keys":         {Control: "customer-keys", Status: catalog.StatusNo},
		"encryption-in-transit": {Control: "encryption-in-transit", Status: catalog.StatusNo, Planned: true},
		"audit-logging":         {Control: "audit-logging", Status: catalog.StatusNotApplicable},
		"local-authentication": {
			Control: "local-authentication", Status: catalog.StatusConditional, Condition: `Premium "HSM" tier`,
		},
	}, got); diff != "" {
		t.Error(diff)
	}
}

// The last two controls of the vocabulary are those that one avoids.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	c := assesstest.Load(t, assesstest.Documented("a", assesstest.Statements{assesstest.VNet: "yes"}))
	for id, adverse := range map[string]bool{
		assesstest.VNet: false, assesstest.CMK: false, assesstest.TLS: false, assesstest.Audit: false,
		assesstest.Local: true, assesstest.Open: true,
	} {
		if def, ok := c.Definition(id); !ok || def.Adverse() != adverse {
			t.Errorf("%s: got %+v, want one that is adverse: %t", id, def, adverse)
		}
	}
}

// Exceptions and evidence are such that Evaluate takes them, for the service "a".
func TestEntries(t *testing.T) {
	t.Parallel()
	c := assesstest.Load(t, assesstest.Documented("a", assesstest.Statements{
		assesstest.VNet: "no", assesstest.CMK: "Premium",
	}))
	result := assesstest.Evaluate(t, c, assess.Requirement{
		Services: []string{"a"}, Controls: []string{assesstest.VNet, assesstest.CMK},
		Exceptions: []assess.Exception{assesstest.Exception(assesstest.VNet, assesstest.Today)},
		Evidence:   []assess.Evidence{assesstest.Evidence(assesstest.CMK, "Premium")},
	})
	if !result.Assessment.Compliant {
		t.Errorf("got the gaps %v", result.Assessment.Gaps())
	}
}
