package report

import (
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// oscalNS is the namespace of the properties that are ours.
const oscalNS = "https://github.com/security-controls/terraform-provider-controls/oscal/v1"

// What OSCAL documents share.

type oscalMetadata struct {
	Title        string      `json:"title"`
	LastModified string      `json:"last-modified"`
	Version      string      `json:"version"`
	OSCALVersion string      `json:"oscal-version"`
	Props        []oscalProp `json:"props,omitempty"`
	Links        []oscalLink `json:"links,omitempty"`
	Remarks      string      `json:"remarks,omitempty"`
}

type oscalProp struct {
	Name  string `json:"name"`
	NS    string `json:"ns"`
	Value string `json:"value"`
	Class string `json:"class,omitempty"`
}

type oscalLink struct {
	Href string `json:"href"`
	Rel  string `json:"rel,omitempty"`
	Text string `json:"text,omitempty"`
}

type oscalComponent struct {
	UUID        string      `json:"uuid"`
	Type        string      `json:"type"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Props       []oscalProp `json:"props,omitempty"`
	Status      oscalState  `json:"status"`
}

type oscalState struct {
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
}

type oscalObservation struct {
	UUID        string          `json:"uuid"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description"`
	Props       []oscalProp     `json:"props,omitempty"`
	Methods     []string        `json:"methods"`
	Types       []string        `json:"types"`
	Subjects    []oscalSubject  `json:"subjects"`
	Evidence    []oscalEvidence `json:"relevant-evidence"`
	Collected   string          `json:"collected"`
}

type oscalSubject struct {
	UUID string `json:"subject-uuid"`
	Type string `json:"type"`
}

type oscalEvidence struct {
	Href        string      `json:"href,omitempty"`
	Description string      `json:"description"`
	Props       []oscalProp `json:"props,omitempty"`
}

type oscalRisk struct {
	UUID         string                  `json:"uuid"`
	Title        string                  `json:"title"`
	Description  string                  `json:"description"`
	Statement    string                  `json:"statement"`
	Props        []oscalProp             `json:"props,omitempty"`
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

type oscalBackMatter struct {
	Resources []oscalResource `json:"resources,omitempty"`
}

type oscalResource struct {
	UUID        string       `json:"uuid"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Props       []oscalProp  `json:"props,omitempty"`
	Rlinks      []oscalRlink `json:"rlinks,omitempty"`
	Base64      *oscalBase64 `json:"base64,omitempty"`
}

type oscalRlink struct {
	Href string `json:"href"`
}

type oscalBase64 struct {
	Filename  string `json:"filename"`
	MediaType string `json:"media-type"`
	Value     string `json:"value"`
}

// metadata describes a document about assessments.
func (r *report) metadata(title string) oscalMetadata {
	m := oscalMetadata{
		Title: title, LastModified: moment(r.date), OSCALVersion: r.opts.oscalVersion(),
		// The version follows from the content, as do the ids.
		Version: strings.TrimPrefix(r.digest(), "sha256:")[:12],
		Remarks: "Every time in this document is the newest date among its inputs (documents, ended exceptions, retired services): the same inputs give the same document.",
	}
	for _, section := range r.sections {
		m.Props = append(m.Props, prop("assessment-digest", section.digest))
	}
	if r.opts.RepositoryURI != "" {
		m.Links = []oscalLink{{Href: r.opts.RepositoryURI, Rel: "source", Text: line(r.opts.Revision)}}
	}
	return m
}

// moment is the first second of a date. OSCAL wants a time also where no input has one:
// that is the beginning of the epoch.
func moment(d catalog.Date) string {
	if d == "" {
		d = "1970-01-01"
	}
	return string(d) + "T00:00:00Z"
}

// endOf is the last second of a date, up to which an exception covers its gap.
func endOf(d catalog.Date) string { return string(d) + "T23:59:59Z" }

// prop is a property of ours. OSCAL allows no empty value.
func prop(name, value string) oscalProp {
	return oscalProp{Name: name, NS: oscalNS, Value: line(value)}
}

func appendProp(props []oscalProp, name, value string) []oscalProp {
	if value = line(value); value == "" {
		return props
	}
	return append(props, prop(name, value))
}

// token turns a name into what OSCAL takes for an id, by a name of its own where
// characters had to go.
func token(s string) string {
	if isToken(s) {
		return s
	}
	safe := strings.Map(func(c rune) rune {
		if c < 0x80 && isTokenByte(byte(c)) {
			return c
		}
		return '_'
	}, s)
	return "_" + safe + "-" + shortHash(s)[:8]
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) || i == 0 && (s[0] == '-' || s[0] == '.' || s[0] >= '0' && s[0] <= '9') {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}

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
		return token(c.id)
	}
	return token(string(c.kind) + "_" + c.id)
}

// component describes a service.
func (s *service) component() oscalComponent {
	c := oscalComponent{
		UUID: s.uuid(), Type: "service", Title: markup(s.name), Description: markup(fmt.Sprintf("%s, a service of the cloud %s.", s.name, s.cloud)),
		Props: []oscalProp{prop("service", s.id), prop("cloud", s.cloud)}, Status: oscalState{State: "operational"},
	}
	if s.lifecycle != nil {
		c.Props = appendProp(append(c.Props, prop("retired-on", string(s.lifecycle.RetiredOn))), "successor", s.lifecycle.Successor)
	}
	for _, l := range s.places {
		c.Props = appendProp(c.Props, "location", position(l)+" "+chooser(l))
	}
	return c
}

func (s *service) uuid() string { return uuid("service", s.id) }
