package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

// What OSCAL documents share.

type oscalComponent struct {
	UUID        string          `json:"uuid"`
	Type        string          `json:"type"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Props       []oscaldoc.Prop `json:"props,omitempty"`
	Status      oscalState      `json:"status"`
}

type oscalState struct {
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`

	Remarks string `json:"remarks,omitempty"`
}

type oscalObservation struct {
	UUID        string          `json:"uuid"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description"`
	Props       []oscaldoc.Prop `json:"props,omitempty"`
	Methods     []string        `json:"methods"`
	Types       []string        `json:"types"`
	Subjects    []oscalSubject  `json:"subjects"`
	Evidence    []oscalEvidence `json:"relevant-evidence,omitempty"`
	Collected   string          `json:"collected"`
}

type oscalSubject struct {
	UUID string `json:"subject-uuid"`
	Type string `json:"type"`
}

type oscalEvidence struct {
	Href        string          `json:"href,omitempty"`
	Description string          `json:"description"`
	Props       []oscaldoc.Prop `json:"props,omitempty"`
}

type oscalRisk struct {
	UUID         string                  `json:"uuid"`
	Title        string                  `json:"title"`
	Description  string                  `json:"description"`
	Statement    string                  `json:"statement"`
	Props        []oscaldoc.Prop         `json:"props,omitempty"`
	Status       string                  `json:"status"`
	Mitigations  []oscalMitigatingFactor `json:"mitigating-factors,omitempty"`
	Deadline     string                  `json:"deadline,omitempty"`
	Observations []oscalRelatedObs       `json:"related-observations,omitempty"`
}

type oscalMitigatingFactor struct {
	UUID        string `json:"uuid"`
	Description string `json:"description"`
}

type oscalRelatedObs struct {
	UUID string `json:"observation-uuid"`
}

type oscalRelatedRisk struct {
	UUID string `json:"risk-uuid"`
}

// metadata describes a document about assessments.
func (r *report) metadata(title string) oscaldoc.Metadata {
	if r.opts.Title != "" {
		title = r.title() + ": " + r.total.Verdict()
	}
	m := oscaldoc.Metadata{
		Title:        title,
		LastModified: oscaldoc.Moment(r.date),
		OSCALVersion: r.opts.oscalVersion(),
		// The version follows from the content, as do the ids.
		Version: strings.TrimPrefix(r.digest(), "sha256:")[:12],
		Remarks: "Every time in this document is the newest date among its inputs (documents, ended exceptions, retired " +
			"services): the same inputs give the same document.",
	}
	if r.opts.Date != "" {
		m.Remarks = "The document is of the day that it was given, and so is what it observed. What it rests on may be older: " +
			"every document that was examined has its own date."
	}
	for _, fact := range r.identity() {
		if fact.key != "title" && fact.key != "date" { // they have fields of their own
			m.Props = append(m.Props, oscaldoc.NewProp(fact.key, fact.value))
		}
	}
	if author := plaintext.Line(r.opts.Author); author != "" {
		party := oscaldoc.Party{UUID: stableid.UUID("party", author), Type: "person", Name: author}
		m.Roles = []oscaldoc.Role{{ID: "prepared-by", Title: "Prepared by"}}
		m.Parties = []oscaldoc.Party{party}
		m.ResponsibleParties = []oscaldoc.ResponsibleParty{{RoleID: "prepared-by", PartyUUIDs: []string{party.UUID}}}
	}
	for _, section := range r.sections {
		m.Props = append(m.Props, oscaldoc.NewProp("assessment-digest", section.digest))
		for _, part := range section.notLookedAt() {
			m.Props = oscaldoc.AppendProp(m.Props, "not-looked-at-"+part.key, part.value())
		}
		m.Props = oscaldoc.AppendProp(m.Props, "scope", section.scopeNote())
	}
	for _, section := range r.sections {
		if link := section.profileLink(); link.Href != "" && !slices.Contains(m.Links, link) {
			m.Links = append(m.Links, link)
		}
	}
	if r.opts.RepositoryURI != "" {
		m.Links = append(m.Links, oscaldoc.Link{
			Href: r.opts.RepositoryURI, Rel: "source", Text: plaintext.Line(r.opts.Revision),
		})
	}
	return m
}

// moment is when an assessment was made, as far as that is known: on the day of the report, or else
// not before the newest date among its inputs.
func (r *report) moment(s *section) string {
	if r.opts.Date != "" {
		return oscaldoc.Moment(r.opts.Date)
	}
	return oscaldoc.Moment(s.holdsFrom)
}

// endOf is the last second of a date, up to which an exception covers its gap.
func endOf(d catalog.Date) string { return string(d) + "T23:59:59Z" }

// digest identifies all that the report is about.
func (r *report) digest() string {
	digests := make([]string, len(r.sections))
	for i, section := range r.sections {
		digests[i] = section.digest
	}
	return canonicaljson.Digest([]byte(strings.Join(digests, "\n")))
}

// objective is the id that a finding of a check has as its target.
func (c *check) objective() string {
	if c.kind == kindControl {
		return oscaldoc.Token(c.id)
	}
	return oscaldoc.Token(string(c.kind) + "_" + c.id)
}

// component describes a service.
func (s *service) component() oscalComponent {
	c := oscalComponent{
		UUID:        s.uuid(),
		Type:        "service",
		Title:       commonmark.Paragraph(s.name),
		Description: commonmark.Paragraph(fmt.Sprintf("%s, a service of the cloud %s.", s.name, s.cloud)),
		Props: []oscaldoc.Prop{
			oscaldoc.NewProp("service", s.id),
			oscaldoc.NewProp("cloud", s.cloud),
		},
		Status: oscalState{State: "operational"},
	}
	if s.lifecycle != nil {
		c.Props = oscaldoc.AppendProp(
			append(c.Props, oscaldoc.NewProp("retired-on", string(s.lifecycle.RetiredOn))),
			"successor", s.lifecycle.Successor,
		)
	}
	for _, n := range s.notices {
		c.Props = oscaldoc.AppendProp(c.Props, "to-be-retired", explain.Notice(n))
	}
	for _, l := range s.places {
		c.Props = oscaldoc.AppendProp(c.Props, "location", position(l)+" "+chooser(l))
	}
	return c
}

func (s *service) uuid() string { return stableid.UUID("service", s.id) }
