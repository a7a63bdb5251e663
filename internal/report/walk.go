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
	number     int // from 1
	digest     string
	date       catalog.Date // see newestDate
	checks     []*check
	services   []*service
	exceptions []*exception // by expiry
	total      tally
}

// tally counts findings by outcome; members of groups count as part of their group.
type tally struct {
	explain.Totals
	findings int
	outcomes map[assess.Outcome]int
}

func (t *tally) add(o assess.Outcome) {
	t.findings++
	t.outcomes[o]++
	t.Count(o)
}

func (t *tally) addAll(other tally) {
	t.Add(other.Totals)
	t.findings += other.findings
	for o, n := range other.outcomes {
		t.outcomes[o] += n
	}
}

// listed are the outcomes that a list of all of them has: Configured only where there is one,
// since most requirements do not ask for it.
func (t *tally) listed() []assess.Outcome {
	return slices.DeleteFunc(assess.Outcomes(), func(o assess.Outcome) bool {
		return o == assess.Configured && t.outcomes[o] == 0
	})
}

func newTally() tally { return tally{outcomes: make(map[assess.Outcome]int)} }

// service is one row.
type service struct {
	id, name, cloud string
	compliant       bool
	lifecycle       *assess.Lifecycle
	notices         []assess.Notice
	places          []configuration.Place // in order of file and line
	findings        []*finding            // in the order of section.checks
	total           tally
}

// finding is the outcome of one check of one service.
type finding struct {
	service   *service
	check     *check
	outcome   assess.Outcome
	reason    assess.Reason
	status    catalog.Status // never "" for what is documented
	condition string
	planned   bool
	document  *document // nil for undocumented, groups, and the end of a service
	exception *assess.Exception
	expired   catalog.Date // end of an exception that no longer covers the gap
	evidence  []assess.Evidence
	// answered are the conditions that evidence answers for the finding to be what it is.
	answered []string
	// deciders are the settings that decide, with places where these are known, and more is
	// how many others there are.
	deciders  []configuration.Decider
	more      int
	shown     *assess.InForce // what the settings of the configuration show, where that decides
	met       *assess.InForce // likewise of the condition
	byDefault bool            // on by default, where that decides
	members   []*finding
	section   *section
	tolerated bool // by a ratchet
}

// isGap reports whether the finding fails the requirement.
func (f *finding) isGap() bool { return !f.outcome.Passes() }

// isCertainlyWrong reports whether a setting of the configuration is certainly not as the
// requirement wants it.
func (f *finding) isCertainlyWrong() bool {
	return assess.Finding{Reason: f.reason, InForce: f.shown}.CertainlyWrong()
}

// isExcepted reports whether the finding is a gap that an exception covers.
func (f *finding) isExcepted() bool { return f.outcome.Standing() == assess.Accepted }

// document is a cited document.
type document struct {
	id, title, publisher, url string
	link                      string // url where it is one, else ""
	published                 catalog.Date
	source                    string // of a user's own document
	corrects                  bool
	defaultStatus             catalog.Status
}

// exception is an exception of a requirement with what became of it.
type exception struct {
	assess.Exception
	serviceName, checkTitle string
	state                   string // inForce, ended or unused
	finding                 *finding
}

// The states of an exception.
const (
	inForce = "in force"
	ended   = "ended"
	unused  = "unused"
)

type pair struct{ service, check string }

func newReport(assessments []*assess.Assessment, opts Options) (*report, error) {
	r := &report{opts: opts, total: newTally()}
	seen := map[string]bool{}
	for _, a := range assessments {
		_, digest, err := a.Encode()
		if err != nil {
			return nil, err
		}
		if seen[digest] {
			continue
		}
		seen[digest] = true
		s := newSection(a, opts)
		s.number, s.digest, s.date = len(r.sections)+1, digest, newestDate(a)
		r.sections = append(r.sections, s)
		r.total.addAll(s.total)
		r.date = max(r.date, s.date)
	}
	return r, nil
}

// newestDate is the first day on which the assessment can have come out as it is, by
// the dates of its documents, of exceptions that ended and of services that were
// retired: all that is known of when it was made. "" where nothing in it has a date.
func newestDate(a *assess.Assessment) catalog.Date {
	first, _ := a.Holds()
	return first
}

func newSection(a *assess.Assessment, opts Options) *section {
	w := &walk{
		Assessment: a, documents: make(map[string]*document, len(a.Documents)),
		exceptions: make(map[pair]*exception, len(a.Requirement.Exceptions)), evidence: map[pair][]assess.Evidence{},
		tolerated: map[pair]bool{}, configuration: opts.Configuration,
	}
	w.section = &section{Assessment: a, total: newTally()}
	for id, doc := range a.Documents {
		w.documents[id] = &document{
			id: id, title: plaintext.Line(doc.Title), publisher: plaintext.Line(doc.Publisher),
			url: plaintext.Line(doc.URL), link: linkOrNone(doc.URL), published: doc.Published,
			source: plaintext.Line(doc.Source), corrects: doc.Corrects,
			defaultStatus: doc.DefaultStatus,
		}
	}
	acceptances := a.Acceptances()
	for i := range a.Requirement.Exceptions {
		ex := &exception{Exception: plainException(a.Requirement.Exceptions[i]), state: unused}
		// By their ids, unless a finding knows better: the requirement may not ask for them.
		ex.serviceName, ex.checkTitle = ex.Service, ex.Control
		w.section.exceptions = append(w.section.exceptions, ex)
		all := acceptances[ex.Service+"/"+ex.Control]
		for _, one := range all {
			if one.Index == i {
				ex.Expires = one.Until // earlier than it says, where its register ends before
			}
		}
		key := pair{ex.Service, ex.Control}
		if counting, ok := assess.Counting(all, "", ""); w.exceptions[key] == nil || ok && counting.Index == i {
			w.exceptions[key] = ex
		}
	}
	for _, ev := range a.Requirement.Evidence {
		ev = assess.Evidence{
			ApprovedBy: plaintext.Line(ev.ApprovedBy), Condition: plaintext.Line(ev.Condition), Control: ev.Control,
			Reference: plaintext.Line(ev.Reference), Service: ev.Service, Holds: ev.Holds,
		}
		key := pair{ev.Service, ev.Control}
		w.evidence[key] = append(w.evidence[key], ev)
	}
	w.section.checks = w.checks()
	for _, gap := range a.Tolerated() {
		service, check := assess.CutGap(gap)
		w.tolerated[pair{service, check}] = true
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
	slices.SortStableFunc(w.section.exceptions, func(a, b *exception) int { return cmp.Compare(a.Expires, b.Expires) })
	return w.section
}

func plainException(ex assess.Exception) assess.Exception {
	out := assess.Exception{
		ApprovedBy: plaintext.Line(ex.ApprovedBy), Control: ex.Control, Expires: ex.Expires,
		Justification: plaintext.Line(ex.Justification), Service: ex.Service, Ticket: plaintext.Line(ex.Ticket),
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
	exceptions map[pair]*exception
	evidence   map[pair][]assess.Evidence
	tolerated  map[pair]bool
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
	for _, name := range slices.Sorted(maps.Keys(w.Requirement.AnyOf)) {
		group := &check{kind: kindGroup, id: name, title: name}
		if w.Crosswalk != nil {
			if identifier, ok := w.Crosswalk.Identifiers[name]; ok {
				group.identifier, group.title = &identifier, plaintext.Line(identifier.Heading())
			}
		}
		for _, id := range w.Requirement.AnyOf[name] {
			member := control(kindMember, id)
			member.basis = plaintext.Line(w.Crosswalk.Basis(name, id))
			group.members = append(group.members, member)
		}
		checks = append(checks, group)
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
	s.findings = make([]*finding, 0, len(w.section.checks))
	for _, c := range w.section.checks {
		f := &finding{service: s, check: c, section: w.section}
		switch c.kind {
		case kindGroup:
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
		f.tolerated = f.isGap() && w.tolerated[pair{id, c.id}]
		s.findings = append(s.findings, f)
		s.total.add(f.outcome)
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
	for _, condition := range w.Requirement.Answered(from, f.check.kind == kindAvoid) {
		f.answered = append(f.answered, plaintext.Line(condition))
	}
	f.evidence = w.evidence[pair{f.service.id, f.check.id}]
	if f.reason == assess.Undocumented {
		return
	}
	f.document = w.documents[cmp.Or(from.Document, s.Document)]
}

// except connects a finding with its exception, where that made a difference.
func (w *walk) except(f *finding) {
	ex, ok := w.exceptions[pair{f.service.id, f.check.id}]
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

// documents lists the documents behind a finding: its own, or those of its members.
func (f *finding) documents() []*document {
	if f.document != nil {
		return []*document{f.document}
	}
	var docs []*document
	for _, m := range f.members {
		if m.document != nil && !slices.Contains(docs, m.document) {
			docs = append(docs, m.document)
		}
	}
	return docs
}

// answers lists the evidence that the finding rests on.
func (f *finding) answers() []assess.Evidence {
	var out []assess.Evidence
	for _, m := range f.members {
		out = append(out, m.answers()...)
	}
	for _, ev := range f.evidence {
		if slices.Contains(f.answered, ev.Condition) {
			out = append(out, ev)
		}
	}
	return out
}

// decided lists the findings, itself or its members, that settings of the configuration decide.
func (f *finding) decided() []*finding {
	var out []*finding
	for _, m := range append([]*finding{f}, f.members...) {
		if len(m.deciders) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// occurrences tells findings of several assessments apart that are about the same check
// of the same service, so that ids made of these stay unique, and the same from run to run.
type occurrences map[string]int

// key returns a stable key of a finding: the same after any change of lines, documents
// or outcomes.
func (o occurrences) key(f *finding) (key string, n int) {
	key = string(f.check.kind) + "\x00" + f.service.id + "\x00" + f.check.id
	o[key]++
	return key, o[key]
}
