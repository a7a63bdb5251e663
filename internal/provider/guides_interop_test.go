//go:build interop

package provider_test

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

// session runs commands of a guide as they are written, in the directory of an example.
type session struct {
	guide string
	dir   string // below examples
	day   string // "" for today
	// before is run first, for what the guide takes for granted.
	before string
	// exits has the exit status of each block of commands; 0 for those that it lacks.
	exits []int
	// prints has what each block must print, where that is known.
	prints []string
	// leaves are files that must be there, and not empty, afterwards.
	leaves []string
}

// Guides whose commands take other tools are run elsewhere: attest-and-verify.md in
// internal/attest, many-workloads.md in internal/fleet/command,
// registry.md in internal/oci, pipelines.md below.
var sessions = []session{
	{
		guide: "evidence-for-auditors.md", dir: "evidence", day: acctest.Today,
		prints: []string{
			"Apply complete", "not-satisfied\t", "deviation-approved\t2027-06-30T23:59:59Z\t", "sha256:",
			"component-definition.json is as handed over",
		},
		leaves: []string{"evidence/component-definition.json"},
	},
	{
		guide:  "exceptions.md",
		dir:    "exceptions",
		day:    acctest.Today,
		before: "terraform apply",
		prints: []string{`"azure-key-vault","vnet-injection","2027-06-30"`},
	},
	{guide: "getting-started.md", dir: "getting-started", day: "2026-11-25", prints: []string{"2 added"}},
	{
		guide:  "keys-and-state.md",
		dir:    "resources/controls_attestation",
		prints: []string{"Apply complete", "Apply complete"},
		leaves: []string{"controls.sigstore.json"},
	},
	{guide: "pinning.md", dir: "own-catalog", before: "terraform plan -out=plan.tfplan", prints: []string{"Apply complete"}},
	{
		guide: "report-from-a-failing-plan.md", dir: "report", exits: []int{1},
		prints: []string{
			`["azure-key-vault/vnet-injection"]`, `"azure-key-vault","vnet-injection","gap","unsupported"`, "assessment.json",
		},
		leaves: []string{"plan.json", "assessment.json"},
	},
	{guide: "starting-a-catalogue.md", dir: "functions/parse_document", leaves: []string{"catalog/contoso-ledger.yaml"}},
	{guide: "writing-a-catalogue.md", dir: "own-catalog", prints: []string{"  -\n"}},
}

func TestInterop_guides(t *testing.T) {
	run := map[string]bool{
		"attest-and-verify.md": true, "beginning-with-gaps.md": true, "many-workloads.md": true, "pipelines.md": true,
		"reports.md": true, "approving-exceptions.md": true, "registry.md": true,
	}
	for _, s := range sessions {
		run[s.guide] = true
		t.Run(s.guide, func(t *testing.T) {
			t.Parallel()
			s.run(t, exampleWorkspace(t, s.day, exampleFiles(t, s.dir)))
		})
	}
	for _, b := range blocks(t, "docs/guides/*.md") {
		if b.language == "sh" && !run[path.Base(b.file)] {
			t.Errorf("no test runs the commands of %s: add it to the table", b.file)
		}
	}
}

// The commands of beginning-with-gaps.md are run in the folder of a stack, with the repository
// beside it: the first ones for each way to begin.
func TestInterop_guideOfBeginning(t *testing.T) {
	t.Parallel()
	var commands []string
	for _, b := range blocks(t, "docs/guides/beginning-with-gaps.md") {
		if b.language == "sh" {
			commands = append(commands, "cd stack\n"+b.text)
		}
	}
	if len(commands) != 6 {
		t.Fatalf("the guide has %d blocks of commands, this test knows 6", len(commands))
	}
	begin, ratchet, draft, green, drafted, console := commands[0], commands[1], commands[2], commands[3], commands[4], commands[5]
	files := exampleFiles(t, "beginning")
	begun := func(t *testing.T) *acctest.Workspace {
		t.Helper()
		t.Parallel()
		w := acctest.NewWorkspace(t, "")
		w.Write("stack/main.tf", files["main.tf"])
		w.Write("terraform-provider-controls/examples/beginning/gate/main.tf", files["gate/main.tf"])
		w.Setenv("TF_CLI_ARGS_apply", "-auto-approve")
		w.Shell(0, begin)
		return w
	}
	t.Run("ratchet", func(t *testing.T) {
		if got := begun(t).Shell(0, ratchet); !strings.Contains(got, "Gaps are tolerated") {
			t.Errorf("the ratchet tolerates nothing:\n%s", got)
		}
	})
	t.Run("draft", func(t *testing.T) {
		const file = "stack/gate/gaps.auto.tfvars"
		w := begun(t)
		w.Shell(1, draft)
		w.Write(
			file,
			strings.NewReplacer(`justification = ""`, `justification = "x"`, `approved_by   = ""`, `approved_by = "ann"`,
				`approved_by = ""`, `approved_by = "ann"`, `expires       = ""`, `expires = "`+inAYear()+`"`,
			).Replace(readFile(t, w.Path(file))),
		)
		if got := w.Shell(0, green); !strings.Contains(got, "Compliant with 3 exceptions") {
			t.Errorf("the apply prints:\n%s", got)
		}
	})
	t.Run("other ways", func(t *testing.T) {
		w := begun(t)
		w.Write("stack/gate/draft.tf", `
output "draft" {
  value = provider::controls::render_report([data.controls_assessment.stack.assessment], "draft-hcl", {
    configuration = data.controls_configuration.stack.document
  })
}
`)
		w.Shell(0, drafted+"grep -q azurerm_servicebus_namespace.orders draft.hcl")
		if strings.HasPrefix(w.Run(0, "version"), "Terraform ") { // the console of OpenTofu makes no plan
			if got := w.Shell(0, console); !strings.Contains(got, "managed-identities") {
				t.Errorf("the console prints:\n%s", got)
			}
		}
	})
}

// The commands of approving-exceptions.md sign the register of the example, and verify by hand
// what its workload hands over.
func TestInterop_guideOfApproving(t *testing.T) {
	t.Parallel()
	var commands []string
	for _, b := range blocks(t, "docs/guides/approving-exceptions.md") {
		if b.language == "sh" {
			commands = append(commands, b.text)
		}
	}
	if len(commands) != 3 {
		t.Fatalf("the guide has %d blocks of commands, this test knows 3", len(commands))
	}
	w := exampleWorkspace(t, acctest.Today, exampleFiles(t, "approving"))
	w.Setenv("TF_VAR_signing_key", signingKeys()[0].pem)
	w.Setenv("TF_VAR_signing_key_version", "1")
	w.Shell(0, "mkdir -p ~/.ssh\nssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519\nrm registers/*.sig\n"+
		`echo "security-board@example.com $(cat ~/.ssh/id_ed25519.pub)" >registers/approvers`+"\n"+commands[0]+commands[1])
	w.Run(0, "apply", "-auto-approve")
	w.Write("controls.sigstore.json", w.RunRaw(0, "output", "-raw", "bundle"))
	got := w.Shell(0, "cp registers/approvers approvers\n"+commands[2])
	expectText(t, got, `Good "controls-exceptions" signature for security-board@example.com`)
	digests := regexp.MustCompile(`(?m)^[0-9a-f]{64}`).FindAllString(got, -1)
	if len(digests) < 2 || slices.ContainsFunc(digests, func(d string) bool { return d != digests[0] }) {
		t.Errorf("the digests differ: %q", digests)
	}
}

// The commands of reports.md belong to the configuration that the guide itself shows.
func TestInterop_guideOfReports(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for _, b := range blocks(t, "docs/guides/reports.md") {
		if b.language == "terraform" {
			files["main.tf"] = b.text
		}
	}
	s := session{guide: "reports.md", leaves: []string{"report.html", "report.md", "report.xml", "sarif.json"}}
	s.run(t, exampleWorkspace(t, "", files))
}

func (s session) run(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	w.Setenv("TF_CLI_ARGS_apply", "-auto-approve") // nobody is there to say yes
	if s.before != "" {
		w.Shell(0, s.before)
	}
	i := 0
	for _, b := range blocks(t, "docs/guides/"+s.guide) {
		if b.language != "sh" {
			continue
		}
		exit := 0
		if i < len(s.exits) {
			exit = s.exits[i]
		}
		got := w.Shell(exit, b.text)
		if i < len(s.prints) && !strings.Contains(got, s.prints[i]) {
			t.Errorf("expected %q in what these commands print:\n%s\n%s", s.prints[i], b.text, got)
		}
		i++
	}
	if i == 0 {
		t.Errorf("%s has no commands", s.guide)
	}
	for _, file := range s.leaves {
		w.Shell(0, "test -s "+file)
	}
}

// ciStep is a step of a pipeline, of GitHub Actions (run) or Azure DevOps (bash).
type ciStep struct {
	Name, If, Run, Bash, WorkingDirectory string
	Env                                   map[string]string
}

// UnmarshalYAML reads both spellings of the names.
func (s *ciStep) UnmarshalYAML(n *yaml.Node) error {
	var raw struct {
		Name        string            `yaml:"name"`
		DisplayName string            `yaml:"displayName"`
		If          string            `yaml:"if"`
		Run         string            `yaml:"run"`
		Bash        string            `yaml:"bash"`
		Directory   string            `yaml:"workingDirectory"`
		Env         map[string]string `yaml:"env"`
	}
	if err := n.Decode(&raw); err != nil {
		return err
	}
	*s = ciStep{raw.Name + raw.DisplayName, raw.If, raw.Run, raw.Bash, raw.Directory, raw.Env}
	return nil
}

type ciJob struct {
	Steps []ciStep `yaml:"steps"`
}

// pipelines are the two of the guide, by the names of their jobs. Where steps of GitHub
// Actions run is said once for all of them.
func pipelines(t *testing.T) (github, azure map[string]ciJob) {
	t.Helper()
	azure = map[string]ciJob{}
	for _, b := range blocks(t, "docs/guides/pipelines.md") {
		if b.language != "yaml" {
			continue
		}
		var file struct {
			Defaults struct {
				Run struct {
					Directory string `yaml:"working-directory"`
				} `yaml:"run"`
			} `yaml:"defaults"`
			Jobs   map[string]ciJob `yaml:"jobs"`
			Stages []struct {
				Stage string  `yaml:"stage"`
				Jobs  []ciJob `yaml:"jobs"`
			} `yaml:"stages"`
		}
		if err := yaml.Unmarshal([]byte(b.text), &file); err != nil {
			t.Fatal(err)
		}
		for _, stage := range file.Stages {
			azure[stage.Stage] = stage.Jobs[0]
		}
		if file.Jobs != nil {
			github = file.Jobs
			for _, job := range github {
				for i := range job.Steps {
					job.Steps[i].WorkingDirectory = file.Defaults.Run.Directory
				}
			}
		}
	}
	return github, azure
}

// A change with a gap fails its check, with reports; the same without the gap passes,
// and is attested to. The scripts of all steps are run as the guide has them, by what
// stands here for the two services: their variables, conditions and files.
func TestInterop_pipelines(t *testing.T) {
	github, azure := pipelines(t)
	for name, jobs := range map[string]map[string]ciJob{"github": github, "azure": azure} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ci := newCI(t)
			ci.values = map[string]string{
				"github.event.pull_request.head.sha || github.sha": ci.commit,
				"github.sha": ci.commit, "Build.SourceVersion": ci.commit,
				"secrets.CONTROLS_SIGNING_KEY": ci.key, "signingKey.secureFilePath": ci.w.Path("key.pem"),
				"github.token": "token", "github.event.pull_request.html_url": "https://git.example.com/shop/pull/1",
			}
			ci.w.Write("key.pem", ci.key)

			ci.conditions = map[string]bool{"github.event_name == 'pull_request'": true}
			ci.job(jobs["check"], 1)
			ci.reports(name, 1)
			if name == "github" {
				ci.w.Shell(0, `grep -q 'pull/1 --edit-last --create-if-none --body-file reports/report.md' commented`)
			}

			ci.job(jobs["verdict"], 0)
			ci.verdict("FAILED")

			ci.w.Shell(0, "sed -i s/azurerm_relay_namespace/azurerm_storage_queue/ infra/stack/queue.tf")
			ci.conditions = map[string]bool{"github.event_name == 'pull_request'": false}
			ci.job(jobs["check"], 0)
			ci.reports(name, 0)
			ci.job(jobs["verdict"], 0)
			ci.verdict("PASSED")
			ci.job(jobs["attest"], 0)
			t.Run("verify", ci.verify)
		})
	}
}

// ci stands for a service that runs pipelines.
type ci struct {
	t           *testing.T
	w           *acctest.Workspace
	key, commit string
	values      map[string]string // of expressions
	conditions  map[string]bool
	variables   map[string]string // that steps have set
}

func newCI(t *testing.T) *ci {
	t.Helper()
	files := map[string]string{}
	for name, content := range exampleFiles(t, "pipeline") {
		files["infra/"+name] = content
	}
	w := exampleWorkspace(t, "", map[string]string{"main.tf": ""})
	for name, content := range files {
		w.Write(name, content)
	}
	// What the GitHub CLI would be given.
	w.Write("bin/gh", "#!/bin/sh\necho \"$@\" >\"$CI_ROOT/commented\"\nfor file; do :; done\ntest -s \"$file\"\n")
	w.Shell(0, "chmod +x bin/gh")
	return &ci{t: t, w: w, key: signingKeys()[0].pem, commit: strings.Repeat("c8f4", 10), variables: map[string]string{}}
}

var (
	expression  = regexp.MustCompile(`\$\{\{ (.*?) \}\}|\$\(([A-Za-z.]+)\)`)
	setVariable = regexp.MustCompile(`##vso\[task\.setvariable variable=(\w+)\](.*)`)
)

// job runs the steps of a job, of which the last one must end with an exit status.
func (c *ci) job(job ciJob, exit int) {
	c.t.Helper()
	steps := slices.DeleteFunc(slices.Clone(job.Steps), func(s ciStep) bool {
		if s.Run+s.Bash == "" {
			return true // an action or a task, which only the service can run
		}
		if s.If == "" {
			return false
		}
		holds, known := c.conditions[s.If]
		if !known {
			c.t.Fatalf("the condition %q is not known to this test", s.If)
		}
		return !holds
	})
	if len(steps) == 0 {
		c.t.Fatal("the job has no steps")
	}
	for i, s := range steps {
		want := 0
		if i == len(steps)-1 {
			want = exit
		}
		c.step(s, want)
	}
}

func (c *ci) step(s ciStep, exit int) {
	c.t.Helper()
	var script strings.Builder
	script.WriteString("export CI_ROOT=$PWD GITHUB_ENV=$PWD/github_env GITHUB_STEP_SUMMARY=$PWD/summary PATH=$PWD/bin:$PATH\n" +
		": >\"$GITHUB_ENV\"\n")
	env := maps.Clone(c.variables)
	maps.Copy(env, s.Env)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		value := expression.ReplaceAllStringFunc(env[name], func(match string) string {
			m := expression.FindStringSubmatch(match)
			value, known := c.values[m[1]+m[2]]
			if !known {
				c.t.Fatalf("the expression %q is not known to this test", match)
			}
			return value
		})
		script.WriteString("export " + name + "='" + value + "'\n")
	}
	script.WriteString("cd " + s.WorkingDirectory + "\n")
	if s.Run != "" {
		script.WriteString("set -eo pipefail\n") // how GitHub Actions runs bash
	}
	script.WriteString(s.Run + s.Bash)
	out := c.w.Shell(exit, script.String())
	for _, m := range setVariable.FindAllStringSubmatch(out, -1) {
		c.variables[m[1]] = strings.TrimSpace(m[2])
	}
	content, err := os.ReadFile(c.w.Path("github_env"))
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		c.variables[name] = value
	}
}

// reports looks at what a check has left: the number of alerts, the place of the first,
// and the other files.
func (c *ci) reports(service string, alerts int) {
	c.t.Helper()
	file := "infra/reports/controls.sarif"
	if service == "azure" {
		file = "infra/scans/controls.sarif"
	}
	content, err := os.ReadFile(c.w.Path(file))
	if err != nil {
		c.t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct {
							URI string `json:"uri"`
						} `json:"artifactLocation"`
					} `json:"physicalLocation"`
				} `json:"locations"`
			} `json:"results"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(content, &log); err != nil {
		c.t.Fatal(err)
	}
	results := log.Runs[0].Results
	if len(results) != alerts {
		c.t.Fatalf("got %d alerts, want %d:\n%s", len(results), alerts, content)
	}
	if alerts > 0 && results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "infra/stack/queue.tf" {
		c.t.Errorf("the alert is not at infra/stack/queue.tf:\n%s", content)
	}
	for _, name := range []string{"report.html", "report.md", "report.xml"} {
		c.w.Shell(0, "test -s infra/reports/"+name)
	}
}

// verdict looks at the summary that is published whether a check passes or not. As on a
// machine of its own, the state is gone afterwards.
func (c *ci) verdict(want string) {
	c.t.Helper()
	content, err := os.ReadFile(c.w.Path("infra/verdict/summary.sigstore.json"))
	if err != nil {
		c.t.Fatal(err)
	}
	key, err := attest.ParsePublicKey(signingKeys()[0].public)
	if err != nil {
		c.t.Fatal(err)
	}
	got, err := attest.VerifySummary(string(content), []*attest.PublicKey{key}, time.Now())
	if err != nil {
		c.t.Fatalf("%v\n%s", err, content)
	}
	if a := got.Summary.Assessments[0]; got.Summary.VerificationResult != want || a.Workload != "shop" {
		c.t.Errorf("the verdict on %q is %s, expected %s on \"shop\"", a.Workload, got.Summary.VerificationResult, want)
	}
	c.w.Shell(0, "rm infra/terraform.tfstate*")
}

// verify plans what the guide says others do with the attestation.
func (c *ci) verify(t *testing.T) {
	files := map[string]string{"shop.pub": signingKeys()[0].public}
	for _, name := range []string{"assessment.json", "controls.sigstore.json"} {
		content, err := os.ReadFile(c.w.Path("infra/attestation/" + name))
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.ToSlash(filepath.Join("attestation", name))] = string(content)
	}
	for _, b := range blocks(t, "docs/guides/pipelines.md") {
		if b.language == "hcl" {
			files["main.tf"] = acctest.RequiredProviders + "variable \"commit\" {}\n" + b.text
		}
	}
	other := exampleWorkspace(t, "", files)
	other.Setenv("TF_VAR_commit", c.commit)
	other.Run(0, "plan")
	other.Setenv("TF_VAR_commit", strings.Repeat("d8f4", 10))
	if got := other.Run(1, "plan"); !strings.Contains(got, "Error: Another subject") {
		t.Errorf("the attestation of another commit ends in:\n%s", got)
	}
}
