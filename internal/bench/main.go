// Command bench measures the provider as a user meets it: the start of its process,
// and whole plans with a real CLI. Every figure stands beside one that was measured in
// the same run, turn by turn, so that a slow or busy machine changes both. It prints
// ratios with their targets and judges nothing. "make bench" runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	runs := flag.Int("runs", 5, "measured runs of each command; the median counts")
	largest := flag.Int("services", 1000, "largest number of services in a requirement")
	places := flag.Int("places", 20_000, "largest number of places in a configuration that is read")
	workloads := flag.Int("workloads", 10_000, "largest number of workloads that are rolled up")
	flag.Parse()
	if err := run(context.Background(), *runs, *largest, *places, *workloads); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, runs, largest, places, workloads int) error {
	box, err := sandbox.New(ctx)
	if err != nil {
		return err
	}
	defer box.Close()
	fmt.Printf("\n%-58s %12s %12s %7s %7s\n", "", "provider", "reference", "ratio", "target")
	if err := coldStart(ctx, box, runs); err != nil {
		return err
	}
	// One service shows what any resource of a provider takes: three starts of its process.
	for _, size := range []int{1, 100, 1000} {
		if size > largest {
			continue
		}
		if err := wholePlans(ctx, box, size, runs); err != nil {
			return err
		}
	}
	if err := plansWithProfile(ctx, box, runs); err != nil {
		return err
	}
	if err := readings(ctx, box, runs, places); err != nil {
		return err
	}
	if workloads < 1000 { // the smallest size
		return nil
	}
	if err := plansOverFleet(ctx, box, 1000, runs); err != nil {
		return err
	}
	if err := rollUps(ctx, box, runs, workloads); err != nil {
		return err
	}
	return rollUpsOfRegistry(ctx, box, workloads)
}

// readings are plans that read more than the catalogue's files.
func readings(ctx context.Context, box *sandbox.Sandbox, runs, places int) error {
	for _, size := range []int{2_000, 20_000} {
		if size > places {
			continue
		}
		if err := plansOverPlaces(ctx, box, size, runs); err != nil {
			return err
		}
		if err := plansOverSettings(ctx, box, size, runs); err != nil {
			return err
		}
	}
	if err := plansOverRegisters(ctx, box, runs); err != nil {
		return err
	}
	return plansOverRegistry(ctx, box, runs)
}

// minimal is the package of a provider that does nothing.
const minimal = "github.com/security-controls/terraform-provider-controls/internal/bench/minimal"

// row prints one comparison.
func row(what string, got, reference float64, unit string, target string) {
	fmt.Printf("%-58s %9.3f %-2s %9.3f %-2s %7.2f %7s\n", what, got, unit, reference, unit, got/reference, target)
}

func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// coldStart compares the start of the process with that of a provider that does nothing:
// from exec until it offers its connection, and the memory it has taken by then.
func coldStart(ctx context.Context, box *sandbox.Sandbox, runs int) error {
	reference := filepath.Join(box.Dir, "minimal")
	build := exec.CommandContext(ctx, "go", "build", "-tags", sandbox.Tags, "-trimpath", "-ldflags", "-s -w", "-o", reference,
		minimal)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the minimal provider: %w\n%s", err, out)
	}
	binaries := []string{box.Provider, reference}
	var elapsed, memory [2][]float64
	for i := range 4*runs + 1 { // short, so more of them; the first is a warm-up
		for which, binary := range binaries {
			d, kilobytes, err := handshake(ctx, binary)
			if err != nil {
				return err
			}
			if i > 0 {
				elapsed[which] = append(elapsed[which], float64(d)/float64(time.Millisecond))
				memory[which] = append(memory[which], kilobytes/1024)
			}
		}
	}
	row("cold start, time", median(elapsed[0]), median(elapsed[1]), "ms", "1.15")
	if memory[0][0] > 0 {
		row("cold start, memory", median(memory[0]), median(memory[1]), "MB", "1.15")
	}
	var size [2]float64
	for which, binary := range binaries {
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		size[which] = float64(info.Size()) / (1 << 20)
	}
	row("size of the binary", size[0], size[1], "MB", "")
	return nil
}

// wholePlans compares a requirement over some services with the same checks as native
// preconditions: five to an instance of terraform_data.
func wholePlans(ctx context.Context, box *sandbox.Sandbox, services, runs int) error {
	target := map[int]string{100: "0.5", 1000: "0.3"}[services]
	return compare(ctx, box, fmt.Sprintf("%d x %d (services x controls)", services, controls), target, runs,
		func(ws *sandbox.Workspace) error { return writeRequirement(ws, services) },
		func(ws *sandbox.Workspace) error { return writeNative(ws, services) })
}

// plansOverPlaces compares a requirement of what a configuration chooses in so many
// places with one that names the same services and reads nothing.
func plansOverPlaces(ctx context.Context, box *sandbox.Sandbox, places, runs int) error {
	return compare(ctx, box, fmt.Sprintf("%d places", places), "", runs,
		func(ws *sandbox.Workspace) error { return writePlaces(ws, places, false) },
		func(ws *sandbox.Workspace) error { return writeRequirement(ws, chosen) })
}

// plansOverSettings compares a requirement that asks for what is switched on in so many
// places with one that asks for what is documented: the one evaluates the files that the
// other reads.
func plansOverSettings(ctx context.Context, box *sandbox.Sandbox, places, runs int) error {
	return compare(ctx, box, fmt.Sprintf("%d places, settings", places), "1.5", runs,
		func(ws *sandbox.Workspace) error { return writePlaces(ws, places, true) },
		func(ws *sandbox.Workspace) error { return writePlaces(ws, places, false) })
}

// compare measures first and second plans of two configurations, turn by turn.
func compare(
	ctx context.Context, box *sandbox.Sandbox, what, target string, runs int, writers ...func(*sandbox.Workspace) error,
) error {
	var spaces []*sandbox.Workspace
	for i, write := range writers {
		ws, err := written(ctx, box, fmt.Sprintf("%s-%d", strings.ReplaceAll(what, " ", "-"), i), write)
		if err != nil {
			return err
		}
		spaces = append(spaces, ws)
	}
	for _, pass := range []string{"first plan", "second plan"} {
		elapsed, _, err := plans(ctx, spaces, runs)
		if err != nil {
			return err
		}
		row(pass+", "+what, median(elapsed[0]), median(elapsed[1]), "s", target)
		for _, ws := range spaces {
			if err := must(ctx, ws, "apply", "-auto-approve"); err != nil {
				return err
			}
		}
	}
	return nil
}

// written is a workspace with a configuration, ready to be planned.
func written(
	ctx context.Context, box *sandbox.Sandbox, name string, write func(*sandbox.Workspace) error, env ...string,
) (*sandbox.Workspace, error) {
	ws, err := box.Workspace(name)
	if err != nil {
		return nil, err
	}
	ws.Env = env
	if err := write(ws); err != nil {
		return nil, err
	}
	return ws, must(ctx, ws, "init")
}

// plans are the seconds that plans of each configuration take, turn by turn, and those of
// processors.
func plans(ctx context.Context, spaces []*sandbox.Workspace, runs int) (elapsed, cpu [][]float64, err error) {
	elapsed, cpu = make([][]float64, len(spaces)), make([][]float64, len(spaces))
	for range runs {
		for i, ws := range spaces {
			start := time.Now()
			took, err := ran(ctx, ws, "plan")
			if err != nil {
				return nil, nil, err
			}
			elapsed[i] = append(elapsed[i], time.Since(start).Seconds())
			cpu[i] = append(cpu[i], took.Seconds())
		}
	}
	return elapsed, cpu, nil
}

func must(ctx context.Context, ws *sandbox.Workspace, args ...string) error {
	_, err := ran(ctx, ws, args...)
	return err
}

// ran is the time of processors that a command took, which has to succeed.
func ran(ctx context.Context, ws *sandbox.Workspace, args ...string) (time.Duration, error) {
	result, err := ws.Run(ctx, args...)
	if err == nil && result.ExitCode != 0 {
		err = fmt.Errorf("%v failed:\n%s", args, result.Output())
	}
	return result.CPU, err
}
