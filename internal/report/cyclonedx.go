package report

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// FormatCycloneDX is a document of declarations.
const FormatCycloneDX = "cyclonedx"

type cdxBOM struct {
	Schema       string          `json:"$schema"`
	Format       string          `json:"bomFormat"`
	SpecVersion  string          `json:"specVersion"`
	Serial       string          `json:"serialNumber"`
	Version      int             `json:"version"`
	Metadata     cdxMetadata     `json:"metadata"`
	Declarations cdxDeclarations `json:"declarations"`
	Definitions  cdxDefinitions  `json:"definitions"`
}

type cdxMetadata struct {
	Timestamp  string         `json:"timestamp"`
	Authors    []cdxNamedOnly `json:"authors,omitempty"`
	Properties []cdxProperty  `json:"properties"`
}

type cdxProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cdxDeclarations struct {
	Assessors    []cdxAssessor    `json:"assessors"`
	Attestations []cdxAttestation `json:"attestations"`
	Claims       []cdxClaim       `json:"claims"`
	Evidence     []cdxEvidence    `json:"evidence"`
	Targets      cdxTargets       `json:"targets"`
}

type cdxAssessor struct {
	Ref          string          `json:"bom-ref"`
	ThirdParty   bool            `json:"thirdParty"`
	Organization cdxOrganization `json:"organization"`
}

type cdxOrganization struct {
	Name string   `json:"name"`
	URL  []string `json:"url"`
}

type cdxAttestation struct {
	Summary  string   `json:"summary"`
	Assessor string   `json:"assessor"`
	Map      []cdxMap `json:"map"`
}

type cdxMap struct {
	Requirement   string         `json:"requirement"`
	Claims        []string       `json:"claims,omitempty"`
	CounterClaims []string       `json:"counterClaims,omitempty"`
	Conformance   cdxConformance `json:"conformance"`
}

type cdxConformance struct {
	// Score is nil where nothing is measured: a control supports an identifier, and does not
	// meet it.
	Score     *float64 `json:"score,omitempty"`
	Rationale string   `json:"rationale"`
	// Mitigations are the exceptions in force.
	Mitigations []string `json:"mitigationStrategies,omitempty"`
}

type cdxClaim struct {
	Ref         string   `json:"bom-ref"`
	Target      string   `json:"target"`
	Predicate   string   `json:"predicate"`
	Mitigations []string `json:"mitigationStrategies,omitempty"`
	Reasoning   string   `json:"reasoning,omitempty"`
	Evidence    []string `json:"evidence,omitempty"`
}

type cdxEvidence struct {
	Ref          string        `json:"bom-ref"`
	PropertyName string        `json:"propertyName,omitempty"`
	Description  string        `json:"description"`
	Data         []cdxData     `json:"data,omitempty"`
	Created      string        `json:"created,omitempty"`
	Expires      string        `json:"expires,omitempty"`
	Author       *cdxNamedOnly `json:"author,omitempty"`
}

type cdxData struct {
	Name     string      `json:"name"`
	Contents cdxContents `json:"contents"`
}

type cdxContents struct {
	URL string `json:"url"`
}

type cdxNamedOnly struct {
	Name string `json:"name"`
}

type cdxTargets struct {
	Services []cdxService `json:"services"`
}

type cdxService struct {
	Ref        string        `json:"bom-ref"`
	Provider   cdxNamedOnly  `json:"provider"`
	Name       string        `json:"name"`
	Properties []cdxProperty `json:"properties"`
}

type cdxDefinitions struct {
	Standards []cdxStandard `json:"standards"`
}

type cdxStandard struct {
	Ref          string           `json:"bom-ref"`
	Name         string           `json:"name"`
	Version      string           `json:"version"`
	Description  string           `json:"description"`
	Requirements []cdxRequirement `json:"requirements"`
}

type cdxRequirement struct {
	Ref        string `json:"bom-ref"`
	Identifier string `json:"identifier"`
	Title      string `json:"title"`
	Text       string `json:"text"`
}

// writeCycloneDX writes a CycloneDX 1.6 document of declarations: each requirement is a
// standard, each finding a claim about a service, or a counter claim where it is a gap
// or an accepted one; that a control does not apply is a claim that is mapped to no
// requirement. Documents, evidence and exceptions are evidence, and exceptions expire.
func writeCycloneDX(r *report) (string, error) {
	w := &cdxWriter{services: map[string]bool{}, evidence: map[string]bool{}, documents: map[*document]string{}}
	w.bom = cdxBOM{
		Schema:      "http://cyclonedx.org/schema/bom-1.6.schema.json",
		Format:      "CycloneDX",
		SpecVersion: "1.6",
		Serial:      "urn:uuid:" + stableid.UUID("cyclonedx", r.digest()),
		Version:     1,
		Metadata: cdxMetadata{
			Timestamp:  oscaldoc.Moment(r.date),
			Properties: []cdxProperty{{"security-controls:verdict", r.total.Verdict()}},
		},
		Declarations: cdxDeclarations{
			Assessors: []cdxAssessor{{"assessor", false, cdxOrganization{"terraform-provider-controls", []string{projectURL}}}},
			Claims:    []cdxClaim{}, Evidence: []cdxEvidence{}, Targets: cdxTargets{[]cdxService{}},
		},
	}
	for _, fact := range r.identity() {
		w.bom.Metadata.Properties = append(w.bom.Metadata.Properties, cdxProperty{"security-controls:" + fact.key, fact.value})
		if fact.key == "author" {
			w.bom.Metadata.Authors = []cdxNamedOnly{{fact.value}}
		}
	}
	for _, section := range r.sections {
		w.section(section)
	}
	return encodeJSON(w.bom)
}

type cdxWriter struct {
	bom       cdxBOM
	services  map[string]bool // by ref
	evidence  map[string]bool // by ref
	documents map[*document]string
}

func (w *cdxWriter) section(section *section) {
	w.bom.Metadata.Properties = append(w.bom.Metadata.Properties, cdxProperty{"security-controls:assessment", section.digest})
	for _, part := range section.notLookedAt() {
		w.bom.Metadata.Properties = append(
			w.bom.Metadata.Properties,
			cdxProperty{"security-controls:not-looked-at:" + part.key, part.value()},
		)
	}
	for _, part := range section.extent() {
		w.bom.Metadata.Properties = append(w.bom.Metadata.Properties, cdxProperty{"security-controls:" + part.key, part.text()})
	}
	prefix := fmt.Sprintf("r%d/", section.number)
	standard := cdxStandard{
		Ref: prefix + "requirement", Name: "Required security controls", Version: section.digest,
		Description: "What a configuration requires of the services that it chooses.", Requirements: []cdxRequirement{},
	}
	attestation := cdxAttestation{
		Summary: section.total.Verdict(), Assessor: "assessor",
		Map: make([]cdxMap, len(section.checks)),
	}
	for i, c := range section.checks {
		ref := prefix + ruleID(c)
		standard.Requirements = append(standard.Requirements, cdxRequirement{ref, ruleID(c), c.title, c.ask() + c.bases()})
		attestation.Map[i].Requirement = ref
	}
	for _, s := range section.services {
		if ref := "service/" + s.id; !w.services[ref] {
			w.services[ref] = true
			w.bom.Declarations.Targets.Services = append(w.bom.Declarations.Targets.Services, cdxService{
				Ref: ref, Provider: cdxNamedOnly{s.cloud}, Name: s.name, Properties: cdxProperties(s),
			})
		}
		for i, f := range s.findings {
			ref := prefix + s.id + "/" + ruleID(f.check)
			w.claim(ref, f)
			m := &attestation.Map[i]
			switch standing := f.outcome.Standing(); {
			case f.outcome == assess.NotApplicable:
			case standing == assess.Fails:
				m.CounterClaims = append(m.CounterClaims, ref)
			case standing == assess.Accepted:
				m.CounterClaims = append(m.CounterClaims, ref)
				m.Conformance.Mitigations = append(m.Conformance.Mitigations, exceptionRef(f))
			case standing == assess.Holds:
				m.Claims = append(m.Claims, ref)
			}
		}
	}
	for i := range attestation.Map {
		attestation.Map[i].conform(section, i)
	}
	w.bom.Declarations.Attestations = append(w.bom.Declarations.Attestations, attestation)
	w.bom.Definitions.Standards = append(w.bom.Definitions.Standards, standard)
}

// conform says how far the check of a number is met. What supports an identifier is no measure of
// how far that is met, and neither is what somebody says of a service or accepts, so there is no
// score of these.
func (m *cdxMap) conform(s *section, check int) {
	claims, all := len(m.Claims), len(m.Claims)+len(m.CounterClaims)
	evidenced := 0
	for _, row := range s.services {
		if row.findings[check].outcome == assess.Evidenced {
			evidenced++
		}
	}
	met := "Met by"
	switch {
	case s.checks[check].isGroup():
		met = "No score, since a control supports and does not meet what it is mapped to. Supported by the documents of"
	case evidenced > 0:
		met = fmt.Sprintf(
			"No score, since what passes rests for %d on evidence, whose reference was not opened. Met by", evidenced)
	case len(m.Conformance.Mitigations) > 0:
		met = "No score, since what passes rests on an exception. Met by"
	case all > 0:
		score := float64(claims) / float64(all)
		m.Conformance.Score = &score
	}
	m.Conformance.Rationale = fmt.Sprintf("%s %d of %s; accepted as an exception for %d; not applicable to %d.", met, claims,
		words.Count(len(s.services), "service"), len(m.Conformance.Mitigations), len(s.services)-all)
}

// cdxProperties are what chose a service, and which parts of it are to be retired.
func cdxProperties(s *service) []cdxProperty {
	properties := []cdxProperty{}
	for _, l := range s.places {
		properties = append(properties, cdxProperty{"security-controls:location", position(l) + " " + chooser(l)})
	}
	for _, n := range s.notices {
		properties = append(properties, cdxProperty{"security-controls:to-be-retired", explain.Notice(n)})
	}
	return properties
}

func (w *cdxWriter) claim(ref string, f *finding) {
	claim := cdxClaim{
		Ref: ref, Target: "service/" + f.service.id, Predicate: f.check.ask(), Reasoning: f.explain() + f.endedNote(),
	}
	switch {
	case f.isGap() || f.isExcepted():
		claim.Predicate = f.headline() + "."
	case f.outcome == assess.NotApplicable:
		claim.Predicate = f.check.own() + " does not apply to " + f.service.name + "."
	}
	for _, d := range f.documents() {
		claim.Evidence = append(claim.Evidence, w.document(f.section, d))
	}
	for _, m := range f.decided() {
		claim.Evidence = append(claim.Evidence, w.add(
			fmt.Sprintf("r%d/settings/%s/%s", f.section.number, f.service.id, m.check.id),
			cdxEvidence{PropertyName: "settings", Description: words.UpperFirst(m.clause()) + "."},
		))
	}
	for _, ev := range f.answers() {
		claim.Evidence = append(
			claim.Evidence,
			w.add(
				fmt.Sprintf(
					"r%d/evidence/%s/%s/%s",
					f.section.number, ev.Service, ev.Control, stableid.Short(ev.Condition+"\x00"+ev.Reference),
				),
				cdxEvidence{
					PropertyName: "condition",
					Description: words.Sprintf("%s, which is to answer the condition %q. %s Written: %s.",
						ev.Reference, ev.Condition, notOpened, f.section.written(ev.Register)),
					Data: cdxLink("Evidence", ev.Reference), Author: named(ev.ApprovedBy),
				},
			),
		)
	}
	if ex := f.exception; ex != nil && f.isExcepted() { // one that has ended mitigates nothing
		description := ex.Justification
		for _, c := range ex.CompensatingControls {
			description += "; compensated by " + c
		}
		if ex.Ticket != "" {
			description += "; ticket " + ex.Ticket
		}
		description += "; written: " + f.section.origin(ex)
		claim.Mitigations = []string{w.add(exceptionRef(f), cdxEvidence{
			PropertyName: "exception",
			Description:  description,
			Data:         cdxLink("Ticket", ex.Ticket),
			Expires:      endOf(ex.Expires),
			Author:       named(ex.ApprovedBy),
		})}
	}
	w.bom.Declarations.Claims = append(w.bom.Declarations.Claims, claim)
}

func (w *cdxWriter) document(section *section, d *document) string {
	if ref, ok := w.documents[d]; ok {
		return ref
	}
	ref := fmt.Sprintf("r%d/document/%s", section.number, d.id)
	w.documents[d] = ref
	return w.add(
		ref,
		cdxEvidence{
			Description: d.cite(),
			Data:        cdxLink(d.title, d.link),
			Created:     oscaldoc.Moment(d.published),
			Author:      named(d.publisher),
		},
	)
}

func exceptionRef(f *finding) string {
	return fmt.Sprintf("r%d/exception/%s/%s", f.section.number, f.service.id, f.check.id)
}

// add returns the reference to a piece of evidence, which it adds when it is new.
func (w *cdxWriter) add(ref string, e cdxEvidence) string {
	if !w.evidence[ref] {
		w.evidence[ref] = true
		e.Ref = ref
		w.bom.Declarations.Evidence = append(w.bom.Declarations.Evidence, e)
	}
	return ref
}

func cdxLink(name, address string) []cdxData {
	if !weblink.Valid(address) {
		return nil
	}
	return []cdxData{{name, cdxContents{address}}}
}

func named(name string) *cdxNamedOnly {
	if name == "" {
		return nil
	}
	return &cdxNamedOnly{name}
}
