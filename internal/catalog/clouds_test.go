package catalog_test

import (
	"fmt"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

const oracle = "clouds:\n  - {id: oci, name: Oracle Cloud, type_prefixes: [oci_, oci_next_]}\n"

func TestCloudOfType(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, oracle+"  - {id: next, name: Next, type_prefixes: [oci_next_gen_]}\n")
	for typeName, want := range map[string]string{
		"oci_core_instance": "oci", "oci_next_thing": "oci", "oci_next_gen_thing": "next", // the longest prefix
		"oci": "", "oci2_thing": "", "OCI_core_instance": "", "random_pet": "", "": "", "_": "",
		// What every catalogue knows.
		"aws_s3_bucket": "aws", "awscc_s3_bucket": "aws", "azurerm_key_vault": "azure", "azuread_user": "azure",
		"google_sql_database":       "gcp",
		"Microsoft.KeyVault/vaults": "azure",
	} {
		if got := c.CloudOfType(typeName); got != want {
			t.Errorf("%q: got %q, want %q", typeName, got, want)
		}
	}
}

// A source that gives a cloud again may name it and add to it, and takes nothing away.
func TestCloudsAddUp(t *testing.T) {
	t.Parallel()
	c := sample.Layered(t, oracle,
		"clouds: [{id: oci, name: OCI, type_prefixes: [ocivm_]}, {id: azure, name: Azure, type_prefixes: [msgraph_]}]\n")
	want := []catalog.Cloud{
		{ID: "oci", Name: "OCI", TypePrefixes: []string{"oci_", "oci_next_", "ocivm_"}},
		{ID: "azure", Name: "Azure", TypePrefixes: []string{"azapi_", "azuread_", "azurerm_", "msgraph_"}, ARMTypes: true},
	}
	sample.Equal(t, c.OwnClouds(), want)
	for _, cloud := range want {
		got, ok := c.Cloud(cloud.ID)
		if !ok {
			t.Errorf("no cloud %q", cloud.ID)
		}
		sample.Equal(t, got, cloud)
	}
	if _, ok := c.Cloud("own"); ok {
		t.Error("a cloud that nobody defines")
	}
}

// The clouds that are part of the program are no source.
func TestBuiltInCloudsAreNoSource(t *testing.T) {
	t.Parallel()
	c := sample.Load(t)
	if len(c.Sources()) > 0 || len(c.OwnClouds()) > 0 || len(c.CloudsOfServices()) > 0 {
		t.Errorf("got the sources %v, the own clouds %v and services of %v", c.Sources(), c.OwnClouds(), c.CloudsOfServices())
	}
	if c.Digest() != catalog.New().Digest() {
		t.Error("the digest covers them")
	}
}

func ExampleCatalog_CloudOfType() {
	c := catalog.New(&catalog.Layer{Clouds: []catalog.Cloud{{ID: "oci", Name: "Oracle Cloud", TypePrefixes: []string{"oci_"}}}})
	fmt.Println(c.CloudOfType("oci_core_instance"))
	// Output: oci
}
