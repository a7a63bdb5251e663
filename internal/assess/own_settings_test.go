package assess_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// settingsOf is the YAML of settings of controls of the service "a", each with its condition
// or "".
func settingsOf(controls map[string]string) string {
	var b strings.Builder
	b.WriteString("settings:\n")
	for _, control := range []string{audit, cmk, local, tls, vnet} {
		condition, ok := controls[control]
		if !ok {
			continue
		}
		b.WriteString("  - service: a\n    control: " + control + "\n")
		if condition != "" {
			b.WriteString("    condition: " + condition + "\n")
		}
		role := ""
		if control == local {
			role = "role: adverse, "
		}
		b.WriteString("    ways: [{" + role + "type: x_account, rows: [{argument: own, on: any}], source: Ours}]\n")
	}
	return b.String()
}

// sources reads catalogue files, each a source named by its path below the folder of the test.
func sources(t *testing.T, files ...string) *catalog.Catalog {
	t.Helper()
	var list []loader.Source
	for i, text := range files {
		file := filepath.Join(t.TempDir(), []string{"vendor.yaml", "own.yaml", "more.yaml"}[i])
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		list = append(list, loader.Source{Path: file})
	}
	c, err := loader.Catalog(loader.Options{Sources: list, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What passes by settings of another source than the document is named; what does not pass by
// them, or by those of the source of the document, is not.
func TestOwnSettings(t *testing.T) {
	t.Parallel()
	says := statements{tls: "yes", cmk: "Premium", local: "yes", vnet: "yes", audit: assesstest.ByDefault + "yes"}
	vendor := assesstest.Write(documented("a", says))
	all := map[string]string{tls: "", cmk: "Premium", local: "", vnet: "", audit: ""}
	ours := sources(t, vendor, settingsOf(all))
	theirs := sources(t, vendor+settingsOf(all))
	shown := func(states map[string]string) assess.Requirement {
		d := assesstest.Shown(states)
		if state := states[cmk]; state != "" {
			delete(d.Settings["a"], cmk)
			assesstest.ShownCondition(d, "a", cmk, "Premium", state)
		}
		return assess.Requirement{Services: []string{"a"}, Configuration: d}
	}
	with := func(r assess.Requirement, change func(*assess.Requirement)) assess.Requirement {
		change(&r)
		return r
	}
	enabled := func(r *assess.Requirement) { r.Controls, r.MustBe = []string{tls}, assess.MustBeEnabled }
	for name, tc := range map[string]struct {
		r    assess.Requirement
		want []string
	}{
		"on":          {with(shown(map[string]string{tls: "on"}), enabled), []string{"a/" + tls}},
		"off":         {with(shown(map[string]string{tls: "off"}), enabled), nil},
		"not certain": {with(shown(map[string]string{tls: "unknown"}), enabled), nil},
		"not asked for": {
			with(shown(map[string]string{tls: "on"}), func(r *assess.Requirement) { r.Controls = []string{tls} }), nil,
		},
		"another control is on": {with(shown(map[string]string{vnet: "on"}), func(r *assess.Requirement) {
			r.Controls, r.MustBe = []string{audit}, assess.MustBeEnabled
		}), nil},
		"evidence decides": {with(shown(map[string]string{tls: "on"}), func(r *assess.Requirement) {
			enabled(r)
			r.Evidence = []assess.Evidence{evidence(tls, assess.SwitchedOn)}
		}), nil},
		"off and accepted": {with(shown(map[string]string{tls: "off"}), func(r *assess.Requirement) {
			enabled(r)
			r.Exceptions = []assess.Exception{exception(tls, "2025-12-31")}
		}), nil},
		"an adverse control that is off": {with(shown(map[string]string{local: "off"}), func(r *assess.Requirement) {
			r.Avoid = []string{local}
		}), []string{"a/" + local}},
		"an adverse control that is on": {with(shown(map[string]string{local: "on"}), func(r *assess.Requirement) {
			r.Avoid = []string{local}
		}), nil},
		"a condition that is met": {with(shown(map[string]string{cmk: "on"}), func(r *assess.Requirement) {
			r.Controls = []string{cmk}
		}), []string{"a/" + cmk}},
		"a condition that is met, of what evidence shows to be on": {
			with(shown(map[string]string{cmk: "on"}), func(r *assess.Requirement) {
				r.Controls, r.MustBe = []string{cmk}, assess.MustBeEnabled
				r.Evidence = []assess.Evidence{evidence(cmk, assess.SwitchedOn)}
			}), []string{"a/" + cmk},
		},
		"a condition that is met, of what nothing shows to be on": {
			with(shown(map[string]string{cmk: "on"}), func(r *assess.Requirement) {
				r.Controls, r.MustBe = []string{cmk}, assess.MustBeEnabled
			}), nil,
		},
		"a member of a group": {with(shown(map[string]string{tls: "on"}), func(r *assess.Requirement) {
			r.AnyOf, r.MustBe = map[string][]string{"SC-8": {tls, vnet}}, assess.MustBeEnabled
		}), []string{"a/" + tls}},
		"a member of a group that does not pass": {with(shown(map[string]string{tls: "on"}), func(r *assess.Requirement) {
			r.EveryDocumentedOf, r.MustBe = map[string][]string{"SC-8": {tls, vnet}}, assess.MustBeEnabled
		}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := evaluate(t, ours, tc.r).Assessment
			if diff := cmp.Diff(tc.want, a.OwnSettings()); diff != "" {
				t.Error(diff)
			}
			encode(t, a)
			if got := slices.Contains(a.Weakened.By, assess.WeakenedByOwnSettings); got != (tc.want != nil) {
				t.Errorf("weakened by %q", a.Weakened.By)
			}
			if a := evaluate(t, theirs, tc.r).Assessment; a.OwnSettings() != nil ||
				slices.Contains(a.Weakened.By, assess.WeakenedByOwnSettings) {
				t.Errorf("settings of the document's own source lower the bar: %q, %q", a.OwnSettings(), a.Weakened.By)
			}
		})
	}
}

// Whoever has the catalogue finds out that an assessment keeps quiet whose settings it passes by.
func TestReproduce_ownSettings(t *testing.T) {
	t.Parallel()
	c := sources(t, assesstest.Write(documented("a", statements{tls: "yes", cmk: "Premium"})),
		settingsOf(map[string]string{tls: "", cmk: "Premium"}))
	d := assesstest.Shown(map[string]string{tls: "on"})
	assesstest.ShownCondition(d, "a", cmk, "Premium", "on")
	delete(d.Settings["a"], cmk)
	enabled := assess.Requirement{
		Services: []string{"a"}, Controls: []string{tls}, MustBe: assess.MustBeEnabled, Configuration: d,
	}
	supported := assess.Requirement{Services: []string{"a"}, Controls: []string{cmk}, Configuration: d}
	quiet := func(control, field string) func(map[string]any) {
		return func(a map[string]any) {
			delete(at(a, "services", "a", "controls", control, field), "source")
			at(a, "weakened")["by"] = []any{assess.WeakenedByNoCatalog}
		}
	}
	for name, tc := range map[string]struct {
		r    assess.Requirement
		edit func(map[string]any)
		want string
	}{
		"of a control":   {enabled, quiet(tls, "in_force"), `the assessment says of "encryption-in-transit"`},
		"of a condition": {supported, quiet(cmk, "met"), `the assessment says of "customer-keys"`},
		"of another control": {enabled, func(a map[string]any) {
			controls := at(a, "services", "a", "controls")
			controls[cmk] = controls[tls]
			at(a, "requirement")["controls"] = []any{cmk, tls}
			at(a, "controls")[cmk] = map[string]any{"title": "Customer-managed keys"}
		}, "a/customer-keys by settings that the catalogue of this provider does not have"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := encode(t, evaluate(t, c, tc.r).Assessment)
			err := made(t, text, tc.edit).Reproduce(c, today)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v does not say %q", err, tc.want)
			}
		})
	}
	text := encode(t, evaluate(t, c, enabled).Assessment)
	for what, tc := range map[string]struct {
		edit func(map[string]any)
		want string
	}{
		"no word of it": {func(a map[string]any) {
			at(a, "weakened")["by"] = []any{assess.WeakenedByNoCatalog}
		}, "weakened by"},
		"a source that is none": {func(a map[string]any) {
			at(a, "services", "a", "controls", tls, "in_force")["source"] = "elsewhere.yaml"
		}, `settings of the source "elsewhere.yaml"`},
	} {
		if _, err := assess.Parse(edited(t, text, tc.edit)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What settings show counts by the catalogue that has them alone.
func TestEvaluate_settingsOfAnotherCatalogue(t *testing.T) {
	t.Parallel()
	c := sources(t, assesstest.Write(documented("a", statements{tls: "yes", vnet: "yes"})),
		settingsOf(map[string]string{tls: ""}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{tls, vnet}, MustBe: assess.MustBeEnabled,
		Configuration: assesstest.Shown(map[string]string{tls: "on", vnet: "off"}),
	}
	_, err := assess.Evaluate(c, r, today)
	found := inputErrors(t, err)
	if len(found) != 1 || found[0].Attribute != "services" ||
		!strings.Contains(found[0].Detail, "shows a/vnet-injection by settings") {
		t.Errorf("got %v", err)
	}
	r.Controls = []string{tls}
	if _, err := assess.Evaluate(c, r, today); err != nil {
		t.Errorf("of what nobody asks for: %s", err)
	}
}
