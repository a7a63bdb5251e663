package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// report is what the formats write: assessments in which every finding knows its
// service, control, document, exception and evidence.
type report struct {
	opts     Options
	sections []*section
	// date is the newest date among the inputs, "" for none.
	date  catalog.Date
	total tally
}

// section is one assessment.
type section struct {
	*assess.Assessment
	number int // from 1
	digest string
	// holdsFrom and holdsUntil are the days between which the assessment comes out as it is, by
	// the dates of its documents, of exceptions that end and of services that are retired: all
	// that is known of when it was made. "" where nothing in it has a date.
	holdsFrom, holdsUntil catalog.Date
	outdated              bool // the report is of a later day
	checks                []*check
	services              []*service
	exceptions            []*exception // by expiry
	documents             map[string]*document
	standings             []identifier // see identifiers
	total                 tally
}

// byCheck has something for some checks of some services, by the ids of both.
type byCheck[V any] map[string]map[string]V

func (m byCheck[V]) put(service, check string, v V) {
	if m[service] == nil {
		m[service] = map[string]V{}
	}
	m[service][check] = v
}

func newReport(assessments []Input, opts Options) (*report, error) {
	r := &report{opts: opts, total: newTally()}
	seen := map[string]bool{}
	for _, a := range assessments {
		digest, err := a.digest()
		if err != nil {
			return nil, err
		}
		if seen[digest] {
			continue
		}
		seen[digest] = true
		s := newSection(a.Assessment, opts)
		s.number, s.digest = len(r.sections)+1, digest
		r.sections = append(r.sections, s)
		r.total.addAll(s.total)
		r.date = max(r.date, s.holdsFrom)
	}
	r.total.Services, r.total.Failing = r.distinct()
	return r, nil
}

// distinct counts the services of all sections, and those that fail in one at least, each once.
func (r *report) distinct() (services, failing int) {
	fails := map[string]bool{}
	for _, s := range r.sections {
		for _, one := range s.services {
			fails[one.id] = fails[one.id] || !one.compliant
		}
	}
	for _, f := range fails {
		if f {
			failing++
		}
	}
	return len(fails), failing
}

// newSection reports an assessment as it comes out on the day of the report: a report never says
// that a gap is accepted whose exception has ended by then.
func newSection(made *assess.Assessment, opts Options) *section {
	a := made.On(opts.Date)
	w := &walk{
		Assessment: a, documents: make(map[string]*document, len(a.Documents)),
		exceptions: byCheck[*exception]{}, evidence: byCheck[[]assess.Evidence]{}, tolerated: byCheck[bool]{},
		configuration: opts.Configuration,
	}
	w.section = &section{Assessment: a, documents: w.documents, total: newTally()}
	w.section.holdsFrom, w.section.holdsUntil = made.Holds()
	w.section.outdated = a != made
	for id, doc := range a.Documents {
		w.documents[id] = &document{
			id: id, title: plaintext.Line(doc.Title), publisher: plaintext.Line(doc.Publisher),
			url: plaintext.Line(doc.URL), link: linkOrNone(doc.URL), published: doc.Published,
			source: plaintext.Line(doc.Source), corrects: doc.Corrects,
			defaultStatus: doc.DefaultStatus,
		}
	}
	w.keepExceptions()
	for _, ev := range a.Requirement.Evidence {
		ev = assess.Evidence{
			ApprovedBy: plaintext.Line(ev.ApprovedBy), Condition: plaintext.Line(ev.Condition), Control: ev.Control,
			Reference: plaintext.Line(ev.Reference), Register: ev.Register, Service: ev.Service, Holds: ev.Holds,
		}
		w.evidence.put(ev.Service, ev.Control, append(w.evidence[ev.Service][ev.Control], ev))
	}
	w.section.checks = w.checks()
	for _, gap := range a.Tolerated() {
		service, check := assess.CutGap(gap)
		w.tolerated.put(service, check, true)
	}
	// By cloud, so that what concerns one team stands together.
	ids := slices.SortedFunc(maps.Keys(a.Services), func(x, y string) int {
		return cmp.Or(cmp.Compare(a.Services[x].Cloud, a.Services[y].Cloud), cmp.Compare(x, y))
	})
	for _, id := range ids {
		var places []configuration.Place
		if opts.Configuration != nil {
			places = sortedPlaces(opts.Configuration.Services[id])
		}
		s := w.service(id, places)
		w.section.services = append(w.section.services, s)
		w.section.total.addAll(s.total)
	}
	w.section.total.Tolerated = len(a.Tolerated())
	slices.SortStableFunc(w.section.exceptions, func(a, b *exception) int {
		return cmp.Or(cmp.Compare(a.Expires, b.Expires), cmp.Compare(a.Service, b.Service), inOrder(a.Control, b.Control))
	})
	return w.section
}

// keepExceptions lists the exceptions, and for each check the one that counts.
func (w *walk) keepExceptions() {
	acceptances := w.Acceptances()
	for i := range w.Requirement.Exceptions {
		ex := &exception{Exception: plainException(w.Requirement.Exceptions[i]), state: unused}
		// By their ids, unless a finding knows better: the requirement may not ask for them.
		ex.serviceName, ex.checkTitle = ex.Service, ex.Control
		w.section.exceptions = append(w.section.exceptions, ex)
		all := acceptances[ex.Service+"/"+ex.Control]
		for _, one := range all {
			if one.Index == i {
				ex.Expires = one.Until // earlier than it says, where its register ends before
			}
		}
		counting, ok := assess.Counting(all, "", "")
		if w.exceptions[ex.Service][ex.Control] == nil || ok && counting.Index == i {
			w.exceptions.put(ex.Service, ex.Control, ex)
		}
	}
}

func plainException(ex assess.Exception) assess.Exception {
	out := assess.Exception{
		ApprovedBy: plaintext.Line(ex.ApprovedBy), Control: ex.Control, Expires: ex.Expires,
		Justification: plaintext.Line(ex.Justification), Service: ex.Service, Ticket: plaintext.Line(ex.Ticket),
		Register: ex.Register,
	}
	for _, c := range ex.CompensatingControls {
		out.CompensatingControls = append(out.CompensatingControls, plaintext.Line(c))
	}
	return out
}

// deciders are the settings that decide a finding.
func (w *walk) deciders(f *finding, from assess.Finding) (list []configuration.Decider, more int) {
	known, more := explain.Deciders(from, f.service.id, f.check.id, w.configuration)
	list = make([]configuration.Decider, 0, len(known))
	for _, d := range known {
		list = append(list, configuration.Decider{
			Address: plaintext.Line(d.Address), Argument: plaintext.Line(d.Argument), File: plaintext.Line(d.File),
			Line: d.Line, Why: plaintext.Line(d.Why),
		})
	}
	return list, more
}

func sortedPlaces(places []configuration.Place) []configuration.Place {
	sorted := slices.Clone(places)
	slices.SortFunc(sorted, func(a, b configuration.Place) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Address, b.Address))
	})
	for i, l := range sorted {
		sorted[i].Address, sorted[i].File = plaintext.Line(l.Address), plaintext.Line(l.File)
		sorted[i].Note = plaintext.Line(l.Note)
	}
	return sorted
}

// walk resolves what the short form of an assessment leaves to its reader.
type walk struct {
	*assess.Assessment
	section    *section
	documents  map[string]*document
	exceptions byCheck[*exception]
	evidence   byCheck[[]assess.Evidence]
	tolerated  byCheck[bool]
	// configuration is nil where places are not known.
	configuration *configuration.Document
}

// checks lists the columns: required controls, groups, controls to be avoided, and the
// end of services where one is a gap.
func (w *walk) checks() []*check {
	var checks []*check
	control := func(k kind, id string) *check {
		return &check{kind: k, id: id, title: cmp.Or(plaintext.Line(w.Controls[id].Title), id)}
	}
	for _, id := range w.Requirement.Controls {
		checks = append(checks, control(kindControl, id))
	}
	for _, rule := range assess.GroupRules() {
		groups := w.Requirement.GroupsOf(rule)
		for _, name := range slices.SortedFunc(maps.Keys(groups), inOrder) {
			group := &check{kind: kind(rule), id: name, title: name}
			if w.Crosswalk != nil {
				if identifier, ok := w.Crosswalk.Identifiers[name]; ok {
					group.identifier, group.title = &identifier, plaintext.Line(identifier.Heading())
				}
			}
			for _, id := range groups[name] {
				member := control(kindMember, id)
				member.basis = plaintext.Line(w.Crosswalk.Basis(name, id))
				group.members = append(group.members, member)
			}
			checks = append(checks, group)
		}
	}
	for _, id := range w.Requirement.Avoid {
		checks = append(checks, control(kindAvoid, id))
	}
	for _, s := range w.Services {
		if !s.Lifecycle.Passes() {
			return append(checks, &check{kind: kindLifecycle, id: catalog.LifecycleID, title: "Not retired"})
		}
	}
	return checks
}

func (w *walk) service(id string, places []configuration.Place) *service {
	findings := w.Services[id]
	s := &service{
		id: id, name: cmp.Or(plaintext.Line(findings.Name), id), cloud: plaintext.Line(findings.Cloud),
		compliant: findings.Compliant,
		lifecycle: findings.Lifecycle, places: places, total: newTally(),
	}
	if l := findings.Lifecycle; l != nil {
		s.lifecycle = &assess.Lifecycle{
			Outcome:   l.Outcome,
			Reason:    l.Reason,
			Retired:   l.Retired,
			RetiredOn: l.RetiredOn,
			Successor: plaintext.Line(l.Successor),
		}
	}
	for _, n := range findings.Notices {
		s.notices = append(s.notices, assess.Notice{
			RetiresOn: n.RetiresOn, Scope: plaintext.Line(n.Scope), Source: plaintext.Line(n.Source),
			Successor: plaintext.Line(n.Successor), URL: plaintext.Line(n.URL),
		})
	}
	s.findings = make([]*finding, len(w.section.checks))
	all := make([]finding, len(w.section.checks)) // at once, since they are many
	for i, c := range w.section.checks {
		f := &all[i]
		f.service, f.check, f.section = s, c, w.section
		switch c.kind {
		case kindGroup, kindEvery:
			g := findings.Groups[c.id]
			f.outcome, f.reason, f.expired = g.Outcome, g.Reason, g.ExceptionExpired
			for _, m := range c.members {
				member := &finding{service: s, check: m, section: w.section}
				w.fill(member, findings, g.Controls[m.id])
				f.members = append(f.members, member)
			}
		case kindLifecycle:
			f.outcome = assess.Satisfied
			if !s.lifecycle.Passes() {
				f.outcome, f.reason = s.lifecycle.Outcome, s.lifecycle.Reason
			}
		case kindControl, kindAvoid, kindMember:
			w.fill(f, findings, findings.Controls[c.id])
		}
		w.except(f)
		f.tolerated = f.isGap() && w.tolerated[id][c.id]
		s.findings[i] = f
		for _, d := range f.documents() {
			d.findings++
		}
		s.total.add(f)
	}
	s.total.Services = 1
	if !s.compliant {
		s.total.Failing = 1
	}
	return s
}

// fill takes over a finding for a control, with the status that its outcome implies.
func (w *walk) fill(f *finding, s assess.ServiceFindings, from assess.Finding) {
	f.outcome, f.reason, f.status = from.Outcome, from.Reason, from.Documented()
	f.planned, f.expired = from.Planned, from.ExceptionExpired
	f.condition = plaintext.Line(from.Condition)
	f.shown, f.met, f.byDefault = from.InForce, from.Met, from.EnabledByDefault
	f.deciders, f.more = w.deciders(f, from)
	for _, source := range w.SettingsBesides(s, from) {
		f.settingsBy = append(f.settingsBy, plaintext.Line(source))
	}
	for _, condition := range w.Requirement.Answered(from, f.check.kind == kindAvoid) {
		f.answered = append(f.answered, plaintext.Line(condition))
	}
	f.evidence = w.evidence[f.service.id][f.check.id]
	if f.reason == assess.Undocumented {
		return
	}
	f.document = w.documents[cmp.Or(from.Document, s.Document)]
}

// except connects a finding with its exception, where that made a difference.
func (w *walk) except(f *finding) {
	ex, ok := w.exceptions[f.service.id][f.check.id]
	if !ok || f.check.kind == kindLifecycle {
		return
	}
	ex.serviceName, ex.checkTitle, ex.finding = f.service.name, f.check.title, f
	switch {
	case f.isExcepted():
		ex.state = inForce
	case f.expired != "":
		ex.state = ended
	default:
		return
	}
	f.exception = &ex.Exception
}
