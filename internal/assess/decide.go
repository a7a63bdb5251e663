package assess

import (
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// pair is one check of one service.
type pair struct{ service, control string }

// terms is a requirement whose exceptions and evidence are found by their check. Both
// Evaluate and Verify decide by it, so that a finding which the one writes and one which
// the other accepts cannot drift apart.
type terms struct {
	requirement Requirement
	policy      *Policy
	registers   map[string]RegisterRef // by name
	exceptions  map[pair][]int         // indices into requirement.Exceptions
	evidence    map[pair][]int
	groupNames  []string // sorted
}

func newTerms(r Requirement, policy *Policy, registers []RegisterRef) *terms {
	t := &terms{
		requirement: r, policy: policy, registers: map[string]RegisterRef{},
		exceptions: make(map[pair][]int, len(r.Exceptions)),
		evidence:   make(map[pair][]int, len(r.Evidence)),
		groupNames: r.GroupNames(),
	}
	if policy == nil {
		t.policy = &Policy{}
	}
	for _, ref := range registers {
		t.registers[ref.Name] = ref
	}
	for i, ex := range r.Exceptions {
		key := pair{ex.Service, ex.Control}
		t.exceptions[key] = append(t.exceptions[key], i)
	}
	for i, ev := range r.Evidence {
		key := pair{ev.Service, ev.Control}
		t.evidence[key] = append(t.evidence[key], i)
	}
	return t
}

// testimony is what the newest statement says of one check, as far as it decides. Without a
// document there is no statement.
type testimony struct {
	document  string // id
	status    catalog.Status
	condition string
	planned   bool
	stale     bool
	// enabledByDefault says that the document has it in force without anybody's doing.
	enabledByDefault bool
	inForce          *InForce // what the configuration shows; nil where no setting applies
	met              *InForce // likewise of the condition
}

// questions are what evidence for a check has to quote, an entry for each: the condition;
// that a control is switched on which has to be; that an adverse one is switched off.
func (t *terms) questions(adverse bool, s testimony) []string {
	has := s.document != "" && (s.status == catalog.StatusYes || s.status == catalog.StatusConditional)
	if has && adverse {
		return []string{SwitchedOff}
	}
	var list []string
	if has && s.status == catalog.StatusConditional {
		list = append(list, s.condition)
	}
	if has && t.requirement.MustBe == MustBeEnabled {
		list = append(list, SwitchedOn)
	}
	return list
}

// answer returns the index of the evidence that quotes the question, or -1.
func (t *terms) answer(p pair, question string) int {
	for _, i := range t.evidence[p] {
		if t.requirement.Evidence[i].Condition == question {
			return i
		}
	}
	return -1
}

// decide returns the finding for one control, before exceptions. The cases are the rows
// of the table in the design, in their order; the first that matches decides.
func (t *terms) decide(p pair, adverse bool, s testimony) Finding {
	if s.document == "" {
		return Finding{Outcome: Gap, Reason: Undocumented}
	}
	f := Finding{Condition: s.condition, Document: s.document, Planned: s.planned, Status: s.status}
	switch {
	case s.stale:
		f.Outcome, f.Reason = Gap, Stale
	case adverse:
		t.adverse(p, s, &f)
	default:
		if s.status == catalog.StatusConditional {
			t.conditional(p, s, &f)
		} else {
			f.Outcome, f.Reason = t.unconditional(s)
		}
		if t.mustShow(s) && f.Reason == "" {
			t.show(p, s, &f)
		}
	}
	if f.Outcome == NotApplicable || !adverse && f.Status == catalog.StatusYes && f.Outcome.facts().implies == f.Status {
		f.Status = "" // the outcome says it
	}
	return f
}

func (t *terms) unconditional(s testimony) (Outcome, Reason) {
	switch s.status {
	case catalog.StatusYes:
		return Satisfied, ""
	case catalog.StatusNotApplicable:
		if t.requirement.NotApplicable == Allow {
			return NotApplicable, ""
		}
		return Gap, NotApplicableDenied
	case catalog.StatusNo, catalog.StatusConditional:
		return Gap, Unsupported
	}
	return Gap, Unsupported // a status that is not known shows nothing
}

// adverseIn returns the controls that a requirement wants its services not to have.
func (r Requirement) adverseIn() map[string]bool {
	set := make(map[string]bool, len(r.Avoid))
	for _, id := range r.Avoid {
		set[id] = true
	}
	return set
}

// single lists the controls that are checks of their own, sorted.
func (r Requirement) single() []string {
	return slices.Sorted(slices.Values(slices.Concat(r.Controls, r.Avoid)))
}
