package catalog

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// endOfTime is a today with which no document is of the future: genindex, which knows
// the real one, refuses those.
const endOfTime = Date("9999-12-31")

func embedded(tb testing.TB) *Catalog {
	tb.Helper()
	c, err := Load(Options{Embedded: true, Today: today})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestEmbeddedServices(t *testing.T) {
	c := embedded(t)
	for _, tt := range []struct {
		service   string
		name      string
		published Date
		url       string
		types     []ResourceType
		retired   Date
		successor string
		planned   []string
		links     int
		statuses  map[string]Status
	}{
		{
			service: "azure-key-vault", name: "Azure Key Vault", published: "2019-04-16",
			url:   "https://docs.microsoft.com/azure/key-vault/key-vault-security-controls",
			types: []ResourceType{{Type: "azurerm_key_vault"}, {Type: "Microsoft.KeyVault/vaults"}},
			statuses: map[string]Status{
				"encryption-at-rest-platform-keys": StatusYes,
				"encryption-in-transit":            StatusYes,
				"encryption-at-rest-customer-keys": StatusYes,
				"column-level-encryption":          StatusNotApplicable,
				"api-call-encryption":              StatusYes,
				"service-endpoints":                StatusYes,
				"vnet-injection":                   StatusNo,
				"network-isolation":                StatusYes,
				"forced-tunneling":                 StatusNo,
				"monitoring":                       StatusYes,
				"authentication":                   StatusYes,
				"authorization":                    StatusYes,
				"management-plane-logging":         StatusYes,
				"data-plane-logging":               StatusYes,
				"management-plane-access-control":  StatusYes,
				"data-plane-access-control":        StatusYes,
			},
		},
		{
			service: "visual-studio-codespaces", name: "Visual Studio Codespaces", published: "2020-06-25",
			url:     "https://docs.microsoft.com/visualstudio/codespaces/",
			retired: "2021-02-17", successor: "GitHub Codespaces",
			planned: []string{"data-plane-logging", "encryption-at-rest-customer-keys", "vnet-injection"},
			links:   4,
			statuses: map[string]Status{
				"vnet-injection":                   StatusNo,
				"network-isolation":                StatusYes,
				"management-plane-logging":         StatusYes,
				"data-plane-logging":               StatusNo,
				"authentication":                   StatusYes,
				"authorization":                    StatusYes,
				"delegated-access":                 StatusYes,
				"encryption-at-rest-platform-keys": StatusYes,
				"encryption-at-rest-customer-keys": StatusNo,
				"encryption-in-transit":            StatusYes,
				"api-call-encryption":              StatusYes,
			},
		},
	} {
		t.Run(tt.service, func(t *testing.T) {
			// As of the article's own day, so that newer documents change nothing.
			b, err := c.Baseline(tt.service, tt.published)
			if err != nil {
				t.Fatal(err)
			}
			if b.Service.Name != tt.name || b.Service.Cloud != "azure" {
				t.Errorf("got %q of %q, want %q of azure", b.Service.Name, b.Service.Cloud, tt.name)
			}
			for _, rt := range tt.types {
				if !slices.Contains(b.Service.ResourceTypes, rt) {
					t.Errorf("lacks the type %v", rt)
				}
			}
			if l := b.Service.Lifecycle; l.RetiredOn != tt.retired || l.Successor != tt.successor || (l.Source.URL == "") != (tt.retired == "") {
				t.Errorf("lifecycle: got %+v", l)
			}
			if len(b.Documents) != 1 || b.Documents[0].URL != tt.url || b.Documents[0].Published != tt.published {
				t.Fatalf("documents: got %+v", b.Documents)
			}
			statuses, planned, links := map[string]Status{}, []string(nil), 0
			for id, st := range b.Controls {
				statuses[id] = st.Status
				if st.Planned {
					planned = append(planned, id)
				}
				links += len(st.References)
			}
			if !maps.Equal(statuses, tt.statuses) {
				t.Errorf("got %v, want %v", statuses, tt.statuses)
			}
			slices.Sort(planned)
			if !slices.Equal(planned, tt.planned) || links != tt.links {
				t.Errorf("got %d links and planned %v, want %d and %v", links, planned, tt.links, tt.planned)
			}
		})
	}
}

// TestEmbeddedDefinitions names the controls of the series "Security controls for X";
// others may stand beside them.
func TestEmbeddedDefinitions(t *testing.T) {
	c := embedded(t)
	for _, id := range []string{
		"service-endpoints", "vnet-injection", "network-isolation", "forced-tunneling", "monitoring",
		"management-plane-logging", "data-plane-logging", "authentication", "authorization", "delegated-access",
		"management-plane-access-control", "data-plane-access-control", "encryption-at-rest-platform-keys",
		"encryption-at-rest-customer-keys", "column-level-encryption", "encryption-in-transit",
		"api-call-encryption", "configuration-management",
	} {
		def, ok := c.Definition(id)
		if !ok {
			t.Errorf("no definition of %q", id)
			continue
		}
		if def.Adverse() || len(def.Labels) == 0 {
			t.Errorf("%q: got polarity %q, labels %v", id, def.Polarity, def.Labels)
		}
	}
	for label, want := range map[string]string{
		"Service endpoint support":                                             "service-endpoints",
		"VNet injection support":                                               "vnet-injection",
		"Azure monitoring support (Log analytics, App insights, etc.)":         "monitoring",
		"Management plane logging and audit":                                   "management-plane-logging",
		"Control/Management plane Logging and Audit":                           "management-plane-logging",
		"Control and management plane logging and audit":                       "management-plane-logging",
		"Control/Management plane access controls":                             "management-plane-access-control",
		"Data plane access controls (At every service level)":                  "data-plane-access-control",
		"Server-side encryption at rest: Microsoft-managed keys":               "encryption-at-rest-platform-keys",
		"Server-side encryption at rest: Microsoft managed keys":               "encryption-at-rest-platform-keys",
		"Server-side encryption at rest: customer-managed keys (BYOK)":         "encryption-at-rest-customer-keys",
		"Encryption key handling (CMK, BYOK, etc.)":                            "encryption-at-rest-customer-keys",
		"Column level encryption (Azure Data Services)":                        "column-level-encryption",
		"API calls encrypted":                                                  "api-call-encryption",
		"Configuration management support (versioning of configuration, etc.)": "configuration-management",
	} {
		if got, err := c.ResolveControl(label); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", label, got, err, want)
		}
	}
}

// TestEmbeddedConsistency holds for whatever the catalogue has.
func TestEmbeddedConsistency(t *testing.T) {
	c := embedded(t)
	used := map[string]bool{}
	for _, id := range c.ServiceIDs() {
		s, err := c.Service(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range s.Documents {
			if doc.URL == "" || doc.Published == "" {
				t.Errorf("%s: the document %q has no URL or date", id, doc.ID)
			}
			for _, st := range doc.Statements {
				used[st.Control] = true
				if _, ok := c.Definition(st.Control); !ok {
					t.Errorf("%s: a statement about %q, which is not defined", id, st.Control)
				}
				if st.Label == "" {
					continue
				}
				if got, err := c.ResolveControl(st.Label); err != nil || got != st.Control {
					t.Errorf("%s: the label %q of %q resolves to %q, %v", id, st.Label, st.Control, got, err)
				}
			}
		}
	}
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	for id := range mappings {
		used[id] = true
		if _, ok := c.Definition(id); !ok {
			t.Errorf("a mapping of %q, which is not defined", id)
		}
	}
	for _, id := range c.DefinitionIDs() {
		if !used[id] {
			t.Errorf("no statement and no mapping uses the definition of %q", id)
		}
		def, _ := c.Definition(id)
		for _, label := range def.Labels {
			if got, err := c.ResolveControl(label); err != nil || got != id {
				t.Errorf("the label %q of %q resolves to %q, %v", label, id, got, err)
			}
		}
		for _, other := range def.Related {
			if _, ok := c.Definition(other); !ok || other == id {
				t.Errorf("%q is related to %q", id, other)
			}
		}
	}
}

// TestIndexIsCurrent fails when data was changed without "go generate".
func TestIndexIsCurrent(t *testing.T) {
	index, err := BuildIndex(os.DirFS("data"), endOfTime)
	if err != nil {
		t.Fatal(err)
	}
	want, err := index.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("data/index.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("data/index.json is not current: run go generate ./internal/catalog")
	}
	if sources := embedded(t).Sources(); len(sources) != 1 || sources[0] != (SourceInfo{EmbeddedName, index.Digest}) {
		t.Errorf("sources: got %v", sources)
	}
}

// TestIndexSaysWhatFilesSay compares the summaries and rules in the index with those of
// the files, and the services' notices, which the index leaves out.
func TestIndexSaysWhatFilesSay(t *testing.T) {
	dir := t.TempDir()
	data := os.DirFS("data")
	if err := os.CopyFS(dir, data); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir + "/index.json"); err != nil {
		t.Fatal(err)
	}
	read, err := Load(Options{Sources: []PathSource{{Path: dir}}, Today: endOfTime})
	if err != nil {
		t.Fatal(err)
	}
	c := embedded(t)
	if got, want := read.Sources()[0].Digest, c.Sources()[0].Digest; got != want {
		t.Errorf("the digest of the directory is %s, that of the embedded catalogue %s", got, want)
	}
	for _, id := range read.ServiceIDs() {
		want, _ := read.Summary(id)
		got, _ := c.Summary(id)
		assertEqual(t, got, want)
		s, err := c.Service(id)
		if err != nil {
			t.Fatal(err)
		}
		fromFile, err := read.Service(id)
		if err != nil {
			t.Fatal(err)
		}
		assertEqual(t, s.Summary, fromFile.Summary)
	}
	assertEqual(t, c.rules, read.rules)
}

func TestBuildIndex(t *testing.T) {
	shop := services(service("shop", "", document("d", "2020-01-01", "alpha: yes")))
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string // "" for no error
	}{
		{"in order", map[string]string{"definitions.yaml": controls, "azure/shop.yaml": shop, "index.json": "whatever"}, ""},
		{"empty", map[string]string{"index.json": "{}"}, "data: the directory has no catalogue files besides the index"},
		{"malformed", map[string]string{"definitions.yaml": controls, "azure/shop.yaml": "services: 1"}, "azure/shop.yaml:1: services is a number, expected a list"},
		{"file of another service", map[string]string{"definitions.yaml": controls, "azure/store.yaml": shop}, `azure/store.yaml:2: expected the service "shop" in a file of its own, azure/shop.yaml`},
		{"file of another cloud", map[string]string{"definitions.yaml": controls, "aws/shop.yaml": shop}, `aws/shop.yaml:2: expected the service "shop" in a file of its own, azure/shop.yaml`},
		{"two services in a file", map[string]string{"definitions.yaml": controls, "azure/shop.yaml": shop + service("store", "", document("e", "2020-01-01", "alpha: yes"))}, `azure/shop.yaml:2: expected the service "shop" in a file of its own, azure/shop.yaml`},
		{"definitions elsewhere", map[string]string{"controls.yaml": controls}, "controls.yaml: has definitions, expected them in definitions.yaml"},
		{
			"mappings elsewhere",
			map[string]string{"definitions.yaml": controls + "mappings: [{control: alpha, framework: F, version: v1, identifiers: [A], source: S, confidence: low}]\n"},
			"definitions.yaml: has mappings, expected them in mappings.yaml",
		},
		{
			"types elsewhere",
			map[string]string{"definitions.yaml": controls + "types: [{type: aws_x, chooses: nothing, reason: R}]\n"},
			"definitions.yaml: has types, expected them in types.yaml",
		},
		{"unknown control", map[string]string{"azure/shop.yaml": shop}, `azure/shop.yaml:2: control "alpha" is not defined, expected one of the catalogue, or of "definitions" in this source`},
		{"document of the future", map[string]string{"definitions.yaml": controls, "azure/shop.yaml": strings.Replace(shop, "2020-01-01", "2026-07-01", 1)}, `azure/shop.yaml:2: document "d" is dated 2026-07-01, expected a date not after today (2026-06-30)`},
		{"twice", map[string]string{"definitions.yaml": controls, "azure/shop.yaml": shop, "azure/shop.yml": shop}, "azure/shop.yml:2: service \"shop\" is defined twice in this source, first at azure/shop.yaml:2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, content := range tt.files {
				fsys[name] = &fstest.MapFile{Data: []byte(content)}
			}
			index, err := BuildIndex(fsys, today)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if len(index.Services) != 1 || index.Services[0].ID != "shop" {
					t.Errorf("got %+v", index)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestEmbeddedFilesHaveNoIndex(t *testing.T) {
	names, err := fs.Glob(EmbeddedFiles(), "*.yaml")
	if err != nil || !slices.Equal(names, []string{definitionsFile, mappingsFile, typesFile}) {
		t.Errorf("got %v, %v", names, err)
	}
}
