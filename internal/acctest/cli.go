package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// The sandbox is built once for all tests of a binary.
var theSandbox = sync.OnceValues(func() (*sandbox.Sandbox, error) { return sandbox.New(context.Background()) })

var sandboxUsed sync.Once

// Main runs the tests of a package that drives the CLI, and removes what they shared.
func Main(m *testing.M) int {
	code := m.Run()
	unused := false
	sandboxUsed.Do(func() { unused = true })
	if unused {
		return code
	}
	if box, err := theSandbox(); err == nil {
		if err := box.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return max(code, 1)
		}
	}
	return code
}

// Workspace is a directory in which a test drives the CLI itself, for what
// terraform-plugin-testing cannot show.
type Workspace struct {
	t   *testing.T
	dir *sandbox.Workspace
}

var unsafeInNames = regexp.MustCompile(`[^A-Za-z0-9]+`)

// NewWorkspace initialises a configuration for the provider as it is built from this
// checkout, with the real clock. Like an acceptance test, it skips without TF_ACC.
func NewWorkspace(t *testing.T, config string) *Workspace {
	t.Helper()
	w := newWorkspace(t)
	w.Write("main.tf", RequiredProviders+config)
	w.Run(0, "init")
	return w
}

// NewWorkspaceOn is NewWorkspace with the provider served by the test itself, at noon of
// a day. All provider blocks are one to it: the last one configured counts.
func NewWorkspaceOn(t *testing.T, day, config string) *Workspace {
	t.Helper()
	w := newWorkspace(t)
	w.dir.Env = append(w.dir.Env, "TF_REATTACH_PROVIDERS="+serve(t, day))
	w.Write("main.tf", RequiredProviders+config)
	w.Run(0, "init")
	return w
}

// RequiredProviders asks for the provider by an address that means the same to both CLIs.
const RequiredProviders = `terraform {
  required_providers {
    controls = { source = "registry.terraform.io/security-controls/controls" }
  }
}
`

func newWorkspace(t *testing.T) *Workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: make test sets it, with the CLI to drive")
	}
	sandboxUsed.Do(func() {})
	box, err := theSandbox()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := box.Workspace(unsafeInNames.ReplaceAllString(t.Name(), "-"))
	if err != nil {
		t.Fatal(err)
	}
	return &Workspace{t: t, dir: dir}
}

// Path returns the path of a file in the workspace, with forward slashes for HCL.
func (w *Workspace) Path(name string) string { return filepath.ToSlash(filepath.Join(w.dir.Dir, name)) }

// Setenv sets a variable for the CLI, and so for the provider that it starts.
func (w *Workspace) Setenv(name, value string) { w.dir.Env = append(w.dir.Env, name+"="+value) }

// Write puts a file into the workspace.
func (w *Workspace) Write(name, content string) {
	w.t.Helper()
	if err := w.dir.Write(name, content); err != nil {
		w.t.Fatal(err)
	}
}

// Run runs the CLI, fails the test unless it ends with the exit status, and returns what
// it printed, with every run of white space made one space: the CLI wraps lines as it
// likes.
func (w *Workspace) Run(exit int, args ...string) string {
	w.t.Helper()
	return strings.Join(strings.Fields(w.RunRaw(exit, args...)), " ")
}

// RunRaw is Run with the output as it is.
func (w *Workspace) RunRaw(exit int, args ...string) string {
	w.t.Helper()
	command := 0
	if strings.HasPrefix(args[0], "-chdir=") {
		command = 1
	}
	if args[command] != "state" {
		args = slices.Insert(slices.Clone(args), command+1, "-no-color")
	}
	result, err := w.dir.Run(context.Background(), args...)
	if err != nil {
		w.t.Fatal(err)
	}
	if result.ExitCode != exit {
		w.t.Fatalf("%s ended with exit status %d, expected %d:\n%s",
			strings.Join(args, " "), result.ExitCode, exit, result.Output())
	}
	return result.Output()
}

// Shell runs a script of bash in which the command "terraform" is the CLI, fails the test
// unless it ends with the exit status, and returns what it printed to standard output.
func (w *Workspace) Shell(exit int, script string) string {
	w.t.Helper()
	result, err := w.dir.Shell(context.Background(), script)
	if err != nil {
		w.t.Fatal(err)
	}
	if result.ExitCode != exit {
		w.t.Fatalf("the script ended with exit status %d, expected %d:\n%s\n%s", result.ExitCode, exit, script, result.Output())
	}
	return result.Stdout
}

// State lists the addresses in the state.
func (w *Workspace) State() []string {
	w.t.Helper()
	return strings.Fields(w.Run(0, "state", "list"))
}

// Diagnostic is an error or a warning as the CLI reports it.
type Diagnostic struct {
	Severity, Summary, Detail string
	// Address is of the resource, Code the line of the configuration that is to blame.
	Address, Code string
}

// String writes the diagnostic for a golden file.
func (d Diagnostic) String() string {
	severity := strings.ToUpper(d.Severity[:1]) + d.Severity[1:]
	return fmt.Sprintf("%s: %s\n  at %s\n\n%s\n", severity, d.Summary, strings.TrimSpace(d.Code), d.Detail)
}

// cliDiagnostic is the CLI's own form, of "validate -json" and "plan -json" alike.
type cliDiagnostic struct {
	Severity, Summary, Detail, Address string
	Snippet                            struct{ Code, Context string }
}

func (d cliDiagnostic) diagnostic() Diagnostic {
	address := d.Address
	if address == "" { // as in "validate"
		if fields := strings.Split(d.Snippet.Context, `"`); len(fields) > 3 {
			address = fields[1] + "." + fields[3]
		}
	}
	return Diagnostic{Severity: d.Severity, Summary: d.Summary, Detail: d.Detail, Address: address, Code: d.Snippet.Code}
}

// PlanDiagnostics returns what a plan reports, warnings included, by resource address.
func (w *Workspace) PlanDiagnostics(exit int) map[string][]Diagnostic {
	w.t.Helper()
	found := map[string][]Diagnostic{}
	for line := range strings.Lines(w.RunRaw(exit, "plan", "-json")) {
		var message struct {
			Type       string
			Diagnostic cliDiagnostic
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			w.t.Fatalf("%v: %s", err, line)
		}
		if message.Type == "diagnostic" {
			d := message.Diagnostic.diagnostic()
			found[d.Address] = append(found[d.Address], d)
		}
	}
	return found
}

// ValidateDiagnostics returns what "validate" reports, by resource address.
func (w *Workspace) ValidateDiagnostics() map[string][]Diagnostic {
	w.t.Helper()
	var answer struct{ Diagnostics []cliDiagnostic }
	if err := json.Unmarshal([]byte(w.RunRaw(1, "validate", "-json")), &answer); err != nil {
		w.t.Fatal(err)
	}
	found := map[string][]Diagnostic{}
	for _, raw := range answer.Diagnostics {
		d := raw.diagnostic()
		found[d.Address] = append(found[d.Address], d)
	}
	return found
}

// serve serves the provider until the test ends, and returns what TF_REATTACH_PROVIDERS
// has to be.
func serve(t *testing.T, day string) string {
	t.Helper()
	server, err := FactoriesOn(day)["controls"]()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	started, stopped := make(chan *plugin.ReattachConfig), make(chan struct{})
	const address = "registry.terraform.io/security-controls/controls"
	go func() {
		_ = tf6server.Serve(address, func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, started, stopped),
			tf6server.WithGoPluginLogger(hclog.New(&hclog.LoggerOptions{Output: io.Discard})),
			tf6server.WithLoggingSink(t))
	}()
	config := <-started
	t.Cleanup(func() {
		stop()
		<-stopped
	})
	encoded, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": config.Test,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
