package assess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// place writes where an InputError points, and what it is.
func place(e *assess.InputError) string {
	text := e.Attribute
	if e.Key != "" {
		text += "." + e.Key
	}
	if e.Nth > 0 {
		text += fmt.Sprintf("[%d]", e.Nth-1)
	}
	if e.Field != "" {
		text += "." + e.Field
	}
	return text + ": " + e.Summary
}

func TestEvaluateRefusesBadInput(t *testing.T) {
	t.Parallel()
	c := load(t, documented("storage-a", statements{vnet: "yes"}), documented("storage-b", statements{vnet: "yes"}))
	// Each case changes a requirement that is in order.
	for name, tc := range map[string]struct {
		change func(r *assess.Requirement)
		want   []string
		detail string // a part of the first detail
	}{
		"in order": {func(*assess.Requirement) {}, nil, ""},
		"a control for a service": {
			func(r *assess.Requirement) { r.Services = append(r.Services, vnet) },
			[]string{"services: Unknown service"},
			`It is the id of a control, that of a service is such as "azure-key-vault".`,
		},
		"a service for a control": {
			func(r *assess.Requirement) { r.Controls = append(r.Controls, "storage-b") },
			[]string{"controls: Unknown control"},
			`It is the id of a service, that of a control is such as "vnet-injection".`,
		},
		"unknown service": {
			func(r *assess.Requirement) { r.Services = []string{"storage-a", "storage-x", "zzz"} },
			[]string{"services: Unknown service", "services: Unknown service"},
			`Did you mean "storage-a" or "storage-b"?`,
		},
		"blank service": {
			func(r *assess.Requirement) { r.Services = []string{"storage-a", ""} },
			[]string{"services: Unknown service"},
			`no service ""`,
		},
		"name of service": {
			func(r *assess.Requirement) { r.Services = append(r.Services, "Service storage-b") },
			[]string{"services: Unknown service"},
			`Did you mean "storage-b"?`,
		},
		"unknown control": {
			func(r *assess.Requirement) { r.Controls = []string{"vnet-injektion"} },
			[]string{"controls: Unknown control"},
			`Did you mean "vnet-injection"?`,
		},
		"a label": {
			func(r *assess.Requirement) { r.Controls = []string{"VNet Injection support"} },
			[]string{"controls: Unknown control"},
			`Its control id is "vnet-injection".`,
		},
		"a label in a group": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"G": {"Encryption key handling (CMK)"}} },
			[]string{"any_of.G: Unknown control"},
			`Its control id is "customer-keys".`,
		},
		"unknown control to avoid": {
			func(r *assess.Requirement) { r.Avoid = []string{"nothing"} },
			[]string{"avoid: Unknown control"},
			"data.controls_definitions",
		},
		"adverse required": {
			func(r *assess.Requirement) { r.Controls = append(r.Controls, local) },
			[]string{"controls: Adverse control required"},
			`Move it to "avoid"`,
		},
		"adverse in a group": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"G": {local, vnet}} },
			[]string{"any_of.G: Adverse control required"},
			`Move it to "avoid"`,
		},
		"desired avoided": {
			func(r *assess.Requirement) { r.Avoid = []string{cmk} }, []string{"avoid: Control to be avoided is not " +
				"adverse"}, `Move it to "controls"`,
		},

		"no services": {func(r *assess.Requirement) { r.Services = nil }, []string{"services: No services"}, "allow_no_services"},
		"a group in both": {func(r *assess.Requirement) {
			r.AnyOf = map[string][]string{"G": {cmk}}
			r.EveryDocumentedOf = map[string][]string{"G": {vnet}, "H": {vnet}}
		}, []string{"every_documented_of.G: Group in two arguments"}, "any_of and in every_documented_of"},
		"label in every_documented_of": {
			func(r *assess.Requirement) {
				r.EveryDocumentedOf = map[string][]string{"G": {"Encryption key handling (CMK)"}}
			},
			[]string{"every_documented_of.G: Unknown control"},
			`Its control id is "` + cmk + `"`,
		},
		"adverse in every_documented_of": {
			func(r *assess.Requirement) { r.EveryDocumentedOf = map[string][]string{"G": {local, vnet}} },
			[]string{"every_documented_of.G: Adverse control required"},
			`"avoid"`,
		},
		"empty every_documented_of": {
			func(r *assess.Requirement) { r.EveryDocumentedOf = map[string][]string{"G": nil} },
			[]string{"every_documented_of.G: Empty group"},
			"of every_documented_of has no members",
		},
		"every_documented_of named like a control": {
			func(r *assess.Requirement) { r.EveryDocumentedOf = map[string][]string{vnet: {cmk}} },
			[]string{"every_documented_of.vnet-injection: Group named like a control"},
			"of every_documented_of",
		},
		"evidence for every_documented_of": {
			func(r *assess.Requirement) {
				r.EveryDocumentedOf = map[string][]string{"G": {cmk, vnet}}
				r.Evidence = []assess.Evidence{{Service: "storage-a", Control: "G", Condition: "Premium", Reference: "x"}}
			},
			[]string{"evidence[0].control: Evidence for a group"},
			"is a group of every_documented_of",
		},
		"no checks": {func(r *assess.Requirement) { r.Controls = nil }, []string{"controls: No controls required"}, "any_of"},
		"empty group": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"G": nil} },
			[]string{"any_of.G: Empty group"},
			"",
		},
		"nameless group": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"": {cmk}} },
			[]string{"any_of: Malformed group name"},
			"",
		},
		"group beyond ASCII": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"Schlüssel": {cmk}} },
			[]string{"any_of.Schlüssel: Malformed group name"},
			"",
		},
		"group with a slash": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"a/b": {cmk}} },
			[]string{"any_of.a/b: Malformed group name"},
			"",
		},
		"group named lifecycle": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{"lifecycle": {cmk}} },
			[]string{"any_of.lifecycle: Reserved group name"},
			"",
		},
		"group named like a control": {
			func(r *assess.Requirement) { r.AnyOf = map[string][]string{vnet: {cmk}} },
			[]string{"any_of.vnet-injection: Group named like a control"},
			"",
		},
		"group named like an adverse control": {func(r *assess.Requirement) {
			r.Avoid = []string{local}
			r.AnyOf = map[string][]string{local: {cmk}}
		}, []string{"any_of.local-authentication: Group named like a control"}, ""},

		"enforcement": {
			func(r *assess.Requirement) { r.Enforcement = "Deny" },
			[]string{"enforcement: Unknown value"},
			`expected "deny", "ratchet" or "warn"`,
		},
		"not_applicable": {
			func(r *assess.Requirement) { r.NotApplicable = "warn" },
			[]string{"not_applicable: Unknown value"},
			`expected "allow" or "deny"`,
		},
		"on_retired": {
			func(r *assess.Requirement) { r.OnRetired = "no" },
			[]string{"on_retired: Unknown value"},
			`"warn", "deny" or "allow"`,
		},
		"as_of": {func(r *assess.Requirement) { r.AsOf = "2025-02-30" }, []string{"as_of: Malformed date"}, ""},
		"negative age": {
			func(r *assess.Requirement) { r.MaxDocumentAgeDays = new(int64(-1)) },
			[]string{"max_document_age_days: Age out of range"},
			"",
		},
		"vast age": {
			func(r *assess.Requirement) { r.MaxDocumentAgeDays = new(int64(1) << 60) }, []string{"max_document_age_days: " +
				"Age out of " +
				"range"}, "",
		},

		"exception without an end": {func(r *assess.Requirement) {
			r.Exceptions = []assess.Exception{{Service: "storage-a", Control: vnet, Justification: "x"}}
		}, []string{"exceptions[0].expires: Malformed date"}, ""},
		"exception until some day": {func(r *assess.Requirement) {
			r.Exceptions = []assess.Exception{{Service: "storage-a", Control: vnet, Justification: "x", Expires: "never"}}
		}, []string{"exceptions[0].expires: Malformed date"}, ""},
		"exception without a reason": {func(r *assess.Requirement) {
			r.Exceptions = []assess.Exception{{Service: "storage-a", Control: vnet, Justification: " \t", Expires: "2025-12-31"}}
		}, []string{"exceptions[0].justification: Missing justification"}, ""},
		"evidence without a reference": {func(r *assess.Requirement) {
			r.Evidence = []assess.Evidence{{Service: "storage-a", Control: vnet, Condition: "x", Reference: "\n"}}
		}, []string{"evidence[0].reference: Missing reference"}, ""},
		"evidence without a condition": {func(r *assess.Requirement) {
			r.Evidence = []assess.Evidence{{Service: "storage-a", Control: vnet, Reference: "x"}}
		}, []string{"evidence[0].condition: Missing condition"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := assess.Requirement{Services: []string{"storage-a"}, Controls: []string{vnet}}
			tc.change(&r)
			_, err := assess.Evaluate(c, r, today)
			errs := inputErrors(t, err)
			var got []string
			for _, e := range errs {
				got = append(got, place(e))
				if e.Detail == "" || !strings.HasPrefix(e.Error(), e.Summary+": ") {
					t.Errorf("error %q", e)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Fatalf("got %q want %q", got, tc.want)
			}
			if tc.detail != "" && !strings.Contains(errs[0].Detail, tc.detail) {
				t.Errorf("%q does not say %q", errs[0].Detail, tc.detail)
			}
		})
	}
}

func TestEvaluateReportsAllBadInputAtOnce(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	_, err := assess.Evaluate(c, assess.Requirement{
		Services: []string{"x", "a"}, Controls: []string{"y"}, Avoid: []string{vnet}, OnRetired: "z",
	}, today)
	if got := len(inputErrors(t, err)); got != 4 {
		t.Errorf("%d errors, want 4: %s", got, err)
	}
}

func TestEvaluateNoServicesWhereAllowed(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	a := evaluate(t, c, assess.Requirement{AllowNoServices: true, Controls: []string{vnet}}).Assessment
	if !a.Compliant || len(a.Gaps()) != 0 {
		t.Errorf("compliant %t, gaps %q", a.Compliant, a.Gaps())
	}
	if text := encode(t, a); strings.Contains(text, "null") {
		t.Errorf("readers in HCL cannot go over null: %s", text)
	}
}

func TestMismatches(t *testing.T) {
	t.Parallel()
	base := assess.Requirement{
		Services: []string{"a", "b"}, Controls: []string{vnet}, Avoid: []string{local},
		AnyOf: map[string][]string{"SC-28": {cmk, tls}, "SC-8": {tls}},
	}
	ex := func(service, control string) assess.Exception {
		return assess.Exception{Service: service, Control: control}
	}
	ev := func(service, control, condition string) assess.Evidence {
		return assess.Evidence{Service: service, Control: control, Condition: condition}
	}
	for name, tc := range map[string]struct {
		exceptions []assess.Exception
		evidence   []assess.Evidence
		open       assess.Open
		want       []string
		detail     string
	}{
		"all in order": {
			exceptions: []assess.Exception{
				ex("a", vnet), ex("b", vnet), ex("a", local), ex("a", "SC-28"), ex("c", vnet), ex("a", audit), ex("a", cmk),
			},
			evidence: []assess.Evidence{
				ev("a", vnet, "x"), ev("a", vnet, "y"), ev("b", vnet, "x"), ev("a", local, assess.SwitchedOff), ev("a", cmk, "x"),
				ev("c", vnet, "x"), ev("a", audit, "x"),
			},
		},
		"a condition of that word": {
			exceptions: []assess.Exception{ex("a", vnet)}, evidence: []assess.Evidence{ev("a", vnet, "exception")},
		},
		"duplicate exception": {
			exceptions: []assess.Exception{ex("a", vnet), ex("a", vnet)},
			want:       []string{"exceptions[1]: Duplicate exception"},
		},
		"duplicate evidence": {
			evidence: []assess.Evidence{ev("a", vnet, "x"), ev("a", vnet, "x")},
			want:     []string{"evidence[1]: Duplicate evidence"},
		},
		"duplicate evidence but for a line end": {
			evidence: []assess.Evidence{ev("a", vnet, "x"), ev("a", vnet, "x \n")},
			want:     []string{"evidence[1]: Duplicate evidence"},
		},
		"evidence for a group": {
			evidence: []assess.Evidence{ev("a", "SC-28", "x")},
			want:     []string{"evidence[0].control: Evidence for a group"},
			detail:   `is met: "customer-keys" or "encryption-in-transit".`,
		},
		"duplicates are certain": {
			open:       assess.Open{Services: true, Checks: true},
			exceptions: []assess.Exception{ex("c", audit), ex("c", audit)},
			want:       []string{"exceptions[1]: Duplicate exception"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := base
			r.Exceptions, r.Evidence, r.Open = tc.exceptions, tc.evidence, tc.open
			var got []string
			for _, err := range assess.Mismatches(r) {
				e := inputErrors(t, err)[0]
				got = append(got, place(e))
				if !strings.Contains(e.Detail, tc.detail) {
					t.Errorf("%q does not say %q", e.Detail, tc.detail)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q want %q", got, tc.want)
			}
		})
	}
}

// What is known to the catalogue and not asked for is told once, and fails nothing.
func TestEvaluate_entriesForWhatIsNotRequired(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes", cmk: "Premium"}), documented("b", statements{vnet: "yes"}))
	ex := func(service, control string) assess.Exception {
		return assess.Exception{Service: service, Control: control, Justification: "x", Expires: "2026-12-31"}
	}
	ev := func(service, control string) assess.Evidence {
		return assess.Evidence{Service: service, Control: control, Condition: "x", Reference: "x"}
	}
	base := assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet}, AnyOf: map[string][]string{"SC-28": {cmk, tls}, "SC-8": {tls}},
		Exceptions: []assess.Exception{ex("a", "SC-28"), ex("a", "SC-8")},
	}
	const head = "These have no effect here, and are recorded all the same:\n\n"
	for name, tc := range map[string]struct {
		exceptions []assess.Exception
		evidence   []assess.Evidence
		open       assess.Open
		want       string // lines of the warning, without indentation
	}{
		"asked for": {evidence: []assess.Evidence{{Service: "a", Control: cmk, Condition: "Premium\n", Reference: "x"}}},
		"another service": {
			exceptions: []assess.Exception{ex("b", vnet)}, evidence: []assess.Evidence{ev("b", cmk)},
			want: `exception for "` + vnet + `" of "b": the requirement has no service "b"; ` +
				`evidence for "` + cmk + `" of "b": the requirement has no service "b"`,
		},
		"another control": {
			exceptions: []assess.Exception{ex("a", audit)}, evidence: []assess.Evidence{ev("a", local)},
			want: `exception for "` + audit + `" of "a": the requirement does not ask for "` + audit + `"; ` +
				`evidence for "` + local + `" of "a": the requirement does not ask for "` + local + `"`,
		},
		"a member of one": {
			exceptions: []assess.Exception{ex("a", cmk)},
			want: `exception for "` + cmk + `" of "a": "` + cmk + `" is required as a member of a group alone, ` +
				`and an exception is for the group: "SC-28"`,
		},
		"a member of two": {
			exceptions: []assess.Exception{ex("a", tls)},
			want: `exception for "` + tls + `" of "a": "` + tls + `" is required as a member of a group alone, ` +
				`and an exception is for the group: "SC-28" or "SC-8"`,
		},
		"services open": {
			open: assess.Open{Services: true}, exceptions: []assess.Exception{ex("b", vnet)},
			evidence: []assess.Evidence{ev("b", vnet)},
		},
		"checks open": {
			open: assess.Open{Checks: true}, exceptions: []assess.Exception{ex("a", audit)},
			evidence: []assess.Evidence{ev("a", audit)},
		},
		"checks open, a member": {open: assess.Open{Checks: true}, exceptions: []assess.Exception{ex("a", cmk)}},
		"a group open, its evidence": {
			open: assess.Open{Groups: map[string]bool{"SC-28": true}}, evidence: []assess.Evidence{ev("a", audit)},
		},
		"services open, another control": {
			open: assess.Open{Services: true}, exceptions: []assess.Exception{ex("b", audit)},
			want: `exception for "` + audit + `" of "b": the requirement does not ask for "` + audit + `"`,
		},
		"a group open, an exception": {
			open: assess.Open{Groups: map[string]bool{"SC-28": true}}, exceptions: []assess.Exception{ex("a", audit)},
			want: `exception for "` + audit + `" of "a": the requirement does not ask for "` + audit + `"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := base
			r.Exceptions, r.Evidence, r.Open = slices.Concat(base.Exceptions, tc.exceptions), tc.evidence, tc.open
			result := evaluate(t, c, r)
			got := ""
			for _, w := range result.Warnings {
				if tc.want != "" && strings.HasPrefix(w.Summary, "Unused") {
					t.Errorf("unexpected warning: %s: %s", w.Summary, w.Detail)
				}
				if text, ok := strings.CutPrefix(w.Detail, head); ok {
					text, _, _ = strings.Cut(text, "\n\n")
					got = strings.ReplaceAll(strings.TrimPrefix(text, "  - "), "\n  - ", "; ")
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A long list is of no use in a warning.
func TestEvaluate_manyEntriesForWhatIsNotRequired(t *testing.T) {
	t.Parallel()
	var services []service
	r := assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}}
	services = append(services, documented("a", statements{vnet: "yes"}))
	for i := range 13 {
		id := fmt.Sprintf("b%02d", i)
		services = append(services, documented(id, statements{vnet: "yes"}))
		r.Exceptions = append(r.Exceptions, assess.Exception{
			Service: id, Control: vnet, Justification: "x",
			Expires: "2026-12-31",
		})
	}
	warnings := evaluate(t, load(t, services...), r).Warnings
	if len(warnings) != 1 || !strings.Contains(warnings[0].Detail, "\n  - and 3 more\n") {
		t.Errorf("got %+v", warnings)
	}
}

// The warning stands at what is not required, not at exceptions that are.
func TestEvaluate_evidenceForWhatIsNotRequired(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "Premium"}))
	for name, exceptions := range map[string][]assess.Exception{
		"alone": nil, "beside an exception for what is": {exception(vnet, "2026-12-31")},
	} {
		r := assess.Requirement{
			Services: []string{"a"}, Controls: []string{vnet}, Exceptions: exceptions,
			Evidence: []assess.Evidence{evidence(cmk, "Premium")}, Enforcement: assess.EnforcementWarn,
		}
		var got []string
		for _, w := range evaluate(t, c, r).Warnings {
			got = append(got, w.Attribute+": "+w.Summary)
		}
		want := []string{"evidence: Exceptions or evidence for what is not required"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// An id that no catalogue knows is a misspelling, whatever else it may be for.
func TestEvaluate_entriesForWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet},
		Exceptions: []assess.Exception{
			{Service: "aa", Control: vnet, Justification: "x", Expires: "2026-12-31"},
			{Service: "a", Control: "vnet-injektion", Justification: "x", Expires: "2026-12-31"},
			{Service: "a", Control: "XX-1", Justification: "x", Expires: "2026-12-31"},
		},
		Evidence: []assess.Evidence{{Service: "a", Control: "nothing-like-it", Condition: "x", Reference: "x"}},
	}
	_, err := assess.Evaluate(c, r, today)
	var got []string
	for _, e := range inputErrors(t, err) {
		got = append(got, place(e))
	}
	want := []string{
		"exceptions[0].service: Unknown service", "exceptions[1].control: Unknown control",
		"exceptions[2].control: Unknown control",
		"evidence[0].control: Unknown control",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A group of another requirement bears the name of an identifier that controls are mapped to.
func TestEvaluate_exceptionForAGroupOfAnother(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	warnings := evaluate(t, c, assess.Requirement{
		Services: []string{"azure-key-vault"}, Controls: []string{"encryption-in-transit"}, OnRetired: assess.Allow,
		Exceptions: []assess.Exception{{Service: "azure-key-vault", Control: "SC-28", Justification: "x", Expires: "2026-12-31"}},
	}).Warnings
	if len(warnings) != 1 || warnings[0].Summary != "Exceptions or evidence for what is not required" {
		t.Errorf("got %+v", warnings)
	}
}

// What nobody can see says nothing, and what ends in ten years does not end.
func TestEvaluate_textsThatShowNothing(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "no", cmk: "Premium"}))
	r := assess.Requirement{
		Services: []string{"a"},
		Controls: []string{vnet, cmk},
		Exceptions: []assess.Exception{
			{Service: "a", Control: vnet, Justification: "\u200b", ApprovedBy: "\u2060", Expires: today.AddYears(10).AddDays(1)},
		},
		Evidence: []assess.Evidence{{
			Service: "a", Control: cmk, Condition: "Premium", Reference: "\u202e",
			ApprovedBy: "\u3164",
		}},
	}
	_, err := assess.Evaluate(c, r, today)
	var got []string
	for _, e := range inputErrors(t, err) {
		got = append(got, place(e))
	}
	want := []string{
		"exceptions[0].justification: Missing justification", "exceptions[0].approved_by: Blank value",
		"evidence[0].reference: Missing reference", "evidence[0].approved_by: Blank value",
		"exceptions[0].expires: Exception without an end in sight",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	r.Exceptions[0] = assess.Exception{Service: "a", Control: vnet, Justification: "x", Expires: today.AddYears(10)}
	r.Evidence[0].Reference, r.Evidence[0].ApprovedBy = "x", ""
	if a := evaluate(t, c, r).Assessment; !a.Compliant {
		t.Errorf("gaps %q", a.Gaps())
	}
}

func TestMismatchesOfAnEmptyGroup(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{
		Services: []string{"a"},
		AnyOf:    map[string][]string{"G": nil},
		Evidence: []assess.Evidence{evidence("G", "x")},
	}
	if got := assess.Mismatches(r); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

func TestValidGroupName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"SC-28": true, "A.8.24": true, "AC-2(1)": true, "CIS 3.1": true, "1": true, strings.Repeat("a", 100): true,
		"": false, " a": false, "a/b": false, "ä": false, "a\n": false, "lifecycle": false, strings.Repeat("a", 101): false,
	} {
		if got := assess.ValidGroupName(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}

// At plan, texts that only are recorded may be unknown.
func TestEvaluateOpenTexts(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "Premium"}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{vnet}, Open: assess.Open{Record: true},
		Evidence: []assess.Evidence{{Service: "a", Control: vnet, Condition: "Premium"}},
	}
	if a := evaluate(t, c, r).Assessment; !a.Compliant {
		t.Errorf("gaps %q", a.Gaps())
	}
	r.Open.Record = false
	if _, err := assess.Evaluate(c, r, today); err == nil {
		t.Error("evidence without a reference was accepted")
	}
}

func TestWarningsPointAtTheRequirementAsGiven(t *testing.T) {
	t.Parallel()
	c := load(
		t,
		documented("a", statements{vnet: "yes", tls: "Premium", cmk: "no"}),
		documented("b", statements{vnet: "yes", tls: "yes", cmk: "no"}),
	)
	result := evaluate(t, c, assess.Requirement{
		Services: []string{"b", "a"}, Controls: []string{vnet, tls, cmk},
		Exceptions: []assess.Exception{
			{Service: "b", Control: vnet, Justification: "x", Expires: "2025-12-31"},
			{Service: "b", Control: cmk, Justification: "x", Expires: "2025-07-01"},
			{Service: "a", Control: cmk, Justification: "x", Expires: "2025-12-31"},
		},
		Evidence: []assess.Evidence{
			{Service: "b", Control: tls, Condition: "Premium", Reference: "x"},
			{Service: "a", Control: tls, Condition: "Premium", Reference: "x"},
		},
	})
	var got []string
	for _, w := range result.Warnings {
		got = append(got, fmt.Sprintf("%s[%d] %s", w.Attribute, w.Nth-1, w.Summary))
	}
	if want := []string{
		"exceptions[1] Exception ends soon",
		"exceptions[0] Unused exception",
		"evidence[0] Unused evidence",
	}; !slices.Equal(got, want) {
		t.Errorf("got %q want %q", got, want)
	}
	if detail := result.Warnings[0].Detail; !strings.Contains(detail, "ends tomorrow, on 2025-07-01") {
		t.Error(detail)
	}
}

func TestWarningsKeepQuietAboutWhatMayFindUse(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	for name, o := range map[string]assess.Open{
		"services": {Services: true}, "checks": {Checks: true}, "as_of": {AsOf: true}, "settings": {Settings: true},
		"groups": {Groups: map[string]bool{"G": true}},
	} {
		r := assess.Requirement{
			Services: []string{"a"}, Controls: []string{vnet}, AnyOf: map[string][]string{"G": {vnet}}, Open: o,
			Exceptions: []assess.Exception{exception(vnet, "2025-12-31")}, Evidence: []assess.Evidence{evidence(vnet, "x")},
		}
		if got := evaluate(t, c, r).Warnings; len(got) != 0 {
			t.Errorf("%s open: %v", name, got)
		}
		r.Open = assess.Open{Record: true}
		if got := evaluate(t, c, r).Warnings; len(got) != 2 {
			t.Errorf("texts open: %v", got)
		}
	}
}
