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
	// bad and good mark what should not happen, and what one hopes for; dropped, what may only
	// look like that.
	bad, good, dropped bool
}

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
	c.findings(old, now)
	c.exceptions(old, now)
	c.documents(old, now)
	c.lists = slices.DeleteFunc(c.lists, func(l changeList) bool { return len(l.rows) == 0 })
	return c, nil
}

type pair struct{ service, check string }

// byPlace lists findings by what they are about, and the keys in order.
func byPlace(s *section) (map[pair]*finding, []pair) {
	by := map[pair]*finding{}
	var keys []pair
	for _, service := range s.services {
		for _, f := range service.findings {
			key := pair{service.id, string(f.check.kind) + "/" + f.check.id}
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

// same reports whether two findings say the same, documents aside.
func (f *finding) same(other *finding) bool {
	return f.outcome == other.outcome && f.reason == other.reason && f.explain() == other.explain()
}

func (c *changes) findings(old, now *section) {
	heads := [4]string{"Service", "Control", "Change", "Why"}
	opened := changeList{heading: "New gaps", heads: heads, bad: true}
	closed := changeList{heading: "Closed gaps", heads: heads, good: true}
	other := changeList{heading: "Other outcomes", heads: heads}
	reasons := changeList{heading: "Gaps for another reason", heads: heads}
	came := changeList{heading: "New findings without a gap", heads: heads}
	// That a requirement asks less closes nothing.
	dropped := changeList{heading: "Gaps no longer asked about", heads: heads, dropped: true}
	gone := changeList{heading: "No longer asked", heads: heads}
	before, oldKeys := byPlace(old)
	after, keys := byPlace(now)
	for _, key := range keys {
		is, was := after[key], before[key]
		row := [4]string{is.service.name, is.check.name(), was.was() + " → " + is.was(), is.full()}
		switch {
		case is.isGap() && !was.gap():
			opened.rows = append(opened.rows, row)
		case was.gap() && !is.isGap():
			closed.rows = append(closed.rows, row)
		case was == nil:
			came.rows = append(came.rows, row)
		case is.outcome != was.outcome:
			other.rows = append(other.rows, row)
		case is.isGap() && !is.same(was):
			reasons.rows = append(reasons.rows, row)
		}
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
	c.lists = append(c.lists, opened, closed, dropped, reasons, other, came, gone)
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

// verdict says in a line what the changes come to.
func (c *changes) verdict() string {
	opened, closed, dropped := 0, 0, 0
	for _, l := range c.lists {
		switch {
		case l.bad:
			opened = len(l.rows)
		case l.good:
			closed = len(l.rows)
		case l.dropped:
			dropped = len(l.rows)
		}
	}
	var parts []string
	if opened > 0 {
		parts = append(parts, "new: "+words.Count(opened, "gap"))
	}
	if closed > 0 {
		parts = append(parts, "closed: "+words.Count(closed, "gap"))
	}
	if dropped > 0 {
		parts = append(parts, "no longer asked about: "+words.Count(dropped, "gap"))
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
