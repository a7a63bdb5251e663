package main

import (
	"context"
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// recorded is the package of a provider that answers what it answered before.
const recorded = "github.com/security-controls/terraform-provider-controls/internal/bench/recorded"

// plansWithProfile measures what a framework's baseline, its groups and its crosswalk add to a
// plan: that of an assessment that asks for it beside that of one of the same services that does
// not. The reference is what they add if the provider does nothing and answers the same: what the
// CLI takes to convert, store and hand on so much. A row is of data sources alone, whose second
// plan is like the first.
func plansWithProfile(ctx context.Context, box *sandbox.Sandbox, runs int) error {
	const more = 4 // runs of plans so short that the machine is heard
	answers, err := sandbox.NewOf(ctx, recorded)
	if err != nil {
		return err
	}
	defer answers.Close()
	var spaces []*sandbox.Workspace
	for _, of := range []*sandbox.Sandbox{box, answers} {
		for _, with := range []bool{true, false} {
			ws, err := written(ctx, of, fmt.Sprintf("profile-%t", with),
				func(ws *sandbox.Workspace) error { return writeProfile(ws, with) }, "CONTROLS_BENCH_ANSWERS="+answers.Dir)
			if err != nil {
				return err
			}
			spaces = append(spaces, ws)
		}
	}
	if _, _, err := plans(ctx, spaces, 1); err != nil { // which is what is recorded
		return err
	}
	elapsed, cpu, err := plans(ctx, spaces, more*runs)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("profile moderate, %d services", len(profiled))
	row("plan, "+what, median(elapsed[0]), median(elapsed[1]), "s", "")
	row("added to it, and of that the CLI's own", added(elapsed[0], elapsed[1]), added(elapsed[2], elapsed[3]), "ms", "20 ms")
	row("added to it, time of processors", added(cpu[0], cpu[1]), added(cpu[2], cpu[3]), "ms", "")
	return nil
}

// added is the median difference of runs that were measured turn by turn, in milliseconds.
func added(with, without []float64) float64 {
	differences := make([]float64, len(with))
	for i := range with {
		differences[i] = (with[i] - without[i]) * 1000
	}
	return median(differences)
}
