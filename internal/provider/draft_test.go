package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/provider"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// Several requirements of several processes write one file at once, each as a whole.
func TestDraft_concurrent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "draft.hcl")
	var running sync.WaitGroup
	errs := make(chan error, 200)
	want := []string{}
	for process := range 10 {
		add := provider.AddToDraft(path, time.Now())
		for requirement := range 10 {
			section := fmt.Sprintf("# requirement %d of %d\n%s\n", requirement, process, strings.Repeat("x", 5000))
			want = append(want, section)
			for range 2 { // instances of one requirement
				running.Go(func() { errs <- add(section) })
			}
		}
	}
	running.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, sections, _ := strings.Cut(string(content), "\n\n")
	if head+"\n" != report.DraftHead {
		t.Errorf("the draft begins with %q", head)
	}
	got := strings.SplitAfter(sections, "x\n\n")
	for i := range got {
		got[i] = strings.TrimRight(got[i], "\n") + "\n"
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the draft has %d sections, want %d, each once and whole", len(got), len(want))
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("there is more than the draft: %v, %v", files, err)
	}
}

// What a run has not made itself stays as it is.
func TestDraft_neverOverwrites(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, tc := range map[string]struct {
		content string
		age     time.Duration
	}{
		"a file of another kind":   {"resource {}\n", 0},
		"an empty file":            {"", 0},
		"the draft of another run": {report.DraftHead + "\n# 1 gap\n", time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "draft.hcl")
			acctest.WriteFile(t, path, tc.content)
			if err := os.Chtimes(path, now, now.Add(-tc.age)); err != nil {
				t.Fatal(err)
			}
			err := provider.AddToDraft(path, now)("# 2 gaps\n")
			if err == nil || !strings.Contains(err.Error(), "never overwritten") {
				t.Errorf("the error is %v", err)
			}
			if content, err := os.ReadFile(path); err != nil || string(content) != tc.content {
				t.Errorf("the file has %q now, %v", content, err)
			}
		})
	}
	dir := t.TempDir()
	if err := provider.AddToDraft(dir, now)("# 2 gaps\n"); err == nil {
		t.Error("a folder is no error")
	}
	if err := provider.AddToDraft(filepath.Join(dir, "no", "draft.hcl"), now)("# 2 gaps\n"); err == nil {
		t.Error("a file in no folder is no error")
	}
}

// gapsCatalog has services with 30 gaps in three of each kind, and conditions that HCL could
// take for more than text.
func gapsCatalog() string {
	var b strings.Builder
	b.WriteString(acctest.Definitions("alpha", "beta", "gamma", "delta", "omega", "!local-users"))
	conditions := []string{
		`"Premium \"P1\" tier only, not ${x}"`, `"50 %{ off }, $${y}\nand a second line"`, `'Only in C:\regions'`,
	}
	for i := range 5 {
		service := acctest.Service(fmt.Sprintf("store-%d", i), "2026-01-01",
			acctest.Statement{Control: "alpha", Status: "no"},
			acctest.Statement{Control: "beta", Status: "no", Rest: ", planned: true"},
			acctest.Statement{Control: "gamma", Status: "conditional", Rest: ", condition: " + conditions[i%len(conditions)]},
			acctest.Statement{Control: "delta", Status: "not_applicable"},
			acctest.Statement{Control: "local-users", Status: "yes"})
		if i > 0 {
			service = strings.TrimPrefix(service, "services:\n")
		}
		b.WriteString(service)
	}
	return b.String()
}

func gapsConfig(arguments string) string {
	return `
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/gaps.yaml" }]
}
resource "controls_requirement" "this" {
  services       = [for i in range(5) : "store-${i}"]
  controls       = ["alpha", "beta", "gamma", "delta"]
  any_of         = { "SC-28" = ["omega", "beta"] }
  avoid          = ["local-users"]
  not_applicable = "deny"
` + arguments + `}
`
}

// From 30 gaps to green: the draft is pasted as it is, refused, filled in, and passes.
func TestAccDraft_thirtyGaps(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, gapsConfig(""))
	w.Write("gaps.yaml", gapsCatalog())
	w.Setenv("CONTROLS_DRAFT", "draft.hcl")
	failing := w.Run(1, "plan")
	expectText(t, failing, "Required security controls missing", "draft.hcl has exceptions and evidence", "fill in every \"\"")
	if strings.Contains(failing, "to be completed") || strings.Contains(failing, "Warning") {
		t.Errorf("beside the draft there is an entry to paste, or a warning:\n%s", failing)
	}
	draft := readFile(t, w.Path("draft.hcl"))
	expectText(t, draft, "# 30 gaps in 5 services: store-0")

	// It is never overwritten, and what is there already is not written again.
	begun := strings.Replace(draft, `justification = ""`, `justification = "because"`, 1)
	for text, want := range map[string]string{draft: "draft.hcl has exceptions and evidence", begun: "never overwritten"} {
		w.Write("draft.hcl", text)
		stale := time.Now().Add(-time.Minute)
		if err := os.Chtimes(w.Path("draft.hcl"), stale, stale); err != nil {
			t.Fatal(err)
		}
		expectText(t, w.Run(1, "plan"), want)
		if readFile(t, w.Path("draft.hcl")) != text {
			t.Error("the draft was overwritten")
		}
	}

	// What is not filled in is refused where it stands, and the CLI would not format it.
	w.Write("main.tf", acctest.RequiredProviders+gapsConfig(draft))
	refused := w.Run(1, "plan")
	expectText(t, refused, "exceptions[0].justification: The value is blank", "exceptions[0].approved_by: The value is blank",
		"evidence[0].reference: The value is blank", "exceptions[0].expires: ")
	w.Run(0, "fmt")
	for line := range strings.Lines(draft) {
		if !strings.Contains(readFile(t, w.Path("main.tf")), strings.TrimSpace(line)) {
			t.Errorf("the CLI formats the line %q", line)
		}
	}

	filled := strings.NewReplacer(
		`justification = ""`, `justification = "Accepted for the test."`, `approved_by   = ""`, `approved_by = "ann"`,
		`approved_by = ""`, `approved_by = "ann"`, `expires       = ""`, `expires = "`+inAYear()+`"`,
		`reference   = ""`, `reference = "https://example.com"`,
	).Replace(draft)
	w.Write("main.tf", acctest.RequiredProviders+gapsConfig(filled))
	plan := w.Run(0, "plan")
	if strings.Contains(plan, "Warning") {
		t.Errorf("the plan has warnings:\n%s", plan)
	}
	w.Run(0, "apply", "-auto-approve")
}

// The function writes the same as the plan.
func TestAccDraft_function(t *testing.T) {
	t.Parallel()
	_, declared, _ := strings.Cut(gapsConfig(""), `resource "controls_requirement"`)
	w := acctest.NewWorkspace(t, gapsConfig("")+`data "controls_assessment"`+declared+`
output "draft" {
  value = provider::controls::render_report([data.controls_assessment.this.assessment], "draft-hcl")
}
`)
	w.Write("gaps.yaml", gapsCatalog())
	w.Setenv("CONTROLS_DRAFT", "draft.hcl")
	script := `terraform plan -no-color -out=plan.tfplan >/dev/null || status=$?
terraform show -json plan.tfplan | jq -j .planned_values.outputs.draft.value
exit "${status:-0}"`
	// The function says which version has written it as well.
	version := regexp.MustCompile(`#\n# Provider version: .*\n`)
	if got, want := version.ReplaceAllString(w.Shell(1, script), ""), readFile(t, w.Path("draft.hcl")); got != want {
		t.Errorf("the function writes\n%s\nand the plan\n%s", got, want)
	}
	if strings.Contains(w.Run(0, "version"), "OpenTofu") {
		return // its console makes no plan
	}
	console := w.Shell(0, `echo 'provider::controls::render_report([data.controls_assessment.this.assessment], "draft-hcl")' |
terraform console -plan 2>/dev/null`)
	expectText(t, console, "# 30 gaps in 5 services", `services      = ["store-0", "store-1", "store-2", "store-3", "store-4"]`)
}

// All requirements of a run write one file, also those of other provider blocks, which are
// other processes.
func TestAccDraft_severalRequirements(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, gapsConfig("")+`
provider "controls" {
  alias                    = "other"
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/gaps.yaml" }]
}
resource "controls_requirement" "several" {
  count    = 3
  provider = controls.other
  services = ["store-${count.index}"]
  controls = ["alpha"]
}
resource "controls_requirement" "same" {
  count    = 3
  services = ["store-4"]
  controls = ["alpha"]
}
resource "controls_requirement" "warned" {
  services    = ["store-4"]
  controls    = ["beta"]
  enforcement = "warn"
}
`)
	w.Write("gaps.yaml", gapsCatalog())
	w.Run(1, "plan")
	if _, err := os.Stat(w.Path("draft.hcl")); err == nil {
		t.Error("there is a draft that nobody asked for")
	}
	w.Setenv("CONTROLS_DRAFT", w.Path("draft.hcl"))
	w.Run(1, "plan")
	draft := readFile(t, w.Path("draft.hcl"))
	expectText(t, draft, "# 30 gaps in 5 services", "# 1 gap in 1 service: store-0\n", "# 1 gap in 1 service: store-1\n",
		"# 1 gap in 1 service: store-2\n", "# 1 gap in 1 service: store-4\n")
	if n := strings.Count(draft, "# Assessment sha256:"); n != 6 {
		t.Errorf("the draft has %d sections, want 6:\n%s", n, draft)
	}
	if n := strings.Count(draft, report.DraftHead); n != 1 {
		t.Errorf("the draft begins %d times", n)
	}
}

// A plan without an open gap, its apply, and a destroy leave no draft.
func TestAccDraft_onlyOfGaps(t *testing.T) {
	t.Parallel()
	w := newStore(t)
	w.Setenv("CONTROLS_DRAFT", "draft.hcl")
	w.Run(0, "apply", "-auto-approve")
	w.Write("store.yaml", storeCatalog("no"))
	w.Run(0, "destroy", "-refresh=false", "-auto-approve")
	if _, err := os.Stat(w.Path("draft.hcl")); err == nil {
		t.Error("there is a draft")
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func inAYear() string { return time.Now().AddDate(1, 0, 0).Format(time.DateOnly) }

// Whoever asks under a ratchet that passes gets what is open; so does the apply that warns,
// which makes a plan and asks the provider once more. As variables of the root module, in a
// file that the CLI reads by its name, the filled-in draft closes them as it is.
func TestAccDraft_ofAPassingRatchet(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
provider "controls" {
  include_embedded_catalog = false
  catalog_sources          = [{ path = "${path.module}/gaps.yaml" }]
}
variable "enforcement" {
  type    = string
  default = "ratchet"
}
variable "exceptions" {
  type    = any
  default = []
}
variable "evidence" {
  type    = any
  default = []
}
data "controls_configuration" "this" {
  path = "${path.module}/stack"
}
data "controls_assessment" "this" {
  configuration = data.controls_configuration.this.document
  controls      = ["beta", "gamma"]
  exceptions    = var.exceptions
  evidence      = var.evidence
}
resource "controls_requirement" "this" {
  assessment_wo    = data.controls_assessment.this.assessment
  configuration_wo = data.controls_configuration.this.document
  enforcement      = var.enforcement
}
`)
	w.Write("gaps.yaml", strings.ReplaceAll(strings.ReplaceAll(gapsCatalog(),
		"  - id: store-0\n", "  - id: store-0\n    resource_types: [store_zero]\n"),
		"  - id: store-3\n", "  - id: store-3\n    resource_types: [store_three]\n"))
	w.Write("stack/main.tf", "resource \"store_zero\" \"a\" {}\nresource \"store_three\" \"b\" {}\n")
	w.Setenv("CONTROLS_DRAFT", "gaps.auto.tfvars")
	if got := w.Run(0, "apply", "-auto-approve", "-var=enforcement=warn"); strings.Contains(got, "Draft not written") {
		t.Errorf("the apply refuses the draft of its plan:\n%s", got)
	}
	if err := os.Remove(w.Path("gaps.auto.tfvars")); err != nil {
		t.Fatal(err)
	}
	expectText(t, w.Run(0, "plan"), "Gaps are tolerated", "Draft written")
	draft := readFile(t, w.Path("gaps.auto.tfvars"))
	expectText(t, draft, "# 4 gaps in 2 services: store-0, store-3", `services      = ["store-0", "store-3"]`,
		`reference   = "store_zero.a (main.tf line 1); store_three.b (main.tf line 2)"`,
		`# { services = ["store-0", "store-3"], control = "gamma", justification = "", approved_by = "", expires = "" },`)
	expectText(
		t,
		w.Run(1, "plan"),
		"exceptions[0].justification: The value is blank",
		"evidence[0].approved_by: The value is blank",
	)
	w.Write("gaps.auto.tfvars", strings.NewReplacer(`justification = ""`, `justification = "x"`, `approved_by   = ""`,
		`approved_by = "ann"`, `approved_by = ""`, `approved_by = "ann"`, `expires       = ""`, `expires = "`+inAYear()+`"`,
	).Replace(draft))
	green := w.RunRaw(0, "plan")
	if lines := strings.Count(green, "\n"); lines > 60 || strings.Contains(green, "Warning") {
		t.Errorf("the green plan has %d lines, or warns:\n%s", lines, green)
	}
}
