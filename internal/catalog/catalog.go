// Package catalog holds what cloud vendors document about the security controls of
// their services: control definitions, services, documents and statements. It layers
// what several sources say, and answers for each service which statement counts on a
// date.
//
// It is a model and nothing else. Where the facts come from and how they are written down
// is the matter of the packages below it: source has the bytes, a package for each format
// reads them, loader puts layers together, and embedded is the layer in the binary. None of
// them is imported here. The date comes from the caller.
package catalog

import (
	"maps"
	"slices"
	"sync"
)

// Status is what a document says about one control of one service.
type Status string

// The statuses, as documented. "Support is planned" is StatusNo with Planned set.
const (
	StatusYes           Status = "yes"
	StatusConditional   Status = "conditional" // a "Yes" with a restriction
	StatusNo            Status = "no"
	StatusNotApplicable Status = "not_applicable"
)

// Statuses lists every Status, in the order of the articles' own legend.
var Statuses = []Status{StatusYes, StatusConditional, StatusNo, StatusNotApplicable}

// strictness orders statuses for two statements of the same date in the same source:
// the later one counts, so that a doubt never turns into a yes.
var strictness = []Status{StatusYes, StatusNotApplicable, StatusConditional, StatusNo}

// Documented is the status in the words of the articles: Yes, No, N/A.
func (s Status) Documented() string {
	switch s {
	case StatusYes:
		return "Yes"
	case StatusConditional:
		return "Yes, with a condition"
	case StatusNo:
		return "No"
	case StatusNotApplicable:
		return "N/A"
	}
	return string(s)
}

// Polarity says whether one wants a service to have a control.
type Polarity string

// The polarities. An adverse control, such as local authentication, is a documented
// feature that one wants a service not to have, or to have switched off.
const (
	PolarityDesired Polarity = "desired"
	PolarityAdverse Polarity = "adverse"
)

// Polarities lists every Polarity.
var Polarities = []Polarity{PolarityDesired, PolarityAdverse}

// Responsibilities lists who has to put a control to work: the customer, the cloud
// vendor, or both.
var Responsibilities = []string{"customer", "vendor", "shared"}

// Definition is a control in the vocabulary.
type Definition struct {
	ID          string
	Title       string
	Description string
	Category    string
	Polarity    Polarity
	Labels      []string // as vendor documents name the control; the first is the usual one
	Related     []string // ids of controls that speak of nearly the same thing
}

// Adverse reports whether one wants a service not to have the control.
func (d *Definition) Adverse() bool { return d.Polarity == PolarityAdverse }

// Summary is what a listing needs of a service: all but its documents.
type Summary struct {
	ID    string
	Name  string
	Cloud string
	// Categories say what kind of service it is, the broadest first. A service that could
	// stand in for it is in all of them.
	Categories    []string
	FormerNames   []string
	Aliases       []string // what else people call it: "s3"
	ResourceTypes []ResourceType
	Lifecycle     Lifecycle
}

// In reports whether the service is in a category.
func (s Summary) In(category string) bool { return slices.Contains(s.Categories, category) }

// Lifecycle holds dates and names; the stage follows from a date, see StageOn.
type Lifecycle struct {
	RetiredOn Date // the first day without the service
	Successor string
	Notice    string
	// Source is where RetiredOn, Successor and Notice were read.
	Source Source
	// Notices speak of parts of the service. A Summary has none.
	Notices []Notice
}

// IsZero reports whether nothing is known of a service's life.
func (l Lifecycle) IsZero() bool {
	return l.RetiredOn == "" && l.Successor == "" && l.Notice == "" && l.Source == Source{} && len(l.Notices) == 0
}

// Notice is what a vendor announces about a part of a service: a version, a tier, an
// interface. It does not change the stage of the service.
type Notice struct {
	Scope string // the part, in our own words
	Stage NoticeStage
	// Date is written YYYY-MM-DD, or YYYY-MM where the vendor names the month alone; ""
	// where it names none.
	Date      string
	Successor string
	Source    Source
}

// NoticeStage is what becomes of the part that a Notice is about.
type NoticeStage string

// The stages of a notice.
const (
	NoticeRetired  NoticeStage = "retired"
	NoticeRetiring NoticeStage = "retiring"
	NoticeRenamed  NoticeStage = "renamed"
)

// NoticeStages lists every NoticeStage.
var NoticeStages = []NoticeStage{NoticeRetired, NoticeRetiring, NoticeRenamed}

// Source is where a fact outside a document's statements was read.
type Source struct {
	Title     string
	Published Date
	URL       string // "" where it has none, as an article in a file may
}

// Stage is a point in a service's life.
type Stage string

// The stages.
const (
	StageActive   Stage = "active"
	StageRetiring Stage = "retiring" // a date of retirement is known
	StageRetired  Stage = "retired"
)

// Stages lists every Stage in the order of a life.
var Stages = []Stage{StageActive, StageRetiring, StageRetired}

// StageOn returns the stage on a day: a service is retired from the day RetiredOn on.
func (l Lifecycle) StageOn(day Date) Stage {
	switch {
	case l.RetiredOn == "":
		return StageActive
	case day < l.RetiredOn:
		return StageRetiring
	}
	return StageRetired
}

// OwnCloud is the cloud of a service of which neither its source nor an earlier one knows
// another.
const OwnCloud = "own"

// Service is something a workload can choose, with every document about it.
type Service struct {
	Summary
	// Documents are ordered by date, oldest first; of the same date, the one that
	// counts comes last.
	Documents []*Document
}

// Document is a published source with the statements it makes about one service.
type Document struct {
	ID         string
	Series     string
	Title      string
	Publisher  string
	Published  Date
	URL        string `json:",omitempty"` // "" where it has none, as a team's own may
	License    string `json:",omitempty"` // SPDX identifier, or ""
	Statements []*Statement
	// DefaultStatus is what whoever names the source takes for the status of statements that
	// have none in the document; "" where all have one.
	DefaultStatus Status `json:",omitempty"`

	layer    int // the source it came from; a later one counts more
	source   string
	corrects *Document
}

// Source is the name of the source that the document is from; "" for the embedded
// catalogue.
func (d *Document) Source() string { return d.source }

// SameSource reports whether two documents are from the same source.
func (d *Document) SameSource(other *Document) bool { return d.layer == other.layer }

// Corrects is the document of an earlier source that this one stands for by its id, nil
// for none. That one does not count any more.
func (d *Document) Corrects() *Document { return d.corrects }

// Statement is what one document says about one control of one service.
type Statement struct {
	Control          string
	Label            string `json:",omitempty"` // as documented; "" where it is the definition's first label
	Status           Status
	Condition        string      `json:",omitempty"` // of StatusConditional, and of that alone
	Planned          bool        `json:",omitempty"` // StatusNo, and the document says that support is planned
	EnabledByDefault *bool       `json:",omitempty"` // nil where the document does not say
	Responsibility   string      `json:",omitempty"` // one of Responsibilities, or ""
	Notes            string      `json:",omitempty"`
	References       []Reference `json:",omitempty"`
}

// Reference is a link that a statement gives.
type Reference struct {
	Title string
	URL   string
}

// SourceInfo says where a part of the catalogue came from.
type SourceInfo struct {
	Name   string // "embedded", or the path as the user wrote it, of an absolute one the last part
	Digest string // see source.Digest
}

// Silence is what a source has that says nothing of a control by its own words, and was not
// taken: "file:line: what" each.
type Silence struct {
	Source string
	Places []string
}

// Silences lists them in the order of the sources, those that have any.
func (c *Catalog) Silences() []Silence { return slices.Clone(c.silences) }

// Catalog is the embedded catalogue with others layered over it. It is immutable and
// safe for concurrent use.
type Catalog struct {
	definitions map[string]*Definition
	services    map[string]*entry
	labels      func() map[string]string // normalised label -> control id
	types       func() map[string][]TypeClaim
	rules       map[string]Chosen // by the key of a type
	clouds      clouds
	mappings    func() (map[string][]Mapping, error)
	spoken      func() (map[string][]string, error) // cloud -> controls, sorted
	settings    []layerSettings
	sources     []SourceInfo
	corrections []Correction
	silences    []Silence
	digest      string
}

// entry is a service of which the documents are read on first use.
type entry struct {
	summary *Summary // perhaps that of a layer, which nothing may change
	parts   []part

	once    sync.Once
	service *Service
	err     error
}

// load reads the documents, by when types have gone to later claims.
func (e *entry) load() (*Service, error) {
	e.once.Do(func() { e.service, e.err = mergeParts(e.summary, e.parts) })
	return e.service, e.err
}

// Digest identifies the whole catalogue: the digest of its sources' digests in order.
func (c *Catalog) Digest() string { return c.digest }

// Sources lists where the catalogue came from, in the order of layering.
func (c *Catalog) Sources() []SourceInfo { return slices.Clone(c.sources) }

// Definition returns the definition of a control id.
func (c *Catalog) Definition(id string) (*Definition, bool) {
	d, ok := c.definitions[id]
	return d, ok
}

// Categories lists the categories that services are in, sorted.
func (c *Catalog) Categories() []string {
	set := map[string]bool{}
	for _, e := range c.services {
		for _, category := range e.summary.Categories {
			set[category] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// Related lists the ids of the controls that speak of nearly the same thing as one, sorted,
// whichever of the two definitions says so. Those that one wants and those that one does not
// want are never related.
func (c *Catalog) Related(id string) []string {
	def := c.definitions[id]
	if def == nil {
		return nil
	}
	var ids []string
	for other, d := range c.definitions {
		if other != id && d.Polarity == def.Polarity &&
			(slices.Contains(def.Related, other) || slices.Contains(d.Related, id)) {
			ids = append(ids, other)
		}
	}
	slices.Sort(ids)
	return ids
}

// Mappings returns the mappings of every control by its id, in the order of the
// sources. The error is one of reading the embedded catalogue: a broken build. The
// caller must not change what is returned.
func (c *Catalog) Mappings() (map[string][]Mapping, error) { return c.mappings() }

// DefinitionIDs lists the control ids, sorted.
func (c *Catalog) DefinitionIDs() []string { return slices.Sorted(maps.Keys(c.definitions)) }

// ServiceIDs lists the service ids, sorted.
func (c *Catalog) ServiceIDs() []string { return slices.Sorted(maps.Keys(c.services)) }

// Summary returns what a listing needs of a service, without reading its documents.
func (c *Catalog) Summary(id string) (Summary, bool) {
	e, ok := c.services[id]
	if !ok {
		return Summary{}, false
	}
	s := *e.summary
	s.Lifecycle.Notices = nil // which the embedded index leaves out
	return s, true
}

// Service returns a service with its documents. The error, for an id that
// ServiceIDs lists, is one of reading the embedded catalogue: a broken build.
func (c *Catalog) Service(id string) (*Service, error) {
	e, ok := c.services[id]
	if !ok {
		return nil, &UnknownError{Kind: "service", ID: id, Nearest: c.SuggestServices(id)}
	}
	return e.load()
}
