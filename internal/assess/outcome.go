package assess

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Outcome is what became of one check of one service.
type Outcome string

// The outcomes. All else that is to be known of one is in the table below.
const (
	Satisfied     Outcome = "satisfied"
	Evidenced     Outcome = "evidenced"      // a condition, shown to be met; or in force, by evidence
	Configured    Outcome = "configured"     // in force, by the settings of the configuration
	NotApplicable Outcome = "not_applicable" // and the requirement allows that
	Excepted      Outcome = "excepted"       // a gap, accepted by an exception in force
	Gap           Outcome = "gap"
)

// Standing is what an outcome does to a requirement.
type Standing int

// The standings, the worst first. An outcome that is not known fails.
const (
	Fails    Standing = iota // a gap
	Accepted                 // a gap that an exception covers
	Holds
)

// outcomeFacts is a row of the table of outcomes.
type outcomeFacts struct {
	rank     int // 1 for the worst
	standing Standing
	word     string // for people
	// implies is the status that a finding with the outcome leaves out; "" where it says
	// its status.
	implies catalog.Status
}

// outcomeTable is the one list of outcomes. The linters ask for a row for every Outcome,
// here and wherever a format of a report has something of its own to say of each: an
// outcome that is left out does not pass anywhere.
var outcomeTable outcomeRows

type outcomeRows struct {
	once   sync.Once
	facts  map[Outcome]outcomeFacts
	ranked []Outcome
}

// built returns the table, built on first use.
func (t *outcomeRows) built() *outcomeRows {
	t.once.Do(t.build)
	return t
}

func (t *outcomeRows) build() {
	t.facts = map[Outcome]outcomeFacts{
		Gap:           {rank: 1, standing: Fails, word: "Gap"},
		Excepted:      {rank: 2, standing: Accepted, word: "Excepted"},
		Evidenced:     {rank: 3, standing: Holds, word: "Evidenced"},
		Configured:    {rank: 4, standing: Holds, word: "Configured", implies: catalog.StatusYes},
		Satisfied:     {rank: 5, standing: Holds, word: "Satisfied", implies: catalog.StatusYes},
		NotApplicable: {rank: 6, standing: Holds, word: "Not applicable", implies: catalog.StatusNotApplicable},
	}
	t.ranked = slices.SortedFunc(maps.Keys(t.facts), func(a, b Outcome) int {
		return cmp.Compare(t.facts[a].rank, t.facts[b].rank)
	})
}

// facts is the row of the outcome; that of one without a row fails.
func (o Outcome) facts() outcomeFacts { return outcomeTable.built().facts[o] }

// Outcomes lists every outcome, the worst first: the order in which reports have them.
func Outcomes() []Outcome { return slices.Clone(outcomeTable.built().ranked) }

// Rank orders outcomes as Outcomes does; 0, before the worst, is an unknown one.
func (o Outcome) Rank() int { return o.facts().rank }

// Known reports whether the outcome is one of Outcomes.
func (o Outcome) Known() bool {
	_, ok := outcomeTable.built().facts[o]
	return ok
}

// Standing returns what the outcome does to a requirement.
func (o Outcome) Standing() Standing { return o.facts().standing }

// Passes reports whether a requirement holds with the outcome.
func (o Outcome) Passes() bool { return o.Standing() != Fails }

// Word names the outcome for people: "Not applicable".
func (o Outcome) Word() string { return cmp.Or(o.facts().word, string(o)) }

// Documented is the status behind the finding, also where the outcome says it; "" for a
// control that is not documented.
func (f Finding) Documented() catalog.Status {
	if f.Status != "" || f.Reason == Undocumented {
		return f.Status
	}
	return f.Outcome.facts().implies
}

// Passes reports whether the service may be chosen as far as its end goes, also for nil.
func (l *Lifecycle) Passes() bool { return l == nil || l.Outcome == "" || l.Outcome.Passes() }
