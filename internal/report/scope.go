package report

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// scopePart is one list of what was not looked at.
type scopePart struct {
	key, title, meaning string
	names               []string // of resource types, modules or services
}

// remark says in a line how much of it there is.
func (p scopePart) remark() string {
	n := len(p.names)
	switch p.key {
	case "opaque":
		return words.Count(n, "resource type") + " that can deploy anything"
	case "undocumented":
		return words.Count(n, "resource type") + " without a document"
	case "unread-modules":
		return words.Count(n, "module") + " not read"
	case "out-of-scope":
		return words.Count(n, "service") + " out of scope"
	}
	return words.Count(n, "resource type") + " " + p.key
}

// value is the list as one text, for formats that have no lists.
func (p scopePart) value() string { return strings.Join(p.names, ", ") }

func scopeParts(s *assess.Scope) []scopePart {
	parts := []scopePart{
		{"opaque", "Opaque", "can deploy anything, so what they choose is not known", s.Opaque},
		{"undocumented", "Undocumented", "of a known cloud, without a service in the catalogue", s.Undocumented},
		{"ignored", "Ignored", "left out by the configuration", s.Ignored},
		{"other", "Other", "choose no service", s.Other},
	}
	if len(s.UnreadModules) > 0 {
		parts = append(parts, scopePart{
			"unread-modules", "Unread modules", "called by the configuration, so what they choose is not known", s.UnreadModules,
		})
	}
	if len(s.OutOfScope) > 0 {
		parts = append(parts, scopePart{
			"out-of-scope", "Out of scope", "services that the configuration chooses and the requirement does not check",
			s.OutOfScope,
		})
	}
	return parts
}

// notLookedAt are the parts of a section's scope that list anything, in names that each
// fit on a line.
func (s *section) notLookedAt() []scopePart {
	if s.Scope == nil {
		return nil
	}
	var parts []scopePart
	for _, part := range scopeParts(s.Scope) {
		if len(part.names) == 0 {
			continue
		}
		lines := make([]string, len(part.names))
		for i, name := range part.names {
			lines[i] = plaintext.Line(name)
		}
		part.names = lines
		parts = append(parts, part)
	}
	return parts
}

// nothingLeftOut is what is said where everything was looked at.
const nothingLeftOut = "Nothing that the configuration declares was left out"

// scopeNote says that nothing is known of what was not looked at; "" where it is.
func (s *section) scopeNote() string {
	if s.Scope != nil {
		return ""
	}
	return "The services were named one by one: what else the configuration chooses is not known"
}
