package assess

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// except decides again what exceptions do to a gap. What the day was is the finding's word;
// Holds tells whether all such words fit together. Where the found one cannot be, another is
// returned.
func (v *verification) except(p pair, found ruling) ruling {
	var spans []span
	for _, i := range v.terms.exceptions[p] {
		if s := v.terms.span(i); s.refused == "" {
			spans = append(spans, s)
		}
	}
	nothing := ruling{outcome: Gap}
	if len(spans) == 0 {
		return nothing
	}
	var first, end catalog.Date
	always := false
	for _, s := range spans {
		first, end = earlier(first, s.from), earlier(end, s.until)
		always = always || s.from == ""
	}
	switch {
	case found.outcome == Excepted:
		return ruling{outcome: Excepted}
	case found.from != "" && !always:
		return ruling{outcome: Gap, from: first}
	case slices.ContainsFunc(spans, func(s span) bool { return s.until == found.expired }) &&
		!slices.ContainsFunc(spans, func(s span) bool { return s.from == "" && s.until < found.expired }):
		return ruling{outcome: Gap, expired: found.expired}
	}
	return ruling{outcome: Gap, expired: end}
}

// holds tells from when to when what was found of a check comes out.
func (t *terms) holds(p pair, found ruling, from, until func(catalog.Date)) {
	var first catalog.Date
	always := false
	for _, i := range t.exceptions[p] {
		s := t.span(i)
		if s.refused != "" {
			continue
		}
		first = earlier(first, s.from)
		always = always || s.from == ""
		before := s.from.AddDays(-1) // its last day without effect
		switch {
		case found.outcome == Excepted:
			until(max(s.until, before))
		case found.expired != "" && s.until < found.expired:
			until(before)
		}
	}
	switch {
	case found.outcome == Excepted && !always:
		from(first)
	case found.expired != "":
		from(found.expired.AddDays(1))
		from(t.begun(p, found.expired))
	case found.from != "":
		until(found.from.AddDays(-1))
	}
}

// begun is the first day on which an exception with an end has begun.
func (t *terms) begun(p pair, end catalog.Date) catalog.Date {
	var first catalog.Date
	for _, i := range t.exceptions[p] {
		switch s := t.span(i); {
		case s.refused != "" || s.until != end:
		case s.from == "":
			return ""
		default:
			first = earlier(first, s.from)
		}
	}
	return first
}

// turns tells from when to when the window of a recorded register is the one that decides.
func (p *Policy) turns(r RegisterRef, workload string) (from, until catalog.Date) {
	windows := p.windows(r, workload)
	for i, w := range windows {
		if w.from != r.From {
			continue
		}
		if i > 0 {
			from = w.from
		}
		if i+1 < len(windows) {
			until = windows[i+1].from.AddDays(-1)
		}
	}
	return from, until
}

// verifyApproval refuses a policy and registers that cannot be, and entries of registers that
// the assessment does not have.
func (a *Assessment) verifyApproval() error {
	policy := a.Policy
	if policy == nil {
		policy = &Policy{}
	} else if err := policy.verify(); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	if len(a.Registers) > 0 && !policy.Registers {
		return errors.New("the assessment has registers, and its policy says that there are none")
	}
	byName := map[string]bool{}
	for i, r := range a.Registers {
		if i > 0 && a.Registers[i-1].Name >= r.Name {
			return words.Errorf("register %q: the registers are not sorted by name, or it is there twice", r.Name)
		}
		byName[r.Name] = true
		if err := a.verifyRegister(policy, r); err != nil {
			return words.Errorf("register %q: %w", r.Name, err)
		}
	}
	used := map[string]bool{}
	for _, ex := range a.Requirement.Exceptions {
		used[ex.Register] = true
	}
	for _, ev := range a.Requirement.Evidence {
		used[ev.Register] = true
	}
	delete(used, "")
	return sameKeys("entries of the registers", used, slices.Sorted(maps.Keys(byName)))
}

func (a *Assessment) verifyRegister(policy *Policy, r RegisterRef) error {
	if err := PlausibleDay(r.Issued); err != nil {
		return fmt.Errorf("issued: %w", err)
	}
	switch {
	case !catalog.ValidID(r.Name):
		return errors.New("the name is malformed")
	case !digestForm.MatchString(r.Digest):
		return words.Errorf("it has %q for a digest", r.Digest)
	case a.Requirement.Workload == "":
		return errors.New("the requirement has no workload, so no register is for it")
	case !slices.IsSortedFunc(r.Signers, compareApprovers) || len(slices.Compact(slices.Clone(r.Signers))) != len(r.Signers):
		return errors.New("its signers are not sorted, or one is there twice")
	}
	for _, s := range r.Signers {
		if !slices.Contains(policy.Approvers, s) || slices.Contains(policy.Revoked, s.Fingerprint) {
			return words.Errorf("%q signed it, who is none of the approvers, or whose key is revoked", s.Principal)
		}
	}
	recorded := window{r.From, r.Until}
	if !slices.Contains(policy.windows(r, a.Requirement.Workload), recorded) {
		return fmt.Errorf("it counts from %q to %q, which does not follow from its issue, its signers and the policy",
			r.From, r.Until)
	}
	return nil
}

func compareApprovers(a, b Approver) int {
	return cmp.Or(cmp.Compare(a.Principal, b.Principal), cmp.Compare(a.Fingerprint, b.Fingerprint))
}

// PlausibleDay refuses what is no date, and dates so far away that days cannot be added to
// them.
func PlausibleDay(day catalog.Date) error {
	if _, err := catalog.ParseDate(string(day)); err != nil {
		return err
	}
	if day < "1970-01-01" || day > "9900-01-01" {
		return words.Errorf("%q is a day of another age", string(day))
	}
	return nil
}

// MaxApprovers is the most approvers that a policy may ask for.
const MaxApprovers = 10

// MaxPolicyDays is the most days that a policy may allow: ten years.
const MaxPolicyDays = 3653

// verify refuses values that a policy cannot have.
func (p *Policy) verify() error {
	for _, days := range []*int64{p.MaxDays, p.MaxRegisterAgeDays} {
		if days != nil && (*days < 1 || *days > MaxPolicyDays) {
			return fmt.Errorf("there are %d days, expected 1 to %d", *days, MaxPolicyDays)
		}
	}
	if err := p.verifyApprovers(); err != nil {
		return err
	}
	sorted := func(s []string) bool { return slices.Equal(s, sortedUnique(s)) }
	switch {
	case p.MinApprovers < 0 || p.MinApprovers > MaxApprovers:
		return fmt.Errorf("min_approvers is %d, expected 1 to %d", p.MinApprovers, MaxApprovers)
	case p.Inline != "" && p.Inline != Deny:
		return words.Errorf("inline is %q, expected %q", p.Inline, Deny)
	case !slices.IsSortedFunc(p.Approvers, compareApprovers), !sorted(p.Never), !sorted(p.Revoked):
		return errors.New("a list is not sorted")
	}
	for i, m := range p.Workloads {
		if i > 0 && p.Workloads[i-1].Principal >= m.Principal || !sorted(m.Workloads) {
			return words.Errorf("the workloads of %q are not sorted, or there twice", m.Principal)
		}
	}
	return nil
}

// verifyApprovers refuses keys that are there twice, or of nobody.
func (p *Policy) verifyApprovers() error {
	fingerprints := map[string]bool{}
	for _, k := range p.Approvers {
		for _, day := range []catalog.Date{k.From, k.Until} {
			if err := PlausibleDay(day); err != nil && day != "" {
				return err
			}
		}
		if fingerprints[k.Fingerprint] || k.Fingerprint == "" || k.Principal == "" {
			return words.Errorf("the key %q is there twice, or of nobody", k.Fingerprint)
		}
		fingerprints[k.Fingerprint] = true
	}
	return nil
}
