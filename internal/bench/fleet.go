package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// fleetSeconds is how long a roll-up of ten thousand workloads from a folder may take.
const fleetSeconds = 10

// rollUps measures the command "fleet" over the summaries in a folder: that the time of the
// processors which it takes grows with their number and no faster, and stays within its bound.
func rollUps(ctx context.Context, box *sandbox.Sandbox, runs, largest int) error {
	const small = 1000
	dir := filepath.Join(box.Dir, "fleet")
	if err := writeSummaries(dir, small, largest); err != nil {
		return err
	}
	sizes := []int{small}
	if largest > small {
		sizes = append(sizes, largest)
	}
	elapsed, memory := map[int][]float64{}, map[int][]float64{}
	for range min(runs, 3) { // long enough not to vary much
		for _, size := range sizes {
			took, kilobytes, err := rollUp(ctx, box, dir, size)
			if err != nil {
				return err
			}
			elapsed[size] = append(elapsed[size], took.Seconds())
			memory[size] = append(memory[size], kilobytes/1024)
		}
	}
	first := median(elapsed[small])
	for _, size := range sizes[1:] {
		times := size / small
		what := fmt.Sprintf("roll-up of %d with its page", size)
		row(fmt.Sprintf("%s / %d times %d", what, times, small), median(elapsed[size]), float64(times)*first, "s", "1.2")
		row(what+" / its bound", median(elapsed[size]), float64(fleetSeconds*size)/10_000, "s", "1")
		if memory[size][0] > 0 {
			row(fmt.Sprintf("%s, memory / of %d", what, small), median(memory[size]), median(memory[small]), "MB", "")
		}
	}
	return nil
}

// writeSummaries writes the key, and a folder of bundles for each size.
func writeSummaries(dir string, sizes ...int) error {
	f, err := fleettest.New()
	if err != nil {
		return err
	}
	key, now := fleettest.Key("pipeline"), time.Now()
	largest := 0
	for _, size := range sizes {
		if err := os.MkdirAll(filepath.Join(dir, fmt.Sprint(size)), 0o750); err != nil {
			return err
		}
		largest = max(largest, size)
	}
	for i := range largest {
		text, err := f.Bundle(key, fleettest.NthAt(i, now))
		if err != nil {
			return err
		}
		for _, size := range sizes {
			if i >= size {
				continue
			}
			name := filepath.Join(dir, fmt.Sprint(size), fmt.Sprintf("%05d.sigstore.json", i))
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, "pipeline.pub"), []byte(key.Public().PEM()), 0o600)
}

// rollUp runs the command over the folder of a size, and tells the time of processors and the
// peak memory that it took.
func rollUp(ctx context.Context, box *sandbox.Sandbox, dir string, size int) (time.Duration, float64, error) {
	cmd := exec.CommandContext(ctx, box.Provider, "fleet", "--bundles", fmt.Sprint(size), "--keys", "pipeline.pub",
		"--out", "report.html", "--out", "fleet.json", "--fail-on", "rejected")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("rolling up %d: %w\n%s", size, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peakMemory(cmd.ProcessState), nil
}

// plansOverFleet compares the data source over some workloads with a resource of Terraform's own
// that has the same bundles as its input.
func plansOverFleet(ctx context.Context, box *sandbox.Sandbox, workloads, runs int) error {
	dir := filepath.Join(box.Dir, "fleet-plan")
	if err := writeSummaries(dir, workloads); err != nil {
		return err
	}
	dir = filepath.ToSlash(dir)
	bundles := fmt.Sprintf("{ for f in fileset(%[1]q, \"*.json\") : f => file(\"%[1]s/${f}\") }",
		fmt.Sprintf("%s/%d", dir, workloads))
	return compare(ctx, box, fmt.Sprintf("fleet of %d", workloads), "", runs,
		func(ws *sandbox.Workspace) error {
			return ws.Write("main.tf", providerBlocks+fmt.Sprintf(`
data "controls_fleet" "all" {
  bundles     = %s
  public_keys = { pipeline = file("%s/pipeline.pub") }
  fail_on     = ["rejected"]
}
`, bundles, dir))
		},
		func(ws *sandbox.Workspace) error {
			return ws.Write("main.tf", fmt.Sprintf("resource \"terraform_data\" \"all\" {\n  input = %s\n}\n", bundles))
		})
}
