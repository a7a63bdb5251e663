package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// explain says in a sentence why a finding came out as it did, without its document,
// exception and evidence.
func (f *finding) explain() string { return f.sentence(f.clause()) }

func (f *finding) sentence(clause string) string {
	text := words.UpperFirst(clause) + "."
	if f.tolerated {
		text += " " + words.UpperFirst(explain.Tolerated) + "."
	}
	return text
}

func (f *finding) clause() string {
	switch f.check.kind {
	case kindGroup, kindEvery:
		return f.groupClause()
	case kindLifecycle:
		return f.service.end()
	case kindControl, kindAvoid, kindMember:
		clause := explain.Finding{
			Reason:    f.reason,
			Status:    f.status,
			Condition: f.condition,
			Planned:   f.planned,
			AgeDays:   -1,
			InForce:   f.shown, Met: f.met, EnabledByDefault: f.byDefault, SettingsBy: f.settingsBy,
			Requirement: f.section.Requirement,
		}
		for _, ev := range f.evidence {
			clause.Answered = append(clause.Answered, ev.Condition)
		}
		return clause.Clause() + explain.DeciderLine(f.deciders, f.more)
	}
	return string(f.reason)
}

func (f *finding) groupClause() string {
	var parts []string
	g := explain.Group{Rule: assess.GroupRule(f.check.kind), Outcome: f.outcome, Reason: f.reason}
	for _, m := range f.members {
		g.Add(m.check.title, m.outcome, m.reason)
		if f.check.kind == kindEvery && m.isSilent() && f.reason != assess.NoMember {
			continue // the clause names it
		}
		parts = append(parts, m.check.title+": "+m.clause())
	}
	switch {
	case f.isUnspoken():
		return f.members[0].clause() + " in this catalogue: " + strings.Join(titles(f.members), ", ")
	case f.reason != "" && len(parts) == 1: // which says what the group comes to
		if len(g.Silent) > 0 {
			parts = append(parts, "not documented: "+strings.Join(g.Silent, ", "))
		}
		return strings.Join(parts, "; ")
	}
	return g.Clause() + ". " + strings.Join(parts, "; ")
}

// titles are those of what findings are about.
func titles(findings []*finding) []string {
	list := make([]string, len(findings))
	for i, f := range findings {
		list[i] = f.check.title
	}
	return list
}

// end says when the service ends.
func (s *service) end() string {
	if s.lifecycle == nil {
		return "no end of the service is known"
	}
	return "the service " + explain.End(s.lifecycle)
}

// retiring counts the parts of the services that are to be retired.
func (s *section) retiring() int {
	n := 0
	for _, service := range s.services {
		n += len(service.notices)
	}
	return n
}

// full is the explanation with exception and evidence, for formats without a place of
// their own for these.
func (f *finding) full() string { return f.sentence(f.clause()) + f.accounts() }

// brief is full without what of a group's members makes it no gap.
func (f *finding) brief() string {
	clause := f.clause()
	if f.check.isGroup() && f.isGap() && !f.isUnspoken() {
		var parts []string
		for _, m := range f.members {
			if !m.isSilent() && !m.outcome.Passes() {
				parts = append(parts, m.check.title+": "+m.clause())
			}
		}
		if len(parts) > 0 {
			clause = strings.Join(parts, "; ")
		}
	}
	return f.sentence(clause) + f.accounts()
}

// accounts tells the evidence and the exception of a finding.
func (f *finding) accounts() string {
	text := ""
	for _, ev := range f.answers() {
		text += " Evidence: " + ev.Reference + explain.Approved(ev.ApprovedBy) + "."
	}
	if len(f.answers()) > 0 {
		text += " " + notOpened
	}
	if f.isExcepted() && f.exception != nil {
		text += " " + f.exceptionState() + ": " + f.exception.Justification
	}
	return text + f.endedNote()
}

// endedNote says, to follow an explanation, that the exception of a finding has ended, so that
// nobody takes what is said of it for an acceptance; "" where none has.
func (f *finding) endedNote() string {
	if f.exception == nil || f.isExcepted() {
		return ""
	}
	return " " + f.exceptionState() + "."
}

// exceptionState begins what is said of the exception of a finding.
func (f *finding) exceptionState() string {
	ex := f.exception
	if f.isExcepted() {
		return "Excepted until " + string(ex.Expires) + explain.Approved(ex.ApprovedBy)
	}
	return words.UpperFirst(explain.ExceptionEnded(ex.Expires)) + explain.Approved(ex.ApprovedBy)
}

// notOpened says what the reference of evidence is worth.
const notOpened = "The reference was not opened: it counts by the word of whoever gave it."

// whose says of a document that is not of the embedded catalogue whose it is; "" of others.
func (d *document) whose() string {
	if d.source == "" {
		return ""
	}
	return strings.TrimPrefix(d.cite(), (&document{title: d.title, published: d.published}).cite())
}

// reading says what a document is read to say and does not; "" of one that is taken by its
// word.
func (d *document) reading() string {
	if d.defaultStatus == "" {
		return ""
	}
	return words.Sprintf(" (a requirement without a status read as %q)", d.defaultStatus.Documented())
}

// corrections lists what sources say in the name of earlier ones.
func (s *section) corrections() []string {
	var list []string
	for _, c := range s.Catalog.Corrections {
		list = append(list, plaintext.Line(explain.Correction(c)))
	}
	return list
}

// ownSettings lists, a clause each, what passes by settings of users' own sources for services
// that others document: as assess.Assessment.OwnSettings does.
func (s *section) ownSettings() []string {
	var list []string
	for _, service := range s.services {
		note := func(f *finding) {
			text := f.check.title + " of " + service.name + ", by settings of " + words.And(f.settingsBy)
			if len(f.settingsBy) > 0 && f.outcome.Standing() == assess.Holds && !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
		for _, f := range service.findings {
			note(f)
			if f.outcome.Standing() == assess.Holds {
				for _, m := range f.members {
					note(m)
				}
			}
		}
	}
	return list
}

// word is the outcome in a word. A group's identifier is supported by what passes, and not
// satisfied: most of what frameworks ask for is no feature of a service.
func (f *finding) word() string {
	if f.check.isGroup() && f.outcome == assess.Satisfied {
		return supportedWord
	}
	return f.outcome.Word()
}

// supporting is a control that speaks to an identifier of a framework.
type supporting struct {
	identifier, control, id, basis string
}

// crosswalk lists, by identifier, the controls that speak to it, and by whose mapping: of
// groups that a crosswalk says something of.
func (s *section) crosswalk() []supporting {
	var list []supporting
	for _, c := range s.checks {
		if c.identifier == nil {
			continue
		}
		for _, m := range c.members {
			basis := m.basis
			if basis == "" {
				basis = "no mapping of the crosswalk: whoever wrote the requirement says so"
			}
			list = append(list, supporting{c.title, m.title, m.id, basis})
		}
	}
	return list
}

// crosswalkNote says how far a crosswalk goes.
const crosswalkNote = "A control supports an identifier; it does not meet it. How they relate is the catalogue's word, in the " +
	"terms of NIST IR 8477. " + confidenceNote

// cite names a document in a line.
func (d *document) cite() string {
	return explain.Citation(assess.DocumentRef{
		Corrects: d.corrects, DefaultStatus: d.defaultStatus, Published: d.published, Source: d.source, Title: d.title,
	}, "")
}

// citations names the documents behind a finding in a line, with their addresses.
func (f *finding) citations() string {
	var parts []string
	for _, d := range f.documents() {
		text := d.cite()
		if d.link != "" {
			text += " <" + d.link + ">"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// position names a place in a line.
func position(p configuration.Place) string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return p.File
}

// chooser names what chose a service, and what is not certain about it.
func chooser(p configuration.Place) string {
	if p.Note != "" {
		return p.Address + ", " + p.Note
	}
	return p.Address
}
