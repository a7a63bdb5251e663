package catalog

import (
	"encoding/json"
	"slices"
	"testing"
	"testing/fstest"
)

// TestSample reads every key of the format.
func TestSample(t *testing.T) {
	c := load(t, write(t, sample))
	def, _ := c.Definition("vnet-injection")
	assertEqual(t, def, &Definition{
		ID: "vnet-injection", Title: "Virtual network injection", Description: "Instances can be placed inside a network.",
		Category: "network", Polarity: PolarityDesired, Labels: []string{"VNet injection support", "Injection (VNet)"}, Related: []string{"private-link"},
	})
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	assertEqual(t, mappings, map[string][]Mapping{"vnet-injection": {{
		Control: "vnet-injection", Framework: "NIST SP 800-53", Version: "rev5", Identifiers: []string{"SC-7", "SC-7(3)"}, Source: "A table of ours", Confidence: ConfidenceMedium,
	}}})
	s, err := c.Service("my-store")
	if err != nil {
		t.Fatal(err)
	}
	assertEqual(t, s, &Service{Summary: sampleSummary, Documents: []*Document{{
		ID: "my-store-2020", Series: "Security controls", Title: "Security controls for My Store", Publisher: "Us",
		Published: "2020-02-29", URL: "https://example.com/store", License: "CC-BY-4.0",
		Statements: []*Statement{
			{
				Control: "vnet-injection", Label: "Injection", Status: StatusConditional, Condition: "Premium tier only",
				EnabledByDefault: new(bool), Responsibility: "customer", Notes: "Folded over two lines.",
				References: []Reference{{"How to", "https://example.com/how#to"}},
			},
			{Control: "private-link", Status: StatusNo, Planned: true},
		},
	}}})
}

// sampleSummary is the summary of the service in sample.
var sampleSummary = Summary{
	ID: "my-store", Name: "My Store", Cloud: "azure", Categories: []string{"Storage"}, FormerNames: []string{"Our Store"}, Aliases: []string{"ms"},
	ResourceTypes: []ResourceType{{Type: "azurerm_store"}, {"azurerm_account", "kind", "Store"}, {Type: "Microsoft.Store/stores"}},
	Lifecycle: Lifecycle{
		RetiredOn: "2027-01-31", Successor: "Your Store", Notice: "It goes away.",
		Source: Source{"The end", "2026-01-01", "https://example.com/end"},
		Notices: []Notice{{
			Scope: "TLS 1.0", Stage: NoticeRetiring, Date: "2026-11", Successor: "TLS 1.2",
			Source: Source{Title: "Old protocols", URL: "https://example.com/tls"},
		}},
	},
}

// TestIndexKeepsSummaries encodes an index and reads it back.
func TestIndexKeepsSummaries(t *testing.T) {
	services := sample[len(between("$schema", "services:\n")):]
	index, err := BuildIndex(fstest.MapFS{
		"definitions.yaml":    {Data: []byte(between("definitions:\n", "mappings:\n"))},
		"mappings.yaml":       {Data: []byte(between("mappings:\n", "services:\n"))},
		"azure/my-store.yaml": {Data: []byte(services)},
	}, today)
	if err != nil {
		t.Fatal(err)
	}
	data, err := index.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var read Index
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	want := sampleSummary
	want.Lifecycle.Notices = nil // a summary has none
	assertEqual(t, read.Services, []Summary{want})
	assertEqual(t, &read, index)
}

func TestLifecycleIsZero(t *testing.T) {
	if !(Lifecycle{}).IsZero() {
		t.Error("nothing is something")
	}
	for _, l := range []Lifecycle{
		{RetiredOn: today}, {Successor: "S"}, {Notice: "N"}, {Source: Source{Title: "T"}}, {Notices: []Notice{{}}},
	} {
		if l.IsZero() {
			t.Errorf("%+v counts as nothing", l)
		}
	}
}

func TestConfidenceAtLeast(t *testing.T) {
	for i, c := range Confidences {
		for j, least := range Confidences {
			if got, want := c.AtLeast(least), i >= j; got != want {
				t.Errorf("%s at least %s: got %t", c, least, got)
			}
		}
	}
}

func TestStatusDocumented(t *testing.T) {
	for status, want := range map[Status]string{
		StatusYes: "Yes", StatusConditional: "Yes, with a condition", StatusNo: "No", StatusNotApplicable: "N/A", "other": "other",
	} {
		if got := status.Documented(); got != want {
			t.Errorf("%s: got %q, want %q", status, got, want)
		}
	}
	for _, status := range Statuses {
		if !slices.Contains(strictness, status) || !slices.Contains(adverseStrictness, status) {
			t.Errorf("%s has no place in the order of strictness", status)
		}
	}
}
