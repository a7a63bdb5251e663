package assess_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

const fuzzArticle = `---
ms.date: 04/16/2019
---
# Security controls for Contoso Ledger

## Network
| Security control | Yes/No | Notes | Documentation |
|---|---|---|---|
| Alpha support | Yes (Premium tier only) | Costs more. | [How](https://example.com/how) |
| Beta support | No | Support is planned. | |
`

const fuzzComponent = `{"component-definition": {
 "metadata": {"title": "Controls", "last-modified": "2025-04-01T00:00:00Z", "oscal-version": "1.1.2"},
 "components": [{"type": "service", "title": "Contoso Ledger", "control-implementations": [{"source": "https://example.com",
  "implemented-requirements": [{"control-id": "alpha", "description": "All of it.",
   "props": [{"name": "implementation-status", "value": "partial", "remarks": "Premium tier only"}]}]}]}]}}`

// FuzzLoadThenEvaluate shows that whatever a catalogue file has in it, it is refused, or
// every requirement on what it says has an assessment that stands on its own: it is parsed
// back, explained, and has the same bytes the second time.
func FuzzLoadThenEvaluate(f *testing.F) {
	for choice := range uint16(8) {
		a := documented("a", statements{vnet: "yes", cmk: "Premium tier only", tls: "planned", local: "yes"})
		f.Add(assesstest.Write(a), uint8(0), choice*37)
		f.Add(sample.Full, uint8(0), choice*41)
		f.Add(fuzzComponent, uint8(1), choice*43)
		f.Add(fuzzArticle, uint8(2), choice*47)
	}
	dir := f.TempDir()
	base := filepath.Join(dir, "base.yaml")
	if err := os.WriteFile(base, []byte(sample.Controls), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content string, format uint8, choice uint16) {
		file := filepath.Join(dir, []string{"fuzz.yaml", "fuzz.json", "fuzz.md"}[format%3])
		assesstest.WriteFile(t, file, content)
		opts := loader.Options{Sources: []loader.Source{{Path: base}, {Path: file, Corrects: choice&1 == 0}}, Today: today}
		c, err := loader.Catalog(opts)
		again, errAgain := loader.Catalog(opts)
		if err != nil {
			if errAgain == nil || err.Error() != errAgain.Error() {
				t.Fatalf("%v the first time, %v the second", err, errAgain)
			}
			return
		}
		r := chosenRequirement(t, c, choice)
		first, err := assess.Evaluate(c, r, today)
		second, errAgain := assess.Evaluate(again, r, today)
		if err != nil {
			if errAgain == nil || err.Error() != errAgain.Error() || !strings.Contains(err.Error(), "stands for two documents") {
				t.Fatalf("%v the first time, %v the second", err, errAgain)
			}
			return
		}
		if text := encode(t, first.Assessment); text != encode(t, second.Assessment) {
			t.Errorf("%s the first time, %s the second", text, encode(t, second.Assessment))
		}
		if diff := cmp.Diff(first.Warnings, second.Warnings); diff != "" {
			t.Errorf("others the second time: %s", diff)
		}
		if gaps := first.Assessment.Gaps(); first.Assessment.Compliant != (len(gaps) == 0) {
			t.Errorf("compliant %t with the gaps %q", first.Assessment.Compliant, gaps)
		}
		x := &explain.Explainer{Catalog: c, Assessment: first.Assessment, Today: today}
		if _, err := x.Text(); err != nil {
			t.Error(err)
		}
	})
}

// chosenRequirement asks for what a catalogue has, in one of the ways that a requirement
// can ask; the bits of choice say in which.
//
//nolint:cyclop // one branch for each bit
func chosenRequirement(t *testing.T, c *catalog.Catalog, choice uint16) assess.Requirement {
	t.Helper()
	set := func(bit int) bool { return choice>>bit&1 == 1 }
	r := assess.Requirement{Services: c.ServiceIDs(), AllowNoServices: true, AnyOf: map[string][]string{}}
	r.Services = r.Services[:min(len(r.Services), 4)]
	for i, id := range c.DefinitionIDs() {
		def, _ := c.Definition(id)
		switch {
		case def.Adverse() && set(1):
			r.Avoid = append(r.Avoid, id)
		case !def.Adverse() && set(2) && i%2 == 0:
			r.AnyOf["group"] = append(r.AnyOf["group"], id)
		case !def.Adverse():
			r.Controls = append(r.Controls, id)
		}
	}
	if set(3) {
		r.NotApplicable, r.OnRetired = assess.Deny, assess.Deny
	}
	if set(4) {
		r.MaxDocumentAgeDays = new(int64(1000))
	}
	if set(5) {
		r.AsOf = "2025-01-01"
	}
	for _, service := range r.Services {
		b, err := c.Baseline(service, r.AsOf)
		if err != nil {
			t.Fatal(err)
		}
		evidence := func(control, condition string) assess.Evidence {
			return assess.Evidence{Service: service, Control: control, Condition: condition, Reference: "main.tf"}
		}
		exception := func(control string, expires catalog.Date) assess.Exception {
			return assess.Exception{Service: service, Control: control, Expires: expires, Justification: "because"}
		}
		for _, control := range slices.Concat(r.Controls, r.Avoid) {
			if st, ok := b.Controls[control]; set(6) && ok && st.Status == catalog.StatusConditional {
				condition := st.Condition
				if slices.Contains(r.Avoid, control) {
					condition = assess.SwitchedOff
				}
				r.Evidence = append(r.Evidence, evidence(control, condition))
			} else if set(7) {
				r.Exceptions = append(r.Exceptions, exception(control, today.AddDays(int(choice>>8)-128)))
			}
		}
		for _, group := range slices.Sorted(maps.Keys(r.AnyOf)) {
			if set(7) {
				r.Exceptions = append(r.Exceptions, exception(group, today))
			}
		}
	}
	return r
}
