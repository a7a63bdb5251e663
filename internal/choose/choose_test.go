package choose_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// services is a catalogue of two clouds in which types belong to a service by their
// name, by a prefix, by an attribute, and by which of two blocks there is.
const services = `definitions: [{id: alpha, title: Alpha, description: D., category: network}]
services:
  - {id: vault, name: Vault, cloud: azure, resource_types: [azurerm_vault, Microsoft.Vault/vaults], documents: DOC}
  - {id: bucket, name: Bucket, cloud: aws, resource_types: [aws_bucket_], documents: DOC}
  - {id: bucket-logs, name: Bucket Logs, cloud: aws, resource_types: [aws_bucket_log_], documents: DOC}
  - {id: speech, name: Speech, cloud: azure, documents: DOC, resource_types: [
      {type: azurerm_account, attribute: kind, value: Speech},
      {type: azurerm_account, attribute: kind, value: Voice},
      {type: Microsoft.Accounts/accounts, attribute: kind, value: Speech}]}
  - {id: text, name: Text, cloud: azure, documents: DOC, resource_types: [
      {type: azurerm_account, attribute: kind, value: Text},
      {type: Microsoft.Accounts/accounts, attribute: kind, value: Text}]}
  - {id: linux, name: Linux, cloud: azure, documents: DOC, resource_types: [
      {type: azurerm_machine, attribute: "os_profile_linux_config|os_profile_windows_config", value: os_profile_linux_config}]}
  - {id: windows, name: Windows, cloud: azure, documents: DOC, resource_types: [
      {type: azurerm_machine, attribute: "os_profile_linux_config|os_profile_windows_config", value: os_profile_windows_config}]}
types:
  - {type: azurerm_role_assignment, chooses: nothing, reason: R}
  - {type: Microsoft.Roles/assignments, chooses: nothing, reason: R}
  - {type: azurerm_template_deployment, chooses: anything, reason: R}
  - {type: helm_release, chooses: anything, reason: R}
  - {type: Microsoft.Resources/deployments, chooses: anything, reason: R}
`

func load(t testing.TB) *catalog.Catalog {
	t.Helper()
	file := filepath.Join(t.TempDir(), "catalog.yaml")
	content := ""
	for i, part := range strings.Split(services, "DOC") {
		if i > 0 {
			content += "[{id: doc-" + string(rune('a'+i)) + ", series: S, title: T, publisher: P, published: 2026-01-01, statements: [{control: alpha, status: yes}]}]"
		}
		content += part
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: "2026-06-15"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// scan reads one file with what decides between the services of c.
func scan(t testing.TB, c *catalog.Catalog, config string) *hclscan.Configuration {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	configuration, err := hclscan.Scan(root, hclscan.Options{Attributes: choose.Attributes(c)})
	if err != nil {
		t.Fatal(err)
	}
	return configuration
}

// summary says in one line what became of every resource: services with "?" where a
// note says why they count, and the lists of what was left out.
func summary(choices *choose.Choices) string {
	var parts []string
	for _, id := range choices.Document().ServiceIDs() {
		mark := ""
		for _, p := range choices.Places[id] {
			if p.Note != "" {
				mark = "?"
			}
		}
		parts = append(parts, id+mark)
	}
	for _, list := range []struct {
		name  string
		types choose.LeftOut
	}{{"ignored", choices.Ignored}, {"undocumented", choices.Undocumented}, {"opaque", choices.Opaque}, {"other", choices.Other}} {
		if len(list.types) > 0 {
			parts = append(parts, list.name+"="+strings.Join(list.types.Types(), ","))
		}
	}
	return strings.Join(parts, " ")
}

func res(typeName, body string) string {
	return "resource \"" + typeName + "\" \"this\" {\n" + body + "\n}\n"
}

func TestServices(t *testing.T) {
	c := load(t)
	const machineBlocks = "os_profile_linux_config {\n}\nos_profile_windows_config {\n}"
	for name, tt := range map[string]struct {
		config string
		want   string
		ignore []string
	}{
		"a type":                        {config: res("azurerm_vault", ""), want: "vault"},
		"a prefix":                      {config: res("aws_bucket_policy", ""), want: "bucket"},
		"the longest prefix":            {config: res("aws_bucket_log_policy", ""), want: "bucket-logs"},
		"not the prefix itself":         {config: res("aws_bucket", ""), want: "undocumented=aws_bucket"},
		"a longer word":                 {config: res("azurerm_vaults", ""), want: "undocumented=azurerm_vaults"},
		"another type of known clouds":  {config: res("azurerm_x", "") + res("google_x", "") + res("azuread_x", "") + res("awscc_x", ""), want: "undocumented=awscc_x,azuread_x,azurerm_x,google_x"},
		"another provider":              {config: res("random_pet", "") + res("terraform_data", ""), want: "other=random_pet,terraform_data"},
		"a provider named like a cloud": {config: res("aws", "") + res("awsx_bucket", ""), want: "other=aws,awsx_bucket"},
		"nothing":                       {config: res("azurerm_role_assignment", ""), want: "other=azurerm_role_assignment"},
		"anything":                      {config: res("azurerm_template_deployment", "") + res("helm_release", ""), want: "opaque=azurerm_template_deployment,helm_release"},
		"no resource":                   {config: "locals {}\n", want: ""},
		"counts":                        {config: res("azurerm_vault", "count = 0") + res("azurerm_account", "for_each = {}\nkind = \"Text\""), want: "text vault"},

		"azapi with a version":           {config: res("azapi_resource", `type = "Microsoft.Vault/vaults@2023-07-01"`), want: "vault"},
		"azapi without a version":        {config: res("azapi_resource", `type = "Microsoft.Vault/vaults"`), want: "vault"},
		"azapi in another case":          {config: res("azapi_resource", `type = "microsoft.vault/VAULTS@2023-07-01"`), want: "vault"},
		"azapi, interpolated version":    {config: res("azapi_resource", `type = "Microsoft.Vault/vaults@${var.v}"`), want: "vault"},
		"azapi, interpolated type":       {config: res("azapi_resource", `type = "Microsoft.Vault/${var.t}@2023-07-01"`), want: "opaque=azapi_resource"},
		"azapi, interpolated end":        {config: res("azapi_resource", `type = "Microsoft.Vault/vaults${var.v}"`), want: "opaque=azapi_resource"},
		"azapi, a reference":             {config: res("azapi_resource", `type = local.t`), want: "opaque=azapi_resource"},
		"azapi, a conditional":           {config: res("azapi_resource", `type = true ? "Microsoft.Vault/vaults" : ""`), want: "opaque=azapi_resource"},
		"azapi without a type":           {config: res("azapi_resource", ``), want: "opaque=azapi_resource"},
		"azapi, no ARM type":             {config: res("azapi_resource", `type = "vaults"`), want: "opaque=azapi_resource"},
		"azapi, empty":                   {config: res("azapi_resource", `type = ""`), want: "opaque=azapi_resource"},
		"azapi, a child":                 {config: res("azapi_resource", `type = "Microsoft.Vault/vaults/secrets@2023-07-01"`), want: "vault"},
		"azapi, a grandchild":            {config: res("azapi_resource", `type = "Microsoft.Vault/vaults/keys/versions"`), want: "vault"},
		"azapi, another of a namespace":  {config: res("azapi_resource", `type = "Microsoft.Vault/plans@1"`), want: "undocumented=Microsoft.Vault/plans"},
		"azapi, not a child":             {config: res("azapi_resource", `type = "Microsoft.Vault/vaultsX"`), want: "undocumented=Microsoft.Vault/vaultsX"},
		"azapi, another namespace":       {config: res("azapi_resource", `type = "Contoso.Thing/things@1"`), want: "undocumented=Contoso.Thing/things"},
		"azapi, nothing":                 {config: res("azapi_resource", `type = "Microsoft.Roles/assignments@1"`), want: "other=Microsoft.Roles/assignments"},
		"azapi, a child of nothing":      {config: res("azapi_resource", `type = "Microsoft.Roles/assignments/x"`), want: "other=Microsoft.Roles/assignments/x"},
		"azapi, anything":                {config: res("azapi_resource", `type = "Microsoft.Resources/deployments@1"`), want: "opaque=Microsoft.Resources/deployments"},
		"azapi, decided in the body":     {config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts@1\"\nbody = { kind = \"Text\" }"), want: "speech? text?"},
		"azapi, a child of one of many":  {config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/deployments@1"`), want: "other=Microsoft.Accounts/accounts/deployments"},
		"azapi_update_resource":          {config: res("azapi_update_resource", `type = "Microsoft.Vault/vaults@1"`), want: "vault"},
		"azapi_resource_action":          {config: res("azapi_resource_action", `type = "Microsoft.Vault/vaults@1"`), want: "vault"},
		"azapi_data_plane_resource":      {config: res("azapi_data_plane_resource", `type = "Microsoft.Vault/vaults/x@1"`), want: "vault"},
		"another type of azapi":          {config: res("azapi_unheard_of", `type = "Microsoft.Vault/vaults@1"`), want: "undocumented=azapi_unheard_of"},
		"azapi, two spellings":           {config: res("azapi_resource", `type = "Microsoft.Vault/plans@1"`) + strings.Replace(res("azapi_resource", `type = "microsoft.vault/PLANS"`), "this", "that", 1), want: "undocumented=Microsoft.Vault/plans,microsoft.vault/PLANS"},
		"a version with another version": {config: res("azapi_resource", `type = "Microsoft.Vault/plans@1"`), ignore: []string{"Microsoft.Vault/plans@2"}, want: "ignored=Microsoft.Vault/plans"},

		"a literal decides":           {config: res("azurerm_account", `kind = "Speech"`), want: "speech"},
		"another of the same service": {config: res("azurerm_account", `kind = "Voice"`), want: "speech"},
		"a literal of no service":     {config: res("azurerm_account", `kind = "Face"`), want: "undocumented=azurerm_account"},
		"a value in another case":     {config: res("azurerm_account", `kind = "text"`), want: "undocumented=azurerm_account"},
		"not a literal":               {config: res("azurerm_account", `kind = var.kind`), want: "speech? text?"},
		"in part a literal":           {config: res("azurerm_account", `kind = "Te${var.x}"`), want: "speech? text?"},
		"not set":                     {config: res("azurerm_account", ``), want: "speech? text?"},
		"null":                        {config: res("azurerm_account", `kind = null`), want: "speech? text?"},

		"a block":                       {config: res("azurerm_machine", "os_profile_linux_config {\n}"), want: "linux"},
		"the other block":               {config: res("azurerm_machine", "os_profile_windows_config {\n}"), want: "windows"},
		"both blocks":                   {config: res("azurerm_machine", machineBlocks), want: "linux windows"},
		"neither block":                 {config: res("azurerm_machine", ""), want: "linux? windows?"},
		"a dynamic block":               {config: res("azurerm_machine", "dynamic \"os_profile_linux_config\" {\nfor_each = []\ncontent {}\n}"), want: "linux? windows?"},
		"a block beside a dynamic one":  {config: res("azurerm_machine", "os_profile_windows_config {\n}\ndynamic \"os_profile_linux_config\" {\nfor_each = []\ncontent {}\n}"), want: "linux windows"},
		"ignored":                       {config: res("azurerm_vault", "") + res("azurerm_x", ""), ignore: []string{"azurerm_vault", "azurerm_y"}, want: "undocumented=azurerm_x ignored=azurerm_vault"},
		"ignored, of an attribute":      {config: res("azurerm_account", `kind = "Speech"`), ignore: []string{"azurerm_account"}, want: "ignored=azurerm_account"},
		"ignored, ARM":                  {config: res("azapi_resource", `type = "Microsoft.Vault/vaults@1"`), ignore: []string{"microsoft.vault/vaults"}, want: "ignored=Microsoft.Vault/vaults"},
		"ignored is not its children":   {config: res("azapi_resource", `type = "Microsoft.Vault/vaults/keys@1"`), ignore: []string{"Microsoft.Vault/vaults"}, want: "vault"},
		"Terraform types have a case":   {config: res("azurerm_vault", ""), ignore: []string{"AzureRM_Vault"}, want: "vault"},
		"a prefix is no ignored type":   {config: res("aws_bucket_policy", ""), ignore: []string{"aws_bucket_"}, want: "bucket"},
		"ignored opaque":                {config: res("helm_release", ""), ignore: []string{"helm_release"}, want: "ignored=helm_release"},
		"ignored, a type not a literal": {config: res("azapi_resource", `type = var.t`), ignore: []string{"azapi_resource"}, want: "ignored=azapi_resource"},
		// What the list of an error says to ignore must not take along what is known.
		"ignored is not what is a literal": {
			config: res("azapi_resource", `type = var.t`) + strings.Replace(res("azapi_resource", `type = "Microsoft.Vault/vaults@1"`), "this", "that", 1),
			ignore: []string{"azapi_resource"}, want: "vault ignored=azapi_resource",
		},
	} {
		t.Run(name, func(t *testing.T) {
			choices := choose.Services(c, scan(t, c, tt.config), tt.ignore)
			// Sorted, so that a case need not know the order of the lists.
			got, want := strings.Fields(summary(choices)), strings.Fields(tt.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}

			// What was left out, ignored as it is listed, is said and nothing else.
			left := slices.Concat(choices.Undocumented.Types(), choices.Opaque.Types())
			again := choose.Services(c, scan(t, c, tt.config), append(left, tt.ignore...))
			if len(again.Undocumented)+len(again.Opaque) > 0 || len(again.Ignored) < len(left) {
				t.Errorf("ignoring %q gives %q", left, summary(again))
			}
			if len(again.Document().ServiceIDs()) != len(choices.Document().ServiceIDs()) && !slices.ContainsFunc(left, func(typeName string) bool { return choices.Choosing(typeName) > 0 }) {
				t.Errorf("ignoring %q takes along services: %q", left, summary(again))
			}
		})
	}
}

func TestChoosing(t *testing.T) {
	c := load(t)
	choices := choose.Services(c, scan(t, c, strings.Replace(res("azurerm_account", `kind = "Face"`), "this", "a", 1)+
		strings.Replace(res("azurerm_account", "kind = var.kind"), "this", "b", 1)+strings.Replace(res("azurerm_account", `kind = "Text"`), "this", "c", 1)+
		res("azapi_resource", `type = "microsoft.vault/vaults@1"`)), nil)
	for typeName, want := range map[string]int{"azurerm_account": 2, "Microsoft.Vault/vaults": 1, "azapi_resource": 0, "azurerm_vault": 0} {
		if got := choices.Choosing(typeName); got != want {
			t.Errorf("%s: got %d, want %d", typeName, got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	c := load(t)
	scanned := scan(t, c, `
resource "azurerm_vault" "a" {}

resource "azapi_resource" "b" {
  type = "Microsoft.Vault/vaults@1"
}
resource "azurerm_account" "c" {
  kind = var.kind
}
resource "azurerm_account" "d" {
  kind = "Text"
}
resource "azurerm_x" "late" {}
resource "azurerm_x" "later" {}
`)
	choices := choose.Services(c, scanned, nil)
	note := "kind decides which service the type is, and is not a literal: every candidate counts"
	want := map[string][]configuration.Place{
		"vault": {
			{Address: "azurerm_vault.a", Type: "azurerm_vault", File: "main.tf", Line: 2},
			{Address: "azapi_resource.b", Type: "Microsoft.Vault/vaults", File: "main.tf", Line: 4},
		},
		"speech": {{Address: "azurerm_account.c", Type: "azurerm_account", File: "main.tf", Line: 7, Note: note}},
		"text": {
			{Address: "azurerm_account.c", Type: "azurerm_account", File: "main.tf", Line: 7, Note: note},
			{Address: "azurerm_account.d", Type: "azurerm_account", File: "main.tf", Line: 10},
		},
	}
	if !maps.EqualFunc(choices.Places, want, slices.Equal) {
		t.Errorf("got  %+v\nwant %+v", choices.Places, want)
	}
	if got := choices.Undocumented["azurerm_x"].Address; got != "azurerm_x.late" {
		t.Errorf("the first place of an undocumented type: got %s", got)
	}
}

// A note says why a service counts, in the words of what decides.
func TestNotes(t *testing.T) {
	c := load(t)
	for name, tt := range map[string]struct{ config, service, want string }{
		"not set": {res("azurerm_account", ""), "text", "kind decides which service the type is, and is not set: every candidate counts"},
		"blocks": {
			res("azurerm_machine", ""), "linux",
			"which of the blocks os_profile_linux_config and os_profile_windows_config there is cannot be read: every candidate counts",
		},
		"body": {
			res("azapi_resource", `type = "Microsoft.Accounts/accounts"`), "speech",
			"kind in the body decides which service the type is, and cannot be read: every candidate counts",
		},
	} {
		t.Run(name, func(t *testing.T) {
			places := choose.Services(c, scan(t, c, tt.config), nil).Places[tt.service]
			if len(places) != 1 || places[0].Note != tt.want {
				t.Errorf("got %+v, want the note %q", places, tt.want)
			}
		})
	}
}

// A value that no service names is said with the type, which other values may have.
func TestNotesOfWhatIsLeftOut(t *testing.T) {
	c := load(t)
	got := choose.Services(c, scan(t, c, res("azurerm_account", `kind = "Face"`)), nil).Undocumented["azurerm_account"].Note
	if want := `kind = "Face" is of no service`; got != want {
		t.Errorf("got the note %q, want %q", got, want)
	}
	got = choose.Services(c, scan(t, c, res("azapi_resource", `type = var.type`)), nil).Opaque["azapi_resource"].Note
	if want := "its type is not a literal"; got != want {
		t.Errorf("got the note %q, want %q", got, want)
	}
}

// The embedded catalogue, by types of which the service is known.
func TestEmbedded(t *testing.T) {
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	choices := choose.Services(c, scan(t, c, `
resource "azurerm_key_vault" "a" {}
resource "azurerm_cognitive_account" "b" { kind = "OpenAI" }
resource "azurerm_cognitive_account" "c" { kind = "Face" }
resource "azurerm_virtual_machine" "d" {
  os_profile_linux_config {}
}
resource "azapi_resource" "e" { type = "Microsoft.ContainerRegistry/registries@2023-07-01" }
resource "azurerm_role_assignment" "f" {}
resource "helm_release" "g" {}
resource "random_pet" "h" {}
`), nil)
	if got, want := summary(choices), "azure-cognitive-services azure-container-registry azure-key-vault azure-linux-virtual-machines azure-openai"+
		" opaque=helm_release other=azurerm_role_assignment,random_pet"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What the scan is told to read covers everything that decides.
func TestAttributes(t *testing.T) {
	got := choose.Attributes(load(t))
	for typeName, want := range map[string][]string{
		"azurerm_account":       {"kind"},
		"azurerm_machine":       {"os_profile_linux_config", "os_profile_windows_config"},
		"azapi_resource":        {"type"},
		"azapi_update_resource": {"type"},
	} {
		if !slices.Equal(got[typeName], want) {
			t.Errorf("%s: got %v, want %v", typeName, got[typeName], want)
		}
	}
}
