package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestMisspeltService(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t, sample.Write(t, sample.Services(
		strings.Replace(sample.Service("team-queues", "", sample.Document("d", "2020-01-01", "vnet-injection: yes")),
			"cloud: azure", "cloud: own", 1))))
	for id, want := range map[string][]string{
		"azure-key-valt": {"azure-key-vault"}, "azure-keyvault": {"azure-key-vault"}, "key-vault": {"azure-key-vault"},
		"azurekeyvault": {"azure-key-vault"}, "aws-dynamo-db": {"aws-dynamodb"},
		"s3":     {"aws-s3", "aws-s3-multi-region-access-points"},
		"backup": {"aws-backup", "azure-backup"}, "gcp-bigquerry": {"gcp-bigquery"},
		// What it has, and what reads as another one.
		"azure-key-vault": nil, "team-queue": nil, "team-queues": nil, "our-key-store": nil, "aws-s4": nil, "queue": nil,
		"azure-sql-database-2": nil,
	} {
		if got := c.MisspeltService(id); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
	}
}

func suggestions(t *testing.T) *catalog.Catalog {
	t.Helper()
	doc := func(id string) string { return sample.Document(id, "2020-01-01", "alpha: yes") }
	return sample.Load(t, sample.Write(t, `definitions:
  - {id: vnet-injection, title: Virtual network injection, description: D., category: network,
     labels: [VNet injection support]}
  - {id: data-plane-logging, title: Data plane logging, description: D., category: logging,
     labels: [Data plane logging and audit]}
  - {id: management-plane-logging, title: Management plane logging, description: D., category: logging,
     labels: [Control/Management plane Logging and Audit]}
  - {id: encryption-platform, title: Platform keys, description: D., category: data, labels: ["Encryption (Microsoft keys)"]}
  - {id: encryption-customer, title: Customer keys, description: D., category: data, labels: ["Encryption (customer keys)"]}
  - {id: alpha, title: Alpha, description: D., category: network}
`+sample.Services(
		sample.Service("azure-key-vault", "name: Azure Key Vault, resource_types: [azurerm_key_vault, Microsoft.KeyVault/vaults]",
			doc("a")),
		sample.Service("azure-storage", "name: Azure Storage, resource_types: [azurerm_storage_]", doc("b")),
		sample.Service("azure-synapse", "name: Azure Synapse Analytics, former_names: [SQL Data Warehouse]", doc("c")),
		sample.Service("measures", "name: Ком", doc("m")),
		sample.Service("azure-batch", "name: Azure Batch", doc("d")),
		sample.AWS("aws-batch", "name: AWS Batch, aliases: [batch]", doc("e")),
		sample.AWS("aws-s3", "name: Amazon S3, aliases: [s3, Amazon Simple Storage Service]", doc("f")),
		sample.AWS("aws-s3-access-points", "name: Amazon S3 Access Points, aliases: [s3]", doc("g")),
		sample.AWS("aws-quick", "name: Amazon Quick (QuickSight), former_names: [Amazon QuickSight], aliases: [quicksight]",
			doc("h")),
	)))
}

func TestSuggestServices(t *testing.T) {
	t.Parallel()
	c := suggestions(t)
	for unknown, want := range map[string][]string{
		"azure-key-vualt":           {"azure-key-vault"},
		"azure_key_vault":           {"azure-key-vault"},
		"Дон":                       nil, // two of three characters differ from those of "Ком", two of six bytes
		"keyvault":                  {"azure-key-vault"},
		"key-vault":                 {"azure-key-vault"},
		"Azure Key Vault":           {"azure-key-vault"},
		"sql-data-warehouse":        {"azure-synapse"}, // a former name
		"SQL Data Warehouse":        {"azure-synapse"},
		"azurerm_key_vault":         {"azure-key-vault"}, // a resource type
		"azurerm_storage_account":   {"azure-storage"},   // by its prefix
		"Microsoft.KeyVault/vaults": {"azure-key-vault"},
		"azure":                     {"azure-batch", "azure-storage", "azure-synapse"},
		// Names that differ only in the vendor: each is found, and none hides the other.
		"Azure Batch":                   {"azure-batch"},
		"AWS Batch":                     {"aws-batch"},
		"batch":                         {"aws-batch", "azure-batch"},
		"AWS Bacth":                     {"aws-batch"},
		"Amazon S3":                     {"aws-s3"},
		"AWS S3":                        {"aws-s3"},
		"s3":                            {"aws-s3", "aws-s3-access-points"},
		"amazon-simple-storage-service": {"aws-s3"},
		"quicksight":                    {"aws-quick"},
		"Amazon QuickSight":             {"aws-quick"},
		"quantum-teleporter":            nil,
		"":                              nil,
		"--":                            nil,
		"x":                             nil,
		strings.Repeat("x", 1<<20):      nil,
	} {
		if got := c.SuggestServices(unknown); !slices.Equal(got, want) {
			t.Errorf("%.40q: got %v, want %v", unknown, got, want)
		}
	}
}

// Words that are part of no label, and of each status.
func TestSuggestEverydayWords(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for unknown, want := range map[string]string{
		"TLS": "encryption-in-transit", "encryption_in_transit": "encryption-in-transit",
		"cmk": "encryption-at-rest-customer-keys", "BYOK": "encryption-at-rest-customer-keys",
		"Data plane logging": "data-plane-logging",
	} {
		if got := c.SuggestControls(unknown); !slices.Contains(got, want) {
			t.Errorf("%q: got %v, want %s", unknown, got, want)
		}
	}
	if got := suggestions(t).SuggestControls("TLS"); len(got) > 0 {
		t.Errorf("a catalogue without the control suggests %v", got)
	}
	for word, want := range map[string]catalog.Status{
		"Supported": catalog.StatusYes, "not supported": catalog.StatusNo, "N/A": catalog.StatusNotApplicable,
		"Preview": catalog.StatusConditional, "maybe": "",
	} {
		if got := catalog.StatusMeant(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestSuggestControls(t *testing.T) {
	t.Parallel()
	c := suggestions(t)
	for unknown, want := range map[string][]string{
		"vnet-injectoin":             {"vnet-injection"},
		"VNet injection support":     {"vnet-injection"}, // a label
		"vnet-injection-support":     {"vnet-injection"},
		"Data plane logging":         {"data-plane-logging"}, // a title
		"plane-logging":              {"data-plane-logging", "management-plane-logging"},
		"Encryption (customer keys)": {"encryption-customer"},
		"Encryption (CUSTOMER-KEYS)": {"encryption-customer"},
		"quantum-teleporter":         nil,
		"":                           nil,
	} {
		if got := c.SuggestControls(unknown); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", unknown, got, want)
		}
	}
}

func TestResolveControl(t *testing.T) {
	t.Parallel()
	c := suggestions(t)
	for label, want := range map[string]string{
		"vnet-injection":                             "vnet-injection",
		"VNet Injection Support":                     "vnet-injection",
		"VNet injection support (preview)":           "vnet-injection",
		"Control/Management plane Logging and Audit": "management-plane-logging",
		"control management-plane logging and audit": "management-plane-logging",
		"Encryption (Microsoft keys)":                "encryption-platform",
	} {
		if got, err := c.ResolveControl(label); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", label, got, err, want)
		}
	}
	// Two controls share what stands before the parentheses: neither is meant.
	for _, label := range []string{"Encryption", "Encryption (other keys)"} {
		if got, err := c.ResolveControl(label); err == nil {
			t.Errorf("%q: got %q, want an error", label, got)
		}
	}
}

func TestUnknownError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		nearest []string
		want    string
	}{
		{nil, `the catalogue has no control "x"`},
		{[]string{"a"}, `the catalogue has no control "x"; did you mean "a"?`},
		{[]string{"a", "b", "c"}, `the catalogue has no control "x"; did you mean "a", "b" or "c"?`},
	} {
		err := &catalog.UnknownError{Kind: "control", ID: "x", Nearest: tt.nearest}
		if got := err.Error(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
	_, err := suggestions(t).ResolveControl("vnet-injectoin")
	var unknown *catalog.UnknownError
	if !errors.As(err, &unknown) || unknown.Kind != "control" || !slices.Equal(unknown.Nearest, []string{"vnet-injection"}) {
		t.Errorf("got %#v", err)
	}
}
