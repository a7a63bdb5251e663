package fleet_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

var now = fleettest.Now

// bundles makes signed summaries; one maker for all tests, since it keeps assessments.
var bundles = sync.OnceValues(fleettest.New)

var issuing sync.Mutex

func bundle(t testing.TB, key string, verdicts ...fleettest.Verdict) string {
	t.Helper()
	issuing.Lock()
	defer issuing.Unlock()
	f, err := bundles()
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Bundle(fleettest.Key(key), verdicts...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// keys are those of two teams, each for its own workloads.
func keys(t testing.TB) []fleet.Key {
	t.Helper()
	k, err := fleet.Keys(map[string]string{"a": pemOf("a"), "b": pemOf("b")},
		map[string][]string{"a": {"a/*", "shared"}, "b": {"b/*", "shared"}})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func pemOf(key string) string { return fleettest.Key(key).Public().PEM() }

// given is a bundle with where it is from.
type given struct{ source, text string }

func rollUp(t testing.TB, o fleet.Options, list ...given) *fleet.RollUp {
	t.Helper()
	if o.Keys == nil {
		o.Keys = keys(t)
	}
	if o.Now.IsZero() {
		o.Now = now
	}
	c, err := fleet.NewCollector(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range list {
		c.Add(g.source, g.text)
	}
	return c.RollUp()
}

func ago(days int) time.Time { return now.AddDate(0, 0, -days) }

// mixed has one of everything.
func mixed(t testing.TB) (fleet.Options, []given) {
	t.Helper()
	labels := map[string]string{"team": "a", "stage": "prod"}
	o := fleet.Options{Expected: []string{"a/shop", "a/gone", "a/old", "b/vault"}, MaxAge: 7 * 24 * time.Hour}
	return o, []given{
		{"a-shop.json", bundle(t, "a", fleettest.Verdict{Workload: "a/shop", Labels: labels})},
		{
			"a-shop-earlier.json", bundle(t, "a", fleettest.Verdict{
				Workload: "a/shop", Labels: labels, Gaps: 2, SignedAt: ago(3),
			}),
		},
		{
			"a-old.json", bundle(t, "a", fleettest.Verdict{
				Workload: "a/old", SignedAt: ago(8), Gaps: 1, Excepted: 1, Ends: "2026-12-20", Approver: "risk@example.com",
				Issued: "2026-11-20",
			}),
		},
		{
			"a-over.json", bundle(t, "a", fleettest.Verdict{
				Workload: "a/over", SignedAt: ago(3), Validity: 48 * time.Hour,
			}),
		},
		{
			"b-vault.json", bundle(t, "b", fleettest.Verdict{
				Workload: "b/vault", Labels: map[string]string{"team": "b"}, Gaps: 3, Excepted: 1, Ends: "2027-06-30",
				SignedAt: ago(1), Issued: "2026-11-02", Warn: true,
			}),
		},
		{
			"b-vault-first.json", bundle(t, "b", fleettest.Verdict{
				Workload: "b/vault", Gaps: 1, Excepted: 1, Ends: "2026-11-30", SignedAt: ago(20),
			}),
		},
		{"b-for-a.json", bundle(t, "b", fleettest.Verdict{Workload: "a/shop"})},
		{"c-shared.json", bundle(t, "c", fleettest.Verdict{Workload: "shared"})},
		{"nameless.json", bundle(t, "a", fleettest.Verdict{})},
		{"broken.json", "{"},
	}
}

// digests are left out of golden files: they change with every field of an assessment.
var digests = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

func TestRollUp(t *testing.T) {
	t.Parallel()
	o, list := mixed(t)
	text, digest, err := rollUp(t, o, list...).Encode()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/rollup.json", digests.ReplaceAllString(string(indented), "sha256:…")+"\n")
	if digest != canonicaljson.Digest([]byte(text)) {
		t.Errorf("the digest is %s", digest)
	}
}

// Whatever the order in which bundles come, also from several goroutines, and however
// often one comes, the bytes are the same.
func TestRollUp_orderDoesNotMatter(t *testing.T) {
	t.Parallel()
	o, list := mixed(t)
	for _, days := range []int{0, 1, 1, 2} { // two in the same second, one of which fails
		for _, gaps := range []int{0, 1} {
			list = append(list, given{fmt.Sprintf("shared-%d-%d.json", days, gaps), bundle(t, "b", fleettest.Verdict{
				Workload: "shared", Gaps: gaps, SignedAt: ago(days),
			})})
		}
	}
	want, _, err := rollUp(t, o, list...).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(want, `"name":"shared"`) || strings.Count(want, `"status":"failed"`) != 2 {
		t.Errorf("of two verdicts in the same second the one that fails should count: %s", want)
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same orders in every run
	for range 50 {
		shuffled := slices.Clone(list)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, _, _ := rollUp(t, o, shuffled...).Encode(); got != want {
			t.Fatalf("another order gives another roll-up (-want +got):\n%s", cmp.Diff(want, got))
		}
	}
	o.Keys, o.Now = keys(t), now
	c, err := fleet.NewCollector(o)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, g := range list {
		wg.Go(func() { c.Add(g.source, g.text) })
	}
	wg.Wait()
	if got, _, _ := c.RollUp().Encode(); got != want {
		t.Errorf("several goroutines give another roll-up (-want +got):\n%s", cmp.Diff(want, got))
	}
}

// Whatever a key signs that may not speak for a workload, and whatever is signed by a key
// that nobody knows, the workload stands as it stood.
func TestRollUp_foreignKeyChangesNothing(t *testing.T) {
	t.Parallel()
	o, list := mixed(t)
	want := rollUp(t, o, list...)
	random := rand.New(rand.NewPCG(3, 4)) // the same verdicts in every run
	foreign := slices.Clone(list)
	names := []string{"a/shop", "a/gone", "a/old", "a/over", "shared"}
	for i := range 60 {
		v := fleettest.Verdict{
			Workload: names[random.IntN(len(names))], Gaps: random.IntN(4),
			SignedAt: now.Add(-time.Duration(random.IntN(500)) * time.Hour),
			Labels:   map[string]string{"team": fmt.Sprint(i)},
		}
		v.Excepted, v.Ends = random.IntN(v.Gaps+1), "2027-01-01"
		key := "c"
		if v.Workload != "shared" && i%2 == 0 {
			key = "b"
		}
		foreign = append(foreign, given{fmt.Sprintf("foreign-%d.json", i), bundle(t, key, v)})
	}
	got := rollUp(t, o, foreign...)
	if len(got.Rejected) != len(want.Rejected)+60 {
		t.Errorf("%d are rejected, expected %d", len(got.Rejected), len(want.Rejected)+60)
	}
	got.Rejected, got.Counts.Rejected = want.Rejected, want.Counts.Rejected
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("foreign keys change the roll-up (-want +got):\n%s", diff)
	}
}

// A statement about several workloads counts for those that its key may speak for.
func TestRollUp_severalWorkloadsInOne(t *testing.T) {
	t.Parallel()
	r := rollUp(t, fleet.Options{}, given{"one.json", bundle(
		t, "a", fleettest.Verdict{Workload: "a/one"}, fleettest.Verdict{Workload: "a/one", Gaps: 1},
		fleettest.Verdict{Workload: "a/two"}, fleettest.Verdict{Workload: "b/three"},
	)})
	var got []string
	for _, w := range r.Workloads {
		got = append(got, fmt.Sprintf("%s %s %d", w.Name, w.Status, w.Services))
	}
	if want := []string{"a/one failed 4", "a/two passed 2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, expected %q", got, want)
	}
	const reason = `may not speak for the workload "b/three", only for a/*, shared`
	if len(r.Rejected) != 1 || !strings.Contains(r.Rejected[0].Reason, reason) {
		t.Errorf("rejected are %+v", r.Rejected)
	}
}

// The clock decides what is over, and when a verdict is too old, to the second.
func TestRollUp_clock(t *testing.T) {
	t.Parallel()
	text := bundle(t, "a", fleettest.Verdict{
		Workload: "a/x", Gaps: 1, Excepted: 1, Ends: "2026-12-20", Validity: 1000 * time.Hour,
	})
	for at, want := range map[time.Time]fleet.Status{
		now:                         fleet.Passed,
		now.Add(24 * time.Hour):     fleet.Passed,
		now.Add(24*time.Hour + 1e9): fleet.Stale,
		time.Date(2026, 12, 20, 23, 59, 59, 0, time.UTC): fleet.Stale,
		time.Date(2026, 12, 21, 0, 0, 0, 0, time.UTC):    fleet.Expired,
	} {
		r := rollUp(t, fleet.Options{Now: at, MaxAge: 24 * time.Hour}, given{"x.json", text})
		if got := r.Workloads[0].Status; got != want {
			t.Errorf("at %s it is %s, expected %s", at, got, want)
		}
	}
	r := rollUp(t, fleet.Options{Now: now.Add(-time.Hour)}, given{"x.json", text})
	if len(r.Workloads) != 0 || len(r.Rejected) != 1 || !strings.Contains(r.Rejected[0].Reason, "It was issued at") {
		t.Errorf("what is signed in the future counts: %+v", r)
	}
}

// The other statements of an attestation are not in the way.
func TestRollUp_otherStatements(t *testing.T) {
	t.Parallel()
	f, err := bundles()
	if err != nil {
		t.Fatal(err)
	}
	issuing.Lock()
	a, err := f.Issue(fleettest.Key("a"), fleettest.Verdict{Workload: "a/x"})
	issuing.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	c, err := fleet.NewCollector(fleet.Options{Keys: keys(t), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range attest.Kinds {
		c.Add(string(kind)+".dsse.json", a.Envelopes[kind])
		c.Add(string(kind)+".json", a.Bundles[kind])
	}
	if r := c.RollUp(); r.Counts.Passed != 1 || r.Counts.Rejected != 0 || c.OtherStatements() != 6 {
		t.Errorf("got %+v and %d others", r.Counts, c.OtherStatements())
	}
}

func TestRollUp_empty(t *testing.T) {
	t.Parallel()
	text, _, err := rollUp(t, fleet.Options{}).Encode()
	if err != nil || strings.Contains(text, "null") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestKeys_refuses(t *testing.T) {
	t.Parallel()
	two := map[string]string{"a": pemOf("a"), "b": pemOf("b")}
	for name, c := range map[string]struct {
		pems      map[string]string
		workloads map[string][]string
		words     string
	}{
		"none":      {nil, nil, "there are no public keys"},
		"unbound":   {two, nil, "which workloads each may speak for"},
		"not a key": {map[string]string{"a": "x"}, nil, `the key "a": `},
		"same key": {
			map[string]string{"a": pemOf("a"), "b": pemOf("a")},
			map[string][]string{"a": {"*"}, "b": {"*"}},
			"the same one",
		},
		"unknown": {
			two,
			map[string][]string{"a": {"*"}, "b": {"*"}, "c": {"*"}},
			`the key "c", and no such key; the keys are a, b`,
		},
		"one unbound":  {two, map[string][]string{"a": {"*"}}, `the key "b" may speak for no workload`},
		"no patterns":  {two, map[string][]string{"a": {"*"}, "b": {}}, `the key "b" may speak for no workload`},
		"none at all":  {map[string]string{"a": pemOf("a")}, map[string][]string{}, `the key "a" may speak for no workload`},
		"no a pattern": {two, map[string][]string{"a": {"*"}, "b": {"b c"}}, `the workloads of the key "b": "b c" is no name`},
	} {
		if _, err := fleet.Keys(c.pems, c.workloads); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, expected %q", name, err, c.words)
		}
	}
	if _, err := fleet.Keys(map[string]string{"a": pemOf("a")}, nil); err != nil {
		t.Errorf("one key speaks for all: %v", err)
	}
}

func TestNewCollector_refuses(t *testing.T) {
	t.Parallel()
	if _, err := fleet.NewCollector(fleet.Options{}); err == nil {
		t.Error("there are no keys")
	}
	if _, err := fleet.NewCollector(fleet.Options{Keys: keys(t), Expected: []string{"a b"}}); err == nil ||
		!strings.Contains(err.Error(), `"a b" cannot name a workload`) {
		t.Error(err)
	}
}

func BenchmarkCollector(b *testing.B) {
	texts := make([]string, 100)
	for i := range texts {
		texts[i] = bundle(b, "a", fleettest.Nth(i))
	}
	k, err := fleet.Keys(map[string]string{"a": pemOf("a")}, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c, err := fleet.NewCollector(fleet.Options{Keys: k, Now: now})
		if err != nil {
			b.Fatal(err)
		}
		for i, text := range texts {
			c.Add(fmt.Sprint(i), text)
		}
		c.RollUp()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(texts)), "µs/workload")
}
