package report

import (
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// verdict is the result in one line.
func verdict(t tally) string {
	services := words.Count(t.services, "service")
	switch gaps, excepted := t.gaps, t.excepted; {
	case t.services == 0:
		return "Compliant: no services to check"
	case gaps > 0:
		return fmt.Sprintf("Not compliant: %s in %d of %s", words.Count(gaps, "gap"), t.failing, services)
	case excepted > 0:
		return fmt.Sprintf("Compliant with %s: %s", words.Count(excepted, "exception"), services)
	}
	return "Compliant: " + services + " without a gap"
}

// documentedAs quotes what is documented.
func (f *finding) documentedAs() string {
	text := "Documented as \"" + f.status.Documented() + "\""
	if f.status == catalog.StatusConditional {
		text = "Documented as \"Yes\", on the condition \"" + f.condition + "\""
	}
	if f.planned {
		text += ", with support planned"
	}
	return text
}

// explain says in a sentence why a finding came out as it did, without its document,
// exception and evidence.
func (f *finding) explain() string {
	switch {
	case f.check.kind == kindGroup:
		return f.explainGroup()
	case f.check.kind == kindLifecycle:
		return f.service.explainLifecycle()
	case f.reason == assess.Undocumented:
		if asOf := f.section.Requirement.AsOf; asOf != "" {
			return "Not documented as of " + string(asOf) + "."
		}
		return "Not documented."
	}
	text := f.documentedAs()
	switch f.reason {
	case assess.Stale:
		text += fmt.Sprintf(", by a document older than the %s that the requirement accepts", words.Count(int(*f.section.Requirement.MaxDocumentAgeDays), "day"))
	case assess.ConditionOpen:
		text += ", without evidence that it is met"
	case assess.ConditionChanged:
		var answered []string
		for _, ev := range f.evidence {
			answered = append(answered, "\""+ev.Condition+"\"")
		}
		text += "; the evidence answers another, " + strings.Join(answered, " and ")
	case assess.NotApplicableDenied:
		text += ", which the requirement does not accept"
	case assess.Present:
		text += ", and to be avoided"
	}
	return text + "."
}

func (f *finding) explainGroup() string {
	var parts []string
	for _, m := range f.members {
		parts = append(parts, m.check.title+": "+words.LowerFirst(strings.TrimSuffix(m.explain(), ".")))
	}
	members := strings.Join(parts, "; ")
	switch {
	case f.outcome == assess.NotApplicable:
		return "None of its controls applies. " + members + "."
	case f.reason == "":
		return "At least one of its controls passes. " + members + "."
	case len(f.members) == 1:
		return "Its one control does not pass. " + members + "."
	}
	return fmt.Sprintf("None of its %d controls passes. %s.", len(f.members), members)
}

func (s *service) explainLifecycle() string {
	l := s.lifecycle
	if l == nil {
		return "No end of the service is known."
	}
	text := "The service ends on " + string(l.RetiredOn) + "."
	if !l.Passes() {
		text = "The service was retired on " + string(l.RetiredOn) + "."
	}
	if l.Successor != "" {
		text += " Successor: " + l.Successor + "."
	}
	return text
}

// full is the explanation with exception and evidence, for formats without a place of
// their own for these.
func (f *finding) full() string {
	text := f.explain()
	for _, ev := range f.answers() {
		text += " Evidence: " + ev.Reference + approved(ev.ApprovedBy) + "."
	}
	switch ex := f.exception; {
	case ex == nil:
	case f.isExcepted():
		text += fmt.Sprintf(" Excepted until %s%s: %s", ex.Expires, approved(ex.ApprovedBy), ex.Justification)
	default:
		text += fmt.Sprintf(" Its exception ended on %s.", ex.Expires)
	}
	return text
}

func approved(by string) string {
	if by == "" {
		return ""
	}
	return ", approved by " + by
}

// cite names a document in a line.
func (d *document) cite() string { return d.title + ", " + string(d.published) }

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
