package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// sameEntry reports whether an exception was declared as one with that before it.
func (r Requirement) sameEntry(i int) bool {
	return i > 0 && r.Exceptions[i].Entry != 0 && r.Exceptions[i].Entry == r.Exceptions[i-1].Entry
}

// Declared returns the requirement that an assessment is of, to be evaluated anew: what the
// assessment found is left out. Exceptions that differ in service and control alone are one
// entry again.
func (a *Assessment) Declared() Requirement {
	r := a.Requirement
	r.Scope, r.Crosswalk = a.Scope, a.Crosswalk
	entries := map[string]int{}
	// What registers said is asked for again.
	r.Exceptions = slices.DeleteFunc(slices.Clone(r.Exceptions), func(ex Exception) bool { return ex.Register != "" })
	r.Evidence = slices.DeleteFunc(slices.Clone(r.Evidence), func(ev Evidence) bool { return ev.Register != "" })
	for i, ex := range r.Exceptions {
		key := strings.Join(append([]string{
			ex.ApprovedBy, string(ex.Expires), ex.Justification, ex.Ticket,
		}, ex.CompensatingControls...), "\x00")
		if entries[key] == 0 {
			entries[key] = len(entries) + 1
		}
		r.Exceptions[i].Entry = entries[key]
	}
	slices.SortStableFunc(r.Exceptions, func(x, y Exception) int { return cmp.Compare(x.Entry, y.Entry) })
	return r
}

// subject names what the exception is for of which the one at i is the first of its entry:
// "vnet-injection" of "azure-key-vault", and how many checks more.
func (r Requirement) subject(i int) string {
	more := 0
	for i+more+1 < len(r.Exceptions) && r.sameEntry(i+more+1) {
		more++
	}
	return subjectOf(pair{r.Exceptions[i].Service, r.Exceptions[i].Control}, more)
}

func subjectOf(p pair, more int) string {
	text := words.Sprintf("%q of %q", p.control, p.service)
	if more > 0 {
		text += " and " + words.Count(more, "more check")
	}
	return text
}

// exceptionMismatches reports exceptions for a check that another one is for, once for
// each entry.
func exceptionMismatches(r Requirement) []error {
	var errs []error
	seen := make(map[pair]bool, len(r.Exceptions))
	for i := 0; i < len(r.Exceptions); {
		first, twice, others := i, pair{}, -1
		for ; i == first || i < len(r.Exceptions) && r.sameEntry(i); i++ {
			p := pair{r.Exceptions[i].Service, r.Exceptions[i].Control}
			if r.Exceptions[i].Register != "" {
				continue // the earlier end counts
			}
			if seen[p] {
				if others++; others == 0 {
					twice = p
				}
			}
			seen[p] = true
		}
		if others >= 0 {
			errs = append(errs, &InputError{
				Attribute: "exceptions", Nth: first + 1, Summary: "Duplicate exception",
				Detail: fmt.Sprintf("There is another exception for %s in this requirement. Keep one.", subjectOf(twice, others)),
			})
		}
	}
	return errs
}

// exceptionNews is what there is to say of an entry of exceptions, by the checks that it
// is about.
type exceptionNews struct {
	nth    int // of one of its exceptions, as given
	checks []pair
	left   int  // days until it ends
	unused bool // else it ends soon
	others bool // the entry has more checks, of which this is not said
	ends   string
	// register is the one that the entry is from; "" for the requirement itself.
	register string
}

// isNews reports whether there is something to say of the exception at an index: that it has
// no use, or ends soon.
func (e *evaluation) isNews(i int) bool {
	s := e.span(i)
	inRegister := e.requirement.Exceptions[i].Register != ""
	switch left := e.today.DaysUntil(s.until); {
	case e.unasked[entry{"exceptions", i}] != "":
		return false // told with the others
	case !e.usedExceptions[i]:
		return !inRegister && !e.requirement.Open.mayFindUse() // a register is kept for others as well
	case s.refused != "" || s.from > e.today:
		return false // the gap says so
	default:
		return left >= 0 && left <= EndingSoonDays
	}
}

// exceptionWarnings lists the entries without use, in whole or in part, and those about to
// end.
func (e *evaluation) exceptionWarnings() []Warning {
	given, size := make(map[pair]int, len(e.given.Exceptions)), map[int]int{}
	for i, ex := range e.given.Exceptions {
		given[pair{ex.Service, ex.Control}] = i
		size[ex.Entry]++
	}
	type key struct {
		entry, index  int
		unused        bool
		register, end string // of exceptions of registers, which are no entries of the requirement
	}
	var order []key
	news := map[key]*exceptionNews{}
	for i, ex := range e.requirement.Exceptions {
		if !e.isNews(i) {
			continue
		}
		s, unused := e.span(i), !e.usedExceptions[i]
		k := key{entry: ex.Entry, unused: unused}
		if ex.Entry == 0 && ex.Register == "" {
			k.index = i
		}
		if ex.Register != "" {
			k.register, k.end = ex.Register, string(s.until)
		}
		p := pair{ex.Service, ex.Control}
		if news[k] == nil {
			news[k] = &exceptionNews{
				nth: given[p] + 1, left: e.today.DaysUntil(s.until), unused: unused, ends: string(s.until), register: ex.Register,
			}
			order = append(order, k)
		}
		n := news[k]
		n.checks = append(n.checks, p)
		n.others = ex.Entry != 0 && len(n.checks) < size[ex.Entry]
	}
	warnings := make([]Warning, len(order))
	for i, k := range order {
		warnings[i] = news[k].warning()
	}
	return warnings
}

// maxChecks is how many checks of an entry a warning names.
const maxChecks = 10

func (n *exceptionNews) warning() Warning {
	w := Warning{Attribute: "exceptions", Nth: n.nth}
	if n.register != "" {
		w = Warning{Attribute: "services"}
	}
	checks := make([]string, len(n.checks))
	for i, p := range n.checks {
		checks[i] = subjectOf(p, 0)
	}
	subject := words.AtMost(checks, maxChecks)
	gap, passes := "gap is", "the check passes"
	if len(checks) > 1 {
		gap, passes = "gaps are", "the checks pass"
	}
	if !n.unused {
		w.Summary = "Exception ends soon"
		prolong := "have the exception prolonged."
		if n.register != "" {
			subject += words.Sprintf(" in the register %q", n.register)
			prolong = "have the register renewed and signed by those who approve: an exception of it ends on the day that it " +
				"names, or earlier with the keys that signed it or with its age."
		}
		w.Detail = fmt.Sprintf(
			"The exception for %s ends %s, on %s. From the day after, its %s open again. Close the gap, or %s",
			subject, inDays(n.left), n.ends, gap, prolong,
		)
		return w
	}
	remedy := "Remove it."
	if n.others {
		remedy = "Leave that out of the entry, which covers others."
	}
	w.Summary = "Unused exception"
	w.Detail = fmt.Sprintf("The exception for %s matches no gap: %s without it. %s", subject, passes, remedy)
	return w
}
