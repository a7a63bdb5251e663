package report

import (
	"strings"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// System is what a report is about, in the words of whoever runs it.
type System struct {
	Name  string
	ID    string // in a register of systems
	Owner string // who answers for it
}

// DefaultTitle is that of a report without one.
const DefaultTitle = "Security controls"

// maxIdentity is how many characters a text of the identity may have.
const maxIdentity = 200

// fact is something that a report says of itself, for formats without a place of their own
// for it.
type fact struct{ key, name, value string }

// identity lists what was said of the report, in the order in which people ask for it.
func (r *report) identity() []fact {
	o := r.opts
	var facts []fact
	add := func(key, name, value string) {
		if value = plaintext.Line(value); value != "" {
			facts = append(facts, fact{key, name, value})
		}
	}
	add("title", "Title", o.Title)
	add("system", "System", o.System.Name)
	add("system-id", "System id", o.System.ID)
	add("system-owner", "Owner", o.System.Owner)
	add("workload", "Workload", r.workloads())
	add("date", "Date", string(o.Date))
	add("author", "Author", o.Author)
	add("repository", "Repository", o.RepositoryURI)
	add("revision", "Revision", o.Revision)
	add("provider-version", "Provider version", o.ProviderVersion)
	add("asked", "Asked", r.asks())
	var outdated []string
	for _, s := range r.sections {
		if text := r.outdated(s); text != "" {
			outdated = append(outdated, text)
		}
	}
	add("outdated", "Outdated", strings.Join(outdated, " "))
	return facts
}

// outdated says that the report is of a day on which the findings of an assessment hold no more;
// "" where they do, or where no day was given.
func (r *report) outdated(s *section) string {
	if !s.outdated {
		return ""
	}
	which := "The findings"
	if len(r.sections) > 1 {
		which += words.Sprintf(" of requirement %d", s.number)
	}
	return words.Sprintf("%s held until %s, and this report is of %s: what has ended since is a gap. Assess again.", which,
		s.holdsUntil, r.opts.Date)
}

// title is what the report is called.
func (r *report) title() string {
	if title := plaintext.Line(r.opts.Title); title != "" {
		return title
	}
	return DefaultTitle
}

// systemLine names the system in a line: "Payments (SYS-12), owned by Ann"; "" for none.
func (r *report) systemLine() string {
	s := r.opts.System
	line := plaintext.Line(s.Name)
	if id := plaintext.Line(s.ID); id != "" {
		line += " (" + id + ")"
	}
	if owner := plaintext.Line(s.Owner); owner != "" {
		line += ", owned by " + owner
	}
	return line
}

// checkIdentity reports what no reader could make sense of.
func (o Options) checkIdentity() error {
	for _, text := range []struct{ option, value string }{
		{"title", o.Title},
		{"author", o.Author},
		{"system.name", o.System.Name},
		{"system.id", o.System.ID},
		{"system.owner", o.System.Owner},
	} {
		switch {
		case text.value != "" && plaintext.Blank(text.value):
			return &OptionError{text.option, "is blank, expected text, or leave it out"}
		case utf8.RuneCountInString(text.value) > maxIdentity:
			return &OptionError{text.option, words.Sprintf("has %d characters, expected at most %d",
				utf8.RuneCountInString(text.value), maxIdentity)}
		}
	}
	if o.System != (System{}) && o.System.Name == "" {
		return &OptionError{"system", "has no name, expected { name = \"…\" }, with id and owner where there are"}
	}
	if o.Date != "" {
		if _, err := catalog.ParseDate(words.Clip(string(o.Date), maxIdentity)); err != nil {
			return &OptionError{"date", words.Sprintf("is wrong: %s", err)}
		}
	}
	return nil
}

// dated takes over the date of the report. What it is made of cannot be newer.
func (r *report) dated() error {
	day := r.opts.Date
	if day == "" {
		return nil
	}
	if day < r.date {
		return &OptionError{
			"date",
			words.Sprintf("is %s, expected none before %s, the newest date in the assessments", day, r.date),
		}
	}
	r.date = day
	return nil
}
