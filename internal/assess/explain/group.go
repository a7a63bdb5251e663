package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// Group is the finding for a group, with what its clause speaks of.
type Group struct {
	Rule    assess.GroupRule
	Outcome assess.Outcome
	Reason  assess.Reason
	Members int
	// Failing counts the members that a document of the service speaks of and that do not pass,
	// and NotApplicable those that pass since they do not apply.
	Failing, NotApplicable int
	// Silent names the members that no document of the service speaks of.
	Silent []string
}

// GroupOf is the finding of an assessment for a group under a rule. Members are named by id.
func GroupOf(rule assess.GroupRule, g assess.Group) Group {
	out := Group{Rule: rule, Outcome: g.Outcome, Reason: g.Reason}
	for _, control := range slices.Sorted(maps.Keys(g.Controls)) {
		f := g.Controls[control]
		out.Add(control, f.Outcome, f.Reason)
	}
	return out
}

// Add adds a member by name.
func (g *Group) Add(name string, outcome assess.Outcome, reason assess.Reason) {
	g.Members++
	switch {
	case reason == assess.Undocumented:
		g.Silent = append(g.Silent, name)
	case !outcome.Passes():
		g.Failing++
	case outcome == assess.NotApplicable:
		g.NotApplicable++
	}
}

// Clause says what the group comes to. Where every documented member has to pass, it names
// those that are not.
func (g Group) Clause() string {
	if g.Rule == assess.RuleEveryDocumentedOf {
		return g.everyDocumented()
	}
	switch {
	case g.Outcome == assess.NotApplicable:
		return "none of its controls applies"
	case g.Reason == "":
		return "supported by at least one of its controls"
	case g.Members == 1:
		return "its one control does not pass"
	}
	return fmt.Sprintf("none of its %d controls passes", g.Members)
}

func (g Group) everyDocumented() string {
	documented := g.Members - len(g.Silent)
	silent := ""
	if len(g.Silent) > 0 {
		silent = "; no document of the service speaks of " + strings.Join(g.Silent, ", ")
	}
	switch {
	case documented == 0 && g.Members == 1:
		return "no document of the service speaks of its one control"
	case documented == 0:
		return fmt.Sprintf("no document of the service speaks of any of its %d controls", g.Members)
	case g.Outcome == assess.NotApplicable:
		return "none of its documented controls applies" + silent
	case g.Reason == "" && documented == 1:
		return "supported by its one documented control" + silent
	case g.Reason == "" && g.NotApplicable > 0:
		return fmt.Sprintf("supported by every one of its %d documented controls that applies", documented) + silent
	case g.Reason == "":
		return fmt.Sprintf("supported by every one of its %d documented controls", documented) + silent
	case documented == 1:
		return "its one documented control does not pass" + silent
	case g.Failing == documented:
		return fmt.Sprintf("none of its %d documented controls passes", documented) + silent
	case g.Failing == 1:
		return fmt.Sprintf("one of its %d documented controls does not pass", documented) + silent
	}
	return fmt.Sprintf("%d of its %d documented controls do not pass", g.Failing, documented) + silent
}

// Answerable lists, sorted, the members of a group that is a gap for which evidence can close
// it: where every documented one has to pass, all that do not, or none.
func Answerable(g assess.Group) []string {
	var out []string
	for control, f := range g.Behind() {
		switch {
		case Question(f) != "":
			out = append(out, control)
		case g.Reason == assess.NotEveryMember:
			return nil
		}
	}
	return out
}
