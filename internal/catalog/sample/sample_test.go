package sample_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// What the helpers write comes back as it was meant: a case that says "no" in a test of
// another package does not pass because its key was lost.
func TestWritten(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, sample.Services(
		sample.Service("shop", "aliases: [s]",
			sample.Document("a", "2020-01-01", "alpha: conditional, condition: Premium", "beta: no, planned: true")),
		sample.AWS("stall", "name: Booth", sample.Document("b", "2021-01-01", "local: yes"))))
	shop, err := c.Service("shop")
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, shop, &catalog.Service{
		Summary: catalog.Summary{ID: "shop", Name: "Shop", Cloud: "azure", Aliases: []string{"s"}},
		Documents: []*catalog.Document{{
			ID: "a", Series: "Security controls", Title: "a", Publisher: "Us", Published: "2020-01-01",
			URL: "https://example.com/a",
			Statements: []*catalog.Statement{
				{Control: "alpha", Status: catalog.StatusConditional, Condition: "Premium"},
				{Control: "beta", Status: catalog.StatusNo, Planned: true},
			},
		}},
	})
	stall, _ := c.Summary("stall")
	sample.Equal(t, stall, catalog.Summary{ID: "stall", Name: "Booth", Cloud: "aws"})
}

func TestFull(t *testing.T) {
	t.Parallel()
	s, ok := sample.Load(t, sample.Write(t, sample.Full)).Summary(sample.FullSummary.ID)
	want := sample.FullSummary
	want.Lifecycle.Notices = nil // which no summary has
	if !ok {
		t.Fatal("the service is not there")
	}
	sample.Equal(t, s, want)
}

func TestBetween(t *testing.T) {
	t.Parallel()
	if got, want := sample.Between("    lifecycle:\n", "      notice:"), "    lifecycle:\n      retired_on: 2027-01-31\n"+
		"      successor: Your Store\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, end, _ := strings.Cut(sample.Full, "clouds:\n")
	if got, want := sample.Between("clouds:\n", ""), "clouds:\n"+end; got != want {
		t.Errorf("to the end: got %q, want %q", got, want)
	}
}

// Documents differ for a test by what they say, not by where among the layers they are.
func TestDiff(t *testing.T) {
	t.Parallel()
	shop := func(layers ...string) *catalog.Document {
		s, err := sample.Layered(t, layers...).Service("shop")
		if err != nil {
			t.Fatal(err)
		}
		return s.Documents[0]
	}
	said := func(status string) string {
		return sample.Services(sample.Service("shop", "", sample.Document("a", "2020-01-01", "alpha: "+status)))
	}
	if diff := sample.Diff(shop(said("no")), shop(sample.Controls, said("no"))); diff != "" {
		t.Errorf("another place among the layers: %s", diff)
	}
	if diff := sample.Diff(shop(said("no")), shop(said("yes"))); !strings.Contains(diff, "Status") {
		t.Errorf("another status: got %q", diff)
	}
}

// Errors are compared without the folder of the test, which differs each time.
func TestLoadError(t *testing.T) {
	t.Parallel()
	if got, want := sample.LoadError(t, sample.Write(t, "services: 1")),
		"catalog.yaml:1: services is a number, expected a list"; got != want {
		t.Errorf("of a file: got %s, want %s", got, want)
	}
	missing := sample.Write(t, "")
	missing.Path += "s"
	if got := sample.LoadError(t, missing); strings.Contains(got, t.TempDir()) || !strings.Contains(got, "catalog.yamls") {
		t.Errorf("of none: got %s", got)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	rows := sample.Facts(t, "aws-services.csv")
	if len(rows) < 100 {
		t.Fatalf("got %d rows, want those of all services of AWS", len(rows))
	}
	for _, row := range rows {
		if row["id"] == "aws-s3" {
			if row["name"] == "" || !strings.Contains(row["terraform_prefixes"], "aws_s3_") {
				t.Errorf("got %v", row)
			}
			return
		}
	}
	t.Error("no row of aws-s3")
}
