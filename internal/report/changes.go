package report

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// changesFormat is a format of RenderChanges.
type changesFormat struct {
	Format
	write func(*changes) string
}

// changesFormats is the one list of the formats of RenderChanges.
var changesFormats = [...]changesFormat{
	{Format{FormatMarkdown, "md", "a comment for a pull request"}, changesMarkdown},
	{Format{FormatHTML, "html", "one file that needs nothing else"}, changesHTML},
}

// ChangesFormats lists the formats of RenderChanges.
func ChangesFormats() []Format {
	out := make([]Format, len(changesFormats))
	for i, f := range changesFormats {
		out[i] = f.Format
	}
	return out
}

// RenderChanges writes what is other in an assessment than in an earlier one, nil for none:
// then all of it is new.
func RenderChanges(before, after *assess.Assessment, format string) (string, error) {
	i := slices.IndexFunc(changesFormats[:], func(f changesFormat) bool { return f.Name == format })
	if i < 0 {
		return "", words.Errorf("the format is %q, expected %s", format, words.Or(Names(ChangesFormats())))
	}
	c, err := compare(before, after)
	if err != nil {
		return "", err
	}
	return changesFormats[i].write(c), nil
}

// changes are what differs between two assessments, each list in the order of services and
// checks.
type changes struct {
	before, after *section // before is nil for none
	lists         []changeList
}

// changeList is changes of one kind, by the heading that they stand under.
type changeList struct {
	heading string
	heads   [4]string // of the columns
	rows    [][4]string
	effect  effect
	short   bool // so that it need not be folded
}

// effect is what the changes of a list do to the gaps that there were.
type effect int

const (
	noEffect  effect = iota
	opens            // there is a gap that there was not
	closes           // what is asked for is there
	accepts          // the gap is there, and somebody accepts it
	evidences        // somebody says that a condition is met
	drops            // it is no longer asked about
)

func sectionOf(a *assess.Assessment) (*section, error) {
	if a == nil {
		return nil, nil
	}
	_, digest, err := a.Encode()
	if err != nil {
		return nil, err
	}
	s := newSection(a, Options{})
	s.digest = digest
	return s, nil
}

func compare(before, after *assess.Assessment) (*changes, error) {
	old, err := sectionOf(before)
	if err != nil {
		return nil, err
	}
	now, err := sectionOf(after)
	if err != nil {
		return nil, err
	}
	c := &changes{before: old, after: now}
	if old == nil {
		old = &section{Assessment: &assess.Assessment{}}
	}
	if c.before != nil {
		c.asked(old, now)
		c.catalogue(old, now)
	}
	c.findings(old, now)
	c.exceptions(old, now)
	c.documents(old, now)
	c.lists = slices.DeleteFunc(c.lists, func(l changeList) bool { return len(l.rows) == 0 })
	return c, nil
}

type pair struct{ service, check string }

// key identifies what is asked: a group by its name, whichever rule it has, so that another
// rule is a change of the group and not an end of one and the beginning of another.
func (c *check) key() string {
	if c.isGroup() {
		return "group/" + c.id
	}
	return string(c.kind) + "/" + c.id
}

// byPlace lists findings by what they are about, and the keys in order.
func byPlace(s *section) (map[pair]*finding, []pair) {
	by := map[pair]*finding{}
	var keys []pair
	for _, service := range s.services {
		for _, f := range service.findings {
			if f.check.kind == kindLifecycle && !f.isGap() {
				continue // a column that is there for other services
			}
			key := pair{service.id, f.check.key()}
			by[key] = f
			keys = append(keys, key)
		}
	}
	return by, keys
}

// gap tells whether there is a finding, and it is a gap.
func (f *finding) gap() bool { return f != nil && f.isGap() }

// was says what became of a check, also where nothing was asked.
func (f *finding) was() string {
	if f == nil {
		return "not asked"
	}
	return f.word()
}

// same reports whether two findings say the same, documents aside. Of a group that has another
// rule it is its members that say something: that the rule is another is said elsewhere.
func (f *finding) same(other *finding) bool {
	if f.check.kind != other.check.kind && f.check.isGroup() {
		return slices.EqualFunc(f.members, other.members, func(a, b *finding) bool {
			return a.check.id == b.check.id && a.same(b)
		})
	}
	return f.outcome == other.outcome && f.reason == other.reason && f.explain() == other.explain()
}

func (c *changes) findings(old, now *section) {
	heads := [4]string{"Service", "Control", "Change", "Why"}
	opened := changeList{heading: "New gaps", heads: heads, effect: opens}
	closed := changeList{heading: "Closed gaps", heads: heads, effect: closes}
	// A gap that somebody accepts, or answers, is not closed.
	accepted := changeList{heading: "Gaps accepted as exceptions", heads: heads, effect: accepts}
	evidenced := changeList{heading: "Gaps answered by evidence", heads: heads, effect: evidences}
	other := changeList{heading: "Other outcomes", heads: heads}
	reasons := changeList{heading: "Gaps for another reason", heads: heads}
	came := changeList{heading: "New findings without a gap", heads: heads}
	// That a requirement asks less closes nothing.
	dropped := changeList{heading: "Gaps no longer asked about", heads: heads, effect: drops}
	gone := changeList{heading: "No longer asked", heads: heads}
	before, oldKeys := byPlace(old)
	after, keys := byPlace(now)
	for _, key := range keys {
		is, was := after[key], before[key]
		list := &reasons
		switch {
		case is.isGap() && !was.gap():
			list = &opened
		case was.gap() && !is.isGap():
			list = pick(is.outcome, &closed, &accepted, &evidenced)
		case was == nil:
			list = &came
		case is.outcome != was.outcome:
			list = &other
		case !is.isGap() || is.same(was):
			continue
		}
		list.rows = append(list.rows, [4]string{is.service.name, is.check.name(), was.was() + " → " + is.was(), is.full()})
	}
	for _, key := range oldKeys {
		if was := before[key]; after[key] == nil {
			row := [4]string{was.service.name, was.check.name(), was.was() + " → not asked", was.full()}
			if was.isGap() {
				dropped.rows = append(dropped.rows, row)
			} else {
				gone.rows = append(gone.rows, row)
			}
		}
	}
	c.lists = append(c.lists, opened, closed, accepted, evidenced, dropped, reasons, other, came, gone)
}

// pick is the list of a gap that is none any more.
func pick(is assess.Outcome, closed, accepted, evidenced *changeList) *changeList {
	switch {
	case is.Standing() == assess.Accepted:
		return accepted
	case is == assess.Evidenced:
		return evidenced
	}
	return closed
}

func (c *changes) exceptions(old, now *section) {
	list := changeList{heading: "Exceptions", heads: [4]string{"Service", "Control", "Change", "Justification"}}
	key := func(ex *exception) pair { return pair{ex.Service, ex.Control} }
	before := map[pair]*exception{}
	for _, ex := range old.exceptions {
		before[key(ex)] = ex
	}
	after := map[pair]bool{}
	add := func(ex *exception, what string) {
		text := ex.Justification
		if ex.ApprovedBy != "" {
			text += " (approved by " + ex.ApprovedBy + ")"
		}
		list.rows = append(list.rows, [4]string{ex.serviceName, ex.checkTitle, what, text})
	}
	for _, ex := range now.exceptions {
		was := before[key(ex)]
		after[key(ex)] = true
		switch {
		case was == nil:
			add(ex, "new, until "+string(ex.Expires))
		case ex.Expires > was.Expires:
			add(ex, "prolonged from "+string(was.Expires)+" to "+string(ex.Expires))
		case ex.Expires < was.Expires:
			add(ex, "shortened from "+string(was.Expires)+" to "+string(ex.Expires))
		case ex.state != was.state:
			add(ex, was.state+", now "+ex.state)
		case ex.Justification != was.Justification || ex.ApprovedBy != was.ApprovedBy || ex.Ticket != was.Ticket:
			add(ex, "other words, until "+string(ex.Expires))
		}
	}
	for _, ex := range old.exceptions {
		if !after[key(ex)] {
			add(ex, "withdrawn, was until "+string(ex.Expires))
		}
	}
	c.lists = append(c.lists, list)
}

func (c *changes) documents(old, now *section) {
	list := changeList{heading: "Documents", heads: [4]string{"Document", "Published", "Change", "Publisher"}}
	before := map[string]*document{}
	for _, d := range old.cited() {
		before[d.id] = d
	}
	after := map[string]bool{}
	add := func(d *document, what string) {
		list.rows = append(list.rows, [4]string{d.title, string(d.published), what, d.publisher + d.whose()})
	}
	for _, d := range now.cited() {
		was := before[d.id]
		after[d.id] = true
		switch {
		case was == nil:
			add(d, "new")
		case d.published != was.published || d.title != was.title || d.url != was.url || d.source != was.source:
			add(d, "other than before, "+was.cite())
		}
	}
	for _, d := range old.cited() {
		if !after[d.id] {
			add(d, "no longer behind a finding")
		}
	}
	c.lists = append(c.lists, list)
}

// count is how many changes have an effect.
func (c *changes) count(e effect) int {
	n := 0
	for _, l := range c.lists {
		if l.effect == e {
			n += len(l.rows)
		}
	}
	return n
}

// verdict says in a line what the changes come to.
func (c *changes) verdict() string {
	var parts []string
	for _, e := range []struct {
		effect effect
		what   string
	}{
		{opens, "new"},
		{closes, "closed"},
		{accepts, "accepted"},
		{evidences, "answered by evidence"},
		{drops, "no longer asked about"},
	} {
		if n := c.count(e.effect); n > 0 {
			parts = append(parts, e.what+": "+words.Count(n, "gap"))
		}
	}
	switch {
	case len(c.lists) == 0:
		return "Nothing changes"
	case len(parts) == 0:
		return "No gap comes or goes"
	}
	return words.UpperFirst(strings.Join(parts, ", "))
}

// was and is are the verdicts before and after.
func (c *changes) verdicts() (was, is string) {
	was = "no assessment"
	if c.before != nil {
		was = c.before.total.Verdict()
	}
	return was, c.after.total.Verdict()
}
