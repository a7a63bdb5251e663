package report

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

// FormatOSCALPOAM is an OSCAL plan of action and milestones.
const FormatOSCALPOAM = "oscal-poam"

type oscalPOAMFile struct {
	POAM oscalPOAM `json:"plan-of-action-and-milestones"`
}

type oscalPOAM struct {
	UUID         string                 `json:"uuid"`
	Metadata     oscaldoc.Metadata      `json:"metadata"`
	SystemID     oscalSystemID          `json:"system-id"`
	Local        *oscalLocalDefinitions `json:"local-definitions,omitempty"`
	Observations []oscalObservation     `json:"observations,omitempty"`
	Risks        []oscalRisk            `json:"risks,omitempty"`
	Items        []oscalPOAMItem        `json:"poam-items"`
	BackMatter   oscaldoc.BackMatter    `json:"back-matter"`
}

type oscalSystemID struct {
	Type string `json:"identifier-type"`
	ID   string `json:"id"`
}

type oscalPOAMItem struct {
	UUID         string             `json:"uuid"`
	Title        string             `json:"title"`
	Description  string             `json:"description"`
	Props        []oscaldoc.Prop    `json:"props,omitempty"`
	Links        []oscaldoc.Link    `json:"links,omitempty"`
	Observations []oscalRelatedObs  `json:"related-observations,omitempty"`
	Risks        []oscalRelatedRisk `json:"related-risks,omitempty"`
}

// writeOSCALPOAM writes an OSCAL plan of action and milestones: an item with its risk
// for every gap and for every accepted one, whose exception sets the deadline.
func writeOSCALPOAM(r *report) (string, error) {
	resources, err := requirementResources(r)
	if err != nil {
		return "", err
	}
	doc := oscalPOAM{
		UUID:       stableid.UUID("poam", r.opts.oscalVersion(), r.digest()),
		Metadata:   r.metadata("Gaps and exceptions: " + r.total.Verdict()),
		SystemID:   r.systemID(),
		BackMatter: oscaldoc.BackMatter{Resources: resources},
	}
	doc.BackMatter.Resources = append(doc.BackMatter.Resources, r.profileResources()...)
	w := &oscalWriter{report: r, seen: occurrences{}, observed: map[observationKey]string{}}
	components := map[string]bool{}
	for _, section := range r.sections {
		doc.BackMatter.Resources = append(doc.BackMatter.Resources, identifierResources(section)...)
		for _, s := range section.services {
			for _, f := range s.findings {
				// Counted also where nothing is open, so that an id stays the finding's own.
				key, n := w.seen.key(f)
				if !f.isGap() && !f.isExcepted() {
					continue
				}
				if !components[s.id] {
					components[s.id] = true
					if doc.Local == nil {
						doc.Local = &oscalLocalDefinitions{}
					}
					doc.Local.Components = append(doc.Local.Components, s.component())
				}
				doc.Items = append(doc.Items, w.item(f, key, fmt.Sprint(n)))
			}
		}
	}
	if len(doc.Items) == 0 {
		// The schema does not know a plan without items.
		doc.Items = []oscalPOAMItem{{
			UUID: stableid.UUID("poam-item", "none"), Title: "No gaps and no exceptions",
			Description: "Every service has every control that is required of it; there is nothing to do.",
			Props:       []oscaldoc.Prop{oscaldoc.NewProp("outcome", "none-open")},
		}}
	}
	doc.Observations, doc.Risks = w.observations, w.risks
	return encodeJSON(oscalPOAMFile{doc})
}

func (w *oscalWriter) item(f *finding, key, nth string) oscalPOAMItem {
	related := w.observe(f)
	risk := w.risk(f, key, nth, related)
	w.risks = append(w.risks, risk)
	return oscalPOAMItem{
		UUID:         stableid.UUID("poam-item", key, nth),
		Title:        commonmark.Paragraph(f.headline()),
		Description:  commonmark.Paragraph(f.full()),
		Props:        f.propsWithCheck(),
		Links:        f.identifierLinks(),
		Observations: related,
		Risks:        []oscalRelatedRisk{{risk.UUID}},
	}
}

// systemID names the system that was assessed: as it is called, else by its repository where
// that is known, else by the assessments.
func (r *report) systemID() oscalSystemID {
	if id := plaintext.Line(r.opts.System.ID); id != "" {
		return oscalSystemID{oscaldoc.Namespace, id}
	}
	const uuids = "http://ietf.org/rfc/rfc4122"
	if r.opts.RepositoryURI != "" {
		root, _ := inRepository(r.opts.SourceRoot, "")
		return oscalSystemID{uuids, stableid.UUID("system", r.opts.RepositoryURI, root)}
	}
	return oscalSystemID{uuids, stableid.UUID("system", r.digest())}
}
