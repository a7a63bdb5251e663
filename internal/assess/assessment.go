package assess

import (
	"fmt"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Schema names the form of an assessment. A change that a reader of the JSON could
// trip over gets a new URI.
const Schema = "https://github.com/security-controls/terraform-provider-controls/assessment/v1"

// Reason says why a finding is a gap, or would be one without its exception.
type Reason string

// The reasons, in the order of the rows of the evaluation.
const (
	Undocumented        Reason = "undocumented" // no statement counts
	Stale               Reason = "stale"
	ConditionChanged    Reason = "condition_changed"
	ConditionOpen       Reason = "conditional"
	ConditionNotMet     Reason = "condition_not_met" // by a setting of the configuration
	NotApplicableDenied Reason = "not_applicable"
	Unsupported         Reason = "unsupported"
	TurnedOff           Reason = "switched_off"   // by a setting of the configuration
	EvidenceFails       Reason = "evidence_fails" // its value is false
	NotShown            Reason = "not_shown"      // that the control is in force
	Present             Reason = "present"        // an adverse control
	NoMember            Reason = "no_member"      // of a group passes, or of every_documented_of is documented
	NotEveryMember      Reason = "not_every_member"
	Retired             Reason = "retired" // the service
)

// Assessment is the verdict on a requirement, self-contained: reports and attestations
// need nothing else. Its JSON is canonical (RFC 8785), so fields are declared in the
// order of their JSON names.
type Assessment struct {
	Catalog   CatalogRef            `json:"catalog"`
	Compliant bool                  `json:"compliant"`
	Controls  map[string]ControlRef `json:"controls"`
	// Crosswalk is what the requirement's says of its groups; nil for nothing.
	Crosswalk *crosswalk.Crosswalk   `json:"crosswalk,omitempty"`
	Documents map[string]DocumentRef `json:"documents"`
	// Policy is the provider's on exceptions; nil where it has none and no registers.
	Policy *Policy `json:"policy,omitempty"`
	// Registers are those of which entries stand in the requirement, by name.
	Registers   []RegisterRef              `json:"registers,omitempty"`
	Requirement Requirement                `json:"requirement"`
	Schema      string                     `json:"schema"`
	Scope       *Scope                     `json:"scope,omitempty"`
	Services    map[string]ServiceFindings `json:"services"`
	Weakened    *Weakened                  `json:"weakened,omitempty"`
}

// CatalogRef identifies the catalogue that was used.
type CatalogRef struct {
	// Corrections are what sources say in the name of earlier ones, as far as it bears on
	// the requirement: in the order of services, then of controls and types.
	Corrections []Correction `json:"corrections,omitempty"`
	Digest      string       `json:"digest"`
	Sources     []SourceRef  `json:"sources"`
}

// Correction is what a source says in the name of an earlier one: a document of a service
// with other words; the end of a service; the polarity of a control; a resource type that
// it takes from other services.
type Correction struct {
	Control  string   `json:"control,omitempty"`
	Document string   `json:"document,omitempty"` // id
	From     []string `json:"from,omitempty"`     // ids of the services that had the type, sorted
	// Laxer are the required controls, sorted, for which the document says what may be
	// easier to pass than what it corrects.
	Laxer   []string `json:"laxer,omitempty"`
	Service string   `json:"service,omitempty"`
	Source  string   `json:"source"`
	Type    string   `json:"type,omitempty"`
}

// SourceRef identifies one source of the catalogue.
type SourceRef struct {
	Digest string `json:"digest"`
	Name   string `json:"name"`
}

// ControlRef names a control.
type ControlRef struct {
	Title string `json:"title"`
}

// DocumentRef cites a document.
type DocumentRef struct {
	// Corrects says that it stands for a document of an earlier source.
	Corrects bool `json:"corrects,omitempty"`
	// DefaultStatus is what whoever required it takes for the status of statements that have
	// none in the document; "" where all have one.
	DefaultStatus catalog.Status `json:"default_status,omitempty"`

	Published catalog.Date `json:"published"`
	Publisher string       `json:"publisher"`
	// Source is the name of the source that the document is from; "" for the embedded
	// catalogue.
	Source string `json:"source,omitempty"`
	Title  string `json:"title"`
	URL    string `json:"url"`
}

// ServiceFindings are the findings for one service.
type ServiceFindings struct {
	Cloud     string             `json:"cloud"`
	Compliant bool               `json:"compliant"`
	Controls  map[string]Finding `json:"controls"`
	// Document is the id of the document behind every finding that does not name its
	// own and is not undocumented: the most frequent one, so that findings stay short.
	Document  string           `json:"document,omitempty"`
	Groups    map[string]Group `json:"groups,omitempty"`
	Lifecycle *Lifecycle       `json:"lifecycle,omitempty"`
	Name      string           `json:"name"`
	// Notices say which parts of the service are to be retired: the next first, those
	// without a date last.
	Notices []Notice `json:"notices,omitempty"`
}

// Lifecycle says that a service has an end, and what follows from it.
type Lifecycle struct {
	Outcome   Outcome      `json:"outcome,omitempty"` // Gap for a retired service under on_retired = "deny"
	Reason    Reason       `json:"reason,omitempty"`
	Retired   bool         `json:"retired,omitempty"` // that day had come when the service was assessed
	RetiredOn catalog.Date `json:"retired_on"`
	Successor string       `json:"successor,omitempty"`
}

// Finding is the outcome for one control of one service. The rest is there where it
// says more than the outcome does.
type Finding struct {
	Condition string `json:"condition,omitempty"`
	Document  string `json:"document,omitempty"` // id; see ServiceFindings.Document
	// EnabledByDefault says that the document has the control in force without anybody's
	// doing, where that decides.
	EnabledByDefault bool `json:"enabled_by_default,omitempty"`
	// ExceptionExpired is the end of an exception that no longer covers the gap.
	ExceptionExpired catalog.Date `json:"exception_expired,omitempty"`
	// ExceptionFrom is the first day of an exception that does not cover the gap yet.
	ExceptionFrom catalog.Date `json:"exception_from,omitempty"`
	// InForce is what the settings of the configuration show, where that decides.
	InForce *InForce `json:"in_force,omitempty"`
	// Met is what they show of the condition, where that decides.
	Met     *InForce `json:"met,omitempty"`
	Outcome Outcome  `json:"outcome"`
	Planned bool     `json:"planned,omitempty"`
	Reason  Reason   `json:"reason,omitempty"`
	// Status is absent where the outcome says it: yes of a satisfied or configured control
	// that is wanted, not_applicable of that outcome, none of an undocumented one.
	Status catalog.Status `json:"status,omitempty"`
}

// Group is the outcome for one group of any_of or every_documented_of.
type Group struct {
	// Controls are the findings for the members. They decide the group, by its rule: a gap
	// among them is none of the requirement.
	Controls         map[string]Finding `json:"controls"`
	ExceptionExpired catalog.Date       `json:"exception_expired,omitempty"`
	ExceptionFrom    catalog.Date       `json:"exception_from,omitempty"`
	Outcome          Outcome            `json:"outcome"`
	Reason           Reason             `json:"reason,omitempty"`
}

// Gaps lists the findings that make the requirement fail, as "service/control" with a
// group's name in place of the control, sorted. A retired service is "service/lifecycle".
func (a *Assessment) Gaps() []string {
	gaps := []string{}
	for id, s := range a.Services {
		for control, f := range s.Controls {
			if !f.Outcome.Passes() {
				gaps = append(gaps, id+"/"+control)
			}
		}
		for name, g := range s.Groups {
			if !g.Outcome.Passes() {
				gaps = append(gaps, id+"/"+name)
			}
		}
		if !s.Lifecycle.Passes() {
			gaps = append(gaps, id+"/"+catalog.LifecycleID)
		}
	}
	slices.Sort(gaps)
	return slices.Compact(gaps) // a control could be called "lifecycle" as well
}

// Encode returns the canonical JSON of the assessment and its digest.
func (a *Assessment) Encode() (text, digest string, err error) {
	b, err := canonicaljson.Marshal(a)
	if err != nil {
		return "", "", err
	}
	return string(b), canonicaljson.Digest(b), nil
}

// Parse reads the JSON of an assessment strictly: it must be canonical, have a known
// schema and no field that this version does not know, and its verdict must follow
// from its findings, and these from what they quote (see Verify). So nothing can be
// issued on an assessment that was edited carelessly or made up.
func Parse(text string) (*Assessment, error) {
	var a Assessment
	if err := strictjson.DecodeFields(text, &a); err != nil {
		return nil, fmt.Errorf("not the JSON of an assessment: %w", err)
	}
	if a.Schema != Schema {
		return nil, words.Errorf("the assessment has the schema %q, expected %q", a.Schema, Schema)
	}
	a.normalise()
	if err := strictjson.CheckCanonical(text, &a); err != nil {
		return nil, fmt.Errorf("the assessment %w", err)
	}
	if err := a.Verify(); err != nil {
		return nil, err
	}
	return &a, nil
}

// normalise brings what was decoded into the form that Evaluate gives it.
func (a *Assessment) normalise() {
	a.Requirement = a.Requirement.normalised()
	a.Scope = a.Scope.normalised()
	if a.Catalog.Sources == nil {
		a.Catalog.Sources = []SourceRef{}
	}
	a.Controls, a.Documents, a.Services = orEmptyMap(a.Controls), orEmptyMap(a.Documents), orEmptyMap(a.Services)
	for id, s := range a.Services {
		s.Controls = orEmptyMap(s.Controls)
		for name, g := range s.Groups {
			g.Controls = orEmptyMap(g.Controls)
			s.Groups[name] = g
		}
		a.Services[id] = s
	}
}

func orEmptyMap[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}
