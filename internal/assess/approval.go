package assess

import (
	"cmp"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Approver is a key that may approve exceptions, or that has signed a register.
type Approver struct {
	Fingerprint string       `json:"fingerprint"`    // as ssh-keygen -l shows it
	From        catalog.Date `json:"from,omitempty"` // the first whole day on which the key is valid; "" for always
	Principal   string       `json:"principal"`
	Until       catalog.Date `json:"until,omitempty"` // the last whole day; "" for ever
}

// Mandate says for which workloads a principal may approve.
type Mandate struct {
	Principal string   `json:"principal"`
	Workloads []string `json:"workloads"` // names and patterns, sorted
}

// Policy says which exceptions count, for all requirements of a provider. It stands in the
// assessment, so that one that lets more pass is another digest. The zero value lets pass all.
type Policy struct {
	// Approvers are the keys that approve, sorted by principal and fingerprint; nil where
	// registers need no signature.
	Approvers []Approver `json:"approvers,omitempty"`
	Inline    string     `json:"inline,omitempty"` // Deny, or ""
	// MaxDays is how many days an exception may last: one of a register from its issue, one of
	// the requirement itself from today.
	MaxDays            *int64    `json:"max_days,omitempty"`
	MaxRegisterAgeDays *int64    `json:"max_register_age_days,omitempty"`
	MinApprovers       int64     `json:"min_approvers,omitempty"` // 0 for one
	Never              []string  `json:"never,omitempty"`         // controls and groups, sorted
	Registers          bool      `json:"registers,omitempty"`     // there are registers
	RequireApprover    bool      `json:"require_approver,omitempty"`
	RequireTicket      bool      `json:"require_ticket,omitempty"`
	Revoked            []string  `json:"revoked,omitempty"`   // fingerprints, sorted
	Workloads          []Mandate `json:"workloads,omitempty"` // by principal; nil where each may approve for all
}

// RegisterRef names a register of which entries stand in an assessment.
type RegisterRef struct {
	Digest string `json:"digest"` // of its bytes
	// From is the first day on which its entries count, by the day of its issue and by who
	// signed it.
	From    catalog.Date `json:"from"`
	Issued  catalog.Date `json:"issued"`
	Name    string       `json:"name"`
	Signers []Approver   `json:"signers,omitempty"` // sorted by principal and fingerprint
	// Until is the last day on which its entries count, by who signed it and by its age; "" for
	// ever.
	Until catalog.Date `json:"until,omitempty"`
}

// Approval is what those say who may accept a gap.
type Approval struct {
	Policy    Policy
	Registers []Register // by name
}

// Register is a register as it is at hand.
type Register struct {
	RegisterRef          // without From and Until
	File        string   // as messages name it
	Workloads   []string // names and patterns
	Problems    []string // why signatures do not count, as phrases that begin with their file
	Exceptions  []RegisterException
	Evidence    []RegisterEvidence
}

// RegisterException is an exception in a register, for all pairs of its services and controls.
type RegisterException struct {
	Services, Controls   []string // controls: ids, or names of groups
	Justification        string
	Ticket               string
	ApprovedBy           string
	CompensatingControls []string
	Expires              catalog.Date
	Line                 int // in its file
}

// RegisterEvidence is evidence in a register, for all pairs of its services and controls.
type RegisterEvidence struct {
	Services, Controls []string
	Condition          string
	Reference          string
	ApprovedBy         string
	Line               int
}

// Answers is the condition that the evidence quotes, without white space at its end: a block of
// YAML ends in a new line.
func (e RegisterEvidence) Answers() string { return trimmedCondition(e.Condition) }

// window is a time in which the entries of a register count, or a key is valid; "" is open.
type window struct{ from, until catalog.Date }

// holds reports whether a day is in the window.
func (w window) holds(day catalog.Date) bool {
	return w.from <= day && (w.until == "" || day <= w.until)
}

// need is how many approvers a register needs.
func (p *Policy) need() int {
	if len(p.Approvers) == 0 && p.MinApprovers == 0 {
		return 0
	}
	return int(max(p.MinApprovers, 1))
}

// mayApprove reports whether a principal may approve for a workload.
func (p *Policy) mayApprove(principal, workload string) bool {
	if p.Workloads == nil {
		return true
	}
	return slices.ContainsFunc(p.Workloads, func(m Mandate) bool {
		return m.Principal == principal && AnyMatchesWorkload(m.Workloads, workload)
	})
}

// windows lists, in order and apart from each other, the times in which the entries of a
// register count for a workload: from its issue until it is too old, while as many distinct
// principals as are needed have signed it with keys that are valid. A key is of one
// principal, so distinct principals have distinct keys.
func (p *Policy) windows(r RegisterRef, workload string) []window {
	whole := window{from: r.Issued}
	if p.MaxRegisterAgeDays != nil {
		whole.until = r.Issued.AddDays(int(*p.MaxRegisterAgeDays))
	}
	need := p.need()
	if need == 0 {
		return []window{whole}
	}
	keys := map[string][]window{} // by principal
	for _, s := range r.Signers {
		if p.mayApprove(s.Principal, workload) {
			keys[s.Principal] = append(keys[s.Principal], window{max(s.From, whole.from), earlier(s.Until, whole.until)})
		}
	}
	// Between two neighbouring days on which something begins or ends, nothing changes.
	starts := map[catalog.Date]bool{}
	for _, windows := range keys {
		for _, w := range windows {
			starts[w.from] = true
			if w.until != "" {
				starts[w.until.AddDays(1)] = true
			}
		}
	}
	var out []window
	days := slices.Sorted(maps.Keys(starts))
	for i, day := range days {
		signed := 0
		for _, windows := range keys {
			if slices.ContainsFunc(windows, func(w window) bool { return w.holds(day) }) {
				signed++
			}
		}
		if signed < need {
			continue
		}
		until := catalog.Date("")
		if i+1 < len(days) {
			until = days[i+1].AddDays(-1)
		}
		if n := len(out); n > 0 && out[n-1].until.AddDays(1) == day {
			out[n-1].until = until
			continue
		}
		out = append(out, window{day, until})
	}
	return out
}

// current picks of windows that which decides on a day: the last that has begun, or else the
// first. There must be one.
func current(windows []window, day catalog.Date) window {
	w := windows[0]
	for _, other := range windows {
		if other.from <= day {
			w = other
		}
	}
	return w
}

// Refusal says why an exception does not count, whatever the day.
type Refusal string

// The refusals, all by the provider's exception_policy.
const (
	RefusedNever    Refusal = "never"
	RefusedInline   Refusal = "inline"
	RefusedTicket   Refusal = "require_ticket"
	RefusedApprover Refusal = "require_approver"
	RefusedDays     Refusal = "max_days"
)

// refusal says why the policy does not let an exception count, or "".
func (p *Policy) refusal(ex Exception, issued catalog.Date) Refusal {
	switch {
	case slices.Contains(p.Never, ex.Control):
		return RefusedNever
	case p.Inline == Deny && ex.Register == "":
		return RefusedInline
	case p.RequireTicket && ex.Ticket == "":
		return RefusedTicket
	case p.RequireApprover && ex.ApprovedBy == "":
		return RefusedApprover
	case p.MaxDays != nil && ex.Register != "" && ex.Expires > issued.AddDays(int(*p.MaxDays)):
		return RefusedDays
	}
	return ""
}

// refusal is the policy's for an exception of the requirement. Whoever writes that chooses the
// members of a group, so an exception for one would get around those for which none counts.
func (t *terms) refusal(ex Exception, issued catalog.Date) Refusal {
	never := func(member string) bool { return slices.Contains(t.policy.Never, member) }
	if members, _, _ := t.requirement.Group(ex.Control); slices.ContainsFunc(members, never) {
		return RefusedNever
	}
	return t.policy.refusal(ex, issued)
}

// span is from when to when an exception covers its gap, both days included; from is "" where
// it has no beginning.
type span struct {
	window
	refused Refusal
}

// span returns when the exception at an index counts.
func (t *terms) span(i int) span {
	ex := t.requirement.Exceptions[i]
	if ex.Register == "" {
		s := span{window{until: ex.Expires}, t.refusal(ex, "")}
		if t.policy.MaxDays != nil {
			s.from = ex.Expires.AddDays(-int(*t.policy.MaxDays))
		}
		return s
	}
	r := t.registers[ex.Register]
	return span{window{r.From, earlier(ex.Expires, r.Until)}, t.refusal(ex, r.Issued)}
}

// ruling is what the exceptions for a check make of its gap.
type ruling struct {
	outcome Outcome
	expired catalog.Date // the end of the one that counts, where that is over
	from    catalog.Date // the first day of one that is still to count, where none does yet
	by      int          // index of the exception that counts, or -1
}

// rule decides on a day. Of exceptions that have begun the earliest end counts.
func (t *terms) rule(p pair, day catalog.Date) ruling {
	out := ruling{outcome: Gap, by: -1}
	var end, first catalog.Date
	for _, i := range t.exceptions[p] {
		s := t.span(i)
		switch {
		case s.refused != "":
		case s.from > day:
			first = earlier(first, s.from)
		case out.by < 0 || s.until < end:
			end, out.by = s.until, i
		}
	}
	switch {
	case out.by < 0:
		out.from = first
	case day > end:
		out.expired = end
	default:
		out.outcome = Excepted
	}
	return out
}

// asked lists the checks that an entry of a register is for, of those that are asked for.
func asked(services, controls []string, wanted map[string]map[string]bool) []pair {
	var out []pair
	for _, service := range services {
		checks := wanted[service]
		if checks == nil {
			continue
		}
		for _, control := range controls {
			if checks[control] {
				out = append(out, pair{service, control})
			}
		}
	}
	return out
}

// record is the register as an assessment has it on a day, for a workload; false where its
// entries never count.
func (p *Policy) record(r Register, workload string, day catalog.Date) (RegisterRef, bool) {
	if !AnyMatchesWorkload(r.Workloads, workload) {
		return RegisterRef{}, false
	}
	windows := p.windows(r.RegisterRef, workload)
	if len(windows) == 0 {
		return RegisterRef{}, false
	}
	ref := r.RegisterRef
	w := current(windows, day)
	ref.From, ref.Until = w.from, w.until
	return ref, true
}

// compareExceptions orders exceptions for the same check: those of the requirement itself
// first.
func compareExceptions(a, b Exception) int {
	return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Control, b.Control), cmp.Compare(a.Register, b.Register),
		cmp.Compare(a.Expires, b.Expires), cmp.Compare(a.Justification, b.Justification), cmp.Compare(a.Ticket, b.Ticket))
}
