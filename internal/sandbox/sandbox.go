// Package sandbox runs a Terraform CLI, Terraform or OpenTofu, offline against a
// provider built from this checkout, in a directory that is gone afterwards. The demo,
// the benchmark of whole plans and the tests that drive the CLI itself use it.
package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// version that the built provider pretends to have, for the CLI's sake.
const version = "0.1.0"

// module is the path of this module, and of the provider's main package.
const module = "github.com/security-controls/terraform-provider-controls"

// Tags are those that a release is built with.
const Tags = "grpcnotrace"

// Sandbox is a directory with a provider mirror and a CLI that uses it.
type Sandbox struct {
	// Dir is the sandbox's own directory; Close removes it.
	Dir string
	// CLI is the path of the Terraform or OpenTofu executable.
	CLI string
	// Provider is the path of the built provider.
	Provider string
}

// New builds the provider of the module in which the program runs, and lays it out for
// the CLI named by the environment variable CONTROLS_CLI.
func New(ctx context.Context) (*Sandbox, error) { return NewOf(ctx, module) }

// NewOf is New with another main package of the module in the provider's place.
func NewOf(ctx context.Context, of string) (*Sandbox, error) {
	cli := os.Getenv("CONTROLS_CLI")
	if cli == "" {
		return nil, errors.New("CONTROLS_CLI is not set: run this through make, which finds or builds a CLI")
	}
	dir, err := os.MkdirTemp("", "controls-")
	if err != nil {
		return nil, err
	}
	s := &Sandbox{Dir: dir, CLI: cli, Provider: filepath.Join(dir, "provider")}
	if runtime.GOOS == "windows" {
		s.Provider += ".exe"
	}
	if err := s.layOut(ctx, of); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close removes the sandbox's directory.
func (s *Sandbox) Close() error { return os.RemoveAll(s.Dir) }

// layOut builds the provider into the filesystem mirror.
func (s *Sandbox) layOut(ctx context.Context, of string) error {
	flags := "-s -w -X main.version=" + version
	build := exec.CommandContext(ctx, "go", "build", "-tags", Tags, "-trimpath", "-ldflags", flags, "-o", s.Provider, of)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	// A bare "security-controls/controls" means another registry to OpenTofu.
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		platform := runtime.GOOS + "_" + runtime.GOARCH
		dir := filepath.Join(s.Dir, "mirror", host, "security-controls", "controls", version, platform)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		name := "terraform-provider-controls_v" + version + filepath.Ext(s.Provider)
		if err := os.Link(s.Provider, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("laying out the mirror: %w", err)
		}
	}
	config := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		filepath.ToSlash(filepath.Join(s.Dir, "mirror")))
	return os.WriteFile(filepath.Join(s.Dir, "cli.tfrc"), []byte(config), 0o600)
}

// Workspace makes a directory in the sandbox for one configuration.
func (s *Sandbox) Workspace(name string) (*Workspace, error) {
	dir := filepath.Join(s.Dir, "workspaces", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return &Workspace{sandbox: s, Dir: dir}, nil
}

// Workspace is the working directory of one configuration.
type Workspace struct {
	sandbox *Sandbox
	Dir     string
	// Out, if not nil, gets what the CLI prints while it runs.
	Out io.Writer
	// Env is set for the CLI in addition, as "NAME=value".
	Env []string
}

// Write puts a file into the workspace.
func (w *Workspace) Write(name, content string) error {
	path := filepath.Join(w.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// CopyFrom copies the files of a directory into the workspace.
func (w *Workspace) CopyFrom(dir string) error { return os.CopyFS(w.Dir, os.DirFS(dir)) }

// Result is what a run of the CLI left behind.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
	// CPU is the time that the CLI and the providers that it ran took of processors.
	CPU time.Duration
}

// Output is all that was printed.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// Run runs the CLI in the workspace. A failing exit status is no error; one that
// cannot be had is.
func (w *Workspace) Run(ctx context.Context, args ...string) (Result, error) {
	return w.run(exec.CommandContext(ctx, w.sandbox.CLI, args...))
}

// Shell runs a script of bash in the workspace, as people type it from documentation:
// the command "terraform" is the sandbox's CLI, and commands in dirs come before others.
func (w *Workspace) Shell(ctx context.Context, script string, dirs ...string) (Result, error) {
	bin := filepath.Join(w.sandbox.Dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return Result{}, err
	}
	cli, err := exec.LookPath(w.sandbox.CLI)
	if err == nil {
		cli, err = filepath.Abs(cli)
	}
	if err == nil {
		err = os.Symlink(cli, filepath.Join(bin, "terraform"))
	}
	if err != nil && !errors.Is(err, os.ErrExist) {
		return Result{}, err
	}
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	path := strings.Join(append(dirs, bin, os.Getenv("PATH")), string(os.PathListSeparator))
	return w.run(cmd, "PATH="+path)
}

func (w *Workspace) run(cmd *exec.Cmd, env ...string) (Result, error) {
	cmd.Dir = w.Dir
	cmd.Env = append(w.environment(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if w.Out != nil {
		out := &oneAtATime{out: w.Out}
		cmd.Stdout, cmd.Stderr = io.MultiWriter(&stdout, out), io.MultiWriter(&stderr, out)
	}
	err := cmd.Run()
	result := Result{Stdout: stdout.String(), Stderr: stderr.String(), ExitCode: cmd.ProcessState.ExitCode()}
	if cmd.ProcessState != nil { // nil if it was not started
		result.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result, fmt.Errorf("running %s: %w", strings.Join(cmd.Args, " "), err)
	}
	return result, nil
}

// oneAtATime is for the two streams of a process, which are copied side by side.
type oneAtATime struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *oneAtATime) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

// environment is that of the program without what would steer the CLI, and with the
// sandbox's configuration.
func (w *Workspace) environment() []string {
	var env []string
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !strings.HasPrefix(name, "TF_") {
			env = append(env, variable)
		}
	}
	config := filepath.Join(w.sandbox.Dir, "cli.tfrc")
	env = append(env, "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
	return append(env, w.Env...)
}
