package fleet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
)

// standing is how a workload of a roll-up stands: "" where it is not there.
func standing(r *fleet.RollUp, name string) fleet.Status {
	for _, w := range r.Workloads {
		if w.Name == name {
			return w.Status
		}
	}
	return ""
}

// The verdict that fails counts, however often and under whatever name an older one that
// passed is put back; and alone, that one counts no longer than it may.
func TestRollUp_replay(t *testing.T) {
	t.Parallel()
	passed := bundle(t, "a", fleettest.Verdict{Workload: "a/x", SignedAt: ago(3)})
	failed := bundle(t, "a", fleettest.Verdict{Workload: "a/x", Gaps: 1, SignedAt: ago(1)})
	o := fleet.Options{MaxAge: 48 * time.Hour}
	list := []given{{"1.json", passed}, {"2.json", failed}, {"3.json", passed}, {"z/4.json", passed}}
	for range list {
		list = append(list[1:], list[0])
		if r := rollUp(t, o, list...); standing(r, "a/x") != fleet.Failed || r.Counts.Workloads != 1 {
			t.Errorf("it stands as %s: %+v", standing(r, "a/x"), r.Counts)
		}
	}
	if r := rollUp(t, o, given{"1.json", passed}); standing(r, "a/x") != fleet.Stale {
		t.Errorf("an old verdict alone stands as %s", standing(r, "a/x"))
	}
	o.Now = now.AddDate(0, 0, 28)
	if r := rollUp(t, o, given{"1.json", passed}); standing(r, "a/x") != fleet.Expired {
		t.Errorf("a verdict that is over stands as %s", standing(r, "a/x"))
	}
	later := bundle(t, "a", fleettest.Verdict{Workload: "a/x"})
	o.Now = now
	if r := rollUp(t, o, append(list, given{"5.json", later})...); standing(r, "a/x") != fleet.Passed {
		t.Errorf("mended, it stands as %s", standing(r, "a/x"))
	}
}

// Of two keys that may speak for one workload neither covers what the other found last.
func TestRollUp_twoKeysForOneWorkload(t *testing.T) {
	t.Parallel()
	r := rollUp(t, fleet.Options{},
		given{"a.json", bundle(t, "a", fleettest.Verdict{Workload: "shared", SignedAt: ago(1)})},
		given{"b.json", bundle(t, "b", fleettest.Verdict{Workload: "shared", Gaps: 1})})
	if len(r.Workloads) != 1 || r.Workloads[0].Status != fleet.Failed || r.Workloads[0].Key != "b" {
		t.Errorf("got %+v", r.Workloads)
	}
}

// The same verdict in several files is one.
func TestRollUp_duplicates(t *testing.T) {
	t.Parallel()
	text := bundle(t, "a", fleettest.Verdict{Workload: "a/x", Gaps: 2, Excepted: 1, Ends: "2026-12-20"})
	r := rollUp(t, fleet.Options{}, given{"b.json", text}, given{"a.json", text}, given{"c.json", text})
	if r.Counts.Workloads != 1 || r.Counts.Gaps != 2 || r.Counts.Exceptions != 2 || r.Workloads[0].Source != "a.json" {
		t.Errorf("got %+v from %s", r.Counts, r.Workloads[0].Source)
	}
}

// A verdict that somebody may not give leaves what is expected missing.
func TestRollUp_foreignVerdictIsNone(t *testing.T) {
	t.Parallel()
	r := rollUp(t, fleet.Options{Expected: []string{"b/vault"}},
		given{"vault.json", bundle(t, "a", fleettest.Verdict{Workload: "b/vault"})})
	if standing(r, "b/vault") != fleet.Missing || r.Counts.Rejected != 1 ||
		!slices.Equal(r.Rejected[0].Claims, []string{"b/vault"}) {
		t.Errorf("got %+v, %+v", r.Counts, r.Rejected)
	}
}

// summaryOf is a statement about an assessment with fields of a hostile hand's own.
func summaryOf(fields string) string {
	digest := strings.Repeat("0", 64)
	return fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","predicate":{"assessments":[{"baseline":{"digest":`+
		`{"sha256":%[1]q},"sources":[]},"counts":{"checks":1,"outcomes":{"satisfied":1},"services":1,"tolerated":0},`+
		`"digest":{"sha256":%[1]q},`+
		`"policy":{"digest":{"sha256":%[1]q}},"verificationResult":"PASSED"%[2]s}],"resourceUri":"https://x.example",`+
		`"timeVerified":"2026-12-01T12:00:00Z","validUntil":"2027-12-01T12:00:00Z","verificationResult":"PASSED",`+
		`"verifier":{"id":"https://x.example","version":"1"}},"predicateType":%[3]q,"subject":[{"digest":{"sha256":%[1]q}}]}`,
		digest, fields, attest.SummaryType)
}

// rollUpWithin rolls up one text in a time that leaves room for a machine with other work.
func rollUpWithin(t *testing.T, limit time.Duration, g given) *fleet.RollUp {
	t.Helper()
	timer := time.AfterFunc(limit, func() { t.Errorf("%s: it takes longer than %s", g.source, limit) })
	defer timer.Stop()
	return rollUp(t, fleet.Options{}, g)
}

// Whatever is in a text, also in one by a key that may speak: it is rejected or counted, at
// once, and what is kept of it is small.
func TestRollUp_hostile(t *testing.T) {
	t.Parallel()
	good := summaryOf(`,"workload":"a/x"`)
	if r := rollUp(t, fleet.Options{}, given{"x", fleettest.Seal("a", good)}); standing(r, "a/x") != fleet.Passed {
		t.Fatalf("the statement that the others are made of is rejected: %+v", r.Rejected)
	}
	long := strings.Repeat("y", 1<<20)
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	var names []string
	for i := range 100_000 {
		names = append(names, fmt.Sprintf(`{"workload":"b/%d"}`, i))
	}
	for name, text := range map[string]string{
		"huge":                  strings.Repeat(" ", fleet.MaxText) + good,
		"deep":                  deep,
		"deep in a bundle":      `{"dsseEnvelope":` + deep + `}`,
		"deep in the statement": fleettest.Seal("a", summaryOf(`,"workload":"a/x","x":`+deep)),
		"deep for nobody":       fleettest.Seal("c", deep),
		"long name":             fleettest.Seal("a", summaryOf(`,"workload":"a/`+long+`"`)),
		"name on a terminal":    fleettest.Seal("a", summaryOf(`,"workload":"a/\u001b[2Jx"`)),
		"name on two lines":     fleettest.Seal("a", summaryOf(`,"workload":"a/x\nb/y"`)),
		"two names":             fleettest.Seal("a", summaryOf(`,"workload":"a/x","workload":"b/x"`)),
		"long type":             strings.Replace(fleettest.Seal("a", good), "application/vnd.in-toto+json", long, 1),
		"long key id":           strings.Replace(fleettest.Seal("c", good), fleettest.Key("c").Public().ID(), long, 1),
		"long version":          fleettest.Seal("a", strings.Replace(good, "Statement/v1", long, 1)),
		"many claims":           fleettest.Seal("c", `{"predicate":{"assessments":[`+strings.Join(names, ",")+`]}}`),
		"image":                 "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff", 1000),
		"list":                  "[" + good + "]",
		"number of gaps":        fleettest.Seal("a", strings.Replace(good, `"checks":1`, `"checks":1e400`, 1)),
		"negative":              fleettest.Seal("a", strings.Replace(good, `"services":1`, `"services":-1`, 1)),
		"of the future":         fleettest.Seal("a", strings.Replace(good, `"timeVerified":"2026`, `"timeVerified":"2036`, 1)),
		"of no day": fleettest.Seal("a", summaryOf(
			`,"workload":"a/x","registers":[{"digest":{},"issuedOn":"2026-02-31","name":"r"}]`,
		)),
	} {
		r := rollUpWithin(t, 10*time.Second, given{name, text})
		encoded, _, err := r.Encode()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r.Counts.Workloads != 0 || r.Counts.Rejected != 1 || len(encoded) > 8000 {
			t.Errorf("%s: %+v, in %d bytes: %.300s", name, r.Counts, len(encoded), encoded)
		}
		for _, line := range r.Lines(10) {
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) {
				t.Errorf("%s: the line %q", name, line)
			}
		}
	}
}

// A key that may speak for many can name as many as a text holds: that takes no more than its
// share.
func TestRollUp_manyInOne(t *testing.T) {
	t.Parallel()
	var assessments, subjects []string
	one := summaryOf("")
	before, rest, _ := strings.Cut(one, `[{"baseline"`)
	inner, after, _ := strings.Cut(`{"baseline"`+rest, `],"resourceUri"`)
	for i := range 8_000 {
		digest := fmt.Sprintf("%064d", i)
		a := strings.ReplaceAll(inner, strings.Repeat("0", 64), digest)
		assessments = append(assessments, strings.Replace(a, `"PASSED"`, fmt.Sprintf(`"PASSED","workload":"a/%d"`, i), 1))
		subjects = append(subjects, fmt.Sprintf(`{"digest":{"sha256":%q}}`, digest))
	}
	text := before + "[" + strings.Join(assessments, ",") + `],"resourceUri"` + after
	head, _, _ := strings.Cut(text, `"subject":[`)
	text = head + `"subject":[` + strings.Join(subjects, ",") + "]}"
	r := rollUpWithin(t, 30*time.Second, given{"x", fleettest.Seal("a", text)})
	if r.Counts.Workloads != 8_000 {
		t.Errorf("got %+v: %+v", r.Counts, r.Rejected)
	}
}

// With a key for each of hundreds of teams, a bundle takes no longer than with one: the key
// that it names is tried first.
func BenchmarkCollector_keys(b *testing.B) {
	for _, n := range []int{1, 400} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			pems, patterns := map[string]string{}, map[string][]string{}
			for i := range n {
				name := fmt.Sprintf("team-%03d", i)
				pems[name], patterns[name] = pemOf(name), []string{"*"}
			}
			last := fmt.Sprintf("team-%03d", n-1)
			k, err := fleet.Keys(pems, patterns)
			if err != nil {
				b.Fatal(err)
			}
			text := bundle(b, last, fleettest.Nth(1))
			for b.Loop() {
				c, err := fleet.NewCollector(fleet.Options{Keys: k, Now: now})
				if err != nil {
					b.Fatal(err)
				}
				for range 100 {
					c.Add("x", text)
				}
				if r := c.RollUp(); r.Counts.Rejected > 0 {
					b.Fatal(r.Rejected)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*100), "µs/workload")
		})
	}
}
