package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// What the words of a report say, and what they do not.

// meaning is what reports mean by a word.
type meaning struct{ class, word, text string }

// meanings explains the outcomes that a requirement comes to, the worst first.
func (s *section) meanings() []meaning {
	t := s.total
	var list []meaning
	add := func(n int, class, word, text string) {
		if n > 0 {
			list = append(list, meaning{class, word, text})
		}
	}
	for _, o := range assess.Outcomes() {
		n, class := t.outcomes[o], outcomeClass(o)
		switch o {
		case assess.Gap:
			add(n-t.unspoken, class, o.Word(), "A document says no or is too old, or nothing shows that a condition or a "+
				"setting is as it has to be")
			add(t.unspoken, class+" u", unspokenWord, "No document in this catalogue says whether the service has it; that is "+
				"no statement of its vendor")
		case assess.Excepted:
			add(n, class, o.Word(), "A gap that somebody accepted, until a day")
		case assess.Evidenced:
			add(n, class, o.Word(), "Shown by a reference that the requirement gives; nobody opened that to make this report")
		case assess.Configured:
			add(n, class, o.Word(), "Shown by settings of the configuration: on, or off where it is to be avoided")
		case assess.Satisfied:
			add(n-t.supported, class, o.Word(), s.satisfies())
			add(t.supported, class, supportedWord, "Documents say that the service has controls which are mapped to the "+
				"identifier; that does not meet it")
		case assess.NotApplicable:
			add(n, class, o.Word(), "A document says that it does not apply to the service")
		}
	}
	return list
}

// satisfies says what makes a finding satisfied.
func (s *section) satisfies() string {
	text := "A document says that the service has it"
	if s.Requirement.MustBe == assess.MustBeEnabled {
		text += ", on by default"
	}
	if len(s.Requirement.Avoid) > 0 {
		text += "; or that it does not have what is to be avoided"
	}
	return text
}

// confidenceNote says what the words of mappings mean.
const confidenceNote = "Confidence is the catalogue's estimate of how directly the source connects the two; what is low is " +
	"left out unless asked for. Policies of one class check the same thing; a group is what a set of policies has for an " +
	"identifier."

// unspokenWord is what a gap is of which no document speaks.
const unspokenWord = "Gap, not documented"

// asks says what a report is about: what services can, or what is in force.
func (r *report) asks() string {
	var enabled, given []string
	decided := false // by settings, where documents are asked
	for _, s := range r.sections {
		if s.Scope != nil {
			given = append(given, s.Scope.Variables...)
		}
		if s.Requirement.MustBe == assess.MustBeEnabled {
			enabled = append(enabled, fmt.Sprint(s.number))
			continue
		}
		decided = decided || slices.ContainsFunc(s.services, func(row *service) bool {
			return slices.ContainsFunc(row.findings, func(f *finding) bool { return len(f.decided()) > 0 })
		})
	}
	can := `What documents say that a service can have (must_be = "supported"), not whether it is configured or on`
	if decided {
		can += ", but for what is to be avoided and for conditions, where settings show it"
	}
	can += "."
	read := ""
	if slices.Sort(given); len(given) > 0 {
		read = " Settings were read with values given for the root variables " +
			plaintext.Line(strings.Join(slices.Compact(given), ", ")) + "."
	}
	switch len(enabled) {
	case 0:
		return can + read
	case len(r.sections):
		return `What documents say that a service can have, and what shows it to be on (must_be = "enabled").` + read
	}
	return can + " Of requirement " + strings.Join(enabled, ", ") + ` also what shows it to be on (must_be = "enabled").` + read
}
