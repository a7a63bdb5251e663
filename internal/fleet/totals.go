package fleet

import (
	"cmp"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// totals counts over the workloads, one after the other.
type totals struct {
	r         *RollUp
	day       catalog.Date // by which exceptions are old, or end soon
	controls  map[string]*GapsOf
	services  map[string]*GapsOf
	approvers map[string]*Approver
	labels    map[[2]string]*LabelCount
	inUse     map[string]*Catalog
	registers map[RegisterOf]*Register
	newest    map[string]catalog.Date // issues of registers, by name
	weakened  map[string]*Weakening
}

func newTotals(r *RollUp, day catalog.Date) *totals {
	for _, days := range []int{0, 30, 90, 365} {
		r.Ages = append(r.Ages, Age{FromDays: days})
	}
	return &totals{
		r: r, day: day, controls: map[string]*GapsOf{}, services: map[string]*GapsOf{},
		approvers: map[string]*Approver{}, labels: map[[2]string]*LabelCount{}, inUse: map[string]*Catalog{},
		registers: map[RegisterOf]*Register{}, newest: map[string]catalog.Date{}, weakened: map[string]*Weakening{},
	}
}

// add counts a workload.
func (t *totals) add(w Workload) {
	t.r.Counts.note(w.Status)
	if !w.Expected {
		t.r.Counts.Unexpected++
	}
	t.r.Counts.Gaps += len(w.Gaps)
	t.r.Counts.Exceptions += len(w.Exceptions)
	controls, services := map[string]bool{}, map[string]bool{}
	for _, gap := range w.Gaps {
		gapsOf(t.controls, controls, gap.Control)
		gapsOf(t.services, services, gap.Service)
	}
	t.exceptions(w)
	t.bar(w)
	for name, value := range w.Labels {
		l := entry(t.labels, [2]string{name, value})
		l.Name, l.Value = name, value
		l.Workloads++
		if w.Status == Passed {
			l.Passed++
		}
	}
}

// gapsOf counts a gap under a name; seen has the names that the workload has been counted
// under.
func gapsOf(all map[string]*GapsOf, seen map[string]bool, name string) {
	g := entry(all, name)
	g.Name = name
	g.Gaps++
	if !seen[name] {
		seen[name] = true
		g.Workloads++
	}
}

func (t *totals) exceptions(w Workload) {
	seen := map[string]bool{}
	for _, ex := range w.Exceptions {
		a := entry(t.approvers, ex.Approver)
		a.Name = ex.Approver
		a.Exceptions++
		t.age(ex)
		if EndsSoon(ex, t.day) {
			a.EndingSoon++
			t.r.Counts.EndingSoon++
		}
		if a.Oldest == "" || ex.Since < a.Oldest {
			a.Oldest = ex.Since
		}
		if !seen[ex.Approver] {
			seen[ex.Approver] = true
			a.Workloads++
		}
	}
}

// bar counts what lowers the bar, and the registers.
func (t *totals) bar(w Workload) {
	if len(w.Weakened) > 0 {
		t.r.Counts.Weakened++
	}
	for _, name := range w.Weakened {
		x := entry(t.weakened, name)
		x.Name = name
		x.Workloads++
	}
	for _, issue := range w.Registers {
		use := entry(t.registers, issue)
		use.Digest, use.Issued, use.Name = issue.Digest, issue.Issued, issue.Name
		use.Workloads++
		t.newest[issue.Name] = max(t.newest[issue.Name], issue.Issued)
	}
}

// old marks the issues of registers of which there is a newer one.
func (t *totals) old() {
	for _, use := range t.registers {
		use.Old = use.Issued < t.newest[use.Name]
	}
	for i := range t.r.Workloads {
		old := false
		for j := range t.r.Workloads[i].Registers {
			issue := &t.r.Workloads[i].Registers[j]
			issue.Old = issue.Issued < t.newest[issue.Name]
			old = old || issue.Old
		}
		if old {
			t.r.Counts.OldRegisters++
		}
	}
}

// age counts an exception under its age.
func (t *totals) age(ex Exception) {
	for i := len(t.r.Ages) - 1; i >= 0; i-- {
		if ex.Since <= t.day.AddDays(-t.r.Ages[i].FromDays) || i == 0 {
			t.r.Ages[i].Exceptions++
			return
		}
	}
}

// EndsSoon reports whether an exception that is in force on a day ends within
// assess.EndingSoonDays days of it.
func EndsSoon(ex Exception, day catalog.Date) bool {
	return ex.Ends >= day && ex.Ends <= day.AddDays(assess.EndingSoonDays)
}

// catalogs counts the catalogues of a verdict, each once.
func (t *totals) catalogs(v *verdict) {
	seen := map[string]bool{}
	for _, a := range v.parts {
		digest := sha256(a.Baseline.Digest)
		if seen[digest] {
			continue
		}
		seen[digest] = true
		use := entry(t.inUse, digest)
		use.Digest = digest
		use.Workloads++
		sources := []Source{}
		for _, s := range a.Baseline.Sources {
			sources = append(sources, Source{Digest: sha256(s.Digest), Name: s.Name})
		}
		// The digest is that of what the sources say; what they are called may differ.
		if use.Sources == nil || compareSources(sources, use.Sources) < 0 {
			use.Sources = sources
		}
	}
}

func compareSources(a, b []Source) int {
	return slices.CompareFunc(a, b, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Digest, b.Digest))
	})
}

// finish writes the totals into the roll-up, each sorted, once it has all workloads.
func (t *totals) finish() {
	t.old()
	t.r.Registers = sorted(t.registers, func(a, b Register) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.Issued, a.Issued), cmp.Compare(a.Digest, b.Digest))
	})
	t.r.Weakened = sorted(t.weakened, func(a, b Weakening) int { return cmp.Compare(a.Name, b.Name) })
	byGaps := func(a, b GapsOf) int {
		return cmp.Or(cmp.Compare(b.Workloads, a.Workloads), cmp.Compare(b.Gaps, a.Gaps), cmp.Compare(a.Name, b.Name))
	}
	t.r.Controls, t.r.Services = sorted(t.controls, byGaps), sorted(t.services, byGaps)
	t.r.Approvers = sorted(t.approvers, func(a, b Approver) int { return cmp.Compare(a.Name, b.Name) })
	t.r.Labels = sorted(t.labels, func(a, b LabelCount) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	t.r.Catalogs = sorted(t.inUse, func(a, b Catalog) int {
		return cmp.Or(cmp.Compare(b.Workloads, a.Workloads), cmp.Compare(a.Digest, b.Digest))
	})
}

// entry is the value of a key, made where there is none.
func entry[K comparable, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

// sorted lists the values of a map, never as nil: JSON has a list.
func sorted[K comparable, V any](m map[K]*V, compare func(a, b V) int) []V {
	out := make([]V, 0, len(m))
	for v := range maps.Values(m) {
		out = append(out, *v)
	}
	slices.SortFunc(out, compare)
	return out
}
