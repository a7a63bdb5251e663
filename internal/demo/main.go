// Command demo shows the main job with a real CLI: a plan that fails on a missing
// control, how it passes, and how others verify that it did. It works in a directory of
// its own, which is gone afterwards, and leaves the attestation and the report in
// demo-out. "make demo" runs it. With the argument "fleet" it shows instead how the verdicts of
// many workloads are rolled up into one page: "make demo-fleet".
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("demo: ")
	// An interrupt must not leave the sandbox behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	say("Building the provider (the first time takes a minute or two)")
	done := progress()
	box, err := sandbox.New(ctx)
	done()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	if len(os.Args) > 1 && os.Args[1] == "fleet" {
		return rollUpDemo(ctx, box, outDir)
	}
	if err := mainJob(ctx, box); err != nil {
		return err
	}
	if err := ownConfiguration(ctx, box); err != nil {
		return err
	}
	if err := switchedOn(ctx, box); err != nil {
		return err
	}
	if err := attestation(ctx, box); err != nil {
		return err
	}
	say("That is all. README.md says how to go on; make test runs the tests.")
	return nil
}

// mainJob plans the example examples/getting-started in its variants.
func mainJob(ctx context.Context, box *sandbox.Sandbox) error {
	ws, err := box.Workspace("getting-started")
	if err != nil {
		return err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "getting-started")); err != nil {
		return fmt.Errorf("run the demo from the repository's root: %w", err)
	}
	accepted := "-var=accepted_until=" + time.Now().UTC().AddDate(0, 0, 90).Format(time.DateOnly)
	steps := []step{
		{
			text: "A copy of examples/getting-started is initialised.",
			args: []string{"init"},
		},
		{
			text: "Azure Key Vault is required to have VNet injection. Its documentation says No, so the plan fails.",
			args: []string{"plan"},
			exit: 1, says: explain.GapSummary,
		},
		{
			text: "The gap is accepted for 90 days, in writing: the plan passes.",
			args: []string{"plan", "-out=accepted.tfplan", accepted},
			says: "2 to add",
		},
		{
			text: "Applied: the assessment is in the state, with its digest.",
			args: []string{"apply", "accepted.tfplan"},
			says: "2 added",
		},
		{
			text: "A second plan with the same exception has nothing to do.",
			args: []string{"plan", "-detailed-exitcode", accepted},
			says: "No changes",
		},
		{
			text: "Without the exception the plan fails again, whatever was applied before.",
			args: []string{"plan"},
			exit: 1, says: explain.GapSummary,
		},
		{
			text: "A gap never keeps anybody from destroying.",
			args: []string{"destroy", "-refresh=false", "-auto-approve"},
			says: "2 destroyed",
		},
	}
	return runAll(ctx, ws, steps)
}

// ownConfiguration plans the example examples/configuration, which reads what a stack
// chooses, and exchanges one resource of the stack for another service's.
func ownConfiguration(ctx context.Context, box *sandbox.Sandbox) error {
	ws, err := box.Workspace("configuration")
	if err != nil {
		return err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "configuration")); err != nil {
		return err
	}
	err = runAll(ctx, ws, []step{
		{
			text: "Now nobody lists the services: a copy of examples/configuration reads them from the files of a stack.",
			args: []string{"init"},
		},
		{
			text: "One of its three resources chooses a service without customer-managed keys. " +
				"The plan says which, and where it stands.",
			args: []string{"plan"},
			exit: 1, says: "azurerm_relay_namespace.messages (queue.tf line 1)",
		},
	})
	if err != nil {
		return err
	}
	queue := filepath.Join(ws.Dir, "stack", "queue.tf")
	content, err := os.ReadFile(queue)
	if err != nil {
		return err
	}
	exchanged := strings.Replace(string(content), "azurerm_relay_namespace", "azurerm_cosmosdb_account", 1)
	if err := ws.Write("stack/queue.tf", exchanged); err != nil {
		return err
	}
	return runAll(ctx, ws, []step{
		{
			text: "In stack/queue.tf, azurerm_cosmosdb_account takes the place of azurerm_relay_namespace: the plan passes.",
			args: []string{"plan"},
			says: "1 to add",
		},
	})
}

// switchedOn plans the example examples/enabled, which requires that a control is switched on,
// and mends the setting that it fails on.
func switchedOn(ctx context.Context, box *sandbox.Sandbox) error {
	ws, err := box.Workspace("enabled")
	if err != nil {
		return err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "enabled")); err != nil {
		return err
	}
	err = runAll(ctx, ws, []step{
		{
			text: "What a service can do is not what is switched on: a copy of examples/enabled asks for that as well.",
			args: []string{"init"},
		},
		{
			text: "The storage account of its stack takes TLS 1.0. The plan fails, with the argument, file and line.",
			args: []string{"plan"},
			exit: 1, says: "main.tf line 16: min_tls_version of azurerm_storage_account.orders",
		},
	})
	if err != nil {
		return err
	}
	stack := filepath.Join(ws.Dir, "stack", "main.tf")
	content, err := os.ReadFile(stack)
	if err != nil {
		return err
	}
	if err := ws.Write("stack/main.tf", strings.Replace(string(content), "TLS1_0", "TLS1_2", 1)); err != nil {
		return err
	}
	return runAll(ctx, ws, []step{
		{
			text: "In stack/main.tf, line 16 says TLS1_2: the plan passes.",
			args: []string{"plan"},
			says: "1 to add",
		},
	})
}

func runAll(ctx context.Context, ws *sandbox.Workspace, steps []step) error {
	for _, s := range steps {
		if err := s.run(ctx, ws, true); err != nil {
			return err
		}
	}
	return nil
}

// step is one run of the CLI with the exit status that it should have.
type step struct {
	text string
	args []string
	exit int
	// says is what the output must contain, so that no other failure passes for the one
	// that is shown.
	says string
}

// run shows what the CLI prints, or else only if it is not as it should be.
func (s step) run(ctx context.Context, ws *sandbox.Workspace, show bool) error {
	say("%s\n    $ %s %s", s.text, cliName(), strings.Join(s.args, " "))
	args := append([]string{s.args[0], "-no-color"}, s.args[1:]...)
	ws.Out = nil
	if show {
		ws.Out = os.Stdout
	}
	result, err := ws.Run(ctx, args...)
	if err != nil {
		return err
	}
	if result.ExitCode != s.exit || !strings.Contains(result.Output(), s.says) {
		err := fmt.Errorf("%s ended with exit status %d, expected %d and %q",
			strings.Join(s.args, " "), result.ExitCode, s.exit, s.says)
		if !show {
			err = fmt.Errorf("%w:\n%s", err, result.Output())
		}
		return err
	}
	return nil
}

// cliName is what users type.
func cliName() string { return filepath.Base(os.Getenv("CONTROLS_CLI")) }

func say(format string, args ...any) {
	fmt.Printf("\n==> "+format+"\n\n", args...)
}

// progress prints a line now and then until the returned function is called.
func progress() func() {
	start, stopped := time.Now(), make(chan struct{})
	go func() {
		for {
			select {
			case <-stopped:
				return
			case <-time.After(15 * time.Second):
				fmt.Printf("    … still building, %d s\n", int(time.Since(start).Seconds()))
			}
		}
	}()
	return func() { close(stopped) }
}
