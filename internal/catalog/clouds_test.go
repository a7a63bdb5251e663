package catalog

import (
	"slices"
	"strings"
	"testing"
)

func spoken(t *testing.T, c *Catalog) map[string][]string {
	t.Helper()
	s, err := c.Spoken()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSpoken(t *testing.T) {
	shop := services(
		service("shop", "", document("a", "2020-01-01", "alpha: yes"), document("b", "2019-01-01", "local: no")),
		aws("stall", "", document("c", "2020-01-01", "beta: not_applicable")))
	c := layered(t, shop, services(service("booth", "", document("d", "2020-01-01", "beta: no"))))
	assertEqual(t, spoken(t, c), map[string][]string{"azure": {"alpha", "beta", "local"}, "aws": {"beta"}})
	assertEqual(t, c.Clouds(), []string{"aws", "azure"})

	// A later source that names another cloud takes the earlier documents along.
	moved := layered(t, shop, services(service("stall", "", document("e", "2021-01-01", "alpha: yes"))))
	assertEqual(t, spoken(t, moved), map[string][]string{"azure": {"alpha", "beta", "local"}})

	assertEqual(t, spoken(t, load(t)), map[string][]string{})
}

// TestSpokenOfEmbedded compares what the index says with what the files say, also where a
// source replaces or moves an embedded service.
func TestSpokenOfEmbedded(t *testing.T) {
	for name, source := range map[string]string{
		"alone":    "",
		"adds":     services(aws("stall", "", document("c", "2020-01-01", "vnet-injection: no"))),
		"replaces": services(service("azure-service-bus-relay", "", document("c", "2020-01-01", "vnet-injection: no"))),
		"moves":    strings.Replace(services(service("azure-service-bus-relay", "", document("c", "2020-01-01", "vnet-injection: no"))), "cloud: azure", "cloud: gcp", 1),
	} {
		t.Run(name, func(t *testing.T) {
			opts := Options{Embedded: true, Today: today}
			if source != "" {
				s := write(t, source)
				s.Replace = name == "replaces"
				opts.Sources = []PathSource{s}
			}
			c, err := Load(opts)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{}
			for _, id := range c.ServiceIDs() {
				s, err := c.Service(id)
				if err != nil {
					t.Fatal(err)
				}
				for _, doc := range s.Documents {
					for _, st := range doc.Statements {
						want[s.Cloud] = append(want[s.Cloud], st.Control)
					}
				}
			}
			for cloud, controls := range want {
				slices.Sort(controls)
				want[cloud] = slices.Compact(controls)
			}
			assertEqual(t, spoken(t, c), want)
		})
	}
}

// A list of services is one document that stands with each of them.
func TestDocumentOfSeveralServices(t *testing.T) {
	c := layered(t, services(
		service("shop", "", document("list", "2020-01-01", "alpha: yes")),
		service("stall", "", document("list", "2020-01-01", "alpha: no", "beta: yes"))))
	for id, want := range map[string]Status{"shop": StatusYes, "stall": StatusNo} {
		b, err := c.Baseline(id, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Controls["alpha"]; got.Status != want || got.Document.ID != "list" {
			t.Errorf("%s: got %q by %q", id, got.Status, got.Document.ID)
		}
	}
}
