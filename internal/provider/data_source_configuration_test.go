package provider_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

const configurationAddress = "data.controls_configuration.this"

// configurationCatalog is a provider block with the catalogue of these tests.
func configurationCatalog(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "configuration", "catalog.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("provider \"controls\" {\n  include_embedded_catalog = false\n  catalog_sources = [{ path = %q }]\n}\n",
		filepath.ToSlash(path))
}

// folder writes the files of a configuration and returns its path, with forward slashes.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		acctest.WriteFile(t, name, content)
	}
	return filepath.ToSlash(dir)
}

// readsFolder is the data source with further arguments, one to a line.
func readsFolder(path, arguments string) string {
	return fmt.Sprintf("data \"controls_configuration\" \"this\" {\n  path = %q\n%s\n}\n", path, arguments)
}

// declares is a resource block of a type on one line.
func declares(typeName, name string, arguments ...string) string {
	return fmt.Sprintf("resource %q %q {%s}\n", typeName, name, strings.Join(arguments, ", "))
}

func strs(values ...string) []knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return checks
}

func expectConfiguration(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(configurationAddress, tfjsonpath.New(attribute), check)
}

// expectDocument compares the document with what it says.
func expectDocument(want configuration.Document) statecheck.StateCheck {
	return expectConfiguration("document", knownvalue.StringFunc(func(text string) error {
		got, err := configuration.Parse(text)
		if err != nil {
			return err
		}
		want.Schema, want.Scope.UnreadModules = configuration.Schema, []configuration.UnreadModule{}
		if diff := cmp.Diff(&want, got); diff != "" {
			return errors.New(diff)
		}
		return nil
	}))
}

// place is a place in the root module that chooses a service; note is "" for none.
func place(address, typeName, file string, line int, note string) configuration.Place {
	return configuration.Place{Address: address, Type: typeName, File: file, Line: line, Note: note}
}

// mixed is a configuration with every kind of type.
var mixed = map[string]string{
	"main.tf": declares("azurerm_vault", "a") + "\n" + declares("azurerm_account", "b", "kind = var.kind") +
		declares("azurerm_account", "c", `kind = "Speech"`) + declares("azurerm_account", "d", `kind = "Face"`) +
		declares("azurerm_role_assignment", "e") + declares("random_pet", "f") + declares("helm_release", "g") +
		declares("azurerm_unheard_of", "h") + declares("google_unheard_of", "i") +
		"data \"azurerm_account\" \"j\" {}\nmoved {\n from = azurerm_account.x\n to = azurerm_account.c\n}\n",
	"azapi.tofu": declares("azapi_resource", "k", `type = "Microsoft.Vault/vaults@2023-07-01"`) +
		declares("azapi_resource", "l", "type = var.type"),
	"buckets.tf.json": `{"resource": {"aws_bucket_policy": {"m": {"count": 100}}}}`,
}

func TestAccDataSourceConfiguration_services(t *testing.T) {
	const note = "kind decides which service the type is, and is not a literal: every candidate counts"
	path := folder(t, mixed)
	undocumented := []string{"azurerm_account", "azurerm_unheard_of", "google_unheard_of"}
	opaque := []string{"azapi_resource", "helm_release"}
	other := []string{"azurerm_role_assignment", "random_pet"}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: configurationCatalog(t) + readsFolder(path, `on_undocumented = "allow"`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("services", knownvalue.SetExact(strs("bucket", "speech", "text", "vault"))),
					expectDocument(configuration.Document{
						Scope: configuration.Scope{Ignored: []string{}, Undocumented: undocumented, Opaque: opaque, Other: other},
						Services: map[string][]configuration.Place{
							"bucket": {place("aws_bucket_policy.m", "aws_bucket_policy", "buckets.tf.json", 1, "")},
							"speech": {
								place("azurerm_account.b", "azurerm_account", "main.tf", 3, note),
								place("azurerm_account.c", "azurerm_account", "main.tf", 4, ""),
							},
							"text": {place("azurerm_account.b", "azurerm_account", "main.tf", 3, note)},
							"vault": {
								place("azapi_resource.k", "Microsoft.Vault/vaults", "azapi.tofu", 1, ""),
								place("azurerm_vault.a", "azurerm_vault", "main.tf", 1, ""),
							},
						},
					}),
					expectConfiguration("undocumented", knownvalue.ListExact(strs(undocumented...))),
					expectConfiguration("opaque", knownvalue.ListExact(strs(opaque...))),
					expectConfiguration("other", knownvalue.ListExact(strs(other...))),
				},
			},
			{ // What is ignored is said.
				Config: configurationCatalog(t) + readsFolder(path, `on_undocumented = "allow"
					ignore_types = ["azurerm_account", "microsoft.vault/VAULTS@2020-01-01", "azapi_resource", "aws_nowhere"]`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("services", knownvalue.SetExact(strs("bucket", "vault"))),
					expectConfiguration("undocumented", knownvalue.ListExact(strs("azurerm_unheard_of", "google_unheard_of"))),
					expectConfiguration("opaque", knownvalue.ListExact(strs("helm_release"))),
					expectConfiguration("document", knownvalue.StringFunc(
						containing(`"ignored":["Microsoft.Vault/vaults","azapi_resource","azurerm_account"]`))),
				},
			},
		},
	})
}

// A configuration that chooses nothing is one with empty results.
func TestAccDataSourceConfiguration_nothing(t *testing.T) {
	path := folder(t, map[string]string{"main.tf": "locals {}\n"})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: configurationCatalog(t) + readsFolder(path, ""),
			ConfigStateChecks: []statecheck.StateCheck{
				expectConfiguration("services", knownvalue.SetExact(nil)),
				expectConfiguration("document", knownvalue.StringFunc(containing(`"services":{}`))),
				expectConfiguration("undocumented", knownvalue.ListExact(nil)),
			},
		}},
	})
}

// The embedded catalogue, and a service of a team's own beside it.
func TestAccDataSourceConfiguration_embedded(t *testing.T) {
	path := folder(t, map[string]string{
		"main.tf": declares("azurerm_key_vault", "a") + declares("azurerm_cognitive_account", "b", `kind = "OpenAI"`) +
			declares("contoso_ledger", "c"),
	})
	own := acctest.Catalog(t, map[string]string{"ledger.yaml": strings.Replace(
		acctest.Service("ledger", "2026-01-01", acctest.Statement{Control: "vnet-injection", Status: "yes"}),
		"    cloud: test\n", "    cloud: test\n    resource_types: [contoso_ledger]\n", 1)})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: readsFolder(path, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("services", knownvalue.SetExact(strs("azure-key-vault", "azure-openai"))),
					expectConfiguration("other", knownvalue.ListExact(strs("contoso_ledger"))),
				},
			},
			{
				Config: fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q }]\n}\n", own) +
					readsFolder(path, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectConfiguration("services", knownvalue.SetExact(strs("azure-key-vault", "azure-openai", "ledger"))),
				},
			},
		},
	})
}

func TestAccDataSourceConfiguration_undocumented(t *testing.T) {
	path := folder(t, mixed)
	config := func(arguments string) string { return configurationCatalog(t) + readsFolder(path, arguments) }
	w := acctest.NewWorkspaceOn(t, acctest.Today, config(""))
	report := func(exit int) acctest.Diagnostic {
		t.Helper()
		diagnostics := w.PlanDiagnostics(exit)[configurationAddress]
		if len(diagnostics) != 1 {
			t.Fatalf("got %d reports: %v", len(diagnostics), diagnostics)
		}
		return diagnostics[0]
	}
	denied := report(1)
	denied.Code = `path = …` // a directory of this run
	golden.Check(t, filepath.Join("testdata", "configuration", "undocumented.txt"), denied.String())

	// What the error lists can be pasted as it is.
	_, list, _ := strings.Cut(denied.Detail, "\n\n")
	list, _, found := strings.Cut(list, "\n\n")
	if !found {
		t.Fatalf("no list in:\n%s", denied.Detail)
	}
	write := func(arguments string) { w.Write("main.tf", acctest.RequiredProviders+config(arguments)) }
	write(list)
	if got := w.PlanDiagnostics(0); len(got) > 0 {
		t.Errorf("with the list pasted: %v", got)
	}

	write(`on_undocumented = "deny"`)
	if got := report(1); got.Detail != denied.Detail {
		t.Errorf("deny is not the default:\n%s", got.Detail)
	}
	write(`on_undocumented = "warn"`)
	// What is set is not advised once more.
	warns := strings.Replace(denied.Detail, `to "warn" or "allow"`, `to "allow"`, 1)
	if got := report(0); got.Severity != "warning" || got.Summary != denied.Summary || got.Detail != warns {
		t.Errorf("got the warning %v", got)
	}
	write(`on_undocumented = "allow"`)
	if got := w.PlanDiagnostics(0); len(got) > 0 {
		t.Errorf("allow: %v", got)
	}
}

// The clouds of which the catalogue documents nothing are known as such, and what only
// serves other resources is not taken for one.
func TestAccDataSourceConfiguration_knownClouds(t *testing.T) {
	path := folder(t, map[string]string{"main.tf": declares("digitalocean_droplet", "a") +
		declares("oci_core_instance", "b") + declares("hcloud_server", "c") + declares("random_id", "d") +
		declares("null_resource", "e") + declares("time_sleep", "f") + declares("kubernetes_namespace", "g")})
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{
			Config: readsFolder(path, ""),
			ExpectError: acctest.Says(`"digitalocean_droplet", # not in the catalogue`, `"hcloud_server",`,
				`"oci_core_instance",`),
		},
		{
			Config: readsFolder(path, `on_undocumented = "allow"`),
			ConfigStateChecks: []statecheck.StateCheck{
				expectConfiguration("undocumented",
					knownvalue.ListExact(strs("digitalocean_droplet", "hcloud_server", "oci_core_instance"))),
				expectConfiguration("other",
					knownvalue.ListExact(strs("kubernetes_namespace", "null_resource", "random_id", "time_sleep"))),
			},
		},
	}})
}

// A cloud that a catalogue adds is as closed as those that the provider knows.
func TestAccDataSourceConfiguration_ownCloud(t *testing.T) {
	path := folder(t, map[string]string{
		"main.tf": declares("nimbus_core_instance", "vm") + declares("nimbus_vault", "keys") + declares("other_thing", "a"),
	})
	services := `
services:
  - id: nimbus-vault
    name: Vault
    cloud: nimbus
    resource_types: [nimbus_vault]
    documents:
      - {id: d, series: S, title: T, publisher: P, published: 2026-01-01, statements: [{control: vnet-injection, status: "yes"}]}
`
	config := func(content, arguments string) string {
		catalog := filepath.ToSlash(filepath.Join(folder(t, map[string]string{"nimbus.yaml": content}), "nimbus.yaml"))
		return fmt.Sprintf("provider \"controls\" {\n  catalog_sources = [{ path = %q }]\n}\n", catalog) +
			readsFolder(path, arguments)
	}
	const cloud = "clouds: [{id: nimbus, name: Nimbus, type_prefixes: [nimbus_]}]"
	expect := func(undocumented, other []knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			expectConfiguration("services", knownvalue.SetExact(strs("nimbus-vault"))),
			expectConfiguration("undocumented", knownvalue.ListExact(undocumented)),
			expectConfiguration("other", knownvalue.ListExact(other)),
		}
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{
			Config:            config(services, ""),
			ConfigStateChecks: expect(nil, strs("nimbus_core_instance", "other_thing")),
		},
		{
			Config:      config(cloud+services, ""),
			ExpectError: acctest.Says("nimbus_core_instance"),
		},
		{
			Config:            config(cloud+services, `on_undocumented = "allow"`),
			ConfigStateChecks: expect(strs("nimbus_core_instance"), strs("other_thing")),
		},
	}})
}

func TestAccDataSourceConfiguration_errors(t *testing.T) {
	link := folder(t, map[string]string{"main.tf": ""})
	_ = os.Symlink("loop.tf", filepath.Join(link, "loop.tf")) // unlike one without permissions, it stops root as well
	const closed = "Nothing is taken from a configuration that was read in part"
	for name, tt := range map[string]struct {
		path      string
		arguments string
		says      []string
	}{
		"syntax": {
			path: folder(t, map[string]string{
				"main.tf": declares("azurerm_vault", "a") + "\nresource \"azurerm_vault\" {\n", "other.tf": "locals {\n",
			}),
			says: []string{"Configuration cannot be read", "main.tf:3:", "other.tf:1:", closed},
		},
		"no such folder": {
			path: "/no/such/folder",
			says: []string{"Configuration cannot be read", `cannot read the folder "/no/such/folder"`, closed},
		},
		"no files":         {path: folder(t, nil), says: []string{"Configuration cannot be read", closed}},
		"a link to itself": {path: link, says: []string{"Configuration cannot be read", "loop.tf"}},
		"module not installed": {
			path: folder(t, map[string]string{"main.tf": "module \"net\" {\n  source = \"contoso/net/azurerm\"\n}\n"}),
			says: []string{"Configuration cannot be read", "main.tf:1:", closed, `"terraform init" or "tofu init"`},
		},
		"module not there": {
			path: folder(t, map[string]string{"main.tf": "\nmodule \"net\" {\n  source = \"./net\"\n}\n"}),
			says: []string{"Configuration cannot be read", "main.tf:2:"},
		},
		"blank path": {path: " ", says: []string{"Blank value"}},
		"blank type": {path: "/", arguments: `ignore_types = [""]`, says: []string{"Blank value"}},
		"on_undocumented": {
			path: "/", arguments: `on_undocumented = "ignore"`, says: []string{"on_undocumented", `"deny" "warn" "allow"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: configurationCatalog(t) + readsFolder(tt.path, tt.arguments), ExpectError: acctest.Says(tt.says...)},
				},
			})
		})
	}
}

// Errors name at most ten places.
func TestAccDataSourceConfiguration_manyErrors(t *testing.T) {
	path := folder(t, map[string]string{"main.tf": strings.Repeat("resource \"a\" {\n}\n", 15)})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      configurationCatalog(t) + readsFolder(path, ""),
				ExpectError: acctest.Says("main.tf:1:", "main.tf:19:", "- and 5 more"),
			},
		},
	})
}
