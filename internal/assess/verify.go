package assess

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// digestForm is what canonicaljson.Digest writes.
var digestForm = lazyregexp.Regexp{Expression: `^sha256:[0-9a-f]{64}$`}

// Verify reports the first place where the assessment contradicts itself. It decides
// every finding again, by the status and condition that the finding quotes and by the
// requirement's own exceptions and evidence; it looks for checks without a finding, and
// for a day on which all of it can be true. What it takes on trust is what the
// documents say: the digest of the catalogue answers for that.
func (a *Assessment) Verify() error {
	r := a.Requirement
	if err := errors.Join(slices.Concat(checkValues(r), Mismatches(r))...); err != nil {
		return fmt.Errorf("the requirement in the assessment is not in order: %w", err)
	}
	for _, verify := range []func() error{
		a.verifyReferences, a.verifyApproval, a.verifyCorrections, a.verifyCrosswalk, a.verifyServices, a.verifyScope,
		a.verifyOutcomes,
		a.verifyWeakened,
	} {
		if err := verify(); err != nil {
			return err
		}
	}
	v := &verification{
		Assessment: a, terms: newTerms(r, a.Policy, a.Registers), adverse: r.adverseIn(), cited: map[string]bool{},
	}
	compliant := true
	for _, id := range r.Services {
		s := a.Services[id]
		if err := v.service(id, s); err != nil {
			return words.Errorf("service %q: %w", id, err)
		}
		if s.Compliant != s.Passes() {
			return words.Errorf("service %q: the assessment says compliant = %t, which its findings contradict", id, s.Compliant)
		}
		compliant = compliant && s.Compliant
	}
	if a.Compliant != compliant {
		return fmt.Errorf("the assessment says compliant = %t, which its findings contradict", a.Compliant)
	}
	if err := sameKeys("the documents", a.Documents, slices.Sorted(maps.Keys(v.cited))); err != nil {
		return err
	}
	if first, last := a.Holds(); last != "" && first > last {
		return fmt.Errorf(
			"there is no day on which all findings of the assessment come out: some need one from %s on, others one until %s",
			first, last,
		)
	}
	return nil
}

func (a *Assessment) verifyServices() error {
	return sameKeys("findings for the services", a.Services, a.Requirement.Services)
}

// verifyCrosswalk refuses a crosswalk that speaks of what the requirement does not ask for.
func (a *Assessment) verifyCrosswalk() error {
	if a.Crosswalk == nil {
		return nil
	}
	if err := a.Crosswalk.Problem(); err != nil {
		return err
	}
	if a.Crosswalk.Schema != crosswalk.Schema {
		return words.Errorf("the crosswalk has the schema %q, expected %q", a.Crosswalk.Schema, crosswalk.Schema)
	}
	if p := a.Crosswalk.Profile; p != nil {
		for _, list := range []map[string]string{p.Unasked, p.Undocumented} {
			for _, name := range slices.Sorted(maps.Keys(list)) {
				if _, _, asked := a.Requirement.Group(name); asked {
					return words.Errorf("the crosswalk says that %q is not looked at, which is a group of the requirement", name)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Crosswalk.Identifiers)) {
		members, _, asked := a.Requirement.Group(name)
		if !asked {
			return words.Errorf("the crosswalk speaks of %q, which is no group of the requirement", name)
		}
		for control := range a.Crosswalk.Identifiers[name].Members {
			if !slices.Contains(members, control) {
				return words.Errorf("the crosswalk speaks of %q in the group %q, which does not have it", control, name)
			}
		}
	}
	return nil
}

// sameKeys compares the keys of a map with the expected ones, which are sorted.
func sameKeys[V any](what string, found map[string]V, want []string) error {
	if keys := slices.Sorted(maps.Keys(found)); !slices.Equal(keys, want) {
		return words.Errorf("the assessment has %s %q, expected %q", what, keys, want)
	}
	return nil
}

// verifyReferences checks what findings refer to: the catalogue, controls, documents.
func (a *Assessment) verifyReferences() error {
	for _, digest := range append([]string{a.Catalog.Digest}, digestsOf(a.Catalog.Sources)...) {
		if !digestForm.MatchString(digest) {
			return words.Errorf(
				"the assessment has %q for a digest of the catalogue or a source of it, expected sha256: and 64 hexadecimal "+
					"digits",
				digest,
			)
		}
	}
	if err := sameKeys("the controls", a.Controls, a.Requirement.named()); err != nil {
		return err
	}
	controls, documents := slices.Sorted(maps.Keys(a.Controls)), slices.Sorted(maps.Keys(a.Documents))
	for _, id := range slices.Concat(controls, documents, a.Requirement.Services) {
		if !catalog.ValidID(id) {
			return words.Errorf("the assessment has %q for an id, expected lower-case letters, digits and single hyphens", id)
		}
	}
	for id, doc := range a.Documents {
		if _, err := catalog.ParseDate(string(doc.Published)); err != nil {
			return words.Errorf("document %q: %w", id, err)
		}
		if asOf := a.Requirement.AsOf; asOf != "" && doc.Published > asOf {
			return words.Errorf("document %q is dated %s, expected none after as_of, %s", id, doc.Published, asOf)
		}
	}
	return nil
}

// verifyOutcomes refuses outcomes that this version does not know: it could not say of
// them whether they pass.
func (a *Assessment) verifyOutcomes() error {
	for _, id := range slices.Sorted(maps.Keys(a.Services)) {
		for o := range a.Services[id].outcomes {
			if !o.Known() {
				return words.Errorf("service %q: the assessment has the outcome %q, expected one of %s", id, o,
					words.Quoted(Outcomes()))
			}
		}
	}
	return nil
}

// verifyScope finds services that are said both to be checked and not to be.
func (a *Assessment) verifyScope() error {
	if a.Scope == nil {
		return nil
	}
	for _, id := range a.Scope.OutOfScope {
		if _, checked := a.Services[id]; checked {
			return words.Errorf("the assessment lists the service %q as out of scope, and has findings for it", id)
		}
		if !catalog.ValidID(id) {
			return words.Errorf("the assessment has %q for an id, expected lower-case letters, digits and single hyphens", id)
		}
	}
	return nil
}

func digestsOf(sources []SourceRef) []string {
	digests := make([]string, len(sources))
	for i, source := range sources {
		digests[i] = source.Digest
	}
	return digests
}

// verification is the state of one Verify.
type verification struct {
	*Assessment
	terms   *terms
	adverse map[string]bool
	cited   map[string]bool // documents, by id
}

func (v *verification) service(id string, s ServiceFindings) error {
	r := v.Requirement
	if err := sameKeys("findings for the controls", s.Controls, r.single()); err != nil {
		return err
	}
	if err := sameKeys("findings for the groups", s.Groups, v.terms.groupNames); err != nil {
		return err
	}
	if err := v.lifecycle(s.Lifecycle); err != nil {
		return err
	}
	if err := verifyNotices(s.Notices); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	for _, control := range slices.Sorted(maps.Keys(s.Controls)) {
		f := s.Controls[control]
		want, err := v.finding(pair{id, control}, s, f)
		if err != nil {
			return words.Errorf("control %q: %w", control, err)
		}
		if want.Outcome == Gap {
			ruled := v.except(pair{id, control}, ruling{outcome: f.Outcome, expired: f.ExceptionExpired, from: f.ExceptionFrom})
			want.Outcome, want.ExceptionExpired, want.ExceptionFrom = ruled.outcome, ruled.expired, ruled.from
		}
		if f != want {
			return words.Errorf("control %q: %w", control, contradiction(f, want))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if err := v.group(pair{id, name}, s, s.Groups[name]); err != nil {
			return words.Errorf("group %q: %w", name, err)
		}
	}
	if s.Document != "" && !s.restsOnItsDocument() {
		return words.Errorf("the assessment names the document %q, which no finding rests on", s.Document)
	}
	return nil
}

func (s ServiceFindings) restsOnItsDocument() bool {
	for f := range s.findings {
		if f.Document == "" && f.Reason != Undocumented {
			return true
		}
	}
	return false
}

func contradiction(found, want any) error {
	a, err := canonicaljson.Marshal(found)
	if err != nil {
		return err
	}
	b, err := canonicaljson.Marshal(want)
	if err != nil {
		return err
	}
	return fmt.Errorf("the assessment says %s, which must be %s by what it quotes", a, b)
}

func (v *verification) lifecycle(l *Lifecycle) error {
	if l == nil {
		return nil
	}
	if _, err := catalog.ParseDate(string(l.RetiredOn)); err != nil {
		return fmt.Errorf("lifecycle: %w", err)
	}
	var outcome Outcome
	var reason Reason
	if l.Retired && v.Requirement.OnRetired == Deny {
		outcome, reason = Gap, Retired
	}
	if l.Outcome != outcome || l.Reason != reason {
		return words.Errorf(
			"lifecycle: the assessment says outcome %q with the reason %q, retired = %t, under on_retired = %q",
			l.Outcome, l.Reason, l.Retired, v.Requirement.OnRetired,
		)
	}
	return nil
}

// quoted is what a finding quotes of the statement that decides it.
func (s ServiceFindings) quoted(f Finding) testimony {
	if f.Reason == Undocumented {
		return testimony{}
	}
	return testimony{
		document: s.DocumentOf(f), status: f.Documented(), condition: f.Condition, planned: f.Planned,
		stale: f.Reason == Stale, enabledByDefault: f.EnabledByDefault, inForce: f.InForce, met: f.Met,
	}
}

// finding decides again, before exceptions, by what a finding quotes.
func (v *verification) finding(p pair, s ServiceFindings, f Finding) (Finding, error) {
	adverse := v.adverse[p.control]
	if f.Reason == Undocumented {
		return v.terms.decide(p, adverse, testimony{}), nil
	}
	document := s.DocumentOf(f)
	if _, ok := v.Documents[document]; !ok {
		return f, words.Errorf("the assessment rests on the document %q, which it does not have", document)
	}
	if f.Document != "" && f.Document == s.Document {
		return f, words.Errorf("the assessment names the document %q twice", document)
	}
	v.cited[document] = true
	q := s.quoted(f)
	if err := errors.Join(f.InForce.verify(v.Catalog.Sources), f.Met.verify(v.Catalog.Sources)); err != nil {
		return f, err
	}
	switch {
	case !slices.Contains(catalog.Statuses, q.status):
		return f, words.Errorf("the assessment has the status %q, expected one of %s", q.status, words.Or(catalog.Statuses))
	case (q.status == catalog.StatusConditional) == plaintext.Blank(q.condition):
		return f, words.Errorf("the assessment has the status %q with the condition %q", q.status, q.condition)
	case q.planned && q.status != catalog.StatusNo:
		return f, words.Errorf("the assessment says planned with the status %q", q.status)
	case q.stale && !v.Requirement.limitsAge():
		return f, errors.New("the assessment says stale, and its requirement accepts documents of any age")
	}
	want := v.terms.decide(p, adverse, q)
	want.Document = f.Document
	return want, nil
}

func (v *verification) group(p pair, s ServiceFindings, g Group) error {
	members, rule, _ := v.Requirement.Group(p.control)
	if err := sameKeys("findings for the members", g.Controls, members); err != nil {
		return err
	}
	for _, member := range slices.Sorted(maps.Keys(g.Controls)) {
		f := g.Controls[member]
		want, err := v.finding(pair{p.service, member}, s, f)
		if err != nil {
			return words.Errorf("control %q: %w", member, err)
		}
		if f != want {
			return words.Errorf("control %q: %w", member, contradiction(f, want))
		}
	}
	want := Group{Controls: g.Controls}
	want.Outcome, want.Reason = rule.decide(g.Controls)
	if want.Outcome == Gap {
		ruled := v.except(p, ruling{outcome: g.Outcome, expired: g.ExceptionExpired, from: g.ExceptionFrom})
		want.Outcome, want.ExceptionExpired, want.ExceptionFrom = ruled.outcome, ruled.expired, ruled.from
	}
	if g.Outcome != want.Outcome || g.Reason != want.Reason || g.ExceptionExpired != want.ExceptionExpired ||
		g.ExceptionFrom != want.ExceptionFrom {
		return contradiction(g, want)
	}
	return nil
}
