package catalog_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestSpoken(t *testing.T) {
	t.Parallel()
	shop := sample.Services(
		sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: yes"),
			sample.Document("b", "2019-01-01", "local: no")),
		sample.AWS("stall", "", sample.Document("c", "2020-01-01", "beta: not_applicable")))
	c := sample.Layered(t, shop, sample.Services(sample.Service("booth", "", sample.Document("d", "2020-01-01", "beta: no"))))
	sample.Equal(t, sample.Spoken(t, c), map[string][]string{"azure": {"alpha", "beta", "local"}, "aws": {"beta"}})
	sample.Equal(t, c.CloudsOfServices(), []string{"aws", "azure"})

	// A later source that names another cloud takes the earlier documents along.
	moved := sample.Layered(t, shop,
		sample.Services(sample.Service("stall", "", sample.Document("e", "2021-01-01", "alpha: yes"))))
	sample.Equal(t, sample.Spoken(t, moved), map[string][]string{"azure": {"alpha", "beta", "local"}})

	sample.Equal(t, sample.Spoken(t, sample.Load(t)), map[string][]string{})
}

// A layer that knows what its services speak of is believed, without reading them, until a
// later one replaces a service or moves it.
func TestSpoken_lazy(t *testing.T) {
	t.Parallel()
	service := func(cloud, control string) *catalog.Service {
		return &catalog.Service{
			Summary:   catalog.Summary{ID: "shop", Name: "Shop", Cloud: cloud},
			Documents: []*catalog.Document{{ID: "d", Statements: []*catalog.Statement{{Control: control}}}},
		}
	}
	reads := 0
	lazy := &catalog.Layer{
		Lazy: []catalog.LazyService{{
			Summary: &service("azure", "alpha").Summary,
			Load:    func() (*catalog.Service, error) { reads++; return service("azure", "alpha"), nil },
		}},
		Spoken: map[string][]string{"azure": {"alpha"}},
	}
	over := func(cloud string, replace bool) *catalog.Layer {
		return &catalog.Layer{Replace: replace, Services: []*catalog.Service{service(cloud, "beta")}}
	}
	for _, tt := range []struct {
		name   string
		layers []*catalog.Layer
		want   map[string][]string
		reads  int
	}{
		{"alone", []*catalog.Layer{lazy}, map[string][]string{"azure": {"alpha"}}, 0},
		{"added to", []*catalog.Layer{lazy, over("azure", false)}, map[string][]string{"azure": {"alpha", "beta"}}, 0},
		{"replaced", []*catalog.Layer{lazy, over("azure", true)}, map[string][]string{"azure": {"beta"}}, 0},
		{"moved", []*catalog.Layer{lazy, over("aws", false)}, map[string][]string{"aws": {"alpha", "beta"}}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reads = 0
			sample.Equal(t, sample.Spoken(t, catalog.New(tt.layers...)), tt.want)
			if reads != tt.reads {
				t.Errorf("read the service %d times, want %d", reads, tt.reads)
			}
		})
	}
}

// A list of services is one document that stands with each of them.
func TestDocumentOfSeveralServices(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, sample.Services(
		sample.Service("shop", "", sample.Document("list", "2020-01-01", "alpha: yes")),
		sample.Service("stall", "", sample.Document("list", "2020-01-01", "alpha: no", "beta: yes"))))
	for id, want := range map[string]catalog.Status{"shop": catalog.StatusYes, "stall": catalog.StatusNo} {
		b, err := c.Baseline(id, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Controls["alpha"]; got.Status != want || got.Document.ID != "list" {
			t.Errorf("%s: got %q by %q", id, got.Status, got.Document.ID)
		}
	}
}
