package assess

import (
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Result is an assessment with what its maker should be told.
type Result struct {
	Assessment *Assessment
	Warnings   []Warning
	// Uncounted are entries of registers that are for a gap and do not cover it, by register.
	Uncounted []Uncounted
}

// Evaluate assesses a requirement on a day: the day of the real clock, which decides
// whether exceptions, documents and services are over, whatever AsOf says.
//
// The error joins an InputError for everything that is wrong with the requirement
// itself; it is no gap, and no exception covers it.
func Evaluate(c *catalog.Catalog, r Requirement, today catalog.Date) (*Result, error) {
	r = r.withDefaults().resolved()
	given := r
	if err := check(c, r, today); err != nil {
		return nil, err
	}
	j := r.join(today)
	r.Exceptions = slices.Concat(r.Exceptions, j.exceptions)
	r.Evidence = slices.Concat(r.Evidence, j.evidence)
	e := newEvaluation(c, newTerms(r.normalised(), r.policy(), j.refs), r, today)
	e.given, e.uncounted = given, j.uncounted
	return e.run()
}

func newEvaluation(c *catalog.Catalog, t *terms, s settingsShown, today catalog.Date) *evaluation {
	return &evaluation{
		catalog: c, terms: t, settings: s, today: today,
		usedExceptions: map[int]bool{}, usedEvidence: map[int]bool{}, touchedEvidence: map[int]bool{},
		documents: map[string]*catalog.Document{},
	}
}

// settingsShown says what the settings of a configuration show of a check, and of its
// condition; nil where none applies.
type settingsShown interface {
	shown(p pair) *InForce
	met(p pair, condition string) *InForce
}

// evaluation is the state of one Evaluate.
type evaluation struct {
	*terms   // of the requirement, normalised
	catalog  *catalog.Catalog
	settings settingsShown
	given    Requirement // as the caller ordered it
	today    catalog.Date

	usedExceptions map[int]bool
	usedEvidence   map[int]bool
	// touchedEvidence is what there is for a question, whether it answers that or not.
	touchedEvidence map[int]bool
	uncounted       []Uncounted
	unasked         map[entry]string             // of exceptions and evidence that are not required: why
	documents       map[string]*catalog.Document // cited, by id
	corrected       []Correction
	laxer           []laxer
	foreign         []string // checks of which settings are shown that the catalogue does not have
	broken          error    // of reading settings
}

func (e *evaluation) run() (*Result, error) {
	a, err := e.assessment()
	if err != nil {
		return nil, err
	}
	warnings := e.warnings(a)
	if text := a.weakeningWarning(); text != "" {
		warnings = append(warnings, Warning{Attribute: "services", Summary: "Requirement is weakened", Detail: text})
	}
	return &Result{Assessment: a, Warnings: warnings, Uncounted: e.uncountedGaps(a)}, nil
}

func (e *evaluation) assessment() (*Assessment, error) {
	var err error
	if e.corrected, e.laxer, err = e.corrections(); err != nil {
		return nil, err
	}
	a := &Assessment{
		Catalog:     CatalogRef{Corrections: e.corrected, Digest: e.catalog.Digest(), Sources: []SourceRef{}},
		Compliant:   true,
		Controls:    e.controlRefs(),
		Crosswalk:   e.requirement.Crosswalk.Of(e.requirement.Groups()),
		Documents:   map[string]DocumentRef{},
		Policy:      e.requirement.policy(),
		Requirement: e.requirement,
		Schema:      Schema,
		Scope:       e.requirement.scope(),
		Services:    make(map[string]ServiceFindings, len(e.requirement.Services)),
	}
	for _, source := range e.catalog.Sources() {
		a.Catalog.Sources = append(a.Catalog.Sources, SourceRef{Digest: source.Digest, Name: source.Name})
	}
	for _, id := range e.requirement.Services {
		findings, err := e.service(id)
		if err != nil {
			return nil, err
		}
		a.Services[id] = findings
		a.Compliant = a.Compliant && findings.Compliant
	}
	if err := e.strangeSettings(); err != nil {
		return nil, err
	}
	for id, doc := range e.documents {
		a.Documents[id] = DocumentRef{
			Corrects: doc.Corrects() != nil, Published: doc.Published, Publisher: doc.Publisher, Source: doc.Source(),
			Title: doc.Title, URL: doc.URL, DefaultStatus: doc.DefaultStatus,
		}
	}
	e.keep(a)
	a.weaken(e.requirement.Applied) // before the warnings, which are others for gaps that are tolerated
	return a, nil
}

func (e *evaluation) controlRefs() map[string]ControlRef {
	refs := map[string]ControlRef{}
	for _, id := range e.requirement.named() {
		def, _ := e.catalog.Definition(id)
		refs[id] = ControlRef{Title: def.Title}
	}
	return refs
}

func (e *evaluation) service(id string) (ServiceFindings, error) {
	baseline, err := e.catalog.Baseline(id, e.requirement.AsOf)
	if err != nil {
		return ServiceFindings{}, err
	}
	s := ServiceFindings{
		Cloud:     baseline.Service.Cloud,
		Controls:  make(map[string]Finding, len(e.requirement.Controls)+len(e.requirement.Avoid)),
		Lifecycle: e.lifecycle(baseline.Service),
		Name:      baseline.Service.Name,
		Notices:   noticesOf(baseline.Service),
	}
	for _, control := range e.requirement.Controls {
		s.Controls[control] = e.single(baseline, control, false)
	}
	for _, control := range e.requirement.Avoid {
		s.Controls[control] = e.single(baseline, control, true)
	}
	if len(e.groupNames) > 0 {
		s.Groups = make(map[string]Group, len(e.groupNames))
	}
	for _, name := range e.groupNames {
		s.Groups[name] = e.group(baseline, name)
	}
	s.Compliant = s.Passes()
	if err := e.cite(baseline, &s); err != nil {
		return ServiceFindings{}, err
	}
	return s, nil
}

// passes reports whether a service passes every check. It stops at the first that fails, so it
// notes no exceptions and evidence that are of use.
func (e *evaluation) passes(id string) (bool, error) {
	baseline, err := e.catalog.Baseline(id, e.requirement.AsOf)
	if err != nil || !e.lifecycle(baseline.Service).Passes() {
		return false, err
	}
	for _, control := range e.requirement.Controls {
		if !e.single(baseline, control, false).Outcome.Passes() {
			return false, nil
		}
	}
	for _, control := range e.requirement.Avoid {
		if !e.single(baseline, control, true).Outcome.Passes() {
			return false, nil
		}
	}
	for _, name := range e.groupNames {
		if !e.group(baseline, name).Outcome.Passes() {
			return false, nil
		}
	}
	return true, nil
}

// group decides for a group.
func (e *evaluation) group(b *catalog.Baseline, name string) Group {
	members, rule, _ := e.requirement.Group(name)
	g := Group{Controls: make(map[string]Finding, len(members))}
	for _, member := range members {
		g.Controls[member] = e.finding(b, member, false)
	}
	g.Outcome, g.Reason = rule.decide(g.Controls)
	if g.Outcome == Gap {
		ruled := e.except(pair{b.Service.ID, name})
		g.Outcome, g.ExceptionExpired, g.ExceptionFrom = ruled.outcome, ruled.expired, ruled.from
	}
	return g
}

// single decides for a control that is a check of its own.
func (e *evaluation) single(b *catalog.Baseline, control string, adverse bool) Finding {
	f := e.finding(b, control, adverse)
	if f.Outcome == Gap {
		ruled := e.except(pair{b.Service.ID, control})
		f.Outcome, f.ExceptionExpired, f.ExceptionFrom = ruled.outcome, ruled.expired, ruled.from
	}
	return f
}

// finding decides for one control, before exceptions.
func (e *evaluation) finding(b *catalog.Baseline, control string, adverse bool) Finding {
	p := pair{b.Service.ID, control}
	var s testimony
	if st, ok := b.Controls[control]; ok {
		s = testimony{document: st.Document.ID, status: st.Status, condition: st.Condition, planned: st.Planned}
		s.stale = e.requirement.tooOld(st.Document.Published, e.today)
		s.enabledByDefault = st.EnabledByDefault != nil && *st.EnabledByDefault
		s.inForce = e.sourced(e.settings.shown(p), p, "")
		s.met = e.sourced(e.settings.met(p, st.Condition), p, st.Condition)
	}
	// Evidence answers its question also where another row decides: it is no less to
	// the point when the document is too old.
	for _, question := range e.questions(adverse, s) {
		if i := e.answer(p, question); i >= 0 {
			e.usedEvidence[i] = true
		}
		for _, i := range e.evidence[p] {
			e.touchedEvidence[i] = true
		}
	}
	return e.decide(p, adverse, s)
}

// except applies the exceptions for a gap.
func (e *evaluation) except(p pair) ruling {
	for _, i := range e.exceptions[p] {
		e.usedExceptions[i] = true
	}
	return e.rule(p, e.today)
}

func (e *evaluation) lifecycle(s *catalog.Service) *Lifecycle {
	if s.Lifecycle.RetiredOn == "" {
		return nil
	}
	l := &Lifecycle{
		Retired: s.Lifecycle.StageOn(e.today) == catalog.StageRetired, RetiredOn: s.Lifecycle.RetiredOn,
		Successor: s.Lifecycle.Successor,
	}
	if l.Retired && e.requirement.OnRetired == Deny {
		l.Outcome, l.Reason = Gap, Retired
	}
	return l
}

// cite collects the documents behind the findings, and moves the id of the one that
// stands behind most of them from the findings to the service.
func (e *evaluation) cite(b *catalog.Baseline, s *ServiceFindings) error {
	count := map[string]int{}
	for f := range s.findings {
		count[f.Document]++
	}
	delete(count, "")
	for _, id := range slices.Sorted(maps.Keys(count)) {
		if count[id] > count[s.Document] {
			s.Document = id
		}
	}
	short := func(f Finding) Finding {
		if f.Document == s.Document {
			f.Document = ""
		}
		return f
	}
	for id, f := range s.Controls {
		s.Controls[id] = short(f)
	}
	for _, g := range s.Groups {
		for id, f := range g.Controls {
			g.Controls[id] = short(f)
		}
	}
	for _, doc := range b.Documents {
		if count[doc.ID] == 0 {
			continue
		}
		if other, ok := e.documents[doc.ID]; ok && (!doc.SameAs(other) || !doc.SameSource(other)) {
			return words.Errorf(
				"the document id %q stands for two documents of the catalogue, %q and %q: rename one of them in its "+
					"catalogue file",
				doc.ID, other.Citation(), doc.Citation(),
			)
		}
		e.documents[doc.ID] = doc
	}
	return nil
}
