package embedded_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

func TestEmbeddedServices(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for _, tt := range []struct {
		service   string
		name      string
		published catalog.Date
		url       string
		types     []catalog.ResourceType
		retired   catalog.Date
		successor string
		planned   []string
		links     int
		statuses  map[string]catalog.Status
	}{
		{
			service: "azure-key-vault", name: "Azure Key Vault", published: "2019-04-16",
			url:   "https://docs.microsoft.com/azure/key-vault/key-vault-security-controls",
			types: []catalog.ResourceType{{Type: "azurerm_key_vault"}, {Type: "Microsoft.KeyVault/vaults"}},
			statuses: map[string]catalog.Status{
				"encryption-at-rest-platform-keys": catalog.StatusYes,
				"encryption-in-transit":            catalog.StatusYes,
				"encryption-at-rest-customer-keys": catalog.StatusYes,
				"column-level-encryption":          catalog.StatusNotApplicable,
				"api-call-encryption":              catalog.StatusYes,
				"service-endpoints":                catalog.StatusYes,
				"vnet-injection":                   catalog.StatusNo,
				"network-isolation":                catalog.StatusYes,
				"forced-tunneling":                 catalog.StatusNo,
				"monitoring":                       catalog.StatusYes,
				"authentication":                   catalog.StatusYes,
				"authorization":                    catalog.StatusYes,
				"management-plane-logging":         catalog.StatusYes,
				"data-plane-logging":               catalog.StatusYes,
				"management-plane-access-control":  catalog.StatusYes,
				"data-plane-access-control":        catalog.StatusYes,
			},
		},
		{
			service: "visual-studio-codespaces", name: "Visual Studio Codespaces", published: "2020-06-25",
			url:     "https://docs.microsoft.com/visualstudio/codespaces/",
			retired: "2021-02-17", successor: "GitHub Codespaces",
			planned: []string{"data-plane-logging", "encryption-at-rest-customer-keys", "vnet-injection"},
			links:   4,
			statuses: map[string]catalog.Status{
				"vnet-injection":                   catalog.StatusNo,
				"network-isolation":                catalog.StatusYes,
				"management-plane-logging":         catalog.StatusYes,
				"data-plane-logging":               catalog.StatusNo,
				"authentication":                   catalog.StatusYes,
				"authorization":                    catalog.StatusYes,
				"delegated-access":                 catalog.StatusYes,
				"encryption-at-rest-platform-keys": catalog.StatusYes,
				"encryption-at-rest-customer-keys": catalog.StatusNo,
				"encryption-in-transit":            catalog.StatusYes,
				"api-call-encryption":              catalog.StatusYes,
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
			lacks := func(rt catalog.ResourceType) bool { return !slices.Contains(b.Service.ResourceTypes, rt) }
			if slices.ContainsFunc(tt.types, lacks) {
				t.Errorf("got the types %v, want %v among them", b.Service.ResourceTypes, tt.types)
			}
			l := b.Service.Lifecycle
			if l.RetiredOn != tt.retired || l.Successor != tt.successor || (l.Source.URL == "") != (tt.retired == "") {
				t.Errorf("lifecycle: got %+v", l)
			}
			if len(b.Documents) != 1 || b.Documents[0].URL != tt.url || b.Documents[0].Published != tt.published {
				t.Fatalf("documents: got %+v", b.Documents)
			}
			statuses, planned, links := tally(b)
			if !maps.Equal(statuses, tt.statuses) {
				t.Errorf("got %v, want %v", statuses, tt.statuses)
			}
			if !slices.Equal(planned, tt.planned) || links != tt.links {
				t.Errorf("got %d links and planned %v, want %d and %v", links, planned, tt.links, tt.planned)
			}
		})
	}
}

// tally returns the statuses of a baseline by control, the controls that are planned, in
// order, and how many links there are.
func tally(b *catalog.Baseline) (statuses map[string]catalog.Status, planned []string, links int) {
	statuses = map[string]catalog.Status{}
	for id, st := range b.Controls {
		statuses[id] = st.Status
		if st.Planned {
			planned = append(planned, id)
		}
		links += len(st.References)
	}
	slices.Sort(planned)
	return statuses, planned, links
}

// TestEmbeddedDefinitions names the controls of the series "Security controls for X";
// others may stand beside them.
func TestEmbeddedDefinitions(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
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
	t.Parallel()
	c := sample.Embedded(t)
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
				checkStatement(t, c, id, doc, st)
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
		checkDefinition(t, c, id)
	}
}

// checkStatement holds a statement of a service to its definition.
func checkStatement(t *testing.T, c *catalog.Catalog, service string, doc *catalog.Document, st *catalog.Statement) {
	t.Helper()
	if _, ok := c.Definition(st.Control); !ok {
		t.Errorf("%s: a statement about %q, which is not defined", service, st.Control)
	}
	if st.Label == "" {
		return
	}
	if doc.Series == "AWS Security Hub controls" { // there the label names the checks, each of one service
		if !strings.HasPrefix(st.Label, "Security Hub ") {
			t.Errorf("%s: the label %q names no check", service, st.Label)
		}
		return
	}
	if got, err := c.ResolveControl(st.Label); err != nil || got != st.Control {
		t.Errorf("%s: the label %q of %q resolves to %q, %v", service, st.Label, st.Control, got, err)
	}
}

// checkDefinition finds a definition by its labels, and those that it is related to.
func checkDefinition(t *testing.T, c *catalog.Catalog, id string) {
	t.Helper()
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

// TestPackedSaysWhatFilesSay reads the files that people write as a source of its own and
// compares all that they say with what the binary says.
func TestPackedSaysWhatFilesSay(t *testing.T) {
	t.Parallel()
	read, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: "data"}}, Today: sample.EndOfTime})
	if err != nil {
		t.Fatal(err)
	}
	c := sample.Embedded(t)
	if got, want := read.Sources()[0].Digest, c.Sources()[0].Digest; got != want {
		t.Errorf("the digest of the directory is %s, that of the embedded catalogue %s", got, want)
	}
	sample.Equal(t, c.ServiceIDs(), read.ServiceIDs())
	for _, id := range read.ServiceIDs() {
		want, _ := read.Summary(id)
		got, _ := c.Summary(id)
		sample.Equal(t, got, want)
		s, err := c.Service(id)
		if err != nil {
			t.Fatal(err)
		}
		fromFile, err := read.Service(id)
		if err != nil {
			t.Fatal(err)
		}
		sample.Equal(t, s, fromFile)
		settings, err := c.Settings(id)
		if err != nil {
			t.Fatal(err)
		}
		fromFiles, err := read.Settings(id)
		if err != nil {
			t.Fatal(err)
		}
		sample.Equal(t, settings, fromFiles)
	}
	sample.Equal(t, c.DefinitionIDs(), read.DefinitionIDs())
	for _, id := range read.DefinitionIDs() {
		want, _ := read.Definition(id)
		got, _ := c.Definition(id)
		sample.Equal(t, got, want)
	}
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	fromFile, err := read.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, mappings, fromFile)
	layer, err := embedded.Layer()
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, layer.Types, facts.Values(readData(t, embedded.TypesFile).Types))
	sample.Equal(t, layer.Clouds, facts.Values(readData(t, embedded.CloudsFile).Clouds))
}

// readData reads one of the files that people write, which has its entries in order.
func readData(t *testing.T, name string) *facts.File {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("data", name))
	if err != nil {
		t.Fatal(err)
	}
	file, errs := native.ReadFile(name, content)
	if len(errs) > 0 {
		t.Fatal(fault.Join(errs))
	}
	slices.SortFunc(file.Types, func(a, b facts.At[catalog.TypeRule]) int { return strings.Compare(a.Value.Type, b.Value.Type) })
	slices.SortFunc(file.Clouds, func(a, b facts.At[catalog.Cloud]) int { return strings.Compare(a.Value.ID, b.Value.ID) })
	return file
}

// An index of another version, or one that is damaged, is no catalogue with less in it.
func TestDecodeIndexRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 `the embedded index is damaged: a line of the kind ""`,
		"digest\tsha256:a\t\nother\ta\t":   `the embedded index is damaged: a line of the kind "other"`,
		"digest\tsha256:a":                 `the embedded index is damaged: the line "digest\tsha256:a"`,
		"digest\tsha256:a\tmore\t":         `the embedded index is damaged: the line "digest\tsha256:a\tmore\t"`,
		"cloud\ta\tA\tone\x1ftwo\tx\t":     `the embedded index is damaged: the line "cloud\ta\tA\tone\x1ftwo\tx\t"`,
		"type\taws_a\t":                    `the embedded index is damaged: the line "type\taws_a\t"`,
		"service\ta\tA\tazure\t\t\t\t\t\t": `the embedded index is damaged: the line "service\ta\tA\tazure\t\t\t\t\t\t"`,
	} {
		if _, err := embedded.DecodeIndex(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	for _, title := range []string{"a\tb", "a\nb", "a\x1fb", "a\x1eb"} {
		index := &embedded.Index{Services: []catalog.Summary{{ID: "a", Aliases: []string{title}}}}
		if text, err := index.Encode(); err == nil {
			t.Errorf("%q was written as %q", title, text)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := embeddedCold(t) // so that the first uses race
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, id := range c.ServiceIDs() {
				if _, err := c.Baseline(id, ""); err != nil {
					t.Error(err)
				}
			}
			c.ServicesOfType("azurerm_key_vault")
			if _, err := c.Mappings(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// TestSpokenOfEmbedded compares what the index says with what the files say, also where a
// source replaces or moves an embedded service.
func TestSpokenOfEmbedded(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"alone": "",
		"adds":  sample.Services(sample.AWS("stall", "", sample.Document("c", "2020-01-01", "vnet-injection: no"))),
		"replaces": sample.Services(sample.Service("azure-service-bus-relay", "",
			sample.Document("c", "2020-01-01", "vnet-injection: no"))),
		"moves": strings.Replace(sample.Services(sample.Service("azure-service-bus-relay", "",
			sample.Document("c", "2020-01-01", "vnet-injection: no"))), "cloud: azure", "cloud: gcp", 1),
	} {
		t.Run(name, func(t *testing.T) {
			opts := loader.Options{Embedded: true, Today: sample.Today}
			if source != "" {
				s := sample.Write(t, source)
				s.Replace = name == "replaces"
				opts.Sources = []loader.Source{s}
			}
			c, err := loader.Catalog(opts)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{}
			for _, id := range c.ServiceIDs() {
				s, err := c.Service(id)
				if err != nil {
					t.Fatal(err)
				}
				for _, doc := range s.Documents {
					for _, st := range doc.Statements {
						want[s.Cloud] = append(want[s.Cloud], st.Control)
					}
				}
			}
			for cloud, controls := range want {
				slices.Sort(controls)
				want[cloud] = slices.Compact(controls)
			}
			sample.Equal(t, sample.Spoken(t, c), want)
		})
	}
}

// What a newcomer's stacks had, and the catalogue did not know.
func TestTypesOfStacks(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for name, want := range map[string]catalog.Chosen{
		"azuread_group": catalog.ChoosesNothing, "azuread_app_role_assignment": catalog.ChoosesNothing,
		"azurerm_virtual_machine_extension":                catalog.ChoosesNothing,
		"azurerm_virtual_machine_run_command":              catalog.ChoosesAnything,
		"Microsoft.Compute/virtualMachines/runCommands":    catalog.ChoosesAnything,
		"Microsoft.HybridCompute/machines/runCommands":     catalog.ChoosesAnything,
		"Microsoft.Network/dnsResolverPolicies":            "",
		"Microsoft.Network/dnsResolverDomainLists":         "",
		"Microsoft.Network/dnsResolvers/outboundEndpoints": "",
	} {
		got := c.LookUpType(name)
		if got.Rule != want || want == "" && !slices.Equal(c.ServicesOfType(name), []string{"azure-dns"}) {
			t.Errorf("%s chooses %q of %v, expected %q", name, got.Rule, c.ServicesOfType(name), want)
		}
	}
}
