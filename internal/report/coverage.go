package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// How far a report goes of what a profile selects.

// leftOut are identifiers of a profile that no verdict is about, for one reason.
type leftOut struct {
	key, word, why string
	ids            []string
	names          []string // with their titles
}

// leftOut lists the identifiers of the profile that were not assessed, by reason.
func (s *section) leftOut() []leftOut {
	if s.Crosswalk == nil || s.Crosswalk.Profile == nil {
		return nil
	}
	p := s.Crosswalk.Profile
	elsewhere, unmapped := map[string]string{}, map[string]string{}
	for id, title := range p.Undocumented {
		if p.OtherVersions[id] != "" {
			elsewhere[id] = title
		} else {
			unmapped[id] = title
		}
	}
	var list []leftOut
	add := func(key, word, why string, titles map[string]string) {
		if len(titles) > 0 {
			ids := slices.SortedFunc(maps.Keys(titles), inOrder)
			list = append(list, leftOut{key, word, why, ids, s.titled(titles)})
		}
	}
	add("not-asked", notLookedAtWord, "Mapped to documented controls, and not asked for by the requirement", p.Unasked)
	add("other-version", otherVersionWord, "Mapped to documented controls for another version of the framework alone", elsewhere)
	add("no-mapping", unmappedWord, "No mapping in this catalogue leads to a documented control", unmapped)
	return list
}

// notAssessed counts the identifiers of the profile that no verdict is about.
func (s *section) notAssessed() int {
	n := 0
	for _, one := range s.leftOut() {
		n += len(one.ids)
	}
	return n
}

// profile is what the identifiers were selected by; "" where nobody says it.
func (s *section) profile() string {
	if s.Crosswalk == nil || s.Crosswalk.Profile == nil {
		return ""
	}
	return plaintext.Line(s.Crosswalk.Profile.Title)
}

// extent is what a format without a place for it says of how far a section goes: of which profile,
// how its identifiers stand, which were not assessed, what is not known of the rest, and which
// exceptions count.
func (s *section) extent() []scopePart {
	var parts []scopePart
	add := func(key string, names ...string) { parts = append(parts, scopePart{key: key, names: names}) }
	if note := s.scopeNote(); note != "" {
		add("scope", note)
	}
	if title := s.profile(); title != "" {
		add("profile", title)
	}
	if len(s.identifiers()) > 0 {
		add("coverage", s.covered())
	}
	for _, one := range s.leftOut() {
		add("not-assessed-"+one.key, one.names...)
	}
	if policy := s.policy(); policy != "" {
		add("exception-policy", policy)
	}
	if registers := s.registers(); len(registers) > 0 {
		add("registers", registers...)
	}
	return parts
}

// text is the list as one text, where the names may have commas.
func (p scopePart) text() string { return strings.Join(p.names, "; ") }

// oscalIdentifier is an identifier as OSCAL's catalogues have it: "ac-2.1" for AC-2(1).
func oscalIdentifier(id string) string {
	return oscaldoc.Token(strings.NewReplacer("(", ".", ")", "", " ", "").Replace(strings.ToLower(id)))
}
