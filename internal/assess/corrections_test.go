package assess_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// correctedCatalog is a catalogue of two services, which a second source corrects in every
// way there is.
func correctedCatalog(t *testing.T) *catalog.Catalog {
	t.Helper()
	const end = `lifecycle: {retired_on: %s, source: {title: T, url: "https://example.com"}}`
	lives := func(day string) string {
		return "resource_types: [azurerm_shop], " + strings.Replace(end, "%s", day, 1)
	}
	earlier := sample.WriteNamed(t, "earlier.yaml", sample.Controls+sample.Services(
		sample.Service("shop", lives("2030-01-01"), sample.Document("a", "2020-01-01", "alpha: no", "beta: yes")),
		sample.Service("stall", "", sample.Document("b", "2020-01-01", "alpha: no", "local: no")),
	)+"types: [{type: azurerm_deployment, chooses: anything, reason: R}]\n")
	own := sample.WriteNamed(t, "own.yaml", sample.Services(
		sample.Service("shop", strings.Replace(lives("2035-01-01"), "azurerm_shop", "own_shop", 1),
			sample.Document("a", "2020-01-01", "alpha: yes", "beta: no")),
		sample.Service("stall", "", sample.Document("b", "2022-01-01", "alpha: not_applicable", "beta: yes")),
		sample.Service("kiosk", "resource_types: [azurerm_shop]", sample.Document("c", "2025-01-01", "alpha: yes")),
	)+"definitions: [{id: local, title: Local, description: D., category: identity}]\n"+
		"types: [{type: azurerm_deployment, chooses: nothing, reason: R}]\n")
	own.Corrects = true
	return sample.Load(t, earlier, own)
}

// An assessment names the corrections that bear on it, and no others.
func TestEvaluate_corrections(t *testing.T) {
	t.Parallel()
	c := correctedCatalog(t)
	types := []assess.Correction{
		{Source: "own.yaml", Type: "azurerm_deployment"},
		{Source: "own.yaml", Type: "azurerm_shop", From: []string{"shop"}},
	}
	for name, tc := range map[string]struct {
		r    assess.Requirement
		want []assess.Correction
		warn string
	}{
		"laxer": {
			assess.Requirement{Services: []string{"shop"}, Controls: []string{"alpha"}},
			[]assess.Correction{
				{Document: "a", Laxer: []string{"alpha"}, Service: "shop", Source: "own.yaml"},
				{Service: "shop", Source: "own.yaml"},
			},
			`- alpha of shop: "Yes" by own.yaml, in place of "No"; - the end of shop is moved by own.yaml`,
		},
		"stricter": {
			assess.Requirement{Services: []string{"shop"}, Controls: []string{"beta"}, Exceptions: []assess.Exception{
				{Service: "shop", Control: "beta", Justification: "x", Expires: "2026-12-31"},
			}},
			[]assess.Correction{{Document: "a", Service: "shop", Source: "own.yaml"}, {Service: "shop", Source: "own.yaml"}},
			"- the end of shop is moved by own.yaml",
		},
		"the polarity": {
			assess.Requirement{
				Services: []string{"kiosk"}, Controls: []string{"local"}, Enforcement: assess.EnforcementWarn,
			},
			[]assess.Correction{{Control: "local", Source: "own.yaml"}},
			"- local: its polarity is turned by own.yaml",
		},
		"before the document": {
			assess.Requirement{
				Services: []string{"stall"}, Controls: []string{"alpha"}, AsOf: "2019-12-31", Enforcement: assess.EnforcementWarn,
			},
			nil, "",
		},
		"on the day of the document": {
			assess.Requirement{Services: []string{"stall"}, Controls: []string{"alpha"}, AsOf: "2022-01-01"},
			[]assess.Correction{{Document: "b", Laxer: []string{"alpha"}, Service: "stall", Source: "own.yaml"}},
			`- alpha of stall: "N/A" by own.yaml, in place of "No"`,
		},
		"the day before": {
			assess.Requirement{
				Services: []string{"stall"}, Controls: []string{"alpha"}, AsOf: "2021-12-31", Enforcement: assess.EnforcementWarn,
			},
			nil, "",
		},
		"where the earlier one was silent": {
			assess.Requirement{Services: []string{"stall"}, Controls: []string{"beta"}},
			[]assess.Correction{{Document: "b", Laxer: []string{"beta"}, Service: "stall", Source: "own.yaml"}},
			`- beta of stall: "Yes" by own.yaml, in place of nothing`,
		},
		"of a document of its own alone": {
			assess.Requirement{Services: []string{"kiosk"}, Controls: []string{"alpha"}}, nil, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := assess.Evaluate(c, tc.r, sample.Today)
			if err != nil {
				t.Fatal(err)
			}
			got := result.Assessment.Catalog.Corrections
			if diff := cmp.Diff(append(tc.want[:len(tc.want):len(tc.want)], types...), sortedLast(got)); diff != "" {
				t.Error(diff)
			}
			warned := ""
			for _, w := range result.Warnings {
				if w.Summary == "Corrections of the catalogue" {
					_, list, _ := strings.Cut(w.Detail, ":\n\n  ")
					list, _, _ = strings.Cut(list, "\n\n")
					warned = strings.ReplaceAll(list, "\n  ", "; ")
				}
			}
			if diff := cmp.Diff(tc.warn, warned); diff != "" {
				t.Error(diff)
			}
			text, _, err := result.Assessment.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := assess.Parse(text); err != nil {
				t.Errorf("what Evaluate wrote is refused: %v", err)
			}
			reproduce(t, c, text, sample.Today)
		})
	}
}

// sortedLast puts corrections of types behind the others, in their order.
func sortedLast(list []assess.Correction) []assess.Correction {
	var others, types []assess.Correction
	for _, c := range list {
		if c.Type != "" {
			types = append(types, c)
		} else {
			others = append(others, c)
		}
	}
	return append(others, types...)
}

// A long list is of no use in a warning.
func TestEvaluate_manyCorrections(t *testing.T) {
	t.Parallel()
	for ids, want := range map[string]string{
		"abcdefghij": "  - alpha of shop-j: \"Yes\" by catalog.yaml, in place of \"No\"", "abcdefghijk": "  - and 1 more",
		"abcdefghijklm": "  - and 3 more",
	} {
		var earlier, own []string
		r := assess.Requirement{Controls: []string{"alpha"}}
		for _, id := range strings.Split(ids, "") {
			earlier = append(earlier, sample.Service("shop-"+id, "", sample.Document(id, "2020-01-01", "alpha: no")))
			own = append(own, sample.Service("shop-"+id, "", sample.Document(id, "2020-01-01", "alpha: yes")))
			r.Services = append(r.Services, "shop-"+id)
		}
		result, err := assess.Evaluate(sample.Layered(t, sample.Services(earlier...), sample.Services(own...)), r, sample.Today)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0].Detail, "\n"+want+"\n\n") {
			t.Errorf("%d services: got %+v", len(ids), result.Warnings)
		}
	}
}

// Documents say whose they are.
func TestEvaluate_documentSource(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{Services: []string{"shop", "kiosk"}, Controls: []string{"alpha"}}
	result, err := assess.Evaluate(correctedCatalog(t), r, sample.Today)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for id, doc := range result.Assessment.Documents {
		got[id] = doc.Source
		if doc.Corrects {
			got[id] += ", corrects"
		}
	}
	if diff := cmp.Diff(map[string]string{"a": "own.yaml, corrects", "c": "own.yaml"}, got); diff != "" {
		t.Error(diff)
	}
}

// One id of two sources' documents would hide whose word a finding rests on.
func TestEvaluate_oneIDOfTwoSources(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t,
		sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes"))),
		sample.Services(sample.Service("stall", "", sample.Document("a", "2020-01-01", "alpha: yes"))))
	_, err := assess.Evaluate(c, assess.Requirement{Services: []string{"shop", "stall"}, Controls: []string{"alpha"}},
		sample.Today)
	if err == nil || !strings.Contains(err.Error(), `the document id "a" stands for two documents`) {
		t.Errorf("got %v", err)
	}
}

// Nobody adds a correction, or takes one away, unnoticed by what else the text says.
func TestParse_corrections(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{Services: []string{"shop"}, Controls: []string{"alpha"}}
	result, err := assess.Evaluate(correctedCatalog(t), r, sample.Today)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	correction := func(fields map[string]any) func(map[string]any) {
		return func(a map[string]any) { at(a, "catalog")["corrections"] = []any{fields} }
	}
	for name, edit := range map[string]func(map[string]any){
		"nothing corrected":    correction(map[string]any{"source": "own.yaml"}),
		"two things corrected": correction(map[string]any{"source": "own.yaml", "type": "x", "control": "y"}),
		"no service":           correction(map[string]any{"source": "own.yaml", "document": "a"}),
		"unknown source":       correction(map[string]any{"source": "other.yaml", "type": "x"}),
		"order": correction(map[string]any{
			"source": "own.yaml", "service": "shop", "document": "a", "laxer": []any{"beta", "alpha"},
		}),
		"order of services":    correction(map[string]any{"source": "own.yaml", "type": "x", "from": []any{"b", "a"}}),
		"document of nobody":   func(a map[string]any) { at(a, "documents", "a")["source"] = "other.yaml" },
		"correction by nobody": func(a map[string]any) { delete(at(a, "documents", "a"), "source") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := assess.Parse(edited(t, text, edit)); err == nil {
				t.Error("accepted")
			}
		})
	}
}
