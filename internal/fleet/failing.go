package fleet

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Failing lists the workloads that do not pass, the worst status first.
func (r *RollUp) Failing() []Workload {
	order := Statuses()
	rank := func(w Workload) int { return slices.Index(order, w.Status) }
	failing := slices.DeleteFunc(slices.Clone(r.Workloads), func(w Workload) bool { return w.Status == Passed })
	slices.SortStableFunc(failing, func(a, b Workload) int { return cmp.Compare(rank(a), rank(b)) })
	return failing
}

// Rejections is what FailOn calls texts that count for nothing.
const Rejections = "rejected"

// Failures lists what a roll-up may be failed on: a status of a workload that does not pass,
// the worst first, and Rejections.
func Failures() []string {
	var all []string
	for _, s := range Statuses() {
		if s != Passed {
			all = append(all, string(s))
		}
	}
	return append(all, Rejections)
}

// NoWorkload is what Found says of a roll-up that is about nothing.
const NoWorkload = "no workload has a verdict that counts"

// Found says, for a list of Failures, how many there are of each of which there are any: "2
// failed". It is empty for a roll-up that fails on none. One without a workload fails on any: the
// wrong keys, or other statements in place of summaries, must not look as if all were well.
func (r *RollUp) Found(failOn []string) []string {
	var found []string
	for _, name := range Failures() {
		n := r.Counts.Of(Status(name))
		if name == Rejections {
			n = r.Counts.Rejected
		}
		if n > 0 && slices.Contains(failOn, name) {
			found = append(found, fmt.Sprintf("%d %s", n, name))
		}
	}
	if len(found) == 0 && len(failOn) > 0 && r.Counts.Workloads == 0 {
		return []string{NoWorkload}
	}
	return found
}

// Lines are the workloads that do not pass and what was rejected, each in a line and at most
// so many of either.
func (r *RollUp) Lines(most int) []string {
	var lines []string
	add := func(what, text string) { lines = append(lines, fmt.Sprintf("%-9s %s", what, plaintext.Line(text))) }
	more := func(n int) {
		if n > most {
			lines = append(lines, fmt.Sprintf("and %d more", n-most))
		}
	}
	failing := r.Failing()
	for _, w := range failing[:min(len(failing), most)] {
		text := w.Name
		if n := len(w.Gaps); n > 0 {
			text += " (" + words.Count(n, "gap") + ")"
		}
		add(string(w.Status), text)
	}
	more(len(failing))
	for _, rejected := range r.Rejected[:min(len(r.Rejected), most)] {
		add(Rejections, words.Sprintf("%s: %s", rejected.Source, rejected.Reason))
	}
	more(len(r.Rejected))
	return lines
}
