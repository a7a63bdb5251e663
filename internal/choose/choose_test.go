package choose_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
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
	return sample.Load(t, sample.Write(t, withDocuments(services)))
}

// withDocuments gives each service a document, where the text says DOC.
func withDocuments(text string) string {
	content := ""
	for i, part := range strings.Split(text, "DOC") {
		if i > 0 {
			content += "[" + sample.Document(fmt.Sprintf("doc-%d", i), "2026-01-01", "alpha: yes") + "]"
		}
		content += part
	}
	return content
}

// scan reads one file with what decides between the services of c.
func scan(t testing.TB, c *catalog.Catalog, config string) *hclscan.Configuration {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	configuration, err := hclscan.Scan(root, hclscan.Options{Attributes: choose.Attributes(c), DataSources: choose.DataSources()})
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
	}{{"ignored", choices.Ignored}, {"undocumented", choices.Undocumented}, {"opaque", choices.Opaque}, {
		"other",
		choices.Other,
	}} {
		if len(list.types) > 0 {
			parts = append(parts, list.name+"="+strings.ReplaceAll(strings.Join(list.types.Types(), ","), " ", "_"))
		}
	}
	return strings.Join(parts, " ")
}

func res(typeName, body string) string {
	return "resource \"" + typeName + "\" \"this\" {\n" + body + "\n}\n"
}

func named(typeName, name, body string) string {
	return strings.Replace(res(typeName, body), "\"this\"", "\""+name+"\"", 1)
}

func imported(to string) string { return "import {\nto = " + to + "\nid = \"x\"\n}\n" }

func runs(provisioners ...string) string {
	return "provisioner \"" + strings.Join(provisioners, "\" {\n}\nprovisioner \"") + "\" {\n}"
}

func TestServices(t *testing.T) {
	t.Parallel()
	c := load(t)
	const machineBlocks = "os_profile_linux_config {\n}\nos_profile_windows_config {\n}"
	for name, tt := range map[string]struct {
		config string
		want   string
		ignore []string
	}{
		"a type":                {config: res("azurerm_vault", ""), want: "vault"},
		"a prefix":              {config: res("aws_bucket_policy", ""), want: "bucket"},
		"the longest prefix":    {config: res("aws_bucket_log_policy", ""), want: "bucket-logs"},
		"not the prefix itself": {config: res("aws_bucket", ""), want: "undocumented=aws_bucket"},
		"a longer word":         {config: res("azurerm_vaults", ""), want: "undocumented=azurerm_vaults"},
		"another type of known clouds": {
			config: res("azurerm_x", "") + res("google_x", "") + res("azuread_x", "") + res("awscc_x", ""),
			want:   "undocumented=awscc_x,azuread_x,azurerm_x,google_x",
		},
		"another provider": {
			config: res("random_pet", "") + res("terraform_data", ""),
			want:   "other=random_pet,terraform_data",
		},
		"a provider named like a cloud": {config: res("aws", "") + res("awsx_bucket", ""), want: "other=aws,awsx_bucket"},
		"nothing":                       {config: res("azurerm_role_assignment", ""), want: "other=azurerm_role_assignment"},
		"anything": {
			config: res("azurerm_template_deployment", "") + res("helm_release", ""),
			want:   "opaque=azurerm_template_deployment,helm_release",
		},
		"no resource": {config: "locals {}\n", want: ""},
		"counts": {
			config: res("azurerm_vault", "count = 0") + res("azurerm_account", "for_each = {}\nkind = \"Text\""),
			want:   "text vault",
		},

		"azapi with a version": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaults@2023-07-01"`),
			want:   "vault",
		},
		"azapi without a version": {config: res("azapi_resource", `type = "Microsoft.Vault/vaults"`), want: "vault"},
		"azapi in another case": {
			config: res("azapi_resource", `type = "microsoft.vault/VAULTS@2023-07-01"`),
			want:   "vault",
		},
		"azapi, interpolated version": {config: res("azapi_resource", `type = "Microsoft.Vault/vaults@${var.v}"`), want: "vault"},
		"azapi, interpolated type": {
			config: res("azapi_resource", `type = "Microsoft.Vault/${var.t}@2023-07-01"`),
			want:   "opaque=azapi_resource",
		},
		"azapi, interpolated end": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaults${var.v}"`),
			want:   "opaque=azapi_resource",
		},
		"azapi, a reference": {config: res("azapi_resource", `type = local.t`), want: "opaque=azapi_resource"},
		"azapi, a conditional": {
			config: res("azapi_resource", `type = true ? "Microsoft.Vault/vaults" : ""`),
			want:   "opaque=azapi_resource",
		},
		"azapi without a type": {config: res("azapi_resource", ``), want: "opaque=azapi_resource"},
		"azapi, no ARM type":   {config: res("azapi_resource", `type = "vaults"`), want: "opaque=azapi_resource"},
		"azapi, empty":         {config: res("azapi_resource", `type = ""`), want: "opaque=azapi_resource"},
		"azapi, a child": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaults/secrets@2023-07-01"`),
			want:   "vault",
		},
		"azapi, a grandchild": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaults/keys/versions"`),
			want:   "vault",
		},
		"azapi, another of a namespace": {
			config: res("azapi_resource", `type = "Microsoft.Vault/plans@1"`),
			want:   "undocumented=Microsoft.Vault/plans",
		},
		"azapi, not a child": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaultsX"`),
			want:   "undocumented=Microsoft.Vault/vaultsX",
		},
		"azapi, another namespace": {
			config: res("azapi_resource", `type = "Contoso.Thing/things@1"`),
			want:   "undocumented=Contoso.Thing/things",
		},
		"azapi, nothing": {
			config: res("azapi_resource", `type = "Microsoft.Roles/assignments@1"`),
			want:   "other=Microsoft.Roles/assignments",
		},
		"azapi, a child of nothing": {
			config: res("azapi_resource", `type = "Microsoft.Roles/assignments/x"`),
			want:   "other=Microsoft.Roles/assignments/x",
		},
		"azapi, anything": {
			config: res("azapi_resource", `type = "Microsoft.Resources/deployments@1"`),
			want:   "opaque=Microsoft.Resources/deployments",
		},
		"azapi, decided in the body": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts@1\"\nbody = { kind = \"Text\" }"),
			want:   "speech? text?",
		},
		"azapi, a child of one of many": {
			config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/deployments@1"`),
			want:   "speech? text?",
		},
		"azapi_update_resource": {config: res("azapi_update_resource", `type = "Microsoft.Vault/vaults@1"`), want: "vault"},
		"azapi_resource_action": {config: res("azapi_resource_action", `type = "Microsoft.Vault/vaults@1"`), want: "vault"},
		"azapi_data_plane_resource": {
			config: res("azapi_data_plane_resource", `type = "Microsoft.Vault/vaults/x@1"`),
			want:   "vault",
		},
		"another type of azapi": {
			config: res("azapi_unheard_of", `type = "Microsoft.Vault/vaults@1"`),
			want:   "undocumented=azapi_unheard_of",
		},
		"azapi, two spellings": {
			config: res("azapi_resource", `type = "Microsoft.Vault/plans@1"`) +
				strings.Replace(res("azapi_resource", `type = "microsoft.vault/PLANS"`), "this", "that", 1),
			want: "undocumented=Microsoft.Vault/plans,microsoft.vault/PLANS",
		},
		"a version with another version": {
			config: res("azapi_resource", `type = "Microsoft.Vault/plans@1"`),
			ignore: []string{"Microsoft.Vault/plans@2"},
			want:   "ignored=Microsoft.Vault/plans",
		},

		"a literal decides":           {config: res("azurerm_account", `kind = "Speech"`), want: "speech"},
		"another of the same service": {config: res("azurerm_account", `kind = "Voice"`), want: "speech"},
		"a literal of no service":     {config: res("azurerm_account", `kind = "Face"`), want: "undocumented=azurerm_account"},
		"a value in another case":     {config: res("azurerm_account", `kind = "text"`), want: "undocumented=azurerm_account"},
		"not a literal":               {config: res("azurerm_account", `kind = var.kind`), want: "speech? text?"},
		"in part a literal":           {config: res("azurerm_account", `kind = "Te${var.x}"`), want: "speech? text?"},
		"not set":                     {config: res("azurerm_account", ``), want: "speech? text?"},
		"null":                        {config: res("azurerm_account", `kind = null`), want: "speech? text?"},

		"a block":         {config: res("azurerm_machine", "os_profile_linux_config {\n}"), want: "linux"},
		"the other block": {config: res("azurerm_machine", "os_profile_windows_config {\n}"), want: "windows"},
		"both blocks":     {config: res("azurerm_machine", machineBlocks), want: "linux windows"},
		"neither block":   {config: res("azurerm_machine", ""), want: "linux? windows?"},
		"a dynamic block": {
			config: res("azurerm_machine", "dynamic \"os_profile_linux_config\" {\nfor_each = []\ncontent {}\n}"),
			want:   "linux? windows?",
		},
		"a block beside a dynamic one": {
			config: res("azurerm_machine", "os_profile_windows_config {\n}\ndynamic \"os_profile_linux_config\" {\n"+
				"for_each = []\ncontent {}\n}"),
			want: "linux windows",
		},
		"ignored": {
			config: res("azurerm_vault", "") + res("azurerm_x", ""),
			ignore: []string{"azurerm_vault", "azurerm_y"},
			want:   "undocumented=azurerm_x ignored=azurerm_vault",
		},
		"ignored, of an attribute": {
			config: res("azurerm_account", `kind = "Speech"`),
			ignore: []string{"azurerm_account"},
			want:   "ignored=azurerm_account",
		},
		"ignored, ARM": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaults@1"`),
			ignore: []string{"microsoft.vault/vaults"},
			want:   "ignored=Microsoft.Vault/vaults",
		},
		"ignored is not its children": {
			config: res("azapi_resource", `type = "Microsoft.Vault/vaults/keys@1"`),
			ignore: []string{"Microsoft.Vault/vaults"},
			want:   "vault",
		},
		"Terraform types have a case": {config: res("azurerm_vault", ""), ignore: []string{"AzureRM_Vault"}, want: "vault"},
		"a prefix is no ignored type": {config: res("aws_bucket_policy", ""), ignore: []string{"aws_bucket_"}, want: "bucket"},
		"ignored opaque": {
			config: res("helm_release", ""),
			ignore: []string{"helm_release"},
			want:   "ignored=helm_release",
		},
		"ignored, a type not a literal": {
			config: res("azapi_resource", `type = var.t`),
			ignore: []string{"azapi_resource"},
			want:   "ignored=azapi_resource",
		},

		"a part, and its whole": {
			config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/deployments@1"`) +
				named("azapi_resource", "whole", "type = \"microsoft.accounts/ACCOUNTS@2\""),
			want: "speech? text? other=Microsoft.Accounts/accounts/deployments",
		},
		"a part of a part": {
			config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/deployments/x"`),
			want:   "speech? text?",
		},
		"a part, and another part": {
			config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/a"`) +
				named("azapi_resource", "b", `type = "Microsoft.Accounts/accounts/b"`), want: "speech? text?",
		},
		"a part of an azurerm block": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts/a\"\nparent_id = azurerm_account.text.id") +
				named("azurerm_account", "text", `kind = "Text"`),
			want: "text other=Microsoft.Accounts/accounts/a",
		},
		"a part of one of several azurerm blocks": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts/a\"\n"+
				"parent_id = azurerm_account.text[each.key].id") +
				named("azurerm_account", "text", `kind = "Text"`),
			want: "text other=Microsoft.Accounts/accounts/a",
		},
		"a part of an opaque block": {
			config: res("azapi_update_resource", "type = \"Microsoft.Accounts/accounts/a\"\nresource_id = azapi_resource.x.id") +
				named("azapi_resource", "x", "type = var.t"),
			want: "opaque=azapi_resource other=Microsoft.Accounts/accounts/a",
		},
		"a part of a block of another service": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts/a\"\nparent_id = azurerm_vault.v.id") +
				named("azurerm_vault", "v", ""),
			want: "speech? text? vault",
		},
		"a part beside an azurerm block": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts/a\"\nparent_id = var.id") +
				named("azurerm_account", "text", `kind = "Text"`), want: "speech? text?",
		},
		"a part of what is not declared": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts/a\"\nparent_id = azurerm_account.gone.id"),
			want:   "speech? text?",
		},
		"a part of something else": {
			config: res("azapi_resource", "type = \"Microsoft.Accounts/accounts/a\"\nparent_id = terraform_data.x.output") +
				named("terraform_data", "x", ""),
			want: "speech? text? other=terraform_data",
		},
		"a part, and its whole imported": {
			config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/a"`) +
				imported("azapi_resource.whole"), want: "speech? text? opaque=azapi_resource",
		},
		"a part, and its whole ignored": {
			config: res("azapi_resource", `type = "Microsoft.Accounts/accounts/a"`) +
				named("azapi_resource", "whole", `type = "Microsoft.Accounts/accounts"`),
			ignore: []string{"Microsoft.Accounts/accounts"}, want: "ignored=Microsoft.Accounts/accounts " +
				"other=Microsoft.Accounts/accounts/a",
		},

		"imported":               {config: imported("azurerm_vault.x"), want: "vault?"},
		"imported, and declared": {config: imported("azurerm_vault.this") + res("azurerm_vault", ""), want: "vault"},
		"imported, one of many":  {config: imported("azurerm_account.x"), want: "speech? text?"},
		"imported, by block":     {config: imported("module.m.azurerm_machine.x[0]"), want: "linux? windows?"},
		"imported, azapi":        {config: imported("azapi_resource.x"), want: "opaque=azapi_resource"},
		"imported, of no service": {
			config: imported("azurerm_role_assignment.x") + imported("random_pet.x") + imported("azurerm_x.x"),
			want:   "other=azurerm_role_assignment,random_pet undocumented=azurerm_x",
		},
		"imported, can do anything": {config: imported("helm_release.x"), want: "opaque=helm_release"},
		"imported, ignored": {
			config: imported("azurerm_vault.x"),
			ignore: []string{"azurerm_vault"},
			want:   "ignored=azurerm_vault",
		},

		"a provisioner": {
			config: res("null_resource", runs("local-exec")) + res("terraform_data", runs("remote-exec")),
			want:   "opaque=null_resource_with_local-exec,terraform_data_with_remote-exec",
		},
		"a provisioner that copies": {config: res("null_resource", runs("file")), want: "other=null_resource"},
		"a provisioner of a plugin": {config: res("null_resource", runs("chef")), want: "opaque=null_resource_with_chef"},
		"a provisioner, and without": {
			config: res("null_resource", runs("local-exec")) +
				named("null_resource", "b", ""), want: "opaque=null_resource_with_local-exec other=null_resource",
		},
		"a provisioner of a service": {
			config: res("azurerm_vault", runs("local-exec")),
			want:   "vault opaque=azurerm_vault_with_local-exec",
		},
		"a provisioner of azapi": {
			config: res("azapi_resource", "type = \"Microsoft.Vault/vaults@1\"\n"+runs("local-exec")),
			want:   "vault opaque=Microsoft.Vault/vaults_with_local-exec",
		},
		"a provisioner of what can do anything": {
			config: res("helm_release", runs("local-exec")),
			want:   "opaque=helm_release,helm_release_with_local-exec",
		},
		"a provisioner of the unknown": {
			config: res("azurerm_x", runs("local-exec")),
			want:   "undocumented=azurerm_x opaque=azurerm_x_with_local-exec",
		},
		"a provisioner, ignored": {
			config: res("azurerm_vault", runs("local-exec", "remote-exec")), ignore: []string{"azurerm_vault with local-exec"},
			want: "vault ignored=azurerm_vault_with_local-exec opaque=azurerm_vault_with_remote-exec",
		},
		"a provisioner of ARM, ignored": {
			config: res("azapi_resource", "type = \"Microsoft.Vault/vaults@1\"\n"+runs("local-exec")),
			ignore: []string{"microsoft.vault/vaults with local-exec"},
			want:   "vault ignored=Microsoft.Vault/vaults_with_local-exec",
		},
		"a provisioner, with its type ignored": {
			config: res("null_resource", runs("local-exec")),
			ignore: []string{"null_resource"},
			want:   "ignored=null_resource,null_resource_with_local-exec",
		},
		"removed with a provisioner": {
			config: "removed {\nfrom = null_resource.x\n" + runs("local-exec") + "\n}\n",
			want:   "opaque=null_resource_with_local-exec",
		},
		"removed, with its type ignored": {
			config: "removed {\nfrom = null_resource.x\n" + runs("local-exec") + "\n}\n",
			ignore: []string{"null_resource"},
			want:   "ignored=null_resource_with_local-exec",
		},
		"programs": {
			config: "data \"external\" \"x\" {}\ndata \"azurerm_vault\" \"x\" {}\naction \"aws_x\" \"y\" {}\n",
			want:   "opaque=action.aws_x,data.external",
		},
		"programs, ignored": {
			config: "data \"external\" \"x\" {}\naction \"aws_x\" \"y\" {}\n", ignore: []string{"data.external", "action.aws_x"},
			want: "ignored=action.aws_x,data.external",
		},
		// What the list of an error says to ignore must not take along what is known.
		"ignored is not what is a literal": {
			config: res("azapi_resource", `type = var.t`) +
				strings.Replace(res("azapi_resource", `type = "Microsoft.Vault/vaults@1"`), "this", "that", 1),
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
			if len(again.Document().ServiceIDs()) != len(choices.Document().ServiceIDs()) &&
				!slices.ContainsFunc(left, func(typeName string) bool { return choices.Choosing(typeName) > 0 }) {
				t.Errorf("ignoring %q takes along services: %q", left, summary(again))
			}
		})
	}
}

func TestChoosing(t *testing.T) {
	t.Parallel()
	c := load(t)
	choices := choose.Services(c, scan(t, c, strings.Replace(res("azurerm_account", `kind = "Face"`), "this", "a", 1)+
		strings.Replace(
			res("azurerm_account", "kind = var.kind"),
			"this",
			"b",
			1,
		)+strings.Replace(res("azurerm_account", `kind = "Text"`), "this", "c", 1)+
		res("azapi_resource", `type = "microsoft.vault/vaults@1"`)), nil)
	for typeName, want := range map[string]int{
		"azurerm_account": 2, "Microsoft.Vault/vaults": 1, "azapi_resource": 0,
		"azurerm_vault": 0,
	} {
		if got := choices.Choosing(typeName); got != want {
			t.Errorf("%s: got %d, want %d", typeName, got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	c := load(t)
	for name, tt := range map[string]struct{ config, service, want string }{
		"not set": {
			res("azurerm_account", ""),
			"text",
			"kind decides which service the type is, and is not set: every candidate counts",
		},
		"blocks": {
			res("azurerm_machine", ""), "linux",
			"which of the blocks os_profile_linux_config and os_profile_windows_config there is cannot be read: every " +
				"candidate counts",
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
	t.Parallel()
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
	t.Parallel()
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
	if got, want := summary(choices), "azure-cognitive-services azure-container-registry azure-key-vault "+
		"azure-linux-virtual-machines azure-openai"+
		" opaque=helm_release other=azurerm_role_assignment,random_pet"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A slot of the embedded catalogue, whose site no block declares, may be of any service
// that sites are of.
func TestSlotWithoutSite(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		t.Fatal(err)
	}
	choices := choose.Services(
		c,
		scan(t, c, `resource "azapi_resource" "s" { type = "Microsoft.Web/sites/slots@2023-05-01" }`),
		nil,
	)
	var want []string
	for _, claim := range c.TypeClaims("Microsoft.Web/sites") {
		want = append(want, claim.Service)
	}
	want = slices.Compact(want)
	if got := choices.Document().ServiceIDs(); !slices.Equal(got, want) || !slices.Contains(got, "azure-functions") {
		t.Errorf("got %q, want %q", got, want)
	}
	const note = "a part of Microsoft.Web/sites, of which no block is in the configuration: every candidate counts"
	if got := choices.Places["azure-functions"][0]; got.Note != note || got.Type != "Microsoft.Web/sites/slots" {
		t.Errorf("got %+v", got)
	}
}

func TestNotesOfKinds(t *testing.T) {
	t.Parallel()
	c := load(t)
	choices := choose.Services(
		c,
		scan(t, c, imported("azurerm_vault.x")+imported("azurerm_account.x")+imported("azapi_resource.x")+
			res("null_resource", runs("local-exec"))+"action \"aws_x\" \"y\" {}\ndata \"external\" \"x\" {}\n"),
		nil,
	)
	for what, got := range map[string]struct{ note, want string }{
		"vault": {choices.Places["vault"][0].Note, "imported, without a resource block yet"},
		"text":  {choices.Places["text"][0].Note, "imported, without a resource block yet: every candidate counts"},
		"azapi": {choices.Opaque["azapi_resource"].Note, "imported, without a resource block yet, so that its type is " +
			"not known"},
		"null":     {choices.Opaque["null_resource with local-exec"].Note, "its provisioner can deploy anything"},
		"action":   {choices.Opaque["action.aws_x"].Note, "an action can do anything"},
		"external": {choices.Opaque["data.external"].Note, "runs a program"},
	} {
		if got.note != got.want {
			t.Errorf("%s: got %q, want %q", what, got.note, got.want)
		}
	}
}

// What a part refers to is of its own module.
func TestPartsOfModules(t *testing.T) {
	t.Parallel()
	c := load(t)
	literal := func(text string) hclscan.Attribute { return hclscan.Attribute{Set: true, Literal: true, Value: text} }
	declared := func(module, typeName, name string, attributes map[string]hclscan.Attribute) hclscan.Resource {
		address := strings.TrimPrefix(module+"."+typeName+"."+name, ".")
		return hclscan.Resource{Address: address, Module: module, Type: typeName, Name: name, Attributes: attributes}
	}
	part := func(module string) hclscan.Resource {
		return declared(module, "azapi_resource", "part", map[string]hclscan.Attribute{
			"type": literal("Microsoft.Accounts/accounts/a"), "parent_id": {Set: true, Reference: "azurerm_account.text"},
		})
	}
	whole := func(module string) hclscan.Resource {
		return declared(module, "azurerm_account", "text", map[string]hclscan.Attribute{"kind": literal("Text")})
	}
	const found, notFound = "text other=Microsoft.Accounts/accounts/a", "speech? text?"
	for name, tt := range map[string]struct {
		part, whole hclscan.Resource
		want        string
	}{
		"in the root module":     {part(""), whole(""), found},
		"in a module":            {part("module.m"), whole("module.m"), found},
		"in another module":      {part("module.m"), whole("module.n"), notFound},
		"in the module's caller": {part("module.m"), whole(""), notFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scanned := &hclscan.Configuration{Resources: []hclscan.Resource{tt.part, tt.whole}}
			if got := summary(choose.Services(c, scanned, nil)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What a type chooses by a correction is known by the type as it was declared.
func TestCorrected(t *testing.T) {
	t.Parallel()
	own := sample.WriteNamed(t, "own.yaml", sample.Services(sample.Service("own", "resource_types: [azurerm_vault]",
		sample.Document("own", "2026-01-01", "alpha: yes")))+
		"types: [{type: Microsoft.Resources/deployments, chooses: nothing, reason: R}]\n")
	own.Corrects = true
	c := sample.Load(t, sample.Write(t, withDocuments(services)), own)
	choices := choose.Services(c, scan(t, c, res("azurerm_vault", "")+res("aws_bucket_policy", "")+
		res("azapi_resource", `type = "microsoft.resources/deployments@1"`)), nil)
	if got, want := summary(choices), "bucket own other=microsoft.resources/deployments"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := map[string]catalog.Correction{
		"azurerm_vault":                   {Source: "own.yaml", Type: "azurerm_vault", From: []string{"vault"}},
		"microsoft.resources/deployments": {Source: "own.yaml", Type: "Microsoft.Resources/deployments"},
	}
	if diff := cmp.Diff(want, choices.Corrected); diff != "" {
		t.Error(diff)
	}
}

// What was not read is in the document, ready for whoever judges the choices.
func TestUnreadModules(t *testing.T) {
	t.Parallel()
	c := load(t)
	scanned := scan(t, c, "module \"m\" {\n source = \"https://secret@h.example/m.zip\"\n}\n")
	want := []configuration.UnreadModule{{
		Address: "module.m", File: "main.tf", Line: 1, Reason: "modules are not included", Source: "https://…@h.example/m.zip",
	}}
	choices := choose.Services(c, scanned, nil)
	d := choices.Document()
	if diff := cmp.Diff(want, d.Scope.UnreadModules); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"module.m"}, choices.UnreadAddresses()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{}, choose.Services(c, scan(t, c, ""), nil).UnreadAddresses()); diff != "" {
		t.Errorf("of none an empty list, not null: %s", diff)
	}
	if _, err := d.Encode(); err != nil {
		t.Error(err)
	}
}

// What the scan is told to read covers everything that decides.
func TestAttributes(t *testing.T) {
	t.Parallel()
	got := choose.Attributes(load(t))
	for typeName, want := range map[string][]string{
		"azurerm_account":       {"kind"},
		"azurerm_machine":       {"os_profile_linux_config", "os_profile_windows_config"},
		"azapi_resource":        {"type", "parent_id", "resource_id"},
		"azapi_update_resource": {"type", "parent_id", "resource_id"},
	} {
		if !slices.Equal(got[typeName], want) {
			t.Errorf("%s: got %v, want %v", typeName, got[typeName], want)
		}
	}
}
