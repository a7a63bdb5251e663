package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/command"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// folder is a folder of files, by their path in it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func bundle(t *testing.T, key string, v fleettest.Verdict) string {
	t.Helper()
	f, err := fleettest.New()
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Bundle(fleettest.Key(key), v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sample has verdicts of two teams, one of which fails.
func sample(t *testing.T) string {
	t.Helper()
	return folder(t, map[string]string{
		"verdicts/shop.sigstore.json":    bundle(t, "a", fleettest.Verdict{Workload: "a/shop"}),
		"verdicts/b/vault.sigstore.json": bundle(t, "b", fleettest.Verdict{Workload: "b/vault", Gaps: 2}),
		"verdicts/b/assessment.json":     "{}",
		"foreign/shop.sigstore.json":     bundle(t, "b", fleettest.Verdict{Workload: "a/shop", Gaps: 1}),
		"none/readme.txt":                "",
		"keys/team-a.pub":                fleettest.Key("a").Public().PEM(),
		"keys/team-b.pem":                fleettest.Key("b").Public().PEM(),
		"keys/README":                    "",
		"workloads.json":                 `{"team-a": ["a/*"], "team-b": ["b/*"]}`,
		"expected.txt":                   "# ours\na/shop\nb/vault\n\na/gone\n",
		"nobody.txt":                     "# none\n",
		"broken.json":                    `{"team-a": "a/*"}`,
		"twice.json":                     `{"team-a": [], "team-a": ["*"]}`,
		"empty/other/keys.txt":           "",
		"same/team-a.pem":                fleettest.Key("c").Public().PEM(),
		"verdicts-of-a/shop.dsse.json":   bundle(t, "a", fleettest.Verdict{Workload: "a/shop"}),
	})
}

// run runs the command in a folder.
func run(t *testing.T, dir string, terminal bool, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(dir)
	var out, errs bytes.Buffer
	c := command.Command{Stdout: &out, Stderr: &errs, Terminal: terminal, Now: fleettest.Now}
	code = c.Run(args)
	return code, out.String(), errs.String()
}

var bound = []string{"--bundles", "verdicts", "--keys", "keys", "--workloads", "workloads.json"}

func TestRun(t *testing.T) {
	dir := sample(t)
	code, stdout, stderr := run(t, dir, false, append(bound, "--expected", "expected.txt", "--max-age", "7d",
		"--out", "report.html", "--out", "fleet.json", "--out", "fleet.csv", "--out", "fleet.md")...)
	if code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	printed := regexp.MustCompile(`sha256:[0-9a-f]{64}`).ReplaceAllString(stdout, "sha256:…")
	golden.Check(t, filepath.Join(testdata, "run.txt"), printed+"\n"+stderr)
	var r fleet.RollUp
	data, err := os.ReadFile("fleet.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	if r.Counts.Missing != 1 || r.Counts.Failed != 1 || r.Counts.Passed != 1 || r.MaxAgeHours != 168 {
		t.Errorf("got %+v", r.Counts)
	}
	for _, name := range []string{"report.html", "fleet.csv", "fleet.md"} {
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := filepath.Glob(".fleet-*"); err != nil || len(left) > 0 {
		t.Errorf("left over: %q, %v", left, err)
	}
}

// testdata is absolute: the tests change their folder.
var testdata, _ = filepath.Abs("testdata")

// What makes the exit code 1 is what --fail-on names, and what there is of it.
func TestRun_failOn(t *testing.T) {
	dir := sample(t)
	for failOn, want := range map[string]int{
		"none": 0, "stale": 0, "expired,stale": 0, "failed": 1, "missing": 0, "stale, failed": 1, "rejected": 0,
	} {
		if code, _, stderr := run(t, dir, false, append(bound, "--fail-on", failOn)...); code != want {
			t.Errorf("%s: the exit code is %d\n%s", failOn, code, stderr)
		}
	}
	args := []string{"--bundles", "foreign", "--keys", "keys", "--workloads", "workloads.json"}
	if code, _, stderr := run(t, dir, false, args...); code != 1 || stderr != "Failed: 1 rejected.\n" {
		t.Errorf("a foreign verdict ends in %d and %q", code, stderr)
	}
	args = []string{"--bundles", "verdicts-of-a", "--keys", "keys/team-a.pub", "--fail-on", "failed,missing"}
	if code, stdout, _ := run(t, dir, false, args...); code != 0 || !strings.Contains(stdout, "The one workload passes.") {
		t.Errorf("one key needs no patterns; got %d\n%s", code, stdout)
	}
}

// Where nothing that counts was found, all is not well: the keys may be the wrong ones, or what
// was published no summaries.
func TestRun_noWorkload(t *testing.T) {
	f, err := fleettest.New()
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.Issue(fleettest.Key("a"), fleettest.Verdict{Workload: "a/shop"})
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{
		"controls/shop.sigstore.json": a.Bundles[attest.Controls],
		"verdicts/shop.sigstore.json": a.Bundles[attest.SummaryKind],
		"keys/a.pub":                  fleettest.Key("a").Public().PEM(),
		"keys/b.pub":                  fleettest.Key("b").Public().PEM(),
	})
	const failed = "Failed: no workload has a verdict that counts.\n"
	for _, c := range []struct {
		bundles, key, failOn string
		code                 int
		stdout, stderr       string
	}{
		{"controls", "a", "failed", 1, "There is no workload.", failed},
		{"controls", "a", "rejected", 1, "1 other statement left alone: what is rolled up is \"summary\"", failed},
		{"controls", "a", "none", 0, "There is no workload.", ""},
		{"verdicts", "b", "failed,missing", 1, "There is no workload.", failed},
		{"verdicts", "b", "rejected", 1, "There is no workload.", "Failed: 1 rejected.\n"},
		{"verdicts", "a", "failed", 0, "The one workload passes.", ""},
	} {
		code, stdout, stderr := run(t, dir, false, "--bundles", c.bundles, "--keys", "keys/"+c.key+".pub", "--fail-on", c.failOn)
		if code != c.code || !strings.Contains(stdout, c.stdout) || stderr != c.stderr {
			t.Errorf("%s by %s, failing on %s, ends in %d\n%s%s", c.bundles, c.key, c.failOn, code, stdout, stderr)
		}
	}
}

// A linked folder is not followed, which is said: what is in it may be what fails.
func TestRun_linkedFolder(t *testing.T) {
	dir := sample(t)
	if err := os.Symlink(filepath.Join(dir, "foreign"), filepath.Join(dir, "verdicts", "more")); err != nil {
		t.Skip(err) // Windows wants a privilege for it
	}
	code, _, stderr := run(t, dir, false, bound...)
	if code != 2 || !strings.Contains(stderr, `"more" in the folder "verdicts" is a link to a folder, which is not followed`) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// What PowerShell writes is said to be that; patterns of it are read.
func TestRun_byteOrderMark(t *testing.T) {
	dir := sample(t)
	text, err := os.ReadFile(filepath.Join(dir, "verdicts", "shop.sigstore.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"verdicts/shop.sigstore.json": "\xEF\xBB\xBF" + string(text),
		"workloads.json":              "\xEF\xBB\xBF" + `{"team-a": ["a/*"], "team-b": ["b/*"]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := run(t, dir, false, append(bound, "--fail-on", "rejected")...)
	if code != 1 || !strings.Contains(stdout, "shop.sigstore.json: It begins with a byte order mark") {
		t.Errorf("exit code %d: %s\n%s", code, stdout, stderr)
	}
}

func TestRun_help(t *testing.T) {
	code, stdout, _ := run(t, t.TempDir(), false, "--help")
	if code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	golden.Check(t, filepath.Join(testdata, "help.txt"), stdout)
}

// On a terminal it tells how far it has come; a log has nothing of it.
func TestRun_progress(t *testing.T) {
	dir := sample(t)
	if _, _, stderr := run(t, dir, true, append(bound, "--fail-on", "none")...); stderr != "\rVerified 2 of 2\n" {
		t.Errorf("got %q", stderr)
	}
	if _, _, stderr := run(t, dir, false, append(bound, "--fail-on", "none")...); stderr != "" {
		t.Errorf("got %q", stderr)
	}
}

func TestRun_refuses(t *testing.T) {
	dir := sample(t)
	var messages strings.Builder
	for _, args := range [][]string{
		{},
		{"--bundles", "verdicts"},
		{"--bundles", "verdicts", "--keys", "keys"},
		{"--bundles", "nowhere", "--keys", "keys/team-a.pub"},
		{"--bundles", "none", "--keys", "keys/team-a.pub"},
		{"--bundles", "verdicts", "--keys", "nowhere.pub"},
		{"--bundles", "verdicts", "--keys", "empty"},
		{"--bundles", "verdicts", "--keys", "workloads.json"},
		{"--bundles", "verdicts", "--keys", "keys", "--keys", "same/team-a.pem"},
		{"--bundles", "verdicts", "--keys", "keys", "--workloads", "nowhere.json"},
		{"--bundles", "verdicts", "--keys", "keys", "--workloads", "broken.json"},
		{"--bundles", "verdicts", "--keys", "keys", "--workloads", "twice.json"},
		{"--bundles", "verdicts", "--keys", "keys", "--workloads", "expected.txt"},
		append(bound, "--expected", "nobody.txt"),
		append(bound, "--expected", "workloads.json"),
		append(bound, "--max-age", "7"),
		append(bound, "--max-age", "0h"),
		append(bound, "--max-age", "-1d"),
		append(bound, "--fail-on", "passed"),
		append(bound, "--fail-on", ""),
		append(bound, "--fail-on", "failed", "--fail-on", "missing"),
		append(bound, "--bundles", "foreign"),
		append(bound, "--workloads", "twice.json"),
		append(bound, "--expected", ""),
		append(bound, "--expected", "expected.txt", "--expected", "nobody.txt"),
		append(bound, "--max-age", "7d", "--max-age", "700d"),
		append(bound, "--out", "report.pdf"),
		append(bound, "--out", "nowhere/report.html"),
		append(bound, "--bundle", "x"),
		append(bound, "extra"),
	} {
		code, stdout, stderr := run(t, dir, false, args...)
		if code != 2 || stdout != "" {
			t.Errorf("%q: the exit code is %d, and it prints %q", args, code, stdout)
		}
		fmt.Fprintf(&messages, "fleet %s\n  %s", strings.Join(args, " "), stderr)
	}
	golden.Check(t, filepath.Join(testdata, "refuses.txt"), messages.String())
}

// A file that cannot be read is no reason to leave it out in silence.
func TestRun_unreadable(t *testing.T) {
	dir := sample(t)
	if err := os.WriteFile(filepath.Join(dir, "verdicts", "big.sigstore.json"), make([]byte, 9<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "verdicts", "link.sigstore.json")); err != nil {
		t.Skip("no links here")
	}
	code, stdout, _ := run(t, dir, false, append(bound, "--fail-on", "rejected")...)
	if code != 1 || !strings.Contains(stdout, "rejected  big.sigstore.json: The file is larger than 8 MiB") ||
		!strings.Contains(stdout, "rejected  link.sigstore.json: The file cannot be read: no such file") {
		t.Errorf("got %d\n%s", code, stdout)
	}
}

// Whatever lies in the folder beside bundles is left alone, and what is called one and is none
// is rejected by name.
func TestRun_notBundles(t *testing.T) {
	dir := sample(t)
	for name, content := range map[string]string{
		"verdicts/image.sigstore.json":          "\x89PNG\r\n\x1a\n\x00\xff",
		"verdicts/empty.sigstore.json":          "",
		"verdicts/folder.sigstore.json/inside":  "not looked at",
		"verdicts/index.html":                   "<p>not looked at",
		"verdicts/page.SIGSTORE.JSON":           "<p>a page of a proxy",
		"verdicts/.git/objects/pack/a.pack":     "not looked at",
		"verdicts/shop.sigstore.json.orig":      "not looked at",
		"verdicts/deep/er/than/x.sigstore.json": "[[[[",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := run(t, dir, false, append(bound, "--fail-on", "rejected")...)
	if code != 1 || stderr != "Failed: 4 rejected.\n" {
		t.Errorf("got %d and %q\n%s", code, stderr, stdout)
	}
	rejected := []string{"image.sigstore.json", "empty.sigstore.json", "page.SIGSTORE.JSON", "deep/er/than/x.sigstore.json"}
	for _, name := range rejected {
		if !strings.Contains(stdout, "rejected  "+name+": This is not a DSSE envelope: it is not ") {
			t.Errorf("%s is not rejected:\n%s", name, stdout)
		}
	}
	if !strings.Contains(stdout, "passed    1\n") || !strings.Contains(stdout, "failed    1\n") {
		t.Errorf("the others do not stand as they stood:\n%s", stdout)
	}
}

// The command of the guide does what the guide says.
func TestRun_guide(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(testdata, "..", "..", "..", "..", "templates", "guides", "many-workloads.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(strings.ReplaceAll(string(guide), "\r\n", "\n"), "\n```sh\n")
	block, _, _ = strings.Cut(block, "\n```\n")
	args := strings.Fields(strings.ReplaceAll(block, "\\\n", " "))
	if len(args) < 3 || args[0] != "terraform-provider-controls" || args[1] != command.Name {
		t.Fatalf("the guide has no command: %q", args)
	}
	code, stdout, stderr := run(t, sample(t), false, args[2:]...)
	if code != 1 || !strings.Contains(stdout, "Written: report.html\nWritten: fleet.csv\n") {
		t.Errorf("got %d\n%s%s", code, stdout, stderr)
	}
	for name := range strings.FieldsSeq("bundles oci keys workloads expected max-age out fail-on") {
		if !strings.Contains(string(guide), "| `--"+name+"` |") {
			t.Errorf("the guide does not explain --%s", name)
		}
	}
}
