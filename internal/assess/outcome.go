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
	Evidenced     Outcome = "evidenced"      // a condition, shown to be met
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
var outcomeTable = sync.OnceValue(func() map[Outcome]outcomeFacts {
	return map[Outcome]outcomeFacts{
		Gap:           {rank: 1, standing: Fails, word: "Gap"},
		Excepted:      {rank: 2, standing: Accepted, word: "Excepted"},
		Evidenced:     {rank: 3, standing: Holds, word: "Evidenced"},
		Satisfied:     {rank: 4, standing: Holds, word: "Satisfied", implies: catalog.StatusYes},
		NotApplicable: {rank: 5, standing: Holds, word: "Not applicable", implies: catalog.StatusNotApplicable},
	}
})

var rankedOutcomes = sync.OnceValue(func() []Outcome {
	return slices.SortedFunc(maps.Keys(outcomeTable()), func(a, b Outcome) int {
		return cmp.Compare(outcomeTable()[a].rank, outcomeTable()[b].rank)
	})
})

// Outcomes lists every outcome, the worst first: the order in which reports have them.
func Outcomes() []Outcome { return slices.Clone(rankedOutcomes()) }

// Known reports whether the outcome is one of Outcomes.
func (o Outcome) Known() bool {
	_, ok := outcomeTable()[o]
	return ok
}

// Standing returns what the outcome does to a requirement.
func (o Outcome) Standing() Standing { return outcomeTable()[o].standing }

// Passes reports whether a requirement holds with the outcome.
func (o Outcome) Passes() bool { return o.Standing() != Fails }

// Word names the outcome for people: "Not applicable".
func (o Outcome) Word() string { return cmp.Or(outcomeTable()[o].word, string(o)) }

// Documented is the status behind the finding, also where the outcome says it; "" for a
// control that is not documented.
func (f Finding) Documented() catalog.Status {
	if f.Status != "" || f.Reason == Undocumented {
		return f.Status
	}
	return outcomeTable()[f.Outcome].implies
}

// Passes reports whether the service may be chosen as far as its end goes, also for nil.
func (l *Lifecycle) Passes() bool { return l == nil || l.Outcome == "" || l.Outcome.Passes() }
