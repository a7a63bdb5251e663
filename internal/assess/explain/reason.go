package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// What reasons, exceptions and ends are called, in clauses: they begin in lower case and
// have no full stop, so that they can stand in a list, or become a sentence.

// Finding is a finding with what its reason speaks of.
type Finding struct {
	Reason    assess.Reason
	Status    catalog.Status // as assess.Finding.Documented returns it
	Condition string
	Planned   bool
	// InForce, Met and EnabledByDefault are those of assess.Finding.
	InForce, Met     *assess.InForce
	EnabledByDefault bool
	// SettingsBy are the sources whose settings show it, where they are not those of the
	// document: see assess.Assessment.SettingsBesides.
	SettingsBy []string
	// Answered are the conditions that the evidence for the control quotes.
	Answered []string
	// AgeDays is the age of the document in days; negative where there is no clock to tell.
	AgeDays int
	// Requirement is what the finding is held against.
	Requirement assess.Requirement
}

// Clause says what is documented, and why that is not enough where it is not: documented
// as "Yes", by a document older than the 365 days that the requirement accepts.
func (f Finding) Clause() string {
	switch f.Reason {
	case assess.Undocumented:
		if f.Requirement.AsOf != "" {
			return "not documented as of " + string(f.Requirement.AsOf)
		}
		return "not documented"
	case assess.Stale:
		return f.documented() + ", by a document" + f.age() + " older than the " +
			words.Count(int(*f.Requirement.MaxDocumentAgeDays), "day") + " that the requirement accepts"
	case assess.ConditionOpen, assess.ConditionNotMet:
		return f.documented() + f.unmet()
	case assess.ConditionChanged:
		return f.documented() + "; the evidence answers another, " + words.And(f.others())
	case assess.NotApplicableDenied:
		return f.documented() + `, which does not count (not_applicable = "deny")`
	case assess.Present:
		return f.documented() + f.present()
	case assess.TurnedOff, assess.EvidenceFails, assess.NotShown:
		return f.documented() + f.notOn()
	case assess.Unsupported, assess.NoMember, assess.NotEveryMember, assess.Retired:
		return f.documented()
	}
	return f.documented() + f.passes() // no reason
}

// passes says what else a finding without a reason rests on.
func (f Finding) passes() string {
	switch {
	case f.InForce != nil:
		return ", and switched " + f.InForce.State + f.settingsBy()
	case f.EnabledByDefault:
		return ", and as switched on by default"
	case f.Met != nil:
		return ", which is met" + f.settingsBy()
	}
	return ""
}

// settingsBy names whose settings say so, which are not those of whom one expects.
func (f Finding) settingsBy() string {
	if len(f.SettingsBy) == 0 {
		return ""
	}
	return " by settings of " + words.And(f.SettingsBy)
}

// unmet says why a condition does not count as met.
func (f Finding) unmet() string {
	switch {
	case f.Reason == assess.ConditionNotMet:
		return ", which is not met" + f.settingsBy()
	case f.Met != nil:
		return ", which is not certainly met, without evidence that it is"
	}
	return ", without evidence that it is met"
}

// notOn says why a control does not count as in force.
func (f Finding) notOn() string {
	switch {
	case f.Reason == assess.TurnedOff:
		return ", but switched off" + f.settingsBy()
	case f.Reason == assess.EvidenceFails:
		return ", but what its evidence is about does not hold (holds is false)"
	case f.InForce == nil:
		return ", but nothing shows that it is switched on"
	}
	return ", but not certainly switched on"
}

// others are the conditions that evidence quotes in place of the documented one.
func (f Finding) others() []string {
	return slices.DeleteFunc(slices.Clone(f.Answered), func(condition string) bool {
		return f.Requirement.MustBe == assess.MustBeEnabled && condition == assess.SwitchedOn
	})
}

// present says why a feature to be avoided counts as there.
func (f Finding) present() string {
	switch {
	case f.InForce == nil:
		return ", but the requirement avoids it"
	case f.InForce.State == assess.StateOn:
		return ", and switched on" + f.settingsBy() + ", but the requirement avoids it"
	}
	return ", but the requirement avoids it, and it is not certainly switched off"
}

func (f Finding) age() string {
	if f.AgeDays < 0 {
		return ""
	}
	return fmt.Sprintf(" of %s, which is", words.Count(f.AgeDays, "day"))
}

// documented quotes what is documented.
func (f Finding) documented() string {
	switch {
	case f.Status == catalog.StatusConditional:
		return `documented as "Yes", on the condition "` + f.Condition + `"`
	case f.Planned:
		return `documented as "` + f.Status.Documented() + `" (support is planned)`
	}
	return `documented as "` + f.Status.Documented() + `"`
}

// End says when a service ends or has ended: "was retired on 2021-02-17; successor:
// Service b".
func End(l *assess.Lifecycle) string {
	verb := "retires"
	if l.Retired {
		verb = "was retired"
	}
	return assess.Ending(verb, l.RetiredOn, l.Successor)
}

// Notice says of a part of a service when it ends: "version 1: retires on 2027-01;
// successor: version 2".
func Notice(n assess.Notice) string { return n.Scope + ": " + n.Ending() }

// ExceptionEnded names the end of an exception that no longer covers a gap.
func ExceptionEnded(on catalog.Date) string { return "its exception ended on " + string(on) }

// Approved names who approved something, to follow it: ", approved by Ann"; "" for nobody.
func Approved(by string) string {
	if by == "" {
		return ""
	}
	return ", approved by " + by
}

// Correction says what a source says in the name of an earlier one.
func Correction(c assess.Correction) string {
	switch {
	case c.Document != "" && len(c.Laxer) > 0:
		return words.Sprintf("%s gives the document %q of %s in words of its own, by which more may pass for %s",
			c.Source, c.Document, c.Service, strings.Join(c.Laxer, ", "))
	case c.Document != "":
		return words.Sprintf("%s gives the document %q of %s in words of its own", c.Source, c.Document, c.Service)
	case c.Control != "":
		return fmt.Sprintf("%s turns the polarity of %s", c.Source, c.Control)
	case c.Service != "":
		return fmt.Sprintf("%s moves the end of %s", c.Source, c.Service)
	case len(c.From) > 0:
		return fmt.Sprintf("%s takes the resource type %s from %s", c.Source, c.Type, strings.Join(c.From, ", "))
	}
	return fmt.Sprintf("%s says that the resource type %s, which can deploy anything, chooses nothing", c.Source, c.Type)
}

// Citation names a document in a line, how old it is, and whose it is where it is not one of
// the embedded catalogue. The age follows the date: ", 3.8 years old", or "".
func Citation(d assess.DocumentRef, age string) string {
	text := d.Title + ", " + string(d.Published) + age
	if d.Source == "" {
		return text
	}
	text += " (your own document, of " + d.Source
	if d.Corrects {
		text += ", in place of an earlier one"
	}
	if d.DefaultStatus != "" {
		text += words.Sprintf(", with your reading of a requirement without a status as %q", d.DefaultStatus.Documented())
	}
	return text + ")"
}
