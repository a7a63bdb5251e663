package explain

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Totals are the numbers of a verdict. Members of groups count as part of their group.
type Totals struct {
	Services   int
	Failing    int // services with a gap
	Gaps       int // that no exception covers
	Tolerated  int // of these, gaps that a ratchet lets pass
	Exceptions int // gaps that an exception covers
}

// TotalsOf counts what an assessment comes to.
func TotalsOf(a *assess.Assessment) Totals {
	t := Totals{Services: len(a.Services), Tolerated: len(a.Tolerated())}
	for _, s := range a.Services {
		if !s.Compliant {
			t.Failing++
		}
		for _, f := range s.Controls {
			t.Count(f.Outcome)
		}
		for _, g := range s.Groups {
			t.Count(g.Outcome)
		}
		if !s.Lifecycle.Passes() {
			t.Gaps++
		}
	}
	return t
}

// Count adds the outcome of one check.
func (t *Totals) Count(o assess.Outcome) {
	switch o.Standing() {
	case assess.Fails:
		t.Gaps++
	case assess.Accepted:
		t.Exceptions++
	case assess.Holds:
		return
	}
}

// Add adds the numbers of others.
func (t *Totals) Add(other Totals) {
	t.Services += other.Services
	t.Failing += other.Failing
	t.Gaps += other.Gaps
	t.Tolerated += other.Tolerated
	t.Exceptions += other.Exceptions
}

// Verdict is the result in one line.
func (t Totals) Verdict() string {
	services := words.Count(t.Services, "service")
	switch {
	case t.Services == 0:
		return "Compliant: no services to check"
	case t.Gaps > 0:
		return fmt.Sprintf("Not compliant: %s in %d of %s", words.Count(t.Gaps, "gap"), t.Failing, services) + t.tolerated()
	case t.Exceptions > 0:
		return fmt.Sprintf("Compliant with %s: %s", words.Count(t.Exceptions, "exception"), services)
	}
	return "Compliant: " + services + " without a gap"
}

// tolerated says how many of the gaps a ratchet lets pass.
func (t Totals) tolerated() string {
	switch t.Tolerated {
	case 0:
		return ""
	case t.Gaps:
		return ", tolerated by the ratchet"
	}
	return fmt.Sprintf(", of which the ratchet tolerates %d", t.Tolerated)
}

// Summary is the result of an assessment in one line: "Compliant with 2 exceptions: 15
// services".
func Summary(a *assess.Assessment) string { return TotalsOf(a).Verdict() }
