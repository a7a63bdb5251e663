package assess_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// What contradicts nothing in the assessment itself, and what the catalogue says, is found out.
func TestReproduce_madeUp(t *testing.T) {
	t.Parallel()
	old := documented("old", statements{vnet: "yes"})
	old.RetiredOn = "2021-02-17"
	c := load(t, documented("a", statements{vnet: "no", cmk: "Premium", tls: "yes", audit: "not_applicable", local: "yes"}), old)
	r := assess.Requirement{
		Services: []string{"a", "old"}, Controls: []string{vnet, cmk, tls}, Avoid: []string{local},
		AnyOf: map[string][]string{"AU-2": {audit, vnet}}, Enforcement: assess.EnforcementWarn,
		Evidence: []assess.Evidence{evidence(cmk, "Premium")},
	}
	text := encode(t, evaluate(t, c, r).Assessment)
	control := func(a map[string]any, control string, finding map[string]any) {
		at(a, "services", "a", "controls")[control] = finding
	}
	for name, tc := range map[string]struct {
		edit func(a map[string]any)
		want string
	}{
		"a gap that is satisfied": {
			func(a map[string]any) { control(a, vnet, map[string]any{"outcome": "satisfied"}) },
			`service "a": the assessment says of "vnet-injection" {"outcome":"satisfied"}, and evaluated anew by the ` +
				`catalogue that it names it is {"outcome":"gap","reason":"unsupported","status":"no"}`,
		},
		"a condition that is none": {
			func(a map[string]any) {
				control(a, cmk, map[string]any{"outcome": "satisfied"})
				at(a, "requirement")["evidence"] = nil
				delete(at(a, "requirement"), "evidence")
			}, "customer-keys",
		},
		"another condition": {func(a map[string]any) {
			control(a, cmk, map[string]any{"outcome": "evidenced", "status": "conditional", "condition": "Basic"})
			evidence, ok := at(a, "requirement")["evidence"].([]any)
			if !ok {
				t.Fatal("no evidence")
			}
			at(evidence[0])["condition"] = "Basic"
		}, "customer-keys"},
		"an adverse control that is not there": {func(a map[string]any) {
			control(a, local, map[string]any{"outcome": "satisfied", "status": "no"})
		}, "local-authentication"},
		"a gap that does not apply": {
			func(a map[string]any) { control(a, vnet, map[string]any{"outcome": "not_applicable"}) }, "vnet-injection",
		},
		"a member of a group": {func(a map[string]any) {
			at(a, "services", "a", "groups", "AU-2", "controls")[audit] = map[string]any{"outcome": "satisfied"}
			at(a, "services", "a", "groups", "AU-2")["outcome"] = "satisfied"
			delete(at(a, "services", "a", "groups", "AU-2"), "reason")
		}, "audit"},
		"a retirement kept quiet": {func(a map[string]any) { delete(at(a, "services", "old"), "lifecycle") }, `service "old"`},
		"a newer document": {func(a map[string]any) {
			at(a, "documents", "a-2024-06-30")["published"] = "2025-06-01"
		}, "documents"},
		"another publisher": {func(a map[string]any) {
			at(a, "documents", "a-2024-06-30")["publisher"] = "Vendor"
		}, "documents"},
		"an adverse control that is wanted": {func(a map[string]any) {
			delete(at(a, "requirement"), "avoid")
			at(a, "requirement")["controls"] = []any{cmk, tls, local, vnet}
			control(a, local, map[string]any{"outcome": "satisfied"})
		}, "Adverse control required"},
		"a service of nobody's": {func(a map[string]any) {
			at(a, "requirement")["services"] = []any{"b", "old"}
			at(a, "requirement")["evidence"] = nil
			delete(at(a, "requirement"), "evidence")
			services := at(a, "services")
			services["b"] = services["a"]
			delete(services, "a")
			at(services["b"], "controls")[cmk] = map[string]any{"outcome": "satisfied"}
		}, "Unknown service"},
		"other sources": {func(a map[string]any) {
			at(a, "catalog")["sources"] = []any{
				map[string]any{"digest": "sha256:" + strings.Repeat("0", 64), "name": "catalog.yaml"},
			}
		}, "other sources"},
		"the title of another control": {
			func(a map[string]any) { at(a, "controls", vnet)["title"] = "VNet injection, in part" }, "VNet injection, in part",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := made(t, text, tc.edit)
			err := a.Reproduce(c, today)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v does not say %q", err, tc.want)
			}
		})
	}
	if err := made(t, text).Reproduce(c, today); err != nil {
		t.Error(err)
	}
}

// made is an assessment after edits, with the verdict that follows from them; reading it takes
// all of it on trust.
func made(t *testing.T, text string, edits ...func(map[string]any)) *assess.Assessment {
	t.Helper()
	a, err := assess.Parse(edited(t, text, func(a map[string]any) {
		for _, edit := range edits {
			edit(a)
		}
		verdict := true
		for id := range at(a, "services") {
			s := at(a, "services", id)
			s["compliant"] = true
			for _, list := range []string{"controls", "groups"} {
				findings, _ := s[list].(map[string]any)
				for check := range findings {
					s["compliant"] = s["compliant"] == true && at(findings, check)["outcome"] != "gap"
				}
			}
			verdict = verdict && s["compliant"] == true
		}
		a["compliant"] = verdict
	}))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The names of sources are paths, and not the same in another folder.
func TestReproduce_namesOfSources(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{Services: []string{"shop", "kiosk"}, Controls: []string{"alpha"}}
	c := correctedCatalog(t)
	result, err := assess.Evaluate(c, r, sample.Today)
	if err != nil {
		t.Fatal(err)
	}
	text := encode(t, result.Assessment)
	a, err := assess.Parse(replace(text, "own.yaml", "elsewhere/ours.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Reproduce(c, sample.Today); err != nil {
		t.Error(err)
	}
	if again, _, err := a.Encode(); err != nil || again != replace(text, "own.yaml", "elsewhere/ours.yaml") {
		t.Errorf("it has changed: %s, %v", again, err)
	}
}

// On a day on which the assessment does not hold it comes out otherwise.
func TestReproduce_anotherDay(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no"}))
	a := made(t, encode(t, evaluate(t, c, assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet}, Exceptions: []assess.Exception{exception(vnet, "2025-12-31")},
	}).Assessment))
	for day, want := range map[catalog.Date]bool{today: true, "2025-12-31": true, "2026-01-01": false} {
		if got := a.Reproduce(c, day) == nil; got != want {
			t.Errorf("on %s: %t", day, got)
		}
	}
}
