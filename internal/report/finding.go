package report

import (
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// tally counts findings by outcome; members of groups count as part of their group.
type tally struct {
	explain.Totals
	findings int
	outcomes map[assess.Outcome]int
	// supported are the groups among what is satisfied; see finding.word.
	supported int
	// unspoken are the gaps of which no document of the service speaks.
	unspoken int
}

func (t *tally) add(f *finding) {
	o := f.outcome
	t.findings++
	if f.check.isGroup() && o == assess.Satisfied {
		t.supported++
	}
	if f.isGap() && f.isUnspoken() {
		t.unspoken++
	}
	t.outcomes[o]++
	t.Count(o)
}

func (t *tally) addAll(other tally) {
	t.Add(other.Totals)
	t.findings += other.findings
	t.supported += other.supported
	t.unspoken += other.unspoken
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

// word names an outcome for what was counted: an identifier of a framework is supported, and
// never said to be satisfied.
func (t *tally) word(o assess.Outcome) string {
	switch {
	case o != assess.Satisfied || t.supported == 0:
		return o.Word()
	case t.supported == t.outcomes[o]:
		return supportedWord
	}
	return o.Word() + " or supported"
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
	// settingsBy are the sources whose settings show it, where they are not the document's.
	settingsBy []string
	members    []*finding
	section    *section
	tolerated  bool // by a ratchet
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
	findings                  int // how many rest on it
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
