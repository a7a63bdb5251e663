package provider_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// What the tests of controls_requirement share.

// requirementCatalog is a provider block with the catalogue of these tests, and with
// further arguments.
func requirementCatalog(t *testing.T, arguments string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "requirement", "catalog.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("provider \"controls\" {\n  include_embedded_catalog = false\n"+
		"  catalog_sources = [{ path = %q }]\n  %s\n}\n", filepath.ToSlash(path), arguments)
}

// requirement is a resource with arguments, one to a line.
func requirement(name, arguments string) string {
	return fmt.Sprintf("resource \"controls_requirement\" %q {\n%s\n}\n", name, strings.TrimSpace(arguments))
}

// document is a string of HCL: the document of a configuration that chooses services, each
// by one resource in main.tf.
func document(t *testing.T, services ...string) string {
	t.Helper()
	d := configuration.Document{
		Scope:    configuration.Scope{Ignored: []string{"azurerm_resource_group"}, Other: []string{"a", "b"}},
		Services: map[string][]configuration.Place{},
	}
	for i, id := range services {
		d.Services[id] = []configuration.Place{{Address: "x." + id, Type: "x", File: "main.tf", Line: i + 1}}
	}
	text, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Quote(text)
}

// exception is an entry of exceptions; more has further arguments.
func exception(service, control, expires string, more ...string) string {
	return entry(fmt.Sprintf("service = %q", service), fmt.Sprintf("control = %q", control), fmt.Sprintf("expires = %q", expires),
		`justification = "Accepted for the test."`, strings.Join(more, ", "))
}

// exceptionFor is an entry of exceptions for what the arguments name.
func exceptionFor(arguments ...string) string {
	return entry(append(arguments, `expires = "2027-06-30"`, `justification = "Accepted for the test."`)...)
}

// evidence is an entry of evidence; reference is an expression.
func evidence(service, control, condition, reference string) string {
	return entry(fmt.Sprintf("service = %q", service), fmt.Sprintf("control = %q", control),
		fmt.Sprintf("condition = %q", condition), "reference = "+reference)
}

func entry(arguments ...string) string {
	return "{ " + strings.TrimSuffix(strings.Join(arguments, ", "), ", ") + " }"
}

// requirementCase is a requirement of which what the CLI reports is compared with the
// golden file of its name.
type requirementCase struct{ name, arguments string }

func (c requirementCase) golden(t *testing.T, dir string, all map[string][]acctest.Diagnostic) {
	t.Helper()
	var texts []string
	for _, d := range all["controls_requirement."+c.name] {
		texts = append(texts, d.String())
	}
	slices.Sort(texts) // the framework validates attributes in no order
	golden.Check(t, filepath.Join("testdata", "requirement", dir, c.name+".txt"), strings.Join(texts, "\n----\n"))
}

// checkRequirementCases compares all cases, and finds reports that are of none of them.
func checkRequirementCases(t *testing.T, dir string, cases []requirementCase, all map[string][]acctest.Diagnostic) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.golden(t, dir, all) })
		delete(all, "controls_requirement."+c.name)
	}
	for address, list := range all {
		t.Errorf("%q is of no case: %v", address, list)
	}
}

// checkPlannedCases compares what a plan of all cases reports, and of those for which one
// other says what to do, what a plan of their own does.
func checkPlannedCases(t *testing.T, dir, header string, cases []requirementCase) {
	t.Helper()
	all := acctest.NewWorkspaceOn(t, acctest.Today, header+configOf(cases)).PlanDiagnostics(1)
	for _, c := range cases {
		address, advisedElsewhere, exit := "controls_requirement."+c.name, false, 0
		for _, d := range all[address] {
			advisedElsewhere = advisedElsewhere || strings.Contains(d.Detail, "told once in this run")
			if d.Severity == "error" {
				exit = 1
			}
		}
		if advisedElsewhere {
			w := acctest.NewWorkspaceOn(t, acctest.Today, header+configOf([]requirementCase{c}))
			all[address] = w.PlanDiagnostics(exit)[address]
		}
	}
	checkRequirementCases(t, dir, cases, all)
}

func configOf(cases []requirementCase) string {
	var b strings.Builder
	for _, c := range cases {
		b.WriteString(requirement(c.name, c.arguments))
	}
	return b.String()
}

// checkOutcomes expects the outcomes of an applied requirement, by "service/control" or
// "service/group", and all that follows from them.
func checkOutcomes(address string, want map[string]string) []statecheck.StateCheck {
	gaps := []knownvalue.Check{}
	for _, check := range slices.Sorted(maps.Keys(want)) {
		if want[check] == "gap" {
			gaps = append(gaps, knownvalue.StringExact(check))
		}
	}
	value := func(attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
	}
	return []statecheck.StateCheck{
		value("compliant", knownvalue.Bool(len(gaps) == 0)),
		value("gaps", knownvalue.ListExact(gaps)),
		value("digest", knownvalue.StringRegexp(regexp.MustCompile(`^sha256:[0-9a-f]{64}$`))),
		value("assessment", knownvalue.StringFunc(func(text string) error { return compareOutcomes(text, want) })),
	}
}

func compareOutcomes(assessment string, want map[string]string) error {
	a, err := assess.Parse(assessment)
	if err != nil {
		return err
	}
	got := map[string]string{}
	for id, s := range a.Services {
		for control, f := range s.Controls {
			got[id+"/"+control] = string(f.Outcome)
		}
		for name, g := range s.Groups {
			got[id+"/"+name] = string(g.Outcome)
		}
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("the outcomes are %v, expected %v", got, want)
	}
	return nil
}

// unchanged plans a configuration a second time: nothing is to be done.
func unchanged(config string) resource.TestStep {
	return resource.TestStep{
		Config:           config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
	}
}
