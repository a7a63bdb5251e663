package report

import (
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// FormatOSCALResults is an OSCAL assessment-results document.
const FormatOSCALResults = "oscal-assessment-results"

type oscalResultsFile struct {
	Results oscalResults `json:"assessment-results"`
}

type oscalResults struct {
	UUID       string              `json:"uuid"`
	Metadata   oscaldoc.Metadata   `json:"metadata"`
	ImportAP   oscaldoc.Link       `json:"import-ap"`
	Results    []oscalResult       `json:"results"`
	BackMatter oscaldoc.BackMatter `json:"back-matter"`
}

type oscalResult struct {
	UUID         string                 `json:"uuid"`
	Title        string                 `json:"title"`
	Description  string                 `json:"description"`
	Start        string                 `json:"start"`
	Props        []oscaldoc.Prop        `json:"props"`
	Local        *oscalLocalDefinitions `json:"local-definitions,omitempty"`
	Reviewed     oscalReviewed          `json:"reviewed-controls"`
	Observations []oscalObservation     `json:"observations,omitempty"`
	Risks        []oscalRisk            `json:"risks,omitempty"`
	Findings     []oscalFinding         `json:"findings,omitempty"`
}

type oscalLocalDefinitions struct {
	Components []oscalComponent `json:"components"`
}

type oscalReviewed struct {
	Selections []oscalSelection `json:"control-selections"`
}

type oscalSelection struct {
	Description string            `json:"description"`
	Props       []oscaldoc.Prop   `json:"props,omitempty"`
	Links       []oscaldoc.Link   `json:"links,omitempty"`
	Controls    []oscalControlRef `json:"include-controls"`
	Excluded    []oscalControlRef `json:"exclude-controls,omitempty"`
}

type oscalControlRef struct {
	ID string `json:"control-id"`
}

type oscalFinding struct {
	UUID         string             `json:"uuid"`
	Title        string             `json:"title"`
	Description  string             `json:"description"`
	Props        []oscaldoc.Prop    `json:"props,omitempty"`
	Links        []oscaldoc.Link    `json:"links,omitempty"`
	Target       oscalTarget        `json:"target"`
	Observations []oscalRelatedObs  `json:"related-observations,omitempty"`
	Risks        []oscalRelatedRisk `json:"related-risks,omitempty"`
}

type oscalTarget struct {
	Type   string          `json:"type"`
	ID     string          `json:"target-id"`
	Title  string          `json:"title"`
	Status oscalState      `json:"status"`
	Props  []oscaldoc.Prop `json:"props,omitempty"`
}

// writeOSCALResults writes an OSCAL assessment-results document: a result for each
// assessment; in it a finding for each check of each service, an observation for each
// document that was examined about a service and for each piece of evidence, and a risk
// for each gap, accepted ones included.
func writeOSCALResults(r *report) (string, error) {
	plan, err := requirementResources(r)
	if err != nil {
		return "", err
	}
	doc := oscalResults{
		UUID:       stableid.UUID("assessment-results", r.opts.oscalVersion(), r.digest()),
		Metadata:   r.metadata("Security controls: " + r.total.Verdict()),
		ImportAP:   oscaldoc.Link{Href: "#" + plan[0].UUID},
		BackMatter: oscaldoc.BackMatter{Resources: plan},
	}
	for _, section := range r.sections {
		doc.BackMatter.Resources = append(doc.BackMatter.Resources, identifierResources(section)...)
	}
	doc.BackMatter.Resources = append(doc.BackMatter.Resources, r.profileResources()...)
	w := &oscalWriter{report: r, seen: occurrences{}, observed: map[observationKey]string{}}
	for _, section := range r.sections {
		doc.Results = append(doc.Results, w.result(section))
	}
	return encodeJSON(oscalResultsFile{doc})
}

// requirementResources stand for the assessment plan, which OSCAL wants to be referred
// to: the requirements, as they are in the assessments.
func requirementResources(r *report) ([]oscaldoc.Resource, error) {
	var resources []oscaldoc.Resource
	for _, section := range r.sections {
		text, err := canonicaljson.Marshal(section.Requirement)
		if err != nil {
			return nil, err
		}
		resources = append(resources, oscaldoc.Resource{
			UUID:  stableid.UUID("requirement", section.digest),
			Title: fmt.Sprintf("Requirement %d", section.number),
			Description: "The services and controls that were declared, with exceptions and evidence, as canonical JSON " +
				"(RFC 8785).",
			Props: section.approvalProps([]oscaldoc.Prop{
				oscaldoc.NewProp("assessment-digest", section.digest),
				oscaldoc.NewProp("catalog-digest", section.Catalog.Digest),
			}),
			Base64: &oscaldoc.Base64{
				Filename: fmt.Sprintf("requirement-%d.json", section.number), MediaType: "application/json",
				Value: base64.StdEncoding.EncodeToString(text),
			},
		})
	}
	return resources, nil
}

// approvalProps adds which exceptions count, and the registers whose entries the findings rest on.
func (s *section) approvalProps(props []oscaldoc.Prop) []oscaldoc.Prop {
	props = oscaldoc.AppendProp(props, "exception-policy", s.policy())
	for _, register := range s.registers() {
		props = append(props, oscaldoc.NewProp("register", register))
	}
	return props
}

// oscalWriter collects what findings refer to.
type oscalWriter struct {
	*report
	seen         occurrences
	observed     map[observationKey]string // uuids
	observations []oscalObservation
	risks        []oscalRisk
}

func (w *oscalWriter) result(section *section) oscalResult {
	result := oscalResult{
		UUID:  stableid.UUID("result", section.digest),
		Title: fmt.Sprintf("Requirement %d: %s", section.number, section.total.Verdict()),
		Description: "What vendors document about the services that were chosen, held against the controls that are " +
			"required of them.",
		Start: w.moment(section),
		Props: []oscaldoc.Prop{
			oscaldoc.NewProp("assessment-digest", section.digest), oscaldoc.NewProp("catalog-digest", section.Catalog.Digest),
			oscaldoc.NewProp("compliant", fmt.Sprint(section.Compliant)),
			oscaldoc.NewProp("enforcement", section.Requirement.Enforcement),
		},
	}
	selection := oscalSelection{Description: "The controls that the requirement names."}
	for _, c := range section.checks {
		ids := []*check{c}
		if c.isGroup() {
			ids = c.members
		}
		for _, m := range ids {
			if ref := (oscalControlRef{oscaldoc.Token(m.id)}); m.kind != kindLifecycle && !slices.Contains(selection.Controls,
				ref) {
				selection.Controls = append(selection.Controls, ref)
			}
		}
	}
	result.Reviewed.Selections = []oscalSelection{selection}
	if reviewed, ok := section.reviewed(); ok {
		result.Reviewed.Selections = append(result.Reviewed.Selections, reviewed)
	}
	w.observations, w.risks = nil, nil
	for _, s := range section.services {
		if result.Local == nil {
			result.Local = &oscalLocalDefinitions{}
		}
		result.Local.Components = append(result.Local.Components, s.component())
		for _, f := range s.findings {
			if f.outcome == assess.NotApplicable {
				w.notApplicable(f)
				continue
			}
			result.Findings = append(result.Findings, w.finding(f))
		}
	}
	result.Observations, result.Risks = w.observations, w.risks
	return result
}

func (w *oscalWriter) finding(f *finding) oscalFinding {
	key, n := w.seen.key(f)
	nth := fmt.Sprint(n)
	out := oscalFinding{
		UUID:        stableid.UUID("finding", key, nth),
		Title:       commonmark.Paragraph(f.service.name + ": " + f.check.name()),
		Description: commonmark.Paragraph(f.explain()),
		Target: oscalTarget{
			Type:   "objective-id",
			ID:     f.check.objective(),
			Title:  commonmark.Paragraph(f.check.own()), // not the identifier: the target has a status
			Status: oscalStateOf(f.outcome),
		},
		Props: f.props(),
	}
	out.Observations = w.observe(f)
	if f.check.identifier != nil {
		out.Links = f.identifierLinks()
		out.Observations = append(out.Observations, w.supports(f))
	}
	if f.isGap() || f.isExcepted() {
		risk := w.risk(f, key, nth, out.Observations)
		w.risks = append(w.risks, risk)
		out.Risks = []oscalRelatedRisk{{risk.UUID}}
	}
	return out
}

// notApplicable says that something does not apply to a service: an observation and no finding,
// whose target would have to be satisfied or not, and neither is so.
func (w *oscalWriter) notApplicable(f *finding) {
	// Counted also where there is no finding, so that an id stays the finding's own.
	w.seen.key(f)
	w.observe(f)
	o, _ := w.observation(f, "not-applicable", f.check.key())
	o.Title, o.Types = commonmark.Paragraph(f.service.name+": "+f.check.name()+": not applicable"), []string{"control-objective"}
	o.Description = commonmark.Paragraph(f.explain())
	o.Props = f.propsWithCheck()
	for _, d := range f.documents() {
		o.Evidence = append(o.Evidence, d.evidence())
	}
	w.observations = append(w.observations, o)
}

// props say of which service a finding is, and what became of it.
func (f *finding) props() []oscaldoc.Prop {
	return oscaldoc.AppendProp(
		[]oscaldoc.Prop{oscaldoc.NewProp("outcome", f.result()), oscaldoc.NewProp("service", f.service.id)},
		"reason", string(f.reason),
	)
}

// propsWithCheck say also what was asked, where no target says it.
func (f *finding) propsWithCheck() []oscaldoc.Prop {
	return append(f.props(), oscaldoc.NewProp("control", f.check.id), oscaldoc.NewProp("kind", string(f.check.kind)))
}

// oscalStateOf is the state of an objective.
func oscalStateOf(o assess.Outcome) oscalState {
	switch o {
	case assess.Excepted:
		// Accepted is not satisfied; the risk says that it is accepted, and until when.
		return oscalState{State: "not-satisfied", Reason: "other", Remarks: "A gap that an exception accepts."}
	case assess.Evidenced:
		return oscalState{State: "satisfied", Reason: "other", Remarks: "By reference to evidence. " + notOpened}
	case assess.Satisfied, assess.Configured:
		return oscalState{State: "satisfied", Reason: "pass"}
	case assess.NotApplicable, assess.Gap:
		return oscalState{State: "not-satisfied", Reason: "fail"} // of what is not applicable there is none
	}
	return oscalState{State: "not-satisfied", Reason: "fail"} // an outcome that is not known does not pass
}

// observe returns the observations behind a finding, one per document and service and
// one per piece of evidence, and adds those that are new.
func (w *oscalWriter) observe(f *finding) []oscalRelatedObs {
	var related []oscalRelatedObs
	for _, d := range f.documents() {
		o, isNew := w.observation(f, "document", d.id)
		related = append(related, oscalRelatedObs{o.UUID})
		if !isNew {
			continue
		}
		o.Title, o.Types = commonmark.Paragraph(d.title), []string{"finding"}
		o.Description = commonmark.Paragraph(fmt.Sprintf("What %s says about %s.", d.cite(), f.service.name))
		o.Evidence = []oscalEvidence{d.evidence()}
		w.observations = append(w.observations, o)
	}
	for _, m := range f.decided() {
		o, isNew := w.observation(f, "settings", m.check.id)
		related = append(related, oscalRelatedObs{o.UUID})
		if isNew {
			w.observations = append(w.observations, m.settings(o))
		}
	}
	for _, ev := range f.answers() {
		o, isNew := w.observation(f, "evidence", ev.Control+"\x00"+ev.Condition)
		related = append(related, oscalRelatedObs{o.UUID})
		if !isNew {
			continue
		}
		o.Title, o.Types = commonmark.Paragraph("Evidence for "+f.check.title), []string{"control-objective"}
		o.Description = commonmark.Paragraph(words.Sprintf("%s is referred to as what shows that the condition %q is met. %s",
			ev.Reference, ev.Condition, notOpened))
		o.Evidence = []oscalEvidence{
			{
				Href: linkOrNone(ev.Reference), Description: commonmark.Paragraph(ev.Reference),
				Props: oscaldoc.AppendProp([]oscaldoc.Prop{
					oscaldoc.NewProp("condition", ev.Condition), oscaldoc.NewProp("written", f.section.written(ev.Register)),
				}, "approved-by", ev.ApprovedBy),
			},
		}
		w.observations = append(w.observations, o)
	}
	return related
}

// evidence is the document as what an observation rests on.
func (d *document) evidence() oscalEvidence {
	return oscalEvidence{Href: d.link, Description: commonmark.Paragraph(d.cite()), Props: oscaldoc.AppendProp([]oscaldoc.Prop{
		oscaldoc.NewProp("document", d.id), oscaldoc.NewProp("published", string(d.published)),
	}, "publisher", d.publisher)}
}

// observationKey identifies an observation.
type observationKey struct{ assessment, service, what, name string }

// settings fills in the observation of what the configuration switches on or off.
func (f *finding) settings(o oscalObservation) oscalObservation {
	o.Title, o.Types = commonmark.Paragraph("Settings for "+f.check.title), []string{"control-objective"}
	o.Description = commonmark.Paragraph(words.UpperFirst(f.clause()) + ".")
	for _, d := range f.deciders {
		props := oscaldoc.AppendProp([]oscaldoc.Prop{oscaldoc.NewProp("address", d.Address)}, "argument", d.Argument)
		if d.File != "" {
			props = append(props, oscaldoc.NewProp("location", position(configuration.Place{File: d.File, Line: d.Line})))
		}
		o.Evidence = append(o.Evidence, oscalEvidence{Description: commonmark.Paragraph(explain.Decider(d)), Props: props})
	}
	return o
}

// observation begins an observation, and says whether there was none of it yet.
func (w *oscalWriter) observation(f *finding, what, name string) (o oscalObservation, isNew bool) {
	key := observationKey{f.section.digest, f.service.id, what, name}
	if id, ok := w.observed[key]; ok {
		return oscalObservation{UUID: id}, false
	}
	o = oscalObservation{
		UUID: stableid.UUID("observation", key.assessment, key.service, key.what, key.name), Methods: []string{"EXAMINE"},
		Subjects: []oscalSubject{{f.service.uuid(), "component"}}, Collected: w.moment(f.section),
	}
	w.observed[key] = o.UUID
	return o, true
}

// risk describes what a gap means, and what was decided about it.
func (w *oscalWriter) risk(f *finding, key, nth string, related []oscalRelatedObs) oscalRisk {
	risk := oscalRisk{
		UUID:         stableid.UUID("risk", key, nth),
		Title:        commonmark.Paragraph(f.headline()),
		Description:  commonmark.Paragraph(f.explain() + f.endedNote()),
		Status:       "open",
		Observations: related,
		Statement:    commonmark.Paragraph(f.headline() + ", which the requirement does not accept without an exception."),
	}
	ex := f.exception
	if ex == nil {
		return risk
	}
	if !f.isExcepted() { // one that has ended mitigates nothing, and nobody approves of the gap
		risk.Props = oscaldoc.AppendProp(risk.Props, "exception-ended", string(ex.Expires))
		risk.Props = oscaldoc.AppendProp(risk.Props, "ticket", ex.Ticket)
		risk.Props = append(risk.Props, oscaldoc.NewProp("written", f.section.origin(ex)))
		return risk
	}
	risk.Status, risk.Deadline = "deviation-approved", endOf(ex.Expires)
	risk.Props = oscaldoc.AppendProp(oscaldoc.AppendProp(risk.Props, "approved-by", ex.ApprovedBy), "ticket", ex.Ticket)
	risk.Props = append(risk.Props, oscaldoc.NewProp("written", f.section.origin(ex)))
	risk.Mitigations = append(
		risk.Mitigations,
		oscalMitigatingFactor{stableid.UUID("justification", key, nth), commonmark.Paragraph(ex.Justification)},
	)
	for _, c := range ex.CompensatingControls {
		risk.Mitigations = append(
			risk.Mitigations,
			oscalMitigatingFactor{stableid.UUID("compensating", key, nth, c), commonmark.Paragraph(c)},
		)
	}
	return risk
}
