package fleet

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Key is a public key with what it may speak for.
type Key struct {
	Name   string // as whoever gave it calls it
	Public *attest.PublicKey
	// Workloads are patterns of names, as assess.MatchesWorkload knows them: what the key
	// signs counts for these alone.
	Workloads []string
}

// speaksFor reports whether what the key signs counts for a workload.
func (k *Key) speaksFor(workload string) bool {
	return assess.AnyMatchesWorkload(k.Workloads, workload)
}

// PatternsError says what is wrong with which workloads a key may speak for, and not with the
// key.
type PatternsError struct{ problem error }

func (e *PatternsError) Error() string { return e.problem.Error() }

// Keys reads public keys by name, with the patterns of the workloads that each may speak
// for, by the same names. Whoever has a single key need not say: it speaks for all. With
// several keys each must have its patterns, or else one team could publish for another. The
// error is a *PatternsError where these are wrong.
func Keys(pems map[string]string, workloads map[string][]string) ([]Key, error) {
	if len(pems) == 0 {
		return nil, errors.New("there are no public keys, so no verdict can be verified: name at least one")
	}
	names := slices.Sorted(maps.Keys(pems))
	if workloads == nil {
		if len(pems) > 1 {
			return nil, &PatternsError{fmt.Errorf(
				"there are %d public keys (%s), and nothing says which workloads each may speak for: say so for every one, "+
					"by patterns such as \"shop/*\", or else one team could publish for another",
				len(pems), words.AtMost(names, maxNamed),
			)}
		}
		workloads = map[string][]string{names[0]: {"*"}}
	}
	for _, name := range slices.Sorted(maps.Keys(workloads)) {
		if _, ok := pems[name]; !ok {
			return nil, &PatternsError{words.Errorf("there are workloads for the key %q, and no such key; the keys are %s", name,
				words.AtMost(names, maxNamed))}
		}
	}
	keys, seen := make([]Key, 0, len(names)), map[string]string{}
	for _, name := range names {
		public, err := attest.ParsePublicKey(pems[name])
		if err != nil {
			return nil, words.Errorf("the key %q: %w", name, err)
		}
		if other, ok := seen[public.ID()]; ok {
			return nil, words.Errorf("the keys %q and %q are the same one: name it once, with all of its workloads", other, name)
		}
		seen[public.ID()] = name
		patterns := slices.Clone(workloads[name])
		if len(patterns) == 0 {
			return nil, &PatternsError{words.Errorf("the key %q may speak for no workload: give it patterns, or leave it out",
				name)}
		}
		for _, pattern := range patterns {
			if problem := assess.PatternProblem(pattern); problem != "" {
				return nil, &PatternsError{words.Errorf("the workloads of the key %q: %s", name, problem)}
			}
		}
		slices.Sort(patterns)
		keys = append(keys, Key{Name: name, Public: public, Workloads: slices.Compact(patterns)})
	}
	return keys, nil
}

// maxNamed is how many things an error names before it counts the rest.
const maxNamed = 10
