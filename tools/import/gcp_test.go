package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func gcpExample() *gcpFacts {
	list := page{"A list", "2026-04-02", "https://example.com/list"}
	return &gcpFacts{
		pageFacts: pageFacts{
			publisher: gcpPublisher, table: "gcp-documents.csv",
			features: []pageFeature{{
				where: "gcp-features.csv, row 2", service: "gcp-shop", control: "alpha", label: "Alpha", status: "yes",
				enabled: "false", page: list, notes: "Some of it",
			}},
			pages: map[page]pageInfo{list: {"list-2026-04-02", gcpSeries, "CC-BY-4.0"}},
		},
		services: []gcpService{{
			id: "gcp-shop", name: "Cloud Shop", aliases: []string{"Kiosk"}, hosts: []string{"shop.googleapis.com"},
			types: []string{"google_shop", "google_shop_"},
		}},
		types: []gcpType{
			{"google_shop", "gcp-shop", ""},
			{"google_shop_iam_member", "gcp-shop", ""},
			{"google_shop_tag", "", "adds to a resource that another block declares, and cannot tell which service that is"},
			{"google_template", "", "a template that can deploy any Google Cloud service"},
			{"google_stall", "", "no document"},
		},
	}
}

func TestGCPFile(t *testing.T) {
	t.Parallel()
	f := gcpExample()
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	services, err := f.made(awsLabels)
	if err != nil {
		t.Fatal(err)
	}
	want := `services:
  - id: gcp-shop
    name: Cloud Shop
    cloud: gcp
    aliases: [Kiosk, shop.googleapis.com]
    resource_types:
      - google_shop
      - google_shop_
    documents:
      - {id: list-2026-04-02, series: Google Cloud documentation, title: A list, publisher: Google, published: 2026-04-02, ` +
		`url: https://example.com/list, license: CC-BY-4.0, statements: [
          {control: alpha, status: yes, enabled_by_default: false, notes: Some of it}]}
`
	if diff := cmp.Diff(want, string(services[0].file())); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	rules, err := f.rules([]byte("types:\n  - {type: mine}\n" + madeBelow + "  - {type: gone}\n"))
	if err != nil {
		t.Fatal(err)
	}
	const wantRules = "types:\n  - {type: mine}\n" + madeBelow +
		"  - {type: google_shop_tag, chooses: nothing, " +
		`reason: "adds to a resource that another block declares, and cannot tell which service that is"}` + "\n" +
		"  - {type: google_template, chooses: anything, reason: a template that can deploy any Google Cloud service}\n"
	if diff := cmp.Diff(wantRules, string(rules)); diff != "" {
		t.Errorf("the rules (-want +got):\n%s", diff)
	}
	if _, err := f.rules([]byte("types: []\n")); err == nil {
		t.Error("a types.yaml without the line was accepted")
	}
}

func TestGCPFactsThatPointNowhere(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(f *gcpFacts)
		want   string
	}{
		"service twice": {
			func(f *gcpFacts) { f.services = append(f.services, gcpService{id: "gcp-shop"}) },
			"gcp-services.csv has gcp-shop twice",
		},
		"type of two": {
			func(f *gcpFacts) {
				f.services = append(f.services, gcpService{id: "gcp-stall", types: []string{"google_shop"}})
			},
			"the types google_shop belong to gcp-shop and to gcp-stall",
		},
		"type without reason": {
			func(f *gcpFacts) { f.types[4].reason = "" },
			"google_stall has a service and a reason for none, or neither",
		},
		"type that a prefix catches": {
			func(f *gcpFacts) { f.types[2].reason = "no document" },
			`google_shop_tag chooses "", by gcp-services.csv "gcp-shop"`,
		},
		"unknown service": {
			func(f *gcpFacts) { f.features[0].service = "gcp-stall" },
			`gcp-services.csv lacks the service "gcp-stall" of gcp-features.csv, row 2`,
		},
		"unknown page": {
			func(f *gcpFacts) { f.features[0].page.published = "2026-04-03" },
			`gcp-documents.csv lacks "A list" of 2026-04-03`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := gcpExample()
			tt.change(f)
			if err := f.check(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
