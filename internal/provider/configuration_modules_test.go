package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// Modules as the CLI at hand lays them out, which is how the provider finds them.

// readsItself is a configuration that reads its own folder, and shows what it found.
func readsItself(t *testing.T, arguments string) string {
	t.Helper()
	return configurationCatalog(t) + `
data "controls_configuration" "this" {
  path = path.root
  ` + arguments + `
}
output "places" {
  value = sort(flatten([for id, list in jsondecode(data.controls_configuration.this.document).services :
    [for l in list : "${id} ${l.address} ${l.file}:${l.line}"]]))
}
`
}

// places applies a configuration of readsItself and returns its output.
func places(t *testing.T, w *acctest.Workspace) []string {
	t.Helper()
	w.Run(0, "apply", "-auto-approve")
	var found []string
	if err := json.Unmarshal([]byte(w.RunRaw(0, "output", "-json", "places")), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func expectPlaces(t *testing.T, w *acctest.Workspace, want ...string) {
	t.Helper()
	if got := places(t, w); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// writeModules adds a module that is called twice, with a module of its own, and one
// that nothing calls. Their resources need no provider: the type of terraform_data is
// claimed by no service, so it takes a catalogue that claims it.
func writeModules(w *acctest.Workspace) {
	w.Write("modules.tf", `
module "first" {
  source = "./net"
  count  = 0
}
module "second" {
  source = "./net"
}
`)
	w.Write("net/main.tf", "module \"dns\" {\n  source = \"../dns\"\n}\n")
	w.Write("dns/main.tf", "\nresource \"terraform_data\" \"zone\" {}\n")
	w.Write("stray/main.tf", "resource \"terraform_data\" \"nobody_calls_this\" {}\n")
	w.Write("claims.yaml", `services:
  - id: bucket
    name: Bucket
    cloud: aws
    resource_types: [terraform_data]
    documents:
      - {id: bucket-claims, series: Test, title: Controls of Bucket, publisher: Tester, published: 2026-01-01, statements: [
          {control: alpha, status: yes}]}
`)
}

// claiming makes the catalogue of writeModules a source.
func claiming(config string) string {
	return strings.Replace(config, " }]", " }, { path = \"claims.yaml\" }]", 1)
}

func TestAccConfigurationModules_local(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, claiming(readsItself(t, "")))
	writeModules(w)
	w.Run(0, "init")
	// Both calls, whatever their count; in the order of the modules' addresses.
	expectPlaces(t, w, "bucket module.first.module.dns.terraform_data.zone dns/main.tf:2",
		"bucket module.second.module.dns.terraform_data.zone dns/main.tf:2")

	w.Write("main.tf", acctest.RequiredProviders+claiming(readsItself(t, "include_modules = false")))
	expectPlaces(t, w)

	// An entry that modules.json has kept, and that no block calls any more, is not read.
	w.Write("main.tf", acctest.RequiredProviders+claiming(readsItself(t, "")))
	w.Write("modules.tf", "module \"second\" {\n  source = \"./net\"\n}\n")
	expectPlaces(t, w, "bucket module.second.module.dns.terraform_data.zone dns/main.tf:2")
}

// A module that has no local path is where init says: here one that was copied by hand
// into the layout of init, since these tests have no network.
func TestAccConfigurationModules_installed(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "")
	stack := func(dataDir string) {
		w.Write("stack/"+dataDir+"/modules/modules.json", `{"Modules": [{"Key": "", "Source": "", "Dir": "."},
			{"Key": "net", "Source": "registry.terraform.io/contoso/net/azurerm", "Version": "1.0.0",
			 "Dir": "`+dataDir+`/modules/net"},
			{"Key": "gone", "Source": "registry.terraform.io/contoso/gone/azurerm", "Version": "1.0.0",
			 "Dir": "`+dataDir+`/modules/gone"}]}`)
		w.Write("stack/"+dataDir+"/modules/net/main.tf", declares("azurerm_vault", "this"))
	}
	w.Write("stack/main.tf", "module \"net\" {\n  source  = \"contoso/net/azurerm\"\n  version = \"1.0.0\"\n}\n")
	w.Write("main.tf", acctest.RequiredProviders+strings.Replace(readsItself(t, ""), "path.root", `"./stack"`, 1))
	w.Run(0, "init")
	expectText(t, w.Run(1, "plan"), "Configuration cannot be read", "main.tf:1:", `"terraform init" or "tofu init"`)

	stack(".terraform")
	expectPlaces(t, w, "vault module.net.azurerm_vault.this .terraform/modules/net/main.tf:1")
	if err := os.RemoveAll(w.Path("stack/.terraform")); err != nil {
		t.Fatal(err)
	}
	w.Setenv("TF_DATA_DIR", "data")
	w.Run(0, "init")
	w.Run(1, "plan")
	stack("data")
	expectPlaces(t, w, "vault module.net.azurerm_vault.this data/modules/net/main.tf:1")
}

// TF_DATA_DIR may be absolute, and moves what init installs of this very configuration.
func TestAccConfigurationModules_dataDir(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, claiming(readsItself(t, "")))
	writeModules(w)
	elsewhere := filepath.Join(t.TempDir(), "data")
	w.Setenv("TF_DATA_DIR", elsewhere)
	w.Run(0, "init")
	if _, err := os.Stat(filepath.Join(elsewhere, "modules", "modules.json")); err != nil {
		t.Fatal(err)
	}
	expectPlaces(t, w, "bucket module.first.module.dns.terraform_data.zone dns/main.tf:2",
		"bucket module.second.module.dns.terraform_data.zone dns/main.tf:2")
}

// Modules that init really downloads or links, nested and called twice, where TF_DATA_DIR
// says. The repository and the folder stand in for a registry.
func TestAccConfigurationModules_downloaded(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip(err)
	}
	elsewhere := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(elsewhere, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		acctest.WriteFile(t, path, content)
	}
	write("repository/modules/net/main.tf",
		"module \"dns\" {\n  source = \"../dns\"\n}\nresource \"terraform_data\" \"net\" {}\n")
	write("repository/modules/dns/main.tf", "\nresource \"terraform_data\" \"zone\" {}\n")
	write("repository/modules/dns/override.tf", "resource \"terraform_data\" \"zone\" {}\n")
	write("linked/main.tf", fmt.Sprintf("module \"net\" {\n  source = \"git::file://%s//modules/net\"\n}\n",
		rooted(filepath.Join(elsewhere, "repository"))))
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "."},
		{"-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "T"},
	} {
		cmd := exec.CommandContext(t.Context(), git, args...)
		cmd.Dir = filepath.Join(elsewhere, "repository")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}

	w := acctest.NewWorkspace(t, claiming(readsItself(t, "")))
	writeModules(w)
	w.Write("modules.tf", fmt.Sprintf("module \"first\" {\n  source = %[1]q\n}\n"+
		"module \"second\" {\n  source = %[1]q\n  count  = 2\n}\n", filepath.ToSlash(filepath.Join(elsewhere, "linked"))))
	for _, dataDir := range []string{"", "data"} {
		at := dataDir
		if at == "" {
			at = ".terraform"
		} else {
			if err := os.RemoveAll(w.Path(".terraform")); err != nil {
				t.Fatal(err)
			}
			w.Setenv("TF_DATA_DIR", dataDir)
		}
		w.Run(0, "init")
		var want []string
		for _, call := range []string{"first", "second"} {
			in := at + "/modules/" + call + ".net/modules/"
			want = append(want, "bucket module."+call+".module.net.module.dns.terraform_data.zone "+in+"dns/main.tf:2",
				"bucket module."+call+".module.net.terraform_data.net "+in+"net/main.tf:4")
		}
		expectPlaces(t, w, want...)
	}
}

// rooted is an absolute path in the form of a URL's.
func rooted(path string) string { return "/" + strings.TrimPrefix(filepath.ToSlash(path), "/") }

// A folder that is read later than in the plan leaves the requirement to the apply.
func TestAccConfiguration_pathUnknown(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, configurationCatalog(t)+`
resource "terraform_data" "later" { input = "./stack" }
data "controls_configuration" "this" { path = terraform_data.later.output }
resource "controls_requirement" "this" {
  configuration_wo = data.controls_configuration.this.document
  controls         = ["beta"]
}
`)
	w.Write("stack/main.tf", declares("azurerm_vault", "a"))
	expectText(t, w.Run(0, "plan"), "Some checks wait for the apply", "configuration_wo")
	expectText(t, w.Run(1, "apply", "-auto-approve"), "Required security controls missing", "azurerm_vault.a (main.tf line 1)")
	expectState(t, w, "data.controls_configuration.this", "terraform_data.later")
}
