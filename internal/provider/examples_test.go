package provider_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// repository is the root of the checkout, seen from this package.
var repository = os.DirFS(filepath.Join("..", ".."))

// bareSource is how users write the source, which means another registry to OpenTofu.
const bareSource = `"security-controls/controls"`

// example is one plan of a directory of examples.
type example struct {
	dir  string
	vars map[string]any
	// day is when it takes place, for an example with dates; "" for today.
	day string
	// fails is the summary of the errors that the plan must have; "" for none.
	fails string
	// gate says that the example is a stack, with what checks it in the folder "gate".
	gate bool
	// tests says that the example has test files, to be run as well.
	tests bool
}

const gapSummary = "Required security controls missing"

// examples has at least one entry for every directory of examples.
var examples = []example{
	{dir: "approving", day: acctest.Today},
	{dir: "attestation", day: acctest.Today},
	{dir: "beginning", gate: true, fails: gapSummary},
	{dir: "beginning", gate: true, vars: map[string]any{"enforcement": "warn"}},
	{dir: "configuration", fails: gapSummary},
	{dir: "data-sources/controls_assessment"},
	{dir: "data-sources/controls_attestation"},
	{dir: "data-sources/controls_baseline"},
	{dir: "data-sources/controls_catalog"},
	{dir: "data-sources/controls_configuration"},
	{dir: "data-sources/controls_definitions"},
	{dir: "data-sources/controls_fleet"},
	{dir: "data-sources/controls_profile"},
	{dir: "data-sources/controls_register", day: acctest.Today},
	{dir: "data-sources/controls_services"},
	{dir: "document-age", day: acctest.Today, fails: gapSummary},
	{dir: "document-age", vars: map[string]any{"max_document_age_days": 3650}, day: acctest.Today},
	{dir: "enabled", fails: gapSummary},
	{dir: "evidence", day: acctest.Today},
	{dir: "exceptions", day: acctest.Today},
	{dir: "fleet"},
	{dir: "fleet", vars: map[string]any{"services": []string{"azure-service-bus-relay"}}, fails: gapSummary},
	{dir: "functions/draft_register"},
	{dir: "functions/parse_document"},
	{dir: "functions/render_baseline"},
	{dir: "functions/render_changes"},
	{dir: "functions/render_report"},
	{dir: "functions/resolve_control"},
	{dir: "getting-started", fails: gapSummary},
	{dir: "getting-started", vars: map[string]any{"accepted_until": "2026-09-30"}, day: acctest.Today},
	{dir: "getting-started", vars: map[string]any{"accepted_until": "2026-06-14"}, day: acctest.Today, fails: gapSummary},
	{dir: "nist", fails: gapSummary},
	{dir: "profile"},
	{dir: "own-catalog"},
	{dir: "pipeline", fails: gapSummary},
	{dir: "provider"},
	{dir: "report", fails: gapSummary},
	{dir: "resources/controls_attestation"},
	{dir: "resources/controls_requirement", vars: map[string]any{"next_review": "2027-06-30"}, day: acctest.Today},
	{dir: "testing-modules", vars: map[string]any{"services": []string{"azure-key-vault"}}, tests: true},
	{dir: "three-clouds", fails: gapSummary},
	{dir: "two-clouds", fails: gapSummary},
}

// TestAccExamples plans every example. It has a data source added, so that the provider
// is configured, and its catalogue read, even where an example has a provider block alone.
func TestAccExamples(t *testing.T) {
	for i, ex := range examples {
		t.Run(fmt.Sprintf("%d_%s", i, ex.dir), func(t *testing.T) {
			t.Parallel()
			files := exampleFiles(t, ex.dir)
			if ex.gate {
				files = map[string]string{"main.tf": files["gate/main.tf"], "stack/main.tf": files["main.tf"]}
			}
			w := exampleWorkspace(t, ex.day, files)
			if ex.gate {
				w.Setenv("TF_VAR_stack", "stack")
			}
			if ex.tests {
				w.Run(0, "test")
			}
			if ex.vars != nil {
				vars, err := json.Marshal(ex.vars)
				if err != nil {
					t.Fatal(err)
				}
				w.Write("terraform.tfvars.json", string(vars))
			}
			w.Write("configures_the_provider.tf", "data \"controls_catalog\" \"configures_the_provider\" {}\n")
			exit := 0
			if ex.fails != "" {
				exit = 1
			}
			failed := false
			for address, diagnostics := range w.PlanDiagnostics(exit) {
				for _, d := range diagnostics {
					if d.Severity != "error" {
						continue
					}
					failed = true
					if d.Summary != ex.fails {
						t.Errorf("%s: got the error %q, expected %q:\n%s", address, d.Summary, ex.fails, d.Detail)
					}
				}
			}
			if failed != (ex.fails != "") {
				t.Errorf("failed is %t, expected the error %q", failed, ex.fails)
			}
		})
	}
}

// TestAccExampleAttestation applies examples/attestation with a key, and verifies in
// examples/attestation/verify what is handed over: as it is, and not after a change.
func TestAccExampleAttestation(t *testing.T) {
	t.Parallel()
	w := exampleWorkspace(t, acctest.Today, exampleFiles(t, "attestation"))
	w.Setenv("TF_VAR_signing_key", signingKeys()[0].pem)
	w.Setenv("TF_VAR_signing_key_version", "1")
	w.Run(0, "apply", "-auto-approve")
	files := exampleFiles(t, "attestation/verify")
	for output, file := range map[string]string{
		"assessment": "assessment.json", "bundle": "controls.sigstore.json", "public_key": "shop.pub",
	} {
		files[file] = w.RunRaw(0, "output", "-raw", output)
	}
	other := exampleWorkspace(t, acctest.Today, files)
	other.Run(0, "plan")
	other.Write("assessment.json", strings.Replace(files["assessment.json"], "2027-06-30", "2028-06-30", 1))
	if got := other.Run(1, "plan"); !strings.Contains(got, "Error: Another subject") {
		t.Errorf("an exception prolonged by hand ends in:\n%s", got)
	}
}

// TestAccExampleApproving applies examples/approving, where a register accepts a gap, and has
// it verified by whoever keeps a list of approvers of its own. Nobody passes a gap by accepting
// it himself.
func TestAccExampleApproving(t *testing.T) {
	t.Parallel()
	w := exampleWorkspace(t, acctest.Today, exampleFiles(t, "approving"))
	w.Setenv("TF_VAR_signing_key", signingKeys()[0].pem)
	w.Setenv("TF_VAR_signing_key_version", "1")
	w.Run(0, "apply", "-auto-approve")
	handOver := func() map[string]string {
		files := exampleFiles(t, "approving/verify")
		for output, file := range map[string]string{
			"assessment": "assessment.json", "bundle": "controls.sigstore.json", "public_key": "shop.pub",
		} {
			files[file] = w.RunRaw(0, "output", "-raw", output)
		}
		return files
	}
	approved := handOver()

	// The workload names itself an approver, under the board's name, and signs what it likes.
	eve := approvetest.Ed25519("eve")
	register := strings.Replace(exampleFiles(t, "approving/registers")["security-board.yaml"], "2027-06-30", "2027-07-01", 1)
	w.Write("registers/security-board.yaml", register)
	w.Write("registers/security-board.yaml.sig", eve.Sign(register))
	expectText(t, w.Run(1, "plan"), "security-board.yaml.sig is by a key that is none of the approvers'")
	w.Write("registers/approvers", eve.Approver("security-board@example.com", ""))
	w.Run(0, "apply", "-auto-approve")
	selfApproved := handOver()

	verifier := exampleWorkspace(t, acctest.Today, approved)
	expectText(t, verifier.Run(0, "plan"), `principal = "security-board@example.com"`)
	for name, content := range selfApproved {
		if name != "main.tf" {
			verifier.Write(name, content)
		}
	}
	expectText(t, verifier.Run(1, "plan"), "Error: Exception is not approved", "none of the approvers'")

	// It makes up an assessment without a gap: by the catalogue, and then by one that nobody has.
	addressed := func(dir string) string {
		return strings.ReplaceAll(exampleFiles(t, dir)["main.tf"], bareSource,
			`"registry.terraform.io/security-controls/controls"`)
	}
	issues, rest, _ := strings.Cut(addressed("approving"), "  # Carried along")
	_, rest, _ = strings.Cut(rest, "}]\n")
	issues = strings.Replace(issues+rest, "[controls_requirement.shop.assessment]", `[file("made-up.json")]`, 1)
	w.Write("main.tf", issues)
	w.Write("made-up.json", withoutGap(t, approved["assessment.json"], ""))
	expectText(t, w.Run(1, "plan"), "Error: Assessment refused", "was made up, or changed since it was made")

	madeUp := withoutGap(t, approved["assessment.json"], "sha256:"+strings.Repeat("5", 64))
	w.Write("made-up.json", madeUp)
	expectText(t, w.Run(0, "apply", "-auto-approve"), "Warning: Assessment is not evaluated anew")
	verifier.Write("controls.sigstore.json", w.RunRaw(0, "output", "-raw", "bundle"))
	verifier.Write("assessment.json", madeUp)
	verifier.Write("main.tf", addressed("approving/verify"))
	expectText(t, verifier.Run(1, "plan"), "Error: Attestation by another catalogue",
		"azure-service-bus/disable-public-network-access")
}

// withoutGap is an assessment of which the accepted gap is said to be none, and the exception is
// left out, by its catalogue or one with another digest.
func withoutGap(t *testing.T, text, digest string) string {
	t.Helper()
	var a map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&a); err != nil {
		t.Fatal(err)
	}
	at := func(keys ...string) map[string]any {
		m := a
		for _, key := range keys {
			m = m[key].(map[string]any) //nolint:forcetypeassert // a test that has it wrong fails
		}
		return m
	}
	finding := at("services", "azure-service-bus", "controls", "disable-public-network-access")
	finding["outcome"] = "satisfied"
	for _, field := range []string{"condition", "reason", "status"} {
		delete(finding, field)
	}
	delete(at("requirement"), "exceptions")
	delete(a, "registers")
	if digest != "" {
		at("catalog")["digest"] = digest
	}
	return string(must(canonicaljson.Marshal(a)))
}

// TestAccExampleEnabled mends the setting that examples/enabled fails on, and undoes another.
func TestAccExampleEnabled(t *testing.T) {
	t.Parallel()
	files := exampleFiles(t, "enabled")
	w := exampleWorkspace(t, "", files)
	expectText(t, w.Run(1, "plan"), "main.tf line 16: min_tls_version of azurerm_storage_account.orders")
	w.Write("stack/main.tf", strings.Replace(files["stack/main.tf"], "TLS1_0", "TLS1_2", 1))
	expectText(t, w.Run(0, "apply", "-auto-approve"), `"encryption-in-transit" = "configured"`,
		`"local-authentication-methods-for-data-plane-access" = "configured"`)
	expectText(t, w.Run(1, "plan", "-var=shared_keys=true"), "and switched on, but the requirement avoids it",
		"main.tf line 17: shared_access_key_enabled of azurerm_storage_account.orders")
	w.Write("main.tf", strings.Replace(files["main.tf"], "variables = { shared_keys = var.shared_keys }", "", 1))
	expectText(t, w.Run(1, "plan"), "Settings depend on root variables", "shared_keys = var.shared_keys",
		"it is not certainly switched off", "Pass the root variables that decide")
}

// publishing is an example without a configuration: scripts and pipelines, which the interop
// test of internal/oci runs.
const publishing = "examples/registry"

// TestExamplesAreComplete finds directories of examples that the table lacks.
func TestExamplesAreComplete(t *testing.T) {
	listed := map[string]bool{}
	for _, ex := range examples {
		listed[ex.dir] = true
	}
	found := map[string]bool{}
	err := fs.WalkDir(repository, "examples", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Dir(name) == publishing {
			return err
		}
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if short := strings.TrimPrefix(dir, "examples/"); listed[short] {
				found[short] = true
				return nil // a file of an example, or of a folder within one
			}
		}
		t.Errorf("%s belongs to no example in the table of this test: add its directory", name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range listed {
		if !found[dir] {
			t.Errorf("examples/%s has no files: remove it from the table of this test", dir)
		}
	}
}

// exampleFiles reads a directory of examples, with what is below it.
func exampleFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	sub, err := fs.Sub(repository, path.Join("examples", dir))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err = fs.WalkDir(sub, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != ".":
			return fs.SkipDir // .terraform, where somebody has tried the example in place
		case entry.IsDir() || strings.HasPrefix(entry.Name(), "."):
			return nil
		}
		content, err := fs.ReadFile(sub, name)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// exampleWorkspace initialises files on a day, "" for today. Files that do not say which
// provider they need get what says so.
func exampleWorkspace(t *testing.T, day string, files map[string]string) *acctest.Workspace {
	t.Helper()
	var w *acctest.Workspace
	if day == "" {
		w = acctest.NewWorkspace(t, "")
	} else {
		w = acctest.NewWorkspaceOn(t, day, "")
		files = maps.Clone(files)
		for name, content := range files {
			// The provider with a clock of the test's is served under one address alone.
			files[name] = strings.ReplaceAll(content, bareSource, `"registry.terraform.io/security-controls/controls"`)
		}
	}
	own := slices.ContainsFunc(slices.Collect(maps.Values(files)), func(content string) bool {
		return strings.Contains(content, "required_providers")
	})
	w.Write("main.tf", "") // NewWorkspace wrote one
	if !own {
		w.Write("required_providers.tf", acctest.RequiredProviders)
	}
	for name, content := range files {
		w.Write(name, content)
	}
	w.Run(0, "init")
	return w
}

// block is a fenced block of a Markdown file.
type block struct {
	file, language, text string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// blocks lists the fenced blocks of the files that match the patterns.
func blocks(t *testing.T, patterns ...string) []block {
	t.Helper()
	var found []block
	for _, pattern := range patterns {
		names, err := fs.Glob(repository, pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(names) == 0 {
			t.Fatalf("no file matches %s: make generate writes docs/", pattern)
		}
		for _, name := range names {
			for _, m := range fence.FindAllStringSubmatch(readRepository(t, name), -1) {
				found = append(found, block{name, m[1], m[2]})
			}
		}
	}
	return found
}

func readRepository(t *testing.T, name string) string {
	t.Helper()
	content, err := fs.ReadFile(repository, name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(content), "\r\n", "\n")
}

// TestAccDocsConfigurations validates the configurations in guides and README. Blocks
// of the language "terraform" are complete, but for the provider's source; fragments are
// "hcl".
func TestAccDocsConfigurations(t *testing.T) {
	planned := map[string]bool{} // by TestAccExamples
	for _, ex := range examples {
		for _, content := range exampleFiles(t, ex.dir) {
			planned[strings.TrimSpace(content)] = true
		}
	}
	for i, b := range blocks(t, "README.md", "docs/guides/*.md") {
		if b.language != "terraform" || planned[strings.TrimSpace(b.text)] {
			continue
		}
		t.Run(fmt.Sprintf("%d_%s", i, path.Base(b.file)), func(t *testing.T) {
			t.Parallel()
			exampleWorkspace(t, "", map[string]string{"main.tf": b.text}).Run(0, "validate")
		})
	}
}

// TestAccREADMEPlan compares the plan in README.md with the CLI's, but for what the "…"
// leave out and the prompt.
func TestAccREADMEPlan(t *testing.T) {
	t.Parallel()
	config, plan := "", ""
	for _, b := range blocks(t, "README.md") {
		switch {
		case b.language == "hcl" && config == "":
			config = b.text
		case b.language == "text" && plan == "":
			plan = b.text
		}
	}
	got := exampleWorkspace(t, acctest.Today, map[string]string{"main.tf": config}).Run(1, "plan")
	for _, part := range strings.Split(plan, "…") {
		part = strings.Join(strings.Fields(part), " ")
		if !strings.HasPrefix(part, "$ ") && !strings.Contains(got, part) {
			t.Errorf("README.md shows what the plan does not say:\n%s\n\nthe plan:\n%s", part, got)
		}
	}
}

// TestDocsCatalogues loads the catalogue files that guides show in full.
func TestDocsCatalogues(t *testing.T) {
	count := 0
	for _, b := range blocks(t, "docs/guides/*.md") {
		if (b.language != "yaml" && b.language != "json") || !strings.Contains(b.text, "catalog.schema.json") {
			continue
		}
		count++
		file := filepath.Join(t.TempDir(), "catalog."+b.language)
		acctest.WriteFile(t, file, b.text)
		options := loader.Options{Embedded: true, Today: acctest.Today, Sources: []loader.Source{{Path: file}}}
		if _, err := loader.Catalog(options); err != nil {
			t.Errorf("%s: %v", b.file, err)
		}
	}
	if count == 0 {
		t.Error("no guide shows a catalogue file")
	}
}

// TestDocsDescribeCatalogueFormat finds keys of catalogue files that the guide lacks.
func TestDocsDescribeCatalogueFormat(t *testing.T) {
	guide := readRepository(t, "docs/guides/writing-a-catalogue.md")
	var schema struct {
		Properties map[string]json.RawMessage                                 `json:"properties"`
		Defs       map[string]struct{ Properties map[string]json.RawMessage } `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(readRepository(t, "internal/catalog/native/catalog.schema.json")), &schema); err != nil {
		t.Fatal(err)
	}
	keys := slices.Collect(maps.Keys(schema.Properties))
	for _, def := range schema.Defs {
		keys = slices.AppendSeq(keys, maps.Keys(def.Properties))
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if !strings.Contains(guide, "`"+key+"`") {
			t.Errorf("the guide on writing a catalogue does not describe the key %q", key)
		}
	}
}
