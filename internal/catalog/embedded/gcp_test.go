package embedded_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestEveryGoogleServiceIsInTheCatalogue holds the services against their table: name, and
// what finds them.
func TestEveryGoogleServiceIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	rows := sample.Facts(t, "gcp-services.csv")
	services := 0
	for _, id := range c.ServiceIDs() {
		if s, _ := c.Summary(id); s.Cloud == "gcp" {
			services++
		}
	}
	if services != len(rows) {
		t.Errorf("the catalogue has %d services of Google Cloud, the table %d", services, len(rows))
	}
	for _, row := range rows {
		s, ok := c.Summary(row["id"])
		if !ok || s.Name != row["name"] || s.Cloud != "gcp" {
			t.Errorf("got %+v, want %v", s, row)
			continue
		}
		names := append(strings.Split(row["aliases"], "; "), strings.Fields(row["api_hosts"])...)
		for _, name := range append(names, row["name"]) {
			if name == "" {
				continue
			}
			if got := c.SuggestServices(name); !slices.Contains(got, s.ID) {
				t.Errorf("%q is answered with %v, want %s among them", name, got, s.ID)
			}
		}
	}
}

// TestEveryGoogleTypeHasItsPlace looks up every type of the google and google-beta
// providers: it chooses the service of its row, nothing or anything for its reason, or is
// undocumented.
func TestEveryGoogleTypeHasItsPlace(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	rules := map[string]catalog.Chosen{
		"access, names or folders of what other resources create":                               catalog.ChoosesNothing,
		"adds to a resource that another block declares, and cannot tell which service that is": catalog.ChoosesNothing,
		"switches an API on; the resources that use the API choose the service":                 catalog.ChoosesNothing,
		"a template that can deploy any Google Cloud service":                                   catalog.ChoosesAnything,
		"no document": "",
	}
	caught := 0 // without its rule by the prefix of a service
	for _, row := range sample.Facts(t, "gcp-types.csv") {
		if want := rules[row["reason"]]; want == catalog.ChoosesNothing && len(c.ServicesOfType(row["type"]+"_more")) > 0 {
			caught++
		}
		got := c.LookUpType(row["type"])
		want, known := rules[row["reason"]]
		if row["service"] == "" && !known {
			t.Errorf("%s: the reason %q is none that is known", row["type"], row["reason"])
		}
		if ids := strings.Join(c.ServicesOfType(row["type"]), " "); ids != row["service"] || got.Rule != want {
			t.Errorf("%s chooses %q (%s), want %q (%s)", row["type"], ids, got.Rule, row["service"], want)
		}
		if cloud := c.CloudOfType(row["type"]); cloud != "gcp" {
			t.Errorf("%s is of %q", row["type"], cloud)
		}
	}
	if caught != 27 {
		t.Errorf("%d types choose nothing although a prefix fits them, want 27", caught)
	}
	// A type of a later version of the provider goes by the longest prefix.
	for typeName, want := range map[string]string{
		"google_storage_of_tomorrow": "gcp-cloud-storage", "google_kms_of_tomorrow": "gcp-cloud-kms",
		"google_iam_of_tomorrow": "gcp-iam", "google_of_tomorrow": "",
	} {
		if got := strings.Join(c.ServicesOfType(typeName), " "); got != want {
			t.Errorf("%s chooses %q, want %q", typeName, got, want)
		}
	}
}

// Documents that read like a yes and are none: what the facts leave out stays out.
func TestGoogleSpotChecks(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for _, want := range []struct{ service, control, status string }{
		{"gcp-cloud-storage", "encryption-at-rest-customer-keys", "yes"},
		{"gcp-cloud-storage", "vpc-service-controls", "conditional"},
		{"gcp-bigquery", "encryption-at-rest-customer-keys", "yes"},
		{"gcp-cloud-sql", "private-services-access", "yes"},
		{"gcp-cloud-storage", "private-endpoints", ""},
		{"gcp-cloud-storage", "encryption-in-transit", ""},
	} {
		b, err := c.Baseline(want.service, "")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if st := b.Controls[want.control]; st.Statement != nil {
			got = string(st.Status)
		}
		if got != want.status {
			t.Errorf("%s/%s is %q, want %q", want.service, want.control, got, want.status)
		}
	}
}
