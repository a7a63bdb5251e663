// Package command is the command "fleet" of the provider's binary: it rolls up the verdicts
// of many workloads outside of Terraform, where their number would be too much for a state.
package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/render"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Name is the first argument that asks for the command.
const Name = "fleet"

// The exit codes.
const (
	exitPassed = 0 // nothing of what --fail-on names
	exitFailed = 1 // something of it
	exitUsage  = 2 // the roll-up could not be made
)

// Command is one run of the command.
type Command struct {
	Stdout, Stderr io.Writer
	// Terminal says that Stderr is one, and so shows progress.
	Terminal bool
	// Now is when the verdicts must hold.
	Now time.Time
	// Version is that of the program.
	Version string
}

// arguments are what the command is given.
type arguments struct {
	bundles   single
	oci       single
	keys      list
	workloads single
	expected  single
	maxAge    maxAge
	out       list
	failOn    failOn
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ", ") }

// Set adds a value.
func (l *list) Set(s string) error {
	if s == "" {
		return errors.New("it is empty")
	}
	*l = append(*l, s)
	return nil
}

// single is a flag that may be given once: of two folders, or lists of names, one would not be
// looked at.
type single string

func (s *single) String() string { return string(*s) }

// Set takes the value.
func (s *single) Set(value string) error {
	switch {
	case value == "":
		return errors.New("it is empty")
	case *s != "":
		return errors.New("it is given twice")
	}
	*s = single(value)
	return nil
}

const usage = `Usage: terraform-provider-controls fleet --bundles DIR --keys FILE [OPTION...]
       terraform-provider-controls fleet --oci REPOSITORY --keys FILE [OPTION...]

Rolls up the verdicts of many workloads: verifies the signed summaries in a folder or in
a registry, and of each workload takes the newest that a key signed which may speak for it.

  --bundles DIR        folder with summaries: every file below it that ends in
                       .sigstore.json or .dsse.json; others are left alone
  --oci REPOSITORY     repository of an OCI registry with a summary under each tag, such as
                       registry.example/platform/verdicts; credentials are Docker's
  --keys FILE|DIR      public keys in PEM, each called as its file without extension;
                       of a folder every file in .pub or .pem; may be given again
  --workloads FILE     which workloads each key may speak for, as JSON:
                       {"team-a": ["shop/*", "billing"]}; needed with several keys
  --expected FILE      names of the workloads that must have a verdict, one a line
  --max-age AGE        how old a verdict may be: 36h, 7d; default: any age
  --out FILE           writes .html, .md, .csv or .json; may be given again
  --fail-on STATUS,…   what makes the exit code 1: missing, failed, expired, stale,
                       rejected, or none; default: all of them

Exit codes: 0 for nothing of what --fail-on names, 1 for something of it or where no workload
has a verdict that counts, 2 where the roll-up could not be made.
`

// Run parses the arguments after the name of the command, rolls up and returns the exit code.
func (c *Command) Run(args []string) int {
	a, err := c.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.Stdout, usage)
		return exitPassed
	}
	var collector *fleet.Collector
	if err == nil {
		collector, err = c.collect(a)
	}
	var r *fleet.RollUp
	if err == nil {
		r = collector.RollUp()
		err = c.write(a, r, collector.OtherStatements())
	}
	if err != nil {
		fmt.Fprintf(c.Stderr, "Error: %s\n", words.Sentence(err.Error()))
		return exitUsage
	}
	if found := r.Found(a.failOn); len(found) > 0 {
		fmt.Fprintf(c.Stderr, "Failed: %s.\n", strings.Join(found, ", "))
		return exitFailed
	}
	return exitPassed
}

func (c *Command) parse(args []string) (*arguments, error) {
	a := &arguments{}
	flags := flag.NewFlagSet(Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Var(&a.bundles, "bundles", "")
	flags.Var(&a.oci, "oci", "")
	flags.Var(&a.keys, "keys", "")
	flags.Var(&a.workloads, "workloads", "")
	flags.Var(&a.expected, "expected", "")
	flags.Var(&a.maxAge, "max-age", "")
	flags.Var(&a.out, "out", "")
	flags.Var(&a.failOn, "fail-on", "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, fmt.Errorf("%w; --help lists the options", err)
	}
	switch {
	case flags.NArg() > 0:
		return nil, words.Errorf("the argument %q follows no option; --help lists the options", flags.Arg(0))
	case a.bundles == "" && a.oci == "":
		return nil, errors.New("--bundles and --oci are missing: name the folder or the repository with the summaries; " +
			"--help lists the options")
	case a.bundles != "" && a.oci != "":
		return nil, errors.New("--bundles and --oci are both given: name either a folder or a repository")
	case len(a.keys) == 0:
		return nil, errors.New("--keys is missing: name the public keys of those who sign; --help lists the options")
	}
	if a.failOn == nil {
		a.failOn = fleet.Failures()
	}
	for _, name := range a.out {
		if err := render.CheckName(name); err != nil {
			return nil, fmt.Errorf("--out: %w", err)
		}
	}
	return a, nil
}

// collect reads everything.
func (c *Command) collect(a *arguments) (*fleet.Collector, error) {
	options := fleet.Options{MaxAge: time.Duration(a.maxAge), Now: c.Now}
	pems, err := readKeys(a.keys)
	if err != nil {
		return nil, fmt.Errorf("--keys: %w", err)
	}
	var patterns map[string][]string
	if a.workloads != "" {
		if patterns, err = readPatterns(string(a.workloads)); err != nil {
			return nil, fmt.Errorf("--workloads: %w", err)
		}
	}
	if options.Keys, err = fleet.Keys(pems, patterns); err != nil {
		return nil, err
	}
	if a.expected != "" {
		if options.Expected, err = readNames(string(a.expected)); err != nil {
			return nil, fmt.Errorf("--expected: %w", err)
		}
	}
	collector, err := fleet.NewCollector(options)
	if err != nil {
		return nil, err
	}
	if a.oci != "" {
		if err := c.readRepository(string(a.oci), collector); err != nil {
			return nil, fmt.Errorf("--oci: %w", err)
		}
		return collector, nil
	}
	if err := c.readFolder(string(a.bundles), collector); err != nil {
		return nil, fmt.Errorf("--bundles: %w", err)
	}
	return collector, nil
}

// mostShown is how many workloads that do not pass are printed, and how many rejected texts.
const mostShown = 20

// write writes the files, and sums up for whoever reads the log. others is how many statements
// there are that are no summaries.
func (c *Command) write(a *arguments, r *fleet.RollUp, others int) error {
	_, digest, err := r.Encode()
	if err != nil {
		return err
	}
	for _, name := range a.out {
		text, err := render.Render(r, name, c.Now)
		if err != nil {
			return err
		}
		if err := writeFile(name, text); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	fmt.Fprintf(c.Stdout, "%s.\n\n", render.Headline(r))
	for _, s := range fleet.Statuses() {
		fmt.Fprintf(c.Stdout, "  %-9s %d\n", s, r.Counts.Of(s))
	}
	fmt.Fprintf(c.Stdout, "  %-9s %d\n\n", "rejected", r.Counts.Rejected)
	lines := r.Lines(mostShown)
	for _, line := range lines {
		fmt.Fprintf(c.Stdout, "  %s\n", line)
	}
	if len(lines) > 0 {
		fmt.Fprintln(c.Stdout)
	}
	if others > 0 {
		fmt.Fprintf(c.Stdout, "%s left alone: what is rolled up is \"summary\" of an attestation.\n\n",
			words.Count(others, "other statement"))
	}
	fmt.Fprintf(c.Stdout, "Digest of the roll-up: %s\n", digest)
	for _, name := range a.out {
		fmt.Fprintf(c.Stdout, "Written: %s\n", name)
	}
	return nil
}
