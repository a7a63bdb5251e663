// Package fleet rolls up the verdicts of many workloads: of signed summaries, the newest of
// each workload counts, if its key may speak for that workload. It is pure: texts, keys and
// the time come in, and the same input gives the same bytes, in whatever order it comes.
package fleet

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Options are what a roll-up goes by.
type Options struct {
	// Keys are those whose verdicts count, as Keys makes them.
	Keys []Key
	// Expected are the workloads that must have a verdict.
	Expected []string
	// MaxAge is how long ago a verdict may have been signed; 0 for any time.
	MaxAge time.Duration
	// Now is when the verdicts must hold.
	Now time.Time
}

// Collector takes verdicts one by one, from several goroutines if need be, and keeps what
// a roll-up needs of them.
type Collector struct {
	options Options
	keys    []*attest.PublicKey
	byID    map[string]*Key

	mu       sync.Mutex
	newest   map[string]*verdict // by workload
	seen     map[exceptionKey]time.Time
	rejected []Rejected
	others   int
}

// exceptionKey is an exception of a workload, whichever verdict has it.
type exceptionKey struct{ workload, service, control string }

// NewCollector makes sure that the options can be gone by.
func NewCollector(o Options) (*Collector, error) {
	if len(o.Keys) == 0 {
		return nil, errors.New("there are no public keys, so no verdict can be verified: name at least one")
	}
	c := &Collector{
		options: o, byID: map[string]*Key{}, newest: map[string]*verdict{}, seen: map[exceptionKey]time.Time{},
	}
	for i := range o.Keys {
		c.keys = append(c.keys, o.Keys[i].Public)
		c.byID[o.Keys[i].Public.ID()] = &o.Keys[i]
	}
	for _, name := range o.Expected {
		if problem := assess.WorkloadProblem(name); problem != "" {
			return nil, fmt.Errorf("the expected workloads: %s", words.LowerFirst(problem))
		}
	}
	return c, nil
}

// verdict is what one statement says of one workload.
type verdict struct {
	workload            string
	issuedAt, expiresAt time.Time
	digest              string // of the statement
	key                 string
	source              string
	issuer, resource    string
	parts               []attest.AssessmentSummary // more than one where several requirements are about the workload
}

func (v *verdict) passed() bool {
	return !slices.ContainsFunc(v.parts, func(a attest.AssessmentSummary) bool { return a.VerificationResult != attest.Passed })
}

// compare orders two verdicts of a workload, so that the greater one counts: the one that
// was signed later; of two signed in the same second the one that fails. What follows
// only keeps the order of input from deciding.
func (v *verdict) compare(other *verdict) int {
	failed := func(v *verdict) int {
		if v.passed() {
			return 0
		}
		return 1
	}
	return cmp.Or(
		v.issuedAt.Compare(other.issuedAt), cmp.Compare(failed(v), failed(other)), cmp.Compare(v.digest, other.digest),
		cmp.Compare(other.source, v.source), cmp.Compare(other.key, v.key),
	)
}

// MaxText is how many bytes a text may have at most: a summary of a thousand services takes
// some megabytes.
const MaxText = 8 << 20

// Add takes a signed summary, a DSSE envelope or a Sigstore bundle, and where it is from.
// What cannot be verified is noted as rejected, and changes no workload. Other statements
// of an attestation are counted, and left alone.
func (c *Collector) Add(source, text string) {
	if len(text) > MaxText {
		c.Reject(source, fmt.Sprintf("it is larger than %d MiB", MaxText>>20))
		return
	}
	if hasMark(text) {
		c.Reject(source, "it begins with a byte order mark, as \">\" of PowerShell writes one: expected UTF-8 without, as by "+
			"\"Out-File -Encoding utf8NoBOM\"")
		return
	}
	verified, err := attest.VerifySummary(text, c.keys, c.options.Now)
	if err != nil {
		var other *attest.OtherKindError
		claimed := attest.ClaimedWorkloads(text)
		c.mu.Lock()
		defer c.mu.Unlock()
		if errors.As(err, &other) && other.IsOfAttestation() {
			c.others++
			return
		}
		c.reject(source, err.Error(), claimed...)
		return
	}
	key := c.byID[verified.Key.ID()]
	digest := canonicaljson.Digest([]byte(verified.Statement))
	byWorkload := map[string]*verdict{}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range verified.Summary.Assessments {
		switch {
		case a.Workload == "":
			c.reject(source, "it names no workload: set workload in the requirement that it is about")
			continue
		case assess.WorkloadProblem(a.Workload) != "":
			c.reject(source, assess.WorkloadProblem(a.Workload), a.Workload)
			continue
		case !key.speaksFor(a.Workload):
			c.reject(source, words.Sprintf("the key %q may not speak for the workload %q, only for %s", key.Name, a.Workload,
				words.AtMost(key.Workloads, maxNamed)), a.Workload)
			continue
		}
		v := byWorkload[a.Workload]
		if v == nil {
			v = &verdict{
				workload: a.Workload, issuedAt: verified.IssuedAt, expiresAt: verified.ExpiresAt, digest: digest, key: key.Name,
				source: source, issuer: verified.Summary.Verifier.ID, resource: verified.Summary.ResourceURI,
			}
			byWorkload[a.Workload] = v
		}
		v.parts = append(v.parts, a)
	}
	for _, v := range byWorkload {
		c.keep(v)
	}
}

// hasMark reports whether a text begins with a byte order mark.
func hasMark(text string) bool {
	return slices.ContainsFunc([]string{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}, func(mark string) bool {
		return strings.HasPrefix(text, mark)
	})
}

// keep keeps a verdict if it is the newest of its workload, and in any case since when
// there have been its exceptions.
func (c *Collector) keep(v *verdict) {
	for _, a := range v.parts {
		for _, ex := range a.Exceptions {
			key := exceptionKey{v.workload, ex.Service, ex.Control}
			if first, ok := c.seen[key]; !ok || v.issuedAt.Before(first) {
				c.seen[key] = v.issuedAt
			}
		}
	}
	if old := c.newest[v.workload]; old == nil || v.compare(old) > 0 {
		c.newest[v.workload] = v
	}
}

// Reject notes something that could not even be read.
func (c *Collector) Reject(source, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reject(source, reason)
}

// The limits of what is kept of a rejected text, which may say anything.
const (
	maxReason = 500 // characters
	maxClaims = 10
	maxClaim  = 100 // characters, as many as a name of a workload may have
)

func (c *Collector) reject(source, reason string, claimed ...string) {
	var claims []string
	for _, name := range claimed[:min(len(claimed), maxClaims)] {
		claims = append(claims, words.Clip(name, maxClaim))
	}
	reason = words.Clip(words.Sentence(reason), maxReason)
	c.rejected = append(c.rejected, Rejected{Claims: claims, Reason: reason, Source: source})
}
