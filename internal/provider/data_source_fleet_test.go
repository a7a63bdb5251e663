package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// fleetDay is the day of fleettest.Now, which is noon.
var fleetDay = string(catalog.DateOf(fleettest.Now))

// signedVerdicts are bundles by name, the key of each before the colon.
func signedVerdicts(t *testing.T, verdicts map[string]fleettest.Verdict) map[string]string {
	t.Helper()
	f, err := fleettest.New()
	if err != nil {
		t.Fatal(err)
	}
	bundles := map[string]string{}
	for name, v := range verdicts {
		key, file, _ := strings.Cut(name, ":")
		if bundles[file], err = f.Bundle(fleettest.Key(key), v); err != nil {
			t.Fatal(err)
		}
	}
	return bundles
}

// twoTeams are verdicts of which one of each kind does not pass.
func twoTeams(t *testing.T) map[string]string {
	t.Helper()
	days := func(n int) time.Time { return fleettest.Now.AddDate(0, 0, -n) }
	return signedVerdicts(t, map[string]fleettest.Verdict{
		"a:shop.json":    {Workload: "a/shop", Gaps: 1, Excepted: 1, Ends: "2026-12-24", Approver: "risk@example.com"},
		"a:billing.json": {Workload: "a/billing", Gaps: 2, Labels: map[string]string{"team": "a"}},
		"a:old.json":     {Workload: "a/old", SignedAt: days(8)},
		"a:over.json":    {Workload: "a/over", SignedAt: days(3), Validity: 48 * time.Hour},
		"b:vault.json":   {Workload: "b/vault"},
		"b:foreign.json": {Workload: "a/shop", Gaps: 3},
	})
}

// fleetKeys are the public keys of the teams and what they may speak for.
const fleetWorkloads = `  workloads = { a = ["a/*"], b = ["b/*"] }` + "\n"

// fleetConfig is the data source over a folder with bundles.
func fleetConfig(dir, more string) string {
	return fmt.Sprintf(`data "controls_fleet" "this" {
  bundles     = { for f in fileset(%[1]q, "*.json") : f => file("%[1]s/${f}") }
  public_keys = { a = %[2]q, b = %[3]q }
%[4]s}
`, dir, fleettest.Key("a").Public().PEM(), fleettest.Key("b").Public().PEM(), more)
}

func expectFleet(path tfjsonpath.Path, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.controls_fleet.this", path, check)
}

func TestAccDataSourceFleet_rollsUp(t *testing.T) {
	bundles := twoTeams(t)
	config := fleetConfig(acctest.Catalog(t, bundles), fleetWorkloads+`
  expected_workloads = ["a/shop", "a/billing", "a/gone", "b/vault"]
  max_age_hours      = 168
  fail_on            = []
`) + `resource "terraform_data" "page" { input = data.controls_fleet.this.digest }
`
	keys, err := fleet.Keys(map[string]string{"a": fleettest.Key("a").Public().PEM(), "b": fleettest.Key("b").Public().PEM()},
		map[string][]string{"a": {"a/*"}, "b": {"b/*"}})
	if err != nil {
		t.Fatal(err)
	}
	collector, err := fleet.NewCollector(fleet.Options{
		Keys: keys, Expected: []string{"a/shop", "a/billing", "a/gone", "b/vault"}, MaxAge: 168 * time.Hour, Now: fleettest.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range bundles {
		collector.Add(name, text)
	}
	_, digest, err := collector.RollUp().Encode()
	if err != nil {
		t.Fatal(err)
	}
	row := func(workload, status, signedAt, source string, gaps ...string) knownvalue.Check {
		key := knownvalue.Check(knownvalue.StringExact("a"))
		if source == "" {
			key = knownvalue.Null()
		}
		return knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"workload": knownvalue.StringExact(workload), "status": knownvalue.StringExact(status),
			"signed_at": textOrNull(signedAt), "source": textOrNull(source), "key": key,
			"gaps": knownvalue.ListExact(strs(gaps...)),
		})
	}
	counts := map[string]knownvalue.Check{}
	for name, n := range map[string]int64{
		"workloads": 6, "passed": 2, "missing": 1, "failed": 1, "expired": 1, "stale": 1, "unexpected": 2, "rejected": 1,
		"gaps":       4,
		"exceptions": 2, "ending_soon": 2, "old_registers": 0, "weakened": 0,
	} {
		counts[name] = knownvalue.Int64Exact(n)
	}
	resource.ParallelTest(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				ProtoV6ProviderFactories: acctest.FactoriesOn(fleetDay), Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					expectFleet(tfjsonpath.New("counts"), knownvalue.ObjectExact(counts)),
					expectFleet(tfjsonpath.New("failing"), knownvalue.ListExact([]knownvalue.Check{
						row("a/gone", "missing", "", ""),
						row("a/billing", "failed", "2026-12-01T12:00:00Z", "billing.json",
							"store/access-logs", "store/customer-keys",
							"vault/access-logs", "vault/customer-keys"),
						row("a/over", "expired", "2026-11-28T12:00:00Z", "over.json"),
						row("a/old", "stale", "2026-11-23T12:00:00Z", "old.json"),
					})),
					expectFleet(tfjsonpath.New("failing").AtSliceIndex(1).AtMapKey("labels"),
						knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("a")})),
					expectFleet(tfjsonpath.New("rejected"), knownvalue.ListExact([]knownvalue.Check{
						knownvalue.ObjectExact(map[string]knownvalue.Check{
							"source": knownvalue.StringExact("foreign.json"),
							"reason": knownvalue.StringExact(
								`The key "b" may not speak for the workload "a/shop", only for b/*.`),
						}),
					})),
					expectFleet(tfjsonpath.New("digest"), knownvalue.StringExact(digest)),
				},
			},
			{ProtoV6ProviderFactories: acctest.FactoriesOn(fleetDay), Config: config, ConfigPlanChecks: emptyPlan},
			// A day later all stand as they stood: the time that has passed is no change.
			{ProtoV6ProviderFactories: acctest.FactoriesOn("2026-12-02"), Config: config, ConfigPlanChecks: emptyPlan},
			// The end of an exception is one.
			{
				ProtoV6ProviderFactories: acctest.FactoriesOn("2026-12-25"), Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("terraform_data.page", plancheck.ResourceActionUpdate),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectFleet(tfjsonpath.New("counts").AtMapKey("expired"), knownvalue.Int64Exact(3)),
				},
			},
		},
	})
}

// One key speaks for all, and what passes fails nothing.
func TestAccDataSourceFleet_passes(t *testing.T) {
	dir := acctest.Catalog(t, signedVerdicts(t, map[string]fleettest.Verdict{"a:x.json": {Workload: "x"}}))
	config := strings.Replace(fleetConfig(dir, ""), ", b = ", "} #", 1)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.FactoriesOn(fleetDay),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				expectFleet(tfjsonpath.New("counts").AtMapKey("passed"), knownvalue.Int64Exact(1)),
				expectFleet(tfjsonpath.New("failing"), knownvalue.ListSizeExact(0)),
				expectFleet(tfjsonpath.New("rejected"), knownvalue.ListSizeExact(0)),
			},
		}},
	})
}

// Nothing is rolled up of bundles that are not known yet: the apply reads them.
func TestAccDataSourceFleet_unknownBundles(t *testing.T) {
	dir := acctest.Catalog(t, signedVerdicts(t, map[string]fleettest.Verdict{"a:x.json": {Workload: "a/x", Gaps: 1}}))
	config := func(failOn string) string {
		config := fleetConfig(dir, fleetWorkloads+failOn)
		return strings.Replace(config, `file("`+dir+`/${f}")`, "terraform_data.bundle.output", 1) +
			fmt.Sprintf(`resource "terraform_data" "bundle" { input = file("%s/x.json") }
resource "terraform_data" "seen" { input = data.controls_fleet.this.counts.failed }
`, dir)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.FactoriesOn(fleetDay),
		Steps: []resource.TestStep{
			{
				Config: config("  fail_on = []\n"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue("terraform_data.seen", tfjsonpath.New("output")),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectFleet(tfjsonpath.New("counts").AtMapKey("failed"), knownvalue.Int64Exact(1)),
				},
			},
			{Config: config(""), ExpectError: acctest.Says("Workloads do not pass", "failed a/x (2 gaps)")},
		},
	})
}

// verdictRepository is a repository with the verdicts of the two teams, a tag for each.
func verdictRepository(t *testing.T) (*ocitest.Registry, string) {
	t.Helper()
	r := ocitest.Start(t)
	for file, text := range twoTeams(t) {
		if _, err := r.PushBundle("platform/verdicts", strings.TrimSuffix(file, ".json"), text); err != nil {
			t.Fatal(err)
		}
	}
	return r, r.Host + "/platform/verdicts"
}

// fleetOf is the data source over a repository.
func fleetOf(repository, more string) string {
	config := fleetConfig("x", fleetWorkloads+more)
	start, end := strings.Index(config, "bundles "), strings.Index(config, "\n  public_keys")
	return config[:start] + fmt.Sprintf("oci = %q", repository) + config[end:]
}

// A repository has the same verdicts as a folder, and the state none of the bundles.
func TestAccDataSourceFleet_repository(t *testing.T) {
	_, repository := verdictRepository(t)
	config := fleetOf(repository, "  max_age_hours = 168\n  fail_on = []\n")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.FactoriesOn(fleetDay),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					expectFleet(tfjsonpath.New("counts").AtMapKey("workloads"), knownvalue.Int64Exact(5)),
					expectFleet(tfjsonpath.New("counts").AtMapKey("passed"), knownvalue.Int64Exact(2)),
					expectFleet(tfjsonpath.New("failing").AtSliceIndex(0).AtMapKey("source"), knownvalue.StringExact("billing")),
					expectFleet(tfjsonpath.New("rejected"), knownvalue.ListSizeExact(1)),
					expectFleet(tfjsonpath.New("bundles"), knownvalue.Null()),
				},
			},
			{Config: config, ConfigPlanChecks: emptyPlan},
		},
	})
}

// Where the registry cannot be asked for all verdicts, there is no roll-up.
func TestAccDataSourceFleet_repositoryMessages(t *testing.T) {
	r, repository := verdictRepository(t)
	w := acctest.NewWorkspaceOn(t, fleetDay, "")
	tags := func(n int) func(http.ResponseWriter, *http.Request) bool {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("%q", fmt.Sprintf("t%04d", i))
		}
		return func(w http.ResponseWriter, req *http.Request) bool {
			listed := strings.HasSuffix(req.URL.Path, "/tags/list")
			if listed {
				_, _ = fmt.Fprintf(w, `{"tags":[%s]}`, strings.Join(list, ","))
			}
			return listed
		}
	}
	for name, c := range map[string]struct {
		repository string
		intercept  func(http.ResponseWriter, *http.Request) bool
	}{
		"fails": {repository, nil}, "tag": {repository + ":shop", nil}, "no_registry": {"verdicts", nil},
		"unknown": {r.Host + "/none", nil}, "no_tags": {repository, tags(0)}, "too_many_tags": {repository, tags(fleetLimit + 1)},
		"denied": {repository, func(w http.ResponseWriter, req *http.Request) bool {
			denied := strings.HasSuffix(req.URL.Path, "/manifests/vault")
			if denied {
				w.WriteHeader(http.StatusForbidden)
			}
			return denied
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r.Intercept(c.intercept)
			w.Write("main.tf", acctest.RequiredProviders+fleetOf(c.repository, "  max_age_hours = 168\n"))
			var texts []string
			for _, d := range w.PlanDiagnostics(1)["data.controls_fleet.this"] {
				texts = append(texts, strings.ReplaceAll(d.String(), r.Host, "{registry}"))
			}
			golden.Check(t, filepath.Join("testdata", "fleet", "repository", name+".txt"), strings.Join(texts, "\n----\n"))
		})
	}
}

// What the data source refuses, and what it says of it.
func TestAccDataSourceFleet_messages(t *testing.T) {
	bundles := twoTeams(t)
	dir := acctest.Catalog(t, bundles)
	many := `{ for i in range(%d) : format("%%04d.json", i) => "" }`
	several := make([]fleettest.Verdict, fleetLimit/2+1)
	for i := range several {
		several[i] = fleettest.Verdict{Workload: fmt.Sprintf("a/%04d", i)}
	}
	f, err := fleettest.New()
	if err != nil {
		t.Fatal(err)
	}
	inOne := map[string]string{}
	for i, part := range [][]fleettest.Verdict{several, several} {
		part = slices.Clone(part)
		for j := range part {
			part[j].Workload = fmt.Sprintf("a/%d/%04d", i, j)
		}
		if inOne[fmt.Sprintf("%d.json", i)], err = f.Bundle(fleettest.Key("a"), part...); err != nil {
			t.Fatal(err)
		}
	}
	base := fleetConfig(dir, fleetWorkloads)
	keyOfB := func(pem string) string {
		return strings.Replace(base, fmt.Sprintf("%q", fleettest.Key("b").Public().PEM()), fmt.Sprintf("%q", pem), 1)
	}
	withBundles := func(expression string) string {
		start, end := strings.Index(base, "{ for f"), strings.Index(base, "\n  public_keys")
		return base[:start] + expression + base[end:]
	}
	configs := map[string]string{
		"nothing_counts": strings.Replace(withBundles(`{ "a.json" = "{}" }`), "\n}", "\n  fail_on = [\"failed\"]\n}", 1),
		"default": fleetConfig(dir, fleetWorkloads+"  max_age_hours = 168\n"+
			"  expected_workloads = [\"a/gone\", \"a/shop\"]\n"),
		"stale":              fleetConfig(dir, fleetWorkloads+"  max_age_hours = 168\n  fail_on = [\"stale\"]\n"),
		"unbound":            fleetConfig(dir, ""),
		"unknown_key":        fleetConfig(dir, `  workloads = { a = ["a/*"], b = ["b/*"], c = ["*"] }`+"\n"),
		"one_unbound":        fleetConfig(dir, `  workloads = { a = ["a/*"] }`+"\n"),
		"pattern":            fleetConfig(dir, `  workloads = { a = ["a b"], b = ["*"] }`+"\n"),
		"expected":           fleetConfig(dir, fleetWorkloads+`  expected_workloads = ["a b"]`+"\n"),
		"none_expected":      fleetConfig(dir, fleetWorkloads+`  expected_workloads = []`+"\n"),
		"fail_on":            fleetConfig(dir, fleetWorkloads+`  fail_on = ["passed"]`+"\n"),
		"age":                fleetConfig(dir, fleetWorkloads+"  max_age_hours = 0\n"),
		"private_key":        keyOfB(signingKeys()[0].pem),
		"same_key":           keyOfB(fleettest.Key("a").Public().PEM()),
		"no_bundles":         withBundles("{}"),
		"both":               fleetConfig(dir, fleetWorkloads+`  oci = "registry.example/verdicts"`+"\n"),
		"null_bundle":        withBundles(`{ "x.json" = null }`),
		"too_many_bundles":   withBundles(fmt.Sprintf(many, fleetLimit+1)),
		"too_many_workloads": strings.ReplaceAll(base, dir, acctest.Catalog(t, inOne)),
		"not_bundles": withBundles(
			`{ "a.json" = "", "b.json" = "{", "c.json" = "{}", "d.json" = "[1, 2]", "e.json" = "hello" }`,
		),
	}
	w := acctest.NewWorkspaceOn(t, fleetDay, "")
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		t.Run(name, func(t *testing.T) {
			w.Write("main.tf", acctest.RequiredProviders+configs[name])
			diagnostics := w.PlanDiagnostics(1)["data.controls_fleet.this"]
			var texts []string
			for _, d := range diagnostics {
				d.Code = strings.TrimSpace(strings.SplitN(d.Code, "=", 2)[0]) + " = …" // a directory and keys of this run
				texts = append(texts, d.String())
			}
			slices.Sort(texts)
			golden.Check(t, filepath.Join("testdata", "fleet", name+".txt"), strings.Join(texts, "\n----\n"))
		})
	}
}

// fleetLimit is how many bundles, and how many workloads, the data source takes.
const fleetLimit = 1000
